//! Reading a source from front to back, as decoders do.

use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::sync::Arc;

use crate::source::ReadAt;

/// Source with a position.
pub(super) struct Stream {
    source: Arc<dyn ReadAt>,
    at: u64,
}

impl Stream {
    /// Starts at the front.
    pub(super) fn new(source: Arc<dyn ReadAt>) -> Self {
        Self { source, at: 0 }
    }
}

impl Read for Stream {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize> {
        let left = usize::try_from(self.source.len().saturating_sub(self.at)).unwrap_or(usize::MAX);
        let count = left.min(buf.len());
        let part = buf.get_mut(..count).unwrap_or_default();
        self.source.read_exact_at(self.at, part).map_err(Error::other)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Stream {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.source.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
