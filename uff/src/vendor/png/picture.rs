//! The picture of a PNG file, decoded when its samples are first asked for.

use std::io::BufReader;
use std::sync::{Arc, Mutex};

use super::chunks::{Chunk, chunks};
use super::stream::Stream;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::{Block, ByteOrder, Region, SampleType, Samples};
use crate::source::{MemorySource, ReadAt};
use crate::vendor::{Placement, StridedSamples};

/// Most bytes that a byte of a deflate stream can stand for (RFC 1951: a pair of bits for 258 bytes).
const MOST: u64 = 4 * 258;

/// A grey picture.
pub(super) struct Picture {
    source: Arc<dyn ReadAt>,
    budget: Budget,
    /// Rows and columns.
    shape: (usize, usize),
    sample_type: SampleType,
    /// All chunks but the last.
    pub(super) chunks: Vec<Chunk>,
    decoded: Mutex<Option<Arc<Block>>>,
}

impl Picture {
    /// Reads the header of a picture.
    ///
    /// # Errors
    /// As [`chunks`]; `png.unsupported` for a picture that is not grey of 8 or 16 bits; `input.size_mismatch` when it
    /// claims more samples than its bytes can hold.
    pub(super) fn open(source: Arc<dyn ReadAt>, budget: &Budget) -> Result<Self> {
        let name = source.name().to_owned();
        Self::parse(source, budget).map_err(|e| e.file(name))
    }

    fn parse(source: Arc<dyn ReadAt>, budget: &Budget) -> Result<Self> {
        let chunks = chunks(&*source, budget)?;
        let mut header = [0; 13];
        let first = chunks.first().ok_or_else(|| Error::new(Code::PngStructure, "the picture is missing"))?;
        source.read_exact_at(first.offset, &mut header)?;
        let [w0, w1, w2, w3, h0, h1, h2, h3, bits, colour, ..] = header;
        let (columns, rows) = (u32::from_be_bytes([w0, w1, w2, w3]), u32::from_be_bytes([h0, h1, h2, h3]));
        let unsupported = |found: String| {
            Error::new(Code::PngUnsupported, "the picture is not grey of 8 or 16 bits")
                .expected("grey, 8 or 16 bits, one picture")
                .found(found)
                .hint(
                    "A picture in colours holds no measurement; ask for the grey image that it was made of, or keep it \
                       beside the scan as a media file of a profile.",
                )
        };
        let sample_type = match (colour, bits) {
            (0, 8) => SampleType::U8,
            (0, 16) => SampleType::U16,
            (0, bits) => return Err(unsupported(format!("grey of {bits} bits"))),
            (2, _) => return Err(unsupported("RGB colours".to_owned())),
            (3, _) => return Err(unsupported("palette colours".to_owned())),
            (4, _) => return Err(unsupported("grey with opacity".to_owned())),
            (6, _) => return Err(unsupported("RGB colours with opacity".to_owned())),
            _ => return Err(Error::new(Code::PngStructure, "there is no such kind of picture").found(colour)),
        };
        if chunks.iter().any(|c| &c.kind.0 == b"acTL") {
            return Err(unsupported("an animation".to_owned()));
        }
        if rows == 0 || columns == 0 {
            return Err(Error::new(Code::PngStructure, "the picture has no size").found(format!("{rows} × {columns}")));
        }
        let claimed = u64::from(rows).saturating_mul(u64::from(columns)).saturating_mul(sample_type.size() as u64);
        let stored = chunks.iter().filter(|c| &c.kind.0 == b"IDAT").map(|c| c.length).fold(0, u64::saturating_add);
        if claimed > stored.saturating_mul(MOST) {
            return Err(Error::new(Code::InputSizeMismatch, "the picture claims more samples than its bytes can hold")
                .expected(format!("at most {} bytes of samples", stored.saturating_mul(MOST)))
                .found(format!("{claimed} bytes")));
        }
        let shape = (rows as usize, columns as usize);
        Ok(Self { source, budget: budget.clone(), shape, sample_type, chunks, decoded: Mutex::default() })
    }

    fn block(&self) -> Result<Arc<Block>> {
        let poisoned = || Error::new(Code::Internal, "a thread that decoded the picture has failed");
        let mut decoded = self.decoded.lock().map_err(|_| poisoned())?;
        if let Some(block) = &*decoded {
            return Ok(block.clone());
        }
        let block = Arc::new(self.decode().map_err(|e| e.file(self.source.name()))?);
        *decoded = Some(block.clone());
        Ok(block)
    }

    fn decode(&self) -> Result<Block> {
        let damaged = |e: png::DecodingError| match e {
            png::DecodingError::LimitsExceeded => {
                Error::new(Code::LimitBytes, "the picture exceeds the memory limit").cause(e)
            }
            e => Error::new(Code::PngStructure, "the picture cannot be decoded").cause(e),
        };
        let limit = usize::try_from(self.budget.limits().memory).unwrap_or(usize::MAX);
        let stream = BufReader::with_capacity(1 << 16, Stream::new(self.source.clone()));
        let mut decoder = png::Decoder::new_with_limits(stream, png::Limits { bytes: limit });
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        decoder.set_transformations(png::Transformations::IDENTITY);
        let mut reader = decoder.read_info().map_err(damaged)?;
        let (rows, columns) = self.shape;
        let row = columns.saturating_mul(self.sample_type.size());
        let size = rows.saturating_mul(row);
        if reader.output_buffer_size() != Some(size) {
            return Err(Error::new(Code::PngStructure, "the picture has another size than its header says"));
        }
        // The bytes of the picture, and the samples made of them, which stay.
        self.budget.charge((size as u64).saturating_mul(2), "a PNG picture")?;
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(size)
            .map_err(|e| Error::new(Code::LimitBytes, "no memory for a picture").found(size).cause(e))?;
        bytes.resize(size, 0);
        reader.next_frame(&mut bytes).map_err(damaged)?;
        reader.finish().map_err(damaged)?;
        let place = Placement {
            shape: self.shape,
            sample_type: self.sample_type.clone(),
            byte_order: ByteOrder::Big,
            offset: 0,
            row_stride: row as u64,
            column_stride: self.sample_type.size() as u64,
        };
        let block = StridedSamples::new(Arc::new(MemorySource::new(self.source.name(), bytes)), place)?.read_all();
        self.budget.release(size as u64);
        block
    }
}

impl Samples for Picture {
    fn shape(&self) -> (usize, usize) {
        self.shape
    }

    fn sample_type(&self) -> SampleType {
        self.sample_type.clone()
    }

    fn read(&self, region: &Region) -> Result<Block> {
        region.check(self.shape)?;
        self.block()?.crop(region)
    }
}
