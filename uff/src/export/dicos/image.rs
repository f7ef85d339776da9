//! One projection at one energy: a DX file.

use dicom_core::Tag;
use dicom_core::VR;

use super::demanded;
use super::facts;
use super::object::Object;
use super::object::uid;
use super::text::Losses;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::export::ExportFile;
use crate::model::Bundle;
use crate::model::Channel;
use crate::model::ChannelRole;
use crate::model::CodeList;
use crate::model::Geometry;
use crate::model::Quantity;
use crate::model::Region;
use crate::model::SampleType;
use crate::model::Samples;
use crate::model::View;
use crate::vendor::dicos::class;
use crate::vendor::dicos::energy;
use crate::vendor::dicos::largest;
use crate::vendor::dicos::meaning;
use crate::vendor::dicos::tags;

/// Rows written at once.
const ROWS: usize = 64;

/// Largest number of rows or columns: they are 16-bit numbers (PS3.3, C.7.6.3).
const LONGEST: u32 = u16::MAX as u32;

/// A channel of a view with its samples.
pub(super) struct Image<'a> {
    pub(super) bundle: &'a Bundle,
    pub(super) view: (usize, &'a View),
    pub(super) channel: (usize, &'a Channel),
    pub(super) samples: &'a dyn Samples,
    /// Number of the image in the export, from 1.
    pub(super) number: u32,
    /// Number of views with images.
    pub(super) views: u32,
    /// Path of the view in notes.
    pub(super) view_path: String,
    /// Path of the channel in notes.
    pub(super) path: String,
}

/// How samples are stored.
struct Storage {
    tag: Tag,
    vr: VR,
    allocated: u16,
    class: String,
}

impl Image<'_> {
    /// Returns the UID of the image.
    pub(super) fn instance(&self) -> String {
        let digest = self.channel.1.digest.map(|d| d.to_string()).unwrap_or_default();
        uid(self.bundle.scan.identity.scan_id, &format!("image/{}/{}/{digest}", self.view.0, self.channel.1.id))
    }

    /// Returns the UID of the object class.
    pub(super) fn class(&self) -> String {
        let storage = storage(&self.channel.1.quantity, &self.samples.sample_type());
        storage.map_or_else(|_| class::DX_PROCESSING.to_owned(), |s| s.class)
    }

    /// Checks that the image fits a DICOM file.
    ///
    /// # Errors
    /// `export.unsupported`.
    pub(super) fn check(&self) -> Result<()> {
        let (rows, columns) = self.samples.shape();
        let bytes =
            (rows as u64).saturating_mul(columns as u64).saturating_mul(self.samples.sample_type().size() as u64);
        let long = rows.max(columns) > LONGEST as usize;
        if rows == 0 || columns == 0 || long || bytes >= u64::from(u32::MAX) - 1 {
            return Err(Error::new(Code::ExportUnsupported, "the image does not fit a DICOM file")
                .at(&self.path)
                .expected(format!("1 to {LONGEST} rows and columns, less than 4 GiB"))
                .found(format!("{rows} rows, {columns} columns, {bytes} bytes"))
                .hint("Export a region, or use another format."));
        }
        Ok(())
    }

    /// Writes the file.
    ///
    /// # Errors
    /// `export.unsupported`, `io.*`, whatever the samples say.
    pub(super) fn write(&self, mut file: ExportFile, losses: &mut Losses) -> Result<()> {
        let channel = self.channel.1;
        let storage = storage(&channel.quantity, &self.samples.sample_type())?;
        let mut object = Object::default();
        facts::put(&mut object, &self.bundle.scan, losses);
        demanded::of_image(&mut object, &self.bundle.scan, losses);
        self.series(&mut object, losses);
        self.meaning(&mut object, losses);
        self.pixels(&mut object, &storage, losses)?;
        if let Some(geometry) = &self.view.1.geometry {
            self.geometry(&mut object, geometry, losses);
        }
        object.write(&storage.class, &self.instance(), &mut file)?;
        self.samples(&storage, &mut file)?;
        file.finish()
    }

    fn series(&self, object: &mut Object, losses: &mut Losses) {
        let (index, view) = self.view;
        let channel = self.channel.1;
        let scan = self.bundle.scan.identity.scan_id;
        object.text(tags::MODALITY, VR::CS, "XRAY");
        object.text(tags::SERIES_INSTANCE_UID, VR::UI, &uid(scan, &format!("series/{index}/{}", channel.id)));
        object.text(tags::SERIES_NUMBER, VR::IS, &self.number.to_string());
        object.text(tags::INSTANCE_NUMBER, VR::IS, "1");
        object.put(tags::SERIES_VIEW, VR::US, (index + 1).min(usize::from(u16::MAX)) as u16);
        object.put(tags::NUMBER_OF_VIEWS, VR::US, self.views.min(LONGEST) as u16);
        let kind = format!("{}/kind", self.view_path);
        match view.kind.is_listed() {
            true => object.text(tags::SERIES_VIEW_DESCRIPTION, VR::LO, view.kind.code()),
            false => losses.dropped(&kind, "DICOS has no place for a kind that is not listed"),
        }
        if let Some(name) = &view.name {
            let name = losses.line(name, 64, &format!("{}/name", self.view_path));
            object.text(tags::SERIES_DESCRIPTION, VR::LO, &name);
        }
        object.text(tags::SERIES_ENERGY_DESCRIPTION, VR::LO, channel.id.as_str());
        let number = match channel.role {
            ChannelRole::High => Some(2_u16),
            ChannelRole::Low => Some(1),
            _ => None,
        };
        if let Some(number) = number {
            object.put(tags::SERIES_ENERGY, VR::US, number);
        }
        let flavour = self.flavour(losses).map(|f| format!("\\{f}")).unwrap_or_default();
        object.put(tags::IMAGE_TYPE, VR::CS, format!("ORIGINAL{flavour}"));
        if let Some(energy) = channel.energy {
            let kilovolts = losses.decimal(energy.get(), &format!("{}/energy", self.path));
            object.text(tags::KVP, VR::DS, &kilovolts);
        }
    }

    /// Returns the image flavour of the role, with a note where none says it.
    fn flavour(&self, losses: &mut Losses) -> Option<&'static str> {
        let channel = self.channel.1;
        let zeff = channel.quantity == Quantity::EffectiveAtomicNumber;
        let flavour = energy::flavour(&channel.role);
        let named = ["high", "low"].iter().any(|word| channel.id.as_str().contains(word));
        match flavour {
            Some(flavour) if !(zeff && channel.role == ChannelRole::Mono) => return Some(flavour),
            None if channel.role == ChannelRole::Display && channel.quantity == Quantity::Display && !named => {
                return None;
            }
            _ => {}
        }
        losses.rounded(&format!("{}/role", self.path), "DICOS has no image flavour for it");
        Some(if zeff { "Z_EFFECTIVE" } else { "INTENSITY" })
    }

    fn meaning(&self, object: &mut Object, losses: &mut Losses) {
        let channel = self.channel.1;
        let display = channel.quantity == Quantity::Display;
        let intent = if display { "FOR PRESENTATION" } else { "FOR PROCESSING" };
        object.text(tags::PRESENTATION_INTENT_TYPE, VR::CS, intent);
        let relationship = match channel.quantity {
            Quantity::LogAttenuation => "LOG",
            Quantity::Display => "DISP",
            _ => "LIN",
        };
        object.text(tags::PIXEL_INTENSITY_RELATIONSHIP, VR::CS, relationship);
        let sign: i16 = if channel.quantity == Quantity::LogAttenuation { -1 } else { 1 };
        object.put(tags::PIXEL_INTENSITY_RELATIONSHIP_SIGN, VR::SS, sign);
        let named = meaning::rescale_type(&channel.quantity);
        if named.is_none() {
            losses.dropped(&format!("{}/quantity", self.path), "DICOS has no place for a quantity that is not listed");
        }
        let slope = losses.decimal(channel.scale.unwrap_or(1.0), &format!("{}/scale", self.path));
        let intercept = losses.decimal(channel.offset.unwrap_or(0.0), &format!("{}/offset", self.path));
        for (stated, value, name) in [(channel.scale, 1.0, "scale"), (channel.offset, 0.0, "offset")] {
            if stated == Some(value) || name == "scale" && stated == Some(0.0) {
                losses.rounded(&format!("{}/{name}", self.path), "it reads as if it were not stated");
            }
        }
        object.text(tags::RESCALE_SLOPE, VR::DS, &slope);
        object.text(tags::RESCALE_INTERCEPT, VR::DS, &intercept);
        object.text(tags::RESCALE_TYPE, VR::LO, named.as_deref().unwrap_or("US"));
        if channel.measurement_grade == display {
            let reason = "DICOS says it by the quantity alone: all but pictures for display are measurements";
            losses.rounded(&format!("{}/measurementGrade", self.path), reason);
        }
    }

    fn pixels(&self, object: &mut Object, storage: &Storage, losses: &mut Losses) -> Result<()> {
        let channel = self.channel.1;
        let (rows, columns) = self.samples.shape();
        object.put(tags::SAMPLES_PER_PIXEL, VR::US, 1_u16);
        object.text(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2");
        object.put(tags::ROWS, VR::US, rows as u16);
        object.put(tags::COLUMNS, VR::US, columns as u16);
        object.put(tags::BITS_ALLOCATED, VR::US, storage.allocated);
        let float = matches!(self.samples.sample_type(), SampleType::F32 | SampleType::F64);
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
        if channel.quantity == Quantity::Display {
            demanded::of_picture(object, storage.allocated, losses);
        }
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
        let stated =
            self.channel.1.bit_depth.and_then(|d| u16::try_from(d).ok()).filter(|d| (1..=allocated).contains(d));
        let Some(stated) = stated.filter(|d| *d < allocated) else { return Ok(allocated) };
        let fits = largest(self.samples)? >> stated == 0;
        Ok(if fits { stated } else { allocated })
    }

    fn geometry(&self, object: &mut Object, geometry: &Geometry, losses: &mut Losses) {
        let path = |name: &str| format!("{}/geometry/{name}", self.view_path);
        match (geometry.pitch_rows, geometry.pitch_columns) {
            (Some(rows), Some(columns)) if rows.get() > 0.0 && columns.get() > 0.0 => {
                let rows = losses.decimal(rows.get(), &path("pitchRows"));
                let columns = losses.decimal(columns.get(), &path("pitchColumns"));
                object.put(tags::PIXEL_SPACING, VR::DS, format!("{rows}\\{columns}"));
                object.text(tags::PIXEL_SPACING_CALIBRATION_DESCRIPTION, VR::LO, "size in the object plane");
            }
            (rows, columns) => {
                for (pitch, name) in [(rows, "pitchRows"), (columns, "pitchColumns")] {
                    if pitch.is_some() {
                        losses.dropped(&path(name), "DICOM states both sizes of a pixel, and above 0");
                    }
                }
            }
        }
        match geometry.source_detector {
            Some(distance) if distance.get() > 0.0 => {
                let distance = losses.decimal(distance.get(), &path("sourceDetector"));
                object.text(tags::DISTANCE_SOURCE_TO_DETECTOR, VR::DS, &distance);
            }
            Some(_) => losses.dropped(&path("sourceDetector"), "a distance is above 0"),
            None => {}
        }
        if let Some(speed) = geometry.speed {
            object.put(tags::TABLE_SPEED, VR::FD, speed.get());
        }
    }

    /// Appends the element of the samples, some rows at a time.
    fn samples(&self, storage: &Storage, file: &mut ExportFile) -> Result<()> {
        let (rows, columns) = self.samples.shape();
        let length = rows * columns * usize::from(storage.allocated / 8);
        file.put(&storage.tag.group().to_le_bytes())?;
        file.put(&storage.tag.element().to_le_bytes())?;
        file.put(&storage.vr.to_bytes())?;
        file.put(&[0, 0])?;
        file.put(&(length.next_multiple_of(2) as u32).to_le_bytes())?;
        for start in (0..rows).step_by(ROWS) {
            let block = self.samples.read(&Region::of_rows(start..rows.min(start + ROWS), columns))?;
            file.put(&block.to_le_bytes())?;
        }
        if length % 2 == 1 {
            file.put(&[0])?;
        }
        Ok(())
    }
}

/// Returns how samples are stored.
fn storage(quantity: &Quantity, sample_type: &SampleType) -> Result<Storage> {
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
