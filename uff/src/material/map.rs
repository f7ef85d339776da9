//! Arrays of material.

use std::ops::Range;

use ndarray::Array2;
use ndarray::s;
use rayon::prelude::*;

use super::rows::bands_mut;
use crate::model::Region;

/// Derived arrays `[row, column]` of one view.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MaterialMap {
    /// Effective atomic number; 0 where undecided.
    pub z: Array2<f32>,
    /// Areal density in g/cm²; a lower bound where flagged opaque; NaN where there is none.
    pub lambda: Array2<f32>,
    /// Codes of [`MaterialClass`](super::MaterialClass); 0 where undecided.
    pub class: Array2<u8>,
    /// Posterior probability of the most likely class, 0 to 255 for 0 to 1.
    pub confidence: Array2<u8>,
    /// Bits of [`Flags`](super::Flags).
    pub flags: Array2<u8>,
}

impl MaterialMap {
    /// Creates arrays of a shape in which nothing is known.
    pub(super) fn undecided(shape: (usize, usize)) -> Self {
        Self {
            z: Array2::zeros(shape),
            lambda: Array2::zeros(shape),
            class: Array2::zeros(shape),
            confidence: Array2::zeros(shape),
            flags: Array2::zeros(shape),
        }
    }

    /// Gives the arrays a shape; what they hold is of no meaning where that is their own.
    pub(super) fn resize(&mut self, shape: (usize, usize)) {
        if self.z.dim() != shape {
            *self = Self::undecided(shape);
        }
    }

    /// Returns a part of the arrays, which must lie inside.
    pub fn crop(&self, region: &Region) -> Self {
        Self {
            z: region.of(&self.z.view()),
            lambda: region.of(&self.lambda.view()),
            class: region.of(&self.class.view()),
            confidence: region.of(&self.confidence.view()),
            flags: region.of(&self.flags.view()),
        }
    }

    /// Copies arrays of the same height in from a column on.
    pub(super) fn paste(&mut self, column: usize, part: &Self) {
        let place = s![.., column..column + part.z.ncols()];
        self.z.slice_mut(place).assign(&part.z);
        self.lambda.slice_mut(place).assign(&part.lambda);
        self.class.slice_mut(place).assign(&part.class);
        self.confidence.slice_mut(place).assign(&part.confidence);
        self.flags.slice_mut(place).assign(&part.flags);
    }

    /// Iterates in parallel over bands of `rows` rows.
    pub(super) fn bands_mut(&mut self, rows: usize) -> impl IndexedParallelIterator<Item = BandMut<'_>> {
        let columns = self.z.ncols().max(1);
        let all = bands_mut(&mut self.z, rows).zip(bands_mut(&mut self.lambda, rows));
        let all = all.zip(bands_mut(&mut self.class, rows)).zip(bands_mut(&mut self.confidence, rows));
        let all = all.zip(bands_mut(&mut self.flags, rows));
        all.map(move |((((z, lambda), class), confidence), flags)| BandMut {
            columns,
            lines: LineMut { z, lambda, class, confidence, flags },
        })
    }
}

/// A band of rows of a map.
pub(super) struct BandMut<'a> {
    columns: usize,
    lines: LineMut<'a>,
}

/// A stretch of a row of a map.
pub(super) struct LineMut<'a> {
    pub(super) z: &'a mut [f32],
    pub(super) lambda: &'a mut [f32],
    pub(super) class: &'a mut [u8],
    pub(super) confidence: &'a mut [u8],
    pub(super) flags: &'a mut [u8],
}

/// Pixels that are worked on at once: each step for all of them before the next, so that the processor can take several
/// at a time.
pub(super) const BLOCK: usize = 64;

/// A block of pixels of a map.
pub(super) struct BlockMut<'a> {
    pub(super) z: &'a mut [f32; BLOCK],
    pub(super) lambda: &'a mut [f32; BLOCK],
    pub(super) class: &'a mut [u8; BLOCK],
    pub(super) confidence: &'a mut [u8; BLOCK],
    pub(super) flags: &'a mut [u8; BLOCK],
}

impl LineMut<'_> {
    /// Gives the line to `fill` block by block, with the index of the first pixel. What is filled behind the end of the
    /// line is thrown away.
    #[inline(always)]
    pub(super) fn fill_blocks(self, mut fill: impl FnMut(usize, BlockMut<'_>)) {
        let (z, last_z) = self.z.as_chunks_mut();
        let (lambda, last_lambda) = self.lambda.as_chunks_mut();
        let (class, last_class) = self.class.as_chunks_mut();
        let (confidence, last_confidence) = self.confidence.as_chunks_mut();
        let (flags, last_flags) = self.flags.as_chunks_mut();
        let whole = z.len() * BLOCK;
        let blocks = z.iter_mut().zip(lambda).zip(class).zip(confidence).zip(flags);
        for (first, ((((z, lambda), class), confidence), flags)) in (0..).step_by(BLOCK).zip(blocks) {
            fill(first, BlockMut { z, lambda, class, confidence, flags });
        }
        if last_z.is_empty() {
            return;
        }
        let (mut z, mut lambda) = ([0.0; BLOCK], [0.0; BLOCK]);
        let (mut class, mut confidence, mut flags) = ([0; BLOCK], [0; BLOCK], [0; BLOCK]);
        let block = BlockMut {
            z: &mut z,
            lambda: &mut lambda,
            class: &mut class,
            confidence: &mut confidence,
            flags: &mut flags,
        };
        fill(whole, block);
        last_z.copy_from_slice(&z[..last_z.len()]);
        last_lambda.copy_from_slice(&lambda[..last_lambda.len()]);
        last_class.copy_from_slice(&class[..last_class.len()]);
        last_confidence.copy_from_slice(&confidence[..last_confidence.len()]);
        last_flags.copy_from_slice(&flags[..last_flags.len()]);
    }
}

impl BandMut<'_> {
    /// Returns the number of rows.
    pub(super) fn rows(&self) -> usize {
        self.lines.z.len() / self.columns
    }

    /// Returns columns of a row, which counts from the first of the band.
    pub(super) fn line(&mut self, row: usize, columns: &Range<usize>) -> LineMut<'_> {
        let part = row * self.columns + columns.start..row * self.columns + columns.end;
        LineMut {
            z: &mut self.lines.z[part.clone()],
            lambda: &mut self.lines.lambda[part.clone()],
            class: &mut self.lines.class[part.clone()],
            confidence: &mut self.lines.confidence[part.clone()],
            flags: &mut self.lines.flags[part],
        }
    }
}
