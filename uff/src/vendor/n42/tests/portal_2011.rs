//! The portal of the 2011 dialect: every figure here stands in the document or follows from it by hand.

use super::assert_series;
use super::losses;
use super::parse;
use super::read;
use crate::model::RadiationKind;
use crate::model::Timestamp;
use crate::testing::PORTAL_2011;
use crate::vendor::n42::Dialect;
use crate::vendor::n42::MeasurementClass;

fn time(text: &str) -> Option<Timestamp> {
    Some(Timestamp::parse(text).unwrap())
}

const NONE: f64 = f64::NAN;

#[test]
fn the_document_is_typed() {
    let document = parse(PORTAL_2011).unwrap();
    assert_eq!(document.dialect, Dialect::V2011);
    assert_eq!(document.uuid.as_deref(), Some("5b0c3d7e-1111-4222-8333-0123456789ab"));
    assert_eq!(document.lane.as_deref(), Some("3"));
    assert_eq!(document.windows["W"], [(20.0, 150.0), (150.0, 3000.0)]);
    let classes: Vec<_> = document.measurements.iter().map(|m| m.class).collect();
    assert_eq!(classes[0], MeasurementClass::Background);
    assert_eq!(classes[1..], [MeasurementClass::Foreground; 4]);
    assert_eq!(document.measurements[1].spectra[0].channels, [0.0, 0.0, 0.0, 5.0, 0.0, 7.0]);
    assert_eq!(document.measurements[2].spectra[0].channels, [0.0, 0.0, 0.0, 9.0, 0.0, 40.0]);
    assert_eq!(document.measurements[2].spectra[0].live_time, Some(0.48));
    assert_eq!(document.analyses[0].nuclides.len(), 2);
}

#[test]
fn measurements_become_series() {
    let bundle = read(PORTAL_2011).unwrap();
    assert_series(&bundle, "time", &[0.0, 70.0, 70.5, 71.0, 71.5]);
    assert_series(&bundle, "real-time", &[60.0, 0.5, 0.5, 0.5, 0.5]);
    assert_series(&bundle, "background", &[1.0, 0.0, 0.0, 0.0, 0.0]);
    assert_series(&bundle, "occupancy", &[0.0, 0.0, 1.0, 1.0, 0.0]);
    assert_series(&bundle, "speed", &[NONE, NONE, 2.5, NONE, NONE]);
    assert_series(&bundle, "gamma-1", &[6000.0, 51.0, 44.0, 47.0, NONE]);
    assert_series(&bundle, "gamma-2", &[9000.0, 74.0, 260.0, 198.0, NONE]);
    assert_series(&bundle, "gamma-3", &[NONE, 12.0, 49.0, NONE, NONE]);
    assert_series(&bundle, "neutron-4", &[30.0, 0.0, 6.0, NONE, NONE]);
    assert_series(&bundle, "live-time-2", &[NONE, 0.49, 0.48, NONE, NONE]);
    assert_eq!(bundle.series.len(), 10);
    let radiation = bundle.scan.radiation.unwrap();
    assert_eq!(radiation.start, time("2026-11-22T03:13:00+01:00"));
    assert_eq!(radiation.interval, None);
    let high = radiation.series.iter().find(|s| s.name == "gamma-2").unwrap();
    assert_eq!((high.detector.as_deref(), high.window), (Some("Aa1"), Some(2)));
    assert_eq!((high.energy_from, high.energy_to), (Some(150.0), Some(3000.0)));
}

#[test]
fn alarms_nuclides_and_occupancy_become_records() {
    let radiation = read(PORTAL_2011).unwrap().scan.radiation.unwrap();
    let [neutron, isotope] = radiation.alarms.as_slice() else { panic!("{:?}", radiation.alarms) };
    assert_eq!((&neutron.kind, neutron.time), (&RadiationKind::Neutron, time("2026-11-22T03:14:10.7+01:00")));
    assert_eq!(neutron.description.as_deref(), Some("6 neutrons, 1 expected"));
    assert_eq!((neutron.detectors.as_slice(), neutron.nuclides.len()), (["Aa1N".to_owned()].as_slice(), 0));
    assert_eq!(
        (&isotope.kind, isotope.nuclides.as_slice()),
        (&RadiationKind::Isotope, ["Cs-137".to_owned()].as_slice())
    );
    let [caesium] = radiation.nuclides.as_slice() else { panic!("{:?}", radiation.nuclides) };
    assert_eq!((caesium.name.as_str(), caesium.confidence.map(|c| c.get())), ("Cs-137", Some(0.91)));
    assert_eq!((caesium.confidence_text.as_deref(), caesium.category.as_deref()), (Some("high"), Some("Industrial")));
    let [passage] = radiation.occupancies.as_slice() else { panic!("{:?}", radiation.occupancies) };
    assert_eq!(passage.start, time("2026-11-22T03:14:10.5+01:00"));
    assert_eq!(passage.duration.map(|d| d.get()), Some(1.0));
    let kinds: Vec<_> = radiation.detectors.iter().map(|d| (d.id.as_str(), &d.kind)).collect();
    let (gamma, neutron) = (RadiationKind::Gamma, RadiationKind::Neutron);
    assert_eq!(kinds, [("Aa1", &gamma), ("Ba1", &gamma), ("Aa1N", &neutron)]);
    assert_eq!(radiation.detectors[0].name.as_deref(), Some("left panel"));
}

#[test]
fn a_document_alone_is_a_scan_without_views() {
    let bundle = read(PORTAL_2011).unwrap();
    let identity = &bundle.scan.identity;
    assert_eq!(identity.start, time("2026-11-22T03:14:10+01:00"));
    assert_eq!(identity.end, time("2026-11-22T03:14:12+01:00"));
    assert_eq!(identity.site.as_ref().and_then(|s| s.lane.as_deref()), Some("3"));
    assert_eq!(bundle.scan.system.serial.as_deref(), Some("RPM17"));
    assert_eq!(bundle.scan.system.software.as_deref(), Some("Software 7"));
    let mut kept = vec![0; PORTAL_2011.len()];
    bundle.blobs.get("radiation/n42").unwrap().read_exact_at(0, &mut kept).unwrap();
    assert_eq!(kept, PORTAL_2011.as_bytes());
}

#[test]
fn what_has_no_place_is_named() {
    let expected = [
        "dropped N42 EnergyCalibration 1",
        "dropped N42 RadInstrumentCharacteristics 1",
        "dropped N42 RadInstrumentDataCreatorName 1",
        "dropped N42 RadItemInformation 1",
        "dropped N42 Spectrum 2",
        "dropped N42 Nuclide 1",
    ];
    assert_eq!(losses(&read(PORTAL_2011).unwrap()), expected);
}

/// Slices that follow each other without a gap need no times of their own; their order in the document does not count.
#[test]
fn regular_slices_have_an_interval() {
    let slices: Vec<String> = [2, 0, 1].iter().map(|n| slice(&format!("S{n}"), "D", n * 100, n + 10)).collect();
    let bundle = read(&portal(&slices.concat())).unwrap();
    assert_series(&bundle, "gamma-1", &[10.0, 11.0, 12.0]);
    assert_eq!(bundle.series.len(), 1);
    let radiation = bundle.scan.radiation.unwrap();
    assert_eq!(radiation.interval.map(|i| i.get()), Some(0.1));
}

/// Some portals write a measurement per detector.
#[test]
fn measurements_of_one_period_are_joined() {
    let slices = [slice("A", "D", 0, 5), slice("B", "N", 0, 1), slice("C", "D", 0, 6)].concat();
    let bundle = read(&portal(&slices)).unwrap();
    assert_series(&bundle, "gamma-1", &[5.0, 6.0]);
    assert_series(&bundle, "neutron-2", &[1.0, NONE]);
}

/// Writes a slice of 0.1 s that starts some milliseconds after noon.
fn slice(id: &str, detector: &str, milliseconds: u32, counts: u32) -> String {
    format!(
        "<RadMeasurement id='{id}'><MeasurementClassCode>Foreground</MeasurementClassCode>\
         <StartDateTime>2026-11-22T12:00:00.{milliseconds:03}Z</StartDateTime><RealTimeDuration>PT0.1S</RealTimeDuration>\
         <GrossCounts id='{id}G' radDetectorInformationReference='{detector}'>\
         <LiveTimeDuration>PT0.1S</LiveTimeDuration><CountData>{counts}</CountData></GrossCounts></RadMeasurement>"
    )
}

fn portal(measurements: &str) -> String {
    let detector = |id: &str, kind: &str| {
        format!(
            "<RadDetectorInformation id='{id}'><RadDetectorCategoryCode>{kind}</RadDetectorCategoryCode>\
             <RadDetectorKindCode>Other</RadDetectorKindCode></RadDetectorInformation>"
        )
    };
    format!(
        "<RadInstrumentData xmlns='http://physics.nist.gov/N42/2011/N42'>{}{}{measurements}</RadInstrumentData>",
        detector("D", "Gamma"),
        detector("N", "Neutron")
    )
}
