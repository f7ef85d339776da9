//! Report of `uff bench findings`: one HTML file, drawings inline, nothing fetched.

use std::fmt::Write;

use uff::detect::{ALGORITHM, ALGORITHM_VERSION};
use uff::trial::{Tally, Trial};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}\
table{border-collapse:collapse;margin:1rem 0}th,td{padding:.25rem .8rem;border-bottom:1px solid #ddd;text-align:right}\
th:first-child,td:first-child{text-align:left}svg{max-width:100%}caption{text-align:left;font-weight:600}";

/// Side of the square of a drawing, and its margin.
const SIDE: f64 = 320.0;
const MARGIN: f64 = 44.0;

/// Composes the report.
pub(super) fn page(trials: &[Trial], tally: &Tally, seed: u64) -> String {
    let mut out = String::new();
    let percent = |v: f64| format!("{:.0} %", 100.0 * v);
    let facts = [
        ("scenes", tally.scenes.to_string()),
        ("first seed", seed.to_string()),
        ("scenes with nothing hidden", tally.clean.to_string()),
        ("findings counted from a confidence of", percent(tally.least)),
        ("hidden objects found", percent(tally.recall_of_all())),
        ("of those that no dark zone covers", percent(tally.recall_of_visible())),
        ("false findings per scene", format!("{:.2}", tally.false_per_scene)),
        ("false findings per scene with nothing hidden", format!("{:.2}", tally.false_per_clean_scene)),
        ("dark zones, of these truly dark", format!("{}, {}", tally.dark_zones.0, tally.dark_zones.1)),
        ("mean error of the confidences from 10 % on", percent(tally.calibration_error())),
    ];
    let title = format!("Findings on {} simulated scenes", tally.scenes);
    out.push_str("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    put(&mut out, format_args!("<title>{title}</title><style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n"));
    put(
        &mut out,
        format_args!(
            "<p>{ALGORITHM} {ALGORITHM_VERSION}. Every scene is made again by <code>uff synth varied --seed N</code>.</p>\n<table>\n"
        ),
    );
    for (name, value) in facts {
        put(&mut out, format_args!("<tr><td>{name}</td><td>{value}</td></tr>\n"));
    }
    out.push_str("</table>\n<table><caption>Hidden objects</caption>\n<tr><th>kind</th><th>objects</th><th>found</th><th>recall</th><th>in dark zones</th><th>off by, pixels</th><th>overlap</th></tr>\n");
    for r in &tally.recall {
        let share = if r.objects > 0 { percent(r.found as f64 / r.objects as f64) } else { "-".into() };
        put(
            &mut out,
            format_args!(
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{share}</td><td>{}</td><td>{:.1}</td><td>{:.2}</td></tr>\n",
                r.kind.name(),
                r.objects,
                r.found,
                r.shadowed,
                r.distance,
                r.overlap
            ),
        );
    }
    out.push_str("</table>\n<table><caption>Findings</caption>\n<tr><th>kind</th><th>told</th><th>right</th></tr>\n");
    for p in &tally.precision {
        put(&mut out, format_args!("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", p.kind.name(), p.findings, p.right));
    }
    out.push_str("</table>\n<h2>Do the confidences hold?</h2>\n<p>Share of findings that are right against the confidence they state; the area of a point is the number of findings. Dark zones are measured and left out.</p>\n");
    reliability(&mut out, tally);
    out.push_str("<h2>What a lower confidence costs</h2>\n<p>Hidden objects found against false findings per scene, for confidences from 95 % (left) to 5 %.</p>\n");
    operating(&mut out, trials);
    scenes(&mut out, trials, tally.least);
    out.push_str("</body></html>\n");
    out
}

/// Writing to a string does not fail.
fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    _ = out.write_fmt(text);
}

/// Opens a drawing with a frame, names of both axes and their ends.
fn open(out: &mut String, x: (&str, f64), y: (&str, f64)) {
    let full = SIDE + 2.0 * MARGIN;
    let end = SIDE + MARGIN;
    put(
        out,
        format_args!(
            "<svg width=\"{full}\" height=\"{full}\" viewBox=\"0 0 {full} {full}\" role=\"img\" font-size=\"12\">"
        ),
    );
    put(
        out,
        format_args!(
            "<rect x=\"{MARGIN}\" y=\"{MARGIN}\" width=\"{SIDE}\" height=\"{SIDE}\" fill=\"none\" stroke=\"#999\"/>"
        ),
    );
    put(
        out,
        format_args!(
            "<text x=\"{MARGIN}\" y=\"{}\">0</text><text x=\"{end}\" y=\"{}\" text-anchor=\"end\">{:.1} {}</text>",
            end + 16.0,
            end + 16.0,
            x.1,
            x.0
        ),
    );
    put(out, format_args!("<text x=\"{MARGIN}\" y=\"{}\">{:.1} {}</text>\n", MARGIN - 8.0, y.1, y.0));
}

fn at(x: f64, y: f64) -> (f64, f64) {
    (MARGIN + SIDE * x.clamp(0.0, 1.0), MARGIN + SIDE * (1.0 - y.clamp(0.0, 1.0)))
}

fn reliability(out: &mut String, tally: &Tally) {
    open(out, ("stated", 1.0), ("right", 1.0));
    let ((x0, y0), (x1, y1)) = (at(0.0, 0.0), at(1.0, 1.0));
    put(
        out,
        format_args!(
            "<line x1=\"{x0}\" y1=\"{y0}\" x2=\"{x1}\" y2=\"{y1}\" stroke=\"#bbb\" stroke-dasharray=\"4 4\"/>"
        ),
    );
    let most = tally.reliability.iter().map(|b| b.findings).max().unwrap_or(1).max(1) as f64;
    for bin in tally.reliability.iter().filter(|b| b.findings > 0) {
        let (x, y) = at(bin.stated, bin.observed);
        let radius = 3.0 + 13.0 * (bin.findings as f64 / most).sqrt();
        put(
            out,
            format_args!(
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"#c33\" fill-opacity=\".6\"><title>{} findings: stated {:.2}, right {:.2}</title></circle>",
                bin.findings, bin.stated, bin.observed
            ),
        );
    }
    out.push_str("</svg>\n");
}

fn operating(out: &mut String, trials: &[Trial]) {
    let points: Vec<(f64, f64)> = (1..20)
        .rev()
        .map(|k| Tally::of(trials, f64::from(k) / 20.0))
        .map(|t| (t.false_per_scene, t.recall_of_all()))
        .collect();
    let most = points.iter().map(|p| p.0).fold(1.0, f64::max);
    open(out, ("false findings per scene", most), ("found", 1.0));
    let line: Vec<String> =
        points.iter().map(|(x, y)| at(x / most, *y)).map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    put(
        out,
        format_args!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"#c33\" stroke-width=\"2\"/></svg>\n",
            line.join(" ")
        ),
    );
}

fn scenes(out: &mut String, trials: &[Trial], least: f64) {
    out.push_str("<table><caption>Scenes</caption>\n<tr><th>seed</th><th>vehicle</th><th>load</th><th>hidden</th><th>found</th><th>false</th></tr>\n");
    for trial in trials {
        let kinds: Vec<&str> = trial.targets.iter().map(|t| t.kind.name()).collect();
        let counts = |hit: usize| trial.findings.get(hit).is_some_and(|f| f.detection.confidence >= least);
        let found = trial.targets.iter().filter(|t| t.hit.is_some_and(counts)).count();
        let wrong = trial.findings.iter().filter(|f| !f.right && f.detection.confidence >= least).count();
        put(
            out,
            format_args!(
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{found}</td><td>{wrong}</td></tr>\n",
                trial.seed,
                trial.carrier,
                trial.load,
                kinds.join(", ")
            ),
        );
    }
    out.push_str("</table>\n");
}
