//! Conformance with the reference implementation (feature `libhdf5`): what this crate writes libhdf5 reads, what
//! libhdf5 writes this crate reads, with the same samples, attributes and metadata.

#![cfg(feature = "libhdf5")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "format/sample_scan.rs"]
mod sample_scan;

use std::sync::Arc;

use hdf5::types::FixedUnicode;
use ndarray::Array2;
use sample_scan::*;
use uff::format::UffFile;
use uff::format::WriteOptions;
use uff::h5;
use uff::limits::Budget;
use uff::model::*;
use uff::source::FileSource;

fn on_disk(bytes: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::with_suffix(".uff").unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

/// Brings everything to disk and closes; the objects of the file that are still open would hold it back otherwise.
fn close(file: hdf5::File) {
    file.flush().unwrap();
    file.close().unwrap();
}

/// Reads all samples of a dataset through libhdf5.
fn reference_block(dataset: &hdf5::Dataset, sample_type: &SampleType) -> Block {
    match sample_type {
        SampleType::U8 => Block::U8(dataset.read_2d().unwrap()),
        SampleType::U16 => Block::U16(dataset.read_2d().unwrap()),
        SampleType::U32 => Block::U32(dataset.read_2d().unwrap()),
        SampleType::F32 => Block::F32(dataset.read_2d().unwrap()),
        _ => Block::F64(dataset.read_2d().unwrap()),
    }
}

#[test]
fn libhdf5_reads_what_we_write() {
    let mut seen = 0;
    for sample_type in [SampleType::U8, SampleType::U16, SampleType::U32, SampleType::F32, SampleType::F64] {
        let bundle = bundle(300, 17_000, sample_type);
        let (bytes, _) = written(&bundle, &WriteOptions::default());
        let ours = opened(bytes.clone()).unwrap();
        let disk = on_disk(&bytes);
        let file = hdf5::File::open(disk.path()).unwrap();
        for key in ours.planes() {
            for level in 0..ours.levels(key) {
                let expected = ours.overview(key, level).unwrap();
                let dataset = file.dataset(&uff::format::layout::plane_path(key, level)).unwrap();
                assert_eq!(dataset.filters().len(), 3);
                let found = reference_block(&dataset, &expected.sample_type());
                assert!(same(&found, &expected.read_all().unwrap()), "{key} level {level}");
                seen += 1;
            }
        }
        let class = file.dataset("views/0/channels/high").unwrap().attr("CLASS").unwrap();
        assert_eq!(class.read_scalar::<FixedUnicode<5>>().unwrap().as_str(), "IMAGE");
        let plate = file.dataset("media/plate").unwrap().read_raw::<u8>().unwrap();
        assert_eq!(Sha256::of(&plate), ours.scan().media[0].digest);
        assert_eq!(file.dataset("vendor/empty").unwrap().size(), 0);
        let document = file.dataset("metadata").unwrap();
        assert_eq!(document.dtype().unwrap().size(), ours.metadata_xml().len());
    }
    assert!(seen > 50, "{seen} arrays compared");
}

#[test]
fn we_read_what_libhdf5_writes_whatever_the_chunk_index() {
    let disk = tempfile::NamedTempFile::with_suffix(".h5").unwrap();
    let image: Array2<u16> = Array2::from_shape_fn((500, 700), |(r, c)| (r * 700 + c) as u16);
    let mut names = Vec::new();
    for (name, bounds) in [("early", hdf5::file::LibraryVersion::Earliest), ("v110", hdf5::file::LibraryVersion::V110)]
    {
        let path = disk.path().with_extension(name);
        let mut options = hdf5::File::with_options();
        options.with_fapl(|p| p.libver_bounds(bounds, hdf5::file::LibraryVersion::V110));
        let file = options.create(&path).unwrap();
        let group = file.create_group("a").unwrap();
        let chunked = |name: &str| {
            names.push(name.to_owned());
            group.new_dataset_builder().with_data(&image).chunk((64, 100))
        };
        let mut chunked = chunked;
        chunked("plain").create("plain").unwrap();
        chunked("ours").shuffle().deflate(4).fletcher32().create("ours").unwrap();
        chunked("deflate").deflate(9).create("deflate").unwrap();
        let growing = group.new_dataset::<u16>().chunk((64, 100)).shuffle().deflate(1).shape((500.., 700..));
        growing.create("growing").unwrap().write(&image).unwrap();
        let one = group.new_dataset::<u16>().chunk((64, 100)).deflate(1).shape((500.., 700));
        one.create("one").unwrap().write(&image).unwrap();
        group.new_dataset_builder().with_data(&image).create("contiguous").unwrap();
        group.new_dataset_builder().with_data(&image).chunk((500, 700)).create("single").unwrap();
        close(file);

        let source = Arc::new(FileSource::open(&path).unwrap());
        let found = h5::File::open(source.clone(), &Budget::default()).unwrap();
        let mut seen = 0;
        for object in found.objects().unwrap() {
            let Some(dataset) = object.dataset else { continue };
            let grid = dataset.grid().unwrap();
            for region in [(0, 0, 500, 700), (63, 99, 2, 2), (499, 0, 1, 700)] {
                let region = Region { row: region.0, column: region.1, rows: region.2, columns: region.3 };
                let plan = grid.plan(&region, 1 << 30).unwrap();
                let bytes: Vec<Vec<u8>> = plan
                    .ranges()
                    .iter()
                    .map(|r| {
                        let mut bytes = vec![0; (r.end - r.start) as usize];
                        uff::source::ReadAt::read_exact_at(&source, r.start, &mut bytes).unwrap();
                        bytes
                    })
                    .collect();
                let expected = Block::U16(image.clone()).crop(&region).unwrap();
                assert!(same(&plan.decode(&bytes).unwrap(), &expected), "{name}: {} {region:?}", object.path);
            }
            seen += 1;
        }
        assert_eq!(seen, 7, "{name}");
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn what_libhdf5_adds_to_our_file_is_carried_through() {
    let (bytes, _) = written(&bundle(30, 40, SampleType::U16), &WriteOptions::default());
    let disk = on_disk(&bytes);
    let file = hdf5::File::open_rw(disk.path()).unwrap();
    file.new_attr::<i16>().shape(3).create("counts").unwrap().write(&[-1_i16, 2, 3]).unwrap();
    let group = file.create_group("customs/local").unwrap();
    group.new_dataset_builder().with_data(&[1.5_f32, 2.5]).create("weights").unwrap();
    group.new_dataset::<hdf5::types::VarLenUnicode>().create("note").unwrap();
    close(file);

    let read = UffFile::open_path(disk.path(), &Budget::default()).unwrap();
    let bundle = read.bundle().unwrap();
    let paths: Vec<_> = bundle.foreign.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(paths, ["", "customs", "customs/local", "customs/local/weights"]);
    assert_eq!(bundle.scan.provenance.losses.last().unwrap().subject, "/customs/local/note");
    let again = on_disk(&written(&bundle, &WriteOptions::default()).0);
    let file = hdf5::File::open(again.path()).unwrap();
    assert_eq!(file.attr("counts").unwrap().read_raw::<i16>().unwrap(), [-1, 2, 3]);
    assert_eq!(file.dataset("customs/local/weights").unwrap().read_raw::<f32>().unwrap(), [1.5, 2.5]);
}
