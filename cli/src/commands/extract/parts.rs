//! The parts of a file, one function each.

use uff::Result;
use uff::export::npy::write_array;
use uff::format::{UffFile, layout, write_original};
use uff::limits::Budget;
use uff::source::ReadAt;

use crate::commands::folder::Folder;
use crate::commands::target::Sink;
use crate::wire::{ExtractedFile, ExtractedPart, Version};

/// Takes note of a written file.
type Keep<'a> = &'a mut dyn FnMut(ExtractedFile);

fn extracted(part: ExtractedPart, path: String, bytes: u64) -> ExtractedFile {
    ExtractedFile { version: Version, part, path, bytes, digest: None }
}

/// Writes the metadata document as it stands in the file.
pub(super) fn metadata(file: &UffFile, folder: &Folder, keep: Keep<'_>) -> Result<()> {
    let path = "metadata.xml".to_owned();
    let bytes = folder.write(&path, |out| out.put(file.metadata_xml()))?;
    keep(extracted(ExtractedPart::Metadata, path, bytes));
    Ok(())
}

/// Writes every array under the path it has in the file.
pub(super) fn channels(file: &UffFile, folder: &Folder, keep: Keep<'_>) -> Result<()> {
    for key in file.planes() {
        let samples = file.plane(key)?;
        let path = format!("{}.npy", layout::plane_path(key, 0));
        let bytes =
            folder.write(&path, |out| write_array(&*samples, &Budget::default(), &mut |bytes| out.put(bytes)))?;
        keep(extracted(ExtractedPart::Channel, path, bytes));
    }
    Ok(())
}

/// Rebuilds every file of the delivery that the file can rebuild, and checks it against its digest.
pub(super) fn originals(file: &UffFile, folder: &Folder, keep: Keep<'_>) -> Result<()> {
    let bundle = file.bundle()?;
    for source in bundle.scan.provenance.sources.iter().filter(|s| s.rest.is_some()) {
        let path = format!("originals/{}", source.name);
        let bytes = folder.write(&path, |out| write_original(&bundle, source, out))?;
        let digest = Some(source.digest.to_string());
        keep(ExtractedFile { digest, ..extracted(ExtractedPart::Original, path, bytes) });
    }
    Ok(())
}

/// Writes opaque bytes under the path they have in the file; those that only serve to rebuild originals are left out.
pub(super) fn blobs(file: &UffFile, folder: &Folder, (media, vendor): (bool, bool), keep: Keep<'_>) -> Result<()> {
    let originals = format!("{}/{}/", layout::VENDOR, layout::ORIGINALS);
    for (path, source) in file.blobs().iter().filter(|(path, _)| !path.starts_with(&originals)) {
        let is_media = path.split('/').next() == Some(layout::MEDIA);
        let (part, wanted) = match is_media {
            true => (ExtractedPart::Media, media),
            false => (ExtractedPart::Vendor, vendor),
        };
        if wanted {
            let bytes = folder.write(path, |out| copy(&**source, out))?;
            keep(extracted(part, path.to_owned(), bytes));
        }
    }
    Ok(())
}

fn copy(source: &dyn ReadAt, out: &mut Sink<'_>) -> Result<()> {
    let mut buffer = vec![0; 1 << 18];
    let mut offset = 0;
    while offset < source.len() {
        let count = usize::try_from(source.len() - offset).map_or(buffer.len(), |left| left.min(buffer.len()));
        let part = buffer.get_mut(..count).unwrap_or_default();
        source.read_exact_at(offset, part)?;
        out.put(part)?;
        offset += count as u64;
    }
    Ok(())
}
