//! Material channels and machine findings, derived on request.

use super::ConvertOptions;
use crate::detect::DetectOptions;
use crate::detect::Subject;
use crate::detect::detect;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::material::ViewAnalysis;
use crate::material::analyze_view;
use crate::model::Bundle;
use crate::model::Loss;
use crate::model::LossKind;

/// Derives what the options ask for, of every view that can be analysed: its material channels, its findings. What the
/// analysis assumed for want of data stands in the loss report.
///
/// # Errors
/// `material.not_measurable` when no view can yield material; whatever the analysis says otherwise.
pub(super) fn derive(bundle: &mut Bundle, options: &ConvertOptions, budget: &Budget) -> Result<()> {
    let mut refused: Option<Error> = None;
    let mut derived = 0;
    for view in 0..bundle.scan.views.len() as u32 {
        match analyze_view(bundle, view, &options.analysis, budget) {
            Ok(analysis) => {
                if options.material {
                    analysis.attach(bundle);
                }
                if options.findings {
                    look(bundle, &analysis)?;
                }
                let assumed = analysis.notes.into_iter().map(|reason| Loss {
                    kind: LossKind::Invented,
                    subject: format!("view[{view}]/material"),
                    reason,
                    ..Loss::default()
                });
                bundle.scan.provenance.losses.extend(assumed);
                derived += 1;
            }
            Err(e) if e.code() == Code::MaterialNotMeasurable => refused = refused.or(Some(e)),
            Err(e) => return Err(e),
        }
    }
    match refused {
        Some(e) if derived == 0 => Err(e),
        _ => Ok(()),
    }
}

/// Adds what is found in an analysed view to the machine findings of the scan.
fn look(bundle: &mut Bundle, analysis: &ViewAnalysis) -> Result<()> {
    let geometry = bundle.scan.views.get(analysis.view as usize).and_then(|v| v.geometry.as_ref());
    let found = detect(&Subject::of_analysis(analysis, geometry)?, &DetectOptions::default())?.found;
    let machine = found.iter().map(|d| d.to_finding(analysis.view)).collect::<Result<Vec<_>>>()?;
    if !machine.is_empty() {
        bundle.scan.findings.get_or_insert_default().machine.extend(machine);
    }
    Ok(())
}
