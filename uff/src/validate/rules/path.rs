//! Paths of elements of the metadata document, for places of findings.

use crate::validate::Place;

/// Returns the path of a view by its index, such as `scan/view[1]`.
pub(super) fn view(index: usize) -> String {
    format!("scan/view[{}]", index + 1)
}

/// Returns the place of an element of a view.
pub(super) fn in_view(index: usize, element: &str) -> Place {
    Place::element(format!("{}/{element}", view(index)))
}

/// Returns the place of an element of a channel; an empty element is the channel itself.
pub(super) fn in_channel(view_index: usize, channel: usize, element: &str) -> Place {
    let slash = if element.is_empty() { "" } else { "/" };
    Place::element(format!("{}/channel[{}]{slash}{element}", view(view_index), channel + 1))
}
