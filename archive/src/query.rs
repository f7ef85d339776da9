//! Neutral queries: what is asked of the catalogue, whatever database answers.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use uff::model::{ObjectKind, ScanId, Sha256};

use crate::error::{Code, Error, Result};
use crate::facts::Facts;
use crate::record::{MAX_FIGURE, MaterialFigure, Record};

/// Largest number of scans on one page.
pub const MAX_LIMIT: u32 = 1000;
/// Scans counted at most.
pub const MAX_COUNT: u32 = 10_000;
/// Longest time that a search takes, in seconds.
pub const MAX_TIME: u64 = 20;
/// Largest number of filters in one query.
pub const MAX_FILTERS: usize = 16;
/// Longest text of a filter, in bytes.
pub const MAX_TEXT: usize = 256;

/// Question to the catalogue; all parts must hold. An empty query lists everything, newest first. Scans that are deleted
/// are found by [`Scheme::State`] alone.
#[derive(Debug, Clone)]
pub struct Query {
    /// Terms the scan must have.
    pub filters: Vec<Filter>,
    /// Earliest time of the scan, inclusive. A scan without any time lies in no range.
    pub from: Option<Timestamp>,
    /// End of the time range, exclusive.
    pub until: Option<Timestamp>,
    /// Number of scans per page, 1 to [`MAX_LIMIT`].
    pub limit: u32,
    /// Where the page before ended.
    pub after: Option<Cursor>,
}

impl Default for Query {
    fn default() -> Self {
        Self { filters: Vec::new(), from: None, until: None, limit: 50, after: None }
    }
}

impl Query {
    /// Adds a term the scan must have.
    #[must_use]
    pub fn with(mut self, filter: Filter) -> Self {
        self.filters.push(filter);
        self
    }

    /// Checks the bounds.
    ///
    /// # Errors
    /// `archive.query`.
    pub fn check(&self) -> Result<()> {
        let wrong = |message: &str| Error::new(Code::Query, message);
        if !(1..=MAX_LIMIT).contains(&self.limit) {
            return Err(wrong("page size out of range").expected(format!("1 to {MAX_LIMIT}")).found(self.limit));
        }
        if self.filters.len() > MAX_FILTERS {
            return Err(wrong("too many terms").expected(format!("at most {MAX_FILTERS}")).found(self.filters.len()));
        }
        if let Some(filter) = self.filters.iter().find(|f| f.text.len() > MAX_TEXT) {
            return Err(wrong("a term is too long")
                .expected(format!("at most {MAX_TEXT} bytes"))
                .found(format!("{} bytes", filter.text.len())));
        }
        for filter in &self.filters {
            let name = |figure: &MaterialFigure| filter.text == figure.as_str();
            match (filter.scheme, filter.matching) {
                (Some(Scheme::Material), Matching::Within(least, most))
                    if least <= most && most <= MAX_FIGURE && MaterialFigure::ALL.iter().any(name) => {}
                (Some(Scheme::Material), _) | (_, Matching::Within(..)) => {
                    return Err(wrong("not a range of a material figure")
                        .expected(format!("a figure, and values of at most {MAX_FIGURE}, the smaller first"))
                        .found(format!("{} {:?}", filter.text, filter.matching)));
                }
                _ => {}
            }
        }
        if let (Some(from), Some(until)) = (self.from, self.until)
            && from >= until
        {
            return Err(wrong("the time range is empty").expected("a start before the end"));
        }
        Ok(())
    }
}

/// Says that a search took longer than [`MAX_TIME`].
pub(crate) fn too_long() -> Error {
    Error::new(Code::QueryTime, "the search takes too long").expected(format!("at most {MAX_TIME} s"))
}

/// Term a scan must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Kind of the term; none means any identifier.
    pub scheme: Option<Scheme>,
    /// The term, in any spelling.
    pub text: String,
    /// How exactly it must match.
    pub matching: Matching,
}

impl Filter {
    /// Asks for a term of one kind, matched as [`Matching::Corrected`].
    pub fn new(scheme: Scheme, text: impl Into<String>) -> Self {
        Self { scheme: Some(scheme), text: text.into(), matching: Matching::default() }
    }

    /// Asks for an identifier of any kind, matched as [`Matching::Corrected`].
    pub fn any(text: impl Into<String>) -> Self {
        Self { scheme: None, text: text.into(), matching: Matching::default() }
    }

    /// Asks for a kind of object.
    pub fn object(kind: &ObjectKind) -> Self {
        Self::new(Scheme::Object, kind.to_string())
    }

    /// Asks for calibrations of a view.
    pub fn calibrates(view: u32) -> Self {
        Self::new(Scheme::Calibrates, view.to_string())
    }

    /// Asks for scans with the same samples.
    pub fn image(digest: &Sha256) -> Self {
        Self::new(Scheme::Image, digest.to_string())
    }

    /// Asks for scans with a view in which a material figure lies between two values, both included. Only scans whose file has
    /// material arrays have figures.
    pub fn material(figure: MaterialFigure, least: u16, most: u16) -> Self {
        Self::new(Scheme::Material, figure.as_str()).matching(Matching::Within(least, most))
    }

    /// Sets how exactly the term must match.
    #[must_use]
    pub fn matching(mut self, matching: Matching) -> Self {
        self.matching = matching;
        self
    }
}

/// How exactly a term must match. Separators and case never matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Matching {
    /// As written.
    Exact,
    /// As written, or as probably meant where a check digit is wrong, on either side.
    #[default]
    Corrected,
    /// Also where a reader confuses characters that look alike: O, D, Q and 0; I, L and 1; B and 8; S and 5; Z and 2;
    /// G and 6.
    Lookalike,
    /// Starts with the text.
    Prefix,
    /// A material figure that lies between two values, both included.
    Within(u16, u16),
}

macro_rules! schemes {
    ($( $(#[doc = $doc:literal])+ $name:ident = $number:literal, $text:literal, $identifier:literal; )+) => {
        /// Kind of a term that scans are found by.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scheme { $( $(#[doc = $doc])+ $name, )+ }

        impl Scheme {
            /// Every kind.
            pub const ALL: &'static [Scheme] = &[$( Scheme::$name ),+];

            /// Returns the number the catalogue stores; never changed once released.
            pub const fn number(self) -> i64 { match self { $( Self::$name => $number ),+ } }

            /// Returns the name, as used in queries.
            pub const fn as_str(self) -> &'static str { match self { $( Self::$name => $text ),+ } }

            /// Returns whether a term of this kind names something; the others only classify.
            pub const fn is_identifier(self) -> bool { match self { $( Self::$name => $identifier ),+ } }
        }
    };
}

schemes! {
    /// Container number (ISO 6346).
    Container = 1, "container", true;
    /// Number plate.
    Plate = 2, "plate", true;
    /// Railcar number.
    Railcar = 3, "railcar", true;
    /// Vehicle identification number.
    Vin = 4, "vin", true;
    /// Seal.
    Seal = 5, "seal", true;
    /// Master reference number of a declaration.
    Mrn = 6, "mrn", true;
    /// Unique consignment reference.
    Ucr = 7, "ucr", true;
    /// Local reference number, manifest or transport document.
    Reference = 8, "reference", true;
    /// Identifier that the scanner gave.
    ScannerScan = 9, "scanner-scan", true;
    /// Serial number of the scanner.
    Serial = 20, "serial", false;
    /// UN/LOCODE or name of the site.
    Site = 21, "site", false;
    /// Lane or gate.
    Lane = 22, "lane", false;
    /// Model of the scanner.
    Model = 23, "model", false;
    /// Manufacturer of the scanner.
    Manufacturer = 24, "manufacturer", false;
    /// Kind of object.
    Object = 25, "object", false;
    /// Index of a view that the scan calibrates.
    Calibrates = 26, "calibrates", false;
    /// Organisation that operates the scanner.
    Operator = 27, "operator", false;
    /// Harmonized System code of declared goods; a prefix finds a chapter or a heading.
    Hs = 28, "hs", false;
    /// Verdict of a person.
    Verdict = 29, "verdict", false;
    /// Category of what an algorithm found.
    Finding = 30, "finding", false;
    /// Outcome of a physical inspection.
    Outcome = 31, "outcome", false;
    /// What became of the scan: `held`, `redacted`, `deletion-requested` or `deleted`.
    State = 32, "state", false;
    /// Digest of all images of the scan, in hexadecimal.
    Image = 33, "image", false;
    /// Figure of what the load is made of: its name, and [`Matching::Within`].
    Material = 34, "material", false;
}

/// Place where a page ended: time and identifier of its last scan. Its text form is opaque to callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Time of the scan in microseconds since 1970 (UTC).
    pub(crate) time: i64,
    /// The scan.
    pub(crate) scan: ScanId,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.time, self.scan)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let parse = || {
            let (time, scan) = text.split_once('.')?;
            Some(Self { time: time.parse().ok()?, scan: scan.parse().ok()? })
        };
        parse().ok_or_else(|| {
            Error::new(Code::Query, "not a place to continue from").expected("the cursor of the page before")
        })
    }
}

/// One page of an answer.
#[derive(Debug, Clone)]
pub struct Page {
    /// Scans found, newest first; those without any time last.
    pub hits: Vec<Hit>,
    /// Where the next page starts, when there is one.
    pub next: Option<Cursor>,
}

/// Scans that a query finds on all its pages. Counting ends at [`MAX_COUNT`], so that it never takes long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Scans counted.
    pub scans: u64,
    /// Whether there are more.
    pub capped: bool,
}

impl Count {
    /// Takes how many were found, when no more than one above [`MAX_COUNT`] were looked for.
    pub(crate) fn of(found: u64) -> Self {
        let most = u64::from(MAX_COUNT);
        Self { scans: found.min(most), capped: found > most }
    }
}

/// Figures of what a catalogue holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stats {
    /// Scans.
    pub scans: u64,
    /// Scans of which only the tombstone is left; not among the others.
    pub deleted: u64,
    /// Bytes of the UFF files.
    pub uff_bytes: u64,
    /// Bytes of the original deliveries.
    pub original_bytes: u64,
    /// Time of the oldest scan.
    pub first: Option<Timestamp>,
    /// Time of the newest scan.
    pub last: Option<Timestamp>,
    /// Scans by month of UTC, such as 2026-11, newest first; those without any time are left out.
    pub months: Vec<(String, u64)>,
    /// Scans by kind of term and key: sites, kinds of objects, scanners, states; those that most scans have first.
    pub groups: Vec<(Scheme, String, u64)>,
}

impl Stats {
    /// Kinds of terms that scans are counted by.
    pub const SCHEMES: [Scheme; 4] = [Scheme::Site, Scheme::Object, Scheme::Serial, Scheme::State];
    /// Keys told of each kind at most.
    pub const KEYS: u32 = 100;
}

/// Scan found by a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// What the catalogue knows of it.
    pub record: Record,
    /// When it was archived.
    pub archived: Timestamp,
    /// What became of it since.
    pub facts: Facts,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_survives_its_text_and_rejects_any_other() {
        let scan = "8d2e4b50-0000-8000-8000-000000000001".parse().expect("a UUID");
        let cursor = Cursor { time: -5, scan };
        assert_eq!(cursor.to_string().parse::<Cursor>().expect("its own text"), cursor);
        for text in ["", ".", "1", "1.x", "x.8d2e4b50-0000-8000-8000-000000000001", "1' OR '1'='1"] {
            assert_eq!(text.parse::<Cursor>().expect_err("no cursor").code(), "archive.query", "{text}");
        }
    }

    #[test]
    fn bounds_are_checked() {
        assert!(Query::default().check().is_ok());
        assert!(Query { limit: 0, ..Query::default() }.check().is_err());
        assert!(Query { limit: MAX_LIMIT + 1, ..Query::default() }.check().is_err());
        assert!(Query::default().with(Filter::any("x".repeat(MAX_TEXT + 1))).check().is_err());
        let now = Timestamp::UNIX_EPOCH;
        assert!(Query { from: Some(now), until: Some(now), ..Query::default() }.check().is_err());
    }

    #[test]
    fn scheme_numbers_are_unique() {
        let numbers: std::collections::BTreeSet<_> = Scheme::ALL.iter().map(|s| s.number()).collect();
        assert_eq!(numbers.len(), Scheme::ALL.len());
    }
}
