//! What is written is valid, comes back, and what does not is named.

mod schema;
mod written;

use std::path::Path;

use crate::export::Exporter;
use crate::export::Folder;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Loss;
use crate::source::MemorySource;
use crate::vendor::Delivery;
use crate::vendor::ReadOptions;
use crate::vendor::recognize;

use super::N42Export;

/// Reads a document as a scan.
fn read(document: &[u8]) -> Bundle {
    let source = std::sync::Arc::new(MemorySource::new("portal.n42", document));
    let delivery = Delivery::from_files("portal", vec![("portal.n42".to_owned(), source)]).unwrap();
    let options = ReadOptions::default();
    recognize(&delivery, &options).unwrap().reader.read(&delivery, &options, &Budget::default()).unwrap()
}

/// Reads a document as a scan that does not hold the document itself, so that it is composed anew.
fn without_document(document: &str) -> Bundle {
    let mut bundle = read(document.as_bytes());
    bundle.blobs = crate::model::Blobs::default();
    bundle
}

/// Exports a scan; returns the bytes of the one file and the losses.
fn export(bundle: &Bundle, at: &Path) -> (Vec<u8>, Vec<Loss>) {
    let mut folder = Folder::new(at);
    let losses = N42Export.export(bundle, &mut folder, &Budget::default()).unwrap();
    let [name] = folder.names() else { panic!("{:?}", folder.names()) };
    (std::fs::read(at.join(name)).unwrap(), losses)
}
