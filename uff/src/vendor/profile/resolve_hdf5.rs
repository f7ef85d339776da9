//! What a profile says of HDF5 files, resolved.

use super::container::Place;
use super::document::FieldRule;
use super::document::FileFormat;
use super::document::Hdf5Rule;
use super::document::Packing;
use super::document::PixelsRule;
use super::plan::DatasetPlan;
use super::plan::FieldFrom;
use super::plan::Mark;
use super::resolve::Resolver;
use crate::error::Result;

impl Resolver<'_> {
    /// Finds a file of format hdf5.
    fn hdf5(&self, id: &toml::Spanned<String>) -> Result<usize> {
        let file = self.file(id)?;
        match self.formats.get(file) {
            Some(FileFormat::Hdf5) => Ok(file),
            _ => Err(self.expected(id.span(), "datasets in a file that has none", "a file of format hdf5")),
        }
    }

    fn place(&self, path: &toml::Spanned<String>, attribute: bool) -> Result<Place> {
        let expected = match attribute {
            true => "a path such as /entry/data or /entry@model",
            false => "a path of a dataset such as /entry/data",
        };
        Place::parse(path.get_ref())
            .filter(|place| attribute || place.attribute.is_none())
            .ok_or_else(|| self.expected(path.span(), "not a path in an HDF5 file", expected).found(path.get_ref()))
    }

    pub(super) fn hdf5_mark(&self, rule: &Hdf5Rule) -> Result<(usize, Mark)> {
        let mark = Mark::Hdf5 { place: self.place(&rule.path, true)?, text: rule.text.clone() };
        Ok((self.hdf5(&rule.file)?, mark))
    }

    /// Resolves a field that is the size of a dataset.
    pub(super) fn axis(&self, rule: &FieldRule) -> Result<FieldFrom> {
        match rule {
            FieldRule {
                file: Some(file),
                dataset: Some(dataset),
                axis: Some(axis),
                offset: None,
                kind: None,
                length: None,
                from: None,
                value: None,
                ..
            } => Ok(FieldFrom::Axis {
                file: self.hdf5(file)?,
                dataset: self.place(dataset, false)?.to_string(),
                axis: *axis,
            }),
            _ => {
                let expected = "file, dataset and axis, and nothing else beside them";
                Err(self.expected(rule.name.span(), "it is not clear which size is meant", expected))
            }
        }
    }

    /// Finds the file or payload of a block of samples, and its dataset where the file is HDF5.
    pub(super) fn samples_in(&self, rule: &PixelsRule) -> Result<(usize, Option<DatasetPlan>)> {
        let span = rule.file.span();
        let Some(dataset) = &rule.dataset else {
            if rule.kind.is_none() || !rule.index.is_empty() {
                let expected = "type; or, in a file of format hdf5, dataset";
                return Err(self.expected(span, "it is not clear where the samples lie", expected));
            }
            return Ok((self.binary(&rule.file)?, None));
        };
        let stream = self.hdf5(&rule.file)?;
        let misplaced = [
            (rule.kind.is_some(), "type"),
            (rule.endian.is_some(), "endian"),
            (rule.offset.is_some(), "offset"),
            (rule.line_header.is_some(), "line_header"),
            (rule.line_trailer.is_some(), "line_trailer"),
            (rule.line_align.is_some(), "line_align"),
            (rule.packing != Packing::default(), "packing"),
            (rule.tile.is_some(), "tile"),
        ];
        if let Some((_, key)) = misplaced.iter().find(|(wrong, _)| *wrong) {
            let expected = "dataset, index, channels, order, interleave and lines; the file itself states the rest";
            return Err(self.expected(span, "a key does not fit a dataset", expected).found(key));
        }
        let path = self.place(dataset, false)?.to_string();
        Ok((stream, Some(DatasetPlan { path, index: rule.index.clone() })))
    }
}
