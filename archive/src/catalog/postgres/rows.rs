//! Rows of the PostgreSQL catalogue: writing, reading back, listing. A batch is four statements, however many rows it has.

use std::collections::BTreeMap;

use deadpool_postgres::Object;
use tokio_postgres::Row as Found;
use uff::model::ScanId;
use uuid::Uuid;

use super::failed;
use crate::catalog::columns::{self, Columns, RawEntry};
use crate::catalog::stats::{self, Totals};
use crate::catalog::{Entry, Row};
use crate::error::Result;
use crate::query::Stats;

const PUT_SCANS: &str = "INSERT INTO scan (scan_id, time_us, start_us, end_us, offset_s, archived_us, head,
                      inventory_sha512, uff_path, uff_size, original_size, record, facts, deleted)
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                         $8::text[], $9::text[], $10::bigint[], $11::bigint[], $12::text[], $13::text[], $14::boolean[])
    ON CONFLICT (scan_id) DO UPDATE SET
        time_us = excluded.time_us, start_us = excluded.start_us, end_us = excluded.end_us,
        offset_s = excluded.offset_s, archived_us = excluded.archived_us, head = excluded.head,
        inventory_sha512 = excluded.inventory_sha512, uff_path = excluded.uff_path, uff_size = excluded.uff_size,
        original_size = excluded.original_size, record = excluded.record, facts = excluded.facts,
        deleted = excluded.deleted";
const PUT_TERMS: &str = "INSERT INTO term (scheme, form, key, time_us, scan_id)
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::uuid[])";
const PUT_MAPS: &str = "INSERT INTO chunk_map (scan_id, map) SELECT * FROM unnest($1::uuid[], $2::text[])
    ON CONFLICT (scan_id) DO UPDATE SET map = excluded.map";
const ENTRY: &str = "SELECT record, archived_us, head, inventory_sha512, uff_path, facts FROM scan WHERE scan_id = $1";
const ROW: &str = "SELECT record, archived_us, head, inventory_sha512, uff_path, facts, map
    FROM scan JOIN chunk_map USING (scan_id) WHERE scan_id = $1";
const SCANS: &str = "SELECT scan_id FROM scan WHERE scan_id > $1 ORDER BY scan_id LIMIT $2";
const FIRST_SCANS: &str = "SELECT scan_id FROM scan ORDER BY scan_id LIMIT $1";

pub(super) async fn put_all(client: &mut Object, rows: &[Row]) -> Result<()> {
    // In the order of the scans: two batches that share some never wait for each other in a circle. The last row counts.
    let rows: BTreeMap<ScanId, &Row> = rows.iter().map(|row| (row.record.scan_id, row)).collect();
    let rows: Vec<Columns> = rows.into_values().map(Columns::of).collect::<Result<_>>()?;
    if rows.is_empty() {
        return Ok(());
    }
    fn each<'a, T>(rows: &'a [Columns], of: impl Fn(&'a Columns) -> T) -> Vec<T> {
        rows.iter().map(of).collect()
    }
    let transaction = client.transaction().await.map_err(failed)?;
    let ids = each(&rows, |row| row.scan.uuid());
    let put = transaction.prepare_cached(PUT_SCANS).await.map_err(failed)?;
    transaction
        .execute(
            &put,
            &[
                &ids,
                &each(&rows, |row| row.time_us),
                &each(&rows, |row| row.start_us),
                &each(&rows, |row| row.end_us),
                &each(&rows, |row| row.offset_s),
                &each(&rows, |row| row.archived_us),
                &each(&rows, |row| row.head),
                &each(&rows, |row| row.inventory.as_str()),
                &each(&rows, |row| row.uff_path.as_str()),
                &each(&rows, |row| row.uff_size),
                &each(&rows, |row| row.original_size),
                &each(&rows, |row| row.record.as_str()),
                &each(&rows, |row| row.facts.as_deref()),
                &each(&rows, |row| row.deleted),
            ],
        )
        .await
        .map_err(failed)?;
    let clear = transaction.prepare_cached("DELETE FROM term WHERE scan_id = ANY($1)").await.map_err(failed)?;
    transaction.execute(&clear, &[&ids]).await.map_err(failed)?;
    let terms: Vec<_> = rows.iter().flat_map(|row| row.terms.iter().map(move |term| (row, term))).collect();
    let put = transaction.prepare_cached(PUT_TERMS).await.map_err(failed)?;
    transaction
        .execute(
            &put,
            &[
                &terms.iter().map(|(_, term)| term.scheme.number()).collect::<Vec<i64>>(),
                &terms.iter().map(|(_, term)| term.form as i64).collect::<Vec<i64>>(),
                &terms.iter().map(|(_, term)| term.key.as_str()).collect::<Vec<&str>>(),
                &terms.iter().map(|(row, _)| row.time_us).collect::<Vec<i64>>(),
                &terms.iter().map(|(row, _)| row.scan.uuid()).collect::<Vec<Uuid>>(),
            ],
        )
        .await
        .map_err(failed)?;
    let put = transaction.prepare_cached(PUT_MAPS).await.map_err(failed)?;
    transaction.execute(&put, &[&ids, &each(&rows, |row| row.map.as_str())]).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)
}

pub(super) async fn entry(client: &Object, scan: ScanId) -> Result<Option<Entry>> {
    let statement = client.prepare_cached(ENTRY).await.map_err(failed)?;
    let found = client.query_opt(&statement, &[&scan.uuid()]).await.map_err(failed)?;
    found.map(|row| raw_entry(&row)?.into_entry(scan)).transpose()
}

pub(super) async fn row(client: &Object, scan: ScanId) -> Result<Option<Row>> {
    let statement = client.prepare_cached(ROW).await.map_err(failed)?;
    let found = client.query_opt(&statement, &[&scan.uuid()]).await.map_err(failed)?;
    found.map(|row| raw_entry(&row)?.into_row(scan, row.try_get(6).map_err(failed)?)).transpose()
}

pub(super) async fn scans(client: &Object, after: Option<ScanId>, limit: u32) -> Result<Vec<ScanId>> {
    let limit = i64::from(limit);
    let found = match after {
        Some(after) => client.query(SCANS, &[&after.uuid(), &limit]).await,
        None => client.query(FIRST_SCANS, &[&limit]).await,
    };
    found.map_err(failed)?.iter().map(|row| columns::scan_id(row.try_get(0).map_err(failed)?)).collect()
}

pub(super) async fn stats(client: &Object) -> Result<Stats> {
    let row = client.query_one(&stats::totals(), &[]).await.map_err(failed)?;
    let totals = || {
        Ok(Totals {
            scans: row.try_get(0)?,
            deleted: row.try_get(1)?,
            uff_bytes: row.try_get(2)?,
            original_bytes: row.try_get(3)?,
            first: row.try_get(4)?,
            last: row.try_get(5)?,
        })
    };
    let totals = totals().map_err(failed)?;
    let months = "to_char(to_timestamp(time_us / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM')";
    let months = pairs(client, &stats::months(months)).await?;
    let mut groups = Vec::new();
    for scheme in Stats::SCHEMES {
        let counted = pairs(client, &stats::keys(scheme)).await?;
        groups.extend(counted.into_iter().map(|(key, count)| (scheme, key, count)));
    }
    Ok(totals.into_stats(months, groups))
}

async fn pairs(client: &Object, sql: &str) -> Result<Vec<(String, i64)>> {
    let rows = client.query(sql, &[]).await.map_err(failed)?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, _>>().map_err(failed)
}

fn raw_entry(row: &Found) -> Result<RawEntry> {
    let read = || {
        Ok(RawEntry {
            record: row.try_get(0)?,
            archived_us: row.try_get(1)?,
            head: row.try_get(2)?,
            inventory: row.try_get(3)?,
            uff_path: row.try_get(4)?,
            facts: row.try_get(5)?,
        })
    };
    read().map_err(failed)
}
