//! Plan of a file: its objects, and where each stands before the first chunk is written.

use std::collections::BTreeMap;

use super::btree;
use super::btree::ChunkTree;
use super::header::Header;
use super::misuse;
use super::superblock;
use crate::error::Result;
use crate::h5::Attribute;
use crate::h5::ChunkAddress;
use crate::h5::Datatype;
use crate::h5::Pipeline;
use crate::h5::Shape;

/// How the elements of a dataset are stored.
#[derive(Debug, Clone)]
pub enum Storage {
    /// In one piece beside the object headers; the bytes are given at the end.
    Front,
    /// In one piece among the chunks; the bytes are appended.
    Contiguous,
    /// In chunks that are appended in row-major order.
    Chunked {
        /// Elements of a chunk per axis.
        chunk: Vec<u32>,
        /// Filters.
        pipeline: Pipeline,
    },
}

/// Dataset to write.
#[derive(Debug, Clone)]
pub struct DatasetPlan {
    /// Element type.
    pub datatype: Datatype,
    /// Elements per axis.
    pub shape: Shape,
    /// How they are stored.
    pub storage: Storage,
}

/// Objects of a file by path without a leading slash; the root group is the empty path.
#[derive(Debug, Default)]
pub struct FilePlan {
    objects: BTreeMap<String, (Vec<Attribute>, Option<DatasetPlan>)>,
}

impl FilePlan {
    /// Adds a group and, where missing, the groups above it.
    pub fn group(&mut self, path: &str) -> &mut Vec<Attribute> {
        if let Some((parent, _)) = path.rsplit_once('/') {
            self.group(parent);
        } else if !path.is_empty() {
            self.group("");
        }
        &mut self.objects.entry(path.to_owned()).or_default().0
    }

    /// Adds a dataset and, where missing, the groups above it.
    pub fn dataset(&mut self, path: &str, dataset: DatasetPlan) -> &mut Vec<Attribute> {
        let object = {
            self.group(path.rsplit_once('/').map_or("", |(parent, _)| parent));
            self.objects.entry(path.to_owned()).or_default()
        };
        object.1 = Some(dataset);
        &mut object.0
    }

    /// Returns whether an object has been added.
    pub fn contains(&self, path: &str) -> bool {
        self.objects.contains_key(path)
    }

    /// Returns the paths of the datasets that have been added.
    pub fn datasets(&self) -> impl Iterator<Item = &str> {
        self.objects.iter().filter(|(_, (_, dataset))| dataset.is_some()).map(|(path, _)| path.as_str())
    }

    /// Returns the attributes of an object that has been added.
    pub fn attributes(&mut self, path: &str) -> Option<&mut Vec<Attribute>> {
        self.objects.get_mut(path).map(|o| &mut o.0)
    }

    /// Gives every object its address; returns them with the address of the first chunk.
    pub(super) fn place(mut self) -> Result<(BTreeMap<String, Planned>, u64)> {
        self.group("");
        let mut objects: BTreeMap<String, Planned> = BTreeMap::new();
        for (path, (attributes, dataset)) in self.objects {
            let placement = match dataset {
                None => Placement::Group,
                Some(dataset) => Placement::of(dataset, &path)?,
            };
            objects.insert(path, Planned { attributes, placement, address: 0 });
        }
        let mut position = superblock::SIZE;
        let paths: Vec<String> = objects.keys().cloned().collect();
        for path in &paths {
            let size = encode_object(&objects, path)?.len() as u64;
            if let Some(object) = objects.get_mut(path) {
                object.address = take(&mut position, size);
            }
        }
        for object in objects.values_mut() {
            if let Placement::Front { length, address, .. } = &mut object.placement {
                *address = take(&mut position, *length);
            }
        }
        for object in objects.values_mut() {
            if let Placement::Chunked { expected, index, chunk, .. } = &mut object.placement {
                *index = take(&mut position, btree::size(*expected, chunk.len()));
            }
        }
        Ok((objects, position.next_multiple_of(ALIGNMENT)))
    }
}

/// Objects start at a multiple of this.
const ALIGNMENT: u64 = 8;

fn take(position: &mut u64, size: u64) -> u64 {
    let start = position.next_multiple_of(ALIGNMENT);
    *position = start + size;
    start
}

/// Object with its address.
#[derive(Debug)]
pub(super) struct Planned {
    attributes: Vec<Attribute>,
    pub(super) placement: Placement,
    address: u64,
}

/// What an object is and where its elements stand.
#[derive(Debug)]
pub(super) enum Placement {
    Group,
    Front {
        datatype: Datatype,
        shape: Shape,
        length: u64,
        address: u64,
        data: Vec<u8>,
    },
    Behind {
        datatype: Datatype,
        shape: Shape,
        length: u64,
        address: Option<u64>,
        written: u64,
    },
    Chunked {
        datatype: Datatype,
        shape: Vec<u64>,
        chunk: Vec<u32>,
        pipeline: Pipeline,
        index: u64,
        expected: u64,
        chunks: Vec<ChunkAddress>,
    },
}

impl Placement {
    fn of(dataset: DatasetPlan, path: &str) -> Result<Self> {
        let DatasetPlan { datatype, shape, storage } = dataset;
        let too_many = || misuse("a dataset of more than 2^64 bytes", path);
        let length = shape.elements().and_then(|n| n.checked_mul(u64::from(datatype.size()))).ok_or_else(too_many)?;
        Ok(match storage {
            Storage::Front => Self::Front { datatype, shape, length, address: 0, data: Vec::new() },
            Storage::Contiguous => Self::Behind { datatype, shape, length, address: None, written: 0 },
            Storage::Chunked { chunk, pipeline } => {
                let Shape::Axes(shape) = shape else { return Err(misuse("chunks of a dataset without axes", path)) };
                let counts = shape.iter().zip(&chunk).map(|(s, c)| s.div_ceil(u64::from(*c).max(1)));
                let expected = counts.fold(1_u64, u64::saturating_mul);
                if expected == 0 || shape.len() != chunk.len() {
                    return Err(misuse("chunks of an empty dataset", path));
                }
                Self::Chunked { datatype, shape, chunk, pipeline, index: 0, expected, chunks: Vec::new() }
            }
        })
    }
}

fn encode_object(objects: &BTreeMap<String, Planned>, path: &str) -> Result<Vec<u8>> {
    let Some(object) = objects.get(path) else { return Ok(Vec::new()) };
    let mut header = match &object.placement {
        Placement::Group => {
            let mut header = Header::group();
            let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
            let inside = objects.range(prefix.clone()..).take_while(|(p, _)| p.starts_with(&prefix));
            for (child, planned) in inside {
                let name = child.get(prefix.len()..).unwrap_or_default();
                if !name.is_empty() && !name.contains('/') {
                    header.link(name, planned.address);
                }
            }
            header
        }
        Placement::Front { datatype, shape, length, address, .. } => {
            let mut header = Header::dataset(shape.encode(), datatype.encode());
            let address = if *length == 0 { superblock::UNDEFINED } else { *address };
            header.contiguous(address, *length);
            header
        }
        Placement::Behind { datatype, shape, length, address, .. } => {
            let mut header = Header::dataset(shape.encode(), datatype.encode());
            header.contiguous(address.unwrap_or(superblock::UNDEFINED), *length);
            header
        }
        Placement::Chunked { datatype, shape, chunk, pipeline, index, expected, .. } => {
            let mut header = Header::dataset(Shape::Axes(shape.clone()).encode(), datatype.encode());
            header.filters(pipeline.encode());
            header.chunked(btree::root(*index, *expected, chunk.len()), chunk, datatype.size());
            header
        }
    };
    object.attributes.iter().for_each(|a| header.attribute(a.encode()));
    header.encode().map_err(|e| e.at(path))
}

/// Encodes everything before the first chunk of a file of `end` bytes.
pub(super) fn encode_front(objects: &BTreeMap<String, Planned>, end: u64) -> Result<Vec<u8>> {
    let root = objects.get("").map_or(superblock::UNDEFINED, |o| o.address);
    let mut front = superblock::encode(root, end);
    let mut put = |address: u64, bytes: &[u8]| {
        let start = usize::try_from(address).unwrap_or(usize::MAX);
        front.resize(front.len().max(start + bytes.len()), 0);
        if let Some(place) = front.get_mut(start..start + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    };
    for (path, object) in objects {
        put(object.address, &encode_object(objects, path)?);
        match &object.placement {
            Placement::Group => {}
            Placement::Front { data, address, length, .. } => {
                if data.len() as u64 != *length {
                    return Err(misuse("no bytes for a dataset in the front", path));
                }
                if *length > 0 {
                    put(*address, data);
                }
            }
            Placement::Behind { length, written, .. } => {
                if written != length {
                    return Err(misuse("too few bytes for a contiguous dataset", path));
                }
            }
            Placement::Chunked { shape, chunk, datatype, index, expected, chunks, .. } => {
                if chunks.len() as u64 != *expected {
                    return Err(misuse("too few chunks", path));
                }
                let tree = ChunkTree { shape, chunk, element: datatype.size() };
                put(*index, &tree.encode(chunks, *index));
            }
        }
    }
    Ok(front)
}
