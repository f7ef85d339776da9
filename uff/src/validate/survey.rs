//! Statistics of one array, gathered band by band in a single pass and bounded memory.

use crate::error::Result;
use crate::h5::check_density;
use crate::limits::Budget;
use crate::model::{Region, Samples};

/// What to look for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Question {
    /// Largest sample allowed.
    pub(crate) ceiling: Option<f64>,
    /// Sample that means "no data", beside NaN, which always does.
    pub(crate) no_data: Option<f64>,
    /// Sample from which on the detector is saturated.
    pub(crate) saturation: Option<f64>,
    /// Smallest and largest sample that the quantity allows.
    pub(crate) range: Option<(f64, f64)>,
}

/// How often something was seen, and where first: row and column.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Sighting {
    /// How often.
    pub(crate) count: u64,
    /// Row and column of the first.
    pub(crate) first: (usize, usize),
    /// Value of the first.
    pub(crate) value: f64,
}

impl Sighting {
    fn note(&mut self, row: usize, column: usize, value: f64) {
        if self.count == 0 {
            self.first = (row, column);
            self.value = value;
        }
        self.count += 1;
    }
}

/// Statistics of one array; samples that mean "no data" count in `no_data` alone.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Survey {
    /// Samples in all.
    pub(crate) samples: u64,
    /// Samples that mean "no data".
    pub(crate) no_data: u64,
    /// Smallest finite sample.
    pub(crate) min: Option<f64>,
    /// Largest finite sample.
    pub(crate) max: Option<f64>,
    /// Sum of the finite samples.
    pub(crate) sum: f64,
    /// Samples above the ceiling.
    pub(crate) above: Sighting,
    /// Samples outside the range of the quantity.
    pub(crate) outside: Sighting,
    /// Infinite samples.
    pub(crate) not_finite: Sighting,
    /// Saturated samples.
    pub(crate) saturated: u64,
    /// Rows with nothing but zeros.
    pub(crate) zero_rows: Sighting,
}

impl Survey {
    /// Returns the mean of the finite samples.
    pub(crate) fn mean(&self) -> Option<f64> {
        let finite = self.samples - self.no_data - self.not_finite.count;
        (finite > 0).then(|| self.sum / finite as f64)
    }

    fn row(&mut self, row: usize, values: impl Iterator<Item = f64>, q: &Question) {
        let mut zero = true;
        for (column, v) in values.enumerate() {
            self.samples += 1;
            zero &= v == 0.0;
            if v.is_nan() || q.no_data == Some(v) {
                self.no_data += 1;
                continue;
            }
            if !v.is_finite() {
                self.not_finite.note(row, column, v);
                continue;
            }
            self.min = Some(self.min.map_or(v, |m| m.min(v)));
            self.max = Some(self.max.map_or(v, |m| m.max(v)));
            self.sum += v;
            if q.ceiling.is_some_and(|c| v > c) {
                self.above.note(row, column, v);
            }
            if q.range.is_some_and(|(low, high)| v < low || v > high) {
                self.outside.note(row, column, v);
            }
            if q.saturation.is_some_and(|s| v >= s) {
                self.saturated += 1;
            }
        }
        if zero {
            self.zero_rows.note(row, 0, 0.0);
        }
    }
}

/// Largest band read at once, in bytes.
const BAND: usize = 64 << 20;
/// Rows of a band where they fit: those of a chunk, so that no chunk is decoded twice.
const ROWS: usize = 256;

/// Reads an array once and gathers its statistics; `stored` is the size of the file.
///
/// # Errors
/// `limit.bytes` when the array claims more than a file of this size can hold or a band exceeds the budget; whatever
/// the array says when it is read.
pub(crate) fn survey(plane: &dyn Samples, q: &Question, stored: u64, budget: &Budget) -> Result<Survey> {
    let (rows, columns) = plane.shape();
    let row_bytes = columns.saturating_mul(plane.sample_type().size().max(1));
    check_density((rows as u64).saturating_mul(row_bytes as u64), stored)?;
    let mut survey = Survey::default();
    if rows == 0 || columns == 0 {
        return Ok(survey);
    }
    let band = (BAND / row_bytes.max(1)).clamp(1, ROWS).min(rows);
    // The band as stored and once more as 64-bit numbers of one row.
    let charged = (band as u64).saturating_mul(row_bytes as u64).saturating_add((columns as u64).saturating_mul(8));
    budget.charge(charged, "a band of samples")?;
    let result = (0..rows).step_by(band).try_for_each(|first| {
        let block = plane.read(&Region::of_rows(first..rows.min(first + band), columns))?;
        crate::with_block!(&block, array => {
            for (i, line) in array.rows().into_iter().enumerate() {
                survey.row(first + i, line.iter().map(|&v| Number::wide(v)), q);
            }
        });
        Ok(())
    });
    budget.release(charged);
    result.map(|()| survey)
}

/// Sample that has a 64-bit form.
trait Number: Copy {
    fn wide(self) -> f64;
}

macro_rules! number {
    ($($ty:ty),+) => { $( impl Number for $ty {
        fn wide(self) -> f64 {
            self.into()
        }
    } )+ };
}
number!(u8, u16, u32, f32, f64);

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::error::Code;
    use crate::model::Block;

    #[test]
    fn statistics_of_a_known_array() {
        let plane = Block::U16(array![[0, 0, 0], [7, 100, 65535], [7, 9, 100]]);
        let q =
            Question { ceiling: Some(4095.0), no_data: Some(7.0), saturation: Some(100.0), range: Some((0.0, 99.0)) };
        let s = survey(&plane, &q, 1000, &Budget::default()).unwrap();
        assert_eq!((s.samples, s.no_data, s.saturated), (9, 2, 3));
        assert_eq!((s.min, s.max), (Some(0.0), Some(65535.0)));
        assert_eq!(s.above, Sighting { count: 1, first: (1, 2), value: 65535.0 });
        assert_eq!(s.outside, Sighting { count: 3, first: (1, 1), value: 100.0 });
        assert_eq!(s.zero_rows.count, 1);
        assert_eq!(s.mean(), Some((100.0 + 65535.0 + 9.0 + 100.0) / 7.0));
    }

    #[test]
    fn nan_is_no_data_and_infinity_is_a_fault() {
        let plane = Block::F32(array![[1.0, f32::NAN, f32::INFINITY]]);
        let s = survey(&plane, &Question::default(), 1000, &Budget::default()).unwrap();
        assert_eq!((s.no_data, s.not_finite.count, s.max), (1, 1, Some(1.0)));
    }

    #[test]
    fn an_array_too_large_for_its_file_is_refused_before_it_is_read() {
        struct Endless;
        impl Samples for Endless {
            fn shape(&self) -> (usize, usize) {
                (1 << 31, 1 << 31)
            }
            fn sample_type(&self) -> crate::model::SampleType {
                crate::model::SampleType::U16
            }
            fn read(&self, _: &Region) -> Result<Block> {
                panic!("read")
            }
        }
        let e = survey(&Endless, &Question::default(), 1 << 20, &Budget::default()).unwrap_err();
        assert_eq!(e.code(), Code::LimitBytes);
    }
}
