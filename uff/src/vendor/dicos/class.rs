//! Object classes: what kind of content a file holds (NEMA IIC 1, annex of SOP classes; PS3.4, B.5).

use super::part10::Part10;
use super::tags;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// Projections; whether they are made for display.
    Projection {
        /// Whether the class says that the samples are made for display.
        presentation: bool,
    },
    /// Picture of a person scanner.
    Picture,
    /// Slices of a computed tomography.
    Slices,
    /// Threat detection report.
    Report,
}

/// Root of the DICOS classes.
pub(crate) const DICOS: &str = "1.2.840.10008.5.1.4.1.1.501.";
/// Projection made for display.
pub(crate) const DX_PRESENTATION: &str = "1.2.840.10008.5.1.4.1.1.501.2.1";
/// Projection made for processing.
pub(crate) const DX_PROCESSING: &str = "1.2.840.10008.5.1.4.1.1.501.2.2";
/// What follows the class of a projection of 32-bit samples (V02A).
pub(crate) const OF_32_BITS: &str = ".1";
/// What follows the class of a projection of floating-point samples (V02A).
pub(crate) const OF_FLOATS: &str = ".3";
/// Slices of a computed tomography.
pub(crate) const CT: &str = "1.2.840.10008.5.1.4.1.1.501.1";
/// Threat detection report.
pub(crate) const TDR: &str = "1.2.840.10008.5.1.4.1.1.501.3";

/// Finds what a file holds.
///
/// # Errors
/// `dicom.unsupported` for a class that is not handled; `input.foreign` for a medical image.
pub(super) fn content(file: &Part10) -> Result<Content> {
    let refused = |message: &str| Error::new(Code::DicomUnsupported, message).file(&file.name);
    if let Some(dicos) = file.class.strip_prefix(DICOS) {
        return match dicos {
            "2.1" | "2.1.1" | "2.1.2" | "2.1.3" => Ok(Content::Projection { presentation: true }),
            "2.2" | "2.2.1" | "2.2.2" | "2.2.3" => Ok(Content::Projection { presentation: false }),
            "1" => Ok(Content::Slices),
            "3" => Ok(Content::Report),
            "4" => Ok(Content::Picture),
            "5" => Err(refused("volumes of person scanners (AIT 3D) are not handled").found(&file.class)),
            "6" => Err(refused("quadrupole resonance (QR) is not handled: it holds no image").found(&file.class)),
            _ => Err(refused("the DICOS object class is not known").found(&file.class)),
        };
    }
    let industrial = match file.class.as_str() {
        "1.2.840.10008.5.1.4.1.1.1.1" => Content::Projection { presentation: true },
        "1.2.840.10008.5.1.4.1.1.1.1.1" => Content::Projection { presentation: false },
        "1.2.840.10008.5.1.4.1.1.1" => Content::Projection { presentation: true },
        "1.2.840.10008.5.1.4.1.1.2" => Content::Slices,
        other => return Err(refused("the DICOM object class is not one of DICOS or DICONDE").found(other)),
    };
    if file.attributes().fields.keys().any(|tag| tag.group() == tags::COMPONENT_MANUFACTURER.group()) {
        return Ok(industrial);
    }
    Err(Error::new(Code::InputForeign, "the DICOM file is not an image of DICOS or DICONDE")
        .file(&file.name)
        .expected("an object class of DICOS, or an attribute of group 0014 (ASTM E2339)")
        .found(format!("class {} without any of them: perhaps a medical image", file.class))
        .hint("Keep medical images out of this archive; DICONDE images state the component in group 0014."))
}
