//! What is written is read back, whatever shape, type, number of threads.

use std::io::Cursor;
use std::num::NonZeroUsize;
use std::sync::Arc;

use proptest::prelude::*;
use uff::Code;
use uff::format::Verdict;
use uff::format::WriteOptions;
use uff::format::write;
use uff::limits::Budget;
use uff::limits::Limits;
use uff::model::*;

use super::sample_scan::*;

fn threads(n: usize) -> WriteOptions {
    WriteOptions { threads: NonZeroUsize::new(n), ..WriteOptions::default() }
}

fn sample_type() -> impl Strategy<Value = SampleType> {
    prop::sample::select(vec![SampleType::U8, SampleType::U16, SampleType::U32, SampleType::F32, SampleType::F64])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn samples_come_back_and_threads_change_nothing(
        rows in 1_usize..600, columns in 1_usize..600, sample_type in sample_type(), corner in any::<(u16, u16)>(),
    ) {
        let bundle = bundle(rows, columns, sample_type);
        let (bytes, summary) = written(&bundle, &threads(1));
        prop_assert!(bytes == written(&bundle, &threads(2)).0, "the number of threads shows in the bytes");
        prop_assert_eq!(summary.bytes, bytes.len() as u64);

        let file = opened(bytes.clone()).unwrap();
        prop_assert_eq!(file.scan(), &summary.scan);
        prop_assert_eq!(file.planes().collect::<Vec<_>>(), bundle.planes.keys().collect::<Vec<_>>());
        let (row, column) = (usize::from(corner.0) % rows, usize::from(corner.1) % columns);
        let region = Region { row, column, rows: rows - row, columns: columns - column };
        for (key, samples) in &bundle.planes {
            let plane = file.plane(key).unwrap();
            prop_assert!(same(&plane.read_all().unwrap(), &samples.read_all().unwrap()));
            if plane.shape() == (rows, columns) {
                prop_assert!(same(&plane.read(&region).unwrap(), &samples.read(&region).unwrap()));
            }
        }
        for verdict in file.verify(&mut |_, _| ()).unwrap() {
            prop_assert_eq!(&verdict.verdict, &Verdict::Intact, "{}", verdict.path);
        }
        let again = written(&file.bundle().unwrap(), &threads(2)).0;
        prop_assert!(bytes == again, "reading and writing again changes the file");
    }
}

#[test]
fn every_digest_is_that_of_the_samples() {
    let bundle = bundle(300, 257, SampleType::U16);
    let (_, written) = written(&bundle, &WriteOptions::default());
    let key = PlaneKey::samples(0, channel_id("high"));
    let digest = Sha256::of(&bundle.planes[&key].read_all().unwrap().to_le_bytes());
    assert_eq!(written.scan.views[0].channels[0].digest, Some(digest));
    assert_eq!(written.digests["/views/0/channels/high"], digest);
    assert_eq!(written.scan.views[0].material.as_ref().unwrap().products.len(), 1);
}

#[test]
fn overviews_are_the_halved_image_down_to_a_thumbnail() {
    let bundle = bundle(300, 1030, SampleType::U16);
    let file = opened(written(&bundle, &WriteOptions::default()).0).unwrap();
    let key = PlaneKey::samples(0, channel_id("high"));
    assert_eq!(file.levels(&key), 4);
    let Block::U16(full) = file.plane(&key).unwrap().read_all().unwrap() else { panic!("another type") };
    let Block::U16(half) = file.overview(&key, 1).unwrap().read_all().unwrap() else { panic!("another type") };
    assert_eq!(half.dim(), (150, 515));
    for ((r, c), sample) in half.indexed_iter() {
        let cell = full.slice(ndarray::s![2 * r..2 * r + 2, 2 * c..2 * c + 2]);
        let sum: u32 = cell.iter().map(|v| u32::from(*v)).sum();
        assert_eq!(u32::from(*sample), (sum + 2) / 4, "row {r}, column {c}");
    }
    assert_eq!(file.overview(&key, 3).unwrap().shape(), (38, 129));
    let missing = file.overview(&key, 4).map(|_| ()).map_err(|e| e.code());
    assert_eq!(missing, Err(Code::UffNoSuchChannel));
    let none = WriteOptions { overviews: false, ..WriteOptions::default() };
    assert_eq!(opened(written(&bundle, &none).0).unwrap().levels(&key), 1);
}

#[test]
fn blobs_and_series_come_back() {
    let bundle = bundle(4, 4, SampleType::U16);
    let file = opened(written(&bundle, &WriteOptions::default()).0).unwrap();
    for (path, source) in bundle.blobs.iter() {
        let stored = file.blobs().get(path).unwrap();
        let mut expected = vec![0; source.len() as usize];
        source.read_exact_at(0, &mut expected).unwrap();
        let mut found = vec![1; stored.len() as usize];
        stored.read_exact_at(0, &mut found).unwrap();
        assert!(expected == found, "{path}");
        let mut piece = [0; 10];
        if expected.len() > 300_000 {
            stored.read_exact_at(262_140, &mut piece).unwrap();
            assert_eq!(piece, expected[262_140..262_150]);
        }
        assert_eq!(stored.read_exact_at(stored.len(), &mut piece).map_err(|e| e.code()), Err(Code::InputTruncated));
    }
    let series = &file.bundle().unwrap().series["gamma"];
    assert_eq!(series.len(), 3);
    assert!(series[0] == 1.5 && series[1].is_nan() && series[2] == 3.0);
}

#[test]
fn a_chunk_index_of_three_levels_is_read() {
    let columns = 256 * 4100 + 1;
    let mut bundle = bundle(1, 16, SampleType::U8);
    bundle.scan.views[0].columns = columns as u32;
    bundle.scan.views[0].channels.truncate(1);
    bundle.planes.clear();
    let key = PlaneKey::samples(0, channel_id("high"));
    bundle.planes.insert(key.clone(), Arc::new(image(1, columns, &SampleType::U8)));
    let none = WriteOptions { overviews: false, ..WriteOptions::default() };
    let file = opened(written(&bundle, &none).0).unwrap();
    assert!(same(&file.plane(&key).unwrap().read_all().unwrap(), &bundle.planes[&key].read_all().unwrap()));
}

/// Image that exists only while it is read.
struct Endless(usize, usize);

impl Samples for Endless {
    fn shape(&self) -> (usize, usize) {
        (self.0, self.1)
    }
    fn sample_type(&self) -> SampleType {
        SampleType::U16
    }
    fn read(&self, region: &Region) -> uff::Result<Block> {
        region.check(self.shape())?;
        let shape = (region.rows, region.columns);
        Ok(Block::U16(ndarray::Array2::from_shape_fn(shape, |(r, c)| {
            ((region.row + r) * 7 + region.column + c) as u16
        })))
    }
}

#[test]
fn a_wide_scan_is_written_in_bounded_memory() {
    let (rows, columns) = (600, 40_000);
    let mut bundle = bundle(1, 1, SampleType::U16);
    bundle.scan.views[0].rows = rows as u32;
    bundle.scan.views[0].columns = columns as u32;
    bundle.scan.views[0].channels.truncate(1);
    bundle.planes.clear();
    bundle.planes.insert(PlaneKey::samples(0, channel_id("high")), Arc::new(Endless(rows, columns)));
    let band = (256 * columns * 2) as u64;
    let write_with = |memory| {
        let budget = Budget::new(Limits { memory, ..Limits::default() });
        write(&bundle, Cursor::new(Vec::new()), &WriteOptions::default(), &budget).map_err(|e| e.code())
    };
    assert!(write_with(3 * band + (8 << 20)).is_ok());
    assert_eq!(write_with(band).map(|w| w.bytes), Err(Code::LimitBytes));
}
