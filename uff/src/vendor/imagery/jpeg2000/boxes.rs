//! Boxes of a JP2 file around a codestream (ISO/IEC 15444-1, annex I).

use super::super::Fault;
use super::super::fault::damaged;
use super::super::fault::unsupported;

/// Type and content of the box that every JP2 file starts with.
const SIGNATURE: [u8; 12] = *b"\0\0\0\x0cjP  \r\n\x87\n";

/// Returns the codestream of a JP2 file, or a stream that has no boxes as it is.
pub(super) fn codestream(stream: &[u8]) -> Result<&[u8], Fault> {
    let Some(mut rest) = stream.strip_prefix(&SIGNATURE) else { return Ok(stream) };
    while !rest.is_empty() {
        let first = Jp2Box::split(rest)?;
        match &first.kind {
            b"jp2c" => return Ok(first.content),
            b"jp2h" => header(first.content)?,
            _ => {}
        }
        rest = first.after;
    }
    Err(damaged("a JP2 file without a codestream"))
}

/// Refuses samples that stand for colours of a palette.
fn header(mut rest: &[u8]) -> Result<(), Fault> {
    while !rest.is_empty() {
        let first = Jp2Box::split(rest)?;
        if &first.kind == b"pclr" {
            return Err(unsupported("a palette"));
        }
        rest = first.after;
    }
    Ok(())
}

/// A box, and what stands behind it.
struct Jp2Box<'a> {
    kind: [u8; 4],
    content: &'a [u8],
    after: &'a [u8],
}

impl<'a> Jp2Box<'a> {
    /// Splits the first box off.
    fn split(stream: &'a [u8]) -> Result<Self, Fault> {
        let wrong = || damaged("a box of a JP2 file is longer than the file");
        let (size, rest) = stream.split_first_chunk::<4>().ok_or_else(wrong)?;
        let (kind, rest) = rest.split_first_chunk::<4>().ok_or_else(wrong)?;
        let (length, rest) = match u32::from_be_bytes(*size) {
            0 => (rest.len() as u64, rest),
            1 => {
                let (long, rest) = rest.split_first_chunk::<8>().ok_or_else(wrong)?;
                (u64::from_be_bytes(*long).checked_sub(16).ok_or_else(wrong)?, rest)
            }
            short => (u64::from(short).checked_sub(8).ok_or_else(wrong)?, rest),
        };
        let length = usize::try_from(length).map_err(|_| wrong())?;
        let (content, after) = rest.split_at_checked(length).ok_or_else(wrong)?;
        Ok(Self { kind: *kind, content, after })
    }
}
