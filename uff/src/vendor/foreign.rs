//! Formats that share a name or a container with this one and are refused by name.

use super::Delivery;
use crate::error::{Code, Error, Result};

/// Bytes looked at in each file.
const HEAD: usize = 8192;

/// Refuses a delivery that holds a file of another format called UFF.
///
/// # Errors
/// `input.foreign`; `io.*` when a file cannot be read.
pub(super) fn refuse(delivery: &Delivery) -> Result<()> {
    for file in delivery.files() {
        let head = file.head(HEAD)?;
        if let Some(what) = name(&head) {
            return Err(Error::new(Code::InputForeign, "the file is not an X-ray scan")
                .file(file.name())
                .expected("a customs X-ray scan")
                .found(what));
        }
    }
    Ok(())
}

fn name(head: &[u8]) -> Option<&'static str> {
    if universal_file(head) {
        return Some("a Universal File Format data set of modal analysis (I-DEAS .uff/.unv)");
    }
    let hdf5 = head.starts_with(b"\x89HDF\r\n\x1a\n");
    let holds = |word: &[u8]| head.windows(word.len()).any(|w| w == word);
    if hdf5 && ["channel_data", "beamformed_data", "uff.", "ultrasound"].iter().any(|w| holds(w.as_bytes())) {
        return Some("an Ultrasound File Format (UFF) file in HDF5");
    }
    None
}

/// A universal file is text; each data set starts with a line of `    -1` followed by the number of its type.
fn universal_file(head: &[u8]) -> bool {
    let mut lines = head.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).skip_while(|line| line.is_empty());
    let kind = |line: &[u8]| {
        let word = std::str::from_utf8(line).ok()?.split(' ').next()?;
        word.trim_end_matches(['b', 'B']).parse().ok()
    };
    lines.next() == Some(b"-1") && lines.next().and_then(kind).is_some_and(|kind: u32| (1..=10_000).contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_other_formats_called_uff_are_named() {
        let modal = b"    -1\n   151\nmodel\n";
        let binary = b"    -1\r\n    58b     1     1\r\n";
        assert!(name(modal).is_some_and(|n| n.contains("modal")));
        assert!(name(binary).is_some_and(|n| n.contains("modal")));
        let mut ultrasound = b"\x89HDF\r\n\x1a\n".to_vec();
        ultrasound.extend([0; 100]);
        assert_eq!(name(&ultrasound), None);
        ultrasound.extend(b"channel_data\0class\0uff.channel_data");
        assert!(name(&ultrasound).is_some_and(|n| n.contains("Ultrasound")));
        for other in [&b"-1, 151\n"[..], b"-1\nabc\n", b"", b"-1"] {
            assert_eq!(name(other), None);
        }
    }
}
