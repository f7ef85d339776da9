//! Content of a file that this version does not know, kept for writing back.

use std::sync::Arc;

/// Object of a file, or attributes of a known object, that this version does not know.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignObject {
    /// Path without a leading slash; empty for the root group.
    pub path: String,
    /// What stands there.
    pub content: ForeignContent,
    /// Attributes that this version does not know, by name.
    pub attributes: Vec<(String, ForeignArray)>,
}

/// What stands at a path.
#[derive(Debug, Clone, PartialEq)]
pub enum ForeignContent {
    /// An object that this version knows; only the attributes are foreign.
    Known,
    /// A group.
    Group,
    /// A dataset.
    Dataset(ForeignArray),
}

/// Elements of a dataset or attribute, as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignArray {
    /// Element type, as the bytes of its HDF5 datatype message.
    pub datatype: Arc<[u8]>,
    /// Bytes of an element.
    pub element: u32,
    /// Elements per axis, slowest first; empty for a single element, none for no element at all.
    pub axes: Option<Vec<u64>>,
    /// Elements.
    pub data: Arc<[u8]>,
}
