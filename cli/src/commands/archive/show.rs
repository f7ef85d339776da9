//! `uff archive show`.

use std::collections::BTreeMap;

use archive::{Hit, Policies, Subject, Until};
use clap::Args as ClapArgs;

use super::connection::{Connection, runtime};
use super::{record, scan_ref};
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{Align, Table, plain};
use crate::wire::{ArchiveLine, ArchivedScan, KeptUntil, MaterialFiguresInfo};

/// Arguments of `uff archive show`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Scan: its identifier, or a number that only it has
    #[arg(value_name = "SCAN")]
    scan: String,
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let (hit, policies) = runtime()?.block_on(async {
        let archive = connection.open(context).await?;
        let scan = scan_ref::resolve(&archive, &args.scan).await?;
        Ok::<_, Error>((archive.show(scan).await?, archive.policies().await?))
    })?;
    let mut told = record::hit(&hit);
    if hit.facts.tombstone.is_none() {
        told.kept = kept(&hit, &policies);
    }
    if context.ui.wants_json() {
        context.ui.json(&ArchiveLine::Scan(Box::new(told)))?;
    } else {
        context.ui.data(text(&told))?;
    }
    Ok(Exit::Good)
}

/// Returns how long each kind of data is kept.
fn kept(hit: &Hit, policies: &Policies) -> BTreeMap<String, KeptUntil> {
    let of = |subject: Subject| {
        let kept = policies.kept(subject, &hit.record, hit.archived, &hit.facts);
        let until = match kept.until {
            Until::At(time) => Some(time.to_string()),
            Until::Forever => None,
        };
        (subject.to_string(), KeptUntil { until, binding: kept.locked == Some(kept.until) })
    };
    let data = |subject: &Subject| match subject {
        Subject::Image => true,
        Subject::Data(kind) => !hit.facts.is_redacted(*kind),
    };
    Subject::all().filter(data).map(of).collect()
}

/// Tells what a load is made of.
fn material(figures: &MaterialFiguresInfo) -> String {
    let MaterialFiguresInfo { view, organic, light, metal, heavy, z, areal_density } = figures;
    let mut line = format!("view {view}: {organic} % organic, {light} % light, {metal} % metal, {heavy} % heavy");
    line.extend(z.map(|z| format!("; mean Z {z}")));
    line.extend(areal_density.map(|density| format!(", {density} g/cm² in the mean")));
    line
}

fn text(told: &ArchivedScan) -> String {
    let (scan, facts) = (&told.scan, &told.facts);
    let site: Vec<&str> = [&scan.locode, &scan.site, &scan.lane].into_iter().flatten().map(String::as_str).collect();
    let pairs = [
        ("scan", scan.scan_id.clone()),
        ("start", scan.start.clone().unwrap_or_default()),
        ("site", site.join(", ")),
        ("scanner", scan.scanner.clone().unwrap_or_default()),
        ("object", scan.object.clone()),
        ("containers", scan.containers.join(", ")),
        ("plates", scan.plates.join(", ")),
        ("archived", scan.archived.clone()),
    ];
    let mut pairs: Vec<(&str, String)> = pairs.to_vec();
    pairs.extend(scan.material.iter().map(|m| ("material", material(m))));
    pairs.extend(
        facts.holds.iter().map(|h| {
            ("held", format!("for {}: {}, since {}, by {} (hold {})", h.holder, h.reason, h.placed, h.by, h.id))
        }),
    );
    pairs.extend(
        facts.redactions.iter().map(|r| ("redacted", format!("{}, {}, by {}", r.kinds.join(", "), r.time, r.by))),
    );
    pairs.extend(facts.deletion_request.iter().map(|r| {
        ("deletion", format!("requested {} by {}: {}; another person has to approve it", r.time, r.by, r.reason))
    }));
    if let Some(t) = &facts.tombstone {
        let request = &t.request;
        pairs.push(("deleted", format!("{} by {}, as {} had asked: {}", t.time, t.by, request.by, request.reason)));
    }
    let until = |kept: &KeptUntil| kept.until.as_ref().map_or("for ever".to_owned(), |time| format!("until {time}"));
    let binding = |kept: &KeptUntil| if kept.binding { ", binding" } else { "" };
    pairs.extend(told.kept.iter().map(|(what, kept)| ("kept", format!("{what} {}{}", until(kept), binding(kept)))));
    let mut out = String::new();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        out.push_str(&format!("{name:<12}{}\n", plain(value)));
    }
    let mut files = Table::new(&[("file", Align::Left), ("bytes", Align::Right), ("sha256", Align::Left)]);
    for file in &scan.files {
        files.row([file.name.clone(), file.size.to_string(), file.sha256.clone()]);
    }
    out.push('\n');
    out.push_str(&files.to_string());
    out
}
