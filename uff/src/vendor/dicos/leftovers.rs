//! Elements that the model has no place for: readable ones become vendor items, others are named as kept in the
//! original file only.

use std::collections::BTreeSet;

use dicom_core::Tag;
use dicom_core::VR;

use super::attributes::Attributes;
use super::attributes::LONGEST;
use super::meaning::Note;
use super::part10::Part10;
use super::tags;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::LossKind;
use crate::model::VendorItem;

/// Tags that say how the file is made, not what was scanned, and those whose meaning stands in the channels.
const STRUCTURE: [Tag; 33] = [
    tags::SPECIFIC_CHARACTER_SET,
    tags::IMAGE_TYPE,
    tags::SOP_CLASS_UID,
    tags::SOP_INSTANCE_UID,
    tags::STUDY_INSTANCE_UID,
    tags::SERIES_INSTANCE_UID,
    tags::SERIES_NUMBER,
    tags::INSTANCE_NUMBER,
    tags::PRESENTATION_INTENT_TYPE,
    tags::KVP,
    tags::SAMPLES_PER_PIXEL,
    tags::PLANAR_CONFIGURATION,
    tags::NUMBER_OF_FRAMES,
    tags::ROWS,
    tags::COLUMNS,
    tags::BITS_ALLOCATED,
    tags::BITS_STORED,
    tags::HIGH_BIT,
    tags::PIXEL_REPRESENTATION,
    tags::PIXEL_PADDING_VALUE,
    tags::RESCALE_INTERCEPT,
    tags::RESCALE_SLOPE,
    tags::RESCALE_TYPE,
    tags::SERIES_ENERGY,
    tags::SERIES_ENERGY_DESCRIPTION,
    tags::NUMBER_OF_ENERGIES,
    tags::PIXEL_DATA,
    tags::FLOAT_PIXEL_DATA,
    tags::DOUBLE_FLOAT_PIXEL_DATA,
    tags::PIXEL_DATA_32,
    tags::PIXEL_DATA_64,
    tags::PIXEL_DATA_FLOAT,
    tags::DATA_SET_TRAILING_PADDING,
];

/// Memory charged for an item beside its path.
const ITEM: u64 = 64;

/// Collects leftovers of all files; equal ones of several files once.
#[derive(Default)]
pub(super) struct Leftovers {
    seen: BTreeSet<(String, String)>,
    /// Elements that can be read.
    pub(super) items: Vec<VendorItem>,
    /// Elements that cannot.
    pub(super) notes: Vec<Note>,
}

impl Leftovers {
    /// Adds those of a file; `used` are the tags that found a place, `taken` those of the file that did with all below.
    ///
    /// # Errors
    /// `limit.*`, `io.*`.
    pub(super) fn add(
        &mut self,
        file: &Part10,
        (used, taken): (&BTreeSet<Tag>, &[Tag]),
        budget: &Budget,
    ) -> Result<()> {
        let mut open = vec![(String::new(), file.attributes())];
        while let Some((above, a)) = open.pop() {
            for (tag, element) in a.fields {
                let whole = above.is_empty() && (STRUCTURE.contains(tag) || taken.contains(tag));
                if whole || used.contains(tag) && element.items.is_empty() {
                    continue;
                }
                let path = format!("{above}{}", tags::shown(*tag));
                if element.vr == VR::SQ {
                    for (i, item) in a.items(*tag).enumerate() {
                        budget.charge(path.len() as u64 + ITEM, "a DICOM item without a place")?;
                        open.push((format!("{path}[{i}] / "), item));
                    }
                    continue;
                }
                if element.length == 0 {
                    continue;
                }
                let text = if element.length > LONGEST { None } else { readable(&a, *tag, element.vr)? };
                let told = text.clone().unwrap_or_else(|| format!("{} bytes", element.length));
                if !self.seen.insert((path.clone(), told)) {
                    continue;
                }
                budget.count(1, "DICOM elements without a place")?;
                budget.charge(path.len() as u64 + element.length.min(LONGEST), "a DICOM element without a place")?;
                let origin = format!("{} {path}", file.name);
                match text {
                    Some(text) => self.items.push(VendorItem { origin, text: Some(text), ..VendorItem::default() }),
                    None => {
                        let reason =
                            format!("{} bytes of {}, kept in the original file only", element.length, element.vr);
                        self.notes.push((LossKind::Dropped, origin, reason));
                    }
                }
            }
        }
        Ok(())
    }
}

/// Returns a value as text; none for bytes.
fn readable(a: &Attributes<'_>, tag: Tag, vr: VR) -> Result<Option<String>> {
    match vr {
        VR::OB | VR::OD | VR::OF | VR::OL | VR::OV | VR::OW | VR::UN | VR::AT | VR::SQ => Ok(None),
        VR::US | VR::SS | VR::UL | VR::SL | VR::UV | VR::SV | VR::FD => {
            let numbers = a.numbers(tag).unwrap_or_default();
            let texts: Vec<String> = numbers.iter().map(f64::to_string).collect();
            Ok((!texts.is_empty()).then(|| texts.join("\\")))
        }
        VR::FL => {
            let numbers = a.numbers(tag).unwrap_or_default();
            let texts: Vec<String> = numbers.iter().map(|n| (*n as f32).to_string()).collect();
            Ok((!texts.is_empty()).then(|| texts.join("\\")))
        }
        _ => Ok(a.text(tag)?.filter(|t| !t.contains('\0'))),
    }
}
