//! Specifications: what the declaration of a record says about its elements.

/// Does the field name or describe a natural person?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Privacy {
    /// No personal data.
    None,
    /// Identifies a person only together with other data (plate, consignment).
    Indirect,
    /// Names or shows a person.
    Direct,
}

/// How long a field lives; an administration sets a period for each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retention {
    /// As long as the cargo image.
    Image,
    /// Vehicle and person identities: the shortest.
    Identity,
    /// Trade documents and declared goods.
    Trade,
    /// Names and decisions of staff.
    Staff,
    /// System, geometry, calibration: no person, no secret of trade.
    Technical,
    /// Digests, provenance and custody: as long as anything of the scan.
    Evidence,
}

/// Major version of the metadata document that first holds a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Since {
    /// Version 2: image, system and detection data.
    V2,
    /// Version 3: radiation, system quality, low-energy material, machine learning.
    V3,
}

/// Specification of one field of a record.
#[derive(Debug)]
pub struct FieldSpec {
    /// Element name in the metadata document.
    pub name: &'static str,
    /// Documentation, with unit and range where it has one.
    pub doc: &'static str,
    /// Personal-data tag.
    pub privacy: Privacy,
    /// Retention class.
    pub retention: Retention,
    /// First major version that has the field.
    pub since: Since,
    /// Smallest number of occurrences: 0 or 1.
    pub min: u32,
    /// Largest number of occurrences; none means unbounded.
    pub max: Option<u32>,
    /// What the element holds.
    pub kind: TypeSpec,
}

/// What an element holds.
#[derive(Debug, Clone, Copy)]
pub enum TypeSpec {
    /// Text of a simple type.
    Simple(&'static SimpleSpec),
    /// Child elements.
    Record(&'static RecordSpec),
}

/// Specification of a record.
#[derive(Debug)]
pub struct RecordSpec {
    /// Type name, unique in the model.
    pub name: &'static str,
    /// Documentation.
    pub doc: &'static str,
    /// Fields in document order.
    pub fields: &'static [FieldSpec],
}

/// Specification of a simple type.
#[derive(Debug)]
pub struct SimpleSpec {
    /// Type name, unique in the model.
    pub name: &'static str,
    /// Documentation.
    pub doc: &'static str,
    /// XSD base type without prefix, such as `string` or `double`.
    pub base: &'static str,
    /// Listed values with their meaning; empty when the type is no code list. Readers accept unlisted values.
    pub values: &'static [(&'static str, &'static str)],
    /// XSD pattern, empty when none.
    pub pattern: &'static str,
    /// Smallest and largest number, for numeric types.
    pub range: Option<(f64, f64)>,
}
