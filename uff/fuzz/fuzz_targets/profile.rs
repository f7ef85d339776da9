//! Any profile with any delivery: reading ends, and what was read is rebuilt byte for byte.
//!
//! An empty text stands for a profile of the tests, so that deliveries are explored, too: for that of the HDF5 file when
//! there is one, else for that of the raw file.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use uff::format::write_original;
use uff::limits::{Budget, Limits};
use uff::source::{MemorySource, ReadAt};
use uff::testing::GANTRY_PROFILE;
use uff::testing::HDF5_PROFILE;
use uff::vendor::Delivery;
use uff::vendor::ReadOptions;
use uff::vendor::profile::Profile;
use uff::vendor::recognize;

fn file(name: &str, bytes: &[u8]) -> (String, Arc<dyn ReadAt>) {
    (name.to_owned(), Arc::new(MemorySource::new(name, bytes)))
}

fuzz_target!(|data: (&str, &[u8], &[u8], &[u8])| {
    let (text, raw, sidecar, hdf5) = data;
    let text = match text {
        "" if hdf5.is_empty() => GANTRY_PROFILE,
        "" => HDF5_PROFILE,
        text => text,
    };
    let Ok(profile) = Profile::parse(text, "profile.toml") else { return };
    let mut files = vec![file("scan.raw", raw), file("scan.xml", sidecar)];
    if !hdf5.is_empty() {
        files.push(file("scan.h5", hdf5));
    }
    let delivery = Delivery::from_files("delivery", files).expect("files of sound names");
    let _ = recognize(&delivery, &ReadOptions { profiles: vec![Arc::new(profile.clone())], ..ReadOptions::default() });
    let limits = Limits { memory: 16 << 20, items: 10_000, ..Limits::default() };
    let Ok(reading) = profile.read(&delivery, &Budget::new(limits)) else { return };
    for samples in reading.bundle.planes.values() {
        // A chunk of an HDF5 file may be damaged, which shows only when it is read.
        let read = samples.read_all();
        assert!(read.is_ok() || !hdf5.is_empty(), "samples lie inside the file");
    }
    for source in &reading.bundle.scan.provenance.sources {
        let mut rebuilt = Vec::new();
        write_original(&reading.bundle, source, &mut rebuilt).expect("every original is rebuilt");
    }
});
