//! Attributes of a file that is read, and the element types they share with datasets.

use hdf5_reader::ByteOrder;
use hdf5_reader::Datatype as Parsed;
use hdf5_reader::RawAttribute;
use hdf5_reader::StringSize;
use hdf5_reader::messages::dataspace::DataspaceMessage;
use hdf5_reader::messages::dataspace::DataspaceType;

use crate::h5::Attribute;
use crate::h5::Datatype;
use crate::h5::Shape;

/// Attribute of a file.
#[derive(Debug, Clone)]
pub struct StoredAttribute(hdf5_reader::Attribute);

impl StoredAttribute {
    pub(super) fn new(attribute: hdf5_reader::Attribute) -> Self {
        Self(attribute)
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Returns the value of a single text, none for anything else.
    pub fn text(&self) -> Option<String> {
        let text = self.0.num_elements().ok().filter(|n| *n == 1).and_then(|_| self.0.read_string().ok())?;
        Some(text.trim_end_matches('\0').to_owned())
    }

    /// Returns the value of a single number, none for anything else.
    pub fn number(&self) -> Option<f64> {
        self.0.num_elements().ok().filter(|n| *n == 1).and_then(|_| self.0.read_as_f64().ok())
    }

    /// Returns the element type in words.
    pub fn describe_type(&self) -> String {
        describe(&self.0.datatype)
    }
}

/// Takes an attribute over as stored, or gives its name back when its data are addresses in the file.
pub(super) fn carry(raw: RawAttribute) -> Result<Attribute, String> {
    let (message, encoded) = raw.into_parts();
    let size = match element_size(&message.datatype) {
        Some(size) if !holds_addresses(&message.datatype) => size,
        _ => return Err(message.name),
    };
    let shape = shape_of(&message.dataspace);
    let expected = shape.elements().and_then(|n| n.checked_mul(u64::from(size)));
    if expected != Some(message.raw_data.len() as u64) {
        return Err(message.name);
    }
    Ok(Attribute {
        name: message.name,
        datatype: Datatype::Encoded { message: encoded, size },
        shape,
        data: message.raw_data,
    })
}

pub(super) fn shape_of(space: &DataspaceMessage) -> Shape {
    match space.dataspace_type {
        DataspaceType::Null => Shape::Null,
        DataspaceType::Scalar => Shape::Scalar,
        DataspaceType::Simple => Shape::Axes(space.dims.clone()),
    }
}

/// Returns the bytes of one element, none for variable length.
pub(super) fn element_size(datatype: &Parsed) -> Option<u32> {
    match datatype {
        Parsed::FixedPoint { size, .. }
        | Parsed::FloatingPoint { size, .. }
        | Parsed::Bitfield { size, .. }
        | Parsed::Reference { size, .. } => Some(u32::from(*size)),
        Parsed::String { size: StringSize::Fixed(size), .. }
        | Parsed::Compound { size, .. }
        | Parsed::Opaque { size, .. } => Some(*size),
        Parsed::Enum { base, .. } => element_size(base),
        Parsed::Array { base, dims } => {
            let count = dims.iter().try_fold(1_u64, |n, d| n.checked_mul(*d))?;
            u32::try_from(count.checked_mul(u64::from(element_size(base)?))?).ok()
        }
        Parsed::String { size: StringSize::Variable, .. } | Parsed::VarLen { .. } => None,
    }
}

/// Returns whether the elements are or contain addresses in the file.
pub(super) fn holds_addresses(datatype: &Parsed) -> bool {
    match datatype {
        Parsed::VarLen { .. } | Parsed::Reference { .. } | Parsed::String { size: StringSize::Variable, .. } => true,
        Parsed::Array { base, .. } | Parsed::Enum { base, .. } => holds_addresses(base),
        Parsed::Compound { fields, .. } => fields.iter().any(|f| holds_addresses(&f.datatype)),
        _ => false,
    }
}

/// Names an element type for messages.
pub(super) fn describe(datatype: &Parsed) -> String {
    let order = |order: &ByteOrder| if *order == ByteOrder::BigEndian { " big-endian" } else { "" };
    match datatype {
        Parsed::FixedPoint { size, signed, byte_order } => {
            format!("{}{}{}", if *signed { 'i' } else { 'u' }, u32::from(*size) * 8, order(byte_order))
        }
        Parsed::FloatingPoint { size, byte_order } => format!("f{}{}", u32::from(*size) * 8, order(byte_order)),
        Parsed::String { size: StringSize::Fixed(size), .. } => format!("text of {size} bytes"),
        Parsed::String { .. } => "text of variable length".into(),
        Parsed::Compound { .. } => "compound".into(),
        Parsed::Array { .. } => "array".into(),
        Parsed::Enum { .. } => "enumeration".into(),
        Parsed::VarLen { .. } => "variable length".into(),
        Parsed::Opaque { .. } => "opaque".into(),
        Parsed::Reference { .. } => "reference".into(),
        Parsed::Bitfield { .. } => "bit field".into(),
    }
}
