//! The suite that every reader must pass.
//!
//! Each check returns what is wrong, one line per finding, so that a caller can show all of it. A panic of a reader is
//! a finding that ends the test by itself.

use super::ReaderSample;
use crate::error::{Kind, Result};
use crate::format::write_original;
use crate::limits::Budget;
use crate::model::{Bundle, PlaneKey};
use crate::vendor::recognize;

/// Lengths at which a file is cut: all short ones, then ever fewer, then all but the last byte.
fn cuts(length: usize) -> impl Iterator<Item = usize> {
    let step = (length / 97).max(1);
    (0..length.min(160)).chain((160..length).step_by(step)).chain(length.checked_sub(1))
}

/// Bytes from the start of a file in which every bit is flipped.
const HEAD: usize = 64;

fn read(sample: &ReaderSample) -> Result<Bundle> {
    let delivery = sample.delivery()?;
    recognize(&delivery, &sample.options)?.reader.read(&delivery, &sample.options, &Budget::default())
}

/// Only the expected reader claims the sample, also when every profile of `others` is known.
pub fn claimed_by_one(sample: &ReaderSample, others: &[ReaderSample]) -> Vec<String> {
    let mut options = sample.options.clone();
    options.profiles = others.iter().flat_map(|o| o.options.profiles.clone()).collect();
    match sample.delivery().and_then(|d| recognize(&d, &options)) {
        Ok(found) if found.reader.name() == sample.reader => Vec::new(),
        Ok(found) => vec![format!("{}: claimed by {}", sample.name, found.candidate)],
        Err(e) => vec![format!("{}: {e}", sample.name)],
    }
}

/// Arrays and metadata agree, and every original is rebuilt byte for byte.
pub fn complete(sample: &ReaderSample) -> Vec<String> {
    let bundle = match read(sample) {
        Ok(bundle) => bundle,
        Err(e) => return vec![format!("{}: {e}", sample.name)],
    };
    let mut wrong = Vec::new();
    for (index, view) in bundle.scan.views.iter().enumerate() {
        for channel in &view.channels {
            let key = PlaneKey::samples(index as u32, channel.id.clone());
            let Some(samples) = bundle.planes.get(&key) else {
                wrong.push(format!("{}: {key} has no samples", sample.name));
                continue;
            };
            if samples.shape() != (view.rows as usize, view.columns as usize)
                || samples.sample_type() != channel.sample_type
            {
                wrong.push(format!("{}: {key} is not what the metadata say", sample.name));
            }
        }
    }
    let empty = bundle.scan.views.is_empty() && bundle.scan.radiation.is_none();
    if empty || bundle.scan.provenance.sources.is_empty() {
        wrong.push(format!("{}: neither a view nor radiation data, or no source file", sample.name));
    }
    for source in &bundle.scan.provenance.sources {
        let mut rebuilt = Vec::new();
        if let Err(e) = write_original(&bundle, source, &mut rebuilt) {
            wrong.push(format!("{}: {}: {e}", sample.name, source.name));
        }
        // A UFF file holds the originals of another delivery.
        let original = sample.files.iter().find(|(name, _)| *name == source.name);
        if original.is_some_and(|(_, bytes)| *bytes != rebuilt) {
            wrong.push(format!("{}: {} is rebuilt differently", sample.name, source.name));
        }
    }
    wrong
}

/// A file cut short is refused with a code that blames the input; a file that is only kept may be anything.
pub fn truncation(sample: &ReaderSample) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, bytes) in &sample.files {
        for length in cuts(bytes.len()) {
            let cut = bytes.get(..length).unwrap_or_default().to_vec();
            let at = format!("{}: {name} cut to {length} bytes", sample.name);
            match read(&sample.with(name, cut)).and_then(|bundle| read_samples(&bundle)) {
                Err(e) if blames_input(e.kind()) => {}
                Err(e) => wrong.push(format!("{at}: {e}")),
                Ok(()) if sample.kept_only.contains(&name.as_str()) => {}
                Ok(()) => wrong.push(format!("{at}: read without complaint")),
            }
        }
    }
    wrong
}

/// A flipped bit in the head of a file is either refused with a code that blames the input, or leaves a scan that reads.
pub fn bit_flips(sample: &ReaderSample) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, bytes) in &sample.files {
        for (at, bit) in (0..bytes.len().min(HEAD)).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut damaged = bytes.clone();
            damaged.iter_mut().skip(at).take(1).for_each(|b| *b ^= 1 << bit);
            if let Err(e) = read(&sample.with(name, damaged)).and_then(|bundle| read_samples(&bundle))
                && !blames_input(e.kind())
            {
                wrong.push(format!("{}: {name} byte {at} bit {bit}: {e}", sample.name));
            }
        }
    }
    wrong
}

/// Bytes behind the end of a file are noticed, unless the file is only kept.
pub fn extra_bytes(sample: &ReaderSample) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, bytes) in &sample.files {
        let longer = [bytes.as_slice(), &[0; 3]].concat();
        let kept_only = sample.kept_only.contains(&name.as_str());
        if read(&sample.with(name, longer)).is_ok() && !kept_only {
            wrong.push(format!("{}: 3 bytes behind {name} go unnoticed", sample.name));
        }
    }
    wrong
}

fn blames_input(kind: Kind) -> bool {
    matches!(kind, Kind::Malformed | Kind::Unsupported | Kind::Limit | Kind::Integrity)
}

fn read_samples(bundle: &Bundle) -> Result<()> {
    bundle.planes.values().try_for_each(|samples| samples.read_all().map(|_| ()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::reader_samples;
    use crate::vendor::READERS;

    fn none(wrong: Vec<String>) {
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn every_reader_has_a_sample_and_claims_it_alone() {
        let samples = reader_samples().unwrap();
        for reader in READERS {
            assert!(samples.iter().any(|s| s.reader == reader.name()), "{} has no sample", reader.name());
        }
        none(samples.iter().flat_map(|s| claimed_by_one(s, &samples)).collect());
    }

    #[test]
    fn every_original_is_rebuilt() {
        none(reader_samples().unwrap().iter().flat_map(complete).collect());
    }

    #[test]
    fn truncated_files_are_refused() {
        none(reader_samples().unwrap().iter().flat_map(truncation).collect());
    }

    #[test]
    fn flipped_bits_do_no_harm() {
        none(reader_samples().unwrap().iter().flat_map(bit_flips).collect());
    }

    /// An HDF5 or TIFF file may be followed by anything (a user block of another program, padding of a device).
    #[test]
    fn files_that_are_too_long_are_refused() {
        none(
            reader_samples()
                .unwrap()
                .iter()
                .filter(|s| !["uff", "tiff"].contains(&s.reader))
                .flat_map(extra_bytes)
                .collect(),
        );
    }
}
