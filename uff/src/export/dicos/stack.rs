//! Slices of a tomography: one file per stack and channel, its frames the slices.

use std::ops::Range;

use dicom_core::VR;

use super::image::Image;
use super::object::Object;
use super::text::Losses;
use crate::model::Channel;
use crate::model::CodeList;
use crate::model::View;
use crate::vendor::dicos::MAX_FRAMES;
use crate::vendor::dicos::SLICE;
use crate::vendor::dicos::tags;

/// What the reader puts between the name of a stack and the number of a slice.
const FRAME: &str = "frame ";

/// Returns the views of each file: the slices of a stack, or one view.
///
/// Slices that were frames of one file follow each other, are named by their numbers and differ in nothing else. A
/// slice that was a file of its own stays one.
pub(super) fn stacks(views: &[View]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(first) = views.get(start) {
        let mut end = start + 1;
        if let Some((stem, 1)) = numbered(first) {
            let next = |end: usize| Some((stem, (end - start + 1) as u32));
            while end - start < MAX_FRAMES as usize
                && views.get(end).is_some_and(|view| numbered(view) == next(end) && alike(first, view))
            {
                end += 1;
            }
        }
        found.push(start..end);
        start = end;
    }
    found
}

/// Returns name of the stack and number of a slice.
fn numbered(view: &View) -> Option<(Option<&str>, u32)> {
    let name = view.name.as_deref().filter(|_| is_slice(view))?;
    let (stem, number) = match name.rsplit_once(", ") {
        Some((stem, number)) => (Some(stem), number),
        None => (None, name),
    };
    let digits = number.strip_prefix(FRAME)?;
    let number = digits.parse().ok()?;
    (digits == format!("{number}")).then_some((stem, number))
}

/// Returns the name of the stack that a slice belongs to.
pub(super) fn name(view: &View) -> Option<String> {
    numbered(view).and_then(|(stem, _)| stem).map(str::to_owned)
}

/// Returns whether a view is a slice of a tomography.
pub(super) fn is_slice(view: &View) -> bool {
    view.kind.code() == SLICE
}

/// Returns whether two slices differ in their names and samples only.
fn alike(a: &View, b: &View) -> bool {
    let channels = |view: &View| {
        let plain = |channel: &Channel| Channel { digest: None, ..channel.clone() };
        view.channels.iter().map(plain).collect::<Vec<_>>()
    };
    (a.rows, a.columns, &a.geometry) == (b.rows, b.columns, &b.geometry)
        && a.material.is_none()
        && b.material.is_none()
        && channels(a) == channels(b)
}

/// Puts the number of frames and what all of them share (NEMA IIC 1 v03, 7.3): size and scale of the samples, place,
/// kind. `rescale` and `measures` hold size and scale.
pub(super) fn groups(object: &mut Object, image: &Image<'_>, rescale: Object, measures: Object, types: &str) {
    object.text(tags::NUMBER_OF_FRAMES, VR::IS, &image.frames.len().to_string());
    object.text(tags::PRESENTATION_LUT_SHAPE, VR::CS, "IDENTITY");
    let mut kind = Object::default();
    kind.put(tags::FRAME_TYPE, VR::CS, types.to_owned());
    let mut orientation = Object::default();
    orientation.text(tags::IMAGE_ORIENTATION_PATIENT, VR::DS, "1\\0\\0\\0\\1\\0");
    let mut position = Object::default();
    position.text(tags::IMAGE_POSITION_PATIENT, VR::DS, "0\\0\\0");
    let mut shared = Object::default();
    shared.sequence(tags::CT_IMAGE_FRAME_TYPE_SEQUENCE, vec![kind]);
    shared.sequence(tags::PLANE_POSITION_SEQUENCE, vec![position]);
    shared.sequence(tags::PLANE_ORIENTATION_SEQUENCE, vec![orientation]);
    shared.sequence(tags::PIXEL_MEASURES_SEQUENCE, vec![measures]);
    shared.sequence(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE, vec![rescale]);
    object.sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![shared]);
    let frames = image.frames.iter().map(|_| Object::default());
    object.sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, frames.collect());
}

/// Repeats for the other slices of a stack what was noted of the first.
pub(super) fn repeat(losses: &mut Losses, first: &str, others: &[String]) {
    let below = |subject: &str| subject.strip_prefix(first).filter(|r| r.starts_with('/')).map(str::to_owned);
    let noted: Vec<_> = losses.0.iter().filter_map(|loss| Some((loss.clone(), below(&loss.subject)?))).collect();
    for other in others {
        losses.0.extend(noted.iter().map(|(loss, rest)| {
            let mut loss = loss.clone();
            loss.subject = format!("{other}{rest}");
            loss
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ViewKind;

    #[test]
    fn slices_of_one_file_are_found_by_their_numbers() {
        let slice = |name: Option<&str>, rows: u32| View {
            kind: ViewKind::from_code(SLICE),
            name: name.map(str::to_owned),
            rows,
            columns: 4,
            ..View::default()
        };
        let views = [
            slice(Some("frame 1"), 3),
            slice(Some("frame 2"), 3),
            slice(Some("frame 3"), 5),
            slice(Some("Bag, frame 1"), 3),
            slice(Some("Bag, frame 2"), 3),
            slice(Some("Bag, frame 02"), 3),
            slice(Some("Bag"), 3),
            slice(None, 3),
            View { kind: ViewKind::Side, ..slice(Some("frame 1"), 3) },
            View { kind: ViewKind::Side, ..slice(Some("frame 2"), 3) },
        ];
        assert_eq!(stacks(&views), [0..2, 2..3, 3..5, 5..6, 6..7, 7..8, 8..9, 9..10]);
        assert_eq!((name(&views[0]), name(&views[3])), (None, Some("Bag".to_owned())));
    }
}
