//! Writing a scan: streams samples in bands, compresses chunks in parallel, ends with the metadata.

use std::collections::BTreeMap;
use std::io::Seek;
use std::io::Write;
use std::num::NonZeroUsize;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::Attribute;
use crate::h5::DatasetPlan;
use crate::h5::Datatype;
use crate::h5::FilePlan;
use crate::h5::FileWriter;
use crate::h5::Pipeline;
use crate::h5::Shape;
use crate::h5::Storage;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::ForeignContent;
use crate::model::Loss;
use crate::model::PlaneKey;
use crate::model::PlanePart;
use crate::model::SampleType;
use crate::model::Scan;
use crate::model::Sha256;
use crate::xml::MetadataVersion;
use crate::xml::settle;
use crate::xml::write_scan;

use super::ChunkMap;
use super::array_attributes::attributes;
use super::array_attributes::averaging_of;
use super::blob_writer::write_blob;
use super::blob_writer::write_series;
use super::draft::draft;
use super::draft::set_digest;
use super::foreign;
use super::integrity;
use super::layout;
use super::layout::INTEGRITY;
use super::layout::METADATA;
use super::layout::RADIATION;
use super::layout::plane_path;
use super::plane_writer::Compression;
use super::plane_writer::PlaneJob;

/// Effort of deflate, from 1 (fast) to 12 (small).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeflateLevel(u8);

impl DeflateLevel {
    /// Checks and wraps a level.
    ///
    /// # Errors
    /// `usage` outside 1 to 12.
    pub fn new(level: u8) -> Result<Self> {
        match level {
            1..=12 => Ok(Self(level)),
            _ => Err(Error::new(Code::Usage, "no such compression level").expected("1 to 12").found(level)),
        }
    }

    /// Returns the level.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for DeflateLevel {
    fn default() -> Self {
        Self(1)
    }
}

/// How to write a file; none of it changes a decoded sample.
#[derive(Debug, Clone)]
pub struct WriteOptions {
    /// Effort of deflate.
    pub level: DeflateLevel,
    /// Major version of the metadata document.
    pub metadata: MetadataVersion,
    /// Threads that compress; none means one per processor. The bytes written do not depend on it.
    pub threads: Option<NonZeroUsize>,
    /// Whether to store overviews.
    pub overviews: bool,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self { level: DeflateLevel::default(), metadata: MetadataVersion::V3, threads: None, overviews: true }
    }
}

/// What was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The scan as it stands in the file: with the digests of its arrays.
    pub scan: Scan,
    /// What the metadata version could not hold.
    pub losses: Vec<Loss>,
    /// Digest of the decoded content of each dataset, by path with a leading slash.
    pub digests: BTreeMap<String, Sha256>,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Where the chunks lie.
    pub chunk_map: ChunkMap,
}

/// Writes a scan as a UFF file; `out` is written from offset 0 and holds nothing yet.
///
/// The bytes depend on the bundle, the level, the metadata version and the overviews alone, not on the threads.
///
/// # Errors
/// `uff.inconsistent` and `uff.missing` when metadata and arrays contradict each other; `limit.*`; `io.*`;
/// `xml.value`; whatever the planes and blobs say when they are read.
pub fn write(bundle: &Bundle, out: impl Write + Seek, options: &WriteOptions, budget: &Budget) -> Result<Written> {
    let mut scan = draft(bundle)?;
    let (document, _) = write_scan(&scan, options.metadata)?;
    let planned = plan(bundle, &scan, document.len(), options)?;
    let compression = Compression::start(options.threads.map_or(0, NonZeroUsize::get), options.level.get())?;
    let mut out = FileWriter::create(out, planned)?;
    let mut digests = BTreeMap::new();
    for (key, samples) in &bundle.planes {
        let paths = level_paths(key, samples.shape(), options.overviews);
        let averaging = averaging_of(&scan, key);
        let job = PlaneJob { samples: samples.as_ref(), paths, averaging };
        job.write(&mut out, &compression, budget, &mut digests)?;
        if let Some(digest) = digests.get(&format!("/{}", plane_path(key, 0))) {
            set_digest(&mut scan, key, *digest)?;
        }
    }
    for (path, source) in bundle.blobs.iter() {
        let digest = write_blob(path, source.as_ref(), &mut out, &compression, budget)?;
        digests.insert(format!("/{path}"), digest);
    }
    for (name, values) in &bundle.series {
        let path = format!("{RADIATION}/{name}");
        let digest = write_series(&path, values, &mut out, &compression)?;
        digests.insert(format!("/{path}"), digest);
    }
    for object in &bundle.foreign {
        if let ForeignContent::Dataset(array) = &object.content {
            out.append_contiguous(&object.path, &array.data)?;
            digests.insert(format!("/{}", object.path), Sha256::of(&array.data));
        }
    }
    check_stated(&scan, &digests)?;
    let (document, losses) = write_scan(&scan, options.metadata)?;
    let (scan, _) = settle(&scan, options.metadata)?;
    digests.insert(format!("/{METADATA}"), Sha256::of(&document));
    out.set_front(METADATA, document)?;
    out.set_front(INTEGRITY, integrity::encode(&digests))?;
    let finished = out.finish()?;
    let chunk_map = ChunkMap::of_written(bundle, &finished)?;
    Ok(Written { scan, losses, digests, bytes: finished.bytes, chunk_map })
}

/// Returns the paths of an array and its overviews; dark and air lines have none.
fn level_paths(key: &PlaneKey, shape: (usize, usize), overviews: bool) -> Vec<String> {
    let lines = matches!(key, PlaneKey::Channel { part: PlanePart::Dark | PlanePart::Air, .. });
    let count = if overviews && !lines { layout::overview_shapes(shape).len() as u32 } else { 0 };
    (0..=count).map(|level| plane_path(key, level)).collect()
}

/// Plans every object of the file.
fn plan(bundle: &Bundle, scan: &Scan, document: usize, options: &WriteOptions) -> Result<FilePlan> {
    let mut plan = FilePlan::default();
    let level = options.level.get();
    plan.group("").extend([
        Attribute::text(layout::ATTR_PROFILE, layout::PROFILE),
        Attribute::text(layout::ATTR_LAYOUT_VERSION, &layout::LAYOUT_VERSION.to_string()),
        Attribute::count(layout::ATTR_METADATA_VERSION, options.metadata.major()),
        Attribute::text(layout::ATTR_SCAN_ID, &scan.identity.scan_id.to_string()),
    ]);
    let text = |n: usize| u32::try_from(n).map_err(|_| too_large("the metadata document"));
    plan.dataset(METADATA, front(Datatype::Text(text(document)?), Shape::Scalar));
    for (index, _) in scan.views.iter().enumerate() {
        plan.group(&format!("{}/{index}/{}", layout::VIEWS, layout::CHANNELS));
    }
    for (key, samples) in &bundle.planes {
        let shapes = std::iter::once(samples.shape()).chain(layout::overview_shapes(samples.shape()));
        for ((path, shape), index) in level_paths(key, samples.shape(), options.overviews).iter().zip(shapes).zip(0..) {
            let chunk = layout::chunk_of(shape);
            let datatype = match samples.sample_type() {
                SampleType::F32 | SampleType::F64 => Datatype::Float(samples.sample_type().size() as u8),
                other => Datatype::Unsigned(other.size() as u8),
            };
            let pipeline = Pipeline::standard(datatype.size(), level);
            let chunk = vec![chunk.0 as u32, chunk.1 as u32];
            let shape = Shape::Axes(vec![shape.0 as u64, shape.1 as u64]);
            let dataset = DatasetPlan { datatype, shape, storage: Storage::Chunked { chunk, pipeline } };
            plan.dataset(path, dataset).extend(attributes(scan, key, index));
        }
    }
    for (path, source) in bundle.blobs.iter() {
        plan.dataset(path, line(Datatype::Unsigned(1), source.len(), layout::BLOB_CHUNK, level));
    }
    for (name, values) in &bundle.series {
        let path = format!("{RADIATION}/{name}");
        let of_scan = scan.radiation.iter().flat_map(|r| &r.series).find(|s| s.name == *name);
        let dataset = line(Datatype::Float(8), values.len() as u64, layout::SERIES_CHUNK, level);
        let unit = of_scan.map(|s| Attribute::text(layout::ATTR_UNITS, &s.unit));
        plan.dataset(&path, dataset).extend(unit);
    }
    bundle.foreign.iter().for_each(|object| foreign::plan(object, &mut plan));
    let listed = plan.datasets().map(|path| format!("/{path}")).collect::<Vec<_>>();
    let width = text(integrity::width(listed.iter().map(String::as_str)))?;
    let entries = Shape::Axes(vec![listed.len() as u64]);
    plan.dataset(INTEGRITY, front(Datatype::Text(width), entries));
    Ok(plan)
}

fn front(datatype: Datatype, shape: Shape) -> DatasetPlan {
    DatasetPlan { datatype, shape, storage: Storage::Front }
}

/// Plans an array of one axis; an empty one has no chunk.
fn line(datatype: Datatype, length: u64, chunk: usize, level: u8) -> DatasetPlan {
    let pipeline = Pipeline::standard(datatype.size(), level);
    let storage = match length.min(chunk as u64) {
        0 => Storage::Contiguous,
        chunk => Storage::Chunked { chunk: vec![chunk as u32], pipeline },
    };
    DatasetPlan { datatype, shape: Shape::Axes(vec![length]), storage }
}

/// Digests that the readers stated must be those of the bytes.
fn check_stated(scan: &Scan, digests: &BTreeMap<String, Sha256>) -> Result<()> {
    let media = scan.media.iter().map(|m| (format!("/{}/{}", layout::MEDIA, m.blob), Some(m.digest)));
    let vendor =
        scan.vendor.iter().filter_map(|v| Some((format!("/{}/{}", layout::VENDOR, v.blob.as_ref()?), v.digest)));
    for (path, stated) in media.chain(vendor) {
        if let (Some(stated), Some(computed)) = (stated, digests.get(&path))
            && stated != *computed
        {
            return Err(Error::new(Code::UffInconsistent, "the metadata state another digest than that of the bytes")
                .at(path)
                .expected(stated)
                .found(computed));
        }
    }
    Ok(())
}

fn too_large(what: &str) -> Error {
    Error::new(Code::LimitBytes, format!("{what} exceeds 4 GiB"))
}
