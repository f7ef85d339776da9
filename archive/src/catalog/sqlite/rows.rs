//! Rows of the SQLite catalogue: writing, reading back, listing.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, named_params, params};
use uff::model::ScanId;

use super::failed;
use crate::catalog::columns::{self, Columns, RawEntry};
use crate::catalog::stats::{self, Totals};
use crate::catalog::{Entry, Row};
use crate::error::Result;
use crate::query::Stats;

pub(super) fn put_all(connection: &mut Connection, rows: &[Row]) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    rows.iter().try_for_each(|row| put(&transaction, &Columns::of(row)?))?;
    transaction.commit().map_err(failed)
}

/// Adds or replaces a row inside a transaction.
fn put(transaction: &Connection, row: &Columns) -> Result<()> {
    let id = row.scan.uuid();
    let id = id.as_bytes().as_slice();
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
            ":time_us": row.time_us,
            ":start_us": row.start_us,
            ":end_us": row.end_us,
            ":offset_s": row.offset_s,
            ":archived_us": row.archived_us,
            ":head": row.head,
            ":inventory_sha512": row.inventory,
            ":uff_path": row.uff_path,
            ":uff_size": row.uff_size,
            ":original_size": row.original_size,
            ":record": row.record,
            ":facts": row.facts,
            ":deleted": row.deleted,
        })
        .map_err(failed)?;
    {
        let sql = "INSERT INTO term (scheme, form, key, time_us, scan_id) VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut insert = transaction.prepare_cached(sql).map_err(failed)?;
        for term in &row.terms {
            insert
                .execute(params![term.scheme.number(), term.form as i64, term.key, row.time_us, id])
                .map_err(failed)?;
        }
    }
    let sql = "INSERT INTO chunk_map (scan_id, map) VALUES (?1, ?2)
               ON CONFLICT (scan_id) DO UPDATE SET map = excluded.map";
    transaction.execute(sql, params![id, row.map]).map(drop).map_err(failed)
}

pub(super) fn entry(connection: &Connection, scan: ScanId) -> Result<Option<Entry>> {
    let sql = "SELECT record, archived_us, head, inventory_sha512, uff_path, facts FROM scan WHERE scan_id = ?1";
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let raw = statement.query_row([scan.uuid().as_bytes().as_slice()], raw_entry).optional();
    raw.map_err(failed)?.map(|raw| raw.into_entry(scan)).transpose()
}

pub(super) fn row(connection: &Connection, scan: ScanId) -> Result<Option<Row>> {
    let sql = "SELECT record, archived_us, head, inventory_sha512, uff_path, facts, map
               FROM scan JOIN chunk_map USING (scan_id) WHERE scan_id = ?1";
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let raw =
        statement.query_row([scan.uuid().as_bytes().as_slice()], |row| Ok((raw_entry(row)?, row.get::<_, String>(6)?)));
    raw.optional().map_err(failed)?.map(|(raw, map)| raw.into_row(scan, &map)).transpose()
}

pub(super) fn scans(connection: &Connection, after: Option<ScanId>, limit: u32) -> Result<Vec<ScanId>> {
    let sql = "SELECT scan_id FROM scan WHERE scan_id > ?1 ORDER BY scan_id LIMIT ?2";
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let after = after.map(|scan| scan.uuid().as_bytes().to_vec()).unwrap_or_default();
    let rows = statement.query_map(params![after, limit], |row| row.get::<_, [u8; 16]>(0)).map_err(failed)?;
    rows.map(|id| columns::scan_id(uuid::Uuid::from_bytes(id.map_err(failed)?))).collect()
}

pub(super) fn stats(connection: &Connection) -> Result<Stats> {
    let pairs = |sql: &str| -> rusqlite::Result<Vec<(String, i64)>> {
        connection.prepare(sql)?.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    };
    let read = || {
        let totals = connection.query_row(&stats::totals(), (), |row| {
            Ok(Totals {
                scans: row.get(0)?,
                deleted: row.get(1)?,
                uff_bytes: row.get(2)?,
                original_bytes: row.get(3)?,
                first: row.get(4)?,
                last: row.get(5)?,
            })
        })?;
        let months = pairs(&stats::months("strftime('%Y-%m', time_us / 1000000, 'unixepoch')"))?;
        let mut groups = Vec::new();
        for scheme in Stats::SCHEMES {
            groups.extend(pairs(&stats::keys(scheme))?.into_iter().map(|(key, count)| (scheme, key, count)));
        }
        Ok(totals.into_stats(months, groups))
    };
    read().map_err(failed)
}

fn raw_entry(row: &rusqlite::Row<'_>) -> rusqlite::Result<RawEntry> {
    Ok(RawEntry {
        record: row.get(0)?,
        archived_us: row.get(1)?,
        head: row.get(2)?,
        inventory: row.get(3)?,
        uff_path: row.get(4)?,
        facts: row.get(5)?,
    })
}
