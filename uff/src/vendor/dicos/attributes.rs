//! Values of elements, read from the file on demand and by the representation that the file states.

use dicom_core::Tag;
use dicom_core::VR;
use dicom_encoding::text::SpecificCharacterSet;
use dicom_encoding::text::TextCodec;

use super::element::Dataset;
use super::element::Element;
use super::part10::missing;
use super::tags;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::source::ReadAt;

/// Longest text or list of numbers read, in bytes; longer ones are no metadata.
pub(super) const LONGEST: u64 = 1 << 16;

/// Elements of a file or an item, with access to their values.
#[derive(Clone, Copy)]
pub(super) struct Attributes<'a> {
    pub(super) source: &'a dyn ReadAt,
    pub(super) charset: &'a SpecificCharacterSet,
    pub(super) fields: &'a Dataset,
}

impl<'a> Attributes<'a> {
    /// Returns the items of a sequence; none when it is absent or empty.
    pub(super) fn items(&self, tag: Tag) -> impl Iterator<Item = Attributes<'a>> + use<'a> {
        let Self { source, charset, fields } = *self;
        let items = fields.get(&tag).map_or(&[][..], |e| e.items.as_slice());
        items.iter().map(move |fields| Attributes { source, charset, fields })
    }

    /// Returns the item in which an attribute stands: the file itself, else the functional groups that all frames share
    /// (PS3.3, C.7.6.16.1.1), and of these the sequence `group`.
    pub(super) fn holding(&self, tag: Tag, group: Tag) -> Option<Attributes<'a>> {
        if self.fields.contains_key(&tag) {
            return Some(*self);
        }
        let shared = self.items(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE).next()?;
        shared.items(group).next().filter(|item| item.fields.contains_key(&tag))
    }

    /// Returns the bytes of a value of at most [`LONGEST`] bytes.
    pub(super) fn short_bytes(&self, tag: Tag) -> Result<Option<Vec<u8>>> {
        let Some(element) = self.fields.get(&tag).filter(|e| e.length > 0) else { return Ok(None) };
        if element.length > LONGEST {
            return Err(Error::new(Code::LimitBytes, "a value is too long")
                .at(tags::shown(tag))
                .expected(format!("at most {LONGEST} bytes"))
                .found(format!("{} bytes", element.length)));
        }
        let mut bytes = vec![0; element.length as usize];
        self.source.read_exact_at(element.offset, &mut bytes)?;
        Ok(Some(bytes))
    }

    /// Returns the bytes of a value, charged to the budget.
    pub(super) fn bytes(&self, tag: Tag, budget: &Budget) -> Result<Option<Vec<u8>>> {
        let Some(element) = self.fields.get(&tag).filter(|e| e.length > 0) else { return Ok(None) };
        let size = usize::try_from(element.length).unwrap_or(usize::MAX);
        let mut bytes = budget.vec(size, "a DICOM value")?;
        bytes.resize(size, 0);
        self.source.read_exact_at(element.offset, &mut bytes)?;
        Ok(Some(bytes))
    }

    /// Returns a text without its padding; none when it is absent or empty. Several values stay joined by backslashes.
    pub(super) fn text(&self, tag: Tag) -> Result<Option<String>> {
        let Some(bytes) = self.short_bytes(tag)? else { return Ok(None) };
        let text = match self.charset.decode(&bytes) {
            Ok(text) => text,
            Err(_) => String::from_utf8_lossy(&bytes).into_owned(),
        };
        let text = text.trim_matches(['\0', ' ']);
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    /// Returns a text that must be there.
    ///
    /// # Errors
    /// `dicom.missing`.
    pub(super) fn required(&self, tag: Tag) -> Result<String> {
        self.text(tag)?.ok_or_else(|| missing(tag))
    }

    /// Returns the values of a text; empty ones stay.
    pub(super) fn texts(&self, tag: Tag) -> Result<Vec<String>> {
        let text = self.text(tag)?;
        Ok(text.map(|t| t.split('\\').map(|v| v.trim().to_owned()).collect()).unwrap_or_default())
    }

    /// Returns numbers, whether they are written as text or in binary; the file's own representation decides. Where a
    /// text of numbers holds two bytes that are none, they are a binary number of 16 bits, as some software writes them.
    pub(super) fn numbers(&self, tag: Tag) -> Result<Vec<f64>> {
        let (Some(element), Some(bytes)) = (self.fields.get(&tag), self.short_bytes(tag)?) else {
            return Ok(Vec::new());
        };
        if let Some(numbers) = binary(element, &bytes) {
            return match numbers.iter().find(|n| !n.is_finite()) {
                None => Ok(numbers),
                Some(n) => Err(Error::new(Code::InputValue, "not a finite number").at(tags::shown(tag)).found(n)),
            };
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let parsed = text.split('\\').map(|v| v.trim_matches(['\0', ' ']).parse().ok().filter(|n: &f64| n.is_finite()));
        if let Some(numbers) = parsed.collect::<Option<Vec<f64>>>() {
            return Ok(numbers);
        }
        if bytes.len() == 2
            && let Some(numbers) = binary(&Element { vr: VR::US, ..element.clone() }, &bytes)
        {
            return Ok(numbers);
        }
        let shown: String = text.chars().take(40).collect();
        Err(Error::new(Code::InputValue, "not a number").at(tags::shown(tag)).found(format!("{shown:?}")))
    }

    /// Returns the first number.
    pub(super) fn number(&self, tag: Tag) -> Result<Option<f64>> {
        Ok(self.numbers(tag)?.first().copied())
    }

    /// Returns a whole number from 0 to 4294967295.
    pub(super) fn count(&self, tag: Tag) -> Result<Option<u32>> {
        let Some(number) = self.number(tag)? else { return Ok(None) };
        if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number) {
            return Ok(Some(number as u32));
        }
        Err(Error::new(Code::InputValue, "not a whole number").at(tags::shown(tag)).found(number))
    }

    /// Returns a whole number that must be there.
    ///
    /// # Errors
    /// `dicom.missing`, `input.value`.
    pub(super) fn required_count(&self, tag: Tag) -> Result<u32> {
        self.count(tag)?.ok_or_else(|| missing(tag))
    }
}

/// Decodes binary numbers; none for a representation that is text, or a length that is no multiple of a number's.
fn binary(element: &Element, bytes: &[u8]) -> Option<Vec<f64>> {
    fn each<const N: usize>(bytes: &[u8], big: bool, number: impl Fn([u8; N]) -> f64) -> Option<Vec<f64>> {
        let (chunks, rest) = bytes.as_chunks::<N>();
        let order = |mut b: [u8; N]| {
            if big {
                b.reverse();
            }
            b
        };
        rest.is_empty().then(|| chunks.iter().map(|b| number(order(*b))).collect())
    }
    let big = element.encoding.big;
    match element.vr {
        VR::US => each(bytes, big, |b| f64::from(u16::from_le_bytes(b))),
        VR::SS => each(bytes, big, |b| f64::from(i16::from_le_bytes(b))),
        VR::UL | VR::OL => each(bytes, big, |b| f64::from(u32::from_le_bytes(b))),
        VR::SL => each(bytes, big, |b| f64::from(i32::from_le_bytes(b))),
        VR::UV | VR::OV => each(bytes, big, |b| u64::from_le_bytes(b) as f64),
        VR::SV => each(bytes, big, |b| i64::from_le_bytes(b) as f64),
        VR::FL | VR::OF => each(bytes, big, |b| f64::from(f32::from_le_bytes(b))),
        VR::FD | VR::OD => each(bytes, big, f64::from_le_bytes),
        _ => None,
    }
}
