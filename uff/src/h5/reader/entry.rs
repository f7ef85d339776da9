//! Objects of a file of other software: found by path, with their attributes as stored.

use hdf5_reader::Hdf5File;
use hdf5_reader::messages::attribute::AttributeMessage;

use super::Dataset;
use super::File;
use super::Found;
use super::attribute::describe;
use super::attribute::shape_of;
use super::element::Element;
use super::element::Heap;
use super::element::decode;
use super::element::stored_size;
use super::join;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::guard::library;
use crate::limits::Budget;

/// Group or dataset of a file, whose attributes are decoded when they are asked for.
#[derive(Clone)]
pub struct Entry {
    /// Path without a leading slash; empty for the root group.
    pub path: String,
    /// The dataset, none for a group.
    pub dataset: Option<Dataset>,
    address: u64,
    attributes: Vec<AttributeMessage>,
    file: Hdf5File,
    budget: Budget,
}

impl Entry {
    fn new(file: &File, path: String, found: Found) -> Result<Self> {
        let place = format!("/{path}");
        let (address, raw, dataset) = match found {
            Found::Group(group) => (group.address(), library(|| group.raw_attributes()), None),
            Found::Dataset(dataset) => {
                let raw = library(|| dataset.raw_attributes());
                (dataset.address(), raw, Some(Dataset::new(file, *dataset, &path)?))
            }
        };
        let raw = raw.map_err(|e| e.at(place))?;
        file.budget.count(raw.len() as u64, "HDF5 attributes")?;
        let mut attributes = Vec::new();
        for attribute in raw {
            file.budget.charge(attribute.message().raw_data.len() as u64, "an attribute")?;
            attributes.push(attribute.into_parts().0);
        }
        Ok(Self { path, dataset, address, attributes, file: file.library.clone(), budget: file.budget.clone() })
    }

    /// Returns what tells the object from any other, whatever name it is reached by.
    pub fn address(&self) -> u64 {
        self.address
    }

    /// Returns the names of the attributes, in the order of the file.
    pub fn attribute_names(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|a| a.name.as_str())
    }

    /// Returns the elements of an attribute of at most `most` elements and texts of at most `longest` bytes; nothing
    /// when there is no such attribute, it is larger, or its type has no value of its own. An attribute of several axes
    /// is listed in row-major order.
    ///
    /// # Errors
    /// `hdf5.structure` when it is damaged; `limit.*`; `input.truncated`.
    pub fn attribute(&self, name: &str, most: u64, longest: u64) -> Result<Option<Vec<Element>>> {
        let Some(message) = self.attributes.iter().find(|a| a.name == name) else { return Ok(None) };
        let count = shape_of(&message.dataspace).elements().filter(|n| *n <= most);
        let Some(count) = count else { return Ok(None) };
        let heap = Heap { file: &self.file, budget: &self.budget, longest };
        elements(&message.raw_data, count, &message.datatype, &heap).map_err(|e| e.at(format!("/{}@{name}", self.path)))
    }

    /// Returns the type of an attribute in words.
    pub fn attribute_type(&self, name: &str) -> Option<String> {
        self.attributes.iter().find(|a| a.name == name).map(|a| describe(&a.datatype))
    }

    /// Returns the elements of a dataset as [`Entry::attribute`] does; nothing for a group, for elements in another file
    /// or behind a filter that is not handled.
    ///
    /// # Errors
    /// `hdf5.*` when it is damaged; `limit.*`; `input.truncated`.
    pub fn elements(&self, most: u64, longest: u64) -> Result<Option<Vec<Element>>> {
        let Some(dataset) = &self.dataset else { return Ok(None) };
        let Some(count) = dataset.shape().elements().filter(|n| *n <= most) else { return Ok(None) };
        let heap = Heap { file: &self.file, budget: &self.budget, longest };
        let datatype = dataset.library().dtype();
        let size = stored_size(datatype, &heap).and_then(|n| (n as u64).checked_mul(count));
        let Some(size) = size.filter(|size| *size <= longest.saturating_mul(most.max(1))) else { return Ok(None) };
        if dataset.external {
            return Ok(None);
        }
        self.budget.charge(size, "a small dataset")?;
        let found = match size {
            0 => Ok(Some(Vec::new())),
            _ => library(|| dataset.library().read_raw_bytes())
                .and_then(|bytes| elements(&bytes, count, datatype, &heap)),
        };
        self.budget.release(size);
        match found {
            // A filter that is not handled: the elements stay in the file.
            Err(e) if e.code() == Code::Hdf5Unsupported => Ok(None),
            found => found.map_err(|e| dataset.located(e)),
        }
    }
}

fn elements(
    bytes: &[u8],
    count: u64,
    datatype: &hdf5_reader::Datatype,
    heap: &Heap<'_>,
) -> Result<Option<Vec<Element>>> {
    let Some(size) = stored_size(datatype, heap).filter(|n| *n > 0) else { return Ok(None) };
    let short =
        || Error::new(Code::Hdf5Structure, "the elements are cut off").expected(format!("{count} of {size} bytes"));
    let count = usize::try_from(count).map_err(|_| short())?;
    if count.checked_mul(size).is_none_or(|n| n > bytes.len()) {
        return Err(short().found(format!("{} bytes", bytes.len())));
    }
    let mut found = Vec::new();
    for part in bytes.chunks_exact(size).take(count) {
        heap.budget.count(1, "HDF5 values")?;
        let Some(elements) = decode(part, datatype, heap)? else { return Ok(None) };
        found.extend(elements);
    }
    Ok(Some(found))
}

impl File {
    /// Lists every group and dataset once, in the order of their paths, as [`File::objects`] does, with attributes of
    /// any type.
    ///
    /// # Errors
    /// As [`File::objects`].
    pub fn entries(&self) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        let mut keep = |path: String, found| {
            entries.push(Entry::new(self, path, found)?);
            Ok(())
        };
        self.visit(&mut keep).map_err(|e| e.file(self.source.name()))?;
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(entries)
    }

    /// Finds an object by its path, over hard and soft links; nothing when there is none.
    ///
    /// # Errors
    /// As [`File::objects`].
    pub fn entry(&self, path: &str) -> Result<Option<Entry>> {
        self.find(path).map_err(|e| e.file(self.source.name()))
    }

    fn find(&self, path: &str) -> Result<Option<Entry>> {
        let mut parts = path.split('/').filter(|part| !part.is_empty()).peekable();
        let mut group = library(|| self.library.root_group())?;
        let mut walked = String::new();
        while let Some(part) = parts.next() {
            walked = join(&walked, part);
            match library(|| group.group(part)) {
                Ok(next) => group = next,
                Err(e) if e.code() != Code::Hdf5Missing => return Err(e),
                Err(_) if parts.peek().is_some() => return Ok(None),
                Err(_) => {
                    return match library(|| group.dataset(part)) {
                        Ok(dataset) => Entry::new(self, walked, Found::Dataset(Box::new(dataset))).map(Some),
                        Err(e) if e.code() == Code::Hdf5Missing => Ok(None),
                        Err(e) => Err(e),
                    };
                }
            }
        }
        Entry::new(self, walked, Found::Group(group)).map(Some)
    }
}
