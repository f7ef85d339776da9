//! Constants of a site, kept apart from the profiles so that one profile serves every scanner of its kind.

use std::collections::BTreeMap;
use std::path::Path;

use super::LARGEST;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::source::read_text;

/// Reads the constants of a site: a TOML file of `name = "value"` lines.
///
/// # Errors
/// `profile.syntax` when it is not such a file; `io.*`.
pub fn open_site(path: &Path) -> Result<BTreeMap<String, String>> {
    let wrong = |found: String| {
        Error::new(Code::ProfileSyntax, "the constants of the site cannot be read")
            .file(path.display())
            .expected("lines such as lane = \"3\"")
            .found(found)
            .hint("Correct the file; every value is a text in quotes.")
    };
    let text = read_text(path, LARGEST, Code::ProfileSyntax)?;
    toml::from_str(&text).map_err(|e| wrong(e.message().replace('\n', ", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_texts_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("site.toml");
        std::fs::write(&path, "lane = \"3\"\nlocode = \"LTVNO\"\n").unwrap();
        assert_eq!(open_site(&path).unwrap()["locode"], "LTVNO");
        std::fs::write(&path, "lane = 3\n").unwrap();
        assert_eq!(open_site(&path).unwrap_err().code(), Code::ProfileSyntax);
        assert_eq!(open_site(&dir.path().join("no.toml")).unwrap_err().code(), Code::IoNotFound);
    }
}
