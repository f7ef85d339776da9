//! Agreement of metadata and arrays: each names what the other holds, with the same shapes, types and identity.

use std::collections::BTreeSet;

use super::{Needs, Rule, path};
use crate::format::layout;
use crate::model::{CodeList, PlaneKey, PlanePart, Scan};
use crate::validate::checks::Checks;
use crate::validate::context::Context;
use crate::validate::{FindingCode as C, Place};

pub(super) const RULES: &[Rule] = &[
    Rule {
        codes: &[
            C::ConsistencyChannelWithoutDataset,
            C::ConsistencyDatasetWithoutChannel,
            C::ConsistencyShape,
            C::ConsistencySampleType,
        ],
        needs: Needs::File,
        run: channels,
    },
    Rule { codes: &[C::ConsistencyMaterial], needs: Needs::File, run: material },
    Rule { codes: &[C::ConsistencyBlobMissing, C::ConsistencyBlobUnlisted], needs: Needs::File, run: blobs },
    Rule { codes: &[C::ConsistencyPlacedPlane], needs: Needs::Scan, run: placed },
    Rule { codes: &[C::ConsistencyAttribute], needs: Needs::File, run: attributes },
    Rule { codes: &[C::ConsistencyScanId], needs: Needs::File, run: scan_id },
];

fn channels(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    let mut named = BTreeSet::new();
    for (i, n, channel) in context.channels() {
        let (Some(view), Ok(index)) = (scan.views.get(i), u32::try_from(i)) else { continue };
        let key = PlaneKey::samples(index, channel.id.clone());
        let object = context.object(&key);
        let stored = context.stored(&key);
        checks.that(C::ConsistencyChannelWithoutDataset, stored.is_some(), |at| {
            at(path::in_channel(i, n, "id")).expected(&object).found("no such dataset")
        });
        if let Some(((rows, columns), kind)) = stored {
            let fits = rows as u64 == u64::from(view.rows) && columns as u64 == u64::from(view.columns);
            checks.that(C::ConsistencyShape, fits, |at| {
                at(Place::object(&object))
                    .expected(format_args!("{} rows and {} columns", view.rows, view.columns))
                    .found(format_args!("{rows} rows and {columns} columns"))
            });
            checks.that(C::ConsistencySampleType, kind == channel.sample_type, |at| {
                at(Place::object(&object)).expected(&channel.sample_type).found(&kind)
            });
        }
        named.insert(key);
    }
    for key in context.planes() {
        if let PlaneKey::Channel { part: PlanePart::Samples, .. } = key {
            checks.that(C::ConsistencyDatasetWithoutChannel, named.contains(key), |at| {
                at(Place::object(context.object(key)))
            });
        }
    }
}

fn material(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    let mut named = BTreeSet::new();
    for (i, view) in scan.views.iter().enumerate() {
        let Ok(index) = u32::try_from(i) else { continue };
        for (n, array) in view.material.iter().flat_map(|m| m.products.iter().enumerate()) {
            let key = PlaneKey::Material { view: index, quantity: array.quantity.clone() };
            let place = || path::in_view(i, &format!("material/array[{}]", n + 1));
            let fits =
                context.shape(&key).map(|(r, c)| (r as u64, c as u64) == (view.rows.into(), view.columns.into()));
            checks.that(C::ConsistencyMaterial, fits == Some(true), |at| {
                at(place()).expected(format_args!("{} of the view's size", context.object(&key))).found(match fits {
                    Some(_) => "another size",
                    None => "no such dataset",
                })
            });
            named.insert(key);
        }
    }
    for key in context.planes().filter(|k| matches!(k, PlaneKey::Material { .. })) {
        checks.that(C::ConsistencyMaterial, named.contains(key), |at| {
            at(Place::object(context.object(key))).expected("an array that the metadata list").found("not listed")
        });
    }
}

/// Lists the blobs that the metadata name: dataset path without leading slash, and element.
fn named_blobs(scan: &Scan) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (i, media) in scan.media.iter().enumerate() {
        all.push((format!("{}/{}", layout::MEDIA, media.blob), format!("scan/media[{}]/blob", i + 1)));
    }
    for (i, item) in scan.vendor.iter().enumerate() {
        let path = |blob| (format!("{}/{blob}", layout::VENDOR), format!("scan/vendorItem[{}]/blob", i + 1));
        all.extend(item.blob.as_ref().map(path));
    }
    if let Some(radiation) = &scan.radiation {
        let path = |blob: &String| format!("{}/{blob}", layout::RADIATION);
        all.extend(radiation.n42.iter().map(|blob| (path(blob), "scan/radiation/n42".to_owned())));
        for (i, series) in radiation.series.iter().enumerate() {
            all.push((path(&series.name), format!("scan/radiation/series[{}]/name", i + 1)));
        }
    }
    for (i, source) in scan.provenance.sources.iter().enumerate() {
        let path = |rest| {
            let object = format!("{}/{}/{rest}", layout::VENDOR, layout::ORIGINALS);
            (object, format!("scan/provenance/sourceFile[{}]/rest", i + 1))
        };
        all.extend(source.rest.as_ref().map(path));
    }
    all
}

fn blobs(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    let named = named_blobs(scan);
    let stored: BTreeSet<&str> = context.blobs().collect();
    for (object, element) in &named {
        checks.that(C::ConsistencyBlobMissing, stored.contains(object.as_str()), |at| {
            at(Place::element(element)).expected(format_args!("/{object}")).found("no such dataset")
        });
    }
    for object in &stored {
        let listed = named.iter().any(|(name, _)| name == object);
        checks.that(C::ConsistencyBlobUnlisted, listed, |at| at(Place::object(format!("/{object}"))));
    }
}

fn placed(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    for (i, source) in scan.provenance.sources.iter().enumerate() {
        for (n, plane) in source.planes.iter().enumerate() {
            let view = usize::try_from(plane.view).ok().and_then(|v| scan.views.get(v));
            let known = view.is_some_and(|v| v.channels.iter().any(|c| c.id == plane.channel));
            checks.that(C::ConsistencyPlacedPlane, known, |at| {
                at(Place::element(format!("scan/provenance/sourceFile[{}]/plane[{}]", i + 1, n + 1)))
                    .found(format_args!("view {} channel {}", plane.view, plane.channel))
            });
        }
    }
}

/// Compares what an array's attributes say of its values with the channel.
fn attributes(context: &Context, checks: &mut Checks<'_>) {
    for (i, _, channel) in context.channels() {
        let Ok(view) = u32::try_from(i) else { continue };
        let key = PlaneKey::samples(view, channel.id.clone());
        let object = layout::plane_path(&key, 0);
        let Some(stored) = context.objects().iter().find(|o| o.path == object) else { continue };
        let place = |name: &str| Place::object(format!("/{object}@{name}"));
        for (name, own) in [
            (layout::ATTR_SCALE, channel.scale),
            (layout::ATTR_OFFSET, channel.offset),
            (layout::ATTR_NO_DATA, channel.no_data),
        ] {
            let said = stored.attribute(name).and_then(|a| a.number());
            let equal = said == own || matches!((said, own), (Some(a), Some(b)) if a.is_nan() && b.is_nan());
            let word = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |v| v.to_string());
            checks.that(C::ConsistencyAttribute, equal, |at| at(place(name)).expected(word(own)).found(word(said)));
        }
        let said = stored.attribute(layout::ATTR_QUANTITY).and_then(|a| a.text());
        checks.that(C::ConsistencyAttribute, said.as_deref() == Some(channel.quantity.code()), |at| {
            let found = said.unwrap_or_else(|| "none".to_owned());
            at(place(layout::ATTR_QUANTITY)).expected(&channel.quantity).found(found)
        });
    }
}

fn scan_id(context: &Context, checks: &mut Checks<'_>) {
    let (Some(scan), Some(labelled)) = (context.scan(), context.root_text(layout::ATTR_SCAN_ID)) else { return };
    let own = scan.identity.scan_id.to_string();
    checks.that(C::ConsistencyScanId, labelled == own, |at| {
        at(Place::object(format!("/@{}", layout::ATTR_SCAN_ID))).expected(own).found(labelled)
    });
}
