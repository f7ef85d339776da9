//! What a read file holds beyond the layout, taken over for writing back.

use crate::error::Result;
use crate::h5::Attribute;
use crate::h5::File;
use crate::h5::Object;
use crate::h5::Shape;
use crate::model::ForeignContent;
use crate::model::ForeignObject;
use crate::model::Loss;
use crate::model::LossKind;
use crate::model::SampleType;

use super::foreign::array;
use super::layout;
use super::layout::Known;

/// Returns whether an object is a time series of the radiation portal.
pub(super) fn is_series(object: &Object) -> bool {
    let place = object.path.strip_prefix(layout::RADIATION).is_some_and(|rest| rest.starts_with('/'));
    place
        && layout::classify(&object.path) == Some(Known::Blob)
        && object.dataset.as_ref().is_some_and(|d| {
            matches!(d.shape(), Shape::Axes(axes) if axes.len() == 1)
                && matches!(d.sample_type(), Some((SampleType::F64, false)))
        })
}

/// Collects the objects and attributes that the layout does not know, and what of them cannot be carried over.
///
/// # Errors
/// `hdf5.*`, `limit.*`.
pub(super) fn foreign(file: &File, objects: &[Object]) -> Result<(Vec<ForeignObject>, Vec<Loss>)> {
    let mut found = Vec::new();
    let mut losses = Vec::new();
    for object in objects {
        let known = is_known(object);
        let (attributes, mut dropped) = file.stored_attributes(object)?;
        dropped.retain(|name| !(known && is_own(name)));
        for name in dropped {
            losses.push(loss(format!("attribute {name} of /{}", object.path)));
        }
        let keep = |a: &Attribute| !(known && is_own(&a.name));
        let kept = attributes.into_iter().filter(keep).map(|a| (a.name, array(&a.datatype, &a.shape, a.data)));
        let attributes: Vec<_> = kept.collect();
        let content = match &object.dataset {
            _ if known => ForeignContent::Known,
            None => ForeignContent::Group,
            Some(dataset) if dataset.holds_addresses() => {
                losses.push(loss(format!("/{}", object.path)));
                continue;
            }
            Some(dataset) => {
                ForeignContent::Dataset(array(&dataset.datatype()?, dataset.shape(), dataset.read_bytes()?))
            }
        };
        if content != ForeignContent::Known || !attributes.is_empty() {
            found.push(ForeignObject { path: object.path.clone(), content, attributes });
        }
    }
    Ok((found, losses))
}

/// Returns whether the layout knows an object and this software writes it itself.
fn is_known(object: &Object) -> bool {
    match (layout::classify(&object.path), &object.dataset) {
        (Some(Known::Group), None) => true,
        (Some(Known::Metadata | Known::Integrity | Known::Plane(..)), Some(_)) => true,
        (Some(Known::Blob), Some(dataset)) => {
            is_series(object)
                || (matches!(dataset.sample_type(), Some((SampleType::U8, _)))
                    && matches!(dataset.shape(), Shape::Axes(axes) if axes.len() == 1))
        }
        _ => false,
    }
}

/// Returns whether an attribute of a known object is one that this software writes.
fn is_own(name: &str) -> bool {
    layout::ATTRIBUTES.contains(&name)
}

fn loss(subject: String) -> Loss {
    let reason = "its data are addresses in the file it was read from".to_owned();
    Loss { kind: LossKind::Dropped, subject, reason, ..Loss::default() }
}
