//! Pictures of the material: colour by atomic number over the brightness of the attenuation.

use fearless_simd::Level;
use fearless_simd::dispatch;
use ndarray::Array2;
use ndarray::ArrayView2;
use ndarray::s;
use rayon::prelude::*;

use super::legend::Legend;
use super::palette::Colours;
use super::palette::Rgb;
use super::palette::grey;
use super::raster::Pixels;
use super::raster::Raster;
use super::shading::Shading;
use super::shading::Tone;
use super::tint::Row;
use super::tint::Tints;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::material::Flags;
use crate::material::MaterialClass;
use crate::material::MaterialMap;
use crate::material::MaterialTile;
use crate::material::MaterialTiles;
use crate::material::line;
use crate::model::Region;

/// Colour of pixels without data.
const NO_DATA: [u8; 3] = [255, 0, 255];

/// Red, green and blue.
const CHANNELS: usize = 3;

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

/// Columns of a view that are analysed and drawn at one time.
const STRIP: usize = 512;

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
    let mut drawing = Drawing::new(alpha.dim(), shading, scheme);
    drawing.add(0, map, &Light::Brightness(shading.brightness(alpha).view()));
    Ok(drawing.finish())
}

/// Analyses a region of a view and draws it; equals [`draw_material`] of the analysis.
///
/// It is done strip by strip: what is needed beside the picture does not grow with the length of the scan, unless the
/// brightness of a pixel depends on more than its own attenuation.
///
/// # Errors
/// `uff.region` when the region is empty or outside; those of reading.
pub fn draw_view(
    view: &dyn MaterialTiles,
    region: &Region,
    shading: &Shading,
    scheme: &MaterialScheme,
) -> Result<Raster> {
    region.check(view.shape())?;
    let tone = shading.tone();
    let whole = match &tone {
        Some(_) => Array2::default((0, 0)),
        None => shading.brightness(&view.attenuation(region)?.view()),
    };
    let mut drawing = Drawing::new((region.rows, region.columns), shading, scheme);
    let mut tile = MaterialTile::default();
    for first in (0..region.columns).step_by(STRIP) {
        let columns = STRIP.min(region.columns - first);
        view.read(&Region { column: region.column + first, columns, ..*region }, &mut tile)?;
        match &tone {
            Some(tone) => drawing.add(first, &tile.map, &Light::Alpha(tone, tile.alpha_high())),
            None => drawing.add(first, &tile.map, &Light::Brightness(whole.slice(s![.., first..first + columns]))),
        }
    }
    Ok(drawing.finish())
}

/// What makes a strip light or dark.
enum Light<'a> {
    /// Its brightness.
    Brightness(ArrayView2<'a, f32>),
    /// Its attenuation, of which a tone makes brightness.
    Alpha(&'a Tone, ArrayView2<'a, f32>),
}

/// A picture of which strips are still to be drawn.
struct Drawing<'a> {
    rows: usize,
    columns: usize,
    strip: Option<Legend>,
    brush: Brush<'a>,
    pixels: Vec<u8>,
}

impl<'a> Drawing<'a> {
    fn new((rows, columns): (usize, usize), shading: &Shading, scheme: &'a MaterialScheme) -> Self {
        let strip = if scheme.legend { Legend::for_width(columns, scheme.colours) } else { None };
        let height = rows + strip.as_ref().map_or(0, Legend::rows);
        let pixels = vec![0; height.saturating_mul(columns).saturating_mul(CHANNELS)];
        Self { rows, columns, strip, brush: Brush::new(shading, scheme), pixels }
    }

    /// Draws all rows of a map from a column on.
    fn add(&mut self, column: usize, map: &MaterialMap, light: &Light<'_>) {
        let columns = map.z.ncols();
        let part = CHANNELS * column..CHANNELS * (column + columns);
        let lines = self.pixels.par_chunks_exact_mut(CHANNELS * self.columns.max(1)).take(self.rows).enumerate();
        let brush = &self.brush;
        lines.for_each_init(
            || vec![0.0; columns],
            |toned, (row, pixels)| {
                let out = pixels.get_mut(part.clone()).unwrap_or_default().as_chunks_mut().0;
                let stored;
                let brightness = match light {
                    Light::Brightness(image) => {
                        stored = line(image, row);
                        &*stored
                    }
                    Light::Alpha(tone, alpha) => {
                        tone.apply(&line(alpha, row), toned);
                        &*toned
                    }
                };
                dispatch!(Level::new(), _simd => brush.draw(map, row, brightness, out));
            },
        );
    }

    /// Adds the legend.
    fn finish(mut self) -> Raster {
        if let Some(strip) = &self.strip {
            strip.draw(self.pixels.get_mut(CHANNELS * self.rows * self.columns..).unwrap_or_default());
        }
        let rows = self.rows + self.strip.as_ref().map_or(0, Legend::rows);
        Raster { rows, columns: self.columns, pixels: Pixels::Rgb8(self.pixels) }
    }
}

/// What draws the lines of a picture.
struct Brush<'a> {
    scheme: &'a MaterialScheme,
    tints: Tints,
    /// Colour of what no radiation passes.
    opaque: Rgb,
    /// Whether the scheme leaves anything out.
    selective: bool,
}

impl<'a> Brush<'a> {
    fn new(shading: &Shading, scheme: &'a MaterialScheme) -> Self {
        Self {
            scheme,
            tints: Tints::new(scheme.colours),
            opaque: if shading.inverse { [255; CHANNELS] } else { [0; CHANNELS] },
            selective: scheme.only.is_some() || scheme.band.is_some(),
        }
    }

    /// Draws a row of a map into its pixels.
    #[inline(always)]
    fn draw(&self, map: &MaterialMap, row: usize, brightness: &[f32], out: &mut [Rgb]) {
        let (class, flags) = (line(&map.class.view(), row), line(&map.flags.view(), row));
        let (z, confidence) = (line(&map.z.view(), row), line(&map.confidence.view(), row));
        Row { class: &class, z: &z, confidence: &confidence, brightness }.paint(&self.tints, out);
        // Most rows have no such pixel, which is quickly seen.
        let special = Flags::from_bits(flags.iter().fold(0, |all, flags| all | flags));
        if !self.selective && !special.contains(Flags::NO_DATA) && !special.contains(Flags::OPAQUE) {
            return;
        }
        let pixels = out.iter_mut().zip(brightness).zip(class.iter());
        for (((out, brightness), class), (flags, lambda)) in pixels.zip(flags.iter().zip(map.lambda.row(row))) {
            let flags = Flags::from_bits(*flags);
            if flags.contains(Flags::NO_DATA) {
                *out = NO_DATA;
            } else if self.selective && !self.scheme.shows(MaterialClass::from_code(*class), *lambda) {
                *out = [grey(FADED + (1.0 - FADED) * brightness); CHANNELS];
            } else if flags.contains(Flags::OPAQUE) {
                *out = self.opaque;
            }
        }
    }
}

#[cfg(test)]
mod tests {
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
