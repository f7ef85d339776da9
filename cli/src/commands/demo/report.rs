//! The report: what was done and how near the analysis came.

use std::path::{Path, PathBuf};

use super::journal::Journal;
use super::scan::DemoScan;
use super::truth::Measured;
use crate::commands::target::Target;
use crate::error::Result;

/// Writes the report as Markdown and returns its path.
pub(super) fn write(
    folder: &Path,
    journal: &Journal<'_>,
    scans: &[DemoScan],
    measured: &[Measured],
) -> Result<PathBuf> {
    let mut page =
        String::from("# What the demo did\n\n| step | of | result | seconds |\n| --- | --- | --- | ---: |\n");
    for step in &journal.steps {
        let mark = if step.good { "" } else { "**not as it should be:** " };
        let row = [step.step.clone(), step.subject.clone(), format!("{mark}{}", step.result)].map(|t| cell(&t));
        page.push_str(&format!("| {} | {:.3} |\n", row.join(" | "), step.seconds));
    }
    page.push_str("\n# Scans\n");
    for scan in scans {
        page.push_str(&format!("\n## {}\n\nScan `{}`", cell(&scan.name), scan.scan.identity.scan_id));
        if let Some(picture) = scan.picture.strip_prefix(folder).ok().filter(|_| scan.picture.exists()) {
            page.push_str(&format!("\n\n![material]({})", picture.display()));
        }
        page.push('\n');
        materials(&mut page, measured.iter().filter(|m| m.sample == scan.name));
    }
    let path = folder.join("report.md");
    Target::new(&path, false)?.write_bytes(page.as_bytes())?;
    Ok(path)
}

fn materials<'a>(page: &mut String, measured: impl Iterator<Item = &'a Measured>) {
    let mut rows = measured.peekable();
    if rows.peek().is_none() {
        return;
    }
    page.push_str("\n| object | where (row,column,rows,columns) | class | found | g/cm² | found | off |\n");
    page.push_str("| --- | --- | --- | --- | ---: | ---: | ---: |\n");
    for m in rows {
        let r = &m.region;
        let found = m.lambda_found.map_or_else(|| "-".to_owned(), |l| format!("{l:.1}"));
        let off = m.off().map_or_else(|| "-".to_owned(), |off| format!("{:+.1} %", 100.0 * off));
        page.push_str(&format!(
            "| {} | {},{},{},{} | {} | {} | {:.1} | {found} | {off} |\n",
            cell(&m.object),
            r.row,
            r.column,
            r.rows,
            r.columns,
            m.class.name(),
            m.class_found.name(),
            m.lambda,
        ));
    }
}

/// Text that breaks no table.
fn cell(text: &str) -> String {
    crate::ui::plain(text).replace('|', "\\|")
}
