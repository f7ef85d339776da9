//! Calibration of the beams by measured points, and the files the points come in.

use serde::Deserialize;

use super::csv_table::CsvLine;
use super::csv_table::CsvTable;
use super::inversion::RowBeams;
use super::noise::NoiseModel;
use super::product::NOISE_HIGH;
use super::product::NOISE_LOW;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::CalibrationPoint;
use crate::model::Noise;
use crate::model::Scan;
use crate::model::ScanId;
use crate::model::View;
use crate::physics::{Beam, Correction, Material, MeasuredPoint, fit_correction};
use crate::units::ArealDensity;

/// Most ranges of rows that get beams of their own.
const MOST_GROUPS: usize = 12;
/// Fewest points for a range of rows of its own.
const FEWEST: usize = 3;

/// Beams fitted to measured points.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibratedBeams {
    /// Beams by range of rows.
    pub rows: Vec<RowBeams>,
    /// Root mean square of what the fit leaves in α_L at given α_H: the model error of the inversion.
    pub residual: f64,
    /// Number of points used.
    pub points: usize,
}

/// What a fit leaves at a point: model less measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointResidual {
    /// Of α at high energy.
    pub alpha_high: f64,
    /// Of α at low energy.
    pub alpha_low: f64,
    /// Of α at low energy if α at high energy is as measured: the error that matters for the atomic number.
    pub at_given_high: f64,
}

impl CalibratedBeams {
    /// Returns what the fit leaves at each point; a point without a row is compared with the beams of the first rows.
    ///
    /// # Errors
    /// As [`calibrate`].
    pub fn residuals(&self, points: &[CalibrationPoint]) -> Result<Vec<PointResidual>> {
        let residual = |point: &CalibrationPoint| {
            let next = self.rows.partition_point(|r| point.row.is_some_and(|row| r.first_row <= row as usize));
            let beams = self.rows.get(next.saturating_sub(1));
            let beams = beams.ok_or_else(|| Error::new(Code::MaterialOptions, "no beams are fitted"))?;
            Measured::new(point)?.residual(beams)
        };
        points.iter().map(residual).collect()
    }
}

/// Fits a pair of beams to at least three points.
///
/// Where points name the detector row they were measured at, up to 12 ranges of rows with at least three points each
/// are fitted one by one; points without a row count for every range.
///
/// # Errors
/// `material.options` when a point lacks its areal density; `input.value` when its material is unknown;
/// `physics.range` as [`fit_correction`].
pub fn calibrate(high: &Beam, low: &Beam, points: &[CalibrationPoint]) -> Result<CalibratedBeams> {
    let mut everywhere = Vec::new();
    let mut placed = Vec::new();
    for point in points {
        let measured = Measured::new(point)?;
        match point.row {
            Some(row) => placed.push((row as usize, measured)),
            None => everywhere.push(measured),
        }
    }
    placed.sort_by_key(|(row, _)| *row);
    let mut fitted = CalibratedBeams { rows: Vec::new(), residual: 0.0, points: points.len() };
    let mut squares = 0.0;
    for group in groups(&placed) {
        let first_row = group.first().map_or(0, |(row, _)| *row);
        let members: Vec<&Measured> = group.iter().map(|(_, m)| m).chain(&everywhere).collect();
        let beams = RowBeams {
            first_row,
            high: refit(high, members.iter().map(|m| &m.high))?,
            low: refit(low, members.iter().map(|m| &m.low))?,
        };
        squares += residual(&beams, &members)?;
        fitted.rows.push(beams);
    }
    fitted.residual = (squares / fitted.rows.len() as f64).sqrt();
    Ok(fitted)
}

struct Measured {
    high: MeasuredPoint,
    low: MeasuredPoint,
}

impl Measured {
    fn new(point: &CalibrationPoint) -> Result<Self> {
        let material = Material::parse(&point.material)?;
        let areal_density = point.areal_density.ok_or_else(|| {
            Error::new(Code::MaterialOptions, "a calibration point lacks its areal density").at(&point.material)
        })?;
        let of = |alpha: f64| MeasuredPoint { material: material.clone(), areal_density, alpha };
        Ok(Self { high: of(point.alpha_high), low: of(point.alpha_low) })
    }

    fn residual(&self, beams: &RowBeams) -> Result<PointResidual> {
        let error = |beam: &Beam, point: &MeasuredPoint| -> Result<(f64, f64)> {
            let absorber = beam.absorber(&point.material)?;
            let (alpha, slope) = beam.alpha_and_slope(&absorber, point.areal_density.get());
            Ok((alpha - point.alpha, slope))
        };
        let (alpha_high, slope_high) = error(&beams.high, &self.high)?;
        let (alpha_low, slope_low) = error(&beams.low, &self.low)?;
        Ok(PointResidual { alpha_high, alpha_low, at_given_high: alpha_low - alpha_high * slope_low / slope_high })
    }
}

/// Splits placed points, sorted by row, into ranges of about equal number that share no row; one empty range when there
/// are none.
fn groups(placed: &[(usize, Measured)]) -> Vec<&[(usize, Measured)]> {
    let size = placed.len().div_ceil(MOST_GROUPS).max(FEWEST);
    let mut groups = Vec::new();
    let mut rest = placed;
    while rest.len() >= 2 * size {
        let row = rest[size - 1].0;
        let end = rest.partition_point(|(r, _)| *r <= row);
        if rest.len() - end < FEWEST {
            break;
        }
        let (group, after) = rest.split_at(end);
        groups.push(group);
        rest = after;
    }
    groups.push(rest);
    groups
}

fn refit<'a>(beam: &Beam, points: impl Iterator<Item = &'a MeasuredPoint>) -> Result<Beam> {
    let points: Vec<MeasuredPoint> = points.cloned().collect();
    let plain = beam.clone().with_correction(Correction::NONE);
    let (correction, _) = fit_correction(&plain, &points)?;
    Ok(plain.with_correction(correction))
}

/// Returns the mean square of the error of α_L at the measured α_H.
fn residual(beams: &RowBeams, members: &[&Measured]) -> Result<f64> {
    let residuals = members.iter().map(|m| m.residual(beams)).collect::<Result<Vec<_>>>()?;
    Ok(residuals.iter().map(|r| r.at_given_high.powi(2)).sum::<f64>() / members.len() as f64)
}

/// Calibration of the beams of a scanner.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScannerCalibration {
    /// Measured points.
    pub points: Vec<CalibrationPoint>,
    /// Noise of the high and of the low channel, if it was measured with them.
    pub noise: Option<(NoiseModel, NoiseModel)>,
    /// The scan that it was made from, if that is known.
    pub scan: Option<ScanId>,
    /// Serial number of the scanner, if that is known.
    pub serial: Option<String>,
}

/// Names of the parameters of a [`MaterialProduct`](crate::model::MaterialProduct) that say where a calibration comes from.
pub(super) const CALIBRATION_SCAN: &str = "calibrationScan";
pub(super) const CALIBRATION_SERIAL: &str = "calibrationSerial";

impl ScannerCalibration {
    /// Returns the calibration that the material of a view was derived with, as the file keeps it; nothing where there was
    /// none.
    pub fn of_view(view: &View) -> Option<Self> {
        let product = view.material.as_ref().filter(|product| !product.calibration_points.is_empty())?;
        let parameter = |name: &str| product.parameters.iter().find(|p| p.name == name).map(|p| p.value.as_str());
        let noise = |name: &str| {
            let (quantum, electronic) = parameter(name)?.split_once(' ')?;
            NoiseModel::new(quantum.parse().ok()?, electronic.parse().ok()?).ok()
        };
        Some(Self {
            points: product.calibration_points.clone(),
            noise: noise(NOISE_HIGH).zip(noise(NOISE_LOW)),
            scan: parameter(CALIBRATION_SCAN).and_then(|text| text.parse().ok()),
            serial: parameter(CALIBRATION_SERIAL).map(str::to_owned),
        })
    }
}

/// Returns the views of a scan that the calibration they keep was made from: each is a calibration of its scanner.
pub fn calibrated_views(scan: &Scan) -> Vec<u32> {
    let calibrates = |view: &View| {
        let measured_in = ScannerCalibration::of_view(view).and_then(|calibration| calibration.scan);
        measured_in == Some(scan.identity.scan_id)
    };
    (0..).zip(&scan.views).filter(|(_, view)| calibrates(view)).map(|(index, _)| index).collect()
}

/// Reads calibration points: the document that `uff calibrate` writes, a JSON list of points, or CSV.
///
/// CSV has a header line that names its columns in any order: `material` (name or formula), `areal_density` (g/cm²),
/// `alpha_high`, `alpha_low` (−ln of the transmission) and, where the beam varies along the detector, `row`. Lines
/// that are empty or start with `#` are skipped.
///
/// # Errors
/// `input.value` with the line; `limit.bytes` and `limit.count` by the budget.
pub fn read_calibration(bytes: &[u8], name: &str, budget: &Budget) -> Result<ScannerCalibration> {
    let wrong = |what: &str| Error::new(Code::InputValue, format!("cannot read calibration points: {what}")).file(name);
    let text = bytes.trim_ascii_start();
    if text.first().is_some_and(|first| b"[{".contains(first)) {
        budget.charge(bytes.len() as u64, "the calibration file")?;
        let refused =
            |e: serde_json::Error| wrong("not what a calibration holds").at(format!("line {}", e.line())).cause(e);
        if text.starts_with(b"[") {
            let points = serde_json::from_slice(bytes).map_err(refused)?;
            return Ok(ScannerCalibration { points, ..ScannerCalibration::default() });
        }
        let document: Document = serde_json::from_slice(bytes).map_err(refused)?;
        let noise =
            document.noise.map(|n| NoiseModel::try_from(&n.high).and_then(|h| Ok((h, NoiseModel::try_from(&n.low)?))));
        let noise = noise.transpose().map_err(|e| wrong("impossible noise").cause(e))?;
        let Document { points, scan, serial, .. } = document;
        return Ok(ScannerCalibration { points, noise, scan, serial });
    }
    let needed = ["material", "areal_density", "alpha_high", "alpha_low"];
    let table = CsvTable::read(bytes, name, "calibration points", &needed, budget)?;
    let points = table.lines().map(|line| {
        let alpha = |column: &str| {
            line.value(column, "a number", |text| text.parse().ok().filter(|value: &f64| value.is_finite()))
        };
        let row = |_: &str| line.value("row", "a row, or nothing", |text| text.parse().ok());
        Ok(CalibrationPoint {
            material: line.value("material", "a material or formula", |text| Some(text.to_owned()))?,
            areal_density: Some(read_density(&line)?),
            alpha_high: alpha("alpha_high")?,
            alpha_low: alpha("alpha_low")?,
            row: line.text("row").map(row).transpose()?,
            ..CalibrationPoint::default()
        })
    });
    Ok(ScannerCalibration { points: points.collect::<Result<_>>()?, ..ScannerCalibration::default() })
}

/// Reads the column `areal_density` of a table.
pub(super) fn read_density(line: &CsvLine<'_>) -> Result<ArealDensity> {
    let read = |text: &str| text.parse().ok().and_then(|value| ArealDensity::new(value).ok());
    line.value("areal_density", &format!("g/cm2 from {} to {}", ArealDensity::MIN, ArealDensity::MAX), read)
}

/// The parts of the document of `uff calibrate` that an analysis needs.
#[derive(Deserialize)]
struct Document {
    points: Vec<CalibrationPoint>,
    noise: Option<NoisePair>,
    scan: Option<ScanId>,
    serial: Option<String>,
}

#[derive(Deserialize)]
struct NoisePair {
    high: Noise,
    low: Noise,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Energy;

    fn beams() -> (Beam, Beam) {
        let beam = |kev| Beam::accelerator(Energy::new(kev).unwrap()).unwrap();
        (beam(6000.0), beam(4000.0))
    }

    /// Points of beams whose Compton scatter grows by 1 % from one row to the next.
    fn points(rows: u32) -> Vec<CalibrationPoint> {
        let (high, low) = beams();
        let mut points = Vec::new();
        for row in 0..rows {
            let correction = Correction { compton: 1.0 + 0.01 * f64::from(row), ..Correction::NONE };
            for (material, lambda) in [("graphite", 80.0), ("iron", 60.0), ("lead", 40.0)] {
                let slab = [(&Material::named(material).unwrap(), ArealDensity::new(lambda).unwrap())];
                let alpha = |beam: &Beam| beam.clone().with_correction(correction).alpha(&slab).unwrap();
                points.push(CalibrationPoint {
                    material: material.into(),
                    areal_density: Some(slab[0].1),
                    alpha_high: alpha(&high),
                    alpha_low: alpha(&low),
                    row: Some(row),
                    ..CalibrationPoint::default()
                });
            }
        }
        points
    }

    /// Rows are told apart by what their beams do to α, at other thicknesses too.
    #[test]
    fn each_row_gets_its_own_correction() {
        let (high, low) = beams();
        let iron = Material::named("iron").unwrap();
        let fitted = calibrate(&high, &low, &points(5)).unwrap();
        assert_eq!(fitted.rows.iter().map(|r| r.first_row).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        for (row, beams) in fitted.rows.iter().enumerate() {
            let truth = Correction { compton: 1.0 + 0.01 * row as f64, ..Correction::NONE };
            for lambda in [20.0, 90.0] {
                let slab = [(&iron, ArealDensity::new(lambda).unwrap())];
                let off = beams.high.alpha(&slab).unwrap() - high.clone().with_correction(truth).alpha(&slab).unwrap();
                assert!(off.abs() < 4e-3, "row {row}, {lambda} g/cm²: {off}");
            }
        }
        assert!(fitted.residual < 1e-3);
        let many = calibrate(&high, &low, &points(70)).unwrap();
        assert!(many.rows.len() <= MOST_GROUPS && many.rows.len() >= 9, "{}", many.rows.len());
    }

    #[test]
    fn points_without_rows_hold_for_all() {
        let (high, low) = beams();
        let mut all = points(1);
        all.iter_mut().for_each(|p| p.row = None);
        assert_eq!(calibrate(&high, &low, &all).unwrap().rows.len(), 1);
        all.pop();
        assert_eq!(calibrate(&high, &low, &all).unwrap_err().code(), Code::PhysicsRange);
    }

    #[test]
    fn csv_and_json_give_the_same_points() {
        let budget = Budget::default();
        let csv = b"# wedge of 2026\nmaterial,areal_density,alpha_high,alpha_low,row\niron, 40,1.62,1.71,3\nC2H4,20,0.9,1.0,\n";
        let json = br#"[{"material":"iron","arealDensity":40,"alphaHigh":1.62,"alphaLow":1.71,"row":3},
            {"material":"C2H4","arealDensity":20,"alphaHigh":0.9,"alphaLow":1.0}]"#;
        let document = [
            br#"{"version":1,"noise":{"high":{"quantum":1e-4,"electronic":1e-3},"low":{"quantum":2e-4,
            "electronic":0}},"points":"#
                .as_slice(),
            json,
            b"}",
        ]
        .concat();
        let read = |bytes: &[u8]| read_calibration(bytes, "points", &budget).unwrap();
        assert_eq!(read(csv), read(json));
        assert_eq!((read(csv).points[0].row, read(csv).noise), (Some(3), None));
        assert_eq!(read(&document).points, read(json).points);
        assert_eq!(read(&document).noise.unwrap().1, NoiseModel::new(2e-4, 0.0).unwrap());
    }

    #[test]
    fn damaged_files_name_their_line() {
        let budget = Budget::default();
        for (text, place) in [
            ("", Some("line 1")),
            ("material,areal_density,alpha_high", Some("line 1")),
            ("material,areal_density,alpha_high,alpha_low\niron,40,1.6", Some("line 2")),
            ("material,areal_density,alpha_high,alpha_low\niron,40,x,1.7", Some("line 2")),
            ("material,areal_density,alpha_high,alpha_low\niron,-1,1.6,1.7", Some("line 2")),
            ("[{]", Some("line 1")),
        ] {
            let error = read_calibration(text.as_bytes(), "points.csv", &budget).unwrap_err();
            let found = error.place().map(|at| at.split(',').next().unwrap_or_default());
            assert_eq!((error.code(), found), (Code::InputValue, place), "{text:?}");
        }
    }
}
