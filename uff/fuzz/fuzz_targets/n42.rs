//! Any bytes as an N42.42 document: what is read is rebuilt byte for byte, its series have one length, and it attaches
//! to a scan or is refused, but nothing panics.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use uff::format::write_original;
use uff::limits::{Budget, Limits};
use uff::model::{Bundle, Timestamp};
use uff::source::{MemorySource, ReadAt};
use uff::vendor::n42::{AttachOptions, N42, attach};
use uff::vendor::{Delivery, ReadOptions, VendorReader};

fuzz_target!(|data: &[u8]| {
    let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new("portal.n42", data));
    let delivery = Delivery::from_files("delivery", vec![("portal.n42".to_owned(), source)]).expect("one sound name");
    let budget = || Budget::new(Limits { memory: 16 << 20, items: 10_000, ..Limits::default() });
    let Ok(bundle) = N42.read(&delivery, &ReadOptions::default(), &budget()) else { return };
    let lengths: Vec<_> = bundle.series.values().map(|s| s.len()).collect();
    assert!(lengths.windows(2).all(|pair| pair[0] == pair[1]), "{lengths:?}");
    for source in &bundle.scan.provenance.sources {
        let mut rebuilt = Vec::new();
        write_original(&bundle, source, &mut rebuilt).expect("every original is rebuilt");
        assert_eq!(rebuilt, data);
    }
    let mut scan = Bundle::default();
    scan.scan.identity.start = Timestamp::parse("2026-11-22T03:14:15+01:00").ok();
    let file = &delivery.files()[0];
    if attach(&mut scan, file, &AttachOptions::default(), &budget()).is_err() {
        assert!(scan.scan.radiation.is_none() && scan.series.is_empty());
    }
});
