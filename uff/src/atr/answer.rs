//! Answers of a detector, checked before they count.

use super::contract::Answer;
use super::contract::DetectionLine;
use super::contract::Request;
use super::contract::VERSION;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::ImageRegion;
use crate::model::MachineFinding;
use crate::units::Probability;

/// Most bytes of an answer.
pub const MOST_BYTES: u64 = 4 << 20;
/// Most detections of an answer.
const MOST: usize = 10_000;
/// Longest name, version or category, in bytes.
const LONGEST: usize = 200;

/// What a detector said.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Name of the algorithm.
    pub name: String,
    /// Its version.
    pub release: Option<String>,
    /// What it found.
    pub findings: Vec<MachineFinding>,
}

/// Reads and checks the answer to a request.
///
/// # Errors
/// `atr.answer` with the line: no JSON, another version, no first or last line, a detection outside its view, a probability
/// outside 0 to 1, too many detections or too long a text.
pub fn read_answers(text: &str, request: &Request) -> Result<Report> {
    let wrong = |line: usize, what: String| {
        Error::new(Code::AtrAnswer, "the answer of the detector breaks the contract")
            .at(format!("line {line}"))
            .found(what)
    };
    let mut report: Option<Report> = None;
    let mut last = 0;
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        last = index + 1;
        let answer: Answer = serde_json::from_str(line).map_err(|e| wrong(last, e.to_string()))?;
        match (answer, &mut report) {
            (Answer::Detector(line), report @ None) => {
                if line.version != VERSION {
                    return Err(wrong(last, format!("version {}", line.version)).expected(format!("version {VERSION}")));
                }
                let texts = [Some(&line.name), line.release.as_ref()];
                if let Some(text) = texts.into_iter().flatten().find(|t| t.is_empty() || t.len() > LONGEST) {
                    return Err(wrong(last, format!("a name or release of {} bytes", text.len())));
                }
                *report = Some(Report { name: line.name, release: line.release, findings: Vec::new() });
            }
            (Answer::Detection(_), Some(report)) if report.findings.len() >= MOST => {
                return Err(wrong(last, format!("more than {MOST} detections")));
            }
            (Answer::Detection(line), Some(report)) => {
                let finding = finding(&line, report, request).map_err(|e| wrong(last, e.to_string()))?;
                report.findings.push(finding);
            }
            (Answer::Done, Some(_)) => return report.ok_or_else(|| wrong(last, "nothing".into())),
            (Answer::Detector(_), Some(_)) => return Err(wrong(last, "a second line of type detector".into())),
            (_, None) => return Err(wrong(last, "no line of type detector before it".into())),
        }
    }
    Err(wrong(last + 1, "the end".into()).expected("a last line {\"type\":\"done\"}"))
}

fn finding(line: &DetectionLine, report: &Report, request: &Request) -> Result<MachineFinding> {
    let refuse = |what: String| Error::new(Code::AtrAnswer, what);
    let view = request.views.iter().find(|v| v.view == line.view);
    let view = view.ok_or_else(|| refuse(format!("view {} of {}", line.view, request.views.len())))?;
    let inside = |first: u32, count: u32, all: u32| count > 0 && first.checked_add(count).is_some_and(|end| end <= all);
    if !inside(line.row, line.rows, view.rows) || !inside(line.column, line.columns, view.columns) {
        let place = format!("{},{},{},{}", line.row, line.column, line.rows, line.columns);
        return Err(refuse(format!("{place} in a view of {} x {}", view.rows, view.columns)));
    }
    if line.category.is_empty() || line.category.len() > LONGEST {
        return Err(refuse(format!("a category of {} bytes", line.category.len())));
    }
    Ok(MachineFinding {
        algorithm: report.name.clone(),
        version: report.release.clone(),
        category: line.category.clone(),
        probability: line.probability.map(Probability::new).transpose()?,
        regions: vec![ImageRegion {
            view: line.view,
            row: line.row,
            column: line.column,
            rows: line.rows,
            columns: line.columns,
            ..ImageRegion::default()
        }],
        ..MachineFinding::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atr::ViewLine;

    fn request() -> Request {
        let view = ViewLine {
            view: 0,
            kind: "side".into(),
            rows: 100,
            columns: 200,
            row_pitch: None,
            column_pitch: Some(4.0),
            channels: vec!["high".into()],
        };
        Request { version: VERSION, scan: "s".into(), file: "/f.uff".into(), views: vec![view] }
    }

    const HEAD: &str = r#"{"type":"detector","version":1,"name":"acme","release":"2.1"}"#;
    const HIT: &str = r#"{"type":"detection","view":0,"category":"weapon","probability":0.75,"row":1,"column":2,"rows":3,"columns":4}"#;
    const DONE: &str = r#"{"type":"done"}"#;

    #[test]
    fn answers_become_findings() {
        let report = read_answers(&[HEAD, HIT, "", DONE].join("\n"), &request()).unwrap();
        assert_eq!((report.name.as_str(), report.release.as_deref(), report.findings.len()), ("acme", Some("2.1"), 1));
        let finding = &report.findings[0];
        assert_eq!((finding.category.as_str(), finding.regions[0].columns), ("weapon", 4));
        assert!((finding.probability.unwrap().get() - 0.75).abs() < 1e-12);
    }

    #[test]
    fn answers_that_break_the_contract_name_their_line() {
        let outside = HIT.replace("\"columns\":4", "\"columns\":199");
        let sure = HIT.replace("0.75", "1.5");
        let other = HEAD.replace("\"version\":1", "\"version\":2");
        for (lines, place) in [
            (vec![HIT, DONE], "line 1"),
            (vec![HEAD, &outside, DONE], "line 2"),
            (vec![HEAD, &sure, DONE], "line 2"),
            (vec![HEAD, HIT], "line 3"),
            (vec![HEAD, "{\"type\":\"detection\"}", DONE], "line 2"),
            (vec![HEAD, HEAD, DONE], "line 2"),
            (vec![other.as_str(), DONE], "line 1"),
            (vec!["loading model ...", HEAD, DONE], "line 1"),
            (vec![], "line 1"),
        ] {
            let error = read_answers(&lines.join("\n"), &request()).unwrap_err();
            assert_eq!((error.code(), error.place()), (Code::AtrAnswer, Some(place)), "{lines:?}");
        }
        let crowd = std::iter::once(HEAD).chain(std::iter::repeat_n(HIT, MOST + 1)).collect::<Vec<_>>().join("\n");
        assert!(read_answers(&crowd, &request()).unwrap_err().to_string().contains("more than"));
    }

    /// The request is as `schemas/atr.md` shows it.
    #[test]
    fn request_is_one_line_of_the_contract() {
        let line = serde_json::to_string(&request()).unwrap();
        assert_eq!(
            line,
            r#"{"type":"request","version":1,"scan":"s","file":"/f.uff","views":[{"view":0,"kind":"side","rows":100,"columns":200,"columnPitch":4.0,"channels":["high"]}]}"#
        );
    }
}
