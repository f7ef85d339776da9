//! Validation of metadata documents against their XSD.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use xsd_schema::validation::{
    DriveWithError, InstancePath, PathStep, SchemaValidator, ValidationError, ValidationEventHandler, ValidationFlags,
    ValidationSink, ValidationWarning, drive_quick_xml_with,
};
use xsd_schema::{SchemaSet, load_and_process_schema};

use super::encoding::decode;
use super::{MetadataVersion, parse_text, schema};
use crate::error::{Code, Error, Result};
use crate::limits::Budget;

/// Most issues reported for one document.
const MOST: usize = 1000;

/// Violation of the schema by a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaIssue {
    /// Validation rule of XML Schema 1.0 that is broken, such as `cvc-datatype-valid.1`.
    pub rule: String,
    /// Path of the element or attribute, such as `scan/view[2]/rows`; numbers count elements of the same name, and 1 is
    /// left out.
    pub path: String,
    /// Line of the document, from 1, in which the element starts, or the one after which something is missing.
    pub line: usize,
    /// What is wrong, in words.
    pub message: String,
}

/// Validates a document against the XSD of a version; `name` is the file's name in messages. At most the first 1000
/// issues are reported.
///
/// # Errors
/// As [`parse`](super::parse) for a document that is not well-formed.
pub fn validate(bytes: &[u8], name: &str, version: MetadataVersion, budget: &Budget) -> Result<Vec<SchemaIssue>> {
    let text = decode(bytes, name, budget)?;
    // Refuses hostile documents before the validator sees them.
    parse_text(&text, name, budget)?;
    let mut found = with_schema(version, |schema| run(schema, &text, name))?;
    let mut line = 1;
    let mut counted = 0;
    found.sort_by_key(|(offset, _)| *offset);
    Ok(found
        .into_iter()
        .map(|(offset, issue)| {
            let between = text.as_bytes().get(counted..offset).unwrap_or_default();
            line += between.iter().filter(|b| **b == b'\n').count();
            counted = offset;
            SchemaIssue { line, ..issue }
        })
        .collect())
}

/// Validates well-formed text; gives issues with the byte offset of the element read last.
fn run(schema: &SchemaSet, text: &str, name: &str) -> Result<Vec<(usize, SchemaIssue)>> {
    let offset = Rc::new(Cell::new(0));
    let mut found = Vec::new();
    let sink = Sink { found: &mut found, offset: Rc::clone(&offset) };
    let validator = SchemaValidator::new(schema, ValidationFlags::ALLOW_XML_ATTRIBUTES);
    let mut runtime = validator.start_run(sink);
    drive_quick_xml_with(text.as_bytes(), &mut runtime, schema, &mut Tracker(offset)).map_err(|e| match e {
        DriveWithError::Hook(never) => match never {},
        other => Error::new(Code::XmlSyntax, "the document cannot be validated").file(name).cause(other),
    })?;
    // What it finds goes to the sink; the result only says so again.
    let _ = runtime.end_validation();
    drop(runtime);
    Ok(found)
}

thread_local! {
    /// Schemas compiled by this thread, oldest version first; they hold cells, so threads cannot share them.
    static SCHEMAS: [OnceCell<SchemaSet>; 2] = const { [OnceCell::new(), OnceCell::new()] };
}

/// Calls `run` with the compiled schema of a version; the first call of a thread compiles it.
fn with_schema<T>(version: MetadataVersion, run: impl FnOnce(&SchemaSet) -> Result<T>) -> Result<T> {
    SCHEMAS.with(|[v2, v3]| {
        let slot = match version {
            MetadataVersion::V2 => v2,
            MetadataVersion::V3 => v3,
        };
        match slot.get() {
            Some(set) => run(set),
            None => {
                let set = compile(version)?;
                run(slot.get_or_init(|| set))
            }
        }
    })
}

fn compile(version: MetadataVersion) -> Result<SchemaSet> {
    let mut set = SchemaSet::new();
    let name = format!("uff-metadata-{}.xsd", version.major());
    load_and_process_schema(schema(version).as_bytes(), &name, &mut set, None)
        .map_err(|e| Error::new(Code::Internal, "the schema of the metadata does not compile").file(name).cause(e))?;
    Ok(set)
}

/// Collects issues with the byte offset of the element that was read last.
struct Sink<'a> {
    found: &'a mut Vec<(usize, SchemaIssue)>,
    offset: Rc<Cell<usize>>,
}

impl ValidationSink for Sink<'_> {
    fn on_error(&mut self, error: ValidationError) {
        if self.found.len() < MOST {
            let path = error.instance_path().map(path_text).unwrap_or_default();
            let issue = SchemaIssue { rule: error.constraint.to_owned(), path, line: 0, message: error.message };
            self.found.push((self.offset.get(), issue));
        }
    }

    fn on_warning(&mut self, _warning: ValidationWarning) {}
}

fn path_text(path: &InstancePath) -> String {
    let step = |step: &PathStep| match (step.position(), step.name().local_name()) {
        (None, name) => format!("@{name}"),
        (Some(1), name) => name.to_owned(),
        (Some(n), name) => format!("{name}[{n}]"),
    };
    path.steps().map(step).collect::<Vec<_>>().join("/")
}

/// Notes where each element starts.
struct Tracker(Rc<Cell<usize>>);

impl ValidationEventHandler for Tracker {
    type Error = std::convert::Infallible;

    fn on_element_start_offset(&mut self, offset: usize) -> std::result::Result<(), Self::Error> {
        self.0.set(offset);
        Ok(())
    }
}
