//! Samples that are stored with a sign, or with other content in the bits above them.

use std::sync::Arc;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Block;
use crate::model::Region;
use crate::model::SampleType;
use crate::model::Samples;

/// Samples made unsigned: the bits of the mask, with the sign bit turned, which adds 2^(bits - 1) to a signed sample.
/// No sample changes its place in the order, and none is lost.
pub(super) struct Recoded {
    pub(super) samples: Arc<dyn Samples>,
    pub(super) mask: u32,
    pub(super) sign: u32,
}

impl Samples for Recoded {
    fn shape(&self) -> (usize, usize) {
        self.samples.shape()
    }

    fn sample_type(&self) -> SampleType {
        self.samples.sample_type()
    }

    fn read(&self, region: &Region) -> Result<Block> {
        let (mask, sign) = (self.mask, self.sign);
        match self.samples.read(region)? {
            Block::U8(a) => Ok(Block::U8(a.mapv_into(|v| (v & mask as u8) ^ sign as u8))),
            Block::U16(a) => Ok(Block::U16(a.mapv_into(|v| (v & mask as u16) ^ sign as u16))),
            Block::U32(a) => Ok(Block::U32(a.mapv_into(|v| (v & mask) ^ sign))),
            Block::F32(_) | Block::F64(_) => Err(Error::new(Code::Internal, "floating-point samples have no sign bit")),
        }
    }
}

/// Rows read at once.
const ROWS: usize = 64;

/// Returns the largest of unsigned samples, 0 for others.
pub(crate) fn largest(samples: &dyn Samples) -> Result<u32> {
    let (rows, columns) = samples.shape();
    let mut largest = 0;
    for start in (0..rows).step_by(ROWS) {
        let found = match samples.read(&Region::of_rows(start..rows.min(start + ROWS), columns))? {
            Block::U8(a) => a.iter().copied().max().map(u32::from),
            Block::U16(a) => a.iter().copied().max().map(u32::from),
            Block::U32(a) => a.iter().copied().max(),
            Block::F32(_) | Block::F64(_) => None,
        };
        largest = largest.max(found.unwrap_or(0));
    }
    Ok(largest)
}
