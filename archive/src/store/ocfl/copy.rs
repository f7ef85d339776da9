//! Objects between two storage roots: bringing a copy up to date, and mending one from the other.

use bytes::Bytes;
use uff::model::ScanId;

use super::inventory::{Inventory, VersionNumber};
use super::object::{self, Stored};
use super::{INVENTORY, walk};
use crate::error::{Code, Error, Result};
use crate::id::object_path;
use crate::store::digest::{Digests, Sha512};
use crate::store::{Content, ContentReader, Store, source, upload};

/// What copying an object came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Copied {
    /// Content that was written.
    pub(crate) bytes: u64,
    /// Whether the copy was what it should be before.
    pub(crate) unchanged: bool,
}

/// Brings the object of a scan in `to` to the state of the one in `from`: content first, then version after version.
///
/// # Errors
/// `archive.no_such_scan` when `from` has none; `archive.conflict` when `to` has a version that `from` has not;
/// `archive.missing`, `archive.corrupt`, `archive.inventory` for damage in `from`; `archive.store`.
pub(crate) async fn copy(from: &Store, to: &Store, scan: ScanId, read_back: bool) -> Result<Copied> {
    let object = object_path(scan);
    let absent = || Error::new(Code::NoSuchScan, "there is no such scan to copy").file(from.name()).found(scan);
    let newest = object::load_or_complete(from, scan).await?.ok_or_else(absent)?;
    let there = object::load_or_complete(to, scan).await?;
    if there.as_ref().is_some_and(|there| there.digest == newest.digest) {
        // An erasure goes on after the inventory of the object is there.
        let unchanged = object::is_complete(to, scan, &newest.inventory).await?;
        if !unchanged {
            object::complete(to, scan, newest.inventory.head).await?;
        }
        return Ok(Copied { unchanged, ..Copied::default() });
    }
    let conflict = || {
        Error::new(Code::Conflict, "the copy holds another version of the scan").file(format!("{}/{object}", to.name()))
    };
    let has = there.as_ref().map(|there| there.inventory.head);
    if has.is_some_and(|has| has >= newest.inventory.head) {
        return Err(conflict().expected(newest.digest).found(format!("{:?}", there.map(|t| t.digest))));
    }
    let mut copied = Copied::default();
    for content in newest.inventory.content() {
        if there.as_ref().is_none_or(|there| !there.inventory.holds(content)) {
            copied.bytes += fetch(from, to, scan, &newest.inventory, content, read_back).await?;
        }
    }
    // Versions from before an erasure are not copied one by one: an earlier copy that was cut short may have left them as they
    // were, and the erasure brings them, and what they held, to what is left of them.
    let next = has.map_or(Ok(VersionNumber::FIRST), VersionNumber::next)?;
    let mut number = newest.inventory.erasure().map_or(next, |erasure| erasure.max(next));
    while number <= newest.inventory.head {
        let path = format!("{object}/{number}/{INVENTORY}");
        let missing = || Error::new(Code::Missing, "the inventory of a version is gone").file(&path);
        let bytes = from.document(&path).await?.ok_or_else(missing)?;
        to.create(&path, bytes.clone()).await?;
        if to.document(&path).await? != Some(bytes) {
            return Err(conflict());
        }
        object::complete(to, scan, number).await?;
        number = number.next()?;
    }
    Ok(copied)
}

/// Fetches content of an object, and checks its digests on the way. Returns its size.
async fn fetch(
    from: &Store,
    to: &Store,
    scan: ScanId,
    inventory: &Inventory,
    content: &str,
    read_back: bool,
) -> Result<u64> {
    let path = format!("{}/{content}", object_path(scan));
    let missing = || Error::new(Code::Missing, "a file is gone").file(format!("{}/{path}", from.name()));
    let size = from.size(&path).await?.ok_or_else(missing)?;
    let unlisted = || Error::new(Code::Inventory, "the inventory does not list the content").file(&path);
    let sha512 = inventory.sha512(content).ok_or_else(unlisted)?;
    let sha256 = inventory.sha256(content).ok_or_else(unlisted)?;
    let content = Content {
        source: source(from, &path, size).await?,
        expected: Digests { size, sha256, sha512 },
        path: path.clone(),
        ahead: None,
    };
    let corrupt = |e: Error| match e.archive_code() {
        Some(Code::SourceChanged) => {
            let e = Error::new(Code::Corrupt, "a file is not what was recorded");
            e.file(format!("{}/{path}", from.name())).expected(format!("SHA-256 {sha256}"))
        }
        _ => e,
    };
    upload(to, vec![content], read_back).await.map_err(corrupt)?;
    Ok(size)
}

/// Makes an object what its inventory says: content from the replica, everything else from the inventory. Returns the paths of
/// what was written, relative to the object.
///
/// # Errors
/// `archive.missing`, `archive.corrupt` when content is damaged and the replica has none that is sound; `archive.store`.
pub(crate) async fn mend(
    store: &Store,
    replica: Option<&Store>,
    scan: ScanId,
    newest: &Stored,
    bytes: &Bytes,
) -> Result<Vec<String>> {
    let mut mended = Vec::new();
    let inventory = &newest.inventory;
    for content in inventory.content() {
        let path = format!("{}/{content}", object_path(scan));
        if inventory.sha512(content) == digest(store, &path).await? {
            continue;
        }
        let none =
            || Error::new(Code::Missing, "content is damaged, and there is no replica to take it from").file(&path);
        fetch(replica.ok_or_else(none)?, store, scan, inventory, content, true).await?;
        mended.push(content.clone());
    }
    mended.extend(object::restore(store, scan, inventory, bytes).await?);
    Ok(mended)
}

/// Computes the digest of a stored file; none when it is not there or cannot be read.
async fn digest(store: &Store, path: &str) -> Result<Option<Sha512>> {
    let mut reader = match ContentReader::open(store, path).await {
        Ok(reader) => reader,
        Err(e) if e.archive_code() == Some(Code::StoreAccess) => return Err(e),
        Err(_) => return Ok(None),
    };
    Ok(tokio::task::spawn_blocking(move || Sha512::of_reader(&mut reader).ok()).await?)
}

/// Finds the newest inventory of a scan that can be trusted: the one that the catalogue knows, unless a later version that was
/// decided has not come to the catalogue; else the newest that has its own sidecar; in the object itself, then in the replica.
///
/// # Errors
/// `archive.inventory` when there is none; `archive.store`.
pub(crate) async fn trusted(
    store: &Store,
    replica: Option<&Store>,
    scan: ScanId,
    known: Option<Sha512>,
) -> Result<(Stored, Bytes)> {
    let object = object_path(scan);
    let mut of_catalog: Option<(Stored, Bytes)> = None;
    let mut best: Option<(Stored, Bytes)> = None;
    for place in [Some(store), replica].into_iter().flatten() {
        for entry in walk::object(place, scan).await? {
            let Some(directory) = entry.path.strip_suffix(INVENTORY) else { continue };
            let Some((stored, bytes, sound)) = object::candidate(place, scan, &format!("{object}/{directory}")).await?
            else {
                continue;
            };
            if sound && best.as_ref().is_none_or(|(b, _)| b.inventory.head < stored.inventory.head) {
                best = Some((stored.clone(), bytes.clone()));
            }
            if known == Some(stored.digest) {
                of_catalog = Some((stored, bytes));
            }
        }
    }
    let is_later =
        |(best, _): &(Stored, Bytes), (known, _): &(Stored, Bytes)| best.inventory.head > known.inventory.head;
    match (of_catalog, best) {
        (Some(known), Some(best)) if is_later(&best, &known) => Ok(best),
        (Some(found), _) | (None, Some(found)) => Ok(found),
        (None, None) => Err(Error::new(Code::Inventory, "nowhere is an inventory that can be trusted").file(object)),
    }
}
