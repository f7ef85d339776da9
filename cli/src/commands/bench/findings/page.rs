//! What a page says of the findings.

use uff::detect::{ALGORITHM, ALGORITHM_VERSION};
use uff::trial::{Tally, Trial};

use crate::commands::bench::page::put;
use crate::commands::bench::plot::{Axis, Plot};

/// Returns the title of a page of its own.
pub(in crate::commands::bench) fn title(tally: &Tally) -> String {
    format!("Findings on {} simulated scenes", tally.scenes)
}

/// Composes what stands below the title.
pub(in crate::commands::bench) fn body(trials: &[Trial], tally: &Tally, seed: u64) -> String {
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
    out
}

fn reliability(out: &mut String, tally: &Tally) {
    let mut plot = Plot::open(out, "Stated and observed", Axis::share("stated confidence"), Axis::share("right"));
    plot.reference((0.0, 0.0), (1.0, 1.0));
    let most = tally.reliability.iter().map(|b| b.findings).max().unwrap_or(1).max(1) as f64;
    for bin in tally.reliability.iter().filter(|b| b.findings > 0) {
        let told = format!("{} findings: stated {:.2}, right {:.2}", bin.findings, bin.stated, bin.observed);
        let radius = 3.0 + 9.0 * (bin.findings as f64 / most).sqrt();
        plot.point(0, (bin.stated, bin.observed), radius, &told);
    }
    plot.close();
}

fn operating(out: &mut String, trials: &[Trial]) {
    let point = |share: f64| {
        let tally = Tally::of(trials, share);
        (tally.false_per_scene, tally.recall_of_all())
    };
    let points: Vec<(f64, f64)> = (1..20).rev().map(|k| point(f64::from(k) / 20.0)).collect();
    let most = points.iter().map(|p| p.0).fold(1.0, f64::max).ceil();
    let across = Axis::even("false findings per scene", (0.0, most), &[0.0, most / 2.0, most]);
    let mut plot = Plot::open(out, "Found against false", across, Axis::share("hidden objects found"));
    plot.line(0, false, points);
    plot.close();
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
