//! Regions of threat items: from voxels of the referenced image to rectangles of views.
//!
//! Base (x, y, z) and extents (width, height, depth) are counted in voxels from the corner of the image; x is the
//! column, y the row, z the frame. Two-dimensional images have depth 0. A bitmap holds one bit per voxel, x fastest,
//! packed without gaps from the lowest bit of each byte (PS3.5, 8.1.1); it narrows the rectangle.

use std::collections::BTreeSet;

use super::attributes::Attributes;
use super::meaning::Note;
use super::part10::missing;
use super::tags;
use super::views::Views;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::ImageRegion;
use crate::model::LossKind;
use crate::model::View;

/// Box of voxels: first and number per axis, x, y, z.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Voxels {
    first: [u32; 3],
    count: [u32; 3],
}

/// Where regions go: the views, and where to note what is lost.
pub(super) struct Targets<'a> {
    pub(super) known: &'a Views,
    pub(super) views: &'a [View],
    pub(super) notes: Vec<Note>,
    /// Reasons noted already.
    pub(super) reasons: BTreeSet<&'static str>,
    /// Name of the report for notes.
    pub(super) report: &'a str,
}

/// Returns the regions of a threat item.
///
/// # Errors
/// `dicom.missing`, `input.value`, `input.size_mismatch`, `limit.*`.
pub(super) fn regions(threat: &Attributes<'_>, to: &mut Targets<'_>, budget: &Budget) -> Result<Vec<ImageRegion>> {
    let mut found = Vec::new();
    for shown in threat.items(tags::PTO_REPRESENTATION_SEQUENCE) {
        let Some((first, frames)) = target(&shown, to)? else { continue };
        let boxed = shown.items(tags::THREAT_ROI_VOXEL_SEQUENCE).next();
        match boxed {
            Some(roi) => {
                let voxels = voxels(&roi)?;
                let bitmap = roi.bytes(tags::THREAT_ROI_BITMAP, budget)?;
                if let Some(bitmap) = &bitmap {
                    check_bitmap(bitmap, voxels)?;
                    to.rounded("a bitmap of voxels becomes the rectangle around them, slice by slice");
                }
                place(voxels, bitmap.as_deref(), (first, frames), to, &mut found, budget)?;
                budget.release(bitmap.map_or(0, |b| b.len() as u64));
            }
            None => {
                let corners = shown.numbers(tags::BOUNDING_POLYGON)?;
                if let Some(voxels) = around(&corners)? {
                    if corners.len() > 6 {
                        to.rounded("a polygon of voxels becomes the rectangle around it");
                    }
                    place(voxels, None, (first, frames), to, &mut found, budget)?;
                }
            }
        }
    }
    Ok(found)
}

impl Targets<'_> {
    fn rounded(&mut self, reason: &'static str) {
        if self.reasons.insert(reason) {
            let reason = format!("{}: {reason}", self.report);
            self.notes.push((LossKind::Rounded, "scan/findings/region".to_owned(), reason));
        }
    }
}

/// Returns first view and number of frames of the referenced image; the only view where there is no reference.
fn target(shown: &Attributes<'_>, to: &mut Targets<'_>) -> Result<Option<(u32, u32)>> {
    let mut uid = None;
    for reference in shown.items(tags::REFERENCED_INSTANCE_SEQUENCE) {
        uid = reference.text(tags::REFERENCED_SOP_INSTANCE_UID)?;
        if let Some(found) = uid.as_ref().and_then(|uid| to.known.images.get(uid)) {
            return Ok(Some(*found));
        }
    }
    if to.views.len() == 1 && uid.is_none() {
        return Ok(Some((0, 1)));
    }
    let reason = match uid {
        Some(uid) => format!("{}: a region lies on image {uid}, which is not in the delivery", to.report),
        None => format!("{}: a region does not say on which image it lies", to.report),
    };
    to.notes.push((LossKind::Dropped, "scan/findings/region".to_owned(), reason));
    Ok(None)
}

fn voxels(roi: &Attributes<'_>) -> Result<Voxels> {
    let three = |tag| {
        let numbers = roi.numbers(tag)?;
        match numbers.as_slice() {
            [x, y, z] => Ok([*x, *y, *z]),
            [x, y] => Ok([*x, *y, 0.0]),
            [] => Err(missing(tag)),
            more => {
                Err(Error::new(Code::InputValue, "not a place of three axes").at(tags::shown(tag)).found(more.len()))
            }
        }
    };
    let (base, extents) = (three(tags::THREAT_ROI_BASE)?, three(tags::THREAT_ROI_EXTENTS)?);
    spanned(base, [base[0] + extents[0], base[1] + extents[1], base[2] + extents[2].max(1.0)])
}

/// Returns the box around the corners of a polygon, none without corners. The corner opposite to the first belongs to it.
fn around(corners: &[f64]) -> Result<Option<Voxels>> {
    let (points, rest) = corners.as_chunks::<3>();
    let Some(first) = points.first() else { return Ok(None) };
    if !rest.is_empty() || points.len() < 2 {
        return Err(Error::new(Code::InputValue, "the bounding polygon has no two corners of three axes")
            .at(tags::shown(tags::BOUNDING_POLYGON))
            .found(format!("{} numbers", corners.len())));
    }
    let (mut low, mut high) = (*first, *first);
    for point in points {
        for ((low, high), value) in low.iter_mut().zip(&mut high).zip(point) {
            *low = low.min(*value);
            *high = high.max(*value);
        }
    }
    spanned(low, high.map(|v| v.floor() + 1.0)).map(Some)
}

/// Returns the box of all voxels touched from one corner to before the other.
fn spanned(from: [f64; 3], to: [f64; 3]) -> Result<Voxels> {
    let wrong = || Error::new(Code::InputValue, "a region has no extent or an impossible one");
    let mut made = Voxels { first: [0; 3], count: [0; 3] };
    for axis in 0..3 {
        let (low, high) = (from[axis].floor(), to[axis].ceil());
        if !(0.0..4.0e9).contains(&low) || !(0.0..4.0e9).contains(&high) || high <= low {
            return Err(wrong().found(format!("from {from:?} to {to:?}")));
        }
        made.first[axis] = low as u32;
        made.count[axis] = (high - low) as u32;
    }
    Ok(made)
}

fn check_bitmap(bitmap: &[u8], voxels: Voxels) -> Result<()> {
    let bits = voxels.count.iter().try_fold(1_u64, |n, c| n.checked_mul(u64::from(*c)));
    let bytes = bits.map(|b| b.div_ceil(8));
    if bytes.is_some_and(|n| bitmap.len() as u64 == n || bitmap.len() as u64 == n + n % 2) {
        return Ok(());
    }
    Err(Error::new(Code::InputSizeMismatch, "the bitmap of a region has another size than its extents")
        .at(tags::shown(tags::THREAT_ROI_BITMAP))
        .expected(format!("one bit for each of {:?} voxels", voxels.count))
        .found(format!("{} bytes", bitmap.len())))
}

/// Adds a rectangle for each frame that the box touches, cut at the border of the view.
fn place(
    voxels: Voxels,
    bitmap: Option<&[u8]>,
    (first, frames): (u32, u32),
    to: &mut Targets<'_>,
    found: &mut Vec<ImageRegion>,
    budget: &Budget,
) -> Result<()> {
    for slice in 0..voxels.count[2] {
        let frame = voxels.first[2].saturating_add(slice);
        if frame >= frames {
            to.rounded("a region is cut at the last frame of its image");
            break;
        }
        let Some(view) = to.views.get(first.saturating_add(frame) as usize) else { continue };
        let [mut column, mut row, _] = voxels.first;
        let [mut columns, mut rows, _] = voxels.count;
        if let Some(bitmap) = bitmap {
            let Some((low, high)) = set_bits(bitmap, voxels, slice) else { continue };
            (column, row) = (column.saturating_add(low.0), row.saturating_add(low.1));
            (columns, rows) = (high.0 - low.0 + 1, high.1 - low.1 + 1);
        }
        if column >= view.columns || row >= view.rows {
            to.rounded("a region outside its image is left out");
            continue;
        }
        let (right, below) = (view.columns - column, view.rows - row);
        if columns > right || rows > below {
            to.rounded("a region is cut at the border of its image");
        }
        budget.count(1, "regions")?;
        let view = first + frame;
        found.push(ImageRegion {
            view,
            row,
            column,
            rows: rows.min(below),
            columns: columns.min(right),
            ..ImageRegion::default()
        });
    }
    Ok(())
}

/// Returns lowest and highest column and row of the set bits of a slice, none when there is none.
fn set_bits(bitmap: &[u8], voxels: Voxels, slice: u32) -> Option<((u32, u32), (u32, u32))> {
    let [width, height, _] = voxels.count.map(u64::from);
    let start = u64::from(slice) * width * height;
    let mut found: Option<((u32, u32), (u32, u32))> = None;
    for index in 0..width * height {
        let bit = start + index;
        let byte = bitmap.get((bit / 8) as usize).copied().unwrap_or(0);
        if byte >> (bit % 8) & 1 == 0 {
            continue;
        }
        let (x, y) = ((index % width) as u32, (index / width) as u32);
        let (low, high) = found.unwrap_or(((x, y), (x, y)));
        found = Some(((low.0.min(x), low.1.min(y)), (high.0.max(x), high.1.max(y))));
    }
    found
}
