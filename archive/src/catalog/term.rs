//! Terms a scan is found by, and the alternatives a filter accepts.
//!
//! A term is a scheme, a form and a key. The key has neither separators nor case. Form *canonical* holds what is
//! written, *corrected* what was probably meant where a check digit is wrong, *folded* either with characters that
//! readers confuse mapped to one of them. A filter becomes at most a handful of keys, each one index seek.

use std::collections::BTreeSet;

use uff::model::identifier::{
    ContainerNumber, Identifier, IdentifierIssue, Locode, Mrn, Plate, RailcarNumber, SealNumber, Ucr, Vin,
};

use crate::error::{Code, Error, Result};
use crate::facts::Facts;
use crate::query::{Filter, MAX_TEXT, Matching, Scheme};
use crate::record::{IdentifierRecord, MaterialRecord, Record};

/// Largest number of terms of one scan; a long train has a few hundred.
pub const MAX_TERMS: usize = 10_000;

/// Form of a key; the number is what the catalogue stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// As written.
    Canonical = 0,
    /// As probably meant.
    Corrected = 1,
    /// With lookalike characters mapped to one.
    Folded = 2,
}

/// Term of a scan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// Kind of term.
    pub scheme: Scheme,
    /// Form of the key.
    pub form: Form,
    /// Key.
    pub key: String,
}

/// Range of keys a filter accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyMatch {
    /// The key itself.
    Equal(String),
    /// Keys from the first, inclusive, to the second, exclusive.
    Range(String, String),
}

/// One way to satisfy a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// Kind of term.
    pub scheme: Scheme,
    /// Form of the key.
    pub form: Form,
    /// Keys accepted.
    pub key: KeyMatch,
}

/// Words for what became of a scan, by which [`Scheme::State`] finds it.
fn states(facts: &Facts) -> impl Iterator<Item = &'static str> {
    let all = [
        ("held", !facts.holds.is_empty()),
        ("redacted", !facts.redactions.is_empty()),
        ("deletion-requested", facts.deletion_request.is_some()),
        ("deleted", facts.tombstone.is_some()),
    ];
    all.into_iter().filter(|(_, holds)| *holds).map(|(word, _)| word)
}

/// Returns the terms of a scan, sorted, each once.
///
/// # Errors
/// `limit.count` when there are more than [`MAX_TERMS`].
pub fn terms(record: &Record, facts: &Facts) -> Result<Vec<Term>> {
    let mut all = BTreeSet::new();
    for state in states(facts) {
        add(&mut all, Scheme::State, Form::Canonical, key(state));
    }
    if facts.tombstone.is_some() {
        return Ok(all.into_iter().collect());
    }
    let lists: [(Scheme, &[IdentifierRecord]); 7] = [
        (Scheme::Container, &record.containers),
        (Scheme::Plate, &record.plates),
        (Scheme::Railcar, &record.railcars),
        (Scheme::Vin, record.vin.as_slice()),
        (Scheme::Seal, &record.seals),
        (Scheme::Mrn, &record.mrns),
        (Scheme::Ucr, &record.ucrs),
    ];
    for (scheme, identifiers) in lists {
        for identifier in identifiers {
            add(&mut all, scheme, Form::Canonical, key(&identifier.canonical));
            add(&mut all, scheme, Form::Folded, fold(&key(&identifier.canonical)));
            if let Some(likely) = &identifier.likely {
                add(&mut all, scheme, Form::Corrected, key(likely));
                add(&mut all, scheme, Form::Folded, fold(&key(likely)));
            }
        }
    }
    let texts = record.references.iter().map(|r| (Scheme::Reference, r));
    let texts = texts.chain(record.scanner_scan_id.iter().map(|t| (Scheme::ScannerScan, t)));
    for (scheme, text) in texts {
        add(&mut all, scheme, Form::Canonical, key(text));
        add(&mut all, scheme, Form::Folded, fold(&key(text)));
    }
    let classes = [
        (Scheme::Serial, &record.scanner.serial),
        (Scheme::Model, &record.scanner.model),
        (Scheme::Manufacturer, &record.scanner.manufacturer),
        (Scheme::Site, &record.site.locode),
        (Scheme::Site, &record.site.name),
        (Scheme::Lane, &record.site.lane),
        (Scheme::Object, &Some(record.object.to_string())),
        (Scheme::Operator, &record.operator),
    ];
    for (scheme, text) in classes {
        add(&mut all, scheme, Form::Canonical, text.as_deref().map(key).unwrap_or_default());
    }
    let lists = [
        (Scheme::Hs, &record.hs),
        (Scheme::Verdict, &record.verdicts),
        (Scheme::Finding, &record.findings),
        (Scheme::Outcome, &record.outcomes),
    ];
    for (scheme, texts) in lists {
        texts.iter().for_each(|text| add(&mut all, scheme, Form::Canonical, key(text)));
    }
    if let Some(image) = &record.image {
        add(&mut all, Scheme::Image, Form::Canonical, key(&image.to_string()));
    }
    for (figure, value) in record.material.iter().flat_map(MaterialRecord::figures) {
        add(&mut all, Scheme::Material, Form::Canonical, figure_key(figure.as_str(), value));
    }
    for view in &record.calibrated_views {
        add(&mut all, Scheme::Calibrates, Form::Canonical, view.to_string());
    }
    if all.len() > MAX_TERMS {
        return Err(uff::Error::new(uff::Code::LimitCount, "the scan has too many identifiers")
            .expected(format!("at most {MAX_TERMS} search terms"))
            .found(all.len())
            .into());
    }
    Ok(all.into_iter().collect())
}

/// Returns the ways to satisfy a filter.
///
/// # Errors
/// `archive.query` when the text has neither letter nor digit.
pub fn alternatives(filter: &Filter) -> Result<Vec<Alternative>> {
    if key(&filter.text).is_empty() {
        return Err(Error::new(Code::Query, "a term has neither letter nor digit"));
    }
    let identifiers = || Scheme::ALL.iter().copied().filter(|s| s.is_identifier()).collect();
    let schemes: Vec<Scheme> = filter.scheme.map_or_else(identifiers, |s| vec![s]);
    Ok(schemes.into_iter().flat_map(|scheme| of_scheme(scheme, &filter.text, filter.matching)).collect())
}

fn of_scheme(scheme: Scheme, text: &str, matching: Matching) -> Vec<Alternative> {
    let (canonical, likely) = normalise(scheme, text);
    let equal = |form, key: &str| Alternative { scheme, form, key: KeyMatch::Equal(key.to_owned()) };
    match matching {
        Matching::Prefix => {
            let end = format!("{canonical}\u{10FFFF}");
            vec![Alternative { scheme, form: Form::Canonical, key: KeyMatch::Range(canonical, end) }]
        }
        Matching::Within(least, most) => {
            let (from, until) = (figure_key(text, least), figure_key(text, most.saturating_add(1)));
            vec![Alternative { scheme, form: Form::Canonical, key: KeyMatch::Range(from, until) }]
        }
        _ if !scheme.is_identifier() => vec![equal(Form::Canonical, &canonical)],
        Matching::Exact => vec![equal(Form::Canonical, &canonical)],
        Matching::Corrected => [Some(&canonical), likely.as_ref()]
            .into_iter()
            .flatten()
            .flat_map(|key| [equal(Form::Canonical, key), equal(Form::Corrected, key)])
            .collect(),
        Matching::Lookalike => {
            let keys: BTreeSet<String> =
                [Some(&canonical), likely.as_ref()].into_iter().flatten().map(|k| fold(k)).collect();
            keys.iter().map(|key| equal(Form::Folded, key)).collect()
        }
    }
}

fn normalise(scheme: Scheme, text: &str) -> (String, Option<String>) {
    fn of<T: Identifier>(identifier: T) -> (String, Vec<IdentifierIssue>) {
        (identifier.canonical(), identifier.issues())
    }
    let (canonical, issues) = match scheme {
        Scheme::Container => of(ContainerNumber::new(text)),
        Scheme::Plate => of(Plate::new(text)),
        Scheme::Railcar => of(RailcarNumber::new(text)),
        Scheme::Vin => of(Vin::new(text)),
        Scheme::Seal => of(SealNumber::new(text)),
        Scheme::Mrn => of(Mrn::new(text)),
        Scheme::Ucr => of(Ucr::new(text)),
        Scheme::Site if is_locode(text) => of(Locode::new(text)),
        Scheme::Site
        | Scheme::Reference
        | Scheme::ScannerScan
        | Scheme::Serial
        | Scheme::Lane
        | Scheme::Model
        | Scheme::Manufacturer
        | Scheme::Object
        | Scheme::Calibrates
        | Scheme::Operator
        | Scheme::Hs
        | Scheme::Verdict
        | Scheme::Finding
        | Scheme::Outcome
        | Scheme::State
        | Scheme::Material
        | Scheme::Image => (text.to_owned(), Vec::new()),
    };
    let canonical = key(&canonical);
    let likely = issues.into_iter().find_map(|i| i.likely).map(|l| key(&l)).filter(|l| *l != canonical);
    (canonical, likely)
}

fn is_locode(text: &str) -> bool {
    key(text).len() == 5
}

/// Returns the letters and digits of a text in upper case, cut to the longest text a filter may have.
fn key(text: &str) -> String {
    let mut key: String =
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).take(MAX_TEXT).collect();
    key.truncate(key.floor_char_boundary(MAX_TEXT));
    key
}

/// Returns the key of a material figure: keys of one figure are in the order of its values.
fn figure_key(name: &str, value: u16) -> String {
    format!("{}{value:04}", key(name))
}

/// Maps characters that readers confuse to one of them.
fn fold(key: &str) -> String {
    key.chars()
        .map(|c| match c {
            'O' | 'D' | 'Q' => '0',
            'I' | 'L' => '1',
            'Z' => '2',
            'S' => '5',
            'G' => '6',
            'B' => '8',
            other => other,
        })
        .collect()
}

fn add(all: &mut BTreeSet<Term>, scheme: Scheme, form: Form, key: String) {
    if !key.is_empty() {
        all.insert(Term { scheme, form, key });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::MaterialFigure;

    #[test]
    fn separators_and_case_never_matter() {
        let of = |text: &str| alternatives(&Filter::new(Scheme::Plate, text)).expect("sound");
        assert_eq!(of("gd 123-x"), of("GD123X"));
        assert_eq!(of("łódź 1"), of("ŁÓDŹ1"));
    }

    #[test]
    fn lookalikes_fold_to_one_key() {
        let of = |t: &str| alternatives(&Filter::new(Scheme::Plate, t).matching(Matching::Lookalike)).expect("sound");
        assert_eq!(of("GDO 8I5"), of("6Q0-BL5"));
    }

    #[test]
    fn figures_are_found_by_both_ends_of_a_range() {
        let record = MaterialRecord {
            view: 0,
            organic: 60,
            light: 10,
            metal: 30,
            heavy: 0,
            z: Some(9),
            areal_density: Some(104),
        };
        let keys: Vec<String> = record.figures().map(|(figure, value)| figure_key(figure.as_str(), value)).collect();
        assert_eq!(keys, ["ORGANIC0060", "LIGHT0010", "METAL0030", "HEAVY0000", "Z0009", "AREALDENSITY0104"]);
        let range = |least, most| match alternatives(&Filter::material(MaterialFigure::Organic, least, most)) {
            Ok(all) => all.into_iter().map(|a| a.key).collect::<Vec<_>>(),
            Err(e) => panic!("{e}"),
        };
        let KeyMatch::Range(from, until) = &range(60, 60)[0] else { panic!("no range") };
        assert!((from..until).contains(&&keys[0]));
        for (least, most) in [(0, 59), (61, 999)] {
            let KeyMatch::Range(from, until) = &range(least, most)[0] else { panic!("no range") };
            assert!(!(from..until).contains(&&keys[0]), "{least} to {most}");
        }
    }

    #[test]
    fn term_without_letter_or_digit_is_refused() {
        assert_eq!(alternatives(&Filter::any("' --")).expect_err("empty").code(), "archive.query");
    }

    #[test]
    fn long_keys_are_cut_at_a_character() {
        assert!(key(&"Ł".repeat(1000)).len() <= MAX_TEXT);
    }
}
