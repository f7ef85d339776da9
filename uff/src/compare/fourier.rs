//! Two-dimensional correlation by the fast Fourier transform (J. W. Cooley, J. W. Tukey, Math. Comp. 19 (1965) 297).

use std::ops::{Add, Mul, Sub};

use ndarray::Array2;

/// Complex number.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Complex {
    re: f32,
    im: f32,
}

impl Add for Complex {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

impl Sub for Complex {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }
}

impl Mul for Complex {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }
}

impl Complex {
    fn conj(self) -> Self {
        Self { im: -self.im, ..self }
    }
}

/// Spectrum of an image, padded with zeros to a shape of powers of two.
#[derive(Debug, Clone)]
pub(super) struct Spectrum {
    rows: usize,
    columns: usize,
    values: Vec<Complex>,
}

impl Spectrum {
    /// Transforms an image; `shape` is rounded up to powers of two and what of the image lies outside is left out.
    pub(super) fn new(image: &Array2<f32>, shape: (usize, usize)) -> Self {
        let (rows, columns) = (shape.0.next_power_of_two(), shape.1.next_power_of_two());
        let mut values = vec![Complex::default(); rows * columns];
        for (line, out) in image.rows().into_iter().zip(values.chunks_exact_mut(columns)) {
            out.iter_mut().zip(line).for_each(|(out, v)| out.re = *v);
        }
        let mut spectrum = Self { rows, columns, values };
        spectrum.transform(false);
        spectrum
    }

    /// Returns Σ a(r, c) · b(r + i, c + j) for every shift (i, j), as an image in which shifts below zero wrap around.
    pub(super) fn correlation(&self, other: &Self) -> Array2<f32> {
        let product = self.values.iter().zip(&other.values).map(|(a, b)| a.conj() * *b).collect();
        let mut product = Self { rows: self.rows, columns: self.columns, values: product };
        product.transform(true);
        let scale = 1.0 / (self.rows * self.columns) as f32;
        Array2::from_shape_fn((self.rows, self.columns), |(r, c)| product.values[r * self.columns + c].re * scale)
    }

    fn transform(&mut self, back: bool) {
        let roots = roots(self.columns, back);
        self.values.chunks_exact_mut(self.columns).for_each(|line| fft(line, &roots));
        let roots = self::roots(self.rows, back);
        let mut line = vec![Complex::default(); self.rows];
        for column in 0..self.columns {
            let cells = || (column..self.rows * self.columns).step_by(self.columns);
            line.iter_mut().zip(cells()).for_each(|(out, at)| *out = self.values[at]);
            fft(&mut line, &roots);
            cells().zip(&line).for_each(|(at, value)| self.values[at] = *value);
        }
    }
}

fn roots(length: usize, back: bool) -> Vec<Complex> {
    let turn = if back { std::f64::consts::TAU } else { -std::f64::consts::TAU };
    let root = |k: usize| (turn * k as f64 / length as f64).sin_cos();
    (0..length / 2).map(root).map(|(sin, cos)| Complex { re: cos as f32, im: sin as f32 }).collect()
}

/// Transforms a line whose length is a power of two, in place.
fn fft(line: &mut [Complex], roots: &[Complex]) {
    let length = line.len();
    if length < 2 {
        return;
    }
    let shift = usize::BITS - length.trailing_zeros();
    for i in 0..length {
        let j = i.reverse_bits() >> shift;
        if i < j {
            line.swap(i, j);
        }
    }
    let mut half = 1;
    while half < length {
        let stride = length / (2 * half);
        for block in line.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for ((a, b), root) in low.iter_mut().zip(high).zip(roots.iter().step_by(stride)) {
                let turned = *b * *root;
                (*a, *b) = (*a + turned, *a - turned);
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlation_is_that_of_the_sum_written_out() {
        let value = |seed: usize, r: usize, c: usize| ((seed + 37 * r + 11 * c * c) % 17) as f32 - 8.0;
        let (a, b) = (
            Array2::from_shape_fn((3, 5), |(r, c)| value(1, r, c)),
            Array2::from_shape_fn((4, 6), |(r, c)| value(5, r, c)),
        );
        let found = Spectrum::new(&a, (8, 12)).correlation(&Spectrum::new(&b, (8, 12)));
        assert_eq!(found.dim(), (8, 16));
        for (i, j) in [(0i32, 0i32), (1, 2), (-2, 3), (3, -4)] {
            let sum: f32 = a
                .indexed_iter()
                .map(|((r, c), v)| {
                    let at = (r as i32 + i, c as i32 + j);
                    let inside = at.0 >= 0 && at.1 >= 0;
                    v * b.get((at.0 as usize, at.1 as usize)).copied().filter(|_| inside).unwrap_or_default()
                })
                .sum();
            let wrapped = (i.rem_euclid(8) as usize, j.rem_euclid(16) as usize);
            assert!((found[wrapped] - sum).abs() < 1e-2, "{i} {j}: {} {sum}", found[wrapped]);
        }
    }
}
