//! What a page says of the comparison.

use super::figures::Scored;
use super::{HEADINGS, cells};
use crate::commands::bench::page::row;
use crate::wire::{CompareBench, CompareGroup};

/// Title of a page of its own.
pub(in crate::commands::bench) const TITLE: &str = "Comparison of scans, measured";

/// Composes what stands below the title.
pub(in crate::commands::bench) fn body(all: &CompareBench, groups: &[CompareGroup], pairs: &[Scored]) -> String {
    let mut page = format!(
        "<p>{} simulated pairs, {} columns in the first scan, from seed {} on. Found/made; places and registration in \
         pixels of the first scan, median and 90 %; mass found over true.</p>\n<table><caption>By the way the second scan \
         was taken</caption>\n",
        all.figures.pairs, all.columns, all.first_seed
    );
    row(&mut page, "th", "", &HEADINGS);
    groups.iter().for_each(|group| row(&mut page, "td", "", &cells(&group.setting, &group.figures)));
    row(&mut page, "td", "", &cells("all", &all.figures));
    page.push_str("</table>\n<table><caption>Every pair</caption>\n");
    let heads = ["seed", "second scan", "done", "found", "false", "unclear", "alike", "registration px", "refused"];
    row(&mut page, "th", "", &heads);
    for pair in pairs {
        let score = &pair.score;
        let found = score.outcomes.iter().filter(|o| o.found).count();
        let sound = found == score.outcomes.len() && score.false_items == 0 && score.refusal.is_none();
        let cells = [
            pair.seed.to_string(),
            pair.setting.name().to_owned(),
            pair.deed.name().to_owned(),
            format!("{found}/{}", score.outcomes.len()),
            score.false_items.to_string(),
            score.unclear.to_string(),
            format!("{:.1} %", 100.0 * score.similarity),
            score.registration.map_or_else(String::new, |r| format!("{r:.2}")),
            score.refusal.clone().unwrap_or_default(),
        ];
        row(&mut page, "td", if sound { "" } else { " class=\"wrong\"" }, &cells);
    }
    page.push_str("</table>\n<table><caption>Every change</caption>\n");
    let heads = ["seed", "second scan", "change", "goods", "g/cm² in the way", "found", "off px", "mass"];
    row(&mut page, "th", "", &heads);
    for (pair, o) in pairs.iter().flat_map(|p| p.score.outcomes.iter().map(move |o| (p, o))) {
        let number = |v: Option<f64>| v.map_or_else(String::new, |v| format!("{v:.2}"));
        let cells = [
            pair.seed.to_string(),
            pair.setting.name().to_owned(),
            o.kind.name().to_owned(),
            o.what.to_owned(),
            format!("{:.0}", o.behind),
            match (o.found, o.parts, o.unclear) {
                (true, ..) => "yes",
                (false, true, _) => "in parts",
                (false, false, true) => "as unclear",
                (false, false, false) => "no",
            }
            .to_owned(),
            number(o.offset),
            number(o.mass),
        ];
        row(&mut page, "td", if o.found { "" } else { " class=\"wrong\"" }, &cells);
    }
    page.push_str("</table>\n");
    page
}
