//! Decoded samples and where they are read from.

use std::ops::Range;

use ndarray::{Array2, ArrayView2, s};

use super::code_list::code_list;
use crate::error::{Code, Error, Result};

code_list! {
    /// Type of a stored sample.
    SampleType default U16 {
        U8 = "u8", "Unsigned, 8 bits.";
        U16 = "u16", "Unsigned, 16 bits.";
        U32 = "u32", "Unsigned, 32 bits.";
        F32 = "f32", "IEEE 754, 32 bits.";
        F64 = "f64", "IEEE 754, 64 bits.";
    }
}

impl SampleType {
    /// Returns the size of a sample in bytes, 0 for a type that is not listed.
    pub fn size(&self) -> usize {
        match self {
            Self::U8 => 1,
            Self::U16 => 2,
            Self::U32 | Self::F32 => 4,
            Self::F64 => 8,
            Self::Unlisted(_) => 0,
        }
    }
}

/// Rectangle of an image in samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region {
    /// First row.
    pub row: usize,
    /// First column.
    pub column: usize,
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
}

impl Region {
    /// Creates the region of whole rows.
    pub fn of_rows(rows: Range<usize>, columns: usize) -> Self {
        Self { row: rows.start, column: 0, rows: rows.len(), columns }
    }

    /// Checks that the region is not empty and lies inside an image of `shape` rows and columns.
    ///
    /// # Errors
    /// `uff.region`.
    pub fn check(&self, shape: (usize, usize)) -> Result<()> {
        let fits =
            |start: usize, len: usize, size: usize| len > 0 && start.checked_add(len).is_some_and(|end| end <= size);
        if fits(self.row, self.rows, shape.0) && fits(self.column, self.columns, shape.1) {
            return Ok(());
        }
        Err(Error::new(Code::UffRegion, "the region lies outside the image")
            .expected(format!("rows 0 to {}, columns 0 to {}", shape.0, shape.1))
            .found(format!(
                "rows {} to {}, columns {} to {}",
                self.row,
                self.row.saturating_add(self.rows),
                self.column,
                self.column.saturating_add(self.columns)
            )))
    }

    /// Copies the region out of an image, which it must lie in.
    pub fn of<T: Copy>(&self, image: &ArrayView2<'_, T>) -> Array2<T> {
        let part = s![self.row..self.row + self.rows, self.column..self.column + self.columns];
        let part = image.slice(part);
        let mut samples = Vec::with_capacity(part.len());
        // A row at a time, which lies in one piece.
        for row in part.rows() {
            match row.as_slice() {
                Some(row) => samples.extend_from_slice(row),
                None => samples.extend(row),
            }
        }
        Array2::from_shape_vec(part.raw_dim(), samples).unwrap_or_else(|_| part.to_owned())
    }
}

/// Rectangle of decoded samples `[row, column]` in standard (row-major) layout.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Unsigned, 8 bits.
    U8(Array2<u8>),
    /// Unsigned, 16 bits.
    U16(Array2<u16>),
    /// Unsigned, 32 bits.
    U32(Array2<u32>),
    /// IEEE 754, 32 bits.
    F32(Array2<f32>),
    /// IEEE 754, 64 bits.
    F64(Array2<f64>),
}

/// Runs the same expression on the array inside a [`Block`], whatever its type.
#[macro_export]
macro_rules! with_block {
    ($block:expr, $array:ident => $body:expr) => {
        match $block {
            $crate::model::Block::U8($array) => $body,
            $crate::model::Block::U16($array) => $body,
            $crate::model::Block::U32($array) => $body,
            $crate::model::Block::F32($array) => $body,
            $crate::model::Block::F64($array) => $body,
        }
    };
}

impl Block {
    /// Makes a block of zeros.
    ///
    /// # Errors
    /// `limit.bytes` when there is no memory for it; `internal` for a type that is not listed.
    pub fn zeros(sample_type: &SampleType, shape: (usize, usize)) -> Result<Self> {
        fn array<T: Clone + Default>((rows, columns): (usize, usize)) -> Result<Array2<T>> {
            let no_memory = |e| Error::new(Code::LimitBytes, "no memory for samples").cause(e);
            let mut cells: Vec<T> = Vec::new();
            let count = rows.saturating_mul(columns);
            cells.try_reserve_exact(count).map_err(no_memory)?;
            cells.resize(count, T::default());
            let filled = Array2::from_shape_vec((rows, columns), cells);
            filled.map_err(|e| Error::new(Code::Internal, "samples do not fill their block").cause(e))
        }
        Ok(match sample_type {
            SampleType::U8 => Self::U8(array(shape)?),
            SampleType::U16 => Self::U16(array(shape)?),
            SampleType::U32 => Self::U32(array(shape)?),
            SampleType::F32 => Self::F32(array(shape)?),
            SampleType::F64 => Self::F64(array(shape)?),
            SampleType::Unlisted(name) => {
                return Err(Error::new(Code::Internal, "samples of an unknown type").found(name));
            }
        })
    }

    /// Copies a block of the same type into this one, its first sample to `[row, column]`.
    ///
    /// # Errors
    /// `uff.region` when it does not lie inside; `internal` when the types differ.
    pub fn paste(&mut self, row: usize, column: usize, part: &Block) -> Result<()> {
        let (rows, columns) = part.shape();
        Region { row, column, rows, columns }.check(self.shape())?;
        let s = ndarray::s![row..row + rows, column..column + columns];
        match (self, part) {
            (Self::U8(a), Self::U8(b)) => a.slice_mut(s).assign(b),
            (Self::U16(a), Self::U16(b)) => a.slice_mut(s).assign(b),
            (Self::U32(a), Self::U32(b)) => a.slice_mut(s).assign(b),
            (Self::F32(a), Self::F32(b)) => a.slice_mut(s).assign(b),
            (Self::F64(a), Self::F64(b)) => a.slice_mut(s).assign(b),
            _ => return Err(Error::new(Code::Internal, "samples of another type than their block")),
        }
        Ok(())
    }

    /// Returns rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        with_block!(self, a => a.dim())
    }

    /// Returns the sample type.
    pub fn sample_type(&self) -> SampleType {
        match self {
            Self::U8(_) => SampleType::U8,
            Self::U16(_) => SampleType::U16,
            Self::U32(_) => SampleType::U32,
            Self::F32(_) => SampleType::F32,
            Self::F64(_) => SampleType::F64,
        }
    }

    /// Returns the samples as 64-bit numbers.
    pub fn to_f64(&self) -> Array2<f64> {
        match self {
            Self::U8(a) => a.mapv(f64::from),
            Self::U16(a) => a.mapv(f64::from),
            Self::U32(a) => a.mapv(f64::from),
            Self::F32(a) => a.mapv(f64::from),
            Self::F64(a) => a.clone(),
        }
    }

    /// Copies a rectangle out of the block.
    ///
    /// # Errors
    /// `uff.region` when it does not lie inside.
    pub fn crop(&self, region: &Region) -> Result<Block> {
        region.check(self.shape())?;
        Ok(match self {
            Self::U8(a) => Self::U8(region.of(&a.view())),
            Self::U16(a) => Self::U16(region.of(&a.view())),
            Self::U32(a) => Self::U32(region.of(&a.view())),
            Self::F32(a) => Self::F32(region.of(&a.view())),
            Self::F64(a) => Self::F64(region.of(&a.view())),
        })
    }

    /// Returns the samples row by row in little-endian bytes: the form digests are taken of.
    pub fn to_le_bytes(&self) -> Vec<u8> {
        with_block!(self, a => {
            let size = self.sample_type().size();
            let mut bytes = vec![0; a.len() * size];
            bytes.chunks_exact_mut(size).zip(a).for_each(|(cell, v)| cell.copy_from_slice(&v.to_le_bytes()));
            bytes
        })
    }
}

/// Array of samples that is read piece by piece, from a file of the vendor, a UFF file or memory.
pub trait Samples: Send + Sync {
    /// Returns rows and columns.
    fn shape(&self) -> (usize, usize);

    /// Returns the sample type.
    fn sample_type(&self) -> SampleType;

    /// Reads a rectangle.
    ///
    /// # Errors
    /// `uff.region` when the region lies outside; whatever the source says otherwise.
    fn read(&self, region: &Region) -> Result<Block>;

    /// Reads everything.
    ///
    /// # Errors
    /// As [`Samples::read`].
    fn read_all(&self) -> Result<Block> {
        let (rows, columns) = self.shape();
        self.read(&Region { row: 0, column: 0, rows, columns })
    }
}

impl Samples for Block {
    fn shape(&self) -> (usize, usize) {
        self.shape()
    }

    fn sample_type(&self) -> SampleType {
        self.sample_type()
    }

    fn read(&self, region: &Region) -> Result<Block> {
        self.crop(region)
    }
}
