//! Arrays and blobs of an open file, read region by region.

use std::sync::Arc;
use std::sync::OnceLock;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::Dataset;
use crate::h5::Grid;
use crate::h5::GridPlan;
use crate::h5::GridStorage;
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
        self.read_region(region).map_err(|e| self.located(e))
    }

    /// Tells whether the checksums of its chunks cover all that is stored of the array.
    ///
    /// # Errors
    /// As [`StoredArray::grid`].
    pub(super) fn is_checked_as_stored(&self) -> Result<bool> {
        Ok(match self.grid()?.storage() {
            GridStorage::Chunked { pipeline, chunks, .. } => {
                pipeline.is_checked_as_stored() && chunks.iter().all(|chunk| chunk.skipped == 0)
            }
            GridStorage::Contiguous { .. } => false,
        })
    }

    /// Returns the sum of the lengths of the chunks.
    ///
    /// # Errors
    /// As [`StoredArray::grid`].
    pub(super) fn stored_bytes(&self) -> Result<u64> {
        Ok(match self.grid()?.storage() {
            GridStorage::Chunked { chunks, .. } => chunks.iter().map(|chunk| u64::from(chunk.length)).sum(),
            GridStorage::Contiguous { .. } => self.dataset.byte_length().unwrap_or(u64::MAX),
        })
    }

    /// Checks the chunks of a region by their checksums, without decoding them.
    ///
    /// # Errors
    /// As [`StoredArray::read`]; `hdf5.unsupported` for chunks without checksums.
    pub(super) fn check(&self, region: &Region) -> Result<()> {
        let check = || {
            let plan = self.plan(region)?;
            if let Some(whole) = self.source.bytes() {
                let part = |range: &std::ops::Range<u64>| {
                    let range = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
                    whole.get(range)
                };
                return plan.check(&plan.ranges().iter().map(|r| part(r).unwrap_or_default()).collect::<Vec<_>>());
            }
            let _held = Held::charge(&self.budget, plan.bytes(), "chunks of an image")?;
            plan.check(&self.fetch(&plan)?)
        };
        check().map_err(|e: Error| self.located(e))
    }

    fn located(&self, e: Error) -> Error {
        e.file(self.source.name()).at(format!("/{}", self.dataset.path()))
    }

    fn read_region(&self, region: &Region) -> Result<Block> {
        let plan = self.plan(region)?;
        let size = self.grid()?.sample_type().size();
        let decoded = region.rows.saturating_mul(region.columns).saturating_mul(size) as u64;
        let _held = Held::charge(&self.budget, decoded.saturating_add(plan.bytes()), "a region of an image")?;
        plan.decode(&self.fetch(&plan)?)
    }

    fn plan(&self, region: &Region) -> Result<GridPlan> {
        let plan = self.grid()?.plan(region, self.budget.limits().memory)?;
        match plan.ranges().iter().any(|r| r.end > self.source.len()) {
            true => Err(Error::new(Code::InputTruncated, "a chunk lies past the end of the file")
                .found(format!("{} bytes", self.source.len()))),
            false => Ok(plan),
        }
    }

    fn fetch(&self, plan: &GridPlan) -> Result<Vec<Vec<u8>>> {
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
        Ok(fetched)
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
