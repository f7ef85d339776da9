//! Whether a document was taken of the same vehicle as a scan: by time and lane, with the reason in words.

use jiff::SignedDuration;

use super::AttachOptions;
use super::record::Recorded;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Scan;
use crate::model::Timestamp;

/// A period of time.
#[derive(Clone, Copy)]
struct Period {
    start: Timestamp,
    end: Timestamp,
}

/// Says why a document belongs to a scan.
///
/// # Errors
/// `radiation.no_time` when the scan or the document does not tell when it was taken; `radiation.time` when they were
/// taken further apart than tolerated; `radiation.lane` when both name a lane and not the same.
pub(super) fn reason(scan: &Scan, recorded: &Recorded, options: &AttachOptions) -> Result<String> {
    let time = time(scan, recorded, options)?;
    let lane = lane(scan, recorded)?;
    Ok(format!("{time}; {lane}"))
}

fn time(scan: &Scan, recorded: &Recorded, options: &AttachOptions) -> Result<String> {
    let no_time = |what: &str| Error::new(Code::RadiationNoTime, format!("{what} does not tell when it was taken"));
    let start = scan.identity.start.ok_or_else(|| no_time("the scan"))?;
    let scanned = Period { start, end: scan.identity.end.filter(|e| e.instant() >= start.instant()).unwrap_or(start) };
    let periods = periods(recorded);
    let nearest = periods.iter().min_by_key(|p| gap(p, &scanned).abs()).ok_or_else(|| no_time("the document"))?;
    let what = if recorded.radiation.occupancies.is_empty() {
        "radiation was measured"
    } else {
        "a vehicle was in the portal"
    };
    let (gap, tolerance) = (gap(nearest, &scanned), options.tolerance);
    let (seconds, most) = (gap.as_secs_f64(), tolerance.as_secs_f64());
    let scan_words = format!("the scan ran from {} to {}", scanned.start, scanned.end);
    let portal_words = format!("{what} from {} to {}", nearest.start, nearest.end);
    if gap.abs() > tolerance {
        return Err(Error::new(Code::RadiationTime, "the document and the scan were not taken at the same time")
            .expected(format!("at most {most} s between them ({scan_words})"))
            .found(format!("{:.1} s: {portal_words}", seconds.abs())));
    }
    let relation = match gap {
        SignedDuration::ZERO => format!("an overlap of {:.1} s", overlap(nearest, &scanned).as_secs_f64()),
        before if before.is_negative() => format!("which began {:.1} s later", -seconds),
        _ => format!("which had ended {seconds:.1} s before"),
    };
    Ok(format!("{portal_words} and {scan_words}, {relation}; {most} s apart are tolerated"))
}

/// Returns the periods that may belong to a scan: those with a vehicle, else that of all measurements of the item.
fn periods(recorded: &Recorded) -> Vec<Period> {
    let occupied = recorded.radiation.occupancies.iter().filter_map(|o| {
        let start = o.start?;
        let length = SignedDuration::try_from_secs_f64(o.duration.map_or(0.0, |d| d.get())).ok()?;
        let end = start.instant().saturating_add(length).ok()?;
        Some(Period { start, end: Timestamp::new(end, start.offset()).ok()? })
    });
    let periods: Vec<Period> = occupied.collect();
    if periods.is_empty() {
        return recorded.period.map(|(start, end)| Period { start, end }).into_iter().collect();
    }
    periods
}

/// Returns the time from the scan to the period: positive when the period begins after the scan, negative when it ends
/// before it, zero when they meet.
fn gap(period: &Period, scanned: &Period) -> SignedDuration {
    let after = period.start.instant().duration_since(scanned.end.instant());
    let before = period.end.instant().duration_since(scanned.start.instant());
    if after.is_positive() {
        after
    } else if before.is_negative() {
        before
    } else {
        SignedDuration::ZERO
    }
}

fn overlap(a: &Period, b: &Period) -> SignedDuration {
    let start = a.start.instant().max(b.start.instant());
    a.end.instant().min(b.end.instant()).duration_since(start)
}

fn lane(scan: &Scan, recorded: &Recorded) -> Result<String> {
    let of_scan = scan.identity.site.as_ref().and_then(|s| s.lane.as_deref());
    match (of_scan, recorded.radiation.lane.as_deref()) {
        (Some(a), Some(b)) if same_lane(a, b) => Ok(format!("the lane is the same ({a})")),
        (Some(a), Some(b)) => Err(Error::new(Code::RadiationLane, "the document and the scan are of different lanes")
            .expected(format!("lane {a:?}"))
            .found(format!("lane {b:?}"))),
        (None, Some(b)) => Ok(format!("the scan names no lane, the document lane {b}")),
        (Some(a), None) => Ok(format!("the document names no lane, the scan lane {a}")),
        (None, None) => Ok("neither names a lane".to_owned()),
    }
}

/// Compares lanes by the number in them, `Lane 03` being `3`; without one number each, by their letters and digits.
fn same_lane(a: &str, b: &str) -> bool {
    let number = |text: &str| {
        let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
        numbers.next().filter(|_| numbers.next().is_none()).map(|n| n.trim_start_matches('0').to_owned())
    };
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a == b,
        _ => letters(a) == letters(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_compared_by_their_number() {
        for (a, b) in [("3", "Lane 03"), ("L3", "lane-3"), ("North", "NORTH"), ("0", "00")] {
            assert!(same_lane(a, b), "{a} {b}");
        }
        for (a, b) in [("3", "4"), ("3", "30"), ("North", "South"), ("3", "North"), ("2-1", "2-2")] {
            assert!(!same_lane(a, b), "{a} {b}");
        }
    }
}
