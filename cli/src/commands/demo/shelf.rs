//! The steps on the archive.

use std::path::{Path, PathBuf};

use archive::log::Check;
use archive::{Archive, Filter, PutOutcome, Query, Scheme};
use tokio::runtime::Runtime;
use uff::error::{Code, Error};
use uff::format::UffFile;
use uff::model::identifier::Identifier;
use uff::model::{PlaneKey, Region};

use super::journal::{Journal, Outcome};
use super::scan::DemoScan;
use crate::commands::Context;
use crate::commands::archive::{Connection, put, runtime};
use crate::error::Result;
use crate::ui::{bytes, plural};

/// Side of the region that is read back, in samples.
const SIDE: usize = 256;

/// The demo's archive.
pub(super) struct Shelf {
    runtime: Runtime,
    archive: Archive,
}

/// Returns where the archive lies.
pub(super) fn place(folder: &Path) -> PathBuf {
    folder.join("archive")
}

impl Shelf {
    /// Makes an empty archive.
    pub(super) fn make(folder: &Path, context: &Context) -> Result<Self> {
        let runtime = runtime()?;
        let archive = runtime.block_on(Connection::folder(&place(folder)).init(context))?;
        Ok(Self { runtime, archive })
    }

    /// Archives a scan with its delivery.
    pub(super) fn put(&self, scan: &DemoScan, journal: &mut Journal<'_>) -> Result<()> {
        journal.step("archive", &scan.name, |context| {
            let receipt =
                self.runtime.block_on(put(&self.archive, &scan.uff, Some(&scan.delivery), Check::Rules, context))?;
            let files = plural(1 + receipt.record.original.len(), "file");
            let result = format!("{files} in {}", receipt.object_path);
            Ok(Outcome { value: (), result, good: receipt.outcome == PutOutcome::Stored })
        })
    }

    /// Finds scans by a container number and by a plate.
    pub(super) fn search(&self, scans: &[DemoScan], journal: &mut Journal<'_>) -> Result<()> {
        let container = scans.iter().flat_map(|s| &s.scan.object.containers).next().map(|c| c.written().to_owned());
        let plate = scans.iter().flat_map(|s| &s.scan.object.plates).next().map(|p| p.number.written().to_owned());
        for (scheme, number) in [(Scheme::Container, container), (Scheme::Plate, plate)] {
            let Some(number) = number else { continue };
            journal.step("search", &format!("{} {number}", scheme.as_str()), |_| {
                let query = Query::default().with(Filter::new(scheme, number.clone()));
                let hits = self.runtime.block_on(self.archive.search(&query))?.hits;
                let found: Vec<String> = hits.iter().map(|h| h.record.scan_id.to_string()).collect();
                Ok(Outcome { value: (), result: found.join(", "), good: !found.is_empty() })
            })?;
        }
        Ok(())
    }

    /// Reads a region of the first channel by byte ranges and compares it with the file.
    pub(super) fn region(&self, scans: &[DemoScan], journal: &mut Journal<'_>) -> Result<()> {
        let Some(scan) = scans.first() else { return Ok(()) };
        let none = || Error::new(Code::UffNoSuchChannel, "the scan has no channel").file(scan.uff.display());
        let view = scan.scan.views.first().ok_or_else(none)?;
        let channel = view.channels.first().ok_or_else(none)?;
        let key = PlaneKey::samples(0, channel.id.clone());
        let (rows, columns) = (view.rows as usize, view.columns as usize);
        let region = Region {
            row: rows.saturating_sub(SIDE) / 2,
            column: columns.saturating_sub(SIDE) / 2,
            rows: rows.min(SIDE),
            columns: columns.min(SIDE),
        };
        let subject = format!("{} {}", scan.name, channel.id);
        journal.step("region", &subject, |context| {
            let id = scan.scan.identity.scan_id;
            let block = self.runtime.block_on(self.archive.region(id, &key, 0, &region))?;
            let local = UffFile::open_path(&scan.uff, &context.budget())?.plane(&key)?.read(&region)?;
            let size = bytes(block.to_le_bytes().len() as u64);
            let result = format!("{} × {} samples, {size}, by range from the archive", region.rows, region.columns);
            Ok(Outcome { value: (), result, good: block == local })
        })
    }
}
