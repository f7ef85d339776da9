//! Reading a delivery of TIFF files.

use std::sync::Arc;

use super::chunked::{ChunkedSamples, Chunks};
use super::directory::{Directory, directories};
use super::header::{TiffFile, is_tiff};
use super::page::{Page, is_auxiliary};
use super::tag;
use super::tags;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::{Bundle, ChannelRole, LossKind, Samples, Scan};
use crate::vendor::images::{Carried, Found, Image, SideFile, assemble, choose, is_document, restore};
use crate::vendor::{Candidate, Delivery, Placement, ReadOptions, Sniff, StridedSamples, VendorReader};

/// Reader of TIFF and BigTIFF files.
pub struct Tiff;

impl VendorReader for Tiff {
    fn name(&self) -> &'static str {
        "tiff"
    }

    fn description(&self) -> &'static str {
        "TIFF and BigTIFF: one or more grey images of 8, 16 or 32 bits or floats"
    }

    fn is_plain(&self) -> bool {
        true
    }

    fn sniff(&self, delivery: &Delivery, _options: &ReadOptions) -> Result<Sniff> {
        let mut names = Vec::new();
        for file in delivery.files() {
            if is_tiff(&file.head(4)?) {
                names.push(file.name());
            }
        }
        let why = match names.as_slice() {
            [] => None,
            [name] => Some(format!("TIFF signature in {name}")),
            [name, others @ ..] => Some(format!("TIFF signature in {name} and {} more", others.len())),
        };
        let candidates = why.map(|why| Candidate { reader: self.name(), profile: None, why }).into_iter().collect();
        Ok(Sniff { candidates, looked_for: "a file that starts with II*\\0, MM\\0*, II+\\0 or MM\\0+".to_owned() })
    }

    fn read(&self, delivery: &Delivery, options: &ReadOptions, budget: &Budget) -> Result<Bundle> {
        let mut files = Vec::new();
        for (index, entry) in delivery.files().iter().enumerate().filter(|(_, f)| f.size() >= 4) {
            if !is_tiff(&entry.head(4)?) {
                continue;
            }
            let named = |e: Error| e.file(entry.name());
            let pages =
                TiffFile::open(entry.source().clone()).and_then(|file| directories(&file, budget)).map_err(named)?;
            let (first, rest) = pages.split_first().ok_or_else(|| Error::new(Code::Internal, "no page"))?;
            let document = first.text(tag::IMAGE_DESCRIPTION, budget)?.filter(|text| is_document(text.as_bytes()));
            if let Some(document) = document {
                let arrays = arrays(index, first, rest, budget).map_err(named)?;
                return restore(delivery, self.name(), (document.as_bytes(), entry.name()), arrays, budget);
            }
            files.push((index, entry.name(), pages));
        }
        let facts = SideFile::find(delivery, budget)?.with(options);
        let mut found = Found::default();
        let mut notes = Scan::default();
        for (index, name, pages) in &files {
            images(&mut found, *index, name, pages, budget).map_err(|e| e.file(name))?;
        }
        let views = choose(delivery.name(), found, &facts)?;
        for (index, name, pages) in &files {
            let used: Vec<&Image> = views.iter().flatten().filter(|image| image.file == *index).collect();
            if !used.is_empty() {
                note(&mut notes, name, pages, &facts, budget).map_err(|e| e.file(name))?;
            }
        }
        let mut bundle = assemble(delivery, self.name(), views, &facts, options, budget)?;
        let scan = &mut bundle.scan;
        scan.identity.start = notes.identity.start;
        scan.vendor = notes.vendor;
        scan.provenance.losses.extend(notes.provenance.losses);
        scan.system.manufacturer = notes.system.manufacturer;
        scan.system.model = notes.system.model;
        scan.system.software = notes.system.software;
        Ok(bundle)
    }
}

/// Collects what the tags of a file say beside its samples.
fn note(notes: &mut Scan, name: &str, pages: &[Directory], facts: &SideFile, budget: &Budget) -> Result<()> {
    let several = pages.len() > 1;
    let mut described = false;
    for page in pages {
        let shown = if several { format!("{name}#{}", page.number) } else { name.to_owned() };
        if is_auxiliary(page, budget)? {
            let reason = "it is a reduced copy or a mask, which stays in the original file".to_owned();
            notes.provenance.losses.push(tags::loss(LossKind::Dropped, &shown, reason));
            continue;
        }
        if !described {
            tags::describe(notes, page, &shown, budget)?;
        }
        if !described && facts.pitch_rows.is_none() && facts.pitch_columns.is_none() {
            notes.provenance.losses.extend(tags::pitch(page, &shown, budget)?.losses);
        }
        described = true;
        tags::keep(notes, page, &shown, budget)?;
    }
    Ok(())
}

/// Finds the images of a file: one per page and sample of a pixel.
fn images(found: &mut Found, file: usize, name: &str, pages: &[Directory], budget: &Budget) -> Result<()> {
    let several = pages.len() > 1;
    for directory in pages {
        if is_auxiliary(directory, budget)? {
            continue;
        }
        let shown = if several { format!("{name}#{}", directory.number) } else { name.to_owned() };
        let page = match Page::read(directory, budget) {
            Ok(page) => page,
            Err(e) if e.code() == Code::TiffUnsupported => {
                found.unusable.push((shown, e));
                continue;
            }
            Err(e) => return Err(e),
        };
        let apart = page.channels > 1;
        // The name of a page cannot tell the samples of its pixels apart.
        let label = if apart { String::new() } else { tags::label(directory, budget)? };
        let pitch = tags::pitch(directory, &shown, budget)?;
        for (channel, (samples, placement)) in channels(directory, page, budget)?.into_iter().enumerate() {
            found.images.push(Image {
                file,
                name: if apart { format!("{name}#{}.{}", directory.number, channel + 1) } else { shown.clone() },
                label: label.clone(),
                samples,
                placement,
                bit_depth: None,
                table: false,
                picture: true,
                pitch_rows: pitch.rows,
                pitch_columns: pitch.columns,
                role: ChannelRole::Mono,
            });
        }
    }
    Ok(())
}

/// Returns the arrays of a file that this software exported: one per page, which its name identifies.
fn arrays(file: usize, first: &Directory, rest: &[Directory], budget: &Budget) -> Result<Vec<Carried>> {
    let mut arrays = Vec::new();
    for directory in std::iter::once(first).chain(rest) {
        let name = directory.text(tag::PAGE_NAME, budget)?.unwrap_or_default();
        let unknown = || {
            directory
                .error(Code::UffInconsistent, "the page is not one that the metadata of the file name")
                .expected("the path of an array, such as views/0/channels/high")
                .found(format!("{name:?}"))
        };
        let key = Carried::key(&name).ok_or_else(unknown)?;
        let mut channels = channels(directory, Page::read(directory, budget)?, budget)?;
        let (samples, placement) = channels.pop().filter(|_| channels.is_empty()).ok_or_else(unknown)?;
        arrays.push(Carried { key, file, samples, placement });
    }
    Ok(arrays)
}

/// The samples of a channel and where they lie, when they lie at regular distances.
type Channel = (Arc<dyn Samples>, Option<Placement>);

/// Prepares the channels of a page for reading: in place where they lie at regular distances, else decoded on demand.
fn channels(directory: &Directory, page: Page, budget: &Budget) -> Result<Vec<Channel>> {
    let file = directory.file();
    let places: Option<Vec<Placement>> = (0..page.channels).map(|c| page.placement(c, &file.byte_order)).collect();
    if let Some(places) = places {
        let place = |place: Placement| -> Result<Channel> {
            Ok((Arc::new(StridedSamples::new(file.source.clone(), place.clone())?), Some(place)))
        };
        return places.into_iter().map(place).collect();
    }
    let count = page.channels;
    let chunks = Arc::new(Chunks::new(file, page, budget)?);
    Ok((0..count).map(|c| (Arc::new(ChunkedSamples::new(chunks.clone(), c)) as Arc<dyn Samples>, None)).collect())
}
