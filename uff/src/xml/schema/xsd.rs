//! XSD 1.0 of the metadata documents.

use std::fmt::Write as _;

use super::types::{Types, type_name};
use crate::model::record::{FieldSpec, RecordSpec, SimpleSpec};
use crate::xml::MetadataVersion;
use crate::xml::scan::{ROOT, VERSION};

/// Namespace of the tags that the schema gives each element beside its documentation.
const TAGS: &str = "urn:uff-open:schema-tags";

const ABOUT: &str = "\
Metadata of one X-ray scan in the open HDF5 profile of the Unified File Format; the document stands in /metadata of the \
file. Generated from the model; the same facts, with clause numbers, stand in metadata.md. Each element is tagged in \
its appinfo: clause; privacy, whether it names or describes a person; retention, how long it lives; since, the first \
major version that has it.";

const OPEN: &str = "\
Elements of a record come in the order given here. Elements and attributes of other namespaces are welcome at the end \
of every record and are kept by readers. A later minor version may add elements of this namespace at the end of a \
record, and codes to a code list: readers keep such elements and codes, but only the schema of that minor version \
accepts the elements.";

const OPEN_CODE: &str = "\
Any other code: lists grow in minor versions, and readers keep what they do not know. A validator reports codes that \
are not listed; this schema does not refuse them.";

/// Returns the XSD of a version of the metadata document, generated from the record specifications.
pub fn schema(version: MetadataVersion) -> String {
    let types = Types::of(version);
    let namespace = version.namespace();
    let mut xsd = Xsd { out: String::new(), level: 0 };
    xsd.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xsd.open(&format!(
        "xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns=\"{namespace}\" xmlns:tag=\"{TAGS}\" \
         targetNamespace=\"{namespace}\" elementFormDefault=\"qualified\" version=\"{version}\""
    ));
    xsd.annotation(&[ABOUT, OPEN], None);
    xsd.root(version);
    types.records.iter().for_each(|record| xsd.record(record, &types));
    types.simples.iter().for_each(|simple| xsd.simple(simple));
    xsd.unlisted_code();
    xsd.close("xs:schema");
    xsd.out
}

struct Xsd {
    out: String,
    level: usize,
}

impl Xsd {
    fn line(&mut self, text: &str) {
        self.out.extend(std::iter::repeat_n("  ", self.level));
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn open(&mut self, tag: &str) {
        self.line(&format!("<{tag}>"));
        self.level += 1;
    }

    fn close(&mut self, name: &str) {
        self.level = self.level.saturating_sub(1);
        self.line(&format!("</{name}>"));
    }

    fn annotation(&mut self, documentation: &[&str], tags: Option<&str>) {
        self.open("xs:annotation");
        for text in documentation {
            self.line(&format!("<xs:documentation xml:lang=\"en\">{}</xs:documentation>", escape(text)));
        }
        if let Some(tags) = tags {
            self.line(&format!("<xs:appinfo><tag:field {tags}/></xs:appinfo>"));
        }
        self.close("xs:annotation");
    }

    fn root(&mut self, version: MetadataVersion) {
        self.open(&format!("xs:element name=\"{ROOT}\""));
        self.annotation(&["Root of the document."], None);
        self.open("xs:complexType");
        self.open("xs:complexContent");
        self.open("xs:extension base=\"Scan\"");
        self.open(&format!("xs:attribute name=\"{VERSION}\" use=\"required\""));
        self.annotation(&["Major and minor version of the document."], None);
        self.open("xs:simpleType");
        self.open("xs:restriction base=\"xs:token\"");
        self.line(&format!("<xs:pattern value=\"{}\\.[0-9]+\"/>", version.major()));
        self.close("xs:restriction");
        self.close("xs:simpleType");
        self.close("xs:attribute");
        self.close("xs:extension");
        self.close("xs:complexContent");
        self.close("xs:complexType");
        self.close("xs:element");
    }

    fn record(&mut self, record: &'static RecordSpec, types: &Types) {
        self.open(&format!("xs:complexType name=\"{}\"", record.name));
        self.annotation(&[record.doc.trim()], None);
        self.open("xs:sequence");
        types.fields(record).for_each(|field| self.field(record, field));
        self.line("<xs:any namespace=\"##other\" processContents=\"lax\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>");
        self.close("xs:sequence");
        self.line("<xs:anyAttribute namespace=\"##other\" processContents=\"lax\"/>");
        self.close("xs:complexType");
    }

    fn field(&mut self, record: &RecordSpec, field: &FieldSpec) {
        let mut tag = format!("xs:element name=\"{}\" type=\"{}\"", field.name, type_name(field));
        if field.min != 1 {
            let _ = write!(tag, " minOccurs=\"{}\"", field.min);
        }
        match field.max {
            Some(1) => {}
            Some(max) => {
                let _ = write!(tag, " maxOccurs=\"{max}\"");
            }
            None => tag.push_str(" maxOccurs=\"unbounded\""),
        }
        self.open(&tag);
        let tags = format!(
            "clause=\"{}\" privacy=\"{}\" retention=\"{}\" since=\"{}\"",
            record.clause(field),
            field.privacy.as_str(),
            field.retention.as_str(),
            field.since.major()
        );
        self.annotation(&[field.doc.trim()], Some(&tags));
        self.close("xs:element");
    }

    fn simple(&mut self, simple: &SimpleSpec) {
        if !simple.values.is_empty() {
            return self.code_list(simple);
        }
        self.open(&format!("xs:simpleType name=\"{}\"", simple.name));
        self.annotation(&[simple.doc.trim()], None);
        let mut facets = Vec::new();
        if !simple.pattern.is_empty() {
            facets.push(format!("<xs:pattern value=\"{}\"/>", escape(simple.pattern)));
        }
        if let Some((min, max)) = simple.range {
            facets.push(format!("<xs:minInclusive value=\"{min}\"/>"));
            facets.push(format!("<xs:maxInclusive value=\"{max}\"/>"));
        }
        let base = format!("xs:restriction base=\"xs:{}\"", simple.base);
        if facets.is_empty() {
            self.line(&format!("<{base}/>"));
        } else {
            self.open(&base);
            facets.iter().for_each(|facet| self.line(facet));
            self.close("xs:restriction");
        }
        self.close("xs:simpleType");
    }

    fn code_list(&mut self, simple: &SimpleSpec) {
        self.open(&format!("xs:simpleType name=\"{}\"", simple.name));
        self.annotation(&[simple.doc.trim()], None);
        self.line(&format!("<xs:union memberTypes=\"{}Listed UnlistedCode\"/>", simple.name));
        self.close("xs:simpleType");
        self.open(&format!("xs:simpleType name=\"{}Listed\"", simple.name));
        self.open(&format!("xs:restriction base=\"xs:{}\"", simple.base));
        for (code, meaning) in simple.values {
            self.open(&format!("xs:enumeration value=\"{}\"", escape(code)));
            self.annotation(&[meaning], None);
            self.close("xs:enumeration");
        }
        self.close("xs:restriction");
        self.close("xs:simpleType");
    }

    fn unlisted_code(&mut self) {
        self.open("xs:simpleType name=\"UnlistedCode\"");
        self.annotation(&[OPEN_CODE], None);
        self.open("xs:restriction base=\"xs:token\"");
        self.line("<xs:minLength value=\"1\"/>");
        self.close("xs:restriction");
        self.close("xs:simpleType");
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
