//! Checking a profile against a delivery: what it reads, in figures that a person can judge.

use serde::Serialize;
use sha2::Digest;

use super::Profile;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::{Block, Loss, PlaneKey, Region, SampleType, Samples, Sha256};
use crate::vendor::Delivery;

/// Samples read at a time when figures are computed.
const BAND: usize = 4 << 20;

/// Side of the square in the middle of an image in which byte orders are compared.
const PROBE: usize = 256;

/// What a profile reads from a delivery.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileCheck {
    /// Name and version of the profile.
    pub profile: String,
    /// Digest of the profile.
    pub profile_digest: Sha256,
    /// Digest of the delivery.
    pub delivery_digest: Sha256,
    /// What in the content speaks for the profile; nothing when its conditions do not hold.
    pub recognized_by: Option<String>,
    /// Figures of every array.
    pub planes: Vec<PlaneFigures>,
    /// Number of vendor fields that are kept without a place in the model.
    pub vendor_items: usize,
    /// What is dropped, rounded or invented.
    pub losses: Vec<Loss>,
    /// What looks wrong, for a person to judge.
    pub warnings: Vec<String>,
}

/// Figures of an array.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaneFigures {
    /// Which array, in words.
    pub plane: String,
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Type of a sample.
    pub sample_type: String,
    /// Smallest sample; NaN is left out.
    pub min: f64,
    /// Largest sample.
    pub max: f64,
    /// Mean of the samples.
    pub mean: f64,
    /// SHA-256 of the samples, row by row, little-endian: the digest that the UFF file records.
    pub digest: Sha256,
}

impl Profile {
    /// Reads a delivery and computes figures of all it holds.
    ///
    /// # Errors
    /// As [`Profile::read`].
    pub fn check(&self, delivery: &Delivery, budget: &Budget) -> Result<ProfileCheck> {
        let recognized_by = self.recognizes(delivery)?;
        let bundle = self.read(delivery, budget)?.bundle;
        let mut warnings = Vec::new();
        if recognized_by.is_none() {
            warnings.push("the profile does not recognise this delivery; it is used only when named".to_owned());
        }
        let mut planes = Vec::new();
        for (key, samples) in &bundle.planes {
            let figures = figures(key, &**samples, budget)?;
            if figures.min == figures.max && samples.shape().0 > 1 {
                warnings.push(format!("{key}: every sample is {}", figures.min));
            }
            if smoother_when_swapped(&**samples)? {
                warnings.push(format!("{key}: the image is much smoother with the other byte order"));
            }
            planes.push(figures);
        }
        Ok(ProfileCheck {
            profile: format!("{} {}", self.name(), self.version()),
            profile_digest: self.digest(),
            delivery_digest: delivery.digest(),
            recognized_by,
            planes,
            vendor_items: bundle.scan.vendor.len(),
            losses: bundle.scan.provenance.losses,
            warnings,
        })
    }
}

fn figures(key: &PlaneKey, samples: &dyn Samples, budget: &Budget) -> Result<PlaneFigures> {
    let (rows, columns) = samples.shape();
    let (mut min, mut max, mut sum, mut count) = (f64::INFINITY, f64::NEG_INFINITY, 0.0, 0u64);
    let mut hash = sha2::Sha256::new();
    let band = (BAND / columns).clamp(1, rows);
    let bytes = (band * columns * (8 + 2 * samples.sample_type().size())) as u64;
    budget.charge(bytes, "a band of samples")?;
    for row in (0..rows).step_by(band) {
        let block = samples.read(&Region::of_rows(row..rows.min(row + band), columns))?;
        hash.update(block.to_le_bytes());
        for value in block.to_f64().iter().filter(|v| !v.is_nan()) {
            min = min.min(*value);
            max = max.max(*value);
            sum += value;
            count += 1;
        }
    }
    budget.release(bytes);
    Ok(PlaneFigures {
        plane: key.to_string(),
        rows,
        columns,
        sample_type: samples.sample_type().to_string(),
        min,
        max,
        mean: sum / count as f64,
        digest: Sha256::from_bytes(hash.finalize().into()),
    })
}

/// Compares the mean step between neighbours in the middle of the image with that of swapped bytes.
fn smoother_when_swapped(samples: &dyn Samples) -> Result<bool> {
    let (rows, columns) = samples.shape();
    if samples.sample_type() != SampleType::U16 || rows.min(columns) < 8 {
        return Ok(false);
    }
    let (tall, wide) = (rows.min(PROBE), columns.min(PROBE));
    let region = Region { row: (rows - tall) / 2, column: (columns - wide) / 2, rows: tall, columns: wide };
    let Block::U16(block) = samples.read(&region)? else { return Ok(false) };
    let roughness = |value: fn(u16) -> u16| {
        let steps = block.rows().into_iter().flat_map(|row| {
            row.iter()
                .zip(row.iter().skip(1))
                .map(|(a, b)| u64::from(value(*a).abs_diff(value(*b))))
                .collect::<Vec<_>>()
        });
        steps.sum::<u64>()
    };
    Ok(roughness(u16::swap_bytes) < roughness(|v| v) / 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn figures_are_those_of_the_samples() {
        let block = Block::U16(Array2::from_shape_vec((2, 3), vec![1, 2, 3, 4, 5, 9]).unwrap());
        let key = PlaneKey::samples(0, Default::default());
        let found = figures(&key, &block, &Budget::default()).unwrap();
        assert_eq!((found.min, found.max, found.mean), (1.0, 9.0, 4.0));
        assert_eq!(found.digest, Sha256::of(&[1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 9, 0]));
    }

    #[test]
    fn swapped_bytes_are_noticed() {
        let smooth = Array2::from_shape_fn((40, 40), |(r, c)| (20_000 + 37 * r + 53 * c) as u16);
        assert!(!smoother_when_swapped(&Block::U16(smooth.clone())).unwrap());
        assert!(smoother_when_swapped(&Block::U16(smooth.mapv(u16::swap_bytes))).unwrap());
    }
}
