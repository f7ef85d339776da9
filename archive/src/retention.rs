//! How long data are kept: periods per kind of data, by rule.
//!
//! A policy is a list of rules, of which the first that matches a scan counts. Policies are kept in the store, each put
//! once and never changed; a new one takes the place of the one before, with one exception: where a rule in *compliance*
//! mode matched a scan at any time since it was archived, its period is never shortened.
//!
//! ```toml
//! [[rule]]
//! name = "sea containers"
//! mode = "compliance"
//! object = "container"
//! image = "10y"
//! plates = "90d"
//! pictures = "30d"
//! names = "18m"
//! ```

use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use uff::redact::DataKind;

use crate::error::{Code, Error, Result};
use crate::facts::Facts;
use crate::record::Record;
use crate::store::{Created, Store};
use crate::subject::Subject;
use crate::versioned;

/// Format number of the policies this software writes.
const FORMAT: u32 = 1;
/// Largest number of rules in a policy.
const MAX_RULES: usize = 1000;
/// Longest period, in days, months or years.
const MAX_COUNT: u32 = 10_000;

/// Period of the calendar: days, months or years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    count: u32,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Days,
    Months,
    Years,
}

impl Period {
    /// Returns the end of the period that begins at a time, by the calendar of UTC.
    fn end(self, from: Timestamp) -> Until {
        let count = i64::from(self.count);
        let span = match self.unit {
            Unit::Days => Span::new().try_days(count),
            Unit::Months => Span::new().try_months(count),
            Unit::Years => Span::new().try_years(count),
        };
        let end = span.and_then(|span| from.to_zoned(TimeZone::UTC).checked_add(span));
        end.map_or(Until::Forever, |end| Until::At(end.timestamp()))
    }
}

impl FromStr for Period {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            let e = Error::new(Code::Policy, "not a period");
            e.expected("a number with d, m or y behind it, such as 18m, at most 10000").found(text)
        };
        let (number, unit) = text.split_at_checked(text.len().wrapping_sub(1)).ok_or_else(wrong)?;
        let unit = match unit {
            "d" => Unit::Days,
            "m" => Unit::Months,
            "y" => Unit::Years,
            _ => return Err(wrong()),
        };
        let count = Some(number).filter(|n| n.bytes().all(|b| b.is_ascii_digit())).and_then(|n| n.parse().ok());
        count.filter(|count| *count <= MAX_COUNT).map(|count| Self { count, unit }).ok_or_else(wrong)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Days => 'd',
            Unit::Months => 'm',
            Unit::Years => 'y',
        };
        write!(f, "{}{unit}", self.count)
    }
}

impl TryFrom<String> for Period {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

/// How binding a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// A later policy may shorten the period, and two persons may delete a scan before its end.
    #[default]
    Governance,
    /// Nothing shortens the period, and nobody deletes a scan before its end.
    Compliance,
}

/// When a period begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Begin {
    /// When the scan was archived: the clock of the archive is known to be right.
    #[default]
    Archived,
    /// When the scan was made, as its scanner says; for scans that are years old when they are archived.
    Scanned,
}

/// Rule of a policy. Conditions that are not stated hold for every scan; periods that are not stated are that of the image,
/// and an image without a period is kept for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Name, for messages and reports.
    pub name: String,
    /// How binding it is.
    #[serde(default)]
    pub mode: Mode,
    /// When the periods begin.
    #[serde(default)]
    pub begin: Begin,
    /// UN/LOCODE or name of the site.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub site: Option<String>,
    /// Kind of object, such as `truck`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub object: Option<String>,
    /// Period of the image, and with it of the scan.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub image: Option<Period>,
    /// Period of plates and other identities of vehicles.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub plates: Option<Period>,
    /// Period of pictures of people.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pictures: Option<Period>,
    /// Period of names and words of people.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub names: Option<Period>,
    /// Period of radiation data.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub radiation: Option<Period>,
}

impl Rule {
    fn matches(&self, record: &Record) -> bool {
        let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
        let is = |wanted: &str, found: &Option<String>| found.as_deref().is_some_and(|f| plain(f) == plain(wanted));
        let site = self.site.as_ref().is_none_or(|s| is(s, &record.site.locode) || is(s, &record.site.name));
        let object = self.object.as_ref().is_none_or(|object| is(object, &Some(record.object.to_string())));
        site && object
    }

    fn period(&self, subject: Subject) -> Option<Period> {
        let own = match subject {
            Subject::Image => None,
            Subject::Data(DataKind::Plates) => self.plates,
            Subject::Data(DataKind::Pictures) => self.pictures,
            Subject::Data(DataKind::Names) => self.names,
            Subject::Data(DataKind::Radiation) => self.radiation,
        };
        own.or(self.image)
    }

    fn end(&self, subject: Subject, record: &Record, archived: Timestamp) -> Until {
        let begin = match self.begin {
            Begin::Archived => archived,
            Begin::Scanned => record.time().map_or(archived, |time| time.instant()),
        };
        self.period(subject).map_or(Until::Forever, |period| period.end(begin))
    }
}

/// Policy: rules, of which the first that matches counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Rules in order.
    #[serde(rename = "rule", default)]
    pub rules: Vec<Rule>,
}

impl Policy {
    /// Reads a policy from TOML.
    ///
    /// # Errors
    /// `archive.policy`.
    pub fn from_toml(text: &str, name: &str) -> Result<Self> {
        let wrong = |message: &str| Error::new(Code::Policy, message).file(name);
        let policy: Self = toml::from_str(text).map_err(|e| {
            let line = e.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let at = line.map(|line| format!(" in line {line}")).unwrap_or_default();
            wrong(&format!("the policy cannot be read{at}")).found(e.message())
        })?;
        if policy.rules.len() > MAX_RULES {
            let e = wrong("too many rules").expected(format!("at most {MAX_RULES}"));
            return Err(e.found(policy.rules.len()));
        }
        for rule in &policy.rules {
            if rule.mode == Mode::Compliance && rule.image.is_none() {
                let e = wrong("a rule in compliance mode has no period for the image").found(&rule.name);
                return Err(e.expected("image = \"10y\" or another period: what binds for ever cannot be mended"));
            }
        }
        Ok(policy)
    }

    /// Writes the policy as TOML.
    ///
    /// # Errors
    /// `archive.internal` when a value has no TOML form.
    pub fn to_toml(&self) -> Result<String> {
        let text = toml::to_string(self);
        text.map_err(|e| Error::new(Code::Internal, "the policy cannot be written").cause(e))
    }

    fn rule(&self, record: &Record) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.matches(record))
    }
}

/// End of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    /// At a time.
    At(Timestamp),
    /// Never.
    Forever,
}

impl Until {
    /// Tells whether the end has come.
    pub fn has_passed(self, now: Timestamp) -> bool {
        matches!(self, Self::At(end) if end <= now)
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(time) => time.fmt(f),
            Self::Forever => f.write_str("for ever"),
        }
    }
}

/// How long something of a scan is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Until when.
    pub until: Until,
    /// Until when nothing and nobody may shorten it.
    pub locked: Option<Until>,
}

/// Policy as stored, with the time from which it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPolicy {
    format: u32,
    /// Since when it counts.
    pub since: Timestamp,
    /// What it says.
    pub policy: Policy,
}

/// Every policy that an archive has had, in order.
#[derive(Debug, Clone, Default)]
pub struct Policies(Vec<StoredPolicy>);

impl Policies {
    /// Reads all policies of an archive.
    ///
    /// # Errors
    /// `archive.store`; `archive.corrupt`, `archive.version` for one that cannot be read: nothing is shortened on a guess.
    pub(crate) async fn load(store: &Store) -> Result<Self> {
        let mut all = Vec::new();
        while let Some(bytes) = store.document(&path(all.len())).await? {
            let name = format!("{}/{}", store.name(), path(all.len()));
            all.push(versioned::read(&bytes, FORMAT, "a retention policy", &name)?);
        }
        Ok(Self(all))
    }

    /// Puts a policy behind those that there are. Returns its bytes.
    ///
    /// # Errors
    /// `archive.store`, `archive.internal`.
    pub(crate) async fn add(store: &Store, policy: Policy) -> Result<Vec<u8>> {
        let stored = StoredPolicy { format: FORMAT, since: Timestamp::now(), policy };
        let bytes = serde_json::to_vec_pretty(&stored)
            .map_err(|e| Error::new(Code::Internal, "the policy cannot be written").cause(e))?;
        let mut number = Self::load(store).await?.0.len();
        while store.create(&path(number), bytes.clone()).await? == Created::Exists {
            number += 1;
        }
        Ok(bytes)
    }

    /// Returns the policy in force.
    pub fn current(&self) -> Option<&StoredPolicy> {
        self.0.last()
    }

    /// Tells how long something of a scan is kept.
    pub fn kept(&self, subject: Subject, record: &Record, archived: Timestamp, facts: &Facts) -> Kept {
        let rule = self.current().and_then(|stored| stored.policy.rule(record));
        let current = rule.map_or(Until::Forever, |rule| rule.end(subject, record, archived));
        // Those in force since the scan was archived: the last of those before, and all after.
        let first = self.0.iter().rposition(|stored| stored.since <= archived).unwrap_or(0);
        let binding = self.0.iter().skip(first).filter_map(|stored| stored.policy.rule(record));
        let binding = binding.filter(|rule| rule.mode == Mode::Compliance);
        let locked = binding.map(|rule| rule.end(subject, record, archived)).max();
        let extended = facts.keep_until.get(&subject).map(|until| Until::At(*until));
        let until = [Some(current), locked, extended].into_iter().flatten().max().unwrap_or(Until::Forever);
        Kept { until, locked: locked.map(|locked| locked.max(extended.unwrap_or(locked))) }
    }
}

/// Copies all policies of an archive into another store.
///
/// # Errors
/// `archive.store`.
pub(crate) async fn copy(from: &Store, to: &Store) -> Result<()> {
    let mut number = 0;
    while let Some(bytes) = from.document(&path(number)).await? {
        to.create(&path(number), bytes).await?;
        number += 1;
    }
    Ok(())
}

fn path(index: usize) -> String {
    format!("{:06}.json", index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::StoredFile;
    use uff::model::{ObjectKind, Scan, Sha256};

    fn record(kind: ObjectKind) -> Record {
        let mut scan = Scan::default();
        scan.object.kind = kind;
        Record::new(&scan, StoredFile { name: "scan.uff".into(), size: 1, sha256: Sha256::of(b"x") }, Vec::new())
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn policies(all: &[(&str, &str)]) -> Policies {
        let stored = |(since, text): &(&str, &str)| StoredPolicy {
            format: FORMAT,
            since: at(since),
            policy: Policy::from_toml(text, "p").expect("a policy"),
        };
        Policies(all.iter().map(stored).collect())
    }

    const PLATES: Subject = Subject::Data(DataKind::Plates);
    const NAMES: Subject = Subject::Data(DataKind::Names);
    const ARCHIVED: &str = "2024-02-29T12:00:00Z";

    /// The ends are those of a calendar on the wall.
    #[test]
    fn periods_follow_the_calendar() {
        let end = |period: &str| period.parse::<Period>().expect("a period").end(at(ARCHIVED)).to_string();
        assert_eq!(end("1d"), "2024-03-01T12:00:00Z");
        assert_eq!(end("12m"), "2025-02-28T12:00:00Z");
        assert_eq!(end("4y"), "2028-02-29T12:00:00Z");
        assert_eq!(end("10000y"), "for ever");
        for wrong in ["", "y", "-1y", "1.5y", "10001d", "1w", "1ÿ", "+3d"] {
            assert_eq!(wrong.parse::<Period>().expect_err("no period").code(), "archive.policy", "{wrong:?}");
        }
    }

    #[test]
    fn the_first_rule_that_matches_counts_and_what_it_leaves_out_lives_as_long_as_the_image() {
        let text = "[[rule]]\nname='a'\nobject='Truck'\nimage='2y'\nplates='30d'\n[[rule]]\nname='b'\nimage='5y'";
        let policies = policies(&[("2020-01-01T00:00:00Z", text)]);
        let kept = |s, kind| policies.kept(s, &record(kind), at(ARCHIVED), &Facts::default()).until.to_string();
        assert_eq!(kept(PLATES, ObjectKind::Truck), "2024-03-30T12:00:00Z");
        assert_eq!(kept(NAMES, ObjectKind::Truck), "2026-02-28T12:00:00Z");
        assert_eq!(kept(Subject::Image, ObjectKind::Car), "2029-02-28T12:00:00Z");
        let nothing =
            Policies::default().kept(Subject::Image, &record(ObjectKind::Car), at(ARCHIVED), &Facts::default());
        assert_eq!(nothing, Kept { until: Until::Forever, locked: None });
    }

    #[test]
    fn compliance_is_never_shortened_and_governance_is() {
        let rule = |mode: &str, image: &str| format!("[[rule]]\nname='r'\nmode='{mode}'\nimage='{image}'");
        let (bound, free) = (rule("compliance", "10y"), rule("governance", "10y"));
        let shorter = rule("governance", "1d");
        let until = |first: &str, archived: &str| {
            let policies = policies(&[("2020-01-01T00:00:00Z", first), ("2025-01-01T00:00:00Z", &shorter)]);
            policies.kept(Subject::Image, &record(ObjectKind::Car), at(archived), &Facts::default())
        };
        assert_eq!(until(&bound, ARCHIVED).until.to_string(), "2034-02-28T12:00:00Z");
        assert_eq!(until(&bound, ARCHIVED).locked, Some(until(&bound, ARCHIVED).until));
        assert_eq!(until(&free, ARCHIVED).until.to_string(), "2024-03-01T12:00:00Z");
        // A scan that came after the policy had changed was never bound by it.
        assert_eq!(until(&bound, "2025-06-01T00:00:00Z").until.to_string(), "2025-06-02T00:00:00Z");
        let facts = Facts { keep_until: [(Subject::Image, at("2040-01-01T00:00:00Z"))].into(), ..Facts::default() };
        let policies = policies(&[("2020-01-01T00:00:00Z", bound.as_str())]);
        let kept = policies.kept(Subject::Image, &record(ObjectKind::Car), at(ARCHIVED), &facts);
        assert_eq!((kept.until.to_string().as_str(), kept.locked), ("2040-01-01T00:00:00Z", Some(kept.until)));
    }

    #[test]
    fn policies_that_make_no_sense_are_refused_with_their_place() {
        let refused = |text: &str| Policy::from_toml(text, "p.toml").expect_err(text).to_string();
        assert!(
            refused("[[rule]]\nname = 'a'\nimage = 'ten years'")
                .starts_with("p.toml: the policy cannot be read in line 3")
        );
        assert!(refused("[[rule]]\nname = 'a'\nimages = '1y'").contains("images"));
        assert!(refused("[[rule]]\nname = 'a'\nmode = 'compliance'").contains("compliance"));
    }
}
