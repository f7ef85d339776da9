//! A DICOM file (PS3.10, 7.1): preamble, prefix, file meta information, data set.

use std::sync::Arc;

use dicom_core::Tag;
use dicom_encoding::text::SpecificCharacterSet;

use super::attributes::Attributes;
use super::element::Dataset;
use super::scanner::Scanner;
use super::syntax::Syntax;
use super::tags;
use super::walk;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::source::ReadAt;
use crate::vendor::DeliveryFile;

/// Bytes up to the end of the prefix.
pub(super) const PREFIX_END: usize = 132;

/// A file whose elements have been found.
pub(super) struct Part10 {
    /// Index of the file in the delivery.
    pub(super) index: usize,
    /// Name of the file in the delivery.
    pub(super) name: String,
    /// The bytes.
    pub(super) source: Arc<dyn ReadAt>,
    /// How samples are encoded.
    pub(super) syntax: Syntax,
    /// UID of the object class.
    pub(super) class: String,
    /// Character set of the texts.
    pub(super) charset: SpecificCharacterSet,
    /// Character set as the file names it, where this software does not know it.
    pub(super) unknown_charset: Option<String>,
    dataset: Dataset,
}

/// Returns whether a file is DICOM: `DICM` at byte 128.
///
/// # Errors
/// `io.*`.
pub(super) fn is_part10(file: &DeliveryFile) -> Result<bool> {
    Ok(file.head(PREFIX_END)?.get(PREFIX_END - 4..) == Some(b"DICM"))
}

impl Part10 {
    /// Finds the elements of a file.
    ///
    /// # Errors
    /// `dicom.structure`, `input.truncated` for damage; `dicom.unsupported` for a transfer syntax that is not handled;
    /// `dicom.missing`; `limit.*`.
    pub(super) fn read(index: usize, file: &DeliveryFile, budget: &Budget) -> Result<Self> {
        Self::read_named(index, file, budget).map_err(|e| e.file(file.name()))
    }

    fn read_named(index: usize, file: &DeliveryFile, budget: &Budget) -> Result<Self> {
        let source = file.source().clone();
        let mut scanner = Scanner::new(&*source, PREFIX_END as u64);
        let meta = walk::meta(&mut scanner, budget)?;
        let charset = SpecificCharacterSet::ISO_IR_6;
        let head = Attributes { source: &*source, charset: &charset, fields: &meta };
        let uid = head.required(tags::TRANSFER_SYNTAX_UID)?;
        let syntax = Syntax::of(&uid).map_err(|e| e.at(tags::shown(tags::TRANSFER_SYNTAX_UID)))?;
        let stored = head.text(tags::MEDIA_STORAGE_SOP_CLASS_UID)?;
        let dataset = walk::dataset(&mut scanner, syntax.encoding(), budget)?;
        let body = Attributes { source: &*source, charset: &charset, fields: &dataset };
        let class = body.text(tags::SOP_CLASS_UID)?.or(stored);
        let class = class.ok_or_else(|| missing(tags::SOP_CLASS_UID))?;
        let named = body.text(tags::SPECIFIC_CHARACTER_SET)?;
        let (charset, unknown_charset) = charset_of(named.as_deref());
        let name = file.name().to_owned();
        Ok(Self { index, name, source, syntax, class, charset, unknown_charset, dataset })
    }

    /// Returns the elements of the file.
    pub(super) fn attributes(&self) -> Attributes<'_> {
        Attributes { source: &*self.source, charset: &self.charset, fields: &self.dataset }
    }
}

/// Returns an error about an attribute that is not there.
pub(super) fn missing(tag: Tag) -> Error {
    Error::new(Code::DicomMissing, "an attribute is missing or empty").expected(tags::shown(tag))
}

/// Finds the character set (PS3.3, C.12.1.1.2): the first that is known of those named. Where none is, UTF-8 is read,
/// and the name is returned.
fn charset_of(named: Option<&str>) -> (SpecificCharacterSet, Option<String>) {
    let Some(named) = named else { return (SpecificCharacterSet::ISO_IR_6, None) };
    let known = named.split('\\').rev().find_map(|code| SpecificCharacterSet::from_code(code.trim()));
    match known {
        Some(charset) => (charset, None),
        None => (SpecificCharacterSet::ISO_IR_192, Some(named.to_owned())),
    }
}
