//! Every name, code, version and constant of the HDF5 layout (`schemas/layout.md`).
//!
//! An administration that holds the WCO text can align the layout here; nothing else in the crate spells a path or an
//! attribute of the file.

use std::fmt;

use crate::model::PlaneKey;
use crate::model::PlanePart;

/// Root attribute that labels the file.
pub const ATTR_PROFILE: &str = "uff_profile";
/// Value of [`ATTR_PROFILE`].
pub const PROFILE: &str = "open HDF5 profile of the UFF data model, not the WCO byte layout";
/// Root attribute that holds the [`LayoutVersion`].
pub const ATTR_LAYOUT_VERSION: &str = "uff_layout_version";
/// Root attribute that holds the major version of the metadata document.
pub const ATTR_METADATA_VERSION: &str = "uff_metadata_version";
/// Root attribute that holds the scan identifier.
pub const ATTR_SCAN_ID: &str = "uff_scan_id";

/// Dataset of the metadata document.
pub const METADATA: &str = "metadata";
/// Dataset of the integrity list.
pub const INTEGRITY: &str = "integrity";
/// Group of the views.
pub const VIEWS: &str = "views";
/// Group of the channels of a view.
pub const CHANNELS: &str = "channels";
/// Group of the calibration lines of a view.
pub const CALIBRATION: &str = "calibration";
/// Group of the derived material arrays of a view.
pub const MATERIAL: &str = "material";
/// Group of the overviews of a view.
pub const OVERVIEWS: &str = "overviews";
/// Group of radiation data.
pub const RADIATION: &str = "radiation";
/// Group of pictures and documents.
pub const MEDIA: &str = "media";
/// Group of vendor content.
pub const VENDOR: &str = "vendor";
/// Group, inside [`VENDOR`], of the bytes of original files that no sample covers.
pub const ORIGINALS: &str = "originals";
/// Dataset of the dark lines of a channel.
pub const DARK: &str = "dark";
/// Dataset of the air lines of a channel.
pub const AIR: &str = "air";

/// Rows and columns of a full chunk.
pub const CHUNK: usize = 256;
/// Overviews are made until the longer side is at most this many samples.
pub const SMALLEST_OVERVIEW: usize = 256;

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
    let factor = 1_u64.checked_shl(level).unwrap_or(0);
    match full.splitn(3, '/').nth(2) {
        Some(inside) => format!("{VIEWS}/{}/{OVERVIEWS}/{inside}/{factor}", key.view()),
        None => full,
    }
}
