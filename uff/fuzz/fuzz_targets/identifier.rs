//! Any text as any identifier: kept as written, canonical once and for all, judged without panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uff::model::identifier::{
    ContainerNumber, CountryCode, HsCode, Identifier, Locode, Mrn, Plate, RailcarNumber, SealNumber, Ucr, Vin,
};

fn check<T: Identifier>(text: &str, new: impl Fn(&str) -> T) {
    let identifier = new(text);
    assert_eq!(identifier.written(), text);
    let canonical = identifier.canonical();
    assert_eq!(new(&canonical).canonical(), canonical);
    for issue in identifier.issues() {
        if let Some(likely) = issue.likely {
            assert!(new(&likely).issues().iter().all(|i| i.kind != issue.kind), "{text:?} {likely:?}");
        }
    }
}

fuzz_target!(|text: &str| {
    check(text, |t| ContainerNumber::new(t));
    check(text, |t| CountryCode::new(t));
    check(text, |t| HsCode::new(t));
    check(text, |t| Locode::new(t));
    check(text, |t| Mrn::new(t));
    check(text, |t| Plate::new(t));
    check(text, |t| RailcarNumber::new(t));
    check(text, |t| SealNumber::new(t));
    check(text, |t| Ucr::new(t));
    check(text, |t| Vin::new(t));
});
