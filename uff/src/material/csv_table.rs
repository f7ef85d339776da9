//! Small tables that a person writes: CSV with a header line.

use csv::ReaderBuilder;
use csv::StringRecord;
use csv::Trim;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;

/// Lines of a table under the names of its columns, which come in any order. Lines that are empty or start with `#` are
/// skipped.
pub(crate) struct CsvTable<'a> {
    name: &'a str,
    header: StringRecord,
    records: Vec<StringRecord>,
}

/// A line of a table.
pub(crate) struct CsvLine<'a> {
    table: &'a CsvTable<'a>,
    record: &'a StringRecord,
}

impl<'a> CsvTable<'a> {
    /// Reads a table that has at least the columns `needed`; `name` is the file's, `what` its content.
    ///
    /// # Errors
    /// `input.value` with the line; `limit.bytes` and `limit.count` by the budget.
    pub(crate) fn read(bytes: &[u8], name: &'a str, what: &str, needed: &[&str], budget: &Budget) -> Result<Self> {
        budget.charge(bytes.len() as u64, what)?;
        let damaged = |e: csv::Error| {
            let line = e.position().map_or(0, csv::Position::line);
            Error::new(Code::InputValue, format!("cannot read {what}")).file(name).at(format!("line {line}")).cause(e)
        };
        let mut reader = ReaderBuilder::new().comment(Some(b'#')).trim(Trim::All).from_reader(bytes);
        let header = reader.headers().map_err(damaged)?.clone();
        if let Some(missing) = needed.iter().find(|n| !header.iter().any(|h| h == **n)) {
            return Err(Error::new(Code::InputValue, format!("cannot read {what}: no column {missing}"))
                .file(name)
                .at("line 1")
                .expected(needed.join(","))
                .found(header.iter().collect::<Vec<_>>().join(",")));
        }
        let mut records = Vec::new();
        for record in reader.records() {
            budget.count(1, what)?;
            records.push(record.map_err(damaged)?);
        }
        Ok(Self { name, header, records })
    }

    pub(crate) fn lines(&'a self) -> impl Iterator<Item = CsvLine<'a>> {
        self.records.iter().map(move |record| CsvLine { table: self, record })
    }
}

impl CsvLine<'_> {
    /// Returns the text in a column, if the table has it and it is not empty.
    pub(crate) fn text(&self, column: &str) -> Option<&str> {
        let index = self.table.header.iter().position(|name| name == column)?;
        self.record.get(index).filter(|text| !text.is_empty())
    }

    /// Reads what stands in a column.
    ///
    /// # Errors
    /// `input.value` when it is missing or `read` cannot read it, which is `expected`.
    pub(crate) fn value<T>(&self, column: &str, expected: &str, read: impl Fn(&str) -> Option<T>) -> Result<T> {
        let text = self.text(column);
        text.and_then(read).ok_or_else(|| self.wrong(column, expected, text.unwrap_or("nothing")))
    }

    /// Returns what to say of a wrong value.
    pub(crate) fn wrong(&self, column: &str, expected: &str, found: impl std::fmt::Display) -> Error {
        let line = self.record.position().map_or(0, csv::Position::line);
        Error::new(Code::InputValue, "impossible value")
            .file(self.table.name)
            .at(format!("line {line}, column {column}"))
            .expected(expected)
            .found(found)
    }
}
