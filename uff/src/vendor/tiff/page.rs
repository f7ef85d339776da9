//! One image of a TIFF file: its size, the type of its samples and where its strips or tiles lie.

use super::compression::Compression;
use super::directory::Directory;
use super::predictor::Predictor;
use super::tag;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::SampleType;
use crate::vendor::Placement;

/// One image of a TIFF file. Its chunks are its strips or tiles, row after row of them, and channel after channel where
/// the channels are stored apart.
#[derive(Debug, Clone)]
pub(super) struct Page {
    /// Rows and columns.
    pub(super) shape: (usize, usize),
    /// Samples per pixel.
    pub(super) channels: usize,
    /// Whether each channel has chunks of its own (planar configuration 2).
    pub(super) apart: bool,
    pub(super) sample_type: SampleType,
    pub(super) compression: Compression,
    pub(super) predictor: Predictor,
    /// Rows and columns of a chunk; chunks at the right and lower edge stand out beyond the image.
    pub(super) chunk: (usize, usize),
    /// Whether a chunk holds only the rows that lie in the image, as the last strip does.
    pub(super) cut: bool,
    /// Offset and number of bytes of each chunk.
    pub(super) chunks: Vec<(u64, u64)>,
}

/// Returns whether the directory is not an image of its own but a reduced copy or a mask.
pub(super) fn is_auxiliary(directory: &Directory, budget: &Budget) -> Result<bool> {
    let new = directory.number(tag::NEW_SUBFILE_TYPE, budget)?.unwrap_or(0);
    let old = directory.number(tag::SUBFILE_TYPE, budget)?.unwrap_or(1);
    Ok(new & 5 != 0 || old == 2)
}

impl Page {
    /// Reads the directory of an image.
    ///
    /// # Errors
    /// `tiff.structure` when it lacks or contradicts itself, `tiff.unsupported` for colours, signed samples, bit depths
    /// other than 8, 16, 32 and 64 and compressions not handled; `input.size_mismatch` when strips or tiles have not the
    /// size that the image asks for; `input.truncated` when they lie past the end; `limit.*`.
    pub(super) fn read(directory: &Directory, budget: &Budget) -> Result<Self> {
        Self::parse(directory, budget)
            .map_err(|e| e.file(directory.file().source.name()).at(format!("directory {}", directory.number)))
    }

    fn parse(directory: &Directory, budget: &Budget) -> Result<Self> {
        let shape = (side(directory, tag::IMAGE_LENGTH, budget)?, side(directory, tag::IMAGE_WIDTH, budget)?);
        refuse_colours(directory, budget)?;
        let channels = directory.number(tag::SAMPLES_PER_PIXEL, budget)?.unwrap_or(1);
        let channels = usize::try_from(channels).ok().filter(|n| (1..=256).contains(n)).ok_or_else(|| {
            directory
                .error(Code::TiffUnsupported, "the number of samples per pixel is not handled")
                .expected("1 to 256")
                .found(channels)
        })?;
        let sample_type = sample_type(directory, budget)?;
        let compression = Compression::of(directory.number(tag::COMPRESSION, budget)?.unwrap_or(1))?;
        let predictor = match compression {
            Compression::Lzw | Compression::Deflate => directory.number(tag::PREDICTOR, budget)?.unwrap_or(1),
            Compression::None | Compression::PackBits => 1,
        };
        let predictor = Predictor::of(predictor, &sample_type)?;
        let apart = match directory.number(tag::PLANAR_CONFIGURATION, budget)?.unwrap_or(1) {
            1 => false,
            2 => channels > 1,
            other => return Err(structure("there is no such planar configuration").expected("1 or 2").found(other)),
        };
        let (chunk, cut, chunks) = chunks(directory, shape, budget)?;
        let page = Self { shape, channels, apart, sample_type, compression, predictor, chunk, cut, chunks };
        page.check(directory.file().source.len())?;
        Ok(page)
    }

    /// Returns the number of chunks below and beside each other.
    pub(super) fn grid(&self) -> (usize, usize) {
        (self.shape.0.div_ceil(self.chunk.0), self.shape.1.div_ceil(self.chunk.1))
    }

    /// Returns the samples that stand together in a chunk per pixel.
    pub(super) fn together(&self) -> usize {
        if self.apart { 1 } else { self.channels }
    }

    /// Returns the bytes of a row of a chunk, or nothing when they exceed the address space.
    fn row_bytes(&self) -> Option<usize> {
        self.chunk.1.checked_mul(self.together())?.checked_mul(self.sample_type.size())
    }

    /// Returns the bytes of a whole chunk, decompressed, or nothing when they exceed the address space.
    pub(super) fn chunk_bytes(&self) -> Option<usize> {
        self.row_bytes()?.checked_mul(self.chunk.0)
    }

    /// Returns the bytes that a chunk of this index has at least, decompressed.
    pub(super) fn bytes_of(&self, index: usize) -> Option<usize> {
        let (_, across) = self.grid();
        let (down, _) = self.grid();
        let row = (index / across) % down;
        let rows = if self.cut { self.chunk.0.min(self.shape.0 - row * self.chunk.0) } else { self.chunk.0 };
        self.row_bytes()?.checked_mul(rows)
    }

    /// Compares number, place and size of the chunks with the size of the image and of the file.
    fn check(&self, length: u64) -> Result<()> {
        let (down, across) = self.grid();
        let planes = if self.apart { self.channels } else { 1 };
        let expected = down.checked_mul(across).and_then(|n| n.checked_mul(planes));
        if expected != Some(self.chunks.len()) {
            return Err(structure("the number of strips or tiles does not match the size of the image")
                .expected(expected.map_or("more than can be".to_owned(), |n| n.to_string()))
                .found(self.chunks.len()));
        }
        let most = self.chunk_bytes().ok_or_else(|| Error::new(Code::LimitBytes, "a strip or tile is too large"))?;
        let mut total = 0_u64;
        for (index, (offset, stored)) in self.chunks.iter().copied().enumerate() {
            if offset.checked_add(stored).is_none_or(|end| end > length) {
                return Err(Error::new(Code::InputTruncated, "a strip or tile lies past the end of the file")
                    .expected(format!("{stored} bytes at offset {offset}"))
                    .found(format!("{length} bytes")));
            }
            total = total.saturating_add(stored);
            let least = self.bytes_of(index).unwrap_or(usize::MAX);
            let fits = match self.compression {
                Compression::None => stored == least as u64 || stored == most as u64,
                compression => compression.most(stored) >= least as u64,
            };
            if !fits {
                return Err(Error::new(
                    Code::InputSizeMismatch,
                    "a strip or tile has not the size that the image asks for",
                )
                .expected(format!("{least} bytes of samples"))
                .found(format!("{stored} bytes stored")));
            }
        }
        if total > length {
            return Err(structure("strips or tiles overlap")
                .expected(format!("at most {length} bytes"))
                .found(format!("{total} bytes")));
        }
        Ok(())
    }

    /// Returns where the samples of a channel lie, when they lie at regular distances: uncompressed and either in one
    /// chunk or in chunks of the whole width that follow each other.
    pub(super) fn placement(&self, channel: usize, byte_order: &crate::model::ByteOrder) -> Option<Placement> {
        let (down, across) = self.grid();
        if self.compression != Compression::None || across != 1 {
            return None;
        }
        let (first, inside) = if self.apart { (channel * down, 0) } else { (0, channel) };
        let chunks = self.chunks.get(first..first + down)?;
        let (start, _) = *chunks.first()?;
        let chunk_bytes = self.chunk_bytes()? as u64;
        let follow = (0_u64..)
            .zip(chunks)
            .all(|(i, (offset, _))| i.checked_mul(chunk_bytes).and_then(|n| n.checked_add(start)) == Some(*offset));
        let size = self.sample_type.size();
        follow.then(|| Placement {
            shape: self.shape,
            sample_type: self.sample_type.clone(),
            byte_order: byte_order.clone(),
            offset: start + (inside * size) as u64,
            row_stride: (self.chunk.1 * self.together() * size) as u64,
            column_stride: (self.together() * size) as u64,
        })
    }
}

fn structure(message: &str) -> Error {
    Error::new(Code::TiffStructure, message)
}

/// Reads a side of the image.
fn side(directory: &Directory, tag: u16, budget: &Budget) -> Result<usize> {
    let side = directory.number(tag, budget)?.unwrap_or(0);
    match u32::try_from(side) {
        Ok(side) if side > 0 => Ok(side as usize),
        _ => Err(structure("the image has no size").expected("1 to 4294967295 rows and columns").found(side)),
    }
}

/// Refuses images whose samples are colours: they are photographs, or pictures coloured for display.
fn refuse_colours(directory: &Directory, budget: &Budget) -> Result<()> {
    let unsupported = |message| Error::new(Code::TiffUnsupported, message);
    let hint = "A picture in colours holds no measurement; ask for the grey image that it was made of, or keep the \
                picture beside the scan as a media file of a profile.";
    let colours = match directory.number(tag::PHOTOMETRIC, budget)? {
        None | Some(0 | 1) => None,
        Some(2) => Some("RGB colours"),
        Some(3) => Some("palette colours"),
        Some(4) => Some("a mask"),
        Some(5) => Some("ink colours"),
        Some(6) => Some("YCbCr colours"),
        Some(8..=10) => Some("Lab colours"),
        Some(_) => Some("an unknown kind of image"),
    };
    if let Some(found) = colours {
        return Err(unsupported("the image is not grey").expected("grey (photometric 0 or 1)").found(found).hint(hint));
    }
    if directory.numbers(tag::EXTRA_SAMPLES, budget)?.is_some_and(|extra| extra.iter().any(|kind| *kind != 0)) {
        return Err(unsupported("the image has an opacity channel")
            .expected("samples that are measurements")
            .hint(hint));
    }
    if directory.number(tag::FILL_ORDER, budget)?.unwrap_or(1) != 1 {
        return Err(unsupported("the bits of a byte are stored in reverse order").expected("fill order 1"));
    }
    Ok(())
}

fn sample_type(directory: &Directory, budget: &Budget) -> Result<SampleType> {
    let bits = directory.common(tag::BITS_PER_SAMPLE, budget)?.unwrap_or(1);
    let format = directory.common(tag::SAMPLE_FORMAT, budget)?.unwrap_or(1);
    match (format, bits) {
        (1 | 4, 8) => Ok(SampleType::U8),
        (1 | 4, 16) => Ok(SampleType::U16),
        (1 | 4, 32) => Ok(SampleType::U32),
        (3, 32) => Ok(SampleType::F32),
        (3, 64) => Ok(SampleType::F64),
        _ => {
            let kind = match format {
                1 | 4 => "unsigned",
                2 => "signed",
                3 => "floating-point",
                _ => "complex",
            };
            Err(Error::new(Code::TiffUnsupported, "samples of this type are not handled")
                .expected("unsigned of 8, 16 or 32 bits, floating-point of 32 or 64 bits")
                .found(format!("{kind} of {bits} bits"))
                .hint("Export the scan with 16 bits per sample, or describe the file with a profile."))
        }
    }
}

/// What [`chunks`] returns: rows and columns of a chunk, whether the last one is cut, offsets and sizes.
type Chunks = ((usize, usize), bool, Vec<(u64, u64)>);

/// Reads where the strips or tiles lie.
fn chunks(directory: &Directory, shape: (usize, usize), budget: &Budget) -> Result<Chunks> {
    let tiled = directory.number(tag::TILE_WIDTH, budget)?;
    let (offsets, sizes, chunk) = match tiled {
        Some(width) => {
            let length = directory.number(tag::TILE_LENGTH, budget)?.unwrap_or(0);
            (tag::TILE_OFFSETS, tag::TILE_BYTE_COUNTS, (length, width))
        }
        None => {
            let rows = directory.number(tag::ROWS_PER_STRIP, budget)?.unwrap_or(u64::MAX);
            (tag::STRIP_OFFSETS, tag::STRIP_BYTE_COUNTS, (rows.min(shape.0 as u64), shape.1 as u64))
        }
    };
    let side = |n: u64| u32::try_from(n).ok().filter(|n| *n > 0).map(|n| n as usize);
    let (Some(rows), Some(columns)) = (side(chunk.0), side(chunk.1)) else {
        return Err(structure("the strips or tiles have no size").found(format!("{} × {}", chunk.0, chunk.1)));
    };
    let missing = || structure("the places of the strips or tiles are missing");
    let offsets = directory.numbers(offsets, budget)?.ok_or_else(missing)?;
    let sizes = directory.numbers(sizes, budget)?.ok_or_else(missing)?;
    if offsets.len() != sizes.len() {
        return Err(structure("offsets and sizes of the strips or tiles differ in number")
            .expected(offsets.len())
            .found(sizes.len()));
    }
    let mut chunks = budget.vec(offsets.len(), "the places of strips or tiles")?;
    chunks.extend(offsets.into_iter().zip(sizes));
    Ok(((rows, columns), tiled.is_none(), chunks))
}
