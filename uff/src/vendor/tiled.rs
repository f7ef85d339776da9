//! Samples stored tile after tile, read in place.

use std::ops::Range;
use std::sync::Arc;

use ndarray::Array2;
use rayon::prelude::*;

use super::Placement;
use super::StridedSamples;
use super::lines;
use super::sample::Gather;
use super::sample::Sample;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Block;
use crate::model::Region;
use crate::model::SampleType;
use crate::model::Samples;
use crate::source::ReadAt;

/// Where tiles lie: row by row of tiles, each stored whole, those at the right and lower edge padded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TilePlacement {
    /// Rows and columns of the image.
    pub shape: (usize, usize),
    /// Where the samples of the first tile lie; its shape is that of every tile.
    pub first: Placement,
    /// Bytes from one tile to the next.
    pub stride: u64,
}

impl TilePlacement {
    /// Returns how many tiles stand below and beside each other.
    fn grid(&self) -> (usize, usize) {
        let (rows, columns) = self.first.shape;
        (self.shape.0.div_ceil(rows.max(1)), self.shape.1.div_ceil(columns.max(1)))
    }

    /// Returns the offset behind the last byte of the last tile, or nothing when it exceeds 64 bits or samples overlap.
    pub fn end(&self) -> Option<u64> {
        let (down, across) = self.grid();
        let tiles = (down as u64).checked_mul(across as u64)?.checked_sub(1)?;
        let last = self.stride.checked_mul(tiles)?;
        let end = self.first.end()?;
        if tiles > 0 && self.stride < end - self.first.offset {
            return None;
        }
        last.checked_add(end)
    }
}

/// [`Samples`] in tiles.
pub struct TiledSamples {
    source: Arc<dyn ReadAt>,
    place: TilePlacement,
}

impl TiledSamples {
    /// Places tiles in a source.
    ///
    /// # Errors
    /// `input.size_mismatch` when they do not lie inside the source; `profile.value` when they overlap.
    pub fn new(source: Arc<dyn ReadAt>, place: TilePlacement) -> Result<Self> {
        let wrong = |code, message| Error::new(code, message).file(source.name());
        let Some(end) = place.end() else {
            return Err(wrong(Code::ProfileValue, "the tiles overlap, or there are none").found(format!(
                "{:?} samples in tiles of {:?}, {} bytes apart",
                place.shape, place.first.shape, place.stride
            )));
        };
        if end > source.len() {
            return Err(wrong(Code::InputSizeMismatch, "the tiles do not fit into the file")
                .expected(format!("at least {end} bytes"))
                .found(format!("{} bytes", source.len())));
        }
        Ok(Self { source, place })
    }
}

impl Samples for TiledSamples {
    fn shape(&self) -> (usize, usize) {
        self.place.shape
    }

    fn sample_type(&self) -> SampleType {
        self.place.first.sample_type.clone()
    }

    fn read(&self, region: &Region) -> Result<Block> {
        region.check(self.place.shape)?;
        self.block(&self.place.first.sample_type, region)
    }
}

impl Gather for TiledSamples {
    fn gather<T: Sample>(&self, region: &Region) -> Result<Array2<T>> {
        let (tall, wide) = self.place.first.shape;
        let across = self.place.grid().1;
        let mut out = lines::reserve(region)?;
        out.resize(region.rows * region.columns, T::default());
        let mut bands = Vec::new();
        let mut rest = out.as_mut_slice();
        for down in region.row / tall..=(region.row + region.rows - 1) / tall {
            let rows = region.row.max(down * tall)..(region.row + region.rows).min((down + 1) * tall);
            let (band, below) = std::mem::take(&mut rest).split_at_mut(rows.len() * region.columns);
            rest = below;
            bands.push((down, rows, band));
        }
        let fill = |(down, rows, band): (usize, Range<usize>, &mut [T])| {
            for beside in region.column / wide..=(region.column + region.columns - 1) / wide {
                let (left, right) =
                    (region.column.max(beside * wide), (region.column + region.columns).min((beside + 1) * wide));
                let mut placement = self.place.first.clone();
                placement.offset += (down * across + beside) as u64 * self.place.stride;
                let part = Region {
                    row: rows.start - down * tall,
                    column: left - beside * wide,
                    rows: rows.len(),
                    columns: right - left,
                };
                let tile = StridedSamples::new(self.source.clone(), placement)?;
                tile.fill(&part, (&mut *band, region.columns), left - region.column)?;
            }
            Ok(())
        };
        bands.into_par_iter().try_for_each(fill)?;
        lines::image(region, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ByteOrder;
    use crate::source::MemorySource;

    /// Stores an image tile by tile, by the definition.
    fn tiles(image: &Array2<u16>, (tall, wide): (usize, usize)) -> Vec<u8> {
        let (rows, columns) = image.dim();
        let mut bytes = Vec::new();
        for down in 0..rows.div_ceil(tall) {
            for beside in 0..columns.div_ceil(wide) {
                for (row, column) in (0..tall).flat_map(|r| (0..wide).map(move |c| (r, c))) {
                    let value = image.get((down * tall + row, beside * wide + column)).copied().unwrap_or(0xffff);
                    bytes.extend(value.to_le_bytes());
                }
            }
        }
        bytes
    }

    fn place(shape: (usize, usize), tile: (usize, usize), stride: u64) -> TilePlacement {
        let first = Placement {
            shape: tile,
            sample_type: SampleType::U16,
            byte_order: ByteOrder::Little,
            offset: 0,
            row_stride: 2 * tile.1 as u64,
            column_stride: 2,
        };
        TilePlacement { shape, first, stride }
    }

    #[test]
    fn every_region_is_that_of_the_image() {
        let image = Array2::from_shape_fn((13, 22), |(r, c)| (r * 100 + c) as u16);
        for tile in [(4, 8), (5, 5), (13, 22), (16, 64), (1, 3)] {
            let bytes = tiles(&image, tile);
            let source = Arc::new(MemorySource::new("m", bytes));
            let samples = TiledSamples::new(source, place((13, 22), tile, 2 * (tile.0 * tile.1) as u64)).unwrap();
            let expected = Block::U16(image.clone());
            for (row, column, rows, columns) in
                [(0, 0, 13, 22), (3, 7, 2, 2), (12, 21, 1, 1), (4, 0, 9, 22), (0, 5, 13, 1)]
            {
                let region = Region { row, column, rows, columns };
                assert_eq!(samples.read(&region).unwrap(), expected.crop(&region).unwrap(), "{tile:?} {region:?}");
            }
        }
    }

    /// Tiles whose columns follow each other, those at the lower edge wanting, of samples of several sizes and both orders.
    #[test]
    fn tiles_stored_by_columns_are_read_by_definition() {
        let (shape, tile) = ((70, 610), (40, 300));
        let bytes: Vec<u8> = (0..6 * 40 * 300 * 4_u64).map(|i| (i.wrapping_mul(2_654_435_761) >> 7) as u8).collect();
        let source = Arc::new(MemorySource::new("m", bytes.clone()));
        for (sample_type, byte_order) in [
            (SampleType::U16, ByteOrder::Little),
            (SampleType::U16, ByteOrder::Big),
            (SampleType::U32, ByteOrder::Little),
            (SampleType::U32, ByteOrder::Big),
        ] {
            let size = sample_type.size();
            let mut placement = place(shape, tile, (40 * 300 * size) as u64);
            placement.first.sample_type = sample_type;
            placement.first.byte_order = byte_order.clone();
            placement.first.row_stride = size as u64;
            placement.first.column_stride = (40 * size) as u64;
            let region = Region { row: 3, column: 5, rows: 66, columns: 604 };
            let block = TiledSamples::new(source.clone(), placement).unwrap().read(&region).unwrap();
            let got: Array2<u32> = match block {
                Block::U16(image) => image.mapv(u32::from),
                Block::U32(image) => image,
                other => panic!("{other:?}"),
            };
            for ((row, column), sample) in got.indexed_iter() {
                let (row, column) = (row + region.row, column + region.column);
                let index = (row / 40 * 3 + column / 300) * 40 * 300 + column % 300 * 40 + row % 40;
                let mut stored = bytes[index * size..][..size].to_vec();
                if byte_order == ByteOrder::Little {
                    stored.reverse();
                }
                let expected = stored.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
                assert_eq!(*sample, expected, "{row} {column} {size} {byte_order:?}");
            }
        }
    }

    #[test]
    fn tiles_outside_the_file_or_upon_each_other_are_refused() {
        let source = Arc::new(MemorySource::new("m", vec![0_u8; 4 * 32]));
        let code = |p| TiledSamples::new(source.clone(), p).err().map(|e| e.code());
        assert_eq!(code(place((8, 8), (4, 4), 32)), None);
        assert_eq!(code(place((9, 8), (4, 4), 32)), Some(Code::InputSizeMismatch));
        assert_eq!(code(place((8, 8), (4, 4), 31)), Some(Code::ProfileValue));
        assert_eq!(code(place((8, 8), (4, 4), u64::MAX)), Some(Code::ProfileValue));
        assert_eq!(code(place((8, 8), (0, 4), 32)), Some(Code::ProfileValue));
        assert_eq!(code(place((0, 8), (4, 4), 32)), Some(Code::ProfileValue));
    }
}
