//! Material analysis of dual-energy views: pure functions over arrays.
