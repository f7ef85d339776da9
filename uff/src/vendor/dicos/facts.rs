//! Who, where, when and what: the facts of a scan beside its images.

use std::collections::BTreeSet;

use dicom_core::Tag;

use super::attributes::Attributes;
use super::meaning::Note;
use super::tags;
use super::time;
use crate::error::Result;
use crate::model::CodeList;
use crate::model::Geometry;
use crate::model::InspectedObject;
use crate::model::ObjectKind;
use crate::model::PlateReading;
use crate::model::Scan;
use crate::model::Site;
use crate::model::Timestamp;
use crate::model::identifier::ContainerNumber;
use crate::model::identifier::CountryCode;
use crate::model::identifier::Identifier;
use crate::model::identifier::Plate;
use crate::model::identifier::RailcarNumber;
use crate::model::identifier::SealNumber;
use crate::model::identifier::Vin;
use crate::units::Millimetres;
use crate::units::MillimetresPerSecond;

/// Tags that are mapped whenever they are there.
pub(super) const MAPPED: [Tag; 16] = [
    tags::STUDY_ID,
    tags::INSTITUTION_NAME,
    tags::STATION_NAME,
    tags::MANUFACTURER,
    tags::MANUFACTURER_MODEL_NAME,
    tags::DEVICE_SERIAL_NUMBER,
    tags::SOFTWARE_VERSIONS,
    tags::ACQUISITION_DURATION,
    tags::TIMEZONE_OFFSET_FROM_UTC,
    tags::PIXEL_SPACING,
    tags::DISTANCE_SOURCE_TO_DETECTOR,
    tags::TABLE_SPEED,
    tags::SERIES_VIEW,
    tags::SERIES_VIEW_DESCRIPTION,
    tags::NUMBER_OF_VIEWS,
    tags::OTHER_PATIENT_I_DS_SEQUENCE,
];

/// Issuers (0010,0021) that say what an identifier is.
pub(crate) const ISSUER_CONTAINER: &str = "ISO6346";
/// Issuer of number plates; a space and the country may follow.
pub(crate) const ISSUER_PLATE: &str = "PLATE";
/// Issuer of vehicle identification numbers.
pub(crate) const ISSUER_VIN: &str = "ISO3779";
/// Issuer of railcar numbers.
pub(crate) const ISSUER_RAILCAR: &str = "RAILCAR";
/// Issuer of seals.
pub(crate) const ISSUER_SEAL: &str = "SEAL";

/// Fills identity, system and object of the scan; `used` takes the tags that found a place.
pub(super) fn fill(
    scan: &mut Scan,
    a: &Attributes<'_>,
    industrial: bool,
    notes: &mut Vec<Note>,
    used: &mut BTreeSet<Tag>,
) -> Result<()> {
    let identity = &mut scan.identity;
    identity.scanner_scan_id = match (stated(a, tags::STUDY_ID)?, a.text(tags::STUDY_DESCRIPTION)?) {
        // A scan ID has at most 16 characters; the description may hold one that had to be cut.
        (Some(cut), Some(whole)) if cut.chars().count() >= 15 && whole.starts_with(&cut) => {
            used.insert(tags::STUDY_DESCRIPTION);
            Some(whole)
        }
        (Some(id), _) => Some(id),
        (None, _) => a.text(tags::STUDY_INSTANCE_UID)?,
    };
    identity.start = time::start(a, notes)?;
    identity.end = end(identity.start, a.number(tags::ACQUISITION_DURATION)?);
    let (place, lane) = (stated(a, tags::INSTITUTION_NAME)?, stated(a, tags::STATION_NAME)?);
    if industrial {
        identity.operator_organisation = place;
        identity.site = lane.map(|lane| Site { lane: Some(lane), ..Site::default() });
    } else if place.is_some() || lane.is_some() {
        identity.site = Some(Site { name: place, lane, ..Site::default() });
    }
    let system = &mut scan.system;
    system.manufacturer = stated(a, tags::MANUFACTURER)?;
    system.model = stated(a, tags::MANUFACTURER_MODEL_NAME)?;
    system.serial = stated(a, tags::DEVICE_SERIAL_NUMBER)?;
    system.software = stated(a, tags::SOFTWARE_VERSIONS)?.map(|t| t.replace('\\', "; "));
    if !industrial {
        object(&mut scan.object, a, used)?;
    }
    used.extend(MAPPED);
    Ok(())
}

/// Returns a text; `unknown`, which software of the field writes where a value is demanded, is none.
fn stated(a: &Attributes<'_>, tag: Tag) -> Result<Option<String>> {
    Ok(a.text(tag)?.filter(|text| !text.eq_ignore_ascii_case("unknown")))
}

/// Adds a duration in seconds to the start.
fn end(start: Option<Timestamp>, duration: Option<f64>) -> Option<Timestamp> {
    let duration = duration.filter(|s| (0.0..1.0e7).contains(s))?;
    let span = jiff::SignedDuration::try_from_secs_f64(duration).ok()?;
    let start = start?;
    Timestamp::new(start.instant().checked_add(span).ok()?, start.offset()).ok()
}

fn object(object: &mut InspectedObject, a: &Attributes<'_>, used: &mut BTreeSet<Tag>) -> Result<()> {
    if let Some(id) = stated(a, tags::PATIENT_ID)? {
        let issuer = a.text(tags::ISSUER_OF_PATIENT_ID)?.unwrap_or_default();
        if identifier(object, &id, &issuer) {
            used.extend([tags::PATIENT_ID, tags::ISSUER_OF_PATIENT_ID]);
        }
    }
    for other in a.items(tags::OTHER_PATIENT_I_DS_SEQUENCE) {
        if let Some(id) = other.text(tags::PATIENT_ID)? {
            identifier(object, &id, &other.text(tags::ISSUER_OF_PATIENT_ID)?.unwrap_or_default());
        }
    }
    let descriptor = a.text(tags::OOI_TYPE_DESCRIPTOR)?.unwrap_or_default();
    let described = ObjectKind::from_code(&descriptor.to_ascii_lowercase());
    object.kind = match a.text(tags::OOI_TYPE)?.as_deref() {
        _ if described.is_listed() => {
            used.insert(tags::OOI_TYPE_DESCRIPTOR);
            described
        }
        Some("CARGO") if !object.containers.is_empty() => ObjectKind::Container,
        Some("BAGGAGE") => ObjectKind::Baggage,
        Some("PERSON") => ObjectKind::PersonCarried,
        _ => ObjectKind::Other,
    };
    Ok(())
}

/// Puts an identifier in its place; returns whether it has one. Without an issuer only a sound container number has.
fn identifier(object: &mut InspectedObject, id: &str, issuer: &str) -> bool {
    let (kind, country) = issuer.split_once(' ').unwrap_or((issuer, ""));
    match kind {
        ISSUER_CONTAINER => object.containers.push(ContainerNumber::new(id)),
        ISSUER_PLATE => {
            let country = (!country.is_empty()).then(|| CountryCode::new(country));
            object.plates.push(PlateReading { number: Plate::new(id), country, ..PlateReading::default() });
        }
        ISSUER_VIN => object.vin = Some(Vin::new(id)),
        ISSUER_RAILCAR => object.railcars.push(RailcarNumber::new(id)),
        ISSUER_SEAL => object.seals.push(SealNumber::new(id)),
        _ if ContainerNumber::new(id).issues().is_empty() => object.containers.push(ContainerNumber::new(id)),
        _ => return false,
    }
    true
}

/// Returns the geometry of a view: pixel size in the object plane, distance from source to detector, speed.
///
/// The size at the detector (0018,1164) becomes that of the object only where a magnification is stated.
pub(super) fn geometry(a: &Attributes<'_>) -> Result<Option<Geometry>> {
    let measures = a.holding(tags::PIXEL_SPACING, tags::PIXEL_MEASURES_SEQUENCE).unwrap_or(*a);
    let mut spacing = measures.numbers(tags::PIXEL_SPACING)?;
    if spacing.len() != 2 {
        spacing = a.numbers(tags::IMAGER_PIXEL_SPACING)?;
        match a.number(tags::ESTIMATED_RADIOGRAPHIC_MAGNIFICATION_FACTOR)?.filter(|m| *m > 0.0) {
            Some(magnification) => spacing.iter_mut().for_each(|s| *s /= magnification),
            None => spacing.clear(),
        }
    }
    let length = |value: Option<&f64>| value.filter(|v| **v > 0.0).map(|v| Millimetres::new(*v)).transpose();
    let (pitch_rows, pitch_columns) = match spacing.as_slice() {
        [rows, columns] => (length(Some(rows))?, length(Some(columns))?),
        _ => (None, None),
    };
    let source_detector = length(a.number(tags::DISTANCE_SOURCE_TO_DETECTOR)?.as_ref())?;
    let speed =
        a.number(tags::TABLE_SPEED)?.filter(|speed| *speed != 0.0).map(MillimetresPerSecond::new).transpose()?;
    let found = Geometry { pitch_rows, pitch_columns, source_detector, speed, ..Geometry::default() };
    Ok((found != Geometry::default()).then_some(found))
}
