//! Identifiers: form and check digits, each kept as written and reported with the likely number.

use std::collections::BTreeSet;

use super::{Needs, Rule};
use crate::model::Scan;
use crate::model::identifier::Identifier;
use crate::validate::checks::Checks;
use crate::validate::context::Context;
use crate::validate::{FindingCode as C, Place};

pub(super) const RULES: &[Rule] = &[
    Rule {
        codes: &[
            C::IdentifierContainerNumber,
            C::IdentifierContainerCheckDigit,
            C::IdentifierPlate,
            C::IdentifierVin,
            C::IdentifierSeal,
            C::IdentifierRailcar,
        ],
        needs: Needs::Scan,
        run: object,
    },
    Rule {
        codes: &[C::IdentifierMrn, C::IdentifierMrnCheckDigit, C::IdentifierUcr, C::IdentifierHsCode],
        needs: Needs::Scan,
        run: trade,
    },
    Rule { codes: &[C::IdentifierLocode, C::IdentifierCountry], needs: Needs::Scan, run: places },
    Rule { codes: &[C::IdentifierRepeated, C::IdentifierNone], needs: Needs::Scan, run: together },
];

/// Checks one identifier: `digit` is the code of a wrong check digit where that has one of its own.
fn identifier(checks: &mut Checks<'_>, form: C, digit: C, id: &impl Identifier, path: &str) {
    let issues = id.issues();
    for code in BTreeSet::from([form, digit]) {
        let own = |kind: &str| if kind == "check-digit" { digit } else { form };
        let found: Vec<_> = issues.iter().filter(|i| own(i.kind) == code).collect();
        if found.is_empty() {
            checks.that(code, true, |at| at(Place::File));
        }
        for issue in found {
            checks.that(code, false, |at| {
                let finding = at(Place::element(path))
                    .detail(format_args!("{:?} is no sound {} ({}).", id.written(), scheme(id), issue.kind))
                    .expected(&issue.expected)
                    .found(&issue.found);
                match &issue.likely {
                    Some(likely) => finding.hint(format_args!("Probably {likely} was meant. {}", code.hint())),
                    None => finding,
                }
            });
        }
    }
}

fn scheme<I: Identifier>(_: &I) -> &'static str {
    I::SCHEME
}

fn each<I: Identifier>(checks: &mut Checks<'_>, form: C, digit: C, ids: &[I], path: &str) {
    for (i, id) in ids.iter().enumerate() {
        identifier(checks, form, digit, id, &format!("{path}[{}]", i + 1));
    }
}

fn object(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    let o = &scan.object;
    let (form, digit) = (C::IdentifierContainerNumber, C::IdentifierContainerCheckDigit);
    each(checks, form, digit, &o.containers, "scan/object/containerNumber");
    for (i, plate) in o.plates.iter().enumerate() {
        let path = format!("scan/object/plate[{}]/number", i + 1);
        identifier(checks, C::IdentifierPlate, C::IdentifierPlate, &plate.number, &path);
    }
    each(checks, C::IdentifierVin, C::IdentifierVin, o.vin.as_slice(), "scan/object/vin");
    each(checks, C::IdentifierSeal, C::IdentifierSeal, &o.seals, "scan/object/seal");
    each(checks, C::IdentifierRailcar, C::IdentifierRailcar, &o.railcars, "scan/object/railcarNumber");
}

fn trade(context: &Context, checks: &mut Checks<'_>) {
    let Some(trade) = context.scan().and_then(|s| s.trade.as_ref()) else { return };
    each(checks, C::IdentifierMrn, C::IdentifierMrnCheckDigit, &trade.mrns, "scan/trade/mrn");
    each(checks, C::IdentifierUcr, C::IdentifierUcr, &trade.ucrs, "scan/trade/ucr");
    for (i, goods) in trade.goods.iter().enumerate() {
        let path = format!("scan/trade/goods[{}]/hs", i + 1);
        each(checks, C::IdentifierHsCode, C::IdentifierHsCode, goods.hs.as_slice(), &path);
    }
}

fn places(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    let (country, locode) = (C::IdentifierCountry, C::IdentifierLocode);
    if let Some(site) = &scan.identity.site {
        each(checks, locode, locode, site.locode.as_slice(), "scan/identity/site/locode");
    }
    each(checks, country, country, &scan.identity.releasability, "scan/identity/releasableTo");
    for (i, plate) in scan.object.plates.iter().enumerate() {
        each(checks, country, country, plate.country.as_slice(), &format!("scan/object/plate[{}]/country", i + 1));
    }
    for (i, goods) in scan.trade.iter().flat_map(|t| &t.goods).enumerate() {
        each(checks, country, country, goods.origin.as_slice(), &format!("scan/trade/goods[{}]/origin", i + 1));
    }
}

/// Lists the identifiers that a scan is found by, each with its element.
fn keys(scan: &Scan) -> Vec<(&'static str, String)> {
    let o = &scan.object;
    let mut keys = Vec::new();
    keys.extend(o.containers.iter().map(|c| ("scan/object/containerNumber", c.canonical())));
    keys.extend(o.plates.iter().map(|p| ("scan/object/plate", p.number.canonical())));
    keys.extend(o.vin.iter().map(|v| ("scan/object/vin", v.canonical())));
    keys.extend(o.railcars.iter().map(|r| ("scan/object/railcarNumber", r.canonical())));
    if let Some(trade) = &scan.trade {
        keys.extend(trade.mrns.iter().map(|m| ("scan/trade/mrn", m.canonical())));
        keys.extend(trade.ucrs.iter().map(|u| ("scan/trade/ucr", u.canonical())));
        keys.extend(trade.lrns.iter().map(|l| ("scan/trade/lrn", l.clone())));
    }
    keys.extend(scan.identity.scanner_scan_id.iter().map(|id| ("scan/identity/scannerScanId", id.clone())));
    keys
}

fn together(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    let keys = keys(scan);
    checks.that(C::IdentifierNone, !keys.is_empty(), |at| at(Place::element("scan/object")));
    let mut seen = BTreeSet::new();
    let seals = scan.object.seals.iter().map(|s| ("scan/object/seal", s.canonical()));
    for key in keys.into_iter().chain(seals) {
        let place = key.0;
        let value = key.1.clone();
        checks.that(C::IdentifierRepeated, seen.insert(key), |at| at(Place::element(place)).found(value));
    }
}
