//! The steps on one scan.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use uff::convert::ConvertOptions;
use uff::error::{Code, Direction, Error};
use uff::format::{UffFile, WriteOptions, write_original};
use uff::material::{AnalysisOptions, analyze_view};
use uff::model::Scan;
use uff::picture::{MaterialScheme, Shading, draw_material};
use uff::source::FileSource;
use uff::validate::{Severity, ValidateOptions, Verdict, validate};
use uff::vendor::{Delivery, ReadOptions};

use super::journal::{Journal, Outcome};
use super::samples::{Sample, Samples};
use super::truth::{self, Measured};
use crate::commands::target::{Target, make_directory};
use crate::error::Result;
use crate::ui::{bytes, plural};

/// A scan that was converted.
pub(super) struct DemoScan {
    /// Name of the sample.
    pub(super) name: String,
    /// What the scanner delivered.
    pub(super) delivery: PathBuf,
    /// The UFF file.
    pub(super) uff: PathBuf,
    /// What is known to be in it.
    pub(super) truth: PathBuf,
    /// Picture of the material.
    pub(super) picture: PathBuf,
    /// Everything known about it but its samples.
    pub(super) scan: Scan,
}

/// Recognises and converts one sample, and validates what was written.
pub(super) fn convert(
    sample: &Sample,
    samples: &Samples,
    folder: &Path,
    journal: &mut Journal<'_>,
) -> Result<DemoScan> {
    let uff = folder.join(&sample.name).with_added_extension("uff");
    journal.step("convert", &sample.name, |context| {
        let options = ConvertOptions {
            read: ReadOptions { profiles: samples.profiles.clone(), ..ReadOptions::default() },
            write: WriteOptions { threads: context.threads, ..WriteOptions::default() },
            limits: context.limits.clone(),
            ..ConvertOptions::default()
        };
        let delivery = Delivery::open(&sample.delivery, &context.budget())?;
        let report = uff::convert::convert(&delivery, &uff, &options, &|_| {})?;
        let by = report.profile.as_ref().map_or(report.reader.clone(), |p| format!("profile {p}"));
        let sizes = format!("{} → {}", bytes(report.delivery_bytes), bytes(report.bytes));
        let losses = plural(report.losses.len(), "recorded loss");
        Ok(Outcome { value: (), result: format!("{sizes} by {by}, read back, {losses}"), good: true })
    })?;
    journal.step("validate", &sample.name, |context| {
        let report = validate(Arc::new(FileSource::open(&uff)?), &ValidateOptions::default(), &context.budget());
        let count = |severity| report.count(severity);
        let result = format!(
            "{}: {}, {}, {} checked",
            report.verdict(),
            plural(count(Severity::Failure), "failure"),
            plural(count(Severity::Warning), "warning"),
            plural(report.passes().len(), "rule")
        );
        Ok(Outcome { value: (), result, good: report.verdict() != Verdict::Fail })
    })?;
    let scan = UffFile::open_path(&uff, &journal.context.budget())?.scan().clone();
    let picture = folder.join(&sample.name).with_added_extension("png");
    let (name, delivery, truth) = (sample.name.clone(), sample.delivery.clone(), sample.truth.clone());
    Ok(DemoScan { name, delivery, uff, truth, picture, scan })
}

/// Analyses the first view, draws it, and measures what is known to be in it. A scan of backscatter has no material, and
/// one energy says only how much there is; the step says so.
pub(super) fn analyze(scan: &DemoScan, folder: &Path, journal: &mut Journal<'_>) -> Result<Vec<Measured>> {
    let analysis = journal.step("analyse", &scan.name, |context| {
        let bundle = UffFile::open_path(&scan.uff, &context.budget())?.bundle()?;
        let analysis = match analyze_view(&bundle, 0, &AnalysisOptions::default(), &context.budget()) {
            Err(e) if e.code() == Code::MaterialNotMeasurable => {
                return Ok(Outcome { value: None, result: "no transmission, so no material".to_owned(), good: true });
            }
            analysis => analysis?,
        };
        if !analysis.tells_materials() {
            let measured = analysis.map.lambda.iter().filter(|l| l.is_finite()).count();
            let result = format!("{}; one energy: g/cm² as of water", plural(measured, "pixel"));
            return Ok(Outcome { value: None, result, good: true });
        }
        let decided = analysis.map.class.iter().filter(|c| **c != 0).count();
        let share = 100.0 * decided as f64 / analysis.map.class.len().max(1) as f64;
        let result = format!("{}; material of {share:.0} % of the pixels", plural(analysis.map.class.len(), "pixel"));
        Ok(Outcome { value: Some(analysis), result, good: true })
    })?;
    let Some(analysis) = analysis else { return Ok(Vec::new()) };
    journal.step("render", &scan.name, |_| {
        let alpha = analysis.alpha_high.view();
        let png = draw_material(&analysis.map, &alpha, &Shading::default(), &MaterialScheme::USUAL)?.png()?;
        Target::new(&scan.picture, false)?.write_bytes(&png)?;
        let shown = scan.picture.strip_prefix(folder).unwrap_or(&scan.picture);
        Ok(Outcome { value: (), result: format!("{}, {}", shown.display(), bytes(png.len() as u64)), good: true })
    })?;
    let Some(truth) = truth::read(&scan.truth)? else { return Ok(Vec::new()) };
    journal.step("compare", &scan.name, |_| {
        let measured = truth::compare(&scan.name, &truth, &analysis)?;
        let near = measured.iter().filter(|m| m.is_near()).count();
        let classed = measured.iter().filter(|m| m.class == m.class_found).count();
        let result = format!(
            "{} of known objects: {near} of {} within {:.0} % of the true g/cm², {classed} in the true class",
            plural(measured.len(), "core"),
            measured.len(),
            100.0 * truth::TOLERANCE,
        );
        Ok(Outcome { value: measured, result, good: true })
    })
}

/// Rebuilds the files of the delivery from the UFF file alone and compares them with the originals.
pub(super) fn extract(scan: &DemoScan, folder: &Path, journal: &mut Journal<'_>) -> Result<()> {
    journal.step("extract", &scan.name, |context| {
        let bundle = UffFile::open_path(&scan.uff, &context.budget())?.bundle()?;
        let delivery = Delivery::open(&scan.delivery, &context.budget())?;
        let into = folder.join("originals").join(&scan.name);
        let mut same = 0;
        for source in &bundle.scan.provenance.sources {
            let path = crate::commands::target::inside(&into, &source.name)?;
            make_directory(path.parent().unwrap_or(&into))?;
            Target::new(&path, false)?.write(|out| write_original(&bundle, source, out))?;
            let original = match scan.delivery.is_dir() {
                true => scan.delivery.join(&source.name),
                false => scan.delivery.clone(),
            };
            let read = |path: &Path| fs::read(path).map_err(|e| Error::io(Direction::Read, path, e));
            if read(&path)? != read(&original)? {
                let e = Error::new(Code::UffDigest, "the rebuilt file differs from the original");
                return Err(e.file(path.display()).into());
            }
            same += 1;
        }
        let good = same == delivery.files().len();
        let result =
            format!("{same} of {} rebuilt, byte for byte the original", plural(delivery.files().len(), "file"));
        Ok(Outcome { value: (), result, good })
    })
}
