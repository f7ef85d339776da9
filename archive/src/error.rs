//! Errors of the archive and their stable codes.
//!
//! The shape is that of [`uff::Error`]: code, file, place, expected, found, hint, and the same [`Kind`]s, so callers
//! treat both alike. A failure of the codec keeps its own code; everything else has a code of the table below.

use std::fmt;

use uff::error::Kind;

/// Result of an archive operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! codes {
    ($( $variant:ident = $text:literal, $kind:ident, $explanation:literal, $hint:literal; )*) => {
        /// Stable code of a failure of the archive.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $( #[doc = $explanation] $variant, )* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$( Code::$variant, )*];

            /// Returns the dotted text of the code.
            pub const fn as_str(self) -> &'static str { match self { $( Code::$variant => $text, )* } }

            /// Returns who has to act.
            pub const fn kind(self) -> Kind { match self { $( Code::$variant => Kind::$kind, )* } }

            /// Returns what the code means, in one sentence.
            pub const fn explanation(self) -> &'static str { match self { $( Code::$variant => $explanation, )* } }

            /// Returns what to do about it.
            pub const fn hint(self) -> &'static str { match self { $( Code::$variant => $hint, )* } }
        }
    };
}

codes! {
    // Where the archive is.
    Location = "archive.location", Misuse, "The location of the archive or its settings make no sense.", "Give a directory, or a URL such as s3://bucket/prefix together with a catalogue path.";
    Absent = "archive.absent", NotFound, "There is no archive at the location.", "Check the location, or make an archive with `uff archive init`.";
    Exists = "archive.exists", Conflict, "The location holds an archive already.", "Use it as it is, or choose an empty location.";
    Version = "archive.version", Unsupported, "The archive was made by a version of this software with another format.", "Use a release that knows the format.";
    Replica = "archive.replica", Conflict, "The location holds a replica of an archive, which is written by replication alone.", "Use the archive itself. If it is lost for good, remove `care/replica.json` here: the replica is the archive then.";
    Moved = "archive.moved", Conflict, "The archive was moved to another location.", "Use it there.";
    StoreAbility = "archive.store_ability", Unsupported, "The object store lacks something the archive relies on.", "Choose a store that creates objects conditionally and reads byte ranges.";

    // Object store.
    Store = "archive.store", Io, "The object store failed.", "Check that the store answers, then try again; nothing half-written counts.";
    StoreAccess = "archive.store_access", Io, "The object store denies access.", "Check the credentials in the environment and the rights they give.";

    // Content of objects.
    NoSuchScan = "archive.no_such_scan", NotFound, "The archive holds no such scan.", "Find the scan with `uff archive search`.";
    NoSuchFile = "archive.no_such_file", NotFound, "The scan has no such file.", "List its files with `uff archive show`.";
    Conflict = "archive.conflict", Conflict, "The archive holds the scan already, with other bytes.", "Compare both; stored evidence is never replaced.";
    Invalid = "archive.invalid", Malformed, "Validation finds a failure in the file.", "See all that is wrong with `uff validate`.";
    Delivery = "archive.delivery", Malformed, "The files given are not the delivery that the scan was made from.", "Give the files the UFF was converted from, unchanged.";
    SourceChanged = "archive.source_changed", Conflict, "A file changed while it was being stored.", "Try again when nothing writes to the file.";
    Corrupt = "archive.corrupt", Integrity, "Stored bytes are not those that were recorded.", "Restore the file from a replica; do not use this copy as evidence.";
    Missing = "archive.missing", Integrity, "A file that the inventory lists is not in the store.", "Restore the file from a replica.";
    Inventory = "archive.inventory", Integrity, "The inventory of a stored scan is damaged.", "Restore the inventory from its version directory or from a replica.";

    // Facts of a scan.
    Fact = "archive.fact", Misuse, "What is to be noted of a scan makes no sense.", "Correct the named part.";
    Policy = "archive.policy", Misuse, "The retention policy makes no sense.", "Correct the named part of the policy.";
    Actor = "archive.actor", Misuse, "Nobody is named who acts.", "Name the person who acts, with `--actor` or UFF_ACTOR.";
    Held = "archive.held", Conflict, "The scan is under legal hold.", "See the holds with `uff archive show`; they end when each of them is released.";
    Retained = "archive.retained", Conflict, "The time of the data has not come.", "See until when they are kept with `uff archive show`.";
    Approval = "archive.approval", Conflict, "Two persons have to agree to a deletion.", "One person requests it, another approves it.";
    Deleted = "archive.deleted", NotFound, "The scan was deleted.", "See its tombstone with `uff archive show`, and the proof in the custody log.";

    // Catalogue.
    Catalog = "archive.catalog", Io, "The catalogue failed.", "Check free space and permissions; the catalogue can be built again with `uff archive reindex`.";
    CatalogAbsent = "archive.catalog_absent", NotFound, "The catalogue of the archive is not there.", "Build it again from the stored bytes with `uff archive reindex`.";
    CatalogVersion = "archive.catalog_version", Unsupported, "The catalogue has a schema that this software does not know.", "Use a release that knows it, or move the file away and run `uff archive reindex`.";
    CatalogForeign = "archive.catalog_foreign", Conflict, "The database is not the catalogue of this archive.", "Name the right catalogue, or build a fresh one with `uff archive reindex`.";
    CatalogDamaged = "archive.catalog_damaged", Integrity, "A row of the catalogue cannot be read.", "Build the catalogue again with `uff archive reindex`.";
    Query = "archive.query", Misuse, "The query makes no sense.", "Correct the named part of the query.";
    QueryTime = "archive.query_time", Limit, "The search takes too long.", "Add a term that fewer scans have, or a shorter range of time.";

    // Custody log.
    LogKey = "archive.log_key", NotFound, "The key of the custody log is not there or is not one.", "Restore the key file from where it was kept safe; without it nothing can be added to the log.";
    Log = "archive.log", Integrity, "The custody log is damaged.", "See what is wrong with `uff audit verify`, and restore the named parts from a replica.";
    LogFork = "archive.log_fork", Integrity, "The custody log is not a continuation of what was seen of it before.", "Keep both as evidence: entries were removed or changed after they were signed.";
    Proof = "archive.proof", Malformed, "A checkpoint or proof of the custody log does not hold.", "Check that it is of this archive and was not changed; compare the key.";

    // This software.
    Internal = "archive.internal", Internal, "The archive met a state that should be impossible.", "Report it with the message.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A failure with all that a person needs to act on it.
///
/// `Display` covers this layer alone; the cause, if any, is in [`std::error::Error::source`].
pub struct Error(Box<Repr>);

enum Repr {
    Own(Inner),
    Codec(uff::Error),
}

struct Inner {
    code: Code,
    message: String,
    file: Option<String>,
    expected: Option<String>,
    found: Option<String>,
    hint: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// Creates an error; `message` is one lower-case phrase without file, expected or found.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Repr::Own(Inner {
            code,
            message,
            file: None,
            expected: None,
            found: None,
            hint: None,
            source: None,
        })))
    }

    /// Names the file, object or scan, replacing no name set earlier.
    #[must_use]
    pub fn file(mut self, file: impl fmt::Display) -> Self {
        match &mut *self.0 {
            Repr::Own(e) => e.file = e.file.take().or_else(|| Some(file.to_string())),
            Repr::Codec(_) => return self.map_codec(|e| e.file(file)),
        }
        self
    }

    /// States what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl fmt::Display) -> Self {
        match &mut *self.0 {
            Repr::Own(e) => e.expected = Some(expected.to_string()),
            Repr::Codec(_) => return self.map_codec(|e| e.expected(expected)),
        }
        self
    }

    /// States what was found.
    #[must_use]
    pub fn found(mut self, found: impl fmt::Display) -> Self {
        match &mut *self.0 {
            Repr::Own(e) => e.found = Some(found.to_string()),
            Repr::Codec(_) => return self.map_codec(|e| e.found(found)),
        }
        self
    }

    /// Replaces the general hint of the code by a more specific one.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        match &mut *self.0 {
            Repr::Own(e) => e.hint = Some(hint.into()),
            Repr::Codec(_) => return self.map_codec(|e| e.hint(hint)),
        }
        self
    }

    /// Attaches the cause.
    #[must_use]
    pub fn cause(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        match &mut *self.0 {
            Repr::Own(e) => e.source = Some(source.into()),
            Repr::Codec(_) => return self.map_codec(|e| e.cause(source)),
        }
        self
    }

    fn map_codec(self, change: impl FnOnce(uff::Error) -> uff::Error) -> Self {
        match *self.0 {
            Repr::Codec(e) => Self(Box::new(Repr::Codec(change(e)))),
            own @ Repr::Own(_) => Self(Box::new(own)),
        }
    }

    /// Returns the stable dotted code: of the archive (`archive.*`) or of the codec.
    pub fn code(&self) -> &'static str {
        match &*self.0 {
            Repr::Own(e) => e.code.as_str(),
            Repr::Codec(e) => e.code().as_str(),
        }
    }

    /// Returns the code if the failure is one of the archive itself.
    pub fn archive_code(&self) -> Option<Code> {
        match &*self.0 {
            Repr::Own(e) => Some(e.code),
            Repr::Codec(_) => None,
        }
    }

    /// Returns the codec's error if the failure is one of the codec.
    pub fn codec(&self) -> Option<&uff::Error> {
        match &*self.0 {
            Repr::Own(_) => None,
            Repr::Codec(e) => Some(e),
        }
    }

    /// Returns who has to act.
    pub fn kind(&self) -> Kind {
        match &*self.0 {
            Repr::Own(e) => e.code.kind(),
            Repr::Codec(e) => e.kind(),
        }
    }

    /// Returns the message without file, expected and found.
    pub fn message(&self) -> &str {
        match &*self.0 {
            Repr::Own(e) => &e.message,
            Repr::Codec(e) => e.message(),
        }
    }

    /// Returns the name of the file, object or scan, if known.
    pub fn file_name(&self) -> Option<&str> {
        match &*self.0 {
            Repr::Own(e) => e.file.as_deref(),
            Repr::Codec(e) => e.file_name(),
        }
    }

    /// Returns the place in the file, if known.
    pub fn place(&self) -> Option<&str> {
        self.codec().and_then(uff::Error::place)
    }

    /// Returns what was expected, if stated.
    pub fn expectation(&self) -> Option<&str> {
        match &*self.0 {
            Repr::Own(e) => e.expected.as_deref(),
            Repr::Codec(e) => e.expectation(),
        }
    }

    /// Returns what was found, if stated.
    pub fn finding(&self) -> Option<&str> {
        match &*self.0 {
            Repr::Own(e) => e.found.as_deref(),
            Repr::Codec(e) => e.finding(),
        }
    }

    /// Returns what to do: the specific hint, or that of the code.
    pub fn advice(&self) -> &str {
        match &*self.0 {
            Repr::Own(e) => e.hint.as_deref().unwrap_or(e.code.hint()),
            Repr::Codec(e) => e.advice(),
        }
    }
}

impl From<uff::Error> for Error {
    fn from(e: uff::Error) -> Self {
        Self(Box::new(Repr::Codec(e)))
    }
}

impl From<tokio::task::JoinError> for Error {
    fn from(e: tokio::task::JoinError) -> Self {
        Self::new(Code::Internal, "a task ended before its work was done").cause(e)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let e = match &*self.0 {
            Repr::Own(e) => e,
            Repr::Codec(e) => return e.fmt(f),
        };
        if let Some(file) = &e.file {
            write!(f, "{file}: ")?;
        }
        f.write_str(&e.message)?;
        match (&e.expected, &e.found) {
            (Some(expected), Some(found)) => write!(f, ": expected {expected}, found {found}")?,
            (Some(expected), None) => write!(f, ": expected {expected}")?,
            (None, Some(found)) => write!(f, ": found {found}")?,
            (None, None) => {}
        }
        write!(f, " [{}]", e.code)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        match std::error::Error::source(self) {
            Some(source) => write!(f, " caused by: {source:?}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Repr::Own(e) => e.source.as_deref().map(|s| s as _),
            Repr::Codec(e) => std::error::Error::source(e),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_never_those_of_the_codec() {
        let texts: BTreeSet<_> = Code::ALL.iter().map(|c| c.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
        assert!(texts.iter().all(|t| t.starts_with("archive.")));
        assert!(uff::Code::ALL.iter().all(|c| !texts.contains(c.as_str())));
    }

    #[test]
    fn failure_of_the_codec_keeps_its_code_and_takes_context() {
        let e = Error::from(uff::Error::new(uff::Code::UffDigest, "samples changed")).file("scan.uff");
        assert_eq!((e.code(), e.kind()), ("uff.digest", Kind::Integrity));
        assert_eq!(e.to_string(), "scan.uff: samples changed [uff.digest]");
    }
}
