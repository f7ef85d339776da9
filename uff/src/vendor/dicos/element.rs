//! Data sets as they lie in a file: which element stands where. Values stay in the file until they are asked for.

use std::collections::BTreeMap;

use dicom_core::Tag;
use dicom_core::VR;

use super::syntax::Encoding;

/// One element of a data set.
#[derive(Debug, Clone)]
pub(super) struct Element {
    /// Representation: as the file states it, else as the dictionary does.
    pub(super) vr: VR,
    /// How the value is encoded.
    pub(super) encoding: Encoding,
    /// Byte offset of the value.
    pub(super) offset: u64,
    /// Bytes of the value; 0 for a sequence and for encapsulated samples.
    pub(super) length: u64,
    /// Items of a sequence.
    pub(super) items: Vec<Dataset>,
    /// Fragments of encapsulated samples (offset, length), the offset table first; absent for any other value.
    pub(super) fragments: Option<Vec<(u64, u64)>>,
}

/// Elements of a file or an item, by tag.
pub(super) type Dataset = BTreeMap<Tag, Element>;
