//! What the catalogue knows of a scan, and how it is written beside the scan so that the catalogue can be built again.
//!
//! `record.json` in each object holds one [`Record`]. It carries a format number: a record of a later format is read
//! as far as it is known, one of another major format is a typed error with both numbers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uff::format::ChunkMap;
use uff::material::{MaterialClass, MaterialFigures, calibrated_views};
use uff::model::identifier::Identifier;
use uff::model::{ObjectKind, Scan, ScanId, Sha256, Timestamp};

use crate::error::{Code, Error, Result};
use crate::versioned;

/// Format number of the records this software writes.
pub const FORMAT: u32 = 1;

/// Logical path of the record in a scan's object.
pub const RECORD_PATH: &str = "record.json";
/// Logical path of the UFF file in a scan's object.
pub const UFF_PATH: &str = "scan.uff";
/// Logical directory of the files of the original delivery in a scan's object.
pub const ORIGINAL_DIR: &str = "original/";

/// What the catalogue knows of a scan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Format number of the record.
    pub format: u32,
    /// Identifier of the scan.
    pub scan_id: ScanId,
    /// Identifier that the scanner gave.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scanner_scan_id: Option<String>,
    /// Start of the scan.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub start: Option<Timestamp>,
    /// End of the scan.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub end: Option<Timestamp>,
    /// When the delivery was received.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub received: Option<Timestamp>,
    /// Place of the scan.
    #[serde(default)]
    pub site: SiteRecord,
    /// The scanner.
    #[serde(default)]
    pub scanner: ScannerRecord,
    /// Organisation that operates the scanner.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub operator: Option<String>,
    /// Kind of object.
    pub object: ObjectKind,
    /// Container numbers.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub containers: Vec<IdentifierRecord>,
    /// Number plates.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub plates: Vec<IdentifierRecord>,
    /// Railcar numbers.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub railcars: Vec<IdentifierRecord>,
    /// Vehicle identification number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vin: Option<IdentifierRecord>,
    /// Seals.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub seals: Vec<IdentifierRecord>,
    /// Master reference numbers of declarations.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub mrns: Vec<IdentifierRecord>,
    /// Unique consignment references.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub ucrs: Vec<IdentifierRecord>,
    /// Local reference numbers, manifests and transport documents, as written.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub references: Vec<String>,
    /// Harmonized System codes of the declared goods, each once.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub hs: Vec<String>,
    /// Verdicts of people, each once.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub verdicts: Vec<String>,
    /// Categories of what algorithms found, each once.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub findings: Vec<String>,
    /// Outcomes of physical inspections, each once.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub outcomes: Vec<String>,
    /// What the load is made of, view by view, where the file has material arrays.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub material: Vec<MaterialRecord>,
    /// SHA-256 of the digests of all images, in the order of views and channels: scans with the same one have the same
    /// samples.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub image: Option<Sha256>,
    /// Views that the calibration they keep was made from: the scan is a calibration of its scanner.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub calibrated_views: Vec<u32>,
    /// The UFF file.
    pub uff: StoredFile,
    /// The files of the original delivery.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub original: Vec<StoredFile>,
}

/// What the load is made of in one view, over the pixels whose class is decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MaterialRecord {
    /// Index of the view.
    pub view: u32,
    /// Share of the area that is organic (Z below 10), in percent.
    pub organic: u8,
    /// Share that is light (Z from 10 to 20), in percent.
    pub light: u8,
    /// Share that is metal (Z from 20 to 45), in percent.
    pub metal: u8,
    /// Share that is heavy (Z above 45), in percent.
    pub heavy: u8,
    /// Mean effective atomic number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub z: Option<u16>,
    /// Mean areal density, g/cm².
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub areal_density: Option<u16>,
}

impl From<&MaterialFigures> for MaterialRecord {
    fn from(figures: &MaterialFigures) -> Self {
        // Shares are at most 1; what no load can reach is cut off.
        let percent = |class| (figures.share(class) * 100.0).round() as u8;
        let whole = |value: f64| value.round().clamp(0.0, f64::from(MAX_FIGURE)) as u16;
        Self {
            view: figures.view,
            organic: percent(MaterialClass::Organic),
            light: percent(MaterialClass::Light),
            metal: percent(MaterialClass::Metal),
            heavy: percent(MaterialClass::Heavy),
            z: figures.z.map(whole),
            areal_density: figures.areal_density.map(whole),
        }
    }
}

impl MaterialRecord {
    /// Iterates over the figures, each with the name by which it is searched.
    pub(crate) fn figures(&self) -> impl Iterator<Item = (MaterialFigure, u16)> {
        let shares = [
            (MaterialFigure::Organic, self.organic),
            (MaterialFigure::Light, self.light),
            (MaterialFigure::Metal, self.metal),
            (MaterialFigure::Heavy, self.heavy),
        ];
        let means = [(MaterialFigure::Z, self.z), (MaterialFigure::ArealDensity, self.areal_density)];
        let means = means.into_iter().filter_map(|(figure, value)| Some((figure, value?)));
        shares.map(|(figure, share)| (figure, share.into())).into_iter().chain(means)
    }
}

/// Largest value of a material figure.
pub const MAX_FIGURE: u16 = 999;

/// Figure of what a load is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MaterialFigure {
    /// Share of the area that is organic, in percent.
    Organic,
    /// Share that is light, in percent.
    Light,
    /// Share that is metal, in percent.
    Metal,
    /// Share that is heavy, in percent.
    Heavy,
    /// Mean effective atomic number.
    Z,
    /// Mean areal density, g/cm².
    ArealDensity,
}

impl MaterialFigure {
    /// Every figure.
    pub const ALL: [Self; 6] = [Self::Organic, Self::Light, Self::Metal, Self::Heavy, Self::Z, Self::ArealDensity];

    /// Returns the name, as used in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organic => "organic",
            Self::Light => "light",
            Self::Metal => "metal",
            Self::Heavy => "heavy",
            Self::Z => "z",
            Self::ArealDensity => "areal-density",
        }
    }
}

/// Place of a scan.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SiteRecord {
    /// UN/LOCODE in canonical form.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub locode: Option<String>,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Lane or gate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lane: Option<String>,
}

/// Scanner that made a scan.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScannerRecord {
    /// Manufacturer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manufacturer: Option<String>,
    /// Model.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub model: Option<String>,
    /// Serial number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub serial: Option<String>,
}

/// Identifier as written and as searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentifierRecord {
    /// As written.
    pub written: String,
    /// Without separators, in upper case.
    pub canonical: String,
    /// The identifier that was probably meant, when what is written is wrong.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub likely: Option<String>,
}

/// File kept in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredFile {
    /// Name: `scan.uff`, or the path inside the original delivery.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: Sha256,
}

/// Content of `record.json`: the record and the chunk map of the UFF file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordDocument {
    /// The record.
    #[serde(flatten)]
    pub record: Record,
    /// Where the chunks of the UFF file lie.
    pub chunk_map: ChunkMap,
}

impl Record {
    /// Takes from the metadata what the catalogue keeps.
    pub fn new(scan: &Scan, uff: StoredFile, original: Vec<StoredFile>) -> Self {
        let identity = &scan.identity;
        let site = identity.site.clone().unwrap_or_default();
        let trade = scan.trade.clone().unwrap_or_default();
        let findings = scan.findings.clone().unwrap_or_default();
        Self {
            format: FORMAT,
            scan_id: identity.scan_id,
            scanner_scan_id: identity.scanner_scan_id.clone(),
            start: identity.start,
            end: identity.end,
            received: identity.received,
            site: SiteRecord { locode: site.locode.map(|l| l.canonical()), name: site.name, lane: site.lane },
            scanner: ScannerRecord {
                manufacturer: scan.system.manufacturer.clone(),
                model: scan.system.model.clone(),
                serial: scan.system.serial.clone(),
            },
            operator: identity.operator_organisation.clone(),
            object: scan.object.kind.clone(),
            containers: identifiers(&scan.object.containers),
            plates: scan.object.plates.iter().map(|p| identifier(&p.number)).collect(),
            railcars: identifiers(&scan.object.railcars),
            vin: scan.object.vin.as_ref().map(identifier),
            seals: identifiers(&scan.object.seals),
            mrns: identifiers(&trade.mrns),
            ucrs: identifiers(&trade.ucrs),
            hs: each(trade.goods.iter().filter_map(|goods| goods.hs.as_ref()).map(Identifier::canonical)),
            verdicts: each(findings.human.iter().map(|human| human.verdict.to_string())),
            findings: each(findings.machine.iter().map(|machine| machine.category.clone())),
            outcomes: each(findings.inspections.iter().map(|inspection| inspection.outcome.to_string())),
            references: [trade.lrns, trade.manifests, trade.bills].concat(),
            material: Vec::new(),
            image: image(scan),
            calibrated_views: calibrated_views(scan),
            uff,
            original,
        }
    }

    /// Adds what the load is made of.
    #[must_use]
    pub fn with_material(mut self, material: Vec<MaterialRecord>) -> Self {
        self.material = material;
        self
    }

    /// Returns what is left of the record of a deleted scan: its identifier, and the digest of what it was.
    pub(crate) fn of_deleted(&self) -> Self {
        let scan = Scan::default();
        Self { scan_id: self.scan_id, ..Self::new(&scan, self.uff.clone(), Vec::new()) }
    }

    /// Returns the time the scan is ordered by: its start, else its end, else when it was received.
    pub fn time(&self) -> Option<Timestamp> {
        self.start.or(self.end).or(self.received)
    }
}

impl RecordDocument {
    /// Reads `record.json`.
    ///
    /// # Errors
    /// `archive.version` for another format; `archive.corrupt` when it is no record.
    pub fn from_json(bytes: &[u8], name: &str) -> Result<Self> {
        versioned::read(bytes, FORMAT, "the record of the scan", name)
    }

    /// Writes `record.json`; the same scan and files give the same bytes.
    ///
    /// # Errors
    /// `archive.internal` when a value has no JSON form.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self)
            .map_err(|e| Error::new(Code::Internal, "the record of the scan cannot be written").cause(e))
    }
}

/// Returns the digest of the digests of all images; none where one has no digest.
fn image(scan: &Scan) -> Option<Sha256> {
    let channels = scan.views.iter().flat_map(|view| &view.channels);
    let digests: Vec<Sha256> = channels.map(|channel| channel.digest).collect::<Option<_>>()?;
    let lines: String = digests.iter().map(|digest| format!("{digest}\n")).collect();
    (!digests.is_empty()).then(|| Sha256::of(lines.as_bytes()))
}

/// Returns values in order, each once.
fn each(values: impl Iterator<Item = String>) -> Vec<String> {
    values.collect::<BTreeSet<_>>().into_iter().collect()
}

fn identifiers<T: Identifier>(all: &[T]) -> Vec<IdentifierRecord> {
    all.iter().map(identifier).collect()
}

fn identifier<T: Identifier>(one: &T) -> IdentifierRecord {
    let canonical = one.canonical();
    let likely = one.issues().into_iter().find_map(|issue| issue.likely).filter(|l| *l != canonical);
    IdentifierRecord { written: one.written().to_owned(), canonical, likely }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uff::model::identifier::{ContainerNumber, Plate};
    use uff::model::{PlateReading, Sha256};

    fn record() -> Record {
        let mut scan = Scan::default();
        scan.object.containers.push(ContainerNumber::new("CSQU 305438-3"));
        scan.object.plates.push(PlateReading { number: Plate::new("gd-123 x"), ..Default::default() });
        let uff = StoredFile { name: UFF_PATH.into(), size: 3, sha256: Sha256::of(b"abc") };
        Record::new(&scan, uff, Vec::new())
    }

    #[test]
    fn identifiers_are_kept_as_written_and_as_searched() {
        let record = record();
        assert_eq!(record.containers[0].written, "CSQU 305438-3");
        assert_eq!(record.containers[0].canonical, "CSQU3054383");
        assert_eq!(record.plates[0].canonical, "GD123X");
    }

    #[test]
    fn record_of_another_format_is_refused_with_both_numbers() {
        let document = RecordDocument { record: record(), chunk_map: ChunkMap::default() };
        let bytes = document.to_json().expect("has a JSON form");
        assert_eq!(RecordDocument::from_json(&bytes, "r").expect("sound"), document);
        let newer = String::from_utf8(bytes).expect("JSON is UTF-8").replacen("\"format\":1", "\"format\":7", 1);
        let e = RecordDocument::from_json(newer.as_bytes(), "r").expect_err("another format");
        assert_eq!(
            e.to_string(),
            "r: the record of the scan has another format: expected 1, found 7 [archive.version]"
        );
    }
}
