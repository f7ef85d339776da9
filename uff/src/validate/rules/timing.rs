//! Times: order, duration, plausible dates, clock.

use jiff::{SignedDuration, Timestamp as Instant};

use super::{Needs, Rule};
use crate::model::{ClockQuality, Scan, Timestamp};
use crate::validate::checks::Checks;
use crate::validate::context::Context;
use crate::validate::{FindingCode as C, Place};

pub(super) const RULES: &[Rule] = &[
    Rule { codes: &[C::TimingNoStart, C::TimingOrder, C::TimingDuration], needs: Needs::Scan, run: scan_times },
    Rule { codes: &[C::TimingTooEarly], needs: Needs::Scan, run: too_early },
    Rule { codes: &[C::TimingFuture], needs: Needs::Clock, run: future },
    Rule { codes: &[C::TimingBeforeScan], needs: Needs::Scan, run: before_scan },
    Rule { codes: &[C::TimingClock], needs: Needs::Scan, run: clock },
];

/// 1990-01-01T00:00:00Z: no digital cargo scan is older.
const FIRST: Instant = Instant::constant(631_152_000, 0);
/// Longest plausible scan: a freight train at walking pace.
const LONGEST: SignedDuration = SignedDuration::from_hours(6);
/// How far clocks of two systems may differ before an order is doubted.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);
/// How far in the future a time may lie before it is doubted.
const FUTURE_TOLERANCE: SignedDuration = SignedDuration::from_hours(24);

fn scan_times(context: &Context, checks: &mut Checks<'_>) {
    let Some(identity) = context.scan().map(|s| &s.identity) else { return };
    checks.that(C::TimingNoStart, identity.start.is_some(), |at| at(Place::element("scan/identity")).expected("start"));
    let (Some(start), Some(end)) = (identity.start, identity.end) else { return };
    let place = || Place::element("scan/identity/end");
    checks.that(C::TimingOrder, end.instant() >= start.instant(), |at| {
        at(place()).expected(format_args!("not before {start}")).found(end)
    });
    let duration = end.instant().duration_since(start.instant());
    checks.that(C::TimingDuration, duration <= LONGEST, |at| {
        at(place()).expected("at most 6 hours").found(format_args!("{:.1} hours", duration.as_secs_f64() / 3600.0))
    });
}

/// Lists times that follow a scan: verdicts, inspections, annotations, receipt.
fn following(scan: &Scan) -> Vec<(String, Timestamp)> {
    let mut all: Vec<(String, Timestamp)> = Vec::new();
    let mut add = |path: String, time: Option<Timestamp>| all.extend(time.map(|t| (path, t)));
    add("scan/identity/received".into(), scan.identity.received);
    for (i, a) in scan.annotations.iter().enumerate() {
        add(format!("scan/annotation[{}]/created", i + 1), a.created);
    }
    if let Some(findings) = &scan.findings {
        for (i, f) in findings.machine.iter().enumerate() {
            add(format!("scan/findings/machine[{}]/time", i + 1), f.time);
        }
        for (i, f) in findings.human.iter().enumerate() {
            add(format!("scan/findings/human[{}]/time", i + 1), f.time);
        }
        for (i, f) in findings.inspections.iter().enumerate() {
            add(format!("scan/findings/inspection[{}]/time", i + 1), f.time);
        }
    }
    all
}

/// Lists every time of the scan.
fn every(scan: &Scan) -> Vec<(String, Timestamp)> {
    let mut all: Vec<(String, Timestamp)> = following(scan);
    let mut add = |path: String, time: Option<Timestamp>| all.extend(time.map(|t| (path, t)));
    add("scan/identity/start".into(), scan.identity.start);
    add("scan/identity/end".into(), scan.identity.end);
    for (i, m) in scan.media.iter().enumerate() {
        add(format!("scan/media[{}]/taken", i + 1), m.taken);
    }
    for (i, q) in scan.system.image_quality.iter().enumerate() {
        add(format!("scan/system/imageQuality[{}]/tested", i + 1), q.tested);
    }
    for (i, m) in scan.system.maintenance.iter().enumerate() {
        add(format!("scan/system/maintenance[{}]/performed", i + 1), m.performed);
    }
    if let Some(radiation) = &scan.radiation {
        add("scan/radiation/start".into(), radiation.start);
        for (i, a) in radiation.alarms.iter().enumerate() {
            add(format!("scan/radiation/alarm[{}]/time", i + 1), a.time);
        }
    }
    all
}

fn too_early(context: &Context, checks: &mut Checks<'_>) {
    for (path, time) in context.scan().map(every).unwrap_or_default() {
        checks.that(C::TimingTooEarly, time.instant() >= FIRST, |at| {
            at(Place::element(path)).expected("1990 or later").found(time)
        });
    }
}

fn future(context: &Context, checks: &mut Checks<'_>) {
    let Some(now) = checks.options().now else { return };
    let latest = now.saturating_add(FUTURE_TOLERANCE).unwrap_or(now);
    for (path, time) in context.scan().map(every).unwrap_or_default() {
        checks.that(C::TimingFuture, time.instant() <= latest, |at| {
            at(Place::element(path)).expected(format_args!("not after {latest}")).found(time)
        });
    }
}

fn before_scan(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    let Some(start) = scan.identity.start else { return };
    for (path, time) in following(scan) {
        let early = start.instant().duration_since(time.instant());
        checks.that(C::TimingBeforeScan, early <= CLOCK_TOLERANCE, |at| {
            at(Place::element(path)).expected(format_args!("not before {start}")).found(time)
        });
    }
}

fn clock(context: &Context, checks: &mut Checks<'_>) {
    let Some(clock) = context.scan().and_then(|s| s.identity.clock.as_ref()) else { return };
    checks.that(C::TimingClock, *clock != ClockQuality::Suspect, |at| at(Place::element("scan/identity/clock")));
}
