//! Writing of a scan as DICOS files.

use super::image::Image;
use super::report::Known;
use super::report::Reports;
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
use crate::model::Loss;
use crate::model::PlaneKey;
use crate::model::PlanePart;

/// Elements that have a place in DICOS, and come back from it where no loss says otherwise.
const ELEMENTS: [&str; 48] = [
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
    "view/channel/scale",
    "view/channel/offset",
    "view/channel/energy",
    "view/channel/noData",
    "view/channel/measurementGrade",
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
        "DICOS (NEMA IIC 1 v03): one DX file per view and energy, one threat report per finding"
    }

    fn export(&self, bundle: &Bundle, folder: &mut Folder, _budget: &Budget) -> Result<Vec<Loss>> {
        let mut losses = Losses::default();
        let views = &bundle.scan.views;
        let mut images = Vec::new();
        let mut known: Known = Vec::new();
        for (v, view) in views.iter().enumerate() {
            let view_path = if views.len() > 1 { format!("scan/view[{v}]") } else { "scan/view".to_owned() };
            let before = images.len();
            for (c, channel) in view.channels.iter().enumerate() {
                let of = view.channels.len();
                let path = if of > 1 { format!("{view_path}/channel[{c}]") } else { format!("{view_path}/channel") };
                let Some(samples) = bundle.planes.get(&PlaneKey::samples(v as u32, channel.id.clone())) else {
                    losses.dropped(&path, "the scan holds no samples of it");
                    continue;
                };
                let number = images.len() as u32 + 1;
                let view_path = view_path.clone();
                let (view, channel, samples) = ((v, view), (c, channel), &**samples);
                images.push(Image { bundle, view, channel, samples, number, views: 0, view_path, path });
            }
            let first = images.get(before);
            known.push(first.map(|image| (image.class(), image.instance(), (view.rows, view.columns))));
            if first.is_none() {
                losses.dropped(&view_path, "DICOS has no view without samples");
            }
        }
        if images.is_empty() {
            return Err(Error::new(Code::ExportUnsupported, "the scan holds no image"));
        }
        let shown = known.iter().flatten().count() as u32;
        for image in &mut images {
            image.views = shown;
            image.check()?;
        }
        for image in &images {
            let file = folder.create(&format!("view{}-{}.dcs", image.view.0, image.channel.1.id))?;
            // What all files state is noted once.
            let mut own = Losses::default();
            image.write(file, &mut own)?;
            let new = own.0.into_iter().filter(|loss| !losses.0.contains(loss)).collect::<Vec<_>>();
            losses.0.extend(new);
        }
        Reports::new(bundle, &known, folder, &mut losses).write()?;
        let planes = |key: &PlaneKey| matches!(key, PlaneKey::Channel { part: PlanePart::Samples, .. });
        let carried = Carried { elements: &ELEMENTS, planes: &planes, ..Carried::NOTHING };
        let mut all = account(bundle, &carried, "DICOS");
        all.append(&mut losses.0);
        Ok(all)
    }
}
