//! Closing of pictures with squares (Serra, Image Analysis and Mathematical Morphology, 1982): what is narrower than the
//! square goes, what holds the square keeps its shape and value.

use ndarray::Array2;
use ndarray::ArrayViewMut1;
use ndarray::Axis;

/// Removes what is lower than its surroundings and narrower than 2 · `half` + 1 pixels.
pub(crate) fn closed(image: &Array2<f32>, half: usize) -> Array2<f32> {
    ranked(&ranked(image, half, f32::max), half, f32::min)
}

/// Replaces each value by the least or largest of the square around it; NaN counts for nothing and stays.
fn ranked(image: &Array2<f32>, half: usize, better: fn(f32, f32) -> f32) -> Array2<f32> {
    let mut out = image.clone();
    for axis in [Axis(0), Axis(1)] {
        out.lanes_mut(axis).into_iter().for_each(|lane| line(lane, half, better));
    }
    out.zip_mut_with(image, |value, before| {
        if before.is_nan() {
            *value = f32::NAN;
        }
    });
    out
}

fn line(mut lane: ArrayViewMut1<'_, f32>, half: usize, better: fn(f32, f32) -> f32) {
    let before = lane.to_vec();
    for (at, value) in lane.iter_mut().enumerate() {
        let near = before.get(at.saturating_sub(half)..(at + half + 1).min(before.len())).unwrap_or_default();
        *value = near.iter().copied().fold(f32::NAN, better);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Array2<f32> {
        // A gap one pixel wide and a void of 3 × 3 in a load of 2, with a spike of 9.
        Array2::from_shape_fn((9, 12), |(r, c)| match (r, c) {
            (_, 2) => 0.0,
            (3..=5, 6..=8) => 0.5,
            (7, 10) => 9.0,
            _ => 2.0,
        })
    }

    #[test]
    fn gaps_close_and_voids_stay() {
        let closed = closed(&picture(), 1);
        assert_eq!((closed[(4, 2)], closed[(4, 7)], closed[(3, 6)], closed[(7, 10)]), (2.0, 0.5, 0.5, 9.0));
    }

    #[test]
    fn what_has_no_data_counts_for_nothing_and_stays() {
        let mut image = picture();
        image[(0, 0)] = f32::NAN;
        let closed = closed(&image, 1);
        assert!(closed[(0, 0)].is_nan());
        assert_eq!((closed[(0, 1)], closed[(1, 0)]), (2.0, 2.0));
    }
}
