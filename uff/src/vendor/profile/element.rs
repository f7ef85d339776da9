//! Paths to values of a sidecar, such as `info:Scan/Plate[*]/@country`.

/// Path to values of a sidecar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ElementPath {
    /// Index of the file in the profile.
    pub(super) file: usize,
    /// Elements from the root, or section and key of an INI file.
    pub(super) steps: Vec<Step>,
    /// Attribute of the last element.
    pub(super) attribute: Option<String>,
}

/// One element of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) index: Index,
}

/// Which of the elements of one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Index {
    /// The n-th, counted from 0; written `[n]`, nothing means the first.
    At(usize),
    /// All of them, in turn; written `[*]`.
    Each,
}

impl ElementPath {
    /// Parses a path whose file id stands before a colon; nothing when there is no colon.
    ///
    /// The error says what was expected.
    pub(super) fn parse(text: &str, files: &[String]) -> Option<Result<Self, String>> {
        let (id, path) = text.split_once(':')?;
        let Some(file) = files.iter().position(|f| f == id) else {
            return Some(Err(format!("the id of a sidecar before the colon, not {id:?}")));
        };
        Some(Self::steps(path).map(|(steps, attribute)| Self { file, steps, attribute }))
    }

    /// Returns whether the path leaves an index open.
    pub(super) fn is_repeated(&self) -> bool {
        self.steps.iter().any(|s| s.index == Index::Each)
    }

    fn steps(path: &str) -> Result<(Vec<Step>, Option<String>), String> {
        let mut steps = Vec::new();
        let mut attribute = None;
        for part in path.split('/') {
            if attribute.is_some() {
                return Err("nothing behind an attribute".to_owned());
            }
            match part.strip_prefix('@') {
                Some("") => return Err("the name of an attribute behind @".to_owned()),
                Some(name) => attribute = Some(name.to_owned()),
                None => steps.push(step(part)?),
            }
        }
        match steps.iter().filter(|s| s.index == Index::Each).count() {
            0 | 1 if !steps.is_empty() => Ok((steps, attribute)),
            0 | 1 => Err("an element before the attribute".to_owned()),
            _ => Err("at most one [*]".to_owned()),
        }
    }
}

/// Parses `name`, `name[2]` or `name[*]`.
pub(super) fn step(text: &str) -> Result<Step, String> {
    let (name, index) = match text.strip_suffix(']').and_then(|t| t.rsplit_once('[')) {
        Some((name, "*")) => (name, Index::Each),
        Some((name, number)) => match number.parse() {
            Ok(index) => (name, Index::At(index)),
            Err(_) => return Err(format!("a whole number or * in brackets, not {number:?}")),
        },
        None => (text, Index::At(0)),
    };
    match name.trim() {
        "" => Err("names between slashes".to_owned()),
        name => Ok(Step { name: name.to_owned(), index }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_and_mistakes_named() {
        let files = ["image".to_owned(), "info".to_owned()];
        let parse = |text| ElementPath::parse(text, &files);
        let path = parse("info:Scan/Plate[*]/@country").unwrap().unwrap();
        assert_eq!((path.file, path.steps[1].index, path.attribute.as_deref()), (1, Index::Each, Some("country")));
        assert_eq!(parse("info:Scan/Plate[2]").unwrap().unwrap().steps[1].index, Index::At(2));
        assert_eq!(parse("rows"), None);
        for wrong in
            ["inf:Scan", "info:", "info:a//b", "info:@x", "info:a/@", "info:a/@b/c", "info:a[x]", "info:a[*]/b[*]"]
        {
            assert!(parse(wrong).unwrap().is_err(), "{wrong}");
        }
    }
}
