//! Any profile with any delivery: reading ends, and what was read is rebuilt byte for byte.
//!
//! An empty text stands for the profile of the tests, so that deliveries are explored, too.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use uff::format::write_original;
use uff::limits::{Budget, Limits};
use uff::source::{MemorySource, ReadAt};
use uff::testing::GANTRY_PROFILE;
use uff::vendor::Delivery;
use uff::vendor::profile::Profile;

fn file(name: &str, bytes: &[u8]) -> (String, Arc<dyn ReadAt>) {
    (name.to_owned(), Arc::new(MemorySource::new(name, bytes)))
}

fuzz_target!(|data: (&str, &[u8], &[u8])| {
    let (text, raw, sidecar) = data;
    let text = if text.is_empty() { GANTRY_PROFILE } else { text };
    let Ok(profile) = Profile::parse(text, "profile.toml") else { return };
    let files = vec![file("scan.raw", raw), file("scan.xml", sidecar)];
    let delivery = Delivery::from_files("delivery", files).expect("two files of sound names");
    let limits = Limits { memory: 16 << 20, items: 10_000, ..Limits::default() };
    let Ok(reading) = profile.read(&delivery, &Budget::new(limits)) else { return };
    for samples in reading.bundle.planes.values() {
        samples.read_all().expect("samples lie inside the file");
    }
    for source in &reading.bundle.scan.provenance.sources {
        let mut rebuilt = Vec::new();
        write_original(&reading.bundle, source, &mut rebuilt).expect("every original is rebuilt");
    }
});
