//! Vendor content that the model has no place for.

use super::Sha256;
use super::record::record;

record! {
    /// Field or blob of the vendor that the model has no place for, kept as it was.
    VendorItem {
        /// Where it came from: file and element, key or byte range.
        origin: String = "origin" [None Evidence V2];
        /// Text, for a field.
        text: Option<String> = "text" [Indirect Identity V2];
        /// Name of the dataset in /vendor, for a blob.
        blob: Option<String> = "blob" [None Identity V2];
        /// SHA-256 of the blob.
        digest: Option<Sha256> = "digest" [None Evidence V2];
    }
}
