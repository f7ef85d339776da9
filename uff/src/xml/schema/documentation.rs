//! Documentation of the metadata documents as Markdown.

use std::fmt::Write as _;

use super::types::{Types, type_name};
use crate::model::record::{Privacy, RecordSpec, Retention, SimpleSpec, TypeSpec};
use crate::xml::MetadataVersion;
use crate::xml::scan::{ROOT, VERSION};

const HEAD: &str = "\
# Metadata document

<!-- Generated from the model; see uff/src/xml/schema. -->

Metadata of one X-ray scan in the open HDF5 profile of the Unified File Format. The document is XML 1.0 in UTF-8 and \
stands in `/metadata` of the file. This is an open profile of the published scope of the format, not the layout of the \
specification of the World Customs Organization, which is not public.
";

const RULES: &str = "\
## Rules

* **M-1** The document has no document type definition and uses no entities but the five predefined ones.
* **M-2** The elements of a record come in the order of its table. Readers do not rely on it.
* **M-3** Readers branch on the major version, which the namespace tells, and accept every minor version.
* **M-4** Elements and attributes of other namespaces may stand at the end of every record. Readers keep them, and \
elements of the document's own namespace that they do not know, and write them back in the same record.
* **M-5** A code list may grow in a minor version. Readers keep codes that they do not know.
* **M-6** Numbers are finite decimal numbers with a point.
* **M-7** A version 2 document holds no element marked *since 3*; what a writer leaves out for that stands in \
`provenance/loss`.
* **M-8** White space in elements of type Text is significant. Carriage returns are written as `&#13;`. Characters that \
XML 1.0 does not allow are replaced by U+FFFD, which stands in `provenance/loss`.
* **M-9** An element of a simple type has no attributes, and no text stands between the elements of a record.
";

/// Returns the documentation of every element of the metadata documents, in Markdown.
///
/// Each element has a clause `M-Record.element`, as [`RecordSpec::clause`] gives it, that findings can cite.
pub fn documentation() -> String {
    let types = Types::of(MetadataVersion::V3);
    let mut out = String::from(HEAD);
    out.push_str("\n| version | namespace | root element | schema |\n|---|---|---|---|\n");
    for version in MetadataVersion::ALL {
        let (major, namespace) = (version.major(), version.namespace());
        let schema = format!("[uff-metadata-{major}.xsd](uff-metadata-{major}.xsd)");
        let _ = writeln!(out, "| {major} | `{namespace}` | `<{ROOT} {VERSION}=\"{version}\">` | {schema} |");
    }
    let _ = write!(out, "\n{RULES}\n## Tags\n\n| privacy | meaning |\n|---|---|\n");
    for (tag, meaning) in Privacy::ALL {
        let _ = writeln!(out, "| {} | {meaning} |", tag.as_str());
    }
    out.push_str("\n| retention | lives |\n|---|---|\n");
    for (class, meaning) in Retention::ALL {
        let _ = writeln!(out, "| {} | {meaning} |", class.as_str());
    }
    out.push_str("\n## Records\n");
    types.records.iter().for_each(|r| record(&mut out, r, &types));
    out.push_str("\n## Simple types\n\n| type | XSD base | pattern or range | meaning |\n|---|---|---|---|\n");
    for simple in types.simples.iter().filter(|s| s.values.is_empty()) {
        let _ = writeln!(out, "| {} | `xs:{}` | {} | {} |", simple.name, simple.base, facets(simple), cell(simple.doc));
    }
    out.push_str("\n## Code lists\n");
    for list in types.simples.iter().filter(|s| !s.values.is_empty()) {
        let _ = write!(out, "\n### {}\n\n{}\n\n| code | meaning |\n|---|---|\n", list.name, list.doc.trim());
        for (code, meaning) in list.values {
            let _ = writeln!(out, "| `{code}` | {} |", cell(meaning));
        }
    }
    out
}

fn record(out: &mut String, record: &'static RecordSpec, types: &Types) {
    let mut places = Vec::new();
    find(types.records.first().copied(), ROOT.to_owned(), record, &mut places);
    let _ = write!(out, "\n### {}\n\n{}\n\nAt: {}\n\n", record.name, record.doc.trim(), places.join(", "));
    out.push_str("| clause | element | type | occurs | meaning | privacy | retention | since |\n");
    out.push_str("|---|---|---|---|---|---|---|---|\n");
    for field in types.fields(record) {
        let _ = writeln!(
            out,
            "| {} | `{}` | [{}](#{}) | {} | {} | {} | {} | {} |",
            record.clause(field),
            field.name,
            type_name(field),
            anchor(field.kind),
            field.cardinality(),
            cell(field.doc),
            field.privacy.as_str(),
            field.retention.as_str(),
            field.since.major(),
        );
    }
}

/// Collects the paths at which `wanted` occurs.
fn find(from: Option<&'static RecordSpec>, path: String, wanted: &RecordSpec, places: &mut Vec<String>) {
    let Some(from) = from else { return };
    if from.name == wanted.name {
        places.push(format!("`{path}`"));
    }
    for field in from.fields {
        if let TypeSpec::Record(inner) = field.kind {
            find(Some(inner), format!("{path}/{}", field.name), wanted, places);
        }
    }
}

fn anchor(kind: TypeSpec) -> String {
    match kind {
        TypeSpec::Record(record) => record.name.to_lowercase(),
        TypeSpec::Simple(simple) if simple.values.is_empty() => "simple-types".to_owned(),
        TypeSpec::Simple(simple) => simple.name.to_lowercase(),
    }
}

fn facets(simple: &SimpleSpec) -> String {
    match simple.range {
        Some((min, max)) => format!("{min} to {max}"),
        None if simple.pattern.is_empty() => String::new(),
        None => format!("`{}`", simple.pattern.replace('|', "\\|")),
    }
}

fn cell(text: &str) -> String {
    text.trim().replace('|', "\\|")
}
