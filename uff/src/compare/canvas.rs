//! Canvas on which the pictures of a comparison are drawn.

use crate::error::Result;
use crate::picture::palette::Rgb;
use crate::picture::{Pixels, Raster, glyph};

/// Picture of 24-bit pixels; drawing outside of it is ignored.
#[derive(Debug, Clone)]
pub(super) struct Canvas {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pixels: Vec<Rgb>,
}

impl Canvas {
    pub(super) fn new(rows: usize, columns: usize, colour: Rgb) -> Self {
        Self { rows, columns, pixels: vec![colour; rows.saturating_mul(columns)] }
    }

    pub(super) fn set(&mut self, row: usize, column: usize, colour: Rgb) {
        if column < self.columns
            && let Some(pixel) = self.pixels.get_mut(row.saturating_mul(self.columns).saturating_add(column))
        {
            *pixel = colour;
        }
    }

    pub(super) fn get(&self, row: usize, column: usize) -> Rgb {
        self.pixels.get(row * self.columns + column).copied().unwrap_or_default()
    }

    /// Fills a rectangle.
    pub(super) fn fill(&mut self, (row, column): (usize, usize), (rows, columns): (usize, usize), colour: Rgb) {
        for r in row..row.saturating_add(rows).min(self.rows) {
            (column..column.saturating_add(columns).min(self.columns)).for_each(|c| self.set(r, c, colour));
        }
    }

    /// Draws the edge of a rectangle, one pixel wide.
    pub(super) fn frame(&mut self, (row, column): (usize, usize), (rows, columns): (usize, usize), colour: Rgb) {
        let (bottom, right) = (row + rows.saturating_sub(1), column + columns.saturating_sub(1));
        (column..=right).for_each(|c| {
            self.set(row, c, colour);
            self.set(bottom, c, colour);
        });
        (row..=bottom).for_each(|r| {
            self.set(r, column, colour);
            self.set(r, right, colour);
        });
    }

    /// Draws a dashed line, two pixels wide.
    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: Rgb) {
        let length = (to.0 - from.0).hypot(to.1 - from.1).max(1.0);
        let steps = length.ceil().min(1e6) as usize;
        for step in (0..=steps).filter(|step| step % 12 < 8) {
            let share = step as f64 / steps as f64;
            let (row, column) = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            self.fill((row.max(0.0) as usize, column.max(0.0) as usize), (2, 2), colour);
        }
    }

    /// Writes text; returns the width it takes.
    pub(super) fn write(&mut self, (row, column): (usize, usize), text: &str, scale: usize, colour: Rgb) -> usize {
        for (place, letter) in text.chars().enumerate() {
            for (y, bits) in glyph(letter).into_iter().enumerate() {
                for x in (0..3).filter(|x| bits & (4 >> x) != 0) {
                    let at = (row + y * scale, column + (4 * place + x) * scale);
                    self.fill(at, (scale, scale), colour);
                }
            }
        }
        width(text, scale)
    }

    /// Writes text in white on a patch of a colour; returns the size of the patch.
    pub(super) fn label(&mut self, at: (usize, usize), text: &str, scale: usize, colour: Rgb) -> (usize, usize) {
        let size = (7 * scale, width(text, scale) + scale);
        let place = (at.0.min(self.rows.saturating_sub(size.0)), at.1.min(self.columns.saturating_sub(size.1)));
        self.fill(place, size, colour);
        self.write((place.0 + scale, place.1 + scale), text, scale, [255; 3]);
        size
    }

    /// Encodes the picture as PNG.
    ///
    /// # Errors
    /// `usage` for an empty picture.
    pub(super) fn png(&self) -> Result<Vec<u8>> {
        let pixels = Pixels::Rgb8(self.pixels.iter().flatten().copied().collect());
        Raster { rows: self.rows, columns: self.columns, pixels }.png()
    }
}

/// Width of text in pixels.
pub(super) fn width(text: &str, scale: usize) -> usize {
    4 * scale * text.chars().count()
}

/// Mixes two colours; `share` of the second.
pub(super) fn mix(a: Rgb, b: Rgb, share: f32) -> Rgb {
    let channel = |a: u8, b: u8| (f32::from(a) + share.clamp(0.0, 1.0) * (f32::from(b) - f32::from(a))).round() as u8;
    std::array::from_fn(|i| channel(a[i], b[i]))
}
