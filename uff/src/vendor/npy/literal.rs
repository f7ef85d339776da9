//! The Python literals that a NumPy header may hold.

/// Value of a Python literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    Text(String),
    Bool(bool),
    Numbers(Vec<u64>),
}

/// Byte offset in the text and what was expected there.
pub(super) type Wrong = (usize, &'static str);

/// Reads a dictionary of text keys whose values are text, booleans or tuples of whole numbers.
pub(super) fn dictionary(text: &str) -> Result<Vec<(String, Literal)>, Wrong> {
    let mut cursor = Cursor { text, at: 0 };
    let mut entries = Vec::new();
    cursor.expect('{', "an opening brace")?;
    while !cursor.skip('}') {
        let key = cursor.text()?;
        cursor.expect(':', "a colon")?;
        entries.push((key, cursor.value()?));
        if !cursor.skip(',') {
            cursor.expect('}', "a comma or closing brace")?;
            break;
        }
    }
    match cursor.rest().is_empty() {
        true => Ok(entries),
        false => Err((cursor.at, "the end of the header")),
    }
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Returns what is left, without leading white space.
    fn rest(&mut self) -> &'a str {
        let left = self.text.get(self.at..).unwrap_or_default();
        let trimmed = left.trim_start();
        self.at += left.len() - trimmed.len();
        trimmed
    }

    fn skip(&mut self, c: char) -> bool {
        let found = self.rest().starts_with(c);
        self.at += if found { c.len_utf8() } else { 0 };
        found
    }

    fn expect(&mut self, c: char, what: &'static str) -> Result<(), Wrong> {
        if self.skip(c) { Ok(()) } else { Err((self.at, what)) }
    }

    fn text(&mut self) -> Result<String, Wrong> {
        let rest = self.rest();
        let wrong = (self.at, "text in quotes");
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"')).ok_or(wrong)?;
        let inner = rest.get(1..).unwrap_or_default();
        let end = inner.find(quote).ok_or(wrong)?;
        let text = inner.get(..end).unwrap_or_default();
        if text.contains('\\') {
            return Err((self.at, "text without escapes"));
        }
        self.at += end + 2;
        Ok(text.to_owned())
    }

    fn value(&mut self) -> Result<Literal, Wrong> {
        let rest = self.rest();
        for (word, value) in [("True", true), ("False", false)] {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(Literal::Bool(value));
            }
        }
        if rest.starts_with(['\'', '"']) {
            return self.text().map(Literal::Text);
        }
        self.expect('(', "text, True, False or a tuple of whole numbers")?;
        let mut numbers = Vec::new();
        while !self.skip(')') {
            numbers.push(self.number()?);
            if !self.skip(',') {
                self.expect(')', "a comma or closing parenthesis")?;
                break;
            }
        }
        Ok(Literal::Numbers(numbers))
    }

    fn number(&mut self) -> Result<u64, Wrong> {
        let rest = self.rest();
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number = rest.get(..digits).unwrap_or_default().parse();
        let number = number.map_err(|_| (self.at, "a whole number below 2^64"))?;
        self.at += digits;
        // Python 2 wrote long integers with an L.
        self.skip('L');
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_all_numpy_generations_are_read() {
        let new = dictionary("{'descr': '<f8', 'fortran_order': False, 'shape': (100, 200), }   \n");
        let old = dictionary("{\"fortran_order\": False, \"shape\": (100L, 200L), \"descr\": \"<f8\"}\n");
        let (new, mut old) = (new.unwrap(), old.unwrap());
        old.rotate_right(1);
        assert_eq!(new, old);
        assert_eq!(new[2].1, Literal::Numbers(vec![100, 200]));
        assert_eq!(dictionary("{}"), Ok(vec![]));
        assert_eq!(dictionary("{'shape': (3,)}").map(|d| d[0].1.clone()), Ok(Literal::Numbers(vec![3])));
    }

    #[test]
    fn anything_else_is_refused_with_its_place() {
        for (text, at) in [
            ("", 0),
            ("{'a'", 4),
            ("{'a': (1", 8),
            ("{'a': (1, -2)}", 10),
            ("{'a': (99999999999999999999,)}", 7),
            ("{'a': __import__('os')}", 6),
            ("{'a': True} x", 12),
            ("{'a\\n': True}", 1),
            ("{'a': 'b", 6),
            ("{'ä': 'b', c", 12),
        ] {
            assert_eq!(dictionary(text).map_err(|(at, _)| at), Err(at), "{text}");
        }
    }
}
