//! What tells an item from its surroundings.

use ndarray::Array2;

use super::bay::Bay;
use super::detection::{EVIDENCE, Measures, Zone};
use super::homogeneity::load;
use super::patch::Patch;
use super::robust::Robust;
use super::subject::Subject;

/// Part of an uncertainty of a mass that no averaging removes: model and calibration.
const SYSTEMATIC: f64 = 0.05;
/// α from which on a pixel of the bay counts as load.
const LOADED: f32 = 0.25;
/// Share of the contrast over scatter of an item from which on another one stands out about as much.
const RIVAL: f64 = 0.6;

/// Item and surroundings, compared.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) patch: Patch,
    /// Levels over which the item keeps its size.
    pub(super) height: u16,
    pub(super) zone: Zone,
    pub(super) measures: Measures,
    /// Difference of the medians of α; positive where the item is denser.
    pub(super) contrast: f64,
    /// How far the item stands out from the tenth of its surroundings that is most like it, over the contrast.
    pub(super) stand_out: f64,
    /// Share of the surroundings that differ in the same sense.
    pub(super) enclosed: f64,
    /// Median α around.
    pub(super) alpha_around: f64,
    /// Share of metal in what is around, 0 to 1; none with one energy.
    pub(super) metal_around: Option<f64>,
    /// Difference of the metal, and of the organic matter, over its standard deviation; 0 with one energy.
    pub(super) metal_sigmas: f64,
    pub(super) organic_sigmas: f64,
    /// Difference of the metal and of the organic matter, g/cm².
    pub(super) metal: f64,
    pub(super) organic: f64,
    /// Other items that look the same.
    pub(super) alike: usize,
    /// Other items that stand out about as much or more.
    pub(super) rivals: usize,
    /// What the load is like.
    pub(super) load: Surroundings,
}

/// Load as a whole, as the surroundings of an item.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Surroundings {
    /// As [`Load::unevenness`](super::Load::unevenness).
    pub(super) unevenness: f64,
    /// Share of metal in the mass of the load, 0 to 1; none with one energy.
    pub(super) metal: Option<f64>,
}

impl Surroundings {
    /// Sums up a load.
    pub(super) fn of(subject: &Subject, bay: &Bay) -> Self {
        let (mut metal, mut organic) = (0.0, 0.0);
        if let Some(parts) = &subject.parts {
            let r = &bay.inside;
            for at in (r.row..r.row + r.rows).flat_map(|row| (r.column..r.column + r.columns).map(move |c| (row, c))) {
                if subject.alpha[at] > LOADED && !subject.dark[at] {
                    metal += f64::from(parts.metal[at]);
                    organic += f64::from(parts.organic[at]);
                }
            }
        }
        let share = (metal / (metal + organic)).clamp(0.0, 1.0);
        Self { unevenness: load(subject, bay).map_or(1.0, |l| l.unevenness), metal: share.is_finite().then_some(share) }
    }
}

impl Look {
    /// Compares a patch with a ring around it.
    pub(super) fn new(subject: &Subject, alpha: &Array2<f32>, bay: &Bay, patch: Patch, height: u16) -> Option<Self> {
        let size = (patch.len() as f64).sqrt();
        let ring = patch.ring(subject.shape(), 1, ((0.4 * size).round() as usize).clamp(2, 8));
        let at = |image: &Array2<f32>, pixels: &[(usize, usize)]| Robust::of(pixels.iter().map(|p| image[*p]));
        let own: Vec<(usize, usize)> = patch.pixels().collect();
        let (inside, around) = (at(alpha, &own), at(alpha, &ring));
        if inside.count == 0 || around.count == 0 {
            return None;
        }
        let contrast = inside.median - around.median;
        let step = subject.step(around.median.max(inside.median));
        let scatter = around.spread.hypot(step);
        let nearest = if contrast > 0.0 { inside.median - around.high } else { around.low - inside.median };
        let beyond = |alpha: f32| (inside.median - f64::from(alpha)) * contrast.signum() > 3.0 * step;
        let enclosed = ring.iter().filter(|p| beyond(alpha[**p])).count() as f64 / ring.len().max(1) as f64;
        let (lambda, lambda_around) = (at(&subject.lambda, &own), at(&subject.lambda, &ring));
        // Noise of the mean of the item; unevenness of the surroundings, which is not independent from pixel to pixel.
        let per_alpha = if inside.median > 0.05 { lambda.median / inside.median } else { 25.0 };
        let noise = |alpha: f64, count: usize| subject.noise.sigma_alpha(alpha) / (count as f64).sqrt() * per_alpha;
        let uneven = lambda_around.spread / (ring.len() as f64 / 8.0).max(1.0).sqrt();
        let excess_sigma = noise(inside.median, inside.count).hypot(noise(around.median, around.count)).hypot(uneven);
        let excess = lambda.median - lambda_around.median;
        let area = subject.pixel_area().map(|area| area * patch.len() as f64);
        let z = subject.z.as_ref().and_then(|z| {
            let named = Robust::of(own.iter().map(|p| z[*p]).filter(|z| *z > 0.0));
            (2 * named.count > own.len()).then_some(named.median)
        });
        let mut look = Self {
            height,
            zone: if own.iter().filter(|p| bay.holds(**p)).count() * 2 > own.len() {
                Zone::Load
            } else {
                Zone::Structure
            },
            measures: Measures {
                area,
                lambda: lambda.median,
                lambda_around: lambda_around.median,
                excess,
                excess_sigma,
                z,
                metal_share: None,
                mass: area.map(|area| excess * area / 1000.0),
                mass_sigma: area.map(|area| excess_sigma.hypot(SYSTEMATIC * excess) * area / 1000.0),
                snr: contrast.abs() / scatter,
            },
            contrast,
            stand_out: (nearest / contrast.abs().max(1e-6)).clamp(-1.0, 1.0),
            enclosed,
            alpha_around: around.median,
            metal_around: None,
            metal_sigmas: 0.0,
            organic_sigmas: 0.0,
            metal: 0.0,
            organic: 0.0,
            alike: 0,
            rivals: 0,
            load: Surroundings::default(),
            patch,
        };
        look.decompose(subject, &own, &ring, (inside.median, around.median));
        Some(look)
    }

    /// Compares organic matter and metal.
    fn decompose(&mut self, subject: &Subject, own: &[(usize, usize)], ring: &[(usize, usize)], alpha: (f64, f64)) {
        let Some(parts) = &subject.parts else { return };
        let at = |image: &Array2<f32>, pixels: &[(usize, usize)]| Robust::of(pixels.iter().map(|p| image[*p]));
        let (metal, metal_around) = (at(&parts.metal, own), at(&parts.metal, ring));
        let (organic, organic_around) = (at(&parts.organic, own), at(&parts.organic, ring));
        let typical = |pixels: &[(usize, usize)], alpha: f64| {
            let near = |p: &&(usize, usize)| (f64::from(subject.alpha[**p]) - alpha).abs();
            let middle = pixels.iter().min_by(|a, b| near(a).total_cmp(&near(b)));
            let single = middle.map_or(f64::INFINITY, |p| parts.sigma(*p, subject.alpha[*p], &subject.noise));
            single / (pixels.len() as f64).sqrt()
        };
        let noise = typical(own, alpha.0).hypot(typical(ring, alpha.1));
        let sigma = |around: &Robust| noise.hypot(around.spread / (ring.len() as f64 / 8.0).max(1.0).sqrt()).max(0.05);
        (self.metal, self.organic) = (metal.median - metal_around.median, organic.median - organic_around.median);
        self.metal_sigmas = self.metal / sigma(&metal_around).hypot(0.02 * metal.median);
        self.organic_sigmas = self.organic / sigma(&organic_around).hypot(0.02 * organic.median);
        let share = |metal: f64, organic: f64| (metal / (metal + organic)).clamp(0.0, 1.0);
        let all = metal_around.median + organic_around.median;
        self.metal_around = (all > 1.0).then(|| share(metal_around.median, organic_around.median));
        let both = self.metal + self.organic;
        self.measures.metal_share =
            (both.abs() > 2.0 * noise.max(0.2)).then(|| share(self.metal, self.organic)).filter(|s| s.is_finite());
    }

    /// Returns the evidence that a confidence is made of.
    pub(super) fn evidence(&self) -> [f64; EVIDENCE] {
        let log = |value: f64| value.max(1e-3).ln();
        let bounds = self.patch.bounds();
        let slender = log(bounds.rows as f64 / bounds.columns as f64);
        [
            log(self.measures.snr),
            self.stand_out,
            log(self.contrast.abs() / self.alpha_around.max(0.05)),
            self.patch.fill(),
            (self.alike as f64).ln_1p(),
            self.enclosed,
            log(self.patch.len() as f64 / 25.0),
            log(f64::from(self.height) / 10.0),
            self.metal_sigmas.max(self.organic_sigmas).max(0.0).ln_1p(),
            slender.abs(),
            (self.rivals as f64).ln_1p(),
            log(self.load.unevenness),
            self.load.metal.unwrap_or(0.0),
            log(bounds.rows.min(bounds.columns) as f64),
        ]
    }
}

/// Counts for each item the others of about its size and contrast, and those that stand out about as much: goods come in
/// numbers, what is hidden rarely does.
pub(super) fn compare(looks: &mut [Look]) {
    let near = |a: f64, b: f64, factor: f64| a < b * factor && b < a * factor;
    let facts: Vec<(f64, f64, f64, f64)> = looks
        .iter()
        .map(|l| (l.patch.bounds().rows as f64, l.patch.bounds().columns as f64, l.contrast.abs(), l.measures.snr))
        .collect();
    for (index, look) in looks.iter_mut().enumerate() {
        let own = facts[index];
        let same = |other: &&(f64, f64, f64, f64)| {
            near(own.0 + 1.0, other.0 + 1.0, 1.35)
                && near(own.1 + 1.0, other.1 + 1.0, 1.35)
                && near(own.2, other.2, 1.4)
        };
        look.alike = facts.iter().filter(same).count().saturating_sub(1);
        look.rivals = facts.iter().filter(|other| other.3 > RIVAL * own.3).count().saturating_sub(1);
    }
}
