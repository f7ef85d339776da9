//! The steps of a conversion.

use std::io::{BufWriter, Seek};
use std::path::Path;
use std::time::Instant;

use super::derive::derive;
use super::target::PendingFile;
use super::verify::verify;
use super::{ConvertOptions, ConvertReport, PlaneSize, Step, StepTime};
use crate::error::{Code, Direction, Error, Result};
use crate::format::{self, Written};
use crate::limits::Budget;
use crate::model::{Bundle, Samples};
use crate::source::FileSource;
use crate::vendor::{self, Delivery, n42};

/// Name and version of this converter, as the provenance records it.
const CONVERTER: &str = concat!("uff ", env!("CARGO_PKG_VERSION"));

/// Converts a delivery into a UFF file at `target`; `progress` is told each step as it begins.
///
/// # Errors
/// `target.exists` before anything is read; `material.*` when material was asked for; `input.*`, `profile.*` and the
/// codes of the formats; `radiation.*` for a document that does not belong to the scan; `limit.*`; `io.*`;
/// `convert.verify` when what was read back differs. In every case the target is as it was before.
pub fn convert(
    delivery: &Delivery,
    target: &Path,
    options: &ConvertOptions,
    progress: &dyn Fn(Step),
) -> Result<ConvertReport> {
    let budget = Budget::new(options.limits.clone());
    let mut clock = Clock { progress, running: None, times: Vec::new() };
    let pending = PendingFile::create(target, options.force)?;

    clock.begin(Step::Recognize);
    let recognized = vendor::recognize(delivery, &options.read)?;
    clock.begin(Step::Read);
    let mut bundle = recognized.reader.read(delivery, &options.read, &budget)?;
    bundle.scan.provenance.converter.get_or_insert_with(|| CONVERTER.to_owned());
    bundle.scan.provenance.reader.get_or_insert_with(|| recognized.reader.name().to_owned());

    let radiation = options.radiation.as_deref().map(|path| attach(&mut bundle, path, &budget)).transpose()?;
    if options.material {
        clock.begin(Step::Derive);
        derive(&mut bundle, &options.analysis, &budget)?;
    }

    let (written, kept_whole) = write_verified(delivery, &mut bundle, &pending, options, &budget, &mut clock)?;
    let digest = vendor::digest_of(&FileSource::open(pending.path())?)?;

    clock.begin(Step::Publish);
    pending.publish(options.force)?;
    Ok(ConvertReport {
        target: target.to_owned(),
        scan_id: written.scan.identity.scan_id,
        reader: recognized.reader.name().to_owned(),
        profile: written.scan.provenance.profile.clone(),
        recognized_by: recognized.candidate.why,
        radiation,
        delivery_digest: delivery.digest(),
        delivery_files: delivery.files().len(),
        delivery_bytes: delivery.size(),
        planes: sizes(&bundle),
        bytes: written.bytes,
        digest,
        kept_whole,
        losses: losses(&written),
        times: clock.end(),
    })
}

/// Attaches a document of radiation data and returns why it belongs to the scan.
fn attach(bundle: &mut Bundle, path: &Path, budget: &Budget) -> Result<String> {
    let delivery = Delivery::open(path, budget)?;
    let [file] = delivery.files() else {
        return Err(Error::new(Code::Usage, "radiation data are one document")
            .file(path.display())
            .expected("1 file")
            .found(format!("{} files", delivery.files().len())));
    };
    Ok(n42::attach(bundle, file, &n42::AttachOptions::default(), budget)?.reason)
}

/// Writes, reads back and compares; an original that cannot be rebuilt is then kept whole, once.
fn write_verified(
    delivery: &Delivery,
    bundle: &mut Bundle,
    pending: &PendingFile,
    options: &ConvertOptions,
    budget: &Budget,
    clock: &mut Clock,
) -> Result<(Written, Vec<String>)> {
    let mut kept_whole: Vec<String> = Vec::new();
    loop {
        clock.begin(Step::Write);
        let written = write(bundle, pending, options, budget)?;
        clock.begin(Step::Sync);
        pending.sync()?;
        clock.begin(Step::Verify);
        let lost = verify(pending.path(), &written, budget)?;
        if lost.is_empty() {
            return Ok((written, kept_whole));
        }
        let again = lost.iter().find(|name| kept_whole.contains(name) || delivery.find(name).is_none());
        if let Some(name) = again {
            return Err(
                Error::new(Code::ConvertVerify, "an original file cannot be rebuilt from what was written").file(name)
            );
        }
        for name in lost {
            if let Some((_, file)) = delivery.find(&name) {
                vendor::keep_whole(bundle, file)?;
            }
            kept_whole.push(name);
        }
        pending.clear()?;
    }
}

fn write(bundle: &Bundle, pending: &PendingFile, options: &ConvertOptions, budget: &Budget) -> Result<Written> {
    let fail = |e| Error::io(Direction::Write, pending.path(), e);
    let mut file = pending.file();
    file.rewind().map_err(fail)?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let written = format::write(bundle, &mut out, &options.write, budget)?;
    out.into_inner().map_err(|e| fail(e.into_error()))?;
    Ok(written)
}

fn sizes(bundle: &Bundle) -> Vec<PlaneSize> {
    let size = |(key, samples): (&crate::model::PlaneKey, &std::sync::Arc<dyn Samples>)| {
        let (rows, columns) = samples.shape();
        PlaneSize { plane: key.to_string(), rows, columns, sample_type: samples.sample_type().to_string() }
    };
    bundle.planes.iter().map(size).collect()
}

/// Joins what the reader lost, which the file records, and what the metadata version could not hold.
fn losses(written: &Written) -> Vec<crate::model::Loss> {
    let mut losses = written.scan.provenance.losses.clone();
    losses.extend(written.losses.iter().filter(|l| !written.scan.provenance.losses.contains(l)).cloned());
    losses
}

/// Times the steps.
struct Clock<'a> {
    progress: &'a dyn Fn(Step),
    running: Option<(Step, Instant)>,
    times: Vec<StepTime>,
}

impl Clock<'_> {
    fn begin(&mut self, step: Step) {
        self.stop();
        (self.progress)(step);
        self.running = Some((step, Instant::now()));
    }

    fn stop(&mut self) {
        if let Some((step, start)) = self.running.take() {
            match self.times.iter_mut().find(|t| t.step == step) {
                Some(time) => time.took += start.elapsed(),
                None => self.times.push(StepTime { step, took: start.elapsed() }),
            }
        }
    }

    fn end(mut self) -> Vec<StepTime> {
        self.stop();
        self.times
    }
}
