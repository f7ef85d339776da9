//! Queries of the SQLite catalogue.

use std::cell::Cell;
use std::time::{Duration, Instant};

use rusqlite::types;
use rusqlite::{Connection, params_from_iter};

use super::failed;
use crate::catalog::columns;
use crate::catalog::statement::{Answer, Dialect, Value, statement};
use crate::error::{Error, Result};
use crate::query::{Count, Cursor, Hit, MAX_TIME, Page, Query};

/// Steps of the virtual machine between two looks at the clock.
const STEPS: i32 = 10_000;

impl From<Value> for types::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Number(number) => number.into(),
            Value::Text(text) => text.into(),
            Value::Uuid(uuid) => uuid.as_bytes().to_vec().into(),
        }
    }
}

fn sql(query: &Query, answer: Answer) -> Result<(String, Vec<types::Value>)> {
    let (sql, values) = statement(query, answer, Dialect::Sqlite)?;
    Ok((sql, values.into_iter().map(Into::into).collect()))
}

thread_local! {
    /// When the search of this thread has to end.
    static END: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Makes searches on a connection end when their time is over.
///
/// # Errors
/// `archive.catalog`.
pub(super) fn watch(connection: &mut Connection) -> Result<()> {
    let is_over = || END.get().is_some_and(|end| Instant::now() >= end);
    connection.progress_handler(STEPS, Some(is_over)).map_err(failed)
}

/// Runs a search that ends when its time is over.
fn bounded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    END.set(Some(Instant::now() + Duration::from_secs(MAX_TIME)));
    let outcome = work();
    END.set(None);
    outcome
}

/// Tells a search that took too long from a failure.
fn ended(e: rusqlite::Error) -> Error {
    match e.sqlite_error_code() {
        Some(rusqlite::ErrorCode::OperationInterrupted) => crate::query::too_long().cause(e),
        _ => failed(e),
    }
}

pub(super) fn search(connection: &Connection, query: &Query) -> Result<Page> {
    query.check()?;
    let (sql, values) = sql(query, Answer::Page)?;
    let mut statement = connection.prepare_cached(&sql).map_err(failed)?;
    bounded(|| {
        let mut rows = statement.query(params_from_iter(values)).map_err(ended)?;
        let limit = query.limit as usize;
        let mut hits = Vec::new();
        let mut last = None;
        let mut more = false;
        while let Some(row) = rows.next().map_err(ended)? {
            if hits.len() == limit {
                more = true;
                break;
            }
            let (time, scan): (i64, [u8; 16]) = (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?);
            let (record, facts): (String, Option<String>) = (row.get(2).map_err(failed)?, row.get(4).map_err(failed)?);
            let archived = columns::archived(row.get(3).map_err(failed)?)?;
            last = Some(Cursor { time, scan: columns::scan_id(uuid::Uuid::from_bytes(scan))? });
            let record = columns::record(&record)?;
            hits.push(Hit { record, archived, facts: columns::facts(facts.as_deref())? });
        }
        Ok(Page { hits, next: last.filter(|_| more) })
    })
}

/// Counts what a query finds on all its pages, up to [`MAX_COUNT`](crate::query::MAX_COUNT).
pub(super) fn count(connection: &Connection, query: &Query) -> Result<Count> {
    query.check()?;
    let (sql, values) = sql(&Query { after: None, ..query.clone() }, Answer::Count)?;
    let mut statement = connection.prepare_cached(&sql).map_err(failed)?;
    let found: i64 = bounded(|| statement.query_row(params_from_iter(values), |row| row.get(0)).map_err(ended))?;
    Ok(Count::of(u64::try_from(found).unwrap_or(0)))
}

/// Returns the plan of a query, line by line.
pub(super) fn explain(connection: &Connection, query: &Query) -> Result<Vec<String>> {
    query.check()?;
    let (sql, values) = sql(query, Answer::Page)?;
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).map_err(failed)?;
    let lines = statement.query_map(params_from_iter(values), |row| row.get(3)).map_err(failed)?;
    lines.collect::<rusqlite::Result<_>>().map_err(failed)
}
