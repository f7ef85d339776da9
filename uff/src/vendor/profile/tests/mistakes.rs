use super::*;
use crate::error::Code;

/// Replaces a text of the sound profile and returns code, line and message.
fn wrong(from: &str, to: &str) -> (Code, String, String) {
    assert!(PROFILE.contains(from), "{from}");
    let text = PROFILE.replacen(from, to, 1);
    let e = Profile::parse(&text, "p.toml").err().unwrap_or_else(|| panic!("{to} was accepted"));
    (e.code(), e.place().unwrap_or_default().to_owned(), e.to_string())
}

fn line_of(text: &str) -> String {
    let at = PROFILE.find(text).unwrap();
    format!("line {}", 1 + PROFILE[..at].matches('\n').count())
}

#[test]
fn mistakes_point_at_their_line_and_say_what_was_expected() {
    let cases = [
        ("name = \"test-gantry\"", "name = \"Test Gantry\"", "lower-case letters"),
        ("value = \"pulses // 2 - 4\"", "value = \"pulse // 2\"", "defined before this line, not \"pulse\""),
        ("rows = \"elements\"", "rows = \"elements +\"", "a number, a field"),
        ("file = \"image\"\nchannels", "file = \"imag\"\nchannels", "image, info"),
        ("file = \"image\"\nchannels", "file = \"info\"\nchannels", "format raw"),
        ("channels = [\"high\", \"low\"]", "channels = [\"high\", \"lo\"]", "high, low, skip"),
        ("kind = \"side\"", "kind = \"sideways\"", "one of side, top"),
        ("role = \"high\"", "role = \"hi\"", "one of high, low, mono"),
        ("to = \"identity/start\"", "to = \"identity/begin\"", "a field of Identity"),
        ("to = \"system/manufacturer\"", "to = \"provenance/reader\"", "filled by the reader"),
        ("zone = \"Europe/Warsaw\"", "zone = \"Europe/Warschau\"", "IANA time zone"),
        (
            "to = \"object/kind\"\nfrom = \"info:Scan/Type\"\ncodes = { T = \"truck\"",
            "to = \"object/kind\"\nfrom = \"info:Scan/Type\"\ncodes = { T = \"lorry\"",
            "container, truck",
        ),
        ("from = \"info:Scan/Type\"", "from = \"inf:Scan/Type\"", "id of a sidecar"),
        ("from = \"info:Scan/Type\"", "from = \"speed\"", "or a field (header, elements"),
        ("to = \"object/plate[*]/number\"", "to = \"object/plate[0]/number\"", "repeats alike|[*]"),
    ];
    for (from, to, part) in cases {
        let (code, place, message) = wrong(from, to);
        assert_eq!(code, Code::ProfileValue, "{message}");
        assert!(part.split('|').any(|p| message.contains(p)), "{to}: {message}");
        assert!(place == line_of(from) || place == line_of(&from.replace("file", "channels")), "{to}: {place}");
    }
}

#[test]
fn broken_toml_and_unknown_keys_are_syntax() {
    for (from, to, part) in [
        ("[recognize]", "[recognise]", "unknown field"),
        ("offset = 4", "offset = ", ""),
        ("type = \"u16\"", "type = \"u17\"", "u16"),
        ("order = \"columns\"", "order = \"diagonal\"", "rows"),
        ("title = \"Gantry of the tests\"", "titel = \"x\"", "titel"),
    ] {
        let (code, place, message) = wrong(from, to);
        assert_eq!((code, place), (Code::ProfileSyntax, line_of(from)), "{message}");
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn contradictions_are_refused() {
    for (from, to, part) in [
        ("magic = [{ file = \"image\", text = \"GANT\" }]", "", "a pattern, or a condition"),
        ("text = \"GANT\"", "hex = \"4\"", "pairs of hexadecimal"),
        ("text = \"GANT\"", "text = \"\"", "either text or hex"),
        ("root = \"Scan\", namespace = \"urn:gantry\"", "section = \"Scan\"", "root (and namespace)"),
        (
            "value = \"pulses // 2 - 4\"",
            "value = 1\nfrom = \"info:Scan/Type\"",
            "file, offset and type; or file, dataset and axis; or from; or value",
        ),
        ("length = 8", "", "a length for text"),
        ("zone = \"Europe/Warsaw\"", "", "zone, or %z"),
        ("scale = 10", "scale = 10\ncodes = { a = \"b\" }", "one of: scale"),
        ("value = \"Gantry Works\"", "", "either from or value"),
        ("{ part = \"air\", count = 2 }", "{ part = \"dark\", count = 2 }", "at most once"),
        ("channels = [\"high\", \"low\"]", "channels = [\"high\", \"skip\"]", "0 for low"),
        (
            "to = \"system/manufacturer\"\nvalue = \"Gantry Works\"",
            "to = \"object/kind\"\nvalue = \"lorry\"",
            "container, truck",
        ),
    ] {
        let (code, _, message) = wrong(from, to);
        assert_eq!(code, Code::ProfileValue, "{message}");
        assert!(message.contains(part), "{to}: {message}");
    }
}
