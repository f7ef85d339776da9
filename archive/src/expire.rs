//! Looks for data whose time is up: takes them out where the image stays, and asks for deletion where the whole scan goes.

use std::collections::BTreeSet;

use jiff::Timestamp;
use uff::model::ScanId;
use uff::redact::DataKind;

use crate::catalog::Entry;
use crate::change::Changes;
use crate::error::{Code, Error, Result};
use crate::lock::is_wanted;
use crate::retention::Policies;
use crate::subject::Subject;

/// Scans asked of the catalogue at once.
const PAGE: u32 = 1000;

/// How to look.
#[derive(Debug, Clone, Default)]
pub struct ExpireOptions {
    /// Tells what would be done without doing it.
    pub dry_run: bool,
}

/// What looking for data whose time is up came to.
#[derive(Debug, Default)]
pub struct ExpireReport {
    /// Scans looked at.
    pub scans: u64,
    /// Scans out of which data were taken, and which.
    pub redacted: Vec<(ScanId, Vec<DataKind>)>,
    /// Scans whose deletion is requested now; a second person has to approve it.
    pub requested: Vec<ScanId>,
    /// Scans whose deletion was requested before and is not approved yet.
    pub waiting: Vec<ScanId>,
    /// Scans whose time is up, but which are under legal hold.
    pub held: Vec<ScanId>,
    /// Scans that the store itself was told to keep for longer: it has Object Lock, and a rule in compliance mode is newer than
    /// the scan.
    pub locked: Vec<ScanId>,
    /// Scans of which something is due that could not be done, and why.
    pub failed: Vec<(ScanId, Error)>,
}

/// What is due of a scan.
enum Due {
    Nothing,
    Held,
    Redaction(BTreeSet<DataKind>),
    Deletion,
    Approval,
}

/// Looks at every scan.
///
/// # Errors
/// `archive.catalog`, `archive.store`; what is wrong with single scans is in the report.
pub(crate) async fn expire(changes: &Changes<'_>, options: &ExpireOptions) -> Result<ExpireReport> {
    changes.custody.actor()?;
    let policies = Policies::load(changes.retention).await?;
    let locks_files = !options.dry_run && changes.store.locks_files().await?;
    let mut report = ExpireReport::default();
    let mut after = None;
    loop {
        let page = changes.catalog.scans(after, PAGE).await?;
        for scan in &page {
            let Some(entry) = changes.catalog.entry(*scan).await? else { continue };
            report.scans += 1;
            if locks_files && is_wanted(&policies, &entry) {
                match changes.lock(*scan, &policies).await {
                    Ok(true) => report.locked.push(*scan),
                    Ok(false) => {}
                    Err(e) => note(&mut report, *scan, e)?,
                }
            }
            match due(&entry, &policies, Timestamp::now()) {
                Due::Nothing => {}
                Due::Held => report.held.push(*scan),
                Due::Approval => report.waiting.push(*scan),
                Due::Redaction(kinds) => {
                    let done = match options.dry_run {
                        true => Ok(()),
                        false => changes.redact(*scan, &kinds).await.map(drop),
                    };
                    match done {
                        Ok(()) => report.redacted.push((*scan, kinds.into_iter().collect())),
                        Err(e) => note(&mut report, *scan, e)?,
                    }
                }
                Due::Deletion => {
                    let done = match options.dry_run {
                        true => Ok(()),
                        false => changes.request_deletion(*scan, "its retention period has ended").await.map(drop),
                    };
                    match done {
                        Ok(()) => report.requested.push(*scan),
                        Err(e) => note(&mut report, *scan, e)?,
                    }
                }
            }
        }
        after = page.last().copied();
        if page.len() < PAGE as usize {
            return Ok(report);
        }
    }
}

/// Notes a failure of one scan; one of the archive as a whole ends the search.
fn note(report: &mut ExpireReport, scan: ScanId, e: Error) -> Result<()> {
    match e.archive_code() {
        Some(Code::Catalog | Code::Store | Code::StoreAccess | Code::Log) => Err(e),
        _ => {
            report.failed.push((scan, e));
            Ok(())
        }
    }
}

fn due(entry: &Entry, policies: &Policies, now: Timestamp) -> Due {
    let facts = &entry.facts;
    if facts.tombstone.is_some() {
        return Due::Nothing;
    }
    let is_over = |subject| {
        let kept = policies.kept(subject, &entry.record, entry.place.archived, facts);
        kept.until.has_passed(now)
    };
    let scan_is_over = is_over(Subject::Image);
    let kinds = DataKind::ALL.into_iter().filter(|kind| !facts.is_redacted(*kind) && is_over(Subject::Data(*kind)));
    let kinds: BTreeSet<DataKind> = kinds.collect();
    match (scan_is_over, kinds.is_empty(), facts.holds.is_empty()) {
        (false, true, _) => Due::Nothing,
        (_, _, false) => Due::Held,
        (true, ..) if facts.deletion_request.is_some() => Due::Approval,
        (true, ..) => Due::Deletion,
        (false, ..) => Due::Redaction(kinds),
    }
}
