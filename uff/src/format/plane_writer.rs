//! Writing one array: bands of 256 rows are read once, digested, halved and compressed side by side.
//!
//! Memory: one band of the array, at most another one in the overviews together, and the compressed chunks of one
//! group. The order of bytes in the file follows from the array alone, not from the number of threads.

use std::collections::BTreeMap;
use std::io::Seek;
use std::io::Write;
use std::sync::Mutex;

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::ChunkEncoder;
use crate::h5::FileWriter;
use crate::h5::Sample;
use crate::h5::with_sample;
use crate::limits::Budget;
use crate::model::Region;
use crate::model::SampleType;
use crate::model::Samples;
use crate::model::Sha256;

use super::held::Held;
use super::integrity::SampleDigest;
use super::layout;
use super::overview::Averaging;
use super::overview::halve;

/// Chunks compressed before they are written.
const GROUP: usize = 64;

/// Threads and compressors shared by all arrays of a file.
pub(super) struct Compression {
    pool: ThreadPool,
    level: u8,
    idle: Mutex<Vec<Workbench>>,
}

/// What one thread needs to compress a chunk.
struct Workbench {
    encoder: ChunkEncoder,
    chunk: Vec<u8>,
}

impl Compression {
    /// Starts a pool of `threads`, 0 for one per processor.
    ///
    /// # Errors
    /// `internal` when the system refuses threads.
    pub(super) fn start(threads: usize, level: u8) -> Result<Self> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|i| format!("uff-compress-{i}"))
            .build()
            .map_err(|e| Error::new(Code::Internal, "cannot start threads").cause(e))?;
        Ok(Self { pool, level, idle: Mutex::default() })
    }

    /// Compresses chunks side by side; `fill` puts the shuffled bytes of chunk `i` into a cleared
    /// buffer of `size` bytes, of elements of `element` bytes.
    ///
    /// # Errors
    /// Whatever the compressor says.
    pub(super) fn encode(
        &self,
        chunks: std::ops::Range<usize>,
        (size, element): (usize, usize),
        fill: impl Fn(usize, &mut [u8]) + Sync,
    ) -> Result<Vec<Vec<u8>>> {
        let one = |i: usize| {
            let mut bench = self.bench()?;
            bench.chunk.clear();
            bench.chunk.resize(size, 0);
            fill(i, &mut bench.chunk);
            let stored = bench.encoder.encode(&bench.chunk, element)?;
            if let Ok(mut idle) = self.idle.lock() {
                idle.push(bench);
            }
            Ok(stored)
        };
        self.pool.install(|| chunks.into_par_iter().with_max_len(1).map(one).collect())
    }

    fn bench(&self) -> Result<Workbench> {
        match self.idle.lock().ok().and_then(|mut idle| idle.pop()) {
            Some(bench) => Ok(bench),
            None => Ok(Workbench { encoder: ChunkEncoder::new(self.level)?, chunk: Vec::new() }),
        }
    }
}

/// Array to write, with the paths of its levels.
pub(super) struct PlaneJob<'a> {
    /// Samples.
    pub(super) samples: &'a dyn Samples,
    /// Path of the array, then of each overview, without a leading slash.
    pub(super) paths: Vec<String>,
    /// How overviews are averaged.
    pub(super) averaging: Averaging,
}

impl PlaneJob<'_> {
    /// Writes the array and its overviews and enters their digests.
    ///
    /// # Errors
    /// `limit.bytes`, `uff.inconsistent` when the samples read have another type or shape than announced, `io.*`;
    /// whatever the samples say.
    pub(super) fn write<W: Write + Seek>(
        &self,
        out: &mut FileWriter<W>,
        compression: &Compression,
        budget: &Budget,
        digests: &mut BTreeMap<String, Sha256>,
    ) -> Result<()> {
        let sample_type = self.samples.sample_type();
        with_sample!(
            &sample_type,
            T => self.write_as::<T, W>(out, compression, budget, digests),
            else Err(self.wrong_samples(&sample_type))
        )
    }

    fn write_as<T: Sample, W: Write + Seek>(
        &self,
        out: &mut FileWriter<W>,
        compression: &Compression,
        budget: &Budget,
        digests: &mut BTreeMap<String, Sha256>,
    ) -> Result<()> {
        let (rows, columns) = self.samples.shape();
        let band = (rows.min(layout::CHUNK) as u64).saturating_mul(columns as u64).saturating_mul(T::SIZE as u64);
        let _held = Held::charge(budget, band.saturating_mul(3), "bands of an image")?;
        let shapes = std::iter::once((rows, columns)).chain(layout::overview_shapes((rows, columns)));
        let mut levels: Vec<Level<T>> = shapes.zip(&self.paths).map(|(shape, path)| Level::new(shape, path)).collect();
        for row in (0..rows).step_by(layout::CHUNK) {
            let region = Region::of_rows(row..rows.min(row + layout::CHUNK), columns);
            let block = self.samples.read(&region)?;
            let wrong = || self.wrong_samples(&block.sample_type());
            let samples = T::array(&block).filter(|a| a.dim() == (region.rows, columns)).ok_or_else(wrong)?;
            let contiguous = samples.as_standard_layout();
            let mut pending =
                Some(self.emit(&mut levels, 0, contiguous.as_slice().ok_or_else(wrong)?, out, compression)?);
            let mut index = 1;
            while let (Some(halved), Some(level)) = (pending.take(), levels.get_mut(index)) {
                level.pending.extend_from_slice(&halved);
                if level.is_full() {
                    pending = Some(self.flush(&mut levels, index, out, compression)?);
                }
                index += 1;
            }
        }
        for index in 1..levels.len() {
            if levels.get(index).is_some_and(|l| !l.pending.is_empty()) {
                let halved = self.flush(&mut levels, index, out, compression)?;
                if let Some(next) = levels.get_mut(index + 1) {
                    next.pending.extend_from_slice(&halved);
                }
            }
        }
        digests.extend(levels.into_iter().map(|level| (format!("/{}", level.path), level.digest.finish())));
        Ok(())
    }

    fn flush<T: Sample, W: Write + Seek>(
        &self,
        levels: &mut [Level<T>],
        index: usize,
        out: &mut FileWriter<W>,
        compression: &Compression,
    ) -> Result<Vec<T>> {
        let samples = levels.get_mut(index).map(|l| std::mem::take(&mut l.pending)).unwrap_or_default();
        self.emit(levels, index, &samples, out, compression)
    }

    /// Writes whole rows of one level, one row of chunks, and returns them halved for the next level.
    fn emit<T: Sample, W: Write + Seek>(
        &self,
        levels: &mut [Level<T>],
        index: usize,
        samples: &[T],
        out: &mut FileWriter<W>,
        compression: &Compression,
    ) -> Result<Vec<T>> {
        let wanted = index + 1 < levels.len();
        let Some(Level { path, columns, chunk, digest, .. }) = levels.get_mut(index) else { return Ok(Vec::new()) };
        let (columns, chunk) = (*columns, *chunk);
        let mut halved = Vec::new();
        let across = columns.div_ceil(chunk.1);
        let size = chunk.0 * chunk.1 * T::SIZE;
        let fill = |i: usize, planes: &mut [u8]| {
            let first = i * chunk.1;
            let end = columns.min(first + chunk.1);
            for (r, row) in samples.chunks(columns).enumerate() {
                T::shuffle(row.get(first..end).unwrap_or_default(), planes, chunk.0 * chunk.1, r * chunk.1);
            }
        };
        let averaging = self.averaging;
        compression.pool.in_place_scope(|scope| {
            let halved = &mut halved;
            scope.spawn(move |_| digest.update(samples));
            if wanted {
                scope.spawn(move |_| *halved = halve(samples, columns, averaging));
            }
            for first in (0..across).step_by(GROUP) {
                for stored in compression.encode(first..across.min(first + GROUP), (size, T::SIZE), fill)? {
                    out.append_chunk(path, &stored)?;
                }
            }
            Ok::<_, Error>(())
        })?;
        Ok(halved)
    }

    fn wrong_samples(&self, found: &SampleType) -> Error {
        Error::new(Code::UffInconsistent, "the samples read are not those announced")
            .at(format!("/{}", self.paths.first().map_or("", String::as_str)))
            .expected(format!("{} as {}", self.samples.sample_type(), format_args!("{:?}", self.samples.shape())))
            .found(found)
    }
}

/// Array or overview while it is written.
struct Level<T> {
    path: String,
    columns: usize,
    chunk: (usize, usize),
    /// Rows that do not fill a chunk yet.
    pending: Vec<T>,
    digest: SampleDigest,
}

impl<T: Sample> Level<T> {
    fn new(shape: (usize, usize), path: &str) -> Self {
        let chunk = layout::chunk_of(shape);
        Self { path: path.to_owned(), columns: shape.1, chunk, pending: Vec::new(), digest: SampleDigest::default() }
    }

    fn is_full(&self) -> bool {
        self.pending.len() >= layout::CHUNK * self.columns
    }
}
