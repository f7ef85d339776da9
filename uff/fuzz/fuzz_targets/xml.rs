//! Any XML: what is parsed is written and parsed the same; metadata documents likewise; the schema validator agrees
//! that the document is well-formed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uff::limits::{Budget, Limits};
use uff::xml::{MetadataVersion, parse, read_scan, validate, write, write_scan};

fn budget() -> Budget {
    Budget::new(Limits { memory: 64 << 20, ..Limits::default() })
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(node) = parse(bytes, "fuzz.xml", &budget()) else { return };
    let written = write(&node, None).expect("a parsed tree can be written");
    let again = parse(&written, "again.xml", &budget()).expect("what is written can be parsed");
    assert_eq!(again, node, "{}", String::from_utf8_lossy(&written));
    validate(bytes, "fuzz.xml", MetadataVersion::V3, &budget()).expect("the schema validator reads it too");

    let Ok((scan, version)) = read_scan(bytes, "fuzz.xml", &budget()) else { return };
    let (written, losses) = write_scan(&scan, version).expect("a scan that was read can be written");
    let (again, _) = read_scan(&written, "again.xml", &budget()).expect("what is written can be read");
    let settled = write_scan(&again, version).expect("and written again");
    assert_eq!((settled.0, settled.1.len()), (written, 0));
    if losses.is_empty() {
        assert_eq!(again, scan);
    }
});
