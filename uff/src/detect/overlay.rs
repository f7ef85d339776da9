//! Findings drawn into a picture: numbered boxes that can be read on any colour.

use crate::model::Region;
use crate::picture::Pixels;
use crate::picture::Raster;

/// Colour of boxes and labels, of the rim around them and of the digits.
const BOX: [u8; 3] = [255, 32, 32];
const RIM: [u8; 3] = [255, 255, 255];
const DIGIT: [u8; 3] = [255, 255, 255];
/// Pixels between what is marked and its box.
const MARGIN: usize = 2;

/// Digits of 5 × 7 dots, top to bottom, the left dot in the highest of five bits.
#[rustfmt::skip]
const DIGITS: [[u8; 7]; 10] = [
    [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
    [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
    [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
    [0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110],
    [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
    [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
    [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
    [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
    [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
    [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
];

/// Draws numbered boxes, the first with number 1, into a picture whose pixels are those of the view (a legend below does not
/// matter). Boxes outside the picture are cut at its edge.
pub fn draw_findings(picture: &Raster, marks: &[Region]) -> Raster {
    let mut canvas = Canvas::of(picture);
    for mark in marks {
        let (top, left) = (mark.row.saturating_sub(MARGIN), mark.column.saturating_sub(MARGIN));
        let (bottom, right) = (mark.row + mark.rows - 1 + MARGIN, mark.column + mark.columns - 1 + MARGIN);
        canvas.frame((top, left), (bottom, right), RIM, 2);
        canvas.frame((top, left), (bottom, right), BOX, 1);
    }
    // Labels last, so that no box runs through them.
    let mut taken = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        canvas.label(index + 1, mark, &mut taken);
    }
    let pixels = Pixels::Rgb8(canvas.pixels.into_flattened());
    Raster { rows: canvas.height, columns: canvas.width, pixels }
}

struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
}

impl Canvas {
    fn of(picture: &Raster) -> Self {
        let pixels = match &picture.pixels {
            Pixels::Grey8(grey) => grey.iter().map(|v| [*v; 3]).collect(),
            Pixels::Grey16(grey) => grey.iter().map(|v| [(v >> 8) as u8; 3]).collect(),
            Pixels::Rgb8(colours) => colours.as_chunks::<3>().0.to_vec(),
        };
        Self { width: picture.columns, height: picture.rows, pixels }
    }

    fn set(&mut self, row: usize, column: usize, colour: [u8; 3]) {
        let inside = row < self.height && column < self.width;
        if let Some(pixel) = self.pixels.get_mut(row.wrapping_mul(self.width).wrapping_add(column)).filter(|_| inside) {
            *pixel = colour;
        }
    }

    /// Draws a frame `thick` pixels wide, outwards.
    fn frame(&mut self, (top, left): (usize, usize), (bottom, right): (usize, usize), colour: [u8; 3], thick: usize) {
        for k in 0..thick {
            let (t, l, b, r) = (top.wrapping_sub(k), left.wrapping_sub(k), bottom + k, right + k);
            for column in left.saturating_sub(k)..=r {
                self.set(t, column, colour);
                self.set(b, column, colour);
            }
            for row in top.saturating_sub(k)..=b {
                self.set(row, l, colour);
                self.set(row, r, colour);
            }
        }
    }

    /// Writes a number on a plate at the upper left corner of a mark, or where none is yet.
    fn label(&mut self, number: usize, mark: &Region, taken: &mut Vec<[usize; 4]>) {
        let digits: Vec<usize> = number.to_string().bytes().map(|b| usize::from(b - b'0')).collect();
        let (height, width) = (9, 6 * digits.len() + 1);
        let above = (mark.row.saturating_sub(MARGIN + height), mark.column.saturating_sub(MARGIN));
        let below = (mark.row + mark.rows + MARGIN, mark.column.saturating_sub(MARGIN));
        let right = (mark.row.saturating_sub(MARGIN), mark.column + mark.columns + MARGIN);
        let free = |place: &(usize, usize)| {
            let fits = place.0 + height <= self.height && place.1 + width <= self.width;
            let clear = taken
                .iter()
                .all(|[t, l, b, r]| place.0 >= *b || place.0 + height <= *t || place.1 >= *r || place.1 + width <= *l);
            fits && clear
        };
        let (row, column) = [above, right, below].into_iter().find(free).unwrap_or(above);
        taken.push([row, column, row + height, column + width]);
        for r in 0..height {
            for c in 0..width {
                self.set(row + r, column + c, BOX);
            }
        }
        for (place, digit) in digits.into_iter().enumerate() {
            for (r, bits) in DIGITS[digit].into_iter().enumerate() {
                for c in (0..5).filter(|c| bits & (16 >> c) != 0) {
                    self.set(row + 1 + r, column + 1 + 6 * place + c, DIGIT);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn boxes_are_drawn_around_and_numbers_beside() {
        let grey = Raster::grey16(&Array2::from_elem((60, 80), 0.5));
        let marks = [
            Region { row: 20, column: 30, rows: 10, columns: 12 },
            Region { row: 0, column: 70, rows: 5, columns: 10 },
        ];
        let drawn = Canvas::of(&draw_findings(&grey, &marks));
        let at = |row: usize, column: usize| drawn.pixels[row * drawn.width + column];
        assert_eq!((drawn.width, drawn.height), (80, 60));
        assert_eq!((at(18, 35), at(17, 35), at(25, 28), at(25, 43)), (BOX, RIM, BOX, BOX));
        // What is marked stays as it was.
        assert!(at(25, 35) != BOX && at(20, 30) == at(40, 5));
        // The plate of number 1 above the box: a dot of the digit, and its ground.
        assert_eq!((at(10, 31), at(9, 28)), (DIGIT, BOX));
    }

    #[test]
    fn digits_differ() {
        let distinct: std::collections::BTreeSet<_> = DIGITS.iter().collect();
        assert_eq!(distinct.len(), 10);
    }
}
