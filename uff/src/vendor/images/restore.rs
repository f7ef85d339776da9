//! Taking back what this software exported: arrays together with the whole metadata document.

use std::sync::Arc;

use crate::error::{Code, Error, Result};
use crate::format::layout;
use crate::limits::Budget;
use crate::model::{Bundle, Loss, LossKind, PlaneKey, PlanePart, Provenance, Samples, VendorItem, digest_samples};
use crate::vendor::{Delivery, Placed, Placement, attach_originals};
use crate::xml::{MetadataVersion, read_scan};

/// An array that an export carries.
pub(in crate::vendor) struct Carried {
    /// Which array it is.
    pub(in crate::vendor) key: PlaneKey,
    /// Index of the file in the delivery.
    pub(in crate::vendor) file: usize,
    /// The samples.
    pub(in crate::vendor) samples: Arc<dyn Samples>,
    /// Where the samples lie in the file, when they lie at regular distances.
    pub(in crate::vendor) placement: Option<Placement>,
}

impl Carried {
    /// Returns the array that a dataset path of the UFF layout names, such as `views/0/channels/high`.
    pub(in crate::vendor) fn key(path: &str) -> Option<PlaneKey> {
        match layout::classify(path)? {
            layout::Known::Plane(key, 0) => Some(key),
            _ => None,
        }
    }
}

/// Returns the name of the file of an array, without ending: its path in a UFF file with `_` for `/`, such as
/// `views_0_channels_high`.
pub fn array_name(key: &PlaneKey) -> String {
    layout::plane_path(key, 0).replace('/', "_")
}

/// Bytes looked at for the namespace of a metadata document.
const HEAD: usize = 1024;

/// Returns whether a text starts like a metadata document of a scan.
pub(in crate::vendor) fn is_document(text: &[u8]) -> bool {
    let head = text.get(..HEAD.min(text.len())).unwrap_or_default();
    MetadataVersion::ALL.iter().any(|version| {
        let name = version.namespace().as_bytes();
        head.windows(name.len()).any(|w| w == name)
    })
}

/// Makes the scan that a metadata document describes, with its arrays. The delivery is what they came in now: it gives
/// the identifier and the source files, and the identifier of the document is kept among the vendor's items. An array that
/// was changed since is noted in the losses.
///
/// # Errors
/// As [`read_scan`]; `uff.missing` for a channel without samples, `uff.inconsistent` for samples of another shape or
/// type, or an array that is there twice; `limit.*`.
pub(in crate::vendor) fn restore(
    delivery: &Delivery,
    reader: &str,
    (document, name): (&[u8], &str),
    arrays: Vec<Carried>,
    budget: &Budget,
) -> Result<Bundle> {
    let (mut scan, _) = read_scan(document, name, budget)?;
    scan.provenance = Provenance {
        reader: Some(reader.to_owned()),
        losses: scan.provenance.losses,
        unknown: scan.provenance.unknown,
        ..Provenance::default()
    };
    scan.vendor.push(VendorItem {
        origin: format!("{name}: identity/scanId"),
        text: Some(scan.identity.scan_id.to_string()),
        ..VendorItem::default()
    });
    let mut bundle = Bundle { scan, ..Bundle::default() };
    let mut placed = Vec::new();
    for Carried { key, file, samples, placement } in arrays {
        if let (Some(placement), PlaneKey::Channel { view, channel, part }) = (placement, &key) {
            placed.push(Placed { file, view: *view, channel: channel.clone(), part: part.clone(), placement });
        }
        if bundle.planes.insert(key.clone(), samples).is_some() {
            return Err(Error::new(Code::UffInconsistent, "an array is there twice").file(name).found(key));
        }
    }
    check(&bundle).map_err(|e| e.file(name))?;
    note_changes(&mut bundle, name, budget)?;
    attach_originals(&mut bundle, delivery, &placed, budget)?;
    Ok(bundle)
}

/// Notes arrays whose digest is not the one that the document states: they were changed after the export. The digest no
/// longer holds and is left out.
fn note_changes(bundle: &mut Bundle, name: &str, budget: &Budget) -> Result<()> {
    for (key, samples) in &bundle.planes {
        let Some(stated) = bundle.scan.digest_of(key) else { continue };
        let found = digest_samples(&**samples, budget)?;
        if found == stated {
            continue;
        }
        bundle.scan.set_digest(key, found);
        let (kind, subject) = (LossKind::Dropped, format!("digest of {key}"));
        let reason = format!("{name} states {stated}, the samples have {found}: they were changed after the export");
        bundle.scan.provenance.losses.push(Loss { kind, subject, reason, ..Loss::default() });
    }
    Ok(())
}

/// Compares the channels of the document with the arrays.
fn check(bundle: &Bundle) -> Result<()> {
    for (index, view) in (0..).zip(&bundle.scan.views) {
        for channel in &view.channels {
            let key = PlaneKey::samples(index, channel.id.clone());
            let Some(samples) = bundle.planes.get(&key) else {
                return Err(Error::new(Code::UffMissing, "the delivery lacks the samples of a channel").at(key));
            };
            let expected = ((view.rows as usize, view.columns as usize), channel.sample_type.clone());
            if (samples.shape(), samples.sample_type()) != expected {
                return Err(Error::new(Code::UffInconsistent, "the samples are not what the metadata say")
                    .at(key)
                    .expected(format!("{:?} of {}", expected.0, expected.1))
                    .found(format!("{:?} of {}", samples.shape(), samples.sample_type())));
            }
        }
    }
    let known = |key: &PlaneKey| match key {
        PlaneKey::Material { view, .. } => bundle.scan.views.get(*view as usize).is_some(),
        PlaneKey::Channel { view, channel, part } => bundle
            .scan
            .views
            .get(*view as usize)
            .and_then(|v| v.channels.iter().find(|c| c.id == *channel))
            .is_some_and(|c| *part == PlanePart::Samples || c.calibration.is_some()),
    };
    match bundle.planes.keys().find(|key| !known(key)) {
        Some(key) => Err(Error::new(Code::UffInconsistent, "the metadata do not know an array").found(key)),
        None => Ok(()),
    }
}
