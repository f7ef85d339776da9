//! Which class the pixels of each true class were given.

use super::class_of_column;
use crate::error::Result;
use crate::material::MaterialClass;
use crate::material::MaterialMap;

/// Pixels by code of the true class and code of the class found.
pub(super) fn count(map: &MaterialMap) -> Result<[[u64; MaterialClass::ALL.len()]; MaterialClass::ALL.len()]> {
    let truth = (0..map.class.ncols()).map(class_of_column).collect::<Result<Vec<_>>>()?;
    let mut counts = [[0; MaterialClass::ALL.len()]; MaterialClass::ALL.len()];
    for ((_, column), code) in map.class.indexed_iter() {
        counts[usize::from(truth[column])][usize::from(*code)] += 1;
    }
    Ok(counts)
}
