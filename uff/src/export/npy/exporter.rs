//! Writing the arrays and the metadata beside them.

use super::facts::facts;
use super::write_array;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::export::Exporter;
use crate::export::Folder;
use crate::export::document::document;
use crate::export::document::planes;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Loss;
use crate::vendor::SideFile;
use crate::vendor::array_name;
use crate::vendor::npy::METADATA;

/// Exporter of NumPy arrays.
pub struct Npy;

impl Exporter for Npy {
    fn name(&self) -> &'static str {
        "npy"
    }

    fn description(&self) -> &'static str {
        "NumPy arrays (.npy), with scan.toml and metadata.xml"
    }

    fn export(&self, bundle: &Bundle, folder: &mut Folder, budget: &Budget) -> Result<Vec<Loss>> {
        let kept = planes(bundle, "NumPy", &|_| true)?;
        let document = document(bundle, "NumPy", &kept, budget)?;
        for key in &kept {
            let samples = bundle.planes.get(key).ok_or_else(|| Error::new(Code::Internal, "an array is gone"))?;
            let mut file = folder.create(&format!("{}.npy", array_name(key)))?;
            write_array(&**samples, budget, &mut |bytes| file.put(bytes))?;
            file.finish()?;
        }
        if let Some(facts) = facts(&bundle.scan) {
            let mut file = folder.create(SideFile::NAME)?;
            file.put(facts.as_bytes())?;
            file.finish()?;
        }
        let mut file = folder.create(METADATA)?;
        file.put(document.text.as_bytes())?;
        file.finish()?;
        Ok(document.losses)
    }
}
