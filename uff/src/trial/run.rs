//! One trial: render a scene, analyse it, look for everything, compare with the truth.

use super::scan::scan;
use crate::detect::{DetectOptions, Detection, Detections, Kind, Subject, detect};
use crate::error::Result;
use crate::limits::Budget;
use crate::material::{AnalysisOptions, analyze_view};
use crate::synth::{Hidden, Rectangle, RenderOptions, Rendering, Varied, render};

/// Pixels by which the middle of a finding may miss the rectangle of an object.
const MISS: f64 = 2.0;
/// Least overlap (shared area over the area of both rectangles) of a finding whose middle misses.
const OVERLAP: f64 = 0.25;

/// Outcome of a scene.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// Seed of the scene.
    pub seed: u64,
    /// Vehicle.
    pub carrier: &'static str,
    /// Load.
    pub load: &'static str,
    /// Hidden objects that are in the picture.
    pub targets: Vec<Target>,
    /// Findings, most important first.
    pub findings: Vec<Judged>,
}

/// Hidden object, and the finding that hits it best.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Kind.
    pub kind: Hidden,
    /// Where it is.
    pub rectangle: Rectangle,
    /// Index of the finding of most confidence that hits it.
    pub hit: Option<usize>,
    /// Whether most of it lies in dark zones that were told: nobody can see it there, and the zones say so.
    pub shadowed: bool,
}

/// Finding, judged by the truth.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Finding.
    pub detection: Detection,
    /// Index of the hidden object that it hits.
    pub target: Option<usize>,
    /// Whether it is right: it hits a hidden object, or it is a dark zone where the true areal density is beyond the
    /// stated bound.
    pub right: bool,
}

impl Target {
    /// Returns the distance from the middle of the object to the middle of a finding, in pixels, and the overlap of
    /// their rectangles.
    pub fn error(&self, finding: &Detection) -> (f64, f64) {
        let bounds = finding.patch.bounds();
        let own = Rectangle { row: bounds.row, column: bounds.column, rows: bounds.rows, columns: bounds.columns };
        let ((r0, c0), (r1, c1)) = (middle(&self.rectangle), middle(&own));
        ((r0 - r1).hypot(c0 - c1), overlap(&self.rectangle, &own))
    }

    fn is_hit(&self, finding: &Detection) -> bool {
        let bounds = finding.patch.bounds();
        let (row, column) =
            (bounds.row as f64 + bounds.rows as f64 / 2.0, bounds.column as f64 + bounds.columns as f64 / 2.0);
        let r = &self.rectangle;
        let near =
            |at: f64, first: usize, count: usize| at >= first as f64 - MISS && at <= (first + count) as f64 + MISS;
        let own = Rectangle { row: bounds.row, column: bounds.column, rows: bounds.rows, columns: bounds.columns };
        let inside = near(row, r.row, r.rows) && near(column, r.column, r.columns);
        // A finding much larger than the object says nothing about it.
        let apt = bounds.rows * bounds.columns <= 12 * (r.rows * r.columns).max(16);
        (inside && apt) || overlap(r, &own) >= OVERLAP
    }
}

/// Runs the trial of a seed; findings below `least` confidence are not told.
///
/// # Errors
/// As rendering and analysis.
pub fn run(seed: u64, least: f64, budget: &Budget) -> Result<Trial> {
    let varied = Varied::new(seed);
    let rendered = |scene, seed| render(scene, &RenderOptions { seed, rays: 1, ..RenderOptions::default() }, budget);
    let loaded = rendered(&varied.scene, seed)?;
    // Another day, another noise.
    let empty = rendered(&varied.empty, seed ^ 0x5eed)?;
    let (subject, reference) = (subject(&loaded, budget)?, subject(&empty, budget)?);
    let options = DetectOptions { reference: Some(&reference), least, most: usize::MAX };
    let found = detect(&subject, &options)?;
    Ok(Trial { seed, ..judge(&varied, &loaded, found) })
}

fn subject(rendering: &Rendering, budget: &Budget) -> Result<Subject> {
    let bundle = scan(rendering)?;
    let analysis = analyze_view(&bundle, 0, &AnalysisOptions::default(), budget)?;
    Subject::of_analysis(&analysis, bundle.scan.views.first().and_then(|v| v.geometry.as_ref()))
}

fn judge(varied: &Varied, rendering: &Rendering, found: Detections) -> Trial {
    let mut targets: Vec<Target> = Vec::new();
    for (name, kind) in &varied.hidden {
        let object = rendering.truth.objects.iter().find(|o| o.name == *name);
        if let Some(rectangle) = object.and_then(|o| o.rectangle) {
            targets.push(Target { kind: *kind, rectangle, hit: None, shadowed: false });
        }
    }
    let mut findings = Vec::new();
    for detection in found.found {
        let hits = |t: &&(usize, &Target)| t.1.is_hit(&detection);
        let nearest = targets
            .iter()
            .enumerate()
            .filter(|t| hits(&t))
            .min_by(|a, b| a.1.error(&detection).0.total_cmp(&b.1.error(&detection).0));
        let target = nearest.map(|(index, _)| index);
        let dark = detection.kind == Kind::DarkZone && truly_dark(rendering, &detection);
        if let Some(hit) = target.and_then(|t| targets.get_mut(t)) {
            let better = hit.hit.is_none_or(|before: usize| {
                findings.get(before).is_none_or(|f: &Judged| f.detection.confidence < detection.confidence)
            });
            if better {
                hit.hit = Some(findings.len());
            }
        }
        findings.push(Judged {
            right: dark || (detection.kind != Kind::DarkZone && target.is_some()),
            target,
            detection,
        });
    }
    for target in &mut targets {
        let r = target.rectangle;
        let inside = |p: &(usize, usize)| {
            (r.row..r.row + r.rows).contains(&p.0) && (r.column..r.column + r.columns).contains(&p.1)
        };
        let zones = findings.iter().map(|f| &f.detection).filter(|d| d.kind == Kind::DarkZone);
        let dark = zones.flat_map(|d| d.patch.pixels()).filter(inside).count();
        target.shadowed = target.hit.is_none() && 2 * dark > r.rows * r.columns;
    }
    Trial { seed: 0, carrier: varied.carrier.name(), load: varied.load.name(), targets, findings }
}

/// Returns whether most of a dark zone is truly beyond nine tenths of the stated bound.
fn truly_dark(rendering: &Rendering, detection: &Detection) -> bool {
    let bound = 0.9 * detection.measures.lambda;
    let beyond = detection.patch.pixels().filter(|p| f64::from(rendering.areal_density[*p]) >= bound).count();
    2 * beyond > detection.patch.len()
}

fn middle(r: &Rectangle) -> (f64, f64) {
    (r.row as f64 + r.rows as f64 / 2.0, r.column as f64 + r.columns as f64 / 2.0)
}

fn overlap(a: &Rectangle, b: &Rectangle) -> f64 {
    let common = |a: usize, la: usize, b: usize, lb: usize| (a + la).min(b + lb).saturating_sub(a.max(b)) as f64;
    let shared = common(a.row, a.rows, b.row, b.rows) * common(a.column, a.columns, b.column, b.columns);
    shared / ((a.rows * a.columns + b.rows * b.columns) as f64 - shared)
}
