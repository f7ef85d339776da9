//! Keeping the original files: which bytes of a file are samples, and the rest.

use std::sync::Arc;

use super::strided::Placement;
use super::{Delivery, DeliveryFile};
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::identifier::ChannelId;
use crate::model::{Bundle, PlacedPlane, PlanePart, ScanId, SourceFile};
use crate::source::{Pieces, ReadAt};

/// An array of samples and where it lies in a delivery.
#[derive(Debug, Clone)]
pub struct Placed {
    /// Index of the file in the delivery.
    pub file: usize,
    /// Index of the view.
    pub view: u32,
    /// Channel.
    pub channel: ChannelId,
    /// Which array of the channel.
    pub part: PlanePart,
    /// Where the samples lie.
    pub placement: Placement,
}

/// Records every file of the delivery in the provenance, with the bytes that are not samples as a blob
/// `vendor/originals/<index>`, and derives the scan identifier from the digest of the delivery.
///
/// Nothing is read here: the blobs read the delivery on demand. A file whose samples overlap is kept whole.
///
/// # Errors
/// `limit.bytes` when the list of gaps between scattered samples does not fit the budget.
pub fn attach_originals(bundle: &mut Bundle, delivery: &Delivery, placed: &[Placed], budget: &Budget) -> Result<()> {
    bundle.scan.identity.scan_id = ScanId::from_delivery(&delivery.digest());
    bundle.scan.provenance.delivery_digest = Some(delivery.digest());
    bundle.scan.provenance.sources.clear();
    for (index, file) in delivery.files().iter().enumerate() {
        let planes: Vec<&Placed> = placed.iter().filter(|p| p.file == index).collect();
        let gaps = gaps(&planes, file.size(), budget)?;
        let (planes, rest) = match gaps {
            Some(gaps) => (planes, Arc::new(rest(file, gaps)) as Arc<dyn ReadAt>),
            None => (Vec::new(), file.source().clone()),
        };
        bundle.blobs.insert(format!("vendor/originals/{index}"), rest);
        bundle.scan.provenance.sources.push(SourceFile {
            name: file.name().to_owned(),
            size: file.size(),
            digest: file.digest(),
            rest: Some(index.to_string()),
            planes: planes.into_iter().map(placed_plane).collect(),
            unknown: Default::default(),
        });
    }
    Ok(())
}

/// Keeps a file whole, so that no sample is needed to rebuild it.
///
/// # Errors
/// `internal` when the provenance does not list the file.
pub fn keep_whole(bundle: &mut Bundle, file: &DeliveryFile) -> Result<()> {
    let missing = || Error::new(Code::Internal, "the provenance does not list the file").file(file.name());
    let sources = &mut bundle.scan.provenance.sources;
    let source = sources.iter_mut().find(|s| s.name == file.name()).ok_or_else(missing)?;
    let rest = source.rest.as_ref().ok_or_else(missing)?;
    bundle.blobs.insert(format!("vendor/originals/{rest}"), file.source().clone());
    source.planes.clear();
    Ok(())
}

fn placed_plane(p: &Placed) -> PlacedPlane {
    PlacedPlane {
        view: p.view,
        channel: p.channel.clone(),
        part: p.part.clone(),
        offset: p.placement.offset,
        row_stride: p.placement.row_stride,
        column_stride: p.placement.column_stride,
        byte_order: p.placement.byte_order.clone(),
        unknown: Default::default(),
    }
}

/// Runs of bytes, `size` long, at `offset + i * minor.0 + j * major.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Runs {
    major: (u64, u64),
    minor: (u64, u64),
    offset: u64,
    size: u64,
}

impl Runs {
    fn of(place: &Placement) -> Self {
        let mut axes = [(place.row_stride, place.shape.0 as u64), (place.column_stride, place.shape.1 as u64)];
        axes.sort();
        let [minor, major] = axes;
        Self { major, minor, offset: place.offset, size: place.sample_type.size() as u64 }
    }

    /// Joins samples that touch into longer runs.
    fn joined(mut self) -> Self {
        for _ in 0..2 {
            if self.minor.0 == self.size || self.minor.1 == 1 {
                self.size *= self.minor.1;
                self.minor = self.major;
                self.major = (0, 1);
            }
        }
        self
    }

    fn count(&self) -> u64 {
        self.major.1.saturating_mul(self.minor.1)
    }
}

/// Returns the ranges (offset, length) of a file that no plane covers, or nothing when planes overlap.
fn gaps(planes: &[&Placed], len: u64, budget: &Budget) -> Result<Option<Vec<(u64, u64)>>> {
    let mut runs: Vec<Runs> = planes.iter().map(|p| Runs::of(&p.placement)).collect();
    runs.sort();
    let mut merged: Vec<Runs> = Vec::new();
    for run in runs {
        match merged.last_mut() {
            Some(last)
                if (last.major, last.minor) == (run.major, run.minor)
                    && last.offset + last.size == run.offset
                    && last.size + run.size <= run.minor.0 =>
            {
                last.size += run.size;
            }
            _ => merged.push(run),
        }
    }
    let merged: Vec<Runs> = merged.into_iter().map(Runs::joined).collect();
    let count = merged.iter().map(Runs::count).fold(0u64, u64::saturating_add);
    let mut covered = budget.vec(usize::try_from(count).unwrap_or(usize::MAX), "the map of a pixel file")?;
    for run in &merged {
        for j in 0..run.major.1 {
            let base = run.offset + j * run.major.0;
            covered.extend((0..run.minor.1).map(|i| (base + i * run.minor.0, run.size)));
        }
    }
    covered.sort_unstable();
    let complement = complement(&covered, len, budget);
    budget.release(count.saturating_mul(16));
    complement
}

fn complement(covered: &[(u64, u64)], len: u64, budget: &Budget) -> Result<Option<Vec<(u64, u64)>>> {
    let mut gaps = budget.vec(covered.len() + 1, "the gaps of a pixel file")?;
    let mut end = 0;
    for &(offset, size) in covered.iter().chain([&(len, 0)]) {
        if offset < end {
            return Ok(None);
        }
        if offset > end {
            gaps.push((end, offset - end));
        }
        end = offset + size;
    }
    Ok(Some(gaps))
}

/// Returns the bytes of a file that are not samples, one after another.
fn rest(file: &DeliveryFile, gaps: Vec<(u64, u64)>) -> Pieces {
    let ranges = gaps.into_iter().map(|(offset, size)| (0, offset, size));
    Pieces::new(format!("{} without samples", file.name()), vec![file.source().clone()], ranges)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ByteOrder, SampleType};
    use crate::source::MemorySource;

    fn placed(offset: u64, rows: usize, columns: usize, row_stride: u64, column_stride: u64) -> Placed {
        Placed {
            file: 0,
            view: 0,
            channel: ChannelId::default(),
            part: PlanePart::Samples,
            placement: Placement {
                shape: (rows, columns),
                sample_type: SampleType::U16,
                byte_order: ByteOrder::Little,
                offset,
                row_stride,
                column_stride,
            },
        }
    }

    /// Marks every byte of every sample: what `gaps` must leave out.
    fn marked(planes: &[&Placed], len: usize) -> Vec<(u64, u64)> {
        let mut covered = vec![false; len];
        for p in planes {
            for r in 0..p.placement.shape.0 as u64 {
                for c in 0..p.placement.shape.1 as u64 {
                    let at = p.placement.offset + r * p.placement.row_stride + c * p.placement.column_stride;
                    covered[at as usize..at as usize + 2].fill(true);
                }
            }
        }
        let mut gaps: Vec<(u64, u64)> = Vec::new();
        for i in (0..len).filter(|i| !covered[*i]) {
            match gaps.last_mut() {
                Some((start, size)) if *start + *size == i as u64 => *size += 1,
                _ => gaps.push((i as u64, 1)),
            }
        }
        gaps
    }

    #[test]
    fn gaps_are_the_bytes_that_no_sample_covers() {
        let cases = [
            vec![placed(10, 4, 5, 10, 2)],
            vec![placed(10, 4, 5, 2, 8), placed(50, 4, 5, 2, 8)],
            vec![placed(8, 4, 5, 2, 24), placed(20, 4, 5, 2, 24)],
            vec![placed(4, 4, 5, 20, 4), placed(6, 4, 5, 20, 4)],
            vec![placed(4, 4, 5, 30, 6), placed(8, 4, 5, 30, 6)],
            vec![placed(0, 1, 5, 0, 2), placed(12, 5, 1, 2, 0)],
            vec![],
        ];
        for case in cases {
            let planes: Vec<&Placed> = case.iter().collect();
            let found = gaps(&planes, 140, &Budget::default()).unwrap();
            assert_eq!(found, Some(marked(&planes, 140)), "{case:?}");
        }
    }

    #[test]
    fn overlapping_planes_keep_the_file_whole() {
        let delivery =
            Delivery::from_files("d", vec![("a".into(), Arc::new(MemorySource::new("a", [7u8; 40])) as _)]).unwrap();
        let mut bundle = Bundle::default();
        let planes = [placed(0, 2, 2, 4, 2), placed(2, 2, 2, 4, 2)];
        attach_originals(&mut bundle, &delivery, &planes, &Budget::default()).unwrap();
        assert_eq!(bundle.blobs.get("vendor/originals/0").map(|b| b.len()), Some(40));
        assert!(bundle.scan.provenance.sources[0].planes.is_empty());
    }

    #[test]
    fn rest_reads_across_gaps() {
        let bytes: Vec<u8> = (0..40).collect();
        let delivery =
            Delivery::from_files("d", vec![("a".into(), Arc::new(MemorySource::new("a", bytes)) as _)]).unwrap();
        let mut bundle = Bundle::default();
        attach_originals(&mut bundle, &delivery, &[placed(3, 2, 2, 10, 4)], &Budget::default()).unwrap();
        let rest = bundle.blobs.get("vendor/originals/0").unwrap().clone();
        let expected: Vec<u8> = (0..40).filter(|i| ![3, 4, 7, 8, 13, 14, 17, 18].contains(i)).collect();
        for start in 0..expected.len() {
            for end in start..=expected.len() {
                let mut got = vec![0; end - start];
                rest.read_exact_at(start as u64, &mut got).unwrap();
                assert_eq!(got, expected[start..end]);
            }
        }
        assert!(rest.read_exact_at(0, &mut [0; 33]).is_err());
        assert!(rest.read_exact_at(u64::MAX, &mut [0; 2]).is_err());
    }
}
