//! An energy, as named on the command line.

use std::str::FromStr;

use uff::units::Energy;

/// Energy with its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct EnergyArg(pub(super) Energy);

impl FromStr for EnergyArg {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let scale = match text[digits.len()..].to_ascii_lowercase().as_str() {
            "kev" | "kv" | "kvp" => 1.0,
            "mev" | "mv" => 1e3,
            _ => return Err("expected a number and its unit, such as 6MeV or 160keV".into()),
        };
        let number: f64 = digits.trim().parse().map_err(|_| format!("{digits:?} is not a number"))?;
        Energy::new(number * scale).map(Self).map_err(|e| e.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn energies_need_their_unit() {
        let kev = |text: &str| text.parse::<EnergyArg>().map(|e| e.0.get()).ok();
        assert_eq!(
            (kev("6MeV"), kev("160keV"), kev("9 MV"), kev("4.5mev")),
            (Some(6000.0), Some(160.0), Some(9000.0), Some(4500.0))
        );
        assert_eq!((kev("6"), kev("MeV"), kev("-6MeV"), kev("6eV")), (None, None, None, None));
    }
}
