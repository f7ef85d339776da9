//! The first half of every conversion: recognise, read, derive.

use std::path::Path;

use super::ConvertOptions;
use super::Step;
use super::clock::Clock;
use super::derive::derive;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::vendor;
use crate::vendor::Delivery;
use crate::vendor::Recognized;
use crate::vendor::n42;

/// Name and version of this converter, as the provenance records it.
const CONVERTER: &str = concat!("uff ", env!("CARGO_PKG_VERSION"));

/// A scan that was read.
pub(super) struct Input {
    /// The scan.
    pub(super) bundle: Bundle,
    /// Who read it.
    pub(super) recognized: Recognized,
    /// Why the radiation data attached belong to it.
    pub(super) radiation: Option<String>,
}

/// Reads the scan of a delivery, and attaches and derives what the options ask for.
pub(super) fn read(
    delivery: &Delivery,
    options: &ConvertOptions,
    budget: &Budget,
    clock: &mut Clock<'_>,
) -> Result<Input> {
    clock.begin(Step::Recognize);
    let recognized = vendor::recognize(delivery, &options.read)?;
    clock.begin(Step::Read);
    let mut bundle = recognized.reader.read(delivery, &options.read, budget)?;
    bundle.scan.provenance.converter.get_or_insert_with(|| CONVERTER.to_owned());
    bundle.scan.provenance.reader.get_or_insert_with(|| recognized.reader.name().to_owned());
    let radiation = options.radiation.as_deref().map(|path| attach(&mut bundle, path, budget)).transpose()?;
    if options.material || options.findings {
        clock.begin(Step::Derive);
        derive(&mut bundle, options, budget)?;
    }
    if !options.machine_findings.is_empty() {
        bundle.scan.findings.get_or_insert_default().machine.extend(options.machine_findings.iter().cloned());
    }
    Ok(Input { bundle, recognized, radiation })
}

/// Attaches a document of radiation data and returns why it belongs to the scan.
fn attach(bundle: &mut Bundle, path: &Path, budget: &Budget) -> Result<String> {
    let delivery = Delivery::open(path, budget)?;
    let [file] = delivery.files() else {
        return Err(Error::new(Code::Usage, "radiation data are one document")
            .file(path.display())
            .expected("1 file")
            .found(format!("{} files", delivery.files().len())));
    };
    Ok(n42::attach(bundle, file, &n42::AttachOptions::default(), budget)?.reason)
}
