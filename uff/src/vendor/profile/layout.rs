//! Where the samples of a delivery lie: from the pixel blocks of a profile to strides.

use std::sync::Arc;

use super::datasets::Within;
use super::document::{Endian, Interleave, LinesPart, Packing, PixelOrder};
use super::fields::{Fields, Sources};
use super::plan::{Formula, PixelsPlan};
use crate::error::{Code, Error, Result};
use crate::h5::{Cut, Plane, Volume};
use crate::model::{ByteOrder, PlanePart, SampleType, Samples};
use crate::source::ReadAt;
use crate::vendor::{BitPlacement, PackedSamples, Placement, StridedSamples, TilePlacement, TiledSamples};

/// One array of a channel, placed.
#[derive(Debug, Clone)]
pub(super) struct PlacedArray {
    /// File, or payload behind the files.
    pub(super) stream: usize,
    pub(super) view: usize,
    /// Index of the channel in the view.
    pub(super) channel: usize,
    pub(super) part: PlanePart,
    pub(super) place: Place,
    pub(super) line: String,
    /// The dataset, in an HDF5 file.
    pub(super) within: Option<Within>,
}

/// Where the samples of an array lie.
#[derive(Debug, Clone)]
pub(super) enum Place {
    Strided(Placement),
    Packed(BitPlacement),
    Tiled(TilePlacement),
    Dataset(DatasetPlane),
}

/// Plane of a dataset that is chunked or compact.
#[derive(Clone)]
pub(super) struct DatasetPlane {
    pub(super) volume: Arc<Volume>,
    pub(super) cut: Cut,
}

impl std::fmt::Debug for DatasetPlane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.cut.fmt(f)
    }
}

impl Place {
    pub(super) fn shape(&self) -> (usize, usize) {
        match self {
            Self::Strided(p) => p.shape,
            Self::Packed(p) => p.shape,
            Self::Tiled(p) => p.shape,
            Self::Dataset(p) => p.cut.shape,
        }
    }

    pub(super) fn sample_type(&self) -> SampleType {
        match self {
            Self::Strided(p) => p.sample_type.clone(),
            Self::Packed(_) => SampleType::U16,
            Self::Tiled(p) => p.first.sample_type.clone(),
            Self::Dataset(p) => p.volume.sample_type().clone(),
        }
    }

    /// Opens the samples in a source.
    ///
    /// # Errors
    /// `input.size_mismatch`, `profile.value`, `uff.region`.
    pub(super) fn open(&self, source: Arc<dyn ReadAt>) -> Result<Arc<dyn Samples>> {
        Ok(match self {
            Self::Strided(p) => Arc::new(StridedSamples::new(source, p.clone())?),
            Self::Packed(p) => Arc::new(PackedSamples::new(source, *p)?),
            Self::Tiled(p) => Arc::new(TiledSamples::new(source, p.clone())?),
            Self::Dataset(p) => Arc::new(Plane::new(p.volume.clone(), p.cut.clone())?),
        })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (rows, columns) = self.shape();
        write!(f, "{rows} × {columns} ")?;
        let strided = |f: &mut std::fmt::Formatter<'_>, p: &Placement| {
            let (kind, order) = (&p.sample_type, &p.byte_order);
            write!(f, "{kind} {order}, offset {}, strides {} and {}", p.offset, p.row_stride, p.column_stride)
        };
        match self {
            Self::Strided(p) => strided(f, p),
            Self::Packed(p) => {
                let from = if p.most_first { "most" } else { "least" };
                let (offset, row, column) = (p.offset, p.row_stride, p.column_stride);
                write!(f, "{} bits, {from} significant first, bit {offset}, strides {row} and {column} bits", p.bits)
            }
            Self::Tiled(p) => {
                write!(f, "in tiles of {} × {}, {} bytes apart: ", p.first.shape.0, p.first.shape.1, p.stride)?;
                strided(f, &p.first)
            }
            Self::Dataset(p) => {
                let order = if p.volume.is_big_endian() { ByteOrder::Big } else { ByteOrder::Little };
                let (row, column, origin) = (p.cut.row_axis, p.cut.column_axis, &p.cut.origin);
                write!(f, "{} {order}, from {origin:?} on along axes {row} and {column}", p.volume.sample_type())
            }
        }
    }
}

/// Shapes of the views and places of all arrays.
#[derive(Debug, Clone, Default)]
pub(super) struct Layout {
    /// Rows and columns of each view.
    pub(super) shapes: Vec<(u64, u64)>,
    pub(super) arrays: Vec<PlacedArray>,
}

impl Layout {
    /// Computes the layout and checks it against the sizes of the files.
    ///
    /// # Errors
    /// `input.value` for impossible dimensions; `input.size_mismatch` when the layout and a file differ in size.
    pub(super) fn compute(sources: &Sources, fields: &Fields) -> Result<Self> {
        let mut layout = Self::default();
        for (index, view) in sources.plan.views.iter().enumerate() {
            let rows = side(&view.rows, fields, &format!("the number of rows of view {index}"))?;
            let columns = side(&view.columns, fields, &format!("the number of columns of view {index}"))?;
            layout.shapes.push((rows, columns));
        }
        let streams = sources.plan.files.len() + sources.plan.payloads.len();
        let mut ends: Vec<Option<(u64, &PixelsPlan)>> = vec![None; streams];
        for block in &sources.plan.pixels {
            if fields.stream(block.stream).is_none() {
                continue;
            }
            if let Some(dataset) = &block.dataset {
                if let Some(container) = sources.container(block.stream) {
                    layout.place_dataset(block, dataset, container, fields)?;
                }
                continue;
            }
            let end = match &block.tile {
                Some(tile) => layout.place_tiles(block, tile, fields)?,
                None => layout.place(block, fields)?,
            };
            if let Some(slot) = ends.get_mut(block.stream)
                && slot.is_none_or(|(known, _)| end > known)
            {
                *slot = Some((end, block));
            }
        }
        for (stream, end) in ends.iter().enumerate() {
            if let Some((end, block)) = end {
                check_size(sources, fields, stream, *end, block)?;
            }
        }
        Ok(layout)
    }

    /// Places the arrays of a block and returns the offset behind it. Everything is counted in bits here, so that packed
    /// samples and whole bytes are placed alike.
    fn place(&mut self, block: &PixelsPlan, fields: &Fields) -> Result<u64> {
        let (rows, columns) = self.shapes.get(block.view).copied().unwrap_or_default();
        let whole = |formula: &Option<Formula>, otherwise, what: &str| match formula {
            Some(formula) => formula.whole(fields, what),
            None => Ok(otherwise),
        };
        let start = whole(&block.offset, 0, "the offset of the samples")?;
        let header = whole(&block.line_header, 0, "the size of the line header")?;
        let trailer = whole(&block.line_trailer, 0, "the size of the line trailer")?;
        let align = whole(&block.line_align, 1, "the alignment of the lines")?;
        let runs = lines(block, columns, fields)?;
        let total = runs.iter().try_fold(0u64, |sum, (_, count)| sum.checked_add(*count));
        let n = block.channels.len() as u64;
        let size = block.packed.map_or(8 * block.sample_type.size() as u64, u64::from);
        let computed = total.and_then(|total| {
            let (length, count) = match block.order {
                PixelOrder::Rows => (total, rows),
                PixelOrder::Columns => (rows, total),
            };
            let minor = if block.interleave == Interleave::Pixel { size * n } else { size };
            let frame = header.checked_add(trailer)?.checked_mul(8)?;
            let stretch = length.checked_mul(minor)?.checked_add(frame)?;
            let stretch = match align.checked_mul(8)? {
                0 => stretch,
                align => stretch.checked_next_multiple_of(align)?,
            };
            let plane = stretch.checked_mul(count)?;
            let (major, base, all) = match block.interleave {
                Interleave::Plane => (stretch, plane, plane.checked_mul(n)?),
                Interleave::Line => (stretch.checked_mul(n)?, stretch, plane.checked_mul(n)?),
                Interleave::Pixel => (stretch, size, plane),
            };
            let first = start.checked_add(header)?.checked_mul(8)?;
            Some((minor, major, base, first, start.checked_mul(8)?.checked_add(all)?.div_ceil(8)))
        });
        let Some((minor, major, base, first, end)) = computed else { return Err(beyond(block, rows, columns)) };
        let (row_stride, column_stride) = match block.order {
            PixelOrder::Rows => (major, minor),
            PixelOrder::Columns => (minor, major),
        };
        for (position, channel) in block.channels.iter().enumerate() {
            let Some(channel) = *channel else { continue };
            let mut skipped = 0;
            for (part, count) in &runs {
                let offset = first + position as u64 * base + skipped * column_stride;
                skipped += count;
                let Some(part) = model_part(*part) else { continue };
                let shape = (rows as usize, *count as usize);
                let place = match block.packed {
                    Some(bits) => {
                        let most_first = block.packing == Packing::Msb;
                        Place::Packed(BitPlacement { shape, bits, most_first, offset, row_stride, column_stride })
                    }
                    None => Place::Strided(bytes(block, shape, offset / 8, row_stride / 8, column_stride / 8)),
                };
                let (stream, view, line) = (block.stream, block.view, block.line.clone());
                self.arrays.push(PlacedArray { stream, view, channel, part, place, line, within: None });
            }
        }
        Ok(end)
    }

    /// Places the arrays of a block that is stored tile after tile, and returns the offset behind it.
    fn place_tiles(&mut self, block: &PixelsPlan, tile: &(Formula, Formula), fields: &Fields) -> Result<u64> {
        let (rows, columns) = self.shapes.get(block.view).copied().unwrap_or_default();
        let (tall, wide) =
            (side(&tile.0, fields, "the rows of a tile")?, side(&tile.1, fields, "the columns of a tile")?);
        let start = block.offset.as_ref().map_or(Ok(0), |f| f.whole(fields, "the offset of the samples"))?;
        let (n, size) = (block.channels.len() as u64, block.sample_type.size() as u64);
        let computed = (|| {
            let minor = if block.interleave == Interleave::Pixel { size * n } else { size };
            let (row_stride, column_stride) = match block.order {
                PixelOrder::Rows => (wide.checked_mul(minor)?, minor),
                PixelOrder::Columns => (minor, tall.checked_mul(minor)?),
            };
            let one = tall.checked_mul(wide)?.checked_mul(size)?;
            let tiles = rows.div_ceil(tall).checked_mul(columns.div_ceil(wide))?;
            let plane = one.checked_mul(tiles)?;
            let (stride, base) = match block.interleave {
                Interleave::Plane => (one, plane),
                Interleave::Line => (one.checked_mul(n)?, one),
                Interleave::Pixel => (one.checked_mul(n)?, size),
            };
            Some((row_stride, column_stride, stride, base, start.checked_add(plane.checked_mul(n)?)?))
        })();
        let Some((row_stride, column_stride, stride, base, end)) = computed else {
            return Err(beyond(block, rows, columns));
        };
        for (position, channel) in block.channels.iter().enumerate() {
            let Some(channel) = *channel else { continue };
            let offset = start + position as u64 * base;
            let first = bytes(block, (tall as usize, wide as usize), offset, row_stride, column_stride);
            let place = Place::Tiled(TilePlacement { shape: (rows as usize, columns as usize), first, stride });
            let (stream, view, line, part) = (block.stream, block.view, block.line.clone(), PlanePart::Samples);
            self.arrays.push(PlacedArray { stream, view, channel, part, place, line, within: None });
        }
        Ok(end)
    }
}

fn bytes(block: &PixelsPlan, shape: (usize, usize), offset: u64, row_stride: u64, column_stride: u64) -> Placement {
    let byte_order = if block.endian == Endian::Big { ByteOrder::Big } else { ByteOrder::Little };
    Placement { shape, sample_type: block.sample_type.clone(), byte_order, offset, row_stride, column_stride }
}

fn beyond(block: &PixelsPlan, rows: u64, columns: u64) -> Error {
    Error::new(Code::InputSizeMismatch, "the samples would not fit into any file")
        .expected(format!("the block at {} of the profile to fit", block.line))
        .found(format!("{rows} rows of {columns} columns"))
}

/// Returns the runs of lines of a block; the run of the image must be as long as the view is wide.
pub(super) fn lines(block: &PixelsPlan, columns: u64, fields: &Fields) -> Result<Vec<(LinesPart, u64)>> {
    if block.lines.is_empty() {
        return Ok(vec![(LinesPart::Samples, columns)]);
    }
    let mut runs = Vec::new();
    for (part, formula) in &block.lines {
        let count = formula.whole(fields, "the number of lines")?;
        if *part == LinesPart::Samples && count != columns {
            return Err(Error::new(Code::InputSizeMismatch, "the lines of the image are not the columns of the view")
                .expected(format!("{columns} lines"))
                .found(format!("{count} lines at {} of the profile", formula.line)));
        }
        // Zero dark or air lines are no array; the offsets behind them do not change.
        if count > 0 {
            runs.push((*part, count));
        }
    }
    Ok(runs)
}

pub(super) fn model_part(part: LinesPart) -> Option<PlanePart> {
    match part {
        LinesPart::Samples => Some(PlanePart::Samples),
        LinesPart::Dark => Some(PlanePart::Dark),
        LinesPart::Air => Some(PlanePart::Air),
        LinesPart::Skip => None,
    }
}

fn side(formula: &Formula, fields: &Fields, what: &str) -> Result<u64> {
    let side = formula.whole(fields, what)?;
    if side > 0 && u32::try_from(side).is_ok() {
        return Ok(side);
    }
    Err(Error::new(Code::InputValue, format!("{what} is impossible"))
        .expected(format!("1 to {} at {} of the profile", u32::MAX, formula.line))
        .found(side))
}

fn check_size(sources: &Sources, fields: &Fields, stream: usize, end: u64, block: &PixelsPlan) -> Result<()> {
    let Some(found) = fields.stream(stream) else { return Ok(()) };
    let files = sources.plan.files.iter().map(|f| f.trailing);
    let trailing = files.chain(sources.plan.payloads.iter().map(|p| p.trailing)).nth(stream).unwrap_or_default();
    if found.len() == end || found.len() > end && trailing {
        return Ok(());
    }
    Err(Error::new(Code::InputSizeMismatch, "the size of the pixel file does not match its header")
        .file(found.name())
        .expected(format!("{end} bytes by the layout at {} of the profile", block.line))
        .found(format!("{} bytes", found.len())))
}
