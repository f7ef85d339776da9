//! Opens any bytes as a UFF file under small limits and reads everything. What opens is written again, and what was
//! written must read back the same.

#![no_main]

use std::io::Cursor;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use uff::format::UffFile;
use uff::format::Verdict;
use uff::format::WriteOptions;
use uff::format::write;
use uff::limits::Budget;
use uff::limits::Limits;
use uff::model::Bundle;
use uff::source::MemorySource;

fuzz_target!(|data: &[u8]| {
    let Some(file) = open(data.to_vec()) else { return };
    let _ = file.verify(&mut |_, _| ());
    let _ = file.chunk_map();
    let Ok(bundle) = file.bundle() else { return };
    let Some(first) = write_again(&bundle) else { return };
    let again = open(first.clone()).expect("what was written opens");
    for verdict in again.verify(&mut |_, _| ()).expect("what was written is read") {
        assert_eq!(verdict.verdict, Verdict::Intact, "{}", verdict.path);
    }
    let bundle = again.bundle().expect("what was written is read");
    assert!(write_again(&bundle) == Some(first), "writing twice gives the same bytes");
});

fn budget() -> Budget {
    Budget::new(Limits { memory: 64 << 20, items: 20_000, depth: 16, document: 1 << 20 })
}

fn open(bytes: Vec<u8>) -> Option<UffFile> {
    UffFile::open(Arc::new(MemorySource::new("fuzz.uff", bytes)), &budget()).ok()
}

fn write_again(bundle: &Bundle) -> Option<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    let options = WriteOptions { threads: std::num::NonZeroUsize::new(1), ..WriteOptions::default() };
    write(bundle, &mut out, &options, &budget()).ok()?;
    Some(out.into_inner())
}
