//! Objects: reading the newest inventory, committing a version, completing one that a crash cut short.

use bytes::Bytes;
use futures::TryStreamExt;
use uff::model::ScanId;

use super::inventory::{Inventory, VersionNumber};
use super::{INVENTORY, OBJECT_DECLARATION, SIDECAR};
use crate::error::{Code, Error, Result};
use crate::id::object_path;
use crate::store::digest::Sha512;
use crate::store::{Created, Group, Store, then};

const DECLARATION: &str = "ocfl_object_1.1\n";

/// Inventory as stored.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) inventory: Inventory,
    /// Digest of the inventory's bytes.
    pub(crate) digest: Sha512,
}

/// What became of a version.
pub(crate) enum Commit {
    /// It was added.
    Won(Stored),
    /// Another writer had added the same version before; this is what it says.
    Lost(Stored),
}

/// Reads the newest inventory of a scan and checks it against its sidecar.
///
/// # Errors
/// `archive.inventory` when it is damaged; `archive.store`.
pub(crate) async fn load(store: &Store, scan: ScanId) -> Result<Option<Stored>> {
    let object = object_path(scan);
    let path = format!("{object}/{INVENTORY}");
    let Some(bytes) = store.document(&path).await? else {
        return Ok(None);
    };
    let stored = parse(&bytes, scan, &path)?;
    let sidecar = store.document(&format!("{object}/{SIDECAR}")).await?;
    let named = sidecar.as_deref().and_then(sidecar_digest);
    if named == Some(stored.digest) {
        return Ok(Some(stored));
    }
    // The sidecar of a version that is being added is there before the inventory. It may be any later one: a copy leaves out
    // those from before an erasure.
    let mut later = vec![stored.inventory.head.next()?];
    let listed: Vec<_> = store.list(&object).try_collect().await?;
    later.extend(listed.iter().filter_map(|entry| {
        let inside = entry.path.strip_prefix(&object)?.strip_prefix('/')?.strip_suffix(INVENTORY)?;
        inside.strip_suffix("/")?.parse::<VersionNumber>().ok().filter(|number| *number > stored.inventory.head)
    }));
    for number in later {
        match version(store, scan, number).await {
            Ok(Some((newer, _))) if named == Some(newer.digest) => return Ok(Some(newer)),
            Err(e) if matches!(e.archive_code(), Some(Code::Store | Code::StoreAccess)) => return Err(e),
            Ok(_) | Err(_) => {}
        }
    }
    Err(Error::new(Code::Inventory, "the inventory does not match its sidecar").file(path))
}

/// Reads the newest inventory of a scan, completing a version that was decided but not finished, as far as the object shows
/// it. One that it does not show yet is found by whoever would add a version.
///
/// # Errors
/// As [`load`].
pub(crate) async fn load_or_complete(store: &Store, scan: ScanId) -> Result<Option<Stored>> {
    let path = format!("{}/{INVENTORY}", object_path(scan));
    let Some(bytes) = store.document(&path).await? else {
        return complete(store, scan, VersionNumber::FIRST).await;
    };
    match load(store, scan).await? {
        // The sidecar is that of a version whose inventory is not there yet.
        Some(newest) if Sha512::of(&bytes) != newest.digest => complete(store, scan, newest.inventory.head).await,
        found => Ok(found),
    }
}

/// Adds a version, after the rest of its content.
///
/// # Errors
/// `archive.store`, `archive.store_access`, `archive.inventory`; as [`upload`](crate::store::upload).
pub(crate) async fn commit(store: &Store, scan: ScanId, inventory: &Inventory, content: Group) -> Result<Commit> {
    let object = object_path(scan);
    let head = inventory.head;
    let bytes = Bytes::from(inventory.to_json()?);
    let stored = Stored { inventory: inventory.clone(), digest: Sha512::of(&bytes) };
    let beside = sidecar(&stored.digest);
    // Whoever comes too late leaves sidecars of its own at most, which are put right by whoever was first.
    let mut decision = vec![
        (format!("{object}/{head}/{INVENTORY}"), bytes.clone()),
        (format!("{object}/{head}/{SIDECAR}"), beside.clone()),
        (format!("{object}/{OBJECT_DECLARATION}"), Bytes::from_static(DECLARATION.as_bytes())),
    ];
    let mut last = None;
    if head == VersionNumber::FIRST {
        decision.push((format!("{object}/{SIDECAR}"), beside));
        last = Some(Group::new(vec![(format!("{object}/{INVENTORY}"), bytes)]));
    }
    let groups: Vec<Group> = std::iter::once(Group::new(decision)).chain(last).collect();
    let count = groups.len();
    let created = then(store, content, groups).await?;
    let is_decided = created.first().and_then(|group| group.first()) == Some(&Created::New);
    let is_all_new = created.len() == count && created.iter().flatten().all(|created| *created == Created::New);
    if head == VersionNumber::FIRST && is_all_new {
        return Ok(Commit::Won(stored));
    }
    let lost = || Error::new(Code::Inventory, "the inventory of the version vanished").file(&object);
    let stored = finish(store, scan, head).await?.ok_or_else(lost)?;
    if let Ok(next) = head.next() {
        complete(store, scan, next).await?;
    }
    // A create whose answer was lost and that was sent again finds its own work.
    Ok(match is_decided || stored.inventory == *inventory {
        true => Commit::Won(stored),
        false => Commit::Lost(stored),
    })
}

/// Finishes a version that is decided, and those that follow it. Returns the newest; nothing when the version has no inventory.
///
/// # Errors
/// As [`finish`].
pub(crate) async fn complete(store: &Store, scan: ScanId, head: VersionNumber) -> Result<Option<Stored>> {
    let (mut newest, mut number) = (None, head);
    // Whoever is late may have put an older inventory in the place of a newer one: it is put right here.
    while let Some(stored) = finish(store, scan, number).await? {
        newest = Some(stored);
        number = number.next()?;
    }
    Ok(newest)
}

/// Writes what follows the inventory of a version: its sidecar, and inventory and sidecar of the object; then takes away
/// what the version erased. Does nothing for a version that has no inventory. Doing it again changes nothing.
///
/// # Errors
/// `archive.store`, `archive.store_access`; `archive.inventory` when the version's inventory is damaged.
async fn finish(store: &Store, scan: ScanId, head: VersionNumber) -> Result<Option<Stored>> {
    let object = object_path(scan);
    let Some((stored, bytes)) = version(store, scan, head).await? else {
        return Ok(None);
    };
    let sidecar = sidecar(&stored.digest);
    let (declaration, beside) = (format!("{object}/{OBJECT_DECLARATION}"), format!("{object}/{head}/{SIDECAR}"));
    let declared = Bytes::from_static(DECLARATION.as_bytes());
    // Both come to their end, also when one fails.
    let written = futures::join!(ensure(store, &declaration, &declared), ensure(store, &beside, &sidecar));
    written.0?;
    written.1?;
    ensure(store, &format!("{object}/{SIDECAR}"), &sidecar).await?;
    ensure(store, &format!("{object}/{INVENTORY}"), &bytes).await?;
    for (number, bytes) in rewritten(&stored.inventory)? {
        erase(store, scan, &stored.inventory, number, bytes).await?;
    }
    Ok(Some(stored))
}

/// Tells whether everything that follows the inventory of the newest version is there.
///
/// # Errors
/// `archive.store`, `archive.store_access`.
pub(crate) async fn is_complete(store: &Store, scan: ScanId, inventory: &Inventory) -> Result<bool> {
    let object = object_path(scan);
    for (number, bytes) in rewritten(inventory)? {
        let sidecar = sidecar(&Sha512::of(&bytes));
        for (name, wanted) in [(INVENTORY, &bytes), (SIDECAR, &sidecar)] {
            if store.document(&format!("{object}/{number}/{name}")).await?.as_ref() != Some(wanted) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Returns the inventories of versions from before an erasure, as they read after it.
fn rewritten(inventory: &Inventory) -> Result<Vec<(VersionNumber, Bytes)>> {
    let before = |erasure| inventory.versions.keys().copied().take_while(move |version| *version < erasure);
    let numbers = inventory.erasure().into_iter().flat_map(before);
    numbers.map(|number| Ok((number, Bytes::from(inventory.at(number).to_json()?)))).collect()
}

/// Takes away content of a version that the newest one erased, then its inventory, which names that content, the last.
async fn erase(store: &Store, scan: ScanId, newest: &Inventory, number: VersionNumber, rewritten: Bytes) -> Result<()> {
    let directory = format!("{}/{number}", object_path(scan));
    let path = format!("{directory}/{INVENTORY}");
    let sidecar = sidecar(&Sha512::of(&rewritten));
    if store.document(&path).await?.as_ref() != Some(&rewritten) {
        let listed: Vec<_> = store.list(&format!("{directory}/content")).try_collect().await?;
        for entry in listed {
            let inside = entry.path.get(object_path(scan).len() + 1..).unwrap_or_default();
            if !newest.holds(inside) {
                store.delete(&entry.path).await?;
            }
        }
        store.replace(&path, rewritten).await?;
    }
    ensure(store, &format!("{directory}/{SIDECAR}"), &sidecar).await
}

/// Writes the declaration of an object and all its inventories and sidecars anew, as far as they are not what they should
/// be; `bytes` are those of the newest inventory. Returns the paths of what was written.
///
/// # Errors
/// `archive.store`, `archive.store_access`, `archive.internal`.
pub(crate) async fn restore(store: &Store, scan: ScanId, inventory: &Inventory, bytes: &Bytes) -> Result<Vec<String>> {
    let mut files = vec![(OBJECT_DECLARATION.to_owned(), Bytes::from_static(DECLARATION.as_bytes()))];
    for number in inventory.versions.keys() {
        let own = match *number == inventory.head {
            true => bytes.clone(),
            false => inventory.at(*number).to_json()?.into(),
        };
        files.push((format!("{number}/{SIDECAR}"), sidecar(&Sha512::of(&own))));
        files.push((format!("{number}/{INVENTORY}"), own));
    }
    files.push((SIDECAR.to_owned(), sidecar(&Sha512::of(bytes))));
    files.push((INVENTORY.to_owned(), bytes.clone()));
    let mut written = Vec::new();
    for (path, wanted) in files {
        let full = format!("{}/{path}", object_path(scan));
        if store.document(&full).await.ok().flatten().as_ref() != Some(&wanted) {
            store.replace(&full, wanted).await?;
            written.push(path);
        }
    }
    Ok(written)
}

/// Reads an inventory in a directory of an object, whatever its state; tells whether its sidecar is its own. None when it
/// cannot be read as one.
///
/// # Errors
/// `archive.store`, `archive.store_access`.
pub(crate) async fn candidate(store: &Store, scan: ScanId, directory: &str) -> Result<Option<(Stored, Bytes, bool)>> {
    let directory = directory.trim_end_matches('/');
    let path = format!("{directory}/{INVENTORY}");
    let Some(bytes) = store.document(&path).await? else { return Ok(None) };
    let Ok(stored) = parse(&bytes, scan, &path) else { return Ok(None) };
    let beside = store.document(&format!("{directory}/{SIDECAR}")).await?;
    let is_own = beside.as_deref().and_then(sidecar_digest) == Some(stored.digest);
    Ok(Some((stored, bytes, is_own)))
}

/// Reads the inventory of a version, and its bytes.
async fn version(store: &Store, scan: ScanId, number: VersionNumber) -> Result<Option<(Stored, Bytes)>> {
    let path = format!("{}/{number}/{INVENTORY}", object_path(scan));
    let Some(bytes) = store.document(&path).await? else {
        return Ok(None);
    };
    let stored = parse(&bytes, scan, &path)?;
    match stored.inventory.head == number {
        true => Ok(Some((stored, bytes))),
        false => Err(Error::new(Code::Inventory, "the inventory is of another version")
            .file(path)
            .expected(number)
            .found(stored.inventory.head)),
    }
}

/// Returns the content of the sidecar of an inventory.
pub(crate) fn sidecar(digest: &Sha512) -> Bytes {
    format!("{digest} {INVENTORY}\n").into()
}

/// Makes a file hold `bytes`, writing only when it does not.
async fn ensure(store: &Store, path: &str, bytes: &Bytes) -> Result<()> {
    match store.document(path).await? {
        Some(found) if found == *bytes => Ok(()),
        Some(_) => store.replace(path, bytes.clone()).await,
        None if store.create(path, bytes.clone()).await? == Created::New => Ok(()),
        None => store.replace(path, bytes.clone()).await,
    }
}

fn parse(bytes: &[u8], scan: ScanId, path: &str) -> Result<Stored> {
    let inventory = Inventory::from_json(bytes, scan, path)?;
    Ok(Stored { inventory, digest: Sha512::of(bytes) })
}

/// Reads a sidecar: the digest, blanks, the name of the inventory (OCFL 1.1, section 3.7).
fn sidecar_digest(bytes: &[u8]) -> Option<Sha512> {
    let mut words = std::str::from_utf8(bytes).ok()?.split_ascii_whitespace();
    let digest = words.next()?.parse().ok()?;
    (words.next() == Some(INVENTORY) && words.next().is_none()).then_some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sidecar_is_digest_and_name() {
        let digest = Sha512::of(b"x");
        assert_eq!(sidecar_digest(format!("{digest}\t{INVENTORY}\n").as_bytes()), Some(digest));
        assert_eq!(sidecar_digest(format!("{digest}\n").as_bytes()), None);
        assert_eq!(sidecar_digest(format!("{digest} other.json").as_bytes()), None);
        assert_eq!(sidecar_digest(b"\xff"), None);
    }
}

#[cfg(test)]
mod protocol {
    use std::sync::Arc;

    use futures::TryStreamExt;
    use jiff::Timestamp;
    use object_store::memory::InMemory;

    use super::*;
    use crate::id::ArchiveId;
    use crate::store::digest::Digests;
    use crate::store::ocfl::inventory::ContentFile;

    fn scan() -> ScanId {
        "8d2e4b50-0000-8000-8000-000000000001".parse().expect("a UUID")
    }

    fn inventory(content: &str) -> Inventory {
        let digests = Digests::of(content.as_bytes());
        let file =
            ContentFile { logical: "scan.uff".into(), content: format!("v1/content/{content}/scan.uff"), digests };
        Inventory::first(scan(), ArchiveId::generate(), Timestamp::UNIX_EPOCH, &[file])
    }

    fn store() -> Store {
        Store::new(Arc::new(InMemory::new()), Default::default(), "memory")
    }

    #[tokio::test]
    async fn one_of_two_writers_owns_the_version() {
        let store = store();
        let (first, second) = (inventory("first"), inventory("second"));
        let (a, b) = futures::join!(
            commit(&store, scan(), &first, Group::default()),
            commit(&store, scan(), &second, Group::default())
        );
        let outcomes = [a.expect("stored"), b.expect("stored")];
        let won: Vec<_> = outcomes.iter().filter(|o| matches!(o, Commit::Won(_))).collect();
        assert_eq!(won.len(), 1);
        let seen = outcomes.iter().map(|(Commit::Won(s) | Commit::Lost(s))| &s.inventory);
        let stored = load(&store, scan()).await.expect("sound").expect("there").inventory;
        assert!(seen.into_iter().all(|inventory| *inventory == stored));
        assert!(matches!(commit(&store, scan(), &stored, Group::default()).await.expect("stored"), Commit::Won(_)));
    }

    /// Takes away any one file that is written after the version was decided: completing brings back the same bytes.
    #[tokio::test]
    async fn version_cut_short_anywhere_is_completed() {
        let whole = store();
        commit(&whole, scan(), &inventory("x"), Group::default()).await.expect("stored");
        let files: Vec<_> = whole.list("").try_collect().await.expect("listed");
        assert_eq!(files.len(), 5);
        for removed in files.iter().filter(|f| !f.path.ends_with("v1/inventory.json")) {
            whole.delete(&removed.path).await.expect("removed");
            complete(&whole, scan(), VersionNumber::FIRST).await.expect("completed");
            let mut again: Vec<_> = whole.list("").try_collect().await.expect("listed");
            again.sort_by(|a, b| a.path.cmp(&b.path));
            let (old, new): (Vec<_>, Vec<_>) =
                (files.iter().map(|f| &f.path).collect(), again.iter().map(|f| &f.path).collect());
            assert_eq!(old, new, "{}", removed.path);
            load(&whole, scan()).await.expect("sound").expect("there");
        }
    }

    #[tokio::test]
    async fn damaged_inventory_is_told_from_an_absent_one() {
        let store = store();
        assert!(load(&store, scan()).await.expect("nothing wrong").is_none());
        commit(&store, scan(), &inventory("x"), Group::default()).await.expect("stored");
        let path = format!("{}/{INVENTORY}", object_path(scan()));
        let bytes = store.document(&path).await.expect("read").expect("there");
        let damaged = String::from_utf8(bytes.to_vec()).expect("UTF-8").replace("1970", "1971");
        store.replace(&path, damaged).await.expect("written");
        assert_eq!(load(&store, scan()).await.expect_err("damaged").code(), "archive.inventory");
    }
}
