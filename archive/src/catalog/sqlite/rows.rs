//! Rows of the SQLite catalogue: writing, reading back, listing.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, named_params, params};
use uff::format::ChunkMap;
use uff::model::ScanId;

use super::failed;
use crate::catalog::term::terms;
use crate::catalog::{Entry, Place, Row};
use crate::error::{Code, Error, Result};
use crate::facts::Facts;
use crate::record::Record;

/// Time of a scan that has none: before every other.
pub(super) const NO_TIME: i64 = i64::MIN;

pub(super) fn put_all(connection: &mut Connection, rows: &[Row]) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    rows.iter().try_for_each(|row| put(&transaction, row))?;
    transaction.commit().map_err(failed)
}

/// Adds or replaces a row inside a transaction.
fn put(transaction: &Connection, row: &Row) -> Result<()> {
    let record = &row.record;
    let unwritable = |e| Error::new(Code::Internal, "the row has no JSON form").cause(e);
    let record_json = serde_json::to_string(record).map_err(unwritable)?;
    let map_json = serde_json::to_string(&row.chunk_map).map_err(unwritable)?;
    let facts = (row.facts != Facts::default()).then(|| serde_json::to_string(&row.facts));
    let facts = facts.transpose().map_err(unwritable)?;
    let terms = terms(record, &row.facts)?;
    let id = record.scan_id.uuid();
    let id = id.as_bytes().as_slice();
    let time = record.time();
    let time_us = time.map_or(NO_TIME, |t| t.instant().as_microsecond());
    let size = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);

    transaction.execute("DELETE FROM term WHERE scan_id = ?1", [id]).map_err(failed)?;
    transaction
        .prepare_cached(
            "INSERT INTO scan (scan_id, time_us, start_us, end_us, offset_s, archived_us, head, inventory_sha512,
                               uff_path, uff_size, original_size, record, facts, deleted)
             VALUES (:scan_id, :time_us, :start_us, :end_us, :offset_s, :archived_us, :head, :inventory_sha512,
                     :uff_path, :uff_size, :original_size, :record, :facts, :deleted)
             ON CONFLICT (scan_id) DO UPDATE SET
                 time_us = excluded.time_us, start_us = excluded.start_us, end_us = excluded.end_us,
                 offset_s = excluded.offset_s, archived_us = excluded.archived_us, head = excluded.head,
                 inventory_sha512 = excluded.inventory_sha512, uff_path = excluded.uff_path,
                 uff_size = excluded.uff_size, original_size = excluded.original_size, record = excluded.record,
                 facts = excluded.facts, deleted = excluded.deleted",
        )
        .map_err(failed)?
        .execute(named_params! {
            ":scan_id": id,
            ":time_us": time_us,
            ":start_us": record.start.map(|t| t.instant().as_microsecond()),
            ":end_us": record.end.map(|t| t.instant().as_microsecond()),
            ":offset_s": time.map(|t| t.offset().seconds()),
            ":archived_us": row.place.archived.as_microsecond(),
            ":head": row.place.head,
            ":inventory_sha512": row.place.inventory.to_string(),
            ":uff_path": row.place.uff_path,
            ":uff_size": size(record.uff.size),
            ":original_size": size(record.original.iter().map(|f| f.size).fold(0, u64::saturating_add)),
            ":record": record_json,
            ":facts": facts,
            ":deleted": row.facts.tombstone.is_some(),
        })
        .map_err(failed)?;
    {
        let sql = "INSERT INTO term (scheme, form, key, time_us, scan_id) VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut insert = transaction.prepare_cached(sql).map_err(failed)?;
        for term in &terms {
            insert.execute(params![term.scheme.number(), term.form as i64, term.key, time_us, id]).map_err(failed)?;
        }
    }
    let sql = "INSERT INTO chunk_map (scan_id, map) VALUES (?1, ?2)
               ON CONFLICT (scan_id) DO UPDATE SET map = excluded.map";
    transaction.execute(sql, params![id, map_json]).map(drop).map_err(failed)
}

pub(super) fn entry(connection: &Connection, scan: ScanId) -> Result<Option<Entry>> {
    let sql = "SELECT record, archived_us, head, inventory_sha512, uff_path, facts FROM scan WHERE scan_id = ?1";
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let raw = statement.query_row([scan.uuid().as_bytes().as_slice()], |row| RawEntry::read(row, 0)).optional();
    raw.map_err(failed)?.map(|raw| raw.into_entry(scan)).transpose()
}

pub(super) fn row(connection: &Connection, scan: ScanId) -> Result<Option<Row>> {
    let sql = "SELECT record, archived_us, head, inventory_sha512, uff_path, facts, map
               FROM scan JOIN chunk_map USING (scan_id) WHERE scan_id = ?1";
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let raw = statement
        .query_row([scan.uuid().as_bytes().as_slice()], |row| Ok((RawEntry::read(row, 0)?, row.get::<_, String>(6)?)));
    let Some((raw, map)) = raw.optional().map_err(failed)? else {
        return Ok(None);
    };
    let chunk_map: ChunkMap =
        serde_json::from_str(&map).map_err(|e| damaged("the chunk map cannot be read").found(scan).cause(e))?;
    let Entry { record, place, facts } = raw.into_entry(scan)?;
    Ok(Some(Row { record, chunk_map, place, facts }))
}

pub(super) fn scans(connection: &Connection, after: Option<ScanId>, limit: u32) -> Result<Vec<ScanId>> {
    let sql = "SELECT scan_id FROM scan WHERE scan_id > ?1 ORDER BY scan_id LIMIT ?2";
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let after = after.map(|scan| scan.uuid().as_bytes().to_vec()).unwrap_or_default();
    let rows = statement.query_map(params![after, limit], |row| row.get::<_, [u8; 16]>(0)).map_err(failed)?;
    rows.map(|id| scan_id(id.map_err(failed)?)).collect()
}

/// Reads an identifier back; a UUID has no illegal bit pattern, so only its text form is a detour.
pub(super) fn scan_id(bytes: [u8; 16]) -> Result<ScanId> {
    Ok(uuid::Uuid::from_bytes(bytes).to_string().parse()?)
}

/// Columns `record, archived_us, head, inventory_sha512, uff_path, facts` as stored.
struct RawEntry {
    record: String,
    archived: i64,
    head: u32,
    inventory: String,
    uff_path: String,
    facts: Option<String>,
}

impl RawEntry {
    fn read(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            record: row.get(first)?,
            archived: row.get(first + 1)?,
            head: row.get(first + 2)?,
            inventory: row.get(first + 3)?,
            uff_path: row.get(first + 4)?,
            facts: row.get(first + 5)?,
        })
    }

    fn into_entry(self, scan: ScanId) -> Result<Entry> {
        let record = record(&self.record)?;
        if record.scan_id != scan {
            return Err(damaged("the row holds the record of another scan").expected(scan).found(record.scan_id));
        }
        let inventory = self.inventory.parse().map_err(|()| damaged("the inventory digest cannot be read"))?;
        let place = Place { archived: archived(self.archived)?, head: self.head, inventory, uff_path: self.uff_path };
        Ok(Entry { record, place, facts: facts(self.facts.as_deref())? })
    }
}

pub(super) fn record(json: &str) -> Result<Record> {
    serde_json::from_str(json).map_err(|e| damaged("a record cannot be read").cause(e))
}

pub(super) fn facts(json: Option<&str>) -> Result<Facts> {
    let facts = json.map(|json| serde_json::from_str(json).map_err(|e| damaged("facts cannot be read").cause(e)));
    Ok(facts.transpose()?.unwrap_or_default())
}

pub(super) fn archived(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|e| damaged("a time cannot be read").cause(e))
}

fn damaged(message: &str) -> Error {
    Error::new(Code::CatalogDamaged, message)
}
