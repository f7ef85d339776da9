//! Queries of the PostgreSQL catalogue.

use deadpool_postgres::{Object, Transaction};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::failed;
use crate::catalog::columns;
use crate::catalog::statement::{Answer, Dialect, Value, statement};
use crate::error::{Error, Result};
use crate::query::{Count, Cursor, Hit, MAX_TIME, Page, Query, too_long};

impl Value {
    fn parameter(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Number(number) => number,
            Self::Text(text) => text,
            Self::Uuid(uuid) => uuid,
        }
    }
}

/// Begins a read that ends when its time is over. Scans are in the order of an index, of which a few rows are asked for:
/// to read and sort all of them is never right.
async fn bounded(client: &mut Object) -> Result<Transaction<'_>> {
    let transaction = client.build_transaction().read_only(true).start().await.map_err(failed)?;
    let settings = format!("SET LOCAL statement_timeout = '{MAX_TIME}s'");
    transaction.batch_execute(&settings).await.map_err(failed)?;
    Ok(transaction)
}

/// Tells a search that took too long from a failure.
fn ended(e: tokio_postgres::Error) -> Error {
    match e.code() {
        Some(code) if *code == SqlState::QUERY_CANCELED => too_long().cause(e),
        _ => failed(e),
    }
}

pub(super) async fn search(client: &mut Object, query: &Query) -> Result<Page> {
    query.check()?;
    let (sql, values) = statement(query, Answer::Page, Dialect::Postgres)?;
    let parameters: Vec<_> = values.iter().map(Value::parameter).collect();
    let transaction = bounded(client).await?;
    let rows = transaction.query(&sql, &parameters).await.map_err(ended)?;
    transaction.commit().await.map_err(failed)?;
    let more = rows.len() > query.limit as usize;
    let mut hits = Vec::with_capacity(rows.len());
    let mut last = None;
    for row in rows.iter().take(query.limit as usize) {
        let scan = columns::scan_id(row.try_get(1).map_err(failed)?)?;
        last = Some(Cursor { time: row.try_get(0).map_err(failed)?, scan });
        let record = columns::record(row.try_get(2).map_err(failed)?)?;
        let archived = columns::archived(row.try_get(3).map_err(failed)?)?;
        hits.push(Hit { record, archived, facts: columns::facts(row.try_get(4).map_err(failed)?)? });
    }
    Ok(Page { hits, next: last.filter(|_| more) })
}

/// Counts what a query finds on all its pages, up to [`MAX_COUNT`](crate::query::MAX_COUNT).
pub(super) async fn count(client: &mut Object, query: &Query) -> Result<Count> {
    query.check()?;
    let (sql, values) = statement(&Query { after: None, ..query.clone() }, Answer::Count, Dialect::Postgres)?;
    let parameters: Vec<_> = values.iter().map(Value::parameter).collect();
    let transaction = bounded(client).await?;
    let row = transaction.query_one(&sql, &parameters).await.map_err(ended)?;
    transaction.commit().await.map_err(failed)?;
    Ok(Count::of(u64::try_from(row.try_get::<_, i64>(0).map_err(failed)?).unwrap_or(0)))
}

/// Returns the plan of a query, line by line.
pub(super) async fn explain(client: &Object, query: &Query) -> Result<Vec<String>> {
    query.check()?;
    let (sql, values) = statement(query, Answer::Page, Dialect::Postgres)?;
    let parameters: Vec<_> = values.iter().map(Value::parameter).collect();
    let rows = client.query(&format!("EXPLAIN {sql}"), &parameters).await.map_err(failed)?;
    rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>().map_err(failed)
}
