//! The machine-readable forms keep to their schemas.

use serde_json::Value;

use crate::validate::fixtures::{report, sound, table};
use crate::validate::{FindingCode, Report, Severity};

/// Reports of the sound file and of every fixture.
fn reports() -> Vec<Report> {
    [report(sound())].into_iter().chain(table().iter().map(|(_, fixture)| fixture.report())).collect()
}

fn text(write: impl Fn(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    write(&mut out);
    String::from_utf8(out).unwrap()
}

/// Returns the specification of the properties of an object of the schema.
fn definition<'a>(schema: &'a Value, name: &str) -> &'a Value {
    let found = &schema["$defs"][name];
    assert!(found.is_object(), "the schema does not define {name}");
    found
}

/// Checks an object against required, known and listed properties.
fn check(schema: &Value, spec: &Value, base: &Value, object: &Value) {
    for required in spec["required"].as_array().into_iter().flatten() {
        assert!(object.get(required.as_str().unwrap()).is_some(), "{object} lacks {required}");
    }
    for (name, value) in object.as_object().unwrap() {
        let property = spec["properties"].get(name).or_else(|| base["properties"].get(name));
        let property = property.unwrap_or_else(|| panic!("the schema does not know {name} of {object}"));
        let property = match property["$ref"].as_str() {
            Some(reference) => definition(schema, reference.rsplit('/').next().unwrap()),
            None => property,
        };
        if let Some(listed) = property["enum"].as_array() {
            assert!(listed.contains(value), "{name} of {object}");
        }
        if let Some(only) = property.get("const") {
            assert_eq!(value, only, "{name} of {object}");
        }
        match property["type"].as_str() {
            Some("string") => assert!(value.is_string(), "{name} of {object}"),
            Some("integer") => assert!(value.is_u64(), "{name} of {object}"),
            Some("boolean") => assert!(value.is_boolean(), "{name} of {object}"),
            Some("object") => check(schema, property, &Value::Null, value),
            _ => {}
        }
    }
}

#[test]
fn json_lines_keep_to_their_schema() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/validation-report.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut seen = std::collections::BTreeMap::new();
    for report in reports() {
        for line in text(|out| report.render_jsonl(out).unwrap()).lines() {
            let object: Value = serde_json::from_str(line).unwrap();
            let kind = object["type"].as_str().unwrap().to_owned();
            check(&schema, definition(&schema, &kind), &schema, &object);
            *seen.entry(kind).or_insert(0) += 1;
        }
    }
    assert_eq!(seen["start"], seen["summary"]);
    assert!(seen["finding"] >= FindingCode::ALL.len() && seen["pass"] > 1000 && seen["skip"] > 100, "{seen:?}");
}

#[test]
fn sarif_names_each_rule_once_and_points_to_it() {
    let all = reports();
    let log: Value = serde_json::from_str(&text(|out| crate::validate::render_sarif(&all, out).unwrap())).unwrap();
    assert_eq!((&log["version"], log["runs"].as_array().map(Vec::len)), (&Value::from("2.1.0"), Some(1)));
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), FindingCode::ALL.len());
    let mut levels = std::collections::BTreeSet::new();
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        // SARIF 2.1.0, §3.27.10: a result that is no failure has the level "none".
        assert_eq!(result["kind"] == "fail", result["level"] != "none", "{result}");
        assert!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].is_string(), "{result}");
        levels.insert(result["level"].as_str().unwrap().to_owned());
    }
    assert_eq!(levels.into_iter().collect::<Vec<_>>(), ["error", "none", "note", "warning"]);
}

#[test]
fn text_says_what_where_and_what_to_do() {
    let (_, fixture) = table().into_iter().find(|(c, _)| *c == FindingCode::IdentifierContainerCheckDigit).unwrap();
    let report = fixture.report();
    assert_eq!(report.count(Severity::Warning), 1);
    let text = text(|out| report.render_text(out, false).unwrap());
    for part in [
        "WARNING · Identifiers",
        "scan.uff: metadata scan/object/containerNumber[1]",
        "[identifier.container_check_digit]",
        "CSQU3054383 was meant",
        "clause:   M-InspectedObject.containerNumber",
        "scan.uff: WARN: 0 failures, 1 warning, 0 notes;",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

#[test]
fn the_same_file_gives_the_same_report() {
    let once = || text(|out| crate::validate::render_sarif(&[report(sound())], out).unwrap());
    assert_eq!(once(), once());
}
