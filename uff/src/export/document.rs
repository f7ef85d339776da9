//! The metadata document that goes along with exported arrays.
//!
//! Formats for pixels carry the whole document as text (as OME-TIFF does), so that the readers of this software take
//! everything back. What it refers to and the export leaves out - blobs, series, the files of the original delivery - is
//! taken out of it, and named in the losses.

use super::Carried;
use super::account;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Loss;
use crate::model::LossKind;
use crate::model::PlaneKey;
use crate::model::PlanePart;
use crate::model::Provenance;
use crate::model::Scan;
use crate::model::digest_samples;
use crate::xml::MetadataVersion;
use crate::xml::write_scan;

/// Elements that stay. The identifier is that of the delivery, and the export becomes another one.
const ELEMENTS: &[&str] = &[
    "identity/scannerScanId",
    "identity/start",
    "identity/end",
    "identity/received",
    "identity/clock",
    "identity/operatorOrganisation",
    "identity/site",
    "identity/releasableTo",
    "system",
    "object",
    "trade",
    "view",
    "radiation/start",
    "radiation/interval",
    "radiation/alarm",
    "findings",
    "annotation",
    "vendorItem/origin",
    "vendorItem/text",
    "provenance/loss",
];

/// The document of an export, and what the export leaves out.
pub(super) struct Document {
    /// UTF-8 text.
    pub(super) text: String,
    pub(super) losses: Vec<Loss>,
}

/// Returns the arrays of a scan that `fits` lets through: images in the order of the views and channels, then derived
/// arrays, then calibration lines.
///
/// # Errors
/// `export.unsupported` when a view keeps none of its channels.
pub(super) fn planes(bundle: &Bundle, format: &str, fits: &dyn Fn(&PlaneKey) -> bool) -> Result<Vec<PlaneKey>> {
    let mut kept: Vec<PlaneKey> = Vec::new();
    for (index, view) in (0_u32..).zip(&bundle.scan.views) {
        let images = view.channels.iter().map(|c| PlaneKey::samples(index, c.id.clone()));
        let before = kept.len();
        kept.extend(images.filter(|key| bundle.planes.contains_key(key) && fits(key)));
        if kept.len() == before {
            return Err(Error::new(Code::ExportUnsupported, format!("{format} can hold no channel of a view"))
                .at(format!("view {index}")));
        }
    }
    let images = kept.len();
    let others = bundle.planes.keys().filter(|key| fits(key) && !kept.contains(key)).cloned().collect::<Vec<_>>();
    kept.extend(others);
    if let Some(others) = kept.get_mut(images..) {
        others.sort_by_key(|key| matches!(key, PlaneKey::Channel { .. }));
    }
    Ok(kept)
}

/// Makes the document that goes along with the arrays `kept`. It states the digests of images and derived arrays, so that
/// whoever reads the export sees whether they were changed.
///
/// # Errors
/// `xml.value` for content that no document can hold; `limit.bytes`; whatever the samples say.
pub(super) fn document(bundle: &Bundle, format: &str, kept: &[PlaneKey], budget: &Budget) -> Result<Document> {
    let carried = Carried { elements: ELEMENTS, planes: &|key| kept.contains(key), ..Carried::NOTHING };
    let mut losses = account(bundle, &carried, format);
    let mut scan = pruned(bundle, kept, &mut |subject| {
        let reason = format!("{format} has no place for the array it describes");
        losses.push(Loss { kind: LossKind::Dropped, subject, reason, ..Loss::default() });
    });
    for key in kept {
        let lines = matches!(key, PlaneKey::Channel { part: PlanePart::Dark | PlanePart::Air, .. });
        if let Some(samples) = bundle.planes.get(key).filter(|_| !lines) {
            scan.set_digest(key, digest_samples(&**samples, budget)?);
        }
    }
    let (bytes, rounded) = write_scan(&scan, MetadataVersion::V3)?;
    losses.extend(rounded);
    let text = String::from_utf8(bytes).map_err(|e| Error::new(Code::Internal, "metadata are not UTF-8").cause(e))?;
    Ok(Document { text, losses })
}

/// Takes out of a scan what describes arrays, blobs and series that are not there.
fn pruned(bundle: &Bundle, kept: &[PlaneKey], lost: &mut dyn FnMut(String)) -> Scan {
    let mut scan = bundle.scan.clone();
    scan.media.clear();
    for item in &mut scan.vendor {
        (item.blob, item.digest) = (None, None);
    }
    if let Some(radiation) = &mut scan.radiation {
        radiation.n42 = None;
        radiation.series.clear();
    }
    let from = scan.provenance;
    scan.provenance = Provenance { losses: from.losses, unknown: from.unknown, ..Provenance::default() };
    let gone = |key: &PlaneKey| bundle.planes.contains_key(key) && !kept.contains(key);
    for (index, view) in (0_u32..).zip(&mut scan.views) {
        let mut number = 0;
        view.channels.retain_mut(|channel| {
            let place = format!("scan/view[{index}]/channel[{number}]");
            number += 1;
            let key = |part| PlaneKey::Channel { view: index, channel: channel.id.clone(), part };
            if !kept.contains(&key(PlanePart::Samples)) {
                lost(place);
                return false;
            }
            let (dark, air) = (gone(&key(PlanePart::Dark)), gone(&key(PlanePart::Air)));
            if let Some(calibration) = &mut channel.calibration {
                if dark && calibration.dark_lines.take().is_some() {
                    lost(format!("{place}/calibration/darkLines"));
                }
                if air && calibration.air_lines.take().is_some() {
                    lost(format!("{place}/calibration/airLines"));
                }
            }
            true
        });
        if let Some(material) = &mut view.material {
            let mut number = 0;
            material.products.retain(|array| {
                let keep = !gone(&PlaneKey::Material { view: index, quantity: array.quantity.clone() });
                if !keep {
                    lost(format!("scan/view[{index}]/material/array[{number}]"));
                }
                number += 1;
                keep
            });
        }
    }
    scan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::SideFile;
    use crate::vendor::npy::METADATA;
    use crate::vendor::png;

    /// Every element that the exports leave out stands in the reference, and the names that readers go by.
    #[test]
    fn the_reference_names_what_is_dropped() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/images.md");
        let text = std::fs::read_to_string(page).unwrap_or_default();
        let carries = |path: &str| ELEMENTS.iter().any(|e| *e == path || e.starts_with(&format!("{path}/")));
        let top = Scan::SPEC.fields.iter().map(|f| f.name.to_owned()).filter(|name| !carries(name));
        let below = ["identity/scanId", "vendorItem/blob", "vendorItem/digest", "radiation/n42", "radiation/series"];
        let names = [METADATA, SideFile::NAME, png::METADATA, png::ARRAY].map(str::to_owned);
        let wanted = top.chain(below.map(str::to_owned)).chain(names);
        let missing: Vec<_> = wanted.filter(|name| !text.contains(&format!("`{name}`"))).collect();
        assert!(missing.is_empty(), "schemas/images.md does not name {missing:?}");
    }
}
