//! The suite that every reader must pass.
//!
//! Each check returns what is wrong, one line per finding, so that a caller can show all of it. A panic of a reader is
//! a finding that ends the test by itself.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use super::export_suite::{comes_back, leaves, same, same_series};
use super::{FactSample, ReaderSample, size_lies};
use crate::error::{Code, Error, Kind, Result};
use crate::export::EXPORTERS;
use crate::format::{UffFile, WriteOptions, write, write_original};
use crate::limits::{Budget, Limits};
use crate::model::{Bundle, PlaneKey};
use crate::source::{MemorySource, ReadAt};
use crate::vendor::recognize;
use crate::xml::{MetadataVersion, write_scan};

/// Lengths at which a file is cut: all short ones, then ever fewer, then all but the last byte.
fn cuts(length: usize) -> impl Iterator<Item = usize> {
    let step = (length / 97).max(1);
    (0..length.min(160)).chain((160..length).step_by(step)).chain(length.checked_sub(1))
}

/// Bytes from the start of a file in which every bit is flipped.
const HEAD: usize = 64;

/// Bytes of memory that a sample with a wrong size may take, however large it says it is.
const LIAR: u64 = 1 << 20;

fn read(sample: &ReaderSample) -> Result<Bundle> {
    read_within(sample, Limits::default())
}

fn read_within(sample: &ReaderSample, limits: Limits) -> Result<Bundle> {
    let delivery = sample.delivery()?;
    recognize(&delivery, &sample.options)?.reader.read(&delivery, &sample.options, &Budget::new(limits))
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

/// A field that states a wrong size is refused with a code that blames the input, or leaves a scan that reads and is no
/// larger than the limit.
pub fn wrong_sizes(sample: &ReaderSample) -> Vec<String> {
    let mut wrong = Vec::new();
    for lie in size_lies(sample) {
        let limits = Limits { memory: LIAR, items: 10_000, ..Limits::default() };
        let done = read_within(&sample.with(&lie.file, lie.bytes), limits).and_then(|bundle| {
            let size =
                |(rows, columns): (usize, usize), sample: usize| rows.saturating_mul(columns).saturating_mul(sample);
            let bytes = bundle.planes.values().map(|s| size(s.shape(), s.sample_type().size()) as u64);
            match bytes.max() {
                Some(bytes) if bytes > LIAR => Err(Error::new(Code::Internal, "an array of this size").found(bytes)),
                _ => read_samples(&bundle),
            }
        });
        if let Err(e) = done
            && !blames_input(e.kind())
        {
            wrong.push(format!("{}: {}: {}: {e}", sample.name, lie.file, lie.what));
        }
    }
    wrong
}

/// Under tight limits a sample is refused with a code of the limit, which says what was expected and what to do; with
/// enough of everything it reads. Without any memory nothing reads.
pub fn limits(sample: &ReaderSample) -> Vec<String> {
    type Tight = fn(u64) -> Limits;
    let kinds: [(&str, Code, Tight); 4] = [
        ("memory", Code::LimitBytes, |memory| Limits { memory, ..Limits::default() }),
        ("items", Code::LimitCount, |items| Limits { items, ..Limits::default() }),
        ("depth", Code::LimitDepth, |depth| Limits { depth: depth as u32, ..Limits::default() }),
        ("document", Code::LimitBytes, |document| Limits { document, ..Limits::default() }),
    ];
    let mut wrong = Vec::new();
    for (kind, code, tight) in kinds {
        let mut reads = None;
        for most in std::iter::once(0).chain((0..31).map(|bits| 1_u64 << bits)) {
            let at = format!("{}: {kind} {most}", sample.name);
            match read_within(sample, tight(most)).and_then(|bundle| read_samples(&bundle)) {
                Ok(()) => reads = reads.or(Some(most)),
                Err(e) if reads.is_some() => wrong.push(format!("{at}: refused, though less was enough: {e}")),
                Err(e) if e.code() != code || e.expectation().or(e.finding()).is_none() || e.advice().is_empty() => {
                    wrong.push(format!("{at}: {e:?}"));
                }
                Err(_) => {}
            }
        }
        if reads.is_none() || kind == "memory" && reads == Some(0) {
            wrong.push(format!("{}: reads with {kind} {reads:?}", sample.name));
        }
    }
    wrong
}

/// What is read, written as UFF and read again is the same: every text of the metadata, array, blob and series.
pub fn through_uff(sample: &ReaderSample) -> Vec<String> {
    let made = read(sample).and_then(|bundle| Ok((uff_again(&bundle)?, bundle)));
    let (again, bundle) = match made {
        Ok(made) => made,
        Err(e) => return vec![format!("{}: {e}", sample.name)],
    };
    let mut wrong = Vec::new();
    let after = leaves(&again);
    for (path, text) in leaves(&bundle) {
        if after.get(&path) != Some(&text) {
            wrong.push(format!("{}: {path} = {text:?} comes back as {:?}", sample.name, after.get(&path)));
        }
    }
    let series = bundle.series.iter().all(|(k, v)| again.series.get(k).is_some_and(|found| same_series(found, v)));
    if !again.planes.keys().eq(bundle.planes.keys()) || !series {
        wrong.push(format!("{}: other arrays or series come back", sample.name));
    }
    for (key, samples) in &bundle.planes {
        if !again.planes.get(key).is_some_and(|found| same(&**found, &**samples)) {
            wrong.push(format!("{}: samples of {key} come back differently", sample.name));
        }
    }
    for (path, bytes) in bundle.blobs.iter() {
        if again.blobs.get(path).and_then(|found| whole(&**found)) != whole(&**bytes) {
            wrong.push(format!("{}: bytes /{path} come back differently", sample.name));
        }
    }
    wrong
}

fn uff_again(bundle: &Bundle) -> Result<Bundle> {
    let mut out = Cursor::new(Vec::new());
    write(bundle, &mut out, &WriteOptions::default(), &Budget::default())?;
    UffFile::open(Arc::new(MemorySource::new("again.uff", out.into_inner())), &Budget::default())?.bundle()
}

fn whole(source: &dyn ReadAt) -> Option<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(source.len()).ok()?];
    source.read_exact_at(0, &mut bytes).ok()?;
    Some(bytes)
}

/// What is read and exported in its own format comes back, or the losses name it; none for a format without exporter.
pub fn through_own_format(sample: &ReaderSample, scratch: &Path) -> Option<Vec<String>> {
    let exporter = EXPORTERS.iter().find(|e| e.name() == sample.reader)?;
    Some(match read(sample) {
        Ok(bundle) => comes_back(*exporter, &bundle, scratch),
        Err(e) => vec![format!("{}: {e}", sample.name)],
    })
}

/// Every fact of a delivery stands in the metadata document: at its place, among the vendor's items, or in the losses.
/// A UFF file of the scan holds them too.
pub fn facts(of: &FactSample) -> Vec<String> {
    let name = of.sample.name;
    let document = |bundle: &Bundle| {
        let (bytes, _) = write_scan(&bundle.scan, MetadataVersion::V3)?;
        String::from_utf8(bytes).map_err(|e| Error::new(Code::Internal, "metadata are not UTF-8").cause(e))
    };
    let read = read(&of.sample).and_then(|bundle| Ok((document(&bundle)?, document(&uff_again(&bundle)?)?)));
    let (read, again) = match read {
        Ok(read) => read,
        Err(e) => return vec![format!("{name}: {e}")],
    };
    let lost = |(document, place): (&String, &str)| {
        let lost = of.facts.iter().filter(|fact| !document.contains(*fact));
        lost.map(|fact| format!("{name}: {fact:?} is lost without a word {place}")).collect::<Vec<_>>()
    };
    [(&read, "on reading"), (&again, "in a UFF file")].into_iter().flat_map(lost).collect()
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
    use crate::testing::fact_samples;
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

    /// An HDF5 or TIFF file may be followed by anything (padding of a device, content of another program).
    #[test]
    fn files_that_are_too_long_are_refused() {
        none(
            reader_samples()
                .unwrap()
                .iter()
                .filter(|s| !["uff", "tiff"].contains(&s.reader) && s.name != "laboratory")
                .flat_map(extra_bytes)
                .collect(),
        );
    }

    #[test]
    fn wrong_sizes_are_refused_or_harmless() {
        let samples = reader_samples().unwrap();
        for reader in READERS {
            let lies = samples.iter().filter(|s| s.reader == reader.name()).flat_map(size_lies).count();
            assert!(lies >= 8, "{lies} lies about sizes for {}", reader.name());
        }
        none(samples.iter().flat_map(wrong_sizes).collect());
    }

    #[test]
    fn limits_are_kept_and_named() {
        none(reader_samples().unwrap().iter().flat_map(limits).collect());
    }

    #[test]
    fn scans_come_back_from_uff_files() {
        none(reader_samples().unwrap().iter().flat_map(through_uff).collect());
    }

    #[test]
    fn scans_come_back_from_their_own_format() {
        let mut seen = Vec::new();
        for sample in reader_samples().unwrap() {
            let scratch = tempfile::tempdir().unwrap();
            if let Some(wrong) = through_own_format(&sample, scratch.path()) {
                seen.push(sample.reader);
                none(wrong);
            }
        }
        assert!(EXPORTERS.iter().all(|e| seen.contains(&e.name())), "{seen:?}");
    }

    #[test]
    fn no_fact_is_lost_without_a_word() {
        let samples = fact_samples().unwrap();
        for reader in READERS.iter().filter(|r| r.name() != "uff") {
            assert!(samples.iter().any(|s| s.sample.reader == reader.name()), "{} has no facts", reader.name());
        }
        none(samples.iter().flat_map(facts).collect());
    }
}
