//! Declaration of metadata records: one place for names, documentation, types, privacy and retention.
//!
//! The crate-private macro `record!` declares a struct and, from the same lines, its [`RecordSpec`] and its mapping to a neutral
//! [`Node`] tree. The metadata documents (`xml`), their XSD, the version 2 subset and the loss reports all walk the
//! specification of [`Scan`](super::Scan), so none can drift from the types. Content that a record does not know is
//! kept in its `unknown` field and written back where it was found.

use crate::error::{Code, Error, Result};

/// Element of a metadata document, free of any syntax.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Node {
    /// Local name of the element.
    pub name: String,
    /// Namespace when it is not the document's own.
    pub namespace: Option<String>,
    /// Attributes in document order, by qualified name.
    pub attributes: Vec<(String, String)>,
    /// Text of the element, empty when it has children.
    pub text: String,
    /// Child elements in document order.
    pub children: Vec<Node>,
}

impl Node {
    /// Creates an element of the document's own namespace with neither text nor children.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}

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

/// Value that is written as the text of an element.
pub trait Scalar: Sized {
    /// The simple type.
    const SIMPLE: &'static SimpleSpec;

    /// Writes the value; reading the text gives the same value.
    fn to_text(&self) -> String;

    /// Reads the value; the error says what was expected.
    fn from_text(text: &str) -> std::result::Result<Self, String>;
}

/// Value of one element: a scalar or a record.
pub trait Item: Sized {
    /// What the element holds.
    const TYPE: TypeSpec;

    /// Writes the value as an element called `name`.
    fn to_node(&self, name: &str) -> Node;

    /// Reads the value; `path` names the element in messages.
    ///
    /// # Errors
    /// `xml.value` and `xml.missing`.
    fn from_node(node: Node, path: &str) -> Result<Self>;
}

impl<T: Scalar> Item for T {
    const TYPE: TypeSpec = TypeSpec::Simple(T::SIMPLE);

    fn to_node(&self, name: &str) -> Node {
        Node { text: self.to_text(), ..Node::new(name) }
    }

    fn from_node(node: Node, path: &str) -> Result<Self> {
        if let Some(child) = node.children.first() {
            return Err(Error::new(Code::XmlValue, "an element of text holds other elements")
                .at(path)
                .expected(T::SIMPLE.name)
                .found(format!("element {}", child.name)));
        }
        T::from_text(&node.text).map_err(|expected| {
            let shown: String = node.text.chars().take(80).collect();
            Error::new(Code::XmlValue, "wrong value").at(path).expected(expected).found(format!("{shown:?}"))
        })
    }
}

/// Field of a record: exactly one item, at most one, or any number.
pub trait Field: Sized {
    /// What each element holds.
    const TYPE: TypeSpec;
    /// Smallest number of elements.
    const MIN: u32;
    /// Largest number of elements; none means unbounded.
    const MAX: Option<u32>;

    /// Appends the elements of the field.
    fn put(&self, name: &str, out: &mut Vec<Node>);

    /// Takes the elements of the field out of `from`.
    ///
    /// # Errors
    /// `xml.value`, `xml.missing`.
    fn take(name: &str, from: &mut Vec<Node>, path: &str) -> Result<Self>;

    /// Returns whether there is nothing to write.
    fn is_absent(&self) -> bool;
}

impl<T: Item> Field for T {
    const TYPE: TypeSpec = T::TYPE;
    const MIN: u32 = 1;
    const MAX: Option<u32> = Some(1);

    fn put(&self, name: &str, out: &mut Vec<Node>) {
        out.push(self.to_node(name));
    }

    fn take(name: &str, from: &mut Vec<Node>, path: &str) -> Result<Self> {
        let found = <Option<T> as Field>::take(name, from, path)?;
        found.ok_or_else(|| Error::new(Code::XmlMissing, "a required element is missing").at(path).expected(name))
    }

    fn is_absent(&self) -> bool {
        false
    }
}

impl<T: Item> Field for Option<T> {
    const TYPE: TypeSpec = T::TYPE;
    const MIN: u32 = 0;
    const MAX: Option<u32> = Some(1);

    fn put(&self, name: &str, out: &mut Vec<Node>) {
        out.extend(self.iter().map(|v| v.to_node(name)));
    }

    fn take(name: &str, from: &mut Vec<Node>, path: &str) -> Result<Self> {
        let mut all = <Vec<T> as Field>::take(name, from, path)?;
        match all.len() {
            0 | 1 => Ok(all.pop()),
            n => Err(Error::new(Code::XmlValue, "an element is repeated")
                .at(path)
                .expected(format!("one {name}"))
                .found(n)),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Item> Field for Vec<T> {
    const TYPE: TypeSpec = T::TYPE;
    const MIN: u32 = 0;
    const MAX: Option<u32> = None;

    fn put(&self, name: &str, out: &mut Vec<Node>) {
        out.extend(self.iter().map(|v| v.to_node(name)));
    }

    fn take(name: &str, from: &mut Vec<Node>, path: &str) -> Result<Self> {
        let mut taken = Vec::new();
        let mut rest = Vec::with_capacity(from.len());
        for node in from.drain(..) {
            if node.name == name && node.namespace.is_none() {
                let at = format!("{path}/{name}[{}]", taken.len() + 1);
                taken.push(T::from_node(node, &at)?);
            } else {
                rest.push(node);
            }
        }
        *from = rest;
        Ok(taken)
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// Declares records: `field: Type = "element" [Privacy Retention Since];` per field, documented.
macro_rules! record {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident { $( $(#[doc = $fdoc:literal])+ $field:ident: $ty:ty = $element:literal [$privacy:ident $retention:ident $since:ident]; )+ }
    )+) => { $(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
        #[serde(default, rename_all = "camelCase")]
        pub struct $name {
            $(
                $(#[doc = $fdoc])+
                #[serde(skip_serializing_if = "crate::model::record::Field::is_absent")]
                pub $field: $ty,
            )+
            /// Content that this version does not know, written back unchanged.
            #[serde(skip)]
            pub unknown: Vec<crate::model::record::Node>,
        }

        impl $name {
            /// Specification of the record.
            pub const SPEC: &'static crate::model::record::RecordSpec = &crate::model::record::RecordSpec {
                name: stringify!($name),
                doc: concat!($($doc),+),
                fields: &[$( crate::model::record::FieldSpec {
                    name: $element,
                    doc: concat!($($fdoc),+),
                    privacy: crate::model::record::Privacy::$privacy,
                    retention: crate::model::record::Retention::$retention,
                    since: crate::model::record::Since::$since,
                    min: <$ty as crate::model::record::Field>::MIN,
                    max: <$ty as crate::model::record::Field>::MAX,
                    kind: <$ty as crate::model::record::Field>::TYPE,
                } ),+],
            };
        }

        impl crate::model::record::Item for $name {
            const TYPE: crate::model::record::TypeSpec = crate::model::record::TypeSpec::Record(Self::SPEC);

            fn to_node(&self, name: &str) -> crate::model::record::Node {
                let mut node = crate::model::record::Node::new(name);
                $( crate::model::record::Field::put(&self.$field, $element, &mut node.children); )+
                node.children.extend(self.unknown.iter().cloned());
                node
            }

            fn from_node(mut node: crate::model::record::Node, path: &str) -> crate::error::Result<Self> {
                let children = &mut node.children;
                Ok(Self {
                    $( $field: crate::model::record::Field::take($element, children, path)?, )+
                    unknown: node.children,
                })
            }
        }
    )+ };
}
pub(crate) use record;

macro_rules! simple {
    ($ty:ty, $name:literal, $base:literal, $doc:literal, |$v:ident| $to:expr, |$t:ident| $from:expr) => {
        impl Scalar for $ty {
            const SIMPLE: &'static SimpleSpec =
                &SimpleSpec { name: $name, doc: $doc, base: $base, values: &[], pattern: "", range: None };
            fn to_text(&self) -> String {
                let $v = self;
                $to
            }
            fn from_text($t: &str) -> std::result::Result<Self, String> {
                $from
            }
        }
    };
}

simple!(String, "Text", "string", "Any text.", |v| v.clone(), |t| Ok(t.to_owned()));
simple!(bool, "Boolean", "boolean", "true or false.", |v| v.to_string(), |t| match t.trim() {
    "true" | "1" => Ok(true),
    "false" | "0" => Ok(false),
    _ => Err("true or false".into()),
});
simple!(u32, "Count32", "unsignedInt", "Whole number from 0 to 4294967295.", |v| v.to_string(), |t| t
    .trim()
    .parse()
    .map_err(|_| "a whole number from 0 to 4294967295".into()));
simple!(u64, "Count64", "unsignedLong", "Whole number from 0 to 18446744073709551615.", |v| v.to_string(), |t| t
    .trim()
    .parse()
    .map_err(|_| "a whole number from 0 to 18446744073709551615".into()));
simple!(f64, "Number", "double", "Finite number.", |v| v.to_string(), |t| number(t));

fn number(text: &str) -> std::result::Result<f64, String> {
    text.trim().parse().ok().filter(|v: &f64| v.is_finite()).ok_or_else(|| "a finite number".into())
}

macro_rules! quantity_scalar {
    ($($ty:ident $doc:literal),+ $(,)?) => { $(
        impl Scalar for crate::units::$ty {
            const SIMPLE: &'static SimpleSpec = &SimpleSpec {
                name: stringify!($ty),
                doc: $doc,
                base: "double",
                values: &[],
                pattern: "",
                range: Some((Self::MIN, Self::MAX)),
            };
            fn to_text(&self) -> String {
                self.get().to_string()
            }
            fn from_text(text: &str) -> std::result::Result<Self, String> {
                let expected = || format!("a number from {} to {} ({})", Self::MIN, Self::MAX, Self::UNIT);
                number(text).ok().and_then(|v| Self::new(v).ok()).ok_or_else(expected)
            }
        }
    )+ };
}

quantity_scalar!(
    Energy "Energy in keV.",
    Millimetres "Length in millimetres.",
    MillimetresPerSecond "Speed in millimetres per second.",
    ArealDensity "Mass per area along the ray in g/cm².",
    AtomicNumber "Effective atomic number.",
    Kilograms "Mass in kilograms.",
    Degrees "Angle in degrees.",
    Probability "Probability from 0 to 1.",
    Microsieverts "Ambient dose in microsievert.",
    Seconds "Duration in seconds.",
);
