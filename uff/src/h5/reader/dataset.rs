//! Datasets of a file that is read.

use std::sync::Arc;

use hdf5_reader::ByteOrder;
use hdf5_reader::Datatype as Parsed;
use hdf5_reader::Hdf5File;
use hdf5_reader::messages::HdfMessage;
use hdf5_reader::messages::layout::DataLayout;

use super::File;
use super::attribute::element_size;
use super::attribute::holds_addresses;
use super::attribute::shape_of;
use super::chunks::Index;
use super::chunks::chunk_addresses;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::ChunkAddress;
use crate::h5::Datatype;
use crate::h5::Filter;
use crate::h5::Grid;
use crate::h5::GridStorage;
use crate::h5::Pipeline;
use crate::h5::Shape;
use crate::h5::guard::library;
use crate::limits::Budget;
use crate::model::SampleType;
use crate::source::ReadAt;

/// Dataset of a file.
#[derive(Clone)]
pub struct Dataset {
    pub(super) file: Hdf5File,
    library: hdf5_reader::Dataset,
    pub(super) source: Arc<dyn ReadAt>,
    pub(super) budget: Budget,
    path: String,
    shape: Shape,
    pub(super) layout: DataLayout,
    pipeline: Pipeline,
    /// Whether the elements lie in another file.
    pub(super) external: bool,
}

impl Dataset {
    pub(super) fn new(file: &File, library_dataset: hdf5_reader::Dataset, path: &str) -> Result<Self> {
        let address = library_dataset.address();
        let header = library(|| file.library.get_or_parse_header(address)).map_err(|e| e.at(format!("/{path}")))?;
        let mut shape = Shape::Null;
        let mut layout = DataLayout::Compact { data: Vec::new() };
        let mut pipeline = Pipeline::default();
        let mut external = false;
        for message in &header.messages {
            match message {
                HdfMessage::Dataspace(space) => shape = shape_of(space),
                HdfMessage::DataLayout(message) => layout = message.layout.clone(),
                HdfMessage::FilterPipeline(message) => {
                    let filter = |f: &hdf5_reader::messages::filter_pipeline::FilterDescription| Filter {
                        id: f.id,
                        parameters: f.client_data.clone(),
                    };
                    pipeline = Pipeline::new(message.filters.iter().map(filter).collect());
                }
                HdfMessage::ExternalFiles(_) => external = true,
                _ => {}
            }
        }
        if let (DataLayout::Chunked { dims, .. }, Shape::Axes(axes)) = (&mut layout, &shape) {
            dims.truncate(axes.len());
        }
        Ok(Self {
            file: file.library.clone(),
            library: library_dataset,
            source: file.source.clone(),
            budget: file.budget.clone(),
            path: path.to_owned(),
            shape,
            layout,
            pipeline,
            external,
        })
    }

    pub(super) fn library(&self) -> &hdf5_reader::Dataset {
        &self.library
    }

    /// Returns the path without a leading slash.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the number of elements per axis.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Returns the largest size per axis where it differs from the current one; 2^64 - 1 means unlimited.
    pub fn growable(&self) -> bool {
        match (&self.shape, self.library.max_dims()) {
            (Shape::Axes(axes), Some(max)) => axes.as_slice() != max,
            _ => false,
        }
    }

    /// Returns the element type in words, such as `u16` or `text of 12 bytes`.
    pub fn describe_type(&self) -> String {
        super::attribute::describe(self.library.dtype())
    }

    /// Returns the sample type and whether the most significant byte comes first, none for any other type.
    pub fn sample_type(&self) -> Option<(SampleType, bool)> {
        let (sample_type, order) = match self.library.dtype() {
            Parsed::FixedPoint { size: 1, signed: false, .. } => (SampleType::U8, ByteOrder::LittleEndian),
            Parsed::FixedPoint { size: 2, signed: false, byte_order } => (SampleType::U16, *byte_order),
            Parsed::FixedPoint { size: 4, signed: false, byte_order } => (SampleType::U32, *byte_order),
            Parsed::FloatingPoint { size: 4, byte_order } => (SampleType::F32, *byte_order),
            Parsed::FloatingPoint { size: 8, byte_order } => (SampleType::F64, *byte_order),
            _ => return None,
        };
        Some((sample_type, order == ByteOrder::BigEndian))
    }

    /// Returns the sample type as [`Dataset::sample_type`] does, also for signed numbers of 8 to 32 bits, whose type is the
    /// unsigned one; the last value tells them apart.
    pub fn stored_type(&self) -> Option<(SampleType, bool, bool)> {
        match self.library.dtype() {
            Parsed::FixedPoint { size, signed: true, byte_order } => {
                let sample_type = match size {
                    1 => SampleType::U8,
                    2 => SampleType::U16,
                    4 => SampleType::U32,
                    _ => return None,
                };
                Some((sample_type, *byte_order == ByteOrder::BigEndian, true))
            }
            _ => self.sample_type().map(|(sample_type, big_endian)| (sample_type, big_endian, false)),
        }
    }

    /// Returns whether the elements are text of a fixed length.
    pub fn is_text(&self) -> bool {
        matches!(self.library.dtype(), Parsed::String { .. })
    }

    /// Returns the elements of a chunk per axis, none when the dataset is not chunked.
    pub fn chunk(&self) -> Option<&[u32]> {
        match &self.layout {
            DataLayout::Chunked { dims, .. } => Some(dims),
            _ => None,
        }
    }

    /// Returns the filters of the chunks.
    pub fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    /// Describes an array of one or two axes for reading by regions; an array of one axis is a single row. The chunk
    /// index is read here.
    ///
    /// # Errors
    /// `hdf5.type` for other element types or axes; `hdf5.structure`, `hdf5.unsupported`, `limit.bytes`.
    pub fn grid(&self) -> Result<Grid> {
        self.read_grid().map_err(|e| self.located(e))
    }

    fn read_grid(&self) -> Result<Grid> {
        let wrong = |found: String| {
            Error::new(Code::Hdf5Type, "not an array of samples")
                .expected("one or two axes of u8, u16, u32, f32 or f64")
                .found(found)
        };
        let (sample_type, big_endian) = self.sample_type().ok_or_else(|| wrong(self.describe_type()))?;
        let too_large = || Error::new(Code::LimitBytes, "the array is too large for this machine");
        let size = |n: u64| usize::try_from(n).map_err(|_| too_large());
        let (rows, columns) = match &self.shape {
            Shape::Axes(axes) => match axes.as_slice() {
                [columns] => (1, size(*columns)?),
                [rows, columns] => (size(*rows)?, size(*columns)?),
                _ => return Err(wrong(format!("{} axes", axes.len()))),
            },
            _ => return Err(wrong("no axes".into())),
        };
        let storage = match &self.layout {
            DataLayout::Contiguous { address, .. } if *address == u64::MAX => {
                GridStorage::Chunked { chunk: (1, 1), pipeline: Pipeline::default(), chunks: Arc::new([]) }
            }
            DataLayout::Contiguous { address, .. } => GridStorage::Contiguous { offset: self.absolute(*address) },
            DataLayout::Chunked { dims, .. } => {
                let sides: Vec<usize> = dims.iter().map(|side| *side as usize).collect();
                let (chunk, axes) = match sides.as_slice() {
                    [across] => ((1, *across), &[columns][..]),
                    [down, across] => ((*down, *across), &[rows, columns][..]),
                    _ => return Err(Error::new(Code::Hdf5Structure, "the chunks have other axes than the array")),
                };
                let chunks = self.chunks(sample_type.size(), axes, &sides)?;
                GridStorage::Chunked { chunk, pipeline: self.pipeline.clone(), chunks: chunks.into() }
            }
            DataLayout::Compact { .. } => {
                return Err(Error::new(Code::Hdf5Unsupported, "samples inside an object header are not handled"));
            }
        };
        let storage = match storage {
            GridStorage::Chunked { pipeline, chunks, .. } if chunks.is_empty() => unwritten(rows, columns, pipeline),
            other => other,
        };
        let fill = self.library.fill_value().and_then(|f| f.value.clone());
        Ok(Grid::new((rows, columns), sample_type, storage)?.stored_as(big_endian, fill).named(&self.path))
    }

    /// Lists the chunks of an array with these axes.
    pub(super) fn chunks(&self, element: usize, axes: &[usize], chunk: &[usize]) -> Result<Vec<ChunkAddress>> {
        let index = Index {
            layout: &self.layout,
            shape: &self.shape,
            filtered: !self.pipeline.filters().is_empty(),
            element,
            max: self.library.max_dims(),
        };
        chunk_addresses(&self.file, &self.budget, index, axes, chunk)
    }

    pub(super) fn absolute(&self, address: u64) -> u64 {
        address.saturating_add(self.file.superblock().base_address)
    }

    /// Returns whether the elements are addresses in the file (variable length, references), which mean nothing in
    /// another file.
    pub fn holds_addresses(&self) -> bool {
        holds_addresses(self.library.dtype())
    }

    /// Returns the element type as stored.
    ///
    /// # Errors
    /// `hdf5.structure`.
    pub fn datatype(&self) -> Result<Datatype> {
        let message = library(|| self.library.raw_datatype()).map_err(|e| self.located(e))?;
        let size = element_size(self.library.dtype()).unwrap_or(0);
        Ok(Datatype::Encoded { message, size })
    }

    /// Returns the bytes of all elements, none when that exceeds 64 bits.
    pub fn byte_length(&self) -> Option<u64> {
        self.shape.elements()?.checked_mul(u64::from(element_size(self.library.dtype())?))
    }

    /// Reads all elements as stored, whatever their type; the memory is charged and stays charged.
    ///
    /// # Errors
    /// `limit.bytes`, `hdf5.*`, `input.truncated`.
    pub fn read_bytes(&self) -> Result<Vec<u8>> {
        let length = self
            .byte_length()
            .ok_or_else(|| self.located(Error::new(Code::LimitBytes, "the dataset is too large for this machine")))?;
        self.budget.charge(length, "a dataset").map_err(|e| self.located(e))?;
        if length == 0 {
            return Ok(Vec::new());
        }
        library(|| self.library.read_raw_bytes()).map_err(|e| self.located(e))
    }

    /// Reads a scalar text of fixed or variable length, without its padding.
    ///
    /// # Errors
    /// `hdf5.type` when it is no text; `limit.bytes` above `limit` bytes; `hdf5.*`.
    pub fn read_text(&self, limit: u64) -> Result<Vec<u8>> {
        if self.holds_addresses() {
            return library(|| self.library.read_string()).map(String::into_bytes).map_err(|e| self.located(e));
        }
        if !self.is_text() || self.shape.elements() != Some(1) {
            let error = Error::new(Code::Hdf5Type, "not a text").expected("one string").found(self.describe_type());
            return Err(self.located(error));
        }
        if self.byte_length().is_none_or(|n| n > limit) {
            let error = Error::new(Code::LimitBytes, "the document is too large").expected(format!("{limit} bytes"));
            return Err(self.located(error));
        }
        let mut bytes = self.read_bytes()?;
        let used = bytes.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1);
        bytes.truncate(used);
        Ok(bytes)
    }

    /// Reads an array of texts of fixed length, each without its padding.
    ///
    /// # Errors
    /// As [`Dataset::read_bytes`], and `hdf5.type`.
    pub fn read_texts(&self) -> Result<Vec<String>> {
        let size = element_size(self.library.dtype()).unwrap_or(0) as usize;
        if !self.is_text() || self.holds_addresses() || size == 0 {
            let error = Error::new(Code::Hdf5Type, "not an array of text").found(self.describe_type());
            return Err(self.located(error));
        }
        self.budget.count(self.shape.elements().unwrap_or(u64::MAX), "texts")?;
        let bytes = self.read_bytes()?;
        let text = |cell: &[u8]| String::from_utf8_lossy(cell).trim_end_matches('\0').to_owned();
        Ok(bytes.chunks(size).map(text).collect())
    }

    pub(super) fn located(&self, error: Error) -> Error {
        error.file(self.source.name()).at(format!("/{}", self.path))
    }
}

/// Storage of an array none of whose samples was ever written.
fn unwritten(rows: usize, columns: usize, pipeline: Pipeline) -> GridStorage {
    let count = usize::from(rows > 0 && columns > 0);
    GridStorage::Chunked {
        chunk: (rows.max(1), columns.max(1)),
        pipeline,
        chunks: vec![Default::default(); count].into(),
    }
}
