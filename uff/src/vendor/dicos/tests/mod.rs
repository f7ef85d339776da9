//! Tests of the reader against files made byte by byte from the text of the standards.

mod encodings;
mod findings;
mod hostile;
mod mapping;
mod samples;

use std::sync::Arc;

use crate::error::Code;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Block;
use crate::model::Bundle;
use crate::model::PlaneKey;
use crate::model::identifier::ChannelId;
use crate::source::MemorySource;
use crate::testing::dicom_file::DicomWriter;
use crate::testing::dicom_file::EXPLICIT_LITTLE;
use crate::testing::dicom_file::dicom_file;
use crate::testing::dicom_file::dicom_image;
use crate::vendor::Delivery;
use crate::vendor::ReadOptions;
use crate::vendor::VendorReader;
use crate::vendor::dicos::Dicos;

const PROCESSING: &str = "1.2.840.10008.5.1.4.1.1.501.2.2";
const PRESENTATION: &str = "1.2.840.10008.5.1.4.1.1.501.2.1";
const REPORT: &str = "1.2.840.10008.5.1.4.1.1.501.3";

fn read_all(files: &[(&str, Vec<u8>)]) -> Result<Bundle> {
    let file = |(name, bytes): &(&str, Vec<u8>)| {
        ((*name).to_owned(), Arc::new(MemorySource::new(*name, bytes.clone())) as Arc<dyn crate::source::ReadAt>)
    };
    let delivery = Delivery::from_files("d", files.iter().map(file).collect())?;
    Dicos.read(&delivery, &ReadOptions::default(), &Budget::default())
}

fn read(bytes: Vec<u8>) -> Result<Bundle> {
    read_all(&[("a.dcs", bytes)])
}

fn refused(bytes: Vec<u8>) -> (Code, String) {
    read(bytes).map(|_| ()).map_err(|e| (e.code(), e.to_string())).unwrap_err()
}

fn samples(bundle: &Bundle, view: u32, channel: &str) -> Block {
    bundle.planes[&PlaneKey::samples(view, ChannelId::new(channel).unwrap())].read_all().unwrap()
}

/// Writes a projection of 16 bits in Explicit VR Little Endian; `before` stands in groups below 0028, `after` above.
fn projection(
    class: &str,
    before: &[Vec<u8>],
    after: &[Vec<u8>],
    (rows, columns): (u16, u16),
    values: &[u16],
) -> Vec<u8> {
    let w = DicomWriter::EXPLICIT;
    let samples: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let elements =
        [before, &[dicom_image(w, (rows, columns), (16, 16))], after, &[w.element((0x7FE0, 0x0010), "OW", &samples)]];
    dicom_file(EXPLICIT_LITTLE, class, &elements.concat())
}
