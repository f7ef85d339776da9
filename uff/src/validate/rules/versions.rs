//! Versions: of the layout, of the metadata document, and whether file and document agree.

use super::{Needs, Rule};
use crate::Code;
use crate::format::layout;
use crate::validate::checks::Checks;
use crate::validate::context::Context;
use crate::validate::refusal::refused;
use crate::validate::{FindingCode as C, Place};

pub(super) const RULES: &[Rule] = &[
    Rule { codes: &[C::VersionNewerMajor], needs: Needs::Objects, run: major },
    Rule { codes: &[C::VersionNewerMinor], needs: Needs::File, run: minor },
    Rule { codes: &[C::VersionMetadata], needs: Needs::File, run: metadata },
];

fn major(context: &Context, checks: &mut Checks<'_>) {
    let document = context.reading().and_then(Result::err);
    match context.refusal().or(document).filter(|e| e.code() == Code::UffVersion) {
        Some(e) => refused(checks, e, "/"),
        None => checks.that(C::VersionNewerMajor, true, |at| at(Place::File)),
    }
}

fn minor(context: &Context, checks: &mut Checks<'_>) {
    let Some(file) = context.file() else { return };
    let (found, known) = (file.layout_version(), layout::LAYOUT_VERSION);
    checks.that(C::VersionNewerMinor, found.major != known.major || found.minor <= known.minor, |at| {
        at(Place::object(format!("/@{}", layout::ATTR_LAYOUT_VERSION)))
            .expected(format_args!("at most {known}"))
            .found(found)
    });
    let newer = context.newer_document();
    checks.that(C::VersionNewerMinor, newer.is_none(), |at| {
        at(Place::element("scan/@version"))
            .expected(format_args!("at most {}", file.metadata_version()))
            .found(newer.unwrap_or_default())
    });
}

fn metadata(context: &Context, checks: &mut Checks<'_>) {
    let Some(Ok((_, version))) = context.reading() else { return };
    let Some(labelled) = context.root_number(layout::ATTR_METADATA_VERSION) else { return };
    checks.that(C::VersionMetadata, labelled == f64::from(version.major()), |at| {
        at(Place::object(format!("/@{}", layout::ATTR_METADATA_VERSION))).expected(version.major()).found(labelled)
    });
}
