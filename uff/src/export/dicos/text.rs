//! Texts and numbers as DICOM can hold them (PS3.5, 6.2), and the note where that is not what they were.

use crate::model::Loss;
use crate::model::LossKind;
use crate::model::Timestamp;

/// What is rounded or left out while a file is written.
#[derive(Default)]
pub(super) struct Losses(pub(super) Vec<Loss>);

impl Losses {
    /// Notes that an element changes.
    pub(super) fn rounded(&mut self, subject: &str, reason: impl Into<String>) {
        self.note(LossKind::Rounded, subject, reason.into());
    }

    /// Notes that something is filled in that the scan does not state.
    pub(super) fn invented(&mut self, subject: &str, reason: impl Into<String>) {
        self.note(LossKind::Invented, subject, reason.into());
    }

    /// Notes that an element is left out.
    pub(super) fn dropped(&mut self, subject: &str, reason: impl Into<String>) {
        self.note(LossKind::Dropped, subject, reason.into());
    }

    fn note(&mut self, kind: LossKind, subject: &str, reason: String) {
        let loss = Loss { kind, subject: subject.to_owned(), reason, ..Loss::default() };
        if !self.0.contains(&loss) {
            self.0.push(loss);
        }
    }

    /// Returns a text of one line: at most `most` characters, no backslash, no control character, no space at the ends.
    pub(super) fn line(&mut self, text: &str, most: usize, subject: &str) -> String {
        let kept = |c: char| if c == '\\' { '/' } else { c };
        self.text(text, most, subject, |c| if c.is_control() { ' ' } else { kept(c) })
    }

    /// Returns a text of any number of lines.
    pub(super) fn lines(&mut self, text: &str, subject: &str) -> String {
        let kept = |c: char| matches!(c, '\r' | '\n' | '\x0C');
        self.text(text, 10_240, subject, |c| if c.is_control() && !kept(c) { ' ' } else { c })
    }

    fn text(&mut self, text: &str, most: usize, subject: &str, legal: impl Fn(char) -> char) -> String {
        let legal: String = text.trim_matches(['\0', ' ']).chars().map(legal).collect();
        let cut: String = legal.trim_matches(' ').chars().take(most).collect();
        let made = cut.trim_end_matches(' ');
        if made != text {
            self.rounded(subject, format!("DICOM holds at most {most} characters, none of them reserved: {made:?}"));
        }
        made.to_owned()
    }

    /// Returns a decimal string of at most 16 characters.
    pub(super) fn decimal(&mut self, value: f64, subject: &str) -> String {
        let (text, exact) = decimal(value);
        if !exact {
            self.rounded(subject, format!("DICOM holds numbers of at most 16 characters: {text}"));
        }
        text
    }

    /// Returns a date and time of at most microseconds.
    pub(super) fn date_time(&mut self, at: Timestamp, subject: &str) -> String {
        let local = at.offset().to_datetime(at.instant());
        if local.subsec_nanosecond() % 1000 != 0 {
            self.rounded(subject, "DICOM holds times to the microsecond");
        }
        let micros = local.subsec_nanosecond() / 1000;
        format!("{}.{micros:06}{}", local.strftime("%Y%m%d%H%M%S"), zone(at))
    }
}

/// Returns the offset from UTC as `+HHMM`.
pub(super) fn zone(at: Timestamp) -> String {
    let minutes = at.offset().seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// Returns a number in at most 16 characters, and whether it reads as the same number.
fn decimal(value: f64) -> (String, bool) {
    let plain = value.to_string();
    if plain.len() <= 16 {
        return (plain, true);
    }
    let shortest = format!("{value:e}");
    if shortest.len() <= 16 {
        return (shortest, true);
    }
    let rounded = (0..16).rev().map(|digits| format!("{value:.digits$e}")).find(|t| t.len() <= 16);
    (rounded.unwrap_or_else(|| "0".to_owned()), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_sixteen_characters_and_say_whether_they_are_exact() {
        assert_eq!(decimal(-12.25), ("-12.25".to_owned(), true));
        assert_eq!(decimal(1e300), ("1e300".to_owned(), true));
        let (third, exact) = decimal(-1.0 / 3.0);
        assert!(third.len() <= 16 && !exact && (third.parse::<f64>().unwrap() + 1.0 / 3.0).abs() < 1e-9, "{third}");
    }

    #[test]
    fn what_changes_is_noted() {
        let mut losses = Losses::default();
        assert_eq!(losses.line("Gate 3", 16, "a"), "Gate 3");
        assert_eq!(losses.lines("one\r\ntwo", "b"), "one\r\ntwo");
        assert!(losses.0.is_empty());
        assert_eq!(losses.line(" a\\b\n c ", 16, "c"), "a/b  c");
        assert_eq!(losses.line("12345678 ", 4, "d"), "1234");
        let subjects: Vec<_> = losses.0.iter().map(|l| l.subject.as_str()).collect();
        assert_eq!(subjects, ["c", "d"]);
        let at = Timestamp::parse("2026-11-22T03:14:15.0000001-09:30").unwrap();
        assert_eq!(losses.date_time(at, "e"), "20261122031415.000000-0930");
        assert_eq!(losses.0.len(), 3);
    }
}
