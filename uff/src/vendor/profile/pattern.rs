//! Patterns of file names.

/// Returns whether a path inside a delivery matches a pattern of `*` (any characters but a slash), `?` (one) and plain
/// text, letter case of ASCII ignored. A pattern with a slash covers the whole path, one without the last part.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let subject = if pattern.contains('/') { path } else { path.rsplit('/').next().unwrap_or(path) };
    let (pattern, subject): (Vec<char>, Vec<char>) = (pattern.chars().collect(), subject.chars().collect());
    let (mut p, mut s) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(&here) = subject.get(s) {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, s));
                p += 1;
            }
            Some('?') if here != '/' => (p, s) = (p + 1, s + 1),
            Some(c) if c.eq_ignore_ascii_case(&here) => (p, s) = (p + 1, s + 1),
            _ => match star {
                // The star takes one more character, which must not be a slash.
                Some((at, taken)) if subject.get(taken).is_some_and(|c| *c != '/') => {
                    star = Some((at, taken + 1));
                    (p, s) = (at + 1, taken + 1);
                }
                _ => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, path, expected) in [
            ("*.raw", "lane3/scan.RAW", true),
            ("*.raw", "scan.raw.bak", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("img/*.raw", "img/a.raw", true),
            ("img/*.raw", "img/deep/a.raw", false),
            ("*", "anything", true),
            ("", "x", false),
            ("*ä?", "xäö", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
        assert!(!matches(&"*a".repeat(50), &"a".repeat(40)));
    }
}
