//! Hardened reading and writing of the metadata document.
