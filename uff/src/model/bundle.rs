//! A scan together with its samples and blobs: what readers give and the writer takes.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::identifier::ChannelId;
use super::{ForeignObject, PlanePart, Quantity, Samples, Scan};
use crate::source::ReadAt;

/// Address of an array of samples in a scan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaneKey {
    /// An array of a channel: the image, its dark or its air lines.
    Channel {
        /// Index of the view.
        view: u32,
        /// Channel.
        channel: ChannelId,
        /// Which array; dark and air lines are `[row, line]`.
        part: PlanePart,
    },
    /// A derived material array.
    Material {
        /// Index of the view.
        view: u32,
        /// What it holds.
        quantity: Quantity,
    },
}

impl PlaneKey {
    /// Addresses the image of a channel.
    pub fn samples(view: u32, channel: ChannelId) -> Self {
        Self::Channel { view, channel, part: PlanePart::Samples }
    }

    /// Returns the index of the view.
    pub fn view(&self) -> u32 {
        match self {
            Self::Channel { view, .. } | Self::Material { view, .. } => *view,
        }
    }
}

impl fmt::Display for PlaneKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel { view, channel, part: PlanePart::Samples } => write!(f, "view {view} channel {channel}"),
            Self::Channel { view, channel, part } => write!(f, "view {view} channel {channel} {part} lines"),
            Self::Material { view, quantity } => write!(f, "view {view} material {quantity}"),
        }
    }
}

/// Opaque bytes: media, vendor content, the rest of original files, an N42 document.
#[derive(Clone, Default)]
pub struct Blobs(BTreeMap<String, Arc<dyn ReadAt>>);

impl Blobs {
    /// Adds bytes under their dataset path, such as `media/plate` or `vendor/originals/0`.
    pub fn insert(&mut self, path: impl Into<String>, bytes: Arc<dyn ReadAt>) {
        self.0.insert(path.into(), bytes);
    }

    /// Returns the bytes under a path.
    pub fn get(&self, path: &str) -> Option<&Arc<dyn ReadAt>> {
        self.0.get(path)
    }

    /// Iterates in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<dyn ReadAt>)> {
        self.0.iter().map(|(k, v)| (k.as_str(), v))
    }
}

/// A scan together with its samples and blobs.
#[derive(Clone, Default)]
pub struct Bundle {
    /// Everything known about the scan.
    pub scan: Scan,
    /// Arrays of samples by address.
    pub planes: BTreeMap<PlaneKey, Arc<dyn Samples>>,
    /// Opaque bytes by dataset path.
    pub blobs: Blobs,
    /// Time series of the radiation portal by name, in the unit that the metadata state.
    pub series: BTreeMap<String, Arc<[f64]>>,
    /// What a file held that this version does not know, written back unchanged.
    pub foreign: Vec<ForeignObject>,
}
