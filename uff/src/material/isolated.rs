//! Dead pixels: no signal amid signal.

use ndarray::Array2;

/// Neighbours with a signal that make a pixel without one a dead one.
const NEIGHBOURS: usize = 6;
/// α up to which a neighbour clearly has a signal.
const CLEAR: f32 = 4.0;

/// Takes the value from pixels without any signal (α = +∞) most of whose neighbours have a clear one: those are dead or
/// zeroed pixels, and no opaque matter.
///
/// A pixel depends on its eight neighbours; those beyond the edge do not count, so that a tile with a halo of one
/// equals the crop of the whole.
pub(super) fn drop_isolated(alpha: &mut Array2<f32>) {
    let (rows, columns) = alpha.dim();
    let mut dead = Vec::new();
    for (row, line) in alpha.rows().into_iter().enumerate() {
        // Most rows have no such pixel, which is quickly seen.
        if !line.iter().fold(false, |any, value| any | (*value == f32::INFINITY)) {
            continue;
        }
        for column in (0..columns).filter(|column| line.get(*column) == Some(&f32::INFINITY)) {
            let around = (row.saturating_sub(1)..(row + 2).min(rows))
                .flat_map(|r| (column.saturating_sub(1)..(column + 2).min(columns)).map(move |c| (r, c)));
            let clear = around.filter(|place| alpha.get(*place).is_some_and(|a| *a < CLEAR)).count();
            if clear >= NEIGHBOURS {
                dead.push((row, column));
            }
        }
    }
    for place in dead {
        if let Some(value) = alpha.get_mut(place) {
            *value = f32::NAN;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_zero_is_dead_and_a_block_is_opaque() {
        let mut alpha = Array2::from_elem((9, 12), 0.5f32);
        alpha[[2, 2]] = f32::INFINITY;
        alpha.slice_mut(ndarray::s![4..8, 6..10]).fill(f32::INFINITY);
        drop_isolated(&mut alpha);
        assert!(alpha[[2, 2]].is_nan());
        assert!(alpha.slice(ndarray::s![4..8, 6..10]).iter().all(|a| *a == f32::INFINITY));
        let mut thick = Array2::from_elem((5, 5), 5.0f32);
        thick[[2, 2]] = f32::INFINITY;
        drop_isolated(&mut thick);
        assert_eq!(thick[[2, 2]], f32::INFINITY, "next to nothing around: opaque, not dead");
    }
}
