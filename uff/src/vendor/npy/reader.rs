//! Reading a delivery of NumPy arrays.

use std::sync::Arc;

use super::NpyHeader;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::{Block, Bundle, ChannelRole, Samples};
use crate::source::ReadAt;
use crate::vendor::images::{Carried, Found, Image, SideFile, assemble, choose, is_document, restore};
use crate::vendor::{Candidate, Delivery, Placement, ReadOptions, Sniff, StridedSamples, VendorReader};

/// Smallest side of an array that is taken for an image without being named; smaller ones are tables.
const SMALLEST_SIDE: usize = 8;

/// Name of the metadata document beside exported arrays.
pub const METADATA: &str = "metadata.xml";

/// Reader of NumPy arrays.
pub struct Npy;

impl VendorReader for Npy {
    fn name(&self) -> &'static str {
        "npy"
    }

    fn description(&self) -> &'static str {
        "NumPy arrays (.npy): an image or a pair of energies, facts from options or scan.toml"
    }

    fn is_plain(&self) -> bool {
        true
    }

    fn sniff(&self, delivery: &Delivery, _options: &ReadOptions) -> Result<Sniff> {
        let mut names = Vec::new();
        for file in delivery.files() {
            if NpyHeader::is_npy(&file.head(8)?) {
                names.push(file.name());
            }
        }
        let why = match names.as_slice() {
            [] => None,
            [name] => Some(format!("NumPy signature in {name}")),
            [name, others @ ..] => Some(format!("NumPy signature in {name} and {} more", others.len())),
        };
        let candidates = why.map(|why| Candidate { reader: self.name(), profile: None, why }).into_iter().collect();
        Ok(Sniff { candidates, looked_for: "a file that starts with \\x93NUMPY".to_owned() })
    }

    fn read(&self, delivery: &Delivery, options: &ReadOptions, budget: &Budget) -> Result<Bundle> {
        if let Some((_, document)) = delivery.find(METADATA) {
            let text = document.document(budget)?;
            if is_document(&text) {
                return restore(delivery, self.name(), (&text, METADATA), arrays(delivery)?, budget);
            }
        }
        let facts = SideFile::find(delivery, budget)?.with(options);
        let views = choose(delivery.name(), images(delivery)?, &facts)?;
        assemble(delivery, self.name(), views, &facts, options, budget)
    }
}

/// Returns the arrays of an export, which their file names identify.
fn arrays(delivery: &Delivery) -> Result<Vec<Carried>> {
    let unknown = |name: &str| {
        Error::new(Code::UffInconsistent, "the file is not named after an array of a scan")
            .file(name)
            .expected("a name such as views_0_channels_high.npy")
    };
    let found = images(delivery)?;
    if let Some((_, e)) = found.unusable.into_iter().next() {
        return Err(e);
    }
    let carried = |image: Image| {
        let path = image.name.strip_suffix(".npy").unwrap_or_default().replace('_', "/");
        let key = Carried::key(&path).ok_or_else(|| unknown(&image.name))?;
        Ok(Carried { key, file: image.file, samples: image.samples, placement: image.placement })
    };
    found.images.into_iter().map(carried).collect()
}

/// Finds the arrays of two axes. An array of a type not handled is no candidate.
fn images(delivery: &Delivery) -> Result<Found> {
    let mut found = Found::default();
    for (index, file) in delivery.files().iter().enumerate() {
        if !NpyHeader::is_npy(&file.head(8)?) {
            continue;
        }
        let header = match NpyHeader::read(&**file.source()) {
            Ok(header) => header,
            Err(e) if e.code() == Code::NpyHeader => {
                found.unusable.push((file.name().to_owned(), e));
                continue;
            }
            Err(e) => return Err(e),
        };
        let Some(shape) = header.image_shape() else {
            let e = Error::new(Code::InputValue, "the array is not an image")
                .file(file.name())
                .expected("two axes [row, column], neither empty")
                .found(format!("shape {:?}", header.shape));
            found.unusable.push((file.name().to_owned(), e));
            continue;
        };
        let placement = placement(&header, shape);
        found.images.push(Image {
            file: index,
            name: file.name().to_owned(),
            label: String::new(),
            samples: Arc::new(StridedSamples::new(file.source().clone(), placement.clone())?),
            placement: Some(placement),
            bit_depth: None,
            table: shape.0.min(shape.1) < SMALLEST_SIDE,
            picture: false,
            pitch_rows: None,
            pitch_columns: None,
            role: ChannelRole::Mono,
        });
    }
    Ok(found)
}

/// Reads a NumPy array of two axes whole, such as a table of calibration points.
///
/// # Errors
/// As [`NpyHeader::read`]; `input.value` when it has not two axes; `limit.bytes` when it exceeds the budget.
pub fn read_array(source: Arc<dyn ReadAt>, budget: &Budget) -> Result<Block> {
    let header = NpyHeader::read(&*source)?;
    let Some(shape) = header.image_shape() else {
        return Err(Error::new(Code::InputValue, "the array has not two axes")
            .file(source.name())
            .found(format!("shape {:?}", header.shape)));
    };
    budget.charge(source.len(), "a NumPy array")?;
    StridedSamples::new(source, placement(&header, shape))?.read_all()
}

fn placement(header: &NpyHeader, shape: (usize, usize)) -> Placement {
    let size = header.sample_type.size() as u64;
    let (row_stride, column_stride) =
        if header.fortran { (size, size * shape.0 as u64) } else { (size * shape.1 as u64, size) };
    let (sample_type, byte_order, offset) = (header.sample_type.clone(), header.byte_order.clone(), header.offset);
    Placement { shape, sample_type, byte_order, offset, row_stride, column_stride }
}
