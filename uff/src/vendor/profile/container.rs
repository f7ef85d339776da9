//! HDF5 files of a delivery: their values by path, and their datasets as planes.
//!
//! A value is an attribute or a dataset of at most 256 elements with texts of at most 64 KiB; what is larger is samples
//! or stays in the file. Files are read by [`crate::h5`] alone, under the limits of the budget.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::sidecar::Leaf;
use super::text::Encoding;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::Dataset;
use crate::h5::Element;
use crate::h5::Entry;
use crate::h5::File;
use crate::h5::Shape;
use crate::h5::Volume;
use crate::limits::Budget;
use crate::vendor::DeliveryFile;
use crate::vendor::hdf5::described;
use crate::vendor::hdf5::listed;

/// Elements of the largest attribute or dataset whose elements are values.
const MOST: u64 = 256;

/// Longest text that is a value, in bytes.
const LONGEST: u64 = 64 << 10;

/// An open HDF5 file.
pub(super) struct Container {
    file: File,
    name: String,
    entries: Vec<Entry>,
    addresses: BTreeMap<u64, usize>,
    volumes: RefCell<BTreeMap<usize, Arc<Volume>>>,
}

impl Container {
    /// Opens a file and lists what it holds.
    ///
    /// # Errors
    /// `hdf5.*`, `input.truncated`, `limit.*`.
    pub(super) fn open(file: &DeliveryFile, budget: &Budget) -> Result<Self> {
        let (name, file) = (file.name().to_owned(), File::open(file.source().clone(), budget)?);
        let entries = file.entries()?;
        let addresses = entries.iter().enumerate().map(|(at, entry)| (entry.address(), at)).collect();
        Ok(Self { file, name, entries, addresses, volumes: RefCell::default() })
    }

    /// Returns the name of the file in the delivery.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the datasets in the order of their paths.
    pub(super) fn datasets(&self) -> impl Iterator<Item = &Dataset> {
        self.entries.iter().filter_map(|entry| entry.dataset.as_ref())
    }

    /// Returns the position of an object by any of its names.
    fn position(&self, path: &str) -> Option<usize> {
        let plain = path.trim_matches('/');
        if let Ok(at) = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(plain)) {
            return Some(at);
        }
        // Another name of the object: a second hard link, or a soft one.
        let entry = self.file.entry(path).ok().flatten()?;
        self.addresses.get(&entry.address()).copied()
    }

    /// Returns the path under which the object is listed, whatever name it is reached by.
    pub(super) fn listed_path(&self, path: &str) -> Option<&str> {
        self.position(path).and_then(|at| self.entries.get(at)).map(|entry| entry.path.as_str())
    }

    fn found(&self, path: &str, line: &str) -> Result<(usize, &Dataset)> {
        let at = self.position(path);
        let dataset = at.and_then(|at| self.entries.get(at)).and_then(|entry| entry.dataset.as_ref());
        at.zip(dataset).ok_or_else(|| {
            let all: Vec<Dataset> = self.datasets().cloned().collect();
            Error::new(Code::InputValue, "there is no such dataset in the HDF5 file")
                .file(&self.name)
                .expected(format!("{path} by {line} of the profile"))
                .found(listed(&all))
        })
    }

    /// Returns the elements per axis of a dataset.
    ///
    /// # Errors
    /// `input.value` when there is no such dataset; the message lists those there are.
    pub(super) fn axes(&self, path: &str, line: &str) -> Result<Vec<u64>> {
        Ok(match self.found(path, line)?.1.shape() {
            Shape::Axes(axes) => axes.clone(),
            _ => Vec::new(),
        })
    }

    /// Opens a dataset for reading planes, once for all of them; the second value tells whether its numbers are signed.
    ///
    /// # Errors
    /// As [`Container::axes`], and `hdf5.*`, `limit.bytes`.
    pub(super) fn volume(&self, path: &str, line: &str) -> Result<(Arc<Volume>, bool)> {
        let (at, dataset) = self.found(path, line)?;
        let signed = dataset.stored_type().is_some_and(|(_, _, signed)| signed);
        let known = self.volumes.borrow().get(&at).cloned();
        let volume = match known {
            Some(volume) => volume,
            None => Arc::new(dataset.volume()?),
        };
        self.volumes.borrow_mut().insert(at, volume.clone());
        Ok((volume, signed))
    }

    /// Lists every value but those of the `placed` datasets, which hold samples. What is no value is listed by its type
    /// and size, so that nothing goes unmentioned.
    ///
    /// # Errors
    /// `hdf5.*`, `input.truncated` when a value is damaged; `limit.*`.
    pub(super) fn leaves(&self, placed: &[&str], encoding: Encoding, budget: &Budget) -> Result<Vec<Leaf>> {
        let placed: BTreeSet<usize> = placed.iter().filter_map(|path| self.position(path)).collect();
        let mut leaves = Leaves { found: Vec::new(), encoding, budget };
        for (at, entry) in self.entries.iter().enumerate() {
            let steps: Vec<(String, usize)> =
                entry.path.split('/').filter(|p| !p.is_empty()).map(|p| (p.to_owned(), 0)).collect();
            for name in entry.attribute_names() {
                let mut steps = steps.clone();
                steps.push((format!("@{name}"), 0));
                match entry.attribute(name, MOST, LONGEST).map_err(|e| e.file(&self.name))? {
                    Some(elements) => leaves.list(&steps, &elements)?,
                    None => leaves.mention(steps, entry.attribute_type(name).unwrap_or_default())?,
                }
            }
            let Some(dataset) = &entry.dataset else { continue };
            if placed.contains(&at) {
                continue;
            }
            match entry.elements(MOST, LONGEST)? {
                Some(elements) => leaves.list(&steps, &elements)?,
                None => leaves.mention(steps, described(dataset))?,
            }
        }
        Ok(leaves.found)
    }
}

struct Leaves<'a> {
    found: Vec<Leaf>,
    encoding: Encoding,
    budget: &'a Budget,
}

impl Leaves<'_> {
    fn push(&mut self, steps: Vec<(String, usize)>, text: String, value: bool) -> Result<()> {
        let size: usize = steps.iter().map(|(name, _)| name.len() + size_of::<(String, usize)>()).sum();
        self.budget.charge((size + text.len()) as u64, "the values of an HDF5 file")?;
        self.found.push(Leaf::of_hdf5(steps, text, value));
        Ok(())
    }

    fn mention(&mut self, steps: Vec<(String, usize)>, what: String) -> Result<()> {
        self.push(steps, format!("{what}; kept in the file"), false)
    }

    /// Lists the elements of one array; their index is that of the last step.
    fn list(&mut self, steps: &[(String, usize)], elements: &[Element]) -> Result<()> {
        for (index, element) in elements.iter().enumerate() {
            let mut steps = steps.to_vec();
            steps.iter_mut().next_back().into_iter().for_each(|(_, at)| *at = index);
            let text = match element {
                Element::Fields(fields) => {
                    for (name, elements) in fields {
                        steps.push((name.clone(), 0));
                        self.list(&steps, elements)?;
                        steps.pop();
                    }
                    continue;
                }
                Element::Text(bytes) => match self.encoding.decode(bytes) {
                    Some(text) => text.trim().to_owned(),
                    None => {
                        self.mention(steps, format!("text that is not {}", self.encoding))?;
                        continue;
                    }
                },
                Element::Whole(number) => number.to_string(),
                Element::Single(number) => decimal(number.to_string(), || format!("{number:e}")),
                Element::Double(number) => decimal(number.to_string(), || format!("{number:e}")),
                // What h5py and others write for a truth value.
                Element::Name(name) if matches!(name.as_str(), "TRUE" | "FALSE") => name.to_lowercase(),
                Element::Name(name) => name.clone(),
            };
            self.push(steps, text, true)?;
        }
        Ok(())
    }
}

/// Longest number that is written without an exponent.
const DIGITS: usize = 24;

fn decimal(plain: String, scientific: impl Fn() -> String) -> String {
    if plain.len() > DIGITS { scientific() } else { plain }
}

/// Returns whether a file holds an object or attribute, and, where a text is given, with that text.
///
/// A file that is damaged does not.
///
/// # Errors
/// `io.*`.
pub(super) fn holds(file: &DeliveryFile, path: &Place, text: Option<&str>, encoding: Encoding) -> Result<bool> {
    let looked = || -> Result<bool> {
        let Some(entry) = File::open(file.source().clone(), &crate::vendor::hdf5::glance())?.entry(&path.object)?
        else {
            return Ok(false);
        };
        let elements = match &path.attribute {
            Some(name) if !entry.attribute_names().any(|n| n == name) => return Ok(false),
            _ if text.is_none() => return Ok(true),
            Some(name) => entry.attribute(name, 1, LONGEST)?,
            None => entry.elements(1, LONGEST)?,
        };
        Ok(match elements.as_deref() {
            Some([Element::Text(bytes)]) => encoding.decode(bytes).as_deref().map(str::trim) == text.map(str::trim),
            Some([Element::Whole(number)]) => Some(number.to_string().as_str()) == text,
            Some([Element::Name(name)]) => Some(name.as_str()) == text,
            _ => false,
        })
    };
    match looked() {
        Err(e) if e.kind() == crate::error::Kind::Io => Err(e),
        found => Ok(found.unwrap_or(false)),
    }
}

/// Path of an object, or of an attribute of it, as a profile writes it: `/entry/data` or `/entry@model`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) object: String,
    pub(super) attribute: Option<String>,
}

impl Place {
    /// Splits a path; nothing when it names neither.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (object, attribute) = match text.split_once('@') {
            Some((_, "")) => return None,
            Some((object, attribute)) => (object, Some(attribute.to_owned())),
            None => (text, None),
        };
        let object = object.trim_matches('/').to_owned();
        if object.split('/').any(str::is_empty) && !(object.is_empty() && attribute.is_some()) {
            return None;
        }
        Some(Self { object, attribute })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "/{}", self.object)?;
        self.attribute.iter().try_for_each(|name| write!(f, "@{name}"))
    }
}
