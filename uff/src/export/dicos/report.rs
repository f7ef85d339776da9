//! Findings: one threat detection report for detections of one algorithm, for a verdict, for the truth.

use dicom_core::PrimitiveValue;
use dicom_core::VR;

use super::demanded;
use super::facts;
use super::object::Object;
use super::object::uid;
use super::text::Losses;
use crate::error::Result;
use crate::export::Folder;
use crate::model::Bundle;
use crate::model::ImageRegion;
use crate::model::MachineFinding;
use crate::model::Timestamp;
use crate::model::Verdict;
use crate::units::Probability;
use crate::vendor::dicos::class;
use crate::vendor::dicos::report::CATEGORIES;
use crate::vendor::dicos::tags;

/// Series numbers of reports start here, behind those of images.
const FIRST_SERIES: u32 = 100_000;

/// Image that regions of a view refer to.
pub(super) struct Shown {
    /// UID of the class.
    pub(super) class: String,
    /// UID of the image.
    pub(super) instance: String,
    /// Rows and columns.
    pub(super) shape: (u32, u32),
    /// Number of the frame that shows the view, from 0.
    pub(super) frame: u32,
}

/// The first image of each view.
pub(super) type Known = Vec<Option<Shown>>;

/// Writer of the reports of a scan.
pub(super) struct Reports<'a> {
    pub(super) bundle: &'a Bundle,
    pub(super) known: &'a Known,
    pub(super) folder: &'a mut Folder,
    pub(super) losses: &'a mut Losses,
    number: u32,
}

/// One report.
struct Report {
    kind: &'static str,
    decision: &'static str,
    algorithm: String,
    time: Option<String>,
    staff: String,
    threats: Vec<Object>,
}

impl<'a> Reports<'a> {
    pub(super) fn new(bundle: &'a Bundle, known: &'a Known, folder: &'a mut Folder, losses: &'a mut Losses) -> Self {
        Self { bundle, known, folder, losses, number: 0 }
    }

    /// Writes all reports.
    ///
    /// # Errors
    /// `io.*`, `internal`.
    pub(super) fn write(&mut self) -> Result<()> {
        let bundle = self.bundle;
        let Some(findings) = &bundle.scan.findings else { return Ok(()) };
        let together = |a: &MachineFinding, b: &MachineFinding| {
            (&a.algorithm, &a.version, a.time) == (&b.algorithm, &b.version, b.time)
        };
        let mut index = 0;
        for group in findings.machine.chunk_by(together) {
            self.machine(group, index, findings.machine.len())?;
            index += group.len();
        }
        for (index, human) in findings.human.iter().enumerate() {
            let path = path("human", index, findings.human.len());
            if human.level != 1 {
                self.losses.dropped(&format!("{path}/level"), "a report of an operator states no level");
            }
            let decision = match human.verdict {
                Verdict::Suspect => "ALARM",
                Verdict::Clear => "CLEAR",
                _ => "UNKNOWN",
            };
            if !matches!(human.verdict, Verdict::Suspect | Verdict::Clear | Verdict::Undecided) {
                self.losses.rounded(&format!("{path}/verdict"), "a report has only ALARM, CLEAR and UNKNOWN");
            }
            let said = human.comment.as_ref().map(|c| self.losses.lines(c, &format!("{path}/comment")));
            let regions = self.regions(&human.regions, &path);
            let threats = match said.is_some() || !regions.is_empty() {
                true => vec![threat(1, regions, said.as_deref().unwrap_or("other"), None)],
                false => Vec::new(),
            };
            let staff = human.staff.as_ref().map(|s| self.losses.line(s, 64, &format!("{path}/staff")));
            let time = human.time.map(|t| self.losses.date_time(t, &format!("{path}/time")));
            let (kind, staff) = ("OPERATOR", staff.unwrap_or_default());
            self.file(Report { kind, decision, algorithm: String::new(), time, staff, threats })?;
        }
        if findings.truth.is_empty() {
            return Ok(());
        }
        let mut threats = Vec::new();
        for (index, truth) in findings.truth.iter().enumerate() {
            let path = path("truth", index, findings.truth.len());
            let label = self.category(&truth.label, &format!("{path}/label"));
            let regions = self.regions(&truth.regions, &path);
            threats.push(threat(index + 1, regions, &label, None));
        }
        let (kind, decision) = ("GROUND TRUTH", "UNKNOWN");
        self.file(Report { kind, decision, algorithm: String::new(), time: None, staff: String::new(), threats })
    }

    fn machine(&mut self, group: &[MachineFinding], first: usize, of: usize) -> Result<()> {
        let Some(head) = group.first() else { return Ok(()) };
        let paths: Vec<String> = (first..first + group.len()).map(|i| path("machine", i, of)).collect();
        let (mut algorithm, mut time) = (String::new(), None);
        for (path, finding) in paths.iter().zip(group) {
            algorithm = self.losses.line(&head.algorithm, 64, &format!("{path}/algorithm"));
            if algorithm.is_empty() {
                self.losses.rounded(&format!("{path}/algorithm"), "a report needs a name; \"unstated\" stands there");
                algorithm = "unstated".to_owned();
            }
            if let Some(version) = &head.version {
                algorithm = format!("{algorithm}\\{}", self.losses.line(version, 64, &format!("{path}/version")));
            }
            time = finding.time.map(|t: Timestamp| self.losses.date_time(t, &format!("{path}/time")));
        }
        let mut threats = Vec::new();
        for (number, (path, finding)) in (1..).zip(paths.iter().zip(group)) {
            let category = self.category(&finding.category, &format!("{path}/category"));
            let regions = self.regions(&finding.regions, path);
            if let Some(p) = finding.probability
                && (p.get() as f32).to_string().parse() != Ok(p.get())
            {
                self.losses.rounded(&format!("{path}/probability"), "a report holds 32 bits of it");
            }
            threats.push(threat(number, regions, &category, finding.probability));
        }
        self.file(Report { kind: "MACHINE", decision: "ALARM", algorithm, time, staff: String::new(), threats })
    }

    fn category(&mut self, category: &str, subject: &str) -> String {
        let text = self.losses.lines(category, subject);
        if text.is_empty() {
            self.losses.rounded(subject, "a report has no empty category; OTHER stands there");
            return "other".to_owned();
        }
        text
    }

    /// Returns the representations of regions: reference, then box of pixels.
    fn regions(&mut self, regions: &[ImageRegion], path: &str) -> Vec<Object> {
        let mut found = Vec::new();
        for (index, region) in regions.iter().enumerate() {
            let path = if regions.len() > 1 { format!("{path}/region[{index}]") } else { format!("{path}/region") };
            let image = self.known.get(region.view as usize).and_then(Option::as_ref);
            let inside =
                |first: u32, count: u32, size: u32| count > 0 && first.checked_add(count).is_some_and(|e| e <= size);
            let Some(shown) = image.filter(|image| {
                let (rows, columns) = image.shape;
                inside(region.row, region.rows, rows) && inside(region.column, region.columns, columns)
            }) else {
                self.losses.dropped(&path, "it does not lie inside an image that is exported");
                continue;
            };
            if !region.polygon.is_empty() {
                self.losses.dropped(&format!("{path}/corner"), "a report counts in pixels; the rectangle stays");
            }
            let mut reference = Object::default();
            reference.text(tags::REFERENCED_SOP_CLASS_UID, VR::UI, &shown.class);
            reference.text(tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, &shown.instance);
            let mut boxed = Object::default();
            boxed.put(tags::THREAT_ROI_BASE, VR::FL, floats([region.column, region.row, shown.frame]));
            boxed.put(tags::THREAT_ROI_EXTENTS, VR::FL, floats([region.columns, region.rows, 0]));
            boxed.empty(tags::THREAT_ROI_BITMAP, VR::OB);
            let mut place = Object::default();
            place.sequence(tags::REFERENCED_INSTANCE_SEQUENCE, vec![reference]);
            place.sequence(tags::THREAT_ROI_VOXEL_SEQUENCE, vec![boxed]);
            found.push(place);
        }
        found
    }

    fn file(&mut self, report: Report) -> Result<()> {
        let Report { kind, decision, algorithm, time, staff, mut threats } = report;
        threats.iter_mut().for_each(|threat| demanded::of_threat(threat, time.as_deref()));
        // A stack shows several views.
        let images = self.known.iter().flatten().filter(|shown| shown.frame == 0);
        let images: Vec<_> = images.map(|shown| (shown.class.as_str(), shown.instance.as_str())).collect();
        self.number += 1;
        let name = kind.to_ascii_lowercase().replace(' ', "-");
        let mut file = self.folder.create(&format!("report{}-{name}.dcs", self.number))?;
        let scan = self.bundle.scan.identity.scan_id;
        let mut object = Object::default();
        // Facts are noted once, with the first image.
        facts::put(&mut object, &self.bundle.scan, &mut Losses::default());
        demanded::of_report(&mut object, &self.bundle.scan, &images, self.losses);
        object.text(tags::MODALITY, VR::CS, "TDR");
        object.text(tags::SERIES_INSTANCE_UID, VR::UI, &uid(scan, &format!("report series/{}", self.number)));
        object.text(tags::SERIES_NUMBER, VR::IS, &(FIRST_SERIES + self.number).to_string());
        object.text(tags::INSTANCE_NUMBER, VR::IS, "1");
        object.text(tags::OPERATORS_NAME, VR::PN, &staff);
        object.text(tags::TDR_TYPE, VR::CS, kind);
        object.text(tags::THREAT_DETECTION_ALGORITHM_AND_VERSION, VR::LO, &algorithm);
        object.text(tags::ALARM_DECISION_TIME, VR::DT, time.as_deref().unwrap_or_default());
        object.text(tags::ALARM_DECISION, VR::CS, decision);
        let count = threats.len().min(usize::from(u16::MAX)) as u16;
        object.put(tags::NUMBER_OF_TOTAL_OBJECTS, VR::US, count);
        object.put(tags::NUMBER_OF_ALARM_OBJECTS, VR::US, if decision == "ALARM" { count } else { 0 });
        if !threats.is_empty() {
            object.sequence(tags::THREAT_SEQUENCE, threats);
        }
        object.write(class::TDR, &uid(scan, &format!("report/{}", self.number)), &mut file)?;
        file.finish()
    }
}

fn path(list: &str, index: usize, of: usize) -> String {
    if of > 1 { format!("scan/findings/{list}[{index}]") } else { format!("scan/findings/{list}") }
}

fn floats(values: [u32; 3]) -> PrimitiveValue {
    PrimitiveValue::F32(values.iter().map(|v| *v as f32).collect())
}

/// Returns a threat item with one assessment.
fn threat(number: usize, regions: Vec<Object>, category: &str, probability: Option<Probability>) -> Object {
    let mut assessment = Object::default();
    let known = |(term, word): &(&'static str, &'static str)| match category.strip_prefix(word) {
        Some("") => Some((*term, "")),
        Some(rest) => rest.strip_prefix(": ").filter(|d| !d.is_empty()).map(|d| (*term, d)),
        None => None,
    };
    let other = if category == "other" { "" } else { category };
    let (term, description) = CATEGORIES.iter().find_map(known).unwrap_or(("OTHER", other));
    assessment.text(tags::THREAT_CATEGORY, VR::CS, term);
    assessment.text(tags::THREAT_CATEGORY_DESCRIPTION, VR::LT, description);
    assessment.text(tags::ATD_ABILITY_ASSESSMENT, VR::CS, "NO_INTERFERENCE");
    assessment.text(tags::ATD_ASSESSMENT_FLAG, VR::CS, "THREAT");
    if let Some(probability) = probability {
        assessment.put(tags::ATD_ASSESSMENT_PROBABILITY, VR::FL, probability.get() as f32);
    }
    let mut threat = Object::default();
    threat.put(tags::POTENTIAL_THREAT_OBJECT_ID, VR::US, number.min(usize::from(u16::MAX)) as u16);
    if !regions.is_empty() {
        threat.sequence(tags::PTO_REPRESENTATION_SEQUENCE, regions);
    }
    threat.sequence(tags::ATD_ASSESSMENT_SEQUENCE, vec![assessment]);
    threat
}
