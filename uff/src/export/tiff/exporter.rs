//! Writing the file.

use super::layout::Page;
use super::layout::Value;
use super::layout::head;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::export::Exporter;
use crate::export::Folder;
use crate::export::bands::bands;
use crate::export::document::document;
use crate::export::document::planes;
use crate::format::layout::plane_path;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Loss;
use crate::model::PlaneKey;
use crate::model::SampleType;
use crate::model::Samples;
use crate::units::Millimetres;

/// Exporter of TIFF and BigTIFF.
pub struct Tiff;

/// Name of the file.
const NAME: &str = "scan.tif";

/// Name and version of this software, for the tag Software.
const SOFTWARE: &str = concat!("uff ", env!("CARGO_PKG_VERSION"));

impl Exporter for Tiff {
    fn name(&self) -> &'static str {
        "tiff"
    }

    fn description(&self) -> &'static str {
        "TIFF, BigTIFF above 4 GiB: a page per array, the metadata in the first"
    }

    fn export(&self, bundle: &Bundle, folder: &mut Folder, budget: &Budget) -> Result<Vec<Loss>> {
        let kept = planes(bundle, "TIFF", &|_| true)?;
        let document = document(bundle, "TIFF", &kept, budget)?;
        let mut text = Some(document.text);
        let mut pages = Vec::new();
        let mut arrays = Vec::new();
        for (number, key) in kept.iter().enumerate() {
            let samples = bundle.planes.get(key).ok_or_else(|| Error::new(Code::Internal, "an array is gone"))?;
            pages.push(page(bundle, key, &**samples, (number, kept.len()), text.take())?);
            arrays.push(samples);
        }
        let head = head(&pages)?;
        let mut file = folder.create(NAME)?;
        file.put(&head.bytes)?;
        let mut at = head.bytes.len() as u64;
        for (samples, start) in arrays.into_iter().zip(head.samples) {
            file.put(&vec![0; start.saturating_sub(at) as usize])?;
            at = start;
            bands(&**samples, budget, &mut |block| {
                let bytes = block.to_le_bytes();
                at += bytes.len() as u64;
                file.put(&bytes)
            })?;
        }
        file.finish()?;
        Ok(document.losses)
    }
}

/// Describes an array as a page.
fn page(
    bundle: &Bundle,
    key: &PlaneKey,
    samples: &dyn Samples,
    (number, count): (usize, usize),
    document: Option<String>,
) -> Result<Page> {
    let sample_type = samples.sample_type();
    let format = match sample_type {
        SampleType::U8 | SampleType::U16 | SampleType::U32 => 1,
        SampleType::F32 | SampleType::F64 => 3,
        SampleType::Unlisted(name) => {
            return Err(Error::new(Code::ExportUnsupported, "the sample type has no TIFF form").found(name));
        }
    };
    let size = sample_type.size();
    let (rows, columns) = samples.shape();
    let side = |n: usize| {
        u32::try_from(n).map_err(|e| Error::new(Code::ExportUnsupported, "the image is too large").found(n).cause(e))
    };
    let short = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    let mut fields = vec![
        (254, Value::Long(vec![2])),
        (256, Value::Long(vec![side(columns)?])),
        (257, Value::Long(vec![side(rows)?])),
        (258, Value::Short(vec![short(8 * size)])),
        (259, Value::Short(vec![1])),
        (262, Value::Short(vec![1])),
        (274, Value::Short(vec![1])),
        (277, Value::Short(vec![1])),
        (284, Value::Short(vec![1])),
        (285, Value::Text(plane_path(key, 0))),
        (297, Value::Short(vec![short(number), short(count)])),
        (305, Value::Text(SOFTWARE.to_owned())),
        (339, Value::Short(vec![format])),
    ];
    fields.extend(document.map(|text| (270, Value::Text(text))));
    let system = &bundle.scan.system;
    for (tag, text) in [(271, &system.manufacturer), (272, &system.model)] {
        let text = text.as_ref().filter(|t| !t.contains('\0'));
        fields.extend(text.map(|t| (tag, Value::Text(t.clone()))));
    }
    let geometry = bundle.scan.views.get(key.view() as usize).and_then(|v| v.geometry.as_ref());
    let pitch = geometry.and_then(|g| Some((density(g.pitch_columns?)?, density(g.pitch_rows?)?)));
    let (across, down, unit) = match pitch {
        Some((across, down)) => (across, down, 3),
        None => ((1, 1), (1, 1), 1),
    };
    fields.push((282, Value::Fraction(across.0, across.1)));
    fields.push((283, Value::Fraction(down.0, down.1)));
    fields.push((296, Value::Short(vec![unit])));
    Ok(Page { fields, rows, row: columns.saturating_mul(size) })
}

/// Returns the pixels per centimetre of a pixel size, as a fraction: 10 mm over the size in micrometres.
fn density(pitch: Millimetres) -> Option<(u32, u32)> {
    let micrometres = (f64::from(pitch) * 1000.0).round();
    (1.0..=f64::from(u32::MAX)).contains(&micrometres).then_some((10_000, micrometres as u32))
}
