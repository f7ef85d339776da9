//! The optional file `scan.toml` beside the arrays.

use serde::Deserialize;

use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::{CodeList, Quantity};
use crate::units::{Energy, Millimetres};
use crate::vendor::{Delivery, ReadOptions};

/// Facts about a pair of arrays, in a file `scan.toml` beside them; all are optional.
///
/// ```toml
/// quantity = "log-attenuation"
/// energies = [9000, 6000]    # keV, high before low
/// high = "im_H.npy"
/// low = "im_L.npy"
/// pitch_rows = 4.0           # mm
/// pitch_columns = 4.0        # mm
/// dark_level = 400           # sample without beam
/// air_level = 60000          # sample without object
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SideFile {
    /// What a sample means.
    pub quantity: Option<Quantity>,
    /// End-point energies in keV, high before low.
    #[serde(default)]
    pub energies: Vec<Energy>,
    /// Name of the file with the high-energy (or only) image.
    pub high: Option<String>,
    /// Name of the file with the low-energy image.
    pub low: Option<String>,
    /// Pixel size between rows in the object plane, mm.
    pub pitch_rows: Option<Millimetres>,
    /// Pixel size between columns in the object plane, mm.
    pub pitch_columns: Option<Millimetres>,
    /// Sample without beam, of all rows and both images.
    pub dark_level: Option<f64>,
    /// Sample with beam and without object, of all rows and both images.
    pub air_level: Option<f64>,
}

impl SideFile {
    /// Name of the file.
    pub const NAME: &'static str = "scan.toml";

    /// Reads the file, where the delivery has one.
    ///
    /// # Errors
    /// `input.value` when it is not what it should be; `limit.bytes`.
    pub fn find(delivery: &Delivery, budget: &Budget) -> Result<Self> {
        let Some((_, file)) = delivery.find(Self::NAME) else { return Ok(Self::default()) };
        let bytes = file.document(budget)?;
        Self::parse(&bytes).map_err(|e| e.file(file.name()))
    }

    fn parse(bytes: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(bytes)
            .map_err(|e| Error::new(Code::InputValue, "the facts about the arrays are not UTF-8").cause(e))?;
        let facts: Self = toml::from_str(text).map_err(|e| {
            let start = e.span().map_or(0, |span| span.start);
            let line = 1 + text.get(..start).unwrap_or_default().matches('\n').count();
            Error::new(Code::InputValue, "the facts about the arrays cannot be read")
                .at(format!("line {line}"))
                .found(e.message())
        })?;
        if let (Some(dark), Some(air)) = (facts.dark_level, facts.air_level)
            && !(air - dark).is_normal()
        {
            return Err(Error::new(Code::InputValue, "the air level must differ from the dark level").found(air));
        }
        match facts.quantity.as_ref().filter(|q| !q.is_listed()) {
            Some(unlisted) => Err(Error::new(Code::InputValue, "there is no such quantity")
                .expected(Quantity::VALUES.iter().map(|(code, _)| *code).collect::<Vec<_>>().join(", "))
                .found(unlisted)),
            None => Ok(facts),
        }
    }

    /// Returns these facts with those that the caller states put in their place.
    pub(in crate::vendor) fn with(self, options: &ReadOptions) -> Self {
        Self {
            quantity: options.quantity.clone().or(self.quantity),
            energies: if options.energies.is_empty() { self.energies } else { options.energies.clone() },
            high: options.high.clone().or(self.high),
            low: options.low.clone().or(self.low),
            pitch_rows: options.pitch_rows.or(self.pitch_rows),
            pitch_columns: options.pitch_columns.or(self.pitch_columns),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_named_with_their_line() {
        let at = |text: &str| SideFile::parse(text.as_bytes()).err().and_then(|e| e.place().map(str::to_owned));
        assert_eq!(at("quantity = \"dose\"\nenergies = [9000, -6000]\n").as_deref(), Some("line 2"));
        assert_eq!(at("\n\nvoltage = 3\n").as_deref(), Some("line 3"));
        assert!(SideFile::parse(b"quantity = 'brightness'").is_err());
        assert!(SideFile::parse(b"dark_level = 7\nair_level = 7").is_err());
        assert!(SideFile::parse(b"\xff").is_err());
        let facts = SideFile::parse(b"energies = [9000, 6000]\nquantity = 'transmission'").unwrap();
        assert_eq!(facts.energies, [Energy::new(9000.0).unwrap(), Energy::new(6000.0).unwrap()]);
        assert_eq!(facts.quantity, Some(Quantity::Transmission));
    }
}
