//! Arithmetic over the fields of a profile: `+ - * / // %`, parentheses, `min`, `max`, `floor`, and `size(file)`.
//!
//! An expression is parsed once and evaluated without loops or allocation. Numbers are 64-bit floating point; whole
//! numbers up to 2^53 are exact. `/` divides, `//` divides and rounds down.

/// Longest expression accepted, in bytes.
const LONGEST: usize = 512;
/// Deepest nesting accepted.
const DEEPEST: u32 = 32;

/// A parsed expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    Number(f64),
    /// Value of a field, by its index in the profile.
    Field(usize),
    /// Size of a file in bytes, by its index in the profile.
    Size(usize),
    Negative(Box<Expression>),
    Binary(Operator, Box<(Expression, Expression)>),
    Floor(Box<Expression>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Min,
    Max,
}

/// Names that an expression may use.
pub(super) struct Names<'a> {
    /// Fields defined before the expression.
    pub(super) fields: &'a [String],
    /// Ids of files.
    pub(super) files: &'a [String],
}

/// Values that an expression is evaluated with.
pub(super) trait Values {
    /// Returns the number in a field, or what stands there instead.
    fn field(&self, index: usize) -> Result<f64, String>;
    /// Returns the size of a file.
    fn size(&self, file: usize) -> Result<f64, String>;
}

impl Expression {
    /// Parses text; the error says what was expected and where.
    pub(super) fn parse(text: &str, names: &Names) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("an expression of at most {LONGEST} bytes"));
        }
        let mut parser = Parser { text, at: 0, depth: 0, names };
        let parsed = parser.sum()?;
        match parser.rest() {
            "" => Ok(parsed),
            _ => Err(parser.expected("an operator")),
        }
    }

    /// Computes the value; the error says what cannot be computed.
    pub(super) fn value(&self, values: &dyn Values) -> Result<f64, String> {
        let value = match self {
            Self::Number(n) => *n,
            Self::Field(index) => values.field(*index)?,
            Self::Size(file) => values.size(*file)?,
            Self::Negative(inner) => -inner.value(values)?,
            Self::Floor(inner) => inner.value(values)?.floor(),
            Self::Binary(operator, sides) => {
                let (a, b) = (sides.0.value(values)?, sides.1.value(values)?);
                match operator {
                    Operator::Add => a + b,
                    Operator::Subtract => a - b,
                    Operator::Multiply => a * b,
                    Operator::Divide => a / b,
                    Operator::FloorDivide => (a / b).floor(),
                    Operator::Remainder => a.rem_euclid(b),
                    Operator::Min => a.min(b),
                    Operator::Max => a.max(b),
                }
            }
        };
        if value.is_finite() { Ok(value) } else { Err("a division by zero or an overflow".to_owned()) }
    }

    /// Returns whether the expression uses a field, by its index.
    pub(super) fn uses(&self, field: usize) -> bool {
        match self {
            Self::Number(_) | Self::Size(_) => false,
            Self::Field(index) => *index == field,
            Self::Negative(inner) | Self::Floor(inner) => inner.uses(field),
            Self::Binary(_, sides) => sides.0.uses(field) || sides.1.uses(field),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    names: &'a Names<'a>,
}

impl<'a> Parser<'a> {
    fn rest(&mut self) -> &'a str {
        let left = self.text.get(self.at..).unwrap_or_default();
        let trimmed = left.trim_start();
        self.at += left.len() - trimmed.len();
        trimmed
    }

    fn skip(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        self.at += if found { token.len() } else { 0 };
        found
    }

    fn expected(&self, what: &str) -> String {
        format!("{what} at character {} of {:?}", 1 + self.at, self.text)
    }

    fn sum(&mut self) -> Result<Expression, String> {
        let mut left = self.product()?;
        loop {
            let operator = match () {
                () if self.skip("+") => Operator::Add,
                () if self.skip("-") => Operator::Subtract,
                () => return Ok(left),
            };
            left = Expression::Binary(operator, Box::new((left, self.product()?)));
        }
    }

    fn product(&mut self) -> Result<Expression, String> {
        let mut left = self.factor()?;
        loop {
            let operator = match () {
                () if self.skip("*") => Operator::Multiply,
                () if self.skip("//") => Operator::FloorDivide,
                () if self.skip("/") => Operator::Divide,
                () if self.skip("%") => Operator::Remainder,
                () => return Ok(left),
            };
            left = Expression::Binary(operator, Box::new((left, self.factor()?)));
        }
    }

    fn factor(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("an expression nested at most {DEEPEST} levels"));
        }
        let parsed = self.operand();
        self.depth -= 1;
        parsed
    }

    fn operand(&mut self) -> Result<Expression, String> {
        if self.skip("-") {
            return Ok(Expression::Negative(Box::new(self.factor()?)));
        }
        if self.skip("(") {
            let inner = self.sum()?;
            return if self.skip(")") { Ok(inner) } else { Err(self.expected("a closing parenthesis")) };
        }
        let rest = self.rest();
        let length = |accept: fn(char) -> bool| rest.len() - rest.trim_start_matches(accept).len();
        if rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return self.number(rest, length(|c| c.is_ascii_alphanumeric() || c == '.'));
        }
        let word = rest.get(..length(is_word)).unwrap_or_default();
        if word.is_empty() {
            return Err(self.expected("a number, a field or a parenthesis"));
        }
        self.at += word.len();
        if self.skip("(") {
            return self.call(word);
        }
        match self.names.fields.iter().position(|f| f == word) {
            Some(index) => Ok(Expression::Field(index)),
            None => Err(format!("a field defined before this line, not {word:?}")),
        }
    }

    fn number(&mut self, rest: &str, length: usize) -> Result<Expression, String> {
        let digits = rest.get(..length).unwrap_or_default();
        let value = match digits.strip_prefix("0x") {
            Some(hex) => u32::from_str_radix(hex, 16).ok().map(f64::from),
            None => digits.parse().ok().filter(|v: &f64| v.is_finite()),
        };
        let value = value.ok_or_else(|| self.expected("a number"))?;
        self.at += length;
        Ok(Expression::Number(value))
    }

    fn call(&mut self, name: &str) -> Result<Expression, String> {
        if name == "size" {
            let rest = self.rest();
            let word = rest.get(..rest.len() - rest.trim_start_matches(is_word).len()).unwrap_or_default();
            let file = self.names.files.iter().position(|f| f == word);
            let file = file.ok_or_else(|| self.expected("the id of a file"))?;
            self.at += word.len();
            return if self.skip(")") {
                Ok(Expression::Size(file))
            } else {
                Err(self.expected("a closing parenthesis"))
            };
        }
        let operator = match name {
            "min" => Some(Operator::Min),
            "max" => Some(Operator::Max),
            "floor" => None,
            _ => return Err(format!("min, max, floor or size, not {name:?}")),
        };
        let first = self.sum()?;
        let parsed = match operator {
            None => Expression::Floor(Box::new(first)),
            Some(_) if !self.skip(",") => return Err(self.expected("a comma")),
            Some(operator) => Expression::Binary(operator, Box::new((first, self.sum()?))),
        };
        if self.skip(")") { Ok(parsed) } else { Err(self.expected("a closing parenthesis")) }
    }
}

/// Returns whether a character may stand in the name of a field or the id of a file.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Values for Fixed {
        fn field(&self, index: usize) -> Result<f64, String> {
            Ok([512.0, 7.0][index])
        }
        fn size(&self, _file: usize) -> Result<f64, String> {
            Ok(1_000_000.0)
        }
    }

    fn value(text: &str) -> Result<f64, String> {
        let (fields, files) = (["rows".to_owned(), "n".to_owned()], ["image".to_owned()]);
        Expression::parse(text, &Names { fields: &fields, files: &files })?.value(&Fixed)
    }

    #[test]
    fn arithmetic_follows_the_usual_order() {
        for (text, expected) in [
            ("1 + 2 * 3", 7.0),
            ("(1 + 2) * 3", 9.0),
            ("10 - 4 - 3", 3.0),
            ("2 * -rows", -1024.0),
            ("7 // 2 + 7 % 4 + 7 / 2", 9.5),
            ("-7 // 2", -4.0),
            ("(size(image) - 0x200) // (2 * rows)", 976.0),
            ("min(rows, max(3, n)) + floor(2.5)", 9.0),
            ("1e3", 1000.0),
        ] {
            assert_eq!(value(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (text, part) in [
            ("", "a number, a field"),
            ("1 +", "character 4"),
            ("(1", "closing parenthesis"),
            ("colums * 2", "not \"colums\""),
            ("sin(1)", "min, max, floor or size"),
            ("size(nothing)", "id of a file"),
            ("1 2", "an operator"),
            ("1 / 0", "division by zero"),
            ("1e999", "a number"),
            ("0xZZ", "a number"),
            ("ä", "a number, a field"),
        ] {
            assert!(value(text).is_err_and(|e| e.contains(part)), "{text}: {:?}", value(text));
        }
        assert!(value(&"(".repeat(400)).is_err_and(|e| e.contains("levels")));
        assert!(value(&"-".repeat(400)).is_err_and(|e| e.contains("levels")));
        assert!(value(&"1+".repeat(300)).is_err_and(|e| e.contains("bytes")));
    }
}
