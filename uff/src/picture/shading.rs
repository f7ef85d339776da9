//! From attenuation to brightness: window, penetration, local contrast, edges, inversion.

use fearless_simd::Level;
use fearless_simd::dispatch;
use ndarray::Array2;
use ndarray::ArrayView2;
use rayon::prelude::*;

use super::local_contrast::equalize;
use super::palette::Window;
use super::sharpen::sharpen;
use super::tint::BLOCK;
use crate::material::bands_mut;
use crate::material::block_of;
use crate::material::line;

/// What a picture should show best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Penetration {
    /// Thick parts: α from 1.5 to 7 spreads over all of the brightness.
    High,
    /// Thin parts: α from 0 to 1.5.
    Low,
}

impl Penetration {
    /// Returns the window of log attenuation.
    pub fn window(self) -> Window {
        match self {
            Self::High => Window { white: 1.5, black: 7.0, gamma: 1.0 },
            Self::Low => Window { white: 0.0, black: 1.5, gamma: 0.7 },
        }
    }
}

/// How attenuation becomes brightness.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Shading {
    /// Window of α.
    pub window: Window,
    /// Local contrast: the limit of contrast-limited adaptive histogram equalisation, 1 (hardly any) to 10; none without.
    pub local_contrast: Option<f32>,
    /// Strength of edge enhancement, 0 for none to 5.
    pub edges: f32,
    /// Whether thick is white and thin black.
    pub inverse: bool,
}

impl Shading {
    /// Returns the shading of a window, without anything else.
    pub fn of(window: Window) -> Self {
        Self { window, ..Self::default() }
    }

    /// Returns whether the brightness of a pixel depends on its own attenuation alone.
    pub fn is_pointwise(&self) -> bool {
        self.local_contrast.is_none() && self.edges <= 0.0
    }

    /// Returns what makes brightness of attenuation where it depends on that alone.
    pub(super) fn tone(&self) -> Option<Tone> {
        self.is_pointwise().then(|| Tone::new(self.window, self.inverse))
    }

    /// Computes the brightness, 0 (black) to 1 (white), of an image of α `[row, column]`. No data (NaN) and what no
    /// radiation passes (infinity) are as thick as can be.
    pub fn brightness(&self, alpha: &ArrayView2<'_, f32>) -> Array2<f32> {
        let mut image = Array2::zeros(alpha.raw_dim());
        let tone = Tone::new(self.window, self.inverse && self.is_pointwise());
        bands_mut(&mut image, 1).enumerate().for_each(|(row, out)| tone.apply(&line(alpha, row), out));
        if self.is_pointwise() {
            return image;
        }
        if let Some(limit) = self.local_contrast {
            image = equalize(&image.view(), limit);
        }
        if self.edges > 0.0 {
            image = sharpen(&image.view(), self.edges);
        }
        if self.inverse {
            image.mapv_inplace(|b| 1.0 - b);
        }
        image
    }
}

/// [`Window::brightness`], tabulated over the square root of the depth, where every gamma is smooth.
pub(super) struct Tone {
    white: f32,
    per_alpha: f32,
    inverse: bool,
    /// Brightness, and how much more it is at the next step.
    steps: Vec<[f32; 2]>,
}

impl Tone {
    const STEPS: usize = 4096;

    fn new(window: Window, inverse: bool) -> Self {
        let depth = |step: usize| (step as f32 / Self::STEPS as f32).powi(2);
        let alpha = |step: usize| window.white + depth(step) * (window.black - window.white);
        let values: Vec<f32> = (0..=Self::STEPS).map(|step| window.brightness(alpha(step))).collect();
        let next = values.iter().skip(1).chain(values.last());
        let steps = values.iter().zip(next).map(|(here, next)| [*here, next - here]).collect();
        Self { white: window.white, per_alpha: (window.black - window.white).recip(), inverse, steps }
    }

    /// Computes the brightness of a row of α.
    pub(super) fn apply(&self, alpha: &[f32], out: &mut [f32]) {
        let mut last = [0.0; BLOCK];
        dispatch!(Level::new(), _simd => {
            for (first, out) in (0..).step_by(BLOCK).zip(out.chunks_mut(BLOCK)) {
                let found = self.block(block_of(alpha, first, &mut last));
                match out.first_chunk_mut() {
                    Some(out) => *out = found,
                    None => out.iter_mut().zip(found).for_each(|(out, brightness)| *out = brightness),
                }
            }
        });
    }

    #[inline(always)]
    fn block(&self, alpha: &[f32; BLOCK]) -> [f32; BLOCK] {
        let (mut places, mut steps) = ([0.0; BLOCK], [0; BLOCK]);
        for i in 0..BLOCK {
            let depth = (alpha[i] - self.white) * self.per_alpha;
            // What is no number is as thick as can be.
            let depth = if depth < 1.0 { depth.max(0.0) } else { 1.0 };
            places[i] = depth.sqrt() * Self::STEPS as f32;
            steps[i] = places[i] as u32;
        }
        let mut found = [[0.0; 2]; BLOCK];
        for (found, step) in found.iter_mut().zip(&steps) {
            *found = self.steps[*step as usize];
        }
        let brightness = |i: usize| {
            let [here, more] = found[i];
            here + (places[i] - steps[i] as f32) * more
        };
        std::array::from_fn(|i| if self.inverse { 1.0 - brightness(i) } else { brightness(i) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_follows_the_window() {
        let alpha = Array2::from_shape_fn((1, 20_000), |(_, c)| 1.2 * c as f32 / 20_000.0 * 6.0 - 0.5);
        for (gamma, most) in [(0.1, 0.05), (0.5, 1e-4), (0.7, 1e-4), (1.0, 1e-5), (2.5, 1e-5), (10.0, 1e-4)] {
            let window = Window { white: 0.2, black: 5.5, gamma };
            let found = Shading::of(window).brightness(&alpha.view());
            let errors = found.iter().zip(&alpha).map(|(b, a)| (b - window.brightness(*a)).abs());
            let worst = errors.fold(0.0, f32::max);
            assert!(worst <= most, "gamma {gamma}: {worst}");
        }
    }

    #[test]
    fn penetration_spreads_its_part_of_the_range() {
        let alpha = Array2::from_shape_vec((1, 5), vec![0.0, 1.5, 4.25, 7.0, f32::INFINITY]).unwrap();
        let of = |shading: Shading| shading.brightness(&alpha.view()).into_raw_vec_and_offset().0;
        assert_eq!(of(Shading::of(Penetration::High.window())), [1.0, 1.0, 0.5, 0.0, 0.0]);
        let low = of(Shading::of(Penetration::Low.window()));
        assert_eq!(low, [1.0, 0.0, 0.0, 0.0, 0.0]);
        let inverse = Shading { inverse: true, ..Shading::of(Penetration::High.window()) };
        assert_eq!(of(inverse), [0.0, 0.0, 0.5, 1.0, 1.0]);
    }
}
