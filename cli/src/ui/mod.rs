//! The only printers: data to stdout, everything else to stderr.
//!
//! Colour is a help, never the meaning; it is used on a terminal only, and not at all under `NO_COLOR`. Progress shows
//! on a terminal after a quarter of a second. A reader that goes away (a broken pipe) is no failure.

mod color;
mod measure;
mod progress;
mod table;
mod terminal;

pub use color::{ColorChoice, Style, plain};
pub use measure::{bytes, duration, plural};
pub use progress::Progress;
pub use table::{Align, Table};
pub use terminal::{StdoutError, Ui};
