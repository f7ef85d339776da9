//! Writes an array as a NumPy file (format 1.0), band by band, so that a scan larger than memory passes.
//!
//! `numpy.load` and everything that reads its files opens it: row-major, little-endian, `[row, column]`.

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::export::bands::bands;
use crate::limits::Budget;
use crate::model::SampleType;
use crate::model::Samples;

/// Hands the whole file over, piece by piece.
///
/// # Errors
/// `limit.bytes`; what `out` and reading the samples say.
pub fn write_array(samples: &dyn Samples, budget: &Budget, out: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let (rows, columns) = samples.shape();
    out(&header(&samples.sample_type(), rows, columns)?)?;
    bands(samples, budget, &mut |block| out(&block.to_le_bytes()))
}

fn header(kind: &SampleType, rows: usize, columns: usize) -> Result<Vec<u8>> {
    let kind = match kind {
        SampleType::U8 => "|u1",
        SampleType::U16 => "<u2",
        SampleType::U32 => "<u4",
        SampleType::F32 => "<f4",
        SampleType::F64 => "<f8",
        SampleType::Unlisted(other) => {
            return Err(Error::new(Code::ExportUnsupported, "the sample type has no NumPy form").found(other));
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
    use crate::model::Block;

    /// The bytes are those `numpy.save` 2.4 writes for `numpy.array([[1, 2, 3], [256, 5, 6]], dtype="<u2")`.
    #[test]
    fn bytes_are_those_of_numpy() {
        let array = ndarray_of(&[&[1, 2, 3], &[256, 5, 6]]);
        let mut written = Vec::new();
        write_array(&array, &Budget::default(), &mut |bytes| {
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
