//! Has the store itself keep what a rule in compliance mode and a legal hold keep, where it has Object Lock.
//!
//! A file is locked until the first time at which something of the scan may be due: what is redacted then is written anew, and
//! locked until the next time.

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use uff::redact::DataKind;

use crate::catalog::{Entry, Row};
use crate::error::Result;
use crate::facts::Facts;
use crate::id::object_path;
use crate::record::Record;
use crate::retention::{Policies, Until};
use crate::store::ocfl::inventory::Inventory;
use crate::store::{LockMode, Store};
use crate::subject::Subject;

/// Longest time for which a file is locked at once, in years; looking for data whose time is up locks it again.
const LONGEST: i32 = 50;

/// Tells whether the policies have anything of a scan locked.
pub(crate) fn is_wanted(policies: &Policies, entry: &Entry) -> bool {
    let Entry { record, facts, place, .. } = entry;
    !facts.holds.is_empty() || until(policies, record, place.archived, facts).is_some()
}

/// Locks the content of the newest version of a scan by the policies in the store `retention`, where the store of the scan
/// locks files. `is_released` tells that its last hold was released.
///
/// # Errors
/// As [`lock_by`]; what reading the policies says.
pub(crate) async fn lock(
    store: &Store,
    retention: &Store,
    row: &Row,
    inventory: &Inventory,
    is_released: bool,
) -> Result<()> {
    if store.locks_files().await? {
        lock_by(&Policies::load(retention).await?, store, row, inventory, is_released).await?;
    }
    Ok(())
}

/// Locks the content of the newest version of a scan by policies. Returns whether any file is kept for longer than before.
///
/// # Errors
/// `archive.store`, `archive.store_access` when the store does not take the lock.
pub(crate) async fn lock_by(
    policies: &Policies,
    store: &Store,
    row: &Row,
    inventory: &Inventory,
    is_released: bool,
) -> Result<bool> {
    if row.facts.tombstone.is_some() {
        return Ok(false);
    }
    let until = until(policies, &row.record, row.place.archived, &row.facts);
    let hold = match row.facts.holds.is_empty() {
        false => Some(true),
        true => is_released.then_some(false),
    };
    let mut is_longer = false;
    for content in inventory.content() {
        let path = format!("{}/{content}", object_path(row.record.scan_id));
        if let Some(until) = until {
            is_longer |= store.retain(&path, LockMode::Compliance, until).await?;
        }
        if let Some(is_held) = hold {
            store.hold(&path, is_held).await?;
        }
    }
    Ok(is_longer)
}

/// Returns the time until which nothing of a scan may be taken away, if rules in compliance mode say so of all of it.
fn until(policies: &Policies, record: &Record, archived: Timestamp, facts: &Facts) -> Option<Timestamp> {
    let kinds = DataKind::ALL.into_iter().filter(|kind| !facts.is_redacted(*kind)).map(Subject::Data);
    let locked = |subject| policies.kept(subject, record, archived, facts).locked;
    let first = kinds.chain([Subject::Image]).map(locked).min()??;
    let longest = Timestamp::now().to_zoned(TimeZone::UTC).checked_add(LONGEST.years()).ok()?.timestamp();
    let until = match first {
        Until::At(time) => time.min(longest),
        Until::Forever => longest,
    };
    (until > Timestamp::now()).then_some(until)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use object_store::memory::InMemory;
    use uff::model::{Scan, Sha256};

    use super::*;
    use crate::facts::Redaction;
    use crate::record::StoredFile;
    use crate::retention::Policy;
    use crate::store::digest::Sha512;

    const HOUR: i64 = 3600;

    /// Hours from now until which a scan that is archived now is locked, with a policy of one rule.
    async fn hours(rule: &str, facts: &Facts) -> Option<i64> {
        let store = Store::new(Arc::new(InMemory::new()), Default::default(), "memory");
        let policy = Policy::from_toml(&format!("[[rule]]\nname = 'r'\n{rule}"), "p.toml").expect("a policy");
        Policies::add(&store, policy).await.expect("added");
        let policies = Policies::load(&store).await.expect("loaded");
        let file = StoredFile { name: "scan.uff".into(), size: 1, sha256: Sha256::of(b"x") };
        let record = Record::new(&Scan::default(), file, Vec::new());
        let (now, rounding) = (Timestamp::now(), HOUR / 2);
        let until = until(&policies, &record, now, facts)?;
        Some((until.as_second() - now.as_second() + rounding) / HOUR)
    }

    #[tokio::test]
    async fn a_scan_is_locked_until_the_first_thing_of_it_may_be_due() {
        let none = Facts::default();
        assert_eq!(hours("image = '10d'", &none).await, None, "what may be shortened is not locked");
        assert_eq!(hours("mode = 'compliance'\nimage = '10d'", &none).await, Some(240));
        assert_eq!(hours("mode = 'compliance'\nimage = '10d'\nnames = '2d'\nplates = '3d'", &none).await, Some(48));
        assert_eq!(hours("mode = 'compliance'\nimage = '10d'\nnames = '0d'", &none).await, None, "it is due already");
        let redaction = Redaction {
            kinds: vec![DataKind::Names],
            time: Timestamp::now(),
            by: "anna".into(),
            replaces: Sha512::of(b""),
            erased: Vec::new(),
        };
        let redacted = Facts { redactions: vec![redaction], ..Facts::default() };
        assert_eq!(hours("mode = 'compliance'\nimage = '10d'\nnames = '2d'", &redacted).await, Some(240));
        let longest = hours("mode = 'compliance'\nimage = '900y'", &none).await.expect("locked") / 24;
        assert!((50 * 365..=50 * 366).contains(&longest), "{longest} days");
    }
}
