//! Layout: the label, what must be there, what is stored how, and what the layout does not know.

use std::collections::BTreeMap;

use super::{Needs, Rule};
use crate::format::layout::{self, Known};
use crate::h5::{Dataset, Object, Shape};
use crate::model::PlaneKey;
use crate::validate::checks::Checks;
use crate::validate::context::Context;
use crate::validate::refusal::{code_of, refused};
use crate::validate::{FindingCode as C, Place, Topic};

pub(super) const RULES: &[Rule] = &[
    Rule { codes: &[C::LayoutNotUff], needs: Needs::Objects, run: label },
    Rule { codes: &[C::LayoutMissing, C::LayoutType], needs: Needs::Objects, run: parts },
    Rule { codes: &[C::LayoutUnknownObject], needs: Needs::File, run: unknown },
    Rule { codes: &[C::LayoutStorage], needs: Needs::File, run: storage },
    Rule { codes: &[C::LayoutOverview], needs: Needs::File, run: overviews },
];

fn place(path: &str) -> Place {
    Place::object(format!("/{path}"))
}

fn label(context: &Context, checks: &mut Checks<'_>) {
    let text = context.root_text(layout::ATTR_PROFILE);
    checks.that(C::LayoutNotUff, text.as_deref() == Some(layout::PROFILE), |at| {
        at(Place::object(format!("/@{}", layout::ATTR_PROFILE)))
            .expected(layout::PROFILE)
            .found(text.unwrap_or_else(|| "no such attribute".to_owned()))
    });
}

/// Checks what every file needs and of which type it is; what else the reader misses is reported once.
fn parts(context: &Context, checks: &mut Checks<'_>) {
    if context.root_text(layout::ATTR_PROFILE).as_deref() != Some(layout::PROFILE) {
        return;
    }
    let before = checks.count();
    for name in [layout::ATTR_LAYOUT_VERSION, layout::ATTR_METADATA_VERSION, layout::ATTR_SCAN_ID] {
        let there = context.objects().iter().any(|o| o.path.is_empty() && o.attribute(name).is_some());
        checks.that(C::LayoutMissing, there, |at| at(Place::object(format!("/@{name}"))));
    }
    for path in [layout::METADATA, layout::INTEGRITY] {
        let there = context.objects().iter().any(|o| o.path == path);
        checks.that(C::LayoutMissing, there, |at| at(place(path)));
    }
    for object in context.objects() {
        let Some(known) = layout::classify(&object.path) else { continue };
        let (fits, expected) = match (&known, &object.dataset) {
            (Known::Group, dataset) => (dataset.is_none(), "a group"),
            (Known::Blob, dataset) => (dataset.is_some(), "a dataset"),
            (Known::Metadata | Known::Integrity, dataset) => {
                (dataset.as_ref().is_some_and(|d| d.is_text() && !d.holds_addresses()), "text of fixed length")
            }
            (Known::Plane(..), dataset) => (dataset.as_ref().is_some_and(is_array), "two axes of samples"),
        };
        checks.that(C::LayoutType, fits, |at| {
            let found = object.dataset.as_ref().map_or_else(|| "a group".to_owned(), describe);
            at(place(&object.path)).expected(expected).found(found)
        });
    }
    let missed = context.refusal().filter(|e| matches!(code_of(e).topic(), Topic::Layout | Topic::Integrity));
    if let Some(e) = missed.filter(|_| checks.count() == before) {
        refused(checks, e, "/");
    }
}

fn axes(dataset: &Dataset) -> &[u64] {
    match dataset.shape() {
        Shape::Axes(axes) => axes,
        Shape::Null | Shape::Scalar => &[],
    }
}

fn is_array(dataset: &Dataset) -> bool {
    axes(dataset).len() == 2 && dataset.sample_type().is_some() && !dataset.growable()
}

fn describe(dataset: &Dataset) -> String {
    let grows = if dataset.growable() { ", growable" } else { "" };
    format!("{} axes of {}{grows}", axes(dataset).len(), dataset.describe_type())
}

fn unknown(context: &Context, checks: &mut Checks<'_>) {
    let is_known = |path: &str| layout::classify(path).is_some();
    for object in context.objects() {
        // What lies below something unknown belongs to it.
        let below = object.path.rsplit_once('/').is_some_and(|(parent, _)| !is_known(parent));
        if !below {
            checks.that(C::LayoutUnknownObject, is_known(&object.path), |at| at(place(&object.path)));
        }
    }
}

/// Iterates over the arrays as stored, with their level.
fn arrays(context: &Context) -> impl Iterator<Item = (&Object, &Dataset, PlaneKey, u32)> {
    context.objects().iter().filter_map(|o| match (layout::classify(&o.path)?, &o.dataset) {
        (Known::Plane(key, level), Some(dataset)) => Some((o, dataset, key, level)),
        _ => None,
    })
}

/// Returns rows and columns, none for an array that is not one.
fn shape(dataset: &Dataset) -> Option<(usize, usize)> {
    match axes(dataset) {
        [rows, columns] => Some((usize::try_from(*rows).ok()?, usize::try_from(*columns).ok()?)),
        _ => None,
    }
}

/// HDF5 filters of an array, in order: shuffle, deflate, Fletcher-32.
const FILTERS: [u16; 3] = [2, 1, 3];

fn storage(context: &Context, checks: &mut Checks<'_>) {
    for (object, dataset, _, _) in arrays(context) {
        let Some((rows, columns)) = shape(dataset).map(layout::chunk_of) else { continue };
        let filters: Vec<u16> = dataset.pipeline().filters().iter().map(|f| f.id).collect();
        let chunked = dataset.chunk().is_some_and(|c| c.iter().map(|&n| n as usize).eq([rows, columns]));
        checks.that(C::LayoutStorage, chunked && filters == FILTERS, |at| {
            at(place(&object.path)).expected(format_args!("chunks of {rows} by {columns}, filters {FILTERS:?}")).found(
                match dataset.chunk() {
                    Some(chunk) => format!("chunks of {chunk:?}, filters {filters:?}"),
                    None => format!("no chunks, filters {filters:?}"),
                },
            )
        });
    }
}

/// Checks that an array has all its overviews or none, each of the size that halving gives.
fn overviews(context: &Context, checks: &mut Checks<'_>) {
    let mut stored: BTreeMap<PlaneKey, BTreeMap<u32, (usize, usize)>> = BTreeMap::new();
    for (_, dataset, key, level) in arrays(context) {
        if let Some(shape) = shape(dataset) {
            stored.entry(key).or_default().insert(level, shape);
        }
    }
    for (key, mut levels) in stored {
        let full = levels.remove(&0);
        if levels.is_empty() {
            continue;
        }
        let expected: Vec<(u32, (usize, usize))> = match full {
            Some(full) => (1..).zip(layout::overview_shapes(full)).collect(),
            None => Vec::new(),
        };
        let words = |levels: &[(u32, (usize, usize))]| match levels {
            [] => "no overview".to_owned(),
            some => {
                some.iter().map(|(l, (r, c))| format!("÷{} of {r} by {c}", 1_u64 << l)).collect::<Vec<_>>().join(", ")
            }
        };
        let found: Vec<_> = levels.into_iter().collect();
        checks.that(C::LayoutOverview, found == expected, |at| {
            at(Place::object(context.object(&key))).expected(words(&expected)).found(words(&found))
        });
    }
}
