//! Expected digests of the arrays of a delivery: a JSON object of names and SHA-256, compared or written.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;

use uff::Code;
use uff::error::Error;
use uff::model::Sha256;
use uff::source::read_document;

use crate::error::Result;
use crate::wire::ArrayVerdict;
use crate::wire::ComparedArray;

/// Largest file of digests that is read, in bytes.
const LARGEST: u64 = 16 << 20;

/// Digest of each array by its name.
pub(super) type Digests = BTreeMap<String, Sha256>;

/// Reads expected digests.
///
/// # Errors
/// `input.value` when it is no such file; `limit.bytes`; `io.*`.
pub(super) fn read(path: &Path) -> Result<Digests> {
    let wrong = |found: String| {
        Error::new(Code::InputValue, "the expected digests cannot be read")
            .file(path.display())
            .expected("a JSON object such as {\"view 0 channel high\": \"<SHA-256 in 64 hexadecimal digits>\"}")
            .found(found)
            .hint("Let --write-expected write one from a delivery that has been inspected.")
    };
    let bytes = read_document(path, LARGEST, Code::LimitBytes)?;
    let texts: BTreeMap<String, String> = serde_json::from_slice(&bytes).map_err(|e| wrong(e.to_string()))?;
    let digest = |(name, text): (String, String)| match text.parse() {
        Ok(digest) => Ok((name, digest)),
        Err(_) => Err(wrong(format!("{text:?} for {name:?}")).into()),
    };
    texts.into_iter().map(digest).collect()
}

/// Writes digests as [`read`] reads them.
pub(super) fn written(found: &Digests) -> Result<String> {
    let texts: BTreeMap<&str, String> =
        found.iter().map(|(name, digest)| (name.as_str(), digest.to_string())).collect();
    let json = serde_json::to_string_pretty(&texts);
    let json = json.map_err(|e| Error::new(Code::Internal, "digests cannot be written as JSON").cause(e))?;
    Ok(json + "\n")
}

/// Compares what was read with what was expected, array by array in the order of their names.
pub(super) fn compare(expected: &Digests, found: &Digests) -> Vec<ComparedArray> {
    let names: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    let one = |name: &String| {
        let (wanted, got) = (expected.get(name), found.get(name));
        let verdict = match (wanted, got) {
            (Some(wanted), Some(got)) if wanted == got => ArrayVerdict::Equal,
            (Some(_), Some(_)) => ArrayVerdict::Different,
            (Some(_), None) => ArrayVerdict::Missing,
            (None, _) => ArrayVerdict::Unexpected,
        };
        let text = |digest: Option<&Sha256>| digest.map(ToString::to_string);
        ComparedArray { array: name.clone(), verdict, expected: text(wanted), found: text(got) }
    };
    names.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_array_gets_its_verdict_and_what_was_written_is_read() {
        let digests = |list: &[(&str, &[u8])]| {
            list.iter().map(|(name, bytes)| ((*name).to_owned(), Sha256::of(bytes))).collect::<Digests>()
        };
        let expected = digests(&[("a", b"1"), ("b", b"2"), ("c", b"3")]);
        let found = digests(&[("a", b"1"), ("b", b"x"), ("d", b"4")]);
        let verdicts: Vec<_> = compare(&expected, &found).into_iter().map(|a| (a.array, a.verdict)).collect();
        let of = |name: &str, verdict| (name.to_owned(), verdict);
        let (equal, different) = (of("a", ArrayVerdict::Equal), of("b", ArrayVerdict::Different));
        let (missing, unexpected) = (of("c", ArrayVerdict::Missing), of("d", ArrayVerdict::Unexpected));
        assert_eq!(verdicts, [equal, different, missing, unexpected]);

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("expected.json");
        std::fs::write(&path, written(&found).unwrap()).unwrap();
        assert_eq!(read(&path).unwrap(), found);
        for wrong in ["[]", "{\"a\": 1}", "{\"a\": \"12\"}", ""] {
            std::fs::write(&path, wrong).unwrap();
            assert!(read(&path).is_err(), "{wrong}");
        }
    }
}
