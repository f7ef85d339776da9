//! Colours of materials.
//!
//! Hue by atomic number (organic orange, light green, metal blue, heavy violet, as customary on security scanners),
//! brightness by thickness, saturation by confidence: where nothing is decided the pixel is grey. What no radiation
//! passes is black.

use super::class::MaterialClass;

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

/// Returns the hue in degrees of an atomic number.
pub fn hue(z: f32) -> f32 {
    let after = HUES.partition_point(|(at, _)| *at <= z);
    match (after.checked_sub(1).and_then(|i| HUES.get(i)), HUES.get(after)) {
        (Some((z0, h0)), Some((z1, h1))) => h0 + (z - z0) / (z1 - z0) * (h1 - h0),
        (Some((_, hue)), None) | (None, Some((_, hue))) => *hue,
        (None, None) => 0.0,
    }
}

/// Returns the colour of a pixel: its class, its atomic number (0 takes the typical one of the class), its confidence
/// from 0 to 255 and its brightness from 0 to 1.
pub fn colour(class: MaterialClass, z: f32, confidence: u8, brightness: f32) -> Rgb {
    let typical = match class {
        MaterialClass::Undecided => return [grey(brightness); 3],
        MaterialClass::Organic => 7.0,
        MaterialClass::Light => 13.0,
        MaterialClass::Metal => 26.0,
        MaterialClass::Heavy => 82.0,
    };
    let share = ((f32::from(confidence) / 255.0 - 0.5) / 0.5).clamp(0.0, 1.0);
    // Full colour in the middle of the brightness, fading to white in air; never quite grey, so that dark metal stays
    // blue.
    let saturation = (0.25 + 0.65 * share) * (1.0 - brightness.powi(4));
    mix(hue(if z > 0.0 { z } else { typical }), saturation, brightness)
}

/// Returns the 8-bit grey of a brightness from 0 to 1.
pub fn grey(brightness: f32) -> u8 {
    (brightness.clamp(0.0, 1.0) * 255.0).round() as u8
}

/// Mixes a colour whose mean over the channels, weighted as the eye does, is the brightness: equally thick matter is
/// equally bright whatever its class.
fn mix(hue: f32, saturation: f32, brightness: f32) -> Rgb {
    let sector = hue / 60.0;
    let ramp = |shift: f32| {
        let k = (shift + sector).rem_euclid(6.0);
        1.0 - k.min(4.0 - k).clamp(0.0, 1.0)
    };
    let pure = [ramp(5.0), ramp(3.0), ramp(1.0)];
    let luma = 0.299 * pure[0] + 0.587 * pure[1] + 0.114 * pure[2];
    // How far the pure hue may be mixed in before a channel leaves 0 to 1.
    let room = |channel: f32| {
        let chroma = channel - luma;
        if chroma > 0.0 { (1.0 - brightness) / chroma } else { brightness / (-chroma).max(1e-6) }
    };
    let extent = saturation * pure.into_iter().map(room).fold(1.0, f32::min).max(0.0);
    pure.map(|channel| grey(brightness + extent * (channel - luma)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dominant(rgb: Rgb) -> usize {
        (0..3).max_by_key(|i| rgb[*i]).unwrap()
    }

    #[test]
    fn classes_have_their_customary_colours() {
        let of = |class, z| colour(class, z, 255, 0.5);
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
                let [r, g, b] = colour(class, z, 255, brightness).map(f32::from);
                let luma = (0.299 * r + 0.587 * g + 0.114 * b) / 255.0;
                assert!((luma - brightness).abs() < 0.01, "{class} {brightness}: {luma}");
            }
        }
    }

    #[test]
    fn undecided_is_grey_and_opaque_black() {
        assert_eq!(colour(MaterialClass::Undecided, 0.0, 200, 0.5), [128; 3]);
        assert_eq!(Window::default().brightness(f32::INFINITY), 0.0);
        assert_eq!(Window::default().brightness(f32::NAN), 0.0);
        assert_eq!(Window::default().brightness(-0.1), 1.0);
        let unsure = colour(MaterialClass::Metal, 26.0, 140, 0.5);
        let sure = colour(MaterialClass::Metal, 26.0, 255, 0.5);
        assert!(sure[2] - sure[0] > unsure[2] - unsure[0]);
    }
}
