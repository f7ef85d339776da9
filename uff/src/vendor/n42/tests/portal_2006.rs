//! The portal of the 2006 dialect, and a spectrometer in it.

use super::assert_series;
use super::losses;
use super::parse;
use super::read;
use crate::testing::PORTAL_2006;
use crate::vendor::n42::Dialect;
use crate::vendor::n42::MeasurementClass;

const NONE: f64 = f64::NAN;

#[test]
fn a_portal_is_read() {
    let bundle = read(PORTAL_2006).unwrap();
    assert_series(&bundle, "occupancy", &[0.0, 1.0]);
    assert_series(&bundle, "speed", &[NONE, 5.0 * 0.447_04]);
    assert_series(&bundle, "gamma-1", &[21.0, 84.0]);
    assert_series(&bundle, "neutron-2", &[1.0, NONE]);
    assert_series(&bundle, "gamma-3", &[NONE, 10.0]);
    assert_series(&bundle, "live-time-3", &[NONE, 0.09]);
    assert_eq!(bundle.series.len(), 6);
    let radiation = bundle.scan.radiation.as_ref().unwrap();
    assert_eq!(radiation.interval.map(|i| i.get()), Some(0.1));
    assert_eq!(radiation.start.map(|t| t.to_string()).as_deref(), Some("2026-11-22T03:14:10Z"));
    assert_eq!(radiation.lane.as_deref(), Some("3"));
    let nuclides: Vec<_> = radiation.nuclides.iter().map(|n| n.name.as_str()).collect();
    assert_eq!(nuclides, ["K-40"]);
    assert_eq!(bundle.scan.system.model.as_deref(), Some("Gate 2"));
    assert_eq!(bundle.scan.identity.scanner_scan_id.as_deref(), Some("0a1b2c3d-0000-4000-8000-00000000feed"));
    let expected = [
        "dropped N42 extension of the vendor 1",
        "dropped N42 Spectrum 1",
        "dropped N42 Nuclide 1",
        "invented N42 time 2",
        "invented N42 measurement class 1",
    ];
    assert_eq!(losses(&bundle), expected);
}

#[test]
fn a_spectrometer_is_read() {
    let document = parse(
        "<N42InstrumentData xmlns='http://physics.nist.gov/Divisions/Div846/Gp4/ANSIN4242/2006/N42'><Measurement>
           <Spectrum Type='PHA'><StartTime>2026-11-22T03:50:00Z</StartTime><RealTime>PT296.099S</RealTime>
             <LiveTime>PT295.485S</LiveTime><SourceType>Background</SourceType>
             <Calibration Type='Energy' EnergyUnits='keV'/><ChannelData>1 2 3.5</ChannelData></Spectrum>
           <CountDoseData DetectorType='Neutron'><StartTime>2026-11-22T03:50:00Z</StartTime>
             <SampleRealTime>PT300S</SampleRealTime><CountRate Units='CPS'>0.25</CountRate></CountDoseData>
           <CountDoseData DetectorType='Gamma'><StartTime>2026-11-22T03:50:00Z</StartTime>
             <SampleRealTime>PT300S</SampleRealTime><DoseRate Units='uSv/h'>0.5</DoseRate></CountDoseData>
           <Spectrum><ChannelData>1</ChannelData></Spectrum>
         </Measurement></N42InstrumentData>",
    )
    .unwrap();
    assert_eq!(document.dialect, Dialect::V2006);
    let [background, neutrons, dose] = document.measurements.as_slice() else { panic!("{document:?}") };
    assert_eq!((background.class, background.real_time), (MeasurementClass::Background, 296.099));
    assert_eq!((background.spectra[0].total(), background.spectra[0].live_time), (6.5, Some(295.485)));
    assert_eq!((neutrons.real_time, neutrons.counts[0].values.as_slice()), (300.0, [75.0].as_slice()));
    assert!(dose.counts.is_empty());
    assert_eq!(document.unread["DoseRate"], 1);
    assert_eq!(document.unread["CountDoseData without counts"], 1);
    assert_eq!(document.unread["Spectrum without a start"], 1);
}
