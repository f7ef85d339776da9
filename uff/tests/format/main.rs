//! The UFF file as a whole: what is written is read back, bounded in memory, and damage never passes unseen.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod consistency;
mod damage;
mod foreign;
mod originals;
mod ranges;
mod round_trip;
mod sample_scan;
