//! Analysis of a view of a scan: from stored samples to arrays of material.
//!
//! A [`MaterialView`] knows how a view is to be read: which channels, which beams in which columns, how much noise. It
//! answers region by region, and a region equals the crop of the whole to the bit; [`analyze_view`] puts the whole
//! together, strip by strip, so that what it needs beside the result does not grow with the length of the scan.

use std::ops::Range;
use std::sync::Arc;

use ndarray::Array2;

use super::calibration::ScannerCalibration;
use super::calibration::calibrate;
use super::channel::ChannelReader;
use super::channel::RawChannel;
use super::inversion::Inversion;
use super::inversion::InversionOptions;
use super::inversion::RowBeams;
use super::isolated::drop_isolated;
use super::map::MaterialMap;
use super::noise::NoiseModel;
use super::plan::Beams;
use super::plan::Channels;
use super::plan::Stretch;
use super::plan::channels;
use super::plan::stretches;
use super::product::METHOD;
use super::product::METHOD_VERSION;
use super::product::Parameters;
use super::product::SINGLE_METHOD;
use super::product::arrays;
use super::product::digest;
use super::signs;
use super::single::SingleEnergy;
use super::smooth::Bilateral;
use super::solver::Solver;
use super::statistics::RegionStatistics;
use super::statistics::region_statistics;
use super::tiles::MaterialTile;
use super::tiles::MaterialTiles;
use super::uncertainty::Uncertainty;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Block;
use crate::model::Bundle;
use crate::model::MaterialProduct;
use crate::model::PlaneKey;
use crate::model::Quantity;
use crate::model::Region;
use crate::model::Samples;
use crate::model::View;
use crate::physics::Beam;
use crate::physics::Material;

/// Columns that are read and worked on at one time.
const STRIP: usize = 1024;
/// Bytes per pixel of the result.
const RESULT: u64 = 4 + 4 + 1 + 1 + 1 + 4 + 4;
/// Bytes per pixel of its standard deviations.
const UNCERTAINTY: u64 = 4 + 4;
/// Bytes per pixel of a strip while it is worked on.
const WORK: u64 = 64;

/// What a person may prescribe about an analysis; everything absent comes from the scan or the defaults.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AnalysisOptions {
    /// Points to fit the beams to, with the noise that was measured with them. What the scan keeps is used when there are
    /// none here.
    pub calibration: ScannerCalibration,
    /// Beams to use in place of the usual ones of the channels' energies.
    pub beams: Option<Vec<RowBeams>>,
    /// Smoothing before the inversion.
    pub smoothing: Option<Bilateral>,
    /// Noise of the high and the low channel; goes before that of the calibration.
    pub noise: Option<(NoiseModel, NoiseModel)>,
    /// Smallest posterior probability for which a class is named.
    pub min_confidence: Option<f64>,
    /// α_H below which materials are not told apart.
    pub thin: Option<f64>,
    /// What a load is taken for where one energy alone says how much there is of it; water by default.
    pub assumed: Option<Material>,
    /// Whether the standard deviations of Z and λ of each pixel are wanted too.
    pub uncertainty: bool,
}

/// Columns of a view and the way from their attenuation to material.
#[derive(Debug)]
pub struct Part {
    /// The columns.
    pub columns: Range<usize>,
    /// The high-energy or only beam of the first rows, fitted where there was calibration.
    pub beam: Beam,
    /// The way.
    pub solver: Solver,
}

/// A view, opened for analysis.
pub struct MaterialView {
    view: u32,
    high: ChannelReader,
    low: Option<ChannelReader>,
    parts: Vec<Part>,
    product: MaterialProduct,
    notes: Vec<String>,
    pixel_area: Option<f64>,
    /// The beams of the channels' energies before any calibration.
    usual: Option<(Beam, Beam)>,
    /// Whether [`MaterialView::analyze`] gives standard deviations.
    uncertain: bool,
}

impl MaterialView {
    /// Opens a view that measures transmission at two energies or at one.
    ///
    /// # Errors
    /// `uff.no_such_channel` when there is no such view; `material.not_measurable` when it measures no transmission, or
    /// lacks energies or calibration; `material.options`; otherwise as [`calibrate`] and [`Inversion::by_rows`].
    pub fn open(bundle: &Bundle, view: u32, options: &AnalysisOptions) -> Result<Self> {
        let record = bundle.scan.views.get(view as usize).ok_or_else(|| {
            Error::new(Code::UffNoSuchChannel, "the scan has no such view")
                .expected(format!("0 to {}", bundle.scan.views.len().saturating_sub(1)))
                .found(view)
        })?;
        let mut notes = Vec::new();
        let found = channels(record, view)?;
        let stretches = stretches(bundle, (view, record), &found, options.beams.as_deref(), &mut notes)?;
        let (mut high, mut low) = match found {
            Channels::Single(channel) => (ChannelReader::open(bundle, view, channel, &mut notes)?, None),
            Channels::Pair(high, low) => {
                let mut high = ChannelReader::open(bundle, view, high, &mut notes)?;
                let mut low = ChannelReader::open(bundle, view, low, &mut notes)?;
                high.match_sharpness(&mut low);
                (high, Some(low))
            }
        };
        let (alpha_high, mut alpha_low) = (high.survey()?, low.as_ref().map(ChannelReader::survey).transpose()?);
        let mut alpha_high = alpha_high;
        if let (Some(reader), Some(alpha)) = (&mut low, &mut alpha_low) {
            if high.shape() != reader.shape() {
                return Err(Error::new(Code::UffInconsistent, "the channels of a pair differ in size")
                    .at(format!("view {view}"))
                    .expected(format!("{:?}", high.shape()))
                    .found(format!("{:?}", reader.shape())));
            }
            if signs::swapped(&alpha_high, alpha) {
                notes.push(format!(
                    "the channels are swapped: {} attenuates more than {}, so {} is taken as the low energy",
                    high.id, reader.id, high.id
                ));
                std::mem::swap(&mut high, reader);
                std::mem::swap(&mut alpha_high, alpha);
            }
        }
        notes.extend(signs::drift(&alpha_high).map(|share| {
            format!("the signal in air drifts by {:.1} % along the scan; thin matter is off by as much", 100.0 * share)
        }));
        let noise = |known: Option<NoiseModel>, alpha: &Array2<f32>| {
            known.map_or_else(|| NoiseModel::estimate(&alpha.view(), 0.0), Ok)
        };
        let noise = match (options.noise.or(options.calibration.noise), &low, &alpha_low) {
            (Some(noise), ..) => noise,
            (None, Some(reader), Some(alpha)) => (noise(high.noise, &alpha_high)?, noise(reader.noise, alpha)?),
            _ => {
                let only = noise(high.noise, &alpha_high)?;
                (only, only)
            }
        };
        let mut opened = Self {
            view,
            product: MaterialProduct {
                method: if low.is_some() { METHOD } else { SINGLE_METHOD }.into(),
                version: METHOD_VERSION.into(),
                high: high.id.clone(),
                low: low.as_ref().map_or_else(|| high.id.clone(), |l| l.id.clone()),
                ..MaterialProduct::default()
            },
            high,
            low,
            parts: Vec::new(),
            notes,
            pixel_area: pixel_area(record),
            usual: None,
            uncertain: options.uncertainty,
        };
        let kept = ScannerCalibration::of_view(record).unwrap_or_default();
        let calibration = if options.calibration.points.is_empty() { &kept } else { &options.calibration };
        opened.prepare((stretches, calibration), noise, options)?;
        let serial = bundle.scan.system.serial.as_ref();
        if let (Some(of), Some(serial)) = (calibration.serial.as_ref(), serial)
            && of != serial
        {
            opened.notes.push(format!("the calibration is of the scanner {of}, the scan of the scanner {serial}"));
        }
        Ok(opened)
    }

    /// Prepares the ways from attenuation to material.
    fn prepare(
        &mut self,
        (stretches, calibration): (Vec<Stretch>, &ScannerCalibration),
        noise: (NoiseModel, NoiseModel),
        options: &AnalysisOptions,
    ) -> Result<()> {
        let mut inversion_options = InversionOptions::new(noise.0, noise.1);
        inversion_options.smoothing = options.smoothing.unwrap_or_default();
        inversion_options.min_confidence = options.min_confidence.unwrap_or(inversion_options.min_confidence);
        inversion_options.thin = options.thin.unwrap_or(inversion_options.thin);
        let points = &calibration.points;
        let assumed = options.assumed.clone().map_or_else(|| Material::named(ASSUMED), Ok)?;
        let mut parameters = Parameters::default();
        let mut single = false;
        for stretch in stretches {
            let (beam, solver) = match stretch.beams {
                Beams::Single(beam) => {
                    single = true;
                    let way = SingleEnergy::new(&beam, &assumed, noise.0)?;
                    parameters.add("beam", format!("nominal {} keV", beam.nominal().get()));
                    parameters.add("assumed", way.material().to_owned());
                    parameters.add("noise", format!("{} {}", noise.0.quantum, noise.0.electronic));
                    (Some(beam), Solver::Single(way))
                }
                Beams::Pair(usual) => {
                    if stretch.main {
                        self.usual = usual.first().map(|pair| (pair.high.clone(), pair.low.clone()));
                    }
                    let mut inversion_options = inversion_options;
                    let beams = match usual.as_slice() {
                        [one] if stretch.main && !points.is_empty() => {
                            let fitted = calibrate(&one.high, &one.low, points)?;
                            inversion_options.model_error_relative = InversionOptions::CALIBRATED;
                            inversion_options.model_error_absolute = fitted.residual;
                            self.product.calibration_points.clone_from(points);
                            parameters.calibration(calibration);
                            fitted.rows
                        }
                        _ => {
                            if stretch.main && options.beams.is_none() {
                                self.notes.push("no calibration points: the usual beams are taken as they are".into());
                            }
                            usual
                        }
                    };
                    parameters.inversion(&inversion_options, &beams);
                    let solver = Solver::Pair(Box::new(Inversion::by_rows(&beams, inversion_options)?));
                    (beams.into_iter().next().map(|b| b.high), solver)
                }
            };
            let beam = beam.ok_or_else(|| Error::new(Code::MaterialOptions, "no beams are given"))?;
            self.parts.push(Part { columns: stretch.columns, beam, solver });
        }
        if single {
            self.notes
                .push(format!("one energy does not tell materials apart; areal density holds for {}", assumed.name()));
        }
        self.product.parameters = parameters.0;
        Ok(())
    }

    /// Returns rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        self.high.shape()
    }

    /// Returns what was assumed for want of data, and what is wrong with the data, in sentences.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Returns the area of a pixel in the object plane in cm², if the geometry states it.
    pub fn pixel_area(&self) -> Option<f64> {
        self.pixel_area
    }

    /// Returns whether two energies were measured.
    pub fn is_pair(&self) -> bool {
        self.low.is_some()
    }

    /// Returns the high and the low beam that the channels' energies usually have, before any calibration; none where
    /// there is one energy only.
    pub fn usual_beams(&self) -> Option<(&Beam, &Beam)> {
        self.usual.as_ref().map(|(high, low)| (high, low))
    }

    /// Returns α at high and at low energy of a region, not smoothed; the same twice where there is one energy only.
    ///
    /// # Errors
    /// `uff.region` when the region is empty or outside; those of reading.
    pub fn attenuation(&self, region: &Region) -> Result<(Array2<f32>, Array2<f32>)> {
        region.check(self.shape())?;
        let high = self.high.read(region)?;
        let low = self.low.as_ref().map(|reader| reader.read(region)).transpose()?;
        let low = low.unwrap_or_else(|| high.clone());
        Ok((high, low))
    }

    /// Returns the ways from attenuation to material; together they cover all columns.
    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Reads a region, the low energy only where there is one.
    pub(super) fn raw(&self, region: &Region) -> Result<(RawChannel<'_>, Option<RawChannel<'_>>)> {
        Ok((self.high.read_raw(region)?, self.low.as_ref().map(|low| low.read_raw(region)).transpose()?))
    }

    /// Analyses a region; it equals the crop of the whole to the bit.
    ///
    /// # Errors
    /// `uff.region` when the region is empty or outside; those of reading.
    pub fn tile(&self, region: &Region) -> Result<MaterialTile> {
        let mut tile = MaterialTile::default();
        self.read(region, &mut tile)?;
        Ok(tile)
    }

    /// Analyses a region that lies in one part.
    fn read_part(&self, part: &Part, region: &Region, tile: &mut MaterialTile) -> Result<()> {
        let MaterialTile { map, high, low, corner } = tile;
        let (top, inner) = self.around(part, region, (high, low))?;
        *corner = (inner.row, inner.column);
        part.solver.analyze((&high.view(), &low.view()), top, &inner, map)
    }

    /// Returns how sure the analysis of a region is.
    ///
    /// # Errors
    /// As [`MaterialView::tile`].
    pub fn uncertainty(&self, region: &Region) -> Result<Uncertainty> {
        region.check(self.shape())?;
        let mut whole = Uncertainty::unknown((region.rows, region.columns));
        let (mut high, mut low) = (Array2::default((0, 0)), Array2::default((0, 0)));
        for part in &self.parts {
            let first = part.columns.start.max(region.column);
            let end = part.columns.end.min(region.column + region.columns);
            if first < end {
                let of_part = Region { column: first, columns: end - first, ..*region };
                let (top, inner) = self.around(part, &of_part, (&mut high, &mut low))?;
                let found = part.solver.uncertainty(&high.view(), &low.view(), top)?;
                whole.paste(first - region.column, &found.crop(&inner));
            }
        }
        Ok(whole)
    }

    /// Reads α of a region that lies in one part, with what smoothing reaches; it does not cross from part to part. Returns the
    /// first row of what is read, and where the region lies in it.
    fn around(
        &self,
        part: &Part,
        region: &Region,
        (high, low): (&mut Array2<f32>, &mut Array2<f32>),
    ) -> Result<(usize, Region)> {
        let (rows, _) = self.shape();
        // One more for what the neighbours of the outermost pixels say.
        let halo = part.solver.halo() + 1;
        let top = region.row.saturating_sub(halo);
        let left = region.column.saturating_sub(halo).max(part.columns.start);
        let bottom = (region.row + region.rows + halo).min(rows);
        let right = (region.column + region.columns + halo).min(part.columns.end);
        let around = Region { row: top, column: left, rows: bottom - top, columns: right - left };
        self.high.read_into(&around, high)?;
        drop_isolated(high);
        match &self.low {
            Some(reader) => {
                reader.read_into(&around, low)?;
                drop_isolated(low);
            }
            None => low.clone_from(high),
        }
        Ok((top, Region { row: region.row - top, column: region.column - left, ..*region }))
    }

    /// Analyses the whole view.
    ///
    /// # Errors
    /// `limit.bytes` for what the result takes; those of reading.
    pub fn analyze(mut self, budget: &Budget) -> Result<ViewAnalysis> {
        let (rows, columns) = self.shape();
        let per_pixel = RESULT + if self.uncertain { UNCERTAINTY } else { 0 };
        let bytes = rows as u64 * (columns as u64 * per_pixel + STRIP as u64 * WORK);
        budget.charge(bytes, "the material analysis")?;
        let shape = (rows, columns);
        let mut whole = MaterialTile::default();
        whole.renew(shape);
        let mut tile = MaterialTile::default();
        let mut uncertainty = self.uncertain.then(|| Uncertainty::unknown(shape));
        let strips = (0..columns).step_by(STRIP);
        for column in strips {
            let strip = Region { row: 0, column, rows, columns: STRIP.min(columns - column) };
            self.read(&strip, &mut tile)?;
            whole.paste(column, &tile);
            if let Some(uncertainty) = &mut uncertainty {
                uncertainty.paste(column, &self.uncertainty(&strip)?);
            }
        }
        budget.release(bytes);
        let products =
            main(&self.parts).map(|p| arrays(&p.solver, &whole.map, uncertainty.as_ref())).unwrap_or_default();
        self.product.products = products.into_iter().map(digest).collect();
        Ok(ViewAnalysis {
            view: self.view,
            map: whole.map,
            uncertainty,
            alpha_high: whole.high,
            alpha_low: whole.low,
            parts: self.parts,
            product: self.product,
            notes: self.notes,
            pixel_area: self.pixel_area,
        })
    }
}

impl MaterialTiles for MaterialView {
    fn shape(&self) -> (usize, usize) {
        Self::shape(self)
    }

    fn attenuation(&self, region: &Region) -> Result<Array2<f32>> {
        Ok(Self::attenuation(self, region)?.0)
    }

    fn read(&self, region: &Region, tile: &mut MaterialTile) -> Result<()> {
        region.check(self.shape())?;
        let end = region.column + region.columns;
        let holds_all = |part: &&Part| part.columns.start <= region.column && end <= part.columns.end;
        if let Some(part) = self.parts.iter().find(holds_all) {
            return self.read_part(part, region, tile);
        }
        tile.renew((region.rows, region.columns));
        let mut of_part = MaterialTile::default();
        for part in &self.parts {
            let first = part.columns.start.max(region.column);
            let end = part.columns.end.min(end);
            if first < end {
                self.read_part(part, &Region { column: first, columns: end - first, ..*region }, &mut of_part)?;
                tile.paste(first - region.column, &of_part);
            }
        }
        Ok(())
    }
}

/// What a load is taken for where nothing says what it is.
const ASSUMED: &str = "water";

fn main(parts: &[Part]) -> Option<&Part> {
    parts.iter().max_by_key(|p| (matches!(p.solver, Solver::Pair(_)), p.columns.len()))
}

fn pixel_area(record: &View) -> Option<f64> {
    let pitch = record.geometry.as_ref().and_then(|g| g.pitch_rows.zip(g.pitch_columns));
    pitch.map(|(rows, columns)| rows.get() * columns.get() / 100.0)
}

/// Result of an analysis.
#[derive(Debug)]
pub struct ViewAnalysis {
    /// Index of the view.
    pub view: u32,
    /// Derived arrays.
    pub map: MaterialMap,
    /// How sure they are, where that was asked for.
    pub uncertainty: Option<Uncertainty>,
    /// α at high energy, or at the only one, `[row, column]`; not smoothed.
    pub alpha_high: Array2<f32>,
    /// α at low energy `[row, column]`, not smoothed; the same as `alpha_high` where there is one energy only.
    pub alpha_low: Array2<f32>,
    /// The ways from attenuation to material, for region statistics; together they cover all columns.
    pub parts: Vec<Part>,
    /// Record of method, parameters, calibration and digests.
    pub product: MaterialProduct,
    /// What was assumed for want of data, and what is wrong with the data, in sentences.
    pub notes: Vec<String>,
    /// Area of a pixel in the object plane in cm², if the geometry states it.
    pub pixel_area: Option<f64>,
}

impl ViewAnalysis {
    /// Measures a region.
    ///
    /// # Errors
    /// As [`region_statistics`].
    pub fn measure(&self, region: &Region) -> Result<RegionStatistics> {
        let alpha = (&self.alpha_high.view(), &self.alpha_low.view());
        let middle = region.column.saturating_add(region.columns / 2);
        let part = self.parts.iter().find(|p| p.columns.contains(&middle)).or(self.parts.last());
        let part = part.ok_or_else(|| Error::new(Code::Internal, "an analysis of no columns"))?;
        region_statistics(&part.solver, &self.map, alpha, region, self.pixel_area)
    }

    /// Returns whether two energies were measured, so that there are atomic numbers and classes.
    pub fn tells_materials(&self) -> bool {
        self.parts.iter().any(|p| matches!(p.solver, Solver::Pair(_)))
    }

    /// Returns the part that shows most: the widest of those of two energies, or of all.
    pub fn main(&self) -> Option<&Part> {
        main(&self.parts)
    }

    fn arrays(&self) -> Vec<(Quantity, Block)> {
        self.main().map(|p| arrays(&p.solver, &self.map, self.uncertainty.as_ref())).unwrap_or_default()
    }

    /// Puts the derived arrays and their record into the scan they were made from, replacing earlier ones.
    pub fn attach(&self, bundle: &mut Bundle) {
        let Some(record) = bundle.scan.views.get_mut(self.view as usize) else { return };
        record.material = Some(self.product.clone());
        for (quantity, block) in self.arrays() {
            bundle.planes.insert(PlaneKey::Material { view: self.view, quantity }, Arc::new(block) as Arc<dyn Samples>);
        }
    }
}

/// Analyses a view; see [`MaterialView`].
///
/// # Errors
/// As [`MaterialView::open`] and [`MaterialView::analyze`].
pub fn analyze_view(bundle: &Bundle, view: u32, options: &AnalysisOptions, budget: &Budget) -> Result<ViewAnalysis> {
    MaterialView::open(bundle, view, options)?.analyze(budget)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material::FirstLook;
    use crate::material::calibrated_views;
    use crate::model::identifier::ChannelId;
    use crate::model::{
        Calibration, CalibrationPoint, Channel, ChannelRole, PlanePart, SampleType, Segment, Sha256, Source,
    };
    use crate::physics::Beam;
    use crate::units::{ArealDensity, Energy};
    use ndarray::s;

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
    fn columns_of_other_energies_get_their_own_beams() {
        // The right half is scanned at 2.5/1.5 MeV; its samples are what those beams leave of 20 g/cm² of steel.
        let mut bundle = bundle((6000.0, 4000.0));
        for (channel, kev) in [("high", 2500.0), ("low", 1500.0)] {
            let beam = Beam::usual(Energy::new(kev).unwrap()).unwrap();
            let slab = [(&Material::named("steel").unwrap(), ArealDensity::new(20.0).unwrap())];
            let sample = (100.0 + 60_000.0 * beam.transmission(&slab).unwrap()) as u16;
            let key = PlaneKey::samples(0, ChannelId::new(channel).unwrap());
            let Block::U16(mut image) = bundle.planes[&key].read_all().unwrap() else { panic!("16 bits") };
            image.slice_mut(s![.., 30..]).fill(sample);
            bundle.planes.insert(key, Arc::new(Block::U16(image)));
        }
        bundle.scan.views[0].segments.push(Segment {
            first_column: 30,
            columns: 1000,
            energies: vec![Energy::new(2500.0).unwrap(), Energy::new(1500.0).unwrap()],
            ..Segment::default()
        });
        let found = analyze(&bundle).unwrap();
        assert!((found.map.lambda[[6, 35]] - 20.0).abs() < 0.5, "{}", found.map.lambda[[6, 35]]);
        assert!((found.map.lambda[[6, 25]] - 60.0).abs() < 1.0, "{}", found.map.lambda[[6, 25]]);
        assert!(found.notes.iter().any(|n| n.contains("columns 30 to 39: other energies")), "{:?}", found.notes);
    }

    #[test]
    fn a_calibration_is_kept_with_the_scan_it_was_made_from() {
        let mut bundle = bundle((6000.0, 4000.0));
        bundle.scan.system.serial = Some("A-1".to_owned());
        let alpha = |kev: f64, material: &Material, lambda: f64| {
            let beam = Beam::usual(Energy::new(kev).unwrap()).unwrap();
            beam.alpha(&[(material, ArealDensity::new(lambda).unwrap())]).unwrap()
        };
        let point = |(name, lambda): (&str, f64)| {
            let material = Material::named(name).unwrap();
            CalibrationPoint {
                material: name.to_owned(),
                areal_density: Some(ArealDensity::new(lambda).unwrap()),
                alpha_high: alpha(6000.0, &material, lambda),
                alpha_low: alpha(4000.0, &material, lambda),
                ..CalibrationPoint::default()
            }
        };
        let calibration = ScannerCalibration {
            points: [("polyethylene", 20.0), ("aluminium", 40.0), ("iron", 60.0), ("lead", 40.0)].map(point).to_vec(),
            noise: Some((NoiseModel::new(2e-5, 1e-4).unwrap(), NoiseModel::new(3e-5, 2e-4).unwrap())),
            scan: Some(bundle.scan.identity.scan_id),
            serial: Some("A-1".to_owned()),
        };
        let options = AnalysisOptions { calibration: calibration.clone(), ..AnalysisOptions::default() };
        let analysis = |bundle: &Bundle| analyze_view(bundle, 0, &options, &Budget::default()).unwrap();
        let other =
            |notes: &[String]| notes.iter().any(|n| n.contains("of the scanner A-1, the scan of the scanner B-2"));
        let found = analysis(&bundle);
        assert!(!other(&found.notes), "{:?}", found.notes);
        found.attach(&mut bundle);
        assert_eq!(ScannerCalibration::of_view(&bundle.scan.views[0]), Some(calibration));
        assert_eq!(calibrated_views(&bundle.scan), [0]);
        bundle.scan.identity.scan_id = "8d2e4b50-0000-8000-8000-000000000001".parse().unwrap();
        bundle.scan.system.serial = Some("B-2".to_owned());
        assert_eq!(calibrated_views(&bundle.scan), [0_u32; 0], "made from another scan");
        assert!(other(&analysis(&bundle).notes));
    }

    #[test]
    fn one_energy_gives_the_amount_of_an_assumed_material() {
        let mut bundle = bundle((6000.0, 4000.0));
        bundle.scan.views[0].channels.truncate(1);
        let steel = AnalysisOptions { assumed: Some(Material::named("steel").unwrap()), ..AnalysisOptions::default() };
        let found = analyze_view(&bundle, 0, &steel, &Budget::default()).unwrap();
        assert!((found.map.lambda[[6, 30]] - 60.0).abs() < 0.5, "{}", found.map.lambda[[6, 30]]);
        assert_eq!((found.map.class[[6, 30]], found.map.z[[6, 30]], found.tells_materials()), (0, 0.0, false));
        let usual = analyze(&bundle).unwrap();
        assert!(usual.notes.iter().any(|n| n.contains("holds for water")), "{:?}", usual.notes);
        found.attach(&mut bundle);
        let product = bundle.scan.views[0].material.as_ref().unwrap();
        assert_eq!((product.method.as_str(), product.products.len()), (SINGLE_METHOD, 1));
    }

    #[test]
    fn swapped_channels_are_exchanged_and_said() {
        let right = analyze(&bundle((6000.0, 4000.0))).unwrap();
        let mut wrong = bundle((6000.0, 4000.0));
        let channels = &mut wrong.scan.views[0].channels;
        (channels[0].role, channels[1].role) = (ChannelRole::Low, ChannelRole::High);
        (channels[0].energy, channels[1].energy) = (channels[1].energy, channels[0].energy);
        let found = analyze(&wrong).unwrap();
        assert!(found.notes[0].contains("the channels are swapped"), "{:?}", found.notes);
        assert_eq!(found.map, right.map);
    }

    #[test]
    fn saturated_air_is_said() {
        let mut bundle = bundle((6000.0, 4000.0));
        let key = PlaneKey::Channel { view: 0, channel: ChannelId::new("high").unwrap(), part: PlanePart::Air };
        bundle.planes.insert(key, Arc::new(Block::U16(Array2::from_elem((12, 4), 60_100))));
        let said = |bundle: &Bundle| analyze(bundle).unwrap().notes.iter().any(|n| n.contains("thinner than it is"));
        assert!(!said(&bundle));
        bundle.scan.views[0].channels[0].saturation = Some(60_100.0);
        assert!(said(&bundle));
    }

    #[test]
    fn a_dead_row_and_a_dead_pixel_are_no_matter() {
        let mut bundle = bundle((6000.0, 4000.0));
        let key = PlaneKey::samples(0, ChannelId::new("high").unwrap());
        let Block::U16(mut image) = bundle.planes[&key].read_all().unwrap() else { panic!("16 bits") };
        image[[3, 30]] = 0;
        bundle.planes.insert(key, Arc::new(Block::U16(image)));
        let air = |dead: u16| {
            Arc::new(Block::U16(Array2::from_shape_fn((12, 4), |(r, _)| if r == 8 { dead } else { 60_100 })))
        };
        for (channel, dead) in [("high", 130), ("low", 60_100)] {
            let channel = ChannelId::new(channel).unwrap();
            let key = PlaneKey::Channel { view: 0, channel, part: PlanePart::Air };
            bundle.planes.insert(key, air(dead));
        }
        let found = analyze(&bundle).unwrap();
        assert!(found.notes.iter().any(|n| n.contains("row 8 is dead")), "{:?}", found.notes);
        let no_data = super::super::Flags::NO_DATA.bits();
        assert_eq!((found.map.flags[[8, 30]], found.map.flags[[3, 30]]), (no_data, no_data));
        assert!((found.map.lambda[[7, 30]] - 60.0).abs() < 1.0 && (found.map.lambda[[3, 31]] - 60.0).abs() < 1.0);
    }

    #[test]
    fn a_tile_equals_the_crop_of_the_whole() {
        let mut deviate = super::super::noise::tests::deviates(4);
        let mut bundle = bundle((6000.0, 4000.0));
        bundle.scan.views[0].columns = 40;
        for channel in ["high", "low"] {
            let key = PlaneKey::samples(0, ChannelId::new(channel).unwrap());
            let Block::U16(image) = bundle.planes[&key].read_all().unwrap() else { panic!("16 bits") };
            let noisy = image.mapv(|s| (f64::from(s) + 300.0 * deviate()) as u16);
            bundle.planes.insert(key, Arc::new(Block::U16(noisy)));
        }
        let region = Region { row: 3, column: 11, rows: 6, columns: 22 };
        for shift in [None, Some(0.5)] {
            bundle.scan.views[0].channels[1].column_shift = shift;
            let options = AnalysisOptions { uncertainty: true, ..AnalysisOptions::default() };
            let whole = analyze_view(&bundle, 0, &options, &Budget::default()).unwrap();
            let opened = MaterialView::open(&bundle, 0, &options).unwrap();
            assert_eq!(opened.tile(&region).unwrap().map, whole.map.crop(&region));
            // As bits, since there are numbers that are none.
            let bits = |image: &Array2<f32>| image.mapv(f32::to_bits);
            let (found, whole) = (opened.uncertainty(&region).unwrap(), whole.uncertainty.unwrap().crop(&region));
            assert_eq!((bits(&found.z), bits(&found.lambda)), (bits(&whole.z), bits(&whole.lambda)));
            let (look, mut all, mut part) = (FirstLook::new(&opened), MaterialTile::default(), MaterialTile::default());
            let everything = Region { row: 0, column: 0, rows: 12, columns: 40 };
            look.read(&everything, &mut all).unwrap();
            look.read(&region, &mut part).unwrap();
            assert_eq!(
                (&part.map, bits(&part.alpha_low().to_owned())),
                (&all.map.crop(&region), bits(&region.of(&all.alpha_low())))
            );
        }
    }

    #[test]
    fn missing_parts_are_named() {
        let whole = bundle((6000.0, 4000.0));
        let code = |bundle: &Bundle, view| {
            analyze_view(bundle, view, &AnalysisOptions::default(), &Budget::default()).map(|_| ()).unwrap_err().code()
        };
        assert_eq!(code(&whole, 1), Code::UffNoSuchChannel);
        let mut picture = whole.clone();
        picture.scan.views[0].channels.iter_mut().for_each(|c| c.quantity = Quantity::Display);
        assert_eq!(code(&picture, 0), Code::MaterialNotMeasurable);
        let mut empty = whole.clone();
        empty.planes.clear();
        assert_eq!(code(&empty, 0), Code::UffMissing);
        let mut raw = whole;
        raw.scan.views[0].channels[0].calibration = None;
        assert_eq!(code(&raw, 0), Code::MaterialNotMeasurable);
    }
}
