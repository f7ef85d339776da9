//! One passage of a load through a scanner: what the scanner writes, with the speed of the object as it varied.

use std::sync::Arc;

use ndarray::{Array2, Axis};
use uff::Result;
use uff::limits::Budget;
use uff::model::identifier::ChannelId;
use uff::model::{
    Block, Bundle, Channel, ChannelRole, Geometry, PlaneKey, PlanePart, Quantity, SampleType, Samples, View,
};
use uff::synth::{Recording, RenderOptions, Scene, SourcePlace, render};
use uff::units::{Energy, Millimetres};

/// Fine columns rendered per column. A detector element is as wide as so many of them; positions of pulses are kept to
/// one.
const FINE: u32 = 3;
/// Rays per side of a fine pixel.
const RAYS: u32 = 2;
/// Length rendered before and behind the window of the scene, mm.
const MARGIN: f64 = 900.0;

/// A scanner and how the object passed it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Passage {
    /// Rows and columns of the picture.
    pub(super) rows: u32,
    pub(super) columns: u32,
    /// Nominal energies, MeV.
    pub(super) high_mev: f64,
    pub(super) low_mev: f64,
    /// Where the source stands.
    pub(super) source: SourcePlace,
    /// Heights of the lower and upper edge of the picture, mm.
    pub(super) bottom: f64,
    pub(super) top: f64,
    /// Position of the first column, mm.
    pub(super) start: f64,
    /// Distance of two columns that the scanner believes in, mm.
    pub(super) stated: f64,
    /// True speed against the stated one.
    pub(super) speed: f64,
    /// Amplitude and phase of one slow swing of the speed over the scan.
    pub(super) swing: (f64, f64),
    /// Amplitude and phase of one slow swing of the dose over the scan.
    pub(super) dose: (f64, f64),
    /// Whether the object passes backwards.
    pub(super) backwards: bool,
    /// Whether only one energy is kept.
    pub(super) one_energy: bool,
    /// Factor on the quanta of the scene's detector.
    pub(super) quanta: f64,
    /// Seed of the noise.
    pub(super) seed: u64,
}

impl Passage {
    /// Positions of the pulses in the scene, mm.
    pub(super) fn positions(&self) -> Vec<f64> {
        let mut x = self.start;
        (0..self.columns)
            .map(|column| {
                let turn = std::f64::consts::TAU * f64::from(column) / f64::from(self.columns) + self.swing.1;
                let step = self.stated * self.speed * (1.0 + self.swing.0 * turn.sin());
                x += step;
                x - step / 2.0
            })
            .collect()
    }

    /// Returns the row and column of a place in the middle plane, in pixels from the first edges of the stored picture.
    pub(super) fn place(&self, x: f64, z: f64) -> (f64, f64) {
        let positions = self.positions();
        let after = positions.partition_point(|p| *p < x).clamp(1, positions.len().max(2) - 1);
        let (a, b) = (positions[after - 1], positions[after]);
        let column = after as f64 - 0.5 + (x - a) / (b - a);
        let column = if self.backwards { f64::from(self.columns) - column } else { column };
        ((self.top - z) / (self.top - self.bottom) * f64::from(self.rows), column)
    }

    /// Sends a scene through the scanner.
    ///
    /// # Errors
    /// As [`render`].
    pub(super) fn scan(&self, scene: &Scene, budget: &Budget) -> Result<Bundle> {
        let (scene, first, pitch) = self.prepared(scene);
        let columns = (scene.scanner.image.length / pitch).ceil() as u32;
        let options = RenderOptions { seed: self.seed, rows: Some(self.rows), columns: Some(columns), rays: RAYS };
        let rendering = render(&scene, &options, budget)?;
        let picked = self.picked(first, scene.scanner.image.length / f64::from(columns), columns);
        let mut bundle = Bundle::default();
        let mut view = View { rows: self.rows, columns: self.columns, ..View::default() };
        view.geometry = Some(Geometry {
            pitch_rows: Some(Millimetres::new((self.top - self.bottom) / f64::from(self.rows))?),
            pitch_columns: Some(Millimetres::new(self.stated)?),
            ..Geometry::default()
        });
        let both = [
            ("high", ChannelRole::High, self.high_mev, &rendering.high),
            ("low", ChannelRole::Low, self.low_mev, &rendering.low),
        ];
        for (name, role, mev, recording) in both.into_iter().take(if self.one_energy { 1 } else { 2 }) {
            let id = ChannelId::new(name)?;
            let role = if self.one_energy { ChannelRole::Mono } else { role };
            let arrays = [
                (PlanePart::Samples, self.dosed(recording, &picked)),
                (PlanePart::Dark, recording.dark.clone()),
                (PlanePart::Air, recording.air.clone()),
            ];
            for (part, samples) in arrays {
                let key = PlaneKey::Channel { view: 0, channel: id.clone(), part };
                bundle.planes.insert(key, Arc::new(Block::U16(samples)) as Arc<dyn Samples>);
            }
            view.channels.push(Channel {
                id,
                role,
                quantity: Quantity::RawCounts,
                sample_type: SampleType::U16,
                energy: Some(Energy::from_mev(mev)?),
                ..Channel::default()
            });
        }
        bundle.scan.views.push(view);
        Ok(bundle)
    }

    /// Returns the true areal density of a scene, g/cm² `[row, column]`, in the picture that the scanner stores.
    ///
    /// # Errors
    /// As [`render`].
    pub(super) fn truth(&self, scene: &Scene, budget: &Budget) -> Result<Array2<f32>> {
        let (scene, first, _) = self.prepared(scene);
        let pitch = self.stated * self.speed;
        let columns = (scene.scanner.image.length / pitch).ceil() as u32;
        let options = RenderOptions { seed: 1, rows: Some(self.rows), columns: Some(columns), rays: 1 };
        let dense = render(&scene, &options, budget)?.areal_density;
        Ok(dense.select(Axis(1), &self.picked(first, scene.scanner.image.length / f64::from(columns), columns)))
    }

    /// Returns the fine column under each pulse, of `columns` that lie `fine` mm apart from `first` on.
    fn picked(&self, first: f64, fine: f64, columns: u32) -> Vec<usize> {
        let pick = |x: &f64| (((x - first) / fine) as usize).min(columns as usize - 1);
        let mut picked: Vec<usize> = self.positions().iter().map(pick).collect();
        if self.backwards {
            picked.reverse();
        }
        picked
    }

    /// Returns the scene before this scanner, where its picture starts, and the distance of its fine columns.
    fn prepared(&self, scene: &Scene) -> (Scene, f64, f64) {
        let mut scene = scene.clone();
        let scanner = &mut scene.scanner;
        (scanner.high_mev, scanner.low_mev) = (self.high_mev, self.low_mev);
        scanner.interlaced = false;
        scanner.source = Some(self.source.clone());
        (scanner.image.bottom, scanner.image.top) = (self.bottom, self.top);
        // A column is the mean of fine ones: their quanta add up to those of the column, and so does their noise.
        let parts = f64::from(FINE);
        scanner.detector.quanta_high *= self.quanta / parts;
        scanner.detector.quanta_low *= self.quanta / parts;
        scanner.detector.electronic *= parts.sqrt();
        scanner.detector.pulse_jitter *= parts.sqrt();
        let first = -MARGIN;
        scanner.image.length += 2.0 * MARGIN;
        for group in &mut scene.groups {
            group.at[0] += MARGIN;
        }
        (scene, first, self.stated / f64::from(FINE))
    }

    /// Takes the columns of the pulses, with the dose of each.
    fn dosed(&self, recording: &Recording, picked: &[usize]) -> Array2<u16> {
        let half = FINE as usize / 2;
        let mut samples = Array2::zeros((recording.samples.nrows(), picked.len()));
        for (middle, mut column) in picked.iter().zip(samples.columns_mut()) {
            let parts = middle.saturating_sub(half)..(middle + half + 1).min(recording.samples.ncols());
            for (mean, line) in column.iter_mut().zip(recording.samples.rows()) {
                let sum: f64 = parts.clone().filter_map(|c| line.get(c)).map(|v| f64::from(*v)).sum();
                *mean = sum / parts.len().max(1) as f64;
            }
        }
        let dark: Vec<f64> = recording
            .dark
            .rows()
            .into_iter()
            .map(|line| line.iter().map(|v| f64::from(*v)).sum::<f64>() / line.len().max(1) as f64)
            .collect();
        for (column, mut line) in samples.columns_mut().into_iter().enumerate() {
            let turn = std::f64::consts::TAU * column as f64 / f64::from(self.columns) + self.dose.1;
            let dose = 1.0 + self.dose.0 * turn.sin();
            for (sample, dark) in line.iter_mut().zip(&dark) {
                *sample = (dark + (*sample - dark) * dose).round().clamp(0.0, 65_535.0);
            }
        }
        samples.mapv(|v| v as u16)
    }
}
