//! Any stream as grey image in JPEG, JPEG-LS or JPEG 2000, by the first byte: what is decoded has the size that the
//! headers say, and decodes to the same samples again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uff::limits::{Budget, Limits};
use uff::testing::decode_image;

fuzz_target!(|data: &[u8]| {
    let Some((codec, stream)) = data.split_first() else { return };
    let decode = || {
        let limits = Limits { memory: 16 << 20, ..Limits::default() };
        decode_image(usize::from(*codec), stream, &Budget::new(limits))
    };
    let Ok(image) = decode() else { return };
    assert!(decode().expect("decoded before") == image);
});
