use super::*;
use crate::limits::Budget;
use crate::vendor::profile::draft;

/// A smooth scene of alternating energies behind a header of 20 bytes that names the dimensions.
fn unknown_vendor(line: u32, lines: u32) -> Vec<u8> {
    let mut bytes = b"ABCD".to_vec();
    bytes.extend([0; 8]);
    bytes.extend(line.to_be_bytes());
    bytes.extend((2 * lines).to_be_bytes());
    for pulse in 0..2 * lines {
        for row in 0..line {
            let (r, c) = (f64::from(row), f64::from(pulse / 2));
            let scramble = |n: u32| f64::from((n ^ (n >> 7)).wrapping_mul(2_654_435_761) >> 16) / 65_536.0;
            let gain = 0.9 + 0.2 * scramble(row * row + 7 * row);
            let value = 20_000.0 * gain * (1.0 + 0.5 * (r / 23.0).sin() * (c / 31.0).cos());
            let value = value + 100.0 * scramble(row * 331 + pulse * 1277);
            bytes.extend(((if pulse % 2 == 1 { value * 0.6 } else { value }) as u16).to_be_bytes());
        }
    }
    bytes
}

#[test]
fn a_draft_reads_the_delivery_it_was_made_from() {
    let raw = unknown_vendor(260, 300);
    let xml = "<Job><Date>22.11.2026</Date><Lane>3</Lane></Job>";
    let delivery = delivery(&[("job.xml", xml.as_bytes()), ("job.dat", &raw)]);
    let made = draft(&delivery, "new-vendor", &Budget::default()).unwrap();
    let profile = Profile::parse(&made.text, "draft").unwrap_or_else(|e| panic!("{e}\n{}", made.text));
    assert!(profile.recognizes(&delivery).unwrap().is_some());
    let scan = profile.read(&delivery, &Budget::default()).unwrap().bundle.scan;
    assert_eq!((scan.views[0].rows, scan.views[0].columns, scan.views[0].channels.len()), (260, 300, 2));
    assert_eq!(scan.vendor.len(), 2);
    assert!(
        made.text.contains("the line length 260 stands in the header as u32 at offset 12, big-endian"),
        "{}",
        made.text
    );
    assert!(made.text.contains("the number of pulses 600 stands in the header as u32 at offset 16, big-endian"));
    assert!(made.text.contains("from = \"info:Job/Date\"    # 22.11.2026"));
    let check = profile.check(&delivery, &Budget::default()).unwrap();
    assert_eq!((check.planes.len(), check.warnings), (2, vec![]));
}

#[test]
fn nothing_is_drafted_from_text_alone() {
    let delivery = delivery(&[("a.xml", b"<a/>"), ("b.ini", b"[x]\ny=1")]);
    let e = draft(&delivery, "x", &Budget::default()).err().unwrap();
    assert_eq!(e.code(), crate::Code::InputUnrecognized);
}
