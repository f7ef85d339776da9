//! Tests of the TIFF reader: files of other programs, files made from the specification, and hostile ones.

mod files;
mod foreign;
mod hostile;
mod reading;
