//! The committed samples: made by the simulator bit for bit, read back by profile alone, described by their page.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::OnceLock;

use ndarray::Array2;
use uff::limits::Budget;
use uff::model::identifier::Identifier;
use uff::model::{Block, Bundle, ObjectKind, PlaneKey, PlanePart, Sha256};
use uff::synth::{Recording, RenderOptions, Rendering, Scene, Truth, Vendor, delivery, render};
use uff::vendor::profile::Profile;
use uff::vendor::{Delivery, ReadOptions, recognize};

/// Folder, scene, vendor and profile of the samples that the simulator made; all with seed 2026.
const SIMULATED: [(&str, &str, Vendor, &str); 2] = [
    ("orsolvik-truck", "truck", Vendor::Orsolvik, "orsolvik-portal"),
    ("kestrane-container", "container", Vendor::Kestrane, "kestrane-line"),
];
const SEED: u64 = 2026;

fn samples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../samples")
}

fn rendered(scene: &'static str) -> &'static Rendering {
    static DONE: [OnceLock<Rendering>; 2] = [OnceLock::new(), OnceLock::new()];
    let index = SIMULATED.iter().position(|s| s.1 == scene).unwrap();
    DONE[index].get_or_init(|| {
        let options = RenderOptions { seed: SEED, ..RenderOptions::default() };
        render(&Scene::preset(scene).unwrap(), &options, &Budget::default()).unwrap()
    })
}

fn profiles() -> Vec<Arc<Profile>> {
    let mut paths: Vec<_> = std::fs::read_dir(samples().join("profiles")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    assert_eq!(paths.len(), 11);
    paths.iter().map(|path| Arc::new(Profile::open(path).unwrap())).collect()
}

/// Reads a delivery the way a user does: by what recognises it.
fn read(folder: &str, reader: &str, profile: Option<&str>) -> Bundle {
    let budget = Budget::default();
    let delivery = Delivery::open(&samples().join(folder).join("delivery"), &budget).unwrap();
    let options = ReadOptions { profiles: profiles(), ..ReadOptions::default() };
    let recognized = recognize(&delivery, &options).unwrap();
    assert_eq!((recognized.candidate.reader, recognized.candidate.profile.as_deref()), (reader, profile));
    recognized.reader.read(&delivery, &options, &budget).unwrap()
}

fn plane(bundle: &Bundle, channel: &str, part: PlanePart) -> Array2<u16> {
    let key = PlaneKey::Channel { view: 0, channel: uff::model::identifier::ChannelId::new(channel).unwrap(), part };
    match bundle.planes[&key].read_all().unwrap() {
        Block::U16(block) => block,
        _ => panic!("{key}: other samples than 16 bits"),
    }
}

#[test]
fn simulator_gives_the_committed_deliveries_bit_for_bit() {
    for (folder, scene, vendor, _) in SIMULATED {
        let scan = rendered(scene);
        let files = delivery(scan, vendor).unwrap();
        let names: Vec<_> = std::fs::read_dir(samples().join(folder).join("delivery")).unwrap().collect();
        assert_eq!(names.len(), files.len(), "{folder}");
        for file in files {
            let committed = std::fs::read(samples().join(folder).join("delivery").join(&file.name)).unwrap();
            assert!(committed == file.bytes, "{folder}/{} differs from what the scene gives", file.name);
        }
        let truth = std::fs::read(samples().join(folder).join("truth.json")).unwrap();
        assert!(truth == scan.truth.to_json().unwrap(), "{folder}/truth.json differs from what the scene gives");
    }
}

#[test]
fn profiles_read_back_every_sample() {
    for (folder, scene, _, profile) in SIMULATED {
        let bundle = read(folder, "profile", Some(profile));
        let scan = rendered(scene);
        let same = |channel: &str, recording: &Recording| {
            assert_eq!(plane(&bundle, channel, PlanePart::Samples), recording.samples, "{folder} {channel}");
            assert_eq!(plane(&bundle, channel, PlanePart::Dark), recording.dark, "{folder} {channel}");
            assert_eq!(plane(&bundle, channel, PlanePart::Air), recording.air, "{folder} {channel}");
        };
        same("high", &scan.high);
        same("low", &scan.low);
        assert_eq!(bundle.planes.len(), 6);
    }
}

#[test]
fn profiles_read_back_the_papers() {
    for (folder, scene, _, profile) in SIMULATED {
        let bundle = read(folder, "profile", Some(profile));
        let (scan, papers) = (&bundle.scan, &rendered(scene).paperwork);
        let (identity, trade) = (&scan.identity, scan.trade.as_ref().unwrap());
        assert_eq!(identity.scanner_scan_id.as_deref(), Some(papers.scan_number.as_str()));
        // Kestrane writes local times; the offset comes from the zone that its profile names.
        assert_eq!(identity.start.unwrap().to_string(), papers.start);
        assert_eq!(identity.end.unwrap().to_string(), papers.end);
        let written = |all: &[String]| all.to_vec();
        let object = &scan.object;
        assert_eq!(
            object.containers.iter().map(|c| c.written().to_owned()).collect::<Vec<_>>(),
            written(&papers.containers)
        );
        assert_eq!(object.seals.iter().map(|s| s.written().to_owned()).collect::<Vec<_>>(), written(&papers.seals));
        assert_eq!(object.plates.len(), papers.plates.len());
        for (plate, entry) in object.plates.iter().zip(&papers.plates) {
            assert_eq!(plate.number.written(), entry.number);
            assert!((plate.confidence.unwrap().get() - entry.confidence / 100.0).abs() < 1e-9);
        }
        assert_eq!(trade.goods.len(), papers.goods.len());
        for (goods, entry) in trade.goods.iter().zip(&papers.goods) {
            assert_eq!(goods.hs.as_ref().map(Identifier::written), Some(entry.hs.as_str()));
            assert_eq!(goods.description.as_deref(), Some(entry.description.as_str()));
            assert_eq!(goods.packages, Some(entry.packages));
            assert!((goods.gross_mass.unwrap().get() - entry.gross_mass).abs() < 1e-6);
        }
        let scanner = &rendered(scene).scanner;
        let energies: Vec<_> = scan.system.sources[0].energies.iter().map(|e| e.mev()).collect();
        assert_eq!(energies, [scanner.high_mev, scanner.low_mev]);
        let geometry = scan.views[0].geometry.as_ref().unwrap();
        let pitch = scanner.image.length / f64::from(scanner.image.columns);
        assert!((geometry.pitch_columns.unwrap().get() - pitch).abs() < 1e-3);
        for (channel, quanta) in
            scan.views[0].channels.iter().zip([scanner.detector.quanta_high, scanner.detector.quanta_low])
        {
            assert!((channel.noise.as_ref().unwrap().quantum * quanta - 1.0).abs() < 1e-5);
        }
        let lost: Vec<_> = scan.provenance.losses.iter().filter(|l| l.kind == uff::model::LossKind::Dropped).collect();
        assert!(lost.is_empty(), "{folder}: {lost:?}");
    }
    assert_eq!(read("orsolvik-truck", "profile", Some("orsolvik-portal")).scan.object.kind, ObjectKind::Truck);
}

#[test]
fn only_one_identifier_is_wrong_and_it_is_the_documented_one() {
    let mut wrong = Vec::new();
    for (folder, _, _, profile) in SIMULATED {
        let scan = read(folder, "profile", Some(profile)).scan;
        let trade = scan.trade.as_ref().unwrap();
        let mut note = |written: &str, issues: Vec<uff::model::identifier::IdentifierIssue>| {
            wrong.extend(issues.into_iter().map(|i| (folder, written.to_owned(), i.kind, i.likely)));
        };
        scan.object.containers.iter().for_each(|c| note(c.written(), c.issues()));
        trade.mrns.iter().for_each(|m| note(m.written(), m.issues()));
        trade.ucrs.iter().for_each(|u| note(u.written(), u.issues()));
        trade.goods.iter().filter_map(|g| g.hs.as_ref()).for_each(|h| note(h.written(), h.issues()));
        scan.object.plates.iter().for_each(|p| note(p.number.written(), p.number.issues()));
        scan.identity.site.iter().filter_map(|s| s.locode.as_ref()).for_each(|l| note(l.written(), l.issues()));
    }
    let expected = ("kestrane-container", "QZKU 448211-8".to_owned(), "check-digit", Some("QZKU4482115".to_owned()));
    assert_eq!(wrong, [expected]);
}

#[test]
fn parcel_is_a_pair_with_levels_and_truth() {
    let bundle = read("parcel-160kv", "npy", None);
    let truth: Truth =
        serde_json::from_slice(&std::fs::read(samples().join("parcel-160kv/truth.json")).unwrap()).unwrap();
    for channel in ["high", "low"] {
        assert_eq!(plane(&bundle, channel, PlanePart::Samples).dim(), (truth.rows, truth.columns));
    }
    let calibration = bundle.scan.views[0].channels[0].calibration.as_ref().unwrap();
    let (dark, air) = (calibration.dark_level.unwrap(), calibration.air_level.unwrap());
    let high = plane(&bundle, "high", PlanePart::Samples);
    let outside: Vec<f64> =
        high.slice(ndarray::s![0..10, ..]).iter().map(|v| (f64::from(*v) - dark) / (air - dark)).collect();
    let mean = outside.iter().sum::<f64>() / outside.len() as f64;
    assert!((mean - 1.0).abs() < 1e-3, "air outside the carton transmits {mean}");
    assert!(truth.objects.len() > 20 && truth.objects.iter().all(|o| o.core.is_some()));
}

#[test]
fn page_lists_every_file_with_its_digest() {
    let page = std::fs::read_to_string(samples().join("README.md")).unwrap();
    let mut listed: BTreeMap<&str, &str> = BTreeMap::new();
    for line in page.lines().filter(|l| l.starts_with("| `")) {
        let cells: Vec<_> = line.split('|').map(|c| c.trim().trim_matches('`')).collect();
        if let [_, name, digest, ..] = cells.as_slice()
            && digest.len() == 64
        {
            listed.insert(name, digest);
        }
    }
    let mut found = Vec::new();
    walk(&samples(), String::new(), &mut found);
    found.retain(|name| name != "README.md");
    assert!(found.len() >= 14, "{found:?}");
    for name in &found {
        let digest = Sha256::of(&std::fs::read(samples().join(name)).unwrap()).to_string();
        assert_eq!(listed.remove(name.as_str()), Some(digest.as_str()), "samples/README.md on {name}");
    }
    assert!(listed.is_empty(), "samples/README.md lists files that are not there: {listed:?}");
}

fn walk(folder: &std::path::Path, prefix: String, found: &mut Vec<String>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap()).collect();
    entries.sort_by_key(|e| e.file_name());
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            walk(&entry.path(), format!("{name}/"), found);
        } else {
            found.push(name);
        }
    }
}
