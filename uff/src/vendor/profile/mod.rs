//! Declarative profiles: a text that tells how one scanner writes, so that a new scanner needs no code.
//!
//! A [`Profile`] is TOML (`schemas/profile.md` is its reference, `schemas/profile.schema.json` its schema). It says how
//! a delivery is recognised, which files make up a scan, which header fields matter, where the samples lie, and where
//! the fields of the sidecar go in the model. The engine never alters a sample, keeps every field that the profile does
//! not mention, and lists in the loss report what the profile adds of its own.
//!
//! A profile is checked when it is parsed: every expression, name and model path in it is resolved then, and an error
//! names the line. It cannot read outside the delivery, loop, or ask for more memory than the pixel files have bytes.

mod check;
mod container;
mod datasets;
mod document;
mod draft;
mod element;
mod expression;
mod fields;
mod files;
mod ini;
mod layout;
mod library;
mod pattern;
mod payload;
mod place;
mod plan;
mod read;
mod reader;
mod resolve;
mod resolve_files;
mod resolve_hdf5;
mod schema;
mod sidecar;
mod site;
mod table;
mod target;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod value;

use std::collections::BTreeMap;
use std::path::Path;

pub use check::PlaneFigures;
pub use check::ProfileCheck;
pub use document::Document;
pub use draft::Draft;
pub use draft::draft;
pub use library::load_directory;
pub use read::Filled;
pub use read::Reading;
pub use reader::ProfileReader;
pub use schema::REFERENCE;
pub use schema::SCHEMA;
pub use site::open_site;

use crate::error::Result;
use crate::model::Sha256;
use crate::source::read_text;
use place::ProfileText;
use plan::Plan;

/// Largest profile accepted, in bytes.
const LARGEST: u64 = 1 << 20;

/// A vendor profile, checked.
#[derive(Debug, Clone)]
pub struct Profile {
    document: Document,
    plan: Plan,
    text: ProfileText,
    digest: Sha256,
    site: BTreeMap<String, String>,
}

impl Profile {
    /// Reads and checks the text of a profile; `name` stands in messages.
    ///
    /// # Errors
    /// `profile.syntax` and `profile.value`, with the line.
    pub fn parse(text: &str, name: &str) -> Result<Self> {
        let text = ProfileText::new(text, name);
        let document = text.document()?;
        let plan = resolve::resolve(&document, &text)?;
        let (digest, site) = (Sha256::of(text.as_str().as_bytes()), BTreeMap::new());
        Ok(Self { digest, document, plan, text, site })
    }

    /// Gives the profile the constants of a site, for maps from `site:NAME`. The loss report names each that is used.
    #[must_use]
    pub fn at_site(mut self, constants: BTreeMap<String, String>) -> Self {
        self.site = constants;
        self
    }

    /// Reads and checks a profile from a file.
    ///
    /// # Errors
    /// As [`Profile::parse`], and `io.*`.
    pub fn open(path: &Path) -> Result<Self> {
        let text = read_text(path, LARGEST, crate::Code::ProfileSyntax)?;
        Self::parse(&text, &path.display().to_string())
    }

    /// Returns the name, such as `acme-gantry`.
    pub fn name(&self) -> &str {
        self.document.profile.name.get_ref()
    }

    /// Returns the version that the profile states.
    pub fn version(&self) -> &str {
        &self.document.profile.version
    }

    /// Returns the title for people.
    pub fn title(&self) -> &str {
        &self.document.profile.title
    }

    /// Returns the SHA-256 of the text.
    pub fn digest(&self) -> Sha256 {
        self.digest
    }

    /// Returns where the profile came from: a path or a name.
    pub fn origin(&self) -> &str {
        self.text.name()
    }

    /// Returns the profile as written.
    pub fn text(&self) -> &str {
        self.text.as_str()
    }
}
