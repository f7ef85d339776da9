//! An image found in a delivery, before its role is known.

use std::sync::Arc;

use crate::error::Error;
use crate::model::{ChannelRole, SampleType, Samples};
use crate::units::Millimetres;
use crate::vendor::Placement;

/// An image found in a delivery.
pub(in crate::vendor) struct Image {
    /// Index of the file in the delivery.
    pub(in crate::vendor) file: usize,
    /// What the caller names it by: the file, or the file and the number of the image in it, as in `scan.tif#2`.
    pub(in crate::vendor) name: String,
    /// What its file calls it, such as the name of a page; may be empty.
    pub(in crate::vendor) label: String,
    /// The samples.
    pub(in crate::vendor) samples: Arc<dyn Samples>,
    /// Where the samples lie in the file, when they lie at regular distances.
    pub(in crate::vendor) placement: Option<Placement>,
    /// Number of significant bits of an integer sample.
    pub(in crate::vendor) bit_depth: Option<u32>,
    /// Whether it is rather a table than an image of a scan: it is taken only when it is named.
    pub(in crate::vendor) table: bool,
    /// Whether it comes from a format for pictures, in which 8 bits are made for display.
    pub(in crate::vendor) picture: bool,
    /// Pixel size between rows that its file states, mm.
    pub(in crate::vendor) pitch_rows: Option<Millimetres>,
    /// Pixel size between columns that its file states, mm.
    pub(in crate::vendor) pitch_columns: Option<Millimetres>,
    /// What the image is for, once chosen.
    pub(in crate::vendor) role: ChannelRole,
}

impl Image {
    /// Returns rows and columns.
    pub(in crate::vendor) fn shape(&self) -> (usize, usize) {
        self.samples.shape()
    }

    /// Returns whether the samples are grey values made for display rather than readings.
    pub(in crate::vendor) fn is_display(&self) -> bool {
        self.picture && self.samples.sample_type() == SampleType::U8
    }
}

/// The images of a delivery, and those that could not be read.
#[derive(Default)]
pub(in crate::vendor) struct Found {
    /// The images, in the order of the files.
    pub(in crate::vendor) images: Vec<Image>,
    /// Names of images that are damaged or not handled, and why; they matter only when named, or when there is no other.
    pub(in crate::vendor) unusable: Vec<(String, Error)>,
}
