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

impl Privacy {
    /// Every tag with its meaning.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::None, "No personal data."),
        (Self::Indirect, "Identifies a person only together with other data (plate, consignment)."),
        (Self::Direct, "Names or shows a person."),
    ];

    /// Returns the word used in schemas and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Indirect => "indirect",
            Self::Direct => "direct",
        }
    }
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

impl Retention {
    /// Every class with its meaning.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Image, "As long as the cargo image."),
        (Self::Identity, "Vehicle and person identities: the shortest."),
        (Self::Trade, "Trade documents and declared goods."),
        (Self::Staff, "Names and decisions of staff."),
        (Self::Technical, "System, geometry, calibration: no person, no secret of trade."),
        (Self::Evidence, "Digests, provenance and custody: as long as anything of the scan."),
    ];

    /// Returns the word used in schemas and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Identity => "identity",
            Self::Trade => "trade",
            Self::Staff => "staff",
            Self::Technical => "technical",
            Self::Evidence => "evidence",
        }
    }
}

/// Major version of the metadata document that first holds a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Since {
    /// Version 2: image, system and detection data.
    V2,
    /// Version 3: radiation, system quality, low-energy material, machine learning.
    V3,
}

impl Since {
    /// Returns the major version number.
    pub const fn major(self) -> u32 {
        match self {
            Self::V2 => 2,
            Self::V3 => 3,
        }
    }
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

impl FieldSpec {
    /// Returns how often the element may occur: `1`, `0..1` or `0..n`.
    pub fn cardinality(&self) -> String {
        match (self.min, self.max) {
            (min, Some(max)) if min == max => min.to_string(),
            (min, Some(max)) => format!("{min}..{max}"),
            (min, None) => format!("{min}..n"),
        }
    }
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

impl RecordSpec {
    /// Returns the clause of the metadata documentation that specifies a field, such as `M-Channel.noData`.
    pub fn clause(&self, field: &FieldSpec) -> String {
        format!("M-{}.{}", self.name, field.name)
    }
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
