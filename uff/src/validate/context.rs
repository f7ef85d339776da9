//! What the rules look at: one file, opened as far as it goes.

use std::sync::{Arc, OnceLock};

use super::head::Head;
use super::rules::Needs;
use super::survey::{Question, Survey, survey};
use super::{SkipReason, ValidateOptions};
use crate::error::{Error, Result};
use crate::format::layout::{self, Known};
use crate::format::{DatasetVerdict, UffFile};
use crate::h5;
use crate::h5::check_density;
use crate::limits::Budget;
use crate::model::record::Node;
use crate::model::{Channel, PlaneKey, SampleType, Scan, View};
use crate::source::ReadAt;
use crate::xml::{self, MetadataVersion};

/// One file, opened as far as it goes; each part is there or says why not.
pub(crate) struct Context {
    source: Arc<dyn ReadAt>,
    budget: Budget,
    head: Result<Head>,
    objects: Result<Vec<h5::Object>>,
    document: Option<Vec<u8>>,
    scan: Option<Result<(Scan, MetadataVersion)>>,
    file: Result<UffFile>,
    verdicts: OnceLock<Result<Vec<DatasetVerdict>>>,
}

impl Context {
    /// Opens a file as far as it goes.
    pub(crate) fn open(source: Arc<dyn ReadAt>, budget: &Budget) -> Self {
        let head = Head::read(&*source);
        let objects = h5::File::open(source.clone(), budget).and_then(|file| file.objects());
        let file = UffFile::open(source.clone(), budget);
        let document = match (&file, &objects) {
            (Ok(file), _) => Some(file.metadata_xml().to_vec()),
            (Err(_), Ok(objects)) => document(objects, budget),
            (Err(_), Err(_)) => None,
        };
        let scan = document.as_ref().map(|bytes| xml::read_scan(bytes, source.name(), budget));
        Self { source, budget: budget.clone(), head, objects, document, scan, file, verdicts: OnceLock::new() }
    }

    /// Returns why a rule with these needs cannot run; none when it can.
    pub(crate) fn lacks(&self, needs: Needs, options: &ValidateOptions) -> Option<SkipReason> {
        let have = match needs {
            Needs::Source => true,
            Needs::Objects => self.objects.is_ok(),
            Needs::Document => self.document.is_some(),
            Needs::Scan | Needs::Clock => self.scan().is_some(),
            Needs::File | Needs::Samples => self.file.is_ok(),
        };
        match needs {
            _ if !have => Some(SkipReason::Unreadable),
            Needs::Samples if options.quick => Some(SkipReason::Quick),
            Needs::Clock if options.now.is_none() => Some(SkipReason::NoClock),
            _ => None,
        }
    }

    /// Returns the bytes.
    pub(crate) fn source(&self) -> &dyn ReadAt {
        &*self.source
    }

    /// Returns the limits that hold.
    pub(crate) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Returns whether the file opens with all its parts.
    pub(crate) fn is_readable(&self) -> bool {
        self.file.is_ok()
    }

    /// Returns what the first bytes say.
    pub(crate) fn head(&self) -> Result<&Head, &Error> {
        self.head.as_ref()
    }

    /// Returns why the file does not open; none when it does.
    pub(crate) fn refusal(&self) -> Option<&Error> {
        self.objects.as_ref().err().or(self.file.as_ref().err())
    }

    /// Returns the groups and datasets; empty when they cannot be listed.
    pub(crate) fn objects(&self) -> &[h5::Object] {
        self.objects.as_deref().unwrap_or_default()
    }

    /// Returns an attribute of the root group as text.
    pub(crate) fn root_text(&self, name: &str) -> Option<String> {
        self.objects().iter().find(|o| o.path.is_empty())?.attribute(name)?.text()
    }

    /// Returns an attribute of the root group as a number.
    pub(crate) fn root_number(&self, name: &str) -> Option<f64> {
        self.objects().iter().find(|o| o.path.is_empty())?.attribute(name)?.number()
    }

    /// Returns the metadata document.
    pub(crate) fn document(&self) -> Option<&[u8]> {
        self.document.as_deref()
    }

    /// Returns the root element of the metadata document, when it is well-formed.
    pub(crate) fn root(&self) -> Option<Node> {
        xml::parse(self.document()?, self.source.name(), &self.budget).ok()
    }

    /// Returns the version of the metadata document by its namespace, whether it reads as a scan or not.
    pub(crate) fn metadata_version(&self) -> Option<MetadataVersion> {
        MetadataVersion::of_namespace(self.root()?.namespace.as_deref()?)
    }

    /// Returns the version that the document states, when its minor number is later than what this software knows.
    pub(crate) fn newer_document(&self) -> Option<String> {
        let root = self.root()?;
        let known = MetadataVersion::of_namespace(root.namespace.as_deref()?)?.text();
        let stated = root.attribute("version")?.trim();
        let minor = |version: &str| version.split_once('.').and_then(|(_, minor)| minor.parse::<u64>().ok());
        (minor(stated)? > minor(known)?).then(|| stated.to_owned())
    }

    /// Returns the scan, or why the document does not read as one; none without a document.
    pub(crate) fn reading(&self) -> Option<Result<&(Scan, MetadataVersion), &Error>> {
        self.scan.as_ref().map(Result::as_ref)
    }

    /// Returns the scan, when the metadata document reads as one.
    pub(crate) fn scan(&self) -> Option<&Scan> {
        self.reading()?.ok().map(|(scan, _)| scan)
    }

    /// Iterates over the views with their index.
    pub(crate) fn views(&self) -> impl Iterator<Item = (usize, &View)> {
        self.scan().into_iter().flat_map(|s| s.views.iter().enumerate())
    }

    /// Iterates over all channels with the index of their view and their own.
    pub(crate) fn channels(&self) -> impl Iterator<Item = (usize, usize, &Channel)> {
        self.views().flat_map(|(i, v)| v.channels.iter().enumerate().map(move |(n, c)| (i, n, c)))
    }

    /// Returns the open file.
    pub(crate) fn file(&self) -> Option<&UffFile> {
        self.file.as_ref().ok()
    }

    /// Iterates over the arrays that the file holds.
    pub(crate) fn planes(&self) -> impl Iterator<Item = &PlaneKey> {
        self.file().into_iter().flat_map(UffFile::planes)
    }

    /// Iterates over the blobs and time series that the file holds, by dataset path without a leading slash.
    pub(crate) fn blobs(&self) -> impl Iterator<Item = &str> {
        let datasets = self.objects().iter().filter(|o| o.dataset.is_some()).map(|o| o.path.as_str());
        datasets.filter(|path| layout::classify(path) == Some(Known::Blob))
    }

    /// Returns the path of an array in the file, with a leading slash.
    pub(crate) fn object(&self, key: &PlaneKey) -> String {
        format!("/{}", layout::plane_path(key, 0))
    }

    /// Returns rows, columns and sample type of an array as stored; none when the file lacks it.
    pub(crate) fn stored(&self, key: &PlaneKey) -> Option<((usize, usize), SampleType)> {
        let plane = self.file()?.plane(key).ok()?;
        Some((plane.shape(), plane.sample_type()))
    }

    /// Returns rows and columns of an array as stored; none when the file lacks it.
    pub(crate) fn shape(&self, key: &PlaneKey) -> Option<(usize, usize)> {
        self.stored(key).map(|(shape, _)| shape)
    }

    /// Gathers the statistics of an array; none when the file lacks it.
    pub(crate) fn survey(&self, key: &PlaneKey, question: &Question) -> Option<Result<Survey>> {
        let plane = self.file()?.plane(key).ok()?;
        Some(survey(&*plane, question, self.source.len(), &self.budget))
    }

    /// Checks every dataset against its digest, once.
    ///
    /// # Errors
    /// Failures of the source, `limit.bytes` for a dataset that the file cannot hold, `uff.inconsistent` for a wrong
    /// integrity list; damage is in the verdicts.
    pub(crate) fn verdicts(&self) -> Result<&[DatasetVerdict], &Error> {
        let checked = self.verdicts.get_or_init(|| match &self.file {
            Ok(file) => self.check_density().and_then(|()| file.verify(&mut |_, _| {})),
            Err(_) => Ok(Vec::new()),
        });
        checked.as_deref()
    }
}

impl Context {
    fn check_density(&self) -> Result<()> {
        for dataset in self.objects().iter().filter_map(|o| o.dataset.as_ref()) {
            let decoded = dataset.byte_length().unwrap_or(0);
            check_density(decoded, self.source.len()).map_err(|e| e.at(format!("/{}", dataset.path())))?;
        }
        Ok(())
    }
}

/// Reads the metadata document of a file that does not open as a whole.
fn document(objects: &[h5::Object], budget: &Budget) -> Option<Vec<u8>> {
    let dataset = objects.iter().find(|o| o.path == layout::METADATA)?.dataset.as_ref()?;
    dataset.read_text(budget.limits().document).ok()
}
