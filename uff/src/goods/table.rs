//! Table of expectations: a TOML document that a customs house edits to what passes there.
//!
//! ```toml
//! version = 1
//!
//! [[goods]]
//! hs = ["6907", "6908"]
//! title = "Ceramic flags, paving and tiles"
//! density = [1000, 2000]
//! organic = [0, 0.7]
//! light = [0.3, 1]
//! texture = "uneven"
//! basis = "published"
//! source = "30 to 32 pallets of 1200 × 800 × 800 mm in 28 t"
//! ```
//!
//! Of a class without a range there is nothing. The longest code that fits counts: 690721 before 6907 before 69.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::expectation::Basis;
use super::expectation::Expectation;
use crate::detect::Evenness;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;

/// The table that comes with the software.
pub const STANDARD: &str = include_str!("expectations.toml");

/// Version of the form of the table.
const VERSION: u32 = 1;
/// Largest density that goods are stowed with, kg/m³: that of platinum.
const DENSEST: f64 = 21_500.0;
/// Fewest characters of a source that can be followed.
const SOURCE: usize = 12;

/// What goods look like, by code.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    rows: BTreeMap<String, Expectation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: Spanned<u32>,
    goods: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    hs: Spanned<Vec<Spanned<String>>>,
    title: Spanned<String>,
    density: Spanned<[f64; 2]>,
    organic: Option<Spanned<[f64; 2]>>,
    light: Option<Spanned<[f64; 2]>>,
    metal: Option<Spanned<[f64; 2]>>,
    heavy: Option<Spanned<[f64; 2]>>,
    texture: Spanned<String>,
    basis: Basis,
    source: Spanned<String>,
}

impl Table {
    /// Returns the table that comes with the software.
    ///
    /// # Errors
    /// None; its test reads it.
    pub fn standard() -> Result<Self> {
        Self::from_toml(STANDARD, "the standard table")
    }

    /// Reads a table; `name` names the document in messages.
    ///
    /// # Errors
    /// `goods.table` with the line: the document is no table, names a code twice, or has an impossible range.
    pub fn from_toml(text: &str, name: &str) -> Result<Self> {
        let line = |span: Range<usize>| 1 + text.get(..span.start).map_or(0, |t| t.matches('\n').count());
        let document: Document = toml::from_str(text).map_err(|e| {
            let place = format!("line {}", e.span().map_or(0, line));
            Error::new(Code::GoodsTable, e.message().to_owned()).file(name).at(place)
        })?;
        let at = |span: Range<usize>| move |e: Error| e.file(name).at(format!("line {}", line(span)));
        if *document.version.get_ref() != VERSION {
            let e = wrong("another version of the table", VERSION, document.version.get_ref());
            return Err(at(document.version.span())(e));
        }
        let mut rows = BTreeMap::new();
        for row in &document.goods {
            let expectation = row.check().map_err(|(span, e)| at(span)(e))?;
            for code in row.hs.get_ref() {
                check_code(code.get_ref()).map_err(at(code.span()))?;
                let code_row = Expectation { code: code.get_ref().clone(), ..expectation.clone() };
                if rows.insert(code.get_ref().clone(), code_row).is_some() {
                    let e = wrong("a code is named twice", "each code once", code.get_ref());
                    return Err(at(code.span())(e));
                }
            }
        }
        Ok(Self { rows })
    }

    /// Returns what goods of a code look like: the row of the longest code that it begins with.
    pub fn find(&self, code: &str) -> Option<&Expectation> {
        [6, 4, 2].into_iter().filter_map(|digits| code.get(..digits)).find_map(|part| self.rows.get(part))
    }

    /// Iterates over the rows in the order of their codes.
    pub fn rows(&self) -> impl Iterator<Item = &Expectation> {
        self.rows.values()
    }
}

impl Row {
    /// Checks a row; a fault comes with its place.
    fn check(&self) -> Result<Expectation, (Range<usize>, Error)> {
        if self.hs.get_ref().is_empty() {
            return Err((self.hs.span(), wrong("a row names no code", "at least one", "none")));
        }
        let [least, most] = *self.density.get_ref();
        if !(least > 0.0 && most > least && most <= DENSEST) {
            let expected = format!("least and most, kg/m³, rising, above 0 and up to {DENSEST}");
            return Err((self.density.span(), wrong("an impossible density", expected, format!("{least}, {most}"))));
        }
        let ranges = [&self.organic, &self.light, &self.metal, &self.heavy];
        for range in ranges.into_iter().flatten() {
            let [least, most] = *range.get_ref();
            if !((0.0..=1.0).contains(&least) && (least..=1.0).contains(&most)) {
                let found = format!("{least}, {most}");
                return Err((range.span(), wrong("an impossible share", "least and most, 0 to 1, rising", found)));
            }
        }
        let classes = ranges.map(|range| range.as_ref().map_or([0.0; 2], |r| *r.get_ref()));
        let sum = |end: usize| classes.iter().map(|range| range[end]).sum::<f64>();
        if sum(0) > 1.0 || sum(1) < 1.0 {
            let found = format!("{:.2} at least, {:.2} at most", sum(0), sum(1));
            return Err((self.hs.span(), wrong("the shares cannot add up to 1", "1 in between", found)));
        }
        for (text, fewest, what) in
            [(&self.title, 3, "a row without a title"), (&self.source, SOURCE, "a row without a source")]
        {
            if text.get_ref().trim().chars().count() < fewest {
                let found = format!("{:?}", text.get_ref());
                return Err((text.span(), wrong(what, format!("at least {fewest} characters"), found)));
            }
        }
        let words = self.texture.get_ref();
        let texture = Evenness::ALL.into_iter().find(|e| e.name() == words).ok_or_else(|| {
            let expected = Evenness::ALL.map(Evenness::name).join(", ");
            (self.texture.span(), wrong("no such texture", expected, format!("{words:?}")))
        })?;
        Ok(Expectation {
            code: String::new(),
            title: self.title.get_ref().clone(),
            density: [least, most],
            classes,
            texture,
            basis: self.basis,
            source: self.source.get_ref().clone(),
        })
    }
}

fn wrong(what: &str, expected: impl std::fmt::Display, found: impl std::fmt::Display) -> Error {
    Error::new(Code::GoodsTable, what).expected(expected).found(found)
}

/// Checks a code of the table: chapter 01 to 97 but 77, two, four or six digits.
fn check_code(code: &str) -> Result<()> {
    let digits = code.bytes().all(|b| b.is_ascii_digit());
    let chapter = code.get(..2).and_then(|c| c.parse::<u8>().ok()).filter(|c| (1..=97).contains(c) && *c != 77);
    if digits && matches!(code.len(), 2 | 4 | 6) && chapter.is_some() {
        return Ok(());
    }
    let expected = "a chapter from 01 to 97 except 77, a heading of 4 or a subheading of 6 digits";
    Err(wrong("this is no code of the Harmonized System", expected, format!("{code:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = "[[goods]]\nhs = [\"6907\"]\ntitle = \"Tiles\"\ndensity = [1000, 2000]\nlight = [0, 1]\n\
                       texture = \"uneven\"\nbasis = \"published\"\nsource = \"a handbook, page 3\"\n";

    fn read(rows: &str) -> Result<Table> {
        Table::from_toml(&format!("version = 1\n{rows}"), "t.toml")
    }

    #[test]
    fn the_standard_table_covers_every_chapter_with_a_source() {
        let table = Table::standard().unwrap();
        for chapter in (1..=97).filter(|c| *c != 77) {
            assert!(table.find(&format!("{chapter:02}")).is_some(), "chapter {chapter:02}");
        }
        let headings: Vec<&Expectation> = table.rows().filter(|r| r.code.len() > 2).collect();
        assert!(headings.len() >= 60, "{} headings", headings.len());
        let published = table.rows().filter(|r| r.basis == Basis::Published).count();
        assert!(published >= 30, "{published} published");
        for row in table.rows() {
            // Nothing that fills a vehicle is lighter than foam or denser than lead.
            assert!(row.density[0] >= 10.0 && row.density[1] <= 11_400.0, "{row:?}");
            assert!(row.density[1] <= 60.0 * row.density[0], "{}: a range that wide says nothing", row.code);
            // Guesses must not pass for publications.
            assert!(row.basis == Basis::Derived || row.source.contains(char::is_numeric), "{}", row.code);
        }
    }

    #[test]
    fn the_longest_code_counts() {
        let chapter = ROW.replace("6907", "69").replace("Tiles", "Ceramics");
        let table = read(&format!("{ROW}{chapter}")).unwrap();
        let title = |code: &str| table.find(code).map(|row| row.title.as_str());
        assert_eq!((title("690721"), title("6912"), title("70")), (Some("Tiles"), Some("Ceramics"), None));
        assert_eq!((title("6"), title("")), (None, None));
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let cases = [
            ("density = [1000, 2000]", "density = [2000, 1000]", 5),
            ("density = [1000, 2000]", "density = [0, 1000]", 5),
            ("density = [1000, 2000]", "density = [nan, 1000]", 5),
            ("light = [0, 1]", "light = [0, 1.5]", 6),
            ("light = [0, 1]", "light = [0, 0.5]", 3),
            ("light = [0, 1]", "lihgt = [0, 1]", 6),
            ("\"uneven\"", "\"rough\"", 7),
            ("\"published\"", "\"guessed\"", 8),
            ("\"a handbook, page 3\"", "\"\"", 9),
            ("\"6907\"", "\"7701\"", 3),
            ("\"6907\"", "\"690\"", 3),
            ("\"6907\"", "\"6907\", \"6907\"", 3),
            ("[\"6907\"]", "[]", 3),
        ];
        for (right, wrong, line) in cases {
            let error = read(&ROW.replace(right, wrong)).unwrap_err();
            let text = error.to_string();
            assert_eq!(error.code(), Code::GoodsTable, "{wrong}");
            assert!(text.contains("t.toml") && text.contains(&format!("line {line}")), "{wrong}: {text}");
        }
        let error = Table::from_toml(&format!("version = 2\n{ROW}"), "t.toml").unwrap_err();
        assert!(error.to_string().contains("line 1"), "{error}");
    }
}
