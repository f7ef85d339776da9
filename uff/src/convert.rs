//! Conversion of a delivery: recognise, read, derive, write, read back, compare.
