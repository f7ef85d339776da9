//! Tints: what a material adds to the grey of its thickness.

use crate::material::MaterialClass;

use super::palette::Colours;
use super::palette::Rgb;
use super::palette::grey;

/// A pure hue without its luma (weights of ITU-R BT.601), so that equally thick matter is equally bright whatever its
/// hue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tint {
    /// Added to red, green and blue at full extent; 0 for grey.
    chroma: [f32; 3],
    /// Extent to which white leaves room, over 1 − brightness.
    below_white: f32,
    /// Extent to which black leaves room, over brightness.
    above_black: f32,
    /// Saturation in relation to the customary colours.
    strength: f32,
}

impl Tint {
    /// None: grey.
    pub(super) const GREY: Self = Self { chroma: [0.0; 3], below_white: 0.0, above_black: 0.0, strength: 0.0 };

    /// Returns the tint of a hue in degrees.
    pub(super) fn of_hue(hue: f32, strength: f32) -> Self {
        let ramp = |shift: f32| {
            let k = (shift + hue / 60.0).rem_euclid(6.0);
            1.0 - k.min(4.0 - k).clamp(0.0, 1.0)
        };
        let pure = [ramp(5.0), ramp(3.0), ramp(1.0)];
        let luma = 0.299 * pure[0] + 0.587 * pure[1] + 0.114 * pure[2];
        let chroma = pure.map(|channel| channel - luma);
        let room = |sign: f32| chroma.iter().fold(1e-6, |most: f32, c| most.max(sign * c)).recip();
        Self { chroma, below_white: room(1.0), above_black: room(-1.0), strength }
    }

    /// Returns the colour of a pixel of a confidence from 0 to 255 and a brightness from 0 to 1.
    #[inline(always)]
    pub(super) fn of_pixel(&self, confidence: u8, brightness: f32) -> Rgb {
        let extent = self.extent(confidence, brightness);
        let [r, g, b] = self.chroma;
        [grey(brightness + extent * r), grey(brightness + extent * g), grey(brightness + extent * b)]
    }

    /// Returns how much of the tint a pixel takes.
    #[inline(always)]
    fn extent(&self, confidence: u8, brightness: f32) -> f32 {
        let share = (f32::from(confidence) * (2.0 / 255.0) - 1.0).max(0.0);
        // Full colour in the middle of the brightness, fading to white in air; never quite grey, so that dark metal stays
        // blue.
        let square = brightness * brightness;
        let saturation = (0.25 + 0.65 * share) * (1.0 - square * square) * self.strength;
        let room = ((1.0 - brightness) * self.below_white).min(brightness * self.above_black).min(1.0);
        saturation.min(1.0) * room
    }
}

/// Pixels that are coloured at once: each step for all of them before the next, so that the processor can take several at
/// a time.
const BLOCK: usize = 64;

/// What colours a row of pixels.
pub(super) struct Row<'a> {
    /// Codes of classes.
    pub(super) class: &'a [u8],
    pub(super) z: &'a [f32],
    pub(super) confidence: &'a [u8],
    /// 0 to 1.
    pub(super) brightness: &'a [f32],
}

impl Row<'_> {
    /// Colours the row.
    #[inline(always)]
    pub(super) fn paint(&self, tints: &Tints, out: &mut [Rgb]) {
        let blocks = out.chunks_mut(BLOCK).zip(self.class.chunks(BLOCK)).zip(self.z.chunks(BLOCK));
        let blocks = blocks.zip(self.confidence.chunks(BLOCK)).zip(self.brightness.chunks(BLOCK));
        for ((((out, class), z), confidence), brightness) in blocks {
            let mut chroma = [[0.0; BLOCK]; 3];
            let mut extents = [0.0; BLOCK];
            let [red, green, blue] = &mut chroma;
            let steps = extents.iter_mut().zip(red).zip(green.iter_mut().zip(blue));
            let pixels = class.iter().zip(z).zip(confidence.iter().zip(brightness));
            for (((extent, red), (green, blue)), ((class, z), (confidence, brightness))) in steps.zip(pixels) {
                let tint = tints.get(*class, *z);
                [*red, *green, *blue] = tint.chroma;
                *extent = tint.extent(*confidence, *brightness);
            }
            let [red, green, blue] = &chroma;
            let mut levels = [[0; BLOCK]; 3];
            for (levels, chroma) in levels.iter_mut().zip([red, green, blue]) {
                for (((level, chroma), extent), brightness) in
                    levels.iter_mut().zip(chroma).zip(&extents).zip(brightness)
                {
                    *level = grey(brightness + extent * chroma);
                }
            }
            let [red, green, blue] = &levels;
            for (((out, red), green), blue) in out.iter_mut().zip(red).zip(green).zip(blue) {
                *out = [*red, *green, *blue];
            }
        }
    }
}

/// Tints of all materials, tabulated.
pub(super) struct Tints(Vec<Tint>);

impl Tints {
    /// Steps per unit of the atomic number.
    const STEPS: f32 = 8.0;
    /// Largest atomic number told from those above.
    const MOST: f32 = 100.0;

    /// Tabulates a set of colours: first each class by itself, then each by atomic number.
    pub(super) fn new(colours: Colours) -> Self {
        let by_z = |class: MaterialClass| {
            let steps = 0..=(Self::MOST * Self::STEPS) as usize;
            // Step 0 is no atomic number: the typical one of the class.
            steps.map(move |step| colours.tint(class, step as f32 / Self::STEPS))
        };
        Self(MaterialClass::ALL.into_iter().flat_map(by_z).collect())
    }

    /// Returns the tint of a class, and of an atomic number where that is not 0.
    #[inline(always)]
    pub(super) fn get(&self, class: u8, z: f32) -> &Tint {
        const STEPS: usize = (Tints::MOST * Tints::STEPS) as usize + 1;
        let step = ((z * Self::STEPS + 0.5) as usize).min(STEPS - 1);
        self.0.get(usize::from(class) * STEPS + step).unwrap_or(&Tint::GREY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the table colours, many pixels at a time, is what each pixel is coloured by itself.
    #[test]
    fn rows_are_coloured_as_pixels_are() {
        for colours in [Colours::Customary, Colours::Safe] {
            let tints = Tints::new(colours);
            for class in MaterialClass::ALL {
                let count = 3 * BLOCK + 5;
                // Steps of the table, and 0 for no atomic number.
                let z: Vec<f32> = (0..count).map(|i| i as f32 * 4.0 / Tints::STEPS).collect();
                let confidence: Vec<u8> = (0..count).map(|i| (i * 37 % 256) as u8).collect();
                let brightness: Vec<f32> = (0..count).map(|i| (i * 29 % 101) as f32 / 100.0).collect();
                let classes = vec![class.code(); count];
                let row = Row { class: &classes, z: &z, confidence: &confidence, brightness: &brightness };
                let mut out = vec![[0; 3]; count];
                row.paint(&tints, &mut out);
                for (i, found) in out.iter().enumerate() {
                    let expected = colours.of(class, z[i], confidence[i], brightness[i]);
                    assert_eq!(*found, expected, "{colours:?} {class} Z {} pixel {i}", z[i]);
                }
            }
        }
    }
}
