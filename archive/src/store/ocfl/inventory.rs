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

/// Number of a version, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct VersionNumber(u32);

impl VersionNumber {
    pub(crate) const FIRST: Self = Self(1);

    pub(crate) fn get(self) -> u32 {
        self.0
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
        let mut manifest: BTreeMap<Sha512, Vec<String>> = BTreeMap::new();
        let mut state: BTreeMap<Sha512, Vec<String>> = BTreeMap::new();
        let mut fixity: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in files {
            // Equal content is stored once, under the path of the first file that has it.
            let paths = manifest.entry(file.digests.sha512).or_default();
            if paths.is_empty() {
                paths.push(file.content.clone());
                fixity.entry(file.digests.sha256.to_string()).or_default().push(file.content.clone());
            }
            state.entry(file.digests.sha512).or_default().push(file.logical.clone());
        }
        let version = Version {
            created,
            state,
            message: Some("Scan as received".into()),
            user: Some(User { name: software(), address: Some(format!("urn:uuid:{archive}")) }),
        };
        Self {
            id: object_id(scan),
            kind: TYPE.into(),
            digest_algorithm: ALGORITHM.into(),
            head: VersionNumber::FIRST,
            manifest,
            versions: BTreeMap::from([(VersionNumber::FIRST, version)]),
            fixity: BTreeMap::from([(FIXITY.into(), fixity)]),
        }
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
            let version = path.split_once("/content/").and_then(|(version, _)| version.parse::<VersionNumber>().ok());
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
        self.manifest.values().flatten().any(|path| path == content)
    }

    /// Returns when the first version was made.
    pub(crate) fn created(&self) -> Option<Timestamp> {
        self.versions.get(&VersionNumber::FIRST).map(|v| v.created)
    }

    /// Returns the SHA-256 recorded for a content path.
    pub(crate) fn sha256(&self, content: &str) -> Option<Sha256> {
        let block = self.fixity.get(FIXITY)?;
        block.iter().find(|(_, paths)| paths.iter().any(|p| p == content)).and_then(|(digest, _)| digest.parse().ok())
    }
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
