//! Suites that every store and every catalogue must pass, and stores that fail on demand.
//!
//! A suite takes what it tests as an argument, so a new store or catalogue is tested by calling it. Suites report by
//! panicking, like any test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::log::CustodyKeySource;
use crate::settings::ArchiveConfig;

pub mod catalog_suite;
pub mod damage;
pub mod faults;
pub mod rows;
pub mod scans;
pub mod store_suite;

/// Settings under which a store can be opened again and again: the key of its custody log is made out of a seed.
pub fn settings() -> ArchiveConfig {
    ArchiveConfig { custody_key: CustodyKeySource::Seed([7; 32]), ..ArchiveConfig::default() }
}
