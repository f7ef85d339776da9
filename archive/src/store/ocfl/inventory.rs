//! Inventory of an object (OCFL 1.1, section 3.5): which content each version holds, and where it lies.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uff::model::{ScanId, Sha256};

use crate::config::software;
use crate::error::{Code, Error, Result};
use crate::id::{ArchiveId, object_id};
use crate::store::digest::{Digests, Sha512};

const TYPE: &str = "https://ocfl.io/1.1/spec/#inventory";
const ALGORITHM: &str = "sha512";
const FIXITY: &str = "sha256";
/// Newest version an object may have; more is taken for damage.
const MAX_VERSION: u32 = 1_000_000;
/// Message of the first version.
const RECEIVED: &str = "Scan as received";
/// How the message of a version begins that took content out of those before it.
const ERASURE: &str = "Erased: ";

/// Number of a version, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct VersionNumber(u32);

impl VersionNumber {
    pub(crate) const FIRST: Self = Self(1);

    pub(crate) fn get(self) -> u32 {
        self.0
    }

    /// Returns the number of the version that follows.
    ///
    /// # Errors
    /// `limit.count` when there are as many as an object may have.
    pub(crate) fn next(self) -> Result<Self> {
        match self.0 {
            ..MAX_VERSION => Ok(Self(self.0 + 1)),
            _ => Err(uff::Error::new(uff::Code::LimitCount, "the scan has too many versions")
                .expected(format!("at most {MAX_VERSION}"))
                .into()),
        }
    }
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl FromStr for VersionNumber {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.strip_prefix('v').filter(|n| !n.starts_with(['0', '+'])).and_then(|n| n.parse().ok());
        number.filter(|n| *n <= MAX_VERSION).map(Self).ok_or_else(|| "a version such as v1".into())
    }
}

impl TryFrom<String> for VersionNumber {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<VersionNumber> for String {
    fn from(number: VersionNumber) -> String {
        number.to_string()
    }
}

/// Inventory of an object. Paths of content are relative to the object; logical paths are what a version shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Inventory {
    pub(crate) id: String,
    #[serde(rename = "type")]
    kind: String,
    digest_algorithm: String,
    pub(crate) head: VersionNumber,
    /// Content paths by digest.
    pub(crate) manifest: BTreeMap<Sha512, Vec<String>>,
    pub(crate) versions: BTreeMap<VersionNumber, Version>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    fixity: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// One version of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) created: Timestamp,
    /// Logical paths by digest.
    pub(crate) state: BTreeMap<Sha512, Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<User>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct User {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

/// What a version changes.
#[derive(Debug, Clone)]
pub(crate) struct Change<'a> {
    /// Why, for the inventory.
    pub(crate) message: &'a str,
    /// Files that are new or have other content.
    pub(crate) files: &'a [ContentFile],
    /// Logical paths that the version no longer has.
    pub(crate) without: &'a [String],
    /// Logical paths whose content is taken out of the versions before as well; nothing can bring it back.
    pub(crate) erase: &'a [String],
}

/// File of a version: its logical path, where its content lies, and its digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContentFile {
    pub(crate) logical: String,
    pub(crate) content: String,
    pub(crate) digests: Digests,
}

impl Inventory {
    /// Describes the first version of a scan's object. The user is the archive: persons are named in no inventory.
    pub(crate) fn first(scan: ScanId, archive: ArchiveId, created: Timestamp, files: &[ContentFile]) -> Self {
        let mut inventory = Self {
            id: object_id(scan),
            kind: TYPE.into(),
            digest_algorithm: ALGORITHM.into(),
            head: VersionNumber::FIRST,
            manifest: BTreeMap::new(),
            versions: BTreeMap::new(),
            fixity: BTreeMap::new(),
        };
        inventory.add_version(archive, created, RECEIVED, BTreeMap::new(), files);
        inventory
    }

    /// Describes the version that follows the newest one.
    ///
    /// # Errors
    /// `limit.count`.
    pub(crate) fn next(&self, archive: ArchiveId, created: Timestamp, change: &Change<'_>) -> Result<Self> {
        let mut inventory = self.clone();
        inventory.head = self.head.next()?;
        let replaced = |path: &String| change.without.contains(path) || change.files.iter().any(|f| f.logical == *path);
        let mut state = self.versions.get(&self.head).map(|v| v.state.clone()).unwrap_or_default();
        state.values_mut().for_each(|paths| paths.retain(|path| !replaced(path)));
        state.retain(|_, paths| !paths.is_empty());
        if change.erase.is_empty() {
            inventory.add_version(archive, created, change.message, state, change.files);
            return Ok(inventory);
        }
        for version in inventory.versions.values_mut() {
            version.state.values_mut().for_each(|paths| paths.retain(|path| !change.erase.contains(path)));
            version.state.retain(|_, paths| !paths.is_empty());
        }
        inventory.add_version(archive, created, &format!("{ERASURE}{}", change.message), state, change.files);
        let used: BTreeSet<Sha512> = inventory.versions.values().flat_map(|v| v.state.keys().copied()).collect();
        inventory.manifest.retain(|digest, _| used.contains(digest));
        inventory.keep_fixity();
        Ok(inventory)
    }

    /// Adds the version that `head` names. Content that is there already is not stored again.
    fn add_version(
        &mut self,
        archive: ArchiveId,
        created: Timestamp,
        message: &str,
        mut state: BTreeMap<Sha512, Vec<String>>,
        files: &[ContentFile],
    ) {
        let fixity = self.fixity.entry(FIXITY.into()).or_default();
        for file in files {
            // Equal content is stored once, under the path of the first file that has it.
            let paths = self.manifest.entry(file.digests.sha512).or_default();
            if paths.is_empty() {
                paths.push(file.content.clone());
                fixity.entry(file.digests.sha256.to_string()).or_default().push(file.content.clone());
            }
            state.entry(file.digests.sha512).or_default().push(file.logical.clone());
        }
        let user = Some(User { name: software(), address: Some(format!("urn:uuid:{archive}")) });
        self.versions.insert(self.head, Version { created, state, message: Some(message.into()), user });
    }

    /// Drops fixity of content that the manifest does not list.
    fn keep_fixity(&mut self) {
        let listed: BTreeSet<&String> = self.manifest.values().flatten().collect();
        for block in self.fixity.values_mut() {
            block.values_mut().for_each(|paths| paths.retain(|path| listed.contains(path)));
            block.retain(|_, paths| !paths.is_empty());
        }
    }

    /// Returns the inventory as it stood when `version` was the newest, without what was erased since.
    pub(crate) fn at(&self, version: VersionNumber) -> Self {
        let mut inventory = self.clone();
        inventory.head = version;
        inventory.versions.retain(|number, _| *number <= version);
        let is_of = |path: &String| content_version(path).is_some_and(|v| v <= version);
        inventory.manifest.values_mut().for_each(|paths| paths.retain(is_of));
        inventory.manifest.retain(|_, paths| !paths.is_empty());
        inventory.keep_fixity();
        inventory
    }

    /// Returns when the newest version was made.
    pub(crate) fn changed(&self) -> Option<Timestamp> {
        self.versions.get(&self.head).map(|v| v.created)
    }

    /// Returns the newest version that took content out of those before it.
    pub(crate) fn erasure(&self) -> Option<VersionNumber> {
        let erased = |v: &Version| v.message.as_deref().is_some_and(|message| message.starts_with(ERASURE));
        self.versions.iter().rfind(|(_, version)| erased(version)).map(|(number, _)| *number)
    }

    /// Returns the logical paths that some version has, each once.
    pub(crate) fn names(&self) -> BTreeSet<&String> {
        self.versions.values().flat_map(|version| version.state.values().flatten()).collect()
    }

    /// Returns the content paths that a logical path has had.
    pub(crate) fn history<'a>(&'a self, name: &str) -> BTreeSet<&'a String> {
        let states = self.versions.values().flat_map(|version| &version.state);
        let digests = states.filter(|(_, names)| names.iter().any(|n| n == name)).map(|(digest, _)| digest);
        digests.filter_map(|digest| self.manifest.get(digest)?.first()).collect()
    }

    /// Returns content paths that the manifest lists.
    pub(crate) fn content(&self) -> impl Iterator<Item = &String> {
        self.manifest.values().flatten()
    }

    /// Reads an inventory and checks that it is one of the scan and consistent in itself.
    ///
    /// # Errors
    /// `archive.inventory`.
    pub(crate) fn from_json(bytes: &[u8], scan: ScanId, name: &str) -> Result<Self> {
        let wrong = |message: &str| Error::new(Code::Inventory, message).file(name);
        let inventory: Self = serde_json::from_slice(bytes).map_err(|e| wrong("not an inventory").cause(e))?;
        let expected = object_id(scan);
        if inventory.id != expected {
            return Err(wrong("the inventory is of another object").expected(expected).found(inventory.id));
        }
        if inventory.digest_algorithm != ALGORITHM {
            return Err(wrong("unknown digest algorithm").expected(ALGORITHM).found(inventory.digest_algorithm));
        }
        let numbers = inventory.versions.keys().map(|v| v.get());
        if !numbers.eq(1..=inventory.head.get()) {
            return Err(wrong("the versions are not numbered from 1 to the head").found(inventory.head));
        }
        let mut seen = BTreeSet::new();
        for path in inventory.manifest.values().flatten() {
            let version = content_version(path);
            if version.is_none_or(|v| v > inventory.head) || !is_plain(path) || !seen.insert(path) {
                return Err(wrong("a content path is not one").found(format!("{path:?}")));
            }
        }
        let states = || inventory.versions.values().flat_map(|v| &v.state);
        if let Some((digest, _)) = states().find(|(digest, _)| !inventory.manifest.contains_key(*digest)) {
            return Err(wrong("a version refers to content the manifest lacks").found(digest));
        }
        if let Some(path) = states().flat_map(|(_, paths)| paths).find(|path| !is_plain(path)) {
            return Err(wrong("a logical path is not one").found(format!("{path:?}")));
        }
        Ok(inventory)
    }

    /// Writes the inventory; equal inventories give equal bytes.
    ///
    /// # Errors
    /// `archive.internal`.
    pub(crate) fn to_json(&self) -> Result<Vec<u8>> {
        let written = serde_json::to_vec_pretty(self);
        written.map_err(|e| Error::new(Code::Internal, "the inventory cannot be written").cause(e))
    }

    /// Returns logical path, digest and content path of every file of the newest version, sorted by logical path.
    pub(crate) fn files(&self) -> Vec<(&str, Sha512, &str)> {
        let state = self.versions.get(&self.head).map(|v| &v.state).into_iter().flatten();
        let mut files: Vec<_> = state
            .flat_map(|(digest, paths)| {
                let content = self.manifest.get(digest).and_then(|paths| paths.first());
                paths.iter().filter_map(move |path| Some((path.as_str(), *digest, content?.as_str())))
            })
            .collect();
        files.sort_unstable();
        files
    }

    /// Returns digest and content path of a file of the newest version.
    pub(crate) fn file(&self, logical: &str) -> Option<(Sha512, &str)> {
        self.files().into_iter().find(|(path, ..)| *path == logical).map(|(_, digest, content)| (digest, content))
    }

    /// Tells whether some version has its content at this path.
    pub(crate) fn holds(&self, content: &str) -> bool {
        self.content().any(|path| path == content)
    }

    /// Returns when the first version was made.
    pub(crate) fn created(&self) -> Option<Timestamp> {
        self.versions.get(&VersionNumber::FIRST).map(|v| v.created)
    }

    /// Returns the SHA-512 of a content path.
    pub(crate) fn sha512(&self, content: &str) -> Option<Sha512> {
        self.manifest.iter().find(|(_, paths)| paths.iter().any(|p| p == content)).map(|(digest, _)| *digest)
    }

    /// Returns the SHA-256 recorded for a content path.
    pub(crate) fn sha256(&self, content: &str) -> Option<Sha256> {
        let block = self.fixity.get(FIXITY)?;
        block.iter().find(|(_, paths)| paths.iter().any(|p| p == content)).and_then(|(digest, _)| digest.parse().ok())
    }
}

/// Returns the version that brought the content at a path.
fn content_version(path: &str) -> Option<VersionNumber> {
    path.split_once("/content/").and_then(|(version, _)| version.parse().ok())
}

/// Tells whether a path is relative, without empty, `.` or `..` parts (OCFL 1.1, section 3.5.3.1).
fn is_plain(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(logical: &str, bytes: &[u8]) -> ContentFile {
        let content = format!("v1/content/x/{logical}");
        ContentFile { logical: logical.into(), content, digests: Digests::of(bytes) }
    }

    fn inventory() -> (ScanId, Inventory) {
        let scan = "8d2e4b50-0000-8000-8000-000000000001".parse().expect("a UUID");
        let files = [file("a", b"1"), file("b", b"2"), file("c", b"1")];
        (scan, Inventory::first(scan, ArchiveId::generate(), Timestamp::UNIX_EPOCH, &files))
    }

    #[test]
    fn equal_content_is_listed_once_and_found_under_both_names() {
        let (scan, made) = inventory();
        let read = Inventory::from_json(&made.to_json().expect("JSON"), scan, "i").expect("sound");
        assert_eq!(read, made);
        assert_eq!(read.manifest.len(), 2);
        assert_eq!(read.file("c").map(|(_, content)| content), Some("v1/content/x/a"));
        assert_eq!(read.sha256("v1/content/x/b"), Some(Sha256::of(b"2")));
        assert_eq!(read.file("d"), None);
    }

    fn change<'a>(files: &'a [ContentFile], without: &'a [String], erase: &'a [String]) -> Change<'a> {
        Change { message: "Test", files, without, erase }
    }

    #[test]
    fn a_version_keeps_what_it_does_not_change_and_the_ones_before_stay_what_they_were() {
        let (scan, first) = inventory();
        let files = [ContentFile { content: "v2/content/y/b".into(), ..file("b", b"3") }, file("d", b"1")];
        let gone = ["a".to_owned()];
        let archive = ArchiveId::generate();
        let second = first.next(archive, Timestamp::UNIX_EPOCH, &change(&files, &gone, &[])).expect("a version");
        let read = Inventory::from_json(&second.to_json().expect("JSON"), scan, "i").expect("sound");
        let names: Vec<_> = read.files().into_iter().map(|(name, _, content)| (name, content)).collect();
        assert_eq!(names, [("b", "v2/content/y/b"), ("c", "v1/content/x/a"), ("d", "v1/content/x/a")]);
        assert_eq!(read.at(VersionNumber::FIRST), first);
        assert_eq!((read.erasure(), read.created()), (None, first.created()));
    }

    #[test]
    fn erased_content_is_in_no_version() {
        let (scan, first) = inventory();
        let erase = ["a".to_owned(), "b".to_owned()];
        let archive = ArchiveId::generate();
        let second = first.next(archive, Timestamp::UNIX_EPOCH, &change(&[], &erase, &erase)).expect("a version");
        let read = Inventory::from_json(&second.to_json().expect("JSON"), scan, "i").expect("sound");
        // "c" has the content of "a", which stays for its sake.
        assert_eq!(read.content().collect::<Vec<_>>(), ["v1/content/x/a"]);
        assert_eq!(read.at(VersionNumber::FIRST).files().len(), 1);
        assert_eq!(read.erasure().map(VersionNumber::get), Some(2));
        assert!(read.sha256("v1/content/x/b").is_none());
    }

    #[test]
    fn damaged_inventories_are_refused() {
        let (scan, made) = inventory();
        let text = String::from_utf8(made.to_json().expect("JSON")).expect("UTF-8");
        let damages = [
            ("\"head\": \"v1\"", "\"head\": \"v2\""),
            ("\"head\": \"v1\"", "\"head\": \"v01\""),
            ("\"sha512\"", "\"md5\""),
            ("v1/content/x/b", "v1/content/../../b"),
            ("v1/content/x/b", "v1/content/x/a"),
            ("v1/content/x/b", "v2/content/x/b"),
            ("urn:uuid:8d2e", "urn:uuid:8d2f"),
        ];
        for (from, to) in damages {
            assert!(text.contains(from), "{from}");
            let damaged = text.replace(from, to);
            let e = Inventory::from_json(damaged.as_bytes(), scan, "i").expect_err(to);
            assert_eq!(e.code(), "archive.inventory");
        }
    }
}
