//! Material analysis of the committed samples against their truth: the way a user goes, from the delivery on.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use uff::limits::Budget;
use uff::material::{AnalysisOptions, Flags, MaterialClass, MaterialView, ViewAnalysis, analyze_view};
use uff::model::{Bundle, Region};
use uff::picture::{MaterialScheme, Shading, draw_material, draw_view};
use uff::vendor::profile::Profile;
use uff::vendor::{Delivery, ReadOptions, recognize};

fn samples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../samples")
}

fn open(folder: &str) -> Bundle {
    let budget = Budget::default();
    let delivery = Delivery::open(&samples().join(folder).join("delivery"), &budget).unwrap();
    let profile = |name: &str| Arc::new(Profile::open(&samples().join("profiles").join(name)).unwrap());
    let profiles = vec![profile("kestrane.toml"), profile("orsolvik.toml")];
    let options = ReadOptions { profiles, ..ReadOptions::default() };
    recognize(&delivery, &options).unwrap().reader.read(&delivery, &options, &budget).unwrap()
}

fn analyze(folder: &str) -> ViewAnalysis {
    analyze_view(&open(folder), 0, &AnalysisOptions::default(), &Budget::default()).unwrap()
}

/// Core of an object: what the truth says about everything in the beam there.
struct Core {
    name: String,
    rows: std::ops::Range<usize>,
    columns: std::ops::Range<usize>,
    lambda: f64,
    z: f64,
}

fn cores(folder: &Path) -> Vec<Core> {
    let text = std::fs::read(folder.join("truth.json")).unwrap();
    let truth: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let objects = truth["objects"].as_array().unwrap();
    let core = |object: &serde_json::Value| {
        let core = object.get("core").filter(|c| c.is_object())?;
        let at = |name: &str| core["rectangle"][name].as_u64().map(|v| v as usize);
        Some(Core {
            name: object["name"].as_str()?.into(),
            rows: at("row")?..at("row")? + at("rows")?,
            columns: at("column")?..at("column")? + at("columns")?,
            lambda: core["areal_density"].as_f64()?,
            z: core["z_eff"].as_f64()?,
        })
    };
    objects.iter().filter_map(core).collect()
}

#[derive(Default)]
struct Tally {
    /// Cores that can be told: not thin, not opaque, Z at least 1 away from a bound.
    judged: usize,
    right: usize,
    wrong: usize,
    /// Largest relative error of the areal density.
    worst: f64,
}

fn tally(folder: &str) -> Tally {
    let found = analyze(folder);
    let mut tally = Tally::default();
    for core in cores(&samples().join(folder)) {
        let window = ndarray::s![core.rows.clone(), core.columns.clone()];
        let map = &found.map;
        let flagged = |flag: Flags| {
            let flags = map.flags.slice(window);
            2 * flags.iter().filter(|f| Flags::from_bits(**f).contains(flag)).count() > flags.len()
        };
        let mut counts = [0usize; 5];
        map.class.slice(window).iter().for_each(|c| counts[usize::from(*c)] += 1);
        let most = (0..5u8).max_by_key(|c| counts[usize::from(*c)]).unwrap();
        let (class, expected) = (MaterialClass::from_code(most), MaterialClass::of_z(core.z));
        let mut lambdas: Vec<f32> = map.lambda.slice(window).iter().copied().collect();
        lambdas.sort_by(f32::total_cmp);
        let lambda = f64::from(lambdas[lambdas.len() / 2]);
        let mut zs: Vec<f32> = map.z.slice(window).iter().copied().collect();
        zs.sort_by(f32::total_cmp);
        let skipped = flagged(Flags::THIN) || flagged(Flags::OPAQUE);
        eprintln!(
            "{folder} {}: Z {:.1}, found {:.1}; {expected}, found {class}; λ {:.1}, found {lambda:.1}{}",
            core.name,
            core.z,
            zs[zs.len() / 2],
            core.lambda,
            if skipped { "; too thin or opaque to judge" } else { "" }
        );
        let near = MaterialClass::BOUNDS.iter().any(|b| (core.z - b).abs() < 1.0);
        if skipped || near {
            continue;
        }
        tally.judged += 1;
        tally.right += usize::from(class == expected);
        tally.wrong += usize::from(class != expected && class != MaterialClass::Undecided);
        tally.worst = tally.worst.max((lambda / core.lambda - 1.0).abs());
    }
    tally
}

/// Folder; cores judged, in the true class at least, in a wrong class at most, largest error of λ. These are the figures as
/// they were when they were last looked at: a change that makes one worse must say why. The wrong ones are a wall of cast iron
/// behind aluminium, Z 18 where the two mix, and a coil of copper wire, in whose gaps pixels look like silver. The filter of the parcel scanner is not stated, so that Z comes
/// out an eighth too low: batteries, parts of a radio and a loudspeaker fall below 20.
const FIGURES: [(&str, usize, usize, usize, f64); 3] =
    [("orsolvik-truck", 4, 4, 0, 0.03), ("kestrane-container", 16, 13, 2, 0.10), ("parcel-160kv", 20, 12, 6, 0.28)];

#[test]
fn samples_show_what_is_known_to_be_in_them() {
    let mut worse = Vec::new();
    for (folder, judged, right, wrong, worst) in FIGURES {
        let found = tally(folder);
        if found.judged != judged || found.right < right || found.wrong > wrong || found.worst > worst {
            worse.push(format!(
                "{folder}: {} of {} right, {} wrong, λ off by up to {:.3}",
                found.right, found.judged, found.wrong, found.worst
            ));
        }
    }
    assert!(worse.is_empty(), "{}", worse.join("\n"));
}

/// A picture drawn strip by strip is the picture of the whole, whatever brightness depends on.
#[test]
fn strips_make_the_picture_of_the_whole() {
    let bundle = open("orsolvik-truck");
    let whole = analyze("orsolvik-truck");
    let view = MaterialView::open(&bundle, 0, &AnalysisOptions::default()).unwrap();
    let (rows, columns) = view.shape();
    let region = Region { row: 0, column: 0, rows, columns };
    for (local_contrast, edges) in [(None, 0.0), (Some(3.0), 0.0), (None, 1.5)] {
        let shading = Shading { local_contrast, edges, ..Shading::default() };
        let strips = draw_view(&view, &region, &shading, &MaterialScheme::USUAL).unwrap();
        let drawn = draw_material(&whole.map, &whole.alpha_high.view(), &shading, &MaterialScheme::USUAL).unwrap();
        assert!(strips == drawn, "{local_contrast:?} {edges}");
    }
    assert!(
        draw_view(&view, &Region { rows: rows + 1, ..region }, &Shading::default(), &MaterialScheme::USUAL).is_err()
    );
}
