//! Trials of the detectors on simulated scenes with known truth.
//!
//! [`run`] draws the scene of a seed with [`Varied`](crate::synth::Varied), renders it, analyses it as a scan in memory and
//! judges every finding; [`Tally`] adds trials up to recall, false findings and the reliability of the confidences;
//! [`fit()`] fits the confidences anew. `uff bench findings` is its command. [`run_goods`] judges declared goods on consignments,
//! honest ones and covers, for `uff bench goods`.

mod fit;
mod goods;
mod run;
mod scan;
mod tally;

pub use fit::Fit;
pub use fit::fit;
pub use goods::GoodsTrial;
pub use goods::run_goods;
pub use run::Judged;
pub use run::Target;
pub use run::Trial;
pub use run::run;
pub use tally::BINS;
pub use tally::Bin;
pub use tally::Precision;
pub use tally::Recall;
pub use tally::Tally;
