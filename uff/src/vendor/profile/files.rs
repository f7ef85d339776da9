//! Which files of a delivery are meant.

use super::container::holds;
use super::document::FileFormat;
use super::pattern::matches;
use super::plan::{FilePlan, Mark, Plan};
use crate::error::{Code, Error, Result};
use crate::vendor::hdf5::is_foreign;
use crate::vendor::{Delivery, DeliveryFile};

/// Bytes of a sidecar looked at when recognising it.
const HEAD: usize = 64 << 10;

/// Returns what in the delivery fulfils the conditions of a profile; nothing when one does not hold or there are none.
pub(super) fn recognised(plan: &Plan, delivery: &Delivery) -> Result<Option<String>> {
    let mut reasons = Vec::new();
    for rule in plan.files.iter().filter(|f| !f.marks.is_empty()) {
        let found = marked(rule, delivery)?;
        match found.first().and_then(|i| delivery.files().get(*i)) {
            Some(file) => reasons.push(format!("{} in {}", describe(&rule.marks), file.name())),
            None if rule.optional => {}
            None => return Ok(None),
        }
    }
    Ok(if reasons.is_empty() { None } else { Some(reasons.join(", ")) })
}

/// Finds the file of each rule: by content where the profile states any, else by name among the files left.
///
/// # Errors
/// `input.missing_file`, `input.ambiguous`; `io.*`.
pub(super) fn select(plan: &Plan, delivery: &Delivery) -> Result<Vec<Vec<usize>>> {
    let mut chosen = vec![Vec::new(); plan.files.len()];
    for by_content in [true, false] {
        for (rule, slot) in plan.files.iter().zip(0..).filter(|(rule, _)| is_marked(rule) == by_content) {
            let mut found = match by_content {
                true => marked(rule, delivery)?,
                false => (0..delivery.files().len()).filter(|i| !chosen.iter().flatten().any(|c| c == i)).collect(),
            };
            let named = |i: &usize| {
                let name = delivery.files().get(*i).map_or("", DeliveryFile::name);
                rule.pattern.as_ref().is_none_or(|p| matches(p, name))
            };
            if !by_content || found.len() > 1 || rule.many {
                found.retain(named);
            }
            check(rule, &found, delivery)?;
            chosen.iter_mut().skip(slot).take(1).for_each(|c| c.clone_from(&found));
        }
    }
    Ok(chosen)
}

/// Returns whether the content tells which file is meant.
fn is_marked(rule: &FilePlan) -> bool {
    rule.marks.iter().any(Mark::is_content)
}

fn check(rule: &FilePlan, found: &[usize], delivery: &Delivery) -> Result<()> {
    let asked = || match (&rule.pattern, rule.marks.as_slice()) {
        (Some(pattern), []) => format!("a file named {pattern} ({} of the profile)", rule.id),
        (_, marks) => format!("a file with {} ({} of the profile)", describe(marks), rule.id),
    };
    match *found {
        [_] => Ok(()),
        [] if rule.optional => Ok(()),
        [_, _, ..] if rule.many => Ok(()),
        [] => Err(Error::new(Code::InputMissingFile, "a file of the scan is missing")
            .file(delivery.name())
            .expected(asked())
            .found(names(delivery.files().iter()))),
        _ => Err(Error::new(Code::InputAmbiguous, "more than one file could be meant")
            .file(delivery.name())
            .expected(asked())
            .found(names(found.iter().filter_map(|i| delivery.files().get(*i))))
            .hint(format!("Convert one scan at a time, or narrow the pattern at {} of the profile.", rule.line))),
    }
}

fn names<'a>(files: impl Iterator<Item = &'a DeliveryFile>) -> String {
    let mut names: Vec<_> = files.map(DeliveryFile::name).collect();
    let more = names.len().saturating_sub(8);
    names.truncate(8);
    match more {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

fn marked(rule: &FilePlan, delivery: &Delivery) -> Result<Vec<usize>> {
    let mut found = Vec::new();
    for (index, file) in delivery.files().iter().enumerate() {
        // A UFF file is HDF5, too, and never that of a vendor.
        let mut all = rule.text.format != FileFormat::Hdf5 || is_foreign(file)?;
        for mark in &rule.marks {
            all = all && bears(file, mark, rule)?;
        }
        if all {
            found.push(index);
        }
    }
    Ok(found)
}

fn bears(file: &DeliveryFile, mark: &Mark, rule: &FilePlan) -> Result<bool> {
    match mark {
        Mark::Bytes { offset, bytes } => {
            if offset.checked_add(bytes.len() as u64).is_none_or(|end| end > file.size()) {
                return Ok(false);
            }
            let mut found = vec![0; bytes.len()];
            file.source().read_exact_at(*offset, &mut found)?;
            Ok(found == *bytes)
        }
        Mark::Root { name, namespace } => {
            let head = file.head(HEAD)?;
            let text = match rule.text.encoding {
                super::text::Encoding::Utf8 => String::from_utf8_lossy(&head).into_owned(),
                _ => decoded(&head, rule),
            };
            let Some((found, space)) = root_element(&text) else { return Ok(false) };
            Ok(found == *name && namespace.as_ref().is_none_or(|n| Some(n) == space.as_ref()))
        }
        Mark::Section(name) => {
            let head = file.head(HEAD)?;
            let text = decoded(&head, rule);
            let title = |line: &str| line.trim().strip_prefix('[')?.strip_suffix(']').map(|t| t.trim().to_owned());
            Ok(rule.text.format == FileFormat::Ini && text.lines().any(|l| title(l).as_ref() == Some(name)))
        }
        Mark::Key(key) => Ok(decoded(&file.head(HEAD)?, rule).contains(key.as_str())),
        Mark::Hdf5 { place, text } => holds(file, place, text.as_deref(), rule.text.encoding),
        Mark::Name(pattern) => Ok(matches(pattern, file.name())),
    }
}

/// Decodes the start of a text; a character that the limit cuts in two is left out.
fn decoded(head: &[u8], rule: &FilePlan) -> String {
    let ends = (0..4.min(head.len())).map(|cut| head.get(..head.len() - cut).unwrap_or_default());
    ends.filter_map(|bytes| rule.text.encoding.decode(bytes)).next().unwrap_or_default()
}

/// Finds local name and namespace of the root element without parsing the document, so that a damaged document is
/// still recognised and its damage reported by the parser.
pub(super) fn root_element(text: &str) -> Option<(String, Option<String>)> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match () {
            () if rest.starts_with("<?") => "?>",
            () if rest.starts_with("<!--") => "-->",
            // Refused by the parser, which says why; an internal subset holds declarations that end in > themselves.
            () if rest.starts_with("<!DOCTYPE") && rest.split('>').next().is_some_and(|d| d.contains('[')) => "]>",
            () if rest.starts_with("<!DOCTYPE") => ">",
            () => break,
        };
        rest = rest.get(rest.find(end)? + end.len()..)?.trim_start();
    }
    let tag = rest.strip_prefix('<')?;
    let tag = tag.get(..tag.find('>')?)?.trim_end_matches('/');
    let name = tag.split(|c: char| c.is_ascii_whitespace()).next()?;
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    let legal = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if local.is_empty() || !local.chars().all(legal) {
        return None;
    }
    let declaration = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
    let namespace = tag.match_indices(&declaration).find_map(|(at, _)| {
        let value = tag.get(at + declaration.len()..)?.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        value.get(1..)?.split(quote).next().map(str::to_owned)
    });
    Some((local.to_owned(), namespace))
}

fn describe(marks: &[Mark]) -> String {
    let one = |mark: &Mark| match mark {
        Mark::Bytes { offset, bytes } => format!("bytes \"{}\" at offset {offset}", bytes.escape_ascii()),
        Mark::Root { name, namespace: None } => format!("root element {name}"),
        Mark::Root { name, namespace: Some(namespace) } => format!("root element {name} in {namespace}"),
        Mark::Section(name) => format!("section [{name}]"),
        Mark::Key(key) => format!("{key:?}"),
        Mark::Hdf5 { place, text: None } => place.to_string(),
        Mark::Hdf5 { place, text: Some(text) } => format!("{place} = {text:?}"),
        Mark::Name(pattern) => format!("the name {pattern}"),
    };
    marks.iter().map(one).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_elements_are_found_without_parsing() {
        let root = |text: &str| root_element(text);
        let plain = |name: &str| Some((name.to_owned(), None));
        assert_eq!(root("\u{feff}<?xml version='1.0'?>\n<!-- <No> -->\n<Scan id='1'>"), plain("Scan"));
        assert_eq!(root("<Scan/>"), plain("Scan"));
        assert_eq!(root("<!DOCTYPE Scan><Scan/>"), plain("Scan"));
        assert_eq!(root("<!DOCTYPE Scan [<!ENTITY a 'b'>]>\n<Scan/>"), plain("Scan"));
        assert_eq!(root("<a:Scan xmlns:a = 'urn:x'>"), Some(("Scan".to_owned(), Some("urn:x".to_owned()))));
        assert_eq!(root("<Scan xmlns:a='urn:y' xmlns=\"urn:x\""), None);
        assert_eq!(root("<Scan xmlns:a='urn:y' xmlns=\"urn:x\">").and_then(|r| r.1).as_deref(), Some("urn:x"));
        for text in ["", "<", "<>", "<!DOCTYPE x>", "text", "<?xml", "<a b"] {
            assert_eq!(root(text), None, "{text}");
        }
    }
}
