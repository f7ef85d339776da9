//! Times of the readers: a dual-energy pair of each format, read alone and converted.
//!
//! The pair is that of the codec bench, handed out once per format to `target/bench-readers`, so that
//! `peers/peers.py` does the same jobs on the same files: by the exporters of the formats, and as two deliveries of a
//! proprietary kind that a profile describes, one with pulses of alternating energy, one packed to 12 bits. `read` opens
//! the delivery (with the digests of its files), recognises it and decodes every sample; `convert` also compresses and
//! writes the UFF file, with one thread.

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
use uff::vendor::profile::Profile;
use uff::vendor::recognize;

/// Formats that are both written and read.
const FORMATS: [&str; 4] = ["tiff", "npy", "png", "dicos"];

/// Profiles of the proprietary deliveries, by name; each is one file of a head of 16 bytes and the samples.
const PROFILES: [(&str, &str); 2] = [
    ("raw", "type = \"u16\"\norder = \"columns\"\ninterleave = \"line\"\n"),
    ("packed", "type = \"u12\"\norder = \"rows\"\n"),
];

fn profile(name: &str, pixels: &str) -> Arc<Profile> {
    let channel = |id: &str, energy: u32| {
        format!("[[view.channel]]\nid = \"{id}\"\nrole = \"{id}\"\nquantity = \"raw-counts\"\nenergy = {energy}\n")
    };
    let text = format!(
        "[profile]\nname = \"bench-{name}\"\nversion = \"1\"\ntitle = \"Bench\"\n\
         [recognize]\nmagic = [{{ file = \"image\", text = \"BENCH {name}\" }}]\n\
         [[file]]\nid = \"image\"\n\
         [[view]]\nkind = \"side\"\nrows = {ROWS}\ncolumns = {COLUMNS}\n{}{}\
         [[pixels]]\nfile = \"image\"\noffset = 16\nchannels = [\"high\", \"low\"]\n{pixels}",
        channel("high", 6000),
        channel("low", 4000),
    );
    Arc::new(Profile::parse(&text, "bench.toml").expect("a sound profile"))
}

/// Writes a proprietary delivery and returns its folder.
fn proprietary(name: &str) -> PathBuf {
    let [high, low] = PAIR.map(|(_, attenuation, photons, seed)| scene(attenuation, photons, seed));
    let mut bytes = format!("BENCH {name}").into_bytes();
    bytes.resize(16, 0);
    if name == "raw" {
        for column in 0..COLUMNS {
            for image in [&high, &low] {
                bytes.extend((0..ROWS).flat_map(|row| image[row * COLUMNS + column].to_le_bytes()));
            }
        }
    } else {
        for image in [&high, &low] {
            for pair in image.chunks_exact(2) {
                let [a, b] = [pair[0] >> 4, pair[1] >> 4];
                bytes.extend([(a & 0xff) as u8, (a >> 8 | (b & 0xf) << 4) as u8, (b >> 4) as u8]);
            }
        }
    }
    let folder = folder(name);
    std::fs::write(folder.join("scan.bin"), bytes).expect("bench data");
    folder
}

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

/// Returns an empty folder for a delivery.
fn folder(name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    let folder = target.join("bench-readers").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("an old bench folder");
    }
    std::fs::create_dir_all(&folder).expect("bench folder");
    folder
}

/// Writes the pair in a format and returns the folder of its files.
fn delivery(bundle: &Bundle, format: &str) -> PathBuf {
    let folder = folder(format);
    let exporter = exporter(format).expect("a known format");
    exporter.export(bundle, &mut Folder::new(&folder), &Budget::default()).expect("bench data");
    folder
}

fn read(folder: &Path, options: &ReadOptions) -> Bundle {
    let budget = Budget::default();
    let delivery = Delivery::open(folder, &budget).expect("a delivery");
    let recognized = recognize(&delivery, options).expect("a known format");
    recognized.reader.read(&delivery, options, &budget).expect("a scan")
}

fn readers(c: &mut Criterion) {
    let bundle = pair();
    let scratch = tempfile::tempdir().expect("scratch");
    let target = scratch.path().join("bench.uff");
    let mut group = c.benchmark_group("readers");
    group.sample_size(15).throughput(Throughput::Bytes((2 * 2 * ROWS * COLUMNS) as u64));
    let profiles = PROFILES.map(|(name, pixels)| profile(name, pixels)).to_vec();
    let options = ReadOptions { profiles, ..ReadOptions::default() };
    let standard = FORMATS.map(|format| (format, delivery(&bundle, format)));
    let own = PROFILES.map(|(name, _)| (name, proprietary(name)));
    for (format, folder) in standard.into_iter().chain(own) {
        group.bench_function(format!("{format}/read"), |b| {
            b.iter(|| {
                for samples in read(&folder, &options).planes.values() {
                    black_box(samples.read_all().expect("samples"));
                }
            });
        });
        group.bench_function(format!("{format}/convert"), |b| {
            b.iter(|| {
                let out = File::create(&target).expect("a target");
                let one_thread = WriteOptions { threads: NonZeroUsize::new(1), ..WriteOptions::default() };
                let bundle = read(&folder, &options);
                black_box(write(&bundle, out, &one_thread, &Budget::default()).expect("a file"));
            });
        });
    }
    group.finish();
}

criterion_group!(benches, readers);
criterion_main!(benches);
