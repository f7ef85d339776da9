//! Where every byte came from, and what was lost on the way.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::code_list::code_list;
use super::identifier::ChannelId;
use super::record::{Scalar, SimpleSpec, record};

record! {
    /// Where every byte came from, and what was lost on the way.
    Provenance {
        /// Name and version of the converter.
        converter: Option<String> = "converter" [None Evidence V2];
        /// Reader used, such as raw-profile or npy.
        reader: Option<String> = "reader" [None Evidence V2];
        /// Name and version of the vendor profile, when one was used.
        profile: Option<String> = "profile" [None Evidence V2];
        /// SHA-256 of the vendor profile.
        profile_digest: Option<Sha256> = "profileDigest" [None Evidence V2];
        /// SHA-256 of the delivery: of the lines "digest, two spaces, name, newline" of its files, sorted by name.
        delivery_digest: Option<Sha256> = "deliveryDigest" [None Evidence V2];
        /// Files of the delivery.
        sources: Vec<SourceFile> = "sourceFile" [None Evidence V2];
        /// What was dropped, rounded or invented.
        losses: Vec<Loss> = "loss" [None Evidence V2];
    }

    /// One file of the original delivery. It is rebuilt byte for byte from the samples placed in it and the remaining
    /// bytes, which stand in /vendor/originals.
    SourceFile {
        /// Path inside the delivery, with forward slashes.
        name: String = "name" [None Evidence V2];
        /// Size in bytes.
        size: u64 = "size" [None Evidence V2];
        /// SHA-256 of the bytes.
        digest: Sha256 = "digest" [None Evidence V2];
        /// Name of the dataset in /vendor/originals that holds the bytes not covered by samples, in file order; absent
        /// when the file is kept beside the UFF only.
        rest: Option<String> = "rest" [None Evidence V2];
        /// Samples placed in the file.
        planes: Vec<PlacedPlane> = "plane" [None Evidence V2];
    }

    /// Samples of one array as they lie in a file: sample [row, column] at offset + row * rowStride + column *
    /// columnStride.
    PlacedPlane {
        /// Index of the view.
        view: u32 = "view" [None Evidence V2];
        /// Channel.
        channel: ChannelId = "channel" [None Evidence V2];
        /// Which array of the channel.
        part: PlanePart = "part" [None Evidence V2];
        /// Byte offset of sample [0, 0].
        offset: u64 = "offset" [None Evidence V2];
        /// Bytes from one row to the next.
        row_stride: u64 = "rowStride" [None Evidence V2];
        /// Bytes from one column to the next.
        column_stride: u64 = "columnStride" [None Evidence V2];
        /// Byte order of a sample.
        byte_order: ByteOrder = "byteOrder" [None Evidence V2];
    }

    /// Something dropped, rounded or invented by a mapping.
    Loss {
        /// What happened.
        kind: LossKind = "kind" [None Evidence V2];
        /// What it happened to: an element of the source or of the metadata document.
        subject: String = "subject" [None Evidence V2];
        /// Why, and what stands there instead.
        reason: String = "reason" [None Evidence V2];
    }
}

code_list! {
    /// Array of a channel.
    PlanePart default Samples {
        Samples = "samples", "The image.";
        Dark = "dark", "Dark lines.";
        Air = "air", "Air lines.";
    }

    /// Byte order of a sample.
    ByteOrder default Little {
        Little = "little", "Least significant byte first.";
        Big = "big", "Most significant byte first.";
    }

    /// What a mapping did to a value.
    LossKind default Dropped {
        Dropped = "dropped", "Left out.";
        Rounded = "rounded", "Kept with less precision.";
        Invented = "invented", "Filled in without being in the source.";
    }
}

/// SHA-256 digest (FIPS 180-4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// Computes the digest of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest;
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// Wraps a computed digest.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

impl std::str::FromStr for Sha256 {
    type Err = crate::Error;
    fn from_str(text: &str) -> crate::Result<Self> {
        let wrong = || {
            crate::Error::new(crate::Code::InputValue, "not a SHA-256 digest")
                .expected("64 hexadecimal digits")
                .found(text)
        };
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Sha256 {
    type Error = crate::Error;
    fn try_from(text: String) -> crate::Result<Self> {
        text.parse()
    }
}

impl From<Sha256> for String {
    fn from(digest: Sha256) -> String {
        digest.to_string()
    }
}

impl Scalar for Sha256 {
    const SIMPLE: &'static SimpleSpec = &SimpleSpec {
        name: "Sha256",
        doc: "SHA-256 digest in lower-case hexadecimal (FIPS 180-4).",
        base: "token",
        values: &[],
        pattern: "[0-9a-f]{64}",
        range: None,
    };

    fn to_text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Result<Self, String> {
        text.trim().parse().map_err(|_| "64 hexadecimal digits".into())
    }
}
