//! The integrity list: SHA-256 of the decoded content of every dataset.

use std::collections::BTreeMap;

use sha2::Digest;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::Sample;
use crate::limits::Budget;
use crate::model::Sha256;

/// What stands between digest and path, as `sha256sum` writes it.
const GAP: &str = "  ";
/// Hexadecimal digits of a digest.
const DIGITS: usize = 64;

/// Returns the bytes of one entry of a list of these paths.
pub(super) fn width<'a>(paths: impl Iterator<Item = &'a str>) -> usize {
    DIGITS + GAP.len() + paths.map(str::len).max().unwrap_or(0)
}

/// Encodes the list: entries "digest, two spaces, path" in the order of the paths, padded with NUL to equal width.
pub(super) fn encode(digests: &BTreeMap<String, Sha256>) -> Vec<u8> {
    let width = width(digests.keys().map(String::as_str));
    let mut out = Vec::with_capacity(width * digests.len());
    for (path, digest) in digests {
        let end = out.len() + width;
        out.extend(format!("{digest}{GAP}{path}").into_bytes());
        out.resize(end, 0);
    }
    out
}

/// Reads the entries of a list.
///
/// # Errors
/// `uff.inconsistent` for an entry of another form or a path that is listed twice.
pub(super) fn decode(entries: &[String], budget: &Budget) -> Result<BTreeMap<String, Sha256>> {
    budget.count(entries.len() as u64, "entries of the integrity list")?;
    let mut digests = BTreeMap::new();
    for entry in entries {
        let parts = entry.split_once(GAP).and_then(|(digest, path)| Some((digest.parse().ok()?, path)));
        let repeated = match parts {
            Some((digest, path)) if path.starts_with('/') => digests.insert(path.to_owned(), digest).is_some(),
            _ => true,
        };
        if repeated {
            return Err(Error::new(Code::UffInconsistent, "a wrong or repeated entry of the integrity list")
                .at(format!("/{}", super::layout::INTEGRITY))
                .expected("digest, two spaces, path")
                .found(format!("{:?}", entry.chars().take(120).collect::<String>())));
        }
    }
    Ok(digests)
}

/// Digest of samples given row by row.
#[derive(Default)]
pub(super) struct SampleDigest {
    hasher: sha2::Sha256,
    bytes: Vec<u8>,
}

impl SampleDigest {
    /// Adds samples in row-major order.
    pub(super) fn update<T: Sample>(&mut self, samples: &[T]) {
        const PIECE: usize = 1 << 15;
        self.bytes.resize(PIECE, 0);
        for piece in samples.chunks(PIECE / T::SIZE) {
            if let Some(bytes) = self.bytes.get_mut(..piece.len() * T::SIZE) {
                T::to_le(piece, bytes);
                self.hasher.update(bytes);
            }
        }
    }

    /// Adds bytes.
    pub(super) fn update_bytes(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    /// Ends the digest.
    pub(super) fn finish(self) -> Sha256 {
        Sha256::from_bytes(self.hasher.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_back() {
        let digests: BTreeMap<_, _> =
            [("/a", b"1"), ("/views/0/channels/high", b"2")].map(|(p, b)| (p.to_owned(), Sha256::of(b))).into();
        let bytes = encode(&digests);
        let entries: Vec<String> = bytes
            .chunks(bytes.len() / 2)
            .map(|c| String::from_utf8_lossy(c).trim_end_matches('\0').to_owned())
            .collect();
        assert_eq!(decode(&entries, &Budget::default()).ok(), Some(digests));
        let twice = [entries[0].clone(), entries[0].clone()];
        assert_eq!(decode(&twice, &Budget::default()).map_err(|e| e.code()), Err(Code::UffInconsistent));
    }

    #[test]
    fn samples_are_digested_little_endian() {
        let mut digest = SampleDigest::default();
        digest.update(&[0x0102_u16, 0x0304]);
        assert_eq!(digest.finish(), Sha256::of(&[2, 1, 4, 3]));
    }
}
