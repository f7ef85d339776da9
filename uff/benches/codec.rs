//! Times of the main job: conversion of a dual-energy pair, opening, reading a region and everything.
//!
//! The pair (1024 detectors × 4096 lines × 16 bit, made-up boxes in a container under Poisson-like noise) is also
//! written to `target/bench-data` as `high.npy` and `low.npy`, so that `peers/peers.py` does the same jobs on the same
//! samples, and the file to `target/bench-output`, so that its size can be compared. `codec/convert/N` covers what `uff convert` does up to the finished file; `codec/convert_verified` also
//! reads the file back and compares every sample and every byte of the original.

#![allow(clippy::expect_used, missing_docs)]

mod scene;

use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;
use std::path::PathBuf;

use criterion::Criterion;
use criterion::Throughput;
use criterion::criterion_group;
use criterion::criterion_main;
use scene::COLUMNS;
use scene::PAIR;
use scene::ROWS;
use scene::scene;
use uff::convert::ConvertOptions;
use uff::convert::convert;
use uff::format::UffFile;
use uff::format::WriteOptions;
use uff::format::write;
use uff::limits::Budget;
use uff::model::PlaneKey;
use uff::model::Region;
use uff::model::identifier::ChannelId;
use uff::vendor::Delivery;
use uff::vendor::ReadOptions;
use uff::vendor::recognize;

/// Writes the pair as NumPy arrays and returns their folder.
fn delivery() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    let folder = target.join("bench-data");
    std::fs::create_dir_all(&folder).expect("bench folder");
    for (name, attenuation, photons, seed) in PAIR {
        let mut header = format!("{{'descr': '<u2', 'fortran_order': False, 'shape': ({ROWS}, {COLUMNS}), }}");
        while (10 + header.len() + 1) % 64 != 0 {
            header.push(' ');
        }
        header.push('\n');
        let mut file = b"\x93NUMPY\x01\x00".to_vec();
        file.extend((header.len() as u16).to_le_bytes());
        file.extend(header.as_bytes());
        scene(attenuation, photons, seed).iter().for_each(|s| file.extend(s.to_le_bytes()));
        File::create(folder.join(format!("{name}.npy"))).and_then(|mut f| f.write_all(&file)).expect("bench data");
    }
    folder
}

fn options(threads: usize) -> WriteOptions {
    WriteOptions { threads: NonZeroUsize::new(threads), ..WriteOptions::default() }
}

fn write_file(delivery: &Delivery, target: &Path, threads: usize) {
    let budget = Budget::default();
    let read = ReadOptions::default();
    let recognized = recognize(delivery, &read).expect("a known format");
    let bundle = recognized.reader.read(delivery, &read, &budget).expect("a scan");
    let out = File::create(target).expect("a target");
    black_box(write(&bundle, out, &options(threads), &budget).expect("a file"));
}

fn codec(c: &mut Criterion) {
    let folder = delivery();
    let scratch = tempfile::tempdir().expect("scratch");
    let output = folder.with_file_name("bench-output");
    std::fs::create_dir_all(&output).expect("output folder");
    let target = output.join("bench.uff");
    let open = || Delivery::open(&folder, &Budget::default()).expect("a delivery");
    let mut group = c.benchmark_group("codec");
    group.sample_size(15).throughput(Throughput::Bytes((2 * 2 * ROWS * COLUMNS) as u64));
    for threads in [1, 2] {
        group.bench_function(format!("convert/{threads}"), |b| b.iter(|| write_file(&open(), &target, threads)));
    }
    let verified = scratch.path().join("verified.uff");
    let convert_options = ConvertOptions { write: options(2), force: true, ..ConvertOptions::default() };
    group.bench_function("convert_verified/2", |b| {
        b.iter(|| black_box(convert(&open(), &verified, &convert_options, &|_| ()).expect("a file")));
    });
    let high = PlaneKey::samples(0, ChannelId::new("high").expect("a name"));
    let low = PlaneKey::samples(0, ChannelId::new("low").expect("a name"));
    let region = Region { row: ROWS / 2, column: COLUMNS / 2, rows: 256, columns: 256 };
    let open_file = || UffFile::open_path(&target, &Budget::default()).expect("a UFF file");
    group.throughput(Throughput::Elements(1)).sample_size(50);
    group.bench_function("open", |b| b.iter(|| black_box(open_file())));
    group.bench_function("region", |b| {
        b.iter(|| open_file().plane(&high).and_then(|p| p.read(black_box(&region))).expect("samples"));
    });
    let file = open_file();
    let plane = file.plane(&high).expect("a channel");
    group.bench_function("region_open_file", |b| b.iter(|| plane.read(black_box(&region)).expect("samples")));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("threads");
    group.throughput(Throughput::Bytes((2 * 2 * ROWS * COLUMNS) as u64)).sample_size(15);
    group.bench_function("read/2", |b| {
        b.iter(|| {
            pool.install(|| {
                let file = open_file();
                for key in [&high, &low] {
                    black_box(file.plane(key).and_then(|p| p.read_all()).expect("samples"));
                }
            });
        });
    });
    group.finish();
}

criterion_group!(benches, codec);
criterion_main!(benches);
