//! Measured points from a scan of a step wedge: known thicknesses of known materials side by side.
//!
//! The transmission of a step is the mean over its pixels, so that noise does not bias α = −ln T. The noise of a pixel is
//! that of differences between neighbours along a row, which slow gradients hardly touch; the noise model is fitted to all
//! steps and to air, if a step of areal density 0 marks it.

use ndarray::ArrayView2;
use ndarray::s;

use super::calibration::read_density;
use super::csv_table::CsvTable;
use super::noise::NoiseModel;
use super::view::MaterialView;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::CalibrationPoint;
use crate::model::Region;
use crate::physics::Material;
use crate::units::ArealDensity;

/// Smallest transmission, in standard deviations of its noise, at which a step still measures attenuation.
const LEAST_SIGNAL: f64 = 3.0;
/// Transmissions that air may show; anything else is something else.
const AIR: std::ops::RangeInclusive<f64> = 0.8..=1.25;
/// Rows of a range of rows that gets points of its own, at least.
const FEWEST_ROWS: usize = 8;
/// Ranges of rows at most.
const MOST_RANGES: usize = 12;

/// A step: where it is in the image and what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Material, by name or formula.
    pub material: String,
    /// Areal density along the rays, g/cm²; 0 for air.
    pub areal_density: ArealDensity,
    /// Where it is.
    pub region: Region,
}

/// What a step shows; pairs are of the high and the low energy.
#[derive(Debug, Clone, PartialEq)]
pub struct StepReading {
    /// The step.
    pub step: Step,
    /// Pixels that were measured at both energies.
    pub pixels: usize,
    /// Mean transmissions, 0 to 1.
    pub transmission: [f64; 2],
    /// Standard deviations of a pixel's transmission.
    pub deviation: [f64; 2],
}

impl StepReading {
    /// Returns α = −ln T at both energies.
    pub fn alpha(&self) -> [f64; 2] {
        self.transmission.map(|t| -t.ln())
    }

    /// Returns whether enough radiation passes to measure the attenuation.
    pub fn is_measured(&self) -> bool {
        self.pixels > 1 && self.transmission.iter().zip(self.deviation).all(|(t, noise)| *t > LEAST_SIGNAL * noise)
    }
}

/// What a scan of a step wedge shows.
#[derive(Debug, Clone, PartialEq)]
pub struct WedgeReading {
    /// The steps, in the order given.
    pub steps: Vec<StepReading>,
    /// Points for [`calibrate`](super::calibrate), of the steps that are measured and not air.
    pub points: Vec<CalibrationPoint>,
    /// Mean transmissions of the steps of air, which those of all steps are divided by: how far the air calibration of
    /// the scan is from the air beside the wedge. 1 where no step is air.
    pub air: [f64; 2],
    /// Noise of the high and of the low channel; none where the steps are too few or too alike to tell.
    pub noise: Option<(NoiseModel, NoiseModel)>,
}

/// Reads a table of steps: CSV with the columns `material`, `areal_density` (g/cm², 0 for air), `row`, `column`, `rows`
/// and `columns` (pixels). Lines that are empty or start with `#` are skipped.
///
/// # Errors
/// `input.value` with line and column; `limit.bytes` and `limit.count` by the budget.
pub fn read_steps(bytes: &[u8], name: &str, budget: &Budget) -> Result<Vec<Step>> {
    let needed = ["material", "areal_density", "row", "column", "rows", "columns"];
    let table = CsvTable::read(bytes, name, "steps", &needed, budget)?;
    let steps = table.lines().map(|line| {
        let pixels = |column: &str| line.value(column, "a number of pixels", |t| t.parse::<usize>().ok());
        let material = line.value("material", "a material or formula, or air", |t| Some(t.to_owned()))?;
        let areal_density = read_density(&line)?;
        if areal_density.get() > 0.0 {
            Material::parse(&material)
                .map_err(|e| line.wrong("material", "a material or formula", &material).cause(e))?;
        }
        let region = Region {
            row: pixels("row")?,
            column: pixels("column")?,
            rows: pixels("rows")?,
            columns: pixels("columns")?,
        };
        Ok(Step { material, areal_density, region })
    });
    steps.collect()
}

/// Reads the steps off a view. With `by_rows`, every step gives a point for each of up to 12 ranges of its rows, so that
/// beams which vary along the detector can be fitted range by range; otherwise one point that holds for all rows.
///
/// # Errors
/// `uff.region` for a step outside the view; `material.options` for a step of air that is not; `material.not_measurable` where the view has one energy only; those of
/// reading.
pub fn read_wedge(view: &MaterialView, steps: &[Step], by_rows: bool) -> Result<WedgeReading> {
    if !view.is_pair() {
        return Err(Error::new(Code::MaterialNotMeasurable, "calibration needs two energies"));
    }
    let air = air(view, steps)?;
    let mut reading = WedgeReading { steps: Vec::new(), points: Vec::new(), air, noise: None };
    for step in steps {
        let (high, low) = view.attenuation(&step.region)?;
        let whole = read_step(step, &high.view(), &low.view(), air);
        if step.areal_density.get() > 0.0 && whole.is_measured() {
            let ranges = if by_rows { (step.region.rows / FEWEST_ROWS).clamp(1, MOST_RANGES) } else { 1 };
            for range in 0..ranges {
                let rows = step.region.rows * range / ranges..step.region.rows * (range + 1) / ranges;
                let middle = step.region.row + (rows.start + rows.end) / 2;
                let window = s![rows, ..];
                let part = read_step(step, &high.slice(window), &low.slice(window), air);
                if !part.is_measured() {
                    continue;
                }
                let [alpha_high, alpha_low] = part.alpha();
                reading.points.push(CalibrationPoint {
                    material: step.material.clone(),
                    areal_density: Some(step.areal_density),
                    alpha_high,
                    alpha_low,
                    row: by_rows.then_some(u32::try_from(middle).unwrap_or(u32::MAX)),
                    ..CalibrationPoint::default()
                });
            }
        }
        reading.steps.push(whole);
    }
    let noise = |energy: usize| {
        let pairs: Vec<_> = reading.steps.iter().map(|s| (s.transmission[energy], s.deviation[energy])).collect();
        NoiseModel::fit(&pairs)
    };
    reading.noise = noise(0).zip(noise(1));
    Ok(reading)
}

/// Returns the mean transmissions of the steps of air, by their pixels.
fn air(view: &MaterialView, steps: &[Step]) -> Result<[f64; 2]> {
    let (mut pixels, mut sums) = (0.0, [0.0; 2]);
    for step in steps.iter().filter(|s| s.areal_density.get() == 0.0) {
        let (high, low) = view.attenuation(&step.region)?;
        let read = read_step(step, &high.view(), &low.view(), [1.0; 2]);
        pixels += read.pixels as f64;
        (0..2).for_each(|i| sums[i] += read.transmission[i] * read.pixels as f64);
    }
    let air = if pixels > 0.0 { sums.map(|sum| sum / pixels) } else { [1.0; 2] };
    if !air.iter().all(|t| AIR.contains(t)) {
        return Err(Error::new(Code::MaterialOptions, "a step of air shows something else")
            .expected(format!("transmissions from {} to {}", AIR.start(), AIR.end()))
            .found(format!("{:.3} and {:.3}", air[0], air[1]))
            .hint("Correct the region of the step of areal density 0, or calibrate dark and air of the scan."));
    }
    Ok(air)
}

fn read_step(step: &Step, high: &ArrayView2<'_, f32>, low: &ArrayView2<'_, f32>, air: [f64; 2]) -> StepReading {
    let transmission = |alpha: &f32, air: f64| (-f64::from(*alpha)).exp() / air;
    let (mut pixels, mut sums) = (0_usize, [0.0; 2]);
    let (mut differences, mut squares) = (0_usize, [0.0; 2]);
    for (high, low) in high.rows().into_iter().zip(low.rows()) {
        let mut before: Option<[f64; 2]> = None;
        for (h, l) in high.iter().zip(low) {
            if !(h.is_finite() && l.is_finite()) {
                before = None;
                continue;
            }
            let here = [transmission(h, air[0]), transmission(l, air[1])];
            pixels += 1;
            (0..2).for_each(|i| sums[i] += here[i]);
            if let Some(before) = before {
                differences += 1;
                (0..2).for_each(|i| squares[i] += (here[i] - before[i]).powi(2));
            }
            before = Some(here);
        }
    }
    StepReading {
        step: step.clone(),
        pixels,
        transmission: sums.map(|sum| sum / pixels.max(1) as f64),
        // The difference of two pixels has twice the variance of one.
        deviation: squares.map(|sum| (sum / (2 * differences.max(1)) as f64).sqrt()),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    fn step(region: Region) -> Step {
        Step { material: "Fe".into(), areal_density: ArealDensity::new(10.0).unwrap(), region }
    }

    /// A transmission of 0.25 with pixels ±0.01 in turn along rows: differences are 0.02, hence a deviation of
    /// 0.02 / √2; a mean of α would be off by (0.04)²/2.
    #[test]
    fn step_gives_the_mean_transmission_and_the_noise_of_a_pixel() {
        let alpha = Array2::from_shape_fn((4, 100), |(_, c)| {
            let t: f64 = 0.25 + if c % 2 == 0 { 0.01 } else { -0.01 };
            -t.ln() as f32
        });
        let read = read_step(
            &step(Region { row: 0, column: 0, rows: 4, columns: 100 }),
            &alpha.view(),
            &alpha.view(),
            [1.0; 2],
        );
        assert_eq!(read.pixels, 400);
        assert!((read.alpha()[0] - 4_f64.ln()).abs() < 1e-6, "{:?}", read.alpha());
        assert!((read.deviation[1] - 0.02 / 2_f64.sqrt()).abs() < 1e-6, "{:?}", read.deviation);
        assert!(read.is_measured());
    }

    #[test]
    fn steps_without_signal_measure_nothing() {
        let alpha = Array2::from_shape_fn((2, 50), |(_, c)| if c % 2 == 0 { 9.0_f32 } else { 7.0 });
        let read = read_step(
            &step(Region { row: 0, column: 0, rows: 2, columns: 50 }),
            &alpha.view(),
            &alpha.view(),
            [1.0; 2],
        );
        assert!(!read.is_measured(), "{read:?}");
        let dead = Array2::from_elem((2, 50), f32::NAN);
        let read =
            read_step(&step(Region { row: 0, column: 0, rows: 2, columns: 50 }), &dead.view(), &dead.view(), [1.0; 2]);
        assert_eq!((read.pixels, read.is_measured()), (0, false));
    }

    #[test]
    fn table_of_steps_is_read_and_its_errors_point_at_the_line() {
        let read = |text: &str| read_steps(text.as_bytes(), "steps.csv", &Budget::default());
        let text = "# wedge 3\nmaterial,areal_density,row,column,rows,columns\nair,0,1,2,3,4\niron, 78.7 ,5,6,7,8\n";
        let steps = read(text).unwrap();
        assert_eq!((steps.len(), steps[1].areal_density.get(), steps[1].region.columns), (2, 78.7, 8));
        let e = read("material,areal_density,row,column,rows,columns\niron,78.7,5,6,7,-8\n").unwrap_err();
        assert!(e.to_string().contains("line 2, column columns"), "{e}");
        let e = read("material,areal_density,row,column,rows,columns\nunobtainium,1,5,6,7,8\n").unwrap_err();
        assert!(e.to_string().contains("line 2, column material"), "{e}");
        let e = read("material,row,column,rows,columns\n").unwrap_err();
        assert!(e.to_string().contains("no column areal_density"), "{e}");
    }
}
