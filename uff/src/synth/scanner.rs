//! Scanner of a scene: beams, geometry, picture and detector.

use serde::{Deserialize, Serialize};

use super::ray::Ray;
use crate::error::{Code, Error, Result};

/// Most rows or columns of a picture.
const MAX_SIDE: u32 = 200_000;

/// A dual-energy line scanner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scanner {
    /// Nominal energy of the high-energy beam, MeV.
    pub high_mev: f64,
    /// Nominal energy of the low-energy beam, MeV.
    pub low_mev: f64,
    /// Whether pulses alternate between the energies, so that the low-energy columns lie half a column further.
    #[serde(default)]
    pub interlaced: bool,
    /// Where the source stands; absent for a parallel beam.
    pub source: Option<SourcePlace>,
    /// Distance from the middle of the object to the detector, mm.
    pub detector_distance: f64,
    /// The picture.
    pub image: ImageWindow,
    /// The detector.
    pub detector: Detector,
}

/// Place of the source: in the plane of each column, before the object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcePlace {
    /// Distance to the middle of the object (y = 0), mm.
    pub distance: f64,
    /// Height above the ground, mm.
    pub height: f64,
}

/// Part of the plane through the middle of the object (y = 0) that the picture shows; column 0 starts at x = 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageWindow {
    /// Rows, the first at the top.
    pub rows: u32,
    /// Columns.
    pub columns: u32,
    /// Length along x, mm.
    pub length: f64,
    /// Height of the lower edge above the ground, mm.
    pub bottom: f64,
    /// Height of the upper edge above the ground, mm.
    pub top: f64,
}

/// Detector line and its electronics; counts are those of the 16-bit output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detector {
    /// Mean reading without beam.
    pub dark: f64,
    /// Spread of that reading between rows (largest deviation).
    pub dark_spread: f64,
    /// Mean rise by the full high-energy beam.
    pub air_high: f64,
    /// Mean rise by the full low-energy beam.
    pub air_low: f64,
    /// Relative spread of the gain between rows (largest deviation); rows of one module share half of it.
    pub gain_spread: f64,
    /// Rows of one detector module.
    pub module_rows: u32,
    /// Equivalent quanta per sample in air at high energy: relative noise² = 1 / quanta.
    pub quanta_high: f64,
    /// The same at low energy.
    pub quanta_low: f64,
    /// Standard deviation of the electronic noise, counts.
    pub electronic: f64,
    /// Relative standard deviation of the dose from pulse to pulse, as left by the reference detector.
    pub pulse_jitter: f64,
    /// Share of the singly scattered radiation that reaches the detector line.
    pub scatter: f64,
    /// Number of lines recorded without beam.
    pub dark_lines: u32,
    /// Number of lines recorded with beam and without object.
    pub air_lines: u32,
}

impl Scanner {
    pub(super) fn check(&self) -> Result<()> {
        let image = &self.image;
        let d = &self.detector;
        let sound = [
            ("beam energies", self.low_mev > 0.0 && self.low_mev < self.high_mev && self.high_mev <= 20.0),
            ("picture sides", (1..=MAX_SIDE).contains(&image.rows) && (1..=MAX_SIDE).contains(&image.columns)),
            (
                "picture window",
                image.length > 0.0
                    && image.length < 1e6
                    && image.top > image.bottom
                    && (image.top - image.bottom) < 1e5,
            ),
            ("detector distance", self.detector_distance > 0.0 && self.detector_distance < 1e5),
            (
                "source distance",
                self.source.as_ref().is_none_or(|s| s.distance > 0.0 && s.distance < 1e5 && s.height.abs() < 1e5),
            ),
            (
                "levels",
                d.dark >= 0.0 && d.air_high > 0.0 && d.air_low > 0.0 && d.dark + d.air_high.max(d.air_low) < 1e6,
            ),
            (
                "spreads",
                (0.0..=d.dark).contains(&d.dark_spread) && (0.0..=0.5).contains(&d.gain_spread) && d.module_rows > 0,
            ),
            ("quanta", d.quanta_high > 0.0 && d.quanta_low > 0.0 && d.quanta_high.max(d.quanta_low) <= 1e12),
            (
                "noise",
                (0.0..1e5).contains(&d.electronic)
                    && (0.0..=0.2).contains(&d.pulse_jitter)
                    && (0.0..=0.5).contains(&d.scatter),
            ),
            ("dark and air lines", d.dark_lines.max(d.air_lines) <= 4096),
        ];
        match sound.iter().find(|(_, good)| !good) {
            None => Ok(()),
            Some((what, _)) => {
                Err(Error::new(Code::SceneValue, format!("the scanner's {what} are impossible")).at("scanner"))
            }
        }
    }
}

/// Grid of the rays of a picture; rows and columns may be finer than those of the picture.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub(super) rows: u32,
    pub(super) columns: u32,
    pitch_x: f64,
    pitch_z: f64,
    top: f64,
    source: Option<SourcePlace>,
    detector_distance: f64,
    shift: f64,
}

impl Grid {
    /// Lays `rows` × `columns` rays over the scanner's window, moved by `shift` mm along x.
    pub(super) fn new(scanner: &Scanner, rows: u32, columns: u32, shift: f64) -> Self {
        let image = &scanner.image;
        Self {
            rows,
            columns,
            pitch_x: image.length / f64::from(columns),
            pitch_z: (image.top - image.bottom) / f64::from(rows),
            top: image.top,
            source: scanner.source.clone(),
            detector_distance: scanner.detector_distance,
            shift,
        }
    }

    /// Returns the position of a column along the scan, mm.
    pub(super) fn x(&self, column: u32) -> f64 {
        (f64::from(column) + 0.5) * self.pitch_x + self.shift
    }

    /// Returns the columns whose positions lie in `low..=high` mm.
    pub(super) fn columns_between(&self, low: f64, high: f64) -> std::ops::Range<u32> {
        let column = |x: f64| (x - self.shift) / self.pitch_x - 0.5;
        let clamp = |c: f64| c.clamp(0.0, f64::from(self.columns)) as u32;
        clamp(column(low).ceil())..clamp(column(high).floor() + 1.0)
    }

    /// Returns the ray of a row in the column at x = 0.
    pub(super) fn ray(&self, row: u32) -> Ray {
        let z = self.top - (f64::from(row) + 0.5) * self.pitch_z;
        match &self.source {
            None => {
                let before = 1e5;
                Ray { origin: [0.0, -before, z], direction: [0.0, 1.0, 0.0], length: before + self.detector_distance }
            }
            Some(source) => {
                let rise = (z - source.height) / source.distance;
                let norm = (1.0 + rise * rise).sqrt();
                Ray {
                    origin: [0.0, -source.distance, source.height],
                    direction: [0.0, 1.0 / norm, rise / norm],
                    length: (source.distance + self.detector_distance) * norm,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Budget;
    use crate::synth::Scene;

    fn scanner() -> Scanner {
        Scene::from_toml(crate::synth::preset("container").unwrap(), "container", &Budget::default()).unwrap().scanner
    }

    #[test]
    fn ray_passes_the_middle_plane_at_the_height_of_its_row() {
        let scanner = scanner();
        let grid = Grid::new(&scanner, 100, 10, 0.0);
        let pitch = (scanner.image.top - scanner.image.bottom) / 100.0;
        for row in [0, 40, 99] {
            let ray = grid.ray(row);
            let t = -ray.origin[1] / ray.direction[1];
            let z = ray.origin[2] + t * ray.direction[2];
            assert!((z - (scanner.image.top - (f64::from(row) + 0.5) * pitch)).abs() < 1e-6);
            let end = ray.origin[1] + ray.length * ray.direction[1];
            assert!((end - scanner.detector_distance).abs() < 1e-6);
        }
    }

    #[test]
    fn columns_between_are_those_whose_middle_lies_there() {
        let mut scanner = scanner();
        scanner.image.length = 100.0;
        let grid = Grid::new(&scanner, 1, 10, 0.0);
        assert_eq!(grid.columns_between(14.0, 36.0), 1..4);
        assert_eq!(grid.columns_between(-50.0, 4.0), 0..0);
        assert_eq!(grid.columns_between(91.0, 500.0), 9..10);
        assert_eq!(grid.columns_between(400.0, 500.0), 10..10);
        assert_eq!(Grid::new(&scanner, 1, 10, 5.0).columns_between(14.0, 36.0), 1..3);
    }

    #[test]
    fn impossible_scanners_are_refused() {
        let spoil: [fn(&mut Scanner); 5] = [
            |s| s.low_mev = s.high_mev,
            |s| s.image.rows = 0,
            |s| s.image.top = f64::NAN,
            |s| s.detector.scatter = -0.1,
            |s| s.detector.dark_lines = u32::MAX,
        ];
        for change in spoil {
            let mut scanner = scanner();
            change(&mut scanner);
            assert_eq!(scanner.check().map_err(|e| e.code()), Err(Code::SceneValue));
        }
    }
}
