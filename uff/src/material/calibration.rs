//! Calibration of the beams by measured points, and the files the points come in.

use super::inversion::RowBeams;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::CalibrationPoint;
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
    let mut squares = 0.0;
    for m in members {
        let lambda = m.high.areal_density.get();
        let error = |beam: &Beam, point: &MeasuredPoint| -> Result<(f64, f64)> {
            let (alpha, slope) = beam.alpha_and_slope(&beam.absorber(&point.material)?, lambda);
            Ok((alpha - point.alpha, slope))
        };
        let (high, slope_high) = error(&beams.high, &m.high)?;
        let (low, slope_low) = error(&beams.low, &m.low)?;
        squares += (low - high * slope_low / slope_high).powi(2);
    }
    Ok(squares / members.len() as f64)
}

/// Reads calibration points from JSON (a list of the records of the metadata) or CSV.
///
/// CSV has a header line that names its columns in any order: `material` (name or formula), `areal_density` (g/cm²),
/// `alpha_high`, `alpha_low` (−ln of the transmission) and, where the beam varies along the detector, `row`. Lines
/// that are empty or start with `#` are skipped.
///
/// # Errors
/// `input.value` with the line; `limit.bytes` and `limit.count` by the budget.
pub fn read_calibration(bytes: &[u8], name: &str, budget: &Budget) -> Result<Vec<CalibrationPoint>> {
    budget.charge(bytes.len() as u64, "the calibration file")?;
    let wrong = |what: &str, line: usize| {
        let error = Error::new(Code::InputValue, format!("cannot read calibration points: {what}")).file(name);
        if line > 0 { error.at(format!("line {line}")) } else { error }
    };
    let text = std::str::from_utf8(bytes).map_err(|e| wrong("not UTF-8 text", 0).cause(e))?;
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text).map_err(|e| wrong("not a JSON list of points", e.line()).cause(e));
    }
    let mut lines = text.lines().enumerate().map(|(i, l)| (i + 1, l.trim()));
    let mut content = lines.by_ref().filter(|(_, l)| !l.is_empty() && !l.starts_with('#'));
    let (first, header) = content.next().ok_or_else(|| wrong("the file is empty", 0))?;
    let names: Vec<&str> = header.split(',').map(str::trim).collect();
    let column = |name: &str| names.iter().position(|n| *n == name);
    let needed = |name: &str| column(name).ok_or_else(|| wrong(&format!("no column {name}"), first));
    let (material, density) = (needed("material")?, needed("areal_density")?);
    let (high, low, row) = (needed("alpha_high")?, needed("alpha_low")?, column("row"));
    let mut points = Vec::new();
    for (number, line) in content {
        budget.count(1, "calibration points")?;
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let field = |at: usize| fields.get(at).copied().ok_or_else(|| wrong("too few columns", number));
        let value = |at: usize| -> Result<f64> {
            let parsed = field(at)?.parse().ok().filter(|v: &f64| v.is_finite());
            parsed.ok_or_else(|| wrong("not a number", number).found(format!("{:?}", field(at).unwrap_or_default())))
        };
        points.push(CalibrationPoint {
            material: field(material)?.to_owned(),
            areal_density: Some(
                ArealDensity::new(value(density)?).map_err(|e| wrong("areal density", number).cause(e))?,
            ),
            alpha_high: value(high)?,
            alpha_low: value(low)?,
            row: match row.map(field).transpose()? {
                None | Some("") => None,
                Some(text) => Some(text.parse().map_err(|e| wrong("not a row", number).cause(e))?),
            },
            ..CalibrationPoint::default()
        });
    }
    Ok(points)
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

    #[test]
    fn each_row_gets_its_own_correction() {
        let (high, low) = beams();
        let fitted = calibrate(&high, &low, &points(5)).unwrap();
        assert_eq!(fitted.rows.iter().map(|r| r.first_row).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        for (row, beams) in fitted.rows.iter().enumerate() {
            let found = beams.high.correction().compton;
            assert!((found - 1.0 - 0.01 * row as f64).abs() < 4e-3, "row {row}: {found}");
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
        let read = |bytes: &[u8]| read_calibration(bytes, "points", &budget).unwrap();
        assert_eq!(read(csv), read(json));
        assert_eq!(read(csv)[0].row, Some(3));
    }

    #[test]
    fn damaged_files_name_their_line() {
        let budget = Budget::default();
        for (text, place) in [
            ("", None),
            ("material,areal_density,alpha_high", Some("line 1")),
            ("material,areal_density,alpha_high,alpha_low\niron,40,1.6", Some("line 2")),
            ("material,areal_density,alpha_high,alpha_low\niron,40,x,1.7", Some("line 2")),
            ("material,areal_density,alpha_high,alpha_low\niron,-1,1.6,1.7", Some("line 2")),
            ("[{]", Some("line 1")),
        ] {
            let error = read_calibration(text.as_bytes(), "points.csv", &budget).unwrap_err();
            assert_eq!((error.code(), error.place()), (Code::InputValue, place), "{text:?}");
        }
    }
}
