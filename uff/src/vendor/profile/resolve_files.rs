//! Files, payloads and media of a profile, resolved.

use super::document::{Document, FileFormat, FileRule, MagicRule, MediaRule, PayloadRule, SidecarRule};
use super::expression::is_word;
use super::plan::{FilePlan, Mark, MediaPlan, PayloadPlan, TextPlan};
use super::resolve::Resolver;
use crate::error::Result;

impl Resolver<'_> {
    pub(super) fn files(&mut self, document: &Document) -> Result<Vec<FilePlan>> {
        let mut plans: Vec<FilePlan> = Vec::new();
        for rule in &document.files {
            let id = rule.id.get_ref();
            if id.is_empty() || !id.chars().all(is_word) || self.files.contains(id) {
                let e = self.expected(rule.id.span(), "not a usable file id", "letters, digits and _, each id once");
                return Err(e.found(id));
            }
            self.files.push(id.clone());
            self.formats.push(rule.format);
            plans.push(FilePlan {
                id: id.clone(),
                pattern: rule.pattern.as_ref().map(|p| p.get_ref().clone()),
                text: self.text_plan(rule)?,
                optional: rule.optional,
                trailing: rule.trailing,
                many: rule.many,
                skip: rule.skip,
                marks: Vec::new(),
                line: self.text.line(&rule.id.span()),
            });
        }
        for rule in &document.recognize.magic {
            let mark = Mark::Bytes { offset: rule.offset, bytes: self.magic(rule)? };
            let file = self.file(&rule.file)?;
            plans.iter_mut().skip(file).take(1).for_each(|p| p.marks.push(mark.clone()));
        }
        for rule in &document.recognize.sidecar {
            let file = self.file(&rule.file)?;
            let mark = self.sidecar_mark(rule, file)?;
            plans.iter_mut().skip(file).take(1).for_each(|p| p.marks.push(mark.clone()));
        }
        for rule in &document.recognize.hdf5 {
            let (file, mark) = self.hdf5_mark(rule)?;
            plans.iter_mut().skip(file).take(1).for_each(|p| p.marks.push(mark.clone()));
        }
        for rule in &document.recognize.name {
            let file = self.file(&rule.file)?;
            let mark = Mark::Name(rule.pattern.get_ref().clone());
            plans.iter_mut().skip(file).take(1).for_each(|p| p.marks.push(mark.clone()));
        }
        if let Some(rule) = document.recognize.name.first()
            && !plans.iter().flat_map(|p| &p.marks).any(Mark::is_content)
        {
            let expected = "at least one condition under magic, sidecar or hdf5 beside it";
            return Err(self.expected(rule.pattern.span(), "names alone do not recognise a delivery", expected));
        }
        if let Some((plan, rule)) =
            plans.iter().zip(&document.files).find(|(p, _)| p.marks.is_empty() && p.pattern.is_none())
        {
            let e = self.expected(
                rule.id.span(),
                "nothing says which file this is",
                "a pattern, or a condition under recognize",
            );
            return Err(e.found(&plan.id));
        }
        Ok(plans)
    }

    fn sidecar_mark(&self, rule: &SidecarRule, file: usize) -> Result<Mark> {
        let format = self.formats.get(file);
        match (&rule.root, &rule.section, &rule.key, format) {
            (Some(root), None, None, Some(FileFormat::Xml)) => {
                Ok(Mark::Root { name: root.get_ref().clone(), namespace: rule.namespace.clone() })
            }
            (None, Some(section), None, Some(FileFormat::Ini)) if rule.namespace.is_none() => {
                Ok(Mark::Section(section.get_ref().clone()))
            }
            (None, None, Some(key), Some(FileFormat::Ini | FileFormat::Json | FileFormat::Csv | FileFormat::Fixed))
                if rule.namespace.is_none() && !key.get_ref().trim().is_empty() =>
            {
                Ok(Mark::Key(key.get_ref().clone()))
            }
            _ => {
                let expected = "root (and namespace) for a file of format xml, section for one of format ini, key for \
                                one of format ini, json, csv or fixed";
                Err(self.expected(rule.file.span(), "the condition does not fit the file", expected))
            }
        }
    }

    fn text_plan(&self, rule: &FileRule) -> Result<TextPlan> {
        let span = rule.id.span();
        let wrong = |message: &str, expected: &str| Err(self.expected(span.clone(), message, expected));
        let delimiter = match rule.delimiter.as_ref().map(|d| d.get_ref().as_bytes()) {
            None => b',',
            Some([byte]) if !matches!(byte, b'"' | b'\n' | b'\r') => *byte,
            Some(_) => return wrong("not a usable delimiter", "one ASCII character"),
        };
        let separator = rule.separator.as_ref().map(|s| s.get_ref().clone());
        if separator.as_ref().is_some_and(String::is_empty) {
            return wrong("not a usable separator", "at least one character");
        }
        let format = rule.format;
        let misplaced = [
            (rule.encoding.is_some() && matches!(format, FileFormat::Raw | FileFormat::Opaque), "encoding"),
            (separator.is_some() && format != FileFormat::Ini, "separator"),
            ((rule.delimiter.is_some() || !rule.header) && format != FileFormat::Csv, "delimiter or header"),
            (rule.columns.is_empty() == (format == FileFormat::Fixed), "columns"),
            (rule.many && !matches!(format, FileFormat::Raw | FileFormat::Opaque), "many"),
            (rule.skip > 0 && !rule.many, "skip"),
        ];
        if let Some((_, key)) = misplaced.iter().find(|(wrong, _)| *wrong) {
            let expected = "separator for ini; delimiter and header for csv; columns for fixed, and there always; \
                            encoding for texts; many for raw and opaque; skip with many";
            return Err(self.expected(span, "a key does not fit the format of the file", expected).found(key));
        }
        if rule.columns.iter().any(|c| c.start == 0 || c.line == Some(0) || c.name.trim().is_empty()) {
            return wrong("not a usable place in a text", "a name; line and start counted from 1");
        }
        Ok(TextPlan {
            format,
            encoding: rule.encoding.unwrap_or_default(),
            separator,
            delimiter,
            header: rule.header,
            columns: rule.columns.clone(),
        })
    }

    /// Makes the ids of payloads known; they stand behind the files.
    pub(super) fn payload_ids(&mut self, document: &Document) -> Result<()> {
        for rule in &document.payloads {
            let id = rule.id.get_ref();
            if id.is_empty() || !id.chars().all(is_word) || self.files.contains(id) {
                let expected = "letters, digits and _, each id once among files and payloads";
                return Err(self.expected(rule.id.span(), "not a usable payload id", expected).found(id));
            }
            self.files.push(id.clone());
            self.formats.push(FileFormat::Raw);
        }
        Ok(())
    }

    pub(super) fn payload(&self, rule: &PayloadRule, files: usize) -> Result<PayloadPlan> {
        let file = self.binary(&rule.file)?;
        if file >= files {
            let expected = "a file, not another payload";
            return Err(self.expected(rule.file.span(), "a payload inside a payload", expected));
        }
        Ok(PayloadPlan {
            id: rule.id.get_ref().clone(),
            file,
            offset: self.optional(&rule.offset)?,
            length: self.optional(&rule.length)?,
            codec: rule.codec,
            size: self.formula(&rule.size)?,
            trailing: rule.trailing,
        })
    }

    pub(super) fn media(&self, rule: &MediaRule) -> Result<MediaPlan> {
        Ok(MediaPlan {
            file: self.file(&rule.file)?,
            kind: self.code(&rule.kind)?,
            media_type: rule.media_type.clone(),
            personal_data: rule.personal_data,
            line: self.text.line(&rule.file.span()),
        })
    }

    /// Finds a file or payload that holds header fields or samples.
    pub(super) fn binary(&self, id: &toml::Spanned<String>) -> Result<usize> {
        let stream = self.file(id)?;
        match self.formats.get(stream) {
            Some(FileFormat::Raw) => Ok(stream),
            _ => Err(self.expected(
                id.span(),
                "binary data in a sidecar",
                "a file of format raw; one of format hdf5 has a dataset",
            )),
        }
    }

    fn magic(&self, rule: &MagicRule) -> Result<Vec<u8>> {
        match (&rule.text, &rule.hex) {
            (Some(text), None) if !text.get_ref().is_empty() => Ok(text.get_ref().as_bytes().to_vec()),
            (None, Some(hex)) => {
                let digits: Vec<u8> = hex.get_ref().bytes().filter(|b| *b != b' ').collect();
                let bytes: Option<Vec<u8>> = digits
                    .chunks(2)
                    .map(|pair| std::str::from_utf8(pair).ok().filter(|p| p.len() == 2 && !p.starts_with('+')))
                    .map(|pair| u8::from_str_radix(pair?, 16).ok())
                    .collect();
                bytes.filter(|b| !b.is_empty()).ok_or_else(|| {
                    self.expected(hex.span(), "not bytes in hexadecimal", "pairs of hexadecimal digits")
                        .found(hex.get_ref())
                })
            }
            _ => Err(self.expected(rule.file.span(), "the bytes are not stated", "either text or hex, not empty")),
        }
    }
}
