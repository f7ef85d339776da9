//! Tints: what a material adds to the grey of its thickness.

use super::palette::Colours;
use super::palette::Rgb;
use super::palette::grey;
use crate::material::MaterialClass;
use crate::material::block_of;

/// A pure hue without its luma (weights of ITU-R BT.601), so that equally thick matter is equally bright whatever its
/// hue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tint {
    /// Added to red, green and blue at full extent; 0 for grey.
    chroma: [f32; 3],
    /// Saturation in relation to the customary colours.
    strength: f32,
}

impl Tint {
    /// None: grey.
    pub(super) const GREY: Self = Self { chroma: [0.0; 3], strength: 0.0 };

    /// Returns the tint of a hue in degrees.
    pub(super) fn of_hue(hue: f32, strength: f32) -> Self {
        let ramp = |shift: f32| {
            let k = (shift + hue / 60.0).rem_euclid(6.0);
            1.0 - k.min(4.0 - k).clamp(0.0, 1.0)
        };
        let pure = [ramp(5.0), ramp(3.0), ramp(1.0)];
        let luma = 0.299 * pure[0] + 0.587 * pure[1] + 0.114 * pure[2];
        Self { chroma: pure.map(|channel| channel - luma), strength }
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
        // No more than white and black leave room for.
        let [r, g, b] = self.chroma;
        let below_white = (1.0 - brightness) * r.max(g).max(b).max(1e-6).recip();
        let above_black = brightness * (-r).max(-g).max(-b).max(1e-6).recip();
        saturation.min(1.0) * below_white.min(above_black).min(1.0)
    }
}

/// Pixels that are worked on at once: each step for all of them before the next, so that the processor can take several at
/// a time.
pub(super) const BLOCK: usize = 64;

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
        let (mut last_class, mut last_z) = ([0; BLOCK], [0.0; BLOCK]);
        let (mut last_confidence, mut last_brightness) = ([0; BLOCK], [0.0; BLOCK]);
        for (first, out) in (0..).step_by(BLOCK).zip(out.chunks_mut(BLOCK)) {
            let block = Block {
                class: block_of(self.class, first, &mut last_class),
                z: block_of(self.z, first, &mut last_z),
                confidence: block_of(self.confidence, first, &mut last_confidence),
                brightness: block_of(self.brightness, first, &mut last_brightness),
            };
            let colours = block.colours(tints);
            match out.first_chunk_mut() {
                Some(out) => *out = colours,
                None => out.iter_mut().zip(colours).for_each(|(out, colour)| *out = colour),
            }
        }
    }
}

/// A block of a row.
struct Block<'a> {
    class: &'a [u8; BLOCK],
    z: &'a [f32; BLOCK],
    confidence: &'a [u8; BLOCK],
    brightness: &'a [f32; BLOCK],
}

impl Block<'_> {
    #[inline(always)]
    fn colours(&self, tints: &Tints) -> [Rgb; BLOCK] {
        let mut places = [0; BLOCK];
        for (place, (class, z)) in places.iter_mut().zip(self.class.iter().zip(self.z)) {
            *place = Tints::place(*class, *z);
        }
        // Whole tints, which takes one load for each pixel.
        let mut found = [Tint::GREY; BLOCK];
        for (tint, place) in found.iter_mut().zip(&places) {
            *tint = *tints.at(*place);
        }
        let mut levels = [[0; BLOCK]; 3];
        let [reds, greens, blues] = &mut levels;
        for i in 0..BLOCK {
            [reds[i], greens[i], blues[i]] = found[i].of_pixel(self.confidence[i], self.brightness[i]);
        }
        let [reds, greens, blues] = &levels;
        std::array::from_fn(|i| [reds[i], greens[i], blues[i]])
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

    /// Returns where the tint of a class stands, and of an atomic number where that is not 0.
    #[inline(always)]
    fn place(class: u8, z: f32) -> u32 {
        const LAST: u32 = (Tints::MOST * Tints::STEPS) as u32;
        u32::from(class) * (LAST + 1) + ((z * Self::STEPS + 0.5) as u32).min(LAST)
    }

    #[inline(always)]
    fn at(&self, place: u32) -> &Tint {
        self.0.get(place as usize).unwrap_or(&Tint::GREY)
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
