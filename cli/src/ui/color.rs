//! Colour and when to use it.

use std::borrow::Cow;
use std::io::IsTerminal;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl ColorChoice {
    /// Returns whether to colour what goes to `stream`; `NO_COLOR` with any content but nothing switches it off.
    pub(super) fn resolve(self, stream: &impl IsTerminal) -> bool {
        let forbidden = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => !forbidden && stream.is_terminal(),
        }
    }
}

/// Meaning of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Heading.
    Heading,
    /// Good news.
    Good,
    /// Something to look at.
    Warning,
    /// Bad news.
    Bad,
    /// Side information.
    Faint,
}

impl Style {
    /// Paints text, which is made [`plain`] first.
    pub(super) fn paint(self, text: &str, color: bool) -> Cow<'_, str> {
        let text = plain(text);
        if !color {
            return text;
        }
        let code = match self {
            Self::Heading => "1",
            Self::Good => "32",
            Self::Warning => "33",
            Self::Bad => "1;31",
            Self::Faint => "2",
        };
        Cow::Owned(format!("\x1b[{code}m{text}\x1b[0m"))
    }
}

/// Replaces control characters, so that text of a hostile file cannot steer the terminal or forge a line.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_steer_the_terminal() {
        assert_eq!(plain("a\x1b[2J\nerror: b"), "a\u{FFFD}[2J\u{FFFD}error: b");
        assert_eq!(Style::Good.paint("\x1b[31mx", true), "\x1b[32m\u{FFFD}[31mx\x1b[0m");
        assert_eq!(Style::Good.paint("Z = 7.4 µ", false), "Z = 7.4 µ");
    }
}
