//! Tags of DICOS that the dictionary of DICOM (PS3.6) does not hold, and what that dictionary says of the others.

use dicom_core::Tag;
use dicom_core::VR;
use dicom_core::dictionary::DataDictionary;
use dicom_core::dictionary::DataDictionaryEntry;
use dicom_dictionary_std::StandardDataDictionary;

pub(crate) use dicom_dictionary_std::tags::*;

/// Number of the view that a series shows, from 1 (DICOS v03).
pub(crate) const SERIES_VIEW: Tag = Tag(0x6100, 0x0024);
/// Name of the view that a series shows (DICOS v03).
pub(crate) const SERIES_VIEW_DESCRIPTION: Tag = Tag(0x6100, 0x0026);
/// Number of views of the scan (DICOS v03).
pub(crate) const NUMBER_OF_VIEWS: Tag = Tag(0x6100, 0x0028);
/// Number of the energy of a series (DICOS v03).
pub(crate) const SERIES_ENERGY: Tag = Tag(0x6100, 0x0030);
/// Name of the energy of a series (DICOS v03).
pub(crate) const SERIES_ENERGY_DESCRIPTION: Tag = Tag(0x6100, 0x0031);
/// Number of energies of the scan (DICOS v03).
pub(crate) const NUMBER_OF_ENERGIES: Tag = Tag(0x6100, 0x0032);
/// Samples of 32 bits (DICOS V02A).
pub(crate) const PIXEL_DATA_32: Tag = Tag(0x7FE0, 0x0011);
/// Samples of 64 bits (DICOS V02A).
pub(crate) const PIXEL_DATA_64: Tag = Tag(0x7FE0, 0x0012);
/// Samples of 32 bits in floating point (DICOS V02A).
pub(crate) const PIXEL_DATA_FLOAT: Tag = Tag(0x7FE0, 0x0013);
/// Item of a sequence (PS3.5, 7.5).
pub(super) const ITEM: Tag = Tag(0xFFFE, 0xE000);
/// End of an item (PS3.5, 7.5).
pub(super) const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
/// End of a sequence (PS3.5, 7.5).
pub(super) const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);

/// Tags above with representation and keyword.
const DICOS: [(Tag, VR, &str); 9] = [
    (SERIES_VIEW, VR::US, "SeriesView"),
    (SERIES_VIEW_DESCRIPTION, VR::LO, "SeriesViewDescription"),
    (NUMBER_OF_VIEWS, VR::US, "NumberOfViewsInScan"),
    (SERIES_ENERGY, VR::US, "SeriesEnergy"),
    (SERIES_ENERGY_DESCRIPTION, VR::LO, "SeriesEnergyDescription"),
    (NUMBER_OF_ENERGIES, VR::US, "NumberOfEnergiesInScan"),
    (PIXEL_DATA_32, VR::OL, "PixelData32Bit"),
    (PIXEL_DATA_64, VR::OD, "PixelData64Bit"),
    (PIXEL_DATA_FLOAT, VR::OF, "PixelData32BitFloat"),
];

/// Returns the representation that the dictionaries give a tag; that of bytes for an unknown tag.
pub(super) fn representation(tag: Tag) -> VR {
    if let Some((_, vr, _)) = DICOS.iter().find(|(t, _, _)| *t == tag) {
        return *vr;
    }
    StandardDataDictionary.by_tag(tag).map_or(VR::UN, |entry| entry.vr().relaxed())
}

/// Returns the tag as `(gggg,eeee) Keyword`.
pub(crate) fn shown(tag: Tag) -> String {
    let number = format!("({:04X},{:04X})", tag.group(), tag.element());
    if let Some((_, _, keyword)) = DICOS.iter().find(|(t, _, _)| *t == tag) {
        return format!("{number} {keyword}");
    }
    match StandardDataDictionary.by_tag(tag).map(|entry| entry.alias()) {
        Some(keyword) if !keyword.is_empty() => format!("{number} {keyword}"),
        _ => number,
    }
}
