//! The compression `CountedZeroes` of channel data: a zero is followed by the number of zeroes it stands for.

use crate::limits::Budget;

/// Most channels of a spectrum: 64 times the finest analyser in use.
pub(super) const MOST_CHANNELS: usize = 1 << 20;

/// Expands channel data; none when a zero has no whole count behind it or the channels exceed [`MOST_CHANNELS`].
///
/// # Errors
/// `limit.bytes` when the channels do not fit the budget.
pub(super) fn expand(packed: &[f64], budget: &Budget) -> crate::Result<Option<Vec<f64>>> {
    let Some(length) = expanded_length(packed) else { return Ok(None) };
    let mut channels = budget.vec(length, "the channels of a spectrum")?;
    let mut values = packed.iter().copied();
    while let Some(value) = values.next() {
        match value {
            0.0 => channels.resize(channels.len() + values.next().unwrap_or_default() as usize, 0.0),
            value => channels.push(value),
        }
    }
    Ok(Some(channels))
}

fn expanded_length(packed: &[f64]) -> Option<usize> {
    let mut length = 0_usize;
    let mut values = packed.iter().copied();
    while let Some(value) = values.next() {
        let more = match value {
            0.0 => values.next().filter(|n| *n >= 1.0 && n.fract() == 0.0 && *n <= MOST_CHANNELS as f64)? as usize,
            _ => 1,
        };
        length = length.checked_add(more).filter(|n| *n <= MOST_CHANNELS)?;
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::limits::Limits;

    fn expanded(packed: &[f64]) -> Option<Vec<f64>> {
        expand(packed, &Budget::default()).unwrap()
    }

    /// Example of the documentation of `compressionCode` in the schema.
    #[test]
    fn the_example_of_the_schema_is_expanded() {
        let packed = [22.0, 5.0, 0.0, 1.0, 2.0, 1.0, 0.0, 2.0, 3.0, 4.0, 0.0, 8.0, 1.0];
        let channels = [22, 5, 0, 2, 1, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1].map(f64::from);
        assert_eq!(expanded(&packed).as_deref(), Some(channels.as_slice()));
    }

    #[test]
    fn bombs_and_broken_counts_are_refused() {
        for packed in [&[1.0, 0.0][..], &[0.0, 0.0], &[0.0, 1.5], &[0.0, -1.0], &[0.0, 1e300], &[0.0, 1e6, 0.0, 1e6]] {
            assert_eq!(expanded(packed), None, "{packed:?}");
        }
        let tight = Budget::new(Limits { memory: 1000, ..Limits::default() });
        assert_eq!(expand(&[0.0, 1000.0], &tight).map_err(|e| e.code()), Err(Code::LimitBytes));
    }
}
