//! Chemical formulas such as `C2H4`, `Al2(SO4)3`, `H2O` or `C3.5H7O`.

use super::element::Element;
use crate::error::{Code, Error, Result};

/// Longest formula accepted, in bytes.
const MAX_LENGTH: usize = 256;
/// Deepest nesting of parentheses accepted.
const MAX_DEPTH: usize = 8;
/// Largest number accepted after a symbol or a parenthesis.
const MAX_COUNT: f64 = 10_000.0;

/// Atoms of each element in a formula unit, in the order of Z.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula(Vec<(Element, f64)>);

impl Formula {
    /// Returns the atoms per formula unit, in the order of Z.
    pub fn atoms(&self) -> &[(Element, f64)] {
        &self.0
    }

    /// Returns the share by mass of each element, in the order of Z; the shares add up to 1.
    pub fn mass_fractions(&self) -> Vec<(Element, f64)> {
        let mass = |&(element, count): &(Element, f64)| element.atomic_weight() * count;
        let all: f64 = self.0.iter().map(mass).sum();
        self.0.iter().map(|part| (part.0, mass(part) / all)).collect()
    }
}

impl std::str::FromStr for Formula {
    type Err = Error;

    /// Reads a formula of at most 256 characters: element symbols, parentheses nested at most 8 deep, and counts up to
    /// 10 000, which may have decimals.
    fn from_str(text: &str) -> Result<Self> {
        let fail = |what: &str, at: usize| {
            let shown: String = text.chars().take(40).collect();
            Error::new(Code::InputValue, format!("not a chemical formula: {what}"))
                .at(format!("character {}", at + 1))
                .expected("symbols of elements with counts, such as C2H4 or Al2(SO4)3")
                .found(format!("{shown:?}"))
        };
        if text.is_empty() || text.len() > MAX_LENGTH || !text.is_ascii() {
            return Err(fail("it is empty, too long or not in plain letters", 0));
        }
        let mut scan = Scan { text, at: 0 };
        let mut open: Vec<Counts> = Vec::new();
        let mut counts = Counts::default();
        while let Some(byte) = scan.peek() {
            let start = scan.at;
            match byte {
                b'(' if open.len() < MAX_DEPTH => {
                    scan.at += 1;
                    open.push(std::mem::take(&mut counts));
                }
                b')' => {
                    scan.at += 1;
                    let outer = open.pop().ok_or_else(|| fail("a parenthesis closes that was not opened", start))?;
                    let inner = std::mem::replace(&mut counts, outer);
                    let times = scan.count().ok_or_else(|| fail("wrong count", scan.at))?;
                    inner.0.iter().for_each(|&(element, n)| counts.add(element, n * times));
                }
                b'A'..=b'Z' => {
                    let element =
                        Element::from_symbol(scan.symbol()).map_err(|e| fail("unknown symbol", start).cause(e))?;
                    let times = scan.count().ok_or_else(|| fail("wrong count", scan.at))?;
                    counts.add(element, times);
                }
                _ => return Err(fail("unexpected character", start)),
            }
        }
        if !open.is_empty() || counts.0.is_empty() {
            return Err(fail("a parenthesis is not closed or nothing is named", text.len() - 1));
        }
        counts.0.sort_by_key(|part| part.0);
        Ok(Self(counts.0))
    }
}

#[derive(Default)]
struct Counts(Vec<(Element, f64)>);

impl Counts {
    fn add(&mut self, element: Element, count: f64) {
        match self.0.iter_mut().find(|part| part.0 == element) {
            Some(part) => part.1 += count,
            None => self.0.push((element, count)),
        }
    }
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes an upper-case letter and the lower-case letters after it.
    fn symbol(&mut self) -> &'a str {
        let start = self.at;
        self.at += 1;
        self.take_while(|b| b.is_ascii_lowercase());
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Takes a count; 1 when there is none.
    fn count(&mut self) -> Option<f64> {
        let start = self.at;
        self.take_while(|b| b.is_ascii_digit() || b == b'.');
        match self.text.get(start..self.at)? {
            "" => Some(1.0),
            digits => digits.parse().ok().filter(|n: &f64| *n > 0.0 && *n <= MAX_COUNT),
        }
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atoms(text: &str) -> Vec<(&'static str, f64)> {
        let formula: Formula = text.parse().unwrap();
        formula.atoms().iter().map(|(e, n)| (e.symbol(), *n)).collect()
    }

    #[test]
    fn formulas_are_counted() {
        assert_eq!(atoms("C2H4"), [("H", 4.0), ("C", 2.0)]);
        assert_eq!(atoms("Al2(SO4)3"), [("O", 12.0), ("Al", 2.0), ("S", 3.0)]);
        assert_eq!(atoms("CH3(CH2(CH2)2)2CH3"), [("H", 18.0), ("C", 8.0)]);
        assert_eq!(atoms("C0.5O"), [("C", 0.5), ("O", 1.0)]);
        assert_eq!(atoms("Fe"), [("Fe", 1.0)]);
    }

    #[test]
    fn water_is_one_ninth_hydrogen() {
        let fractions = "H2O".parse::<Formula>().unwrap().mass_fractions();
        assert!((fractions[0].1 - 0.1119).abs() < 1e-4, "{fractions:?}");
        assert!((fractions.iter().map(|f| f.1).sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn hostile_text_is_refused() {
        let deep = "(".repeat(9) + "C" + &")".repeat(9);
        let long = "C".repeat(257);
        for text in ["", "h2o", "C(", "C)", "()", "C1.2.3", "C0", "C99999", "Xx", "C-2", "é", " C", &deep, &long] {
            assert_eq!(text.parse::<Formula>().unwrap_err().code(), Code::InputValue, "{text:?}");
        }
    }
}
