//! Documents that must be refused, each with its code and place, and ones that ask for too much.

use jiff::tz::Offset;

use super::parse;
use super::read;
use crate::error::Code;
use crate::error::Kind;
use crate::limits::Budget;
use crate::limits::Limits;
use crate::testing::PORTAL_2006;
use crate::testing::PORTAL_2011;
use crate::vendor::n42::Document;

/// Returns code and place of the refusal of the portal with one text replaced.
fn refusal(document: &str, from: &str, to: &str) -> (Code, String) {
    assert!(document.contains(from), "{from}");
    let error = parse(&document.replacen(from, to, 1)).map(|_| format!("{from} → {to}")).unwrap_err();
    assert_eq!(error.file_name(), Some("portal.n42"), "{error}");
    (error.code(), error.place().unwrap_or_default().to_owned())
}

#[test]
fn values_out_of_range_are_refused_with_their_place() {
    let first = "RadInstrumentData/RadMeasurement[1]";
    for (from, to, place) in [
        ("PT60S", "-PT60S", format!("{first}/RealTimeDuration[1]")),
        ("PT60S", "P1Y", format!("{first}/RealTimeDuration[1]")),
        ("PT60S", "PT1e9S", format!("{first}/RealTimeDuration[1]")),
        ("PT60S", "P999999999999D", format!("{first}/RealTimeDuration[1]")),
        ("2026-11-22T03:13:00+01:00", "2026-11-22T03:13:00+1:00", format!("{first}/StartDateTime[1]")),
        ("2026-11-22T03:13:00+01:00", "2026-02-30T03:13:00", format!("{first}/StartDateTime[1]")),
        ("2026-11-22T03:13:00+01:00", "2026-11-22", format!("{first}/StartDateTime[1]")),
        ("6000 9000", "6000 -1", format!("{first}/GrossCounts[1]/CountData[1]")),
        ("6000 9000", "6000 NaN", format!("{first}/GrossCounts[1]/CountData[1]")),
        ("6000 9000", "1e308 1e308", format!("{first}/GrossCounts[1]/CountData[1]")),
        ("6000 9000", "", format!("{first}/GrossCounts[1]/CountData[1]")),
        (">false<", ">no<", format!("{first}/OccupancyIndicator[1]")),
        ("Background<", "Ground<", format!("{first}/MeasurementClassCode[1]")),
        ("0 3 5 0 1 7", "0 3 5 0", "RadInstrumentData/RadMeasurement[2]/Spectrum[1]/ChannelData[1]".to_owned()),
        ("\"CountedZeroes\"", "\"gzip\"", "RadInstrumentData/RadMeasurement[2]/Spectrum[1]/ChannelData[1]".to_owned()),
    ] {
        assert_eq!(refusal(PORTAL_2011, from, to), (Code::XmlValue, place), "{from} → {to}");
    }
    let speed = "N42InstrumentData/Measurement[1]/DetectorData[2]/Speed[1]".to_owned();
    assert_eq!(refusal(PORTAL_2006, ">5<", ">fast<"), (Code::XmlValue, speed));
}

#[test]
fn missing_parts_are_refused_with_their_place() {
    for (from, to, place) in [
        ("<StartDateTime>2026-11-22T03:13:00+01:00</StartDateTime>", "", "RadInstrumentData/RadMeasurement[1]"),
        ("<RealTimeDuration>PT60S</RealTimeDuration>", "", "RadInstrumentData/RadMeasurement[1]"),
        ("<CountData>30</CountData>", "", "RadInstrumentData/RadMeasurement[1]/GrossCounts[2]"),
        (
            "<NuclideName>Cs-137</NuclideName>",
            "",
            "RadInstrumentData/AnalysisResults[1]/NuclideAnalysisResults[1]/Nuclide[1]",
        ),
    ] {
        assert_eq!(refusal(PORTAL_2011, from, to), (Code::XmlMissing, place.to_owned()), "{from}");
    }
}

#[test]
fn other_documents_are_not_claimed() {
    for document in [
        "<RadInstrumentData/>",
        "<RadInstrumentData xmlns='http://physics.nist.gov/N42/2020/N42'/>",
        "<N42InstrumentData xmlns='http://physics.nist.gov/N42/2011/N42'/>",
        "<Event><N42InstrumentData xmlns='http://physics.nist.gov/Divisions/Div846/Gp4/ANSIN4242/2005/ANSIN4242'/></Event>",
        "<!-- <RadInstrumentData xmlns='http://physics.nist.gov/N42/2011/N42'> --><a/>",
    ] {
        assert_eq!(parse(document).map(|_| ()).map_err(|e| e.code()), Err(Code::XmlRoot), "{document}");
        assert_eq!(read(document).map(|_| ()).map_err(|e| e.code()), Err(Code::InputUnrecognized), "{document}");
    }
    let prefixed =
        "<?xml version='1.0'?><!-- > --><n:RadInstrumentData\txmlns:n='http://physics.nist.gov/N42/2011/N42'/>";
    assert!(read(prefixed).is_ok());
}

/// Elements of other namespaces do not stand for those of the standard.
#[test]
fn extensions_do_not_speak_for_the_standard() {
    let forged = "<x:OccupancyIndicator xmlns:x='urn:x'>true</x:OccupancyIndicator><OccupancyIndicator>false<";
    let document = parse(&PORTAL_2011.replacen("<OccupancyIndicator>false<", forged, 1)).unwrap();
    assert_eq!(document.measurements[0].occupied, Some(false));
    assert_eq!(document.unread["extension of the vendor"], 1);
}

#[test]
fn bombs_are_limited() {
    let limited = |document: &str| {
        let budget = Budget::new(Limits { memory: 4 << 20, ..Limits::default() });
        Document::parse(document.as_bytes(), "bomb", Offset::UTC, &budget).map(|_| ()).map_err(|e| e.kind())
    };
    let spectrum = |channels: &str| {
        let data = format!(
            "<Spectrum id='s'><ChannelData compressionCode='CountedZeroes'>{channels}</ChannelData></Spectrum>"
        );
        PORTAL_2011.replacen("<RadItemState", &format!("{data}<RadItemState"), 1)
    };
    assert_eq!(limited(&spectrum("0 1000")), Ok(()));
    assert_eq!(limited(&spectrum("0 1000000")), Err(Kind::Limit));
    assert_eq!(limited(&spectrum("0 100000000000")), Err(Kind::Malformed));
    let detector = "<RadDetectorInformation id='d'><RadDetectorCategoryCode>Gamma</RadDetectorCategoryCode></RadDetectorInformation>";
    let many = PORTAL_2011.replacen("<RadItemInformation", &format!("{}<RadItemInformation", detector.repeat(600)), 1);
    assert_eq!(limited(&many), Err(Kind::Limit));
}

/// Many entries, each of another detector, would make a square of values.
#[test]
fn series_are_charged_before_they_are_made() {
    let slice = |n: u32| {
        format!(
            "<DetectorData><StartTime>2026-11-22T03:00:00.{n:04}Z</StartTime><SampleRealTime>PT0.1S</SampleRealTime>\
             <DetectorMeasurement Detector='d{}'><GrossCountMeasurement><GrossCounts>1</GrossCounts>\
             </GrossCountMeasurement></DetectorMeasurement></DetectorData>",
            n % 500
        )
    };
    let slices: String = (0..2000).map(slice).collect();
    let document = format!(
        "<N42InstrumentData xmlns='http://physics.nist.gov/Divisions/Div846/Gp4/ANSIN4242/2005/ANSIN4242'>\
         <Measurement>{slices}</Measurement></N42InstrumentData>"
    );
    let delivery = super::delivery(&document);
    let read = |memory: u64| {
        let budget = Budget::new(Limits { memory, ..Limits::default() });
        let options = crate::vendor::ReadOptions::default();
        crate::vendor::VendorReader::read(&crate::vendor::n42::N42, &delivery, &options, &budget)
    };
    assert_eq!(read(8 << 20).map(|_| ()).map_err(|e| e.code()), Err(Code::LimitBytes));
    assert_eq!(read(64 << 20).map(|b| b.series.len()).unwrap_or_default(), 502);
}
