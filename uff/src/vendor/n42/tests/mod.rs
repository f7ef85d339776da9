//! Documents by hand in both dialects, a public one, hostile ones, and attaching.

mod attaching;
mod hostile;
mod portal_2006;
mod portal_2011;
mod public;
mod round_trip;

use std::sync::Arc;

use jiff::tz::Offset;

use super::Document;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::source::MemorySource;
use crate::source::ReadAt;
use crate::vendor::Delivery;
use crate::vendor::ReadOptions;
use crate::vendor::recognize;

/// Makes a delivery of one document.
fn delivery(document: &str) -> Delivery {
    let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new("portal.n42", document.as_bytes()));
    Delivery::from_files("portal", vec![("portal.n42".to_owned(), source)]).unwrap()
}

/// Reads a delivery of one document.
fn read(document: &str) -> Result<Bundle> {
    let (delivery, options) = (delivery(document), ReadOptions::default());
    recognize(&delivery, &options)?.reader.read(&delivery, &options, &Budget::default())
}

fn parse(document: &str) -> Result<Document> {
    Document::parse(document.as_bytes(), "portal.n42", Offset::UTC, &Budget::default())
}

/// Compares a series with values; NaN is equal to NaN.
fn assert_series(bundle: &Bundle, name: &str, expected: &[f64]) {
    let found = bundle.series.get(name).map(|s| s.to_vec()).unwrap_or_default();
    let same = |(a, b): (&f64, &f64)| a == b || a.is_nan() && b.is_nan();
    assert!(found.len() == expected.len() && found.iter().zip(expected).all(same), "{name}: {found:?}");
}

/// Lists the losses as "kind subject count".
fn losses(bundle: &Bundle) -> Vec<String> {
    let losses = &bundle.scan.provenance.losses;
    let count = |reason: &str| reason.split(' ').next().unwrap_or_default().to_owned();
    losses.iter().map(|l| format!("{} {} {}", l.kind, l.subject, count(&l.reason))).collect()
}
