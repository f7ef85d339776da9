//! Runs the built binary.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Run {
    /// Exit status.
    pub(crate) status: i32,
    /// Data.
    pub(crate) stdout: String,
    /// Everything else.
    pub(crate) stderr: String,
}

impl Run {
    /// Checks the status; everything that was printed is shown when it differs.
    #[track_caller]
    pub(crate) fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, status, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Checks that the failure carries a code and a hint, and that nothing went to stdout.
    #[track_caller]
    pub(crate) fn fails_with(self, status: i32, code: &str) -> Self {
        let run = self.exits(status);
        assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
        assert!(run.stderr.contains(&format!("[{code}]")), "expected {code}:\n{}", run.stderr);
        assert!(run.stderr.contains("\nhint: "), "{}", run.stderr);
        assert_eq!(run.stdout, "");
        run
    }

    /// Parses stdout as one JSON object per line.
    #[track_caller]
    pub(crate) fn json(&self) -> Vec<Value> {
        self.stdout.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}"))).collect()
    }
}

/// Runs `uff` in `folder`.
pub(crate) fn uff_in(folder: &Path, arguments: &[&str]) -> Run {
    let output = command(folder).args(arguments).output().expect("the binary runs");
    of(output)
}

/// Prepares a run of `uff` with none of the user's settings.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_uff"));
    command.current_dir(folder).env("XDG_CONFIG_HOME", folder);
    for name in
        ["UFF_ARCHIVE", "UFF_CATALOG", "UFF_PROFILES", "UFF_LOG_KEY", "UFF_CUSTODY_KEY", "UFF_ACTOR", "NO_COLOR"]
    {
        command.env_remove(name);
    }
    command
}

/// Gathers what a run gave.
pub(crate) fn of(output: Output) -> Run {
    Run {
        status: output.status.code().expect("ended by itself"),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

/// Returns a fresh folder.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Returns the workspace root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the workspace")
}

/// Lists the names in a folder, hidden ones too.
pub(crate) fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// Samples of the project, by the names of their folders.
pub(crate) const SAMPLES: [&str; 3] = ["kestrane-container", "orsolvik-truck", "parcel-160kv"];

/// Returns the delivery of a sample.
pub(crate) fn delivery(sample: &str) -> String {
    let path = root().join("samples").join(sample).join("delivery");
    assert!(path.is_dir(), "{}", path.display());
    path.display().to_string()
}

/// Returns the folder of the vendor profiles.
pub(crate) fn profiles() -> String {
    root().join("samples/profiles").display().to_string()
}

/// Converts a sample to `NAME.uff` in a folder and returns that name.
pub(crate) fn convert(folder: &Path, sample: &str) -> String {
    let name = format!("{sample}.uff");
    uff_in(folder, &["convert", &delivery(sample), "--profiles", &profiles(), "-o", &name, "--quiet"]).exits(0);
    name
}

/// Copies the files of a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a file");
    }
}

/// Makes a NumPy array of bytes, format 1.0 as numpy.save writes it, in which every sample has the same value.
pub(crate) fn npy(rows: usize, columns: usize, value: u8) -> Vec<u8> {
    let text = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    let mut bytes = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
    bytes.extend(format!("{text:<117}\n").as_bytes());
    bytes.extend(vec![value; rows * columns]);
    bytes
}
