//! Simulator of scans with known truth.
