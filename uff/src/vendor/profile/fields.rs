//! Values of the fields of a profile in a delivery.

use std::rc::Rc;
use std::sync::Arc;

use super::container::Container;
use super::document::{Endian, FieldType};
use super::expression::Values;
use super::payload;
use super::plan::{FieldFrom, FieldPlan, Formula, PayloadPlan, Plan};
use super::sidecar::Sidecar;
use super::text::Encoding;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::source::{Pieces, ReadAt};
use crate::vendor::{Delivery, DeliveryFile};

/// Longest text field, in bytes.
const LONGEST_TEXT: u64 = 64 << 10;

/// Whole numbers up to here are exact in 64-bit floating point.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Value of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Number(f64),
    Text(String),
}

impl Value {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Number(n) => n.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// Value of a field and where it came from.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) value: Value,
    pub(super) origin: String,
}

/// Values of the fields; a field is absent when its file or element is.
#[derive(Clone, Default)]
pub(super) struct Fields {
    pub(super) found: Vec<Option<Found>>,
    names: Vec<String>,
    /// Bytes of the files and, behind them, of the payloads; absent when the file is or nothing asked for the payload.
    streams: Vec<Option<Arc<dyn ReadAt>>>,
}

impl Fields {
    /// Returns the bytes of a file or payload.
    pub(super) fn stream(&self, index: usize) -> Option<&Arc<dyn ReadAt>> {
        self.streams.get(index)?.as_ref()
    }
}

impl Values for Fields {
    fn field(&self, index: usize) -> Result<f64, String> {
        let name = self.names.get(index).map_or("", String::as_str);
        match self.found.get(index).and_then(Option::as_ref).map(|f| &f.value) {
            Some(Value::Number(n)) => Ok(*n),
            Some(Value::Text(text)) => Err(format!("the text {:?} in field {name}", shown(text))),
            None => Err(format!("nothing in field {name}")),
        }
    }

    fn size(&self, file: usize) -> Result<f64, String> {
        self.stream(file).map(|s| s.len() as f64).ok_or_else(|| "no such file in the delivery".to_owned())
    }
}

/// What the evaluation reads from.
pub(super) struct Sources<'a> {
    pub(super) plan: &'a Plan,
    pub(super) delivery: &'a Delivery,
    /// Files of the delivery for each file of the profile.
    pub(super) chosen: &'a [Vec<usize>],
    /// The HDF5 files among those of the profile.
    pub(super) containers: &'a [Option<Rc<Container>>],
    pub(super) budget: &'a Budget,
}

impl<'a> Sources<'a> {
    /// Returns the one file of the delivery that stands for a file of the profile.
    pub(super) fn file(&self, file: usize) -> Option<&'a DeliveryFile> {
        self.delivery.files().get(self.position(file)?)
    }

    /// Returns the position of that file in the delivery; nothing when the profile joins several.
    pub(super) fn position(&self, file: usize) -> Option<usize> {
        match self.chosen.get(file)?.as_slice() {
            [only] if self.plan.files.get(file).is_some_and(|rule| !rule.many) => Some(*only),
            _ => None,
        }
    }

    /// Returns all files of the delivery that stand for a file of the profile.
    pub(super) fn files(&self, file: usize) -> impl Iterator<Item = &'a DeliveryFile> {
        let chosen = self.chosen.get(file).map_or(&[][..], Vec::as_slice);
        chosen.iter().filter_map(|position| self.delivery.files().get(*position))
    }

    /// Returns the HDF5 file that stands for a file of the profile.
    pub(super) fn container(&self, file: usize) -> Option<&'a Container> {
        self.containers.get(file)?.as_deref()
    }

    /// Returns the bytes that stand for a file of the profile: those of the one file, or of several without their heads.
    fn bytes(&self, file: usize) -> Result<Option<Arc<dyn ReadAt>>> {
        let Some(rule) = self.plan.files.get(file).filter(|rule| rule.many) else {
            return Ok(self.file(file).map(|f| f.source().clone()));
        };
        let mut sources = Vec::new();
        let mut ranges = Vec::new();
        for (index, part) in self.files(file).enumerate() {
            let Some(length) = part.size().checked_sub(rule.skip) else {
                return Err(Error::new(Code::InputTruncated, "one of several files ends before its head does")
                    .file(part.name())
                    .expected(format!("at least {} bytes by {} of the profile", rule.skip, rule.line))
                    .found(format!("{} bytes", part.size())));
            };
            ranges.push((index, rule.skip, length));
            sources.push(part.source().clone());
        }
        if sources.is_empty() {
            return Ok(None);
        }
        let first = self.files(file).next().map_or("", DeliveryFile::name);
        let name = format!("{first} and {} more", sources.len() - 1);
        Ok(Some(Arc::new(Pieces::new(name, sources, ranges))))
    }

    /// Decodes a payload; nothing when its file is not there.
    fn payload(&self, rule: &PayloadPlan, fields: &Fields) -> Result<Option<Arc<dyn ReadAt>>> {
        let Some(source) = fields.stream(rule.file) else { return Ok(None) };
        let whole =
            |formula: &Formula, what: &str| formula.whole(fields, &format!("the {what} of payload {}", rule.id));
        let offset = rule.offset.as_ref().map_or(Ok(0), |f| whole(f, "offset"))?;
        let length = match &rule.length {
            Some(length) => whole(length, "length")?,
            None => source.len().saturating_sub(offset),
        };
        let size = whole(&rule.size, "size")?;
        if offset.checked_add(length).is_none_or(|end| end > source.len()) {
            return Err(Error::new(Code::InputTruncated, "the file ends before its compressed part does")
                .file(source.name())
                .at(format!("offset {offset}"))
                .expected(format!("{length} bytes"))
                .found(format!("a file of {} bytes", source.len())));
        }
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let mut bytes: Vec<u8> = self.budget.vec(length, "a compressed part of a file")?;
        bytes.resize(length, 0);
        source.read_exact_at(offset, &mut bytes)?;
        let name = format!("{} in {}", rule.id, source.name());
        let decoded = payload::decode(rule.codec, &bytes, size, &name, self.budget)?;
        self.budget.release(length as u64);
        Ok(Some(decoded))
    }

    /// Decodes a payload that nothing asked for so far.
    fn ready(&self, stream: usize, fields: &mut Fields) -> Result<()> {
        let files = self.plan.files.len();
        let missing = fields.streams.get(stream).is_some_and(Option::is_none);
        if let Some(rule) = stream.checked_sub(files).and_then(|at| self.plan.payloads.get(at)).filter(|_| missing) {
            let decoded = self.payload(rule, fields)?;
            fields.streams.iter_mut().skip(stream).take(1).for_each(|slot| slot.clone_from(&decoded));
        }
        Ok(())
    }

    /// Evaluates all fields in order; `swapped` reads numbers with the other byte order than the profile states.
    ///
    /// # Errors
    /// `input.truncated` when a header ends before a field, `input.value` for an impossible value.
    pub(super) fn fields(&self, sidecars: &mut [Option<Sidecar>], swapped: bool) -> Result<Fields> {
        let mut streams = (0..self.plan.files.len()).map(|i| self.bytes(i)).collect::<Result<Vec<_>>>()?;
        streams.resize(self.plan.files.len() + self.plan.payloads.len(), None);
        let names = self.plan.fields.iter().map(|f| f.name.clone()).collect();
        let mut fields = Fields { names, streams, found: Vec::new() };
        for rule in &self.plan.fields {
            if let FieldFrom::Header { stream, .. } = &rule.from {
                self.ready(*stream, &mut fields)?;
            }
            let found = self.field(rule, &fields, sidecars, swapped)?;
            if let Some(Found { value: Value::Number(n), origin }) = &found
                && !(*n >= rule.min && *n <= rule.max)
            {
                return Err(Error::new(Code::InputValue, format!("field {} is out of range", rule.name))
                    .at(origin)
                    .expected(format!("{} to {}", rule.min, rule.max))
                    .found(n)
                    .hint(format!("See {} of the profile.", rule.line)));
            }
            fields.found.push(found);
        }
        for stream in 0..fields.streams.len() {
            self.ready(stream, &mut fields)?;
        }
        Ok(fields)
    }

    fn field(
        &self,
        rule: &FieldPlan,
        fields: &Fields,
        sidecars: &mut [Option<Sidecar>],
        swapped: bool,
    ) -> Result<Option<Found>> {
        match &rule.from {
            FieldFrom::Computed(formula) => {
                let origin = format!("computed at {} of the profile", formula.line);
                let value = Value::Number(formula.number(fields, &rule.name)?);
                Ok(Some(Found { value, origin }))
            }
            FieldFrom::Axis { file, dataset, axis } => {
                let Some(container) = self.container(*file) else { return Ok(None) };
                let axes = container.axes(dataset, &rule.line)?;
                let origin = format!("{}: {dataset}, axis {axis}", container.name());
                let size = axes.get(*axis).copied().filter(|n| *n as f64 <= EXACT).ok_or_else(|| {
                    Error::new(Code::InputValue, "the dataset has no such axis")
                        .at(&origin)
                        .expected(format!("axis {axis} by {} of the profile", rule.line))
                        .found(format!("{axes:?}"))
                })?;
                Ok(Some(Found { value: Value::Number(size as f64), origin }))
            }
            FieldFrom::Sidecar(path) => {
                let Some(sidecar) = sidecars.get_mut(path.file).and_then(Option::as_mut) else { return Ok(None) };
                let Some((_, leaf)) = sidecar.take(path).into_iter().next() else { return Ok(None) };
                // Beyond that a number may be another one in floating point; its text is kept then.
                let value =
                    leaf.text.parse().ok().filter(|n: &f64| n.abs() <= EXACT || leaf.text.contains(['.', 'e', 'E']));
                let value = value.filter(|n: &f64| n.is_finite());
                let value = value.map_or_else(|| Value::Text(leaf.text.clone()), Value::Number);
                let file = self.file(path.file).map_or("", DeliveryFile::name);
                Ok(Some(Found { value, origin: format!("{file}: {}", leaf.path()) }))
            }
            FieldFrom::Header { stream, offset, kind, endian, length, encoding } => {
                let Some(file) = fields.stream(*stream) else { return Ok(None) };
                let offset = offset.whole(fields, &format!("the offset of {}", rule.name))?;
                let big = (*endian == Endian::Big) != swapped;
                let size = match length {
                    None => size_of_type(*kind),
                    Some(length) => length.whole(fields, &format!("the length of {}", rule.name))?,
                };
                if size > LONGEST_TEXT {
                    return Err(Error::new(Code::InputValue, format!("the text of field {} is too long", rule.name))
                        .file(file.name())
                        .expected(format!("at most {LONGEST_TEXT} bytes"))
                        .found(format!("{size} bytes")));
                }
                let mut bytes = vec![0; size as usize];
                file.read_exact_at(offset, &mut bytes).map_err(|e| {
                    Error::new(e.code(), format!("the header ends before field {}", rule.name))
                        .file(file.name())
                        .at(format!("offset {offset}"))
                        .expected(format!("{size} bytes"))
                        .found(format!("a file of {} bytes", file.len()))
                        .cause(e)
                })?;
                let last = offset.saturating_add(size.saturating_sub(1));
                let origin = format!("{}: bytes {offset} to {last}", file.name());
                let value = decode(&bytes, *kind, big, *encoding).ok_or_else(|| {
                    Error::new(Code::InputValue, format!("field {} cannot be read", rule.name))
                        .at(&origin)
                        .expected(format!("{kind:?}").to_lowercase())
                        .found(bytes.escape_ascii().to_string().chars().take(80).collect::<String>())
                })?;
                Ok(Some(Found { value, origin }))
            }
        }
    }
}

impl Formula {
    /// Computes a number for `what`.
    ///
    /// # Errors
    /// `input.value`.
    pub(super) fn number(&self, fields: &Fields, what: &str) -> Result<f64> {
        self.expression.value(fields).map_err(|found| {
            Error::new(Code::InputValue, format!("{what} cannot be computed"))
                .expected(format!("a number at {} of the profile", self.line))
                .found(found)
        })
    }

    /// Computes a whole number from 0 on for `what`.
    ///
    /// # Errors
    /// `input.value`.
    pub(super) fn whole(&self, fields: &Fields, what: &str) -> Result<u64> {
        let value = self.number(fields, what)?;
        if (0.0..=EXACT).contains(&value) && value.fract() == 0.0 {
            return Ok(value as u64);
        }
        Err(Error::new(Code::InputValue, format!("{what} is impossible"))
            .expected(format!("a whole number from 0 on, at {} of the profile", self.line))
            .found(value))
    }
}

fn size_of_type(kind: FieldType) -> u64 {
    match kind {
        FieldType::U8 => 1,
        FieldType::U16 | FieldType::I16 => 2,
        FieldType::U32 | FieldType::I32 | FieldType::F32 => 4,
        FieldType::U64 | FieldType::F64 => 8,
        FieldType::Text => 0,
    }
}

fn decode(bytes: &[u8], kind: FieldType, big: bool, encoding: Encoding) -> Option<Value> {
    if kind == FieldType::Text {
        let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
        let text = encoding.decode(bytes.get(..end)?)?;
        return Some(Value::Text(text.trim().to_owned()));
    }
    let mut little = bytes.to_vec();
    if big {
        little.reverse();
    }
    let number = match kind {
        FieldType::U8 => f64::from(*little.first()?),
        FieldType::U16 => f64::from(u16::from_le_bytes(*little.first_chunk()?)),
        FieldType::I16 => f64::from(i16::from_le_bytes(*little.first_chunk()?)),
        FieldType::U32 => f64::from(u32::from_le_bytes(*little.first_chunk()?)),
        FieldType::I32 => f64::from(i32::from_le_bytes(*little.first_chunk()?)),
        FieldType::U64 => u64::from_le_bytes(*little.first_chunk()?) as f64,
        FieldType::F32 => f64::from(f32::from_le_bytes(*little.first_chunk()?)),
        FieldType::F64 => f64::from_le_bytes(*little.first_chunk()?),
        FieldType::Text => return None,
    };
    let exact = kind != FieldType::U64 || number <= EXACT;
    (number.is_finite() && exact).then_some(Value::Number(number))
}

fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_are_decoded() {
        let number = |bytes: &[u8], kind, big| decode(bytes, kind, big, Encoding::Utf8);
        assert_eq!(number(&[1, 2], FieldType::U16, false), Some(Value::Number(513.0)));
        assert_eq!(number(&[1, 2], FieldType::U16, true), Some(Value::Number(258.0)));
        assert_eq!(number(&[0xff, 0xfe], FieldType::I16, true), Some(Value::Number(-2.0)));
        assert_eq!(number(&1.5f32.to_be_bytes(), FieldType::F32, true), Some(Value::Number(1.5)));
        assert_eq!(number(&f64::NAN.to_le_bytes(), FieldType::F64, false), None);
        assert_eq!(number(&[0xff; 8], FieldType::U64, false), None);
        assert_eq!(number(b"AB \0x", FieldType::Text, false), Some(Value::Text("AB".to_owned())));
        assert_eq!(number(b"\xe4", FieldType::Text, false), None);
        let latin = decode(b"\xe4", FieldType::Text, false, Encoding::Latin1);
        assert_eq!(latin, Some(Value::Text("ä".to_owned())));
    }
}
