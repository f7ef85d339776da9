//! The pair of images that the benches share: 1024 detectors × 4096 lines × 16 bit.

pub(crate) const ROWS: usize = 1024;
pub(crate) const COLUMNS: usize = 4096;

/// Samples of a scene: corrugated walls, boxes of random attenuation, photon noise around the mean.
pub(crate) fn scene(attenuation: f64, photons: f64, seed: u64) -> Vec<u16> {
    let mut state = seed;
    let mut uniform = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut boxes_state = 99_u64;
    let mut next = move || {
        boxes_state = boxes_state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (boxes_state >> 33) as usize
    };
    let boxes: Vec<_> = (0..120)
        .map(|_| {
            (
                150 + next() % 700,
                300 + next() % 3300,
                30 + next() % 160,
                40 + next() % 300,
                (next() % 100) as f64 / 60.0,
            )
        })
        .collect();
    let mut depth = vec![0.0; ROWS * COLUMNS];
    for (i, cell) in depth.iter_mut().enumerate() {
        let (row, column) = (i / COLUMNS, i % COLUMNS);
        if (120..900).contains(&row) && (250..3850).contains(&column) {
            *cell = 0.25 + 0.05 * ((column / 24) % 2) as f64;
        }
    }
    for (top, left, height, width, mass) in boxes {
        for row in top..(top + height).min(ROWS) {
            for cell in &mut depth[row * COLUMNS + left..row * COLUMNS + (left + width).min(COLUMNS)] {
                *cell += mass;
            }
        }
    }
    let sample = |depth: &f64| {
        let mean = (-attenuation * depth).exp() * photons;
        let gauss = (0..4).map(|_| uniform()).sum::<f64>() - 2.0;
        let noisy = mean + gauss * 3_f64.sqrt() * mean.sqrt();
        (noisy * 60_000.0 / photons).clamp(0.0, 65_535.0) as u16
    };
    depth.iter().map(sample).collect()
}

/// Name, attenuation, photons and seed of the two images of the pair.
pub(crate) const PAIR: [(&str, f64, f64, u64); 2] = [("high", 0.8, 20_000.0, 7), ("low", 1.0, 15_000.0, 11)];
