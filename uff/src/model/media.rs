//! Pictures and documents that came with the scan.

use super::code_list::code_list;
use super::record::record;
use super::{Sha256, Timestamp};

record! {
    /// Picture or document that came with the scan; its bytes stand in /media.
    Media {
        /// What it shows.
        kind: MediaKind = "kind" [None Identity V2];
        /// Name of the dataset in /media.
        blob: String = "blob" [None Identity V2];
        /// Media type (RFC 6838), such as image/jpeg.
        media_type: String = "mediaType" [None Identity V2];
        /// Name of the original file.
        file_name: Option<String> = "fileName" [None Identity V2];
        /// When it was taken.
        taken: Option<Timestamp> = "taken" [Indirect Identity V2];
        /// Whether it shows or names a person.
        personal_data: bool = "personalData" [None Evidence V2];
        /// SHA-256 of the bytes.
        digest: Sha256 = "digest" [None Evidence V2];
    }
}

code_list! {
    /// What a picture or document shows.
    MediaKind default Document {
        Scene = "scene", "Camera on the scene.";
        Driver = "driver", "Driver or passenger.";
        Plate = "plate", "Number plate.";
        ContainerCode = "container-code", "Container code.";
        Document = "document", "Document.";
    }
}
