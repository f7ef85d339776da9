//! JSON schema and reference page of profiles.

/// JSON schema (draft 2020-12) of a profile.
pub const SCHEMA: &str = include_str!("../../../../schemas/profile.schema.json");

/// Reference page of profiles, in Markdown.
pub const REFERENCE: &str = include_str!("../../../../schemas/profile.md");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::Profile;
    use super::*;
    use serde_json::Value;

    /// Returns the keys that the parser names when it meets one it does not know.
    fn keys(table: &str) -> BTreeSet<String> {
        let text = format!("{table}\nno_such_key = 1\n");
        let e = Profile::parse(&text, "p").err().map(|e| e.to_string()).unwrap();
        let list = e.split("expected ").nth(1).unwrap_or_else(|| panic!("{e}"));
        list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    fn properties(pointer: &str) -> BTreeSet<String> {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let found = schema.pointer(pointer).unwrap_or_else(|| panic!("{pointer}"));
        found.as_object().unwrap().keys().cloned().collect()
    }

    #[test]
    fn schema_and_parser_know_the_same_keys() {
        for (table, pointer) in [
            ("", "/properties"),
            ("[profile]", "/properties/profile/properties"),
            ("[recognize]", "/properties/recognize/properties"),
            ("[[recognize.magic]]", "/properties/recognize/properties/magic/items/properties"),
            ("[[recognize.sidecar]]", "/properties/recognize/properties/sidecar/items/properties"),
            ("[[recognize.name]]", "/properties/recognize/properties/name/items/properties"),
            ("[[file]]", "/properties/file/items/properties"),
            ("[[file]]\n[[file.columns]]", "/properties/file/items/properties/columns/items/properties"),
            ("[[payload]]", "/properties/payload/items/properties"),
            ("[[field]]", "/properties/field/items/properties"),
            ("[[view]]", "/properties/view/items/properties"),
            ("[[view]]\n[[view.channel]]", "/properties/view/items/properties/channel/items/properties"),
            ("[[pixels]]", "/properties/pixels/items/properties"),
            ("[[pixels]]\n[[pixels.lines]]", "/properties/pixels/items/properties/lines/items/properties"),
            ("[[pixels]]\n[pixels.tile]", "/properties/pixels/items/properties/tile/properties"),
            ("[[media]]", "/properties/media/items/properties"),
            ("[[map]]", "/properties/map/items/properties"),
        ] {
            assert_eq!(keys(table), properties(pointer), "{table}");
        }
    }

    #[test]
    fn the_example_of_the_reference_is_a_profile_and_every_key_is_explained() {
        let example = REFERENCE.rsplit("```toml\n").next().and_then(|e| e.split("```").next()).unwrap();
        assert_eq!(Profile::parse(example, "profile.md").unwrap().name(), "example-gantry");
        for pointer in [
            "file/items",
            "payload/items",
            "media/items",
            "field/items",
            "view/items",
            "pixels/items",
            "map/items",
            "profile",
        ] {
            for key in properties(&format!("/properties/{pointer}/properties")) {
                assert!(
                    REFERENCE.contains(&format!("`{key}")) || REFERENCE.contains(&format!("[[view.{key}")),
                    "{pointer} {key}"
                );
            }
        }
    }
}
