//! Paths to values of a sidecar, such as `info:Scan/Plate[*]/@country`, or of an HDF5 file, such as
//! `scan:/instrument@energies[1]`.

/// Path to values of a sidecar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ElementPath {
    /// Index of the file in the profile.
    pub(super) file: usize,
    /// Elements from the root, or section and key of an INI file; an attribute of an HDF5 file is the last of them.
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
    pub(super) fn parse(text: &str, files: &[String], is_hdf5: impl Fn(usize) -> bool) -> Option<Result<Self, String>> {
        let (id, path) = text.split_once(':')?;
        let Some(file) = files.iter().position(|f| f == id) else {
            return Some(Err(format!("the id of a sidecar before the colon, not {id:?}")));
        };
        if is_hdf5(file) {
            return Some(Self::hdf5_steps(path).map(|steps| Self { file, steps, attribute: None }));
        }
        Some(Self::steps(path).map(|(steps, attribute)| Self { file, steps, attribute }))
    }

    /// Returns whether the path leaves an index open.
    pub(super) fn is_repeated(&self) -> bool {
        self.steps.iter().any(|s| s.index == Index::Each)
    }

    fn hdf5_steps(path: &str) -> Result<Vec<Step>, String> {
        let (object, attribute) = match path.split_once('@') {
            Some((_, "")) => return Err("the name of an attribute behind @".to_owned()),
            Some((object, attribute)) => (object, Some(attribute)),
            None => (path, None),
        };
        let object = object.strip_prefix('/').unwrap_or(object);
        let object = if attribute.is_some() { object.strip_suffix('/').unwrap_or(object) } else { object };
        let mut steps = match object {
            "" if attribute.is_some() => Vec::new(),
            object => object.split('/').map(step).collect::<Result<Vec<_>, _>>()?,
        };
        if let Some(name) = attribute {
            steps.push(step(&format!("@{name}"))?);
        }
        match steps.iter().filter(|s| s.index == Index::Each).count() {
            0 | 1 => Ok(steps),
            _ => Err("at most one [*]".to_owned()),
        }
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
        let parse = |text| ElementPath::parse(text, &files, |_| false);
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

    #[test]
    fn paths_into_hdf5_files_may_start_with_a_slash_and_end_at_an_attribute() {
        let files = ["scan".to_owned()];
        let parse = |text| ElementPath::parse(text, &files, |_| true).unwrap();
        let shown = |text| {
            let path = parse(text).unwrap();
            let steps: Vec<_> = path.steps.into_iter().map(|s| (s.name, s.index)).collect();
            steps.iter().map(|(name, index)| format!("{name} {index:?}")).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(shown("scan:/entry/energies[1]"), "entry At(0), energies At(1)");
        assert_eq!(shown("scan:entry@kV[*]"), "entry At(0), @kV Each");
        assert_eq!(shown("scan:/entry/@kV"), shown("scan:/entry@kV"));
        assert_eq!(shown("scan:/@model"), "@model At(0)");
        assert_eq!(shown("scan:plates[*]/number"), "plates Each, number At(0)");
        for wrong in ["scan:", "scan:/", "scan:/a//b", "scan:/a@", "scan:/a[x]", "scan:/a[*]@b[*]"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
