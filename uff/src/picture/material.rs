//! Pictures of the material: colour by atomic number over the brightness of the attenuation.

use ndarray::ArrayView2;

use super::legend::Legend;
use super::palette::Colours;
use super::palette::grey;
use super::raster::Pixels;
use super::raster::Raster;
use super::shading::Shading;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::material::Flags;
use crate::material::MaterialClass;
use crate::material::MaterialMap;

/// Colour of what no radiation passes, and of pixels without data.
const OPAQUE: [u8; 3] = [0, 0, 0];
const NO_DATA: [u8; 3] = [255, 0, 255];

/// Least brightness of what is not shown in colour in a view of one class or of a band.
const FADED: f32 = 0.7;

/// What a picture of the material shows in colour; the rest is faded to a light grey.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MaterialScheme {
    /// Colours of the classes.
    pub colours: Colours,
    /// The only class shown.
    pub only: Option<MaterialClass>,
    /// Areal densities shown, least and most, g/cm².
    pub band: Option<(f32, f32)>,
    /// Whether a strip below names the colours.
    pub legend: bool,
}

impl MaterialScheme {
    /// All in customary colours, with a legend.
    pub const USUAL: Self = Self { colours: Colours::Customary, only: None, band: None, legend: true };

    fn shows(&self, class: MaterialClass, lambda: f32) -> bool {
        self.only.is_none_or(|only| only == class)
            && self.band.is_none_or(|(least, most)| (least..=most).contains(&lambda))
    }
}

/// Draws a material map over its high-energy attenuation; see [`palette`](super::palette). A legend is left out where the
/// picture is too narrow for it.
///
/// # Errors
/// `uff.inconsistent` when map and image differ in size.
pub fn draw_material(
    map: &MaterialMap,
    alpha: &ArrayView2<'_, f32>,
    shading: &Shading,
    scheme: &MaterialScheme,
) -> Result<Raster> {
    if map.z.dim() != alpha.dim() {
        return Err(Error::new(Code::UffInconsistent, "material and attenuation differ in size")
            .expected(format!("{:?}", map.z.dim()))
            .found(format!("{:?}", alpha.dim())));
    }
    let (rows, columns) = alpha.dim();
    let strip = if scheme.legend { Legend::for_width(columns, scheme.colours) } else { None };
    let height = rows + strip.as_ref().map_or(0, |s| s.rows());
    let mut pixels = Vec::with_capacity(height.saturating_mul(columns).saturating_mul(3));
    let brightness = shading.brightness(alpha);
    let (opaque, selective) = (
        if shading.inverse { [255; 3] } else { OPAQUE },
        *scheme != MaterialScheme { only: None, band: None, ..*scheme },
    );
    let classes = map.class.iter().zip(&map.z).zip(&map.confidence).zip(&map.flags).zip(&map.lambda);
    for (((((class, z), confidence), flags), lambda), brightness) in classes.zip(&brightness) {
        let flags = Flags::from_bits(*flags);
        let class = MaterialClass::from_code(*class);
        pixels.extend(match () {
            () if flags.contains(Flags::NO_DATA) => NO_DATA,
            () if selective && !scheme.shows(class, *lambda) => [grey(FADED + (1.0 - FADED) * brightness); 3],
            () if flags.contains(Flags::OPAQUE) => opaque,
            () => scheme.colours.of(class, *z, *confidence, *brightness),
        });
    }
    if let Some(strip) = strip {
        strip.draw(&mut pixels);
    }
    Ok(Raster { rows: height, columns, pixels: Pixels::Rgb8(pixels) })
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::picture::palette::Window;

    fn map(shape: (usize, usize), class: MaterialClass, z: f32, lambda: f32) -> MaterialMap {
        MaterialMap {
            z: Array2::from_elem(shape, z),
            lambda: Array2::from_elem(shape, lambda),
            class: Array2::from_elem(shape, class.code()),
            confidence: Array2::from_elem(shape, 255),
            flags: Array2::zeros(shape),
        }
    }

    fn pixels(picture: &Raster) -> &[u8] {
        match &picture.pixels {
            Pixels::Rgb8(pixels) => pixels,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn legend_stands_below() {
        let metal = map((10, 400), MaterialClass::Metal, 26.0, 40.0);
        let alpha = Array2::from_elem((10, 400), 1.5);
        let draw = |legend| {
            let scheme = MaterialScheme { legend, ..MaterialScheme::USUAL };
            draw_material(&metal, &alpha.view(), &Shading::of(Window::default()), &scheme).unwrap()
        };
        let (bare, full) = (draw(false), draw(true));
        assert_eq!((bare.rows, full.rows), (10, 28));
        let (bare, full) = (pixels(&bare), pixels(&full));
        assert_eq!(bare, &full[..bare.len()]);
        assert!(bare[2] > bare[0], "iron is blue");
        assert!(full[bare.len()..].chunks(3).any(|p| p == [0, 0, 0]), "the legend has letters");
        let other = Array2::from_elem((10, 399), 1.5);
        assert!(draw_material(&metal, &other.view(), &Shading::default(), &MaterialScheme::USUAL).is_err());
    }

    #[test]
    fn views_of_a_class_or_a_band_fade_the_rest() {
        let organic = map((1, 1), MaterialClass::Organic, 7.0, 30.0);
        let alpha = Array2::from_elem((1, 1), 2.0);
        let coloured = |only, band| {
            let scheme = MaterialScheme { only, band, legend: false, ..MaterialScheme::USUAL };
            let picture = draw_material(&organic, &alpha.view(), &Shading::of(Window::default()), &scheme).unwrap();
            let p = pixels(&picture);
            if p[0] == p[2] {
                assert!(p[0] > 170, "faded, not dark: {p:?}");
            }
            p[0] != p[2]
        };
        assert!(coloured(None, None) && coloured(Some(MaterialClass::Organic), Some((20.0, 40.0))));
        assert!(!coloured(Some(MaterialClass::Metal), None) && !coloured(None, Some((40.0, 60.0))));
    }

    #[test]
    fn nothing_is_hidden_in_what_no_radiation_passes() {
        let mut heavy = map((1, 1), MaterialClass::Undecided, 0.0, 200.0);
        heavy.flags[(0, 0)] = Flags::OPAQUE.bits();
        let alpha = Array2::from_elem((1, 1), 9.0);
        let draw = |inverse| {
            let shading = Shading { inverse, ..Shading::of(Window::default()) };
            let scheme = MaterialScheme { legend: false, ..MaterialScheme::USUAL };
            pixels(&draw_material(&heavy, &alpha.view(), &shading, &scheme).unwrap()).to_vec()
        };
        assert_eq!((draw(false), draw(true)), (vec![0; 3], vec![255; 3]));
    }
}
