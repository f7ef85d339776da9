//! Dates and times (PS3.5, 6.2: DA, TM, DT).

use dicom_core::Tag;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::attributes::Attributes;
use super::meaning::Note;
use super::tags;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::LossKind;
use crate::model::Timestamp;

/// Returns the start of the scan: acquisition, else content, else scan date and time.
pub(super) fn start(a: &Attributes<'_>, notes: &mut Vec<Note>) -> Result<Option<Timestamp>> {
    if let Some(found) = date_time(a, tags::ACQUISITION_DATE_TIME, "scan/identity/start", notes)? {
        return Ok(Some(found));
    }
    for (date, time) in [
        (tags::ACQUISITION_DATE, tags::ACQUISITION_TIME),
        (tags::CONTENT_DATE, tags::CONTENT_TIME),
        (tags::STUDY_DATE, tags::STUDY_TIME),
    ] {
        if let (Some(day), Some(clock)) = (a.text(date)?, a.text(time)?)
            && let Some(found) = noted(a, &format!("{day}{clock}"), (date, "scan/identity/start"), notes)?
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Returns a DT value; `subject` names the element it fills.
pub(super) fn date_time(
    a: &Attributes<'_>,
    tag: Tag,
    subject: &str,
    notes: &mut Vec<Note>,
) -> Result<Option<Timestamp>> {
    match a.text(tag)? {
        Some(text) => noted(a, &text, (tag, subject), notes),
        None => Ok(None),
    }
}

/// Reads a date and time; one that cannot be read is noted and left out, its text stays a vendor item.
fn noted(
    a: &Attributes<'_>,
    text: &str,
    (tag, subject): (Tag, &str),
    notes: &mut Vec<Note>,
) -> Result<Option<Timestamp>> {
    let zone = a.text(tags::TIMEZONE_OFFSET_FROM_UTC)?;
    match stamp(text, zone, subject, notes) {
        Ok(found) => Ok(Some(found)),
        Err(e) => {
            notes.push((LossKind::Dropped, subject.to_owned(), e.at(tags::shown(tag)).to_string()));
            Ok(None)
        }
    }
}

/// Reads `YYYYMMDDHHMMSS.FFFFFF` with parts missing from the right, and an optional `&ZZXX`. Without an offset that of
/// (0008,0201) holds, else UTC is taken and noted.
fn stamp(text: &str, zone: Option<String>, subject: &str, notes: &mut Vec<Note>) -> Result<Timestamp> {
    let wrong = || {
        let shown: String = text.chars().take(40).collect();
        Error::new(Code::InputValue, "not a date and time")
            .expected("YYYYMMDDHHMMSS.FFFFFF")
            .found(format!("{shown:?}"))
    };
    let (clock, own) = match text.find(['+', '-']) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at..)),
        None => (text, None),
    };
    let stated = match own {
        Some(own) => Some(own.to_owned()),
        None => zone,
    };
    let offset = match &stated {
        Some(stated) => offset(stated).ok_or_else(wrong)?,
        None => {
            let reason = "the file states no offset from UTC; its local time is taken for UTC";
            notes.push((LossKind::Invented, subject.to_owned(), reason.to_owned()));
            Offset::UTC
        }
    };
    let local = civil(clock.trim()).ok_or_else(wrong)?;
    let instant = offset.to_timestamp(local).map_err(|e| wrong().cause(e))?;
    Timestamp::new(instant, offset)
}

fn civil(text: &str) -> Option<DateTime> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) || fraction.len() > 6 {
        return None;
    }
    let part = |from: usize, to: usize, missing: i16| match whole.get(from..to) {
        Some(digits) => digits.parse().ok(),
        None => (whole.len() <= from).then_some(missing),
    };
    let nanoseconds = format!("{fraction:0<9}").parse().ok()?;
    let small = |n: i16| i8::try_from(n).ok();
    // A leap second, 60, is read as the second before it.
    let seconds = part(12, 14, 0)?.min(59);
    let date = jiff::civil::Date::new(part(0, 4, 1)?, small(part(4, 6, 1)?)?, small(part(6, 8, 1)?)?).ok()?;
    let time = jiff::civil::Time::new(small(part(8, 10, 0)?)?, small(part(10, 12, 0)?)?, small(seconds)?, nanoseconds);
    (whole.len() >= 8 && whole.len() <= 14).then_some(())?;
    Some(date.to_datetime(time.ok()?))
}

/// Reads `+HHMM` or `-HHMM`.
fn offset(text: &str) -> Option<Offset> {
    let sign = match text.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let digits = text.get(1..5).filter(|d| text.len() == 5 && d.bytes().all(|b| b.is_ascii_digit()))?;
    let (hours, minutes): (i32, i32) = (digits.get(..2)?.parse().ok()?, digits.get(2..)?.parse().ok()?);
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_with_parts_missing() {
        let text = |t: &str| civil(t).map(|d| d.to_string());
        assert_eq!(text("20261122031415.25").as_deref(), Some("2026-11-22T03:14:15.25"));
        assert_eq!(text("202611220314").as_deref(), Some("2026-11-22T03:14:00"));
        assert_eq!(text("20261122").as_deref(), Some("2026-11-22T00:00:00"));
        assert_eq!(text("20261122031460").as_deref(), Some("2026-11-22T03:14:59"));
        for wrong in ["2026", "20261322", "2026112203141", "2026-11-22", "20261122031415.1234567", ""] {
            assert_eq!(text(wrong), None, "{wrong}");
        }
        assert_eq!(offset("+0130").map(|o| o.seconds()), Some(5400));
        assert_eq!(offset("-0900").map(|o| o.seconds()), Some(-32400));
        assert!(offset("0130").is_none() && offset("+1:30").is_none() && offset("+9999").is_none());
    }
}
