//! The schema of the metadata documents, generated from the record specifications: XSD and documentation.

mod documentation;
mod types;
mod xsd;

pub use documentation::documentation;
pub use xsd::schema;
