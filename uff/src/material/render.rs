//! Pictures of attenuation and material as PNG (ISO/IEC 15948).

use ndarray::ArrayView2;

use super::class::MaterialClass;
use super::flags::Flags;
use super::map::MaterialMap;
use super::palette::{Window, colour, grey};
use crate::error::{Code, Error, Result};

/// Colour of what no radiation passes, and of pixels without data.
const OPAQUE: [u8; 3] = [0, 0, 0];
const NO_DATA: [u8; 3] = [255, 0, 255];

/// Renders an attenuation image as 8-bit grey: thin is white, thick is black.
///
/// # Errors
/// `usage` for an empty image.
pub fn render_grey8(alpha: &ArrayView2<'_, f32>, window: &Window) -> Result<Vec<u8>> {
    let pixels: Vec<u8> = alpha.iter().map(|a| grey(window.brightness(*a))).collect();
    encode(alpha.dim(), png::ColorType::Grayscale, png::BitDepth::Eight, &pixels)
}

/// Renders an attenuation image as 16-bit grey: thin is white, thick is black.
///
/// # Errors
/// `usage` for an empty image.
pub fn render_grey16(alpha: &ArrayView2<'_, f32>, window: &Window) -> Result<Vec<u8>> {
    let level = |a: &f32| (window.brightness(*a) * 65_535.0).round() as u16;
    let pixels: Vec<u8> = alpha.iter().flat_map(|a| level(a).to_be_bytes()).collect();
    encode(alpha.dim(), png::ColorType::Grayscale, png::BitDepth::Sixteen, &pixels)
}

/// Renders a material map as 8-bit colour over its high-energy attenuation; see [`palette`](super::palette).
/// `legend` adds a strip below with a patch and the name of each class.
///
/// # Errors
/// `usage` for an empty image; `uff.inconsistent` when map and image differ in size.
pub fn render_material(
    map: &MaterialMap,
    alpha: &ArrayView2<'_, f32>,
    window: &Window,
    legend: bool,
) -> Result<Vec<u8>> {
    if map.z.dim() != alpha.dim() {
        return Err(Error::new(Code::UffInconsistent, "material and attenuation differ in size")
            .expected(format!("{:?}", map.z.dim()))
            .found(format!("{:?}", alpha.dim())));
    }
    let (rows, columns) = alpha.dim();
    let strip = if legend { Legend::for_width(columns) } else { None };
    let height = rows + strip.as_ref().map_or(0, |s| s.rows());
    let mut pixels = Vec::with_capacity(height.saturating_mul(columns).saturating_mul(3));
    let classes = map.class.iter().zip(&map.z).zip(&map.confidence).zip(&map.flags);
    for ((((class, z), confidence), flags), alpha) in classes.zip(alpha) {
        let flags = Flags::from_bits(*flags);
        let class = MaterialClass::from_code(*class);
        pixels.extend(match () {
            () if flags.contains(Flags::NO_DATA) => NO_DATA,
            () if flags.contains(Flags::OPAQUE) => OPAQUE,
            () => colour(class, *z, *confidence, window.brightness(*alpha)),
        });
    }
    if let Some(strip) = strip {
        strip.draw(&mut pixels);
    }
    encode((height, columns), png::ColorType::Rgb, png::BitDepth::Eight, &pixels)
}

fn encode(
    (rows, columns): (usize, usize),
    kind: png::ColorType,
    depth: png::BitDepth,
    pixels: &[u8],
) -> Result<Vec<u8>> {
    let size = |n: usize| u32::try_from(n).ok().filter(|n| *n > 0);
    let (Some(height), Some(width)) = (size(rows), size(columns)) else {
        return Err(Error::new(Code::Usage, "no picture of this size").found(format!("{rows} x {columns}")));
    };
    let failed = |e: png::EncodingError| Error::new(Code::Internal, "encoding a PNG failed").cause(e);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(kind);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(pixels).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

/// Strip below the picture: for each class a patch of its colour and its name.
struct Legend {
    columns: usize,
    scale: usize,
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
    fn for_width(columns: usize) -> Option<Self> {
        let scale = (columns / Self::UNITS).min(4);
        (scale > 0).then_some(Self { columns, scale })
    }

    fn rows(&self) -> usize {
        9 * self.scale
    }

    fn draw(&self, pixels: &mut Vec<u8>) {
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
            let patch = colour(class, 0.0, 255, 0.55);
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
        pixels.extend(strip.into_iter().flatten());
    }
}

/// Returns a letter as five rows of three pixels; letters that no class name has are blank.
const fn glyph(letter: char) -> [u8; 5] {
    match letter {
        'a' => [0b010, 0b101, 0b111, 0b101, 0b101],
        'c' => [0b011, 0b100, 0b100, 0b100, 0b011],
        'd' => [0b110, 0b101, 0b101, 0b101, 0b110],
        'e' => [0b111, 0b100, 0b110, 0b100, 0b111],
        'g' => [0b011, 0b100, 0b101, 0b101, 0b011],
        'h' => [0b101, 0b101, 0b111, 0b101, 0b101],
        'i' => [0b111, 0b010, 0b010, 0b010, 0b111],
        'l' => [0b100, 0b100, 0b100, 0b100, 0b111],
        'm' => [0b101, 0b111, 0b111, 0b101, 0b101],
        'n' => [0b110, 0b101, 0b101, 0b101, 0b101],
        'o' => [0b010, 0b101, 0b101, 0b101, 0b010],
        'r' => [0b110, 0b101, 0b110, 0b101, 0b101],
        't' => [0b111, 0b010, 0b010, 0b010, 0b010],
        'u' => [0b101, 0b101, 0b101, 0b101, 0b111],
        'v' => [0b101, 0b101, 0b101, 0b101, 0b010],
        'y' => [0b101, 0b101, 0b010, 0b010, 0b010],
        _ => [0; 5],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    fn decode(bytes: &[u8]) -> (png::OutputInfo, Vec<u8>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        pixels.truncate(info.buffer_size());
        (info, pixels)
    }

    #[test]
    fn grey_pictures_read_back() {
        let alpha = array![[0.0f32, 5.0, 2.5], [f32::INFINITY, f32::NAN, -1.0]];
        let window = Window { gamma: 1.0, ..Window::default() };
        let (info, pixels) = decode(&render_grey8(&alpha.view(), &window).unwrap());
        assert_eq!((info.width, info.height), (3, 2));
        assert_eq!(pixels, [255, 0, 128, 0, 0, 255]);
        let (info, pixels) = decode(&render_grey16(&alpha.view(), &window).unwrap());
        assert_eq!(info.bit_depth, png::BitDepth::Sixteen);
        assert_eq!(pixels[4..6], 32_768u16.to_be_bytes());
    }

    #[test]
    fn material_picture_has_a_legend_below() {
        let map = MaterialMap {
            z: Array2::from_elem((10, 400), 26.0),
            lambda: Array2::from_elem((10, 400), 40.0),
            class: Array2::from_elem((10, 400), MaterialClass::Metal.code()),
            confidence: Array2::from_elem((10, 400), 255),
            flags: Array2::zeros((10, 400)),
        };
        let alpha = Array2::from_elem((10, 400), 1.5);
        let bare = decode(&render_material(&map, &alpha.view(), &Window::default(), false).unwrap());
        let full = decode(&render_material(&map, &alpha.view(), &Window::default(), true).unwrap());
        assert_eq!((bare.0.height, full.0.height), (10, 28));
        assert_eq!(bare.1, full.1[..bare.1.len()]);
        assert!(bare.1[2] > bare.1[0], "iron is blue");
        assert!(full.1[bare.1.len()..].chunks(3).any(|p| p == [0, 0, 0]), "the legend has letters");
        let other = Array2::from_elem((10, 399), 1.5);
        assert!(render_material(&map, &other.view(), &Window::default(), false).is_err());
    }

    #[test]
    fn empty_picture_is_refused() {
        let empty = Array2::<f32>::zeros((0, 5));
        assert_eq!(render_grey8(&empty.view(), &Window::default()).unwrap_err().code(), Code::Usage);
    }

    #[test]
    fn every_class_name_can_be_written() {
        for class in MaterialClass::ALL {
            assert!(class.name().chars().all(|c| glyph(c) != [0; 5]), "{class}");
        }
    }
}
