//! Damaged and hostile files: an error with a code, never a panic, never wrong samples.

use std::sync::Arc;

use uff::Code;
use uff::format::Depth;
use uff::format::UffFile;
use uff::format::Verdict;
use uff::format::WriteOptions;
use uff::limits::Budget;
use uff::limits::Limits;
use uff::model::*;
use uff::source::MemorySource;

use super::sample_scan::*;

fn small() -> Vec<u8> {
    let mut bundle = bundle(40, 300, SampleType::U16);
    bundle.scan.media.clear();
    bundle.blobs = Blobs::default();
    bundle.blobs.insert("vendor/note", Arc::new(MemorySource::new("note", b"kept as it was".to_vec())));
    written(&bundle, &WriteOptions::default()).0
}

#[test]
fn a_truncated_file_is_refused_at_any_length() {
    let bytes = small();
    let mut lengths: Vec<usize> = (0..200).chain((200..bytes.len()).step_by(61)).collect();
    lengths.push(bytes.len() - 1);
    for length in lengths {
        let code = opened(bytes[..length].to_vec()).map(|_| ()).map_err(|e| e.code());
        let expected = [Code::InputTruncated, Code::Hdf5Magic, Code::Hdf5Structure];
        assert!(code.is_err_and(|c| expected.contains(&c)), "{length} bytes of {}: {code:?}", bytes.len());
    }
}

/// Reads everything; tells whether anything differs from the original or fails.
fn is_noticed(bytes: Vec<u8>, original: &UffFile) -> bool {
    let budget = Budget::new(Limits { memory: 16 << 20, ..Limits::default() });
    let Ok(file) = UffFile::open(Arc::new(MemorySource::new("flipped.uff", bytes)), &budget) else { return true };
    let Ok(verdicts) = file.verify(&mut |_, _| ()) else { return true };
    if file.scan() != original.scan() || verdicts.iter().any(|v| v.verdict != Verdict::Intact) {
        return true;
    }
    let Ok(bundle) = file.bundle() else { return true };
    let same_plane = |(key, samples): (&PlaneKey, &Arc<dyn Samples>)| match (samples.read_all(), original.plane(key)) {
        (Ok(found), Ok(expected)) => same(&found, &expected.read_all().unwrap()),
        _ => false,
    };
    !bundle.planes.iter().all(same_plane) || bundle.planes.len() != original.planes().count()
}

#[test]
fn a_flipped_byte_is_noticed_wherever_it_matters() {
    let bytes = small();
    let original = opened(bytes.clone()).unwrap();
    let chunks = original.chunk_map().unwrap();
    let full = |key: &PlaneKey, shape: (usize, usize)| {
        Region { row: 0, column: 0, rows: shape.0, columns: shape.1 }
            .check(shape)
            .and_then(|()| chunks.region(key, 0, &Region { row: 0, column: 0, rows: shape.0, columns: shape.1 }))
    };
    let planes: Vec<_> = chunks.planes().filter(|(_, level, _)| *level == 0).map(|(k, _, s)| (k.clone(), s)).collect();
    let in_samples =
        |at: u64| planes.iter().any(|(key, shape)| full(key, *shape).unwrap().ranges().iter().any(|r| r.contains(&at)));
    let mut noticed = 0;
    let mut seen = 0;
    for at in (0..bytes.len()).step_by(17) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x5a;
        seen += 1;
        let found = is_noticed(damaged, &original);
        noticed += usize::from(found);
        assert!(found || !in_samples(at as u64), "a flip at {at} inside the samples passes");
    }
    assert!(seen > 300 && noticed > seen / 3, "{noticed} of {seen} noticed");
}

/// Bytes of the file in which the samples of full size lie.
fn sample_ranges(file: &UffFile) -> Vec<std::ops::Range<u64>> {
    let chunks = file.chunk_map().unwrap();
    let of = |(key, level, (rows, columns)): (&PlaneKey, u32, (usize, usize))| {
        chunks.region(key, level, &Region { row: 0, column: 0, rows, columns }).unwrap().ranges().to_vec()
    };
    chunks.planes().flat_map(of).collect()
}

#[test]
fn a_flipped_byte_in_the_samples_is_found_by_the_checksums_alone() {
    let bytes = small();
    let file = opened(bytes.clone()).unwrap();
    file.check(Depth::Checksums).unwrap();
    file.check(Depth::Digests).unwrap();
    let mut flips = 0;
    for at in sample_ranges(&file).into_iter().flat_map(|range| range.step_by(29)) {
        let mut damaged = bytes.clone();
        damaged[at as usize] ^= 0x5a;
        for depth in [Depth::Checksums, Depth::Digests] {
            let error = opened(damaged.clone()).unwrap().check(depth).unwrap_err();
            assert_eq!(error.code(), Code::UffDigest, "a flip at {at}: {error}");
            assert!(error.place().unwrap().starts_with("/views/0/"), "{error}");
        }
        flips += 1;
    }
    assert!(flips > 300, "{flips}");
}

/// Samples that are sound in themselves, but not those that the list names: only decoding them tells.
#[test]
fn other_samples_are_found_by_their_digest_and_not_by_their_checksums() {
    let mut bytes = small();
    let text = b"  /views/0/channels/low\0";
    let at = bytes.windows(text.len()).position(|w| w == text).unwrap();
    bytes[at - 1] = if bytes[at - 1] == b'0' { b'1' } else { b'0' };
    let file = opened(bytes.clone()).unwrap();
    file.check(Depth::Checksums).unwrap();
    let error = file.check(Depth::Digests).unwrap_err();
    assert_eq!((error.code(), error.place()), (Code::UffDigest, Some("/views/0/channels/low")));
    // A list that names what is not there is contradicted by either.
    bytes[at + text.len() - 2] = b'X';
    for depth in [Depth::Checksums, Depth::Digests] {
        let error = opened(bytes.clone()).unwrap().check(depth).unwrap_err();
        assert_eq!((error.place(), error.finding()), (Some("/views/0/channels/loX"), Some("no such dataset")));
    }
}

#[test]
fn a_damaged_chunk_is_named() {
    let mut bytes = small();
    let key = PlaneKey::samples(0, channel_id("low"));
    let map = opened(bytes.clone()).unwrap().chunk_map().unwrap();
    let plan = map.region(&key, 0, &Region { row: 0, column: 256, rows: 40, columns: 44 }).unwrap();
    let at = (plan.ranges()[0].start + plan.ranges()[0].end) as usize / 2;
    bytes[at] ^= 1;
    let file = opened(bytes).unwrap();
    let error = file.plane(&key).unwrap().read_all().map(|_| ()).unwrap_err();
    assert_eq!(error.code(), Code::Hdf5Checksum);
    assert_eq!(error.place(), Some("/views/0/channels/low chunk [0, 256]"));
    assert_eq!(error.file_name(), Some("test.uff"));
    let verdicts = file.verify(&mut |_, _| ()).unwrap();
    let bad: Vec<_> = verdicts.iter().filter(|v| v.verdict != Verdict::Intact).map(|v| v.path.as_str()).collect();
    assert_eq!(bad, ["/views/0/channels/low"]);
}

#[test]
fn a_wrong_or_missing_entry_of_the_integrity_list_is_a_verdict() {
    let mut bytes = small();
    let text = b"  /vendor/note";
    let at = bytes.windows(text.len()).position(|w| w == text).unwrap();
    bytes[at - 1] = if bytes[at - 1] == b'0' { b'1' } else { b'0' };
    let verdicts = opened(bytes.clone()).unwrap().verify(&mut |_, _| ()).unwrap();
    let of = |path: &str| verdicts.iter().find(|v| v.path == path).map(|v| v.verdict.clone());
    assert!(matches!(of("/vendor/note"), Some(Verdict::Differs { .. })));
    bytes[at + text.len() - 1] = b'X';
    let verdicts = opened(bytes).unwrap().verify(&mut |_, _| ()).unwrap();
    let of = |path: &str| verdicts.iter().find(|v| v.path == path).map(|v| v.verdict.clone());
    assert_eq!(of("/vendor/notX"), Some(Verdict::Missing));
    assert!(matches!(of("/vendor/note"), Some(Verdict::Unlisted { .. })));
}

/// Replaces the dimensions of every dataset of a given shape and mends the checksum of its header.
fn reshape(bytes: &mut [u8], from: [u64; 2], to: [u64; 2]) -> usize {
    let pattern = |d: [u64; 2]| [d[0].to_le_bytes(), d[1].to_le_bytes()].concat();
    let mut changed = 0;
    let heads: Vec<usize> = (0..bytes.len() - 10).filter(|i| bytes[*i..].starts_with(b"OHDR")).collect();
    for head in heads {
        let size = u32::from_le_bytes(bytes[head + 6..head + 10].try_into().unwrap()) as usize;
        let end = head + 10 + size;
        if let Some(at) = bytes[head..end].windows(16).position(|w| w == pattern(from)) {
            bytes[head + at..head + at + 16].copy_from_slice(&pattern(to));
            let sum = hdf5_reader::checksum::jenkins_lookup3(&bytes[head..end]);
            bytes[end..end + 4].copy_from_slice(&sum.to_le_bytes());
            changed += 1;
        }
    }
    changed
}

#[test]
fn hostile_sizes_end_in_an_error_not_in_an_allocation() {
    let key = PlaneKey::samples(0, channel_id("high"));
    for size in [[u64::MAX, u64::MAX], [1 << 40, 1 << 22], [1 << 20, 1 << 16], [0, 300], [40, 0]] {
        let mut bytes = small();
        assert!(reshape(&mut bytes, [40, 300], size) >= 2);
        let read = opened(bytes).and_then(|file| {
            let plane = file.plane(&key)?;
            plane.read_all()
        });
        let code = read.map(|_| ()).map_err(|e| e.code());
        let expected = [Code::LimitBytes, Code::Hdf5Structure, Code::UffInconsistent, Code::LimitCount];
        assert!(code.is_err_and(|c| expected.contains(&c)), "{size:?}: {code:?}");
    }
}

#[test]
fn arrays_that_claim_more_than_the_file_can_hold_are_not_read_for_years() {
    let mut bytes = small();
    assert!(reshape(&mut bytes, [40, 300], [1 << 22, 300]) >= 2);
    let file = opened(bytes).unwrap();
    let verdicts = file.verify(&mut |done, _| assert!(done < 1 << 30)).unwrap();
    let refused = verdicts.iter().filter(|v| matches!(v.verdict, Verdict::Unreadable { code: Code::LimitBytes, .. }));
    assert!(refused.count() >= 2, "{verdicts:?}");
}

#[test]
fn other_files_are_told_apart() {
    let code = |bytes: Vec<u8>| opened(bytes).map(|_| ()).map_err(|e| e.code());
    assert_eq!(code(b"not HDF5 at all, just text that is long enough to hold a header".to_vec()), Err(Code::Hdf5Magic));
    assert_eq!(code(Vec::new()), Err(Code::Hdf5Magic));
    let mut bytes = small();
    let at = bytes.windows(11).position(|w| w == b"uff_profile").unwrap();
    bytes[at] = b'U';
    assert!(code(bytes).is_err(), "the header checksum or the label must fail");
}
