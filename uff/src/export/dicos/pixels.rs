//! Samples of an image: their description and their element (PS3.3, C.7.6.3; PS3.5, 8).

use dicom_core::Tag;
use dicom_core::VR;

use super::image::Image;
use super::object::Object;
use super::text::Losses;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::export::ExportFile;
use crate::model::Quantity;
use crate::model::Region;
use crate::model::SampleType;
use crate::vendor::dicos::class;
use crate::vendor::dicos::largest;
use crate::vendor::dicos::tags;

/// Rows written at once.
const ROWS: usize = 64;

/// How samples are stored.
pub(super) struct Storage {
    tag: Tag,
    vr: VR,
    allocated: u16,
    /// UID of the object class of a projection.
    pub(super) class: String,
}

impl Image<'_> {
    /// Puts size and form of the samples.
    pub(super) fn pixels(&self, object: &mut Object, storage: &Storage, losses: &mut Losses) -> Result<()> {
        let channel = &self.channel;
        let (rows, columns) = self.first()?.shape();
        object.put(tags::SAMPLES_PER_PIXEL, VR::US, 1_u16);
        object.text(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2");
        object.put(tags::ROWS, VR::US, rows as u16);
        object.put(tags::COLUMNS, VR::US, columns as u16);
        object.put(tags::BITS_ALLOCATED, VR::US, storage.allocated);
        let float = matches!(channel.sample_type, SampleType::F32 | SampleType::F64);
        let depth = format!("{}/bitDepth", self.path);
        if !float {
            let stored = self.stored(storage.allocated)?;
            if channel.bit_depth != Some(u32::from(stored)) {
                losses.rounded(&depth, format!("the samples need {stored} bits"));
            }
            object.put(tags::BITS_STORED, VR::US, stored);
            object.put(tags::HIGH_BIT, VR::US, stored - 1);
        } else {
            object.put(tags::BITS_STORED, VR::US, storage.allocated);
            object.put(tags::HIGH_BIT, VR::US, storage.allocated - 1);
            if channel.bit_depth.is_some() {
                losses.dropped(&depth, "DICOM has no place for it with floating-point samples");
            }
        }
        object.put(tags::PIXEL_REPRESENTATION, VR::US, u16::from(float));
        if let Some(no_data) = channel.no_data {
            let whole = no_data.fract() == 0.0 && (0.0..=f64::from(u16::MAX)).contains(&no_data);
            match whole && storage.allocated <= 16 && !float {
                true => object.put(tags::PIXEL_PADDING_VALUE, VR::US, no_data as u16),
                false => losses.dropped(&format!("{}/noData", self.path), "DICOM holds whole numbers of 16 bits only"),
            }
        }
        Ok(())
    }

    /// Returns the bits that are stored: those stated, unless a sample needs more.
    fn stored(&self, allocated: u16) -> Result<u16> {
        let depth = self.channel.bit_depth.and_then(|d| u16::try_from(d).ok());
        let Some(stated) = depth.filter(|d| (1..allocated).contains(d)) else { return Ok(allocated) };
        let mut fits = true;
        for frame in &self.frames {
            fits = fits && largest(*frame)? >> stated == 0;
        }
        Ok(if fits { stated } else { allocated })
    }

    /// Appends the element of the samples, some rows at a time.
    pub(super) fn samples(&self, storage: &Storage, file: &mut ExportFile) -> Result<()> {
        let (rows, columns) = self.first()?.shape();
        let length = rows * columns * usize::from(storage.allocated / 8) * self.frames.len();
        file.put(&storage.tag.group().to_le_bytes())?;
        file.put(&storage.tag.element().to_le_bytes())?;
        file.put(&storage.vr.to_bytes())?;
        file.put(&[0, 0])?;
        file.put(&(length.next_multiple_of(2) as u32).to_le_bytes())?;
        for frame in &self.frames {
            for start in (0..rows).step_by(ROWS) {
                let block = frame.read(&Region::of_rows(start..rows.min(start + ROWS), columns))?;
                file.put(&block.to_le_bytes())?;
            }
        }
        if length % 2 == 1 {
            file.put(&[0])?;
        }
        Ok(())
    }
}

/// Returns how samples are stored.
pub(super) fn storage(quantity: &Quantity, sample_type: &SampleType) -> Result<Storage> {
    let plain = if *quantity == Quantity::Display { class::DX_PRESENTATION } else { class::DX_PROCESSING };
    let (tag, vr, allocated, suffix) = match sample_type {
        SampleType::U8 => (tags::PIXEL_DATA, VR::OB, 8, ""),
        SampleType::U16 => (tags::PIXEL_DATA, VR::OW, 16, ""),
        SampleType::U32 => (tags::PIXEL_DATA_32, VR::OL, 32, class::OF_32_BITS),
        SampleType::F32 => (tags::PIXEL_DATA_FLOAT, VR::OF, 32, class::OF_FLOATS),
        SampleType::F64 => (tags::DOUBLE_FLOAT_PIXEL_DATA, VR::OD, 64, class::OF_FLOATS),
        SampleType::Unlisted(name) => {
            return Err(Error::new(Code::ExportUnsupported, "samples of an unknown type").found(name));
        }
    };
    let class = format!("{plain}{suffix}");
    Ok(Storage { tag, vr, allocated, class })
}
