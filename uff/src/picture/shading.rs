//! From attenuation to brightness: window, penetration, local contrast, edges, inversion.

use ndarray::Array2;
use ndarray::ArrayView2;

use super::local_contrast::equalize;
use super::palette::Window;
use super::sharpen::sharpen;

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

    /// Computes the brightness, 0 (black) to 1 (white), of an image of α `[row, column]`. No data (NaN) and what no
    /// radiation passes (infinity) are as thick as can be.
    pub fn brightness(&self, alpha: &ArrayView2<'_, f32>) -> Array2<f32> {
        let mut image = alpha.mapv(|a| self.window.brightness(a));
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

#[cfg(test)]
mod tests {
    use super::*;

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
