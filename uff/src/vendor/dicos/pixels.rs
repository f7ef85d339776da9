//! Where the samples of an image lie, and how they are to be read (PS3.3, C.7.6.3; PS3.5, 8).

use dicom_core::Tag;
use dicom_core::VR;

use super::attributes::Attributes;
use super::element::Element;
use super::part10::Part10;
use super::part10::missing;
use super::syntax::Syntax;
use super::tags;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::ByteOrder;
use crate::model::SampleType;
use crate::vendor::Placement;

/// Most frames of a file; a longer stack is no scan of a vehicle.
pub(crate) const MAX_FRAMES: u32 = 4096;

/// Elements that may hold samples.
const SAMPLES: [Tag; 6] = [
    tags::PIXEL_DATA,
    tags::FLOAT_PIXEL_DATA,
    tags::DOUBLE_FLOAT_PIXEL_DATA,
    tags::PIXEL_DATA_32,
    tags::PIXEL_DATA_64,
    tags::PIXEL_DATA_FLOAT,
];

/// Shape and type of the samples of a file.
#[derive(Debug, Clone)]
pub(super) struct Pixels {
    /// Element that holds them.
    pub(super) tag: Tag,
    pub(super) rows: u32,
    pub(super) columns: u32,
    pub(super) frames: u32,
    /// Samples per pixel: 1, or 3 for red, green and blue.
    pub(super) components: u32,
    /// Whether each component has a plane of its own.
    planar: bool,
    /// Bits of a sample in the file.
    pub(super) allocated: u32,
    /// Bits of a sample that count; absent for floating point.
    pub(super) stored: Option<u32>,
    /// Whether samples are two's complement.
    pub(super) signed: bool,
    /// Type of a sample as it is read: for 64 bits the lower 32.
    pub(super) sample_type: SampleType,
}

impl Pixels {
    /// Reads the description of the samples.
    ///
    /// # Errors
    /// `dicom.missing`, `dicom.unsupported`, `input.value`, `limit.count`.
    pub(super) fn describe(file: &Part10) -> Result<Self> {
        let a = file.attributes();
        let held: Vec<Tag> = SAMPLES.into_iter().filter(|tag| a.fields.contains_key(tag)).collect();
        let tag = match held.as_slice() {
            [] => return Err(missing(tags::PIXEL_DATA)),
            [tag] => *tag,
            more => {
                let names: Vec<String> = more.iter().map(|t| tags::shown(*t)).collect();
                return Err(unsupported("the file holds samples more than once").found(names.join(", ")));
            }
        };
        let (rows, columns) = (a.required_count(tags::ROWS)?, a.required_count(tags::COLUMNS)?);
        let frames = a.count(tags::NUMBER_OF_FRAMES)?.unwrap_or(1);
        if frames > MAX_FRAMES {
            return Err(Error::new(Code::LimitCount, "too many frames")
                .at(tags::shown(tags::NUMBER_OF_FRAMES))
                .expected(format!("at most {MAX_FRAMES}"))
                .found(frames)
                .hint("Split the volume into files of fewer slices."));
        }
        if rows == 0 || columns == 0 || frames == 0 {
            return Err(Error::new(Code::InputValue, "the image is empty")
                .found(format!("{rows} rows, {columns} columns, {frames} frames")));
        }
        let components = components(&a)?;
        let planar = components == 3 && a.count(tags::PLANAR_CONFIGURATION)?.unwrap_or(0) == 1;
        let signed = a.count(tags::PIXEL_REPRESENTATION)?.unwrap_or(0) == 1;
        let (allocated, sample_type) = sample_type(tag, &a)?;
        let float = matches!(sample_type, SampleType::F32 | SampleType::F64);
        let stored = if float { None } else { Some(stored(&a, allocated)?) };
        let signed = signed && !float;
        Ok(Self { tag, rows, columns, frames, components, planar, allocated, stored, signed, sample_type })
    }

    /// Returns the shape of a frame.
    pub(super) fn shape(&self) -> (usize, usize) {
        (self.rows as usize, self.columns as usize)
    }

    /// Places the samples of a frame that lie plainly in the file.
    ///
    /// # Errors
    /// `input.size_mismatch` when the element does not hold what the description says; `dicom.unsupported`.
    pub(super) fn place(&self, file: &Part10, frame: u32, component: u32) -> Result<Placement> {
        let a = file.attributes();
        let element = a.fields.get(&self.tag).ok_or_else(|| missing(self.tag))?;
        self.check(file, element)?;
        let size = u64::from(self.allocated / 8);
        let (rows, columns, per_pixel) = (u64::from(self.rows), u64::from(self.columns), u64::from(self.components));
        // The check has found that all of this fits the file, hence 64 bits.
        let plane = rows * columns * size;
        let base = element.offset + u64::from(frame) * plane * per_pixel;
        let big = element.encoding.big;
        let lower = if self.allocated == 64 && self.sample_type == SampleType::U32 && big { 4 } else { 0 };
        let (offset, column_stride) = if self.planar {
            (base + u64::from(component) * plane, size)
        } else {
            (base + u64::from(component) * size, size * per_pixel)
        };
        Ok(Placement {
            shape: self.shape(),
            sample_type: self.sample_type.clone(),
            byte_order: if big { ByteOrder::Big } else { ByteOrder::Little },
            offset: offset + lower,
            row_stride: columns * column_stride,
            column_stride,
        })
    }

    fn check(&self, file: &Part10, element: &Element) -> Result<()> {
        if element.fragments.is_some() || !matches!(file.syntax, Syntax::Plain(_)) {
            return Err(Error::new(Code::DicomStructure, "samples and transfer syntax contradict each other")
                .at(tags::shown(self.tag)));
        }
        let needed = [self.columns, self.components, self.frames, self.allocated / 8]
            .into_iter()
            .try_fold(u64::from(self.rows), |n, factor| n.checked_mul(u64::from(factor)));
        // A value has an even number of bytes (PS3.5, 7.1.1).
        if needed.is_none_or(|n| element.length != n && element.length != n + n % 2) {
            let claimed = format!("{} by {} samples of {} bits", self.rows, self.columns, self.allocated);
            return Err(Error::new(Code::InputSizeMismatch, "the samples have another size than the image")
                .at(tags::shown(self.tag))
                .expected(format!("{claimed}, {} per pixel, {} frames", self.components, self.frames))
                .found(format!("{} bytes", element.length)));
        }
        let words = element.vr == VR::OW && self.allocated == 8 || self.allocated == 32 && self.tag == tags::PIXEL_DATA;
        if element.encoding.big && words {
            return Err(unsupported("samples of this size in big-endian words of 16 bits are not handled")
                .at(tags::shown(self.tag))
                .found(format!("{} bits, {}", self.allocated, element.vr)));
        }
        Ok(())
    }
}

pub(super) fn unsupported(message: &str) -> Error {
    Error::new(Code::DicomUnsupported, message)
}

fn components(a: &Attributes<'_>) -> Result<u32> {
    let samples = a.count(tags::SAMPLES_PER_PIXEL)?.unwrap_or(1);
    let photometric = a.text(tags::PHOTOMETRIC_INTERPRETATION)?.unwrap_or_else(|| "MONOCHROME2".to_owned());
    match (samples, photometric.as_str()) {
        (1, "MONOCHROME1" | "MONOCHROME2") | (3, "RGB") => Ok(samples),
        _ => Err(unsupported("the colours are not handled")
            .at(tags::shown(tags::PHOTOMETRIC_INTERPRETATION))
            .expected("MONOCHROME1, MONOCHROME2 or RGB")
            .found(format!("{photometric} with {samples} samples per pixel"))),
    }
}

/// Returns bits and type of a sample.
fn sample_type(tag: Tag, a: &Attributes<'_>) -> Result<(u32, SampleType)> {
    match tag {
        tags::FLOAT_PIXEL_DATA | tags::PIXEL_DATA_FLOAT => return Ok((32, SampleType::F32)),
        tags::DOUBLE_FLOAT_PIXEL_DATA => return Ok((64, SampleType::F64)),
        _ => {}
    }
    let allocated = a.required_count(tags::BITS_ALLOCATED)?;
    match (tag, allocated) {
        (tags::PIXEL_DATA, 8) => Ok((8, SampleType::U8)),
        (tags::PIXEL_DATA, 16) => Ok((16, SampleType::U16)),
        (tags::PIXEL_DATA | tags::PIXEL_DATA_32, 32) => Ok((32, SampleType::U32)),
        (tags::PIXEL_DATA_64, 64) => Ok((64, SampleType::U32)),
        _ => Err(unsupported("samples of this size are not handled")
            .at(tags::shown(tags::BITS_ALLOCATED))
            .expected("8, 16 or 32 bits in (7FE0,0010), 32 in (7FE0,0011), 64 in (7FE0,0012)")
            .found(format!("{allocated} bits in {}", tags::shown(tag)))),
    }
}

fn stored(a: &Attributes<'_>, allocated: u32) -> Result<u32> {
    let stored = a.count(tags::BITS_STORED)?.unwrap_or(allocated);
    let high = a.count(tags::HIGH_BIT)?.unwrap_or(stored.saturating_sub(1));
    if (1..=allocated).contains(&stored) && high == stored - 1 {
        return Ok(stored);
    }
    Err(unsupported("the bits of a sample do not start at the lowest")
        .at(tags::shown(tags::HIGH_BIT))
        .expected(format!("1 to {allocated} bits stored, the highest of them at bit {}", stored.saturating_sub(1)))
        .found(format!("{stored} bits stored, the highest at bit {high}")))
}
