//! Plots of the accuracy of the material analysis.

use crate::commands::bench::plot::{Axis, Plot};
use crate::wire::{MaterialPlate, ModelResidual, ReliabilityBin};

/// Draws stated against found confidence; the area of a point grows with its pixels.
pub(super) fn reliability(out: &mut String, bins: &[ReliabilityBin]) {
    let (x, y) = (Axis::share("stated confidence"), Axis::share("found to be right"));
    let mut plot = Plot::open(out, "Confidence", x, y);
    plot.reference((0.0, 0.0), (1.0, 1.0));
    plot.line(0, false, bins.iter().map(|bin| (bin.stated, bin.found)));
    let all = bins.iter().map(|bin| bin.pixels).sum::<u64>().max(1) as f64;
    for bin in bins {
        let told = format!("{} pixels: stated {:.2}, right {:.2}", bin.pixels, bin.stated, bin.found);
        plot.point(0, (bin.stated, bin.found), 3.0 + 9.0 * (bin.pixels as f64 / all).sqrt(), &told);
    }
    plot.close();
}

/// Draws the error of Z of single pixels against the Cramér–Rao bound; the dashed line is the bound. Heavy plates lie apart
/// from it: the answer there is the material before the fold.
pub(super) fn bounds(out: &mut String, plates: &[MaterialPlate]) {
    const RANGE: (f64, f64) = (0.3, 100.0);
    const TICKS: [f64; 6] = [0.3, 1.0, 3.0, 10.0, 30.0, 100.0];
    const HEAVY: f64 = 45.0;
    let axis = |name| Axis::logarithmic(name, RANGE, &TICKS);
    let mut plot = Plot::open(out, "Error of Z and its bound", axis("Cramér–Rao bound of Z"), axis("RMSE of Z"));
    plot.reference((RANGE.0, RANGE.0), (RANGE.1, RANGE.1));
    for plate in plates {
        let series = usize::from(plate.z >= HEAVY);
        let told =
            format!("{} {} g/cm²: {:.2} for {:.2}", plate.material, plate.lambda, plate.z_rmse, plate.cramer_rao);
        plot.point(series, (plate.cramer_rao, plate.z_rmse), 4.5, &told);
    }
    plot.name(0, "Z below 45");
    plot.name(1, "Z of 45 and more");
    plot.close();
}

/// Draws what the calibrated model leaves in α against the thickness: a line per material, solid at high energy, dashed
/// at low energy; reference lines at the goal.
pub(super) fn residuals(out: &mut String, residuals: &[ModelResidual]) {
    const GOAL: f64 = 0.008;
    let most = residuals.iter().map(|r| r.lambda).fold(1.0, f64::max);
    let x = Axis::even("g/cm²", (0.0, most), &[0.0, 30.0, 60.0, 90.0, 120.0]);
    let largest = residuals.iter().map(|r| r.high.abs().max(r.low.abs())).fold(GOAL, f64::max);
    let y = Axis::symmetric("model less truth, α", largest, 0.02);
    let mut plot = Plot::open(out, "α after calibration: high solid, low dashed", x, y);
    plot.reference((0.0, GOAL), (most, GOAL));
    plot.reference((0.0, -GOAL), (most, -GOAL));
    let mut materials: Vec<&str> = residuals.iter().map(|r| r.material.as_str()).collect();
    materials.dedup();
    for (series, material) in materials.into_iter().enumerate() {
        let of = || residuals.iter().filter(|r| r.material == material);
        plot.line(series, false, of().map(|r| (r.lambda, r.high)));
        plot.line(series, true, of().map(|r| (r.lambda, r.low)));
        for r in of() {
            for value in [r.high, r.low] {
                plot.point(series, (r.lambda, value), 3.0, &format!("{material} {} g/cm²: {value:+.4}", r.lambda));
            }
        }
        plot.name(series, material);
    }
    plot.close();
}

/// Draws the error of areal density of each plate against its areal density; reference lines at the goal.
pub(super) fn densities(out: &mut String, plates: &[MaterialPlate]) {
    const GOAL: f64 = 2.0;
    let x = Axis::even("g/cm²", (0.0, 120.0), &[0.0, 30.0, 60.0, 90.0, 120.0]);
    let largest = plates.iter().map(|p| 100.0 * p.lambda_error.abs()).fold(GOAL, f64::max);
    let y = Axis::symmetric("error of g/cm², %", largest, 4.0);
    let mut plot = Plot::open(out, "Areal density", x, y);
    plot.reference((0.0, GOAL), (120.0, GOAL));
    plot.reference((0.0, -GOAL), (120.0, -GOAL));
    for plate in plates {
        let told = format!("{} {} g/cm²: {:+.2} %", plate.material, plate.lambda, 100.0 * plate.lambda_error);
        plot.point(0, (plate.lambda, 100.0 * plate.lambda_error), 4.5, &told);
    }
    plot.close();
}
