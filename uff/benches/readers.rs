//! Times of the readers: a dual-energy pair of each format, read alone and converted.
//!
//! The pair is that of the codec bench, handed out once per format by its exporter to `target/bench-data/readers`, so
//! that `peers/peers.py` does the same jobs on the same files. `read` opens the delivery (with the digests of its files),
//! recognises it and decodes every sample; `convert` also compresses and writes the UFF file, with one thread.

#![allow(clippy::expect_used, missing_docs)]

mod scene;

use std::fs::File;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use criterion::Criterion;
use criterion::Throughput;
use criterion::criterion_group;
use criterion::criterion_main;
use ndarray::Array2;
use scene::COLUMNS;
use scene::PAIR;
use scene::ROWS;
use scene::scene;
use uff::export::Folder;
use uff::export::exporter;
use uff::format::WriteOptions;
use uff::format::write;
use uff::limits::Budget;
use uff::model::Block;
use uff::model::Bundle;
use uff::model::Channel;
use uff::model::ChannelRole;
use uff::model::CodeList;
use uff::model::PlaneKey;
use uff::model::View;
use uff::model::identifier::ChannelId;
use uff::vendor::Delivery;
use uff::vendor::ReadOptions;
use uff::vendor::recognize;

/// Formats that are both written and read.
const FORMATS: [&str; 3] = ["tiff", "npy", "png"];

/// The pair as a scan.
fn pair() -> Bundle {
    let mut bundle = Bundle::default();
    let mut view = View { rows: ROWS as u32, columns: COLUMNS as u32, ..View::default() };
    for (name, attenuation, photons, seed) in PAIR {
        let id = ChannelId::new(name).expect("a name");
        let samples = Array2::from_shape_vec((ROWS, COLUMNS), scene(attenuation, photons, seed)).expect("an image");
        bundle.planes.insert(PlaneKey::samples(0, id.clone()), Arc::new(Block::U16(samples)));
        let role = ChannelRole::from_code(name);
        view.channels.push(Channel { id, role, measurement_grade: true, bit_depth: Some(16), ..Channel::default() });
    }
    bundle.scan.views.push(view);
    bundle
}

/// Writes the pair in a format and returns the folder of its files.
fn delivery(bundle: &Bundle, format: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    let folder = target.join("bench-data/readers").join(format);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("an old bench folder");
    }
    std::fs::create_dir_all(&folder).expect("bench folder");
    let exporter = exporter(format).expect("a known format");
    exporter.export(bundle, &mut Folder::new(&folder), &Budget::default()).expect("bench data");
    folder
}

fn read(folder: &Path) -> Bundle {
    let (options, budget) = (ReadOptions::default(), Budget::default());
    let delivery = Delivery::open(folder, &budget).expect("a delivery");
    let recognized = recognize(&delivery, &options).expect("a known format");
    recognized.reader.read(&delivery, &options, &budget).expect("a scan")
}

fn readers(c: &mut Criterion) {
    let bundle = pair();
    let scratch = tempfile::tempdir().expect("scratch");
    let target = scratch.path().join("bench.uff");
    let mut group = c.benchmark_group("readers");
    group.sample_size(15).throughput(Throughput::Bytes((2 * 2 * ROWS * COLUMNS) as u64));
    for format in FORMATS {
        let folder = delivery(&bundle, format);
        group.bench_function(format!("{format}/read"), |b| {
            b.iter(|| {
                for samples in read(&folder).planes.values() {
                    black_box(samples.read_all().expect("samples"));
                }
            });
        });
        group.bench_function(format!("{format}/convert"), |b| {
            b.iter(|| {
                let out = File::create(&target).expect("a target");
                let options = WriteOptions { threads: NonZeroUsize::new(1), ..WriteOptions::default() };
                black_box(write(&read(&folder), out, &options, &Budget::default()).expect("a file"));
            });
        });
    }
    group.finish();
}

criterion_group!(benches, readers);
criterion_main!(benches);
