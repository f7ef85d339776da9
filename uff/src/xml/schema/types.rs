//! The types of a metadata version, in the order of their first use.

use crate::model::Scan;
use crate::model::record::{FieldSpec, RecordSpec, SimpleSpec, TypeSpec};
use crate::xml::MetadataVersion;

/// Types that a version of the metadata document uses.
pub(super) struct Types {
    version: MetadataVersion,
    /// Records, outermost first.
    pub(super) records: Vec<&'static RecordSpec>,
    /// Simple types.
    pub(super) simples: Vec<&'static SimpleSpec>,
}

impl Types {
    /// Collects the types of a version.
    pub(super) fn of(version: MetadataVersion) -> Self {
        let mut types = Self { version, records: Vec::new(), simples: Vec::new() };
        types.visit(Scan::SPEC);
        types
    }

    /// Iterates over the fields of a record that the version has, in document order.
    pub(super) fn fields(&self, record: &'static RecordSpec) -> impl Iterator<Item = &'static FieldSpec> + use<> {
        let version = self.version;
        record.fields.iter().filter(move |field| version.holds(field.since))
    }

    fn visit(&mut self, record: &'static RecordSpec) {
        if self.records.iter().any(|r| r.name == record.name) {
            return;
        }
        self.records.push(record);
        for field in self.fields(record) {
            match field.kind {
                TypeSpec::Record(inner) => self.visit(inner),
                TypeSpec::Simple(simple) if self.simples.iter().all(|s| s.name != simple.name) => {
                    self.simples.push(simple);
                }
                TypeSpec::Simple(_) => {}
            }
        }
    }
}

/// Returns the name of the type of a field.
pub(super) fn type_name(field: &FieldSpec) -> &'static str {
    match field.kind {
        TypeSpec::Record(record) => record.name,
        TypeSpec::Simple(simple) => simple.name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every type has its own name: the schema has one name space for records and simple types.
    #[test]
    fn names_are_unique() {
        fn visit(record: &'static RecordSpec, found: &mut Vec<(&'static str, *const ())>) {
            let mut add = |name, address| {
                let known = found.iter().find(|(n, _)| *n == name).map(|(_, a)| *a);
                assert!(known.is_none_or(|a| a == address), "{name} names two types");
                found.push((name, address));
                known.is_none()
            };
            if add(record.name, std::ptr::from_ref(record).cast()) {
                for field in record.fields {
                    match field.kind {
                        TypeSpec::Record(inner) => visit(inner, found),
                        TypeSpec::Simple(simple) => found.push((simple.name, std::ptr::from_ref(simple).cast())),
                    }
                }
            }
        }
        let mut found = Vec::new();
        visit(Scan::SPEC, &mut found);
        found.sort_unstable();
        found.dedup();
        let names: Vec<_> = found.iter().map(|(n, _)| *n).collect();
        let mut unique = names.clone();
        unique.dedup();
        assert_eq!(names, unique);
    }

    #[test]
    fn version_2_has_fewer_types() {
        let names = |version| Types::of(version).records.iter().map(|r| r.name).collect::<Vec<_>>();
        let (old, new) = (names(MetadataVersion::V2), names(MetadataVersion::V3));
        assert!(old.iter().all(|n| new.contains(n)));
        assert!(new.contains(&"Radiation") && !old.contains(&"Radiation"));
    }
}
