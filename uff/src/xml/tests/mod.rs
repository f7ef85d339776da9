//! Tests of parser, writer and metadata documents.

mod hostile;
mod metadata;
mod round_trip;
mod schema;
