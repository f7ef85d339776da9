//! Every schema that the command prints is the one in the folder `schemas`.

use std::collections::BTreeSet;

use crate::driver::{folder, names, root, uff_in};

#[test]
fn printed_schemas_are_those_of_the_folder() {
    let here = folder();
    let list = uff_in(here.path(), &["schema", "--json"]).exits(0).json();
    assert!(list.len() > 5, "{list:?}");
    let mut wrong = Vec::new();
    let mut listed = BTreeSet::new();
    for entry in &list {
        let file = entry["file"].as_str().unwrap();
        listed.insert(file.to_owned());
        let printed = uff_in(here.path(), &["schema", file]).exits(0).stdout;
        let path = root().join("schemas").join(file);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &printed).unwrap();
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != printed {
            wrong.push(format!("schemas/{file} differs from `uff schema {file}`; UPDATE=1 writes it anew"));
        }
    }
    let kept = names(&root().join("schemas")).into_iter();
    wrong.extend(kept.filter(|n| !listed.contains(n)).map(|n| format!("schemas/{n} is not listed by `uff schema`")));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_schema_that_does_not_exist_is_a_wrong_request() {
    let here = folder();
    uff_in(here.path(), &["schema", "nonsense"]).fails_with(2, "usage");
    // Short names that hints of other commands give.
    for (name, word) in [("metadata", "urn:uff-open:metadata:3"), ("findings", "# Findings"), ("profile", "$schema")] {
        assert!(uff_in(here.path(), &["schema", name]).exits(0).stdout.contains(word), "{name}");
    }
}
