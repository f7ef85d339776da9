//! What a scan says about its load, in the figures of the table.

use super::cells::Cell;
use super::cells::Cells;
use crate::detect::Items;
use crate::detect::Load;
use crate::detect::Robust;
use crate::detect::Subject;
use crate::detect::Walls;
use crate::detect::stow;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::material::MaterialClass;
use crate::material::ViewAnalysis;
use crate::model::Geometry;
use crate::model::Region;

/// Relative standard deviation of areal densities by the beams and by what the material axis does not have, such as the
/// hydrogen of water (`uff bench material`: below 1 % for organics and metals, 6 % for water).
const MODEL: f64 = 0.05;
/// Relative standard deviation of the depth of the load: its packing, and rays that run at an angle.
const DEPTH: f64 = 0.05;

/// What cannot be read off the scan.
#[derive(Debug, Clone, Copy)]
pub struct MeasureOptions<'a> {
    /// Scan of the same kind of vehicle, empty.
    pub reference: Option<&'a Subject>,
    /// Depth of the load along the beam, mm.
    pub depth: f64,
}

impl MeasureOptions<'_> {
    /// Width inside a freight container, mm (ISO 668: at least 2330).
    pub const CONTAINER: f64 = 2330.0;
    /// Width inside a box or curtain body of the largest width on the road, mm (2550 by Directive 96/53/EC, less walls).
    pub const BODY: f64 = 2450.0;
}

/// Mass of the load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mass {
    /// Mass, kg; at least this much where parts are opaque.
    pub kg: f64,
    /// Its standard deviation by model, walls and geometry, kg.
    pub sigma: f64,
    /// Whether it is a lower bound.
    pub bound: bool,
}

/// Density of the load over the depth, kg/m³: areal density over depth, gaps included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Density {
    /// Median of the full cells.
    pub median: f64,
    /// A tenth of them is below.
    pub low: f64,
    /// A tenth of them is above.
    pub high: f64,
    /// Relative standard deviation by model and depth.
    pub sigma: f64,
}

/// What a scan says about its load.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Rectangle in which the load stands.
    pub bay: Region,
    /// Whether a floor was found; without one everything in the picture counts as load.
    pub floor: bool,
    /// How the walls are known.
    pub walls: Walls,
    /// Depth that the densities are for, mm.
    pub depth: f64,
    /// Area of a pixel, cm².
    pub pixel_area: Option<f64>,
    /// Mass; none where the size of the pixels is unknown.
    pub mass: Option<Mass>,
    /// Density; none where no cell is full and measured.
    pub density: Option<Density>,
    /// Share of the measured mass by class, in the order of [`MaterialClass::ALL`]; none with one energy.
    pub classes: Option<[f64; MaterialClass::ALL.len()]>,
    /// Share of the load's pixels that let nothing through.
    pub opaque: f64,
    /// How even the load is.
    pub texture: Load,
    /// Items, where the load is regular.
    pub items: Option<Items>,
    /// The load on its grid.
    pub cells: Cells,
}

impl Measured {
    /// Returns the density of an areal density in g/cm², kg/m³.
    pub fn density_of(&self, lambda: f64) -> f64 {
        // 1 g/cm² is 10 kg/m².
        10.0 * lambda / (self.depth / 1000.0)
    }

    /// Sums the cells up; `pair` where there were two energies.
    pub(super) fn summed(mut self, pair: bool) -> Self {
        let count = |of: fn(&Cell) -> usize| self.cells.cells.iter().map(of).sum::<usize>();
        self.opaque = count(|cell| cell.opaque) as f64 / count(|cell| cell.shown).max(1) as f64;
        self.mass = self.pixel_area.map(|area| mass(&self, area));
        self.density = density(&self);
        self.classes = pair.then(|| classes(&self.cells));
        self
    }
}

/// Measures the load of an analysed view; none where nothing is loaded.
///
/// # Errors
/// `usage` when the depth is no length, or the reference cannot be compared with the scan.
pub fn measure(
    analysis: &ViewAnalysis,
    geometry: Option<&Geometry>,
    options: &MeasureOptions<'_>,
) -> Result<Option<Measured>> {
    if !(100.0..=20_000.0).contains(&options.depth) {
        return Err(Error::new(Code::Usage, "this is no depth of a load")
            .expected("100 to 20 000 mm")
            .found(options.depth));
    }
    let subject = Subject::of_analysis(analysis, geometry)?;
    let Some(stow) = stow(&subject, options.reference)? else { return Ok(None) };
    let main = analysis.main().ok_or_else(|| Error::new(Code::Internal, "an analysis of no columns"))?;
    let cells = Cells::of(&stow, &main.solver);
    let measured = Measured {
        bay: stow.bay,
        floor: stow.floor,
        walls: stow.walls,
        depth: options.depth,
        pixel_area: analysis.pixel_area,
        mass: None,
        density: None,
        classes: None,
        opaque: 0.0,
        texture: stow.load,
        items: stow.items,
        cells,
    };
    Ok(Some(measured.summed(analysis.tells_materials())))
}

fn mass(measured: &Measured, area: f64) -> Mass {
    let cells = &measured.cells.cells;
    let grams: f64 = cells.iter().map(Cell::matter).sum();
    let pixels: usize = cells.iter().map(|cell| cell.shown).sum();
    // What the walls of a vehicle take off where nobody saw them bare, and what they vary by where somebody did, g/cm².
    let walls = match measured.walls {
        Walls::Reference => 0.3,
        Walls::Seen => 0.5,
        Walls::Unknown => 3.0,
    };
    let kg = grams * area / 1000.0;
    let sigma = (MODEL * kg).hypot(walls * pixels as f64 * area / 1000.0);
    Mass { kg, sigma, bound: cells.iter().any(|cell| cell.opaque > 0) }
}

fn density(measured: &Measured) -> Option<Density> {
    let full = measured.cells.cells.iter().filter(|cell| cell.is_full());
    let found = Robust::of(full.map(|cell| measured.density_of(cell.lambda) as f32));
    let sigma = MODEL.hypot(DEPTH);
    (found.count > 0).then_some(Density { median: found.median, low: found.low, high: found.high, sigma })
}

fn classes(cells: &Cells) -> [f64; MaterialClass::ALL.len()] {
    let mut sums = [0.0; MaterialClass::ALL.len()];
    for cell in &cells.cells {
        sums[usize::from(cell.class.code())] += cell.matter();
    }
    let all: f64 = sums.iter().sum();
    sums.map(|sum| if all > 0.0 { sum / all } else { 0.0 })
}
