use super::*;
use crate::error::{Code, Error};
use crate::limits::Budget;

fn read(profile_text: &str, raw: &[u8]) -> Result<(), Error> {
    let delivery = delivery(&[("scan.xml", SIDECAR.as_bytes()), ("scan.raw", raw)]);
    profile(profile_text).read(&delivery, &Budget::default()).map(|_| ())
}

#[test]
fn truncation_anywhere_is_an_error() {
    let whole = pixel_file();
    for length in 0..whole.len() {
        let code = read(PROFILE, &whole[..length]).err().map(|e| e.code());
        let expected = match length {
            0..4 => Code::InputMissingFile,
            4..20 => Code::InputTruncated,
            _ => Code::InputSizeMismatch,
        };
        assert_eq!(code, Some(expected), "{length} bytes");
    }
    let longer = [whole.as_slice(), b"x"].concat();
    assert_eq!(read(PROFILE, &longer).err().map(|e| e.code()), Some(Code::InputSizeMismatch));
    let trailing = PROFILE.replace("id = \"image\"", "id = \"image\"\ntrailing = true");
    assert!(read(&trailing, &longer).is_ok());
}

#[test]
fn a_lie_in_the_header_is_caught() {
    for offset in 4..12 {
        for bit in 0..8 {
            let mut raw = pixel_file();
            raw[offset] ^= 1 << bit;
            let code = read(PROFILE, &raw).err().map(|e| e.code());
            // An odd number of pulses loses one in the division: that bit changes nothing that is read.
            let harmless = offset == 8 && bit == 0;
            let known = matches!(code, Some(Code::InputSizeMismatch | Code::InputValue));
            assert!(known || harmless && code.is_none(), "byte {offset} bit {bit}: {code:?}");
        }
    }
}

#[test]
fn the_wrong_byte_order_is_suspected() {
    let swapped = PROFILE.replace("type = \"u32\"", "type = \"u32\"\nendian = \"big\"");
    let swapped = swapped.replace("offset = 4\ntype = \"u16\"", "offset = 4\ntype = \"u16\"\nendian = \"big\"");
    let swapped = swapped.replace("offset = 6\ntype = \"u16\"", "offset = 6\ntype = \"u16\"\nendian = \"big\"");
    let e = read(&swapped, &pixel_file()).err().unwrap();
    assert!(e.advice().contains("other byte order"), "{} / {}", e, e.advice());
    let e = read(PROFILE, &pixel_file()[..100]).err().unwrap();
    assert!(!e.advice().contains("other byte order"));
    assert!(e.to_string().contains("expected 340 bytes"), "{e}");
}

#[test]
fn a_bomb_asks_for_nothing() {
    let mut raw = pixel_file();
    raw[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    raw[6..8].copy_from_slice(&u16::MAX.to_le_bytes());
    assert_eq!(read(PROFILE, &raw).err().map(|e| e.code()), Some(Code::InputSizeMismatch));
    let budget = Budget::new(crate::limits::Limits { memory: 10_000, ..Default::default() });
    let bomb = format!("<Scan xmlns='urn:gantry'>{}</Scan>", "<a/>".repeat(10_000));
    let delivery = delivery(&[("scan.xml", bomb.as_bytes()), ("scan.raw", &pixel_file())]);
    assert_eq!(profile(PROFILE).read(&delivery, &budget).err().map(|e| e.code()), Some(Code::LimitBytes));
}
