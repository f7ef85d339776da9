//! Any file as TIFF: what is read is rebuilt byte for byte, and regions read alike alone and in the whole.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use uff::format::write_original;
use uff::limits::{Budget, Limits};
use uff::model::{Quantity, Region};
use uff::source::{MemorySource, ReadAt};
use uff::vendor::tiff::Tiff;
use uff::vendor::{Delivery, ReadOptions, VendorReader};

fuzz_target!(|data: &[u8]| {
    let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new("a.tiff", data));
    let delivery = Delivery::from_files("delivery", vec![("a.tiff".to_owned(), source)]).expect("a sound name");
    let options = ReadOptions { quantity: Some(Quantity::Transmission), ..ReadOptions::default() };
    let limits = Limits { memory: 16 << 20, items: 10_000, document: 1 << 20, ..Limits::default() };
    let Ok(bundle) = Tiff.read(&delivery, &options, &Budget::new(limits)) else { return };
    for samples in bundle.planes.values() {
        let (rows, columns) = samples.shape();
        if rows.saturating_mul(columns) > 1 << 22 {
            continue;
        }
        let Ok(all) = samples.read_all() else { continue };
        let (rows, columns) = all.shape();
        let region = Region { row: rows / 2, column: columns / 2, rows: rows - rows / 2, columns: columns - columns / 2 };
        assert!(samples.read(&region).expect("a part of what was read") == all.crop(&region).expect("a part"));
    }
    for source in &bundle.scan.provenance.sources {
        let mut rebuilt = Vec::new();
        write_original(&bundle, source, &mut rebuilt).expect("every original is rebuilt");
    }
});
