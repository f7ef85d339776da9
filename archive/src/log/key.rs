//! The key of an archive's custody log, in a file of its own beside the catalogue.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::note::{Role, SignerKey, VerifierKey, random};
use crate::error::{Code, Error, Result};
use crate::id::ArchiveId;

const SALT: &str = "SALT";

/// Signs the checkpoints of an archive, and gives persons the pseudonyms under which the log knows them.
#[derive(Debug, Clone)]
pub struct CustodyKey {
    signer: SignerKey,
    salt: Salt,
}

/// Without it nobody can try names until one fits a pseudonym.
#[derive(Clone)]
struct Salt([u8; 32]);

impl std::fmt::Debug for Salt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salt")
    }
}

impl CustodyKey {
    /// Makes a new key for an archive.
    ///
    /// # Errors
    /// `archive.log_key` when the system gives no random bytes.
    pub fn generate(archive: ArchiveId) -> Result<Self> {
        Ok(Self { signer: SignerKey::generate(&origin(archive), Role::Log)?, salt: Salt(random()?) })
    }

    /// Makes the key that goes with a seed; for tests.
    #[cfg(feature = "testing")]
    pub fn from_seed(archive: ArchiveId, seed: [u8; 32]) -> Result<Self> {
        Ok(Self { signer: SignerKey::from_seed(&origin(archive), Role::Log, &seed)?, salt: Salt(seed) })
    }

    /// Returns the key that checks what this one signs.
    pub fn public(&self) -> &VerifierKey {
        self.signer.public()
    }

    pub(crate) fn signer(&self) -> &SignerKey {
        &self.signer
    }

    /// Returns the name under which the log knows a person: 32 hexadecimal digits of a salted SHA-256.
    pub fn pseudonym(&self, person: &str) -> String {
        let digest = Sha256::new().chain_update(self.salt.0).chain_update(person.as_bytes()).finalize();
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Writes a new key to a file that only its owner can read.
    ///
    /// # Errors
    /// `io.*`, also when there is a file.
    pub(crate) fn save(&self, path: &Path) -> Result<()> {
        self.signer.save(path, &format!("{SALT}+{}\n", STANDARD.encode(self.salt.0)))
    }

    /// Reads the key of an archive; nothing when there is no file.
    ///
    /// # Errors
    /// `archive.log_key` when it is none or of another archive; `io.*`.
    pub(crate) fn load(path: &Path, archive: ArchiveId) -> Result<Option<Self>> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(uff::Error::io(uff::error::Direction::Read, path, e).into()),
        };
        let wrong = |message: &str| Error::new(Code::LogKey, message).file(path.display());
        let (key, salt) = text.trim_end().split_once('\n').ok_or_else(|| wrong("not the key of a custody log"))?;
        let signer = SignerKey::from_secret_text(key).map_err(|e| e.file(path.display()))?;
        let salt =
            salt.strip_prefix(SALT).and_then(|rest| rest.strip_prefix('+')).and_then(|s| STANDARD.decode(s).ok());
        let salt = salt.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| wrong("the key has no salt"))?;
        let expected = origin(archive);
        match signer.public().name() == expected && signer.public().role() == Role::Log {
            true => Ok(Some(Self { signer, salt: Salt(salt) })),
            false => Err(wrong("the key is of another archive").expected(expected).found(signer.public().name())),
        }
    }
}

/// Origin line of the log of an archive.
pub(crate) fn origin(archive: ArchiveId) -> String {
    format!("uff-archive/{archive}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_read_as_it_was_written_and_by_its_owner_alone() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("custody.key");
        let archive = ArchiveId::generate();
        assert!(CustodyKey::load(&path, archive).expect("nothing wrong").is_none());
        let key = CustodyKey::generate(archive).expect("random");
        key.save(&path).expect("written");
        assert!(key.save(&path).is_err(), "a key is never replaced");
        let again = CustodyKey::load(&path, archive).expect("sound").expect("there");
        assert_eq!(again.public(), key.public());
        assert_eq!(again.pseudonym("Ana"), key.pseudonym("Ana"));
        assert_ne!(key.pseudonym("Ana"), key.pseudonym("Bo"));
        assert_ne!(CustodyKey::generate(archive).expect("random").pseudonym("Ana"), key.pseudonym("Ana"));
        let e = CustodyKey::load(&path, ArchiveId::generate()).expect_err("of another");
        assert_eq!(e.code(), "archive.log_key");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        }
        fs::write(&path, "PRIVATE+KEY+x\n").expect("written");
        let e = CustodyKey::load(&path, archive).expect_err("damaged");
        assert_eq!(e.code(), "archive.log_key");
    }
}
