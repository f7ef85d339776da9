//! Tests of the profile engine on small deliveries made here, byte by byte.

mod carriers;
mod drafting;
mod hdf5;
mod mistakes;
mod reading;
mod sizes;

use std::sync::Arc;

pub(super) use crate::testing::GANTRY_PROFILE as PROFILE;
use crate::testing::GANTRY_SIDECAR as SIDECAR;
use crate::testing::gantry_pixels as pixel_file;

use super::Profile;
use crate::source::{MemorySource, ReadAt};
use crate::vendor::Delivery;

fn delivery(files: &[(&str, &[u8])]) -> Delivery {
    let file = |(name, bytes): &(&str, &[u8])| {
        let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new(*name, *bytes));
        ((*name).to_owned(), source)
    };
    Delivery::from_files("delivery", files.iter().map(file).collect()).unwrap()
}

fn gantry() -> Delivery {
    delivery(&[("scan.xml", SIDECAR.as_bytes()), ("scan.raw", &pixel_file())])
}

fn profile(text: &str) -> Profile {
    Profile::parse(text, "profile.toml").unwrap()
}
