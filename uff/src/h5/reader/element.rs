//! Elements of attributes and small datasets: numbers, texts, names of enumerations, fields of compounds.

use hdf5_reader::ByteOrder;
use hdf5_reader::Datatype as Parsed;
use hdf5_reader::Hdf5File;
use hdf5_reader::StringPadding;
use hdf5_reader::StringSize;
use hdf5_reader::messages::datatype::VarLenKind;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::guard::library;
use crate::limits::Budget;

/// One element of an attribute or dataset.
#[derive(Debug, Clone, PartialEq)]
pub enum Element {
    /// Text without its padding, in whatever encoding it was written.
    Text(Vec<u8>),
    /// Whole number of up to 64 bits.
    Whole(i128),
    /// IEEE 754 number of 32 bits.
    Single(f32),
    /// IEEE 754 number of 64 bits.
    Double(f64),
    /// Name of a value of an enumeration, such as `TRUE`.
    Name(String),
    /// Fields of a compound by name; an array in it has several elements.
    Fields(Vec<(String, Vec<Element>)>),
}

/// Where texts of variable length stand.
pub(super) struct Heap<'a> {
    pub(super) file: &'a Hdf5File,
    pub(super) budget: &'a Budget,
    /// Longest text that is read, in bytes.
    pub(super) longest: u64,
}

impl Heap<'_> {
    /// Returns the bytes of an element with its address: length, address of the collection, index.
    pub(super) fn reference(&self) -> usize {
        8 + usize::from(self.file.superblock().offset_size)
    }

    /// Reads the text that a reference points to.
    fn text(&self, reference: &[u8]) -> Result<Option<Vec<u8>>> {
        let damaged = || Error::new(Code::Hdf5Structure, "a text of variable length has a damaged address");
        let (length, rest) = reference.split_first_chunk::<4>().ok_or_else(damaged)?;
        let length = u64::from(u32::from_le_bytes(*length));
        if length > self.longest {
            return Ok(None);
        }
        let address = rest.get(..usize::from(self.file.superblock().offset_size)).ok_or_else(damaged)?;
        let undefined = address.iter().all(|b| *b == 0xff);
        let address = address.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b));
        if length == 0 || undefined || address == 0 {
            return Ok(Some(Vec::new()));
        }
        // The collection around the text is held as long as it takes to copy the text.
        let held = self.collection(address)?.saturating_mul(2);
        self.budget.charge(held, "texts of variable length")?;
        let text = library(|| self.file.root_group()?.resolve_vlen_reference_bytes(reference, 1));
        self.budget.release(held);
        text.map(|mut text| {
            text.truncate(text.iter().position(|b| *b == 0).unwrap_or(text.len()));
            Some(text)
        })
    }

    /// Returns the size that a collection of texts states.
    fn collection(&self, address: u64) -> Result<u64> {
        let width = usize::from(self.file.superblock().length_size);
        let stated = library(|| self.file.storage().read_range(address.saturating_add(8), width))?;
        Ok(stated.as_ref().iter().rev().fold(0, |n, b| n << 8 | u64::from(*b)))
    }
}

/// Returns the bytes of an element as they stand in the file.
pub(super) fn stored_size(datatype: &Parsed, heap: &Heap<'_>) -> Option<usize> {
    match datatype {
        Parsed::VarLen { .. } | Parsed::String { size: StringSize::Variable, .. } => Some(heap.reference()),
        Parsed::Array { base, dims } => {
            let count = dims.iter().try_fold(1_u64, |n, d| n.checked_mul(*d))?;
            stored_size(base, heap)?.checked_mul(usize::try_from(count).ok()?)
        }
        other => super::attribute::element_size(other).and_then(|size| usize::try_from(size).ok()),
    }
}

/// Decodes one element, or the several of an array; nothing for a type that has no value of its own (references,
/// opaque bytes, sequences of variable length) or a text that is too long.
///
/// # Errors
/// `hdf5.structure` for a damaged address; `limit.*`.
pub(super) fn decode(bytes: &[u8], datatype: &Parsed, heap: &Heap<'_>) -> Result<Option<Vec<Element>>> {
    let one = |element| Ok(Some(vec![element]));
    match datatype {
        Parsed::FixedPoint { size, signed, byte_order } if *size <= 8 => {
            one(Element::Whole(whole(bytes, *byte_order, *signed)))
        }
        Parsed::Bitfield { size, byte_order } if *size <= 8 => one(Element::Whole(whole(bytes, *byte_order, false))),
        Parsed::FloatingPoint { size, byte_order } => {
            let bits = whole(bytes, *byte_order, false);
            match size {
                4 => one(Element::Single(f32::from_bits(bits as u32))),
                8 => one(Element::Double(f64::from_bits(bits as u64))),
                _ => Ok(None),
            }
        }
        Parsed::String { size: StringSize::Fixed(_), padding, .. } => {
            if bytes.len() as u64 > heap.longest {
                return Ok(None);
            }
            one(Element::Text(unpadded(bytes, *padding).to_vec()))
        }
        Parsed::String { size: StringSize::Variable, .. } | Parsed::VarLen { kind: VarLenKind::String, .. } => {
            Ok(heap.text(bytes)?.map(|text| vec![Element::Text(text)]))
        }
        Parsed::Enum { base, members } => match members.iter().find(|m| m.value == bytes) {
            Some(member) => one(Element::Name(member.name.clone())),
            None => decode(bytes, base, heap),
        },
        Parsed::Compound { fields, .. } => {
            let mut found = Vec::new();
            for field in fields {
                let start = field.byte_offset as usize;
                let part = stored_size(&field.datatype, heap).and_then(|n| bytes.get(start..start.checked_add(n)?));
                let part = part.ok_or_else(|| Error::new(Code::Hdf5Structure, "a field lies outside its compound"))?;
                heap.budget.count(1, "fields of HDF5 compounds")?;
                if let Some(elements) = decode(part, &field.datatype, heap)? {
                    found.push((field.name.clone(), elements));
                }
            }
            one(Element::Fields(found))
        }
        Parsed::Array { base, .. } => {
            let size = stored_size(base, heap).filter(|n| *n > 0);
            let Some(size) = size else { return Ok(None) };
            let mut found = Vec::new();
            for part in bytes.chunks_exact(size) {
                heap.budget.count(1, "elements of HDF5 arrays")?;
                let Some(elements) = decode(part, base, heap)? else { return Ok(None) };
                found.extend(elements);
            }
            Ok(Some(found))
        }
        _ => Ok(None),
    }
}

fn whole(bytes: &[u8], order: ByteOrder, signed: bool) -> i128 {
    let join = |n: i128, b: &u8| n << 8 | i128::from(*b);
    let bytes = bytes.get(..bytes.len().min(8)).unwrap_or_default();
    let value = match order {
        ByteOrder::BigEndian => bytes.iter().fold(0, join),
        ByteOrder::LittleEndian => bytes.iter().rev().fold(0, join),
    };
    let bits = 8 * bytes.len() as u32;
    if signed && bits > 0 && value >> (bits - 1) == 1 { value - (1 << bits) } else { value }
}

fn unpadded(bytes: &[u8], padding: StringPadding) -> &[u8] {
    let end = match padding {
        StringPadding::NullTerminate => bytes.iter().position(|b| *b == 0),
        StringPadding::NullPad => bytes.iter().rposition(|b| *b != 0).map_or(Some(0), |last| Some(last + 1)),
        StringPadding::SpacePad => bytes.iter().rposition(|b| *b != b' ').map_or(Some(0), |last| Some(last + 1)),
    };
    bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_of_any_size_sign_and_order_are_read() {
        let (little, big) = (ByteOrder::LittleEndian, ByteOrder::BigEndian);
        assert_eq!(whole(&[1, 2], little, false), 513);
        assert_eq!(whole(&[1, 2], big, true), 258);
        assert_eq!(whole(&[0xff, 0xfe], big, true), -2);
        assert_eq!(whole(&[0xff; 8], little, false), i128::from(u64::MAX));
        assert_eq!(whole(&i64::MIN.to_le_bytes(), little, true), i128::from(i64::MIN));
        assert_eq!(whole(&[], little, true), 0);
    }

    #[test]
    fn padding_is_taken_off_as_the_type_says() {
        assert_eq!(unpadded(b"ab\0c\0", StringPadding::NullTerminate), b"ab");
        assert_eq!(unpadded(b"ab\0c\0", StringPadding::NullPad), b"ab\0c");
        assert_eq!(unpadded(b"ab c  ", StringPadding::SpacePad), b"ab c");
        assert_eq!(unpadded(b"\0\0", StringPadding::NullPad), b"");
        assert_eq!(unpadded(b"abc", StringPadding::NullTerminate), b"abc");
    }
}
