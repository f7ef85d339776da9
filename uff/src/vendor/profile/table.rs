//! Sidecars in JSON, CSV and fixed-width text, as trees of named values.

use csv::ReaderBuilder;
use csv::Trim;
use serde_json::Value;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::record::Node;

/// One value of a fixed-width text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedField {
    /// Name of the value.
    pub name: String,
    /// Line, counted from 1; absent: in every line, as `row[n]/NAME`.
    pub line: Option<usize>,
    /// First character, counted from 1.
    pub start: usize,
    /// Number of characters; absent: up to the end of the line.
    pub length: Option<usize>,
}

/// Reads a JSON text (RFC 8259): members of an object are children, items of an array are children of one name, those
/// of the outermost array are called `row`. null is an empty text.
///
/// # Errors
/// `input.value` with line and column; `limit.count`.
pub(super) fn json(text: &str, name: &str, budget: &Budget) -> Result<Node> {
    // serde_json refuses more than 128 levels by itself.
    let value: Value = serde_json::from_str(text).map_err(|e| {
        Error::new(Code::InputValue, "the JSON sidecar is damaged")
            .file(name)
            .at(format!("line {} column {}", e.line(), e.column()))
            .expected("JSON")
            .cause(e)
    })?;
    let mut root = Node::default();
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                add(&mut root, &key, value, budget).map_err(|e| e.file(name))?;
            }
        }
        other => add(&mut root, "row", other, budget).map_err(|e| e.file(name))?,
    }
    Ok(root)
}

fn add(parent: &mut Node, name: &str, value: Value, budget: &Budget) -> Result<()> {
    budget.count(1, "values of a JSON sidecar")?;
    let mut node = Node::new(name);
    match value {
        Value::Array(items) => {
            for item in items {
                // An array in an array keeps its level, so that indices stay those of the text.
                if item.is_array() {
                    let mut inner = Node::new(name);
                    add(&mut inner, "row", item, budget)?;
                    parent.children.push(inner);
                } else {
                    add(parent, name, item, budget)?;
                }
            }
            return Ok(());
        }
        Value::Object(members) => {
            for (key, value) in members {
                add(&mut node, &key, value, budget)?;
            }
        }
        Value::Null => {}
        Value::String(text) => node.text = text,
        Value::Bool(value) => node.text = value.to_string(),
        Value::Number(number) => node.text = number.to_string(),
    }
    parent.children.push(node);
    Ok(())
}

/// Reads CSV (RFC 4180): each record is a child `row`, its fields are children by the names in the first record, or
/// `c1`, `c2`, … where there is no such record.
///
/// # Errors
/// `input.value` with the line when a record has another number of fields than the first; `limit.count`.
pub(super) fn csv(text: &str, delimiter: u8, header: bool, name: &str, budget: &Budget) -> Result<Node> {
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).has_headers(header).trim(Trim::All).from_reader(text.as_bytes());
    let damaged = |e: csv::Error| {
        let line = e.position().map_or(0, csv::Position::line);
        Error::new(Code::InputValue, "the CSV sidecar is damaged")
            .file(name)
            .at(format!("line {line}"))
            .expected("as many fields as in the first record")
            .cause(e)
    };
    let names: Vec<String> = match header {
        true => reader.headers().map_err(damaged)?.iter().map(str::to_owned).collect(),
        false => Vec::new(),
    };
    let mut root = Node::default();
    for record in reader.records() {
        let record = record.map_err(damaged)?;
        let mut row = Node::new("row");
        for (index, text) in record.iter().enumerate() {
            budget.count(1, "fields of a CSV sidecar").map_err(|e| e.file(name))?;
            let field = names.get(index).filter(|n| !n.is_empty()).cloned();
            let field = field.unwrap_or_else(|| format!("c{}", index + 1));
            row.children.push(Node { text: text.to_owned(), ..Node::new(&field) });
        }
        root.children.push(row);
    }
    Ok(root)
}

/// Reads a fixed-width text: values at stated lines and characters; a line that is too short holds an empty value.
///
/// # Errors
/// `limit.count`.
pub(super) fn fixed(text: &str, fields: &[FixedField], name: &str, budget: &Budget) -> Result<Node> {
    let cut = |line: &str, field: &FixedField| {
        let characters = line.chars().skip(field.start.saturating_sub(1));
        let text: String = characters.take(field.length.unwrap_or(usize::MAX)).collect();
        Node { text: text.trim().to_owned(), ..Node::new(&field.name) }
    };
    let mut root = Node::default();
    let repeated: Vec<_> = fields.iter().filter(|f| f.line.is_none()).collect();
    for (index, line) in text.lines().enumerate() {
        budget.count(1, "lines of a text sidecar").map_err(|e| e.file(name))?;
        let here = fields.iter().filter(|f| f.line == Some(index + 1));
        root.children.extend(here.map(|field| cut(line, field)));
        if !repeated.is_empty() && !line.trim().is_empty() {
            let children = repeated.iter().map(|field| cut(line, field)).collect();
            root.children.push(Node { children, ..Node::new("row") });
        }
    }
    Ok(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists paths and texts of the leaves.
    fn leaves(node: &Node, path: &str, found: &mut Vec<(String, String)>) {
        for child in &node.children {
            let path = format!("{path}/{}", child.name);
            if child.children.is_empty() {
                found.push((path.clone(), child.text.clone()));
            }
            leaves(child, &path, found);
        }
    }

    fn shown(node: &Node) -> Vec<String> {
        let mut found = Vec::new();
        leaves(node, "", &mut found);
        found.into_iter().map(|(path, text)| format!("{path}={text}")).collect()
    }

    #[test]
    fn json_members_and_items_have_paths() {
        let text = r#"{"scan": {"id": 7, "plates": [{"n": "A"}, {"n": "B"}], "ok": true, "none": null}, "grid": [[1, 2], [3]]}"#;
        let root = json(text, "a.json", &Budget::default()).unwrap();
        let expected = [
            "/scan/id=7",
            "/scan/plates/n=A",
            "/scan/plates/n=B",
            "/scan/ok=true",
            "/scan/none=",
            "/grid/row=1",
            "/grid/row=2",
            "/grid/row=3",
        ];
        let mut shown = shown(&root);
        shown.sort();
        let mut expected = expected.map(str::to_owned).to_vec();
        expected.sort();
        assert_eq!(shown, expected);
        assert_eq!(root.children_named("grid").count(), 2);
        let e = json("{\"a\":\n1,}", "a.json", &Budget::default()).unwrap_err();
        assert_eq!((e.code(), e.place()), (Code::InputValue, Some("line 2 column 3")));
        assert!(json(&"[".repeat(100_000), "a.json", &Budget::default()).is_err());
    }

    #[test]
    fn csv_fields_are_named_by_the_first_record() {
        let text = "time;plate;note\n03:14;AB 1;\"a;b\"\n03:15;;x\n";
        let root = csv(text, b';', true, "a.csv", &Budget::default()).unwrap();
        let expected =
            ["/row/time=03:14", "/row/plate=AB 1", "/row/note=a;b", "/row/time=03:15", "/row/plate=", "/row/note=x"];
        assert_eq!(shown(&root), expected);
        let bare = csv("1,2\n", b',', false, "a.csv", &Budget::default()).unwrap();
        assert_eq!(shown(&bare), ["/row/c1=1", "/row/c2=2"]);
        let e = csv("a,b\n1\n", b',', true, "a.csv", &Budget::default()).unwrap_err();
        assert_eq!((e.code(), e.place()), (Code::InputValue, Some("line 2")));
    }

    #[test]
    fn fixed_width_values_stand_at_their_characters() {
        let field = |name: &str, line, start, length| FixedField { name: name.to_owned(), line, start, length };
        let text = "UNIT 0042  ÄÖ-7 rest\n12.5 kV\n";
        let fields = [
            field("unit", Some(1), 6, Some(4)),
            field("lane", Some(1), 12, Some(4)),
            field("kv", Some(2), 1, Some(4)),
            field("no", Some(2), 90, None),
        ];
        let root = fixed(text, &fields, "a.txt", &Budget::default()).unwrap();
        assert_eq!(shown(&root), ["/unit=0042", "/lane=ÄÖ-7", "/kv=12.5", "/no="]);
        let root = fixed("a 1\n\nb 2\n", &[field("v", None, 3, None)], "a.txt", &Budget::default()).unwrap();
        assert_eq!(shown(&root), ["/row/v=1", "/row/v=2"]);
    }
}
