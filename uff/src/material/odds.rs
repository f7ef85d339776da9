//! What a pair of attenuations may come from, and which class is the most likely.
//!
//! With α_H fixed, every material shows one q = α_L / α_H − 1. A pair may come from goods that the
//! [prior](super::prior) expects, each where the beams have it, on the axis or off it, give or take its recipe; or from
//! matter that the prior does not know, anywhere along the axis.

use super::class::MaterialClass;
use super::elementary::exp;
use super::forward::Forward;
use super::prior::recipe;

/// Most likely class for one noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) class: MaterialClass,
    /// Posterior probability of the class, 0 to 255 for 0 to 1.
    pub(super) confidence: u8,
}

/// Something that a pair may come from.
#[derive(Debug, Clone, Copy)]
struct Hypothesis {
    class: MaterialClass,
    /// The q it shows, and the variance of that.
    q: f64,
    variance: f64,
    /// Prior probability.
    prior: f64,
}

/// What a pair may come from at one α_H.
#[derive(Clone)]
pub(super) struct Odds(Vec<Hypothesis>);

impl Odds {
    /// Takes the hypotheses of a row of forward tables, which is row `class_row` of the table of classes.
    pub(super) fn of_row(forward: &Forward, row: usize, class_row: usize) -> Self {
        let sights = forward.rows.get(row).map(Vec::as_slice).unwrap_or_default();
        let q = |i: usize| sights.get(i).map_or(f64::NAN, |s| s.ratio);
        let z = |i: usize| forward.z.get(i).copied().unwrap_or(f64::NAN);
        let last = forward.z.len() - 1;
        let unknown = (0..=last).map(|i| {
            // A node stands for matter half-way to its neighbours, spread evenly.
            let width = (q((i + 1).min(last)) - q(i.saturating_sub(1))) / 2.0;
            let class = MaterialClass::of_z(z(i));
            Hypothesis { class, q: q(i), variance: width * width / 12.0, prior: forward.unknown[i] }
        });
        let known = forward.goods.iter().map(|goods| {
            let next = forward.z.partition_point(|z| *z < goods.z).clamp(1, last);
            let per_z = (q(next) - q(next - 1)) / (z(next) - z(next - 1));
            let variance = (recipe(goods.z) * per_z).powi(2);
            Hypothesis { class: goods.class, q: goods.ratios[class_row], variance, prior: goods.share }
        });
        Self(unknown.chain(known).collect())
    }

    /// Weighs the hypotheses for a standard deviation of q.
    pub(super) fn with_noise(&self, sigma: f64) -> Weighed {
        let classes = MaterialClass::ALL.map(|class| {
            let mut members: Vec<&Hypothesis> = self.0.iter().filter(|h| h.class == class).collect();
            members.sort_by(|a, b| a.q.total_cmp(&b.q));
            members.chunks(LANES).map(|members| Lanes::new(members, sigma)).collect()
        });
        Weighed(classes)
    }
}

/// Hypotheses that are worked on at once.
const LANES: usize = 8;

/// Hypotheses of one class for one noise.
struct Lanes {
    q: [f32; LANES],
    /// What the square of a distance in q takes from the logarithm of the likelihood.
    per_square: [f32; LANES],
    /// That logarithm at no distance, prior included.
    most: [f32; LANES],
    /// From where to where in q one of them plays a part.
    part: (f32, f32),
}

impl Lanes {
    fn new(members: &[&Hypothesis], sigma: f64) -> Self {
        let nowhere = (f32::INFINITY, f32::NEG_INFINITY);
        let mut lanes = Self { q: [0.0; LANES], per_square: [0.0; LANES], most: [IMPOSSIBLE; LANES], part: nowhere };
        for (i, member) in members.iter().enumerate().take(LANES) {
            let variance = member.variance + sigma * sigma;
            lanes.q[i] = member.q as f32;
            lanes.per_square[i] = (0.5 / variance) as f32;
            lanes.most[i] = ((member.prior / variance.sqrt()).ln() as f32).max(IMPOSSIBLE);
            let reach = (FARTHEST * variance.sqrt()) as f32;
            lanes.part = (lanes.part.0.min(lanes.q[i] - reach), lanes.part.1.max(lanes.q[i] + reach));
        }
        lanes
    }

    #[inline(always)]
    fn likelihood(&self, q: f32, i: usize) -> f32 {
        let distance = q - self.q[i];
        self.most[i] - distance * distance * self.per_square[i]
    }
}

/// Standard deviations beyond which a hypothesis plays no part where another does.
const FARTHEST: f64 = 9.0;

/// Logarithm of the likelihood of what cannot be.
const IMPOSSIBLE: f32 = -1e30;

/// Hypotheses for one noise, by class.
pub(super) struct Weighed([Vec<Lanes>; MaterialClass::ALL.len()]);

impl Weighed {
    /// Returns the most likely class at a q.
    #[inline(always)]
    pub(super) fn verdict(&self, q: f32) -> Verdict {
        let plays = |lanes: &&Lanes| lanes.part.0 <= q && q <= lanes.part.1;
        let far = !self.0.iter().flatten().any(|lanes| plays(&lanes));
        let mut best = [f32::NEG_INFINITY; LANES];
        for lanes in self.0.iter().flatten().filter(|lanes| far || plays(lanes)) {
            for (i, best) in best.iter_mut().enumerate() {
                *best = best.max(lanes.likelihood(q, i));
            }
        }
        let best = best.into_iter().fold(f32::NEG_INFINITY, f32::max);
        let mut mass = [0.0; MaterialClass::ALL.len()];
        for (mass, class) in mass.iter_mut().zip(&self.0) {
            let mut sums = [0.0; LANES];
            for lanes in class.iter().filter(|lanes| far || plays(lanes)) {
                for (i, sum) in sums.iter_mut().enumerate() {
                    *sum += exp(lanes.likelihood(q, i) - best);
                }
            }
            *mass = sums.iter().sum::<f32>();
        }
        let all: f32 = mass.iter().sum();
        let most = (0..mass.len()).max_by(|a, b| mass[*a].total_cmp(&mass[*b])).unwrap_or(0);
        Verdict { class: MaterialClass::ALL[most], confidence: (255.0 * mass[most] / all).round() as u8 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hypothesis(class: MaterialClass, q: f64, sigma: f64, prior: f64) -> Hypothesis {
        Hypothesis { class, q, variance: sigma * sigma, prior }
    }

    /// Bayes' rule for two Gaussians, by hand.
    #[test]
    fn confidence_is_the_posterior() {
        let odds = Odds(vec![
            hypothesis(MaterialClass::Organic, 0.30, 0.003, 0.6),
            hypothesis(MaterialClass::Metal, 0.20, 0.0, 0.4),
        ]);
        let density = |distance: f64, sigma: f64| (-0.5 * (distance / sigma).powi(2)).exp() / sigma;
        for q in [0.1_f64, 0.2, 0.249, 0.251, 0.3, 0.6] {
            let (organic, metal) = (0.6 * density(q - 0.3, 0.034_f64.hypot(0.003)), 0.4 * density(q - 0.2, 0.034));
            let expected = organic.max(metal) / (organic + metal);
            let found = odds.with_noise(0.034).verdict(q as f32);
            let class = if organic > metal { MaterialClass::Organic } else { MaterialClass::Metal };
            assert_eq!(found.class, class, "{q}");
            assert!((f64::from(found.confidence) / 255.0 - expected).abs() < 0.003, "{q}: {found:?} for {expected}");
        }
    }

    #[test]
    fn far_from_everything_the_nearest_is_certain() {
        let odds = Odds(vec![
            hypothesis(MaterialClass::Organic, 0.3, 0.0, 0.9),
            hypothesis(MaterialClass::Heavy, 0.1, 0.0, 0.1),
        ]);
        let found = odds.with_noise(1e-4).verdict(-0.5);
        assert_eq!(found, Verdict { class: MaterialClass::Heavy, confidence: 255 });
    }
}
