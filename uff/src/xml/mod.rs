//! XML: a hardened parser and a deterministic writer for any document, and the metadata documents of the file.
//!
//! [`parse`] reads XML 1.0 with namespaces into a [`Node`](crate::model::record::Node) tree. It refuses document type
//! definitions and all entities but the five predefined ones, bounds depth, count and size by the
//! [`Budget`](crate::limits::Budget), and accepts UTF-8 and UTF-16 with a byte order mark. Comments and processing
//! instructions are not content and are dropped. Prefixes are resolved and not kept, so a prefixed name inside a text
//! loses its meaning.
//!
//! [`read_scan`] and [`write_scan`] map metadata documents of major versions 2 and 3 to a [`Scan`](crate::model::Scan).
//! Both versions, and their XSD, follow from the record specifications (see [`crate::model::record`]).
//!
//! ```
//! use uff::limits::Budget;
//!
//! let node = uff::xml::parse(b"<box><side unit='mm'>12</side></box>", "box.xml", &Budget::default())?;
//! assert_eq!(node.child("side").map(|side| side.text.as_str()), Some("12"));
//! # Ok::<(), uff::Error>(())
//! ```

mod attributes;
mod chars;
mod encoding;
mod namespaces;
mod parser;
mod place;
mod references;
mod scan;
mod schema;
#[cfg(test)]
mod tests;
mod v2;
mod validation;
mod version;
mod writer;

pub use parser::parse;
pub use parser::parse_text;
pub use parser::parse_unbound;
pub use scan::read_scan;
pub use scan::settle;
pub use scan::write_scan;
pub use schema::documentation;
pub use schema::schema;
pub use validation::SchemaIssue;
pub use validation::validate;
pub use version::MetadataVersion;
pub use writer::write;
