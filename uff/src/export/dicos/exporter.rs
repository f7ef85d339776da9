//! Writing of a scan as DICOS files.

use std::ops::Range;

use super::derived::derived;
use super::image::Image;
use super::image::Kind;
use super::report::Known;
use super::report::Reports;
use super::report::Shown;
use super::stack::is_slice;
use super::stack::name as stack_name;
use super::stack::repeat;
use super::stack::stacks;
use super::text::Losses;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::export::Carried;
use crate::export::Exporter;
use crate::export::Folder;
use crate::export::account;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Channel;
use crate::model::Loss;
use crate::model::PlaneKey;
use crate::model::PlanePart;
use crate::model::Quantity;
use crate::model::View;

/// Elements that have a place in DICOS, and come back from it where no loss says otherwise.
const ELEMENTS: [&str; 56] = [
    "identity/scannerScanId",
    "identity/start",
    "identity/end",
    "identity/site/name",
    "identity/site/lane",
    "system/manufacturer",
    "system/model",
    "system/serial",
    "system/software",
    "object/kind",
    "object/containerNumber",
    "object/plate/number",
    "object/plate/country",
    "object/vin",
    "object/seal",
    "object/railcarNumber",
    "view/kind",
    "view/name",
    "view/modality",
    "view/rows",
    "view/columns",
    "view/geometry/sourceDetector",
    "view/geometry/pitchRows",
    "view/geometry/pitchColumns",
    "view/geometry/speed",
    "view/channel/id",
    "view/channel/role",
    "view/channel/quantity",
    "view/channel/sampleType",
    "view/channel/bitDepth",
    "view/channel/unit",
    "view/channel/scale",
    "view/channel/offset",
    "view/channel/energy",
    "view/channel/noData",
    "view/channel/measurementGrade",
    "view/material/method",
    "view/material/version",
    "view/material/high",
    "view/material/low",
    "view/material/parameter",
    "view/material/array/quantity",
    "findings/machine/algorithm",
    "findings/machine/version",
    "findings/machine/time",
    "findings/machine/category",
    "findings/machine/probability",
    "findings/machine/region",
    "findings/human/level",
    "findings/human/verdict",
    "findings/human/staff",
    "findings/human/time",
    "findings/human/comment",
    "findings/human/region",
    "findings/truth/label",
    "findings/truth/region",
];

/// Exporter of DICOS.
pub struct Dicos;

impl Exporter for Dicos {
    fn name(&self) -> &'static str {
        "dicos"
    }

    fn description(&self) -> &'static str {
        "DICOS (NEMA IIC 1 v03): a DX file per view and energy or material array, a CT file per stack, a threat report per finding"
    }

    fn export(&self, bundle: &Bundle, folder: &mut Folder, _budget: &Budget) -> Result<Vec<Loss>> {
        let mut losses = Losses::default();
        let views = &bundle.scan.views;
        let path = |v: usize| if views.len() > 1 { format!("scan/view[{v}]") } else { "scan/view".to_owned() };
        let mut images: Vec<Image<'_>> = Vec::new();
        let mut known: Known = Vec::new();
        let mut shown = 0;
        for stack in stacks(views) {
            let Some(view) = views.get(stack.start) else { continue };
            let before = images.len();
            images.extend(channels(bundle, (stack.clone(), view), &path(stack.start), &mut losses));
            let first = images.get(before);
            shown += u32::from(first.is_some());
            for (frame, index) in (0..).zip(stack.clone()) {
                if first.is_none() {
                    losses.dropped(&path(index), "DICOS has no view without samples");
                }
                known.push(first.map(|image| Shown {
                    class: image.class(),
                    instance: image.instance(),
                    shape: (view.rows, view.columns),
                    frame,
                }));
            }
            let made = images.get(before..).unwrap_or_default();
            let material = derived(bundle, (stack.start, view, &path(stack.start)), made, &mut losses);
            images.extend(material);
        }
        if images.is_empty() {
            return Err(Error::new(Code::ExportUnsupported, "the scan holds no image"));
        }
        for (number, image) in (1..).zip(&mut images) {
            (image.number, image.views) = (number, shown);
            image.check()?;
        }
        for image in &images {
            let file = folder.create(&image.file())?;
            // What all files state is noted once.
            let mut own = Losses::default();
            image.write(file, &mut own)?;
            let slices: Vec<String> = (1..image.frames.len()).map(|k| path(image.view.0 + k)).collect();
            repeat(&mut own, &image.view_path, &slices);
            let new = own.0.into_iter().filter(|loss| !losses.0.contains(loss)).collect::<Vec<_>>();
            losses.0.extend(new);
        }
        Reports::new(bundle, &known, folder, &mut losses).write()?;
        let material = |view: u32, quantity: &Quantity| {
            let of = |image: &Image<'_>| matches!(image.kind, Kind::Derived(_)) && image.view.0 == view as usize;
            images.iter().any(|image| of(image) && image.channel.quantity == *quantity)
        };
        let planes = |key: &PlaneKey| match key {
            PlaneKey::Channel { part, .. } => *part == PlanePart::Samples,
            PlaneKey::Material { view, quantity } => material(*view, quantity),
        };
        let carried = Carried { elements: &ELEMENTS, planes: &planes, ..Carried::NOTHING };
        let mut all = account(bundle, &carried, "DICOS");
        all.append(&mut losses.0);
        Ok(all)
    }
}

/// Returns the images of the channels of a view or stack. What cannot be written is noted.
fn channels<'a>(
    bundle: &'a Bundle,
    (stack, view): (Range<usize>, &'a View),
    view_path: &str,
    losses: &mut Losses,
) -> Vec<Image<'a>> {
    let mut made = Vec::new();
    for (c, channel) in view.channels.iter().enumerate() {
        let of = view.channels.len();
        let path = if of > 1 { format!("{view_path}/channel[{c}]") } else { format!("{view_path}/channel") };
        let samples = |v: usize| bundle.planes.get(&PlaneKey::samples(v as u32, channel.id.clone()));
        let Some(frames) = stack.clone().map(|v| samples(v).map(|s| &**s)).collect::<Option<Vec<_>>>() else {
            losses.dropped(&path, "the scan holds no samples of it");
            continue;
        };
        let name = if frames.len() > 1 { stack_name(view) } else { view.name.clone() };
        let kind = if is_slice(view) { Kind::Slices } else { Kind::Projection };
        let sample_type = frames.first().map(|f| f.sample_type()).unwrap_or_default();
        let channel = Channel { sample_type, ..channel.clone() };
        let (view, view_path) = ((stack.start, view), view_path.to_owned());
        made.push(Image { bundle, view, channel, frames, name, kind, number: 0, views: 0, view_path, path });
    }
    made
}
