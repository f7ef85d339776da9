//! DICOM files made byte by byte from the text of PS3.5 and PS3.10, for tests of the reader.

/// Tag: group and element.
pub type TagNumber = (u16, u16);

/// UID of Implicit VR Little Endian.
pub const IMPLICIT_LITTLE: &str = "1.2.840.10008.1.2";
/// UID of Explicit VR Little Endian.
pub const EXPLICIT_LITTLE: &str = "1.2.840.10008.1.2.1";
/// UID of Explicit VR Big Endian.
pub const EXPLICIT_BIG: &str = "1.2.840.10008.1.2.2";

/// Writer of elements in one encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DicomWriter {
    /// Whether each element states its representation.
    pub explicit: bool,
    /// Whether the most significant byte stands first.
    pub big: bool,
}

impl DicomWriter {
    /// Explicit VR Little Endian.
    pub const EXPLICIT: Self = Self { explicit: true, big: false };
    /// Implicit VR Little Endian.
    pub const IMPLICIT: Self = Self { explicit: false, big: false };
    /// Explicit VR Big Endian.
    pub const BIG: Self = Self { explicit: true, big: true };

    /// Writes 16 bits.
    pub fn two(&self, value: u16) -> [u8; 2] {
        if self.big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    /// Writes 32 bits.
    pub fn four(&self, value: u32) -> [u8; 4] {
        if self.big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn tag(&self, (group, element): TagNumber) -> Vec<u8> {
        [self.two(group), self.two(element)].concat()
    }

    /// Writes an element with its value as it is; an odd length is made even with a space in texts, else with 0
    /// (PS3.5, 6.2).
    pub fn element(&self, tag: TagNumber, vr: &str, value: &[u8]) -> Vec<u8> {
        let mut value = value.to_vec();
        if value.len() % 2 == 1 {
            let binary = matches!(vr, "OB" | "OW" | "UI" | "UN" | "OF" | "OD");
            value.push(if binary { 0 } else { b' ' });
        }
        let mut bytes = self.tag(tag);
        let length = value.len() as u32;
        if !self.explicit {
            bytes.extend(self.four(length));
        } else if matches!(vr, "OB" | "OW" | "OF" | "OD" | "OL" | "SQ" | "UN" | "UT" | "UC") {
            bytes.extend(vr.as_bytes());
            bytes.extend([0, 0]);
            bytes.extend(self.four(length));
        } else {
            bytes.extend(vr.as_bytes());
            bytes.extend(self.two(length as u16));
        }
        bytes.extend(value);
        bytes
    }

    /// Writes a text.
    pub fn text(&self, tag: TagNumber, vr: &str, text: &str) -> Vec<u8> {
        self.element(tag, vr, text.as_bytes())
    }

    /// Writes numbers of 16 bits.
    pub fn short(&self, tag: TagNumber, values: &[u16]) -> Vec<u8> {
        let bytes: Vec<u8> = values.iter().flat_map(|v| self.two(*v)).collect();
        self.element(tag, "US", &bytes)
    }

    /// Writes floating-point numbers of 32 bits.
    pub fn floats(&self, tag: TagNumber, values: &[f32]) -> Vec<u8> {
        let bytes: Vec<u8> = values.iter().flat_map(|v| self.four(v.to_bits())).collect();
        self.element(tag, "FL", &bytes)
    }

    /// Writes a sequence whose items and own length are stated.
    pub fn sequence(&self, tag: TagNumber, items: &[Vec<u8>]) -> Vec<u8> {
        let inside: Vec<u8> = items
            .iter()
            .flat_map(|item| [self.tag((0xFFFE, 0xE000)), self.four(item.len() as u32).to_vec(), item.clone()].concat())
            .collect();
        self.element(tag, "SQ", &inside)
    }

    /// Writes a sequence whose items and own length are ended by delimiters.
    pub fn open_sequence(&self, tag: TagNumber, items: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = self.tag(tag);
        if self.explicit {
            bytes.extend(*b"SQ\0\0");
        }
        bytes.extend([0xFF; 4]);
        for item in items {
            bytes.extend(self.tag((0xFFFE, 0xE000)));
            bytes.extend([0xFF; 4]);
            bytes.extend(item);
            bytes.extend(self.tag((0xFFFE, 0xE00D)));
            bytes.extend([0; 4]);
        }
        bytes.extend(self.tag((0xFFFE, 0xE0DD)));
        bytes.extend([0; 4]);
        bytes
    }
}

/// Writes a file: preamble, prefix, file meta information, then the elements.
pub fn dicom_file(syntax: &str, class: &str, elements: &[Vec<u8>]) -> Vec<u8> {
    let w = DicomWriter::EXPLICIT;
    let meta = [
        w.element((2, 0x0001), "OB", &[0, 1]),
        w.text((2, 0x0002), "UI", &uid(class)),
        w.text((2, 0x0003), "UI", &uid("2.25.1")),
        w.text((2, 0x0010), "UI", &uid(syntax)),
    ]
    .concat();
    let mut bytes = vec![0; 128];
    bytes.extend(b"DICM");
    bytes.extend(w.element((2, 0x0000), "UL", &(meta.len() as u32).to_le_bytes()));
    bytes.extend(meta);
    bytes.extend(elements.concat());
    bytes
}

/// Pads a UID to an even length (PS3.5, 6.2).
fn uid(text: &str) -> String {
    if text.len() % 2 == 1 { format!("{text}\0") } else { text.to_owned() }
}

/// Writes the elements that describe an image of one sample per pixel, groups 0028 only.
pub fn dicom_image(w: DicomWriter, (rows, columns): (u16, u16), (allocated, stored): (u16, u16)) -> Vec<u8> {
    [
        w.short((0x28, 0x0002), &[1]),
        w.text((0x28, 0x0004), "CS", "MONOCHROME2"),
        w.short((0x28, 0x0010), &[rows]),
        w.short((0x28, 0x0011), &[columns]),
        w.short((0x28, 0x0100), &[allocated]),
        w.short((0x28, 0x0101), &[stored]),
        w.short((0x28, 0x0102), &[stored - 1]),
        w.short((0x28, 0x0103), &[0]),
    ]
    .concat()
}
