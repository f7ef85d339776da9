//! Conversion of a vendor's text into the text of a model value.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use crate::model::Timestamp;

/// How a text becomes the text of a model value.
#[derive(Debug, Clone, Default)]
pub(super) struct Conversion {
    /// Factor and offset, for numbers.
    pub(super) linear: Option<(f64, f64)>,
    /// Codes of the vendor and what they become.
    pub(super) codes: BTreeMap<String, String>,
    /// What a code that is not listed becomes.
    pub(super) otherwise: Option<String>,
    /// Format of a date; `iso` for ISO 8601.
    pub(super) date: Option<String>,
    /// Zone of a date without offset.
    pub(super) zone: Option<TimeZone>,
}

/// A converted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Converted {
    pub(super) text: String,
    /// What the conversion had to assume, for the loss report.
    pub(super) assumed: Option<String>,
}

impl From<String> for Converted {
    fn from(text: String) -> Self {
        Self { text, assumed: None }
    }
}

impl Conversion {
    /// Converts a text; the error says what was expected.
    pub(super) fn apply(&self, text: &str) -> Result<Converted, String> {
        let text = text.trim();
        if let Some(format) = &self.date {
            return self.timestamp(text, format);
        }
        if !self.codes.is_empty() {
            return match (self.codes.get(text), &self.otherwise) {
                (Some(code), _) => Ok(code.clone().into()),
                (None, Some(otherwise)) => {
                    let assumed = Some(format!("the code {text:?} is not listed in the profile"));
                    Ok(Converted { text: otherwise.clone(), assumed })
                }
                (None, None) => Err(format!("one of the codes {}", self.listed())),
            };
        }
        if let Some((scale, offset)) = self.linear {
            let number: f64 = text.parse().map_err(|_| "a number".to_owned())?;
            let value = number * scale + offset;
            return if value.is_finite() { Ok(value.to_string().into()) } else { Err("a finite number".to_owned()) };
        }
        Ok(text.to_owned().into())
    }

    fn listed(&self) -> String {
        self.codes.keys().cloned().collect::<Vec<_>>().join(", ")
    }

    fn timestamp(&self, text: &str, format: &str) -> Result<Converted, String> {
        if let Ok(complete) = Timestamp::parse(text)
            && format == ISO
        {
            return Ok(complete.to_string().into());
        }
        if let Some(since) = epoch(format) {
            let instant = since(text).ok_or_else(|| format!("a number for {format}"))?;
            return timestamp_text(instant, Offset::UTC).map(Converted::from);
        }
        let local: DateTime = if format == ISO {
            text.parse().map_err(|e: jiff::Error| format!("an ISO 8601 date and time ({e})"))?
        } else {
            let parsed = strtime::parse(format, text).map_err(|e| format!("a date like {format} ({e})"))?;
            if let Ok(instant) = parsed.to_timestamp() {
                return timestamp_text(instant, parsed.offset().unwrap_or(Offset::UTC)).map(Converted::from);
            }
            parsed.to_datetime().map_err(|e| format!("a date like {format} ({e})"))?
        };
        let zone = self.zone.as_ref().ok_or("a date with its UTC offset, as the profile states no zone")?;
        let ambiguous = zone.to_ambiguous_timestamp(local);
        let doubt = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => "",
            AmbiguousOffset::Gap { .. } => "; this local time does not exist there, the clock was being put forward",
            AmbiguousOffset::Fold { .. } => "; this local time exists twice there, the earlier one is taken",
        };
        let instant = ambiguous.compatible().map_err(|e| e.to_string())?;
        let offset = zone.to_offset(instant);
        let name = zone.iana_name().map_or_else(|| offset.to_string(), str::to_owned);
        let assumed = Some(format!("the delivery states no UTC offset; the profile's zone {name} is used{doubt}"));
        Ok(Converted { text: timestamp_text(instant, offset)?, assumed })
    }
}

fn timestamp_text(instant: jiff::Timestamp, offset: Offset) -> Result<String, String> {
    let stamp = Timestamp::new(instant, offset).map_err(|e| e.expectation().unwrap_or("a point in time").to_owned())?;
    Ok(stamp.to_string())
}

/// Counts time from a fixed moment: seconds or milliseconds since 1970 (POSIX.1-2017 §4.16), or units of 100 ns since
/// 1601 (FILETIME of Windows).
fn epoch(format: &str) -> Option<fn(&str) -> Option<jiff::Timestamp>> {
    /// Seconds from 1601 to 1970.
    const FILETIME_START: i128 = 11_644_473_600;
    match format {
        "unix" => Some(|text| {
            let seconds: f64 = text.parse().ok().filter(|s: &f64| s.is_finite())?;
            jiff::Timestamp::from_millisecond((seconds * 1e3).round() as i64).ok()
        }),
        "unix-ms" => Some(|text| jiff::Timestamp::from_millisecond(text.parse().ok()?).ok()),
        "filetime" => Some(|text| {
            let ticks: i128 = i128::from(text.parse::<u64>().ok()?);
            jiff::Timestamp::from_nanosecond(ticks * 100 - FILETIME_START * 1_000_000_000).ok()
        }),
        _ => None,
    }
}

/// Format of a date that stands for ISO 8601.
pub(super) const ISO: &str = "iso";

/// Finds a zone by its IANA name, or makes one of an offset such as `+02:00` or `UTC`.
pub(super) fn zone(text: &str) -> Result<TimeZone, String> {
    if text.starts_with(['+', '-']) {
        let parsed = strtime::parse("%:z", text).ok().and_then(|p| p.offset());
        return parsed.map(TimeZone::fixed).ok_or_else(|| "an offset such as +02:00".to_owned());
    }
    TimeZone::get(text).map_err(|_| "an IANA time zone such as Europe/Warsaw, or an offset such as +02:00".to_owned())
}

/// Returns whether a format reads the UTC offset or an absolute time.
pub(super) fn states_offset(format: &str) -> bool {
    format == ISO
        || epoch(format).is_some()
        || ["%z", "%:z", "%Q", "%:Q", "%s"].iter().any(|part| format.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(format: &str, zone_name: Option<&str>, text: &str) -> Result<Converted, String> {
        let zone = zone_name.map(|z| zone(z).unwrap());
        Conversion { date: Some(format.to_owned()), zone, ..Conversion::default() }.apply(text)
    }

    #[test]
    fn local_times_get_the_offset_of_their_zone_and_say_so() {
        let winter = date("%d.%m.%Y %H:%M:%S", Some("Europe/Warsaw"), "22.11.2026 03:14:15").unwrap();
        assert_eq!(winter.text, "2026-11-22T03:14:15+01:00");
        assert!(winter.assumed.is_some_and(|a| a.contains("Europe/Warsaw")));
        let summer = date("%Y%m%d%H%M%S", Some("Europe/Warsaw"), "20260701120000").unwrap();
        assert_eq!(summer.text, "2026-07-01T12:00:00+02:00");
        let fixed = date("iso", Some("-03:00"), "2026-07-01T12:00:00").unwrap();
        assert_eq!(fixed.text, "2026-07-01T12:00:00-03:00");
    }

    /// Warsaw put its clocks back at 2026-10-25 03:00 CEST and forward at 2026-03-29 02:00 CET.
    #[test]
    fn times_at_the_change_of_clocks_are_reported() {
        let fold = date("%Y-%m-%d %H:%M", Some("Europe/Warsaw"), "2026-10-25 02:30").unwrap();
        assert_eq!(fold.text, "2026-10-25T02:30:00+02:00");
        assert!(fold.assumed.is_some_and(|a| a.contains("exists twice")));
        let gap = date("%Y-%m-%d %H:%M", Some("Europe/Warsaw"), "2026-03-29 02:30").unwrap();
        assert_eq!(gap.text, "2026-03-29T03:30:00+02:00");
        assert!(gap.assumed.is_some_and(|a| a.contains("does not exist")));
    }

    #[test]
    fn absolute_times_need_no_zone() {
        let offset = date("%Y-%m-%d %H:%M:%S %z", None, "2026-11-22 03:14:15 +0100").unwrap();
        assert_eq!((offset.text.as_str(), offset.assumed), ("2026-11-22T03:14:15+01:00", None));
        assert_eq!(date("%s", None, "1795313655").unwrap().text, "2026-11-22T02:14:15Z");
        assert_eq!(date("iso", None, "2026-11-22T03:14:15+01:00").unwrap().text, "2026-11-22T03:14:15+01:00");
        assert!(date("iso", None, "2026-11-22T03:14:15").is_err());
        // By Python: datetime(2026, 11, 22, 2, 14, 15, tzinfo=utc), as POSIX time and as FILETIME.
        assert_eq!(date("unix", None, "1795313655.25").unwrap().text, "2026-11-22T02:14:15.25Z");
        assert_eq!(date("unix-ms", None, "1795313655250").unwrap().text, "2026-11-22T02:14:15.25Z");
        assert_eq!(date("filetime", None, "134397872550000000").unwrap().text, "2026-11-22T02:14:15Z");
        assert!(date("unix", None, "1e300").is_err() && date("filetime", None, "-1").is_err());
        assert!(date("%d.%m.%Y", Some("UTC"), "31.02.2026").is_err());
    }

    #[test]
    fn numbers_and_codes_convert() {
        let linear = Conversion { linear: Some((1000.0, 0.0)), ..Conversion::default() };
        assert_eq!(linear.apply(" 6 ").unwrap().text, "6000");
        assert!(linear.apply("six").is_err());
        assert!(linear.apply("1e308").is_err());
        let mut codes = Conversion { codes: [("T".to_owned(), "truck".to_owned())].into(), ..Conversion::default() };
        assert_eq!(codes.apply("T").unwrap(), Converted::from("truck".to_owned()));
        assert!(codes.apply("X").is_err_and(|e| e.contains("codes T")));
        codes.otherwise = Some("other".to_owned());
        assert_eq!(codes.apply("X").unwrap().text, "other");
        assert!(codes.apply("X").unwrap().assumed.is_some());
    }

    #[test]
    fn unknown_zones_are_refused() {
        assert!(zone("Europe/Atlantis").is_err() && zone("+2").is_err());
        assert!(states_offset("%H:%M %z") && !states_offset("%H:%M"));
    }
}
