//! Schema versions of the PostgreSQL catalogue. A released migration is never edited; a new one is added.

use deadpool_postgres::Object;
use uuid::Uuid;

use super::failed;
use crate::error::{Code, Error, Result};
use crate::id::ArchiveId;

/// Migrations in order; the schema version is the number of those applied.
const MIGRATIONS: &[&str] = &[include_str!("../../../migrations/postgres/0001_scans.sql")];

/// Schema version this software works with.
const VERSION: i64 = MIGRATIONS.len() as i64;

/// Key of the advisory lock under which processes migrate one after another: "UFFc".
const LOCK: i64 = 0x5546_4663;

/// Tells whether the schema of the connection holds a catalogue.
///
/// # Errors
/// `archive.catalog`.
pub(super) async fn exists(client: &Object) -> Result<bool> {
    let sql = "SELECT count(*) FROM information_schema.columns
               WHERE table_schema = current_schema() AND table_name = 'catalog' AND column_name = 'archive'";
    let row = client.query_one(sql, &[]).await.map_err(failed)?;
    Ok(row.try_get::<_, i64>(0).map_err(failed)? > 0)
}

/// Brings the catalogue of an archive to [`VERSION`], and makes it where there is none.
///
/// # Errors
/// `archive.catalog_version` for a later schema; `archive.catalog_foreign` when the schema of the connection holds the
/// catalogue of another archive, or tables of another application.
pub(super) async fn migrate(client: &mut Object, archive: ArchiveId) -> Result<()> {
    let transaction = client.transaction().await.map_err(failed)?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await.map_err(failed)?;
    let sql = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()";
    let tables = transaction.query(sql, &[]).await.map_err(failed)?;
    let tables: Vec<String> = tables.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>().map_err(failed)?;
    let found = match tables.iter().any(|table| table == "catalog") {
        true => transaction.query_opt("SELECT archive, version FROM catalog", &[]).await.map_err(failed)?,
        false if tables.is_empty() => None,
        false => {
            let e = Error::new(Code::CatalogForeign, "the schema holds tables of another application");
            return Err(e.expected("an empty schema, or a catalogue").found(tables.join(", ")));
        }
    };
    let version = match &found {
        None => 0,
        Some(row) => {
            let owner: Uuid = row.try_get(0).map_err(failed)?;
            if owner != archive.uuid() {
                let e = Error::new(Code::CatalogForeign, "the catalogue belongs to another archive");
                return Err(e.expected(archive).found(owner));
            }
            row.try_get::<_, i64>(1).map_err(failed)?
        }
    };
    if version > VERSION {
        let e = Error::new(Code::CatalogVersion, "the catalogue has a later schema");
        return Err(e.expected(format!("at most {VERSION}")).found(version));
    }
    for migration in MIGRATIONS.iter().skip(usize::try_from(version).unwrap_or(0)) {
        transaction.batch_execute(migration).await.map_err(failed)?;
    }
    let done = match found {
        None => {
            let sql = "INSERT INTO catalog (archive, version) VALUES ($1, $2)";
            transaction.execute(sql, &[&archive.uuid(), &VERSION]).await
        }
        Some(_) => transaction.execute("UPDATE catalog SET version = $1 WHERE version < $1", &[&VERSION]).await,
    };
    done.map_err(failed)?;
    transaction.commit().await.map_err(failed)
}
