//! From a scene to the arrays that its scanner would write.

use ndarray::Array2;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::attenuator::Attenuator;
use super::paperwork::Paperwork;
use super::readout::{Readout, Side, scatter};
use super::scanner::{Grid, Scanner};
use super::scene::Scene;
use super::solid::Solids;
use super::survey::Survey;
use super::trace::{Scratch, Tracer};
use super::truth::Truth;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::physics::Beam;
use crate::units::Energy;

/// How a scene is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderOptions {
    /// Seed of the noise. The same scene, options and seed give the same bytes on any number of threads.
    pub seed: u64,
    /// Rows instead of the scene's own; the window stays, the pixels change their size.
    pub rows: Option<u32>,
    /// Columns instead of the scene's own.
    pub columns: Option<u32>,
    /// Rays per pixel along each side, 1 to 8; their transmissions are averaged.
    pub rays: u32,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self { seed: 1, rows: None, columns: None, rays: 2 }
    }
}

/// Arrays of one energy, raw counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// The picture, `[row, column]`, row 0 at the top.
    pub samples: Array2<u16>,
    /// Lines without beam, `[row, line]`.
    pub dark: Array2<u16>,
    /// Lines with beam and without object, `[row, line]`.
    pub air: Array2<u16>,
}

/// A rendered scan.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendering {
    /// High energy.
    pub high: Recording,
    /// Low energy.
    pub low: Recording,
    /// What is in the picture.
    pub truth: Truth,
    /// True areal density, g/cm², `[row, column]`, by one ray through the middle of each pixel.
    pub areal_density: Array2<f32>,
    /// True effective atomic number of all that lies in the beam (ratio of moments, as
    /// [`Material::effective_z_megavolt`](crate::physics::Material::effective_z_megavolt)); 0 in air.
    pub z_eff: Array2<f32>,
    /// The scanner as it was used.
    pub scanner: Scanner,
    /// The papers.
    pub paperwork: Paperwork,
}

/// Renders a scene.
///
/// Runs on the current rayon pool.
///
/// # Errors
/// `scene.value` when the scene asks for something impossible, `physics.range` for energies outside the tables,
/// `limit.bytes` when the arrays exceed the budget, `usage` when `rays` is not 1 to 8.
pub fn render(scene: &Scene, options: &RenderOptions, budget: &Budget) -> Result<Rendering> {
    if !(1..=8).contains(&options.rays) {
        return Err(Error::new(Code::Usage, "wrong number of rays per pixel side")
            .expected("1 to 8")
            .found(options.rays));
    }
    let mut scanner = scene.scanner.clone();
    scanner.image.rows = options.rows.unwrap_or(scanner.image.rows);
    scanner.image.columns = options.columns.unwrap_or(scanner.image.columns);
    scene.check()?;
    scanner.check()?;
    let (rows, columns) = (scanner.image.rows, scanner.image.columns);
    // Two transmissions, their scatter, truth and sightings, samples: about 64 bytes per pixel at the peak.
    let bytes = u64::from(rows).saturating_mul(u64::from(columns)).saturating_mul(64);
    budget.charge(bytes, "the rendered arrays")?;

    let solids = Solids::new(scene)?;
    let pixels = Grid::new(&scanner, rows, columns, 0.0);
    let survey = Survey::new(&solids, &pixels);
    let half_column = scanner.image.length / f64::from(columns) / 2.0;
    let late = if scanner.interlaced { half_column } else { 0.0 };
    let grid = |shift| Grid::new(&scanner, rows * options.rays, columns * options.rays, shift);
    let beam = |mev: f64| Attenuator::new(&Beam::usual(Energy::from_mev(mev)?)?, &solids.materials);
    let (high, low) = (beam(scanner.high_mev)?, beam(scanner.low_mev)?);
    let planes = if scanner.interlaced {
        let [first] = transmissions(&solids, &grid(0.0), options.rays, [&high]);
        let [second] = transmissions(&solids, &grid(late), options.rays, [&low]);
        [first, second]
    } else {
        transmissions(&solids, &grid(0.0), options.rays, [&high, &low])
    };

    let mut recordings = planes.into_iter().zip([Side::High, Side::Low]).map(|(mut plane, side)| {
        scatter(&mut plane, scanner.detector.scatter);
        let readout = Readout::new(&scanner.detector, side, rows, options.seed);
        Recording { samples: readout.object(&plane), dark: readout.dark(), air: readout.air() }
    });
    let (Some(high), Some(low)) = (recordings.next(), recordings.next()) else {
        return Err(Error::new(Code::Internal, "a rendered energy is missing"));
    };
    drop(recordings);
    let truth = Truth {
        scene: scene.name.clone(),
        title: scene.title.clone(),
        z_eff: "sum of n Z^2 over sum of n Z, n atoms per gram".into(),
        seed: Some(options.seed),
        rows: rows as usize,
        columns: columns as usize,
        objects: survey.objects(&solids),
    };
    budget.release(bytes);
    let Survey { areal_density, z_eff, .. } = survey;
    Ok(Rendering { high, low, truth, areal_density, z_eff, scanner, paperwork: scene.paperwork.clone() })
}

/// Returns the transmission `[row, column]` of each beam: the mean over the rays of each pixel.
fn transmissions<const N: usize>(solids: &Solids, grid: &Grid, rays: u32, beams: [&Attenuator; N]) -> [Array2<f32>; N] {
    let tracer = Tracer::new(solids, grid);
    let (rows, columns) = (grid.rows / rays, (grid.columns / rays) as usize);
    let share = 1.0 / f64::from(rays * rays);
    let lines: Vec<[Vec<f64>; N]> = (0..rows)
        .into_par_iter()
        .map_init(Buffers::default, |buffers, row| {
            let mut sums = [(); N].map(|()| vec![0.0; columns]);
            for fine in row * rays..(row + 1) * rays {
                tracer.row(fine, &mut buffers.scratch, |column, layers| {
                    buffers.passed.clear();
                    for layer in layers {
                        let Some(material) = solids.list.get(layer.solid).and_then(|s| s.material) else { continue };
                        match buffers.passed.iter_mut().find(|(m, _)| *m == material) {
                            Some((_, sum)) => *sum += layer.areal_density,
                            None => buffers.passed.push((material, layer.areal_density)),
                        }
                    }
                    for (sum, beam) in sums.iter_mut().zip(beams) {
                        if let Some(pixel) = sum.get_mut((column / rays) as usize) {
                            *pixel += share * beam.transmission(&buffers.passed, &mut buffers.depth);
                        }
                    }
                });
            }
            sums
        })
        .collect();
    std::array::from_fn(|beam| {
        let mut plane = Array2::zeros((rows as usize, columns));
        let values = lines.iter().filter_map(|line| line.get(beam)).flatten();
        plane.iter_mut().zip(values).for_each(|(out, t)| *out = *t as f32);
        plane
    })
}

#[derive(Default)]
struct Buffers {
    scratch: Scratch,
    passed: Vec<(usize, f64)>,
    depth: Vec<f64>,
}
