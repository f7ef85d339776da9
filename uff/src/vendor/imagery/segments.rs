//! Marker segments, which all standards of the family share (ISO/IEC 10918-1, B.1.1; ISO/IEC 15444-1, A.1).

use super::Fault;
use super::fault::damaged;

/// Walks through the marker segments of a stream.
pub(super) struct Segments<'a> {
    rest: &'a [u8],
}

impl<'a> Segments<'a> {
    /// Starts behind the marker that a stream must start with.
    pub(super) fn start(stream: &'a [u8], marker: u8) -> Result<Self, Fault> {
        match stream {
            [0xFF, first, rest @ ..] if *first == marker => Ok(Self { rest }),
            _ => Err(damaged(format!("no marker FF{marker:02X} at the start"))),
        }
    }

    /// Goes on at the bytes given.
    pub(super) fn at(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    /// Returns what has not been walked through.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Reads a marker, which fill bytes may precede.
    pub(super) fn marker(&mut self) -> Result<u8, Fault> {
        let ended = || damaged("the stream ends before its image does");
        let fill = self.rest.iter().take_while(|b| **b == 0xFF).count();
        match self.rest.get(fill..) {
            Some([marker, rest @ ..]) if fill > 0 => {
                self.rest = rest;
                Ok(*marker)
            }
            Some([other, ..]) => Err(damaged(format!("the byte {other:02X} where a marker should stand"))),
            _ => Err(ended()),
        }
    }

    /// Reads the content of the segment of the marker before it.
    pub(super) fn body(&mut self, marker: u8) -> Result<&'a [u8], Fault> {
        let longer = || damaged(format!("the segment FF{marker:02X} is longer than the stream"));
        let [high, low, rest @ ..] = self.rest else { return Err(longer()) };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let length =
            length.checked_sub(2).ok_or_else(|| damaged(format!("the segment FF{marker:02X} has no length")))?;
        let (body, rest) = rest.split_at_checked(length).ok_or_else(longer)?;
        self.rest = rest;
        Ok(body)
    }
}

/// Reads a big-endian number of one to four bytes at an offset of a segment.
pub(super) fn number(body: &[u8], at: usize, size: usize) -> Result<u32, Fault> {
    let bytes = at.checked_add(size).and_then(|end| body.get(at..end));
    let bytes = bytes.ok_or_else(|| damaged("a header segment is too short"))?;
    Ok(bytes.iter().fold(0, |n, b| n << 8 | u32::from(*b)))
}
