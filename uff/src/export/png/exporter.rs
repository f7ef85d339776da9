//! Writing the pictures.

use std::io::Write;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::export::ExportFile;
use crate::export::Exporter;
use crate::export::Folder;
use crate::export::bands::bands;
use crate::export::document::document;
use crate::export::document::planes;
use crate::format::layout::plane_path;
use crate::limits::Budget;
use crate::model::Block;
use crate::model::Bundle;
use crate::model::Geometry;
use crate::model::Loss;
use crate::model::PlaneKey;
use crate::model::SampleType;
use crate::model::Samples;
use crate::units::Millimetres;
use crate::vendor::array_name;
use crate::vendor::png::ARRAY;
use crate::vendor::png::METADATA;

/// Exporter of PNG pictures.
pub struct Png;

impl Exporter for Png {
    fn name(&self) -> &'static str {
        "png"
    }

    fn description(&self) -> &'static str {
        "PNG: a grey picture per array of 8 or 16 bits, the metadata in each"
    }

    fn export(&self, bundle: &Bundle, folder: &mut Folder, budget: &Budget) -> Result<Vec<Loss>> {
        let fits = |key: &PlaneKey| bundle.planes.get(key).is_some_and(|samples| depth(&**samples).is_some());
        let kept = planes(bundle, "PNG", &fits)?;
        let document = document(bundle, "PNG", &kept, budget)?;
        for key in &kept {
            let samples = bundle.planes.get(key).ok_or_else(|| Error::new(Code::Internal, "an array is gone"))?;
            let geometry = bundle.scan.views.get(key.view() as usize).and_then(|v| v.geometry.as_ref());
            let mut file = folder.create(&format!("{}.png", array_name(key)))?;
            picture(&mut file, key, &**samples, geometry, &document.text, budget)?;
            file.finish()?;
        }
        Ok(document.losses)
    }
}

fn depth(samples: &dyn Samples) -> Option<png::BitDepth> {
    match samples.sample_type() {
        SampleType::U8 => Some(png::BitDepth::Eight),
        SampleType::U16 => Some(png::BitDepth::Sixteen),
        _ => None,
    }
}

fn picture(
    file: &mut ExportFile,
    key: &PlaneKey,
    samples: &dyn Samples,
    geometry: Option<&Geometry>,
    document: &str,
    budget: &Budget,
) -> Result<()> {
    let (rows, columns) = samples.shape();
    let side = |n: usize| {
        u32::try_from(n).map_err(|e| Error::new(Code::ExportUnsupported, "the image is too large").found(n).cause(e))
    };
    let depth = depth(samples).ok_or_else(|| Error::new(Code::Internal, "an array that is no picture"))?;
    let (height, width) = (side(rows)?, side(columns)?);
    let mut failed: Option<std::io::Error> = None;
    let written = (|| -> std::result::Result<Result<()>, png::EncodingError> {
        let mut encoder = png::Encoder::new(&mut *file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(depth);
        if let Some((yppu, xppu)) = geometry.and_then(|g| Some((density(g.pitch_rows?)?, density(g.pitch_columns?)?))) {
            encoder.set_pixel_dims(Some(png::PixelDimensions { xppu, yppu, unit: png::Unit::Meter }));
        }
        encoder.add_text_chunk(ARRAY.to_owned(), plane_path(key, 0))?;
        encoder.add_itxt_chunk(METADATA.to_owned(), document.to_owned())?;
        let mut writer = encoder.write_header()?;
        let mut stream = writer.stream_writer()?;
        let filled = bands(samples, budget, &mut |block| {
            stream.write_all(&big_endian(block)).map_err(|e| {
                failed = Some(e);
                Error::new(Code::IoWrite, "cannot write")
            })
        });
        if filled.is_ok() {
            stream.finish()?;
            writer.finish()?;
        }
        Ok(filled)
    })();
    match (written, failed) {
        (Ok(_), Some(e)) | (Err(png::EncodingError::IoError(e)), _) => Err(file.failure(e)),
        (Ok(filled), None) => filled,
        (Err(e), _) => Err(Error::new(Code::ExportUnsupported, "the array cannot be a PNG picture").at(key).cause(e)),
    }
}

/// Returns the samples as PNG stores them: most significant byte first.
fn big_endian(block: &Block) -> Vec<u8> {
    let mut bytes = block.to_le_bytes();
    if block.sample_type().size() == 2 {
        bytes.as_chunks_mut::<2>().0.iter_mut().for_each(|pair| pair.reverse());
    }
    bytes
}

/// Returns the pixels per metre of a pixel size.
fn density(pitch: Millimetres) -> Option<u32> {
    let pixels = (1000.0 / f64::from(pitch)).round();
    (1.0..=f64::from(u32::MAX)).contains(&pixels).then_some(pixels as u32)
}
