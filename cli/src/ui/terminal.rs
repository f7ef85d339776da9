//! Where text goes.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use super::{ColorChoice, Progress, Style, plain};

/// Writing data to stdout failed.
#[derive(Debug)]
pub struct StdoutError(pub io::Error);

/// The two streams and how to write to them.
#[derive(Debug, Clone)]
pub struct Ui {
    color_out: bool,
    color_err: bool,
    quiet: bool,
    json: bool,
}

impl Ui {
    /// Looks at the streams and decides on colour.
    pub fn new(color: ColorChoice, quiet: bool, json: bool) -> Self {
        let color_out = color.resolve(&io::stdout());
        let color_err = color.resolve(&io::stderr());
        Self { color_out, color_err, quiet, json }
    }

    /// Returns whether data are wanted as JSON.
    pub fn wants_json(&self) -> bool {
        self.json
    }

    /// Returns whether stderr is to be kept free of everything but errors.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Writes a line of data.
    ///
    /// # Errors
    /// When stdout does not take it.
    pub fn data(&self, line: impl Display) -> Result<(), StdoutError> {
        self.raw(format!("{line}\n").as_bytes())
    }

    /// Writes bytes of data as they are.
    ///
    /// # Errors
    /// When stdout does not take them.
    pub fn raw(&self, bytes: &[u8]) -> Result<(), StdoutError> {
        let mut out = io::stdout().lock();
        out.write_all(bytes).and_then(|()| out.flush()).map_err(StdoutError)
    }

    /// Writes one JSON object on a line of its own.
    ///
    /// # Errors
    /// When stdout does not take it.
    pub fn json(&self, object: &impl Serialize) -> Result<(), StdoutError> {
        let mut line = serde_json::to_vec(object).map_err(|e| StdoutError(e.into()))?;
        line.push(b'\n');
        self.raw(&line)
    }

    /// Colours text that goes to stdout.
    pub fn paint(&self, style: Style, text: impl Display) -> String {
        style.paint(&text.to_string(), self.color_out).into_owned()
    }

    /// Colours text that goes to stderr.
    pub fn paint_err(&self, style: Style, text: impl Display) -> String {
        style.paint(&text.to_string(), self.color_err).into_owned()
    }

    /// Tells the person at the terminal something, unless told to be quiet.
    pub fn note(&self, line: impl Display) {
        if !self.quiet {
            self.stderr(line);
        }
    }

    /// Warns, unless told to be quiet.
    pub fn warn(&self, line: impl Display) {
        if !self.quiet {
            self.label(Style::Warning, "warning", line);
        }
    }

    /// Tells what failed, whatever else was asked for.
    pub fn error(&self, message: impl Display, causes: &[String], hint: Option<&str>) {
        self.label(Style::Bad, "error", message);
        for cause in causes {
            self.label(Style::Faint, "caused by", cause);
        }
        if let Some(hint) = hint {
            self.label(Style::Good, "hint", hint);
        }
    }

    /// Starts a progress line, with a bar when the number of steps is known.
    pub fn progress(&self, steps: Option<u64>) -> Progress {
        Progress::start(!self.quiet && io::stderr().is_terminal(), steps)
    }

    /// Tells the person at the terminal something while a progress line is shown.
    pub fn note_beside(&self, progress: &Progress, line: impl Display) {
        progress.suspend(|| self.note(line));
    }

    fn label(&self, style: Style, label: &str, line: impl Display) {
        self.stderr(format_args!("{}: {}", style.paint(label, self.color_err), plain(&line.to_string())));
    }

    /// A closed stderr leaves nobody to tell, so its errors are let go.
    fn stderr(&self, line: impl Display) {
        drop(writeln!(io::stderr().lock(), "{line}"));
    }
}
