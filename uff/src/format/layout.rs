//! Every name, code, version and constant of the HDF5 layout (`schemas/layout.md`).
//!
//! An administration that holds the WCO text can align the layout here; nothing else in the crate spells a path or an
//! attribute of the file.

use std::fmt;
use std::str::FromStr;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::CodeList;
use crate::model::PlaneKey;
use crate::model::PlanePart;
use crate::model::Quantity;
use crate::model::identifier::ChannelId;

/// Declares names of the layout and lists them all, so that a test finds each in `schemas/layout.md`.
macro_rules! names {
    ($( $(#[$doc:meta])* $name:ident = $text:literal; )+) => {
        $( $(#[$doc])* pub const $name: &str = $text; )+

        /// Every name of a group, dataset or attribute, and every fixed value of an attribute.
        pub const NAMES: &[&str] = &[$( $text ),+];
    };
}

names! {
    /// Root attribute that labels the file.
    ATTR_PROFILE = "uff_profile";
    /// Value of [`ATTR_PROFILE`].
    PROFILE = "open HDF5 profile of the UFF data model, not the WCO byte layout";
    /// Root attribute that holds the [`LayoutVersion`].
    ATTR_LAYOUT_VERSION = "uff_layout_version";
    /// Root attribute that holds the major version of the metadata document.
    ATTR_METADATA_VERSION = "uff_metadata_version";
    /// Root attribute that holds the scan identifier.
    ATTR_SCAN_ID = "uff_scan_id";

    /// Dataset of the metadata document.
    METADATA = "metadata";
    /// Dataset of the integrity list.
    INTEGRITY = "integrity";
    /// Group of the views.
    VIEWS = "views";
    /// Group of the channels of a view.
    CHANNELS = "channels";
    /// Group of the calibration lines of a view.
    CALIBRATION = "calibration";
    /// Group of the derived material arrays of a view.
    MATERIAL = "material";
    /// Group of the overviews of a view.
    OVERVIEWS = "overviews";
    /// Group of radiation data.
    RADIATION = "radiation";
    /// Group of pictures and documents.
    MEDIA = "media";
    /// Group of vendor content.
    VENDOR = "vendor";
    /// Group, inside [`VENDOR`], of the bytes of original files that no sample covers.
    ORIGINALS = "originals";
    /// Dataset of the dark lines of a channel.
    DARK = "dark";
    /// Dataset of the air lines of a channel.
    AIR = "air";

    /// Attribute of an array: what a sample means, a code of the metadata document.
    ATTR_QUANTITY = "quantity";
    /// Attribute of an array: unit of offset + scale · sample.
    ATTR_UNITS = "units";
    /// Attribute of an array: scale from sample to value.
    ATTR_SCALE = "scale_factor";
    /// Attribute of an array: offset from sample to value.
    ATTR_OFFSET = "add_offset";
    /// Attribute of an array: sample that marks "no data".
    ATTR_NO_DATA = "no_data";
    /// Attribute of an array: what its axes are.
    ATTR_AXES = "axes";
    /// Value of [`ATTR_AXES`] of an image.
    AXES_IMAGE = "row,column";
    /// Value of [`ATTR_AXES`] of dark and air lines.
    AXES_LINES = "row,line";
    /// Attribute of an overview: samples of the full image per sample and axis.
    ATTR_FACTOR = "factor";
    /// Attribute of an overview: how samples were averaged.
    ATTR_AVERAGING = "averaging";
    /// [`ATTR_AVERAGING`]: mean of the samples.
    AVERAGING_MEAN = "mean";
    /// [`ATTR_AVERAGING`]: mean of the transmission exp(-value), stored as log attenuation.
    AVERAGING_TRANSMISSION = "mean-of-transmission";
    /// [`ATTR_AVERAGING`]: most frequent code.
    AVERAGING_MAJORITY = "majority";

    /// HDF5 Image attribute: class of the dataset.
    ATTR_CLASS = "CLASS";
    /// Value of [`ATTR_CLASS`].
    CLASS_IMAGE = "IMAGE";
    /// HDF5 Image attribute: version of that specification.
    ATTR_IMAGE_VERSION = "IMAGE_VERSION";
    /// Value of [`ATTR_IMAGE_VERSION`].
    IMAGE_VERSION = "1.2";
    /// HDF5 Image attribute: kind of image.
    ATTR_IMAGE_SUBCLASS = "IMAGE_SUBCLASS";
    /// Value of [`ATTR_IMAGE_SUBCLASS`].
    IMAGE_SUBCLASS = "IMAGE_GRAYSCALE";
    /// HDF5 Image attribute: whether the smallest sample is white.
    ATTR_WHITE_IS_ZERO = "IMAGE_WHITE_IS_ZERO";
    /// HDF5 Image attribute: where row 0 and column 0 are shown.
    ATTR_DISPLAY_ORIGIN = "DISPLAY_ORIGIN";
    /// Value of [`ATTR_DISPLAY_ORIGIN`]: upper left.
    DISPLAY_ORIGIN = "UL";
}

/// Attributes that this software writes itself; any other is carried through.
pub const ATTRIBUTES: &[&str] = &[
    ATTR_PROFILE,
    ATTR_LAYOUT_VERSION,
    ATTR_METADATA_VERSION,
    ATTR_SCAN_ID,
    ATTR_QUANTITY,
    ATTR_UNITS,
    ATTR_SCALE,
    ATTR_OFFSET,
    ATTR_NO_DATA,
    ATTR_AXES,
    ATTR_FACTOR,
    ATTR_AVERAGING,
    ATTR_CLASS,
    ATTR_IMAGE_VERSION,
    ATTR_IMAGE_SUBCLASS,
    ATTR_WHITE_IS_ZERO,
    ATTR_DISPLAY_ORIGIN,
];

/// Rows and columns of a full chunk of an array; smaller arrays have one chunk of their own size along that axis.
pub const CHUNK: usize = 256;
/// Bytes of a full chunk of a blob.
pub const BLOB_CHUNK: usize = 1 << 18;
/// Values of a full chunk of a time series.
pub const SERIES_CHUNK: usize = 1 << 15;
/// Overviews are made until the longer side is at most this many samples.
pub const SMALLEST_OVERVIEW: usize = 256;
/// Longest name of a blob or series, in bytes.
pub const NAME_LIMIT: usize = 255;

/// Version of the HDF5 layout; readers branch on the major number and tolerate any minor one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayoutVersion {
    /// Changes that old readers cannot follow.
    pub major: u32,
    /// Changes that old readers carry through.
    pub minor: u32,
}

/// Layout version written by this software.
pub const LAYOUT_VERSION: LayoutVersion = LayoutVersion { major: 1, minor: 0 };

impl fmt::Display for LayoutVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for LayoutVersion {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let parts = text.split_once('.').and_then(|(a, b)| Some((number(a)?, number(b)?)));
        match parts {
            Some((major, minor)) => Ok(Self { major, minor }),
            None => Err(Error::new(Code::UffVersion, "not a layout version")
                .expected("major.minor")
                .found(format!("{text:?}"))),
        }
    }
}

/// What a path of the layout stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// A group.
    Group,
    /// The metadata document.
    Metadata,
    /// The integrity list.
    Integrity,
    /// An array and its overview level; level 0 is the full size.
    Plane(PlaneKey, u32),
    /// Opaque bytes, or in [`RADIATION`] a time series.
    Blob,
}

/// Returns what a path without a leading slash stands for, none when the layout does not know it.
pub fn classify(path: &str) -> Option<Known> {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [""] | [VIEWS] | [MEDIA] | [RADIATION] | [VENDOR] | [VENDOR, ORIGINALS] => Some(Known::Group),
        [METADATA] => Some(Known::Metadata),
        [INTEGRITY] => Some(Known::Integrity),
        [MEDIA | RADIATION | VENDOR, name] | [VENDOR, ORIGINALS, name] if is_name(name) => Some(Known::Blob),
        [VIEWS, view, inside @ ..] => classify_view(number(view)?, inside),
        _ => None,
    }
}

fn classify_view(view: u32, inside: &[&str]) -> Option<Known> {
    let channel = |id: &str, part| Some(PlaneKey::Channel { view, channel: ChannelId::new(id).ok()?, part });
    let material = |code: &str| {
        let quantity = Quantity::from_code(code);
        is_name(code).then_some(PlaneKey::Material { view, quantity })
    };
    match inside {
        [] | [CHANNELS | CALIBRATION | MATERIAL | OVERVIEWS] | [OVERVIEWS, CHANNELS | MATERIAL] => Some(Known::Group),
        [CHANNELS, id] => Some(Known::Plane(channel(id, PlanePart::Samples)?, 0)),
        [CALIBRATION, id] => channel(id, PlanePart::Dark).map(|_| Known::Group),
        [CALIBRATION, id, DARK] => Some(Known::Plane(channel(id, PlanePart::Dark)?, 0)),
        [CALIBRATION, id, AIR] => Some(Known::Plane(channel(id, PlanePart::Air)?, 0)),
        [MATERIAL, code] => Some(Known::Plane(material(code)?, 0)),
        [OVERVIEWS, CHANNELS, id] => channel(id, PlanePart::Samples).map(|_| Known::Group),
        [OVERVIEWS, MATERIAL, code] => material(code).map(|_| Known::Group),
        [OVERVIEWS, CHANNELS, id, factor] => Some(Known::Plane(channel(id, PlanePart::Samples)?, level(factor)?)),
        [OVERVIEWS, MATERIAL, code, factor] => Some(Known::Plane(material(code)?, level(factor)?)),
        _ => None,
    }
}

/// Reads a number in its shortest decimal form.
fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|n: &u32| n.to_string() == text)
}

/// Reads the factor of an overview: a power of two from 2 on.
fn level(factor: &str) -> Option<u32> {
    number(factor).filter(|f| *f >= 2 && f.is_power_of_two()).map(u32::trailing_zeros)
}

/// Returns whether a text may name a blob, a series or a derived array.
pub fn is_name(text: &str) -> bool {
    (1..=NAME_LIMIT).contains(&text.len()) && text != "." && text != ".." && !text.contains(['/', '\0'])
}

/// Returns the path of the dataset of a plane, without a leading slash; level 0 is the full size, 1 is ÷2, 2 is ÷4.
pub fn plane_path(key: &PlaneKey, level: u32) -> String {
    let full = match key {
        PlaneKey::Channel { view, channel, part: PlanePart::Samples } => format!("{VIEWS}/{view}/{CHANNELS}/{channel}"),
        PlaneKey::Channel { view, channel, part } => format!("{VIEWS}/{view}/{CALIBRATION}/{channel}/{part}"),
        PlaneKey::Material { view, quantity } => format!("{VIEWS}/{view}/{MATERIAL}/{quantity}"),
    };
    if level == 0 {
        return full;
    }
    let factor = 1_u64.checked_shl(level).unwrap_or(u64::MAX);
    match full.splitn(3, '/').nth(2) {
        Some(inside) => format!("{VIEWS}/{}/{OVERVIEWS}/{inside}/{factor}", key.view()),
        None => full,
    }
}

/// Returns rows and columns of the chunks of an array of this shape.
pub fn chunk_of(shape: (usize, usize)) -> (usize, usize) {
    (shape.0.clamp(1, CHUNK), shape.1.clamp(1, CHUNK))
}

/// Returns the shapes of the overviews of an image, ÷2 first: each side is halved and rounded up until the longer one
/// is at most [`SMALLEST_OVERVIEW`].
pub fn overview_shapes(shape: (usize, usize)) -> Vec<(usize, usize)> {
    let mut shapes = Vec::new();
    let mut current = shape;
    while current.0.max(current.1) > SMALLEST_OVERVIEW {
        current = (current.0.div_ceil(2), current.1.div_ceil(2));
        shapes.push(current);
    }
    shapes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specification_names_every_name() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/layout.md");
        let text = std::fs::read_to_string(page).unwrap_or_default();
        let missing: Vec<_> = NAMES.iter().filter(|n| !text.contains(&format!("`{n}`"))).collect();
        assert!(missing.is_empty(), "schemas/layout.md does not name {missing:?}");
        assert!(
            text.contains(&format!("layout version **{LAYOUT_VERSION}**")),
            "schemas/layout.md has another version"
        );
    }

    #[test]
    fn paths_are_read_back() {
        let channel = ChannelId::new("high").ok();
        let mut keys = vec![PlaneKey::Material { view: 3, quantity: Quantity::MaterialClass }];
        for part in [PlanePart::Samples, PlanePart::Dark, PlanePart::Air] {
            keys.extend(channel.clone().map(|channel| PlaneKey::Channel { view: 12, channel, part }));
        }
        assert_eq!(keys.len(), 4);
        for key in keys {
            assert_eq!(classify(&plane_path(&key, 0)), Some(Known::Plane(key.clone(), 0)));
        }
        assert_eq!(
            plane_path(&PlaneKey::Material { view: 3, quantity: Quantity::MaterialClass }, 2),
            "views/3/overviews/material/class/4"
        );
        let overview = classify("views/0/overviews/channels/high/8");
        assert_eq!(overview, channel.map(|c| Known::Plane(PlaneKey::samples(0, c), 3)));
    }

    #[test]
    fn strange_paths_are_unknown() {
        for path in
            ["views/01", "views/x", "views/0/channels/High", "views/0/overviews/channels/high/3", "media/..", "other"]
        {
            assert_eq!(classify(path), None, "{path}");
        }
    }

    #[test]
    fn overviews_end_at_a_thumbnail() {
        assert_eq!(overview_shapes((1024, 4096)), [(512, 2048), (256, 1024), (128, 512), (64, 256)]);
        assert_eq!(overview_shapes((256, 256)), []);
        assert_eq!(overview_shapes((1, 257)), [(1, 129)]);
    }
}
