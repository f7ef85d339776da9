//! Digests of content: SHA-512, by which OCFL addresses it, and SHA-256, by which the rest of the world knows it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::Digest;
use uff::model::Sha256;

use super::ContentReader;
use crate::error::Result;

/// SHA-512 digest (FIPS 180-4), in lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha512([u8; 64]);

impl Sha512 {
    /// Computes the digest of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha512::digest(bytes).into())
    }
}

impl Sha512 {
    /// Computes the digest of what a reader gives.
    ///
    /// # Errors
    /// As reading.
    pub(crate) fn of_reader(reader: &mut ContentReader) -> Result<Self> {
        let mut hasher = sha2::Sha512::new();
        loop {
            match reader.next()? {
                [] => return Ok(Self(hasher.finalize().into())),
                piece => hasher.update(piece),
            }
        }
    }
}

impl fmt::Display for Sha512 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Sha512 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha512({self})")
    }
}

impl FromStr for Sha512 {
    type Err = ();

    /// Reads hexadecimal in either case, as OCFL allows.
    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        if text.len() != 128 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(());
        }
        let mut bytes = [0; 64];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(drop)?;
            *byte = u8::from_str_radix(pair, 16).map_err(drop)?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Sha512 {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|()| "expected 128 hexadecimal digits of a SHA-512".into())
    }
}

impl From<Sha512> for String {
    fn from(digest: Sha512) -> String {
        digest.to_string()
    }
}

/// Size and digests of content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digests {
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: Sha256,
    /// SHA-512 of the bytes.
    pub sha512: Sha512,
}

impl Digests {
    /// Computes size and digests of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Hasher::default();
        // Both digests of a piece while it is in the cache.
        bytes.chunks(PIECE).for_each(|piece| hasher.update(piece));
        hasher.finish()
    }
}

/// Bytes digested at once; fits the second-level cache.
const PIECE: usize = 256 << 10;

/// Computes size and digests of content given in pieces.
#[derive(Default)]
pub struct Hasher {
    size: u64,
    sha256: sha2::Sha256,
    sha512: sha2::Sha512,
}

impl Hasher {
    /// Adds the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.size = self.size.saturating_add(piece.len() as u64);
        self.sha256.update(piece);
        self.sha512.update(piece);
    }

    /// Returns size and digests of all pieces.
    pub fn finish(self) -> Digests {
        Digests {
            size: self.size,
            sha256: Sha256::from_bytes(self.sha256.finalize().into()),
            sha512: Sha512(self.sha512.finalize().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors of FIPS 180-4 for "abc".
    #[test]
    fn digests_are_those_of_the_standard() {
        let mut hasher = Hasher::default();
        hasher.update(b"a");
        hasher.update(b"bc");
        let digests = hasher.finish();
        assert_eq!(digests, Digests::of(b"abc"));
        assert_eq!(digests.size, 3);
        assert!(digests.sha256.to_string().starts_with("ba7816bf8f01cfea"));
        let sha512 = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                      2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
        assert_eq!(digests.sha512.to_string(), sha512);
        assert_eq!(sha512.to_uppercase().parse(), Ok(digests.sha512));
        assert_eq!("zz".repeat(64).parse::<Sha512>(), Err(()));
    }
}
