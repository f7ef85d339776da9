//! Reader of HDF5 files: our source and limits around the crate `hdf5-reader`.

mod attribute;
mod chunks;
mod dataset;
mod source;

use std::collections::BTreeSet;
use std::sync::Arc;

use hdf5_reader::Hdf5File;
use hdf5_reader::OpenOptions;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::source::ReadAt;

use super::Attribute;
use super::guard::library;
pub use attribute::StoredAttribute;
pub use dataset::Dataset;

use source::cached;

/// An open HDF5 file.
///
/// Metadata are read in blocks of 64 KiB that stay cached, so a file of [`FileWriter`](super::FileWriter) opens with
/// one read at offset 0 unless its metadata are larger.
pub struct File {
    library: Hdf5File,
    source: Arc<dyn ReadAt>,
    budget: Budget,
}

/// Group or dataset of a file.
#[derive(Clone)]
pub struct Object {
    /// Path without a leading slash; empty for the root group.
    pub path: String,
    /// Attributes; text is readable whether it is of fixed or variable length.
    pub attributes: Vec<StoredAttribute>,
    /// The dataset, none for a group.
    pub dataset: Option<Dataset>,
}

impl Object {
    /// Returns an attribute by name.
    pub fn attribute(&self, name: &str) -> Option<&StoredAttribute> {
        self.attributes.iter().find(|a| a.name() == name)
    }
}

/// Largest object header that is read, in bytes.
const HEADER_LIMIT: usize = 16 << 20;

impl File {
    /// Opens a file and checks its superblock.
    ///
    /// # Errors
    /// `hdf5.magic`, `hdf5.structure`, `hdf5.unsupported`, `input.truncated`; whatever the source says.
    pub fn open(source: Arc<dyn ReadAt>, budget: &Budget) -> Result<Self> {
        let limit = usize::try_from(budget.limits().memory).unwrap_or(usize::MAX);
        let options = OpenOptions::default()
            .with_chunk_cache_bytes(0)
            .with_max_chunk_bytes(limit)
            .with_max_read_bytes(limit)
            .with_max_object_header_bytes(HEADER_LIMIT.min(limit));
        let storage = cached(source.clone());
        let name = source.name().to_owned();
        let opened = library(|| Hdf5File::from_storage_with_options(storage, options)).map_err(|e| e.file(&name))?;
        let file = Self { library: opened, source, budget: budget.clone() };
        file.check_end()?;
        Ok(file)
    }

    /// Returns the size of the file in bytes.
    pub fn stored_bytes(&self) -> u64 {
        self.source.len()
    }

    /// The superblock records where the file ends; a shorter file was cut off.
    fn check_end(&self) -> Result<()> {
        let superblock = self.library.superblock();
        let end = superblock.base_address.saturating_add(superblock.eof_address);
        if end <= self.source.len() {
            return Ok(());
        }
        Err(Error::new(Code::InputTruncated, "the file ends early")
            .file(self.source.name())
            .expected(format!("{end} bytes"))
            .found(format!("{} bytes", self.source.len())))
    }

    /// Lists every group and dataset once, in the order of their paths; an object that is linked again under another
    /// name is not repeated.
    ///
    /// # Errors
    /// `hdf5.*`, `limit.count`, `limit.depth`, `input.truncated`; whatever the source says.
    pub fn objects(&self) -> Result<Vec<Object>> {
        self.walk().map_err(|e| e.file(self.source.name()))
    }

    fn walk(&self) -> Result<Vec<Object>> {
        let mut seen = BTreeSet::new();
        let mut objects = Vec::new();
        let mut open = vec![(String::new(), 0_u32, library(|| self.library.root_group())?)];
        while let Some((path, depth, group)) = open.pop() {
            if !seen.insert(group.address()) {
                continue;
            }
            self.budget.count(1, "HDF5 objects")?;
            self.budget.depth(depth, "an HDF5 group")?;
            let attributes = library(|| group.attributes()).map_err(|e| e.at(format!("group /{path}")))?;
            let (groups, datasets) = library(|| group.members()).map_err(|e| e.at(format!("group /{path}")))?;
            objects.push(Object { path: path.clone(), attributes: self.wrap(attributes)?, dataset: None });
            for child in groups {
                open.push((join(&path, child.name()), depth + 1, child));
            }
            for child in datasets {
                if seen.insert(child.address()) {
                    self.budget.count(1, "HDF5 objects")?;
                    let path = join(&path, child.name());
                    let attributes = self.wrap(child.attributes())?;
                    let dataset = Some(Dataset::new(self, child, &path)?);
                    objects.push(Object { path, attributes, dataset });
                }
            }
        }
        objects.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(objects)
    }

    fn wrap(&self, attributes: Vec<hdf5_reader::Attribute>) -> Result<Vec<StoredAttribute>> {
        self.budget.count(attributes.len() as u64, "HDF5 attributes")?;
        Ok(attributes.into_iter().map(StoredAttribute::new).collect())
    }

    /// Reads the attributes of an object as they are stored, for writing them again. Those whose data are addresses
    /// in the file (variable length, references) cannot be carried over: their names come second.
    ///
    /// # Errors
    /// `hdf5.*`, `limit.bytes`.
    pub fn stored_attributes(&self, object: &Object) -> Result<(Vec<Attribute>, Vec<String>)> {
        let raw = match &object.dataset {
            Some(dataset) => library(|| dataset.library().raw_attributes())?,
            None => library(|| self.library.group(&object.path)?.raw_attributes())?,
        };
        let mut kept = Vec::new();
        let mut dropped = Vec::new();
        for attribute in raw {
            self.budget.charge(attribute.message().raw_data.len() as u64, "an attribute")?;
            match attribute::carry(attribute) {
                Ok(attribute) => kept.push(attribute),
                Err(name) => dropped.push(name),
            }
        }
        Ok((kept, dropped))
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}
