//! Validation of UFF files.
