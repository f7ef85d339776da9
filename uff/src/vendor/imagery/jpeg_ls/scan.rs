//! Decoding of a scan (T.87, annex A).

use super::super::Fault;
use super::super::fault::damaged;
use super::bits::Bits;
use super::context::Interruption;
use super::context::Regular;
use super::head::Frame;
use super::preset::Parameters;

/// Lengths of the runs that one bit stands for, as powers of two: J of A.7.1.
const RUNS: [u32; 32] =
    [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// Contexts of regular mode, of which 365 are used: a power of two, so that no index lies outside.
const CONTEXTS: usize = 512;

/// Decoder of the rows of a scan.
pub(super) struct Scan {
    columns: usize,
    maximum: i32,
    /// Count of the values of a sample, RANGE.
    range: i32,
    reset: i32,
    /// Bits of a mapped error that is not Golomb-coded, qbpp.
    plain_bits: u32,
    /// Zeros that announce such an error, in regular mode: LIMIT − qbpp − 1.
    zeros: u32,
    /// Gradients from −T3 to T3, quantized to −4 to 4.
    quantized: Vec<i8>,
    /// T3.
    steepest: i32,
    contexts: Box<[Regular; CONTEXTS]>,
    interruptions: [Interruption; 2],
    run: usize,
    /// The row above and the row itself, each with a sample more at either side.
    above: Vec<u16>,
    row: Vec<u16>,
}

/// What a row needs of the scan while it is decoded.
struct Place {
    left: i32,
    above: i32,
    above_left: i32,
}

impl Scan {
    /// Returns the memory that decoding takes, in bytes.
    pub(super) fn memory(frame: &Frame) -> u64 {
        let [_, _, steepest] = frame.parameters.thresholds;
        let contexts = size_of::<[Regular; CONTEXTS]>() as u64;
        4 * (u64::from(frame.head.columns) + 2) + 2 * u64::from(steepest.unsigned_abs()) + 1 + contexts
    }

    /// Prepares for a frame.
    pub(super) fn new(frame: &Frame) -> Self {
        let Parameters { maximum, thresholds, reset } = frame.parameters;
        let [_, _, steepest] = thresholds;
        let plain_bits = (maximum as u32).ilog2() + 1;
        let bits = plain_bits.max(2);
        let limit = 2 * (bits + bits.max(8));
        let columns = frame.head.columns as usize;
        Self {
            columns,
            maximum,
            range: maximum + 1,
            reset,
            plain_bits,
            zeros: limit - plain_bits - 1,
            quantized: (-steepest..=steepest).map(|gradient| quantize(gradient, thresholds)).collect(),
            steepest,
            contexts: Box::new([Regular::new(0); CONTEXTS]),
            interruptions: [Interruption::new(0, 0), Interruption::new(0, 1)],
            run: 0,
            above: vec![0; columns + 2],
            row: vec![0; columns + 2],
        }
    }

    /// Decodes the rows up to the next marker and gives each to `take`.
    pub(super) fn interval(&mut self, coded: &[u8], rows: u32, mut take: impl FnMut(&[u16])) -> Result<(), Fault> {
        let magnitudes = ((self.range as u32 + 32) / 64).max(2);
        self.contexts.fill(Regular::new(magnitudes));
        self.interruptions = [Interruption::new(magnitudes, 0), Interruption::new(magnitudes, 1)];
        self.run = 0;
        self.row.fill(0);
        self.above.fill(0);
        let mut bits = Bits::new(coded);
        for _ in 0..rows {
            std::mem::swap(&mut self.above, &mut self.row);
            self.row(&mut bits)?;
            if bits.overrun() {
                return Err(damaged("the coded samples end before the image does"));
            }
            take(self.row.get(1..=self.columns).unwrap_or_default());
        }
        if bits.finished() { Ok(()) } else { Err(damaged("coded samples behind the last row")) }
    }

    /// Decodes a row below the one in `above`.
    fn row(&mut self, bits: &mut Bits<'_>) -> Result<(), Fault> {
        let columns = self.columns;
        let mut above = std::mem::take(&mut self.above);
        let mut row = std::mem::take(&mut self.row);
        let (first, last) = (above.get(1).copied(), above.get(columns).copied());
        row.iter_mut().take(1).for_each(|sample| *sample = first.unwrap_or_default());
        above.iter_mut().skip(columns + 1).for_each(|sample| *sample = last.unwrap_or_default());
        let found = self.samples(bits, &above, &mut row);
        (self.above, self.row) = (above, row);
        found
    }

    fn samples(&mut self, bits: &mut Bits<'_>, above: &[u16], row: &mut [u16]) -> Result<(), Fault> {
        let columns = self.columns;
        let (above, row) = (&above[..columns + 2], &mut row[..columns + 2]);
        let mut place = Place { left: row[0].into(), above_left: above[0].into(), above: above[1].into() };
        let mut column = 0;
        while column < columns {
            let above_right = i32::from(above[column + 2]);
            let context = 81 * self.gradient(above_right - place.above)
                + 9 * self.gradient(place.above - place.above_left)
                + self.gradient(place.above_left - place.left);
            if context != 0 {
                let sample = self.regular(bits, &place, context)?;
                row[column + 1] = sample as u16;
                place = Place { left: sample, above_left: place.above, above: above_right };
                column += 1;
                continue;
            }
            let left = place.left as u16;
            let length = self.run(bits, columns - column)?;
            row[column + 1..=column + length].fill(left);
            column += length;
            if column == columns {
                break;
            }
            let sample = self.interruption(bits, place.left, above[column + 1].into())?;
            row[column + 1] = sample as u16;
            place = Place { left: sample, above_left: above[column + 1].into(), above: above[column + 2].into() };
            column += 1;
        }
        Ok(())
    }

    #[inline]
    fn gradient(&self, difference: i32) -> i32 {
        let at = difference.clamp(-self.steepest, self.steepest) + self.steepest;
        self.quantized.get(at as usize).copied().unwrap_or_default().into()
    }

    /// Decodes a sample of regular mode.
    #[inline]
    fn regular(&mut self, bits: &mut Bits<'_>, place: &Place, context: i32) -> Result<i32, Fault> {
        // 0 or −1: whether the signs of context and error are turned.
        let turned = context >> 31;
        let statistics = &mut self.contexts[(context ^ turned).wrapping_sub(turned) as usize % CONTEXTS];
        let (least, most) = (place.left.min(place.above), place.left.max(place.above));
        let predicted = (place.left + place.above - place.above_left).clamp(least, most);
        let correction = (statistics.correction ^ turned) - turned;
        let predicted = (predicted + correction).clamp(0, self.maximum);
        let golomb = statistics.golomb();
        let mapped = mapped(bits, golomb, self.zeros, self.plain_bits, self.range)?;
        let error = statistics.error(mapped, golomb);
        statistics.update(error, self.reset);
        Ok(self.wrapped(predicted + ((error ^ turned) - turned)))
    }

    /// Decodes the length of a run, at most `left` samples.
    fn run(&mut self, bits: &mut Bits<'_>, left: usize) -> Result<usize, Fault> {
        let mut length = 0;
        while bits.take(1) == 1 {
            let step = 1 << RUNS[self.run % 32];
            if step > left - length {
                return Ok(left);
            }
            length += step;
            self.run = (self.run + 1).min(31);
            if length == left {
                return Ok(left);
            }
        }
        length += bits.take(RUNS[self.run % 32]) as usize;
        // A run up to the end of the row would have said so by a bit: a sample follows this one.
        if length < left { Ok(length) } else { Err(damaged("a run longer than its row")) }
    }

    /// Decodes the sample behind a run of `left`.
    fn interruption(&mut self, bits: &mut Bits<'_>, left: i32, above: i32) -> Result<i32, Fault> {
        let statistics = &mut self.interruptions[usize::from(left == above)];
        let golomb = statistics.golomb();
        let zeros = self.zeros.saturating_sub(RUNS[self.run % 32] + 1);
        let mapped = mapped(bits, golomb, zeros, self.plain_bits, self.range)?;
        let error = statistics.error(mapped, golomb, self.reset);
        self.run = self.run.saturating_sub(1);
        Ok(self.wrapped(above + if left > above { -error } else { error }))
    }

    /// Returns a sample modulo the range.
    #[inline]
    fn wrapped(&self, sample: i32) -> i32 {
        let sample = if sample < 0 { sample + self.range } else { sample };
        if sample > self.maximum { sample - self.range } else { sample }
    }
}

/// Takes a mapped error: Golomb-coded, or plain behind `zeros` zeros (A.5.3).
#[inline]
fn mapped(bits: &mut Bits<'_>, golomb: u32, zeros: u32, plain_bits: u32, range: i32) -> Result<i32, Fault> {
    let wrong = || damaged("a code of no sample");
    let count = bits.zeros(zeros).ok_or_else(wrong)?;
    let mapped = if count < zeros { count << golomb | bits.take(golomb) } else { bits.take(plain_bits) + 1 } as i32;
    // Errors lie within half the range; the mapping doubles them.
    if mapped > range { Err(wrong()) } else { Ok(mapped) }
}

fn quantize(gradient: i32, thresholds: [i32; 3]) -> i8 {
    let [t1, t2, t3] = thresholds;
    let steps = [1, t1, t2, t3].into_iter().filter(|t| gradient.abs() >= *t).count() as i8;
    if gradient < 0 { -steps } else { steps }
}
