//! Gathers what is told of a file.

use std::sync::Arc;

use uff::error::{Code, Error};
use uff::format::{UffFile, layout};
use uff::model::identifier::Identifier;
use uff::model::{Calibration, Channel, PlaneKey, Scan, View};
use uff::source::ReadAt;
use uff::validate::{Severity, ValidateOptions, validate};

use crate::commands::Context;
use crate::error::Result;
use crate::wire::{ChannelInfo, Info, LossInfo, NumberInfo, QuickVerdict, Version, ViewInfo};

/// Summarises an open file; validation looks at everything but the samples.
pub(super) fn of(file: &UffFile, source: Arc<dyn ReadAt>, context: &Context) -> Result<Info> {
    let scan = file.scan();
    let (name, size) = (source.name().to_owned(), source.len());
    let metadata = serde_json::to_value(scan)
        .map_err(|e| Error::new(Code::Internal, "the metadata have no JSON form").file(&name).cause(e))?;
    let options = ValidateOptions { quick: true, ..ValidateOptions::default() };
    let report = validate(source, &options, &context.budget());
    Ok(Info {
        version: Version,
        file: name,
        size,
        profile: layout::PROFILE.to_owned(),
        layout_version: file.layout_version().to_string(),
        metadata_version: file.metadata_version().to_string(),
        scan_id: scan.identity.scan_id.to_string(),
        containers: scan.object.containers.iter().map(number).collect(),
        plates: scan.object.plates.iter().map(|p| number(&p.number)).collect(),
        views: views(file, scan),
        losses: scan.provenance.losses.iter().map(LossInfo::from).collect(),
        quick_verdict: QuickVerdict {
            verdict: report.verdict().as_str().to_owned(),
            failures: report.count(Severity::Failure),
            warnings: report.count(Severity::Warning),
        },
        scan: metadata,
    })
}

fn number(id: &impl Identifier) -> NumberInfo {
    let issue = |i: uff::model::identifier::IdentifierIssue| {
        let likely = i.likely.map(|l| format!("; probably {l}")).unwrap_or_default();
        format!("{}: expected {}, found {}{likely}", i.kind, i.expected, i.found)
    };
    NumberInfo {
        written: id.written().to_owned(),
        canonical: id.canonical(),
        issues: id.issues().into_iter().map(issue).collect(),
    }
}

fn views(file: &UffFile, scan: &Scan) -> Vec<ViewInfo> {
    (0..).zip(&scan.views).map(|(index, view)| self::view(file, index, view)).collect()
}

fn view(file: &UffFile, index: u32, view: &View) -> ViewInfo {
    let pitch = |get: fn(&uff::model::Geometry) -> Option<uff::units::Millimetres>| {
        view.geometry.as_ref().and_then(get).map(uff::units::Millimetres::get)
    };
    let material = file.planes().filter_map(|key| match key {
        PlaneKey::Material { view, quantity } if *view == index => Some(quantity.to_string()),
        _ => None,
    });
    ViewInfo {
        index,
        kind: view.kind.to_string(),
        modality: view.modality.to_string(),
        rows: view.rows,
        columns: view.columns,
        pitch_rows_mm: pitch(|g| g.pitch_rows),
        pitch_columns_mm: pitch(|g| g.pitch_columns),
        channels: view.channels.iter().map(|c| channel(file, index, c)).collect(),
        material: material.collect(),
    }
}

fn channel(file: &UffFile, view: u32, channel: &Channel) -> ChannelInfo {
    let lines = |c: &Calibration| c.dark_lines.unwrap_or(0).saturating_add(c.air_lines.unwrap_or(0));
    ChannelInfo {
        id: channel.id.to_string(),
        role: channel.role.to_string(),
        quantity: channel.quantity.to_string(),
        sample_type: channel.sample_type.to_string(),
        bit_depth: channel.bit_depth,
        energy_kev: channel.energy.map(uff::units::Energy::get),
        calibration_lines: channel.calibration.as_ref().map_or(0, lines),
        levels: file.levels(&PlaneKey::samples(view, channel.id.clone())),
    }
}
