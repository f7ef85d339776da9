//! Automatic target recognition by programs of others: the contract, and how a detector is run.
//!
//! A detector is any program. It is given one [`Request`], a line of JSON on its standard input that names a UFF file it may
//! read, and answers with [`Answer`]s, one line of JSON each, on its standard output. What it finds becomes machine findings
//! of the scan. A detector that answers over HTTP says the same; asking it is left to the caller. `schemas/atr.md` is the contract for those who write detectors.

mod answer;
mod contract;
mod process;

pub use answer::MOST_BYTES;
pub use answer::Report;
pub use answer::read_answers;
pub use contract::Answer;
pub use contract::AnswerLine;
pub use contract::DetectionLine;
pub use contract::Request;
pub use contract::VERSION;
pub use contract::ViewLine;
pub use process::Detector;
