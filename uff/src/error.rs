//! Errors of the codec and their stable codes.
//!
//! Every failure says which file, where in it, what was expected, what was found and what to do. The dotted code is
//! stable across releases: scripts, logs and the HTTP service refer to it. All codes stand in the one table below;
//! [`Code::ALL`] lists them.

use std::fmt;
use std::path::Path;

/// Result of a codec operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Who has to act on a failure; the exit status and the HTTP status follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The input breaks its own format: the sender has to act.
    Malformed,
    /// The input is sound but this software does not handle it.
    Unsupported,
    /// A configured limit was reached; the message names the limit and the flag that raises it.
    Limit,
    /// The operating system does not give the input: permission, device error.
    Io,
    /// The operating system does not take the output: permission, disk full, device error.
    Output,
    /// The named thing does not exist.
    NotFound,
    /// The target exists already and is not overwritten.
    Conflict,
    /// The bytes are not those that were recorded: evidence is damaged.
    Integrity,
    /// The caller asked for something that makes no sense.
    Misuse,
    /// A defect of this software.
    Internal,
}

macro_rules! codes {
    ($( $(#[$section:meta])* $variant:ident = $text:literal, $kind:ident, $explanation:literal, $hint:literal; )*) => {
        /// Stable code of a failure.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $( #[doc = $explanation] $variant, )* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$( Code::$variant, )*];

            /// Returns the dotted text of the code.
            pub const fn as_str(self) -> &'static str { match self { $( Code::$variant => $text, )* } }

            /// Returns who has to act.
            pub const fn kind(self) -> Kind { match self { $( Code::$variant => Kind::$kind, )* } }

            /// Returns what the code means, in one sentence.
            pub const fn explanation(self) -> &'static str { match self { $( Code::$variant => $explanation, )* } }

            /// Returns what to do about it.
            pub const fn hint(self) -> &'static str { match self { $( Code::$variant => $hint, )* } }
        }
    };
}

codes! {
    // Input of any kind.
    InputTruncated = "input.truncated", Malformed, "The input ends before its content does.", "Fetch the file again from the scanner and compare its size.";
    InputUnrecognized = "input.unrecognized", Unsupported, "No reader recognises the content.", "Name a profile with --profile, or draft one with `uff profile new`.";
    InputAmbiguous = "input.ambiguous", Unsupported, "More than one reader claims the content.", "Name the reader with --format or the profile with --profile.";
    InputForeign = "input.foreign", Unsupported, "The file belongs to another format that shares a name with this one.", "Check that the right file was chosen.";
    InputSizeMismatch = "input.size_mismatch", Malformed, "The size of the input does not match what its header says.", "Check the transfer; if all files of this scanner differ, correct the profile.";
    InputValue = "input.value", Malformed, "A value of the input cannot be read as what it should be.", "Ask the sender for a corrected file.";
    InputMissingFile = "input.missing_file", Malformed, "The delivery lacks a file that the scan needs.", "Ask the sender for the complete delivery.";

    // Limits.
    LimitBytes = "limit.bytes", Limit, "The input asks for more memory than allowed.", "Raise --max-memory if the source is trusted.";
    LimitCount = "limit.count", Limit, "The input holds more items than allowed.", "Raise --max-items if the source is trusted.";
    LimitDepth = "limit.depth", Limit, "The input is nested deeper than allowed.", "Refuse the file; honest files are not nested this deep.";

    // Files and directories.
    IoRead = "io.read", Io, "Reading failed.", "Check that the path exists and may be read.";
    IoWrite = "io.write", Output, "Writing failed.", "Check permissions and free space of the target.";
    IoNotFound = "io.not_found", NotFound, "The file or directory does not exist.", "Check the path.";
    IoPermission = "io.permission", Io, "The operating system denies access to the input.", "Check the permissions of the path and the user that runs this.";
    TargetPermission = "target.permission", Output, "The operating system denies writing the target.", "Check the permissions of the target's directory and the user that runs this.";
    IoDiskFull = "io.disk_full", Output, "The target has no space left.", "Free space on the target; nothing half-written was left behind.";
    TargetExists = "target.exists", Conflict, "The target exists already.", "Choose another name, or pass --force to replace it.";

    // HDF5 container.
    Hdf5Magic = "hdf5.magic", Malformed, "The file does not start with the HDF5 signature.", "Check that the file is HDF5; a UFF file starts with \\x89HDF.";
    Hdf5Structure = "hdf5.structure", Malformed, "The HDF5 structure is damaged.", "Restore the file from the archive or fetch it again.";
    Hdf5Missing = "hdf5.missing", Malformed, "An HDF5 group, dataset or attribute is missing.", "Validate the file with `uff validate` to see all that is missing.";
    Hdf5Type = "hdf5.type", Malformed, "An HDF5 dataset or attribute has another type or shape than the layout demands.", "Validate the file with `uff validate`.";
    Hdf5Checksum = "hdf5.checksum", Integrity, "A stored chunk does not match its checksum.", "Restore the file from the archive; the samples of this chunk are lost.";
    Hdf5Unsupported = "hdf5.unsupported", Unsupported, "The HDF5 file uses a feature or filter that is not handled.", "Repack the file with h5repack using shuffle and deflate.";

    // UFF layout.
    UffNotUff = "uff.not_uff", Unsupported, "The HDF5 file is not a UFF file of this profile.", "Convert it with a profile for generic HDF5.";
    UffVersion = "uff.version", Unsupported, "The major version of the file is not known to this software.", "Use a release that reads this version.";
    UffMissing = "uff.missing", Malformed, "The file lacks something the scan refers to.", "Validate the file with `uff validate`.";
    UffInconsistent = "uff.inconsistent", Malformed, "Metadata and arrays contradict each other.", "Validate the file with `uff validate`.";
    UffDigest = "uff.digest", Integrity, "The samples do not match the digest recorded when the file was written.", "Restore the file from the archive; do not use this copy as evidence.";
    UffNoSuchChannel = "uff.no_such_channel", NotFound, "The scan has no such view or channel.", "List the channels with `uff info`.";
    UffRegion = "uff.region", Misuse, "The region lies outside the image.", "Give rows and columns inside the image size that `uff info` shows.";

    // XML.
    XmlSyntax = "xml.syntax", Malformed, "The XML is not well-formed.", "Ask the sender for a corrected document.";
    XmlForbidden = "xml.forbidden", Malformed, "The XML uses a document type definition or entities, which are refused.", "Remove the DTD; it is never needed and can be an attack.";
    XmlEncoding = "xml.encoding", Malformed, "The text is not in the encoding that it declares.", "Ask the sender for UTF-8.";
    XmlValue = "xml.value", Malformed, "An element's text cannot be read as the value it should hold.", "Correct the element; the schema names its type.";
    XmlMissing = "xml.missing", Malformed, "A required element is missing.", "Add the element; `uff schema metadata` prints the schema.";
    XmlRoot = "xml.root", Unsupported, "The root element or namespace is not one of the known metadata documents.", "Check the document; known namespaces are listed by `uff schema`.";

    // Vendor profiles.
    ProfileSyntax = "profile.syntax", Misuse, "The profile cannot be read.", "Correct the profile at the named line; `uff schema profile` prints its schema.";
    ProfileValue = "profile.value", Misuse, "The profile asks for something impossible.", "Correct the profile at the named line.";
    ProfileUnknown = "profile.unknown", NotFound, "No profile has this name.", "List the known profiles with `uff profile list`.";
    ProfileEscape = "profile.escape", Misuse, "The delivery or profile names a file outside the delivery.", "Keep all files of a scan inside its directory.";
    NpyHeader = "npy.header", Malformed, "The NumPy header is damaged or not supported.", "Save the array again with numpy.save.";

    // TIFF and PNG images.
    TiffStructure = "tiff.structure", Malformed, "The TIFF structure is damaged.", "Ask the sender for a corrected file, or export the scan again.";
    TiffSamples = "tiff.samples", Malformed, "A strip or tile of a TIFF file cannot be decompressed.", "Fetch the file again from the scanner and compare its size.";
    TiffUnsupported = "tiff.unsupported", Unsupported, "The TIFF file holds an image of a kind that is not handled.", "Export it as grey TIFF of 16 bits, uncompressed or with LZW, deflate or PackBits.";
    PngStructure = "png.structure", Malformed, "The PNG file is damaged.", "Ask the sender for a corrected file, or export the scan again.";
    PngUnsupported = "png.unsupported", Unsupported, "The PNG file holds a picture of a kind that is not handled.", "Export it as grey PNG of 16 bits.";

    // DICOM, DICOS and DICONDE.
    DicomStructure = "dicom.structure", Malformed, "The structure of the DICOM file is damaged.", "Fetch the file again from the scanner; a DICOM validator shows what else is wrong.";
    DicomMissing = "dicom.missing", Malformed, "The DICOM file lacks an attribute that the scan needs.", "Ask the sender for a complete file.";
    DicomUnsupported = "dicom.unsupported", Unsupported, "The DICOM file holds an object, an encoding or a pixel layout that is not handled.", "Ask the sender for uncompressed DX images (Explicit VR Little Endian).";

    // Radiation data beside a scan.
    RadiationPresent = "radiation.present", Conflict, "The scan has radiation data already.", "Convert the delivery anew with the one document that belongs to it.";
    RadiationNoTime = "radiation.no_time", Misuse, "The scan or the radiation data do not tell when they were taken, so they cannot be matched.", "Convert them apart from each other.";
    RadiationTime = "radiation.time", Misuse, "The radiation data and the scan were not taken at the same time.", "Choose the document of this passage; check the clocks of portal and scanner.";
    RadiationLane = "radiation.lane", Misuse, "The radiation data and the scan are of different lanes.", "Choose the document of this lane.";

    // Physics and material.
    PhysicsRange = "physics.range", Misuse, "An energy, atomic number or areal density lies outside the valid range of the tables.", "Stay within the range that the message names.";
    MaterialNotMeasurable = "material.not_measurable", Unsupported, "The scan cannot yield material: it lacks an energy pair or its calibration.", "Use a dual-energy view with air and dark calibration.";
    MaterialOptions = "material.options", Misuse, "The options of the material analysis contradict each other.", "See `uff analyze --help`.";

    // Comparison of two scans.
    CompareViews = "compare.views", Misuse, "The two views cannot be compared: they show different sides, or one shows no transmission.", "Choose views of one kind with --view-a and --view-b; `uff info` lists them.";
    CompareNoOverlap = "compare.no_overlap", Unsupported, "Too little of one scan is in the other.", "Compare scans of the whole object.";
    CompareAmbiguous = "compare.ambiguous", Unsupported, "The scans fit together in more than one way, so that differences would be arbitrary.", "State the pixel sizes with --pitch, or compare scans that show more of the object.";

    // Declared goods.
    GoodsTable = "goods.table", Misuse, "The table of what goods look like cannot be used.", "Correct the table at the named line; `uff check-goods --print-table` prints a working one.";

    // Detectors of others.
    AtrFailed = "atr.failed", Io, "The detector cannot be started or reached, or ended with a failure.", "Run the program, or ask the service, by hand with the request; see `uff schema atr.md`.";
    AtrAnswer = "atr.answer", Malformed, "The answer of the detector breaks the contract.", "Correct the detector; `uff schema atr.md` is the contract.";
    AtrTimeout = "atr.timeout", Limit, "The detector did not answer in time.", "Allow more with --patience, or look at what the detector does.";

    // Simulated scenes.
    SceneSyntax = "scene.syntax", Misuse, "The scene cannot be read.", "Correct the scene at the named line; `uff synth --show truck` prints a working one.";
    SceneValue = "scene.value", Misuse, "The scene asks for something impossible.", "Correct the scene at the named item.";
    SceneUnknown = "scene.unknown", NotFound, "No built-in scene has this name.", "List the built-in scenes with `uff synth`, or give the path of a scene file.";

    // Conversion.
    ConvertVerify = "convert.verify", Internal, "What was read back differs from what was to be written.", "Report this defect with the input; nothing was left behind.";

    // Export to other formats.
    ExportUnsupported = "export.unsupported", Unsupported, "The format can hold nothing of this scan.", "Choose another format; `uff convert --help` lists them.";

    // Misuse and defects.
    Usage = "usage", Misuse, "The request makes no sense as it is.", "See --help.";
    Internal = "internal", Internal, "A defect of this software.", "Report this with the input that caused it.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A failure with all that a person needs to act on it.
///
/// `Display` covers this layer alone; the cause, if any, is in [`std::error::Error::source`].
pub struct Error(Box<Inner>);

struct Inner {
    code: Code,
    message: String,
    file: Option<String>,
    place: Option<String>,
    expected: Option<String>,
    found: Option<String>,
    hint: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// Creates an error; `message` is one lower-case phrase without file, place, expected or found.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code,
            message: message.into(),
            file: None,
            place: None,
            expected: None,
            found: None,
            hint: None,
            source: None,
        }))
    }

    /// Wraps an operating-system failure on `path`; the code follows from its kind and from the direction.
    pub fn io(direction: Direction, path: &Path, source: std::io::Error) -> Self {
        use std::io::ErrorKind as K;
        let code = match (source.kind(), direction) {
            (K::NotFound, Direction::Read) => Code::IoNotFound,
            (K::PermissionDenied, Direction::Read) => Code::IoPermission,
            (K::PermissionDenied, Direction::Write) => Code::TargetPermission,
            (K::AlreadyExists, _) => Code::TargetExists,
            (K::StorageFull | K::QuotaExceeded | K::FileTooLarge, _) => Code::IoDiskFull,
            (K::UnexpectedEof, Direction::Read) => Code::InputTruncated,
            (_, Direction::Read) => Code::IoRead,
            (_, Direction::Write) => Code::IoWrite,
        };
        let message = match direction {
            Direction::Read => "cannot read",
            Direction::Write => "cannot write",
        };
        Self::new(code, message).file(path.display()).cause(source)
    }

    /// Names the file, replacing no name set earlier.
    #[must_use]
    pub fn file(mut self, file: impl fmt::Display) -> Self {
        if self.0.file.is_none() {
            self.0.file = Some(file.to_string());
        }
        self
    }

    /// Names the place in the file: an offset, a dataset, an element, a line. Replaces no place set earlier.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        if self.0.place.is_none() {
            self.0.place = Some(place.to_string());
        }
        self
    }

    /// States what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl fmt::Display) -> Self {
        self.0.expected = Some(expected.to_string());
        self
    }

    /// States what was found.
    #[must_use]
    pub fn found(mut self, found: impl fmt::Display) -> Self {
        self.0.found = Some(found.to_string());
        self
    }

    /// Replaces the general hint of the code by a more specific one.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Attaches the cause.
    #[must_use]
    pub fn cause(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Returns the stable code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Returns who has to act.
    pub fn kind(&self) -> Kind {
        self.0.code.kind()
    }

    /// Returns the message without file, place, expected and found.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the name of the file, if known.
    pub fn file_name(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// Returns the place in the file, if known.
    pub fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// Returns what was expected, if stated.
    pub fn expectation(&self) -> Option<&str> {
        self.0.expected.as_deref()
    }

    /// Returns what was found, if stated.
    pub fn finding(&self) -> Option<&str> {
        self.0.found.as_deref()
    }

    /// Returns what to do: the specific hint, or that of the code.
    pub fn advice(&self) -> &str {
        self.0.hint.as_deref().unwrap_or(self.0.code.hint())
    }
}

/// Direction of an operating-system call that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The file was read or opened for reading.
    Read,
    /// The file was written, created, renamed or removed.
    Write,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let e = &self.0;
        if let Some(file) = &e.file {
            write!(f, "{file}: ")?;
        }
        if let Some(place) = &e.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&e.message)?;
        match (&e.expected, &e.found) {
            (Some(expected), Some(found)) => write!(f, ": expected {expected}, found {found}")?,
            (Some(expected), None) => write!(f, ": expected {expected}")?,
            (None, Some(found)) => write!(f, ": found {found}")?,
            (None, None) => {}
        }
        write!(f, " [{}]", e.code)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        if let Some(source) = &self.0.source {
            write!(f, " caused by: {source:?}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|s| s as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_dotted_lower_case() {
        let texts: BTreeSet<_> = Code::ALL.iter().map(|c| c.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
        for text in texts {
            assert!(
                text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '_'),
                "{text}"
            );
        }
    }

    #[test]
    fn message_names_file_place_expected_and_found() {
        let e = Error::new(Code::InputSizeMismatch, "pixel file has the wrong size")
            .file("scan.raw")
            .at("offset 512")
            .expected("1024 bytes")
            .found("1000 bytes");
        assert_eq!(
            e.to_string(),
            "scan.raw: offset 512: pixel file has the wrong size: expected 1024 bytes, found 1000 bytes [input.size_mismatch]"
        );
    }
}
