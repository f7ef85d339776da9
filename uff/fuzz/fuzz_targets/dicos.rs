//! Any two files as DICOS, one of them with the head of a sound one: what is read is rebuilt byte for byte.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use uff::format::write_original;
use uff::limits::{Budget, Limits};
use uff::source::{MemorySource, ReadAt};
use uff::testing::dicom_file::{EXPLICIT_LITTLE, dicom_file};
use uff::vendor::dicos::Dicos;
use uff::vendor::{Delivery, ReadOptions, VendorReader};

fuzz_target!(|data: (&[u8], Vec<u8>)| {
    let file = |name: &str, bytes: &[u8]| {
        let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new(name, bytes));
        (name.to_owned(), source)
    };
    let image = dicom_file(EXPLICIT_LITTLE, "1.2.840.10008.5.1.4.1.1.501.2.2", &[data.1]);
    let files = vec![file("any.dcs", data.0), file("image.dcs", &image)];
    let delivery = Delivery::from_files("delivery", files).expect("two files of sound names");
    let limits = Limits { memory: 64 << 20, items: 10_000, ..Limits::default() };
    let Ok(bundle) = Dicos.read(&delivery, &ReadOptions::default(), &Budget::new(limits)) else { return };
    for samples in bundle.planes.values() {
        samples.read_all().expect("samples lie inside the file");
    }
    for source in &bundle.scan.provenance.sources {
        let mut rebuilt = Vec::new();
        write_original(&bundle, source, &mut rebuilt).expect("every original is rebuilt");
    }
});
