//! Reading a delivery of PNG pictures.

use std::sync::Arc;

use super::chunks::is_png;
use super::notes;
use super::picture::Picture;
use super::text::Text;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::{Bundle, ChannelRole, Scan};
use crate::vendor::images::{Carried, Found, Image, SideFile, assemble, choose, restore};
use crate::vendor::{Candidate, Delivery, ReadOptions, Sniff, VendorReader};

/// Keyword of the text that holds the metadata document of an exported scan.
pub const METADATA: &str = "XML:uff-metadata";

/// Keyword of the text that names the array of an exported scan, such as `views/0/channels/high`.
pub const ARRAY: &str = "uff-array";

/// Reader of PNG pictures.
pub struct Png;

impl VendorReader for Png {
    fn name(&self) -> &'static str {
        "png"
    }

    fn description(&self) -> &'static str {
        "PNG: grey pictures of 8 or 16 bits"
    }

    fn is_plain(&self) -> bool {
        true
    }

    fn sniff(&self, delivery: &Delivery, _options: &ReadOptions) -> Result<Sniff> {
        let mut names = Vec::new();
        for file in delivery.files() {
            if is_png(&file.head(8)?) {
                names.push(file.name());
            }
        }
        let why = match names.as_slice() {
            [] => None,
            [name] => Some(format!("PNG signature in {name}")),
            [name, others @ ..] => Some(format!("PNG signature in {name} and {} more", others.len())),
        };
        let candidates = why.map(|why| Candidate { reader: self.name(), profile: None, why }).into_iter().collect();
        Ok(Sniff { candidates, looked_for: "a file that starts with \\x89PNG".to_owned() })
    }

    fn read(&self, delivery: &Delivery, options: &ReadOptions, budget: &Budget) -> Result<Bundle> {
        let mut found = Found::default();
        let mut carried = Vec::new();
        let mut document: Option<(String, String)> = None;
        let mut notes = Vec::new();
        for (index, file) in delivery.files().iter().enumerate() {
            if !is_png(&file.head(8)?) {
                continue;
            }
            let named = |e: Error| e.file(file.name());
            let picture = match Picture::open(file.source().clone(), budget) {
                Ok(picture) => Arc::new(picture),
                Err(e) if e.code() == Code::PngUnsupported => {
                    found.unusable.push((file.name().to_owned(), named(e)));
                    continue;
                }
                Err(e) => return Err(named(e)),
            };
            let texts = texts(&picture, file.source(), budget).map_err(named)?;
            if let Some(text) = texts.metadata {
                let key = texts.array.as_deref().and_then(Carried::key).ok_or_else(|| {
                    Error::new(Code::UffInconsistent, "the picture does not say which array of the scan it is")
                        .file(file.name())
                        .expected(format!("a text {ARRAY} such as views/0/channels/high"))
                })?;
                if document.get_or_insert_with(|| (text.clone(), file.name().to_owned())).0 != text {
                    return Err(
                        Error::new(Code::UffInconsistent, "the pictures are of different scans").file(file.name())
                    );
                }
                carried.push(Carried { key, file: index, samples: picture, placement: None });
                continue;
            }
            let source = &**file.source();
            let (pitch_rows, pitch_columns) = notes::pitch(&picture.chunks, source, budget).map_err(named)?;
            let mut note = Scan::default();
            notes::describe(&mut note, &picture.chunks, file.name(), source, budget).map_err(named)?;
            notes.push((index, note));
            found.images.push(Image {
                file: index,
                name: file.name().to_owned(),
                label: String::new(),
                samples: picture,
                placement: None,
                bit_depth: None,
                table: false,
                picture: true,
                pitch_rows,
                pitch_columns,
                role: ChannelRole::Mono,
            });
        }
        if let Some((document, name)) = document {
            return restore(delivery, self.name(), (document.as_bytes(), &name), carried, budget);
        }
        let facts = SideFile::find(delivery, budget)?.with(options);
        let views = choose(delivery.name(), found, &facts)?;
        let used: Vec<usize> = views.iter().flatten().map(|image| image.file).collect();
        let mut bundle = assemble(delivery, self.name(), views, &facts, options, budget)?;
        for (_, note) in notes.into_iter().filter(|(file, _)| used.contains(file)) {
            let scan = &mut bundle.scan;
            scan.identity.start = scan.identity.start.or(note.identity.start);
            scan.system.software = scan.system.software.take().or(note.system.software);
            scan.vendor.extend(note.vendor);
            scan.provenance.losses.extend(note.provenance.losses);
        }
        Ok(bundle)
    }
}

/// What an exported picture says about itself.
#[derive(Default)]
struct Texts {
    metadata: Option<String>,
    array: Option<String>,
}

fn texts(picture: &Picture, source: &dyn crate::source::ReadAt, budget: &Budget) -> Result<Texts> {
    let mut texts = Texts::default();
    for chunk in &picture.chunks {
        match Text::read(chunk, source, budget)? {
            Some(Text { keyword, text }) if keyword == METADATA => texts.metadata = Some(text),
            Some(Text { keyword, text }) if keyword == ARRAY => texts.array = Some(text),
            _ => {}
        }
    }
    Ok(texts)
}
