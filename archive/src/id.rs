//! How a scan is named in the store: its OCFL object identifier and the path of its object.
//!
//! The path follows OCFL extension 0003 (hash and id n-tuple): two pairs of hexadecimal digits of the SHA-256 of the
//! object identifier, then the identifier itself with everything but `A-Z a-z 0-9 - _` percent-encoded. A path is
//! computed, never looked up, and shows the scan identifier to the eye:
//!
//! ```
//! let scan = "8d2e4b50-0000-8000-8000-000000000001".parse().unwrap_or_default();
//! let path = archive::id::object_path(scan);
//! assert!(path.ends_with("/urn%3auuid%3a8d2e4b50-0000-8000-8000-000000000001"));
//! ```

use std::fmt;

use serde::{Deserialize, Serialize};
use uff::model::{ScanId, Sha256};
use uuid::Uuid;

/// Digits per directory of the path of an object.
pub const TUPLE_SIZE: usize = 2;
/// Directories above an object.
pub const TUPLES: usize = 2;

const PREFIX: &str = "urn:uuid:";
const ENCODED_PREFIX: &str = "urn%3auuid%3a";

/// Identity of an archive, made when the archive is: a catalogue belongs to exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArchiveId(Uuid);

impl ArchiveId {
    /// Makes a new random identity.
    pub fn generate() -> Self {
        Self(Uuid::new_v4())
    }

    /// Returns the UUID.
    pub fn uuid(self) -> Uuid {
        self.0
    }

    /// Reads the text form.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self)
    }
}

impl fmt::Display for ArchiveId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// Returns the OCFL object identifier of a scan.
pub fn object_id(scan: ScanId) -> String {
    format!("{PREFIX}{scan}")
}

/// Returns the scan an OCFL object identifier names.
pub fn scan_of_object(object: &str) -> Option<ScanId> {
    object.strip_prefix(PREFIX)?.parse().ok()
}

/// Returns the path of a scan's object, relative to the storage root.
pub fn object_path(scan: ScanId) -> String {
    let digest = Sha256::of(object_id(scan).as_bytes()).to_string();
    let mut path = String::with_capacity(64);
    for tuple in 0..TUPLES {
        path.push_str(&digest[tuple * TUPLE_SIZE..(tuple + 1) * TUPLE_SIZE]);
        path.push('/');
    }
    path.push_str(ENCODED_PREFIX);
    path.push_str(&scan.to_string());
    path
}

/// Splits a path of the store into the scan whose object it belongs to and the path inside that object.
///
/// Returns nothing for a path outside the layout.
pub fn split_path(path: &str) -> Option<(ScanId, &str)> {
    let object_len = path.match_indices('/').nth(TUPLES)?.0;
    let (object, inside) = path.split_at_checked(object_len)?;
    let scan = object.rsplit('/').next()?.strip_prefix(ENCODED_PREFIX)?.parse().ok()?;
    (object_path(scan) == object).then_some((scan, inside.get(1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with `printf urn:uuid:… | sha256sum` and the encoding table of the extension.
    #[test]
    fn path_is_that_of_extension_0003() {
        let scan: ScanId = "8d2e4b50-0000-8000-8000-000000000001".parse().expect("a UUID");
        let path = object_path(scan);
        assert_eq!(path, "61/82/urn%3auuid%3a8d2e4b50-0000-8000-8000-000000000001");
        assert_eq!(split_path(&format!("{path}/v1/content/scan.uff")), Some((scan, "v1/content/scan.uff")));
        assert_eq!(scan_of_object(&object_id(scan)), Some(scan));
    }

    #[test]
    fn stray_paths_belong_to_no_scan() {
        let scan = "urn%3auuid%3a8d2e4b50-0000-8000-8000-000000000001";
        for path in ["", "0=ocfl_1.1", "extensions/0003/config.json", &format!("00/00/{scan}/x"), &format!("{scan}/x")]
        {
            assert_eq!(split_path(path), None, "{path}");
        }
    }

    #[test]
    fn two_archives_differ() {
        assert_ne!(ArchiveId::generate(), ArchiveId::generate());
    }
}
