//! The page of `uff bench material`: tables and plots, in one file without anything from elsewhere.

use std::fmt::Write;

use crate::wire::{MaterialBench, MaterialPlate, ReliabilityBin};

/// Width and height of a plot in pixels, and the border for its labels.
const PLOT: (f64, f64) = (420.0, 300.0);
const BORDER: f64 = 40.0;

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#222}\
table{border-collapse:collapse;margin:.6rem 0}td,th{padding:.15rem .7rem;border-bottom:1px solid #ddd;text-align:right}\
td:first-child,th:first-child{text-align:left}.met{color:#0a6b2d}.missed{color:#b00020;font-weight:600}\
svg{margin:.4rem 1rem .4rem 0}text{font:11px system-ui,sans-serif;fill:#444}";

/// Writes the page.
pub(super) fn page(all: &[MaterialBench]) -> String {
    let mut out = String::new();
    out.push_str(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Accuracy of the material analysis</title>",
    );
    out.push_str(&format!("<style>{STYLE}</style><h1>Accuracy of the material analysis</h1>"));
    out.push_str(
        "<p>Plates of known matter, simulated with a source, a detector, cross sections and scatter that are not those the \
         analysis assumes; it knows of them by three calibration points (graphite 60, iron 60, lead 40 g/cm²). Class, \
         areal density and confidence are of the smoothed picture; the error of Z is that of single pixels, beside the \
         Cramér–Rao bound, the least that noise allows. Not met is written as such.</p>",
    );
    all.iter().for_each(|bench| section(&mut out, bench));
    out.push_str("</html>\n");
    out
}

fn section(out: &mut String, bench: &MaterialBench) {
    put(out, format_args!("<h2>{}</h2><table><tr><th>figure<th>found<th>goal<th>", bench.setting));
    for goal in &bench.goals {
        let found = goal.found.map_or_else(|| "–".to_owned(), |f| format!("{f:.4}"));
        let (bound, class, verdict) = match (goal.goal, goal.found) {
            (Some(g), Some(_)) if goal.met => (format!("{} {g}", goal.bound), "met", "met"),
            (Some(g), Some(_)) => (format!("{} {g}", goal.bound), "missed", "not met"),
            (Some(g), None) => (format!("{} {g}", goal.bound), "", "nothing to measure"),
            (None, _) => (String::new(), "", ""),
        };
        put(out, format_args!("<tr><td>{}<td>{found}<td>{bound}<td class=\"{class}\">{verdict}", goal.what));
    }
    out.push_str("</table>");
    reliability(out, &bench.reliability);
    errors(out, &bench.plates);
    out.push_str("<table><tr><th>plate<th>g/cm²<th>Z<th>RMSE of Z<th>bound<th>right<th>wrong<th>error of g/cm²");
    for p in &bench.plates {
        put(
            out,
            format_args!(
                "<tr><td>{}<td>{}<td>{:.1}<td>{:.2}<td>{:.2}<td>{:.1} %<td>{:.1} %<td>{:+.2} %",
                p.material,
                p.lambda,
                p.z,
                p.z_rmse,
                p.cramer_rao,
                100.0 * p.right,
                100.0 * p.wrong,
                100.0 * p.lambda_error
            ),
        );
    }
    out.push_str("</table>");
}

/// Appends; a string takes everything.
fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

/// Opens a plot with its frame and labels.
fn frame(out: &mut String, across: &str, up: &str) {
    let (width, height) = PLOT;
    let (right, bottom) = (width - BORDER / 4.0, height - BORDER);
    put(
        out,
        format_args!("<svg width=\"{width}\" height=\"{height}\" role=\"img\"><title>{up} against {across}</title>"),
    );
    put(
        out,
        format_args!(
            "<path d=\"M{BORDER} 8V{bottom}H{right}\" fill=\"none\" stroke=\"#888\"/><text x=\"{}\" y=\"{}\">{across}</text>",
            width / 2.0 - 50.0,
            height - 8.0
        ),
    );
    put(out, format_args!("<text x=\"4\" y=\"{}\" transform=\"rotate(-90 12 {0})\">{up}</text>", height / 2.0 + 40.0));
}

/// Draws stated against found confidence; the area of a dot grows with its pixels.
fn reliability(out: &mut String, bins: &[ReliabilityBin]) {
    frame(out, "stated confidence", "found to be right");
    let x = |share: f64| BORDER + share * (PLOT.0 - 1.25 * BORDER);
    let y = |share: f64| PLOT.1 - BORDER - share * (PLOT.1 - BORDER - 8.0);
    put(
        out,
        format_args!(
            "<path d=\"M{} {}L{} {}\" stroke=\"#bbb\" stroke-dasharray=\"4\"/>",
            x(0.0),
            y(0.0),
            x(1.0),
            y(1.0)
        ),
    );
    for share in [0.0, 0.5, 1.0] {
        put(
            out,
            format_args!(
                "<text x=\"{:.0}\" y=\"{:.0}\">{share}</text><text x=\"{:.0}\" y=\"{:.0}\">{share}</text>",
                x(share) - 6.0,
                y(0.0) + 14.0,
                BORDER - 22.0,
                y(share) + 4.0
            ),
        );
    }
    let all = bins.iter().map(|b| b.pixels).sum::<u64>().max(1) as f64;
    for bin in bins {
        let radius = (3.0 + 9.0 * (bin.pixels as f64 / all).sqrt()).min(12.0);
        put(
            out,
            format_args!(
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\" fill=\"#0072b2\" fill-opacity=\".7\"/>",
                x(bin.stated),
                y(bin.found)
            ),
        );
    }
    out.push_str("</svg>");
}

/// Draws the error of areal density of each plate, ± 8 % from bottom to top.
fn errors(out: &mut String, plates: &[MaterialPlate]) {
    const RANGE: f64 = 0.08;
    frame(out, "plate, in the order of the table", "error of areal density");
    let y = |error: f64| 8.0 + (RANGE - error.clamp(-RANGE, RANGE)) / (2.0 * RANGE) * (PLOT.1 - BORDER - 8.0);
    for error in [-0.08, -0.02, 0.0, 0.02, 0.08] {
        let (stroke, at) = (if error == 0.0 { "#888" } else { "#ddd" }, y(error));
        put(
            out,
            format_args!(
                "<path d=\"M{BORDER} {at:.1}H{}\" stroke=\"{stroke}\"/><text x=\"14\" y=\"{:.1}\">{:+.0} %</text>",
                PLOT.0 - BORDER / 4.0,
                at + 4.0,
                100.0 * error
            ),
        );
    }
    let step = (PLOT.0 - 1.25 * BORDER) / plates.len().max(1) as f64;
    for (i, plate) in plates.iter().enumerate() {
        let x = BORDER + (i as f64 + 0.5) * step;
        put(
            out,
            format_args!(
                "<circle cx=\"{x:.1}\" cy=\"{:.1}\" r=\"5\" fill=\"#d55e00\"><title>{} {} g/cm²</title></circle>",
                y(plate.lambda_error),
                plate.material,
                plate.lambda
            ),
        );
    }
    out.push_str("</svg>");
}
