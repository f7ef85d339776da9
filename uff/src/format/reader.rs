//! Opening and reading a UFF file.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::File;
use crate::h5::Object;
use crate::h5::Shape;
use crate::limits::Budget;
use crate::material::MaterialFigures;
use crate::material::material_figures;
use crate::model::Blobs;
use crate::model::Block;
use crate::model::Bundle;
use crate::model::PlaneKey;
use crate::model::Quantity;
use crate::model::Region;
use crate::model::Samples;
use crate::model::Scan;
use crate::source::FileSource;
use crate::source::ReadAt;
use crate::xml::MetadataVersion;
use crate::xml::read_scan;

use super::ChunkMap;
use super::DatasetVerdict;
use super::LayoutVersion;
use super::carried;
use super::layout;
use super::layout::Known;
use super::region::StoredArray;
use super::region::StoredBytes;
use super::region::StoredSamples;
use super::verify;

/// An open UFF file; clones share it, and any thread may read.
#[derive(Clone)]
pub struct UffFile(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) file: File,
    pub(super) objects: Vec<Object>,
    pub(super) arrays: BTreeMap<String, Arc<StoredArray>>,
    pub(super) budget: Budget,
    pub(super) name: String,
    scan: Scan,
    metadata: Vec<u8>,
    metadata_version: MetadataVersion,
    layout_version: LayoutVersion,
    planes: Vec<PlaneKey>,
    blobs: Blobs,
}

impl UffFile {
    /// Opens a file: one read of at most 64 KiB at its start, as long as its metadata are no larger.
    ///
    /// # Errors
    /// `hdf5.*`, `uff.not_uff`, `uff.version`, `uff.missing`, `xml.*`, `limit.*`, `input.truncated`.
    pub fn open(source: Arc<dyn ReadAt>, budget: &Budget) -> Result<Self> {
        let name = source.name().to_owned();
        let file = File::open(source.clone(), budget)?;
        let objects = file.objects()?;
        let layout_version = check_label(&objects).map_err(|e| e.file(&name))?;
        let metadata = read_metadata(&objects, budget).map_err(|e| e.file(&name))?;
        let (scan, metadata_version) = read_scan(&metadata, &name, budget)?;
        let mut planes = Vec::new();
        let mut blobs = Blobs::default();
        let mut arrays = BTreeMap::new();
        for object in &objects {
            let Some(dataset) = &object.dataset else { continue };
            match layout::classify(&object.path) {
                Some(Known::Plane(key, level)) => {
                    let array = StoredArray::new(dataset.clone(), source.clone(), budget);
                    arrays.insert(object.path.clone(), Arc::new(array));
                    if level == 0 {
                        planes.push(key);
                    }
                }
                Some(Known::Blob) if is_bytes(dataset) => {
                    let array = Arc::new(StoredArray::new(dataset.clone(), source.clone(), budget));
                    arrays.insert(object.path.clone(), array.clone());
                    blobs.insert(object.path.clone(), Arc::new(StoredBytes::new(array)));
                }
                Some(Known::Blob) if carried::is_series(object) => {
                    let array = Arc::new(StoredArray::new(dataset.clone(), source.clone(), budget));
                    arrays.insert(object.path.clone(), array);
                }
                _ => {}
            }
        }
        planes.sort();
        let budget = budget.clone();
        let parts = (scan, metadata, metadata_version, layout_version);
        let (scan, metadata, metadata_version, layout_version) = parts;
        Ok(Self(Arc::new(Inner {
            file,
            objects,
            arrays,
            budget,
            name,
            scan,
            metadata,
            metadata_version,
            layout_version,
            planes,
            blobs,
        })))
    }

    /// Opens a file on disk.
    ///
    /// # Errors
    /// As [`UffFile::open`], and `io.*`.
    pub fn open_path(path: &Path, budget: &Budget) -> Result<Self> {
        Self::open(Arc::new(FileSource::open(path)?), budget)
    }

    /// Returns everything known about the scan but its samples.
    pub fn scan(&self) -> &Scan {
        &self.0.scan
    }

    /// Returns the metadata document as it stands in the file.
    pub fn metadata_xml(&self) -> &[u8] {
        &self.0.metadata
    }

    /// Returns the major version of the metadata document.
    pub fn metadata_version(&self) -> MetadataVersion {
        self.0.metadata_version
    }

    /// Returns the version of the HDF5 layout.
    pub fn layout_version(&self) -> LayoutVersion {
        self.0.layout_version
    }

    /// Returns every group and dataset of the file, in the order of their paths.
    pub fn objects(&self) -> &[Object] {
        &self.0.objects
    }

    /// Iterates over the arrays the file holds.
    pub fn planes(&self) -> impl Iterator<Item = &PlaneKey> {
        self.0.planes.iter()
    }

    /// Returns an array, read region by region as asked for; every chunk is checked when it is read.
    ///
    /// # Errors
    /// `uff.no_such_channel`, `hdf5.*`.
    pub fn plane(&self, key: &PlaneKey) -> Result<Arc<dyn Samples>> {
        self.overview(key, 0)
    }

    /// Returns the number of levels of an array: 1 with no overview, 0 when there is no such array.
    pub fn levels(&self, key: &PlaneKey) -> u32 {
        (0..u32::BITS).take_while(|level| self.0.arrays.contains_key(&layout::plane_path(key, *level))).count() as u32
    }

    /// Returns an overview; level 0 is the full size, 1 is ÷2, 2 is ÷4.
    ///
    /// # Errors
    /// `uff.no_such_channel`, `hdf5.*`.
    pub fn overview(&self, key: &PlaneKey, level: u32) -> Result<Arc<dyn Samples>> {
        let array = self.0.arrays.get(&layout::plane_path(key, level)).ok_or_else(|| {
            Error::new(Code::UffNoSuchChannel, "the file has no such array")
                .file(&self.0.name)
                .found(format!("{key}, level {level}"))
        })?;
        Ok(Arc::new(StoredSamples::new(array.clone())?))
    }

    /// Returns the material figures of the views that have a class array.
    ///
    /// # Errors
    /// As [`UffFile::plane`]; whatever reading says.
    pub fn material_figures(&self) -> Result<Vec<MaterialFigures>> {
        let mut all = Vec::new();
        for view in self.0.planes.iter().map(PlaneKey::view).collect::<BTreeSet<_>>() {
            let array = |quantity| {
                let key = PlaneKey::Material { view, quantity };
                self.0.planes.contains(&key).then(|| self.plane(&key)).transpose()
            };
            let Some(class) = array(Quantity::MaterialClass)? else { continue };
            let (z, density) = (array(Quantity::EffectiveAtomicNumber)?, array(Quantity::ArealDensity)?);
            all.extend(material_figures(view, &*class, z.as_deref(), density.as_deref())?);
        }
        Ok(all)
    }

    /// Returns the opaque bytes, read as asked for.
    pub fn blobs(&self) -> &Blobs {
        &self.0.blobs
    }

    /// Returns everything for writing again: the scan, its arrays and blobs, and what this version does not know.
    /// What cannot be carried over (data that are addresses in the file) is entered into the losses of the scan.
    ///
    /// # Errors
    /// `hdf5.*`, `limit.*`.
    pub fn bundle(&self) -> Result<Bundle> {
        let mut bundle = Bundle { scan: self.0.scan.clone(), blobs: self.0.blobs.clone(), ..Bundle::default() };
        for key in &self.0.planes {
            bundle.planes.insert(key.clone(), self.plane(key)?);
        }
        for object in self.0.objects.iter().filter(|o| carried::is_series(o)) {
            let name = object.path.rsplit('/').next().unwrap_or_default();
            bundle.series.insert(name.to_owned(), self.series(&object.path)?);
        }
        let (foreign, losses) = carried::foreign(&self.0.file, &self.0.objects).map_err(|e| e.file(&self.0.name))?;
        bundle.foreign = foreign;
        bundle.scan.provenance.losses.extend(losses);
        Ok(bundle)
    }

    fn series(&self, path: &str) -> Result<Arc<[f64]>> {
        let array = self.0.arrays.get(path).ok_or_else(|| Error::new(Code::UffMissing, "no such series").at(path))?;
        let columns = array.grid()?.shape().1;
        if columns == 0 {
            return Ok(Arc::new([]));
        }
        self.0.budget.charge(columns as u64 * 8, "a time series")?;
        match array.read(&Region { row: 0, column: 0, rows: 1, columns })? {
            Block::F64(values) => Ok(values.iter().copied().collect()),
            _ => Err(Error::new(Code::Hdf5Type, "not a time series").file(&self.0.name).at(format!("/{path}"))),
        }
    }

    /// Returns where the chunks of every array and overview lie.
    ///
    /// # Errors
    /// `hdf5.*`, `limit.*`.
    pub fn chunk_map(&self) -> Result<ChunkMap> {
        let mut map = ChunkMap::default();
        for (path, array) in &self.0.arrays {
            if let Some(Known::Plane(key, level)) = layout::classify(path) {
                map.insert(key, level, array.grid()?.as_ref().clone());
            }
        }
        Ok(map)
    }

    /// Reads every dataset and compares it with the digest recorded in the file; `progress` is called with the bytes
    /// checked so far and in all.
    ///
    /// # Errors
    /// Only `io.*` failures of the source; damage is in the verdicts.
    pub fn verify(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Vec<DatasetVerdict>> {
        verify::verify(&self.0, progress)
    }

    /// Refuses a file with a dataset that is not what was written.
    ///
    /// # Errors
    /// `uff.digest` with what is damaged and how; `io.*` failures of the source.
    pub fn check(&self, depth: super::Depth) -> Result<()> {
        verify::check(&self.0, depth)
    }
}

/// A blob is an array of bytes with one axis.
fn is_bytes(dataset: &crate::h5::Dataset) -> bool {
    matches!(dataset.shape(), Shape::Axes(axes) if axes.len() == 1)
        && matches!(dataset.sample_type(), Some((crate::model::SampleType::U8, _)))
}

/// The root group says that the file is one of ours and of which version.
fn check_label(objects: &[Object]) -> Result<LayoutVersion> {
    let root = objects.first().filter(|o| o.path.is_empty());
    let text = |name: &str| root.and_then(|r| r.attribute(name)).and_then(|a| a.text());
    if text(layout::ATTR_PROFILE).is_none() {
        return Err(Error::new(Code::UffNotUff, "the root group does not carry the label of the profile")
            .at("/")
            .expected(format!("attribute {}", layout::ATTR_PROFILE)));
    }
    let found = text(layout::ATTR_LAYOUT_VERSION).ok_or_else(|| {
        Error::new(Code::UffMissing, "the file does not state its layout version").expected(layout::ATTR_LAYOUT_VERSION)
    })?;
    let version: LayoutVersion = found.parse()?;
    if version.major != layout::LAYOUT_VERSION.major {
        return Err(Error::new(Code::UffVersion, "the layout has another major version")
            .expected(layout::LAYOUT_VERSION.major)
            .found(version));
    }
    Ok(version)
}

fn read_metadata(objects: &[Object], budget: &Budget) -> Result<Vec<u8>> {
    let dataset = objects.iter().find(|o| o.path == layout::METADATA).and_then(|o| o.dataset.as_ref());
    let missing =
        || Error::new(Code::UffMissing, "the file has no metadata document").at(format!("/{}", layout::METADATA));
    dataset.ok_or_else(missing)?.read_text(budget.limits().document)
}
