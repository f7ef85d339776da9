//! What the statistics of a pixel file tell: sample width, byte order, line length, interlace.

/// Shortest and longest line looked for, in samples.
const LINES: std::ops::RangeInclusive<usize> = 32..=16_384;
/// Pairs of samples compared per distance.
const PAIRS: usize = 1024;
/// Distance at which the neighbourhood of a peak is judged.
const SHOULDER: usize = 8;
/// Largest unevenness at the length of a line, as a share of that around it.
const DIP: f64 = 0.7;

/// Guess of the layout of a pixel file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Guess {
    pub(super) bits: u32,
    pub(super) big: bool,
    /// Samples in a stored line.
    pub(super) line: usize,
    /// Whether two energies alternate line by line.
    pub(super) interlaced: bool,
    /// Largest sample seen.
    pub(super) largest: f64,
    pub(super) reasons: Vec<String>,
}

impl Guess {
    /// Guesses from a piece of a pixel file; nothing when no line length stands out.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let even: Vec<f64> = bytes.iter().step_by(2).map(|b| f64::from(*b)).collect();
        let odd: Vec<f64> = bytes.iter().skip(1).step_by(2).map(|b| f64::from(*b)).collect();
        let (first, second) = (smoothness(&even), smoothness(&odd));
        let mut reasons = Vec::new();
        let seen =
            format!("bytes at even offsets repeat with {first:.2}, at odd offsets with {second:.2} (1 is constant)");
        let (bits, big) = if (first - second).abs() < 0.2 {
            reasons.push(format!("8 bits: {seen}"));
            (8, false)
        } else {
            let big = first > second;
            let order = if big { "big" } else { "little" };
            reasons.push(format!("16 bits, {order}-endian, as the smoother byte is the high one: {seen}"));
            (16, big)
        };
        let samples: Vec<f64> = match (bits, big) {
            (8, _) => bytes.iter().map(|b| f64::from(*b)).collect(),
            (_, true) => odd.iter().zip(&even).map(|(low, high)| 256.0 * high + low).collect(),
            (_, false) => odd.iter().zip(&even).map(|(high, low)| 256.0 * high + low).collect(),
        };
        let (line, dip) = line_length(&samples)?;
        reasons.push(format!(
            "{line} samples in a line: at this distance samples differ {dip:.2} times as unevenly as around it"
        ));
        let (once, twice) = (step(&samples, line), step(&samples, 2 * line));
        let interlaced = twice < 0.6 * once;
        reasons.push(match interlaced {
            true => format!(
                "two energies alternate: a line differs from the next by {once:.0}, from the one after by {twice:.0}"
            ),
            false => format!("one energy: a line differs from the next by {once:.0}, from the one after by {twice:.0}"),
        });
        let largest = samples.iter().copied().fold(0.0, f64::max);
        Some(Self { bits, big, line, interlaced, largest, reasons })
    }
}

/// Returns how alike neighbours are against samples far apart: 1 when constant, 0 for noise.
fn smoothness(samples: &[f64]) -> f64 {
    let (near, far) = (step(samples, 1), step(samples, samples.len() / 2));
    if near == 0.0 { 1.0 } else { 1.0 - near / far.max(near) }
}

/// Returns the mean difference of samples `distance` apart.
fn step(samples: &[f64], distance: usize) -> f64 {
    let pairs = pairs(samples, distance);
    let count = pairs.clone().count().max(1);
    pairs.map(|(a, b)| (a - b).abs()).sum::<f64>() / count as f64
}

fn pairs(samples: &[f64], distance: usize) -> impl Iterator<Item = (f64, f64)> + Clone {
    let room = samples.len().saturating_sub(distance);
    let stride = (room / PAIRS).max(1) | 1;
    (0..room).step_by(stride).filter_map(move |i| Some((*samples.get(i)?, *samples.get(i + distance)?)))
}

/// Returns how unevenly the logarithms of samples `distance` apart differ: mean deviation of the size of the difference
/// from its median. A constant factor between lines, as between energies, does not count.
fn unevenness(logarithms: &[f64], distance: usize) -> f64 {
    let mut sizes: Vec<f64> = pairs(logarithms, distance).map(|(a, b)| (a - b).abs()).collect();
    let middle = sizes.len() / 2;
    if sizes.is_empty() {
        return f64::INFINITY;
    }
    let median = *sizes.select_nth_unstable_by(middle, f64::total_cmp).1;
    sizes.iter().map(|s| (s - median).abs()).sum::<f64>() / sizes.len() as f64
}

/// Finds the shortest distance at which samples differ about as evenly as anywhere, and how much less evenly they
/// differ around it.
fn line_length(samples: &[f64]) -> Option<(usize, f64)> {
    let logarithms: Vec<f64> = samples.iter().map(|s| s.ln_1p()).collect();
    let last = (*LINES.end()).min(samples.len() / 8);
    let all: Vec<f64> = (0..=last + SHOULDER).map(|d| unevenness(&logarithms, d)).collect();
    let at = |d: usize| all.get(d).copied().unwrap_or(f64::INFINITY);
    let lowest_around = |d: usize| (1..=SHOULDER).all(|k| at(d) <= at(d - k) && at(d) <= at(d + k));
    let dips: Vec<(usize, f64)> = (*LINES.start()..=last)
        .filter(|d| lowest_around(*d))
        .map(|d| (d, at(d) / at(d - SHOULDER).min(at(d + SHOULDER))))
        .filter(|(_, ratio)| *ratio < DIP)
        .collect();
    let deepest = dips.iter().map(|(_, ratio)| *ratio).fold(f64::INFINITY, f64::min);
    dips.into_iter().find(|(_, ratio)| *ratio <= (1.5 * deepest).max(deepest + 0.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A smooth scene with random detector gains and noise, as 16-bit values; `low` scales every other line.
    fn scene(line: usize, lines: usize, low: f64) -> Vec<u16> {
        let mut state = 12_345_u32;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            f64::from(state >> 8) / f64::from(1 << 24)
        };
        let gains: Vec<f64> = (0..line).map(|_| 0.9 + 0.2 * random()).collect();
        let mut samples = Vec::new();
        for column in 0..lines {
            for (row, gain) in gains.iter().enumerate() {
                let shape = 1.0 + (row as f64 / 23.0).sin() * (column as f64 / 31.0).cos() * 0.5;
                let value = 20_000.0 * shape * gain + 128.0 * random();
                samples.push((if column % 2 == 1 { value * low } else { value }) as u16);
            }
        }
        samples
    }

    fn bytes(samples: &[u16], big: bool) -> Vec<u8> {
        samples.iter().flat_map(|s| if big { s.to_be_bytes() } else { s.to_le_bytes() }).collect()
    }

    #[test]
    fn width_order_line_and_interlace_are_found() {
        for (line, big, low) in [(300, false, 1.0), (300, true, 1.0), (517, false, 0.6), (128, true, 0.7)] {
            let guess = Guess::of(&bytes(&scene(line, 500, low), big)).unwrap();
            assert_eq!((guess.bits, guess.big, guess.line), (16, big, line), "{:?}", guess.reasons);
            assert_eq!(guess.interlaced, low < 1.0, "{:?}", guess.reasons);
        }
        let eight: Vec<u8> = scene(300, 500, 1.0).iter().map(|s| (s >> 8) as u8).collect();
        let guess = Guess::of(&eight).unwrap();
        assert_eq!((guess.bits, guess.line), (8, 300), "{:?}", guess.reasons);
    }

    #[test]
    fn noise_and_constants_are_no_image() {
        let mut state = 1u32;
        let noise: Vec<u8> = (0..100_000)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                (state >> 11) as u8
            })
            .collect();
        assert_eq!(Guess::of(&noise), None);
        assert_eq!(Guess::of(&[7; 100_000]), None);
        assert_eq!(Guess::of(&[]), None);
    }
}
