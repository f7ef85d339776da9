//! Rate and memory of building the catalogue again from the bytes, for archives of two sizes: what a scan costs must not
//! grow with their number. Scans are small; what is read of each is its inventory and its record.

#![allow(clippy::expect_used, clippy::print_stdout, missing_docs)]

use std::time::Instant;

use archive::testing::scans::Sample;
use archive::{Archive, ArchiveConfig};
use futures::{StreamExt, stream};
use tokio::runtime::Runtime;

/// Scans of the archives.
const SIZES: [u32; 2] = [300, 3000];
/// Scans put at one time.
const JOBS: usize = 8;

/// Returns the most memory that the process had since the last call, in MB; nothing where the system does not tell.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_ascii_whitespace().nth(1)?.parse().ok()?;
    // Begins to count anew.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    Some(kilobytes / 1000.0)
}

fn main() {
    let runtime = Runtime::new().expect("threads");
    for size in SIZES {
        let directory = tempfile::tempdir().expect("a directory");
        runtime.block_on(async {
            let location = directory.path().into();
            let archive = Archive::init(&location, ArchiveConfig::default()).await.expect("an archive");
            let started = Instant::now();
            let puts = stream::iter(0..size).map(|n| archive.put(Sample::sized(n, (8, 8)).request()));
            puts.buffered(JOBS).for_each(|put| async { drop(put.expect("stored")) }).await;
            let rate = f64::from(size) / started.elapsed().as_secs_f64();
            println!("{size} small scans with three files each put at {rate:.0} per second");
            drop(archive);
            std::fs::remove_file(directory.path().join("catalog.sqlite")).expect("removed");
            let config = ArchiveConfig { create_catalog: true, ..ArchiveConfig::default() };
            let archive = Archive::open(&location, config).await.expect("opened");
            let before = peak().and_then(|_| peak());
            let started = Instant::now();
            let report = archive.reindex().await.expect("read");
            let rate = f64::from(size) / started.elapsed().as_secs_f64();
            assert_eq!((report.indexed, report.is_complete()), (u64::from(size), true));
            let memory = before.zip(peak()).map_or_else(String::new, |(before, after)| {
                format!("; at most {after:.0} MB in memory, {before:.0} MB before")
            });
            println!("{size} scans indexed at {rate:.0} per second{memory}");
        });
    }
}
