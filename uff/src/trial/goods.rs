//! The check of declared goods on consignments of which it is known whether they are what they are declared as.

use super::scan::scan;
use crate::detect::Patch;
use crate::detect::Subject;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::goods::Check;
use crate::goods::Declared;
use crate::goods::Judgement;
use crate::goods::Line;
use crate::goods::MeasureOptions;
use crate::goods::Table;
use crate::goods::Verdict;
use crate::goods::judge;
use crate::goods::measure;
use crate::limits::Budget;
use crate::material::AnalysisOptions;
use crate::material::analyze_view;
use crate::synth::Carrier;
use crate::synth::Consignment;
use crate::synth::Rectangle;
use crate::synth::RenderOptions;
use crate::synth::Rendering;
use crate::synth::UNDECLARED;
use crate::synth::render;

/// Share by which a declared mass may be off.
const TOLERANCE: f64 = 0.1;

/// How a consignment was judged.
#[derive(Debug, Clone, PartialEq)]
pub struct GoodsTrial {
    /// Seed of the consignment.
    pub seed: u64,
    /// Vehicle.
    pub carrier: &'static str,
    /// What is declared.
    pub declared: &'static str,
    /// What is there beside it; none where the declaration is honest.
    pub undeclared: Option<&'static str>,
    /// Verdict.
    pub verdict: Verdict,
    /// Checks that contradict the declaration.
    pub against: Vec<Check>,
    /// Share of the rectangle of the undeclared goods that the parts cover; none where there are no such goods.
    pub covered: Option<f64>,
    /// Share of the parts that lies in that rectangle; none where there are no parts or no such goods.
    pub inside: Option<f64>,
}

/// Draws, renders and judges a consignment; with `reference` the empty vehicle is known.
///
/// # Errors
/// As rendering and analysis.
pub fn run_goods(seed: u64, cover: bool, reference: bool, budget: &Budget) -> Result<GoodsTrial> {
    let consignment = Consignment::new(seed, cover);
    let rendered = |scene, seed| render(scene, &RenderOptions { seed, rays: 1, ..RenderOptions::default() }, budget);
    let loaded = rendered(&consignment.scene, seed)?;
    // Another day, another noise.
    let empty = reference.then(|| rendered(&consignment.empty, seed ^ 0x5eed)).transpose()?;
    let judgement = judgement(&consignment, &loaded, empty.as_ref(), budget)?;
    let against = judgement.outcomes.iter().filter(|o| o.verdict == Verdict::Suspicious).map(|o| o.check).collect();
    let truth = loaded.truth.objects.iter().find(|o| o.name == UNDECLARED).and_then(|o| o.rectangle);
    let pixels: usize = judgement.parts.iter().map(|part| part.patch.len()).sum();
    let shared = truth.map(|r| judgement.parts.iter().map(|part| shared(&part.patch, &r)).sum::<usize>());
    Ok(GoodsTrial {
        seed,
        carrier: consignment.carrier.name(),
        declared: consignment.declared,
        undeclared: consignment.undeclared,
        verdict: judgement.verdict,
        against,
        covered: truth.zip(shared).map(|(r, shared)| shared as f64 / (r.rows * r.columns).max(1) as f64),
        inside: shared.filter(|_| pixels > 0).map(|shared| shared as f64 / pixels as f64),
    })
}

/// Counts the pixels of a patch in a rectangle.
fn shared(patch: &Patch, r: &Rectangle) -> usize {
    let inside = |(row, column): &(usize, usize)| {
        (r.row..r.row + r.rows).contains(row) && (r.column..r.column + r.columns).contains(column)
    };
    patch.pixels().filter(inside).count()
}

fn judgement(
    consignment: &Consignment,
    loaded: &Rendering,
    empty: Option<&Rendering>,
    budget: &Budget,
) -> Result<Judgement> {
    let analysed = |rendering: &Rendering| {
        let bundle = scan(rendering)?;
        let analysis = analyze_view(&bundle, 0, &AnalysisOptions::default(), budget)?;
        Ok::<_, Error>((analysis, bundle.scan.views.into_iter().next().and_then(|v| v.geometry)))
    };
    let reference = match empty {
        Some(empty) => {
            let (analysis, geometry) = analysed(empty)?;
            Some(Subject::of_analysis(&analysis, geometry.as_ref())?)
        }
        None => None,
    };
    let (analysis, geometry) = analysed(loaded)?;
    let depth = match consignment.carrier {
        Carrier::Container => MeasureOptions::CONTAINER,
        Carrier::Truck | Carrier::Van => MeasureOptions::BODY,
    };
    let options = MeasureOptions { reference: reference.as_ref(), depth };
    let nothing = || Error::new(Code::Internal, "a consignment shows no load");
    let measured = measure(&analysis, geometry.as_ref(), &options)?.ok_or_else(nothing)?;
    let lines: Vec<Line> = consignment
        .scene
        .paperwork
        .goods
        .iter()
        .map(|g| Line { code: Some(g.hs.clone()), description: None, mass: Some(g.gross_mass) })
        .collect();
    let mass = lines.iter().map(|line| line.mass).sum();
    Ok(judge(&measured, &Declared { lines, mass }, &Table::standard()?, TOLERANCE))
}
