//! Pixel size from the resolution that a picture states.

use crate::units::Millimetres;

/// Pixels per inch that programs write when they know nothing; they say nothing about the object.
const USUAL_DENSITIES: [f64; 10] = [1.0, 72.0, 75.0, 96.0, 100.0, 150.0, 200.0, 300.0, 600.0, 1200.0];

/// Millimetres per inch, by definition.
pub(in crate::vendor) const INCH: f64 = 25.4;

/// Returns the size of a pixel of which there are `pixels` on `length` mm, unless that is a density of screens and
/// printers, which programs write by habit.
pub(in crate::vendor) fn pixel_size(pixels: f64, length: f64) -> Option<Millimetres> {
    let per_inch = pixels * INCH / length;
    let usual = USUAL_DENSITIES.iter().any(|usual| (per_inch - usual).abs() < 0.01 * usual);
    Millimetres::new(length / pixels).ok().filter(|mm| !usual && mm.get() > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn densities_of_screens_and_printers_are_no_pixel_size() {
        // 72, 96 and 300 pixels per inch in pixels per metre, as PNG rounds them.
        for (pixels, length) in [(72.0, INCH), (2835.0, 1000.0), (3780.0, 1000.0), (11811.0, 1000.0), (0.0, 10.0)] {
            assert_eq!(pixel_size(pixels, length), None, "{pixels} on {length} mm");
        }
        assert_eq!(pixel_size(250.0, 1000.0).map(f64::from), Some(4.0));
        assert_eq!(pixel_size(f64::NAN, 10.0), None);
    }
}
