//! The page of all finding codes, generated from the table.

use super::{FindingCode, Topic};

/// Writes `schemas/findings.md`: every code with severity, clause, explanation and hint, by topic.
pub fn handbook() -> String {
    let mut page = String::from(
        "# Findings of `uff validate`\n\n\
         Generated from the table in `uff/src/validate/codes.rs`; a test keeps the two alike. A code never changes its\n\
         meaning. Clauses L-… stand in [layout.md](layout.md), clauses M-… in [metadata.md](metadata.md).\n\n\
         A **failure** breaks a rule of the format: the file must not be relied on before someone has looked at it. A\n\
         **warning** is probably wrong, but the file can be used as it is. A **note** is worth knowing. A severity profile\n\
         may replace the severities given here; a check that finds nothing is recorded as a pass.\n",
    );
    for topic in Topic::ALL {
        page.push_str(&format!("\n## {}\n\n", topic.title()));
        page.push_str("| code | severity | clause | what it means | what to do |\n| --- | --- | --- | --- | --- |\n");
        for code in FindingCode::ALL.iter().filter(|c| c.topic() == *topic) {
            page.push_str(&format!(
                "| `{code}` | {} | {} | {} | {} |\n",
                code.severity(),
                code.clause(),
                code.explanation(),
                code.hint()
            ));
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `UPDATE=1` writes the page anew.
    #[test]
    fn the_page_of_codes_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/findings.md");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, handbook()).unwrap();
        }
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert!(page == handbook(), "schemas/findings.md is out of date: run this test with UPDATE=1");
    }

    #[test]
    fn every_clause_stands_in_its_document() {
        let document = |name: &str| {
            std::fs::read_to_string(format!("{}/../schemas/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap_or_default()
        };
        let (layout, metadata) = (document("layout.md"), document("metadata.md"));
        for code in FindingCode::ALL {
            let page = if code.clause().starts_with("L-") { &layout } else { &metadata };
            let clause = code.clause();
            let stands = page.contains(&format!("**{clause}**")) || page.contains(&format!("| {clause} |"));
            assert!(stands, "{code}: clause {clause}");
        }
    }
}
