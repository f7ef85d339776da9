//! One image: a projection at one energy or a material array (DX), or a stack of slices (CT).

use dicom_core::VR;

use super::demanded;
use super::derived::Derivation;
use super::facts;
use super::object::Object;
use super::object::uid;
use super::pixels::Storage;
use super::pixels::storage;
use super::stack;
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
use crate::model::Modality;
use crate::model::Quantity;
use crate::model::Samples;
use crate::model::View;
use crate::vendor::dicos::class;
use crate::vendor::dicos::derivation::DERIVED;
use crate::vendor::dicos::energy;
use crate::vendor::dicos::meaning;
use crate::vendor::dicos::tags;

/// Largest number of rows or columns: they are 16-bit numbers (PS3.3, C.7.6.3).
const LONGEST: u32 = u16::MAX as u32;

/// What an image is.
pub(super) enum Kind {
    /// Projection at one energy.
    Projection,
    /// Material array of a projection.
    Derived(Derivation),
    /// Slices of a tomography.
    Slices,
}

/// A channel of a view with its samples.
pub(super) struct Image<'a> {
    pub(super) bundle: &'a Bundle,
    /// The view; of a stack that of its first slice.
    pub(super) view: (usize, &'a View),
    /// The channel; of a material array one that says the same of it.
    pub(super) channel: Channel,
    /// The samples; of a stack those of every slice.
    pub(super) frames: Vec<&'a dyn Samples>,
    /// Name of the view or the stack.
    pub(super) name: Option<String>,
    pub(super) kind: Kind,
    /// Number of the image in the export, from 1.
    pub(super) number: u32,
    /// Number of views with images.
    pub(super) views: u32,
    /// Path of the view in notes.
    pub(super) view_path: String,
    /// Path of the channel in notes.
    pub(super) path: String,
}

impl Image<'_> {
    /// Returns the UID of the image.
    pub(super) fn instance(&self) -> String {
        let digest = self.channel.digest.map(|d| d.to_string()).unwrap_or_default();
        uid(self.bundle.scan.identity.scan_id, &format!("image/{}/{}/{digest}", self.view.0, self.part()))
    }

    /// Returns the UID of the object class.
    pub(super) fn class(&self) -> String {
        self.storage().map_or_else(|_| class::DX_PROCESSING.to_owned(), |s| s.class)
    }

    /// Returns the name of the file.
    pub(super) fn file(&self) -> String {
        match self.kind {
            Kind::Derived(_) => format!("material{}-{}.dcs", self.view.0, self.channel.quantity),
            _ => format!("view{}-{}.dcs", self.view.0, self.channel.id),
        }
    }

    /// Returns the name of the image in its view.
    fn part(&self) -> String {
        match self.kind {
            Kind::Derived(_) => format!("material/{}", self.channel.quantity),
            _ => self.channel.id.to_string(),
        }
    }

    /// Returns the first of its arrays, whose form all have.
    pub(super) fn first(&self) -> Result<&dyn Samples> {
        self.frames.first().copied().ok_or_else(|| Error::new(Code::Internal, "an image without samples"))
    }

    fn storage(&self) -> Result<Storage> {
        let mut storage = storage(&self.channel.quantity, &self.channel.sample_type)?;
        if matches!(self.kind, Kind::Slices) {
            class::CT.clone_into(&mut storage.class);
        }
        Ok(storage)
    }

    /// Checks that the image fits a DICOM file.
    ///
    /// # Errors
    /// `export.unsupported`; `uff.inconsistent` when the samples are not those of the channel.
    pub(super) fn check(&self) -> Result<()> {
        let first = self.first()?;
        let (rows, columns) = first.shape();
        let form = ((rows, columns), self.channel.sample_type.clone());
        if let Some(other) = self.frames.iter().find(|f| (f.shape(), f.sample_type()) != form) {
            return Err(Error::new(Code::UffInconsistent, "the samples are not what the channel says")
                .at(&self.path)
                .expected(format!("{:?} of {}", form.0, form.1))
                .found(format!("{:?} of {}", other.shape(), other.sample_type())));
        }
        let bytes = (rows as u64)
            .saturating_mul(columns as u64)
            .saturating_mul(first.sample_type().size() as u64)
            .saturating_mul(self.frames.len() as u64);
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
        let storage = self.storage()?;
        let mut object = Object::default();
        facts::put(&mut object, &self.bundle.scan, losses);
        demanded::of_image(&mut object, &self.bundle.scan, losses);
        self.series(&mut object, losses);
        let types = self.types(losses);
        object.put(tags::IMAGE_TYPE, VR::CS, types.clone());
        self.pixels(&mut object, &storage, losses)?;
        let mut measures = Object::default();
        if let Some(geometry) = &self.view.1.geometry {
            let slices = matches!(self.kind, Kind::Slices).then_some(&mut measures);
            self.geometry(&mut object, slices, geometry, losses);
        }
        match &self.kind {
            Kind::Slices => {
                let mut rescale = Object::default();
                self.rescale(&mut rescale, losses);
                stack::groups(&mut object, self, rescale, measures, &types);
            }
            kind => {
                self.meaning(&mut object, losses);
                self.rescale(&mut object, losses);
                if let Kind::Derived(derivation) = kind {
                    derivation.put(&mut object);
                }
            }
        }
        self.grade(losses);
        object.write(&storage.class, &self.instance(), &mut file)?;
        self.samples(&storage, &mut file)?;
        file.finish()
    }

    fn series(&self, object: &mut Object, losses: &mut Losses) {
        let (index, view) = self.view;
        let channel = &self.channel;
        let scan = self.bundle.scan.identity.scan_id;
        let modality = if matches!(self.kind, Kind::Slices) { "CT" } else { "XRAY" };
        object.text(tags::MODALITY, VR::CS, modality);
        object.text(tags::SERIES_INSTANCE_UID, VR::UI, &uid(scan, &format!("series/{index}/{}", self.part())));
        object.text(tags::SERIES_NUMBER, VR::IS, &self.number.to_string());
        object.text(tags::INSTANCE_NUMBER, VR::IS, "1");
        object.put(tags::SERIES_VIEW, VR::US, (index + 1).min(usize::from(u16::MAX)) as u16);
        object.put(tags::NUMBER_OF_VIEWS, VR::US, self.views.min(LONGEST) as u16);
        let kind = format!("{}/kind", self.view_path);
        match &self.kind {
            // The class says it.
            Kind::Slices => {}
            _ if view.kind.is_listed() => object.text(tags::SERIES_VIEW_DESCRIPTION, VR::LO, view.kind.code()),
            _ => losses.dropped(&kind, "DICOS has no place for a kind that is not listed"),
        }
        if view.modality != Modality::Transmission {
            losses.dropped(&format!("{}/modality", self.view_path), "DICOS has no place for scattered radiation");
        }
        if let Some(name) = &self.name {
            let name = losses.line(name, 64, &format!("{}/name", self.view_path));
            object.text(tags::SERIES_DESCRIPTION, VR::LO, &name);
        }
        if matches!(self.kind, Kind::Derived(_)) {
            return;
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
        if let Some(energy) = channel.energy {
            let kilovolts = losses.decimal(energy.get(), &format!("{}/energy", self.path));
            object.text(tags::KVP, VR::DS, &kilovolts);
        }
    }

    /// Returns the values of Image Type (0008,0008).
    fn types(&self, losses: &mut Losses) -> String {
        if let Kind::Derived(derivation) = &self.kind {
            return format!("{DERIVED}\\{}", derivation.stated.flavour);
        }
        let flavour = self.flavour(losses);
        match (&self.kind, flavour) {
            (Kind::Slices, flavour) => format!("ORIGINAL\\{}\\VOLUME\\NONE", flavour.unwrap_or_default()),
            (_, Some(flavour)) => format!("ORIGINAL\\{flavour}"),
            (_, None) => "ORIGINAL".to_owned(),
        }
    }

    /// Returns the image flavour of the role, with a note where none says it.
    fn flavour(&self, losses: &mut Losses) -> Option<&'static str> {
        let channel = &self.channel;
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

    /// Puts how the samples of a projection relate to intensity.
    fn meaning(&self, object: &mut Object, losses: &mut Losses) {
        let channel = &self.channel;
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
        if display {
            demanded::of_picture(object, 8 * channel.sample_type.size() as u16, losses);
        }
    }

    /// Puts scale, offset and quantity of the samples.
    fn rescale(&self, object: &mut Object, losses: &mut Losses) {
        let channel = &self.channel;
        let slices = matches!(self.kind, Kind::Slices);
        let ct_number = slices && channel.quantity == Quantity::from_code(meaning::CT_NUMBER);
        let hounsfield = ct_number && channel.unit.as_deref() == Some(meaning::HOUNSFIELD);
        if channel.unit.is_some() && !hounsfield {
            losses.dropped(&format!("{}/unit", self.path), "DICOS states a quantity, whose unit is fixed");
        }
        let named = match hounsfield {
            true => Some(meaning::HOUNSFIELD.to_owned()),
            false => meaning::rescale_type(&channel.quantity),
        };
        // Slices without a type are CT numbers of no stated unit.
        if named.is_none() && !ct_number {
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
    }

    /// Notes a grade that the quantity does not say.
    fn grade(&self, losses: &mut Losses) {
        if self.channel.measurement_grade == (self.channel.quantity == Quantity::Display) {
            let reason = "DICOS says it by the quantity alone: all but pictures for display are measurements";
            losses.rounded(&format!("{}/measurementGrade", self.path), reason);
        }
    }

    /// Puts size of a pixel, distance and speed; `measures` takes the size where frames share it.
    fn geometry(&self, object: &mut Object, measures: Option<&mut Object>, geometry: &Geometry, losses: &mut Losses) {
        let path = |name: &str| format!("{}/geometry/{name}", self.view_path);
        match (geometry.pitch_rows, geometry.pitch_columns) {
            (Some(rows), Some(columns)) if rows.get() > 0.0 && columns.get() > 0.0 => {
                let rows = losses.decimal(rows.get(), &path("pitchRows"));
                let columns = losses.decimal(columns.get(), &path("pitchColumns"));
                let spacing = format!("{rows}\\{columns}");
                match measures {
                    Some(measures) => measures.put(tags::PIXEL_SPACING, VR::DS, spacing),
                    None => {
                        object.put(tags::PIXEL_SPACING, VR::DS, spacing);
                        let plane = "size in the object plane";
                        object.text(tags::PIXEL_SPACING_CALIBRATION_DESCRIPTION, VR::LO, plane);
                    }
                }
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
}
