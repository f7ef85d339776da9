//! Rows as databases keep them: what is searched in columns of its own, the rest as JSON.

use jiff::Timestamp;
use uff::format::ChunkMap;
use uff::model::ScanId;

use super::term::{Term, terms};
use super::{Entry, Place, Row};
use crate::error::{Code, Error, Result};
use crate::facts::Facts;
use crate::record::Record;

/// Time of a scan that has none: before every other.
pub(super) const NO_TIME: i64 = i64::MIN;

/// Row as it is written.
pub(super) struct Columns {
    pub(super) scan: ScanId,
    /// Start, else end, else reception, in microseconds since 1970 (UTC), or [`NO_TIME`].
    pub(super) time_us: i64,
    pub(super) start_us: Option<i64>,
    pub(super) end_us: Option<i64>,
    /// Offset of the place from UTC in seconds.
    pub(super) offset_s: Option<i64>,
    pub(super) archived_us: i64,
    pub(super) head: i64,
    pub(super) inventory: String,
    pub(super) uff_path: String,
    pub(super) uff_size: i64,
    pub(super) original_size: i64,
    pub(super) record: String,
    pub(super) facts: Option<String>,
    pub(super) deleted: bool,
    pub(super) map: String,
    pub(super) terms: Vec<Term>,
}

impl Columns {
    /// Takes a row apart.
    ///
    /// # Errors
    /// `limit.count` for a scan with too many terms; `archive.internal` when a value has no JSON form.
    pub(super) fn of(row: &Row) -> Result<Self> {
        let record = &row.record;
        let unwritable = |e| Error::new(Code::Internal, "the row has no JSON form").cause(e);
        let facts = (row.facts != Facts::default()).then(|| serde_json::to_string(&row.facts));
        let time = record.time();
        let size = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        Ok(Self {
            scan: record.scan_id,
            time_us: time.map_or(NO_TIME, |t| t.instant().as_microsecond()),
            start_us: record.start.map(|t| t.instant().as_microsecond()),
            end_us: record.end.map(|t| t.instant().as_microsecond()),
            offset_s: time.map(|t| t.offset().seconds().into()),
            archived_us: row.place.archived.as_microsecond(),
            head: row.place.head.into(),
            inventory: row.place.inventory.to_string(),
            uff_path: row.place.uff_path.clone(),
            uff_size: size(record.uff.size),
            original_size: size(record.original.iter().map(|f| f.size).fold(0, u64::saturating_add)),
            record: serde_json::to_string(record).map_err(unwritable)?,
            facts: facts.transpose().map_err(unwritable)?,
            deleted: row.facts.tombstone.is_some(),
            map: serde_json::to_string(&row.chunk_map).map_err(unwritable)?,
            terms: terms(record, &row.facts)?,
        })
    }
}

/// Row without its chunk map, as it is read: columns `record, archived_us, head, inventory_sha512, uff_path, facts`.
pub(super) struct RawEntry {
    pub(super) record: String,
    pub(super) archived_us: i64,
    pub(super) head: i64,
    pub(super) inventory: String,
    pub(super) uff_path: String,
    pub(super) facts: Option<String>,
}

impl RawEntry {
    /// Puts the entry together.
    ///
    /// # Errors
    /// `archive.catalog_damaged`.
    pub(super) fn into_entry(self, scan: ScanId) -> Result<Entry> {
        let record = record(&self.record)?;
        if record.scan_id != scan {
            return Err(damaged("the row holds the record of another scan").expected(scan).found(record.scan_id));
        }
        let inventory = self.inventory.parse().map_err(|()| damaged("the inventory digest cannot be read"))?;
        let head = u32::try_from(self.head).map_err(|e| damaged("the version cannot be read").cause(e))?;
        let place = Place { archived: archived(self.archived_us)?, head, inventory, uff_path: self.uff_path };
        Ok(Entry { record, place, facts: facts(self.facts.as_deref())? })
    }

    /// Puts the whole row together.
    ///
    /// # Errors
    /// `archive.catalog_damaged`.
    pub(super) fn into_row(self, scan: ScanId, map: &str) -> Result<Row> {
        let chunk_map: ChunkMap =
            serde_json::from_str(map).map_err(|e| damaged("the chunk map cannot be read").found(scan).cause(e))?;
        let Entry { record, place, facts } = self.into_entry(scan)?;
        Ok(Row { record, chunk_map, place, facts })
    }
}

/// Reads a record.
pub(super) fn record(json: &str) -> Result<Record> {
    serde_json::from_str(json).map_err(|e| damaged("a record cannot be read").cause(e))
}

/// Reads facts; none means that nothing became of the scan.
pub(super) fn facts(json: Option<&str>) -> Result<Facts> {
    let facts = json.map(|json| serde_json::from_str(json).map_err(|e| damaged("facts cannot be read").cause(e)));
    Ok(facts.transpose()?.unwrap_or_default())
}

/// Reads the time a scan was archived.
pub(super) fn archived(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|e| damaged("a time cannot be read").cause(e))
}

/// Reads an identifier back; a UUID has no illegal bit pattern, so only its text form is a detour.
pub(super) fn scan_id(uuid: uuid::Uuid) -> Result<ScanId> {
    Ok(uuid.to_string().parse()?)
}

fn damaged(message: &str) -> Error {
    Error::new(Code::CatalogDamaged, message)
}
