//! Queries as SQL of fixed text, every outside value a bound parameter.
//!
//! The most selective filter drives: its terms are read from the primary key of `term` in the order of the answer, or
//! the scans from `scan_time` when there is no filter. Every other filter is one seek per candidate in `term_scan`.

use std::fmt::Write;

use super::columns::NO_TIME;
use super::term::{Alternative, KeyMatch, alternatives};
use crate::error::Result;
use crate::query::{Filter, MAX_COUNT, Query};

/// Database that a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
}

impl Dialect {
    /// Returns the words of the database.
    fn of(self, sqlite: &'static str, _postgres: &'static str) -> &'static str {
        match self {
            Self::Sqlite => sqlite,
            #[cfg(feature = "postgres")]
            Self::Postgres => _postgres,
        }
    }
}

/// Parameter of a statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Number(i64),
    Text(String),
    Uuid(uuid::Uuid),
}

/// What a statement answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// One page of scans.
    Page,
    /// How many scans there are, one more than [`MAX_COUNT`] at most.
    Count,
}

/// Builds the statement of a query and its parameters. The text depends on the shape of the query alone.
///
/// # Errors
/// `archive.query`.
pub(super) fn statement(query: &Query, answer: Answer, dialect: Dialect) -> Result<(String, Vec<Value>)> {
    let mut builder = Builder { sql: String::new(), values: Vec::new(), dialect };
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
                // In SQLite, a cross join keeps the order of the tables: the driver first.
                Answer::Page => dialect.of(
                    ") d CROSS JOIN scan s ON s.scan_id = d.scan_id WHERE TRUE",
                    ") d JOIN scan s ON s.scan_id = d.scan_id WHERE TRUE",
                ),
                Answer::Count => ") d WHERE TRUE",
            });
        }
        None => {
            builder.sql.push_str(dialect.of("scan s WHERE s.deleted = 0", "scan s WHERE NOT s.deleted"));
            builder.range("s", query);
        }
    }
    for filter in filters {
        builder.sql.push_str(" AND (");
        for (index, alternative) in alternatives(filter)?.iter().enumerate() {
            builder.sql.push_str(if index == 0 { "" } else { " OR " });
            let index = dialect.of("INDEXED BY term_scan ", "");
            let _ = write!(builder.sql, "EXISTS (SELECT 1 FROM term t {index}WHERE t.scan_id = {id}.scan_id AND ");
            builder.matches(alternative);
            builder.sql.push(')');
        }
        builder.sql.push(')');
    }
    match answer {
        Answer::Page => {
            let _ = write!(builder.sql, " ORDER BY {first}.time_us DESC, {first}.scan_id DESC LIMIT ");
            builder.bind(Value::Number(i64::from(query.limit) + 1));
        }
        Answer::Count => {
            builder.sql.push_str(" LIMIT ");
            builder.bind(Value::Number(i64::from(MAX_COUNT) + 1));
            builder.sql.push_str(") counted");
        }
    }
    Ok((builder.sql, builder.values))
}

struct Builder {
    sql: String,
    values: Vec<Value>,
    dialect: Dialect,
}

impl Builder {
    fn bind(&mut self, value: Value) {
        self.values.push(value);
        // Writing to a string cannot fail.
        let _ = write!(self.sql, "{}{}", self.dialect.of("?", "$"), self.values.len());
    }

    fn matches(&mut self, alternative: &Alternative) {
        self.sql.push_str("t.scheme = ");
        self.bind(Value::Number(alternative.scheme.number()));
        self.sql.push_str(" AND t.form = ");
        self.bind(Value::Number(alternative.form as i64));
        match &alternative.key {
            KeyMatch::Equal(key) => {
                self.sql.push_str(" AND t.key = ");
                self.bind(Value::Text(key.clone()));
            }
            KeyMatch::Range(from, until) => {
                self.sql.push_str(" AND t.key >= ");
                self.bind(Value::Text(from.clone()));
                self.sql.push_str(" AND t.key < ");
                self.bind(Value::Text(until.clone()));
            }
        }
    }

    fn range(&mut self, table: &str, query: &Query) {
        if query.from.is_some() || query.until.is_some() {
            let from = query.from.map_or(NO_TIME + 1, |t| t.as_microsecond());
            let _ = write!(self.sql, " AND {table}.time_us >= ");
            self.bind(Value::Number(from));
        }
        let until = query.until.map(|t| t.as_microsecond());
        // The nearer of the two upper bounds is enough.
        match (query.after, until) {
            (Some(cursor), until) if until.is_none_or(|until| cursor.time < until) => {
                let _ = write!(self.sql, " AND ({table}.time_us, {table}.scan_id) < (");
                self.bind(Value::Number(cursor.time));
                self.sql.push_str(", ");
                self.bind(Value::Uuid(cursor.scan.uuid()));
                self.sql.push(')');
            }
            (_, Some(until)) => {
                let _ = write!(self.sql, " AND {table}.time_us < ");
                self.bind(Value::Number(until));
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
            [Answer::Page, Answer::Count].map(|answer| statement(&query, answer, Dialect::Sqlite).expect("sound").0)
        };
        assert_eq!(of("plain"), of("x' OR 1=1 --"));
        assert!(!of("NEEDLE").concat().contains("NEEDLE"));
    }
}
