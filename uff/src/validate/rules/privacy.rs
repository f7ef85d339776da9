//! Personal data: pictures tagged as such, and no release to others with persons in it.

use super::{Needs, Rule};
use crate::model::identifier::Identifier;
use crate::model::record::Privacy;
use crate::model::{MediaKind, Scan};
use crate::validate::checks::Checks;
use crate::validate::context::Context;
use crate::validate::elements::{Element, visit};
use crate::validate::{FindingCode as C, Place};

pub(super) const RULES: &[Rule] = &[
    Rule { codes: &[C::PrivacyUntagged], needs: Needs::Scan, run: untagged },
    Rule { codes: &[C::PrivacyReleasedPerson, C::PrivacyPersonalData], needs: Needs::Scan, run: persons },
];

fn untagged(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    for (i, media) in scan.media.iter().enumerate().filter(|(_, m)| m.kind == MediaKind::Driver) {
        checks.that(C::PrivacyUntagged, media.personal_data, |at| {
            at(Place::element(format!("scan/media[{}]/personalData", i + 1))).expected("true").found("false")
        });
    }
}

/// Reports elements that name or show a person: as a warning when the scan may be released to others, otherwise as a
/// note. Pictures count when they are tagged; all other elements by the tag of their field.
fn persons(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    let mut elements = direct(scan);
    let tagged = scan.media.iter().enumerate().filter(|(_, m)| m.personal_data);
    elements.extend(tagged.map(|(i, _)| format!("scan/media[{}]", i + 1)));
    let to: Vec<&str> = scan.identity.releasability.iter().map(Identifier::written).collect();
    let (code, other) = match to.is_empty() {
        true => (C::PrivacyPersonalData, C::PrivacyReleasedPerson),
        false => (C::PrivacyReleasedPerson, C::PrivacyPersonalData),
    };
    checks.that(other, true, |at| at(Place::File));
    checks.that(code, elements.is_empty(), |at| {
        let first = elements.first().cloned().unwrap_or_default();
        let finding = at(Place::element(first)).found(elements.join(", "));
        match to.is_empty() {
            true => finding,
            false => finding.expected(format_args!("no such data in a scan releasable to {}", to.join(", "))),
        }
    });
}

/// Lists elements of text whose field is tagged as naming a person, media aside.
fn direct(scan: &Scan) -> Vec<String> {
    let mut found = Vec::new();
    visit(scan, |path, element| {
        if matches!(element, Element::Text(field, text) if field.privacy == Privacy::Direct && !text.is_empty()) {
            found.push(path.to_owned());
        }
    });
    found
}
