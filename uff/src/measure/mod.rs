//! Measures on marked places of a view: profile lines, histograms, contrast against the surroundings, and the image quality
//! that a test object shows; statistics of a channel that measures no transmission.
//!
//! α = −ln T at high energy and at low energy, areal density in g/cm², effective atomic number; `[row, column]`. Regions
//! are read as they are stored; nothing is smoothed but the material.

mod channel;
mod contrast;
mod histogram;
mod profile_line;
mod test_object;

pub use channel::ChannelStatistics;
pub use channel::channel_statistics;
pub use contrast::Contrast;
pub use contrast::contrast;
pub use histogram::Histogram;
pub use histogram::histogram;
pub use profile_line::ProfilePoint;
pub use profile_line::profile_line;
pub use test_object::LIMIT;
pub use test_object::Quality;
pub use test_object::QualityTest;
pub use test_object::TestFeature;
pub use test_object::TestReading;
pub use test_object::quality;
pub use test_object::read_test_object;
pub use test_object::test_object;
