//! Directories of a TIFF file: the chain of them, and the values of their fields.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::header::TiffFile;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;

/// Most fields a directory may have; TIFF 6.0 and its extensions define fewer than 300.
const MOST_FIELDS: u64 = 4096;

/// One field of a directory: what type it has, and where its values stand.
#[derive(Debug, Clone, Copy)]
struct Field {
    kind: u16,
    count: u64,
    /// Offset of the values in the file.
    offset: u64,
}

/// One directory: the fields of an image by tag.
pub(super) struct Directory {
    file: TiffFile,
    /// Number of the image in the file, from 1.
    pub(super) number: usize,
    fields: BTreeMap<u16, Field>,
}

/// Size of a value of a type (TIFF 6.0 section 2, BigTIFF for 16 to 18), 0 for an unknown one.
fn size_of(kind: u16) -> u64 {
    match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16 | 17 | 18 => 8,
        _ => 0,
    }
}

/// Reads all directories of a file in their order.
///
/// # Errors
/// `tiff.structure` for a chain that returns to itself or a directory that repeats a tag; `input.truncated` when a
/// directory or its values lie past the end; `limit.count`.
pub(super) fn directories(file: &TiffFile, budget: &Budget) -> Result<Vec<Directory>> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut offset = file.first;
    while offset != 0 {
        if !seen.insert(offset) {
            return Err(Error::new(Code::TiffStructure, "the chain of directories returns to itself")
                .file(file.source.name())
                .at(format!("offset {offset}")));
        }
        budget.count(1, "images in a TIFF file")?;
        let (directory, next) = Directory::read(file, offset, found.len() + 1, budget)
            .map_err(|e| e.file(file.source.name()).at(format!("directory {}", found.len() + 1)))?;
        found.push(directory);
        offset = next;
    }
    if found.is_empty() {
        return Err(Error::new(Code::TiffStructure, "the TIFF file holds no image").file(file.source.name()));
    }
    Ok(found)
}

impl Directory {
    fn read(file: &TiffFile, offset: u64, number: usize, budget: &Budget) -> Result<(Self, u64)> {
        let past = || Error::new(Code::InputTruncated, "a directory lies past the end of the file");
        let (count, head, entry, word) = match file.big {
            true => (file.u64_at(offset)?, 8, 20, 8),
            false => (u64::from(file.u16_at(offset)?), 2, 12, 4),
        };
        if count == 0 || count > MOST_FIELDS {
            return Err(Error::new(Code::TiffStructure, "the number of fields of a directory is not plausible")
                .expected(format!("1 to {MOST_FIELDS}"))
                .found(count));
        }
        budget.count(count, "fields in a TIFF file")?;
        let start = offset.checked_add(head).ok_or_else(past)?;
        let mut fields = BTreeMap::new();
        for index in 0..count {
            let at = start.checked_add(index * entry).ok_or_else(past)?;
            let (tag, kind) = (file.u16_at(at)?, file.u16_at(at + 2)?);
            let count = if file.big { file.u64_at(at + 4)? } else { u64::from(file.u32_at(at + 4)?) };
            let inline = at + entry - word;
            let size = count.checked_mul(size_of(kind)).ok_or_else(past)?;
            let offset = match size <= word {
                true => inline,
                false if file.big => file.u64_at(inline)?,
                false => u64::from(file.u32_at(inline)?),
            };
            if offset.checked_add(size).is_none_or(|end| end > file.source.len()) {
                return Err(Error::new(Code::InputTruncated, "the values of a field lie past the end of the file")
                    .expected(format!("{count} values of tag {tag} at offset {offset}"))
                    .found(format!("{} bytes", file.source.len())));
            }
            if fields.insert(tag, Field { kind, count, offset }).is_some() {
                return Err(Error::new(Code::TiffStructure, "a directory repeats a tag").found(tag));
            }
        }
        let next = start.checked_add(count * entry).ok_or_else(past)?;
        let next = if file.big { file.u64_at(next)? } else { u64::from(file.u32_at(next)?) };
        Ok((Self { file: file.clone(), number, fields }, next))
    }

    /// Returns the file the directory stands in.
    pub(super) fn file(&self) -> &TiffFile {
        &self.file
    }

    /// Returns the tags of all fields.
    pub(super) fn tags(&self) -> impl Iterator<Item = u16> {
        self.fields.keys().copied()
    }

    /// Starts an error about this directory.
    pub(super) fn error(&self, code: Code, message: &str) -> Error {
        Error::new(code, message).file(self.file.source.name()).at(format!("directory {}", self.number))
    }

    /// Reads the whole numbers of a field of type BYTE, SHORT, LONG or LONG8; nothing when there is no such field.
    ///
    /// # Errors
    /// `tiff.structure` for another type; `limit.bytes`; `io.*`.
    pub(super) fn numbers(&self, tag: u16, budget: &Budget) -> Result<Option<Vec<u64>>> {
        let Some(field) = self.fields.get(&tag) else { return Ok(None) };
        let size = match field.kind {
            1 | 3 | 4 | 13 | 16 | 18 => size_of(field.kind) as usize,
            kind => {
                let e = self.error(Code::TiffStructure, "a field has a type that it cannot have");
                return Err(e.expected(format!("whole numbers for tag {tag}")).found(format!("type {kind}")));
            }
        };
        let bytes = self.raw(*field, budget)?;
        let mut numbers = budget.vec(bytes.len() / size, "the values of a TIFF field")?;
        let number = |b: &[u8]| match b {
            [a] => u64::from(*a),
            [a, b] => u64::from(self.file.u16([*a, *b])),
            [a, b, c, d] => u64::from(self.file.u32([*a, *b, *c, *d])),
            _ => b.first_chunk().map_or(0, |b| self.file.u64(*b)),
        };
        numbers.extend(bytes.chunks_exact(size).map(number));
        budget.release(bytes.len() as u64);
        Ok(Some(numbers))
    }

    /// Reads the single whole number of a field.
    ///
    /// # Errors
    /// As [`Directory::numbers`]; `tiff.structure` when there are none or several.
    pub(super) fn number(&self, tag: u16, budget: &Budget) -> Result<Option<u64>> {
        match self.numbers(tag, budget)?.as_deref() {
            None => Ok(None),
            Some([only]) => Ok(Some(*only)),
            Some(many) => Err(self
                .error(Code::TiffStructure, "a field has another number of values than it should")
                .expected(format!("one value for tag {tag}"))
                .found(many.len())),
        }
    }

    /// Reads the whole number that all values of a field share, as bits per sample do.
    ///
    /// # Errors
    /// As [`Directory::numbers`]; `tiff.unsupported` when they differ.
    pub(super) fn common(&self, tag: u16, budget: &Budget) -> Result<Option<u64>> {
        let Some(values) = self.numbers(tag, budget)? else { return Ok(None) };
        match values.as_slice() {
            [first, rest @ ..] if rest.iter().all(|v| v == first) => Ok(Some(*first)),
            [] => Err(self.error(Code::TiffStructure, "a field has no value").found(format!("tag {tag}"))),
            _ => Err(self
                .error(Code::TiffUnsupported, "the samples of a pixel differ in type")
                .found(format!("{values:?} for tag {tag}"))),
        }
    }

    /// Reads a fraction (type RATIONAL); nothing when there is no such field or its denominator is 0.
    ///
    /// # Errors
    /// `io.*`.
    pub(super) fn fraction(&self, tag: u16) -> Result<Option<f64>> {
        let Some(field) = self.fields.get(&tag).filter(|f| f.kind == 5 && f.count == 1) else { return Ok(None) };
        let (above, below) = (self.file.u32_at(field.offset)?, self.file.u32_at(field.offset.saturating_add(4))?);
        Ok((below != 0).then(|| f64::from(above) / f64::from(below)))
    }

    /// Reads a text (type ASCII) without trailing NULs and spaces: UTF-8, else Latin-1; nothing when there is no such
    /// field or it is empty.
    ///
    /// # Errors
    /// `limit.bytes`; `io.*`.
    pub(super) fn text(&self, tag: u16, budget: &Budget) -> Result<Option<String>> {
        let Some(field) = self.fields.get(&tag).filter(|f| matches!(f.kind, 1 | 2 | 7)) else { return Ok(None) };
        let limit = budget.limits().document;
        if field.count > limit {
            return Err(self
                .error(Code::LimitBytes, "a text is too large")
                .expected(format!("at most {limit} bytes"))
                .found(format!("{} bytes of tag {tag}", field.count)));
        }
        let mut bytes = self.raw(*field, budget)?;
        while matches!(bytes.last(), Some(0 | b' ')) {
            bytes.pop();
        }
        let text = String::from_utf8(bytes).unwrap_or_else(|e| e.as_bytes().iter().map(|b| char::from(*b)).collect());
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    fn raw(&self, field: Field, budget: &Budget) -> Result<Vec<u8>> {
        let size = field.count.saturating_mul(size_of(field.kind));
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let mut bytes: Vec<u8> = budget.vec(size, "the values of a TIFF field")?;
        bytes.resize(size, 0);
        self.file.source.read_exact_at(field.offset, &mut bytes)?;
        Ok(bytes)
    }
}
