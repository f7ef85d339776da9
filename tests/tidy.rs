//! House rules that a compiler does not check: which module may import which, how long a file may grow, where a file
//! may live and what it may say.
//!
//! The rules read the tree as it lies on disk, without `target` and without version control, so that they also hold in
//! a source archive.

#![expect(clippy::expect_used, reason = "a rule that cannot look at the tree has failed")]

#[path = "tidy/docs.rs"]
mod docs;
#[path = "tidy/files.rs"]
mod files;
#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/rust_source.rs"]
mod rust_source;
#[path = "tidy/tree.rs"]
mod tree;

/// Fails with every broken rule at once, one per line.
fn assert_clean(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}
