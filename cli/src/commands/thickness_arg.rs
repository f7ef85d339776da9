//! A thickness, as named on the command line.

use std::str::FromStr;

use uff::units::ArealDensity;
use uff::units::Millimetres;

/// Thickness of matter along the ray.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ThicknessArg {
    /// As a length.
    Length(Millimetres),
    /// As mass per area.
    Mass(ArealDensity),
}

impl FromStr for ThicknessArg {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
        let (digits, unit) = text.split_at(end);
        let length = |scale: f64, number: f64| Millimetres::new(number * scale).map(Self::Length);
        let number = || digits.parse::<f64>().map_err(|_| format!("{digits:?} is not a number"));
        match unit.trim() {
            "mm" => length(1.0, number()?),
            "cm" => length(10.0, number()?),
            "m" => length(1000.0, number()?),
            "g/cm2" | "g/cm²" => ArealDensity::new(number()?).map(Self::Mass),
            _ => return Err("expected a number and its unit, such as 20mm, 5cm or 40g/cm2".into()),
        }
        .map_err(|e| e.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thicknesses_need_their_unit() {
        let read = |text: &str| match text.parse::<ThicknessArg>().ok()? {
            ThicknessArg::Length(mm) => Some((mm.get(), "mm")),
            ThicknessArg::Mass(mass) => Some((mass.get(), "g/cm2")),
        };
        assert_eq!(
            (read("20mm"), read("2.5 cm"), read("1m")),
            (Some((20.0, "mm")), Some((25.0, "mm")), Some((1000.0, "mm")))
        );
        assert_eq!((read("40g/cm2"), read("0.5 g/cm²")), (Some((40.0, "g/cm2")), Some((0.5, "g/cm2"))));
        assert_eq!((read("20"), read("mm"), read("-2mm"), read("2in"), read("1..2mm")), (None, None, None, None, None));
    }
}
