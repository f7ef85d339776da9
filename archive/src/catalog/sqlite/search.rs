//! Queries of the SQLite catalogue: SQL of fixed text, every outside value a bound parameter.
//!
//! The most selective filter drives: its terms are read from the primary key of `term` in the order of the answer, or
//! the scans from `scan_time` when there is no filter. Every other filter is one seek per candidate in `term_scan`.

use std::fmt::Write;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::failed;
use super::rows::{self, NO_TIME};
use crate::catalog::term::{Alternative, KeyMatch, alternatives};
use crate::error::Result;
use crate::query::{Count, Cursor, Filter, Hit, MAX_COUNT, Page, Query};

pub(super) fn search(connection: &Connection, query: &Query) -> Result<Page> {
    query.check()?;
    let (sql, values) = statement(query, Answer::Page)?;
    let mut statement = connection.prepare_cached(&sql).map_err(failed)?;
    let mut rows = statement.query(params_from_iter(values)).map_err(failed)?;
    let limit = query.limit as usize;
    let mut hits = Vec::new();
    let mut last = None;
    let mut more = false;
    while let Some(row) = rows.next().map_err(failed)? {
        if hits.len() == limit {
            more = true;
            break;
        }
        let (time, scan): (i64, [u8; 16]) = (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?);
        let record: String = row.get(2).map_err(failed)?;
        let archived = rows::archived(row.get(3).map_err(failed)?)?;
        last = Some(Cursor { time, scan: rows::scan_id(scan)? });
        let facts: Option<String> = row.get(4).map_err(failed)?;
        hits.push(Hit { record: rows::record(&record)?, archived, facts: rows::facts(facts.as_deref())? });
    }
    Ok(Page { hits, next: last.filter(|_| more) })
}

/// Counts what a query finds on all its pages, up to [`MAX_COUNT`].
pub(super) fn count(connection: &Connection, query: &Query) -> Result<Count> {
    query.check()?;
    let (sql, values) = statement(&Query { after: None, ..query.clone() }, Answer::Count)?;
    let mut statement = connection.prepare_cached(&sql).map_err(failed)?;
    let found: i64 = statement.query_row(params_from_iter(values), |row| row.get(0)).map_err(failed)?;
    Ok(Count::of(u64::try_from(found).unwrap_or(0)))
}

/// Returns the plan of a query, line by line.
pub(super) fn explain(connection: &Connection, query: &Query) -> Result<Vec<String>> {
    query.check()?;
    let (sql, values) = statement(query, Answer::Page)?;
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).map_err(failed)?;
    let lines = statement.query_map(params_from_iter(values), |row| row.get(3)).map_err(failed)?;
    lines.collect::<rusqlite::Result<_>>().map_err(failed)
}

/// What a statement answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// One page of scans.
    Page,
    /// How many scans there are, one more than [`MAX_COUNT`] at most.
    Count,
}

/// Builds the statement of a query and its parameters. The text depends on the shape of the query alone.
fn statement(query: &Query, answer: Answer) -> Result<(String, Vec<Value>)> {
    let mut builder = Builder::default();
    let mut filters: Vec<&Filter> = query.filters.iter().collect();
    filters.sort_by_key(|f| f.scheme.map_or(0, |s| s.number()));
    let mut filters = filters.into_iter();
    let driver = filters.next();
    let first = if driver.is_some() { "d" } else { "s" };
    // A count needs no more of a scan than its identifier, which the driver gives.
    let id = if answer == Answer::Count { first } else { "s" };
    match answer {
        Answer::Page => {
            let _ =
                write!(builder.sql, "SELECT {first}.time_us, {first}.scan_id, s.record, s.archived_us, s.facts FROM ");
        }
        Answer::Count => builder.sql.push_str("SELECT count(*) FROM (SELECT 1 FROM "),
    }
    match driver {
        Some(driver) => {
            builder.sql.push('(');
            for (index, alternative) in alternatives(driver)?.iter().enumerate() {
                builder.sql.push_str(if index == 0 { "" } else { " UNION " });
                builder.sql.push_str("SELECT time_us, scan_id FROM term t WHERE ");
                builder.matches(alternative);
                builder.range("t", query);
            }
            builder.sql.push_str(match answer {
                // A cross join keeps the order of the tables: the driver first.
                Answer::Page => ") d CROSS JOIN scan s ON s.scan_id = d.scan_id WHERE TRUE",
                Answer::Count => ") d WHERE TRUE",
            });
        }
        None => {
            builder.sql.push_str("scan s WHERE s.deleted = 0");
            builder.range("s", query);
        }
    }
    for filter in filters {
        builder.sql.push_str(" AND (");
        for (index, alternative) in alternatives(filter)?.iter().enumerate() {
            builder.sql.push_str(if index == 0 { "" } else { " OR " });
            let _ = write!(
                builder.sql,
                "EXISTS (SELECT 1 FROM term t INDEXED BY term_scan WHERE t.scan_id = {id}.scan_id AND "
            );
            builder.matches(alternative);
            builder.sql.push(')');
        }
        builder.sql.push(')');
    }
    match answer {
        Answer::Page => {
            let _ = write!(builder.sql, " ORDER BY {first}.time_us DESC, {first}.scan_id DESC LIMIT ");
            builder.bind(i64::from(query.limit) + 1);
        }
        Answer::Count => {
            builder.sql.push_str(" LIMIT ");
            builder.bind(i64::from(MAX_COUNT) + 1);
            builder.sql.push(')');
        }
    }
    Ok((builder.sql, builder.values))
}

#[derive(Default)]
struct Builder {
    sql: String,
    values: Vec<Value>,
}

impl Builder {
    fn bind(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
        // Writing to a string cannot fail.
        let _ = write!(self.sql, "?{}", self.values.len());
    }

    fn matches(&mut self, alternative: &Alternative) {
        self.sql.push_str("t.scheme = ");
        self.bind(alternative.scheme.number());
        self.sql.push_str(" AND t.form = ");
        self.bind(alternative.form as i64);
        match &alternative.key {
            KeyMatch::Equal(key) => {
                self.sql.push_str(" AND t.key = ");
                self.bind(key.clone());
            }
            KeyMatch::Range(from, until) => {
                self.sql.push_str(" AND t.key >= ");
                self.bind(from.clone());
                self.sql.push_str(" AND t.key < ");
                self.bind(until.clone());
            }
        }
    }

    fn range(&mut self, table: &str, query: &Query) {
        if query.from.is_some() || query.until.is_some() {
            let from = query.from.map_or(NO_TIME + 1, |t| t.as_microsecond());
            let _ = write!(self.sql, " AND {table}.time_us >= ");
            self.bind(from);
        }
        let until = query.until.map(|t| t.as_microsecond());
        // The nearer of the two upper bounds is enough.
        match (query.after, until) {
            (Some(cursor), until) if until.is_none_or(|until| cursor.time < until) => {
                let _ = write!(self.sql, " AND ({table}.time_us, {table}.scan_id) < (");
                self.bind(cursor.time);
                self.sql.push_str(", ");
                self.bind(cursor.scan.uuid().as_bytes().to_vec());
                self.sql.push(')');
            }
            (_, Some(until)) => {
                let _ = write!(self.sql, " AND {table}.time_us < ");
                self.bind(until);
            }
            (_, None) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Scheme;

    /// The text of a statement depends on the shape of the query, never on what is asked for.
    #[test]
    fn values_are_bound_never_spliced() {
        let of = |text: &str| {
            let query = Query::default().with(Filter::any(text)).with(Filter::new(Scheme::Site, text));
            [Answer::Page, Answer::Count].map(|answer| statement(&query, answer).expect("sound").0)
        };
        assert_eq!(of("plain"), of("x' OR 1=1 --"));
        assert!(!of("NEEDLE").concat().contains("NEEDLE"));
    }
}
