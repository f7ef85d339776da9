//! Survey of a scene by one ray through the middle of each pixel: what the truth file is made from.

use std::collections::BTreeMap;

use ndarray::Array2;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::scanner::Grid;
use super::solid::Solids;
use super::trace::{Scratch, Tracer};
use super::truth::{Core, LayerTruth, ObjectTruth, Rectangle, largest_rectangle};

/// Areal density, g/cm², from which on an object counts as seen.
const SEEN: f32 = 0.01;
/// Largest relative deviation from the median inside a core.
const FLAT: f32 = 0.12;

/// What lies in the beam of each pixel.
pub(super) struct Survey {
    /// Areal density of everything, g/cm², `[row, column]`.
    pub(super) areal_density: Array2<f32>,
    /// Effective atomic number of everything; 0 in air.
    pub(super) z_eff: Array2<f32>,
    /// Which named objects are seen, as a digest of their indices; 0 for none.
    stacks: Array2<u64>,
    /// Per object, the pixels that show it, in reading order, with its areal density.
    sightings: Vec<Vec<Sighting>>,
}

#[derive(Debug, Clone, Copy)]
struct Sighting {
    row: u32,
    column: u32,
    areal_density: f32,
}

/// One row: totals and the sightings by object.
type Row = (Vec<(f32, f32, u64)>, Vec<(usize, Sighting)>);

impl Survey {
    pub(super) fn new(solids: &Solids, grid: &Grid) -> Self {
        let tracer = Tracer::new(solids, grid);
        let moments: Vec<_> = solids.materials.iter().map(|m| (m.z_over_a(), m.effective_z_megavolt())).collect();
        let rows: Vec<Row> = (0..grid.rows)
            .into_par_iter()
            .map_init(Scratch::default, |scratch, row| survey_row(&tracer, solids, &moments, row, scratch))
            .collect();
        let shape = (grid.rows as usize, grid.columns as usize);
        let mut survey = Self {
            areal_density: Array2::zeros(shape),
            z_eff: Array2::zeros(shape),
            stacks: Array2::zeros(shape),
            sightings: vec![Vec::new(); solids.objects.len()],
        };
        let pixels = rows.iter().flat_map(|row| &row.0);
        for (((a, z), s), pixel) in
            survey.areal_density.iter_mut().zip(&mut survey.z_eff).zip(&mut survey.stacks).zip(pixels)
        {
            (*a, *z, *s) = *pixel;
        }
        for (object, sighting) in rows.into_iter().flat_map(|row| row.1) {
            if let Some(list) = survey.sightings.get_mut(object) {
                list.push(sighting);
            }
        }
        survey
    }

    /// Describes every object.
    pub(super) fn objects(&self, solids: &Solids) -> Vec<ObjectTruth> {
        let describe = |(object, sightings): (&super::solid::Object, &Vec<Sighting>)| ObjectTruth {
            name: object.name.clone(),
            what: object.what.clone(),
            material: object.material.clone(),
            density: object.density,
            z_eff: solids
                .materials
                .iter()
                .find(|m| m.name() == object.material)
                .map_or(0.0, |m| tidy(m.effective_z_megavolt(), 100.0)),
            rectangle: bounds(sightings),
            core: self.core(solids, sightings),
        };
        solids.objects.iter().zip(&self.sightings).map(describe).collect()
    }

    /// Finds the largest rectangle of an object in which the stack of objects is its most frequent one and neither the
    /// object's nor the total areal density strays.
    fn core(&self, solids: &Solids, sightings: &[Sighting]) -> Option<Core> {
        let stack = |s: &Sighting| self.stacks.get(s.place()).copied().unwrap_or_default();
        let total = |s: &Sighting| self.areal_density.get(s.place()).copied().unwrap_or_default();
        let mut frequency: BTreeMap<u64, usize> = BTreeMap::new();
        sightings.iter().for_each(|s| *frequency.entry(stack(s)).or_default() += 1);
        let common = *frequency.iter().max_by_key(|entry| entry.1)?.0;
        let alike: Vec<&Sighting> = sightings.iter().filter(|s| stack(s) == common).collect();
        let own_median = median(alike.iter().map(|s| s.areal_density).collect())?;
        let total_median = median(alike.iter().map(|s| total(s)).collect())?;
        let near = |value: f32, middle: f32| (value - middle).abs() <= FLAT * middle;

        let bounds = bounds(sightings)?;
        let mut mask = Array2::from_elem((bounds.rows, bounds.columns), false);
        for s in alike.iter().filter(|s| near(s.areal_density, own_median) && near(total(s), total_median)) {
            if let Some(set) = mask.get_mut((s.place().0 - bounds.row, s.place().1 - bounds.column)) {
                *set = true;
            }
        }
        let found = largest_rectangle(&mask)?;
        let rectangle =
            Rectangle { row: found.row + bounds.row, column: found.column + bounds.column, ..found }.inset();
        let layers = self.layers(solids, &rectangle);
        let area = (rectangle.rows * rectangle.columns) as f64;
        let mean = |plane: &Array2<f32>| {
            let window = plane.slice(ndarray::s![
                rectangle.row..rectangle.row + rectangle.rows,
                rectangle.column..rectangle.column + rectangle.columns
            ]);
            window.iter().map(|v| f64::from(*v)).sum::<f64>() / area
        };
        let (areal_density, z_eff) = (tidy(mean(&self.areal_density), 1000.0), tidy(mean(&self.z_eff), 100.0));
        Some(Core { rectangle, layers, areal_density, z_eff })
    }

    fn layers(&self, solids: &Solids, rectangle: &Rectangle) -> Vec<LayerTruth> {
        let area = (rectangle.rows * rectangle.columns) as f64;
        let mut layers = Vec::new();
        for (object, sightings) in solids.objects.iter().zip(&self.sightings) {
            let inside = sightings.iter().filter(|s| rectangle.contains(s.place().0, s.place().1));
            let (count, sum) = inside.fold((0, 0.0), |(n, sum), s| (n + 1, sum + f64::from(s.areal_density)));
            if count > 0 {
                let (object, material) = (object.name.clone(), object.material.clone());
                layers.push(LayerTruth { object, material, areal_density: tidy(sum / area, 1000.0) });
            }
        }
        layers
    }
}

impl Sighting {
    fn place(&self) -> (usize, usize) {
        (self.row as usize, self.column as usize)
    }
}

fn survey_row(tracer: &Tracer<'_>, solids: &Solids, moments: &[(f64, f64)], row: u32, scratch: &mut Scratch) -> Row {
    let mut pixels = Vec::new();
    let mut sightings = Vec::new();
    let mut seen: BTreeMap<usize, (f64, bool)> = BTreeMap::new();
    tracer.row(row, scratch, |column, layers| {
        let (mut total, mut electrons, mut weighted) = (0.0, 0.0, 0.0);
        seen.clear();
        for layer in layers {
            let Some(solid) = solids.list.get(layer.solid) else { continue };
            if let Some((z_over_a, z_eff)) = solid.material.and_then(|m| moments.get(m)) {
                total += layer.areal_density;
                electrons += layer.areal_density * z_over_a;
                weighted += layer.areal_density * z_over_a * z_eff;
            }
            if let Some(object) = solid.object {
                let entry = seen.entry(object).or_default();
                *entry = (entry.0 + layer.areal_density, solid.material.is_none());
            }
        }
        let mut stack = 0u64;
        for (object, (areal_density, hole)) in &seen {
            let areal_density = *areal_density as f32;
            if *hole || areal_density >= SEEN {
                sightings.push((*object, Sighting { row, column, areal_density }));
                // FNV-1a over the indices.
                stack = (stack ^ (*object as u64 + 0xcbf2_9ce4_8422_2325)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
        let z_eff = if electrons > 0.0 { weighted / electrons } else { 0.0 };
        pixels.push((total as f32, z_eff as f32, stack));
    });
    (pixels, sightings)
}

fn bounds(sightings: &[Sighting]) -> Option<Rectangle> {
    let range = |value: fn(&Sighting) -> u32| {
        let low = sightings.iter().map(value).min()? as usize;
        let high = sightings.iter().map(value).max()? as usize;
        Some((low, high + 1 - low))
    };
    let ((row, rows), (column, columns)) = (range(|s| s.row)?, range(|s| s.column)?);
    Some(Rectangle { row, column, rows, columns })
}

fn median(mut values: Vec<f32>) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Rounds to a fraction of one, so that the file stays readable.
fn tidy(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}
