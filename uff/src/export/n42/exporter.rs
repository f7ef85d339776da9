//! Writing the document and naming what it does not hold.

use std::sync::Arc;

use super::compose::compose;
use super::difference::ELEMENTS;
use super::difference::differences;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::export::Carried;
use crate::export::Exporter;
use crate::export::Folder;
use crate::export::account;
use crate::format::layout;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Loss;
use crate::model::Radiation;
use crate::source::MemorySource;
use crate::source::ReadAt;
use crate::vendor::Delivery;
use crate::vendor::ReadOptions;
use crate::vendor::VendorReader;
use crate::vendor::n42::N42;

/// Name of the file when the document had none that can be used.
const NAME: &str = "radiation.n42";

/// Longest name of a file that is taken over.
const LONGEST_NAME: usize = 120;

/// Writer of radiation data as ANSI N42.42-2011.
pub struct N42Export;

impl Exporter for N42Export {
    fn name(&self) -> &'static str {
        "n42"
    }

    fn description(&self) -> &'static str {
        "radiation data as ANSI N42.42: the kept document, or one of 2011 made of records and series"
    }

    fn export(&self, bundle: &Bundle, folder: &mut Folder, budget: &Budget) -> Result<Vec<Loss>> {
        let Some(radiation) = &bundle.scan.radiation else {
            return Err(
                Error::new(Code::ExportUnsupported, "the scan holds no radiation data").expected("radiation data")
            );
        };
        let path = radiation.n42.as_ref().map(|name| format!("{}/{name}", layout::RADIATION));
        let kept = path.as_ref().and_then(|path| bundle.blobs.get(path));
        let bytes = match kept {
            Some(source) => whole(&**source, budget)?,
            None => compose(bundle, radiation, budget)?,
        };
        let name = file_name(radiation);
        let mut file = folder.create(&name)?;
        file.put(&bytes)?;
        file.finish()?;
        match read_again(&name, bytes, budget) {
            Ok(again) => Ok(losses(bundle, &again, path.filter(|_| kept.is_some()))),
            // A document that others kept need not be one that is read here; then only its bytes are carried.
            Err(_) if kept.is_some() => {
                let blobs = |blob: &str| path.as_deref() == Some(blob);
                Ok(account(bundle, &Carried { blobs: &blobs, ..Carried::NOTHING }, "N42.42"))
            }
            Err(e) => Err(Error::new(Code::Internal, "the document that was written cannot be read").cause(e)),
        }
    }
}

fn whole(source: &dyn ReadAt, budget: &Budget) -> Result<Vec<u8>> {
    let limit = budget.limits().document;
    if source.len() > limit {
        return Err(Error::new(Code::LimitBytes, "the document is too large")
            .file(source.name())
            .expected(format!("at most {limit} bytes"))
            .found(format!("{} bytes", source.len())));
    }
    let mut bytes: Vec<u8> = budget.vec(source.len() as usize, "a document")?;
    bytes.resize(source.len() as usize, 0);
    source.read_exact_at(0, &mut bytes)?;
    Ok(bytes)
}

/// Returns the name that the document had, when it is harmless as the name of a file.
fn file_name(radiation: &Radiation) -> String {
    let harmless = |name: &&String| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        name.len() <= LONGEST_NAME && name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(plain)
    };
    radiation.file_name.as_ref().filter(harmless).map_or(NAME, String::as_str).to_owned()
}

fn read_again(name: &str, bytes: Vec<u8>, budget: &Budget) -> Result<Bundle> {
    let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new(name, bytes));
    let delivery = Delivery::from_files(name, vec![(name.to_owned(), source)])?;
    N42.read(&delivery, &ReadOptions::default(), budget)
}

fn losses(bundle: &Bundle, again: &Bundle, kept: Option<String>) -> Vec<Loss> {
    let same = |name: &str| match (bundle.series.get(name), again.series.get(name)) {
        (Some(a), Some(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a == b || a.is_nan() && b.is_nan())
        }
        _ => false,
    };
    let blobs = |blob: &str| kept.as_deref() == Some(blob);
    let carried = Carried { elements: ELEMENTS, blobs: &blobs, series: &same, ..Carried::NOTHING };
    let mut losses = account(bundle, &carried, "N42.42");
    losses.extend(differences(&bundle.scan, &again.scan));
    losses
}
