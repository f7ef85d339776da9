//! Times of the decoders that profiles place: interlaced, packed and tiled samples beside a memory copy of the same
//! output.
//!
//! Each decodes images of 1024 detectors to 16-bit samples `[row, column]` out of memory; `copy` makes the same output by
//! copying it. `decoders` are lorries of 4096 lines, one after another, as a service gets them; `decoders again` is one and
//! the same lorry, so that what is copied stays in the processor's caches; `decoders long` is a train of 32 768 lines, for
//! which every copy needs new memory. The goal is a ratio of at most 2.

#![allow(clippy::expect_used, missing_docs)]

mod scene;

use std::hint::black_box;
use std::sync::Arc;

use criterion::Criterion;
use criterion::Throughput;
use criterion::criterion_group;
use criterion::criterion_main;
use scene::COLUMNS;
use scene::PAIR;
use scene::ROWS;
use scene::scene;
use uff::model::ByteOrder;
use uff::model::SampleType;
use uff::model::Samples;
use uff::source::MemorySource;
use uff::vendor::BitPlacement;
use uff::vendor::PackedSamples;
use uff::vendor::Placement;
use uff::vendor::StridedSamples;
use uff::vendor::TilePlacement;
use uff::vendor::TiledSamples;

fn strided(columns: usize, byte_order: ByteOrder, row_stride: usize, column_stride: usize) -> Placement {
    Placement {
        shape: (ROWS, columns),
        sample_type: SampleType::U16,
        byte_order,
        offset: 0,
        row_stride: row_stride as u64,
        column_stride: column_stride as u64,
    }
}

fn packed(columns: usize, bits: u32, most_first: bool, by_rows: bool) -> BitPlacement {
    let (minor, line) = (u64::from(bits), if by_rows { columns } else { ROWS } as u64);
    let major = (minor * line).next_multiple_of(8);
    let (row_stride, column_stride) = if by_rows { (major, minor) } else { (minor, major) };
    BitPlacement { shape: (ROWS, columns), bits, most_first, offset: 0, row_stride, column_stride }
}

/// Lines of the images, and how many there are.
const GROUPS: [(&str, usize, usize); 3] =
    [("decoders", COLUMNS, 8), ("decoders again", COLUMNS, 1), ("decoders long", 8 * COLUMNS, 1)];

fn decoders(c: &mut Criterion) {
    let (_, attenuation, photons, seed) = PAIR[0];
    let lorry = scene(attenuation, photons, seed);
    for (name, columns, count) in GROUPS {
        let images = vec![lorry.repeat(columns / COLUMNS); count];
        let scans: Vec<_> = images
            .iter()
            .map(|image| {
                let bytes: Vec<u8> = image.iter().chain(image).flat_map(|s| s.to_le_bytes()).collect();
                cases(&Arc::new(MemorySource::new("bench", bytes)), columns)
            })
            .collect();
        let mut group = c.benchmark_group(name);
        group.sample_size(20).throughput(Throughput::Bytes((2 * ROWS * columns) as u64));
        let mut next = images.iter().cycle();
        group.bench_function("copy", |b| b.iter(|| black_box(next.next()).cloned()));
        for (case, (name, _)) in scans[0].iter().enumerate() {
            let mut next = scans.iter().cycle();
            let mut decode = || next.next().map(|cases| black_box(&cases[case].1).read_all().expect("samples"));
            group.bench_function(name, |b| b.iter(&mut decode));
        }
        group.finish();
    }
}

fn cases(source: &Arc<MemorySource>, columns: usize) -> Vec<(String, Arc<dyn Samples>)> {
    let mut cases: Vec<(String, Arc<dyn Samples>)> = Vec::new();
    let mut place = |name: &str, byte_order, row_stride, column_stride| {
        let placement = strided(columns, byte_order, row_stride, column_stride);
        let samples = StridedSamples::new(source.clone(), placement).expect("samples inside the source");
        cases.push((name.to_owned(), Arc::new(samples)));
    };
    place("plane", ByteOrder::Little, 2 * columns, 2);
    place("plane big-endian", ByteOrder::Big, 2 * columns, 2);
    place("interlaced rows", ByteOrder::Little, 4 * columns, 2);
    place("interlaced pulses", ByteOrder::Little, 2, 4 * ROWS);
    place("interlaced pulses big-endian", ByteOrder::Big, 2, 4 * ROWS);
    place("interlaced pixels", ByteOrder::Little, 4 * columns, 4);
    for (bits, most_first) in [(10, false), (12, false), (14, false), (10, true), (12, true), (14, true)] {
        for by_rows in [true, false] {
            let order = if most_first { "msb" } else { "lsb" };
            let name = format!("packed {bits} {order} {}", if by_rows { "rows" } else { "pulses" });
            let samples = PackedSamples::new(source.clone(), packed(columns, bits, most_first, by_rows));
            cases.push((name, Arc::new(samples.expect("samples inside the source"))));
        }
    }
    let first = Placement { shape: (64, 64), ..strided(columns, ByteOrder::Little, 128, 2) };
    let tiles = TiledSamples::new(source.clone(), TilePlacement { shape: (ROWS, columns), first, stride: 64 * 64 * 2 });
    cases.push(("tiles 64".to_owned(), Arc::new(tiles.expect("samples inside the source"))));
    cases
}

criterion_group!(benches, decoders);
criterion_main!(benches);
