//! A public document that an analysis tool wrote; it uses a prefix that it does not declare.
//!
//! The figures were taken from the XML with a short Python script that knows nothing of this crate.

use std::path::Path;

use jiff::tz::Offset;

use super::read;
use crate::limits::Budget;
use crate::model::RadiationKind;
use crate::vendor::n42::Document;

#[test]
fn a_public_document_has_the_figures_of_its_xml() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/n42/Mn56_DetX_Shielded.n42");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is absent", path.display());
        return;
    };
    let document = Document::parse(text.as_bytes(), "Mn56", Offset::UTC, &Budget::default()).unwrap();
    assert_eq!(document.instrument.manufacturer.as_deref(), Some("ORTEC"));
    assert_eq!(document.instrument.model.as_deref(), Some("Detective X"));
    let [measurement] = document.measurements.as_slice() else { panic!("{}", document.measurements.len()) };
    assert_eq!(measurement.start.to_string(), "2013-12-26T21:15:00Z");
    assert_eq!(measurement.real_time, 1824.650024);
    let [spectrum] = measurement.spectra.as_slice() else { panic!("{}", measurement.spectra.len()) };
    assert_eq!(spectrum.live_time, Some(1800.0));
    assert_eq!(spectrum.channels.len(), 16_384);
    assert_eq!(spectrum.total(), 698_514.0);
    assert_eq!(spectrum.channels[1733], 5621.0);
    assert_eq!(spectrum.channels[..5], [0.0; 5]);

    let bundle = read(&text).unwrap();
    assert_eq!(bundle.series["gamma-1"].as_ref(), [698_514.0]);
    let radiation = bundle.scan.radiation.unwrap();
    assert_eq!((radiation.detectors[0].id.as_str(), &radiation.detectors[0].kind), ("unamed", &RadiationKind::Gamma));
    assert_eq!(bundle.scan.identity.end.map(|t| t.to_string()).as_deref(), Some("2013-12-26T21:45:24.650024Z"));
}
