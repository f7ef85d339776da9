//! Proofs that stand alone (C2SP tlog-proof): an entry, its path to the root, and the checkpoint that signs it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::checkpoint::Checkpoint;
use super::note::{MAX_NOTE, Note, VerifierKey};
use super::tiles::MAX_ENTRY;
use super::tree::{Hash, includes};
use crate::error::{Code, Error, Result};

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// Longest path: that of a tree of 2^64 entries.
const MAX_PATH: usize = 64;
/// Longest proof that is read.
pub const MAX_PROOF: usize = MAX_NOTE + 2 * MAX_ENTRY + 64 * MAX_PATH;

/// Proof that an entry is in a log. The entry itself is in the extra data, so that nothing else is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The entry.
    pub entry: Bytes,
    /// How many entries precede it.
    pub index: u64,
    /// Hashes from its sibling up to the children of the root.
    pub path: Vec<Hash>,
    /// The checkpoint.
    pub note: Note,
}

impl Proof {
    /// Reads a proof. It proves nothing before [`Proof::verify`].
    ///
    /// # Errors
    /// `archive.proof` when it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let wrong = |message: &str| Error::new(Code::Proof, message).expected(HEADER);
        if bytes.len() > MAX_PROOF {
            return Err(wrong("a proof is too long").found(format!("{} bytes", bytes.len())));
        }
        let text = std::str::from_utf8(bytes).map_err(|e| wrong("a proof is not UTF-8").cause(e))?;
        let (head, note) = text.split_once("\n\n").ok_or_else(|| wrong("not a proof"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(wrong("not a proof"));
        }
        let entry = lines.next().and_then(|line| STANDARD.decode(line.strip_prefix("extra ")?).ok());
        let entry = entry.ok_or_else(|| wrong("the proof does not hold its entry"))?;
        let index = lines.next().and_then(|line| line.strip_prefix("index ")?.parse().ok());
        let index = index.ok_or_else(|| wrong("the proof has no index"))?;
        let path: Option<Vec<Hash>> =
            lines.map(|line| Some(Hash(STANDARD.decode(line).ok()?.try_into().ok()?))).collect();
        let path = path.filter(|path| path.len() <= MAX_PATH).ok_or_else(|| wrong("a hash of the proof is not one"))?;
        Ok(Self { entry: entry.into(), index, path, note: Note::parse(note.as_bytes())? })
    }

    /// Checks that the log of that key holds the entry; gives the checkpoint that says so.
    ///
    /// # Errors
    /// `archive.proof` when it does not follow.
    pub fn verify(&self, key: &VerifierKey) -> Result<Checkpoint> {
        let (checkpoint, _) = Checkpoint::open(self.note.to_string().as_bytes(), key)?;
        let leaf = Hash::of_leaf(&self.entry);
        match includes(&leaf, self.index, checkpoint.size, &self.path, &checkpoint.root) {
            true => Ok(checkpoint),
            false => Err(Error::new(Code::Proof, "the proof does not lead from the entry to the root of the log")
                .expected(format!("entry {} of {}", self.index, checkpoint.size))),
        }
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\nextra {}\nindex {}", STANDARD.encode(&self.entry), self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{}", STANDARD.encode(hash.0)))?;
        write!(f, "\n{}", self.note)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::log::note::{Role, SignerKey};

    #[test]
    fn proof_stands_alone_and_a_changed_one_falls() {
        let key = SignerKey::from_seed("log.example", Role::Log, &[7; 32]).expect("named");
        let entries = [&b"first"[..], b"second", b"third"];
        let leaves = entries.map(Hash::of_leaf);
        let left = Hash::of_node(&leaves[0], &leaves[1]);
        let root = Hash::of_node(&left, &leaves[2]);
        let mut note = Note::new(Checkpoint { origin: "log.example".into(), size: 3, root }.to_string());
        note.sign(&key, Timestamp::UNIX_EPOCH);
        let proof = Proof { entry: Bytes::from_static(b"second"), index: 1, path: vec![leaves[0], leaves[2]], note };
        let text = proof.to_string();
        let again = Proof::parse(text.as_bytes()).expect("a proof");
        assert_eq!(again, proof);
        assert_eq!(again.verify(key.public()).expect("holds").size, 3);
        let other = SignerKey::from_seed("log.example", Role::Log, &[8; 32]).expect("named");
        for changed in [
            Proof { entry: Bytes::from_static(b"third"), ..proof.clone() },
            Proof { index: 0, ..proof.clone() },
            Proof { path: vec![leaves[2], leaves[0]], ..proof.clone() },
            Proof { path: vec![leaves[0]], ..proof.clone() },
        ] {
            assert_eq!(changed.verify(key.public()).expect_err("changed").code(), "archive.proof");
        }
        assert!(proof.verify(other.public()).is_err());
        for cut in 0..text.len() {
            let Some(cut) = text.get(..cut) else { continue };
            assert!(Proof::parse(cut.as_bytes()).map_or(true, |p| p.verify(key.public()).is_err()), "{cut}");
        }
    }
}
