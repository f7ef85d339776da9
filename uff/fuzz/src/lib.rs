//! What targets of readers of images have in common.

use std::sync::Arc;

use uff::format::write_original;
use uff::limits::{Budget, Limits};
use uff::model::{Bundle, Quantity, Region};
use uff::source::{MemorySource, ReadAt};
use uff::vendor::{Delivery, ReadOptions, VendorReader};

/// Largest number of samples of an array that is read whole.
const LARGEST: usize = 1 << 22;

/// Reads a delivery of these files under tight limits; none when it is refused.
pub fn read(reader: &dyn VendorReader, files: &[(&str, &[u8])]) -> Option<Bundle> {
    let file = |(name, bytes): &(&str, &[u8])| {
        let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new(*name, *bytes));
        ((*name).to_owned(), source)
    };
    let delivery = Delivery::from_files("delivery", files.iter().map(file).collect()).expect("sound names");
    let options = ReadOptions { quantity: Some(Quantity::Transmission), ..ReadOptions::default() };
    let limits = Limits { memory: 16 << 20, items: 10_000, document: 1 << 20, ..Limits::default() };
    reader.read(&delivery, &options, &Budget::new(limits)).ok()
}

/// Regions read alike alone and in the whole; arrays that are damaged or too large are passed over.
pub fn check_regions(bundle: &Bundle) {
    for samples in bundle.planes.values() {
        let (rows, columns) = samples.shape();
        if rows.saturating_mul(columns) > LARGEST {
            continue;
        }
        let Ok(all) = samples.read_all() else { continue };
        let (rows, columns) = all.shape();
        let region = Region { row: rows / 2, column: columns / 2, rows: rows - rows / 2, columns: columns - columns / 2 };
        // Compared as bytes: NaN differs from itself.
        let part = samples.read(&region).expect("a part of what was read");
        assert!(part.to_le_bytes() == all.crop(&region).expect("a part").to_le_bytes());
    }
}

/// Every original is rebuilt byte for byte.
pub fn check_originals(bundle: &Bundle) {
    for source in &bundle.scan.provenance.sources {
        let mut rebuilt = Vec::new();
        write_original(bundle, source, &mut rebuilt).expect("every original is rebuilt");
    }
}
