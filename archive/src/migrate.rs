//! Moves an archive to another location, from any store to any other, and proves everything there before the old one is left.
//!
//! While bytes are copied and verified, work goes on in the old place. For the last few scans nobody can have anything noted
//! in the custody log, so that nothing is acknowledged that does not come along; then the old place says where the archive is
//! now, and takes nothing more. Its bytes stay until somebody removes them.

use crate::archive::{Archive, KEY, catalog_location};
use crate::care::{self, MOVED, MovedTo, REPLICA};
use crate::config::{Location, beside};
use crate::error::{Code, Error, Result};
use crate::log::{Action, BEGUN, CustodyKeySource, Event};
use crate::replicate::ReplicateOptions;
use crate::settings::ArchiveConfig;
use crate::store::{Places, open};
use crate::verify::{ScanVerdict, VerifySummary};

/// What moving an archive came to.
#[derive(Debug)]
pub struct MigrateReport {
    /// Scans that were copied, over all rounds.
    pub copied: u64,
    /// Bytes of content that were written.
    pub bytes: u64,
    /// What verifying everything at the new location came to.
    pub verified: VerifySummary,
}

impl Archive {
    /// Moves the archive to another location, which is empty or holds its replica; `config` says how it is used there. One that
    /// was stopped is done again from where it came.
    ///
    /// # Errors
    /// As [`Archive::replicate`]; `archive.corrupt` when something could not be copied or is not sound at the new location: the
    /// archive stays where it is then.
    pub async fn migrate(
        &self,
        to: &Location,
        config: ArchiveConfig,
        on_scan: &mut (dyn FnMut(ScanVerdict) + Send),
    ) -> Result<(Archive, MigrateReport)> {
        let moved = self.copied_and_switched(to, config, on_scan).await;
        let (there, report) = self.noted(Action::Migrate, None, moved).await?;
        let event = Event { scans: Some(report.verified.scans), damaged: Some(0), ..Event::now(Action::Migrate) };
        there.custody.note(event).await?;
        Ok((there, report))
    }

    /// Ends a move that was cut short when the old place had said already where the archive is. Returns nothing when the archive
    /// was not moved there.
    ///
    /// # Errors
    /// `archive.absent`, `archive.location`, `archive.store`; as [`Archive::open`].
    pub async fn end_migration(from: &Location, to: &Location, config: ArchiveConfig) -> Result<Option<Archive>> {
        match care::recall::<MovedTo>(&open(from, false, &config.store)?.care, MOVED).await? {
            Some(moved) if moved.to == to.to_string() => {}
            _ => return Ok(None),
        }
        open(to, false, &config.store)?.care.delete(REPLICA).await?;
        let archive = Archive::open(to, ArchiveConfig { create_catalog: true, ..config }).await?;
        let report = archive.reindex().await?;
        archive.custody.note(Event { scans: Some(report.indexed), ..Event::now(Action::Migrate) }).await?;
        Ok(Some(archive))
    }

    async fn copied_and_switched(
        &self,
        to: &Location,
        config: ArchiveConfig,
        on_scan: &mut (dyn FnMut(ScanVerdict) + Send),
    ) -> Result<(Archive, MigrateReport)> {
        let places = open(to, true, &config.store)?;
        let first = self.round(&places, &ReplicateOptions { full: true }).await?;
        let (copied, bytes) = first;
        // With a catalogue of its own, which is built from the bytes that arrived.
        let there = self.there(to, &places, config).await?;
        let reindexed = there.reindexed().await?;
        if !reindexed.is_complete() {
            let e = Error::new(Code::Corrupt, "the catalogue could not be built at the new location").file(to);
            return Err(e.found(format!("{:?}", reindexed.failed.first())));
        }
        let verified = there.verified(on_scan).await?;
        if !verified.is_sound() {
            let e = Error::new(Code::Corrupt, "not everything is sound at the new location").file(to);
            return Err(e.found(format!("{} damaged scans, {} stray files", verified.damaged, verified.stray.len())));
        }
        self.custody.note(Event { outcome: BEGUN.to_owned(), ..Event::now(Action::Migrate) }).await?;
        let turn = self.custody.turn().await?;
        let last = self.round(&places, &ReplicateOptions::default()).await?;
        care::remember(&self.places.care, MOVED, &MovedTo { format: care::FORMAT, to: to.to_string() }).await?;
        places.care.delete(REPLICA).await?;
        turn.end().await?;
        there.reindexed().await?;
        Ok((there, MigrateReport { copied: copied + last.0, bytes: bytes + last.1, verified }))
    }

    /// Copies what changed; returns scans and bytes.
    async fn round(&self, places: &Places, options: &ReplicateOptions) -> Result<(u64, u64)> {
        let report = self.replication(places).run(options).await?;
        match report.failed.into_iter().next() {
            None => Ok((report.copied, report.bytes)),
            Some((scan, e)) => {
                let corrupt = Error::new(Code::Corrupt, "a scan could not be copied").file(scan);
                Err(corrupt.hint("See with `uff archive verify` what is wrong with it.").cause(e))
            }
        }
    }

    /// Opens the archive at the new location, with the key of the old one.
    async fn there(&self, to: &Location, places: &Places, config: ArchiveConfig) -> Result<Archive> {
        let place = catalog_location(to, &config)?;
        let path = match &config.custody_key {
            CustodyKeySource::Beside => beside(to, &place, KEY),
            CustodyKeySource::File(path) => Some(path.clone()),
            _ => None,
        };
        let key = self.custody.key().clone();
        if let Some(path) = path.filter(|path| !path.exists()) {
            let key = key.clone();
            tokio::task::spawn_blocking(move || key.save(&path)).await??;
        }
        let config = ArchiveConfig { custody_key: CustodyKeySource::Held(Box::new(key)), ..config };
        Archive::at(self.id, places.clone(), &place, config).await
    }
}
