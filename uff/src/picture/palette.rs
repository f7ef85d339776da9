//! Colours of materials.
//!
//! Hue by atomic number (organic orange, light green, metal blue, heavy violet, as customary on security scanners),
//! brightness by thickness, saturation by confidence: where nothing is decided the pixel is grey. What no radiation
//! passes is black. A second set of colours needs no red and green to be told apart.

use super::tint::Tint;
use crate::material::MaterialClass;

/// Red, green, blue, 0 to 255.
pub type Rgb = [u8; 3];

/// How attenuation becomes brightness.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// α shown white.
    pub white: f32,
    /// α shown black.
    pub black: f32,
    /// Exponent on the way from white to black; below 1 thick parts stay bright for longer.
    pub gamma: f32,
}

impl Default for Window {
    /// From 0 to 5 with gamma 0.7, which shows both cardboard and engine blocks.
    fn default() -> Self {
        Self { white: 0.0, black: 5.0, gamma: 0.7 }
    }
}

impl Window {
    /// Returns the brightness of an α from 0 (black) to 1 (white); NaN is black.
    pub fn brightness(&self, alpha: f32) -> f32 {
        let depth = ((alpha - self.white) / (self.black - self.white)).clamp(0.0, 1.0);
        if depth.is_nan() { 0.0 } else { 1.0 - depth.powf(self.gamma) }
    }
}

/// Hues in degrees at atomic numbers; constant in the middle of a class, quickly changing at its bounds.
const HUES: [(f32, f32); 8] = [
    (5.0, 36.0),
    (8.5, 30.0),
    (11.5, 105.0),
    (17.0, 130.0),
    (22.0, 205.0),
    (36.0, 225.0),
    (48.0, 280.0),
    (92.0, 295.0),
];

/// Colours of the classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colours {
    /// Orange, green, blue, violet, as security scanners show them.
    #[default]
    Customary,
    /// From orange by pale yellow and pale blue to blue: told apart without telling red from green.
    Safe,
}

impl Colours {
    /// Returns the colour of a pixel: its class, its atomic number (0 takes the typical one of the class), its confidence
    /// from 0 to 255 and its brightness from 0 to 1.
    pub fn of(self, class: MaterialClass, z: f32, confidence: u8, brightness: f32) -> Rgb {
        self.tint(class, z).of_pixel(confidence, brightness)
    }

    /// Returns the tint of a class and an atomic number, where 0 takes the typical one of the class.
    pub(super) fn tint(self, class: MaterialClass, z: f32) -> Tint {
        let typical = match class {
            MaterialClass::Undecided => return Tint::GREY,
            MaterialClass::Organic => 7.0,
            MaterialClass::Light => 13.0,
            MaterialClass::Metal => 26.0,
            MaterialClass::Heavy => 82.0,
        };
        match self {
            Self::Customary => Tint::of_hue(hue(if z > 0.0 { z } else { typical }), 1.0),
            Self::Safe => match class {
                MaterialClass::Organic => Tint::of_hue(28.0, 1.1),
                MaterialClass::Light => Tint::of_hue(52.0, 0.55),
                MaterialClass::Metal => Tint::of_hue(205.0, 0.45),
                _ => Tint::of_hue(228.0, 1.1),
            },
        }
    }
}

/// Returns the hue in degrees of an atomic number.
pub fn hue(z: f32) -> f32 {
    let after = HUES.partition_point(|(at, _)| *at <= z);
    match (after.checked_sub(1).and_then(|i| HUES.get(i)), HUES.get(after)) {
        (Some((z0, h0)), Some((z1, h1))) => h0 + (z - z0) / (z1 - z0) * (h1 - h0),
        (Some((_, hue)), None) | (None, Some((_, hue))) => *hue,
        (None, None) => 0.0,
    }
}

/// Returns the 8-bit grey of a brightness from 0 to 1; what is no number is black.
#[inline(always)]
pub fn grey(brightness: f32) -> u8 {
    // Beside 2²³ the last bit of a float is 1: the sum is rounded, and holds the number in its low bits.
    (brightness.clamp(0.0, 1.0) * 255.0 + 8_388_608.0).to_bits() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dominant(rgb: Rgb) -> usize {
        (0..3).max_by_key(|i| rgb[*i]).unwrap()
    }

    #[test]
    fn classes_have_their_customary_colours() {
        let of = |class, z| Colours::Customary.of(class, z, 255, 0.5);
        let organic = of(MaterialClass::Organic, 7.0);
        assert!(organic[0] > organic[1] && organic[1] > organic[2], "{organic:?}");
        assert_eq!(dominant(of(MaterialClass::Light, 13.0)), 1);
        assert_eq!(dominant(of(MaterialClass::Metal, 26.0)), 2);
        let heavy = of(MaterialClass::Heavy, 82.0);
        assert!(heavy[0] > heavy[1] && heavy[2] > heavy[1], "{heavy:?}");
    }

    #[test]
    fn brightness_follows_thickness_not_class() {
        for brightness in [0.1f32, 0.3, 0.5, 0.7, 0.9] {
            for (class, z) in
                [(MaterialClass::Organic, 6.0), (MaterialClass::Light, 13.0), (MaterialClass::Metal, 26.0)]
            {
                let [r, g, b] = Colours::Customary.of(class, z, 255, brightness).map(f32::from);
                let luma = (0.299 * r + 0.587 * g + 0.114 * b) / 255.0;
                assert!((luma - brightness).abs() < 0.01, "{class} {brightness}: {luma}");
            }
        }
    }

    #[test]
    fn undecided_is_grey_and_opaque_black() {
        assert_eq!(Colours::Customary.of(MaterialClass::Undecided, 0.0, 200, 0.5), [128; 3]);
        assert_eq!(Window::default().brightness(f32::INFINITY), 0.0);
        assert_eq!(Window::default().brightness(f32::NAN), 0.0);
        assert_eq!(Window::default().brightness(-0.1), 1.0);
        let unsure = Colours::Customary.of(MaterialClass::Metal, 26.0, 140, 0.5);
        let sure = Colours::Customary.of(MaterialClass::Metal, 26.0, 255, 0.5);
        assert!(sure[2] - sure[0] > unsure[2] - unsure[0]);
    }

    /// What an eye without the long, the middle or the short cones sees: the matrices for full dichromacy of
    /// G. M. Machado et al., IEEE TVCG 15 (2009) 1291, applied to linear RGB.
    const DICHROMATS: [[[f64; 3]; 3]; 3] = [
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ];

    /// CIE 1976 L*a*b* of a colour as a dichromat sees it.
    fn seen(rgb: Rgb, eye: &[[f64; 3]; 3]) -> [f64; 3] {
        let linear = rgb.map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        let times = |m: &[[f64; 3]; 3], v: [f64; 3]| m.map(|row| (0..3).map(|i| row[i] * v[i]).sum::<f64>());
        let seen = times(eye, linear).map(|c| c.clamp(0.0, 1.0));
        let xyz = times(&[[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], seen);
        let f = |t: f64| if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
        let [x, y, z] = [f(xyz[0] / 0.9505), f(xyz[1]), f(xyz[2] / 1.089)];
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    /// Least difference between two classes of equal brightness for any of the three eyes.
    fn least_difference(colours: Colours) -> f64 {
        let classes = [MaterialClass::Organic, MaterialClass::Light, MaterialClass::Metal, MaterialClass::Heavy];
        let mut least = f64::INFINITY;
        for eye in &DICHROMATS {
            for (i, a) in classes.iter().enumerate() {
                for b in &classes[..i] {
                    let [a, b] = [*a, *b].map(|class| seen(colours.of(class, 0.0, 255, 0.5), eye));
                    least = least.min((0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f64>().sqrt());
                }
            }
        }
        least
    }

    #[test]
    fn safe_colours_are_told_apart_by_every_eye() {
        let (safe, customary) = (least_difference(Colours::Safe), least_difference(Colours::Customary));
        // A difference of 10 in L*a*b* is plain at a glance.
        assert!(safe > 10.0 && safe > customary, "safe {safe}, customary {customary}");
    }
}
