//! Analysis of a view of a scan: from stored samples and metadata to derived arrays.

use std::sync::Arc;

use ndarray::{Array2, s};

use super::attenuate::{AirSource, Levels};
use super::calibration::calibrate;
use super::inversion::{Inversion, InversionOptions, MaterialMap, RowBeams};
use super::noise::NoiseModel;
use super::smooth::Bilateral;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::identifier::ChannelId;
use crate::model::{
    Block, Bundle, CalibrationPoint, Channel, ChannelRole, Detector, DetectorArrangement, MaterialArray,
    MaterialProduct, Parameter, PlaneKey, PlanePart, Quantity, Samples, Sha256, View,
};
use crate::physics::Beam;
use crate::units::Energy;

/// Name of the method in [`MaterialProduct`].
pub const METHOD: &str = "lookup-inversion";
/// Version of the method; grows when the same input gives other numbers.
pub const METHOD_VERSION: &str = "1";
/// Fewest lines from which noise is measured.
const FEWEST_LINES: usize = 4;
/// Bytes per pixel that an analysis holds at one time: attenuations, smoothed copies and results.
const BYTES_PER_PIXEL: u64 = 80;

/// What a person may prescribe about an analysis; everything absent comes from the scan or the defaults.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AnalysisOptions {
    /// Measured points to fit the beams to. Those kept in the scan are used when there are none here.
    pub calibration: Vec<CalibrationPoint>,
    /// Beams to use in place of the usual ones of the channels' energies.
    pub beams: Option<Vec<RowBeams>>,
    /// Smoothing before the inversion.
    pub smoothing: Option<Bilateral>,
    /// Noise of the high and the low channel.
    pub noise: Option<(NoiseModel, NoiseModel)>,
    /// Smallest posterior probability for which a class is named.
    pub min_confidence: Option<f64>,
    /// α_H below which materials are not told apart.
    pub thin: Option<f64>,
}

/// Result of an analysis.
#[derive(Debug)]
pub struct ViewAnalysis {
    /// Index of the view.
    pub view: u32,
    /// Derived arrays.
    pub map: MaterialMap,
    /// α at high energy `[row, column]`, not smoothed.
    pub alpha_high: Array2<f32>,
    /// α at low energy `[row, column]`, not smoothed.
    pub alpha_low: Array2<f32>,
    /// The inversion used, for region statistics.
    pub inversion: Inversion,
    /// Record of method, parameters, calibration and digests.
    pub product: MaterialProduct,
    /// What was assumed for want of data, in sentences.
    pub notes: Vec<String>,
    /// Area of a pixel in the object plane in cm², if the geometry states it.
    pub pixel_area: Option<f64>,
}

/// Analyses a view that has a high- and a low-energy channel.
///
/// # Errors
/// `uff.no_such_channel` when there is no such view; `material.not_measurable` when it lacks an energy pair, energies
/// or calibration; otherwise as [`Levels::of_channel`], [`calibrate`] and [`Inversion::by_rows`].
pub fn analyze_view(bundle: &Bundle, view: u32, options: &AnalysisOptions, budget: &Budget) -> Result<ViewAnalysis> {
    let record = bundle.scan.views.get(view as usize).ok_or_else(|| {
        Error::new(Code::UffNoSuchChannel, "the scan has no such view")
            .expected(format!("0 to {}", bundle.scan.views.len().saturating_sub(1)))
            .found(view)
    })?;
    let pixels = u64::from(record.rows).saturating_mul(u64::from(record.columns));
    budget.charge(pixels.saturating_mul(BYTES_PER_PIXEL), "the material analysis")?;
    let analysis = run(bundle, view, record, options);
    budget.release(pixels.saturating_mul(BYTES_PER_PIXEL));
    analysis
}

fn run(bundle: &Bundle, view: u32, record: &View, options: &AnalysisOptions) -> Result<ViewAnalysis> {
    let mut notes = Vec::new();
    let (high, low) = pair(record, view)?;
    let usual = match &options.beams {
        Some(beams) => beams.clone(),
        None => vec![usual_beams(bundle, (high, low), view, &mut notes)?],
    };
    let high = Input::read(bundle, view, high, &mut notes)?;
    let low = Input::read(bundle, view, low, &mut notes)?;
    if high.alpha.dim() != low.alpha.dim() {
        return Err(Error::new(Code::UffInconsistent, "the channels of a pair differ in size")
            .at(format!("view {view}"))
            .expected(format!("{:?}", high.alpha.dim()))
            .found(format!("{:?}", low.alpha.dim())));
    }
    let (mut alpha_high, alpha_low) = (high.alpha, low.alpha);
    mask_segments(record, &usual, &mut alpha_high, &mut notes);
    let (noise_high, noise_low) = match options.noise {
        Some(noise) => noise,
        None => (known_noise(high.noise, &alpha_high)?, known_noise(low.noise, &alpha_low)?),
    };
    let mut inversion_options = InversionOptions::new(noise_high, noise_low);
    inversion_options.smoothing = options.smoothing.unwrap_or_default();
    inversion_options.min_confidence = options.min_confidence.unwrap_or(inversion_options.min_confidence);
    inversion_options.thin = options.thin.unwrap_or(inversion_options.thin);
    let kept = record.material.as_ref().map(|m| m.calibration_points.clone()).unwrap_or_default();
    let points = if options.calibration.is_empty() { kept } else { options.calibration.clone() };
    let beams = match usual.as_slice() {
        [one] if !points.is_empty() => {
            let fitted = calibrate(&one.high, &one.low, &points)?;
            inversion_options.model_error_relative = InversionOptions::CALIBRATED;
            inversion_options.model_error_absolute = fitted.residual;
            fitted.rows
        }
        _ => {
            if options.beams.is_none() {
                notes.push("no calibration points: the usual beams are taken as they are".into());
            }
            usual
        }
    };
    let inversion = Inversion::by_rows(&beams, inversion_options)?;
    let map = inversion.analyze(&alpha_high.view(), &alpha_low.view(), 0)?;
    let product = MaterialProduct {
        method: METHOD.into(),
        version: METHOD_VERSION.into(),
        high: high.id,
        low: low.id,
        parameters: parameters(&inversion_options, &beams),
        calibration_points: points,
        products: arrays(&map).into_iter().map(|(quantity, block)| digest(quantity, &block)).collect(),
        ..MaterialProduct::default()
    };
    let pitch = record.geometry.as_ref().and_then(|g| g.pitch_rows.zip(g.pitch_columns));
    let pixel_area = pitch.map(|(rows, columns)| rows.get() * columns.get() / 100.0);
    Ok(ViewAnalysis { view, map, alpha_high, alpha_low, inversion, product, notes, pixel_area })
}

impl ViewAnalysis {
    /// Puts the derived arrays and their record into the scan they were made from, replacing earlier ones.
    pub fn attach(&self, bundle: &mut Bundle) {
        let Some(record) = bundle.scan.views.get_mut(self.view as usize) else { return };
        record.material = Some(self.product.clone());
        for (quantity, block) in arrays(&self.map) {
            bundle.planes.insert(PlaneKey::Material { view: self.view, quantity }, Arc::new(block) as Arc<dyn Samples>);
        }
    }
}

/// One channel, read.
struct Input {
    id: ChannelId,
    alpha: Array2<f32>,
    noise: Option<NoiseModel>,
}

impl Input {
    fn read(bundle: &Bundle, view: u32, channel: &Channel, notes: &mut Vec<String>) -> Result<Self> {
        let plane = |part| bundle.planes.get(&PlaneKey::Channel { view, channel: channel.id.clone(), part });
        let image = plane(PlanePart::Samples).ok_or_else(|| {
            Error::new(Code::UffMissing, "a channel has no samples").at(format!("view {view} channel {}", channel.id))
        })?;
        let image = image.read_all()?;
        let dark = plane(PlanePart::Dark).map(|p| p.read_all()).transpose()?;
        let air = plane(PlanePart::Air).map(|p| p.read_all()).transpose()?;
        let (levels, source) = Levels::of_channel(channel, &image, dark.as_ref(), air.as_ref())?;
        if source == AirSource::Image {
            notes.push(format!("channel {}: no air level; taken from the brightest part of the image", channel.id));
        }
        let stated = channel.noise.as_ref().map(NoiseModel::try_from).transpose()?;
        let measured = air.as_ref().and_then(|air| lines_noise(air, dark.as_ref()));
        Ok(Self { id: channel.id.clone(), alpha: levels.attenuation(&image, 0)?, noise: stated.or(measured) })
    }
}

fn pair(record: &View, view: u32) -> Result<(&Channel, &Channel)> {
    let with = |role: ChannelRole| record.channels.iter().find(|c| c.role == role && c.quantity != Quantity::Display);
    with(ChannelRole::High).zip(with(ChannelRole::Low)).ok_or_else(|| {
        let roles: Vec<String> = record.channels.iter().map(|c| c.role.to_string()).collect();
        Error::new(Code::MaterialNotMeasurable, "the view has no pair of energies")
            .at(format!("view {view}"))
            .expected("a high and a low channel")
            .found(roles.join(", "))
    })
}

/// Returns the usual beams of a pair: energies of the channels, else the two energies of the source.
fn usual_beams(
    bundle: &Bundle,
    (high, low): (&Channel, &Channel),
    view: u32,
    notes: &mut Vec<String>,
) -> Result<RowBeams> {
    let mut known: Vec<f64> = bundle.scan.system.sources.iter().flat_map(|s| &s.energies).map(|e| e.get()).collect();
    known.sort_by(f64::total_cmp);
    let of_source = known.first().copied().zip(known.last().copied());
    let energies = match (high.energy, low.energy, of_source) {
        (Some(high), Some(low), _) => Some((high, low)),
        (_, _, Some((least, most))) => {
            notes.push(format!("the channels state no energies; those of the source are used: {most} and {least} keV"));
            Some((Energy::new(most)?, Energy::new(least)?))
        }
        _ => None,
    };
    let (high, low) = energies.ok_or_else(|| {
        Error::new(Code::MaterialNotMeasurable, "the end-point energies are unknown")
            .at(format!("view {view}"))
            .expected("an energy in keV for each channel or for the source")
    })?;
    let sandwich = |d: &Detector| d.arrangement == Some(DetectorArrangement::Sandwich);
    let one_tube = high.get() < 1000.0 && (high == low || bundle.scan.system.detector.as_ref().is_some_and(sandwich));
    if one_tube {
        let (high, low) = Beam::tube_sandwich(Energy::new(high.get().max(low.get()))?)?;
        return Ok(RowBeams { first_row: 0, high, low });
    }
    Ok(RowBeams { first_row: 0, high: Beam::usual(high)?, low: Beam::usual(low)? })
}

/// Takes the columns out that were scanned at other energies, such as an occupied cab.
fn mask_segments(record: &View, beams: &[RowBeams], alpha: &mut Array2<f32>, notes: &mut Vec<String>) {
    let expected = |e: &Energy| beams.iter().any(|b| b.high.nominal() == *e || b.low.nominal() == *e);
    for segment in record.segments.iter().filter(|s| !s.energies.is_empty() && !s.energies.iter().all(expected)) {
        let first = (segment.first_column as usize).min(alpha.ncols());
        let end = first.saturating_add(segment.columns as usize).min(alpha.ncols());
        alpha.slice_mut(s![.., first..end]).fill(f32::NAN);
        notes.push(format!("columns {first} to {end} were scanned at other energies and are left undecided"));
    }
}

/// Measures the noise from air lines, and its electronic part from dark lines, of which there must be at least four.
fn lines_noise(air: &Block, dark: Option<&Block>) -> Option<NoiseModel> {
    let moments = |lines: &Block| -> Option<Vec<(f64, f64)>> {
        let lines = lines.to_f64();
        let enough = lines.ncols() >= FEWEST_LINES;
        enough.then(|| lines.rows().into_iter().map(|r| (r.mean().unwrap_or(f64::NAN), r.var(1.0))).collect())
    };
    let bright = moments(air)?;
    let dark = dark.and_then(moments).unwrap_or_else(|| vec![(0.0, 0.0); bright.len()]);
    let rows = bright.iter().zip(&dark).map(|((air, air_var), (level, dark_var))| {
        let span = (air - level).powi(2);
        ((air_var - dark_var).max(0.0) / span, dark_var / span)
    });
    let (quantum, electronic) = rows.fold((0.0, 0.0), |(q, e), (quantum, dark)| (q + quantum, e + dark));
    let count = bright.len() as f64;
    NoiseModel::new(quantum / count, (electronic / count).sqrt()).ok()
}

fn known_noise(known: Option<NoiseModel>, alpha: &Array2<f32>) -> Result<NoiseModel> {
    known.map_or_else(|| NoiseModel::estimate(&alpha.view(), 0.0), Ok)
}

fn arrays(map: &MaterialMap) -> [(Quantity, Block); 4] {
    [
        (Quantity::EffectiveAtomicNumber, Block::F32(map.z.clone())),
        (Quantity::ArealDensity, Block::F32(map.lambda.clone())),
        (Quantity::MaterialClass, Block::U8(map.class.clone())),
        (Quantity::Confidence, Block::U8(map.confidence.clone())),
    ]
}

fn digest(quantity: Quantity, block: &Block) -> MaterialArray {
    MaterialArray { quantity, digest: Sha256::of(&block.to_le_bytes()), ..MaterialArray::default() }
}

fn parameters(options: &InversionOptions, beams: &[RowBeams]) -> Vec<Parameter> {
    let mut all = Vec::new();
    let mut add = |name: &str, value: String| {
        all.push(Parameter { name: name.into(), value, ..Parameter::default() });
    };
    let noise = |n: &NoiseModel| format!("{} {}", n.quantum, n.electronic);
    add("noiseHigh", noise(&options.noise_high));
    add("noiseLow", noise(&options.noise_low));
    add("smoothingRadius", options.smoothing.radius.to_string());
    add("smoothingRange", options.smoothing.range.to_string());
    add("smoothingRangeSigmas", options.smoothing.range_sigmas.to_string());
    add("thin", options.thin.to_string());
    add("opaque", options.opaque.to_string());
    add("minConfidence", options.min_confidence.to_string());
    add("maxSigmaZ", options.max_sigma_z.to_string());
    add("modelErrorRelative", options.model_error_relative.to_string());
    add("modelErrorAbsolute", options.model_error_absolute.to_string());
    for pair in beams {
        for (name, beam) in [("beamHigh", &pair.high), ("beamLow", &pair.low)] {
            let c = beam.correction();
            let scales = format!("{} {} {}", c.photoelectric, c.compton, c.pair);
            add(name, format!("row {} nominal {} keV correction {scales}", pair.first_row, beam.nominal().get()));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Calibration, SampleType, Segment, Source};
    use crate::physics::Material;
    use crate::units::ArealDensity;

    /// A 12 x 40 view of 16-bit counts: air left, 60 g/cm² of steel right; dark 100, air 60 100 in every row.
    fn bundle(kev: (f64, f64)) -> Bundle {
        let mut bundle = Bundle::default();
        let mut view = View { rows: 12, columns: 40, ..View::default() };
        for (name, role, kev) in [("high", ChannelRole::High, kev.0), ("low", ChannelRole::Low, kev.1)] {
            let beam = Beam::usual(Energy::new(kev).unwrap()).unwrap();
            let slab = [(&Material::named("steel").unwrap(), ArealDensity::new(60.0).unwrap())];
            let t = beam.transmission(&slab).unwrap();
            let image =
                Array2::from_shape_fn((12, 40), |(_, c)| if c < 20 { 60_100 } else { (100.0 + 60_000.0 * t) as u16 });
            let id = ChannelId::new(name).unwrap();
            bundle.planes.insert(PlaneKey::samples(0, id.clone()), Arc::new(Block::U16(image)) as Arc<dyn Samples>);
            view.channels.push(Channel {
                id,
                role,
                quantity: Quantity::RawCounts,
                sample_type: SampleType::U16,
                energy: Some(Energy::new(kev).unwrap()),
                calibration: Some(Calibration {
                    dark_level: Some(100.0),
                    air_level: Some(60_100.0),
                    ..Calibration::default()
                }),
                ..Channel::default()
            });
        }
        bundle.scan.views.push(view);
        bundle
    }

    fn analyze(bundle: &Bundle) -> Result<ViewAnalysis> {
        analyze_view(bundle, 0, &AnalysisOptions::default(), &Budget::default())
    }

    #[test]
    fn steel_plate_is_found_and_attached() {
        let mut bundle = bundle((6000.0, 4000.0));
        let found = analyze(&bundle).unwrap();
        assert!((found.map.lambda[[6, 30]] - 60.0).abs() < 1.0, "{}", found.map.lambda[[6, 30]]);
        assert_eq!(found.map.class[[6, 30]], super::super::MaterialClass::Metal.code());
        assert_eq!((found.map.class[[6, 5]], found.map.lambda[[6, 5]]), (0, 0.0));
        found.attach(&mut bundle);
        let product = bundle.scan.views[0].material.as_ref().unwrap();
        assert_eq!((product.method.as_str(), product.products.len()), (METHOD, 4));
        for array in &product.products {
            let plane = &bundle.planes[&PlaneKey::Material { view: 0, quantity: array.quantity.clone() }];
            assert_eq!(Sha256::of(&plane.read_all().unwrap().to_le_bytes()), array.digest);
        }
    }

    #[test]
    fn same_scan_gives_the_same_record() {
        let bundle = bundle((9000.0, 6000.0));
        assert_eq!(analyze(&bundle).unwrap().product, analyze(&bundle).unwrap().product);
    }

    #[test]
    fn energies_of_the_source_serve_where_channels_have_none() {
        let mut bundle = bundle((6000.0, 4000.0));
        bundle.scan.views[0].channels.iter_mut().for_each(|c| c.energy = None);
        assert_eq!(analyze(&bundle).unwrap_err().code(), Code::MaterialNotMeasurable);
        let energies = [4000.0, 6000.0].map(|kev| Energy::new(kev).unwrap()).to_vec();
        bundle.scan.system.sources.push(Source { energies, ..Source::default() });
        let found = analyze(&bundle).unwrap();
        assert!(found.notes[0].contains("those of the source"), "{:?}", found.notes);
        assert!((found.map.lambda[[6, 30]] - 60.0).abs() < 1.0);
    }

    #[test]
    fn columns_of_other_energies_are_left_out() {
        let mut bundle = bundle((6000.0, 4000.0));
        bundle.scan.views[0].segments.push(Segment {
            first_column: 30,
            columns: 1000,
            energies: vec![Energy::new(4000.0).unwrap(), Energy::new(160.0).unwrap()],
            ..Segment::default()
        });
        let found = analyze(&bundle).unwrap();
        assert!(found.map.lambda[[6, 30]].is_nan() && found.map.lambda[[6, 29]].is_finite());
    }

    #[test]
    fn missing_parts_are_named() {
        let whole = bundle((6000.0, 4000.0));
        let code = |bundle: &Bundle, view| {
            analyze_view(bundle, view, &AnalysisOptions::default(), &Budget::default()).map(|_| ()).unwrap_err().code()
        };
        assert_eq!(code(&whole, 1), Code::UffNoSuchChannel);
        let mut mono = whole.clone();
        mono.scan.views[0].channels.truncate(1);
        assert_eq!(code(&mono, 0), Code::MaterialNotMeasurable);
        let mut empty = whole.clone();
        empty.planes.clear();
        assert_eq!(code(&empty, 0), Code::UffMissing);
        let mut raw = whole;
        raw.scan.views[0].channels[0].calibration = None;
        assert_eq!(code(&raw, 0), Code::MaterialNotMeasurable);
    }

    #[test]
    fn noise_is_measured_from_lines() {
        let mut deviate = super::super::noise::tests::deviates(3);
        let air = Array2::from_shape_fn((20, 200), |_| 50_100.0 + 500.0 * deviate());
        let dark = Array2::from_shape_fn((20, 200), |_| 100.0 + 5.0 * deviate());
        let noise = lines_noise(&Block::F64(air), Some(&Block::F64(dark))).unwrap();
        assert!((noise.quantum.sqrt() / 0.01 - 1.0).abs() < 0.05, "{noise:?}");
        assert!((noise.electronic / 1e-4 - 1.0).abs() < 0.05, "{noise:?}");
        assert_eq!(lines_noise(&Block::U16(Array2::zeros((20, 3))), None), None);
    }
}
