//! What a declaration says.

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Trade;
use crate::model::identifier::Identifier;

/// Goods as declared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Declared {
    /// Lines of the declaration.
    pub lines: Vec<Line>,
    /// Mass of all of them, kg; none where a line states none.
    pub mass: Option<f64>,
}

/// Line of a declaration.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// Code of the Harmonized System, digits alone; none where the line states none.
    pub code: Option<String>,
    /// Description as declared.
    pub description: Option<String>,
    /// Gross mass, kg.
    pub mass: Option<f64>,
}

impl Declared {
    /// Takes the declared goods of a scan.
    pub fn of_trade(trade: &Trade) -> Self {
        let lines: Vec<Line> = trade
            .goods
            .iter()
            .map(|goods| Line {
                code: goods.hs.as_ref().and_then(|hs| digits(&hs.canonical()).ok()),
                description: goods.description.clone(),
                mass: goods.gross_mass.map(|mass| mass.get()).filter(|mass| *mass > 0.0),
            })
            .collect();
        let mass = lines.iter().map(|line| line.mass).sum::<Option<f64>>().filter(|_| !lines.is_empty());
        Self { lines, mass }
    }

    /// Takes codes that a person gave in place of those of the scan.
    ///
    /// # Errors
    /// `usage` for what is no code.
    pub fn of_codes(codes: &[String]) -> Result<Self> {
        let line = |code: &String| Ok(Line { code: Some(digits(code)?), ..Line::default() });
        Ok(Self { lines: codes.iter().map(line).collect::<Result<_>>()?, mass: None })
    }
}

/// Returns the digits of a code that may be written with spaces and full stops.
fn digits(code: &str) -> Result<String> {
    let text: String = code.chars().filter(|c| !matches!(c, ' ' | '.')).collect();
    if (2..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(text);
    }
    Err(Error::new(Code::Usage, "this is no code of the Harmonized System")
        .expected("2 to 10 digits, such as 6907 or 8471.30")
        .found(format!("{:?}", code.chars().take(40).collect::<String>())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Goods;
    use crate::model::identifier::HsCode;
    use crate::units::Kilograms;

    #[test]
    fn a_line_without_mass_leaves_the_sum_unknown() {
        let goods = |hs: &str, mass: f64| Goods {
            hs: Some(HsCode::new(hs)),
            gross_mass: Kilograms::new(mass).ok(),
            ..Goods::default()
        };
        let trade = |goods| Trade { goods, ..Trade::default() };
        let both = Declared::of_trade(&trade(vec![goods("6907.21", 900.0), goods("640399", 100.0)]));
        assert_eq!((both.mass, both.lines[0].code.as_deref()), (Some(1000.0), Some("690721")));
        assert_eq!(Declared::of_trade(&trade(vec![goods("690721", 900.0), Goods::default()])).mass, None);
        assert_eq!(Declared::of_trade(&trade(Vec::new())), Declared::default());
    }

    #[test]
    fn codes_are_read_as_written() {
        let read = |text: &str| Declared::of_codes(&[text.to_owned()]).map(|d| d.lines[0].code.clone().unwrap());
        assert_eq!(read("8471.30 00").unwrap(), "84713000");
        for wrong in ["", "7", "69O7", "12345678901", "é0é0"] {
            assert_eq!(read(wrong).unwrap_err().code(), Code::Usage, "{wrong}");
        }
    }
}
