//! Header of a NumPy file.

use super::literal::{Literal, dictionary};
use crate::error::{Code, Error, Result};
use crate::model::{ByteOrder, SampleType};
use crate::source::ReadAt;

/// First bytes of every NumPy file.
const MAGIC: &[u8] = b"\x93NUMPY";

/// Longest header accepted; NumPy itself refuses more than 10 000 characters.
const LONGEST: u64 = 64 << 10;

/// What the header of a NumPy file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NpyHeader {
    /// Type of an element.
    pub sample_type: SampleType,
    /// Byte order of an element.
    pub byte_order: ByteOrder,
    /// Whether the first axis varies fastest.
    pub fortran: bool,
    /// Length of each axis.
    pub shape: Vec<u64>,
    /// Byte offset of the first element.
    pub offset: u64,
}

impl NpyHeader {
    /// Returns whether bytes start like a NumPy file.
    pub fn is_npy(head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    /// Reads the header of a NumPy file and checks that the array fills the rest of the file exactly.
    ///
    /// # Errors
    /// `npy.header` when it is damaged or of a type that is no plain number; `input.truncated` when the file ends in
    /// the header; `input.size_mismatch` when the array does not fill the file.
    pub fn read(source: &dyn ReadAt) -> Result<Self> {
        let header = Self::parse(source)?;
        let expected = header.bytes().and_then(|bytes| bytes.checked_add(header.offset));
        if expected == Some(source.len()) {
            return Ok(header);
        }
        let expected = expected.map_or("more than any file holds".to_owned(), |n| format!("{n} bytes"));
        Err(Error::new(Code::InputSizeMismatch, "the array does not fill the file")
            .file(source.name())
            .expected(format!("{expected} for shape {:?} of {}", header.shape, header.sample_type))
            .found(format!("{} bytes", source.len())))
    }

    /// Returns the size of the array in bytes, or nothing when it exceeds 64 bits.
    pub fn bytes(&self) -> Option<u64> {
        self.shape.iter().try_fold(self.sample_type.size() as u64, |n, axis| n.checked_mul(*axis))
    }

    /// Returns rows and columns of an array of two axes that is not empty.
    pub fn image_shape(&self) -> Option<(usize, usize)> {
        match *self.shape.as_slice() {
            [rows, columns] if rows > 0 && columns > 0 => Some((rows.try_into().ok()?, columns.try_into().ok()?)),
            _ => None,
        }
    }

    fn parse(source: &dyn ReadAt) -> Result<Self> {
        let wrong = |message: &str| Error::new(Code::NpyHeader, message).file(source.name());
        let mut start = [0; 8];
        source.read_exact_at(0, &mut start)?;
        if !Self::is_npy(&start) {
            return Err(wrong("not a NumPy file").expected("\\x93NUMPY"));
        }
        let [.., major, minor] = start;
        let (prefix, length) = match (major, minor) {
            (1, 0) => {
                let mut bytes = [0; 2];
                source.read_exact_at(8, &mut bytes)?;
                (10, u64::from(u16::from_le_bytes(bytes)))
            }
            (2 | 3, 0) => {
                let mut bytes = [0; 4];
                source.read_exact_at(8, &mut bytes)?;
                (12, u64::from(u32::from_le_bytes(bytes)))
            }
            _ => {
                return Err(wrong("unknown version of the NumPy format")
                    .at("offset 6")
                    .expected("1.0, 2.0 or 3.0")
                    .found(format!("{major}.{minor}")));
            }
        };
        if length > LONGEST {
            let e = wrong("the NumPy header is too long").at("offset 8");
            return Err(e.expected(format!("at most {LONGEST} bytes")).found(format!("{length} bytes")));
        }
        let mut bytes = vec![0; length as usize];
        source.read_exact_at(prefix, &mut bytes)?;
        // Versions 1 and 2 are Latin-1, 3 is UTF-8; what is understood here is ASCII in all of them.
        let text = std::str::from_utf8(&bytes).ok().filter(|t| t.is_ascii());
        let text = text.ok_or_else(|| wrong("the NumPy header is no plain text").at(format!("offset {prefix}")))?;
        let entries = dictionary(text).map_err(|(at, expected)| {
            let found: String = text.get(at..).unwrap_or_default().trim_end().chars().take(20).collect();
            let e = wrong("the NumPy header is not understood").at(format!("offset {}", prefix + at as u64));
            e.expected(expected).found(format!("{found:?}"))
        })?;
        Self::from_entries(entries, prefix + length).map_err(|e| e.file(source.name()))
    }

    fn from_entries(entries: Vec<(String, Literal)>, offset: u64) -> Result<Self> {
        let (mut descr, mut fortran, mut shape) = (None, None, None);
        for (key, value) in entries {
            match (key.as_str(), value) {
                ("descr", Literal::Text(text)) => descr = Some(text),
                ("fortran_order", Literal::Bool(value)) => fortran = Some(value),
                ("shape", Literal::Numbers(axes)) if axes.len() <= 32 => shape = Some(axes),
                (key, _) => return Err(Error::new(Code::NpyHeader, "unexpected entry of the NumPy header").found(key)),
            }
        }
        let (Some(descr), Some(fortran), Some(shape)) = (descr, fortran, shape) else {
            return Err(Error::new(Code::NpyHeader, "the NumPy header is incomplete")
                .expected("descr, fortran_order and shape"));
        };
        let (byte_order, sample_type) = element(&descr).ok_or_else(|| {
            Error::new(Code::NpyHeader, "elements of this type are not handled")
                .expected("u1, u2, u4, f4 or f8 with < or >")
                .found(&descr)
                .hint("Save the array as one of these types, such as a.astype('<u2').")
        })?;
        Ok(Self { sample_type, byte_order, fortran, shape, offset })
    }
}

/// Reads a type such as `<u2`.
fn element(descr: &str) -> Option<(ByteOrder, SampleType)> {
    let byte_order = match descr.chars().next()? {
        '<' | '|' => ByteOrder::Little,
        '>' => ByteOrder::Big,
        _ => return None,
    };
    let sample_type = match descr.get(1..)? {
        "u1" => SampleType::U8,
        "u2" => SampleType::U16,
        "u4" => SampleType::U32,
        "f4" => SampleType::F32,
        "f8" => SampleType::F64,
        _ => return None,
    };
    (!descr.starts_with('|') || sample_type == SampleType::U8).then_some((byte_order, sample_type))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemorySource;

    fn file(version: u8, dictionary: &str, data: usize) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend([version, 0]);
        match version {
            1 => bytes.extend((dictionary.len() as u16).to_le_bytes()),
            _ => bytes.extend((dictionary.len() as u32).to_le_bytes()),
        }
        bytes.extend(dictionary.as_bytes());
        bytes.extend(vec![0; data]);
        bytes
    }

    fn read(bytes: Vec<u8>) -> std::result::Result<NpyHeader, Code> {
        NpyHeader::read(&MemorySource::new("a.npy", bytes)).map_err(|e| e.code())
    }

    #[test]
    fn all_versions_and_types_are_read() {
        for version in 1..=3 {
            for (descr, size) in [("|u1", 1), (">u2", 2), ("<u4", 4), ("<f4", 4), (">f8", 8)] {
                let text = format!("{{'descr': '{descr}', 'fortran_order': True, 'shape': (3, 5), }}");
                let header = read(file(version, &text, 15 * size)).unwrap();
                assert_eq!(header.sample_type.size(), size);
                assert_eq!(header.byte_order == ByteOrder::Big, descr.starts_with('>'));
                assert_eq!((header.fortran, header.image_shape()), (true, Some((3, 5))));
            }
        }
    }

    #[test]
    fn size_lies_and_foreign_types_are_refused() {
        let text =
            |descr: &str, shape: &str| format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}}}");
        assert_eq!(read(file(1, &text("<u2", "(3, 5)"), 29)), Err(Code::InputSizeMismatch));
        assert_eq!(read(file(1, &text("<u2", "(3, 5)"), 31)), Err(Code::InputSizeMismatch));
        let huge = "(4294967296, 4294967296, 4294967296)";
        assert_eq!(read(file(1, &text("<u2", huge), 30)), Err(Code::InputSizeMismatch));
        for descr in ["|u2", "<i2", "|O", "<U8", "=u2", "", "<", "ä"] {
            assert_eq!(read(file(1, &text(descr, "(3, 5)"), 30)), Err(Code::NpyHeader), "{descr}");
        }
        assert_eq!(read(file(4, "{}", 0)), Err(Code::NpyHeader));
        let mut long = file(2, "{}", 0);
        long[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(read(long), Err(Code::NpyHeader));
        assert_eq!(read(b"\x93NUMPY\x01\x00\xff\xff{".to_vec()), Err(Code::InputTruncated));
    }
}
