//! Metadata document: well-formed, of a known kind, valid against its schema, and nothing unlisted.

use super::{Needs, Rule};
use crate::model::record::TypeSpec;
use crate::validate::checks::Checks;
use crate::validate::context::Context;
use crate::validate::elements::{Element, visit};
use crate::validate::refusal::{code_of, refused};
use crate::validate::{FindingCode as C, Place};
use crate::xml;

pub(super) const RULES: &[Rule] = &[
    Rule {
        codes: &[C::MetadataSyntax, C::MetadataForbidden, C::MetadataEncoding, C::MetadataRoot],
        needs: Needs::Document,
        run: document,
    },
    Rule { codes: &[C::MetadataSchema, C::MetadataValue], needs: Needs::Document, run: schema },
    Rule { codes: &[C::MetadataUnlistedCode, C::MetadataUnknownElement], needs: Needs::Scan, run: unlisted },
];

/// Path of the metadata document, for places.
const DOCUMENT: &str = "/metadata";
/// Codes of a document that is none of ours.
const UNREADABLE: [C; 4] = [C::MetadataSyntax, C::MetadataForbidden, C::MetadataEncoding, C::MetadataRoot];

fn document(context: &Context, checks: &mut Checks<'_>) {
    let error = context.reading().and_then(Result::err).filter(|e| UNREADABLE.contains(&code_of(e)));
    match error {
        Some(e) => refused(checks, e, DOCUMENT),
        None => UNREADABLE.into_iter().for_each(|code| checks.that(code, true, |at| at(Place::File))),
    }
}

/// Validates against the schema, unless the document is of a later minor version, whose additions only its own schema
/// knows. A document that the schema allows may still hold a value that no reader can use.
fn schema(context: &Context, checks: &mut Checks<'_>) {
    let Some(document) = context.document() else { return };
    let error = context.reading().and_then(Result::err);
    if error.is_some_and(|e| !matches!(code_of(e), C::MetadataSchema | C::MetadataValue)) {
        return;
    }
    let Some(version) = context.metadata_version().filter(|_| context.newer_document().is_none()) else { return };
    let violations = match xml::validate(document, context.source().name(), version, context.budget()) {
        Ok(violations) => violations,
        Err(e) => return refused(checks, &e, DOCUMENT),
    };
    for issue in &violations {
        checks.that(C::MetadataSchema, false, |at| {
            at(Place::element(&issue.path)).detail(format_args!("Line {}: {}", issue.line, issue.message))
        });
    }
    if violations.is_empty() {
        checks.that(C::MetadataSchema, true, |at| at(Place::File));
        match error {
            Some(e) => refused(checks, e, DOCUMENT),
            None => checks.that(C::MetadataValue, true, |at| at(Place::File)),
        }
    }
}

fn unlisted(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    visit(scan, |path, element| match element {
        Element::Unknown => checks.that(C::MetadataUnknownElement, false, |at| at(Place::element(path))),
        Element::Text(field, text) => {
            checks.that(C::MetadataUnknownElement, true, |at| at(Place::element(path)));
            let TypeSpec::Simple(simple) = field.kind else { return };
            if !simple.values.is_empty() {
                let listed = simple.values.iter().any(|(code, _)| *code == text.trim());
                checks.that(C::MetadataUnlistedCode, listed, |at| {
                    let codes: Vec<_> = simple.values.iter().map(|(code, _)| *code).collect();
                    at(Place::element(path)).expected(codes.join(", ")).found(text)
                });
            }
        }
    });
}
