//! What the tags of a TIFF file say about the scan beside its samples.

use super::directory::Directory;
use super::tag;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::{Loss, LossKind, Scan, Timestamp, VendorItem};
use crate::units::Millimetres;
use crate::vendor::images::{INCH, pixel_size};

/// Longest text that may name a page.
const LONGEST_NAME: usize = 64;

/// Returns what a page is called: its name, else a description that is a mere name.
pub(super) fn label(directory: &Directory, budget: &Budget) -> Result<String> {
    if let Some(name) = directory.text(tag::PAGE_NAME, budget)? {
        return Ok(name);
    }
    let text = directory.text(tag::IMAGE_DESCRIPTION, budget)?.unwrap_or_default();
    let name = text.len() <= LONGEST_NAME && !text.contains(['{', '<', '=', '\n']);
    Ok(if name { text } else { String::new() })
}

/// Pixel size between rows and between columns, mm, and what is said about it in the losses.
#[derive(Default)]
pub(super) struct Pitch {
    pub(super) rows: Option<Millimetres>,
    pub(super) columns: Option<Millimetres>,
    pub(super) losses: Vec<Loss>,
}

/// Reads the resolution. It is the pixel size only when it has a unit and is none of the densities that programs write
/// by habit; whether it is that of the object plane no tag says.
pub(super) fn pitch(directory: &Directory, name: &str, budget: &Budget) -> Result<Pitch> {
    let across = directory.fraction(tag::X_RESOLUTION)?;
    let down = directory.fraction(tag::Y_RESOLUTION)?;
    let unit = directory.number(tag::RESOLUTION_UNIT, budget)?.unwrap_or(2);
    if across.is_none() && down.is_none() {
        return Ok(Pitch::default());
    }
    let length = match unit {
        2 => Some(INCH),
        3 => Some(10.0),
        _ => None,
    };
    let size = |density: Option<f64>| pixel_size(density?, length?);
    let mut pitch = Pitch { rows: size(down), columns: size(across), losses: Vec::new() };
    let stated = format!("{name}: resolution {} × {}", shown(across), shown(down));
    pitch.losses.push(match pitch.rows.is_some() || pitch.columns.is_some() {
        true => loss(
            LossKind::Invented,
            "view/geometry",
            format!("{stated} is taken for the pixel size in the object plane"),
        ),
        false => loss(
            LossKind::Dropped,
            &stated,
            "it says nothing about the object: no unit, or a density of screens and printers".to_owned(),
        ),
    });
    Ok(pitch)
}

fn shown(density: Option<f64>) -> String {
    density.map_or("none".to_owned(), |d| d.to_string())
}

/// Takes over the texts and the time of the first image, and names what of its tags has no place.
pub(super) fn describe(scan: &mut Scan, directory: &Directory, name: &str, budget: &Budget) -> Result<()> {
    let system = &mut scan.system;
    for (tag, field) in
        [(tag::MAKE, &mut system.manufacturer), (tag::MODEL, &mut system.model), (tag::SOFTWARE, &mut system.software)]
    {
        *field = field.take().or(directory.text(tag, budget)?);
    }
    if let Some(text) = directory.text(tag::DATE_TIME, budget)? {
        let time = time(&text);
        scan.provenance.losses.push(match time {
            Some(_) => loss(
                LossKind::Invented,
                "identity/start",
                format!("{name}: DateTime {text} has no time zone; UTC is taken, so the time may be off by up to 14 h"),
            ),
            None => loss(LossKind::Dropped, &format!("{name}: DateTime {text:?}"), "it is no point in time".to_owned()),
        });
        scan.identity.start = scan.identity.start.or(time);
    }
    Ok(())
}

/// Keeps the texts of an image that the model has no place for, and names what else is dropped.
pub(super) fn keep(scan: &mut Scan, directory: &Directory, name: &str, budget: &Budget) -> Result<()> {
    for (tag, what) in [
        (tag::DOCUMENT_NAME, "DocumentName"),
        (tag::IMAGE_DESCRIPTION, "ImageDescription"),
        (tag::PAGE_NAME, "PageName"),
        (tag::ARTIST, "Artist"),
        (tag::HOST_COMPUTER, "HostComputer"),
        (tag::COPYRIGHT, "Copyright"),
    ] {
        if let Some(text) = directory.text(tag, budget)? {
            let origin = format!("{name}: {what}");
            scan.vendor.push(VendorItem { origin, text: Some(text), ..VendorItem::default() });
        }
    }
    let losses = &mut scan.provenance.losses;
    let mut dropped = |subject: String, reason: &str| losses.push(loss(LossKind::Dropped, &subject, reason.to_owned()));
    if directory.number(tag::PHOTOMETRIC, budget)? == Some(0) {
        dropped(format!("{name}: white is zero"), "samples stand as they are stored; only viewers invert them");
    }
    if let Some(turned @ 2..) = directory.number(tag::ORIENTATION, budget)? {
        dropped(
            format!("{name}: orientation {turned}"),
            "rows and columns stand as they are stored; only viewers turn them",
        );
    }
    let other: Vec<_> = directory.tags().filter(|t| !tag::UNDERSTOOD.contains(t)).map(|t| t.to_string()).collect();
    if !other.is_empty() {
        dropped(format!("{name}: tags {}", other.join(", ")), "they are not understood and stay in the original file");
    }
    Ok(())
}

/// Reads `YYYY:MM:DD HH:MM:SS` as UTC.
fn time(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once(' ')?;
    Timestamp::parse(&format!("{}T{time}+00:00", date.replace(':', "-"))).ok()
}

/// Makes an entry of the loss report.
pub(super) fn loss(kind: LossKind, subject: &str, reason: String) -> Loss {
    Loss { kind, subject: subject.to_owned(), reason, ..Loss::default() }
}
