//! Arrays and blobs of an open file, read region by region.

use std::sync::Arc;
use std::sync::OnceLock;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::Dataset;
use crate::h5::Grid;
use crate::limits::Budget;
use crate::model::Block;
use crate::model::Region;
use crate::model::SampleType;
use crate::model::Samples;
use crate::source::ReadAt;

use super::held::Held;

/// Dataset that is read by regions; its chunk index is read when it is first needed.
pub(super) struct StoredArray {
    dataset: Dataset,
    grid: OnceLock<Arc<Grid>>,
    source: Arc<dyn ReadAt>,
    budget: Budget,
    name: String,
}

impl StoredArray {
    /// Wraps a dataset.
    pub(super) fn new(dataset: Dataset, source: Arc<dyn ReadAt>, budget: &Budget) -> Self {
        let name = format!("{} /{}", source.name(), dataset.path());
        Self { dataset, grid: OnceLock::new(), source, budget: budget.clone(), name }
    }

    /// Returns how the samples lie in the file.
    ///
    /// # Errors
    /// `hdf5.*`, `limit.bytes`.
    pub(super) fn grid(&self) -> Result<Arc<Grid>> {
        if let Some(grid) = self.grid.get() {
            return Ok(grid.clone());
        }
        let grid = Arc::new(self.dataset.grid()?);
        Ok(self.grid.get_or_init(|| grid).clone())
    }

    /// Reads and decodes a region.
    ///
    /// # Errors
    /// `uff.region`, `limit.bytes`, `hdf5.*`, `input.truncated`; whatever the source says.
    pub(super) fn read(&self, region: &Region) -> Result<Block> {
        self.read_region(region).map_err(|e| e.file(self.source.name()).at(format!("/{}", self.dataset.path())))
    }

    fn read_region(&self, region: &Region) -> Result<Block> {
        let grid = self.grid()?;
        let plan = grid.plan(region, self.budget.limits().memory)?;
        let decoded = region.rows.saturating_mul(region.columns).saturating_mul(grid.sample_type().size()) as u64;
        if plan.ranges().iter().any(|r| r.end > self.source.len()) {
            return Err(Error::new(Code::InputTruncated, "a chunk lies past the end of the file")
                .found(format!("{} bytes", self.source.len())));
        }
        let _held = Held::charge(&self.budget, decoded.saturating_add(plan.bytes()), "a region of an image")?;
        let mut fetched = Vec::with_capacity(plan.ranges().len());
        for range in plan.ranges() {
            let length = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
            let mut bytes = Vec::new();
            let no_memory = |e| Error::new(Code::LimitBytes, "no memory for a region").cause(e);
            bytes.try_reserve_exact(length).map_err(no_memory)?;
            bytes.resize(length, 0_u8);
            self.source.read_exact_at(range.start, &mut bytes)?;
            fetched.push(bytes);
        }
        plan.decode(&fetched)
    }
}

/// Image of an open file.
pub(super) struct StoredSamples {
    array: Arc<StoredArray>,
    shape: (usize, usize),
    sample_type: SampleType,
}

impl StoredSamples {
    /// Wraps a dataset of two axes.
    ///
    /// # Errors
    /// `hdf5.type` for any other dataset; `uff.inconsistent` for one without samples.
    pub(super) fn new(array: Arc<StoredArray>) -> Result<Self> {
        let grid = array.grid()?;
        if !matches!(array.dataset.shape(), crate::h5::Shape::Axes(axes) if axes.len() == 2) {
            return Err(Error::new(Code::Hdf5Type, "not an image")
                .file(array.source.name())
                .at(format!("/{}", array.dataset.path()))
                .expected("two axes"));
        }
        let (rows, columns) = grid.shape();
        if rows == 0 || columns == 0 {
            return Err(Error::new(Code::UffInconsistent, "an image holds no samples")
                .file(array.source.name())
                .at(format!("/{}", array.dataset.path()))
                .expected("at least 1 row and 1 column")
                .found(format!("{rows} x {columns}")));
        }
        Ok(Self { shape: grid.shape(), sample_type: grid.sample_type().clone(), array })
    }
}

impl Samples for StoredSamples {
    fn shape(&self) -> (usize, usize) {
        self.shape
    }

    fn sample_type(&self) -> SampleType {
        self.sample_type.clone()
    }

    fn read(&self, region: &Region) -> Result<Block> {
        self.array.read(region)
    }
}

/// Opaque bytes of an open file.
pub(super) struct StoredBytes {
    array: Arc<StoredArray>,
    length: u64,
}

impl StoredBytes {
    /// Wraps a dataset of one axis of bytes.
    pub(super) fn new(array: Arc<StoredArray>) -> Self {
        let length = array.dataset.byte_length().unwrap_or(0);
        Self { array, length }
    }
}

impl ReadAt for StoredBytes {
    fn len(&self) -> u64 {
        self.length
    }

    fn name(&self) -> &str {
        &self.array.name
    }

    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
        /// Bytes decoded at a time.
        const PIECE: usize = 4 << 20;
        let past = || {
            Error::new(Code::InputTruncated, "the bytes asked for lie past the end")
                .file(self.name())
                .at(format!("offset {offset}"))
        };
        let end = offset.checked_add(buf.len() as u64).filter(|end| *end <= self.length).ok_or_else(past)?;
        let mut column = usize::try_from(end - buf.len() as u64).map_err(|_| past())?;
        for piece in buf.chunks_mut(PIECE) {
            let region = Region { row: 0, column, rows: 1, columns: piece.len() };
            match self.array.read(&region)? {
                Block::U8(bytes) => piece.iter_mut().zip(&bytes).for_each(|(to, from)| *to = *from),
                _ => return Err(past()),
            }
            column += piece.len();
        }
        Ok(())
    }
}
