//! Just enough Rust to read imports: comments, strings and test modules removed, paths resolved.

/// Returns the code without comments, without the contents of strings and characters, and without `#[cfg(test)]`
/// modules; line breaks stay.
pub(crate) fn code(text: &str) -> String {
    without_tests(&without_text(text))
}

fn without_text(text: &str) -> String {
    let b: Vec<char> = text.chars().collect();
    let at = |i: usize| b.get(i).copied().unwrap_or('\0');
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while i < b.len() {
        let start = i;
        match (at(i), at(i + 1)) {
            ('/', '/') => {
                while i < b.len() && at(i) != '\n' {
                    i += 1;
                }
            }
            ('/', '*') => {
                let mut depth = 0;
                loop {
                    match (at(i), at(i + 1)) {
                        ('/', '*') => (depth, i) = (depth + 1, i + 2),
                        ('*', '/') => (depth, i) = (depth - 1, i + 2),
                        _ => i += 1,
                    }
                    if depth == 0 || i >= b.len() {
                        break;
                    }
                }
            }
            ('r', '"' | '#') if !previous_is_word(&b, i) && raw_hashes(&b, i + 1).is_some() => {
                let hashes = raw_hashes(&b, i + 1).unwrap_or(0);
                i += 2 + hashes;
                while i < b.len() && !(at(i) == '"' && (1..=hashes).all(|h| at(i + h) == '#')) {
                    i += 1;
                }
                i += 1 + hashes;
                out.push_str("\"\"");
            }
            ('"', _) => {
                i += 1;
                while i < b.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 };
                }
                i += 1;
                out.push_str("\"\"");
            }
            ('\'', '\\') => {
                i += 3;
                while i < b.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
            }
            ('\'', _) if at(i + 2) == '\'' => i += 3,
            (c, _) => {
                out.push(c);
                i += 1;
                continue;
            }
        }
        out.extend(b[start..i.min(b.len())].iter().filter(|c| **c == '\n'));
    }
    out
}

fn previous_is_word(b: &[char], i: usize) -> bool {
    i > 0 && (b[i - 1].is_alphanumeric() || b[i - 1] == '_')
}

/// Counts the hashes of a raw string that starts after its `r`, nothing if it is none.
fn raw_hashes(b: &[char], from: usize) -> Option<usize> {
    let hashes = b[from..].iter().take_while(|c| **c == '#').count();
    (b.get(from + hashes) == Some(&'"')).then_some(hashes)
}

fn without_tests(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find("#[cfg(test)]") {
        out.push_str(&rest[..start]);
        let after = &rest[start..];
        let body = after.find('{').filter(|open| after.find(';').is_none_or(|semicolon| *open < semicolon));
        let end = match body {
            Some(open) => matching_brace(after, open),
            None => after.find(';').map_or(after.len(), |i| i + 1),
        };
        out.extend(after[..end].chars().filter(|c| *c == '\n'));
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

fn matching_brace(text: &str, open: usize) -> usize {
    let mut depth = 0;
    for (i, c) in text[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return open + i + 1;
        }
    }
    text.len()
}

/// Returns the first segment behind every path that starts at the crate root, with its line; `module` is the place of
/// the file in the crate, such as `["xml", "v2"]`, by which `super` is resolved.
pub(crate) fn root_imports(code: &str, module: &[String]) -> Vec<(usize, String)> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let qualified = i > 0 && tokens[i - 1].1 == "::";
        let mut at = i;
        let climbed = match tokens[i].1.as_str() {
            "crate" if !qualified => Some(module.len()),
            "super" if !qualified => {
                let mut levels = 1;
                while text(&tokens, at + 1) == "::" && text(&tokens, at + 2) == "super" {
                    (levels, at) = (levels + 1, at + 2);
                }
                Some(levels)
            }
            _ => None,
        };
        if climbed.is_some_and(|levels| levels >= module.len()) && text(&tokens, at + 1) == "::" {
            heads(&tokens, at + 2, &mut found);
        }
        i = at + 1;
    }
    found
}

/// Collects the segment at `at`, or those of the group that starts there.
fn heads(tokens: &[(usize, String)], at: usize, found: &mut Vec<(usize, String)>) {
    if text(tokens, at) != "{" {
        found.extend(tokens.get(at).cloned());
        return;
    }
    let (mut depth, mut i) = (0, at);
    while i < tokens.len() {
        match tokens[i].1.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
        if depth == 1 && matches!(tokens[i].1.as_str(), "{" | ",") {
            found.extend(tokens.get(i + 1).filter(|t| t.1 != "}").cloned());
        }
        i += 1;
    }
}

fn text(tokens: &[(usize, String)], i: usize) -> &str {
    tokens.get(i).map_or("", |t| &t.1)
}

fn tokens(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let len = if first.is_alphanumeric() || first == '_' {
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            if !first.is_whitespace() {
                found.push((number + 1, rest[..len].to_owned()));
            }
            rest = &rest[len..];
        }
    }
    found
}

#[test]
fn paths_are_found_and_resolved() {
    let text = "use crate::a::B; // crate::comment\nlet s = \"crate::string\"; let c = '\"'; x(crate::d());\n\
                use super::{e::F, g}; use super::super::h;\nuse crate::{i::{j, k}, l};\nfn f<'a>(x: &'a str) {}\n\
                #[cfg(test)]\nmod tests { use crate::test_only; }\nlet r = r#\"crate::raw \"# ; $crate::m::n;\n";
    let heads = |module: &[&str]| -> Vec<String> {
        let module: Vec<String> = module.iter().map(|s| s.to_string()).collect();
        root_imports(&code(text), &module).into_iter().map(|(_, head)| head).collect()
    };
    assert_eq!(heads(&["x"]), ["a", "d", "e", "g", "h", "i", "l", "m"]);
    assert_eq!(heads(&["x", "y"]), ["a", "d", "h", "i", "l", "m"]);
}
