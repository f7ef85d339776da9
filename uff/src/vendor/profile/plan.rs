//! A profile with every name, expression and path resolved.

use super::container::Place;
use super::document::{Endian, FieldType, FileFormat, Interleave, LinesPart, Packing, PixelOrder};
use super::element::ElementPath;
use super::expression::Expression;
use super::payload::Codec;
use super::table::FixedField;
use super::target::Target;
use super::text::Encoding;
use super::value::Conversion;
use crate::model::identifier::ChannelId;
use crate::model::{ChannelRole, MediaKind, Modality, Quantity, SampleType, ViewKind};

/// What a profile asks for, resolved.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) files: Vec<FilePlan>,
    pub(super) payloads: Vec<PayloadPlan>,
    pub(super) fields: Vec<FieldPlan>,
    pub(super) views: Vec<ViewPlan>,
    pub(super) pixels: Vec<PixelsPlan>,
    pub(super) media: Vec<MediaPlan>,
    pub(super) maps: Vec<MapPlan>,
}

impl Plan {
    /// Returns whether a map or an expression uses a field, by its index.
    pub(super) fn uses(&self, field: usize) -> bool {
        let map = |m: &MapPlan| m.sources.iter().any(|s| matches!(s, MapSource::Field(f) if *f == field));
        self.maps.iter().any(map) || self.formulas().any(|f| f.expression.uses(field))
    }

    fn formulas(&self) -> impl Iterator<Item = &Formula> {
        let fields = self.fields.iter().flat_map(|f| match &f.from {
            FieldFrom::Header { offset, length, .. } => vec![Some(offset), length.as_ref()],
            FieldFrom::Computed(formula) => vec![Some(formula)],
            FieldFrom::Sidecar(_) | FieldFrom::Axis { .. } => Vec::new(),
        });
        let views = self.views.iter().flat_map(|v| [Some(&v.rows), Some(&v.columns)]);
        let channels = self.views.iter().flat_map(|v| &v.channels).flat_map(|c| {
            let terms =
                [&c.energy, &c.bit_depth, &c.scale, &c.offset, &c.no_data, &c.saturation, &c.dark_level, &c.air_level];
            terms.map(Option::as_ref)
        });
        let pixels = self.pixels.iter().flat_map(|p| {
            let own = [&p.offset, &p.line_header, &p.line_trailer, &p.line_align].map(Option::as_ref);
            let tile = p.tile.iter().flat_map(|(rows, columns)| [Some(rows), Some(columns)]);
            own.into_iter().chain(tile).chain(p.lines.iter().map(|(_, formula)| Some(formula)))
        });
        let payloads = self.payloads.iter().flat_map(|p| [p.offset.as_ref(), p.length.as_ref(), Some(&p.size)]);
        fields.chain(payloads).chain(views).chain(channels).chain(pixels).flatten()
    }
}

/// One file of a scan.
#[derive(Debug, Clone)]
pub(super) struct FilePlan {
    pub(super) id: String,
    pub(super) pattern: Option<String>,
    pub(super) text: TextPlan,
    pub(super) optional: bool,
    pub(super) trailing: bool,
    pub(super) many: bool,
    /// Bytes at the start of each of several files that are not joined.
    pub(super) skip: u64,
    pub(super) marks: Vec<Mark>,
    pub(super) line: String,
}

/// How the text of a file is read.
#[derive(Debug, Clone)]
pub(super) struct TextPlan {
    pub(super) format: FileFormat,
    pub(super) encoding: Encoding,
    pub(super) separator: Option<String>,
    pub(super) delimiter: u8,
    pub(super) header: bool,
    pub(super) columns: Vec<FixedField>,
}

impl TextPlan {
    /// Reads a format in UTF-8 with the usual separators.
    pub(super) fn plain(format: FileFormat) -> Self {
        Self { format, encoding: Encoding::Utf8, separator: None, delimiter: b',', header: true, columns: Vec::new() }
    }
}

/// A compressed part of a file.
#[derive(Debug, Clone)]
pub(super) struct PayloadPlan {
    pub(super) id: String,
    /// Index of the file.
    pub(super) file: usize,
    pub(super) offset: Option<Formula>,
    pub(super) length: Option<Formula>,
    pub(super) codec: Codec,
    pub(super) size: Formula,
    pub(super) trailing: bool,
}

/// A picture or document.
#[derive(Debug, Clone)]
pub(super) struct MediaPlan {
    /// Index of the file.
    pub(super) file: usize,
    pub(super) kind: MediaKind,
    pub(super) media_type: Option<String>,
    pub(super) personal_data: bool,
    pub(super) line: String,
}

/// Content by which a file is known.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    Bytes { offset: u64, bytes: Vec<u8> },
    Root { name: String, namespace: Option<String> },
    Section(String),
    Key(String),
    Hdf5 { place: Place, text: Option<String> },
    Name(String),
}

impl Mark {
    /// Returns whether the mark is one of the content.
    pub(super) fn is_content(&self) -> bool {
        !matches!(self, Self::Name(_))
    }
}

/// An expression and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Formula {
    pub(super) expression: Expression,
    pub(super) line: String,
}

/// A named value.
#[derive(Debug, Clone)]
pub(super) struct FieldPlan {
    pub(super) name: String,
    pub(super) from: FieldFrom,
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) line: String,
}

/// Where a named value comes from.
#[derive(Debug, Clone)]
pub(super) enum FieldFrom {
    Header {
        /// File, or payload behind the files.
        stream: usize,
        offset: Formula,
        kind: FieldType,
        endian: Endian,
        length: Option<Formula>,
        encoding: Encoding,
    },
    Sidecar(ElementPath),
    /// Size of a dataset of an HDF5 file along an axis.
    Axis {
        file: usize,
        dataset: String,
        axis: usize,
    },
    Computed(Formula),
}

/// One view.
#[derive(Debug, Clone)]
pub(super) struct ViewPlan {
    pub(super) kind: ViewKind,
    pub(super) modality: Modality,
    pub(super) name: Option<String>,
    pub(super) rows: Formula,
    pub(super) columns: Formula,
    pub(super) channels: Vec<ChannelPlan>,
}

/// One channel.
#[derive(Debug, Clone)]
pub(super) struct ChannelPlan {
    pub(super) id: ChannelId,
    pub(super) role: ChannelRole,
    pub(super) quantity: Quantity,
    pub(super) measurement_grade: bool,
    pub(super) unit: Option<String>,
    pub(super) energy: Option<Formula>,
    pub(super) bit_depth: Option<Formula>,
    pub(super) scale: Option<Formula>,
    pub(super) offset: Option<Formula>,
    pub(super) no_data: Option<Formula>,
    pub(super) saturation: Option<Formula>,
    pub(super) dark_level: Option<Formula>,
    pub(super) air_level: Option<Formula>,
}

/// A block of samples.
#[derive(Debug, Clone)]
pub(super) struct PixelsPlan {
    /// File, or payload behind the files.
    pub(super) stream: usize,
    pub(super) view: usize,
    /// Indices of the channels in the view; none for samples that are no channel.
    pub(super) channels: Vec<Option<usize>>,
    /// Dataset of an HDF5 file; absent for a file of bytes.
    pub(super) dataset: Option<DatasetPlan>,
    pub(super) offset: Option<Formula>,
    /// Type of a sample in a file of bytes; that of a dataset stands in the file.
    pub(super) sample_type: SampleType,
    pub(super) endian: Endian,
    pub(super) order: PixelOrder,
    pub(super) interleave: Interleave,
    pub(super) line_header: Option<Formula>,
    pub(super) line_trailer: Option<Formula>,
    pub(super) line_align: Option<Formula>,
    /// Bits of a packed sample; none for whole bytes.
    pub(super) packed: Option<u32>,
    pub(super) packing: Packing,
    /// Rows and columns of a tile.
    pub(super) tile: Option<(Formula, Formula)>,
    /// What the lines are; empty when all are image.
    pub(super) lines: Vec<(LinesPart, Formula)>,
    pub(super) line: String,
}

/// Samples in a dataset.
#[derive(Debug, Clone)]
pub(super) struct DatasetPlan {
    pub(super) path: String,
    /// Index on the leading axes that are neither channels, rows nor lines.
    pub(super) index: Vec<usize>,
}

/// Where a value goes.
#[derive(Debug, Clone)]
pub(super) struct MapPlan {
    pub(super) target: Target,
    pub(super) sources: Vec<MapSource>,
    pub(super) conversion: Conversion,
    pub(super) required: bool,
    pub(super) line: String,
}

/// Where a value comes from.
#[derive(Debug, Clone)]
pub(super) enum MapSource {
    Field(usize),
    Element(ElementPath),
    Constant(String),
    /// Constant of the site, by its name.
    Site(String),
}
