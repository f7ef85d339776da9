//! The empty vehicle, laid over the scan.
//!
//! The two are registered by what the load does not touch: everything below the floor.

use ndarray::Array2;

use super::bay::Bay;
use super::subject::Subject;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Region;

/// Largest relative difference of the pixel sizes.
const PITCH: f64 = 0.02;

/// Picture of the empty vehicle in the frame of the scan; NaN where it has none.
#[derive(Debug)]
pub(super) struct Empty {
    /// α at the high or only energy.
    pub(super) alpha: Array2<f32>,
    /// α at the low energy, where there are two.
    pub(super) low: Option<Array2<f32>>,
    /// α of the densest of the nine pixels around; infinite where the reference ends.
    pub(super) ceiling: Array2<f32>,
    /// α of the densest of the three pixels around in the row; infinite where the reference ends.
    pub(super) beside: Array2<f32>,
    /// Areal density, g/cm².
    pub(super) lambda: Array2<f32>,
    /// Where the empty vehicle itself or one of the eight neighbours is too thick.
    pub(super) dark: Array2<bool>,
    /// Bay of the empty vehicle.
    pub(super) bay: Bay,
    /// α from which on the reference measures nothing.
    pub(super) opaque: f64,
}

impl Empty {
    /// Lays the reference over the scan.
    ///
    /// # Errors
    /// `usage` when the pictures cannot be compared: other heights or other sizes of pixels, or no empty vehicle.
    pub(super) fn lay(subject: &Subject, reference: &Subject) -> Result<Self> {
        comparable(subject, reference)?;
        let nothing =
            || Error::new(Code::Usage, "the reference shows nothing").hint("Give a scan of the empty vehicle.");
        let model = Bay::of(reference).ok_or_else(nothing)?;
        let place = Placement::of(subject, reference, &model);
        let moved = |image: &Array2<f32>| place.apply(image, subject.shape());
        let dark = dilated(&moved(&reference.dark.mapv(|dark| f32::from(u8::from(dark)))), 1);
        let alpha = moved(&reference.alpha);
        Ok(Self {
            ceiling: dilated(&alpha, 1),
            beside: dilated(&alpha, 0),
            alpha,
            low: reference.parts.as_ref().map(|parts| moved(&parts.low)),
            lambda: moved(&reference.lambda),
            dark: dark.mapv(|share| share.is_finite() && share > 0.0),
            bay: place.bay(&model, subject.shape()),
            opaque: reference.opaque,
        })
    }
}

fn comparable(subject: &Subject, reference: &Subject) -> Result<()> {
    let refuse = |what: &str, expected: String, found: String| {
        let hint = "Give a scan of the empty vehicle by the same scanner.";
        Err(Error::new(Code::Usage, format!("the reference cannot be compared: {what}"))
            .expected(expected)
            .found(found)
            .hint(hint))
    };
    if subject.shape().0 != reference.shape().0 {
        return refuse(
            "another height",
            format!("{} rows", subject.shape().0),
            format!("{} rows", reference.shape().0),
        );
    }
    if let Some((own, other)) = subject.pitch.zip(reference.pitch) {
        let near = |a: f64, b: f64| (a / b - 1.0).abs() <= PITCH;
        if !(near(own[0], other[0]) && near(own[1], other[1])) {
            let pair = |p: [f64; 2]| format!("pixels of {:.1} mm × {:.1} mm", p[0], p[1]);
            return refuse("another size of the pixels", pair(own), pair(other));
        }
    }
    Ok(())
}

/// How the reference lies on the scan: column = scale · column of the reference + shift, row = row + down.
#[derive(Debug, Clone, Copy)]
struct Placement {
    scale: f64,
    shift: f64,
    down: isize,
}

impl Placement {
    /// Lays the parts below the floor over each other, or everything where there is no floor.
    fn of(subject: &Subject, reference: &Subject, model: &Bay) -> Self {
        let below = model.inside.row + model.inside.rows + 2;
        let first = if model.found { below } else { 0 };
        let profile = |of: &Subject, down: isize| -> Vec<f64> {
            let rows = first.saturating_add_signed(down)..of.shape().0;
            (0..of.shape().1)
                .map(|c| rows.clone().map(|r| f64::from(of.alpha[(r, c)]).min(2.0)).filter(|v| v.is_finite()).sum())
                .collect()
        };
        let own = profile(subject, 0);
        let other = profile(reference, 0);
        let mut best = (f64::INFINITY, Self { scale: 1.0, shift: 0.0, down: 0 });
        let reach = (own.len().max(other.len()) / 3) as isize;
        for scale in (-6..=6).map(|k| 1.0 + 0.0025 * f64::from(k)) {
            for shift in -reach..=reach {
                let place = Self { scale, shift: shift as f64, down: 0 };
                let cost = place.cost(&own, &other);
                if cost < best.0 {
                    best = (cost, place);
                }
            }
        }
        for tenth in -9..=9 {
            let place = Self { shift: best.1.shift + f64::from(tenth) / 10.0, ..best.1 };
            let cost = place.cost(&own, &other);
            if cost < best.0 {
                best = (cost, place);
            }
        }
        let mut placed = best.1;
        // Rows: by the whole structure below.
        let mut least = f64::INFINITY;
        for down in -3isize..=3 {
            let moved = Self { down, ..placed }.apply(&reference.alpha, subject.shape());
            let rows = first.max(3)..subject.shape().0.saturating_sub(3);
            let cost: f64 = rows
                .flat_map(|r| (0..subject.shape().1).map(move |c| (r, c)))
                .map(|p| f64::from((subject.alpha[p].min(2.0) - moved[p].min(2.0)).abs()))
                .filter(|v| v.is_finite())
                .sum();
            if cost < least {
                (least, placed.down) = (cost, down);
            }
        }
        placed
    }

    /// Mean absolute difference of two profiles where both are; packages added here and there do not matter much.
    fn cost(&self, own: &[f64], other: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (column, value) in own.iter().enumerate() {
            sum += (value - self.read(column, other.len(), |c| other[c]).unwrap_or(0.0)).abs();
        }
        sum
    }

    /// Reads a line of the reference at a column of the scan, between its columns.
    fn read(&self, column: usize, columns: usize, value: impl Fn(usize) -> f64) -> Option<f64> {
        let at = (column as f64 - self.shift) / self.scale;
        if at < 0.0 || at > columns.checked_sub(1)? as f64 {
            return None;
        }
        let left = at.floor() as usize;
        let share = at - left as f64;
        Some(value(left) * (1.0 - share) + value((left + 1).min(columns - 1)) * share)
    }

    /// Lays an image over the scan; NaN where it has none.
    fn apply(&self, image: &Array2<f32>, shape: (usize, usize)) -> Array2<f32> {
        Array2::from_shape_fn(shape, |(row, column)| {
            let from = row.checked_add_signed(-self.down).filter(|r| *r < image.nrows());
            from.and_then(|r| self.read(column, image.ncols(), |c| f64::from(image[(r, c)])))
                .map_or(f32::NAN, |v| v as f32)
        })
    }

    /// Returns the bay of the reference where it lies in the scan.
    fn bay(&self, model: &Bay, shape: (usize, usize)) -> Bay {
        let moved = |region: &Region| {
            let column = |c: usize| (self.scale * c as f64 + self.shift).round().clamp(0.0, shape.1 as f64) as usize;
            let row = region.row.saturating_add_signed(self.down).min(shape.0);
            let (first, end) = (column(region.column), column(region.column + region.columns));
            Region { row, column: first, rows: region.rows.min(shape.0 - row), columns: end - first }
        };
        Bay { inside: moved(&model.inside), object: moved(&model.object), found: model.found }
    }
}

/// Largest of each pixel, its neighbours in the row, and those up to `up` rows away.
fn dilated(image: &Array2<f32>, up: usize) -> Array2<f32> {
    Array2::from_shape_fn(image.raw_dim(), |(row, column)| {
        let rows = row.saturating_sub(up)..(row + up + 1).min(image.nrows());
        let around =
            rows.flat_map(|r| (column.saturating_sub(1)..(column + 2).min(image.ncols())).map(move |c| image[(r, c)]));
        // Where the reference ends nothing can be compared.
        around.fold(f32::NEG_INFINITY, |most, v| if v.is_nan() { f32::INFINITY } else { most.max(v) })
    })
}
