//! A scan and arrays that contradict each other are refused before anything is written.

use std::io::Cursor;
use std::sync::Arc;

use uff::Code;
use uff::format::WriteOptions;
use uff::format::write;
use uff::limits::Budget;
use uff::model::*;
use uff::source::MemorySource;

use super::sample_scan::*;

fn refused(change: impl Fn(&mut Bundle)) -> Option<Code> {
    let mut bundle = bundle(5, 6, SampleType::U16);
    change(&mut bundle);
    write(&bundle, Cursor::new(Vec::new()), &WriteOptions::default(), &Budget::default()).err().map(|e| e.code())
}

#[test]
fn contradictions_are_refused() {
    let high = PlaneKey::samples(0, channel_id("high"));
    assert_eq!(refused(|_| ()), None);
    assert_eq!(refused(|b| b.scan.views[0].rows = 6), Some(Code::UffInconsistent));
    assert_eq!(refused(|b| b.scan.views[0].channels[0].sample_type = SampleType::U8), Some(Code::UffInconsistent));
    assert_eq!(refused(|b| b.scan.views[0].channels[1].id = channel_id("high")), Some(Code::UffInconsistent));
    assert_eq!(refused(|b| b.scan.views[0].material = None), Some(Code::UffInconsistent));
    assert_eq!(refused(|b| b.scan.media[0].digest = Sha256::of(b"other")), Some(Code::UffInconsistent));
    assert_eq!(refused(|b| b.scan.media[0].blob = "driver".into()), Some(Code::UffMissing));
    assert_eq!(refused(|b| drop(b.planes.remove(&high))), Some(Code::UffMissing));
    let calibration = Calibration { dark_lines: Some(7), ..Calibration::default() };
    assert_eq!(
        refused(|b| b.scan.views[0].channels[0].calibration = Some(calibration.clone())),
        Some(Code::UffInconsistent)
    );
    let elsewhere = PlaneKey::samples(1, channel_id("high"));
    let samples: Arc<dyn Samples> = Arc::new(image(5, 6, &SampleType::U16));
    assert_eq!(refused(|b| drop(b.planes.insert(elsewhere.clone(), samples.clone()))), Some(Code::UffInconsistent));
    for path in ["media/a/b", "views/0", "media/..", "vendor/originals", "radiation/gamma"] {
        let bytes = Arc::new(MemorySource::new("x", vec![1]));
        assert_eq!(refused(|b| b.blobs.insert(path, bytes.clone())), Some(Code::UffInconsistent), "{path}");
    }
}

#[test]
fn lines_are_counted_when_the_scan_does_not_say() {
    let (_, written) = written(&bundle(5, 6, SampleType::U16), &WriteOptions::default());
    let calibration = written.scan.views[0].channels[0].calibration.clone().unwrap();
    assert_eq!((calibration.dark_lines, calibration.air_lines), (Some(8), None));
    assert_eq!(written.scan.views[0].channels[1].calibration, None);
}
