//! Phantoms, sample writers and the suites every reader must pass.

mod full_scan;

pub use full_scan::full_scan;
