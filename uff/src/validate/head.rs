//! First look at the bytes: signature and size, before any HDF5 reader sees the file.

use crate::error::{Code, Result};
use crate::source::ReadAt;

/// Signature of HDF5 (file format specification 3.0, II.A).
const SIGNATURE: &[u8; 8] = b"\x89HDF\r\n\x1a\n";
/// First line of a Universal File of modal analysis (SDRC universal data set delimiter).
const NAMESAKE: &[u8] = b"    -1";
/// Offsets at which the specification lets the signature stand behind a user block, as far as is looked.
const PREFIXES: [u64; 8] = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536];

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    /// There are none.
    Empty,
    /// HDF5 from the first byte; with the size the superblock states, where it can be read.
    Hdf5 {
        /// End-of-file address.
        end: Option<u64>,
    },
    /// HDF5 behind other bytes.
    Prefixed {
        /// Offset of the signature.
        offset: u64,
    },
    /// A Universal File of modal analysis.
    Namesake,
    /// Something else.
    Foreign {
        /// First bytes, padded with zeros.
        first: [u8; 8],
    },
}

impl Head {
    /// Looks at the first bytes.
    ///
    /// # Errors
    /// `io.*` when the source fails.
    pub(crate) fn read(source: &dyn ReadAt) -> Result<Self> {
        let first = bytes::<8>(source, 0)?;
        let len = source.len();
        if len == 0 {
            return Ok(Self::Empty);
        }
        if first == *SIGNATURE {
            return Ok(Self::Hdf5 { end: end_of_file(source)? });
        }
        for offset in PREFIXES.into_iter().take_while(|&o| o < len) {
            if bytes::<8>(source, offset)? == *SIGNATURE {
                return Ok(Self::Prefixed { offset });
            }
        }
        Ok(if first.starts_with(NAMESAKE) { Self::Namesake } else { Self::Foreign { first } })
    }
}

/// Reads the end-of-file address out of the superblock (II.A.1 to II.A.3), where its addresses have 8 bytes.
fn end_of_file(source: &dyn ReadAt) -> Result<Option<u64>> {
    let block = bytes::<52>(source, 0)?;
    let (size_at, end_at) = match block[8] {
        0 => (13, 40),
        1 => (13, 44),
        2 | 3 => (9, 28),
        _ => return Ok(None),
    };
    let end = block.get(end_at..end_at + 8).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes);
    Ok(end.filter(|_| block[size_at] == 8))
}

/// Reads bytes at an offset; those past the end are zero.
fn bytes<const N: usize>(source: &dyn ReadAt, offset: u64) -> Result<[u8; N]> {
    let mut buffer = [0; N];
    let there = usize::try_from(source.len().saturating_sub(offset)).unwrap_or(N).min(N);
    match source.read_exact_at(offset, &mut buffer[..there]) {
        Err(e) if e.code() != Code::InputTruncated => Err(e),
        _ => Ok(buffer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemorySource;

    fn head(bytes: &[u8]) -> Head {
        Head::read(&MemorySource::new("x", bytes)).unwrap()
    }

    #[test]
    fn first_bytes_are_told_apart() {
        assert_eq!(head(b""), Head::Empty);
        assert_eq!(head(b"    -1\n   151\n"), Head::Namesake);
        assert_eq!(head(b"PK"), Head::Foreign { first: *b"PK\0\0\0\0\0\0" });
        let mut prefixed = vec![b'x'; 512];
        prefixed.extend(SIGNATURE);
        assert_eq!(head(&prefixed), Head::Prefixed { offset: 512 });
        assert_eq!(head(SIGNATURE), Head::Hdf5 { end: None });
        let mut old = SIGNATURE.to_vec();
        old.resize(52, 0);
        old[13] = 8;
        old[40] = 99;
        assert_eq!(head(&old), Head::Hdf5 { end: Some(99) });
    }
}
