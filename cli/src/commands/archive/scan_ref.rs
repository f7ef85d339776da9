//! A scan named by its identifier, or by a number that only it has.

use archive::{Archive, Filter, Query};
use uff::model::ScanId;

use crate::error::{Error, Result};

/// Finds the scan.
///
/// # Errors
/// `archive.no_such_scan` when nothing has the number; `usage` when several scans have it.
pub(super) async fn resolve(archive: &Archive, text: &str) -> Result<ScanId> {
    if let Ok(scan) = text.parse() {
        return Ok(scan);
    }
    let query = Query { limit: 2, ..Query::default() }.with(Filter::any(text));
    let page = archive.search(&query).await?;
    match page.hits.as_slice() {
        [] => {
            let e = archive::Error::new(archive::Code::NoSuchScan, "no scan has this identifier or number");
            Err(e.found(format!("{text:?}")).into())
        }
        [hit] => Ok(hit.record.scan_id),
        [..] => Err(Error::usage(
            format!("several scans have the number {text:?}"),
            format!("List them with `uff archive search {text}` and name one by its identifier."),
        )),
    }
}
