//! Where the samples of a delivery lie in the datasets of an HDF5 file.

use std::sync::Arc;

use super::container::Container;
use super::document::Interleave;
use super::document::PixelOrder;
use super::fields::Fields;
use super::layout::DatasetPlane;
use super::layout::Layout;
use super::layout::Place;
use super::layout::PlacedArray;
use super::layout::lines;
use super::layout::model_part;
use super::plan::DatasetPlan;
use super::plan::PixelsPlan;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::Cut;
use crate::model::Block;
use crate::model::ByteOrder;
use crate::model::Region;
use crate::model::SampleType;
use crate::model::Samples;
use crate::vendor::Placement;

impl Layout {
    /// Places the arrays of a block that is a dataset: its axes must be those that the profile states.
    ///
    /// # Errors
    /// `input.size_mismatch` when they are not; `input.value` when there is no such dataset; `hdf5.*`, `limit.bytes`.
    pub(super) fn place_dataset(
        &mut self,
        block: &PixelsPlan,
        dataset: &DatasetPlan,
        container: &Container,
        fields: &Fields,
    ) -> Result<()> {
        let (rows, columns) = self.shapes.get(block.view).copied().unwrap_or_default();
        let (volume, signed) = container.volume(&dataset.path, &block.line)?;
        let runs = lines(block, columns, fields)?;
        let total = runs.iter().fold(0_u64, |sum, (_, count)| sum.saturating_add(*count));
        let lead = dataset.index.len();
        let axes = Axes::of(block, volume.axes().len().saturating_sub(lead));
        let expected = axes.expected(block, rows, total);
        let found: Vec<u64> = volume.axes().iter().skip(lead).map(|n| *n as u64).collect();
        let inside = dataset.index.iter().zip(volume.axes()).all(|(at, length)| at < length);
        if found != expected.iter().map(|(_, n)| *n).collect::<Vec<_>>() || !inside || volume.axes().len() < lead {
            let named: Vec<_> = expected.iter().map(|(name, n)| format!("{n} {name}")).collect();
            let index: String = dataset.index.iter().map(|at| format!("index {at} of ")).collect();
            return Err(Error::new(Code::InputSizeMismatch, "the axes of the dataset are not those of the profile")
                .file(container.name())
                .at(&dataset.path)
                .expected(format!("{index}{} at {} of the profile", named.join(" × "), block.line))
                .found(format!("{:?}", volume.axes())));
        }
        for (position, channel) in block.channels.iter().enumerate() {
            let Some(channel) = *channel else { continue };
            let mut skipped = 0;
            for (part, count) in &runs {
                let start = skipped;
                skipped += count;
                let Some(part) = model_part(*part) else { continue };
                let mut origin = dataset.index.clone();
                origin.resize(volume.axes().len(), 0);
                let mut put =
                    |axis: usize, at: usize| origin.iter_mut().skip(lead + axis).take(1).for_each(|o| *o = at);
                put(axes.lines, start as usize);
                if let Some(axis) = axes.channels {
                    put(axis, position);
                }
                let shape = (rows as usize, *count as usize);
                let cut = Cut { row_axis: lead + axes.rows, column_axis: lead + axes.lines, origin, shape };
                let (sample_type, big) = (volume.sample_type().clone(), volume.is_big_endian());
                let place = match volume.in_place(&cut) {
                    Some((offset, row_stride, column_stride)) => {
                        let byte_order = if big { ByteOrder::Big } else { ByteOrder::Little };
                        Place::Strided(Placement { shape, sample_type, byte_order, offset, row_stride, column_stride })
                    }
                    None => Place::Dataset(DatasetPlane { volume: volume.clone(), cut }),
                };
                let within = Some(Within { dataset: dataset.path.clone(), signed });
                let (stream, view, line) = (block.stream, block.view, block.line.clone());
                self.arrays.push(PlacedArray { stream, view, channel, part, place, line, within });
            }
        }
        Ok(())
    }
}

/// The dataset of an array.
#[derive(Debug, Clone)]
pub(super) struct Within {
    pub(super) dataset: String,
    /// Whether its numbers are signed.
    pub(super) signed: bool,
}

/// Which axis of a dataset, behind those with a fixed index, is which.
struct Axes {
    rows: usize,
    lines: usize,
    /// Absent when the dataset holds one channel alone.
    channels: Option<usize>,
}

impl Axes {
    fn of(block: &PixelsPlan, rank: usize) -> Self {
        let channels = match block.interleave {
            _ if block.channels.len() == 1 && rank == 2 => None,
            Interleave::Plane => Some(0),
            Interleave::Line => Some(1),
            Interleave::Pixel => Some(2),
        };
        let behind = |axis: usize| axis + usize::from(channels.is_some_and(|c| c <= axis));
        let (slow, fast) = match block.order {
            PixelOrder::Rows => (0, 1),
            PixelOrder::Columns => (1, 0),
        };
        Self { rows: behind(slow), lines: behind(fast), channels }
    }

    /// Returns name and length of each axis, slowest first.
    fn expected(&self, block: &PixelsPlan, rows: u64, lines: u64) -> Vec<(&'static str, u64)> {
        let mut named = vec![(self.rows, ("rows", rows)), (self.lines, ("lines", lines))];
        named.extend(self.channels.map(|axis| (axis, ("channels", block.channels.len() as u64))));
        named.sort_by_key(|(axis, _)| *axis);
        named.into_iter().map(|(_, named)| named).collect()
    }
}

/// Samples that the file calls signed, but of which none is negative; otherwise their bits would mean something else.
pub(super) struct NonNegative {
    inner: Arc<dyn Samples>,
    place: String,
}

impl NonNegative {
    /// Wraps samples that were read as unsigned; `place` stands in messages.
    pub(super) fn new(inner: Arc<dyn Samples>, place: String) -> Self {
        Self { inner, place }
    }
}

impl Samples for NonNegative {
    fn shape(&self) -> (usize, usize) {
        self.inner.shape()
    }

    fn sample_type(&self) -> SampleType {
        self.inner.sample_type()
    }

    fn read(&self, region: &Region) -> Result<Block> {
        let block = self.inner.read(region)?;
        let negative = match &block {
            Block::U8(a) => a.iter().any(|v| *v > i8::MAX as u8),
            Block::U16(a) => a.iter().any(|v| *v > i16::MAX as u16),
            Block::U32(a) => a.iter().any(|v| *v > i32::MAX as u32),
            Block::F32(_) | Block::F64(_) => false,
        };
        if !negative {
            return Ok(block);
        }
        Err(Error::new(Code::InputValue, "a sample is negative")
            .at(&self.place)
            .expected("whole numbers from 0 on, as samples are unsigned")
            .hint("Export the array as unsigned or floating-point numbers."))
    }
}
