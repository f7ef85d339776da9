//! Any two files as a pair of NumPy arrays: what is read is rebuilt byte for byte.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use uff::format::write_original;
use uff::limits::{Budget, Limits};
use uff::model::Quantity;
use uff::source::{MemorySource, ReadAt};
use uff::vendor::npy::Npy;
use uff::vendor::{Delivery, ReadOptions, VendorReader};

fuzz_target!(|data: (&[u8], &[u8])| {
    let file = |name: &str, bytes: &[u8]| {
        let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new(name, bytes));
        (name.to_owned(), source)
    };
    let files = vec![file("im_H.npy", data.0), file("im_L.npy", data.1)];
    let delivery = Delivery::from_files("delivery", files).expect("two files of sound names");
    let options = ReadOptions { quantity: Some(Quantity::Transmission), ..ReadOptions::default() };
    let limits = Limits { memory: 16 << 20, items: 10_000, ..Limits::default() };
    let Ok(bundle) = Npy.read(&delivery, &options, &Budget::new(limits)) else { return };
    for samples in bundle.planes.values() {
        samples.read_all().expect("samples lie inside the file");
    }
    for source in &bundle.scan.provenance.sources {
        let mut rebuilt = Vec::new();
        write_original(&bundle, source, &mut rebuilt).expect("every original is rebuilt");
    }
});
