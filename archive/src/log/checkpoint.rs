//! Checkpoints (C2SP tlog-checkpoint): how large a log was and what its root was, signed.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::note::{Note, VerifierKey};
use super::tree::Hash;
use crate::error::{Code, Error, Result};

/// State of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

impl Checkpoint {
    /// Reads the text of a checkpoint.
    ///
    /// # Errors
    /// `archive.proof` when it is none.
    pub fn parse(text: &str) -> Result<Self> {
        let mut lines = text.split('\n');
        let origin = lines.next().filter(|origin| !origin.is_empty());
        let size = lines.next().filter(|size| *size == "0" || !size.starts_with(['0', '+']));
        let root = lines.next().and_then(|root| STANDARD.decode(root).ok()?.try_into().ok());
        let parsed = (|| Some(Self { origin: origin?.to_owned(), size: size?.parse().ok()?, root: Hash(root?) }))();
        parsed.ok_or_else(|| {
            Error::new(Code::Proof, "the signed note is not a checkpoint").expected("origin, size, root")
        })
    }

    /// Reads a signed checkpoint and checks that a log of that key signed it.
    ///
    /// # Errors
    /// `archive.proof` when it is none, is not signed by the key, or is of another log.
    pub fn open(bytes: &[u8], key: &VerifierKey) -> Result<(Self, Note)> {
        let note = Note::parse(bytes)?;
        note.verify(key)?;
        let checkpoint = Self::parse(note.text())?;
        match checkpoint.origin == key.name() {
            true => Ok((checkpoint, note)),
            false => Err(Error::new(Code::Proof, "the checkpoint is of another log")
                .expected(key.name())
                .found(checkpoint.origin)),
        }
    }
}

/// Text that is signed.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, STANDARD.encode(self.root.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn checkpoint_of_the_specification_is_read_and_written_again() {
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let checkpoint = Checkpoint::parse(text).expect("a checkpoint");
        assert_eq!((checkpoint.origin.as_str(), checkpoint.size), ("example.com/behind-the-sofa", 20_852_163));
        assert_eq!(checkpoint.to_string(), text);
        for wrong in ["", "a\n1\n", "a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "a\n1\nAA==\n", "\n1\nx\n"]
        {
            assert_eq!(Checkpoint::parse(wrong).expect_err(wrong).code(), "archive.proof");
        }
    }
}
