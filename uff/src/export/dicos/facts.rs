//! The facts of a scan that every file repeats: identity, place, machine, object of inspection.

use dicom_core::VR;

use super::demanded::UNKNOWN;
use super::object::Object;
use super::object::scan_uid;
use super::text::Losses;
use super::text::zone;
use crate::model::CodeList;
use crate::model::InspectedObject;
use crate::model::ObjectKind;
use crate::model::Scan;
use crate::model::Timestamp;
use crate::model::identifier::Identifier;
use crate::vendor::dicos::facts::ISSUER_CONTAINER;
use crate::vendor::dicos::facts::ISSUER_PLATE;
use crate::vendor::dicos::facts::ISSUER_RAILCAR;
use crate::vendor::dicos::facts::ISSUER_SEAL;
use crate::vendor::dicos::facts::ISSUER_VIN;
use crate::vendor::dicos::tags;

/// Edition that the files follow.
const VERSION: &str = "V03";

/// Puts the facts into a file.
pub(super) fn put(object: &mut Object, scan: &Scan, losses: &mut Losses) {
    let identity = &scan.identity;
    object.text(tags::STUDY_INSTANCE_UID, VR::UI, &scan_uid(identity.scan_id));
    if let Some(id) = &identity.scanner_scan_id {
        let id = losses.line(id, 64, "scan/identity/scannerScanId");
        let cut: String = id.chars().take(16).collect();
        object.text(tags::STUDY_ID, VR::SH, cut.trim_end());
        if cut != id {
            object.text(tags::STUDY_DESCRIPTION, VR::LO, &id);
        }
    }
    times(object, identity.start, identity.end, losses);
    if let Some(site) = &identity.site {
        let mut place = |tag, vr, most, text: &Option<String>, subject| {
            if let Some(text) = text {
                object.text(tag, vr, &losses.line(text, most, subject));
            }
        };
        place(tags::INSTITUTION_NAME, VR::LO, 64, &site.name, "scan/identity/site/name");
        place(tags::STATION_NAME, VR::SH, 16, &site.lane, "scan/identity/site/lane");
    }
    let system = &scan.system;
    for (tag, text, subject) in [
        (tags::MANUFACTURER, &system.manufacturer, "scan/system/manufacturer"),
        (tags::MANUFACTURER_MODEL_NAME, &system.model, "scan/system/model"),
        (tags::DEVICE_SERIAL_NUMBER, &system.serial, "scan/system/serial"),
        (tags::SOFTWARE_VERSIONS, &system.software, "scan/system/software"),
    ] {
        if let Some(text) = text {
            object.text(tag, VR::LO, &losses.line(text, 64, subject));
        }
    }
    inspected(object, &scan.object, losses);
    object.text(tags::DICOS_VERSION, VR::CS, VERSION);
    object.text(tags::SCAN_TYPE, VR::CS, "OPERATIONAL");
}

/// Puts start and duration; the end comes back only where start and duration give it exactly.
fn times(object: &mut Object, start: Option<Timestamp>, end: Option<Timestamp>, losses: &mut Losses) {
    let Some(start) = start else {
        object.empty(tags::STUDY_DATE, VR::DA);
        object.empty(tags::STUDY_TIME, VR::TM);
        if end.is_some() {
            losses.dropped("scan/identity/end", "DICOM states a duration, which needs a start");
        }
        return;
    };
    let stamp = losses.date_time(start, "scan/identity/start");
    object.text(tags::STUDY_DATE, VR::DA, stamp.get(..8).unwrap_or_default());
    object.text(tags::STUDY_TIME, VR::TM, stamp.get(8..21).unwrap_or_default());
    object.text(tags::ACQUISITION_DATE_TIME, VR::DT, &stamp);
    object.text(tags::TIMEZONE_OFFSET_FROM_UTC, VR::SH, &zone(start));
    let Some(end) = end else { return };
    let seconds = end.instant().duration_since(start.instant()).as_secs_f64();
    let again = jiff::SignedDuration::try_from_secs_f64(seconds).ok().and_then(|d| start.instant().checked_add(d).ok());
    if (0.0..1.0e7).contains(&seconds) {
        object.put(tags::ACQUISITION_DURATION, VR::FD, seconds);
        if again != Some(end.instant()) || start.offset() != end.offset() {
            losses.rounded("scan/identity/end", "DICOM states a duration in seconds instead");
        }
    } else {
        losses.dropped("scan/identity/end", "it is no duration after the start, which is what DICOM states");
    }
}

/// Puts kind and identifiers of what was scanned: the first identifier as the OOI ID, the others in a sequence.
fn inspected(object: &mut Object, inspected: &InspectedObject, losses: &mut Losses) {
    let kind = &inspected.kind;
    object.text(tags::OOI_TYPE, VR::CS, ooi_type(kind));
    object.text(tags::OOI_TYPE_DESCRIPTOR, VR::LT, &losses.line(kind.code(), 64, "scan/object/kind"));
    if !kind.is_listed() {
        losses.rounded("scan/object/kind", "it is only a description of the type CARGO or OTHER");
    }
    let mut ids: Vec<(String, String)> = Vec::new();
    let mut add = |text: &str, issuer: String, subject: String| {
        let id = losses.line(text, 64, &subject);
        let issuer = losses.line(&issuer, 64, &subject);
        match id.is_empty() {
            true => losses.dropped(&subject, "DICOM has no empty identifiers"),
            false => ids.push((id, issuer)),
        }
    };
    let path = |name: &str, index: usize, of: usize| {
        if of > 1 { format!("scan/object/{name}[{index}]") } else { format!("scan/object/{name}") }
    };
    let of = inspected.containers.len();
    for (i, container) in inspected.containers.iter().enumerate() {
        add(container.written(), ISSUER_CONTAINER.to_owned(), path("containerNumber", i, of));
    }
    let of = inspected.plates.len();
    for (i, plate) in inspected.plates.iter().enumerate() {
        let country = plate.country.as_ref().map(|c| format!(" {}", c.written())).unwrap_or_default();
        add(plate.number.written(), format!("{ISSUER_PLATE}{country}"), path("plate", i, of));
    }
    if let Some(vin) = &inspected.vin {
        add(vin.written(), ISSUER_VIN.to_owned(), path("vin", 0, 1));
    }
    let of = inspected.railcars.len();
    for (i, railcar) in inspected.railcars.iter().enumerate() {
        add(railcar.written(), ISSUER_RAILCAR.to_owned(), path("railcarNumber", i, of));
    }
    let of = inspected.seals.len();
    for (i, seal) in inspected.seals.iter().enumerate() {
        add(seal.written(), ISSUER_SEAL.to_owned(), path("seal", i, of));
    }
    let mut ids = ids.into_iter();
    match ids.next() {
        Some(first) => put_id(object, first),
        None => put_id(object, (UNKNOWN.to_owned(), UNKNOWN.to_owned())),
    }
    let others: Vec<Object> = ids
        .map(|id| {
            let mut item = Object::default();
            put_id(&mut item, id);
            item
        })
        .collect();
    if !others.is_empty() {
        object.sequence(tags::OTHER_PATIENT_I_DS_SEQUENCE, others);
    }
}

fn put_id(object: &mut Object, (id, issuer): (String, String)) {
    object.text(tags::PATIENT_ID, VR::LO, &id);
    object.text(tags::ISSUER_OF_PATIENT_ID, VR::LO, &issuer);
    object.text(tags::TYPE_OF_PATIENT_ID, VR::CS, "TEXT");
}

/// Returns the type of the object (4010,1042); DICOS has none for vehicles and containers but cargo.
fn ooi_type(kind: &ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Container | ObjectKind::Truck | ObjectKind::Car | ObjectKind::Railcar | ObjectKind::Pallet => {
            "CARGO"
        }
        ObjectKind::Baggage | ObjectKind::Parcel => "BAGGAGE",
        ObjectKind::PersonCarried => "PERSON",
        ObjectKind::Other | ObjectKind::Unlisted(_) => "OTHER",
    }
}
