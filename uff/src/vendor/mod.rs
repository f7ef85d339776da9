//! Readers of what scanners write.
