//! What a refusal to read says about the file: the finding that stands for an error.

use super::checks::Checks;
use super::{FindingCode, Place};
use crate::error::{Code, Error, Kind};

/// Place of the integrity list in errors.
const LIST: &str = "/integrity";

/// Returns the finding code that stands for an error met while reading a file.
pub(crate) fn code_of(error: &Error) -> FindingCode {
    use FindingCode as F;
    match error.code() {
        Code::InputTruncated => F::ContainerTruncated,
        Code::Hdf5Magic => F::ContainerNotHdf5,
        Code::Hdf5Structure => F::ContainerDamaged,
        Code::Hdf5Unsupported => F::ContainerUnsupported,
        Code::Hdf5Missing | Code::UffMissing => F::LayoutMissing,
        Code::UffInconsistent if error.place().is_some_and(|p| p.starts_with(LIST)) => F::IntegrityList,
        Code::Hdf5Type | Code::UffInconsistent => F::LayoutType,
        Code::Hdf5Checksum => F::IntegrityChunk,
        Code::UffNotUff => F::LayoutNotUff,
        Code::UffVersion => F::VersionNewerMajor,
        Code::UffDigest => F::IntegrityDigest,
        Code::XmlSyntax => F::MetadataSyntax,
        Code::XmlForbidden => F::MetadataForbidden,
        Code::XmlEncoding => F::MetadataEncoding,
        Code::XmlRoot => F::MetadataRoot,
        Code::XmlMissing => F::MetadataSchema,
        Code::XmlValue => F::MetadataValue,
        other => match other.kind() {
            Kind::Limit => F::ContainerLimit,
            Kind::Io | Kind::Output | Kind::NotFound | Kind::Conflict => F::ContainerUnreadable,
            Kind::Integrity => F::IntegrityDigest,
            Kind::Unsupported => F::ContainerUnsupported,
            Kind::Malformed | Kind::Misuse | Kind::Internal => F::ContainerDamaged,
        },
    }
}

/// Records the finding that stands for an error met at an object of the file.
pub(crate) fn refused(checks: &mut Checks<'_>, error: &Error, object: &str) {
    checks.that(code_of(error), false, |at| {
        let mut finding = at(place_of(error, object)).detail(sentence(error.message()));
        if let Some(expected) = error.expectation() {
            finding = finding.expected(expected);
        }
        if let Some(found) = error.finding() {
            finding = finding.found(found);
        }
        finding
    });
}

/// Turns the message of an error, a lower-case phrase, into a sentence.
fn sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// Reads the place of an error: a line, an element, an offset or an object; else it is `object`.
fn place_of(error: &Error, object: &str) -> Place {
    let place = error.place().unwrap_or_default();
    let number = |text: &str| text.split(|c: char| !c.is_ascii_digit()).next().and_then(|n| n.parse().ok());
    if let Some(line) = place.strip_prefix("line ").and_then(number) {
        return Place::Line(line);
    }
    if let Some(offset) = place.strip_prefix("offset ").and_then(number) {
        return Place::Offset(offset);
    }
    match place {
        p if p == "scan" || p.starts_with("scan/") => Place::element(p),
        p if p.starts_with('/') => Place::object(p),
        _ if object.is_empty() => Place::File,
        _ => Place::object(object),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_errors_are_read() {
        let place = |at: &str| place_of(&Error::new(Code::Internal, "x").at(at), "/metadata");
        assert_eq!(place("line 12, column 3"), Place::Line(12));
        assert_eq!(place("offset 96"), Place::Offset(96));
        assert_eq!(place("scan/view[1]"), Place::element("scan/view[1]"));
        assert_eq!(place("/views/0"), Place::object("/views/0"));
        assert_eq!(place("elsewhere"), Place::object("/metadata"));
    }
}
