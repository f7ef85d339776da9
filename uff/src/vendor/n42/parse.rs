//! From bytes to a [`Document`]: the root decides the dialect.

use std::cell::Cell;

use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::Detector;
use super::Dialect;
use super::Document;
use super::at::At;
use super::counted_zeroes;
use super::duration;
use super::of_2006;
use super::of_2011;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Timestamp;
use crate::xml::parse_unbound;

/// Most different elements without a place that are counted by name.
const MOST_NAMES: usize = 64;

/// Most detectors of an instrument; the largest portals have a few dozen.
const MOST_DETECTORS: usize = 512;

/// Name under which further elements are counted.
const OTHER_NAMES: &str = "other elements";

impl Document {
    /// Reads a document; `name` is the file's name in messages, `offset` that of times which state none.
    ///
    /// # Errors
    /// `xml.syntax`, `xml.forbidden`, `xml.encoding`; `xml.root` for a document of neither dialect; `xml.missing` and
    /// `xml.value` with the place of the element; `limit.*`.
    pub fn parse(bytes: &[u8], name: &str, offset: Offset, budget: &Budget) -> Result<Self> {
        let root = parse_unbound(bytes, name, budget)?;
        let Some(dialect) = Dialect::of_root(&root) else {
            let found = format!("{} in {}", root.name, root.namespace.as_deref().unwrap_or("no namespace"));
            return Err(Error::new(Code::XmlRoot, "the document is not N42.42")
                .file(name)
                .expected("RadInstrumentData of 2011 or N42InstrumentData of 2006")
                .found(found)
                .hint("Check that the right file was chosen."));
        };
        let values = Values { offset, budget, without_offset: Cell::new(0) };
        let document = Self::new(dialect);
        let read = match dialect {
            Dialect::V2006 => of_2006::read(document, &At::root(&root), &values),
            Dialect::V2011 => of_2011::read(document, &At::root(&root), &values),
        };
        let mut document = read.map_err(|e| e.file(name))?;
        document.without_offset = values.without_offset.get();
        Ok(document)
    }

    /// Adds a detector.
    ///
    /// # Errors
    /// `limit.count` when there are too many.
    pub(super) fn add_detector(&mut self, detector: Detector) -> Result<()> {
        if self.detectors.len() == MOST_DETECTORS {
            let e = Error::new(Code::LimitCount, "the document names too many detectors");
            return Err(e
                .expected(format!("at most {MOST_DETECTORS}"))
                .hint("Refuse the file; no instrument has as many."));
        }
        self.detectors.push(detector);
        Ok(())
    }

    /// Counts an element that has no place in the document.
    pub(super) fn skip(&mut self, name: &str) {
        let known = self.unread.len() < MOST_NAMES || self.unread.contains_key(name);
        *self.unread.entry(if known { name } else { OTHER_NAMES }.to_owned()).or_default() += 1;
    }

    /// Counts the children that are not among those read.
    pub(super) fn skip_children_but(&mut self, at: &At<'_>, read: &[&str]) {
        for child in &at.node.children {
            if child.namespace != at.node.namespace {
                self.skip("extension of the vendor");
            } else if !read.contains(&child.name.as_str()) {
                self.skip(&child.name);
            }
        }
    }
}

/// Reads texts as values.
pub(super) struct Values<'a> {
    offset: Offset,
    budget: &'a Budget,
    without_offset: Cell<u64>,
}

impl Values<'_> {
    /// Reads a finite number (`xsd:double` without INF and NaN).
    pub(super) fn number(&self, at: &At<'_>) -> Result<f64> {
        number(at.text()).ok_or_else(|| at.wrong("a finite number"))
    }

    /// Reads a list of finite numbers.
    pub(super) fn numbers(&self, at: &At<'_>) -> Result<Vec<f64>> {
        let words = at.text().split_ascii_whitespace();
        let mut list = self.budget.vec(words.clone().count(), "a list of numbers")?;
        for word in words {
            list.push(number(word).ok_or_else(|| at.wrong("a list of finite numbers"))?);
        }
        Ok(list)
    }

    /// Reads counts: finite numbers that are not negative.
    pub(super) fn counts(&self, at: &At<'_>) -> Result<Vec<f64>> {
        let list = self.numbers(at)?;
        if list.is_empty() || list.iter().any(|n| *n < 0.0) || !list.iter().sum::<f64>().is_finite() {
            return Err(at.wrong("counts of at least 0"));
        }
        Ok(list)
    }

    /// Reads the channels of a spectrum; `compression` is the attribute that names it.
    pub(super) fn channels(&self, at: &At<'_>, compression: &str) -> Result<Vec<f64>> {
        let packed = self.numbers(at)?;
        let channels = match at.attribute(compression) {
            None | Some("None") => Some(packed).filter(|list| list.len() <= counted_zeroes::MOST_CHANNELS),
            Some("CountedZeroes") => counted_zeroes::expand(&packed, self.budget)?,
            Some(_) => {
                return Err(at
                    .error(Code::XmlValue, "the compression of the channels is unknown")
                    .expected("None or CountedZeroes"));
            }
        };
        let sound = |list: &Vec<f64>| list.iter().sum::<f64>().is_finite();
        channels.filter(sound).ok_or_else(|| {
            at.wrong(&format!(
                "at most {} channels, each zero with its count when zeroes are counted",
                counted_zeroes::MOST_CHANNELS
            ))
        })
    }

    /// Reads `true`, `false`, `1` or `0`.
    pub(super) fn flag(&self, at: &At<'_>) -> Result<bool> {
        match at.text() {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(at.wrong("true or false")),
        }
    }

    /// Reads a duration in seconds.
    pub(super) fn seconds(&self, at: &At<'_>) -> Result<f64> {
        duration::seconds(at.text())
            .filter(|s| *s <= crate::units::Seconds::MAX)
            .ok_or_else(|| at.wrong("a duration of days, hours, minutes and seconds, such as PT0.1S"))
    }

    /// Reads a point in time (`xsd:dateTime`); one without offset is counted.
    pub(super) fn time(&self, at: &At<'_>) -> Result<Timestamp> {
        let text = at.text();
        if let Ok(time) = Timestamp::parse(text) {
            return Ok(time);
        }
        // `parse` of a civil time takes an offset too and forgets it.
        let zoned =
            |t: &str| t.ends_with(['Z', 'z']) || t.get(10..).is_some_and(|clock| clock.contains(['+', '-', '[']));
        let local = Some(text).filter(|t| t.contains('T') && !zoned(t)).and_then(|t| t.parse::<DateTime>().ok());
        let instant = local.and_then(|l| self.offset.to_timestamp(l).ok());
        let time = instant.and_then(|i| Timestamp::new(i, self.offset).ok());
        self.without_offset.set(self.without_offset.get() + 1);
        time.ok_or_else(|| at.wrong("a date and time such as 2026-11-22T03:14:15+01:00"))
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|n: &f64| n.is_finite())
}
