//! Reads stored bytes again from where they lie, little by little, and mends from a replica what is damaged.
//!
//! A scrub goes through the storage root one directory of the first level at a time and remembers in the store how far it came, so
//! that it goes on where it was stopped. It keeps below a rate, and reads the disk and not what the operating system has in
//! memory. A sampling scrub looks at a share of the scans, each time at another one.

use std::collections::HashSet;
use std::sync::Arc;

use futures::{StreamExt, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uff::model::{ScanId, Sha256};

use crate::care::{self, SCRUB};
use crate::catalog::Catalog;
use crate::error::{Code, Error, Result};
use crate::log::{Action, Custody, Event};
use crate::reindex::{current_row, without_bytes};
use crate::store::ocfl::{copy, walk};
use crate::store::{Entry, Reading, Store, Throttle};
use crate::verify::{ScanVerdict, verify_scan};

/// How to scrub.
#[derive(Debug, Clone)]
pub struct ScrubOptions {
    /// Share of the scans that is looked at, above 0 and up to 1.
    pub share: f64,
    /// Bytes read per second at most.
    pub rate: Option<u64>,
    /// Begins anew although an earlier scrub was stopped.
    pub restart: bool,
    /// Reads what the operating system has in memory, too.
    pub from_memory: bool,
    /// Mends what is damaged: inventories from each other, content from the replica.
    pub repair: bool,
}

impl Default for ScrubOptions {
    fn default() -> Self {
        Self { share: 1.0, rate: None, restart: false, from_memory: false, repair: false }
    }
}

/// What became of a scan that was found damaged.
#[derive(Debug)]
pub enum Repair {
    /// Nothing was tried.
    None,
    /// It is sound again; these files were written, with paths relative to the object.
    Mended(Vec<String>),
    /// It could not be mended.
    Failed(Error),
}

/// A scan that was found damaged.
#[derive(Debug)]
pub struct Damage {
    /// What was found.
    pub verdict: ScanVerdict,
    /// What became of it.
    pub repair: Repair,
}

/// What scrubbing came to, counted over all parts of a scrub that was stopped and went on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScrubReport {
    /// When it began.
    pub started: Timestamp,
    /// Whether it went on where an earlier one was stopped.
    #[serde(skip)]
    pub resumed: bool,
    /// Scans looked at.
    pub scans: u64,
    /// Scans of which something was not what was recorded.
    pub damaged: u64,
    /// Scans that were mended.
    pub mended: u64,
    /// Files looked at.
    pub files: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Files of the storage root that belong to no scan.
    pub stray: Vec<String>,
}

impl ScrubReport {
    /// Tells whether everything is what was recorded, now.
    pub fn is_sound(&self) -> bool {
        self.damaged == self.mended && self.stray.is_empty()
    }
}

/// How far a scrub came.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct State {
    format: u32,
    /// Share of the scans that is looked at.
    share: f64,
    /// Last directory of the first level that is done.
    done: Option<String>,
    report: ScrubReport,
}

/// What scrubbing needs to know of the archive.
pub(crate) struct Scrub<'a> {
    pub(crate) store: &'a Store,
    pub(crate) care: &'a Store,
    pub(crate) replica: Option<&'a Store>,
    pub(crate) catalog: &'a Arc<dyn Catalog>,
    pub(crate) custody: &'a Custody,
    pub(crate) parallel: usize,
}

impl Scrub<'_> {
    /// Looks at every scan of the share, and hands out what is damaged as it is found.
    ///
    /// # Errors
    /// `archive.query` for a share that is none; `archive.store`, `archive.catalog`.
    pub(crate) async fn run(
        &self,
        options: &ScrubOptions,
        on_damage: &mut (dyn FnMut(Damage) + Send),
    ) -> Result<ScrubReport> {
        if !(options.share > 0.0 && options.share <= 1.0) {
            let e = Error::new(Code::Query, "the share of the scans makes no sense");
            return Err(e.expected("above 0 and up to 1").found(options.share));
        }
        let mut state = self.begin(options).await?;
        let reading = Reading {
            from_storage: !options.from_memory,
            throttle: options.rate.map(|rate| Arc::new(Throttle::new(rate))),
        };
        let top = walk::top(self.store).await?;
        if !state.report.resumed {
            state.report.stray.extend(top.stray.into_iter().map(|e| e.path));
        }
        let is_done = |directory: &String| state.done.as_ref().is_some_and(|done| directory <= done);
        let directories: Vec<String> = top.directories.into_iter().filter(|d| !is_done(d)).collect();
        for directory in directories {
            let branch = walk::branch(self.store, &directory).await?;
            state.report.stray.extend(branch.stray.into_iter().map(|e| e.path));
            let of_share = branch.objects.into_iter().filter(|(scan, _)| state.takes(*scan)).collect();
            self.scans(of_share, options, &reading, &mut state.report, on_damage).await?;
            state.done = Some(directory);
            care::remember(self.care, SCRUB, &state).await?;
        }
        let lost = without_bytes(self.store, self.catalog, &HashSet::new()).await?;
        let lost = lost.into_iter().filter(|scan| state.takes(*scan)).map(|scan| (scan, Vec::new())).collect();
        self.scans(lost, options, &reading, &mut state.report, on_damage).await?;
        self.care.delete(SCRUB).await?;
        Ok(state.report)
    }

    async fn begin(&self, options: &ScrubOptions) -> Result<State> {
        let stopped = match options.restart {
            true => None,
            false => care::recall::<State>(self.care, SCRUB).await?,
        };
        if let Some(mut state) = stopped.filter(|s| s.share == options.share) {
            state.report.resumed = true;
            return Ok(state);
        }
        let report = ScrubReport { started: Timestamp::now(), ..ScrubReport::default() };
        Ok(State { format: care::FORMAT, share: options.share, done: None, report })
    }

    async fn scans(
        &self,
        scans: Vec<(ScanId, Vec<Entry>)>,
        options: &ScrubOptions,
        reading: &Reading,
        report: &mut ScrubReport,
        on_damage: &mut (dyn FnMut(Damage) + Send),
    ) -> Result<()> {
        let work = scans.into_iter().map(|(scan, files)| verify_scan(self.store, self.catalog, scan, files, reading));
        let mut done = stream::iter(work).buffer_unordered(self.parallel.max(1));
        while let Some(verdict) = done.next().await {
            let verdict = verdict?;
            report.scans += 1;
            report.files += verdict.files.len() as u64;
            report.bytes += verdict.bytes;
            if verdict.is_sound() {
                continue;
            }
            report.damaged += 1;
            let repair = match options.repair {
                false => Repair::None,
                true => match self.repair(verdict.scan).await {
                    Ok(mended) => Repair::Mended(mended),
                    Err(e) if matches!(e.archive_code(), Some(Code::Catalog | Code::Log)) => return Err(e),
                    Err(e) => Repair::Failed(e),
                },
            };
            report.mended += u64::from(matches!(repair, Repair::Mended(_)));
            on_damage(Damage { verdict, repair });
        }
        Ok(())
    }

    /// Mends a scan and makes sure that it is sound.
    async fn repair(&self, scan: ScanId) -> Result<Vec<String>> {
        let known = match self.catalog.entry(scan).await {
            Err(e) if e.archive_code() == Some(Code::CatalogDamaged) => None,
            entry => entry?.map(|entry| entry.place.inventory),
        };
        let (newest, bytes) = copy::trusted(self.store, self.replica, scan, known).await?;
        let mended = copy::mend(self.store, self.replica, scan, &newest, &bytes).await?;
        current_row(self.store, self.catalog, scan, &newest).await?;
        let event = Event { scan: Some(scan), inventory: Some(newest.digest), ..Event::now(Action::Repair) };
        self.custody.note(event).await?;
        let files = walk::object(self.store, scan).await?;
        let again = verify_scan(self.store, self.catalog, scan, files, &Reading::default()).await?;
        match again.files.iter().find(|f| f.state != crate::verify::FileState::Sound) {
            None => Ok(mended),
            Some(file) => Err(Error::new(Code::Corrupt, "the scan is not sound after it was mended")
                .file(scan)
                .found(format!("{} {:?}", file.path, file.state))),
        }
    }
}

impl State {
    /// Tells whether a scan is of the share; which ones are differs from scrub to scrub.
    fn takes(&self, scan: ScanId) -> bool {
        let seed = format!("{} {scan}", self.report.started);
        let place = Sha256::of(seed.as_bytes()).as_bytes().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        self.share >= 1.0 || (place as f64) < self.share * u64::MAX as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_that_share_and_another_one_each_time() {
        let state = |second| State {
            format: care::FORMAT,
            share: 0.25,
            done: None,
            report: ScrubReport { started: Timestamp::from_second(second).expect("a time"), ..ScrubReport::default() },
        };
        let scan = |number: u32| ScanId::from_delivery(&Sha256::of(&number.to_be_bytes()));
        let of = |state: &State| -> HashSet<u32> { (0..4000).filter(|n| state.takes(scan(*n))).collect() };
        let (one, other) = (of(&state(1)), of(&state(2)));
        // Four standard deviations of a binomial distribution: sqrt(4000 · 0.25 · 0.75) = 27.4.
        assert!(one.len().abs_diff(1000) < 110 && other.len().abs_diff(1000) < 110, "{} {}", one.len(), other.len());
        assert!(one.intersection(&other).count() < 400);
        assert_eq!(of(&state(1)), one);
    }
}
