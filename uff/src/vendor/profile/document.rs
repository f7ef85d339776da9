//! The keys of a profile, as they stand in the text.
//!
//! Nothing here is checked beyond its type; [`Profile::parse`](super::Profile::parse) does that.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::model::SampleType;

/// A whole profile.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Name, version and title.
    pub profile: Head,
    /// How a delivery is recognised; empty: only when the profile is named.
    #[serde(default)]
    pub recognize: Recognize,
    /// Files of one scan.
    #[serde(rename = "file")]
    pub files: Vec<FileRule>,
    /// Header fields and computed values, in order.
    #[serde(default, rename = "field")]
    pub fields: Vec<FieldRule>,
    /// Views.
    #[serde(rename = "view")]
    pub views: Vec<ViewRule>,
    /// Where samples lie.
    pub pixels: Vec<PixelsRule>,
    /// Where values go in the model.
    #[serde(default, rename = "map")]
    pub maps: Vec<MapRule>,
}

/// Name, version and title of a profile.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Name: lower-case letters, digits and hyphens.
    pub name: Spanned<String>,
    /// Version, raised with every change.
    pub version: String,
    /// Title for people: vendor, model, software versions covered.
    pub title: String,
    /// Anything else worth knowing.
    pub description: Option<String>,
}

/// Conditions on the content of a delivery; all must hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recognize {
    /// Bytes at an offset of a file.
    #[serde(default)]
    pub magic: Vec<MagicRule>,
    /// Root element or section of a sidecar.
    #[serde(default)]
    pub sidecar: Vec<SidecarRule>,
}

/// Bytes that a file must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MagicRule {
    /// Id of the file.
    pub file: Spanned<String>,
    /// Offset in bytes.
    #[serde(default)]
    pub offset: u64,
    /// The bytes as ASCII text.
    pub text: Option<Spanned<String>>,
    /// The bytes in hexadecimal; spaces are allowed.
    pub hex: Option<Spanned<String>>,
}

/// Structure that a sidecar must have.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SidecarRule {
    /// Id of the file.
    pub file: Spanned<String>,
    /// Local name of the XML root element.
    pub root: Option<Spanned<String>>,
    /// Namespace of the XML root element.
    pub namespace: Option<String>,
    /// Name of an INI section.
    pub section: Option<Spanned<String>>,
}

/// One file of a scan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRule {
    /// Id by which the profile refers to the file.
    pub id: Spanned<String>,
    /// Pattern of the name: `*` and `?`, letter case ignored; with a slash it covers the whole path, else the last part.
    /// Where `recognize` has conditions on the file, content decides and the pattern only chooses among several.
    pub pattern: Option<Spanned<String>>,
    /// How to read the file.
    #[serde(default)]
    pub format: FileFormat,
    /// Encoding of an INI sidecar; XML states its own.
    #[serde(default)]
    pub encoding: Encoding,
    /// Whether the scan is complete without it.
    #[serde(default)]
    pub optional: bool,
    /// Whether bytes behind the last sample are expected; otherwise they are an error.
    #[serde(default)]
    pub trailing: bool,
}

/// How a file is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileFormat {
    /// Binary: header fields and samples.
    #[default]
    Raw,
    /// XML sidecar.
    Xml,
    /// INI sidecar.
    Ini,
}

/// Encoding of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// ISO 8859-1.
    #[serde(rename = "latin-1")]
    Latin1,
}

/// A number, or an expression over the fields before it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Term {
    /// Whole number.
    Whole(i64),
    /// Number.
    Number(f64),
    /// Expression.
    Expression(String),
}

/// A named value: read from a header, taken from a sidecar, or computed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// Name for expressions and maps.
    pub name: Spanned<String>,
    /// Id of the file to read it from.
    pub file: Option<Spanned<String>>,
    /// Offset in bytes.
    pub offset: Option<Spanned<Term>>,
    /// Type in the file.
    #[serde(rename = "type")]
    pub kind: Option<Spanned<FieldType>>,
    /// Byte order.
    #[serde(default)]
    pub endian: Endian,
    /// Length in bytes, for text.
    pub length: Option<Spanned<Term>>,
    /// Encoding, for text.
    #[serde(default)]
    pub encoding: Encoding,
    /// Element of a sidecar to take a number from.
    pub from: Option<Spanned<String>>,
    /// Expression to compute it.
    pub value: Option<Spanned<Term>>,
    /// Smallest value allowed.
    pub min: Option<f64>,
    /// Largest value allowed.
    pub max: Option<f64>,
}

/// Type of a header field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Unsigned, 8 bits.
    U8,
    /// Unsigned, 16 bits.
    U16,
    /// Unsigned, 32 bits.
    U32,
    /// Unsigned, 64 bits.
    U64,
    /// Two's complement, 16 bits.
    I16,
    /// Two's complement, 32 bits.
    I32,
    /// IEEE 754, 32 bits.
    F32,
    /// IEEE 754, 64 bits.
    F64,
    /// Text, ended by NUL or by its length.
    Text,
}

/// Byte order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Endian {
    /// Least significant byte first.
    #[default]
    Little,
    /// Most significant byte first.
    Big,
}

/// One view.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewRule {
    /// Code of the projection.
    pub kind: Spanned<String>,
    /// Code of the modality.
    pub modality: Option<Spanned<String>>,
    /// Name for people.
    pub name: Option<String>,
    /// Number of rows (detector elements).
    pub rows: Spanned<Term>,
    /// Number of columns (lines of the scan).
    pub columns: Spanned<Term>,
    /// Channels.
    #[serde(rename = "channel")]
    pub channels: Vec<ChannelRule>,
}

/// One channel of a view.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelRule {
    /// Id, such as `high`.
    pub id: Spanned<String>,
    /// Code of the role.
    pub role: Spanned<String>,
    /// Code of the quantity.
    pub quantity: Spanned<String>,
    /// End-point energy, keV.
    pub energy: Option<Spanned<Term>>,
    /// Number of significant bits.
    pub bit_depth: Option<Spanned<Term>>,
    /// Unit of a value.
    pub unit: Option<String>,
    /// Scale from sample to value.
    pub scale: Option<Spanned<Term>>,
    /// Offset from sample to value.
    pub offset: Option<Spanned<Term>>,
    /// Sample that marks "no data".
    pub no_data: Option<Spanned<Term>>,
    /// Sample from which on the detector is saturated.
    pub saturation: Option<Spanned<Term>>,
    /// Dark level common to all rows, in samples.
    pub dark_level: Option<Spanned<Term>>,
    /// Air level common to all rows, in samples.
    pub air_level: Option<Spanned<Term>>,
    /// Whether samples are measurements; absent: yes, unless the quantity is `display`.
    pub measurement_grade: Option<bool>,
}

/// A block of samples in a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PixelsRule {
    /// Id of the file.
    pub file: Spanned<String>,
    /// Index of the view.
    #[serde(default)]
    pub view: Option<Spanned<u32>>,
    /// Channels of the view in the order in which the file holds them; `skip` for samples that are no channel.
    pub channels: Vec<Spanned<String>>,
    /// Offset of the block in bytes.
    pub offset: Option<Spanned<Term>>,
    /// Type of a sample.
    #[serde(rename = "type")]
    pub kind: PixelType,
    /// Byte order of a sample.
    #[serde(default)]
    pub endian: Endian,
    /// What the file stores one after another.
    pub order: PixelOrder,
    /// How channels alternate.
    #[serde(default)]
    pub interleave: Interleave,
    /// Bytes before each stored line.
    pub line_header: Option<Spanned<Term>>,
    /// Bytes behind each stored line.
    pub line_trailer: Option<Spanned<Term>>,
    /// What the lines of the scan are, in order; absent: all are image.
    #[serde(default)]
    pub lines: Vec<LinesRule>,
}

/// Type of a sample in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PixelType {
    /// Unsigned, 8 bits.
    U8,
    /// Unsigned, 16 bits.
    U16,
    /// Unsigned, 32 bits.
    U32,
    /// IEEE 754, 32 bits.
    F32,
    /// IEEE 754, 64 bits.
    F64,
}

impl From<PixelType> for SampleType {
    fn from(kind: PixelType) -> Self {
        match kind {
            PixelType::U8 => Self::U8,
            PixelType::U16 => Self::U16,
            PixelType::U32 => Self::U32,
            PixelType::F32 => Self::F32,
            PixelType::F64 => Self::F64,
        }
    }
}

/// What a file stores one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PixelOrder {
    /// Rows: the samples of one detector element over all lines stand together.
    Rows,
    /// Columns: the samples of one line of the scan stand together.
    Columns,
}

/// How the channels of a block alternate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Interleave {
    /// One channel after another (BSQ).
    #[default]
    Plane,
    /// One stored line of each channel in turn (BIL); with `order = "columns"`, pulses of alternating energy.
    Line,
    /// One sample of each channel in turn (BIP).
    Pixel,
}

/// A run of lines of the scan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinesRule {
    /// What the lines are.
    pub part: LinesPart,
    /// How many there are.
    pub count: Spanned<Term>,
}

/// What a run of lines is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinesPart {
    /// The image.
    Samples,
    /// Dark lines: beam off.
    Dark,
    /// Air lines: beam on, nothing in it.
    Air,
    /// Lines that are none of these; their bytes are kept with the original.
    Skip,
}

/// Where a value goes in the model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MapRule {
    /// Path in the model, such as `identity/start` or `view[0]/geometry/pitchRows`.
    pub to: Spanned<String>,
    /// Sidecar elements (`info:Scan/Start`, `info:Scan/@id`) or fields; several are joined by a space.
    pub from: Option<Spanned<OneOrMany>>,
    /// Constant.
    pub value: Option<Spanned<Constant>>,
    /// Factor for a number, applied before the offset.
    pub scale: Option<f64>,
    /// Offset for a number.
    pub offset: Option<f64>,
    /// Codes of the vendor and what they become.
    #[serde(default)]
    pub codes: BTreeMap<String, String>,
    /// What a code that is not listed becomes; absent: it is kept as vendor content and reported.
    pub otherwise: Option<String>,
    /// Format of a date (`strptime`), such as `%d.%m.%Y %H:%M:%S`.
    pub date: Option<Spanned<String>>,
    /// Time zone of a date without offset: IANA name or offset such as `+02:00`.
    pub zone: Option<Spanned<String>>,
    /// Whether the scan is refused when the value is absent or cannot be converted.
    #[serde(default)]
    pub required: bool,
}

/// One text or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// Constant of a map.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Constant {
    /// true or false.
    Bool(bool),
    /// Whole number.
    Whole(i64),
    /// Number.
    Number(f64),
    /// Text.
    Text(String),
}
