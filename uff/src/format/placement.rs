//! Samples of one array as they lie in an original file.

use std::sync::Arc;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Bundle;
use crate::model::ByteOrder;
use crate::model::PlacedPlane;
use crate::model::PlaneKey;
use crate::model::Region;
use crate::model::Samples;

/// Array with its place: sample `[outer, inner]` at `offset + outer * outer_stride + inner * inner_stride`, the outer
/// axis being the one with the longer stride.
pub(super) struct Placement {
    samples: Arc<dyn Samples>,
    key: PlaneKey,
    offset: u64,
    outer: Axis,
    inner: Axis,
    /// Whether the rows are the outer axis.
    rows_outer: bool,
    big_endian: bool,
    size: u64,
}

#[derive(Clone, Copy)]
struct Axis {
    count: u64,
    stride: u64,
}

impl Axis {
    /// Distance from the first to the last item.
    fn extent(self) -> Option<u64> {
        (self.count - 1).checked_mul(self.stride)
    }
}

impl Placement {
    /// Looks the array up and checks that all its samples lie in a file of `file_size` bytes.
    ///
    /// # Errors
    /// `uff.missing` when there is no such array; `uff.inconsistent` when it does not fit.
    pub(super) fn new(bundle: &Bundle, plane: &PlacedPlane, file_size: u64) -> Result<Self> {
        let PlacedPlane { view, channel, part, .. } = plane;
        let key = PlaneKey::Channel { view: *view, channel: channel.clone(), part: part.clone() };
        let missing = || Error::new(Code::UffMissing, "the samples of the original are not there").at(key.to_string());
        let samples = bundle.planes.get(&key).ok_or_else(missing)?.clone();
        let (rows, columns) = samples.shape();
        let row = Axis { count: rows as u64, stride: plane.row_stride };
        let column = Axis { count: columns as u64, stride: plane.column_stride };
        let rows_outer = row.stride >= column.stride;
        let (outer, inner) = if rows_outer { (row, column) } else { (column, row) };
        let size = samples.sample_type().size() as u64;
        let empty = rows == 0 || columns == 0 || [outer, inner].iter().any(|a| a.count > 1 && a.stride == 0);
        let end = || plane.offset.checked_add(outer.extent()?)?.checked_add(inner.extent()?)?.checked_add(size);
        if empty || end().is_none_or(|end| end > file_size) {
            return Err(Error::new(Code::UffInconsistent, "samples are placed outside the original")
                .at(key.to_string())
                .expected(format!("at most {file_size} bytes")));
        }
        let big_endian = plane.byte_order == ByteOrder::Big;
        Ok(Self { samples, key, offset: plane.offset, outer, inner, rows_outer, big_endian, size })
    }

    /// Puts the samples that lie in the window from `start` on into it, and marks the bytes as covered.
    ///
    /// # Errors
    /// `uff.inconsistent` when a byte is covered already; whatever the samples say.
    pub(super) fn put(&self, start: u64, window: &mut [u8], covered: &mut [bool]) -> Result<()> {
        let end = start + window.len() as u64;
        let span = self.inner.extent().unwrap_or(0) + self.size;
        let stride = self.outer.stride.max(1);
        let first = (start + 1).saturating_sub(self.offset + span).div_ceil(stride);
        let last = end.saturating_sub(self.offset).div_ceil(stride).min(self.outer.count);
        if first >= last {
            return Ok(());
        }
        let (first_index, count) = (first as usize, (last - first) as usize);
        let inner = self.inner.count as usize;
        let region = if self.rows_outer {
            Region { row: first_index, column: 0, rows: count, columns: inner }
        } else {
            Region { row: 0, column: first_index, rows: inner, columns: count }
        };
        let bytes = self.samples.read(&region)?.to_le_bytes();
        let size = self.size as usize;
        for o in 0..count {
            let line = self.offset + (first + o as u64) * self.outer.stride;
            for i in 0..inner {
                let index = if self.rows_outer { o * inner + i } else { i * count + o };
                let sample = bytes.get(index * size..(index + 1) * size).unwrap_or_default();
                self.put_sample(sample, line + i as u64 * self.inner.stride, start, window, covered)?;
            }
        }
        Ok(())
    }

    fn put_sample(&self, sample: &[u8], at: u64, start: u64, window: &mut [u8], covered: &mut [bool]) -> Result<()> {
        for (k, _) in sample.iter().enumerate() {
            let Some(place) = (at + k as u64).checked_sub(start).map(|p| p as usize) else { continue };
            let byte = if self.big_endian { sample.len() - 1 - k } else { k };
            if let (Some(to), Some(mark), Some(from)) =
                (window.get_mut(place), covered.get_mut(place), sample.get(byte))
            {
                if std::mem::replace(mark, true) {
                    return Err(Error::new(Code::UffInconsistent, "samples of the original overlap")
                        .at(self.key.to_string())
                        .found(format!("offset {}", start + place as u64)));
                }
                *to = *from;
            }
        }
        Ok(())
    }
}
