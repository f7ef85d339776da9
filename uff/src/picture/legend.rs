//! Strip below a picture of the material, that names the colours.

use super::glyph::glyph;
use super::palette::Colours;
use crate::material::MaterialClass;

/// Strip below the picture: for each class a patch of its colour and its name.
pub(super) struct Legend {
    columns: usize,
    scale: usize,
    colours: Colours,
}

impl Legend {
    const CLASSES: [MaterialClass; 5] = [
        MaterialClass::Organic,
        MaterialClass::Light,
        MaterialClass::Metal,
        MaterialClass::Heavy,
        MaterialClass::Undecided,
    ];
    /// Width of the strip in units of the scale: per class a patch of 6, gaps, and 4 per letter.
    const UNITS: usize = 5 * (6 + 2 + 4) + 4 * (7 + 5 + 5 + 5 + 9);

    /// Returns the strip for a picture, or none when the picture is too narrow to hold it.
    pub(super) fn for_width(columns: usize, colours: Colours) -> Option<Self> {
        let scale = (columns / Self::UNITS).min(4);
        (scale > 0).then_some(Self { columns, scale, colours })
    }

    pub(super) fn rows(&self) -> usize {
        9 * self.scale
    }

    /// Draws the strip into its pixels.
    pub(super) fn draw(&self, pixels: &mut [u8]) {
        let mut strip = vec![[255u8; 3]; self.columns * self.rows()];
        let mut fill = |x: usize, y: usize, colour: [u8; 3]| {
            for row in y * self.scale..(y + 1) * self.scale {
                for column in x * self.scale..(x + 1) * self.scale {
                    if let Some(pixel) = strip.get_mut(row * self.columns + column) {
                        *pixel = colour;
                    }
                }
            }
        };
        let mut x = 2;
        for class in Self::CLASSES {
            let patch = self.colours.of(class, 0.0, 255, 0.55);
            (0..36).for_each(|i| fill(x + i % 6, 1 + i / 6, patch));
            x += 8;
            for letter in class.name().chars() {
                for (y, bits) in glyph(letter).into_iter().enumerate() {
                    (0..3).filter(|i| bits & (4 >> i) != 0).for_each(|i| fill(x + i, 2 + y, [0; 3]));
                }
                x += 4;
            }
            x += 4;
        }
        pixels.iter_mut().zip(strip.into_iter().flatten()).for_each(|(pixel, value)| *pixel = value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_name_can_be_written() {
        for class in MaterialClass::ALL {
            assert!(class.name().chars().all(|c| glyph(c) != [0; 5]), "{class}");
        }
    }
}
