//! Any two files as a pair of NumPy arrays: what is read is rebuilt byte for byte.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uff::vendor::npy::Npy;
use uff_fuzz::{check_originals, read};

fuzz_target!(|data: (&[u8], &[u8])| {
    let Some(bundle) = read(&Npy, &[("im_H.npy", data.0), ("im_L.npy", data.1)]) else { return };
    for samples in bundle.planes.values() {
        samples.read_all().expect("samples lie inside the file");
    }
    check_originals(&bundle);
});
