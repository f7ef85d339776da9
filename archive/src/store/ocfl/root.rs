//! The storage root: its declaration, its layout, and the declaration of the archive.

use futures::StreamExt;
use serde_json::json;

use super::ROOT_DECLARATION;
use crate::config::{MARKER, Marker};
use crate::error::{Code, Error, Result};
use crate::id::{ArchiveId, TUPLE_SIZE, TUPLES};
use crate::store::{Created, Store};

const LAYOUT: &str = "0003-hash-and-id-n-tuple-storage-layout";
const LAYOUT_FILE: &str = "ocfl_layout.json";
const DESCRIPTION: &str =
    "Pairs of digits of the SHA-256 of the object identifier, then the identifier percent-encoded";

/// Makes an archive in an empty store; one that a crash left half-made is finished.
///
/// # Errors
/// `archive.exists` when there is one; `archive.location` when the store holds other files; `archive.store_ability`
/// when it cannot create conditionally.
pub(crate) async fn init(store: &Store) -> Result<ArchiveId> {
    let config_path = format!("extensions/{LAYOUT}/config.json");
    let ours = [config_path.as_str(), LAYOUT_FILE, ROOT_DECLARATION];
    if store.size(MARKER).await?.is_some() {
        return Err(Error::new(Code::Exists, "there is an archive already").file(store.name()));
    }
    let mut listing = store.list("");
    while let Some(entry) = listing.next().await {
        let entry = entry?;
        if !ours.contains(&entry.path.as_str()) {
            return Err(Error::new(Code::Location, "the store is not empty")
                .file(store.name())
                .expected("no files")
                .found(entry.path));
        }
    }
    let config = json!({
        "extensionName": LAYOUT,
        "digestAlgorithm": "sha256",
        "tupleSize": TUPLE_SIZE,
        "numberOfTuples": TUPLES,
    });
    let layout = json!({ "extension": LAYOUT, "description": DESCRIPTION });
    store.create(&config_path, pretty(&config)).await?;
    store.create(LAYOUT_FILE, pretty(&layout)).await?;
    store.create(ROOT_DECLARATION, "ocfl_1.1\n").await?;
    let marker = Marker::new();
    let bytes = pretty(&json!(marker));
    if store.create(MARKER, bytes.clone()).await? == Created::Exists {
        return Err(Error::new(Code::Exists, "another process made the archive").file(store.name()));
    }
    // Everything rests on conditional create: a store that ignores the condition is found out here.
    if store.create(MARKER, bytes).await? == Created::New {
        return Err(
            Error::new(Code::StoreAbility, "the store replaced a file that should be written once").file(store.name())
        );
    }
    Ok(marker.archive)
}

/// Copies the declarations of a storage root into an empty one; done again, it changes nothing.
///
/// # Errors
/// `archive.exists` when `to` holds another archive; `archive.location` when it holds other files; `archive.missing`.
pub(crate) async fn copy(from: &Store, to: &Store) -> Result<()> {
    let id = open(from).await?;
    match open(to).await {
        Ok(there) if there == id => return Ok(()),
        Ok(there) => {
            let e = Error::new(Code::Exists, "there is another archive").file(to.name());
            return Err(e.expected(id).found(there));
        }
        Err(e) if e.archive_code() == Some(Code::Absent) => {}
        Err(e) => return Err(e),
    }
    let config = format!("extensions/{LAYOUT}/config.json");
    let files = [config.as_str(), LAYOUT_FILE, ROOT_DECLARATION, MARKER];
    let mut listing = to.list("");
    while let Some(entry) = listing.next().await {
        let entry = entry?;
        if !files.contains(&entry.path.as_str()) {
            let e = Error::new(Code::Location, "the store is not empty").file(to.name());
            return Err(e.expected("no files").found(entry.path));
        }
    }
    for path in files {
        let missing = || Error::new(Code::Missing, "a declaration of the storage root is gone").file(path);
        to.create(path, from.document(path).await?.ok_or_else(missing)?).await?;
    }
    Ok(())
}

/// Reads the declaration of an archive.
///
/// # Errors
/// `archive.absent` when there is none; `archive.version` for another format; `archive.store`.
pub(crate) async fn open(store: &Store) -> Result<ArchiveId> {
    let absent = || Error::new(Code::Absent, "there is no archive").file(store.name());
    let bytes = store.document(MARKER).await?.ok_or_else(absent)?;
    Marker::from_json(&bytes, store.name()).map(|marker| marker.archive)
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}
