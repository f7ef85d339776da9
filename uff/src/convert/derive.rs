//! Material channels, derived on request.

use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::material::{AnalysisOptions, analyze_view};
use crate::model::{Bundle, Loss, LossKind};

/// Derives the material channels of every view that has a pair of energies. What the analysis assumed for want of data
/// stands in the loss report.
///
/// # Errors
/// `material.not_measurable` when no view can yield material; whatever the analysis says otherwise.
pub(super) fn derive(bundle: &mut Bundle, options: &AnalysisOptions, budget: &Budget) -> Result<()> {
    let mut refused: Option<Error> = None;
    let mut derived = 0;
    for view in 0..bundle.scan.views.len() as u32 {
        match analyze_view(bundle, view, options, budget) {
            Ok(analysis) => {
                analysis.attach(bundle);
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
