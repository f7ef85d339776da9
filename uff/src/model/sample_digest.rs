//! Digest of an array of samples, whatever it is read from.

use sha2::Digest;

use super::MaterialArray;
use super::PlaneKey;
use super::PlanePart;
use super::Region;
use super::Samples;
use super::Scan;
use super::Sha256;
use crate::error::Result;
use crate::limits::Budget;

/// Bytes read at a time, as far as whole rows allow.
const BAND: usize = 4 << 20;

/// Computes the SHA-256 of the decoded samples, row by row, little-endian; some rows at a time are charged to the
/// budget.
///
/// # Errors
/// `limit.bytes`; whatever the samples say.
pub fn digest_samples(samples: &dyn Samples, budget: &Budget) -> Result<Sha256> {
    let (rows, columns) = samples.shape();
    let row = columns.saturating_mul(samples.sample_type().size()).max(1);
    let band = (BAND / row).clamp(1, rows.max(1));
    // The rows and their bytes.
    let memory = (band as u64).saturating_mul(row as u64).saturating_mul(2);
    budget.charge(memory, "the digest of an array")?;
    let mut digest = sha2::Sha256::new();
    for start in (0..rows).step_by(band) {
        let region = Region::of_rows(start..rows.min(start.saturating_add(band)), columns);
        digest.update(samples.read(&region)?.to_le_bytes());
    }
    budget.release(memory);
    Ok(Sha256::from_bytes(digest.finalize().into()))
}

impl Scan {
    /// Returns the digest that the metadata state of an array; calibration lines have none.
    pub fn digest_of(&self, key: &PlaneKey) -> Option<Sha256> {
        let view = self.views.get(key.view() as usize)?;
        match key {
            PlaneKey::Channel { channel, part, .. } => {
                let channel = view.channels.iter().find(|c| c.id == *channel);
                channel.filter(|_| *part == PlanePart::Samples)?.digest
            }
            PlaneKey::Material { quantity, .. } => {
                view.material.as_ref()?.products.iter().find(|p| p.quantity == *quantity).map(|p| p.digest)
            }
        }
    }

    /// Enters the digest of an array, where the metadata have a place for it; returns whether they know the array.
    pub fn set_digest(&mut self, key: &PlaneKey, digest: Sha256) -> bool {
        let Some(view) = self.views.get_mut(key.view() as usize) else { return false };
        match key {
            PlaneKey::Channel { channel, part, .. } => {
                let Some(channel) = view.channels.iter_mut().find(|c| c.id == *channel) else { return false };
                if *part == PlanePart::Samples {
                    channel.digest = Some(digest);
                }
            }
            PlaneKey::Material { quantity, .. } => {
                let Some(material) = &mut view.material else { return false };
                match material.products.iter_mut().find(|p| p.quantity == *quantity) {
                    Some(product) => product.digest = digest,
                    None => {
                        let (quantity, unknown) = (quantity.clone(), Default::default());
                        material.products.push(MaterialArray { quantity, digest, unknown });
                    }
                }
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::model::Block;
    use ndarray::Array2;

    #[test]
    fn bands_give_the_digest_of_the_whole_in_bounded_memory() {
        let all = Block::F32(Array2::from_shape_fn((3000, 700), |(r, c)| (r * 7 + c) as f32 / 3.0));
        let budget = Budget::new(Limits { memory: 9 << 20, ..Limits::default() });
        assert_eq!(digest_samples(&all, &budget).unwrap(), Sha256::of(&all.to_le_bytes()));
        // SHA-256 of no bytes, FIPS 180-4.
        let none = digest_samples(&Block::U8(Array2::zeros((0, 4))), &budget).unwrap();
        assert_eq!(none.to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert!(budget.charge(9 << 20, "all is given back").is_ok());
    }
}
