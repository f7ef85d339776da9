//! Writes an array as a NumPy file (format 1.0), band by band, so that a scan larger than memory passes.
//!
//! `numpy.load` and everything that reads its files opens it: row-major, little-endian, `[row, column]`.

use uff::model::{Region, SampleType, Samples};
use uff::{Code, Error, Result};

/// Samples per band.
const BAND: usize = 4 << 20;

/// Hands the whole file over, piece by piece.
///
/// # Errors
/// What `out` and reading the samples say.
pub(super) fn write(samples: &dyn Samples, out: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let (rows, columns) = samples.shape();
    out(&header(&samples.sample_type(), rows, columns)?)?;
    let band = (BAND / columns.max(1)).max(1);
    for start in (0..rows).step_by(band) {
        let region = Region::of_rows(start..rows.min(start + band), columns);
        out(&samples.read(&region)?.to_le_bytes())?;
    }
    Ok(())
}

fn header(kind: &SampleType, rows: usize, columns: usize) -> Result<Vec<u8>> {
    let kind = match kind {
        SampleType::U8 => "|u1",
        SampleType::U16 => "<u2",
        SampleType::U32 => "<u4",
        SampleType::F32 => "<f4",
        SampleType::F64 => "<f8",
        SampleType::Unlisted(other) => {
            return Err(Error::new(Code::Hdf5Unsupported, "the sample type has no NumPy form").found(other));
        }
    };
    let mut text = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    // Magic, version and length take 10 bytes; the samples start at a multiple of 64 after a line break.
    let padding = (64 - (10 + text.len() + 1) % 64) % 64;
    text.push_str(&" ".repeat(padding));
    text.push('\n');
    let length = u16::try_from(text.len()).map_err(|e| Error::new(Code::Internal, "header too long").cause(e))?;
    Ok([b"\x93NUMPY\x01\x00".as_slice(), &length.to_le_bytes(), text.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uff::model::Block;

    /// The bytes are those `numpy.save` 2.4 writes for `numpy.array([[1, 2, 3], [256, 5, 6]], dtype="<u2")`.
    #[test]
    fn bytes_are_those_of_numpy() {
        let array = ndarray_of(&[&[1, 2, 3], &[256, 5, 6]]);
        let mut written = Vec::new();
        write(&array, &mut |bytes| {
            written.extend_from_slice(bytes);
            Ok(())
        })
        .unwrap();
        let mut expected =
            b"\x93NUMPY\x01\x00\x76\x00{'descr': '<u2', 'fortran_order': False, 'shape': (2, 3), }".to_vec();
        expected.resize(127, b' ');
        expected.push(b'\n');
        expected.extend([1, 0, 2, 0, 3, 0, 0, 1, 5, 0, 6, 0]);
        assert_eq!(written, expected);
    }

    fn ndarray_of(rows: &[&[u16]]) -> Block {
        let columns = rows[0].len();
        let flat: Vec<u16> = rows.concat();
        Block::U16(ndarray::Array2::from_shape_vec((rows.len(), columns), flat).unwrap())
    }
}
