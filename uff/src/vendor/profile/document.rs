//! The keys of a profile, as they stand in the text.
//!
//! Nothing here is checked beyond its type; [`Profile::parse`](super::Profile::parse) does that.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::payload::Codec;
use super::table::FixedField;
use super::text::Encoding;
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
    /// Compressed parts of files.
    #[serde(default, rename = "payload")]
    pub payloads: Vec<PayloadRule>,
    /// Header fields and computed values, in order.
    #[serde(default, rename = "field")]
    pub fields: Vec<FieldRule>,
    /// Views.
    #[serde(rename = "view")]
    pub views: Vec<ViewRule>,
    /// Where samples lie.
    pub pixels: Vec<PixelsRule>,
    /// Pictures and documents that came with the scan.
    #[serde(default, rename = "media")]
    pub media: Vec<MediaRule>,
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
    /// Root element, section or key of a sidecar.
    #[serde(default)]
    pub sidecar: Vec<SidecarRule>,
    /// Objects and attributes of an HDF5 file.
    #[serde(default)]
    pub hdf5: Vec<Hdf5Rule>,
    /// Names that files must have, beside conditions on their content.
    #[serde(default)]
    pub name: Vec<NameRule>,
}

/// Name that a file must have.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameRule {
    /// Id of the file.
    pub file: Spanned<String>,
    /// Pattern, as that of a file; with a slash it covers the path inside the delivery.
    pub pattern: Spanned<String>,
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
    /// Text near the start of the sidecar: a key of JSON, a column of CSV, a heading.
    pub key: Option<Spanned<String>>,
}

/// Object or attribute that an HDF5 file must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hdf5Rule {
    /// Id of the file.
    pub file: Spanned<String>,
    /// Path of a group or dataset, such as `/entry/data`, or of an attribute, such as `/entry@model`.
    pub path: Spanned<String>,
    /// Text that must stand there; absent: anything may.
    pub text: Option<String>,
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
    /// Encoding of a sidecar, UTF-8 when absent; for XML it replaces what the document declares.
    pub encoding: Option<Encoding>,
    /// What stands between key and value of an INI file; absent: the first of `=` and `:`.
    pub separator: Option<Spanned<String>>,
    /// What stands between the fields of a CSV file; absent: a comma.
    pub delimiter: Option<Spanned<String>>,
    /// Whether the first record of a CSV file names the fields.
    #[serde(default = "yes")]
    pub header: bool,
    /// Where the values of a fixed-width text stand.
    #[serde(default)]
    pub columns: Vec<FixedField>,
    /// Whether several files may fit: they are joined in the order of their names.
    #[serde(default)]
    pub many: bool,
    /// Bytes at the start of each of several files that are not joined.
    #[serde(default)]
    pub skip: u64,
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
    /// INI or key = value sidecar.
    Ini,
    /// JSON sidecar.
    Json,
    /// CSV sidecar.
    Csv,
    /// Fixed-width text.
    Fixed,
    /// HDF5 file: attributes, values and samples.
    Hdf5,
    /// Kept as it is: a picture, a document.
    Opaque,
}

fn yes() -> bool {
    true
}

/// A compressed part of a file; `[[field]]` and `[[pixels]]` refer to it like to a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayloadRule {
    /// Id by which the profile refers to the decoded bytes.
    pub id: Spanned<String>,
    /// Id of the file.
    pub file: Spanned<String>,
    /// Offset in bytes; absent: 0.
    pub offset: Option<Spanned<Term>>,
    /// Length in bytes; absent: up to the end of the file.
    pub length: Option<Spanned<Term>>,
    /// How it is compressed.
    pub codec: Codec,
    /// Size in bytes after decoding.
    pub size: Spanned<Term>,
    /// Whether bytes behind the last sample are expected.
    #[serde(default)]
    pub trailing: bool,
}

/// A picture or document.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaRule {
    /// Id of the file.
    pub file: Spanned<String>,
    /// Code of what it shows.
    pub kind: Spanned<String>,
    /// Media type (RFC 6838); absent: told from the content.
    pub media_type: Option<String>,
    /// Whether it shows or names a person; absent: it does.
    #[serde(default = "yes")]
    pub personal_data: bool,
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
    /// Path of a dataset of an HDF5 file, whose size along an axis is the value.
    pub dataset: Option<Spanned<String>>,
    /// Axis of the dataset, counted from 0, the slowest.
    pub axis: Option<usize>,
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
    /// Path of the dataset, for an HDF5 file; type and byte order are those of the dataset.
    pub dataset: Option<Spanned<String>>,
    /// Index on the leading axes of the dataset that are neither channels, rows nor lines.
    #[serde(default)]
    pub index: Vec<usize>,
    /// Offset of the block in bytes.
    pub offset: Option<Spanned<Term>>,
    /// Type of a sample; absent for a dataset.
    #[serde(rename = "type")]
    pub kind: Option<PixelType>,
    /// Byte order of a sample.
    pub endian: Option<Endian>,
    /// What the file stores one after another.
    pub order: PixelOrder,
    /// How channels alternate.
    #[serde(default)]
    pub interleave: Interleave,
    /// Bytes before each stored line.
    pub line_header: Option<Spanned<Term>>,
    /// Bytes behind each stored line.
    pub line_trailer: Option<Spanned<Term>>,
    /// Bytes that the size of a stored line is a multiple of; absent: 1, so that a line of packed samples ends with its
    /// last byte; 0: packed lines follow each other bit by bit.
    pub line_align: Option<Spanned<Term>>,
    /// How packed samples are counted.
    #[serde(default)]
    pub packing: Packing,
    /// Tiles, when the block is stored tile after tile.
    pub tile: Option<TileRule>,
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
    /// Unsigned, 10 bits, packed.
    U10,
    /// Unsigned, 12 bits, packed.
    U12,
    /// Unsigned, 14 bits, packed.
    U14,
}

impl PixelType {
    /// Returns the bits that a packed sample takes; nothing for whole bytes.
    pub(super) fn packed(self) -> Option<u32> {
        match self {
            Self::U10 => Some(10),
            Self::U12 => Some(12),
            Self::U14 => Some(14),
            _ => None,
        }
    }
}

/// From which end of a byte packed samples are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Packing {
    /// From the least significant bit (GenICam Mono12p).
    #[default]
    Lsb,
    /// From the most significant bit.
    Msb,
}

/// Tiles in which a block is stored.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TileRule {
    /// Rows of a tile.
    pub rows: Spanned<Term>,
    /// Columns of a tile.
    pub columns: Spanned<Term>,
}

impl From<PixelType> for SampleType {
    fn from(kind: PixelType) -> Self {
        match kind {
            PixelType::U8 => Self::U8,
            PixelType::U16 | PixelType::U10 | PixelType::U12 | PixelType::U14 => Self::U16,
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
    /// Sidecar elements (`info:Scan/Start`, `info:Scan/@id`), fields, or constants of the site (`site:lane`); several
    /// are joined by a space.
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
    /// Format of a date (`strptime`), such as `%d.%m.%Y %H:%M:%S`; or `iso`, `unix`, `unix-ms`, `filetime`.
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
