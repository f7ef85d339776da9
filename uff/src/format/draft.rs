//! Checks that a scan and its arrays agree before anything is written, and enters digests into the scan.

use std::collections::BTreeSet;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Bundle;
use crate::model::Channel;
use crate::model::PlaneKey;
use crate::model::PlanePart;
use crate::model::Samples;
use crate::model::Scan;
use crate::model::Sha256;
use crate::model::View;

use super::layout;
use super::layout::Known;
use super::layout::plane_path;

/// Returns the scan as it will stand in the file, with a placeholder for every digest that is still to be computed:
/// the metadata document then has its final length.
///
/// # Errors
/// `uff.inconsistent` when the scan and the arrays, blobs or series contradict each other; `uff.missing` when the scan
/// names some that are not there.
pub(super) fn draft(bundle: &Bundle) -> Result<Scan> {
    let mut scan = bundle.scan.clone();
    check_channels(bundle)?;
    check_names(bundle)?;
    for (key, samples) in &bundle.planes {
        check_plane(&mut scan, key, samples.as_ref())?;
        set_digest(&mut scan, key, Sha256::default())?;
    }
    Ok(scan)
}

/// Enters the digest of an array into the scan.
///
/// # Errors
/// `uff.inconsistent` when the scan has no place for it.
pub(super) fn set_digest(scan: &mut Scan, key: &PlaneKey, digest: Sha256) -> Result<()> {
    view_of(scan, key)?;
    match (scan.set_digest(key, digest), key) {
        (true, _) => Ok(()),
        (false, PlaneKey::Channel { .. }) => Err(inconsistent("an array belongs to a channel that is not there", key)),
        (false, PlaneKey::Material { .. }) => {
            Err(inconsistent("the view does not say how its material arrays were made", key).expected("material"))
        }
    }
}

fn view_of<'a>(scan: &'a mut Scan, key: &PlaneKey) -> Result<&'a mut View> {
    scan.views
        .get_mut(key.view() as usize)
        .ok_or_else(|| inconsistent("an array belongs to a view that is not there", key))
}

fn channel_of<'a>(view: &'a mut View, key: &PlaneKey) -> Result<&'a mut Channel> {
    let wanted = match key {
        PlaneKey::Channel { channel, .. } => Some(channel),
        PlaneKey::Material { .. } => None,
    };
    view.channels
        .iter_mut()
        .find(|c| Some(&c.id) == wanted)
        .ok_or_else(|| inconsistent("an array belongs to a channel that is not there", key))
}

fn check_plane(scan: &mut Scan, key: &PlaneKey, samples: &dyn Samples) -> Result<()> {
    let view = view_of(scan, key)?;
    let image = (view.rows as usize, view.columns as usize);
    let (shape, sample_type) = (samples.shape(), samples.sample_type());
    let expected = match key {
        PlaneKey::Channel { part: PlanePart::Dark | PlanePart::Air, .. } => (image.0, shape.1),
        _ => image,
    };
    if shape != expected || shape.0 == 0 || shape.1 == 0 {
        return Err(inconsistent("an array has another shape than its view", key)
            .expected(format!("{} x {}", expected.0, expected.1))
            .found(format!("{} x {}", shape.0, shape.1)));
    }
    if layout::classify(&plane_path(key, 0)) != Some(Known::Plane(key.clone(), 0)) || sample_type.size() == 0 {
        return Err(inconsistent("the layout has no place for an array", key).found(sample_type));
    }
    if matches!(key, PlaneKey::Material { .. }) {
        return Ok(());
    }
    let channel = channel_of(view, key)?;
    if channel.sample_type != sample_type {
        return Err(inconsistent("an array has another sample type than its channel", key)
            .expected(&channel.sample_type)
            .found(sample_type));
    }
    let PlaneKey::Channel { part: part @ (PlanePart::Dark | PlanePart::Air), .. } = key else { return Ok(()) };
    let calibration = channel.calibration.get_or_insert_default();
    let lines = if *part == PlanePart::Dark { &mut calibration.dark_lines } else { &mut calibration.air_lines };
    let count = u32::try_from(shape.1).unwrap_or(u32::MAX);
    match lines.replace(count) {
        Some(stated) if stated != count => {
            Err(inconsistent("the channel states another number of lines", key).expected(stated).found(count))
        }
        _ => Ok(()),
    }
}

/// Every channel has its image, and no two channels of a view share a name.
fn check_channels(bundle: &Bundle) -> Result<()> {
    for (index, view) in bundle.scan.views.iter().enumerate() {
        let mut seen = BTreeSet::new();
        for channel in &view.channels {
            let key = PlaneKey::samples(index as u32, channel.id.clone());
            if !seen.insert(&channel.id) {
                return Err(inconsistent("two channels of a view share a name", &key));
            }
            if !bundle.planes.contains_key(&key) {
                return Err(Error::new(Code::UffMissing, "a channel has no samples").at(key.to_string()));
            }
        }
    }
    Ok(())
}

/// Every blob and series has a place of its own in the layout, and those that the scan names are there.
fn check_names(bundle: &Bundle) -> Result<()> {
    let series = bundle.series.keys().map(|name| format!("{}/{name}", layout::RADIATION));
    let mut seen = BTreeSet::new();
    for path in bundle.blobs.iter().map(|(path, _)| path.to_owned()).chain(series) {
        if layout::classify(&path) != Some(Known::Blob) || path == originals() || !seen.insert(path.clone()) {
            return Err(Error::new(Code::UffInconsistent, "the layout has no place for a blob or series")
                .at(path)
                .expected("media/name, radiation/name, vendor/name or vendor/originals/name, once each"));
        }
    }
    let scan = &bundle.scan;
    let media = scan.media.iter().map(|m| format!("{}/{}", layout::MEDIA, m.blob));
    let vendor = scan.vendor.iter().filter_map(|v| v.blob.as_ref()).map(|name| format!("{}/{name}", layout::VENDOR));
    let rest = scan.provenance.sources.iter().filter_map(|s| s.rest.as_ref());
    let rest = rest.map(|name| format!("{}/{name}", originals()));
    let n42 = scan.radiation.iter().filter_map(|r| r.n42.as_ref());
    let n42 = n42.map(|name| format!("{}/{name}", layout::RADIATION));
    for path in media.chain(vendor).chain(rest).chain(n42) {
        if !seen.contains(&path) {
            return Err(Error::new(Code::UffMissing, "the scan names bytes that are not there").at(path));
        }
    }
    Ok(())
}

fn originals() -> String {
    format!("{}/{}", layout::VENDOR, layout::ORIGINALS)
}

fn inconsistent(message: &str, key: &PlaneKey) -> Error {
    Error::new(Code::UffInconsistent, message).at(key.to_string())
}
