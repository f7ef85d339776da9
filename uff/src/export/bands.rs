//! Reading an array in bands of rows, so that a scan larger than memory passes.

use crate::error::Result;
use crate::limits::Budget;
use crate::model::Block;
use crate::model::Region;
use crate::model::Samples;

/// Rows of a band are a multiple of this: the chunks of a UFF file, which are then read once.
const ROWS: usize = 256;

/// Bytes of a band, as far as whole multiples of [`ROWS`] allow.
const BAND: usize = 8 << 20;

/// Hands over the whole array from the top, band by band; one band at a time is charged to the budget.
///
/// # Errors
/// `limit.bytes`; what reading and `each` say.
pub(super) fn bands(samples: &dyn Samples, budget: &Budget, each: &mut dyn FnMut(&Block) -> Result<()>) -> Result<()> {
    let (rows, columns) = samples.shape();
    let row = columns.saturating_mul(samples.sample_type().size()).max(1);
    let band = (BAND / row / ROWS).max(1).saturating_mul(ROWS).min(rows.max(1));
    // The band and its bytes in the order of the file.
    let memory = (band as u64).saturating_mul(row as u64).saturating_mul(2);
    budget.charge(memory, "a band of rows")?;
    let mut start = 0;
    while start < rows {
        let end = rows.min(start.saturating_add(band));
        each(&samples.read(&Region::of_rows(start..end, columns))?)?;
        start = end;
    }
    budget.release(memory);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use ndarray::Array2;

    #[test]
    fn bands_are_the_whole_array_and_bounded() {
        let all = Array2::from_shape_fn((5000, 900), |(r, c)| (r * 7 + c) as u16);
        let limits = Limits { memory: 17 << 20, ..Limits::default() };
        let budget = Budget::new(limits.clone());
        let mut rows = Vec::new();
        let mut joined: Vec<u16> = Vec::new();
        bands(&Block::U16(all.clone()), &budget, &mut |block| {
            rows.push(block.shape().0);
            let Block::U16(a) = block else { panic!("type") };
            joined.extend(a.iter());
            Ok(())
        })
        .unwrap();
        assert_eq!(rows, [4608, 392]);
        assert!(joined.iter().eq(all.iter()));
        assert!(budget.charge(limits.memory, "all is given back").is_ok());
    }
}
