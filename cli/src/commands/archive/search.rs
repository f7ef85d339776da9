//! `uff archive search`.

use archive::record::MAX_FIGURE;
use archive::{Archive, Count, Cursor, Filter, Matching, MaterialFigure, Page, Query, Scheme};
use clap::{Args as ClapArgs, ValueEnum};
use jiff::Timestamp;

use super::connection::{Connection, runtime};
use super::record;
use crate::commands::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::wire::{ArchiveLine, PageEnd, Version};

/// How exactly a number must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum MatchingArg {
    /// As written; case and separators never matter
    Exact,
    /// Also as probably meant, where a check digit is wrong
    #[default]
    Corrected,
    /// Also where a reader confuses characters that look alike
    Lookalike,
    /// Starts with the text
    Prefix,
}

/// Arguments of `uff archive search`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Numbers of any kind: container, plate, seal, declaration, …; all must be found
    #[arg(value_name = "NUMBER")]
    numbers: Vec<String>,
    /// Container number
    #[arg(long, value_name = "NUMBER")]
    container: Vec<String>,
    /// Number plate
    #[arg(long, value_name = "PLATE")]
    plate: Vec<String>,
    /// UN/LOCODE or name of the site
    #[arg(long, value_name = "SITE")]
    site: Option<String>,
    /// Serial number of the scanner
    #[arg(long, value_name = "SERIAL")]
    scanner: Option<String>,
    /// Kind of object, such as truck
    #[arg(long, value_name = "KIND")]
    object: Option<String>,
    /// Organisation that operates the scanner
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,
    /// Harmonized System code of declared goods, or how it starts
    #[arg(long, value_name = "CODE")]
    hs: Option<String>,
    /// Verdict of a person, such as suspect
    #[arg(long, value_name = "VERDICT")]
    verdict: Option<String>,
    /// Category of what an algorithm found, such as weapon
    #[arg(long, value_name = "CATEGORY")]
    finding: Option<String>,
    /// Outcome of a physical inspection
    #[arg(long, value_name = "OUTCOME")]
    outcome: Option<String>,
    /// What the load is made of, where files have material arrays: organic, light, metal or heavy with a share of the area in
    /// percent, z (mean effective atomic number) or areal-density (mean, g/cm²), such as organic:60..100, metal:50.. or z:26
    #[arg(long, value_name = "FIGURE:RANGE", value_parser = material)]
    material: Vec<Filter>,
    /// What became of the scan: held, redacted, deletion-requested or deleted
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Scans from this time on: RFC 3339, or a date that starts at midnight UTC
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Option<Timestamp>,
    /// Scans before this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,
    /// How exactly numbers must match
    #[arg(long, value_enum, default_value_t)]
    matching: MatchingArg,
    /// Scans per page
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    limit: u32,
    /// Continue where a page ended
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

/// Reads a time, or a date.
pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    let date = || text.parse::<jiff::civil::Date>().and_then(|d| d.to_zoned(jiff::tz::TimeZone::UTC));
    text.parse()
        .or_else(|_| date().map(|zoned| zoned.timestamp()))
        .map_err(|_| "expected a time such as 2026-11-22T08:00:00+01:00, or a date such as 2026-11-22".to_owned())
}

/// Reads a range of a material figure.
fn material(text: &str) -> Result<Filter, String> {
    let read = || {
        let (name, range) = text.split_once(':')?;
        let figure = MaterialFigure::ALL.into_iter().find(|figure| figure.as_str() == name)?;
        let (least, most) = range.split_once("..").unwrap_or((range, range));
        let bound = |text: &str, open: u16| if text.is_empty() { Some(open) } else { text.parse().ok() };
        let (least, most) = (bound(least, 0)?, bound(most, MAX_FIGURE)?);
        (!range.is_empty() && least <= most && most <= MAX_FIGURE).then(|| Filter::material(figure, least, most))
    };
    let names = || MaterialFigure::ALL.map(MaterialFigure::as_str).join(", ");
    read().ok_or_else(|| format!("expected one of {}, a colon and whole numbers, such as organic:60..100", names()))
}

impl Args {
    fn query(&self) -> Result<Query> {
        let matching = match self.matching {
            MatchingArg::Exact => Matching::Exact,
            MatchingArg::Corrected => Matching::Corrected,
            MatchingArg::Lookalike => Matching::Lookalike,
            MatchingArg::Prefix => Matching::Prefix,
        };
        let any = self.numbers.iter().map(Filter::any);
        let containers = self.container.iter().map(|text| Filter::new(Scheme::Container, text));
        let plates = self.plate.iter().map(|text| Filter::new(Scheme::Plate, text));
        let numbers = any.chain(containers).chain(plates).map(|filter| filter.matching(matching));
        let of = |scheme, text: &Option<String>| text.as_ref().map(|text| Filter::new(scheme, text));
        let others = [
            of(Scheme::Site, &self.site),
            of(Scheme::Serial, &self.scanner),
            of(Scheme::Object, &self.object),
            of(Scheme::Operator, &self.operator),
            of(Scheme::Hs, &self.hs).map(|filter| filter.matching(Matching::Prefix)),
            of(Scheme::Verdict, &self.verdict),
            of(Scheme::Finding, &self.finding),
            of(Scheme::Outcome, &self.outcome),
            of(Scheme::State, &self.state),
        ];
        Ok(Query {
            filters: numbers.chain(others.into_iter().flatten()).chain(self.material.iter().cloned()).collect(),
            from: self.from,
            until: self.until,
            limit: self.limit,
            after: self.after.as_deref().map(str::parse::<Cursor>).transpose()?,
        })
    }
}

/// Answers a query, and counts what it finds on all its pages.
///
/// # Errors
/// As [`Archive::search`].
pub(super) async fn counted(archive: &Archive, query: &Query) -> Result<(Page, Count)> {
    let page = archive.search(query).await?;
    // A first page that is the last needs no counting.
    let count = match query.after.is_none() && page.next.is_none() {
        true => Count { scans: page.hits.len() as u64, capped: false },
        false => archive.count(query).await?,
    };
    Ok((page, count))
}

/// Tells where a page ends.
pub(super) fn end(page: &Page, count: Count) -> PageEnd {
    PageEnd {
        version: Version,
        count: page.hits.len(),
        total: count.scans,
        total_capped: count.capped,
        next: page.next.as_ref().map(ToString::to_string),
    }
}

pub(super) fn run(args: &Args, connection: &Connection, context: &Context) -> Result<Exit> {
    let query = args.query()?;
    let (page, count) = runtime()?.block_on(async {
        let archive = connection.open(context).await?;
        counted(&archive, &query).await
    })?;
    if context.ui.wants_json() {
        for hit in &page.hits {
            context.ui.json(&ArchiveLine::Scan(Box::new(record::hit(hit))))?;
        }
        context.ui.json(&ArchiveLine::Page(end(&page, count)))?;
    } else if !page.hits.is_empty() {
        context.ui.data(record::table(&page.hits))?;
        if let Some(next) = &page.next {
            let more = if count.capped { "more than " } else { "" };
            let (shown, total) = (page.hits.len(), count.scans);
            context.ui.note(format_args!("  {shown} of {more}{total} scans; for more, repeat with --after {next}"));
        }
    }
    if page.hits.is_empty() {
        context.ui.note("  nothing found");
        return Ok(Exit::Negative);
    }
    Ok(Exit::Good)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_starts_at_midnight_utc() {
        let text = |t: &str| time(t).map(|t| t.to_string());
        assert_eq!(text("2026-11-22").as_deref(), Ok("2026-11-22T00:00:00Z"));
        assert_eq!(text("2026-11-22T08:00:00+01:00").as_deref(), Ok("2026-11-22T07:00:00Z"));
        assert!(text("yesterday").is_err());
    }
}
