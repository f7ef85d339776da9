//! Times of digesting all stored bytes again, on the local disk out of the page cache, beside the digest itself over the
//! same bytes in memory: how near verification comes to what the processor can do.

#![allow(clippy::expect_used, missing_docs)]

use std::hint::black_box;

use archive::testing::scans::Sample;
use archive::{Archive, ArchiveConfig};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sha2::{Digest, Sha256};
use tokio::runtime::Runtime;

/// Scans in the archive.
const SCANS: u32 = 32;
/// Rows and columns of each of their two channels.
const SHAPE: (usize, usize) = (1024, 2048);

fn scrub(c: &mut Criterion) {
    let runtime = Runtime::new().expect("threads");
    let directory = tempfile::tempdir().expect("a directory");
    let config = ArchiveConfig { parallel: 1, ..ArchiveConfig::default() };
    let archive = runtime.block_on(Archive::init(&directory.path().into(), config)).expect("an archive");
    for number in 0..SCANS {
        runtime.block_on(archive.put(Sample::sized(number, SHAPE).request())).expect("stored");
    }
    let verify = || runtime.block_on(archive.verify(&mut |_| ())).expect("read");
    let bytes = verify().bytes;
    let mut group = c.benchmark_group("scrub");
    group.sample_size(20).throughput(Throughput::Bytes(bytes));
    let memory = vec![7_u8; bytes as usize];
    group.bench_function("SHA-256 in memory", |b| b.iter(|| black_box(Sha256::digest(&memory))));
    group.bench_function("verify", |b| b.iter(|| assert!(verify().is_sound())));
    group.bench_function("reindex", |b| {
        b.iter(|| assert_eq!(runtime.block_on(archive.reindex()).expect("read").indexed, u64::from(SCANS)));
    });
    group.finish();
}

criterion_group!(benches, scrub);
criterion_main!(benches);
