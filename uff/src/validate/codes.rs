//! The table of finding codes.
//!
//! A code never changes its meaning and is never used again for something else: scripts, severity profiles and
//! acceptance records refer to it. `schemas/findings.md` is generated from this table. The clause names the rule of
//! `schemas/layout.md` (L-…) or `schemas/metadata.md` (M-…) that the finding is about.

use std::fmt;

use super::Severity;

macro_rules! topics {
    ($( $variant:ident = $text:literal, $title:literal; )*) => {
        /// What a code is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Topic { $( #[doc = $title] $variant, )* }

        impl Topic {
            /// Every topic, in the order of the table.
            pub const ALL: &'static [Topic] = &[$( Topic::$variant, )*];

            /// Returns the first part of the topic's codes.
            pub const fn as_str(self) -> &'static str { match self { $( Topic::$variant => $text, )* } }

            /// Returns the title for people.
            pub const fn title(self) -> &'static str { match self { $( Topic::$variant => $title, )* } }
        }
    };
}

topics! {
    Container = "container", "HDF5 container";
    Layout = "layout", "Layout of groups, datasets and attributes";
    Version = "version", "Versions";
    Metadata = "metadata", "Metadata document";
    Consistency = "consistency", "Agreement of metadata and arrays";
    Identifier = "identifier", "Identifiers";
    Channel = "channel", "Channels and samples";
    Geometry = "geometry", "Geometry and regions";
    Calibration = "calibration", "Calibration";
    Integrity = "integrity", "Integrity and evidence";
    Privacy = "privacy", "Personal data";
    Timing = "timing", "Times";
}

macro_rules! finding_codes {
    ($( $variant:ident = $text:literal, $topic:ident, $severity:ident, $clause:literal, $explanation:literal, $hint:literal; )*) => {
        /// Stable code of a finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum FindingCode { $( #[doc = $explanation] $variant, )* }

        impl FindingCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [FindingCode] = &[$( FindingCode::$variant, )*];

            /// Returns the dotted text of the code.
            pub const fn as_str(self) -> &'static str { match self { $( Self::$variant => $text, )* } }

            /// Returns what the code is about.
            pub const fn topic(self) -> Topic { match self { $( Self::$variant => Topic::$topic, )* } }

            /// Returns the severity of its findings unless a profile replaces it.
            pub const fn severity(self) -> Severity { match self { $( Self::$variant => Severity::$severity, )* } }

            /// Returns the clause of the layout (L-…) or metadata (M-…) document.
            pub const fn clause(self) -> &'static str { match self { $( Self::$variant => $clause, )* } }

            /// Returns what the code means, in one sentence.
            pub const fn explanation(self) -> &'static str { match self { $( Self::$variant => $explanation, )* } }

            /// Returns what to do about it.
            pub const fn hint(self) -> &'static str { match self { $( Self::$variant => $hint, )* } }
        }
    };
}

finding_codes! {
    // Container.
    ContainerEmpty = "container.empty", Container, Failure, "L-1.1", "The file is empty.", "Fetch the file again; the transfer stopped before the first byte.";
    ContainerNotHdf5 = "container.not_hdf5", Container, Failure, "L-1.1", "The file does not start with the HDF5 signature.", "Check that this is the right file; a UFF file starts with \\x89HDF.";
    ContainerNamesake = "container.namesake", Container, Failure, "L-1.1", "The file is a Universal File of modal analysis, which shares nothing but the abbreviation UFF with this format.", "Choose the scan file; this one comes from vibration measurement.";
    ContainerPrefixed = "container.prefixed", Container, Failure, "L-1.1", "Other bytes stand before the HDF5 signature.", "Remove the leading bytes (h5unjam takes a user block off), then validate again.";
    ContainerTruncated = "container.truncated", Container, Failure, "L-1.6", "The file ends before its content does.", "Fetch the file again and compare its size with the sender's.";
    ContainerTrailingBytes = "container.trailing_bytes", Container, Warning, "L-1.6", "Bytes follow the end of the HDF5 content.", "Find out who added them: a transfer error, or something hidden; converting again leaves them out.";
    ContainerDamaged = "container.damaged", Container, Failure, "L-1.1", "The HDF5 structure is damaged.", "Restore the file from the archive or fetch it again.";
    ContainerUnsupported = "container.unsupported", Container, Failure, "L-1.1", "The file uses an HDF5 feature or filter that the layout does not allow.", "Repack the file with h5repack using shuffle, deflate and fletcher32.";
    ContainerLimit = "container.limit", Container, Failure, "L-1.1", "The file demands more memory, items or depth than the limits allow.", "Refuse the file, or raise the limit that the finding names if the source is trusted.";
    ContainerUnreadable = "container.unreadable", Container, Failure, "L-1.1", "The storage device or service failed while the file was read.", "Check the device and validate again; the file itself may be sound.";

    // Layout.
    LayoutNotUff = "layout.not_uff", Layout, Failure, "L-2.1", "The HDF5 file does not carry the label of this profile.", "Convert it with a vendor profile for generic HDF5.";
    LayoutMissing = "layout.missing", Layout, Failure, "L-2.5", "A group, dataset or attribute that the layout demands is missing.", "Ask the sender for a complete file; converting the original delivery again repairs it.";
    LayoutType = "layout.type", Layout, Failure, "L-4.2", "A dataset or attribute has another type or shape than the layout demands.", "Convert the original delivery again.";
    LayoutUnknownObject = "layout.unknown_object", Layout, Note, "L-11.1", "The layout does not define this object; it is carried through unchanged.", "Nothing to do; a newer version or a local extension wrote it.";
    LayoutStorage = "layout.storage", Layout, Warning, "L-1.7", "An array is not stored in checked, compressed chunks as the layout demands.", "Convert the file again; until then damage is not noticed while reading and regions are slow to fetch.";
    LayoutOverview = "layout.overview", Layout, Warning, "L-6.2", "The overviews of an array are incomplete or have the wrong size.", "Convert the file again; viewers show a wrong or no overview until then.";

    // Version.
    VersionNewerMajor = "version.newer_major", Version, Failure, "L-2.2", "The major version of the layout or of the metadata is newer than this software.", "Use a release that reads this version.";
    VersionNewerMinor = "version.newer_minor", Version, Note, "L-2.2", "The minor version of the layout is newer than this software; what it adds is carried through.", "Update the software to see the additions.";
    VersionMetadata = "version.metadata", Version, Failure, "L-2.3", "The root attribute names another metadata version than the document has.", "Convert the original delivery again.";

    // Metadata.
    MetadataSyntax = "metadata.syntax", Metadata, Failure, "M-1", "The metadata document is not well-formed XML.", "Ask the sender for a corrected file.";
    MetadataForbidden = "metadata.forbidden", Metadata, Failure, "M-1", "The metadata document uses a document type definition or entities, which are refused.", "Treat the file as hostile until the sender has explained it; honest software writes no DTD.";
    MetadataEncoding = "metadata.encoding", Metadata, Failure, "M-1", "The metadata document is not in the encoding that it declares.", "Ask the sender for a corrected file.";
    MetadataRoot = "metadata.root", Metadata, Failure, "M-3", "The root element or namespace is not one of the known metadata documents.", "Check the document; `uff schema` lists the known namespaces.";
    MetadataSchema = "metadata.schema", Metadata, Failure, "M-2", "The metadata document breaks its schema.", "Correct the element; `uff schema metadata` prints the schema.";
    MetadataValue = "metadata.value", Metadata, Failure, "M-6", "An element holds a value that its schema allows but no reader can use.", "Correct the element to a plausible value.";
    MetadataUnlistedCode = "metadata.unlisted_code", Metadata, Note, "M-5", "A coded element holds a value that this version does not list; it is kept as written.", "Check the spelling, or update the software if a newer version lists it.";
    MetadataUnknownElement = "metadata.unknown_element", Metadata, Note, "M-4", "This version does not know the element; it is carried through unchanged.", "Nothing to do; a newer version or a local extension wrote it.";

    // Consistency.
    ConsistencyChannelWithoutDataset = "consistency.channel_without_dataset", Consistency, Failure, "L-3.3", "The metadata name a channel that has no samples.", "Restore the file from the archive, or convert the original delivery again.";
    ConsistencyDatasetWithoutChannel = "consistency.dataset_without_channel", Consistency, Warning, "L-3.2", "The file holds samples that the metadata do not name.", "Convert the original delivery again; until then nobody sees these samples.";
    ConsistencyShape = "consistency.shape", Consistency, Failure, "L-4.2", "The samples have other rows and columns than their view.", "Convert the original delivery again; positions in this view cannot be trusted.";
    ConsistencySampleType = "consistency.sample_type", Consistency, Failure, "L-4.3", "The samples have another type than the metadata say.", "Convert the original delivery again.";
    ConsistencyAttribute = "consistency.attribute", Consistency, Warning, "L-5.7", "An attribute of an array says something else than the metadata.", "Convert the original delivery again; generic viewers show other values than this software.";
    ConsistencyScanId = "consistency.scan_id", Consistency, Failure, "L-2.4", "The root attribute names another scan than the metadata.", "Find out which scan this is before using the file; one of the two was changed.";
    ConsistencyMaterial = "consistency.material", Consistency, Failure, "L-8.2", "The derived material arrays are not those that the metadata list.", "Derive the material again with `uff analyze`.";
    ConsistencyBlobMissing = "consistency.blob_missing", Consistency, Failure, "L-3.3", "The metadata name a picture, document or vendor item whose bytes are missing.", "Restore the file from the archive, or convert the original delivery again.";
    ConsistencyBlobUnlisted = "consistency.blob_unlisted", Consistency, Warning, "L-9.1", "The file holds a picture, document or vendor item that the metadata do not name.", "Find out what it is before the file leaves the house: redaction and retention do not see it.";
    ConsistencyPlacedPlane = "consistency.placed_plane", Consistency, Failure, "M-PlacedPlane.channel", "A source file refers to samples that the scan does not have.", "Convert the original delivery again; the original cannot be rebuilt from this file.";

    // Identifier.
    IdentifierContainerNumber = "identifier.container_number", Identifier, Warning, "M-InspectedObject.containerNumber", "A container number is not formed as ISO 6346 demands.", "Compare it with the picture of the container; what was written is kept.";
    IdentifierContainerCheckDigit = "identifier.container_check_digit", Identifier, Warning, "M-InspectedObject.containerNumber", "The check digit of a container number is wrong (ISO 6346).", "Compare it with the picture of the container; the likely number is named where there is one.";
    IdentifierLocode = "identifier.locode", Identifier, Warning, "M-Site.locode", "A place is not formed as UN/LOCODE demands.", "Correct the site in the scanner's configuration: two letters of the country and three characters.";
    IdentifierCountry = "identifier.country", Identifier, Warning, "M-Identity.releasableTo", "A country is no ISO 3166-1 alpha-2 code.", "Correct it to two letters, such as NL.";
    IdentifierMrn = "identifier.mrn", Identifier, Warning, "M-Trade.mrn", "A master reference number is not formed as it should be.", "Compare it with the declaration: 18 characters, year, country, 13 characters, check digit.";
    IdentifierMrnCheckDigit = "identifier.mrn_check_digit", Identifier, Warning, "M-Trade.mrn", "The check digit of a master reference number is wrong.", "Compare it with the declaration; one character is probably mistyped.";
    IdentifierHsCode = "identifier.hs_code", Identifier, Warning, "M-Goods.hs", "A commodity code is not formed as the Harmonized System demands.", "Compare it with the declaration: 6 to 10 digits.";
    IdentifierUcr = "identifier.ucr", Identifier, Warning, "M-Trade.ucr", "A unique consignment reference is not formed as the WCO demands.", "Compare it with the declaration: at most 35 printable characters.";
    IdentifierPlate = "identifier.plate", Identifier, Warning, "M-PlateReading.number", "A number plate cannot be one.", "Compare it with the picture of the plate.";
    IdentifierVin = "identifier.vin", Identifier, Warning, "M-InspectedObject.vin", "A vehicle identification number is not formed as ISO 3779 demands.", "Compare it with the vehicle's papers: 17 characters, never I, O or Q.";
    IdentifierSeal = "identifier.seal", Identifier, Warning, "M-InspectedObject.seal", "A seal number cannot be one.", "Compare it with the seal or the transport document.";
    IdentifierRailcar = "identifier.railcar", Identifier, Warning, "M-InspectedObject.railcarNumber", "A railcar number is not formed as UIC, AAR or CIS rules demand, or its check digit is wrong.", "Compare it with the picture of the railcar.";
    IdentifierRepeated = "identifier.repeated", Identifier, Note, "M-Scan.object", "The same identifier stands twice.", "Check whether a second container, plate or seal was misread.";
    IdentifierNone = "identifier.none", Identifier, Note, "M-Scan.object", "The scan names no container, plate, vehicle, railcar, declaration or scanner's own number to find it by.", "Link the scan to its declaration; the archive finds it by time and site only.";

    // Channel.
    ChannelNoView = "channel.no_view", Channel, Failure, "M-Scan.view", "The scan has neither a view nor radiation data.", "Convert the original delivery again; there is nothing to look at.";
    ChannelNone = "channel.none", Channel, Warning, "M-View.channel", "A view has no channel.", "Check the vendor profile: the view is empty.";
    ChannelRepeatedId = "channel.repeated_id", Channel, Failure, "M-Channel.id", "Two channels of a view have the same name.", "Correct the vendor profile; each channel of a view needs its own name.";
    ChannelBitDepth = "channel.bit_depth", Channel, Failure, "M-Channel.bitDepth", "The bit depth does not fit the sample type.", "Correct the bit depth in the vendor profile.";
    ChannelAboveBitDepth = "channel.above_bit_depth", Channel, Failure, "M-Channel.bitDepth", "Samples exceed what the bit depth allows.", "Correct the bit depth or the byte order in the vendor profile.";
    ChannelNoDataRange = "channel.no_data_range", Channel, Warning, "M-Channel.noData", "The sample type cannot hold the no-data value.", "Correct the no-data value in the vendor profile.";
    ChannelSaturationRange = "channel.saturation_range", Channel, Warning, "M-Channel.saturation", "No sample can reach the saturation value, or every sample does.", "Correct the saturation value in the vendor profile.";
    ChannelConstant = "channel.constant", Channel, Warning, "M-Channel.role", "All samples of the channel are equal: it shows nothing.", "Check the detector, the beam and the vendor profile; a dead channel misleads the material analysis.";
    ChannelSaturated = "channel.saturated", Channel, Warning, "M-Channel.saturation", "More than a twentieth of the samples are saturated.", "Check gain and dose of the scanner; material and thickness are unknown there.";
    ChannelDeadRow = "channel.dead_row", Channel, Note, "M-View.rows", "A whole row of a channel reads zero while others do not: a dead detector element.", "Have the detector checked; the row must not be measured in.";
    ChannelNotFinite = "channel.not_finite", Channel, Failure, "M-Channel.noData", "Samples are infinite; only NaN and the no-data value may stand for no data.", "Correct the conversion; every analysis stumbles over such samples.";
    ChannelValueRange = "channel.value_range", Channel, Warning, "M-Channel.quantity", "Values lie outside what their quantity allows.", "Check scale and offset in the vendor profile.";
    ChannelPairIncomplete = "channel.pair_incomplete", Channel, Warning, "M-Channel.role", "A view has a channel of an energy pair without its partner.", "Check the vendor profile; material analysis needs both.";
    ChannelPairEnergy = "channel.pair_energy", Channel, Warning, "M-Channel.energy", "The high-energy channel of a pair does not have the higher energy.", "Swap the roles or correct the energies in the vendor profile; material would come out wrong.";
    ChannelEnergyMissing = "channel.energy_missing", Channel, Warning, "M-Channel.energy", "A channel of an energy pair does not say its energy.", "State the energies in the vendor profile; material analysis needs them.";

    // Geometry.
    GeometryPitchMissing = "geometry.pitch_missing", Geometry, Warning, "M-View.geometry", "A measuring view does not say the size of its pixels.", "State the pixel pitch in the vendor profile; lengths and masses cannot be measured.";
    GeometryPitchRange = "geometry.pitch_range", Geometry, Warning, "M-Geometry.pitchRows", "The size of a pixel is not plausible.", "Check the unit in the vendor profile: the pitch is in millimetres.";
    GeometryFanRange = "geometry.fan_range", Geometry, Warning, "M-Geometry.fan", "The angle of the fan is not plausible.", "Check the unit in the vendor profile: degrees, above 0 and below 180.";
    GeometryDistanceRange = "geometry.distance_range", Geometry, Warning, "M-Geometry.sourceDetector", "The distance from source to detector is not plausible.", "Check the unit in the vendor profile: millimetres, above 0.";
    GeometrySegmentOutside = "geometry.segment_outside", Geometry, Failure, "M-Segment.firstColumn", "A segment lies outside its view.", "Correct the segments in the vendor profile.";
    GeometrySegmentOverlap = "geometry.segment_overlap", Geometry, Failure, "M-Segment.firstColumn", "Segments of a view overlap.", "Correct the segments in the vendor profile: a column is scanned one way only.";
    GeometryCabEnergy = "geometry.cab_energy", Geometry, Warning, "M-Segment.energy", "An occupied cab was scanned at the energy of the cargo.", "Report it to radiation protection unless the segments are mislabelled.";
    GeometryRegionOutside = "geometry.region_outside", Geometry, Warning, "M-ImageRegion.view", "A marked region lies outside its view, or the view does not exist.", "Correct the region; it was probably marked on another picture.";

    // Calibration.
    CalibrationMissing = "calibration.missing", Calibration, Warning, "M-Channel.calibration", "A channel of raw counts lacks its dark or air calibration.", "Export the calibration lines with the scan; without them no material can be measured.";
    CalibrationDarkAboveAir = "calibration.dark_above_air", Calibration, Failure, "M-Channel.calibration", "The dark level is not below the air level.", "Swap dark and air in the vendor profile, or have the scanner calibrated.";
    CalibrationLinesMissing = "calibration.lines_missing", Calibration, Failure, "L-3.3", "Calibration lines in the file and in the metadata are not the same.", "Convert the original delivery again.";
    CalibrationLineShape = "calibration.line_shape", Calibration, Failure, "L-7.1", "Calibration lines have another number of rows than their view, or not as many lines as the metadata say.", "Correct the vendor profile; every row needs its own dark and air level.";
    CalibrationLevelRange = "calibration.level_range", Calibration, Warning, "M-Calibration.darkLevel", "The sample type cannot hold a calibration level.", "Correct the level in the vendor profile.";
    CalibrationAirSaturated = "calibration.air_saturated", Calibration, Warning, "M-Calibration.airLevel", "The air level reaches saturation.", "Have the scanner calibrated; thin goods cannot be measured.";
    CalibrationNoise = "calibration.noise", Calibration, Warning, "M-Noise.quantum", "The noise model is impossible.", "Correct the noise model in the vendor profile: no negative number.";

    // Integrity.
    IntegrityChunk = "integrity.chunk", Integrity, Failure, "L-1.7", "A stored chunk does not match its checksum: its samples are lost.", "Restore the file from the archive.";
    IntegrityDigest = "integrity.digest", Integrity, Failure, "L-10.2", "Decoded samples or bytes do not match the digest recorded in the file.", "Restore the file from the archive; do not use this copy as evidence.";
    IntegrityList = "integrity.list", Integrity, Failure, "L-10.1", "The integrity list cannot be read.", "Restore the file from the archive; nothing in this copy can be verified.";
    IntegrityUnlisted = "integrity.unlisted", Integrity, Failure, "L-10.1", "A dataset is missing from the integrity list, so nobody can tell whether it was changed.", "Find out who added the dataset; convert the original delivery again.";
    IntegrityVanished = "integrity.vanished", Integrity, Failure, "L-10.1", "The integrity list names a dataset that the file does not have.", "Restore the file from the archive; something was removed.";
    IntegrityMetadataDigest = "integrity.metadata_digest", Integrity, Failure, "L-10.3", "The metadata record another digest for an array or blob than the integrity list.", "Restore the file from the archive; do not use this copy as evidence.";
    IntegrityNoDigest = "integrity.no_digest", Integrity, Warning, "M-Channel.digest", "The metadata record no digest for a channel.", "Convert the original delivery again.";
    IntegrityNoSource = "integrity.no_source", Integrity, Warning, "M-Provenance.sourceFile", "The provenance names no source file, so the scan cannot be traced to a delivery.", "Convert from the original delivery rather than from an intermediate file.";
    IntegrityDeliveryDigest = "integrity.delivery_digest", Integrity, Failure, "M-Provenance.deliveryDigest", "The delivery digest is not that of the listed source files.", "Do not use this copy as evidence before the provenance is explained.";
    IntegrityScanId = "integrity.scan_id", Integrity, Warning, "M-Identity.scanId", "The scan identifier is not derived from the delivery digest.", "Compare the provenance with the archive: another delivery may hide behind this identifier.";
    IntegrityOriginal = "integrity.original", Integrity, Failure, "L-9.2", "An original file cannot be rebuilt from the file.", "Restore the file from the archive, or keep the original delivery beside it.";

    // Privacy.
    PrivacyUntagged = "privacy.untagged", Privacy, Warning, "M-Media.personalData", "A picture of a person is not tagged as personal data.", "Tag it; redaction and retention go by the tag.";
    PrivacyReleasedPerson = "privacy.released_person", Privacy, Warning, "M-Identity.releasableTo", "The scan may be released to other countries although it holds data that name or show a person.", "Export it through a redaction profile.";
    PrivacyPersonalData = "privacy.personal_data", Privacy, Note, "M-Media.personalData", "The file holds data that name or show a person.", "Apply the shorter retention period; redact before it leaves the house.";

    // Timing.
    TimingOrder = "timing.order", Timing, Failure, "M-Identity.end", "The scan ends before it starts.", "Check the scanner's clock and the time zone in the vendor profile.";
    TimingDuration = "timing.duration", Timing, Warning, "M-Identity.end", "The scan lasts longer than six hours.", "Check the time zone in the vendor profile.";
    TimingTooEarly = "timing.too_early", Timing, Warning, "M-Identity.start", "A time lies before 1990.", "Set the scanner's clock; it has probably lost its battery.";
    TimingFuture = "timing.future", Timing, Warning, "M-Identity.start", "A time lies more than a day in the future.", "Set the scanner's clock; the archive sorts by these times.";
    TimingNoStart = "timing.no_start", Timing, Warning, "M-Identity.start", "The scan has no start time.", "State the start in the vendor profile; the archive cannot find the scan by time.";
    TimingClock = "timing.clock", Timing, Note, "M-Identity.clock", "The scanner's clock is known to be off.", "Synchronise the clock; take times of this scan with care.";
    TimingBeforeScan = "timing.before_scan", Timing, Warning, "M-Identity.start", "Something that follows a scan is dated before its start.", "Compare the clocks of scanner and workstation.";
}

impl FindingCode {
    /// Reads the dotted text of a code.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|c| c.as_str() == text)
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_begin_with_their_topic() {
        let texts: BTreeSet<_> = FindingCode::ALL.iter().map(|c| c.as_str()).collect();
        assert_eq!(texts.len(), FindingCode::ALL.len());
        for code in FindingCode::ALL {
            let (topic, name) = code.as_str().split_once('.').unwrap();
            assert_eq!(topic, code.topic().as_str(), "{code}");
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{code}");
            assert!(code.explanation().ends_with('.') && code.hint().ends_with('.'), "{code}");
            assert_eq!(FindingCode::parse(code.as_str()), Some(*code));
        }
    }

    #[test]
    fn the_table_is_sorted_by_topic() {
        assert!(FindingCode::ALL.is_sorted_by_key(|c| c.topic()));
        assert!(Topic::ALL.iter().all(|t| FindingCode::ALL.iter().any(|c| c.topic() == *t)));
    }
}
