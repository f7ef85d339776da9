//! Element types of HDF5 datasets and attributes.

/// Element type, as far as this crate writes it; anything else is kept as its encoded message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datatype {
    /// Unsigned integer of 1, 2, 4 or 8 bytes, little-endian.
    Unsigned(u8),
    /// IEEE 754 number of 4 or 8 bytes, little-endian.
    Float(u8),
    /// String of a fixed number of bytes, padded with NUL, UTF-8.
    Text(u32),
    /// Any type, as the bytes of its datatype message, with the size of one element.
    Encoded {
        /// Bytes of the datatype message.
        message: Vec<u8>,
        /// Bytes of one element.
        size: u32,
    },
}

impl Datatype {
    /// Returns the size of one element in bytes.
    pub fn size(&self) -> u32 {
        match self {
            Self::Unsigned(size) | Self::Float(size) => u32::from(*size),
            Self::Text(size) | Self::Encoded { size, .. } => *size,
        }
    }

    /// Encodes the datatype message (HDF5 file format specification, IV.A.2.d).
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Unsigned(size) => {
                let mut out = head(0, [0, 0, 0], u32::from(*size));
                out.extend(0_u16.to_le_bytes());
                out.extend((u16::from(*size) * 8).to_le_bytes());
                out
            }
            Self::Float(size) => {
                let (exponent_at, exponent, bias) = if *size == 4 { (23, 8, 127) } else { (52, 11, 1023) };
                let mut out = head(1, [0x20, size.wrapping_mul(8).wrapping_sub(1), 0], u32::from(*size));
                out.extend(0_u16.to_le_bytes());
                out.extend((u16::from(*size) * 8).to_le_bytes());
                out.extend([exponent_at, exponent, 0, exponent_at]);
                out.extend(u32::to_le_bytes(bias));
                out
            }
            Self::Text(size) => head(3, [NUL_PADDED | UTF8 << 4, 0, 0], *size),
            Self::Encoded { message, .. } => message.clone(),
        }
    }
}

const NUL_PADDED: u8 = 1;
const UTF8: u8 = 1;

/// Version 1 of the message: class and version, 24 bits of class bit field, element size.
fn head(class: u8, bits: [u8; 3], size: u32) -> Vec<u8> {
    let mut out = vec![0x10 | class, bits[0], bits[1], bits[2]];
    out.extend(size.to_le_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use hdf5_reader::ByteOrder;
    use hdf5_reader::Datatype as Parsed;
    use hdf5_reader::StringEncoding;
    use hdf5_reader::StringPadding;
    use hdf5_reader::StringSize;
    use hdf5_reader::io::Cursor;

    #[test]
    fn another_implementation_reads_the_messages() {
        let order = ByteOrder::LittleEndian;
        let cases = [
            (Datatype::Unsigned(2), Parsed::FixedPoint { size: 2, signed: false, byte_order: order }),
            (Datatype::Float(4), Parsed::FloatingPoint { size: 4, byte_order: order }),
            (Datatype::Float(8), Parsed::FloatingPoint { size: 8, byte_order: order }),
            (
                Datatype::Text(7),
                Parsed::String {
                    size: StringSize::Fixed(7),
                    encoding: StringEncoding::Utf8,
                    padding: StringPadding::NullPad,
                },
            ),
        ];
        for (ours, theirs) in cases {
            let bytes = ours.encode();
            let parsed = hdf5_reader::messages::datatype::parse(&mut Cursor::new(&bytes), bytes.len());
            assert_eq!(parsed.ok().map(|m| m.datatype), Some(theirs));
        }
    }
}
