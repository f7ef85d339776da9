//! Conversion from delivery to file and back.

mod export;

use std::path::Path;

use super::*;
use crate::error::{Code, Error};
use crate::format::{UffFile, write_original};
use crate::limits::{Budget, Limits};
use crate::model::LossKind;
use crate::testing::{PORTAL_2011, ReaderSample, reader_samples};
use crate::vendor::Delivery;

fn options(sample: &ReaderSample) -> ConvertOptions {
    ConvertOptions { read: sample.options.clone(), ..ConvertOptions::default() }
}

fn run(sample: &ReaderSample, target: &Path, options: &ConvertOptions) -> Result<ConvertReport, Error> {
    convert(&sample.delivery().unwrap(), target, options, &|_| {})
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn twice_converting_gives_identical_bytes_and_every_original_comes_back() {
    for sample in reader_samples().unwrap() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a.uff"), dir.path().join("b.uff"));
        let report = run(&sample, &a, &options(&sample)).unwrap();
        run(&sample, &b, &options(&sample)).unwrap();
        let bytes = std::fs::read(&a).unwrap();
        assert!(bytes == std::fs::read(&b).unwrap(), "{}", sample.name);
        assert_eq!((report.bytes, report.digest), (bytes.len() as u64, crate::model::Sha256::of(&bytes)));
        assert_eq!(report.kept_whole, Vec::<String>::new());
        assert_eq!(report.reader, sample.reader);
        assert_eq!(names(dir.path()), ["a.uff", "b.uff"]);

        let bundle = UffFile::open_path(&a, &Budget::default()).unwrap().bundle().unwrap();
        assert_eq!(bundle.scan.identity.scan_id, report.scan_id);
        let mut seen = 0;
        for source in &bundle.scan.provenance.sources {
            let mut rebuilt = Vec::new();
            write_original(&bundle, source, &mut rebuilt).unwrap();
            if let Some((_, original)) = sample.files.iter().find(|(name, _)| *name == source.name) {
                assert!(*original == rebuilt, "{}: {}", sample.name, source.name);
                seen += 1;
            }
        }
        assert_eq!(seen, if sample.reader == "uff" { 0 } else { sample.files.len() });
    }
}

/// The gantry scans in November of the portal's passage; a document of another hour leaves no file behind.
#[test]
fn radiation_data_of_the_same_passage_are_attached() {
    let samples = reader_samples().unwrap();
    let sample = samples.iter().find(|s| s.name == "gantry").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (document, target) = (dir.path().join("portal.n42"), dir.path().join("scan.uff"));
    let with = || ConvertOptions { radiation: Some(document.clone()), ..options(sample) };
    std::fs::write(&document, PORTAL_2011.replace("T03:", "T07:")).unwrap();
    let refused = run(sample, &target, &with()).map(|_| ()).map_err(|e| e.code());
    assert_eq!(refused, Err(Code::RadiationTime));
    assert_eq!(names(dir.path()), ["portal.n42"]);

    std::fs::write(&document, PORTAL_2011).unwrap();
    let report = run(sample, &target, &with()).unwrap();
    let reason = report.radiation.unwrap();
    assert!(reason.contains("which began 3.5 s later"), "{reason}");
    let bundle = UffFile::open_path(&target, &Budget::default()).unwrap().bundle().unwrap();
    assert_eq!(bundle.scan.radiation.and_then(|r| r.reason), Some(reason));
    assert_eq!((bundle.series.len(), bundle.scan.views.len()), (10, 1));
}

#[test]
fn a_rewritten_file_is_the_same_to_the_byte() {
    let samples = reader_samples().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (first, again) = (dir.path().join("first.uff"), dir.path().join("again.uff"));
    run(&samples[0], &first, &options(&samples[0])).unwrap();
    let delivery = Delivery::open(&first, &Budget::default()).unwrap();
    let report = convert(&delivery, &again, &ConvertOptions::default(), &|_| {}).unwrap();
    assert_eq!(report.reader, "uff");
    assert!(std::fs::read(&first).unwrap() == std::fs::read(&again).unwrap());
}

#[test]
fn steps_are_told_in_order() {
    let samples = reader_samples().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let told = std::cell::RefCell::new(Vec::new());
    let delivery = samples[0].delivery().unwrap();
    let tell = |step| told.borrow_mut().push(step);
    let report = convert(&delivery, &dir.path().join("a.uff"), &options(&samples[0]), &tell).unwrap();
    let times: Vec<_> = report.times.iter().map(|t| t.step).collect();
    assert_eq!(told.into_inner(), times);
    assert!(times.is_sorted() && times.first() == Some(&Step::Recognize) && times.last() == Some(&Step::Publish));
}

#[test]
fn whatever_fails_leaves_nothing_behind() {
    let samples = reader_samples().unwrap();
    let sample = &samples[0];
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("a.uff");
    let code = |sample: &ReaderSample, options: &ConvertOptions| run(sample, &target, options).err().map(|e| e.code());

    let (name, bytes) = &sample.files[0];
    let cut = sample.with(name, bytes[..bytes.len() - 1].to_vec());
    assert_eq!(code(&cut, &options(sample)), Some(Code::InputSizeMismatch));
    let no_profile = ConvertOptions::default();
    assert_eq!(code(sample, &no_profile), Some(Code::InputUnrecognized));
    let tight = ConvertOptions { limits: Limits { memory: 2_000, ..Limits::default() }, ..options(sample) };
    assert_eq!(code(sample, &tight), Some(Code::LimitBytes));
    assert_eq!(names(dir.path()), Vec::<String>::new());

    std::fs::write(&target, b"precious").unwrap();
    assert_eq!(code(sample, &options(sample)), Some(Code::TargetExists));
    assert_eq!(std::fs::read(&target).unwrap(), b"precious");
    let force = ConvertOptions { force: true, ..options(sample) };
    assert_eq!(code(&cut, &force), Some(Code::InputSizeMismatch));
    assert_eq!(std::fs::read(&target).unwrap(), b"precious");
    assert_eq!(code(sample, &force), None);
    assert_eq!(names(dir.path()), ["a.uff"]);
}

#[test]
fn unrecognised_input_says_what_was_looked_at() {
    let sample = ReaderSample {
        name: "mystery",
        reader: "none",
        files: vec![("a.bin".to_owned(), b"\x01\x02mystery".to_vec())],
        options: Default::default(),
        kept_only: &[],
    };
    let dir = tempfile::tempdir().unwrap();
    let e = run(&sample, &dir.path().join("a.uff"), &options(&sample)).err().unwrap();
    let text = e.to_string();
    assert!(text.contains("npy: a file that starts with") && text.contains("\\x01\\x02myster"), "{text}");
    let modal = ReaderSample { files: vec![("a.uff".to_owned(), b"    -1\n   151\n".to_vec())], ..sample };
    assert_eq!(run(&modal, &dir.path().join("a.uff"), &options(&modal)).err().unwrap().code(), Code::InputForeign);
}

#[test]
fn a_target_is_known_by_the_delivery_it_records() {
    let dir = tempfile::tempdir().unwrap();
    let samples = reader_samples().unwrap();
    for sample in &samples {
        let target = dir.path().join("a.uff");
        let delivery = sample.delivery().unwrap();
        let done = || is_converted(&target, &delivery, &options(sample)).unwrap();
        assert!(!done());
        run(sample, &target, &options(sample)).unwrap();
        assert!(done(), "{}", sample.name);
        let (name, mut bytes) = samples[1].files[0].clone();
        *bytes.last_mut().unwrap() ^= 1;
        let other = samples[1].with(&name, bytes).delivery().unwrap();
        assert!(!is_converted(&target, &other, &options(&samples[1])).unwrap(), "{}", sample.name);
        std::fs::write(&target, b"damaged").unwrap();
        assert!(!done());
        std::fs::remove_file(&target).unwrap();
    }
}

/// The public Geant4 phantom, where it is present: two images among tables and spectra.
#[test]
fn the_geant4_phantom_converts() {
    let phantom = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/semiz");
    if !phantom.is_dir() {
        eprintln!("skipped: {} is not there", phantom.display());
        return;
    }
    let delivery = Delivery::open(&phantom, &Budget::default()).unwrap();
    let mut options = ConvertOptions::default();
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("phantom.uff");
    let e = convert(&delivery, &target, &options, &|_| {}).err().unwrap();
    assert!(e.advice().contains("--quantity"), "{e}");
    options.read.quantity = Some(crate::model::Quantity::LogAttenuation);
    options.read.energies = [9.0, 6.0].map(|e| crate::units::Energy::from_mev(e).unwrap()).to_vec();
    let report = convert(&delivery, &target, &options, &|_| {}).unwrap();
    assert_eq!(report.planes.iter().map(|p| (p.rows, p.columns)).collect::<Vec<_>>(), [(100, 200), (100, 200)]);
    assert_eq!(report.delivery_files, 11);
    let bundle = UffFile::open_path(&target, &Budget::default()).unwrap().bundle().unwrap();
    for source in &bundle.scan.provenance.sources {
        let mut rebuilt = Vec::new();
        write_original(&bundle, source, &mut rebuilt).unwrap();
        assert!(rebuilt == std::fs::read(phantom.join(&source.name)).unwrap(), "{}", source.name);
    }
    // numpy.load gave these: im_H[0, 0] and im_L[0, 0].
    let first = |role: &str| {
        let key = crate::model::PlaneKey::samples(0, crate::model::identifier::ChannelId::new(role).unwrap());
        bundle.planes[&key].read_all().unwrap().to_f64()[[0, 0]]
    };
    assert!((first("high") - 0.734_292_49).abs() < 1e-8 && (first("low") - 0.777_742_8).abs() < 1e-7);

    options.read.high = Some("im_H.npy".to_owned());
    options.material = true;
    let lone = convert(&delivery, &dir.path().join("lone.uff"), &options, &|_| {}).err();
    assert_eq!(lone.map(|e| e.code()), Some(Code::InputValue), "one image cannot have two energies");
    options.read.energies.truncate(1);
    assert_eq!(names(dir.path()), ["phantom.uff"]);
    let lone = convert(&delivery, &dir.path().join("lone.uff"), &options, &|_| {}).unwrap();
    let derived: Vec<_> = lone.planes.iter().map(|p| p.plane.as_str()).filter(|p| p.contains("material")).collect();
    assert_eq!(derived, ["view 0 material areal-density"], "one energy says how much there is, not what");
    assert!(lone.losses.iter().any(|l| l.kind == LossKind::Invented && l.reason.contains("holds for water")));

    options.read.low = Some("im_L.npy".to_owned());
    options.read.energies.push(crate::units::Energy::from_mev(6.0).unwrap());
    let report = convert(&delivery, &dir.path().join("material.uff"), &options, &|_| {}).unwrap();
    assert!(report.planes.iter().any(|p| p.plane == "view 0 material zeff" && (p.rows, p.columns) == (100, 200)));
    assert!(report.times.iter().any(|t| t.step == Step::Derive));
}
