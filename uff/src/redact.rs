//! Takes data whose time is up out of a scan, while the image stays.
//!
//! What goes follows from the personal-data tags and retention classes of the record specifications
//! ([`crate::model::record`]), so that a field added to the model is never forgotten. Content that nothing can look
//! into, since only its vendor knows what it holds, goes with any kind: the names and remaining bytes of the original files,
//! vendor items, and whatever this version does not know. The digest of the delivery stays. Samples are never touched.
//!
//! | kind | what goes |
//! |---|---|
//! | [`DataKind::Plates`] | every field tagged *indirect* of class *identity* (plates, VIN, time of a picture); pictures of plates and of the scene |
//! | [`DataKind::Pictures`] | pictures of drivers and of the scene, and whatever is tagged as personal data |
//! | [`DataKind::Names`] | every field tagged *direct* (consignor, consignee, staff, comments, notes), or *indirect* of class *staff*; documents |
//! | [`DataKind::Radiation`] | the document, series and results of the radiation portal |
//!
//! A text elsewhere that repeats what was taken out, such as a file named after a plate, is replaced by [`REDACTED`].

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};
use crate::format::layout::{MEDIA, RADIATION};
use crate::model::record::{FieldSpec, Item, Node, Privacy, RecordSpec, Retention, TypeSpec};
use crate::model::{Blobs, Bundle, Loss, LossKind, Media, MediaKind, Scan};

/// What stands in the place of a text that was taken out.
pub const REDACTED: &str = "[redacted]";

/// Shortest text that is looked for elsewhere, in letters and digits; shorter ones are found by chance.
const MIN_REPEATED: usize = 4;

/// Kind of data that a scan can live without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataKind {
    /// Identities of vehicles.
    Plates,
    /// Pictures of people.
    Pictures,
    /// Names and words of people.
    Names,
    /// Data of the radiation portal.
    Radiation,
}

impl DataKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Plates, Self::Pictures, Self::Names, Self::Radiation];

    /// Returns the word used in policies and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plates => "plates",
            Self::Pictures => "pictures",
            Self::Names => "names",
            Self::Radiation => "radiation",
        }
    }

    /// Tells whether a field of a simple type goes with this kind.
    fn takes(self, field: &FieldSpec) -> bool {
        match self {
            Self::Plates => (field.privacy, field.retention) == (Privacy::Indirect, Retention::Identity),
            Self::Names => {
                field.privacy == Privacy::Direct
                    || (field.privacy, field.retention) == (Privacy::Indirect, Retention::Staff)
            }
            Self::Pictures | Self::Radiation => false,
        }
    }

    /// Tells whether a picture or document goes with this kind.
    fn takes_media(self, media: &Media) -> bool {
        match self {
            Self::Plates => matches!(media.kind, MediaKind::Plate | MediaKind::Scene),
            Self::Pictures => media.personal_data || matches!(media.kind, MediaKind::Driver | MediaKind::Scene),
            Self::Names => matches!(media.kind, MediaKind::Document),
            Self::Radiation => false,
        }
    }
}

impl fmt::Display for DataKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DataKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            Error::new(Code::InputValue, "no such kind of data")
                .expected(Self::ALL.map(Self::as_str).join(", "))
                .found(text)
        })
    }
}

/// Takes kinds of data out of a scan; the losses of its provenance say so, with the reason given.
///
/// # Errors
/// `internal` when what is left is no scan.
pub fn redact(bundle: &mut Bundle, kinds: &BTreeSet<DataKind>, reason: &str) -> Result<()> {
    if kinds.is_empty() {
        return Ok(());
    }
    let scan = &mut bundle.scan;
    let (gone, kept) = scan.media.drain(..).partition(|media| kinds.iter().any(|kind| kind.takes_media(media)));
    scan.media = kept;
    let gone: Vec<Media> = gone;
    scan.vendor.clear();
    if kinds.contains(&DataKind::Radiation) {
        scan.radiation = None;
        bundle.series.clear();
    }
    scan.provenance.sources.clear();
    let mut node = scan.to_node("scan");
    let mut removed: BTreeSet<String> = gone.iter().filter_map(|m| m.file_name.as_deref()).map(plain).collect();
    prune(&mut node, Scan::SPEC, kinds, &mut removed);
    removed.retain(|text| text.chars().count() >= MIN_REPEATED);
    blank(&mut node, Scan::SPEC, &removed);
    *scan = Scan::from_node(node, "scan")
        .map_err(|e| Error::new(Code::Internal, "what is left after redaction is no scan").cause(e))?;
    scan.provenance.losses.extend(kinds.iter().map(|kind| Loss {
        kind: LossKind::Dropped,
        subject: kind.to_string(),
        reason: reason.to_owned(),
        ..Loss::default()
    }));
    let media = scan.media.iter().map(|media| format!("{MEDIA}/{}", media.blob));
    let n42 = scan.radiation.iter().filter_map(|r| r.n42.as_ref()).map(|name| format!("{RADIATION}/{name}"));
    let named: BTreeSet<String> = media.chain(n42).collect();
    let mut blobs = Blobs::default();
    bundle.blobs.iter().filter(|(path, _)| named.contains(*path)).for_each(|(path, b)| blobs.insert(path, b.clone()));
    bundle.blobs = blobs;
    bundle.foreign.clear();
    Ok(())
}

/// Takes out the fields of these kinds and all that the specification does not know. Tells whether what is left is still
/// a record of that specification.
fn prune(node: &mut Node, spec: &RecordSpec, kinds: &BTreeSet<DataKind>, removed: &mut BTreeSet<String>) -> bool {
    node.attributes.clear();
    node.children.retain_mut(|child| {
        let Some(field) = spec.fields.iter().find(|f| child.namespace.is_none() && f.name == child.name) else {
            return false;
        };
        match field.kind {
            TypeSpec::Record(inner) => prune(child, inner, kinds, removed),
            TypeSpec::Simple(_) if kinds.iter().any(|kind| kind.takes(field)) => {
                removed.insert(plain(&child.text));
                false
            }
            TypeSpec::Simple(_) => true,
        }
    });
    spec.fields.iter().filter(|f| f.min > 0).all(|f| node.children.iter().any(|child| child.name == f.name))
}

/// Replaces texts that repeat one of those removed.
fn blank(node: &mut Node, spec: &RecordSpec, removed: &BTreeSet<String>) {
    for child in &mut node.children {
        match spec.fields.iter().find(|f| f.name == child.name).map(|f| f.kind) {
            Some(TypeSpec::Record(inner)) => blank(child, inner, removed),
            Some(TypeSpec::Simple(simple)) if simple.base == "string" && simple.values.is_empty() => {
                let text = plain(&child.text);
                if removed.iter().any(|gone| text.contains(gone.as_str())) {
                    child.text = REDACTED.to_owned();
                }
            }
            _ => {}
        }
    }
}

/// Returns the letters and digits of a text in upper case.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Budget;
    use crate::model::identifier::Plate;
    use crate::model::{PlaneKey, PlateReading, SampleType, Samples, SourceFile, digest_samples};
    use crate::testing::full_bundle;
    use std::sync::Arc;

    fn all() -> BTreeSet<DataKind> {
        DataKind::ALL.into_iter().collect()
    }

    /// Calls `visit` with every field of a simple type that stands in a tree.
    fn each(node: &Node, spec: &RecordSpec, visit: &mut dyn FnMut(&FieldSpec, &str)) {
        for child in &node.children {
            let Some(field) = spec.fields.iter().find(|f| f.name == child.name) else { continue };
            match field.kind {
                TypeSpec::Record(inner) => each(child, inner, visit),
                TypeSpec::Simple(_) => visit(field, &child.text),
            }
        }
    }

    fn count(scan: &Scan, of: &dyn Fn(&FieldSpec) -> bool) -> usize {
        let mut count = 0;
        each(&scan.to_node("scan"), Scan::SPEC, &mut |field, _| count += usize::from(of(field)));
        count
    }

    #[test]
    fn no_field_that_is_tagged_stays_and_no_sample_changes() {
        let direct = |f: &FieldSpec| f.privacy == Privacy::Direct;
        let identity = |f: &FieldSpec| (f.privacy, f.retention) == (Privacy::Indirect, Retention::Identity);
        let mut bundle = full_bundle(&SampleType::U16).expect("made");
        assert!(count(&bundle.scan, &direct) >= 5 && count(&bundle.scan, &identity) >= 3, "the fixture has all fields");
        let digests = |bundle: &Bundle| -> Vec<_> {
            let digest = |(key, plane): (&PlaneKey, &Arc<dyn Samples>)| {
                (key.clone(), digest_samples(&**plane, &Budget::default()).expect("read"))
            };
            bundle.planes.iter().map(digest).collect()
        };
        let before = digests(&bundle);
        let id = bundle.scan.identity.scan_id;
        redact(&mut bundle, &all(), "their time is up").expect("redacted");
        assert_eq!((count(&bundle.scan, &direct), count(&bundle.scan, &identity)), (0, 0));
        assert_eq!(bundle.scan.identity.scan_id, id);
        assert!(bundle.scan.radiation.is_none() && bundle.series.is_empty() && bundle.scan.vendor.is_empty());
        assert!(bundle.blobs.iter().all(|(path, _)| path.starts_with(MEDIA)));
        assert_eq!(bundle.scan.provenance.losses.iter().filter(|l| l.reason == "their time is up").count(), 4);
        assert_eq!(digests(&bundle), before);
    }

    #[test]
    fn one_kind_leaves_the_others() {
        let mut bundle = full_bundle(&SampleType::U16).expect("made");
        redact(&mut bundle, &BTreeSet::from([DataKind::Names]), "x").expect("redacted");
        let findings = bundle.scan.findings.as_ref().expect("there");
        assert!(!findings.human.is_empty(), "verdicts stay");
        assert!(findings.human.iter().all(|h| h.staff.is_none() && h.comment.is_none()));
        assert!(!bundle.scan.object.plates.is_empty() && bundle.scan.radiation.is_some());
        let mut bundle = full_bundle(&SampleType::U16).expect("made");
        redact(&mut bundle, &BTreeSet::from([DataKind::Plates]), "x").expect("redacted");
        assert!(bundle.scan.object.plates.is_empty() && bundle.scan.object.vin.is_none());
        assert!(bundle.scan.findings.is_some_and(|f| f.human.iter().any(|h| h.staff.is_some())));
        let untouched = full_bundle(&SampleType::U16).expect("made");
        let mut bundle = untouched.clone();
        redact(&mut bundle, &BTreeSet::new(), "x").expect("nothing to do");
        assert_eq!(bundle.scan, untouched.scan);
    }

    #[test]
    fn texts_that_repeat_a_plate_go_with_it() {
        let mut bundle = Bundle::default();
        let scan = &mut bundle.scan;
        scan.object.plates.push(PlateReading { number: Plate::new("GD 123-X4"), ..PlateReading::default() });
        scan.identity.scanner_scan_id = Some("2026-11-28_gd123x4_lane2".into());
        scan.identity.operator_organisation = Some("Customs".into());
        scan.provenance.sources.push(SourceFile { name: "GD123X4.raw".into(), ..SourceFile::default() });
        redact(&mut bundle, &BTreeSet::from([DataKind::Plates]), "x").expect("redacted");
        let scan = &bundle.scan;
        assert_eq!(scan.identity.scanner_scan_id.as_deref(), Some(REDACTED));
        assert_eq!(scan.identity.operator_organisation.as_deref(), Some("Customs"));
        assert!(!format!("{scan:?}").to_uppercase().contains("GD123X4"), "{scan:?}");
    }

    #[test]
    fn kinds_are_read_from_their_words() {
        for kind in DataKind::ALL {
            assert_eq!(kind.to_string().parse::<DataKind>().expect("a kind"), kind);
        }
        assert_eq!("image".parse::<DataKind>().expect_err("the scan itself").code(), Code::InputValue);
    }
}
