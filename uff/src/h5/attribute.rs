//! Attributes of groups and datasets.

use super::Datatype;

/// Number of elements of a dataset or attribute per axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// No element at all.
    Null,
    /// One element.
    Scalar,
    /// One or more axes, slowest first.
    Axes(Vec<u64>),
}

impl Shape {
    /// Returns the number of elements, none when it exceeds 64 bits.
    pub fn elements(&self) -> Option<u64> {
        match self {
            Self::Null => Some(0),
            Self::Scalar => Some(1),
            Self::Axes(axes) => axes.iter().try_fold(1_u64, |n, &d| n.checked_mul(d)),
        }
    }

    /// Encodes the dataspace message, version 2 (HDF5 file format specification, IV.A.2.b).
    pub(super) fn encode(&self) -> Vec<u8> {
        const VERSION: u8 = 2;
        match self {
            Self::Null => vec![VERSION, 0, 0, 2],
            Self::Scalar => vec![VERSION, 0, 0, 0],
            Self::Axes(axes) => {
                let mut out = vec![VERSION, u8::try_from(axes.len()).unwrap_or(u8::MAX), 0, 1];
                axes.iter().for_each(|d| out.extend(d.to_le_bytes()));
                out
            }
        }
    }
}

/// Named value of a group or dataset, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Name.
    pub name: String,
    /// Element type.
    pub datatype: Datatype,
    /// Number of elements per axis.
    pub shape: Shape,
    /// Elements, as stored.
    pub data: Vec<u8>,
}

impl Attribute {
    /// Creates a scalar text.
    pub fn text(name: &str, value: &str) -> Self {
        let mut data = value.as_bytes().to_vec();
        if data.is_empty() {
            data.push(0);
        }
        let size = u32::try_from(data.len()).unwrap_or(u32::MAX);
        Self { name: name.into(), datatype: Datatype::Text(size), shape: Shape::Scalar, data }
    }

    /// Creates a scalar number.
    pub fn number(name: &str, value: f64) -> Self {
        let data = value.to_le_bytes().to_vec();
        Self { name: name.into(), datatype: Datatype::Float(8), shape: Shape::Scalar, data }
    }

    /// Creates a scalar unsigned integer of 32 bits.
    pub fn count(name: &str, value: u32) -> Self {
        let data = value.to_le_bytes().to_vec();
        Self { name: name.into(), datatype: Datatype::Unsigned(4), shape: Shape::Scalar, data }
    }

    /// Creates a scalar flag: one byte, 0 or 1.
    pub fn flag(name: &str, value: bool) -> Self {
        Self { name: name.into(), datatype: Datatype::Unsigned(1), shape: Shape::Scalar, data: vec![u8::from(value)] }
    }

    /// Encodes the attribute message, version 3 (HDF5 file format specification, IV.A.2.m).
    pub(super) fn encode(&self) -> Vec<u8> {
        let datatype = self.datatype.encode();
        let shape = self.shape.encode();
        let sizes = [self.name.len() + 1, datatype.len(), shape.len()];
        let mut out = vec![3, 0];
        sizes.iter().for_each(|&s| out.extend(u16::try_from(s).unwrap_or(u16::MAX).to_le_bytes()));
        out.push(u8::from(!self.name.is_ascii()));
        out.extend(self.name.as_bytes());
        out.push(0);
        out.extend(datatype);
        out.extend(shape);
        out.extend(&self.data);
        out
    }
}
