//! Points in time that keep the offset they were written with.

use std::fmt;

use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};
use crate::model::record::{Scalar, SimpleSpec};

/// Point in time with the UTC offset of the place (RFC 3339), to the nanosecond; years 1 to 9999, offsets of whole
/// minutes up to 14 hours, as `xs:dateTime` has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp {
    instant: jiff::Timestamp,
    offset: Offset,
}

impl Timestamp {
    /// Joins an instant and the offset of the place.
    ///
    /// # Errors
    /// `input.value` for a year or an offset out of range.
    pub fn new(instant: jiff::Timestamp, offset: Offset) -> Result<Self> {
        let seconds = offset.seconds();
        if seconds % 60 == 0 && seconds.abs() <= 14 * 3600 && offset.to_datetime(instant).year() >= 1 {
            return Ok(Self { instant, offset });
        }
        Err(Error::new(Code::InputValue, "a point in time is out of range")
            .expected("years 1 to 9999 and an offset of whole minutes, at most 14 hours")
            .found(instant.display_with_offset(offset)))
    }

    /// Reads RFC 3339 text such as `2026-11-22T03:14:15+01:00`; the offset is required.
    ///
    /// # Errors
    /// `input.value` when the text is not RFC 3339 with an offset.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Error::new(Code::InputValue, "not a point in time")
                .expected("RFC 3339 with offset, such as 2026-11-22T03:14:15+01:00")
                .found(format!("{:?}", text.chars().take(40).collect::<String>()))
        };
        let instant: jiff::Timestamp = text.parse().map_err(|e: jiff::Error| wrong().cause(e))?;
        let pieces = jiff::fmt::temporal::Pieces::parse(text).map_err(|e| wrong().cause(e))?;
        let offset = pieces.to_numeric_offset().ok_or_else(wrong)?;
        Self::new(instant, offset)
    }

    /// Returns the instant.
    pub fn instant(self) -> jiff::Timestamp {
        self.instant
    }

    /// Returns the UTC offset of the place.
    pub fn offset(self) -> Offset {
        self.offset
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.offset == Offset::UTC {
            return self.instant.fmt(f);
        }
        self.instant.display_with_offset(self.offset).fmt(f)
    }
}

impl From<Timestamp> for String {
    fn from(value: Timestamp) -> String {
        value.to_string()
    }
}

impl TryFrom<String> for Timestamp {
    type Error = Error;
    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

impl Scalar for Timestamp {
    const SIMPLE: &'static SimpleSpec = &SimpleSpec {
        name: "Timestamp",
        doc: "Point in time with the UTC offset of the place (RFC 3339).",
        base: "dateTime",
        values: &[],
        pattern: r".*(Z|[+\-]\d\d:\d\d)",
        range: None,
    };

    fn to_text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> std::result::Result<Self, String> {
        Self::parse(text.trim()).map_err(|_| "RFC 3339 with offset, such as 2026-11-22T03:14:15+01:00".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offset_survives() {
        for text in ["2026-11-22T03:14:15+01:00", "2026-11-22T03:14:15.25-09:30", "2026-11-22T03:14:15Z"] {
            assert_eq!(Timestamp::parse(text).map(|t| t.to_string()).ok().as_deref(), Some(text));
        }
        assert!(Timestamp::parse("2026-11-22T03:14:15").is_err());
        assert!(Timestamp::parse("2026-11-22T03:14:15+14:01").is_err());
        assert!(Timestamp::parse("2026-11-22T03:14:15+01:00:30").is_err());
        assert!(Timestamp::parse("-000001-11-22T03:14:15Z").is_err());
        assert!(Timestamp::parse("2026-13-22T03:14:15Z").is_err());
    }
}
