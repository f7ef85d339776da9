//! Threat detection reports: detections of machines, verdicts of operators, ground truth.

use std::collections::BTreeSet;

use dicom_core::Tag;

use super::attributes::Attributes;
use super::meaning::Note;
use super::part10::Part10;
use super::part10::missing;
use super::region;
use super::region::Targets;
use super::tags;
use super::time;
use super::views::Views;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::CodeList;
use crate::model::Findings;
use crate::model::GroundTruth;
use crate::model::HumanFinding;
use crate::model::ImageRegion;
use crate::model::LossKind;
use crate::model::MachineFinding;
use crate::model::TruthOrigin;
use crate::model::Verdict;
use crate::model::View;
use crate::units::Probability;

/// Tags of a report that are mapped.
const MAPPED: [Tag; 12] = [
    tags::TDR_TYPE,
    tags::THREAT_DETECTION_ALGORITHM_AND_VERSION,
    tags::THREAT_CATEGORY,
    tags::THREAT_CATEGORY_DESCRIPTION,
    tags::ATD_ASSESSMENT_PROBABILITY,
    tags::THREAT_ROI_BASE,
    tags::THREAT_ROI_EXTENTS,
    tags::THREAT_ROI_BITMAP,
    tags::BOUNDING_POLYGON,
    tags::OPERATORS_NAME,
    tags::REFERENCED_SOP_CLASS_UID,
    tags::REFERENCED_SOP_INSTANCE_UID,
];

/// Threat categories (4010,1012) and the words of the model; any other text is a description of `OTHER`.
pub(crate) const CATEGORIES: [(&str, &str); 6] = [
    ("EXPLOSIVE", "explosive"),
    ("PI", "prohibited-item"),
    ("CONTRABAND", "contraband"),
    ("ANOMALY", "anomaly"),
    ("LAPTOP", "laptop"),
    ("PHARMACEUTICAL", "pharmaceutical"),
];

/// Adds the findings of a report; `used` takes the tags that found a place.
///
/// # Errors
/// `dicom.missing`, `input.*`, `limit.*`.
pub(super) fn add(
    findings: &mut Findings,
    file: &Part10,
    (known, views): (&Views, &[View]),
    used: &mut BTreeSet<Tag>,
    budget: &Budget,
) -> Result<Vec<Note>> {
    let a = file.attributes();
    let kind = a.required(tags::TDR_TYPE)?;
    let decision = a.required(tags::ALARM_DECISION)?;
    let mut to = Targets { known, views, notes: Vec::new(), reasons: BTreeSet::new(), report: &file.name };
    let mut notes = Vec::new();
    let at = time::date_time(&a, tags::ALARM_DECISION_TIME, "scan/findings/time", &mut notes)?;
    used.extend(MAPPED);
    match kind.as_str() {
        "OPERATOR" => {
            let (mut regions, mut comments) = (Vec::new(), Vec::new());
            for threat in a.items(tags::THREAT_SEQUENCE) {
                budget.count(1, "threat items")?;
                regions.extend(region::regions(&threat, &mut to, budget)?);
                comments.extend(assessments(&threat)?.into_iter().map(|s| s.what).filter(|what| what != "other"));
            }
            findings.human.push(HumanFinding {
                level: 1,
                verdict: verdict(&decision),
                staff: a.text(tags::OPERATORS_NAME)?,
                time: at,
                comment: (!comments.is_empty()).then(|| comments.join("; ")),
                regions,
                ..HumanFinding::default()
            });
        }
        "MACHINE" | "AGGREGATE" | "MOD_AGGREGATE" | "GROUND TRUTH" => {
            let (algorithm, version) = algorithm(&a, &mut notes)?;
            let origin = origin(&a);
            for threat in a.items(tags::THREAT_SEQUENCE) {
                budget.count(1, "threat items")?;
                let regions = region::regions(&threat, &mut to, budget)?;
                for assessment in assessments(&threat)? {
                    let Assessment { what, probability, .. } = assessment;
                    budget.count(1 + regions.len() as u64, "threat assessments")?;
                    budget.charge(size_of_val(regions.as_slice()) as u64, "regions of a threat")?;
                    if kind == "GROUND TRUTH" {
                        let (origin, regions) = (origin.clone(), regions.clone());
                        findings.truth.push(GroundTruth { label: what, origin, regions, ..GroundTruth::default() });
                        continue;
                    }
                    if assessment.cleared {
                        let reason = format!("{}: assessed as NO_THREAT, which is no detection", file.name);
                        notes.push((LossKind::Dropped, format!("scan/findings/machine ({what})"), reason));
                        continue;
                    }
                    let (algorithm, version) = (algorithm.clone(), version.clone());
                    let found = (algorithm, version, at, what, probability, regions.clone());
                    findings.machine.push(machine(found));
                }
            }
        }
        other => {
            let reason =
                format!("{}: a report of type {other} is not one of a machine, an operator or the truth", file.name);
            notes.push((LossKind::Dropped, "scan/findings".to_owned(), reason));
        }
    }
    notes.append(&mut to.notes);
    Ok(notes)
}

type Detection =
    (String, Option<String>, Option<crate::model::Timestamp>, String, Option<Probability>, Vec<ImageRegion>);

fn machine((algorithm, version, time, category, probability, regions): Detection) -> MachineFinding {
    MachineFinding { algorithm, version, time, category, probability, regions, ..MachineFinding::default() }
}

/// What is said of a threat item.
struct Assessment {
    /// Category, or its description where that is all there is.
    what: String,
    probability: Option<Probability>,
    /// Whether the item is said to be no threat.
    cleared: bool,
}

/// Returns the assessments of an item; one without a category when there is none.
fn assessments(threat: &Attributes<'_>) -> Result<Vec<Assessment>> {
    let mut found = Vec::new();
    for a in threat.items(tags::ATD_ASSESSMENT_SEQUENCE) {
        let category = a.text(tags::THREAT_CATEGORY)?.unwrap_or_else(|| "OTHER".to_owned());
        let description = a.text(tags::THREAT_CATEGORY_DESCRIPTION)?;
        let word = CATEGORIES.iter().find(|(term, _)| *term == category).map(|(_, word)| (*word).to_owned());
        let what = match (word, description) {
            (Some(word), None) => word,
            (Some(word), Some(description)) => format!("{word}: {description}"),
            (None, Some(description)) => description,
            (None, None) => category.to_ascii_lowercase(),
        };
        // The shortest decimal number of the 32 bits: 0.9, not 0.8999999761581421.
        let number = a.number(tags::ATD_ASSESSMENT_PROBABILITY)?.map(|p| (p as f32).to_string().parse().unwrap_or(p));
        let wrong = |e: Error| e.at(tags::shown(tags::ATD_ASSESSMENT_PROBABILITY));
        let probability = number.map(Probability::new).transpose().map_err(wrong)?;
        let cleared = a.text(tags::ATD_ASSESSMENT_FLAG)?.as_deref() == Some("NO_THREAT");
        found.push(Assessment { what, probability, cleared });
    }
    if found.is_empty() {
        found.push(Assessment { what: "other".to_owned(), probability: None, cleared: false });
    }
    Ok(found)
}

fn verdict(decision: &str) -> Verdict {
    match decision {
        "ALARM" => Verdict::Suspect,
        "CLEAR" => Verdict::Clear,
        _ => Verdict::Undecided,
    }
}

/// Returns name and version of the algorithm: the first two values. What follows are its parameters.
fn algorithm(a: &Attributes<'_>, notes: &mut Vec<Note>) -> Result<(String, Option<String>)> {
    let tag = tags::THREAT_DETECTION_ALGORITHM_AND_VERSION;
    let mut values = a.texts(tag)?.into_iter();
    let Some(name) = values.next() else {
        return match a.text(tags::TDR_TYPE)?.as_deref() {
            Some("GROUND TRUTH") => Ok((String::new(), None)),
            _ => Err(missing(tag)),
        };
    };
    let version = values.next().filter(|v| !v.is_empty());
    let parameters: Vec<String> = values.collect();
    if !parameters.is_empty() {
        let reason = format!("{}: parameters of the algorithm: {}", tags::shown(tag), parameters.join(", "));
        notes.push((LossKind::Dropped, "scan/findings/machine/algorithm".to_owned(), reason));
    }
    Ok((name, version))
}

/// Returns how the truth is known: projected, where the report has elements of threat image projection.
fn origin(a: &Attributes<'_>) -> TruthOrigin {
    let projected =
        |tag: &Tag| *tag == tags::TIP_TYPE || tag.group() == 0x4010 && (0x2041..=0x2045).contains(&tag.element());
    if a.fields.keys().any(projected) {
        return TruthOrigin::ThreatImageProjection;
    }
    TruthOrigin::from_code("unstated")
}

/// Refuses a delivery of reports alone.
pub(super) fn without_image(file: &str) -> Error {
    Error::new(Code::InputMissingFile, "the delivery holds a report, but no image").file(file)
}
