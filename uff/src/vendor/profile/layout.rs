//! Where the samples of a delivery lie: from the pixel blocks of a profile to strides.

use super::document::{Endian, Interleave, LinesPart, PixelOrder};
use super::fields::{Fields, Sources};
use super::plan::{Formula, PixelsPlan};
use crate::error::{Code, Error, Result};
use crate::model::{ByteOrder, PlanePart};
use crate::vendor::Placement;

/// One array of a channel, placed.
#[derive(Debug, Clone)]
pub(super) struct PlacedArray {
    /// File of the profile.
    pub(super) file: usize,
    pub(super) view: usize,
    /// Index of the channel in the view.
    pub(super) channel: usize,
    pub(super) part: PlanePart,
    pub(super) placement: Placement,
    pub(super) line: String,
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
        let mut ends: Vec<Option<(u64, &PixelsPlan)>> = vec![None; sources.plan.files.len()];
        for block in &sources.plan.pixels {
            if sources.file(block.file).is_none() {
                continue;
            }
            let end = layout.place(block, fields)?;
            if let Some(slot) = ends.get_mut(block.file)
                && slot.is_none_or(|(known, _)| end > known)
            {
                *slot = Some((end, block));
            }
        }
        for (file, end) in ends.iter().enumerate() {
            if let Some((end, block)) = end {
                check_size(sources, file, *end, block)?;
            }
        }
        Ok(layout)
    }

    /// Places the arrays of a block and returns the offset behind it.
    fn place(&mut self, block: &PixelsPlan, fields: &Fields) -> Result<u64> {
        let (rows, columns) = self.shapes.get(block.view).copied().unwrap_or_default();
        let whole = |formula: &Option<Formula>, what: &str| match formula {
            Some(formula) => formula.whole(fields, what),
            None => Ok(0),
        };
        let start = whole(&block.offset, "the offset of the samples")?;
        let header = whole(&block.line_header, "the size of the line header")?;
        let trailer = whole(&block.line_trailer, "the size of the line trailer")?;
        let runs = lines(block, columns, fields)?;
        let total = runs.iter().try_fold(0u64, |sum, (_, count)| sum.checked_add(*count));
        let (n, size) = (block.channels.len() as u64, block.sample_type.size() as u64);
        let computed = total.and_then(|total| {
            let (length, count) = match block.order {
                PixelOrder::Rows => (total, rows),
                PixelOrder::Columns => (rows, total),
            };
            let minor = if block.interleave == Interleave::Pixel { size * n } else { size };
            let stretch = length.checked_mul(minor)?.checked_add(header)?.checked_add(trailer)?;
            let plane = stretch.checked_mul(count)?;
            let (major, base, all) = match block.interleave {
                Interleave::Plane => (stretch, plane, plane.checked_mul(n)?),
                Interleave::Line => (stretch.checked_mul(n)?, stretch, plane.checked_mul(n)?),
                Interleave::Pixel => (stretch, size, plane),
            };
            Some((minor, major, base, start.checked_add(all)?))
        });
        let Some((minor, major, base, end)) = computed else {
            return Err(Error::new(Code::InputSizeMismatch, "the samples would not fit into any file")
                .expected(format!("the block at {} of the profile to fit", block.line))
                .found(format!("{rows} rows of {columns} columns")));
        };
        for (position, channel) in block.channels.iter().enumerate() {
            let Some(channel) = *channel else { continue };
            let mut first = 0;
            for (part, count) in &runs {
                let skipped = first;
                first += count;
                let Some(part) = model_part(*part) else { continue };
                let (row_stride, column_stride) = match block.order {
                    PixelOrder::Rows => (major, minor),
                    PixelOrder::Columns => (minor, major),
                };
                let placement = Placement {
                    shape: (rows as usize, *count as usize),
                    sample_type: block.sample_type.clone(),
                    byte_order: if block.endian == Endian::Big { ByteOrder::Big } else { ByteOrder::Little },
                    offset: start + header + position as u64 * base + skipped * column_stride,
                    row_stride,
                    column_stride,
                };
                let (file, view, line) = (block.file, block.view, block.line.clone());
                self.arrays.push(PlacedArray { file, view, channel, part, placement, line });
            }
        }
        Ok(end)
    }
}

/// Returns the runs of lines of a block; the run of the image must be as long as the view is wide.
fn lines(block: &PixelsPlan, columns: u64, fields: &Fields) -> Result<Vec<(LinesPart, u64)>> {
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

fn model_part(part: LinesPart) -> Option<PlanePart> {
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

fn check_size(sources: &Sources, file: usize, end: u64, block: &PixelsPlan) -> Result<()> {
    let (Some(found), Some(rule)) = (sources.file(file), sources.plan.files.get(file)) else { return Ok(()) };
    if found.size() == end || found.size() > end && rule.trailing {
        return Ok(());
    }
    Err(Error::new(Code::InputSizeMismatch, "the size of the pixel file does not match its header")
        .file(found.name())
        .expected(format!("{end} bytes by the layout at {} of the profile", block.line))
        .found(format!("{} bytes", found.size())))
}
