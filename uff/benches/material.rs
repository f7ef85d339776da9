//! Throughput of the material analysis on a 1024 x 4096 pair of 16-bit channels, in pixels per second.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ndarray::Array2;
use uff::material::{
    AnalysisOptions, Bilateral, FirstLook, Inversion, InversionOptions, Levels, MaterialTile, MaterialTiles,
    MaterialView, NoiseModel, Smoothed,
};
use uff::model::identifier::ChannelId;
use uff::model::{
    Block, Bundle, Calibration, Channel, ChannelRole, PlaneKey, Quantity, Region, SampleType, Samples, View,
};
use uff::physics::{Beam, Material};
use uff::picture::{MaterialScheme, Shading, draw_view};
use uff::units::Energy;

const ROWS: usize = 1024;
const COLUMNS: usize = 4096;
/// Columns that a first look takes at a time.
const STRIP: usize = 512;

/// Counts of wedges of five materials from 2 to 120 g/cm² with 1.5 % noise: every part of the tables is touched.
fn counts(beam: &Beam) -> uff::Result<Array2<u16>> {
    let names = ["polyethylene", "water", "aluminium", "iron", "lead"];
    let mut bands = Vec::new();
    for name in names {
        let absorber = beam.absorber(&Material::named(name)?)?;
        let line =
            (0..COLUMNS).map(|c| beam.transmission_through(&[(&absorber, 2.0 + 118.0 * c as f64 / COLUMNS as f64)]));
        bands.push(line.collect::<Vec<f64>>());
    }
    let mut state = 1u64;
    Ok(Array2::from_shape_fn((ROWS, COLUMNS), |(r, c)| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let noise = (state >> 40) as f64 / (1u64 << 24) as f64 - 0.5;
        let t = bands[r * names.len() / ROWS][c];
        (100.0 + 60_000.0 * (t + 0.05 * noise * t.sqrt()).max(0.0)) as u16
    }))
}

/// A scan of one view of two energies in memory.
fn bundle(channels: [(f64, Block); 2], like: &Channel) -> uff::Result<Bundle> {
    let mut bundle = Bundle::default();
    let mut view = View { rows: ROWS as u32, columns: COLUMNS as u32, ..View::default() };
    for ((kev, image), (name, role)) in
        channels.into_iter().zip([("high", ChannelRole::High), ("low", ChannelRole::Low)])
    {
        let id = ChannelId::new(name)?;
        bundle.planes.insert(PlaneKey::samples(0, id.clone()), Arc::new(image) as Arc<dyn Samples>);
        view.channels.push(Channel { id, role, energy: Some(Energy::new(kev)?), ..like.clone() });
    }
    bundle.scan.views.push(view);
    Ok(bundle)
}

fn material(c: &mut Criterion) {
    run(c).unwrap_or_else(|e| panic!("{e}"));
}

fn run(c: &mut Criterion) -> uff::Result<()> {
    let (high, low) = (Beam::accelerator(Energy::from_mev(9.0)?)?, Beam::accelerator(Energy::from_mev(6.0)?)?);
    let noise = NoiseModel::new(2e-4, 1e-4)?;
    let options = InversionOptions::new(noise, noise);
    let inversion = Inversion::new(&high, &low, options)?;
    let channel = Channel {
        quantity: Quantity::RawCounts,
        sample_type: SampleType::U16,
        calibration: Some(Calibration { dark_level: Some(100.0), air_level: Some(60_100.0), ..Calibration::default() }),
        ..Channel::default()
    };
    let (image_high, image_low) = (Block::U16(counts(&high)?), Block::U16(counts(&low)?));
    let (levels, _) = Levels::of_channel(&channel, &image_high, None, None)?;
    let (alpha_high, alpha_low) = (levels.attenuation(&image_high, 0)?, levels.attenuation(&image_low, 0)?);

    let mut group = c.benchmark_group("material");
    group.sample_size(10);
    group.bench_function("tables", |b| b.iter(|| Inversion::new(black_box(&high), &low, options).map(|_| ())));
    group.throughput(Throughput::Elements((ROWS * COLUMNS) as u64));
    group.bench_function("attenuation of a pair", |b| {
        b.iter(|| (levels.attenuation(black_box(&image_high), 0), levels.attenuation(black_box(&image_low), 0)));
    });
    let pair = Smoothed { high: alpha_high.clone(), low: alpha_low.clone(), gain: Array2::ones(alpha_high.raw_dim()) };
    group.bench_function("look-up inversion", |b| b.iter(|| inversion.invert(black_box(&pair), 0)));
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    group.bench_function("look-up inversion, 1 thread", |b| {
        b.iter(|| alone.install(|| inversion.invert(black_box(&pair), 0)));
    });
    let smooth = || Bilateral::default().apply(black_box(&alpha_high.view()), &alpha_low.view(), |a| 0.014 + 0.01 * a);
    group.bench_function("smoothing", |b| b.iter(smooth));
    group.bench_function("smoothing, 1 thread", |b| b.iter(|| alone.install(smooth)));
    let bundle = bundle([(9000.0, image_high), (6000.0, image_low)], &channel)?;
    let analysis = AnalysisOptions { noise: Some((noise, noise)), ..AnalysisOptions::default() };
    let view = MaterialView::open(&bundle, 0, &analysis)?;
    let look = FirstLook::new(&view);
    let mut tile = MaterialTile::default();
    let mut strips = || -> uff::Result<()> {
        let strip = |column| Region { row: 0, column, rows: ROWS, columns: STRIP };
        (0..COLUMNS).step_by(STRIP).try_for_each(|column| look.read(black_box(&strip(column)), &mut tile))
    };
    group.bench_function("first look", |b| b.iter(&mut strips));
    group.bench_function("first look, 1 thread", |b| b.iter(|| alone.install(&mut strips)));
    let scheme = MaterialScheme { legend: false, ..MaterialScheme::USUAL };
    let whole = Region { row: 0, column: 0, rows: ROWS, columns: COLUMNS };
    let colours = || draw_view(black_box(&view), &whole, &Shading::default(), &scheme);
    let quickly = || draw_view(black_box(&look), &whole, &Shading::default(), &scheme);
    group.bench_function("counts to colours at first look", |b| b.iter(quickly));
    group.bench_function("counts to colours", |b| b.iter(colours));
    group.bench_function("counts to colours, 1 thread", |b| b.iter(|| alone.install(colours)));
    group.bench_function("counts to picture", |b| {
        b.iter(|| -> uff::Result<usize> { Ok(colours()?.png()?.len()) });
    });
    group.finish();
    Ok(())
}

criterion_group!(benches, material);
criterion_main!(benches);
