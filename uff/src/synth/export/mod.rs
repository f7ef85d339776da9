//! Deliveries as invented vendors would write them.
//!
//! The vendors do not exist. Their conventions differ in all that differs between real ones: byte order, what a file
//! stores one after another, where dark and air lines stand, units, dates, codes. The profiles in `samples/profiles`
//! read them back; nothing in this crate knows these formats but their writers here.

mod kestrane;
mod orsolvik;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::render::Rendering;
use crate::error::{Code, Direction, Error, Result};

/// Invented vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vendor {
    /// Orsolvik Portal Works: one little-endian file of planes, row by row, with a binary header; XML sidecar.
    Orsolvik,
    /// Kestrane Imaging: one big-endian file of pulses, line by line, energies alternating, led by dark and air lines;
    /// INI sidecar.
    Kestrane,
}

/// One file of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedFile {
    /// Name inside the delivery.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

impl Vendor {
    /// All vendors.
    pub const ALL: [Self; 2] = [Self::Orsolvik, Self::Kestrane];

    /// Returns the name, as the profile and the command line use it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Orsolvik => "orsolvik",
            Self::Kestrane => "kestrane",
        }
    }
}

impl std::str::FromStr for Vendor {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|v| v.name() == text).ok_or_else(|| {
            Error::new(Code::Usage, "no such vendor")
                .expected(Self::ALL.map(Self::name).join(" or "))
                .found(format!("{:?}", text.chars().take(40).collect::<String>()))
        })
    }
}

/// Returns the files of a delivery, without the truth.
///
/// # Errors
/// `scene.value` when a side of the picture does not fit the format's header.
pub fn delivery(scan: &Rendering, vendor: Vendor) -> Result<Vec<ExportedFile>> {
    match vendor {
        Vendor::Orsolvik => orsolvik::files(scan),
        Vendor::Kestrane => kestrane::files(scan),
    }
}

/// Writes a delivery into `folder`/delivery and the truth into `folder`/truth.json; returns the paths.
///
/// # Errors
/// `target.exists` when one of the files exists, `io.*` when writing fails, and those of [`delivery`].
pub fn export(scan: &Rendering, vendor: Vendor, folder: &Path) -> Result<Vec<PathBuf>> {
    let inner = folder.join("delivery");
    std::fs::create_dir_all(&inner).map_err(|e| Error::io(Direction::Write, &inner, e))?;
    let mut written = Vec::new();
    for file in delivery(scan, vendor)? {
        written.push(write_new(inner.join(&file.name), &file.bytes)?);
    }
    written.push(write_new(folder.join("truth.json"), &scan.truth.to_json()?)?);
    Ok(written)
}

/// Writes a file that must not exist yet; nothing is left of it when writing fails.
fn write_new(path: PathBuf, bytes: &[u8]) -> Result<PathBuf> {
    use std::io::Write;
    let fail = |e| Error::io(Direction::Write, &path, e);
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&path).map_err(fail)?;
    if let Err(e) = file.write_all(bytes).and_then(|()| file.sync_all()) {
        drop(file);
        // The failure to write is what matters; one to clean up would hide it.
        std::fs::remove_file(&path).ok();
        return Err(fail(e));
    }
    Ok(path)
}

/// Name of a scan as a file name: everything but letters, digits and hyphens becomes a hyphen.
fn file_stem(scan: &Rendering) -> String {
    let number = scan.paperwork.scan_number.as_str();
    let chosen = if number.is_empty() { scan.truth.scene.as_str() } else { number };
    chosen.chars().take(60).map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

/// Size of a pixel in the middle plane along x and z, mm.
fn pitch(scan: &Rendering) -> (f64, f64) {
    let image = &scan.scanner.image;
    (image.length / f64::from(image.columns), (image.top - image.bottom) / f64::from(image.rows))
}

/// Checks that a number fits the field of a header.
fn fits<T: TryFrom<usize>>(number: usize, what: &str) -> Result<T> {
    T::try_from(number)
        .map_err(|_| Error::new(Code::SceneValue, format!("{what} does not fit the vendor's header")).found(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Budget;
    use crate::synth::{RenderOptions, Scene, render};

    fn small() -> Rendering {
        let options = RenderOptions { rows: Some(12), columns: Some(20), rays: 1, seed: 3 };
        render(&Scene::preset("container").unwrap(), &options, &Budget::default()).unwrap()
    }

    #[test]
    fn existing_files_are_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let written = export(&small(), Vendor::Kestrane, folder.path()).unwrap();
        assert!(written.len() == 3 && written.iter().all(|p| p.is_file()));
        let again = export(&small(), Vendor::Kestrane, folder.path()).unwrap_err();
        assert_eq!(again.code(), Code::TargetExists);
        assert_eq!("acme".parse::<Vendor>().unwrap_err().code(), Code::Usage);
    }

    #[test]
    fn text_of_a_scene_cannot_break_out_of_its_place() {
        let mut scan = small();
        scan.paperwork.scan_number = "../../x<&\"\n".into();
        scan.paperwork.operator = "</Operator>]\n[Scan]\nkey=1 & \"x\"".into();
        for vendor in Vendor::ALL {
            for file in delivery(&scan, vendor).unwrap() {
                assert!(!file.name.contains(['/', '\\', '<', '\n']), "{}", file.name);
                let text = String::from_utf8_lossy(&file.bytes);
                let escape = if file.name.ends_with(".xml") { "</Operator>]" } else { "\n[Scan]\nkey" };
                assert!(!text.contains(escape), "{}", file.name);
            }
        }
    }
}
