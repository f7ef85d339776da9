//! Division of the image into tiles, resolutions, sub-bands and precincts (ISO/IEC 15444-1, annex B).

use super::super::Fault;
use super::super::fault::damaged;
use super::codestream::Codestream;

/// A rectangle of a grid; right and bottom lie outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) right: u32,
    pub(super) bottom: u32,
}

impl Area {
    fn is_empty(self) -> bool {
        self.left >= self.right || self.top >= self.bottom
    }

    fn intersection(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }

    /// Returns the area on a grid that is coarser by powers of two and shifted.
    fn reduced(self, power: u32, shift: (u64, u64)) -> Self {
        let reduce = |at: u32, shift: u64| {
            let step = 1_u64 << power;
            u64::from(at).saturating_sub(shift).div_ceil(step) as u32
        };
        Self {
            left: reduce(self.left, shift.0),
            top: reduce(self.top, shift.1),
            right: reduce(self.right, shift.0),
            bottom: reduce(self.bottom, shift.1),
        }
    }

    /// Returns how many cells of a grid of powers of two the area touches, across and down.
    pub(super) fn cells(self, size: (u32, u32)) -> (u32, u32) {
        if self.is_empty() {
            return (0, 0);
        }
        let count = |from: u32, to: u32, power: u32| ((to - 1) >> power) - (from >> power) + 1;
        (count(self.left, self.right, size.0), count(self.top, self.bottom, size.1))
    }
}

/// A resolution of a tile.
#[derive(Debug)]
pub(super) struct Resolution {
    /// Sub-bands: number in the order of their quantization, and area.
    pub(super) bands: Vec<(usize, Area)>,
    /// Area of the resolution itself.
    area: Area,
    /// Precincts across and down.
    pub(super) precincts: (u32, u32),
    /// Size of a precinct, and that of a part of it in a sub-band, as powers of two.
    size: (u32, u32),
    part: (u32, u32),
    /// Size of a code-block, as powers of two.
    pub(super) block: (u32, u32),
    /// Power of two by which the resolution is coarser than the tile.
    reduction: u32,
}

impl Resolution {
    /// Returns the number of precincts.
    pub(super) fn count(&self) -> u64 {
        u64::from(self.precincts.0) * u64::from(self.precincts.1)
    }

    /// Returns where a precinct stands on the reference grid, row first: what the order of positions goes by.
    pub(super) fn position(&self, tile: Area, precinct: u64) -> (u64, u64) {
        let (column, row) = self.cell(precinct);
        let at = |cell: u64, power: u32, least: u32| (cell << (power + self.reduction)).max(least.into());
        (at(row, self.size.1, tile.top), at(column, self.size.0, tile.left))
    }

    /// Returns the part of a sub-band that belongs to a precinct.
    pub(super) fn part(&self, band: Area, precinct: u64) -> Area {
        let (column, row) = self.cell(precinct);
        let at = |cell: u64, power: u32| u32::try_from(cell << power).unwrap_or(u32::MAX);
        band.intersection(Area {
            left: at(column, self.part.0),
            top: at(row, self.part.1),
            right: at(column + 1, self.part.0),
            bottom: at(row + 1, self.part.1),
        })
    }

    /// Returns column and row of a precinct, counted from the origin of the grid.
    fn cell(&self, precinct: u64) -> (u64, u64) {
        let across = u64::from(self.precincts.0).max(1);
        let first = (self.area.left >> self.size.0, self.area.top >> self.size.1);
        (u64::from(first.0) + precinct % across, u64::from(first.1) + precinct / across)
    }
}

/// Returns the number of tiles.
pub(super) fn count(codestream: &Codestream<'_>) -> u64 {
    let (across, down) = grid(codestream);
    u64::from(across) * u64::from(down)
}

fn grid(codestream: &Codestream<'_>) -> (u32, u32) {
    let (image, tile) = (codestream.image, codestream.tile);
    let across = (image.right - tile.left).div_ceil(tile.right - tile.left);
    let down = (image.bottom - tile.top).div_ceil(tile.bottom - tile.top);
    (across, down)
}

/// Returns the area of a tile.
pub(super) fn area(codestream: &Codestream<'_>, number: u32) -> Area {
    let (across, _) = grid(codestream);
    let (column, row) = (number % across, number / across);
    let first = codestream.tile;
    let (width, height) = (first.right - first.left, first.bottom - first.top);
    let (left, top) =
        (first.left.saturating_add(column.saturating_mul(width)), first.top.saturating_add(row.saturating_mul(height)));
    let tile = Area { left, top, right: left.saturating_add(width), bottom: top.saturating_add(height) };
    tile.intersection(codestream.image)
}

/// Divides a tile.
pub(super) fn resolutions(codestream: &Codestream<'_>, tile: Area) -> Result<Vec<Resolution>, Fault> {
    let coding = &codestream.coding;
    let mut found = Vec::new();
    for (number, size) in (0..).zip(coding.precincts.iter().copied()) {
        let reduction = coding.levels - number;
        let area = tile.reduced(reduction, (0, 0));
        let (bands, part) = if number == 0 {
            (vec![(0, area)], size)
        } else {
            let half = |power: u32| power.checked_sub(1).ok_or_else(|| damaged("a precinct without code-blocks"));
            let shift = 1_u64 << reduction;
            let bands = [(shift, 0), (0, shift), (shift, shift)].map(|by| tile.reduced(reduction + 1, by));
            let first = 3 * number as usize - 2;
            ((first..).zip(bands).collect(), (half(size.0)?, half(size.1)?))
        };
        found.push(Resolution {
            bands,
            area,
            precincts: area.cells(size),
            size,
            part,
            block: (coding.block.0.min(part.0), coding.block.1.min(part.1)),
            reduction,
        });
    }
    Ok(found)
}
