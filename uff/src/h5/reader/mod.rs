//! Reader of HDF5 files: our source and limits around the crate `hdf5-reader`.

mod attribute;
mod chunks;
mod dataset;
mod element;
mod entry;
mod source;
mod volume;

use std::cmp::Reverse;
use std::collections::BTreeMap;
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
pub use element::Element;
pub use entry::Entry;
pub use volume::Cut;
pub use volume::Plane;
pub use volume::Volume;

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
        // The end counts a block of another program before the superblock.
        let end = self.library.superblock().eof_address;
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
        let mut objects = Vec::new();
        let mut keep = |path: String, found: Found| {
            let (attributes, dataset) = match found {
                Found::Group(group) => {
                    let attributes = library(|| group.attributes()).map_err(|e| e.at(format!("group /{path}")))?;
                    (self.wrap(attributes)?, None)
                }
                Found::Dataset(child) => {
                    let attributes = self.wrap(child.attributes())?;
                    (attributes, Some(Dataset::new(self, *child, &path)?))
                }
            };
            objects.push(Object { path, attributes, dataset });
            Ok(())
        };
        self.visit(&mut keep)?;
        objects.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(objects)
    }

    /// Hands over every group and dataset once, with its path. Of several names of a group the first in the order of
    /// names counts, of those of a dataset the deepest: short ones are links for convenience.
    fn visit(&self, take: &mut dyn FnMut(String, Found) -> Result<()>) -> Result<()> {
        let mut seen = BTreeSet::new();
        let mut datasets: BTreeMap<u64, (Reverse<u32>, String, hdf5_reader::Dataset)> = BTreeMap::new();
        let mut open = vec![(String::new(), 0_u32, library(|| self.library.root_group())?)];
        while let Some((path, depth, group)) = open.pop() {
            if !seen.insert(group.address()) {
                continue;
            }
            self.budget.count(1, "HDF5 objects")?;
            self.budget.depth(depth, "an HDF5 group")?;
            take(path.clone(), Found::Group(group.clone()))?;
            let (mut groups, children) = library(|| group.members()).map_err(|e| e.at(format!("group /{path}")))?;
            groups.sort_by(|a, b| b.name().cmp(a.name()));
            for child in groups {
                open.push((join(&path, child.name()), depth + 1, child));
            }
            for child in children {
                let (address, name) = (child.address(), join(&path, child.name()));
                match datasets.get(&address) {
                    None => self.budget.count(1, "HDF5 objects")?,
                    Some((known, other, _)) if (known, other) <= (&Reverse(depth), &name) => continue,
                    Some(_) => {}
                }
                datasets.insert(address, (Reverse(depth), name, child));
            }
        }
        datasets.into_values().try_for_each(|(_, path, dataset)| take(path, Found::Dataset(Box::new(dataset))))
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

/// An object as the library hands it over.
enum Found {
    Group(hdf5_reader::group::Group),
    Dataset(Box<hdf5_reader::Dataset>),
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}
