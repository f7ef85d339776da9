//! A delivery that a watch works on.
//!
//! A claim is a folder: `claim.json` says what belongs to it and how far its making got, `content` holds the files. The
//! note is on the disk before anything is moved, so whoever finds the folder can finish what was begun.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use uff::Code;
use uff::error::Direction;
use uff::vendor::Discovered;

use super::unit::Unit;
use crate::commands::target::Target;
use crate::error::Result;

const NOTE: &str = "claim.json";
const CONTENT: &str = "content";

/// How far a claim is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// Files are being moved in.
    Taking,
    /// All files are in.
    Taken,
    /// Files are being moved back.
    Returning,
}

/// What belongs to a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    version: u32,
    state: State,
    name: String,
    folder: bool,
    entries: Vec<String>,
}

/// A delivery that a watch works on.
#[derive(Debug)]
pub(super) struct Claim {
    place: PathBuf,
    note: Note,
}

impl Claim {
    /// Moves a unit into a new folder `place`; nothing when it was gone already.
    ///
    /// # Errors
    /// `io.*`, `target.permission`.
    pub(super) fn take(root: &Path, place: PathBuf, unit: &Unit) -> Result<Option<Self>> {
        let content = place.join(CONTENT);
        fs::create_dir(&place).map_err(|e| uff::Error::io(Direction::Write, &place, e))?;
        fs::create_dir(&content).map_err(|e| uff::Error::io(Direction::Write, &content, e))?;
        let (name, entries) = (unit.name.clone(), unit.entries.clone());
        let note = Note { version: 1, state: State::Taking, name, folder: unit.folder, entries };
        let claim = Self { place, note };
        claim.write_note()?;
        claim.fetch(root)
    }

    /// Finishes what was begun in a folder that another watch left; nothing when nothing is left to do.
    ///
    /// # Errors
    /// `io.*`, `target.permission`; `internal` when files lie there without a note.
    pub(super) fn recover(root: &Path, place: PathBuf) -> Result<Option<Self>> {
        let path = place.join(NOTE);
        let note = match fs::read(&path) {
            Ok(text) => serde_json::from_slice::<Note>(&text).ok(),
            Err(e) if e.kind() == ErrorKind::NotFound => None,
            Err(e) => return Err(uff::Error::io(Direction::Read, &path, e).into()),
        };
        let Some(note) = note.filter(|note| note.version == 1 && note.entries.iter().all(|e| is_plain(e))) else {
            // The note comes first and goes last: without it there is nothing but the folder.
            return match fs::read_dir(place.join(CONTENT)).is_ok_and(|mut content| content.next().is_some()) {
                true => Err(uff::Error::new(Code::Internal, "files of a delivery lie without a note of what they are")
                    .file(place.display())
                    .hint("Move them back by hand.")
                    .into()),
                false => remove(&place).map(|()| None),
            };
        };
        let claim = Self { place, note };
        match claim.note.state {
            State::Taking => claim.fetch(root),
            State::Returning => claim.put_back(root),
            State::Taken if claim.content().exists() => Ok(Some(claim)),
            State::Taken => remove(&claim.place).map(|()| None),
        }
    }

    /// Moves in what is not there yet.
    fn fetch(mut self, root: &Path) -> Result<Option<Self>> {
        let mut any = false;
        for entry in &self.note.entries {
            let inside = self.place.join(CONTENT).join(entry);
            if inside.symlink_metadata().is_err() {
                match fs::rename(root.join(entry), &inside) {
                    Ok(()) => {}
                    // Another watch on a file system without locks was faster, or the sender took it back.
                    Err(e) if e.kind() == ErrorKind::NotFound => continue,
                    Err(e) => return Err(uff::Error::io(Direction::Write, &inside, e).into()),
                }
            }
            any = true;
        }
        if !any {
            return remove(&self.place).map(|()| None);
        }
        self.note.state = State::Taken;
        self.write_note()?;
        Ok(Some(self))
    }

    /// Moves the delivery back where it arrived; returns the claim when something of the same name is there.
    ///
    /// # Errors
    /// `io.*`, `target.permission`.
    pub(super) fn put_back(mut self, root: &Path) -> Result<Option<Self>> {
        let inside = |entry: &String| self.place.join(CONTENT).join(entry);
        let left: Vec<&String> = self.note.entries.iter().filter(|e| inside(e).symlink_metadata().is_ok()).collect();
        if left.iter().any(|entry| root.join(entry).symlink_metadata().is_ok()) {
            self.note.state = State::Taken;
            self.write_note()?;
            return Ok(Some(self));
        }
        let left: Vec<String> = left.into_iter().cloned().collect();
        self.note.state = State::Returning;
        self.write_note()?;
        for entry in left {
            let back = root.join(&entry);
            let from = self.place.join(CONTENT).join(&entry);
            fs::rename(from, &back).map_err(|e| uff::Error::io(Direction::Write, &back, e))?;
        }
        remove(&self.place).map(|()| None)
    }

    /// Returns the name of the unit.
    pub(super) fn name(&self) -> &str {
        &self.note.name
    }

    /// Returns the folder of the claim.
    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    /// Returns the delivery.
    pub(super) fn delivery(&self) -> Discovered {
        match self.note.folder {
            true => Discovered::whole(&self.note.name, self.content()),
            false => {
                let files = self.note.entries.iter().map(|entry| self.content().join(entry));
                Discovered::group(&self.note.name, files.filter(|path| path.exists()).collect())
            }
        }
    }

    /// Moves the delivery to its last place, in one step, and ends the claim.
    ///
    /// # Errors
    /// `io.*`, `target.permission`; the claim stays then.
    pub(super) fn move_to(&self, place: &Path) -> Result<()> {
        fs::rename(self.content(), place).map_err(|e| uff::Error::io(Direction::Write, place, e))?;
        remove(&self.place)
    }

    /// The folder that is the delivery, or that holds its files.
    fn content(&self) -> PathBuf {
        match self.note.folder {
            true => self.place.join(CONTENT).join(&self.note.name),
            false => self.place.join(CONTENT),
        }
    }

    fn write_note(&self) -> Result<()> {
        let fail = |e| uff::Error::new(Code::Internal, "the note has no JSON form").cause(e);
        let text = serde_json::to_vec(&self.note).map_err(fail)?;
        Ok(Target::new(self.place.join(NOTE), true)?.write_bytes(&text)?)
    }
}

/// Removes a folder in which nothing of a delivery is left, its note last.
fn remove(place: &Path) -> Result<()> {
    let fail = |e| uff::Error::io(Direction::Write, place, e);
    match fs::remove_dir(place.join(CONTENT)) {
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(fail(e).into()),
        _ => {}
    }
    match fs::remove_dir_all(place) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(fail(e).into()),
        _ => Ok(()),
    }
}

/// Tells whether a name from a note is one in the hot folder.
fn is_plain(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains(['/', '\\', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(root: &Path) -> Unit {
        for name in ["a.raw", "a.xml"] {
            fs::write(root.join(name), name).unwrap();
        }
        Unit { name: "a".to_owned(), folder: false, entries: vec!["a.raw".to_owned(), "a.xml".to_owned()] }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_claim_goes_in_and_out_again() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let unit = pair(root);
        let claim = Claim::take(root, root.join(".1"), &unit).unwrap().unwrap();
        assert_eq!(names(root), [".1"]);
        assert!(Claim::take(root, root.join(".2"), &unit).unwrap().is_none(), "it is gone");
        fs::write(root.join("a.xml"), "the next one").unwrap();
        let claim = claim.put_back(root).unwrap().expect("its name is taken");
        fs::remove_file(root.join("a.xml")).unwrap();
        assert!(claim.put_back(root).unwrap().is_none());
        assert_eq!(names(root), ["a.raw", "a.xml"]);
        let claim = Claim::take(root, root.join(".1"), &unit).unwrap().unwrap();
        claim.move_to(&root.join("done")).unwrap();
        assert_eq!(
            (names(root), names(&root.join("done"))),
            (vec!["done".into()], vec!["a.raw".into(), "a.xml".into()])
        );
    }

    /// Every state that a kill can leave: after the note, between two files, before the note is changed, on the way
    /// back, after the delivery went to its place.
    #[test]
    fn whatever_was_begun_is_finished() {
        let begin = |state: State, inside: &[&str], outside: &[&str]| {
            let root = tempfile::tempdir().unwrap();
            let unit = pair(root.path());
            let place = root.path().join(".1");
            let claim = Claim::take(root.path(), place.clone(), &unit).unwrap().unwrap();
            let note = Note { state, ..claim.note };
            Claim { place: place.clone(), note }.write_note().unwrap();
            fs::remove_dir_all(place.join(CONTENT)).unwrap();
            if !inside.is_empty() {
                fs::create_dir(place.join(CONTENT)).unwrap();
            }
            inside.iter().for_each(|name| fs::write(place.join(CONTENT).join(name), name).unwrap());
            outside.iter().for_each(|name| fs::write(root.path().join(name), name).unwrap());
            root
        };
        let recover = |root: &tempfile::TempDir| Claim::recover(root.path(), root.path().join(".1")).unwrap();

        for (inside, outside) in [(&["a.raw"][..], &["a.xml"][..]), (&["a.raw", "a.xml"], &[])] {
            let root = begin(State::Taking, inside, outside);
            let claim = recover(&root).expect("a delivery");
            assert_eq!(claim.delivery().open(&uff::limits::Budget::default()).unwrap().files().len(), 2);
            assert_eq!(claim.note.state, State::Taken);
            assert_eq!(names(root.path()), [".1"]);
        }
        let root = begin(State::Taken, &["a.raw", "a.xml"], &["a.raw"]);
        assert!(recover(&root).is_some());
        assert_eq!(names(root.path()), [".1", "a.raw"], "what arrived later is not part of it");
        let root = begin(State::Returning, &["a.xml"], &["a.raw"]);
        assert!(recover(&root).is_none());
        assert_eq!(names(root.path()), ["a.raw", "a.xml"]);
        let root = begin(State::Taken, &[], &["a.raw"]);
        assert!(recover(&root).is_none());
        assert_eq!(names(root.path()), ["a.raw"], "what arrived later stays");
    }

    #[test]
    fn files_without_a_note_are_not_thrown_away() {
        let root = tempfile::tempdir().unwrap();
        let place = root.path().join(".1");
        fs::create_dir_all(place.join(CONTENT)).unwrap();
        assert!(Claim::recover(root.path(), place.clone()).unwrap().is_none());
        assert!(!place.exists());
        fs::create_dir_all(place.join(CONTENT)).unwrap();
        fs::write(place.join(CONTENT).join("a.raw"), "precious").unwrap();
        fs::write(place.join(NOTE), "{").unwrap();
        assert_eq!(Claim::recover(root.path(), place.clone()).err().map(|e| e.code()), Some("internal"));
        assert!(place.join(CONTENT).join("a.raw").exists());
    }
}
