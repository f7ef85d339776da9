//! The steps of a conversion into a UFF file.

use std::io::{BufWriter, Seek};
use std::path::Path;

use super::clock::Clock;
use super::input;
use super::report::Output;
use super::target::PendingFile;
use super::verify::verify;
use super::{ConvertOptions, ConvertReport, Step, WrittenFile};
use crate::error::{Code, Direction, Error, Result};
use crate::format::{self, Written};
use crate::limits::Budget;
use crate::model::Bundle;
use crate::source::FileSource;
use crate::vendor::{self, Delivery};

/// Name of the format written here, as `uff convert --to` takes it.
pub const UFF: &str = "uff";

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
    let mut clock = Clock::new(progress);
    let pending = PendingFile::create(target, options.force)?;
    let mut input = input::read(delivery, options, &budget, &mut clock)?;

    let (written, kept_whole) = write_verified(delivery, &mut input.bundle, &pending, options, &budget, &mut clock)?;
    let digest = vendor::digest_of(&FileSource::open(pending.path())?)?;

    clock.begin(Step::Publish);
    pending.publish(options.force)?;
    let output = Output {
        target: target.to_owned(),
        format: UFF,
        files: vec![WrittenFile { name: file_name(target), bytes: written.bytes, digest }],
        losses_file: None,
        kept_whole,
        losses: losses(&written),
    };
    input.bundle.scan = written.scan;
    Ok(ConvertReport::new(delivery, input, output, clock.end()))
}

/// Writes, reads back and compares; an original that cannot be rebuilt is then kept whole, once.
fn write_verified(
    delivery: &Delivery,
    bundle: &mut Bundle,
    pending: &PendingFile,
    options: &ConvertOptions,
    budget: &Budget,
    clock: &mut Clock<'_>,
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

fn file_name(target: &Path) -> String {
    target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Joins what the reader lost, which the file records, and what the metadata version could not hold.
fn losses(written: &Written) -> Vec<crate::model::Loss> {
    let mut losses = written.scan.provenance.losses.clone();
    losses.extend(written.losses.iter().filter(|l| !written.scan.provenance.losses.contains(l)).cloned());
    losses
}
