//! Attributes that DICOS v03 demands and a scan does not state: empty where that is allowed, else a neutral value that is
//! noted as invented. Software of the field refuses files without them.

use dicom_core::PrimitiveValue;
use dicom_core::Tag;
use dicom_core::VR;

use super::object::Object;
use super::object::uid;
use super::text::Losses;
use crate::model::Scan;
use crate::model::Timestamp;
use crate::vendor::dicos::tags;

/// Axes of the image origin, in DICOS; PS3.6 gives the tag another name and representation.
const IMAGE_ORIGIN: Tag = Tag(0x0008, 0x0118);
/// Handedness of the coordinates (DICOS v03).
const COORDINATE_SYSTEM: Tag = Tag(0x0008, 0x2108);
/// Effective energy, keV (DICOS v03).
const EFFECTIVE_ENERGY: Tag = Tag(0x4300, 0x0902);
/// Start of the processing of a threat item (DICOS v03).
const PROCESSING_START: Tag = Tag(0x4010, 0x1080);
/// End of the processing of a threat item (DICOS v03).
const PROCESSING_END: Tag = Tag(0x4010, 0x1081);
/// Duration of the processing of a threat item, ms (DICOS v03).
const PROCESSING_TIME: Tag = Tag(0x4010, 0x1082);

/// What software of the field writes for a text that is demanded and not known; the reader takes it for none.
pub(super) const UNKNOWN: &str = "unknown";

/// Puts what every file needs. Dates of series, content and instance are those of the scan; without one they stay away.
fn everywhere(object: &mut Object, scan: &Scan, losses: &mut Losses) {
    if let Some(start) = scan.identity.start {
        let (date, time) = day_and_clock(start);
        for (day, clock) in [
            (tags::INSTANCE_CREATION_DATE, tags::INSTANCE_CREATION_TIME),
            (tags::SERIES_DATE, tags::SERIES_TIME),
            (tags::CONTENT_DATE, tags::CONTENT_TIME),
        ] {
            object.text(day, VR::DA, &date);
            object.text(clock, VR::TM, &time);
        }
    }
    let (site, system) = (scan.identity.site.as_ref(), &scan.system);
    for (stated, tag, vr) in [
        (site.is_some_and(|s| s.name.is_some()), tags::INSTITUTION_NAME, VR::LO),
        (site.is_some_and(|s| s.lane.is_some()), tags::STATION_NAME, VR::SH),
        (scan.identity.scanner_scan_id.is_some(), tags::STUDY_ID, VR::SH),
        (system.manufacturer.is_some(), tags::MANUFACTURER, VR::LO),
        (system.model.is_some(), tags::MANUFACTURER_MODEL_NAME, VR::LO),
        (system.serial.is_some(), tags::DEVICE_SERIAL_NUMBER, VR::LO),
        (system.software.is_some(), tags::SOFTWARE_VERSIONS, VR::LO),
    ] {
        if !stated {
            object.text(tag, vr, UNKNOWN);
        }
    }
    object.empty(tags::INSTITUTION_ADDRESS, VR::ST);
    object.empty(tags::DATE_OF_LAST_CALIBRATION, VR::DA);
    object.empty(tags::TIME_OF_LAST_CALIBRATION, VR::TM);
    object.text(tags::ACQUISITION_STATUS, VR::CS, "SUCCESSFUL");
    losses.invented("DICOS (4010,1044)", "an acquisition status is demanded; SUCCESSFUL stands there");
}

/// Puts what an image needs.
pub(super) fn of_image(object: &mut Object, scan: &Scan, losses: &mut Losses) {
    everywhere(object, scan, losses);
    object.text(COORDINATE_SYSTEM, VR::CS, "LHS");
    object.text(IMAGE_ORIGIN, VR::CS, "MACHINE");
    object.text(tags::IMAGE_ORIENTATION_PATIENT, VR::DS, "1\\0\\0\\0\\1\\0");
    object.text(tags::IMAGE_POSITION_PATIENT, VR::DS, "0\\0\\0");
    losses.invented("DICOS (0020,0032) and (0020,0037)", "a place of the image is demanded; the origin stands there");
    object.empty(tags::DETECTOR_TYPE, VR::CS);
    object.text(tags::X_RAY_TUBE_CURRENT_INU_A, VR::DS, "0");
    object.put(EFFECTIVE_ENERGY, VR::FL, 0.0_f32);
    let zeros = "tube current, belt height, an unstated belt speed and effective energy are demanded; 0 stands there";
    losses.invented("DICOS (0018,8151), (0018,9309), (4010,1062) and (4300,0902)", zeros);
    object.put(tags::BELT_HEIGHT, VR::FL, 0.0_f32);
    object.text(tags::BURNED_IN_ANNOTATION, VR::CS, "NO");
    object.text(tags::LOSSY_IMAGE_COMPRESSION, VR::CS, "00");
    // The speed of a view takes its place.
    object.put(tags::TABLE_SPEED, VR::FD, 0.0_f64);
    object.sequence(tags::ACQUISITION_CONTEXT_SEQUENCE, Vec::new());
}

/// Puts the window of a picture made for display: all that its bits can hold.
pub(super) fn of_picture(object: &mut Object, bits: u16, losses: &mut Losses) {
    let width = 2_f64.powi(i32::from(bits.min(32)));
    object.text(tags::WINDOW_CENTER, VR::DS, &(width / 2.0).to_string());
    object.text(tags::WINDOW_WIDTH, VR::DS, &width.to_string());
    losses.invented("DICOS (0028,1050) and (0028,1051)", "a window is demanded; the range of the samples stands there");
}

/// Puts what a report needs; `images` are class and instance of the images.
pub(super) fn of_report(object: &mut Object, scan: &Scan, images: &[(&str, &str)], losses: &mut Losses) {
    everywhere(object, scan, losses);
    let references = images.iter().map(|(class, instance)| {
        let mut item = Object::default();
        item.text(tags::REFERENCED_SOP_CLASS_UID, VR::UI, class);
        item.text(tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, instance);
        item
    });
    object.sequence(tags::REFERENCED_STUDY_SEQUENCE, references.collect());
    object.text(tags::FRAME_OF_REFERENCE_UID, VR::UI, &uid(scan.identity.scan_id, "frame of reference"));
    object.empty(tags::POSITION_REFERENCE_INDICATOR, VR::LO);
    object.text(tags::ABORT_FLAG, VR::CS, "SUCCESS");
    object.put(tags::TOTAL_PROCESSING_TIME, VR::FL, 0.0_f32);
    object.text(tags::ADDITIONAL_SCREENING_PERFORMED, VR::CS, "NO");
    object.put(tags::IMAGE_SCALE_REPRESENTATION, VR::FD, 1.0_f64);
    let reason = "a report demands an end, a duration, further screening and a scale; SUCCESS, 0, NO and 1 stand there";
    losses.invented("DICOS (4010,1024), (4010,1069), (4010,106D) and (4010,1075)", reason);
}

/// Puts what a threat item needs: its processing took no time at the time of the decision.
pub(super) fn of_threat(threat: &mut Object, time: Option<&str>) {
    for tag in [PROCESSING_START, PROCESSING_END] {
        match time {
            Some(time) => threat.text(tag, VR::DT, time),
            None => threat.empty(tag, VR::DT),
        }
    }
    threat.put(PROCESSING_TIME, VR::FL, PrimitiveValue::from(0.0_f32));
}

fn day_and_clock(at: Timestamp) -> (String, String) {
    let local = at.offset().to_datetime(at.instant());
    let micros = local.subsec_nanosecond() / 1000;
    (local.strftime("%Y%m%d").to_string(), format!("{}.{micros:06}", local.strftime("%H%M%S")))
}
