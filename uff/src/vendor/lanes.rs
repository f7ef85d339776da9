//! Kernels of the decoders of 16-bit samples that work on several at once, on vectors as wide as the processor has.

use std::sync::LazyLock;

use fearless_simd::Level;
use fearless_simd::dispatch;
use fearless_simd::prelude::*;
use fearless_simd::u8x16;
use fearless_simd::u8x32;
use fearless_simd::u16x8;
use fearless_simd::u16x16;
use fearless_simd::u32x4;
use fearless_simd::u32x8;
use fearless_simd::u64x2;

/// What the processor has; asking each time takes longer than decoding a short line.
static LEVEL: LazyLock<Level> = LazyLock::new(Level::new);

/// Bytes that come into the caches at once.
#[cfg(target_arch = "x86_64")]
const CACHE_LINE: usize = 64;

/// Rows and lines of a block that is transposed at once: what a cache line holds.
pub(super) const SQUARE: usize = 32;

/// Lines transposed at once: as columns they are pieces of rows long enough to be written at speed.
pub(super) const LINES: usize = 8 * SQUARE;

/// Blocks of each line that are transposed at once; those of all lines fit the second-level cache.
const SQUARES: usize = 16;

/// Samples of each line that are transposed at once.
pub(super) const CHUNK: usize = SQUARES * SQUARE;

/// A line of samples to be transposed, with one block more than is used: were lines a power of two apart, all would fall
/// on the same few places of the cache.
#[derive(Debug, Clone, Default)]
#[repr(align(64))]
pub(super) struct Line<T>([[T; SQUARE]; SQUARES + 1]);

impl<T> Line<T> {
    /// Returns the samples.
    pub(super) fn samples(&self) -> &[T] {
        self.0.as_flattened()
    }

    /// Returns the samples.
    pub(super) fn samples_mut(&mut self) -> &mut [T] {
        self.0.as_flattened_mut()
    }
}

/// Rows of a block of every line, whole cache lines as well.
#[repr(align(64))]
struct Band([[[u16; 8]; LINES / 8]; SQUARE]);

/// Asks for bytes to be brought into the caches, where the processor can be asked.
///
/// Processors do so of themselves for bytes in a row, but not across the pages of memory.
pub(super) fn prefetch(bytes: &[u8]) {
    #[cfg(target_arch = "x86_64")]
    if let Some(sse2) = LEVEL.as_sse2() {
        prefetch_on(sse2, bytes);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = bytes;
}

#[cfg(target_arch = "x86_64")]
fearless_simd::kernel! {
    fn prefetch_on(_simd: Sse2, bytes: &[u8]) {
        for line in bytes.chunks(CACHE_LINE) {
            std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(line.as_ptr().cast());
        }
    }
}

/// Reads numbers that follow each other, least significant byte first or last.
pub(super) fn contiguous(bytes: &[u8], big: bool, out: &mut [u16]) {
    let pairs = bytes.as_chunks::<2>().0;
    dispatch!(*LEVEL, _simd => match big {
        true => out.iter_mut().zip(pairs).for_each(|(o, b)| *o = u16::from_be_bytes(*b)),
        false => out.iter_mut().zip(pairs).for_each(|(o, b)| *o = u16::from_le_bytes(*b)),
    });
}

/// Reads every other number, the first included.
pub(super) fn every_other(bytes: &[u8], big: bool, out: &mut [u16]) {
    dispatch!(*LEVEL, simd => every_other_on(simd, bytes, big, out));
}

#[inline(always)]
fn every_other_on<S: Simd>(simd: S, bytes: &[u8], big: bool, out: &mut [u16]) {
    let (blocks, rest) = bytes.as_chunks::<64>();
    let whole = blocks.len().min(out.len() / 16);
    let (targets, last) = out.split_at_mut(whole * 16);
    for (target, block) in targets.as_chunks_mut::<16>().0.iter_mut().zip(blocks) {
        let (low, high) = block.split_at(32);
        let low: u16x16<S> = u8x32::from_slice(simd, low).bitcast();
        let high: u16x16<S> = u8x32::from_slice(simd, high).bitcast();
        low.unzip_low(high).store_slice(target);
        if big {
            target.iter_mut().for_each(|sample| *sample = sample.swap_bytes());
        }
    }
    let rest = if whole < blocks.len() { bytes.get(whole * 64..).unwrap_or_default() } else { rest };
    for (target, four) in last.iter_mut().zip(rest.chunks(4)) {
        let pair = four.first_chunk().copied().unwrap_or_default();
        *target = if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) };
    }
}

/// Writes lines, a multiple of eight, as columns of an image from `column` on: element `row` of line `i` becomes element
/// `[row, column + i]`. The image has `width` columns and rows by the square.
pub(super) fn transpose(lines: &[Line<u16>], (image, width): (&mut [u16], usize), column: usize) {
    dispatch!(*LEVEL, simd => transpose_on(simd, lines, (image, width), column));
}

#[inline(always)]
fn transpose_on<S: Simd>(simd: S, lines: &[Line<u16>], (image, width): (&mut [u16], usize), column: usize) {
    let eights = lines.as_chunks::<8>().0;
    if eights.is_empty() || width == 0 {
        return;
    }
    // Each row is written once for all lines: every visit to another row is one to another page of memory.
    let mut band = Band([[[0; 8]; LINES / 8]; SQUARE]);
    for (targets, block) in image.chunks_exact_mut(SQUARE * width).zip(0..SQUARES) {
        for (eight, at) in eights.iter().zip(0..LINES / 8) {
            let from = eight.each_ref().map(|line| &line.0[block]);
            for row in (0..SQUARE).step_by(8) {
                let turned = turn(from.map(|from| u16x8::from_slice(simd, &from[row..row + 8])));
                for (i, eight) in turned.into_iter().enumerate() {
                    eight.store_slice(&mut band.0[row + i][at]);
                }
            }
        }
        for (target, samples) in targets.chunks_exact_mut(width).zip(&band.0) {
            let samples = samples[..eights.len().min(LINES / 8)].as_flattened();
            if let Some(target) = target.get_mut(column..column + samples.len()) {
                target.copy_from_slice(samples);
            }
        }
    }
}

/// Transposes 8 × 8 numbers: pairs of numbers, then of pairs, then of fours come together.
#[inline(always)]
fn turn<S: Simd>(rows: [u16x8<S>; 8]) -> [u16x8<S>; 8] {
    let [a, b, c, d, e, f, g, h] = rows;
    let ones = [
        a.zip_low(b),
        a.zip_high(b),
        c.zip_low(d),
        c.zip_high(d),
        e.zip_low(f),
        e.zip_high(f),
        g.zip_low(h),
        g.zip_high(h),
    ];
    let [ab, ab2, cd, cd2, ef, ef2, gh, gh2] = ones.map(|v| -> u32x4<S> { v.bitcast() });
    let twos = [
        ab.zip_low(cd),
        ab.zip_high(cd),
        ab2.zip_low(cd2),
        ab2.zip_high(cd2),
        ef.zip_low(gh),
        ef.zip_high(gh),
        ef2.zip_low(gh2),
        ef2.zip_high(gh2),
    ];
    let [p, q, r, s, t, u, v, w] = twos.map(|v| -> u64x2<S> { v.bitcast() });
    [p.zip_low(t), p.zip_high(t), q.zip_low(u), q.zip_high(u), r.zip_low(v), r.zip_high(v), s.zip_low(w), s.zip_high(w)]
        .map(|v| v.bitcast())
}

/// Samples cut out at once.
const CUT: usize = 32;
/// Bytes that are loaded for them: the last 16, which four samples of 14 bits are cut out of, begin at byte 49.
const LOADED: usize = 65;

/// How to cut samples of 10, 12 or 14 bits out of a bit stream.
#[derive(Debug, Clone)]
pub(super) struct Cutter {
    bits: u32,
    shift: u32,
    /// Bytes of a sample brought together in a lane, in two blocks of 16 bytes.
    together: [u8; 32],
    /// Where every sample lies within two bytes: factors that shift its highest bit to that of the lane.
    factors: Option<[u16; 16]>,
    /// Otherwise, of lanes of four bytes: the shifts that do so.
    shifts: [u32; 8],
}

impl Cutter {
    /// Prepares for samples of which the first starts `shift` bits (0 to 7) into its byte; bits count from the most
    /// significant of each byte where `most_first`.
    pub(super) fn new(bits: u32, most_first: bool, shift: u32) -> Self {
        let place = |sample: usize| {
            let bit = shift as usize + sample * bits as usize;
            (bit / 8, (bit % 8) as u32)
        };
        let narrow = (0..8).all(|sample| place(sample).1 + bits <= 16);
        let width = if narrow { 2 } else { 4 };
        let together = std::array::from_fn(|i| {
            let (sample, byte) = (i % 16 / width, i % width);
            let byte = if most_first { width - 1 - byte } else { byte };
            (place(sample).0 + byte).min(15) as u8
        });
        let up = |sample: usize, width: u32| if most_first { place(sample).1 } else { width - bits - place(sample).1 };
        let factors = narrow.then(|| std::array::from_fn(|i| 1 << up(i % 8, 16)));
        let shifts = if narrow { [0; 8] } else { std::array::from_fn(|i| up(i % 4, 32)) };
        Self { bits, shift, together, factors, shifts }
    }

    /// Returns the bit of its byte at which the first sample must start.
    pub(super) fn shift(&self) -> u32 {
        self.shift
    }

    /// Cuts samples out, as many as a multiple of 32 that leaves enough bytes behind to be loaded; returns how many.
    pub(super) fn cut(&self, bytes: &[u8], out: &mut [u16]) -> usize {
        dispatch!(*LEVEL, simd => match self.bits {
            10 => self.cut_on::<_, 10>(simd, bytes, out),
            12 => self.cut_on::<_, 12>(simd, bytes, out),
            _ => self.cut_on::<_, 14>(simd, bytes, out),
        })
    }

    #[inline(always)]
    fn cut_on<S: Simd, const BITS: usize>(&self, simd: S, bytes: &[u8], out: &mut [u16]) -> usize {
        match &self.factors {
            Some(factors) => self.narrow::<S, BITS>(simd, factors, bytes, out),
            None => self.wide::<S, BITS>(simd, bytes, out),
        }
    }

    #[inline(always)]
    fn narrow<S: Simd, const BITS: usize>(&self, simd: S, factors: &[u16; 16], bytes: &[u8], out: &mut [u16]) -> usize {
        let together = u8x32::from_slice(simd, &self.together);
        let factors = u16x16::from_slice(simd, factors);
        blocks::<BITS>(bytes, out, |loaded, out| {
            for (half, target) in out.as_chunks_mut::<16>().0.iter_mut().enumerate() {
                let pair = pair(simd, loaded, [2 * half * BITS, (2 * half + 1) * BITS]);
                let lanes: u16x16<S> = pair.swizzle_dyn_within_blocks(together).bitcast();
                ((lanes * factors) >> (16 - BITS as u32)).store_slice(target);
            }
        })
    }

    #[inline(always)]
    fn wide<S: Simd, const BITS: usize>(&self, simd: S, bytes: &[u8], out: &mut [u16]) -> usize {
        let together = u8x32::from_slice(simd, &self.together);
        let shifts = u32x8::from_slice(simd, &self.shifts);
        blocks::<BITS>(bytes, out, |loaded, out| {
            for (half, target) in out.as_chunks_mut::<16>().0.iter_mut().enumerate() {
                // Four samples are whole bytes, so that both blocks of 16 bytes are cut alike.
                let eight = |four: usize| -> u32x8<S> {
                    let pair = pair(simd, loaded, [four * BITS / 2, (four + 1) * BITS / 2]);
                    let lanes: u32x8<S> = pair.swizzle_dyn_within_blocks(together).bitcast();
                    (lanes << shifts) >> (32 - BITS as u32)
                };
                eight(4 * half).relaxed_narrow(eight(4 * half + 2)).store_slice(target);
            }
        })
    }
}

/// Loads 16 bytes from each of two offsets.
#[inline(always)]
fn pair<S: Simd>(simd: S, loaded: &[u8; LOADED], at: [usize; 2]) -> u8x32<S> {
    let [low, high] = at.map(|at| u8x16::from_slice(simd, loaded.get(at..at + 16).unwrap_or(&[0; 16])));
    low.combine(high)
}

#[inline(always)]
fn blocks<const BITS: usize>(
    bytes: &[u8],
    out: &mut [u16],
    mut one: impl FnMut(&[u8; LOADED], &mut [u16; CUT]),
) -> usize {
    let (mut rest, mut done) = (bytes, 0);
    for target in out.as_chunks_mut::<CUT>().0 {
        let Some(loaded) = rest.first_chunk::<LOADED>() else { break };
        one(loaded, target);
        rest = rest.get(CUT / 8 * BITS..).unwrap_or_default();
        done += CUT;
    }
    done
}
