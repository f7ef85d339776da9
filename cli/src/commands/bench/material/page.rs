//! What a page says of the material analysis.

use uff::accuracy::CALIBRATION;

use super::plots;
use crate::commands::bench::page::put;
use crate::commands::bench::page::row;
use crate::wire::MaterialBench;

/// Title of a page of its own.
pub(in crate::commands::bench) const TITLE: &str = "Accuracy of the material analysis";

/// Composes what stands below the title.
pub(in crate::commands::bench) fn body(all: &[MaterialBench]) -> String {
    let points = CALIBRATION.map(|(material, lambda)| format!("{material} {lambda}")).join(", ");
    let mut out = format!(
        "<p>Plates of known matter, simulated with a source, a detector, cross sections and scatter that are not those the \
         analysis assumes; it knows of them by calibration points ({points} g/cm²). Class, areal density and \
         confidence are of the smoothed picture, confidences over plates of goods drawn as often as the prior of the \
         analysis expects them; the error of Z is that of single pixels, beside the \
         Cramér–Rao bound, the least that noise allows. Not met is written as such.</p>\n\
         <p>The source code comes with the comparisons that no simulation of its own replaces: cross sections and beams \
         of tubes with xraylib, FFAST and gVirtualXray (<code>tests/judges/physics_judge.py</code>); fold, contrast and \
         bound with figures calculated apart (<code>uff/src/accuracy/reference_test.rs</code>); the model of the \
         transmission, classes and areal densities with a Geant4 phantom (<code>tests/system/phantom.rs</code>).</p>\n",
    );
    all.iter().for_each(|bench| section(&mut out, bench));
    out
}

fn section(out: &mut String, bench: &MaterialBench) {
    put(out, format_args!("<h2>{}</h2>\n<table>", bench.setting));
    row(out, "th", "", &["figure", "found", "goal", ""]);
    for goal in &bench.goals {
        let found = goal.found.map_or_else(|| "–".to_owned(), |f| format!("{f:.4}"));
        let (bound, class, verdict) = match (goal.goal, goal.found) {
            (Some(g), Some(_)) if goal.met => (format!("{} {g}", goal.bound), "met", "met"),
            (Some(g), Some(_)) => (format!("{} {g}", goal.bound), "missed", "not met"),
            (Some(g), None) => (format!("{} {g}", goal.bound), "", "nothing to measure"),
            (None, _) => (String::new(), "", ""),
        };
        put(
            out,
            format_args!(
                "<tr><td>{}</td><td>{found}</td><td>{bound}</td><td class=\"{class}\">{verdict}</td></tr>\n",
                goal.what
            ),
        );
    }
    out.push_str("</table>\n");
    plots::reliability(out, &bench.reliability);
    plots::bounds(out, &bench.plates);
    plots::residuals(out, &bench.residuals);
    plots::densities(out, &bench.plates);
    classes(out, bench);
    plates(out, bench);
    folded(out, bench);
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// The classes found, by true class; the shade of a cell is the share of its row.
fn classes(out: &mut String, bench: &MaterialBench) {
    out.push_str("<table><caption>Classes found, by true class, edges included</caption>\n");
    row(out, "th", "", &["true", "undecided", "organic", "light", "metal", "heavy", "pixels"]);
    for c in &bench.classes {
        let found = [c.undecided, c.organic, c.light, c.metal, c.heavy];
        let all = found.iter().sum::<u64>();
        put(out, format_args!("<tr><td>{}</td>", c.truth));
        for count in found {
            let share = count as f64 / all.max(1) as f64;
            let shade = format!("color-mix(in srgb,var(--s0) {:.0}%,transparent)", 45.0 * share);
            put(out, format_args!("<td style=\"background:{shade}\">{}</td>", percent(share)));
        }
        put(out, format_args!("<td>{all}</td></tr>\n"));
    }
    out.push_str("</table>\n");
}

fn plates(out: &mut String, bench: &MaterialBench) {
    out.push_str("<table><caption>Plates</caption>\n");
    row(out, "th", "", &["plate", "g/cm²", "Z", "RMSE of Z", "bound", "right", "wrong", "error of g/cm²"]);
    for p in &bench.plates {
        let error = format!("{:+.2} %", 100.0 * p.lambda_error);
        let (rmse, bound) = (format!("{:.2}", p.z_rmse), format!("{:.2}", p.cramer_rao));
        let (z, lambda) = (format!("{:.1}", p.z), p.lambda.to_string());
        row(out, "td", "", &[p.material.clone(), lambda, z, rmse, bound, percent(p.right), percent(p.wrong), error]);
    }
    out.push_str("</table>\n");
}

fn folded(out: &mut String, bench: &MaterialBench) {
    if bench.folded.is_empty() {
        return;
    }
    out.push_str(
        "<table><caption>Folded plates: in truth a material of another class shows the same pair of attenuations, so that no \
         class can be told</caption>\n",
    );
    row(out, "th", "", &["plate", "g/cm²", "Z", "Z of the twin", "undecided", "right", "wrong"]);
    for p in &bench.folded {
        let told = p.right + p.wrong;
        let (z, twin) = (format!("{:.1}", p.z), format!("{:.0}", p.twin_z));
        let class = if told > 0.0 { " class=\"wrong\"" } else { "" };
        let shares = [1.0 - told, p.right, p.wrong].map(percent);
        row(out, "td", class, &[[p.material.clone(), p.lambda.to_string(), z, twin].as_slice(), &shares].concat());
    }
    out.push_str("</table>\n");
}
