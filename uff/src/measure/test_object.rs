//! Image quality from a test object: penetration, contrast sensitivity and wire detection.
//!
//! ANSI/IEEE N42.46 and IEC 62523 let people judge whether an arrow behind steel, a thin sheet on steel, or a wire can be
//! seen. The objective form is the contrast-to-noise ratio: an arrow behind a plate is at the limit of determination at
//! about 0.25 (0.23 to 0.25 on 290 to 335 mm of steel, indico.jacow.org/event/41/contributions/2811).

use super::contrast::Contrast;
use super::contrast::contrast;
use crate::error::Result;
use crate::limits::Budget;
use crate::material::CsvTable;
use crate::material::MaterialView;
use crate::model::Region;

/// Contrast-to-noise ratio from which on a feature counts as seen, unless another limit is given.
pub const LIMIT: f64 = 0.25;

/// What a feature tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QualityTest {
    /// Steel through which the feature, an arrow, is seen; mm. The thickest counts.
    Penetration,
    /// Thickness of the feature, a sheet, as a share of the steel behind it; %. The thinnest counts.
    Contrast,
    /// Diameter of the feature, a wire; mm. The thinnest counts.
    Wire,
}

impl QualityTest {
    /// All tests.
    pub const ALL: [Self; 3] = [Self::Penetration, Self::Contrast, Self::Wire];

    /// Returns the name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Penetration => "penetration",
            Self::Contrast => "contrast",
            Self::Wire => "wire",
        }
    }

    /// Returns the unit of its sizes.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Penetration => "mm steel",
            Self::Contrast => "%",
            Self::Wire => "mm",
        }
    }
}

/// A feature of a test object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestFeature {
    /// What it tests.
    pub test: QualityTest,
    /// How large it is, in the unit of the test.
    pub size: f64,
    /// Where the feature is.
    pub target: Region,
    /// Its background; may contain the feature.
    pub background: Region,
}

/// What a feature shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestReading {
    /// The feature.
    pub feature: TestFeature,
    /// Its contrast.
    pub contrast: Contrast,
    /// Whether it counts as seen.
    pub seen: bool,
}

/// The result of a test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// The test.
    pub test: QualityTest,
    /// The thickest steel, the thinnest sheet or wire that is seen before the first one that is not; none when none is.
    pub value: Option<f64>,
    /// Whether the hardest feature of the table is seen, so that the scanner may do better than the table asks.
    pub at_end: bool,
}

/// Reads a table of features: CSV with the columns `test` (penetration, contrast or wire), `size`, the target's `row`,
/// `column`, `rows` and `columns`, and the background's `background_row` and so on. Lines that are empty or start with
/// `#` are skipped.
///
/// # Errors
/// `input.value` with line and column; `limit.bytes` and `limit.count` by the budget.
pub fn read_test_object(bytes: &[u8], name: &str, budget: &Budget) -> Result<Vec<TestFeature>> {
    const NEEDED: [&str; 10] = [
        "test",
        "size",
        "row",
        "column",
        "rows",
        "columns",
        "background_row",
        "background_column",
        "background_rows",
        "background_columns",
    ];
    let table = CsvTable::read(bytes, name, "the features of a test object", &NEEDED, budget)?;
    let features = table.lines().map(|line| {
        let pixels = |column: &str| line.value(column, "a number of pixels", |t| t.parse::<usize>().ok());
        let region = |prefix: &str| -> Result<Region> {
            let of = |part: &str| pixels(&format!("{prefix}{part}"));
            Ok(Region { row: of("row")?, column: of("column")?, rows: of("rows")?, columns: of("columns")? })
        };
        let test = |text: &str| QualityTest::ALL.into_iter().find(|t| t.name() == text);
        let size = |text: &str| text.parse().ok().filter(|size: &f64| *size > 0.0 && size.is_finite());
        Ok(TestFeature {
            test: line.value("test", "penetration, contrast or wire", test)?,
            size: line.value("size", "a number above 0", size)?,
            target: region("")?,
            background: region("background_")?,
        })
    });
    features.collect()
}

/// Measures the features; one with a contrast-to-noise ratio of at least `limit` counts as seen.
///
/// # Errors
/// As [`contrast`].
pub fn test_object(view: &MaterialView, features: &[TestFeature], limit: f64) -> Result<Vec<TestReading>> {
    let read = |feature: &TestFeature| {
        let contrast = contrast(view, &feature.target, &feature.background)?;
        Ok(TestReading { feature: *feature, contrast, seen: contrast.cnr.is_some_and(|cnr| cnr >= limit) })
    };
    features.iter().map(read).collect()
}

/// Sums readings up, test by test; a test without a feature is left out.
pub fn quality(readings: &[TestReading]) -> Vec<Quality> {
    let of = |test: QualityTest| {
        let mut ordered: Vec<&TestReading> = readings.iter().filter(|r| r.feature.test == test).collect();
        // The easiest first: thin steel, thick sheets and wires.
        ordered.sort_by(|a, b| match test {
            QualityTest::Penetration => a.feature.size.total_cmp(&b.feature.size),
            _ => b.feature.size.total_cmp(&a.feature.size),
        });
        let seen = ordered.iter().take_while(|r| r.seen).count();
        let last = seen.checked_sub(1).and_then(|i| ordered.get(i));
        let quality = Quality { test, value: last.map(|r| r.feature.size), at_end: seen == ordered.len() };
        (!ordered.is_empty()).then_some(quality)
    };
    QualityTest::ALL.into_iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(test: QualityTest, size: f64, seen: bool) -> TestReading {
        let region = Region { row: 0, column: 0, rows: 1, columns: 1 };
        let contrast = Contrast { target: 0.1, background: 0.2, noise: 0.1, relative: Some(-0.5), cnr: Some(1.0) };
        TestReading { feature: TestFeature { test, size, target: region, background: region }, contrast, seen }
    }

    #[test]
    fn the_hardest_feature_before_the_first_miss_counts() {
        use QualityTest::{Contrast, Penetration, Wire};
        let found = quality(&[
            reading(Penetration, 300.0, true),
            reading(Penetration, 200.0, true),
            reading(Penetration, 340.0, false),
            // Seen by chance behind steel that hides more than the one before.
            reading(Penetration, 360.0, true),
            reading(Wire, 2.0, true),
            reading(Wire, 1.0, true),
            reading(Contrast, 2.0, false),
        ]);
        let values: Vec<_> = found.iter().map(|q| (q.test, q.value, q.at_end)).collect();
        assert_eq!(values, [(Penetration, Some(300.0), false), (Contrast, None, false), (Wire, Some(1.0), true)]);
    }

    #[test]
    fn tables_are_read_and_errors_point_at_line_and_column() {
        let head =
            "test,size,row,column,rows,columns,background_row,background_column,background_rows,background_columns";
        let read = |line: &str| read_test_object(format!("{head}\n{line}\n").as_bytes(), "t.csv", &Budget::default());
        let feature = read("wire,1.5,1,2,3,4,5,6,7,8").unwrap()[0];
        assert_eq!((feature.test, feature.size, feature.background.columns), (QualityTest::Wire, 1.5, 8));
        for (line, place) in [
            ("hole,1,1,2,3,4,5,6,7,8", "column test"),
            ("wire,0,1,2,3,4,5,6,7,8", "column size"),
            ("wire,1,1,2,3,4,5,6,7,x", "column background_columns"),
        ] {
            let e = read(line).unwrap_err();
            assert!(e.to_string().contains("line 2") && e.to_string().contains(place), "{e}");
        }
    }
}
