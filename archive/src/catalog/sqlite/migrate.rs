//! Schema versions of the SQLite catalogue. A released migration is never edited; a new one is added.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{Code, Error, Result};

/// Marks a SQLite file as a catalogue of this software (`PRAGMA application_id`): "UFFc".
const APPLICATION_ID: i64 = 0x5546_4663;

/// Migrations in order; the schema version is the number of those applied.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/sqlite/0001_scans.sql"),
    include_str!("../../../migrations/sqlite/0002_facts.sql"),
];

/// Schema version this software works with.
pub(crate) const VERSION: i64 = MIGRATIONS.len() as i64;

/// Brings a database to [`VERSION`].
///
/// # Errors
/// `archive.catalog_version` for a later schema; `archive.catalog_foreign` for another application's database.
pub(crate) fn migrate(connection: &mut Connection, name: &str) -> Result<()> {
    let failed =
        |e| Error::new(Code::Catalog, "the schema of the catalogue cannot be read or written").file(name).cause(e);
    let version: i64 = connection.query_row("PRAGMA user_version", (), |r| r.get(0)).map_err(failed)?;
    let application: i64 = connection.query_row("PRAGMA application_id", (), |r| r.get(0)).map_err(failed)?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_master", (), |r| r.get(0)).map_err(failed)?;
    if application != APPLICATION_ID && (application != 0 || tables > 0) {
        return Err(Error::new(Code::CatalogForeign, "the database belongs to another application").file(name));
    }
    if version > VERSION {
        return Err(Error::new(Code::CatalogVersion, "the catalogue has a later schema")
            .file(name)
            .expected(format!("at most {VERSION}"))
            .found(version));
    }
    if version == VERSION {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    // Another process may have migrated since the version was read.
    let version: i64 = transaction.query_row("PRAGMA user_version", (), |r| r.get(0)).map_err(failed)?;
    for migration in MIGRATIONS.iter().skip(usize::try_from(version).unwrap_or(0)) {
        transaction.execute_batch(migration).map_err(failed)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    transaction.pragma_update(None, "user_version", VERSION).map_err(failed)?;
    transaction.commit().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_schema_is_a_typed_error_with_both_versions() {
        let mut db = Connection::open_in_memory().expect("memory");
        migrate(&mut db, "c").expect("fresh");
        migrate(&mut db, "c").expect("again is nothing");
        db.pragma_update(None, "user_version", VERSION + 1).expect("set");
        let e = migrate(&mut db, "c").expect_err("later");
        assert_eq!(e.code(), "archive.catalog_version");
        assert_eq!(e.finding(), Some((VERSION + 1).to_string().as_str()));
    }

    #[test]
    fn database_of_another_application_is_left_alone() {
        let mut db = Connection::open_in_memory().expect("memory");
        db.execute_batch("CREATE TABLE theirs (x)").expect("made");
        assert_eq!(migrate(&mut db, "c").expect_err("foreign").code(), "archive.catalog_foreign");
    }
}
