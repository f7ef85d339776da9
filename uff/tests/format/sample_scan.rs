//! Scans made up for the tests of the file format.

use std::io::Cursor;
use std::sync::Arc;

use ndarray::Array2;
use uff::format::UffFile;
use uff::format::WriteOptions;
use uff::format::Written;
use uff::format::write;
use uff::limits::Budget;
use uff::model::identifier::ChannelId;
use uff::model::*;
use uff::source::MemorySource;

/// Returns a channel name.
pub(crate) fn channel_id(name: &str) -> ChannelId {
    ChannelId::new(name).unwrap()
}

/// Returns noise that is the same every time.
pub(crate) fn noise(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}

/// Returns an image of a slope with noise.
pub(crate) fn image(rows: usize, columns: usize, sample_type: &SampleType) -> Block {
    let mut next = noise((rows * 31 + columns) as u64);
    let mut value = move |r: usize, c: usize| (r * 3 + c * 7) as f64 + (next() % 64) as f64;
    match sample_type {
        SampleType::U8 => Block::U8(Array2::from_shape_fn((rows, columns), |(r, c)| value(r, c) as u64 as u8)),
        SampleType::U16 => Block::U16(Array2::from_shape_fn((rows, columns), |(r, c)| value(r, c) as u64 as u16)),
        SampleType::U32 => Block::U32(Array2::from_shape_fn((rows, columns), |(r, c)| value(r, c) as u32)),
        SampleType::F32 => Block::F32(Array2::from_shape_fn((rows, columns), |(r, c)| value(r, c) as f32 / 7.0)),
        _ => Block::F64(Array2::from_shape_fn((rows, columns), |(r, c)| value(r, c) / 7.0)),
    }
}

/// Returns a scan of one view with a high and a low channel, calibration lines, a class array and blobs.
pub(crate) fn bundle(rows: usize, columns: usize, sample_type: SampleType) -> Bundle {
    let mut bundle = Bundle::default();
    let channel = |name: &str, role| Channel {
        id: channel_id(name),
        role,
        sample_type: sample_type.clone(),
        measurement_grade: true,
        unit: Some("counts".into()),
        ..Channel::default()
    };
    let material = MaterialProduct { method: "made up".into(), version: "1".into(), ..MaterialProduct::default() };
    bundle.scan.views.push(View {
        rows: rows as u32,
        columns: columns as u32,
        channels: vec![channel("high", ChannelRole::High), channel("low", ChannelRole::Low)],
        material: Some(material),
        ..View::default()
    });
    for name in ["high", "low"] {
        let samples = image(rows, columns + usize::from(name == "low"), &sample_type);
        let samples = samples.crop(&Region { row: 0, column: usize::from(name == "low"), rows, columns }).unwrap();
        bundle.planes.insert(PlaneKey::samples(0, channel_id(name)), Arc::new(samples));
    }
    let dark = PlaneKey::Channel { view: 0, channel: channel_id("high"), part: PlanePart::Dark };
    bundle.planes.insert(dark, Arc::new(image(rows, 8, &sample_type)));
    let class = PlaneKey::Material { view: 0, quantity: Quantity::MaterialClass };
    bundle.planes.insert(class, Arc::new(image(rows, columns, &SampleType::U8)));
    let picture: Vec<u8> = (0..700_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    bundle.scan.media.push(Media {
        blob: "plate".into(),
        media_type: "image/jpeg".into(),
        digest: Sha256::of(&picture),
        ..Media::default()
    });
    bundle.blobs.insert("media/plate", Arc::new(MemorySource::new("plate", picture)));
    bundle.blobs.insert("vendor/empty", Arc::new(MemorySource::new("empty", Vec::new())));
    bundle.series.insert("gamma".into(), Arc::from(vec![1.5, f64::NAN, 3.0]));
    bundle
}

/// Writes a scan into memory.
pub(crate) fn written(bundle: &Bundle, options: &WriteOptions) -> (Vec<u8>, Written) {
    let mut out = Cursor::new(Vec::new());
    let written = write(bundle, &mut out, options, &Budget::default()).unwrap();
    (out.into_inner(), written)
}

/// Opens bytes as a UFF file.
pub(crate) fn opened(bytes: Vec<u8>) -> uff::Result<UffFile> {
    UffFile::open(Arc::new(MemorySource::new("test.uff", bytes)), &Budget::default())
}

/// Compares two blocks bit by bit, so that NaN equals NaN.
pub(crate) fn same(a: &Block, b: &Block) -> bool {
    a.shape() == b.shape() && a.sample_type() == b.sample_type() && a.to_le_bytes() == b.to_le_bytes()
}
