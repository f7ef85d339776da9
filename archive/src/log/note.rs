//! Signed notes (C2SP signed-note) and the keys that sign and check them: Ed25519 signatures of a log (type 1) and
//! time-stamped cosignatures of a witness (C2SP tlog-cosignature, type 4).

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature as Ed25519, Signer};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::error::{Code, Error, Result};

/// Longest note that is read: enough for a checkpoint with the signatures of many witnesses.
pub(crate) const MAX_NOTE: usize = 64 << 10;
/// First word of a key that signs, as `golang.org/x/mod/sumdb/note` writes it.
const PRIVATE: &str = "PRIVATE+KEY";

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The checkpoints of its log.
    Log,
    /// Checkpoints of others, with the time at which it saw them.
    Witness,
}

impl Role {
    fn byte(self) -> u8 {
        match self {
            Self::Log => 1,
            Self::Witness => 4,
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        [Self::Log, Self::Witness].into_iter().find(|role| role.byte() == byte)
    }
}

/// Text form of a key, apart: `name+id+base64`, where the bytes are one for the role and 32 of the key.
struct KeyText<'a> {
    name: &'a str,
    id: [u8; 4],
    role: Role,
    key: [u8; 32],
}

impl<'a> KeyText<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '+');
        let name = parts.next().filter(|name| is_name(name))?;
        let id = parts.next().filter(|id| id.len() == 8 && !id.starts_with('+'))?;
        let bytes = STANDARD.decode(parts.next()?).ok()?;
        let (role, key) = bytes.split_first()?;
        let id = u32::from_str_radix(id, 16).ok()?.to_be_bytes();
        Some(Self { name, id, role: Role::from_byte(*role)?, key: key.try_into().ok()? })
    }
}

/// Public key with its name; its text form is `name+id+base64`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    role: Role,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifierKey {
    /// Returns the name: the origin of a log, or what a witness calls itself.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns what it signs.
    pub fn role(&self) -> Role {
        self.role
    }

    fn id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', self.role.byte()])
            .chain_update(self.key.as_bytes())
            .finalize();
        std::array::from_fn(|i| hash[i])
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.role.byte()], &self.key.as_bytes()[..]].concat();
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id()), STANDARD.encode(key))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for VerifierKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        // The text is not repeated: by mistake it may be the secret key.
        let wrong = || {
            let e = Error::new(Code::LogKey, "not a key that checks signatures");
            match text.trim_start().starts_with(PRIVATE) {
                true => e
                    .found("a secret key")
                    .hint("Give the key that `uff audit key` prints; the secret one stays at home."),
                false => e.expected("name+id+base64, as `uff audit key` prints it"),
            }
        };
        let parts = KeyText::parse(text).ok_or_else(wrong)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&parts.key).map_err(|_| wrong())?;
        let found = Self { name: parts.name.to_owned(), role: parts.role, key };
        match found.id() == parts.id {
            true => Ok(found),
            false => Err(wrong()),
        }
    }
}

/// Key that signs. Its bytes are in no debug output and are wiped from memory when it is dropped.
#[derive(Clone)]
pub struct SignerKey {
    public: VerifierKey,
    secret: ed25519_dalek::SigningKey,
}

impl SignerKey {
    /// Makes a key out of 32 random bytes.
    ///
    /// # Errors
    /// `archive.log_key` when the name is none: empty, or with spaces or a plus sign in it.
    pub fn from_seed(name: &str, role: Role, seed: &[u8; 32]) -> Result<Self> {
        if !is_name(name) {
            let e = Error::new(Code::LogKey, "not a name of a key").expected("no spaces and no plus sign");
            return Err(e.found(format!("{name:?}")));
        }
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = VerifierKey { name: name.to_owned(), role, key: secret.verifying_key() };
        Ok(Self { public, secret })
    }

    /// Makes a new key.
    ///
    /// # Errors
    /// `archive.log_key` when the name is none or the system gives no random bytes.
    pub fn generate(name: &str, role: Role) -> Result<Self> {
        Self::from_seed(name, role, &random()?)
    }

    /// Returns the key that checks what this one signs.
    pub fn public(&self) -> &VerifierKey {
        &self.public
    }

    /// Writes the secret text form, for a file that nobody else can read.
    pub fn to_secret_text(&self) -> String {
        let key = [&[self.public.role.byte()], &self.secret.as_bytes()[..]].concat();
        let id = u32::from_be_bytes(self.public.id());
        format!("{PRIVATE}+{}+{id:08x}+{}", self.public.name, STANDARD.encode(key))
    }

    /// Writes the secret text form, and lines after it, to a new file that only its owner can read. The file is there whole or
    /// not at all.
    ///
    /// # Errors
    /// `io.*`, also when there is a file.
    pub fn save(&self, path: &Path, after: &str) -> Result<()> {
        let failed = |e| Error::from(uff::Error::io(uff::error::Direction::Write, path, e));
        let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Such files are their owner's alone.
        let part = tempfile::Builder::new().prefix(".uff-").suffix(".part").tempfile_in(directory);
        let mut part = part.map_err(failed)?;
        let text = format!("{}\n{after}", self.to_secret_text());
        part.write_all(text.as_bytes()).and_then(|()| part.as_file().sync_all()).map_err(failed)?;
        part.persist_noclobber(path).map_err(|e| failed(e.error))?;
        #[cfg(unix)]
        std::fs::File::open(directory).and_then(|d| d.sync_all()).map_err(failed)?;
        Ok(())
    }

    /// Reads the secret text form.
    ///
    /// # Errors
    /// `archive.log_key`; the text is not repeated.
    pub fn from_secret_text(text: &str) -> Result<Self> {
        let wrong = || Error::new(Code::LogKey, "not a key that signs").expected(format!("{PRIVATE}+name+id+base64"));
        let rest = text.trim().strip_prefix(PRIVATE).and_then(|rest| rest.strip_prefix('+')).ok_or_else(wrong)?;
        let parts = KeyText::parse(rest).ok_or_else(wrong)?;
        let found = Self::from_seed(parts.name, parts.role, &parts.key)?;
        match found.public.id() == parts.id {
            true => Ok(found),
            false => Err(wrong()),
        }
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({})", self.public)
    }
}

/// Returns 32 random bytes of the operating system.
///
/// # Errors
/// `archive.log_key` when it gives none.
pub(crate) fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|e| Error::new(Code::LogKey, "the operating system gives no random bytes").cause(e))?;
    Ok(bytes)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

/// Signature line of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Signature {
    name: String,
    id: [u8; 4],
    bytes: Vec<u8>,
}

/// Text with signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

impl Note {
    /// Takes a text, which ends with a line feed, without signatures.
    pub fn new(text: String) -> Self {
        Self { text, signatures: Vec::new() }
    }

    /// Returns the text. It means nothing before [`Note::verify`] has found a signature.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Reads a note.
    ///
    /// # Errors
    /// `archive.proof` when it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let wrong = |message: &str| Error::new(Code::Proof, message).expected("a signed note");
        if bytes.len() > MAX_NOTE {
            return Err(wrong("a signed note is too long").found(format!("{} bytes", bytes.len())));
        }
        let text = std::str::from_utf8(bytes).map_err(|e| wrong("a signed note is not UTF-8").cause(e))?;
        if text.contains(|c: char| c.is_ascii_control() && c != '\n') {
            return Err(wrong("a signed note holds control characters"));
        }
        let (text, lines) = text.rsplit_once("\n\n").ok_or_else(|| wrong("no signatures follow the text"))?;
        let lines = lines.strip_suffix('\n').ok_or_else(|| wrong("the last signature has no end"))?;
        let signatures = lines.split('\n').map(|line| {
            let (name, blob) = line.strip_prefix("— ").and_then(|rest| rest.split_once(' '))?;
            let blob = STANDARD.decode(blob).ok()?;
            let (id, bytes) = blob.split_first_chunk::<4>()?;
            is_name(name).then(|| Signature { name: name.to_owned(), id: *id, bytes: bytes.to_vec() })
        });
        let signatures: Option<Vec<Signature>> = signatures.collect();
        let signatures = signatures.ok_or_else(|| wrong("a signature line is not one"))?;
        Ok(Self { text: format!("{text}\n"), signatures })
    }

    /// Adds a signature; a witness states the time.
    pub fn sign(&mut self, key: &SignerKey, time: Timestamp) {
        let bytes = match key.public.role {
            Role::Log => key.secret.sign(self.text.as_bytes()).to_bytes().to_vec(),
            Role::Witness => {
                let seconds = u64::try_from(time.as_second()).unwrap_or(0);
                let signature = key.secret.sign(cosigned(&self.text, seconds).as_bytes());
                [&seconds.to_be_bytes()[..], &signature.to_bytes()].concat()
            }
        };
        let signature = Signature { name: key.public.name.clone(), id: key.public.id(), bytes };
        self.signatures.retain(|old| (&old.name, old.id) != (&signature.name, signature.id));
        self.signatures.push(signature);
    }

    /// Checks that the note is signed by a key; gives the time a witness states.
    ///
    /// # Errors
    /// `archive.proof` when it is not, or the signature is wrong.
    pub fn verify(&self, key: &VerifierKey) -> Result<Option<Timestamp>> {
        let id = key.id();
        let wrong = |message: &str| Error::new(Code::Proof, message).expected(format!("a signature by {key}"));
        let signature = self.signatures.iter().find(|s| s.name == key.name && s.id == id).ok_or_else(|| {
            let names: Vec<&str> = self.signatures.iter().map(|s| s.name.as_str()).collect();
            wrong("the note is not signed by the key").found(format!("signatures by {}", names.join(", ")))
        })?;
        let forged = || wrong("a signature does not fit the note");
        let check = |message: &[u8], bytes: &[u8]| -> Result<()> {
            let signature = Ed25519::from_slice(bytes).map_err(|_| forged())?;
            key.key.verify_strict(message, &signature).map_err(|_| forged())
        };
        match key.role {
            Role::Log => check(self.text.as_bytes(), &signature.bytes).map(|()| None),
            Role::Witness => {
                let (seconds, bytes) = signature.bytes.split_first_chunk::<8>().ok_or_else(forged)?;
                let seconds = u64::from_be_bytes(*seconds);
                check(cosigned(&self.text, seconds).as_bytes(), bytes)?;
                let time = i64::try_from(seconds).ok().and_then(|s| Timestamp::from_second(s).ok());
                time.map(Some).ok_or_else(forged)
            }
        }
    }
}

/// Message that a witness signs.
fn cosigned(text: &str, seconds: u64) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|s| writeln!(f, "— {} {}", s.name, STANDARD.encode([&s.id[..], &s.bytes].concat())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Key and note of the documentation of `golang.org/x/mod/sumdb/note`.
    const PUBLISHED_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const PUBLISHED_SECRET: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const PUBLISHED_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn published_note_and_keys_are_read_and_written_again() {
        let key: VerifierKey = PUBLISHED_KEY.parse().expect("a key");
        let note = Note::parse(PUBLISHED_NOTE.as_bytes()).expect("a note");
        assert_eq!(note.verify(&key).expect("signed"), None);
        assert_eq!(note.to_string(), PUBLISHED_NOTE);
        let secret = SignerKey::from_secret_text(PUBLISHED_SECRET).expect("a key");
        assert_eq!(secret.public().to_string(), PUBLISHED_KEY);
        assert_eq!(secret.to_secret_text(), PUBLISHED_SECRET);
        let mut again = Note::new(note.text().to_owned());
        again.sign(&secret, Timestamp::UNIX_EPOCH);
        assert_eq!(again, note);
        assert!(!format!("{secret:?}").contains("AYEKFALV"), "the secret is shown nowhere");
    }

    #[test]
    fn changed_text_foreign_key_and_other_time_are_noticed() {
        let log = SignerKey::from_seed("log.example/a", Role::Log, &[1; 32]).expect("named");
        let other = SignerKey::from_seed("log.example/a", Role::Log, &[2; 32]).expect("named");
        let witness = SignerKey::from_seed("witness.example", Role::Witness, &[3; 32]).expect("named");
        let time = Timestamp::from_second(1_679_315_147).expect("a time");
        let mut note = Note::new("log.example/a\n5\nx\n".into());
        note.sign(&log, time);
        note.sign(&witness, time);
        let note = Note::parse(note.to_string().as_bytes()).expect("a note");
        assert_eq!(note.verify(log.public()).expect("signed"), None);
        assert_eq!(note.verify(witness.public()).expect("signed"), Some(time));
        assert_eq!(note.verify(other.public()).expect_err("foreign").code(), "archive.proof");
        let changed = note.to_string().replacen("\n5\n", "\n6\n", 1);
        let changed = Note::parse(changed.as_bytes()).expect("a note");
        assert!(changed.verify(log.public()).is_err() && changed.verify(witness.public()).is_err());
        let mut later = note.clone();
        later.signatures[1].bytes[7] ^= 1;
        assert!(later.verify(witness.public()).is_err());
    }

    #[test]
    fn what_is_no_note_or_key_is_refused() {
        let long = format!("a\n\n— {} AAAAAAAA\n", "x".repeat(MAX_NOTE));
        for text in
            ["", "a\n", "a\n\n", "a\n\n— k\n", "a\n\n— k AAAA", "a\n\n— k+ AAAAAAA=\n", "a\tb\n\n— k AAAAAAA=\n", &long]
        {
            assert_eq!(Note::parse(text.as_bytes()).expect_err(text).code(), "archive.proof");
        }
        assert_eq!(Note::parse(b"\xff\n\n").expect_err("bytes").code(), "archive.proof");
        let wrong_id = PUBLISHED_KEY.replace("c74f20a3", "c74f20a4");
        for text in ["", "a+b", "a+b+c", &wrong_id, "a+00000000+AQ=="] {
            assert_eq!(text.parse::<VerifierKey>().expect_err(text).code(), "archive.log_key");
            assert!(SignerKey::from_secret_text(text).is_err());
        }
        // Named by mistake where the public one belongs, the secret key is not told.
        let e = PUBLISHED_SECRET.parse::<VerifierKey>().expect_err("secret");
        assert!(!format!("{e} {e:?}").contains("AYEKFALV") && e.to_string().contains("a secret key"), "{e}");
        assert!(SignerKey::from_seed("a b", Role::Log, &[0; 32]).is_err());
    }
}
