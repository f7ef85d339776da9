//! Files of earlier releases still open, hold what they held, and can be written anew. A file here is never made again: the
//! next release adds one of its own.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use uff::format::{UffFile, Verdict, WriteOptions, write, write_original};
use uff::limits::Budget;
use uff::model::{PlaneKey, digest_samples};
use uff::source::MemorySource;

/// Digest of the samples of the view, as `samples/palmar-handheld/expected.json` pins it from the delivery.
const SCATTER: &str = "dd71e543a62e01e05671c8c39c6e97dc3337b6a2bd924223f5591a6156896f0d";

fn check(file: &UffFile) {
    let scan = file.scan();
    assert_eq!(scan.identity.scan_id.to_string(), "d22a314b-bc30-86a9-b324-95e02a199ed7");
    assert_eq!(scan.system.model.as_deref(), Some("HB-120"));
    let planes: Vec<&PlaneKey> = file.planes().collect();
    assert_eq!(planes.len(), 1);
    let samples = file.plane(planes[0]).unwrap();
    assert_eq!(digest_samples(&*samples, &Budget::default()).unwrap().to_string(), SCATTER);
    let verdicts = file.verify(&mut |_, _| ()).unwrap();
    assert!(verdicts.iter().all(|v| v.verdict == Verdict::Intact), "{verdicts:?}");
    assert_eq!(file.levels(planes[0]), 2);
}

#[test]
fn file_of_release_0_1_0_opens_and_is_written_anew() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/released-0.1.0.uff");
    let file = UffFile::open_path(&path, &Budget::default()).unwrap();
    check(&file);
    let bundle = file.bundle().unwrap();
    for source in &bundle.scan.provenance.sources {
        let mut original = Vec::new();
        write_original(&bundle, source, &mut original).unwrap();
        assert_eq!(original.len() as u64, source.size, "{}", source.name);
    }
    let mut out = Cursor::new(Vec::new());
    write(&bundle, &mut out, &WriteOptions::default(), &Budget::default()).unwrap();
    let again = UffFile::open(Arc::new(MemorySource::new("again.uff", out.into_inner())), &Budget::default()).unwrap();
    check(&again);
}
