//! How much is read: one read to open, one range per tile.

use std::sync::Arc;
use std::sync::Mutex;

use uff::format::ChunkMap;
use uff::format::UffFile;
use uff::format::WriteOptions;
use uff::limits::Budget;
use uff::model::*;
use uff::source::MemorySource;
use uff::source::ReadAt;

use super::sample_scan::*;

/// Source that notes every read.
struct Counting(MemorySource, Mutex<Vec<(u64, usize)>>);

impl ReadAt for Counting {
    fn len(&self) -> u64 {
        self.0.len()
    }
    fn name(&self) -> &str {
        "counted.uff"
    }
    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> uff::Result<()> {
        self.1.lock().unwrap().push((offset, buf.len()));
        self.0.read_exact_at(offset, buf)
    }
}

#[test]
fn opening_costs_one_read_and_a_tile_one_more() {
    let bytes = written(&bundle(1024, 1100, SampleType::U16), &WriteOptions::default()).0;
    assert!(bytes.len() > 1 << 20);
    let source = Arc::new(Counting(MemorySource::new("counted.uff", bytes), Mutex::default()));
    let file = UffFile::open(source.clone(), &Budget::default()).unwrap();
    assert_eq!(*source.1.lock().unwrap(), [(0, 65_536)]);
    let plane = file.plane(&PlaneKey::samples(0, channel_id("high"))).unwrap();
    assert_eq!(source.1.lock().unwrap().len(), 1, "the chunk index stands in the first 64 KiB too");
    plane.read(&Region { row: 256, column: 512, rows: 256, columns: 256 }).unwrap();
    assert_eq!(source.1.lock().unwrap().len(), 2);
}

#[test]
fn a_chunk_map_reads_regions_without_the_file_being_opened() {
    let bundle = bundle(700, 900, SampleType::F32);
    let (bytes, written) = written(&bundle, &WriteOptions::default());
    let text = serde_json::to_string(&written.chunk_map).unwrap();
    let map: ChunkMap = serde_json::from_str(&text).unwrap();
    assert_eq!(map, written.chunk_map);
    assert_eq!(map, opened(bytes.clone()).unwrap().chunk_map().unwrap());
    assert!(
        text.len() < 40 * map.planes().map(|(_, _, (r, c))| r.div_ceil(256) * c.div_ceil(256)).sum::<usize>() + 4096
    );

    let key = PlaneKey::samples(0, channel_id("low"));
    let full = bundle.planes[&key].read_all().unwrap();
    let regions = [(0, 0, 700, 900), (256, 256, 256, 256), (255, 511, 2, 2), (699, 899, 1, 1), (10, 300, 500, 3)];
    for (row, column, rows, columns) in regions {
        let region = Region { row, column, rows, columns };
        let plan = map.region(&key, 0, &region).unwrap();
        let fetched: Vec<&[u8]> = plan.ranges().iter().map(|r| &bytes[r.start as usize..r.end as usize]).collect();
        assert!(same(&plan.decode(&fetched).unwrap(), &full.crop(&region).unwrap()), "{region:?}");
        let short: Vec<&[u8]> = fetched.iter().map(|f| &f[..f.len() - 1]).collect();
        assert!(plan.decode(&short).is_err());
    }
    let tile = map.region(&key, 0, &Region { row: 256, column: 256, rows: 256, columns: 256 }).unwrap();
    assert_eq!(tile.ranges().len(), 1);
}
