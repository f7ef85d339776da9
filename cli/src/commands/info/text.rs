//! Writes the summary for people.

use std::fmt::Display;

use uff::model::{Scan, Site, System};

use crate::commands::Context;
use crate::ui::{Align, Style, Table, bytes, plain, plural};
use crate::wire::{ChannelInfo, Info, NumberInfo, ViewInfo};

/// Width of the column of names.
const NAMES: usize = 14;
/// Losses shown before the rest is only counted.
const LOSSES: usize = 8;

/// Writes what, when, where, who, the arrays, and where it all came from.
pub(super) fn of(info: &Info, scan: &Scan, context: &Context) -> String {
    let mut page = Page { text: String::new(), context };
    page.line(Style::Heading, &info.file);
    page.pair(
        "format",
        format!("{} (layout {}, metadata {})", info.profile, info.layout_version, info.metadata_version),
    );
    page.pair("size", bytes(info.size));

    page.heading("Scan");
    page.pair("id", &info.scan_id);
    page.maybe("scanner's id", scan.identity.scanner_scan_id.as_ref());
    page.maybe("start", scan.identity.start);
    page.maybe("end", scan.identity.end);
    page.maybe("site", scan.identity.site.as_ref().and_then(site));
    page.maybe("operator", scan.identity.operator_organisation.as_ref());
    page.maybe("scanner", system(&scan.system));

    page.heading("Object");
    page.pair("kind", &scan.object.kind);
    for container in &info.containers {
        page.number("container", container);
    }
    for plate in &info.plates {
        page.number("plate", plate);
    }
    if let Some(trade) = &scan.trade {
        trade.mrns.iter().for_each(|mrn| page.pair("declaration", mrn));
        trade.goods.iter().for_each(|goods| {
            let words = [goods.hs.as_ref().map(ToString::to_string), goods.description.clone()];
            page.maybe("goods", join(words.into_iter().flatten(), " "));
        });
    }

    for view in &info.views {
        page.view(view);
    }
    page.provenance(info, scan);

    page.heading("Validation");
    let verdict = &info.quick_verdict;
    let style = match verdict.verdict.as_str() {
        "pass" => Style::Good,
        "warn" => Style::Warning,
        _ => Style::Bad,
    };
    let counts = format!("{}, {}", plural(verdict.failures, "failure"), plural(verdict.warnings, "warning"));
    let painted = context.ui.paint(style, &verdict.verdict);
    page.push(&format!("  {:<NAMES$}{painted} ({counts}; samples not read: `uff validate` reads them)", "quick"));
    page.text.truncate(page.text.trim_end().len());
    page.text
}

struct Page<'a> {
    text: String,
    context: &'a Context,
}

impl Page<'_> {
    fn line(&mut self, style: Style, text: impl Display) {
        let painted = self.context.ui.paint(style, text);
        self.push(&painted);
    }

    fn push(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn heading(&mut self, text: impl Display) {
        self.text.push('\n');
        self.line(Style::Heading, text);
    }

    fn pair(&mut self, name: &str, value: impl Display) {
        self.push(&format!("  {name:<NAMES$}{}", plain(&value.to_string())));
    }

    fn maybe(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.pair(name, value);
        }
    }

    fn number(&mut self, name: &str, number: &NumberInfo) {
        match number.issues.is_empty() {
            true => self.pair(name, &number.written),
            false => self.pair(name, format!("{} ({})", number.written, number.issues.join("; "))),
        }
    }

    fn view(&mut self, view: &ViewInfo) {
        self.heading(format_args!(
            "View {}: {}, {}, {} rows × {} columns",
            view.index, view.kind, view.modality, view.rows, view.columns
        ));
        if let (Some(rows), Some(columns)) = (view.pitch_rows_mm, view.pitch_columns_mm) {
            self.pair("pixel", format!("{rows} mm high, {columns} mm wide"));
        }
        let mut table = Table::new(&[
            ("channel", Align::Left),
            ("role", Align::Left),
            ("quantity", Align::Left),
            ("energy", Align::Right),
            ("samples", Align::Left),
            ("calibration", Align::Right),
            ("levels", Align::Right),
        ])
        .indent(2);
        for channel in &view.channels {
            table.row(cells(channel));
        }
        let table = table.to_string();
        self.push(&table);
        if !view.material.is_empty() {
            self.pair("material", view.material.join(", "));
        }
    }

    fn provenance(&mut self, info: &Info, scan: &Scan) {
        let from = &scan.provenance;
        self.heading("Provenance");
        self.maybe("converter", from.converter.as_ref());
        let reader = [from.reader.clone(), from.profile.as_ref().map(|p| format!("profile {p}"))];
        self.maybe("reader", join(reader.into_iter().flatten(), ", "));
        if !from.sources.is_empty() {
            let size = from.sources.iter().fold(0u64, |sum, s| sum.saturating_add(s.size));
            let kept = from.sources.iter().filter(|s| s.rest.is_some()).count();
            self.pair(
                "delivery",
                format!(
                    "{}, {}, {kept} of them rebuilt by `uff extract`",
                    plural(from.sources.len(), "file"),
                    bytes(size)
                ),
            );
        }
        self.maybe("digest", from.delivery_digest);
        match info.losses.is_empty() {
            true => self.pair("losses", "none"),
            false => self.pair("losses", info.losses.len()),
        }
        for loss in info.losses.iter().take(LOSSES) {
            self.pair("", format!("{} {}: {}", loss.kind, loss.subject, loss.reason));
        }
        if info.losses.len() > LOSSES {
            self.pair("", format!("and {} more (--json lists all)", info.losses.len() - LOSSES));
        }
    }
}

fn cells(channel: &ChannelInfo) -> [String; 7] {
    let depth = channel.bit_depth.map(|bits| format!(", {bits} bits")).unwrap_or_default();
    let energy = channel.energy_kev.map(|kev| match kev >= 1000.0 {
        true => format!("{} MeV", kev / 1000.0),
        false => format!("{kev} keV"),
    });
    [
        channel.id.clone(),
        channel.role.clone(),
        channel.quantity.clone(),
        energy.unwrap_or_else(|| "-".to_owned()),
        format!("{}{depth}", channel.sample_type),
        match channel.calibration_lines {
            0 => "-".to_owned(),
            n => plural(n as usize, "line"),
        },
        channel.levels.to_string(),
    ]
}

fn site(site: &Site) -> Option<String> {
    let parts = [
        site.locode.as_ref().map(ToString::to_string),
        site.name.clone(),
        site.lane.as_ref().map(|lane| format!("lane {lane}")),
        site.direction.as_ref().map(ToString::to_string),
    ];
    join(parts.into_iter().flatten(), ", ")
}

fn system(system: &System) -> Option<String> {
    let serial = system.serial.as_ref().map(|s| format!("serial {s}"));
    let parts = [system.manufacturer.clone(), system.model.clone(), serial, system.software.clone()];
    join(parts.into_iter().flatten(), ", ")
}

fn join(parts: impl Iterator<Item = String>, between: &str) -> Option<String> {
    Some(parts.collect::<Vec<_>>().join(between)).filter(|all| !all.is_empty())
}
