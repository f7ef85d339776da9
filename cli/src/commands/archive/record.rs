//! What the catalogue holds of a scan, as it is told.

use std::collections::BTreeMap;

use archive::facts::{DeletionRequest, Hold, Redaction};
use archive::{Facts, Hit, MaterialRecord, Record, StoredFile};
use jiff::Timestamp;

use crate::ui::{Align, Table};
use crate::wire::{
    ArchivedScan, DeletionRequestInfo, HoldInfo, MaterialFiguresInfo, RedactionInfo, ScanFacts, ScanRecord,
    StoredFileInfo, TombstoneInfo, Version,
};

/// Returns the record as it is told in JSON.
pub(super) fn to_wire(record: &Record, archived: Timestamp) -> ScanRecord {
    let scanner: Vec<String> =
        [&record.scanner.manufacturer, &record.scanner.model].into_iter().flatten().cloned().collect();
    let file = |f: &StoredFile| StoredFileInfo { name: f.name.clone(), size: f.size, sha256: f.sha256.to_string() };
    ScanRecord {
        scan_id: record.scan_id.to_string(),
        archived: archived.to_string(),
        start: record.start.map(|t| t.to_string()),
        locode: record.site.locode.clone(),
        site: record.site.name.clone(),
        lane: record.site.lane.clone(),
        scanner: Some(scanner.join(" ")).filter(|s| !s.is_empty()),
        object: record.object.to_string(),
        containers: record.containers.iter().map(|c| c.canonical.clone()).collect(),
        plates: record.plates.iter().map(|p| p.canonical.clone()).collect(),
        material: record.material.iter().map(material).collect(),
        files: std::iter::once(&record.uff).chain(&record.original).map(file).collect(),
    }
}

fn material(material: &MaterialRecord) -> MaterialFiguresInfo {
    let MaterialRecord { view, organic, light, metal, heavy, z, areal_density } = *material;
    MaterialFiguresInfo { view, organic, light, metal, heavy, z, areal_density }
}

/// Returns a hit as it is told in JSON.
pub(super) fn hit(hit: &Hit) -> ArchivedScan {
    let (scan, facts) = (to_wire(&hit.record, hit.archived), facts(&hit.facts));
    ArchivedScan { version: Version, scan, facts, kept: BTreeMap::new() }
}

/// Returns what became of a scan as it is told in JSON.
pub(super) fn facts(facts: &Facts) -> ScanFacts {
    let request = |r: &DeletionRequest| DeletionRequestInfo {
        reason: r.reason.clone(),
        time: r.time.to_string(),
        by: r.by.clone(),
    };
    let hold = |h: &Hold| HoldInfo {
        id: h.id.to_string(),
        holder: h.holder.clone(),
        reason: h.reason.clone(),
        placed: h.placed.to_string(),
        by: h.by.clone(),
    };
    let redaction = |r: &Redaction| RedactionInfo {
        kinds: r.kinds.iter().map(ToString::to_string).collect(),
        time: r.time.to_string(),
        by: r.by.clone(),
    };
    ScanFacts {
        holds: facts.holds.iter().map(hold).collect(),
        redactions: facts.redactions.iter().map(redaction).collect(),
        deletion_request: facts.deletion_request.as_ref().map(request),
        tombstone: facts.tombstone.as_ref().map(|t| TombstoneInfo {
            request: request(&t.request),
            time: t.time.to_string(),
            by: t.by.clone(),
        }),
    }
}

/// Lists hits for people.
pub(super) fn table(hits: &[Hit]) -> Table {
    let mut table = Table::new(&[
        ("scan", Align::Left),
        ("start", Align::Left),
        ("site", Align::Left),
        ("object", Align::Left),
        ("containers", Align::Left),
        ("plates", Align::Left),
    ]);
    let or_dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    for hit in hits {
        let scan = to_wire(&hit.record, hit.archived);
        table.row([
            scan.scan_id,
            or_dash(scan.start.unwrap_or_default()),
            or_dash(scan.locode.or(scan.site).unwrap_or_default()),
            scan.object,
            or_dash(scan.containers.join(",")),
            or_dash(scan.plates.join(",")),
        ]);
    }
    table
}
