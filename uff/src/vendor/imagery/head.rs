//! What the headers of a stream say of its image.

use super::Fault;
use super::fault::damaged;
use super::fault::unsupported;

/// Size and kind of the image in a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) rows: u32,
    pub(crate) columns: u32,
    /// Bits of a sample, 2 to 16.
    pub(crate) bits: u32,
    /// Whether samples are two's complement; only JPEG 2000 says so.
    pub(crate) signed: bool,
    /// Why the samples are not those that were measured; absent for lossless streams.
    pub(crate) loss: Option<String>,
}

impl Head {
    /// Checks the size of an image that is lossless as far as its frame header says.
    pub(super) fn new(rows: u32, columns: u32, bits: u32) -> Result<Self, Fault> {
        if rows == 0 || columns == 0 {
            return Err(damaged(format!("{rows} rows of {columns} samples")));
        }
        if !(2..=16).contains(&bits) {
            return Err(unsupported(format!("samples of {bits} bits")));
        }
        Ok(Self { rows, columns, bits, signed: false, loss: None })
    }

    /// Returns the bytes of a decoded sample.
    pub(crate) fn sample_size(&self) -> u64 {
        if self.bits > 8 { 2 } else { 1 }
    }

    /// Returns the bytes of the decoded image.
    pub(crate) fn size(&self) -> u64 {
        self.samples().saturating_mul(self.sample_size())
    }

    /// Returns the number of samples.
    pub(super) fn samples(&self) -> u64 {
        u64::from(self.rows) * u64::from(self.columns)
    }

    /// Returns rows and columns.
    pub(super) fn shape(&self) -> (usize, usize) {
        (self.rows as usize, self.columns as usize)
    }
}
