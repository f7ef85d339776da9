//! LZF, the quick compression that h5py adds to HDF5 (registered filter 32000), decoded.
//!
//! A stream is a row of pieces, each led by a control byte: below 32 it is followed by that many bytes plus one, taken
//! as they are; otherwise its upper three bits hold the length of a repetition minus two (7: the next byte adds to it)
//! and its lower five with the byte behind them the distance minus one (M. A. Lehmann, LibLZF 3, `lzf_d.c`).

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;

/// HDF5 identifier of the filter.
pub(super) const LZF: u16 = 32000;

/// Decodes a stream that gives exactly `size` bytes.
///
/// # Errors
/// `hdf5.structure` when it is damaged or gives another size; `limit.bytes`.
pub(super) fn decompress(data: &[u8], size: usize) -> Result<Vec<u8>> {
    let damaged =
        || Error::new(Code::Hdf5Structure, "a chunk of LZF data is damaged").expected(format!("{size} bytes"));
    let mut out: Vec<u8> = Vec::new();
    out.try_reserve_exact(size).map_err(|e| Error::new(Code::LimitBytes, "no memory for a chunk").cause(e))?;
    let mut rest = data;
    while let Some((control, behind)) = rest.split_first() {
        let control = usize::from(*control);
        rest = behind;
        if control < 32 {
            let (literal, behind) = rest.split_at_checked(control + 1).ok_or_else(damaged)?;
            rest = behind;
            if out.len() + literal.len() > size {
                return Err(damaged());
            }
            out.extend_from_slice(literal);
            continue;
        }
        let mut next = || {
            let (byte, behind) = rest.split_first()?;
            rest = behind;
            Some(usize::from(*byte))
        };
        let mut length = control >> 5;
        if length == 7 {
            length += next().ok_or_else(damaged)?;
        }
        let distance = ((control & 31) << 8 | next().ok_or_else(damaged)?) + 1;
        let start = out.len().checked_sub(distance).ok_or_else(damaged)?;
        if out.len() + length + 2 > size {
            return Err(damaged());
        }
        // A repetition may run into what it writes itself.
        for at in start..start + length + 2 {
            let byte = out.get(at).copied().ok_or_else(damaged)?;
            out.push(byte);
        }
    }
    if out.len() == size { Ok(out) } else { Err(damaged()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Streams by LibLZF 3 as h5py 3.16.0 carries it, read back with `read_direct_chunk`.
    #[test]
    fn streams_of_the_reference_are_decoded() {
        let ramp: Vec<u8> = (0..64_u8).flat_map(|i| [i / 8, 0]).collect();
        let stored = include_bytes!("../../tests/hdf5/ramp.lzf");
        assert_eq!(decompress(stored, ramp.len()).unwrap(), ramp);
    }

    #[test]
    fn damaged_streams_are_refused() {
        let code = |data: &[u8], size| decompress(data, size).map_err(|e| e.code());
        assert_eq!(code(&[1, b'a', b'b'], 2), Ok(b"ab".to_vec()));
        assert_eq!(code(&[0, b'a', 0x20, 0], 4), Ok(b"aaaa".to_vec()));
        for (data, size) in [
            (&[1, b'a', b'b'][..], 3),
            (&[1, b'a', b'b'], 1),
            (&[1, b'a'], 2),
            (&[0x20, 0], 3),
            (&[0, b'a', 0x20], 4),
            (&[0, b'a', 0xe0], 20),
            (&[0, b'a', 0x20, 0], 3),
        ] {
            assert_eq!(code(data, size), Err(Code::Hdf5Structure), "{data:?}");
        }
    }
}
