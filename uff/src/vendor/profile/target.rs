//! Paths into the model, such as `view[0]/geometry/pitchRows`: resolved against the record specifications.

use super::element::{Index, step};
use crate::model::Scan;
use crate::model::record::{FieldSpec, RecordSpec, Scalar, SimpleSpec, TypeSpec};
use crate::model::{CodeList, Timestamp};

/// Path to a value of the model.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// Fields from the scan to the value.
    pub(super) steps: Vec<TargetStep>,
    /// Type of the value.
    pub(super) simple: &'static SimpleSpec,
    /// Path as written in the profile.
    pub(super) written: String,
}

/// One field of a path.
#[derive(Debug, Clone)]
pub(super) struct TargetStep {
    pub(super) field: &'static FieldSpec,
    /// Position of the field in its record.
    pub(super) position: usize,
    pub(super) index: TargetIndex,
}

/// Which item of a repeated field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TargetIndex {
    /// The n-th, counted from 0.
    At(usize),
    /// That of the source's `[*]`.
    Each,
    /// A new one for each value.
    Append,
}

/// What the engine fills itself or must not be changed by a profile.
const RESERVED: &[&str] = &[
    "provenance",
    "vendorItem",
    "identity/scanId",
    "view/rows",
    "view/columns",
    "view/material",
    "view/channel/id",
    "view/channel/sampleType",
    "view/channel/digest",
    "view/channel/calibration/darkLines",
    "view/channel/calibration/airLines",
    "media",
];

impl Target {
    /// Parses a path; `channels` are the ids of the channels of each view. The error says what was expected.
    pub(super) fn parse(text: &str, channels: &[Vec<String>]) -> Result<Self, String> {
        let mut record: &'static RecordSpec = Scan::SPEC;
        let mut steps: Vec<TargetStep> = Vec::new();
        let mut simple = None;
        for part in text.split('/') {
            if simple.is_some() {
                return Err(format!("nothing behind a value, found {part:?}"));
            }
            let bare = part.split('[').next().unwrap_or_default();
            let found = record.fields.iter().enumerate().find(|(_, f)| f.name == bare);
            let (position, field) = found.ok_or_else(|| {
                let names: Vec<_> = record.fields.iter().map(|f| f.name).collect();
                format!("a field of {} ({}), not {bare:?}", record.name, names.join(", "))
            })?;
            let leaf = match field.kind {
                TypeSpec::Simple(spec) => {
                    simple = Some(spec);
                    true
                }
                TypeSpec::Record(next) => {
                    record = next;
                    false
                }
            };
            let index = index(part, bare, leaf, field, &steps, channels)?;
            steps.push(TargetStep { field, position, index });
        }
        let simple = simple.ok_or_else(|| {
            let names: Vec<_> = record.fields.iter().map(|f| f.name).collect();
            format!("a path that ends at a value: go on with one of {}", names.join(", "))
        })?;
        let target = Self { steps, simple, written: text.to_owned() };
        target.check(channels)?;
        Ok(target)
    }

    /// Returns whether values go to several items.
    pub(super) fn is_repeated(&self) -> bool {
        self.steps.iter().any(|s| !matches!(s.index, TargetIndex::At(_)))
    }

    /// Returns whether the item follows the source's `[*]`.
    pub(super) fn follows_source(&self) -> bool {
        self.steps.iter().any(|s| s.index == TargetIndex::Each)
    }

    /// Checks a text against the type of the value; the error says what was expected.
    pub(super) fn accepts(&self, text: &str) -> Result<(), String> {
        let number = || text.trim().parse().ok().filter(|v: &f64| v.is_finite());
        let spec = self.simple;
        let fits = match spec.base {
            "double" => number().is_some_and(|v| spec.range.is_none_or(|(low, high)| v >= low && v <= high)),
            "unsignedInt" => u32::from_text(text).is_ok(),
            "unsignedLong" => u64::from_text(text).is_ok(),
            "boolean" => bool::from_text(text).is_ok(),
            "dateTime" => Timestamp::from_text(text).is_ok(),
            _ if !spec.values.is_empty() => spec.values.iter().any(|(code, _)| *code == text.trim()),
            _ => !text.trim().is_empty(),
        };
        if fits { Ok(()) } else { Err(self.expected()) }
    }

    fn expected(&self) -> String {
        match (self.simple.range, self.simple.values) {
            (Some((low, high)), _) => format!("a number from {low} to {high}: {}", self.simple.doc.trim()),
            (None, []) => self.simple.doc.trim().to_owned(),
            (None, values) => values.iter().map(|(code, _)| *code).collect::<Vec<_>>().join(", "),
        }
    }

    fn check(&self, channels: &[Vec<String>]) -> Result<(), String> {
        let names: Vec<_> = self.steps.iter().map(|s| s.field.name).collect();
        let plain = names.join("/");
        if let Some(reserved) = RESERVED.iter().find(|r| plain == **r || plain.starts_with(&format!("{r}/"))) {
            return Err(format!("a field that a profile may fill; {reserved} is filled by the reader"));
        }
        if self.steps.iter().filter(|s| s.index == TargetIndex::Each).count() > 1 {
            return Err("at most one [*]".to_owned());
        }
        let fixed = |at: usize| match self.steps.get(at).map(|s| s.index) {
            Some(TargetIndex::At(n)) => Ok(n),
            _ => Err("a number in brackets for views and channels".to_owned()),
        };
        if names.first() == Some(&"view") {
            let view = channels.get(fixed(0)?).ok_or("a view that the profile declares")?;
            if names.get(1) == Some(&"channel") {
                view.get(fixed(1)?).ok_or("a channel that the profile declares")?;
            }
        }
        Ok(())
    }
}

fn index(
    part: &str,
    bare: &str,
    leaf: bool,
    field: &FieldSpec,
    before: &[TargetStep],
    channels: &[Vec<String>],
) -> Result<TargetIndex, String> {
    if part == bare {
        return Ok(if leaf && field.max.is_none() { TargetIndex::Append } else { TargetIndex::At(0) });
    }
    if field.max.is_some() {
        return Err(format!("{bare} without brackets: there is only one"));
    }
    let inside = part.strip_prefix(bare).and_then(|p| p.strip_prefix('[')).and_then(|p| p.strip_suffix(']'));
    if let ([TargetStep { index: TargetIndex::At(view), .. }], "channel", Some(id)) = (before, bare, inside)
        && let Some(at) = channels.get(*view).and_then(|ids| ids.iter().position(|c| c == id))
    {
        return Ok(TargetIndex::At(at));
    }
    Ok(match step(part)?.index {
        Index::At(n) if n < 10_000 => TargetIndex::At(n),
        Index::At(_) => return Err("an index below 10000".to_owned()),
        Index::Each => TargetIndex::Each,
    })
}

/// Checks that a code is in its list; the error lists the codes.
pub(super) fn listed<T: CodeList>(code: &str) -> Result<T, String> {
    let value = T::from_code(code);
    if value.is_listed() {
        return Ok(value);
    }
    let codes: Vec<_> = T::VALUES.iter().map(|(code, _)| *code).collect();
    Err(format!("one of {}, not {code:?}", codes.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Target, String> {
        Target::parse(text, &[vec!["high".into(), "low".into()]])
    }

    #[test]
    fn paths_resolve_against_the_model() {
        let target = parse("view[0]/channel[low]/noise/quantum").unwrap();
        assert_eq!(target.steps[1].index, TargetIndex::At(1));
        assert_eq!(parse("object/containerNumber").unwrap().steps[1].index, TargetIndex::Append);
        assert!(parse("object/plate[*]/number").unwrap().follows_source());
        assert_eq!(parse("system/source/kind").unwrap().steps[1].index, TargetIndex::At(0));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, part) in [
            ("identity/begin", "a field of Identity (scanId, scannerScanId, start"),
            ("identity/start/hour", "nothing behind a value"),
            ("identity/site", "go on with one of locode"),
            ("identity[0]/start", "without brackets"),
            ("identity/scanId", "filled by the reader"),
            ("provenance/converter", "filled by the reader"),
            ("view[1]/name", "a view that the profile declares"),
            ("view[0]/channel[2]/energy", "a channel that the profile declares"),
            ("view[*]/name", "a number in brackets"),
            ("object/plate[x]/number", "a whole number or *"),
            ("", "a field of Scan"),
        ] {
            assert!(parse(text).is_err_and(|e| e.contains(part)), "{text}: {:?}", parse(text).err());
        }
    }

    #[test]
    fn values_are_checked_against_their_type() {
        let accepts = |path: &str, text: &str| parse(path).unwrap().accepts(text).is_ok();
        assert!(accepts("view[0]/geometry/pitchRows", "4.5") && !accepts("view[0]/geometry/pitchRows", "4,5"));
        assert!(!accepts("view[0]/geometry/pitchRows", "1e9"));
        assert!(accepts("identity/start", "2026-11-22T03:14:15+01:00") && !accepts("identity/start", "22.11.2026"));
        assert!(accepts("object/kind", "truck") && !accepts("object/kind", "lorry"));
        assert!(accepts("trade/goods/packages", "12") && !accepts("trade/goods/packages", "12.5"));
    }
}
