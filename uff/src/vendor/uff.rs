//! UFF files themselves, so that a file can be written anew: other compression, other metadata version.

use super::{Candidate, Delivery, DeliveryFile, ReadOptions, Sniff, VendorReader};
use crate::error::{Code, Error, Result};
use crate::format::{UffFile, layout};
use crate::limits::Budget;
use crate::model::Bundle;

/// Start of every HDF5 file without a block of another program before it.
pub(super) const SIGNATURE: [u8; 8] = *b"\x89HDF\r\n\x1a\n";

/// Bytes searched for the label of the profile at each end of the file, where the metadata stand together.
const SEARCHED: u64 = 64 << 10;

/// Reader of UFF files; identity, provenance and unknown content are those of the file.
pub struct Uff;

impl VendorReader for Uff {
    fn name(&self) -> &'static str {
        "uff"
    }

    fn description(&self) -> &'static str {
        "UFF files of this open profile, for writing them anew"
    }

    fn sniff(&self, delivery: &Delivery, _options: &ReadOptions) -> Result<Sniff> {
        let mut candidates = Vec::new();
        if let [file] = delivery.files()
            && is_uff(file)?
        {
            let why = "HDF5 signature and UFF profile label".to_owned();
            candidates.push(Candidate { reader: self.name(), profile: None, why });
        }
        Ok(Sniff { candidates, looked_for: "one HDF5 file that carries the UFF profile label".to_owned() })
    }

    fn read(&self, delivery: &Delivery, _options: &ReadOptions, budget: &Budget) -> Result<Bundle> {
        match delivery.files() {
            [file] => UffFile::open(file.source().clone(), budget)?.bundle(),
            files => Err(Error::new(Code::InputValue, "a UFF delivery is one file")
                .file(delivery.name())
                .expected("1 file")
                .found(format!("{} files", files.len()))),
        }
    }
}

/// Looks for the HDF5 signature at the start and the label of the profile near either end.
pub(super) fn is_uff(file: &DeliveryFile) -> Result<bool> {
    let head = file.head(SEARCHED as usize)?;
    if !head.starts_with(&SIGNATURE) {
        return Ok(false);
    }
    let label = layout::ATTR_PROFILE.as_bytes();
    let holds = |bytes: &[u8]| bytes.windows(label.len()).any(|w| w == label);
    if holds(&head) {
        return Ok(true);
    }
    let mut tail = vec![0; SEARCHED.min(file.size()) as usize];
    file.source().read_exact_at(file.size() - tail.len() as u64, &mut tail)?;
    Ok(holds(&tail))
}
