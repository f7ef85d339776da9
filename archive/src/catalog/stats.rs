//! Figures of a catalogue, put together from what databases count.

use jiff::Timestamp;

use super::columns::NO_TIME;
use super::term::Form;
use crate::query::{Scheme, Stats};

/// Counts scans and bytes, and finds the first and last time; in the order of [`Totals`].
pub(super) const TOTALS: &str = "SELECT
    count(CASE WHEN deleted THEN NULL ELSE 1 END), count(CASE WHEN deleted THEN 1 END),
    CAST(coalesce(sum(CASE WHEN deleted THEN 0 ELSE uff_size END), 0) AS bigint),
    CAST(coalesce(sum(CASE WHEN deleted THEN 0 ELSE original_size END), 0) AS bigint),
    min(CASE WHEN deleted OR time_us = {no_time} THEN NULL ELSE time_us END),
    max(CASE WHEN deleted OR time_us = {no_time} THEN NULL ELSE time_us END)
    FROM scan";

/// Row of [`TOTALS`].
pub(super) struct Totals {
    pub(super) scans: i64,
    pub(super) deleted: i64,
    pub(super) uff_bytes: i64,
    pub(super) original_bytes: i64,
    pub(super) first: Option<i64>,
    pub(super) last: Option<i64>,
}

impl Totals {
    pub(super) fn into_stats(self, months: Vec<(String, i64)>, groups: Vec<(Scheme, String, i64)>) -> Stats {
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let time = |micros: Option<i64>| micros.and_then(|micros| Timestamp::from_microsecond(micros).ok());
        Stats {
            scans: count(self.scans),
            deleted: count(self.deleted),
            uff_bytes: count(self.uff_bytes),
            original_bytes: count(self.original_bytes),
            first: time(self.first),
            last: time(self.last),
            months: months.into_iter().map(|(month, scans)| (month, count(scans))).collect(),
            groups: groups.into_iter().map(|(scheme, key, scans)| (scheme, key, count(scans))).collect(),
        }
    }
}

/// Returns [`TOTALS`] with its constant.
pub(super) fn totals() -> String {
    // The smallest integer has no literal of its own.
    TOTALS.replace("{no_time}", &format!("({} - 1)", NO_TIME + 1))
}

/// Returns the statement that counts the keys of a kind of term.
pub(super) fn keys(scheme: Scheme) -> String {
    format!(
        "SELECT key, count(*) FROM term WHERE scheme = {} AND form = {} GROUP BY key ORDER BY count(*) DESC, key LIMIT {}",
        scheme.number(),
        Form::Canonical as i64,
        Stats::KEYS
    )
}

/// Returns the statement that counts scans by month, by the expression of the database for the month.
pub(super) fn months(month: &str) -> String {
    format!(
        "SELECT {month} AS month, count(*) FROM scan WHERE NOT deleted AND time_us > ({} - 1) GROUP BY month ORDER BY month DESC",
        NO_TIME + 1
    )
}
