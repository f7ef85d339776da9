//! Lies about sizes: fields of a sample that state dimensions, counts and lengths, set to what they are not.
//!
//! Checksums that stand over a changed field are made right again, so that the field itself is put to the test.

use std::ops::Range;

use hdf5_reader::checksum::jenkins_lookup3;

use super::GANTRY_COLUMNS;
use super::GANTRY_ROWS;
use super::ReaderSample;

/// A file of a sample with one wrong size.
pub struct SizeLie {
    /// Name of the file.
    pub file: String,
    /// Which field says what.
    pub what: String,
    /// The bytes of the file.
    pub bytes: Vec<u8>,
}

/// Whole number in a file.
struct Field {
    name: String,
    at: usize,
    width: usize,
    big: bool,
}

/// Returns every lie about a sample: each of its size fields as 0, 1, the largest number, one less and one more.
pub fn size_lies(sample: &ReaderSample) -> Vec<SizeLie> {
    let mut lies = Vec::new();
    for (name, bytes) in &sample.files {
        let (fields, texts, repair): (_, _, fn(&mut [u8])) = match sample.reader {
            "profile" => (gantry(bytes), Vec::new(), |_| {}),
            "npy" => (npy(bytes), numbers(bytes, b"'shape': (", b")"), |_| {}),
            "tiff" => (tiff(bytes), Vec::new(), |_| {}),
            "png" => (png(bytes), Vec::new(), repair_png),
            "dicos" => (dicos(bytes), Vec::new(), |_| {}),
            "uff" => (hdf5(bytes), metadata(bytes), repair_hdf5),
            "n42" => (Vec::new(), numbers(bytes, b"CountedZeroes\">", b"</"), |_| {}),
            _ => (Vec::new(), Vec::new(), |_| {}),
        };
        for field in fields {
            for (value, mut changed) in field.lies(bytes) {
                repair(&mut changed);
                let what = format!("{} at byte {} says {value}", field.name, field.at);
                lies.push(SizeLie { file: name.clone(), what, bytes: changed });
            }
        }
        for place in texts {
            for (value, changed) in text_lies(bytes, &place) {
                let what = format!("the number at byte {} says {value}", place.start);
                lies.push(SizeLie { file: name.clone(), what, bytes: changed });
            }
        }
    }
    lies
}

/// Returns what a number may be said to be instead.
fn others(value: u64, largest: u64) -> Vec<u64> {
    let mut others = vec![0, 1, largest, value.saturating_sub(1), value.saturating_add(1).min(largest)];
    others.sort_unstable();
    others.dedup();
    others.retain(|other| *other != value);
    others
}

impl Field {
    fn new(name: impl Into<String>, at: usize, width: usize, big: bool) -> Self {
        Self { name: name.into(), at, width, big }
    }

    fn lies(&self, bytes: &[u8]) -> Vec<(u64, Vec<u8>)> {
        let Some(value) = number(bytes, self.at, self.width, self.big) else { return Vec::new() };
        let largest = u64::MAX >> (64 - 8 * self.width);
        let lie = |other: u64| {
            let mut written = other.to_le_bytes().into_iter().take(self.width).collect::<Vec<_>>();
            if self.big {
                written.reverse();
            }
            let mut changed = bytes.to_vec();
            changed.splice(self.at..self.at + self.width, written);
            (other, changed)
        };
        others(value, largest).into_iter().map(lie).collect()
    }
}

fn number(bytes: &[u8], at: usize, width: usize, big: bool) -> Option<u64> {
    let written = bytes.get(at..at.checked_add(width)?)?;
    let digit = |n: u64, b: &u8| n << 8 | u64::from(*b);
    Some(if big { written.iter().fold(0, digit) } else { written.iter().rev().fold(0, digit) })
}

/// Returns the bytes with another number in the place of one that is written as text.
fn text_lies(bytes: &[u8], place: &Range<usize>) -> Vec<(u64, Vec<u8>)> {
    let text = bytes.get(place.clone()).unwrap_or_default();
    let Some(value) = std::str::from_utf8(text).ok().and_then(|t| t.parse().ok()) else { return Vec::new() };
    let lie = |other: u64| {
        let mut changed = bytes.to_vec();
        changed.splice(place.clone(), other.to_string().into_bytes());
        (other, changed)
    };
    others(value, u64::MAX).into_iter().map(lie).collect()
}

fn find_all(bytes: &[u8], what: &[u8]) -> Vec<usize> {
    bytes.windows(what.len()).enumerate().filter(|(_, w)| *w == what).map(|(at, _)| at).collect()
}

/// Finds the numbers between an opening text and the next closing one.
fn numbers(bytes: &[u8], open: &[u8], close: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for start in find_all(bytes, open).into_iter().map(|at| at + open.len()) {
        let rest = bytes.get(start..).unwrap_or_default();
        let length = rest.windows(close.len()).position(|w| w == close).unwrap_or(0);
        let mut at = start;
        for word in rest.get(..length).unwrap_or_default().split(|b| !b.is_ascii_digit()) {
            if !word.is_empty() {
                found.push(at..at + word.len());
            }
            at += word.len() + 1;
        }
    }
    found
}

/// Header of the invented gantry: its own length, detector elements, pulses.
fn gantry(bytes: &[u8]) -> Vec<Field> {
    if !bytes.starts_with(b"GANT") {
        return Vec::new();
    }
    let field = |name: &str, at, width| Field::new(name, at, width, false);
    vec![field("header length", 4, 2), field("elements", 6, 2), field("pulses", 8, 4)]
}

fn npy(bytes: &[u8]) -> Vec<Field> {
    let is_array = bytes.starts_with(b"\x93NUMPY");
    is_array.then(|| Field::new("header length", 8, 2, false)).into_iter().collect()
}

/// Directories: the offset of the first, numbers of entries, and of each entry the number of values and the first one.
fn tiff(bytes: &[u8]) -> Vec<Field> {
    let big = bytes.starts_with(b"MM");
    let mut found = Vec::new();
    if !big && !bytes.starts_with(b"II") {
        return found;
    }
    let mut place = 4;
    while let Some(start) = number(bytes, place, 4, big).map(|n| n as usize).filter(|n| *n > 0) {
        found.push(Field::new("offset of a directory", place, 4, big));
        found.push(Field::new("number of entries", start, 2, big));
        let count = number(bytes, start, 2, big).unwrap_or(0) as usize;
        for entry in (0..count).map(|n| start + 2 + 12 * n) {
            let tag = number(bytes, entry, 2, big).unwrap_or(0);
            let width = if number(bytes, entry + 2, 2, big) == Some(3) { 2 } else { 4 };
            found.push(Field::new(format!("number of values of tag {tag}"), entry + 4, 4, big));
            // Size, bits, samples per pixel, strips and tiles with their places and lengths.
            if matches!(tag, 256..=258 | 273 | 277..=279 | 322..=325) {
                found.push(Field::new(format!("tag {tag}"), entry + 8, width, big));
            }
        }
        place = start + 2 + 12 * count;
    }
    found
}

/// Length of each chunk, width and height.
fn png(bytes: &[u8]) -> Vec<Field> {
    let mut found = Vec::new();
    if !bytes.starts_with(b"\x89PNG") {
        return found;
    }
    found.push(Field::new("width", 16, 4, true));
    found.push(Field::new("height", 20, 4, true));
    let mut at = 8;
    while let Some(length) = number(bytes, at, 4, true) {
        found.push(Field::new("length of a chunk", at, 4, true));
        at += 12 + length as usize;
    }
    found
}

/// Makes the checksum of the header of a PNG file right (PNG, annex D).
fn repair_png(bytes: &mut [u8]) {
    let mut sum = u32::MAX;
    for byte in bytes.get(12..29).unwrap_or_default() {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 };
        }
    }
    if let Some(place) = bytes.get_mut(29..33) {
        place.copy_from_slice(&(!sum).to_be_bytes());
    }
}

/// Rows, columns, samples per pixel, bits, and lengths of samples, sequences and meta information, in little-endian
/// files, with and without stated representations.
fn dicos(bytes: &[u8]) -> Vec<Field> {
    let mut found = Vec::new();
    for (name, tag, width) in [
        ("samples per pixel", [0x28, 0, 0x02, 0], 2),
        ("rows", [0x28, 0, 0x10, 0], 2),
        ("columns", [0x28, 0, 0x11, 0], 2),
        ("bits allocated", [0x28, 0, 0x00, 0x01], 2),
        ("bits stored", [0x28, 0, 0x01, 0x01], 2),
        ("high bit", [0x28, 0, 0x02, 0x01], 2),
        ("length of the meta information", [2, 0, 0, 0], 4),
        ("length of a sequence", [0x10, 0x40, 0x11, 0x10], 4),
    ] {
        found.extend(find_all(bytes, &tag).into_iter().map(|at| Field::new(name, at + 8, width, false)));
    }
    for at in find_all(bytes, &[0xE0, 0x7F, 0x10, 0]) {
        let explicit = bytes.get(at + 4..at + 6) == Some(b"OW");
        found.push(Field::new("length of the samples", if explicit { at + 8 } else { at + 4 }, 4, false));
    }
    found
}

/// Length of the file in the superblock; every pair of dimensions of an image, whole and of a chunk.
fn hdf5(bytes: &[u8]) -> Vec<Field> {
    let mut found = vec![Field::new("end of file", 28, 8, false)];
    let (rows, columns) = (u64::from(GANTRY_ROWS), u64::from(GANTRY_COLUMNS));
    for at in find_all(bytes, &[rows.to_le_bytes(), columns.to_le_bytes()].concat()) {
        found.push(Field::new("rows of a dataset", at, 8, false));
        found.push(Field::new("columns of a dataset", at + 8, 8, false));
    }
    for at in find_all(bytes, &[(rows as u32).to_le_bytes(), (columns as u32).to_le_bytes()].concat()) {
        found.push(Field::new("rows of a chunk", at, 4, false));
        found.push(Field::new("columns of a chunk", at + 4, 4, false));
    }
    found
}

/// Rows and columns in the metadata document; lies of one digit leave its length alone.
fn metadata(bytes: &[u8]) -> Vec<Range<usize>> {
    let open = [b"<rows>".as_slice(), b"<columns>".as_slice()];
    open.into_iter().flat_map(|open| numbers(bytes, open, b"<")).collect()
}

/// Makes the checksums of superblock and object headers right (HDF5 file format specification, II.B and IV.A.1.b).
fn repair_hdf5(bytes: &mut [u8]) {
    seal(bytes, 0..44);
    for start in find_all(bytes, b"OHDR\x02") {
        let flags = bytes.get(start + 5).copied().unwrap_or(0);
        let times = if flags & 0x20 == 0 { 0 } else { 16 };
        let phases = if flags & 0x10 == 0 { 0 } else { 4 };
        let width = 1 << (flags & 3);
        let messages = start + 6 + times + phases + width;
        let length = number(bytes, messages - width, width, false).unwrap_or(0) as usize;
        if let Some(end) = messages.checked_add(length) {
            seal(bytes, start..end);
        }
    }
}

fn seal(bytes: &mut [u8], over: Range<usize>) {
    let end = over.end;
    let Some(sum) = bytes.get(over).map(jenkins_lookup3) else { return };
    if let Some(place) = bytes.get_mut(end..end.saturating_add(4)) {
        place.copy_from_slice(&sum.to_le_bytes());
    }
}
