//! TIFF files made byte by byte from the specification (TIFF 6.0 section 2; BigTIFF as libtiff 4 defines it).

/// One page: its fields but for the places of the chunks, and the stored bytes of its strips or tiles.
#[derive(Debug, Clone, Default)]
pub struct TiffPage {
    /// Fields: tag, type and value bytes in the byte order of the file.
    pub fields: Vec<(u16, u16, Vec<u8>)>,
    /// Strips, or tiles when a field 322 (TileWidth) is there.
    pub chunks: Vec<Vec<u8>>,
}

/// Numbers in the byte order of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TiffWriter {
    /// Whether the most significant byte comes first.
    pub big_endian: bool,
    /// Whether offsets and counts have 64 bits.
    pub big_tiff: bool,
}

/// SHORT.
const SHORT: u16 = 3;
/// LONG.
const LONG: u16 = 4;
/// LONG8.
const LONG8: u16 = 16;

impl TiffWriter {
    /// Encodes a number in `size` bytes.
    fn number(self, value: u64, size: usize) -> Vec<u8> {
        let mut bytes = value.to_le_bytes().into_iter().take(size).collect::<Vec<_>>();
        if self.big_endian {
            bytes.reverse();
        }
        bytes
    }

    /// Makes a field of type SHORT.
    pub fn short(self, tag: u16, values: &[u16]) -> (u16, u16, Vec<u8>) {
        (tag, SHORT, values.iter().flat_map(|v| self.number(u64::from(*v), 2)).collect())
    }

    /// Makes a field of type LONG.
    pub fn long(self, tag: u16, values: &[u32]) -> (u16, u16, Vec<u8>) {
        (tag, LONG, values.iter().flat_map(|v| self.number(u64::from(*v), 4)).collect())
    }

    /// Makes a field of type ASCII.
    pub fn text(self, tag: u16, text: &str) -> (u16, u16, Vec<u8>) {
        (tag, 2, [text.as_bytes(), &[0]].concat())
    }

    /// Makes a grey page of `u16` samples in strips of `strip` rows, uncompressed, with a page name.
    pub fn grey(
        self,
        name: &str,
        (rows, columns): (u16, u16),
        strip: u16,
        sample: impl Fn(u16, u16) -> u16,
    ) -> TiffPage {
        let row = |r: u16| (0..columns).flat_map(|c| self.number(u64::from(sample(r, c)), 2)).collect::<Vec<u8>>();
        let lines: Vec<Vec<u8>> = (0..rows).map(row).collect();
        TiffPage {
            fields: vec![
                self.short(256, &[columns]),
                self.short(257, &[rows]),
                self.short(258, &[16]),
                self.short(259, &[1]),
                self.short(262, &[1]),
                self.short(278, &[strip]),
                self.text(285, name),
            ],
            chunks: lines.chunks(usize::from(strip.max(1))).map(<[Vec<u8>]>::concat).collect(),
        }
    }

    /// Writes a file: header, then per page its directory, the values of its fields and its chunks.
    pub fn file(self, pages: &[TiffPage]) -> Vec<u8> {
        let mut out = if self.big_endian { b"MM".to_vec() } else { b"II".to_vec() };
        let (word, count, entry) = if self.big_tiff { (8, 8, 20) } else { (4, 2, 12) };
        if self.big_tiff {
            [43, 8, 0].iter().for_each(|n| out.extend(self.number(*n, 2)));
        } else {
            out.extend(self.number(42, 2));
        }
        let mut next = out.len();
        out.extend(self.number(0, word));
        for page in pages {
            let tiled = page.fields.iter().any(|(tag, ..)| *tag == 322);
            let (offsets, sizes) = if tiled { (324, 325) } else { (273, 279) };
            let kind = if self.big_tiff { LONG8 } else { LONG };
            let mut fields = page.fields.clone();
            fields.push((offsets, kind, vec![0; word * page.chunks.len()]));
            fields.push((sizes, kind, page.chunks.iter().flat_map(|c| self.number(c.len() as u64, word)).collect()));
            fields.sort_by_key(|(tag, ..)| *tag);
            let start = out.len();
            let values = start + count + entry * fields.len() + word;
            // Places of the values: in the entry when they fit, else one after another behind the directory.
            let mut at = values;
            let mut places = Vec::new();
            for (index, (.., value)) in fields.iter().enumerate() {
                let inline = start + count + entry * index + entry - word;
                places.push(if value.len() <= word { inline } else { at });
                at += if value.len() <= word { 0 } else { value.len() };
            }
            let mut position = at;
            if let Some((.., value)) = fields.iter_mut().find(|(tag, ..)| *tag == offsets) {
                value.clear();
                for chunk in &page.chunks {
                    value.extend(self.number(position as u64, word));
                    position += chunk.len();
                }
            }
            out.splice(next..next + word, self.number(start as u64, word));
            out.extend(self.number(fields.len() as u64, count));
            let mut behind: Vec<u8> = Vec::new();
            for ((tag, kind, value), place) in fields.iter().zip(places) {
                let size =
                    [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8].get(usize::from(*kind)).copied().unwrap_or(1);
                out.extend(self.number(u64::from(*tag), 2));
                out.extend(self.number(u64::from(*kind), 2));
                out.extend(self.number((value.len() / size.max(1)) as u64, word));
                if value.len() <= word {
                    out.extend(value);
                    out.extend(vec![0; word - value.len()]);
                } else {
                    out.extend(self.number(place as u64, word));
                    behind.extend(value);
                }
            }
            next = out.len();
            out.extend(self.number(0, word));
            out.extend(behind);
            page.chunks.iter().for_each(|chunk| out.extend(chunk));
        }
        out
    }
}
