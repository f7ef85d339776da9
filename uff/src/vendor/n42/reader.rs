//! Reading a delivery of one document: a scan without views.

use jiff::tz::Offset;

use super::Dialect;
use super::Document;
use super::attach::keep;
use super::record::record;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Site;
use crate::vendor::Candidate;
use crate::vendor::Delivery;
use crate::vendor::DeliveryFile;
use crate::vendor::ReadOptions;
use crate::vendor::Sniff;
use crate::vendor::VendorReader;
use crate::vendor::attach_originals;

/// Bytes in which the start tag of the root must stand.
const HEAD: usize = 64 << 10;

/// Reader of N42.42 documents.
pub struct N42;

impl VendorReader for N42 {
    fn name(&self) -> &'static str {
        "n42"
    }

    fn description(&self) -> &'static str {
        "radiation data in ANSI N42.42 of 2006 or 2011, as a scan without images"
    }

    fn sniff(&self, delivery: &Delivery, _options: &ReadOptions) -> Result<Sniff> {
        let mut candidates = Vec::new();
        if let [file] = delivery.files()
            && let Some(dialect) = Dialect::of_head(&file.head(HEAD)?)
        {
            let why = format!("root {} of {}", dialect.root(), dialect.title());
            candidates.push(Candidate { reader: self.name(), profile: None, why });
        }
        Ok(Sniff { candidates, looked_for: "one XML document with the root of ANSI N42.42".to_owned() })
    }

    fn read(&self, delivery: &Delivery, _options: &ReadOptions, budget: &Budget) -> Result<Bundle> {
        let [file] = delivery.files() else {
            return Err(Error::new(Code::InputValue, "a delivery of radiation data is one document")
                .file(delivery.name())
                .expected("1 file")
                .found(format!("{} files", delivery.files().len())));
        };
        let document = read_document(file, Offset::UTC, budget)?;
        let recorded = record(&document, budget)?;
        let mut bundle = Bundle::default();
        let identity = &mut bundle.scan.identity;
        identity.scanner_scan_id.clone_from(&document.uuid);
        if let Some((start, end)) = recorded.period {
            (identity.start, identity.end) = (Some(start), Some(end));
        }
        identity.site = document.lane.clone().map(|lane| Site { lane: Some(lane), ..Site::default() });
        if let Some(instrument) = &recorded.radiation.instrument {
            let system = &mut bundle.scan.system;
            system.manufacturer.clone_from(&instrument.manufacturer);
            system.model.clone_from(&instrument.model);
            system.serial.clone_from(&instrument.serial);
            system.software.clone_from(&instrument.software);
        }
        keep(&mut bundle, file, recorded);
        bundle.scan.provenance.reader = Some(self.name().to_owned());
        attach_originals(&mut bundle, delivery, &[], budget)?;
        Ok(bundle)
    }
}

/// Reads the document of a file; times without offset get the one given.
///
/// # Errors
/// As [`Document::parse`]; `limit.bytes` for a file larger than a document may be; `io.*`.
pub fn read_document(file: &DeliveryFile, offset: Offset, budget: &Budget) -> Result<Document> {
    Document::parse(&file.document(budget)?, file.name(), offset, budget)
}
