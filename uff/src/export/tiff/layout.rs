//! Places of everything in the file, known before the first byte is written.

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;

/// Bytes of a strip, as far as whole rows allow.
const STRIP: usize = 256 << 10;

/// Values start at a multiple of this.
const ALIGN: u64 = 16;

/// Value of a field.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// SHORT (3).
    Short(Vec<u16>),
    /// LONG (4).
    Long(Vec<u32>),
    /// RATIONAL (5): numerator and denominator.
    Fraction(u32, u32),
    /// ASCII (2), closed by NUL.
    Text(String),
    /// Offsets or sizes: LONG, or LONG8 (16) in BigTIFF.
    Places(Vec<u64>),
}

impl Value {
    /// Returns type, number of values and bytes; `big` for BigTIFF.
    fn encoded(&self, big: bool) -> (u16, u64, Vec<u8>) {
        match self {
            Self::Short(v) => (3, v.len() as u64, v.iter().flat_map(|n| n.to_le_bytes()).collect()),
            Self::Long(v) => (4, v.len() as u64, v.iter().flat_map(|n| n.to_le_bytes()).collect()),
            Self::Fraction(a, b) => (5, 1, [a.to_le_bytes(), b.to_le_bytes()].concat()),
            Self::Text(text) => (2, text.len() as u64 + 1, [text.as_bytes(), &[0]].concat()),
            Self::Places(v) if big => (16, v.len() as u64, v.iter().flat_map(|n| n.to_le_bytes()).collect()),
            Self::Places(v) => (4, v.len() as u64, v.iter().flat_map(|n| (*n as u32).to_le_bytes()).collect()),
        }
    }
}

/// One page: its fields but for those about strips, sorted by tag when written, and the size of its samples.
pub(super) struct Page {
    pub(super) fields: Vec<(u16, Value)>,
    pub(super) rows: usize,
    /// Bytes of a row.
    pub(super) row: usize,
}

impl Page {
    /// Returns the rows of a strip.
    fn strip(&self) -> usize {
        (STRIP / self.row.max(1)).clamp(1, self.rows.max(1))
    }

    fn bytes(&self) -> u64 {
        (self.rows as u64).saturating_mul(self.row as u64)
    }

    /// Returns all fields, with the strips where they start at `offset`.
    fn all_fields(&self, offset: u64) -> Vec<(u16, Value)> {
        let strip = self.strip();
        let starts = (0..self.rows).step_by(strip);
        let offsets = starts.clone().map(|r| offset.saturating_add(r as u64 * self.row as u64)).collect();
        let sizes = starts.map(|r| (strip.min(self.rows - r) * self.row) as u64).collect();
        let mut fields = self.fields.clone();
        fields.push((273, Value::Places(offsets)));
        fields.push((278, Value::Long(vec![u32::try_from(strip).unwrap_or(u32::MAX)])));
        fields.push((279, Value::Places(sizes)));
        fields.sort_by_key(|(tag, _)| *tag);
        fields
    }
}

/// The bytes before the samples, and where the samples of each page start.
pub(super) struct Head {
    pub(super) bytes: Vec<u8>,
    pub(super) samples: Vec<u64>,
}

/// Lays the file out: header, directories with their values, then the samples page after page.
///
/// # Errors
/// `export.unsupported` for a file of more than 2⁶³ bytes.
pub(super) fn head(pages: &[Page]) -> Result<Head> {
    let too_large = || Error::new(Code::ExportUnsupported, "the scan is larger than a TIFF file can be");
    if pages.iter().map(Page::bytes).fold(0, u64::saturating_add) > u64::MAX >> 1 {
        return Err(too_large());
    }
    for big in [false, true] {
        // Sizes do not depend on offsets, so the first pass gives the places for the second.
        let start = write(pages, big, &vec![0; pages.len()]).len() as u64;
        let mut samples = Vec::new();
        let mut end = start;
        for page in pages {
            samples.push(end);
            end = end.saturating_add(page.bytes()).checked_next_multiple_of(ALIGN).unwrap_or(u64::MAX);
        }
        let most = if big { u64::MAX >> 1 } else { u64::from(u32::MAX) };
        if end <= most {
            return Ok(Head { bytes: write(pages, big, &samples), samples });
        }
    }
    Err(too_large())
}

fn write(pages: &[Page], big: bool, samples: &[u64]) -> Vec<u8> {
    let (word, count, entry) = if big { (8, 8, 20) } else { (4, 2, 12) };
    let number = |n: u64, size: usize| n.to_le_bytes().into_iter().take(size).collect::<Vec<u8>>();
    let header = if big { 16 } else { 8 };
    let mut out = if big { b"II\x2b\x00\x08\x00\x00\x00".to_vec() } else { b"II\x2a\x00".to_vec() };
    out.extend(number(header, word));
    out.resize(out.len().next_multiple_of(8), 0);
    for (index, (page, samples)) in pages.iter().zip(samples).enumerate() {
        let fields = page.all_fields(*samples);
        let mut behind = (out.len() + count + entry * fields.len() + word).next_multiple_of(8);
        let values_start = behind;
        let mut values = Vec::new();
        out.extend(number(fields.len() as u64, count));
        for (tag, value) in &fields {
            let (kind, amount, mut bytes) = value.encoded(big);
            out.extend(tag.to_le_bytes());
            out.extend(kind.to_le_bytes());
            out.extend(number(amount, word));
            if bytes.len() <= word {
                bytes.resize(word, 0);
                out.extend(bytes);
            } else {
                out.extend(number(behind as u64, word));
                bytes.resize(bytes.len().next_multiple_of(8), 0);
                behind += bytes.len();
                values.extend(bytes);
            }
        }
        let last = index + 1 == pages.len();
        out.extend(number(if last { 0 } else { behind as u64 }, word));
        out.resize(values_start, 0);
        out.extend(values);
    }
    out.resize(out.len().next_multiple_of(ALIGN as usize), 0);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(rows: usize, row: usize) -> Page {
        Page { fields: vec![(256, Value::Long(vec![1])), (285, Value::Text("name".into()))], rows, row }
    }

    #[test]
    fn big_tiff_begins_where_offsets_end() {
        let classic = head(&[page(1 << 12, 1 << 19), page(1 << 10, 1 << 19)]).unwrap();
        assert_eq!(classic.bytes.get(..4), Some(&b"II*\0"[..]));
        let big = head(&[page(1 << 12, 1 << 19), page(1 << 12, 1 << 19)]).unwrap();
        assert_eq!(big.bytes.get(..4), Some(&b"II+\0"[..]));
        assert_eq!(big.samples, [big.bytes.len() as u64, big.bytes.len() as u64 + (1 << 31)]);
        assert!(head(&[page(usize::MAX, 1 << 19)]).is_err());
    }
}
