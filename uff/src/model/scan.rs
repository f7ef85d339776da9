//! The scan and its identity.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::code_list::code_list;
use super::identifier::{CountryCode, Locode};
use super::record::{Scalar, SimpleSpec, record};
use super::{
    Annotation, Findings, InspectedObject, Media, Provenance, Radiation, System, Timestamp, Trade, VendorItem, View,
};

record! {
    /// One scan: everything known about it except its samples.
    Scan {
        /// Who, where and when.
        identity: Identity = "identity" [None Evidence V2];
        /// The scanner that made it.
        system: System = "system" [None Technical V2];
        /// What was scanned.
        object: InspectedObject = "object" [Indirect Identity V2];
        /// Declarations, documents and declared goods.
        trade: Option<Trade> = "trade" [Indirect Trade V2];
        /// Projections, in the order of the groups /views/0, /views/1, …
        views: Vec<View> = "view" [None Image V2];
        /// Radiation portal data.
        radiation: Option<Radiation> = "radiation" [None Technical V3];
        /// Pictures and documents that came with the scan.
        media: Vec<Media> = "media" [Direct Identity V2];
        /// Detections, verdicts and outcomes.
        findings: Option<Findings> = "findings" [Direct Staff V2];
        /// Marked regions.
        annotations: Vec<Annotation> = "annotation" [Direct Staff V2];
        /// Fields of the vendor that the model has no place for.
        vendor: Vec<VendorItem> = "vendorItem" [Indirect Identity V2];
        /// Where every byte came from and what was lost on the way.
        provenance: Provenance = "provenance" [None Evidence V2];
    }

    /// Who scanned, where and when.
    Identity {
        /// Identifier of the scan, derived from the digest of the original delivery.
        scan_id: ScanId = "scanId" [None Evidence V2];
        /// Identifier that the scanner gave.
        scanner_scan_id: Option<String> = "scannerScanId" [None Evidence V2];
        /// Start of the scan.
        start: Option<Timestamp> = "start" [Indirect Evidence V2];
        /// End of the scan.
        end: Option<Timestamp> = "end" [Indirect Evidence V2];
        /// When the delivery was received, if the sender recorded it.
        received: Option<Timestamp> = "received" [None Evidence V2];
        /// How well the scanner's clock is known to run.
        clock: Option<ClockQuality> = "clock" [None Technical V3];
        /// Organisation that operates the scanner.
        operator_organisation: Option<String> = "operatorOrganisation" [None Evidence V2];
        /// Place of the scan.
        site: Option<Site> = "site" [None Evidence V2];
        /// Countries (ISO 3166-1 alpha-2) the scan may be released to; empty means none but the owner.
        releasability: Vec<CountryCode> = "releasableTo" [None Evidence V2];
    }

    /// Place of the scan.
    Site {
        /// UN/LOCODE of the place.
        locode: Option<Locode> = "locode" [None Evidence V2];
        /// Name of the site.
        name: Option<String> = "name" [None Evidence V2];
        /// Lane or gate.
        lane: Option<String> = "lane" [None Evidence V2];
        /// Direction of travel across the border.
        direction: Option<TrafficDirection> = "direction" [None Evidence V2];
    }
}

code_list! {
    /// How well the scanner's clock is known to run.
    ClockQuality default Unknown {
        Unknown = "unknown", "Nothing is known.";
        Synchronized = "synchronized", "Disciplined by a network or satellite clock.";
        Manual = "manual", "Set by hand.";
        Suspect = "suspect", "Known to be off.";
    }

    /// Direction of travel across the border.
    TrafficDirection default Unknown {
        Unknown = "unknown", "Not stated.";
        Import = "import", "Into the territory.";
        Export = "export", "Out of the territory.";
        Transit = "transit", "Through the territory.";
    }
}

/// Identifier of a scan: a UUID (version 8, RFC 9562) made of the digest of the original delivery, so that the same
/// delivery always gets the same identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScanId(Uuid);

impl ScanId {
    /// Derives the identifier from the SHA-256 of the delivery.
    pub fn from_delivery(digest: &super::Sha256) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.as_bytes()[..16]);
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// Returns the UUID.
    pub fn uuid(self) -> Uuid {
        self.0
    }
}

impl std::fmt::Display for ScanId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl std::str::FromStr for ScanId {
    type Err = crate::Error;
    fn from_str(text: &str) -> crate::Result<Self> {
        Uuid::try_parse(text).map(Self).map_err(|e| {
            crate::Error::new(crate::Code::InputValue, "not a scan identifier").expected("a UUID").found(text).cause(e)
        })
    }
}

impl Scalar for ScanId {
    const SIMPLE: &'static SimpleSpec = &SimpleSpec {
        name: "ScanId",
        doc: "UUID derived from the digest of the original delivery.",
        base: "token",
        values: &[],
        pattern: "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        range: None,
    };

    fn to_text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Result<Self, String> {
        text.trim().parse().map_err(|_| "a UUID".into())
    }
}
