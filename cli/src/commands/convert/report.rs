//! What is told of a conversion.

use uff::convert::ConvertReport;
use uff::convert::PlaneSize;
use uff::convert::StepTime;
use uff::convert::UFF;
use uff::convert::WrittenFile;

use crate::commands::Context;
use crate::ui::Style;
use crate::ui::bytes;
use crate::ui::duration;
use crate::ui::plain;
use crate::ui::plural;
use crate::wire::Converted;
use crate::wire::ConvertedFile;
use crate::wire::LossInfo;
use crate::wire::PlaneInfo;
use crate::wire::StepInfo;
use crate::wire::Version;

/// Losses told in words; all are in the file of losses and in the JSON.
const SHOWN: usize = 3;

/// Tells the person at the terminal what was done.
pub(super) fn tell(report: &ConvertReport, context: &Context) {
    let ui = &context.ui;
    let total = report.times.iter().map(|t| t.took).sum();
    let profile = report.profile.as_ref().map(|p| format!(" {p}")).unwrap_or_default();
    let checked = if report.format == UFF { ", read back and compared" } else { "" };
    ui.note(format_args!(
        "  {} {}, {} → {} in {}{checked}",
        ui.paint_err(Style::Good, "converted"),
        plural(report.delivery_files, "file"),
        bytes(report.delivery_bytes),
        bytes(report.bytes),
        duration(total),
    ));
    ui.note(plain(&format!("  scan {}, by {}{profile}: {}", report.scan_id, report.reader, report.recognized_by)));
    if let Some(reason) = &report.radiation {
        ui.note(plain(&format!("  radiation data attached: {reason}")));
    }
    if report.losses.is_empty() {
        return;
    }
    let listed = match &report.losses_file {
        Some(file) => format!("{} lists them", file.display()),
        None => "`uff info` lists them".to_owned(),
    };
    ui.note(format_args!("  {}; {listed}", plural(report.losses.len(), "recorded loss")));
    for loss in report.losses.iter().take(SHOWN) {
        ui.note(plain(&format!("    {} {}: {}", loss.kind, loss.subject, loss.reason)));
    }
    if report.losses.len() > SHOWN {
        ui.note(format_args!("    and {} more", report.losses.len() - SHOWN));
    }
}

/// Returns what was done as it is told in JSON.
pub(super) fn to_wire(input: &str, report: &ConvertReport) -> Converted {
    let plane = |p: &PlaneSize| PlaneInfo {
        plane: p.plane.clone(),
        rows: p.rows,
        columns: p.columns,
        sample_type: p.sample_type.clone(),
    };
    let file = |f: &WrittenFile| ConvertedFile { name: f.name.clone(), bytes: f.bytes, digest: f.digest.to_string() };
    let step = |t: &StepTime| StepInfo { step: t.step.as_str().to_owned(), seconds: t.took.as_secs_f64() };
    Converted {
        version: Version,
        input: input.to_owned(),
        target: report.target.display().to_string(),
        format: report.format.clone(),
        scan_id: report.scan_id.to_string(),
        reader: report.reader.clone(),
        profile: report.profile.clone(),
        recognized_by: report.recognized_by.clone(),
        radiation: report.radiation.clone(),
        delivery_files: report.delivery_files,
        delivery_bytes: report.delivery_bytes,
        delivery_digest: report.delivery_digest.to_string(),
        bytes: report.bytes,
        digest: report.digest.to_string(),
        files: report.files.iter().map(file).collect(),
        planes: report.planes.iter().map(plane).collect(),
        kept_whole: report.kept_whole.clone(),
        losses: report.losses.iter().map(LossInfo::from).collect(),
        losses_file: report.losses_file.as_ref().map(|f| f.display().to_string()),
        steps: report.times.iter().map(step).collect(),
    }
}
