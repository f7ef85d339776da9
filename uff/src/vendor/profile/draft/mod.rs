//! First draft of a profile for a delivery that no profile describes.
//!
//! The pixel file is guessed from statistics alone: the two bytes of a 16-bit sample differ in smoothness, a line of the
//! scan resembles the line before it, and pulses of alternating energy resemble the pulse before the last one more.
//! In an HDF5 file, names and sizes of its datasets tell more than statistics would.
//! Every guess states its reason in the draft. A person then corrects the draft with the vendor's interface document.

mod hdf5;
mod signal;
mod write;

use super::files::root_element;
use super::text::Encoding;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::vendor::hdf5::is_foreign;
use crate::vendor::{Delivery, DeliveryFile};
use signal::Guess;

/// Bytes of the pixel file that the statistics look at.
const WINDOW: usize = 1 << 20;

/// First draft of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The profile as TOML, with the reasons as comments.
    pub text: String,
    /// Why each guess was made.
    pub reasons: Vec<String>,
}

/// Drafts a profile called `name` from a delivery.
///
/// # Errors
/// `input.unrecognized` when no file looks like samples; `io.*`; `hdf5.*` when an HDF5 file is damaged.
pub fn draft(delivery: &Delivery, name: &str, budget: &Budget) -> Result<Draft> {
    for file in delivery.files() {
        if is_foreign(file)? {
            return hdf5::draft(name, file, budget);
        }
    }
    let mut sidecar = None;
    let mut pixels: Option<&DeliveryFile> = None;
    for file in delivery.files() {
        let head = file.head(4096)?;
        let found = kind(&head);
        if let Some(found) = found {
            sidecar.get_or_insert((file, found));
        } else if pixels.is_none_or(|p| file.size() > p.size()) {
            pixels = Some(file);
        }
    }
    let unusable = || {
        Error::new(Code::InputUnrecognized, "no file of the delivery looks like samples")
            .file(delivery.name())
            .expected("a binary file of at least 4096 bytes in which lines resemble each other")
            .hint("Write the profile by hand; `uff schema profile` prints its schema.")
    };
    let pixels = pixels.filter(|p| p.size() >= 4096).ok_or_else(unusable)?;
    let count = (pixels.size() as usize).min(WINDOW) & !1;
    budget.charge(16 * count as u64, "a part of the pixel file")?;
    let start = ((pixels.size() - count as u64) / 2) & !1;
    let mut bytes = vec![0; count];
    pixels.source().read_exact_at(start, &mut bytes)?;
    let guess = Guess::of(&bytes).ok_or_else(unusable);
    budget.release(16 * count as u64);
    write::draft(name, pixels, sidecar, &guess?, budget)
}

/// Kind of a sidecar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SidecarKind {
    Xml,
    Ini,
}

fn kind(head: &[u8]) -> Option<SidecarKind> {
    let text = String::from_utf8_lossy(head);
    if root_element(&text).is_some() {
        return Some(SidecarKind::Xml);
    }
    let text = Encoding::Utf8.decode(head)?;
    let section = |line: &str| line.trim().starts_with('[') && line.trim().ends_with(']');
    text.lines().any(section).then_some(SidecarKind::Ini)
}
