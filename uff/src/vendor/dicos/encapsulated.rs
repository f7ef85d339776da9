//! Samples that lie in the file as streams of an image codec (PS3.5, 8.2 and A.4).
//!
//! The headers of a stream are compared with what the DICOM file states before it is decoded. A stream whose samples are
//! not those that were measured is refused, whatever the transfer syntax promises.

use super::part10::Part10;
use super::part10::missing;
use super::pixels::Pixels;
use super::pixels::unsupported;
use super::tags;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Block;
use crate::vendor::imagery::Fault;
use crate::vendor::imagery::Head;
use crate::vendor::imagery::ImageCodec;

/// Decodes the frames of a file.
///
/// # Errors
/// `dicom.structure`, `dicom.unsupported`, `input.size_mismatch`, `limit.bytes`.
pub(super) fn frames(file: &Part10, codec: ImageCodec, pixels: &Pixels, budget: &Budget) -> Result<Vec<Block>> {
    let at = || tags::shown(pixels.tag);
    if pixels.tag != tags::PIXEL_DATA || pixels.components != 1 || pixels.allocated > 16 {
        let message = format!("only grey {} samples of 8 or 16 bits are handled", codec.name());
        return Err(unsupported(&message).at(at()));
    }
    let refused = |fault: Fault| match fault {
        Fault::Limit(error) => error,
        other => other.error(codec.name(), Code::DicomStructure, Code::DicomUnsupported).at(at()),
    };
    let mut blocks = Vec::new();
    for stream in streams(file, pixels)? {
        let size = stream.iter().map(|(_, length)| length).sum::<u64>();
        let mut bytes: Vec<u8> = budget.vec(usize::try_from(size).unwrap_or(usize::MAX), "an encapsulated image")?;
        for (offset, length) in stream {
            let start = bytes.len();
            bytes.resize(start + length as usize, 0);
            file.source.read_exact_at(offset, bytes.get_mut(start..).unwrap_or_default())?;
        }
        let head = codec.head(&bytes).map_err(refused)?;
        compare(&head, codec, pixels).map_err(|e| e.at(at()))?;
        if let Some(loss) = head.loss {
            return Err(refused(Fault::Lossy(loss)));
        }
        let block = codec.decode(&bytes, budget).map_err(refused)?;
        drop(bytes);
        budget.release(size);
        blocks.push(allocated(block, pixels, budget)?);
    }
    Ok(blocks)
}

/// Compares the headers of a stream with what the file states.
fn compare(head: &Head, codec: ImageCodec, pixels: &Pixels) -> Result<()> {
    if (head.rows, head.columns) != (pixels.rows, pixels.columns) || head.bits > pixels.allocated {
        let message = format!("the {} image has another size than the file says", codec.name());
        return Err(Error::new(Code::InputSizeMismatch, message)
            .expected(format!("{} by {}, {} bits", pixels.rows, pixels.columns, pixels.allocated))
            .found(format!("{} by {}, {} bits", head.rows, head.columns, head.bits)));
    }
    if head.signed && (!pixels.signed || pixels.stored != Some(head.bits)) {
        let sign = if pixels.signed { "signed" } else { "unsigned" };
        let message = format!("the {} image has other samples than the file says", codec.name());
        return Err(Error::new(Code::DicomStructure, message)
            .expected(format!("{sign} samples of {} bits", pixels.stored.unwrap_or(pixels.allocated)))
            .found(format!("signed samples of {} bits", head.bits)));
    }
    Ok(())
}

/// Returns samples of the size that the file states, which may be larger than the codec needs.
fn allocated(block: Block, pixels: &Pixels, budget: &Budget) -> Result<Block> {
    match (block, pixels.allocated) {
        (Block::U8(samples), 16) => {
            let count = samples.len() as u64;
            budget.charge(2 * count, "samples of an encapsulated image")?;
            let wide = samples.mapv(u16::from);
            budget.release(count);
            Ok(Block::U16(wide))
        }
        (block, _) => Ok(block),
    }
}

/// Returns the fragments of each frame. The first fragment is the table of offsets, which may be empty; without it
/// there is one fragment per frame, or all belong to the only frame.
fn streams(file: &Part10, pixels: &Pixels) -> Result<Vec<Vec<(u64, u64)>>> {
    let a = file.attributes();
    let element = a.fields.get(&pixels.tag).ok_or_else(|| missing(pixels.tag))?;
    let fragments = element.fragments.as_deref().unwrap_or_default();
    let Some((_, fragments)) = fragments.split_first() else {
        return Err(missing(pixels.tag));
    };
    let frames = pixels.frames as usize;
    if frames == 1 && !fragments.is_empty() {
        return Ok(vec![fragments.to_vec()]);
    }
    if fragments.len() == frames {
        return Ok(fragments.iter().map(|f| vec![*f]).collect());
    }
    Err(unsupported("frames that are split into several fragments are not handled")
        .at(tags::shown(pixels.tag))
        .expected(format!("{frames} fragments"))
        .found(fragments.len()))
}
