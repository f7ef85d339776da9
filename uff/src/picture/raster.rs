//! Pixels of a picture, and the files they are written as.

use ndarray::Array2;
use png::BitDepth;
use png::ColorType;

use super::palette::grey;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;

/// Pixels of a picture, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pixels {
    /// Grey, 0 black to 255 white.
    Grey8(Vec<u8>),
    /// Grey, 0 black to 65535 white.
    Grey16(Vec<u16>),
    /// Red, green and blue in turn.
    Rgb8(Vec<u8>),
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Pixels.
    pub pixels: Pixels,
}

impl Raster {
    /// Draws brightness, 0 to 1, as 8-bit grey; what is no number is black.
    pub fn grey8(brightness: &Array2<f32>) -> Self {
        let pixels = Pixels::Grey8(brightness.iter().map(|b| grey(*b)).collect());
        Self { rows: brightness.nrows(), columns: brightness.ncols(), pixels }
    }

    /// Draws brightness, 0 to 1, as 16-bit grey; what is no number is black.
    pub fn grey16(brightness: &Array2<f32>) -> Self {
        let level = |b: &f32| (b.clamp(0.0, 1.0) * 65_535.0).round() as u16;
        let pixels = Pixels::Grey16(brightness.iter().map(level).collect());
        Self { rows: brightness.nrows(), columns: brightness.ncols(), pixels }
    }

    /// Encodes the picture as PNG (ISO/IEC 15948).
    ///
    /// # Errors
    /// `usage` for an empty picture.
    pub fn png(&self) -> Result<Vec<u8>> {
        match &self.pixels {
            Pixels::Grey8(pixels) => encode((self.rows, self.columns), ColorType::Grayscale, BitDepth::Eight, pixels),
            Pixels::Rgb8(pixels) => encode((self.rows, self.columns), ColorType::Rgb, BitDepth::Eight, pixels),
            Pixels::Grey16(pixels) => {
                let bytes: Vec<u8> = pixels.iter().flat_map(|p| p.to_be_bytes()).collect();
                encode((self.rows, self.columns), ColorType::Grayscale, BitDepth::Sixteen, &bytes)
            }
        }
    }

    /// Encodes the picture as baseline JPEG (ISO/IEC 10918-1) of a quality from 1 to 100; colour at full resolution.
    ///
    /// # Errors
    /// `usage` for an empty picture, one of more than 65535 rows or columns, or one of 16 bits.
    pub fn jpeg(&self, quality: u8) -> Result<Vec<u8>> {
        let wrong = |message| Error::new(Code::Usage, message).found(format!("{} x {}", self.rows, self.columns));
        let size = |n: usize| u16::try_from(n).ok().filter(|n| *n > 0);
        let (Some(height), Some(width)) = (size(self.rows), size(self.columns)) else {
            let refused = wrong("a JPEG cannot have this size").expected("1 to 65535 rows and columns");
            return Err(refused.hint("Write a PNG, or choose a region or an overview."));
        };
        let (pixels, colour) = match &self.pixels {
            Pixels::Grey8(pixels) => (pixels, jpeg_encoder::ColorType::Luma),
            Pixels::Rgb8(pixels) => (pixels, jpeg_encoder::ColorType::Rgb),
            Pixels::Grey16(_) => return Err(wrong("a JPEG holds 8 bits, not 16").hint("Write a PNG.")),
        };
        let mut bytes = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, quality.clamp(1, 100));
        encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_1_1);
        let failed = |e| Error::new(Code::Internal, "encoding a JPEG failed").cause(e);
        encoder.encode(pixels, width, height, colour).map_err(failed)?;
        Ok(bytes)
    }
}

/// Encodes pixels, row by row, as PNG.
fn encode((rows, columns): (usize, usize), kind: ColorType, depth: BitDepth, pixels: &[u8]) -> Result<Vec<u8>> {
    let size = |n: usize| u32::try_from(n).ok().filter(|n| *n > 0);
    let (Some(height), Some(width)) = (size(rows), size(columns)) else {
        return Err(Error::new(Code::Usage, "no picture of this size").found(format!("{rows} x {columns}")));
    };
    let failed = |e: png::EncodingError| Error::new(Code::Internal, "encoding a PNG failed").cause(e);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(kind);
    encoder.set_depth(depth);
    // Noise hardly compresses: the default takes ten times as long and saves a few percent.
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(pixels).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    /// Reads a PNG again.
    pub(in crate::picture) fn decode(bytes: &[u8]) -> (png::OutputInfo, Vec<u8>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        pixels.truncate(info.buffer_size());
        (info, pixels)
    }

    #[test]
    fn grey_pictures_read_back() {
        let brightness = array![[1.0_f32, 0.0, 0.5], [0.0, f32::NAN, 2.0]];
        let (info, pixels) = decode(&Raster::grey8(&brightness).png().unwrap());
        assert_eq!((info.width, info.height), (3, 2));
        assert_eq!(pixels, [255, 0, 128, 0, 0, 255]);
        let (info, pixels) = decode(&Raster::grey16(&brightness).png().unwrap());
        assert_eq!(info.bit_depth, BitDepth::Sixteen);
        assert_eq!(pixels[4..6], 32_768_u16.to_be_bytes());
    }

    /// Another program's decoder sees what was drawn, within what the quality takes.
    #[test]
    fn jpeg_reads_back_by_another_decoder() {
        let pixels: Vec<u8> = (0..64 * 48).flat_map(|i| [(i % 64 * 4) as u8, (i / 64 * 5) as u8, 90]).collect();
        let picture = Raster { rows: 48, columns: 64, pixels: Pixels::Rgb8(pixels.clone()) };
        let bytes = picture.jpeg(95).unwrap();
        let mut decoder = jpeg_decoder::Decoder::new(bytes.as_slice());
        let back = decoder.decode().unwrap();
        let info = decoder.info().unwrap();
        assert_eq!((info.width, info.height), (64, 48));
        let worst = back.iter().zip(&pixels).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(worst <= 8, "{worst}");
    }

    #[test]
    fn impossible_pictures_are_refused() {
        let empty = Raster::grey8(&Array2::zeros((0, 5)));
        assert_eq!(empty.png().unwrap_err().code(), Code::Usage);
        assert_eq!(empty.jpeg(90).unwrap_err().code(), Code::Usage);
        let long = Raster { rows: 1, columns: 70_000, pixels: Pixels::Grey8(vec![0; 70_000]) };
        assert!(long.png().is_ok() && long.jpeg(90).unwrap_err().to_string().contains("65535"));
        assert_eq!(Raster::grey16(&Array2::zeros((2, 2))).jpeg(90).unwrap_err().code(), Code::Usage);
    }
}
