//! How sure atomic number and areal density of each pixel are.

use ndarray::Array2;
use ndarray::ArrayView2;
use ndarray::s;
use rayon::prelude::*;

use super::inversion::Inversion;
use super::inversion::same_size;
use super::rows::bands_mut;
use super::smooth::Scratch;
use super::smooth::TILE;
use super::smooth::tiles_of_band;
use crate::error::Result;
use crate::model::Region;

/// Standard deviations `[row, column]` of what an analysis says, from the noise of the channels after smoothing and, for Z,
/// the error of the model; NaN where nothing is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncertainty {
    /// Of the atomic number before the fold; NaN where one energy alone was measured, or too little or too much matter is in
    /// the way. Next to the fold it has no bound.
    pub z: Array2<f32>,
    /// Of the areal density, g/cm².
    pub lambda: Array2<f32>,
}

impl Uncertainty {
    /// Creates arrays of a shape in which nothing is known.
    pub(super) fn unknown(shape: (usize, usize)) -> Self {
        Self { z: Array2::from_elem(shape, f32::NAN), lambda: Array2::from_elem(shape, f32::NAN) }
    }

    /// Returns a part of the arrays, which must lie inside.
    pub(super) fn crop(&self, region: &Region) -> Self {
        Self { z: region.of(&self.z.view()), lambda: region.of(&self.lambda.view()) }
    }

    /// Copies arrays of the same height in from a column on.
    pub(super) fn paste(&mut self, column: usize, part: &Self) {
        let place = s![.., column..column + part.z.ncols()];
        self.z.slice_mut(place).assign(&part.z);
        self.lambda.slice_mut(place).assign(&part.lambda);
    }
}

impl Inversion {
    /// Returns how sure [`Inversion::analyze`] is of each pixel of the same images.
    ///
    /// # Errors
    /// `uff.inconsistent` when the shapes differ.
    pub fn uncertainty(
        &self,
        high: &ArrayView2<'_, f32>,
        low: &ArrayView2<'_, f32>,
        first_row: usize,
    ) -> Result<Uncertainty> {
        same_size(high, low)?;
        let mut all = Uncertainty::unknown(high.dim());
        let columns = high.ncols().max(1);
        let bands = bands_mut(&mut all.z, TILE.0).zip(bands_mut(&mut all.lambda, TILE.0));
        bands.enumerate().for_each_init(Scratch::default, |scratch, (band, (z, lambda))| {
            for tile in tiles_of_band((band * TILE.0, z.len() / columns), columns) {
                let smoothed = self.smooth(high, low, &tile, scratch);
                let lines = z.chunks_exact_mut(columns).zip(lambda.chunks_exact_mut(columns));
                for (row, (z, lambda)) in lines.enumerate() {
                    let (z, lambda) = (&mut z[tile.columns.clone()], &mut lambda[tile.columns.clone()]);
                    let pixels = smoothed.high.row(row).into_iter().zip(smoothed.low.row(row));
                    let pixels = pixels.zip(smoothed.gain.row(row)).zip(z.iter_mut().zip(lambda));
                    for (((high, low), gain), (z, lambda)) in pixels {
                        let pair = (f64::from(*high), f64::from(*low));
                        let found = self.sigmas(pair, f64::from(*gain), first_row + tile.rows.start + row);
                        (*z, *lambda) = (found.0 as f32, found.1 as f32);
                    }
                }
            }
        });
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material::InversionOptions;
    use crate::material::NoiseModel;
    use crate::material::noise::tests::deviates;
    use crate::physics::Beam;
    use crate::physics::Material;
    use crate::units::ArealDensity;
    use crate::units::Energy;

    /// What is stated is how far Z and λ of a plate scatter, without a model error, at most a quarter off.
    #[test]
    fn deviations_are_those_that_noise_makes() {
        let beam = |mev| Beam::accelerator(Energy::from_mev(mev).unwrap()).unwrap();
        let (high, low) = (beam(10.0), beam(6.0));
        let noise = NoiseModel::new(1e-6, 1e-5).unwrap();
        let mut options = InversionOptions::new(noise, noise);
        options.model_error_relative = 0.0;
        options.smoothing.radius = 0;
        let inversion = Inversion::new(&high, &low, options).unwrap();
        let mut deviate = deviates(11);
        // Not of the end of the axis, which cuts what noise makes of polyethylene in half.
        for (name, lambda) in [("graphite", 60.0), ("aluminium", 60.0), ("iron", 80.0)] {
            let slab = [(&Material::named(name).unwrap(), ArealDensity::new(lambda).unwrap())];
            let mut image = |beam: &Beam| {
                let t = beam.transmission(&slab).unwrap();
                Array2::from_shape_fn((64, 64), |_| -(t + 1e-3 * t.sqrt() * deviate()).ln() as f32)
            };
            let (high, low) = (image(&high), image(&low));
            let stated = inversion.uncertainty(&high.view(), &low.view(), 0).unwrap();
            let pixels = || high.iter().zip(&low).map(|(h, l)| (f64::from(*h), f64::from(*l)));
            let spread = |values: Vec<f64>| ndarray::Array1::from(values).std(1.0);
            let z = spread(pixels().filter_map(|(h, l)| inversion.raw_z(h, l, 0)).collect());
            let density = spread(pixels().filter_map(|(h, l)| inversion.solve(h, l, 1.0, 0).lambda).collect());
            let mean = |image: &Array2<f32>| f64::from(image.mean().unwrap());
            assert!((mean(&stated.z) / z - 1.0).abs() < 0.25, "{name}: Z ± {} for {z}", mean(&stated.z));
            let found = mean(&stated.lambda);
            assert!((found / density - 1.0).abs() < 0.25, "{name}: λ ± {found} for {density}");
        }
    }

    #[test]
    fn where_nothing_is_measured_nothing_is_sure() {
        let beam = |mev| Beam::accelerator(Energy::from_mev(mev).unwrap()).unwrap();
        let noise = NoiseModel::new(1e-4, 1e-4).unwrap();
        let inversion = Inversion::new(&beam(6.0), &beam(4.0), InversionOptions::new(noise, noise)).unwrap();
        let high = ndarray::array![[f32::NAN, f32::INFINITY, 20.0, 0.01]];
        let found = inversion.uncertainty(&high.view(), &high.view(), 0).unwrap();
        assert!(found.z.iter().all(|z| z.is_nan()), "{found:?}");
        let known: Vec<bool> = found.lambda.iter().map(|lambda| lambda.is_finite()).collect();
        assert_eq!(known, [false, false, false, true], "{found:?}");
        assert!(inversion.uncertainty(&high.view(), &high.slice(s![.., 1..]), 0).is_err());
    }
}
