//! Reading files from memory.

use std::sync::Arc;

use crate::error::Result;
use crate::format::write_original;
use crate::limits::{Budget, Limits};
use crate::model::{Block, Bundle, PlaneKey, Region};
use crate::source::MemorySource;
use crate::testing::TiffWriter;
use crate::vendor::tiff::Tiff;
use crate::vendor::{Delivery, ReadOptions, VendorReader};

/// Both byte orders, classic and BigTIFF.
pub(super) const WRITERS: [TiffWriter; 4] = [
    TiffWriter { big_endian: false, big_tiff: false },
    TiffWriter { big_endian: true, big_tiff: false },
    TiffWriter { big_endian: false, big_tiff: true },
    TiffWriter { big_endian: true, big_tiff: true },
];

/// Reads one file with little memory allowed.
pub(super) fn read_with(bytes: &[u8], options: &ReadOptions) -> Result<Bundle> {
    let source = Arc::new(MemorySource::new("a.tif", bytes));
    let delivery = Delivery::from_files("delivery", vec![("a.tif".to_owned(), source)])?;
    let limits = Limits { memory: 1 << 20, items: 10_000, ..Limits::default() };
    Tiff.read(&delivery, options, &Budget::new(limits))
}

/// Reads one file; the original is rebuilt from what is read.
pub(super) fn read(bytes: &[u8], options: &ReadOptions) -> Bundle {
    let bundle = read_with(bytes, options).unwrap();
    let mut rebuilt = Vec::new();
    write_original(&bundle, &bundle.scan.provenance.sources[0], &mut rebuilt).unwrap();
    assert!(rebuilt == bytes, "the original is rebuilt differently");
    bundle
}

/// Returns the array of a channel; every row, column and a rectangle in the middle read alike on their own.
pub(super) fn array(bundle: &Bundle, view: u32, channel: &str) -> Block {
    let key = PlaneKey::samples(view, channel.parse().unwrap());
    let samples = &bundle.planes[&key];
    let all = samples.read_all().unwrap();
    let (rows, columns) = all.shape();
    let inner = Region { row: rows / 3, column: columns / 3, rows: rows.div_ceil(2), columns: columns.div_ceil(2) };
    let lines = (0..rows).map(|r| Region::of_rows(r..r + 1, columns));
    let lines = lines.chain((0..columns).map(|column| Region { row: 0, column, rows, columns: 1 }));
    for region in lines.chain([inner]) {
        assert_eq!(samples.read(&region).unwrap(), all.crop(&region).unwrap(), "{region:?}");
    }
    all
}
