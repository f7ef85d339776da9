//! Declaration of metadata records: one place for names, documentation, types, privacy and retention.
//!
//! The crate-private macro `record!` declares a struct and, from the same lines, its [`RecordSpec`] and its mapping to a
//! neutral [`Node`] tree. The metadata documents (`xml`), their XSD, the version 2 subset and the loss reports all walk
//! the specification of [`Scan`](super::Scan), so none can drift from the types. Content that a record does not know is
//! kept in its `unknown` field and written back in the same element.

mod declare;
mod item;
mod node;
mod scalar;
mod spec;

pub(crate) use declare::record;
pub(crate) use item::refuse_text;
pub use item::{Field, Item, Scalar};
pub use node::{Attribute, Node, Unknown};
pub use spec::{FieldSpec, Privacy, RecordSpec, Retention, SimpleSpec, Since, TypeSpec};
