//! Any file as PNG picture: what is read is rebuilt byte for byte, and regions read alike alone and in the whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uff::vendor::png::Png;
use uff_fuzz::{check_originals, check_regions, read};

fuzz_target!(|data: &[u8]| {
    let Some(bundle) = read(&Png, &[("a.png", data)]) else { return };
    check_regions(&bundle);
    check_originals(&bundle);
});
