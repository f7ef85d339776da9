//! Synthetic rows for catalogues: deterministic, with the spread of a port that scans for years.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use uff::format::ChunkMap;
use uff::model::identifier::{ContainerNumber, Locode, Mrn, Plate};
use uff::model::{ObjectKind, PlateReading, Scan, ScanId, Sha256, Site, Trade};

use crate::catalog::{Place, Row};
use crate::facts::Facts;
use crate::record::{MaterialRecord, Record, StoredFile, UFF_PATH};
use crate::store::digest::Sha512;

/// Start of the first scan of [`row`]: 2020-01-01T00:00:00Z.
pub const EPOCH: i64 = 1_577_836_800;
/// Seconds between two scans of [`row`].
pub const STEP: i64 = 97;
/// Sites of [`row`], by turns.
pub const SITES: [&str; 5] = ["PLGDN", "NLRTM", "DEHAM", "BEANR", "FRLEH"];

/// Returns the identifier of the scan with that number.
pub fn scan_id(number: u32) -> ScanId {
    ScanId::from_delivery(&Sha256::of(&number.to_le_bytes()))
}

/// Returns the container number of the scan with that number, with a right check digit (ISO 6346).
pub fn container(number: u32) -> String {
    let body = format!("TEST{:06}", number % 1_000_000);
    let value = |c: char| match c {
        '0'..='9' => c as u32 - '0' as u32,
        // Letters count on from 10; multiples of 11 are left out.
        'A' => 10,
        'B'..='K' => c as u32 - 'B' as u32 + 12,
        'L'..='U' => c as u32 - 'L' as u32 + 23,
        _ => c as u32 - 'V' as u32 + 34,
    };
    let sum: u32 = body.chars().enumerate().map(|(place, c)| value(c) << place).sum();
    format!("{body}{}", sum % 11 % 10)
}

/// Returns the plate of the scan with that number; every thousandth scan has the same.
pub fn plate(number: u32) -> String {
    format!("GD {:03}-O{}", number % 1000, number % 7)
}

/// Returns the metadata of the scan with that number.
pub fn scan(number: u32) -> Scan {
    let mut scan = Scan::default();
    scan.identity.scan_id = scan_id(number);
    scan.identity.scanner_scan_id = Some(format!("SCN-{number}"));
    let start = Timestamp::from_second(EPOCH).unwrap() + SignedDuration::from_secs(STEP * i64::from(number));
    scan.identity.start = Some(uff::model::Timestamp::new(start, Offset::from_seconds(3600).unwrap()).unwrap());
    scan.identity.site = Some(Site {
        locode: Some(Locode::new(SITES[number as usize % SITES.len()])),
        lane: Some(format!("Lane {}", number % 4)),
        ..Site::default()
    });
    scan.system.manufacturer = Some("Example Imaging".into());
    scan.system.serial = Some(format!("X-{}", number % 12));
    scan.object.kind = if number.is_multiple_of(10) { ObjectKind::Car } else { ObjectKind::Container };
    scan.object.containers.push(ContainerNumber::new(container(number)));
    scan.object.plates.push(PlateReading { number: Plate::new(plate(number)), ..PlateReading::default() });
    scan.trade = Some(Trade { mrns: vec![Mrn::new(format!("26PL{number:013}0"))], ..Trade::default() });
    scan
}

/// Returns the row of the scan with that number; every tenth calibrates its first view, every fourth has material figures.
pub fn row(number: u32) -> Row {
    let mut row = row_of(&scan(number));
    if number.is_multiple_of(4) {
        let organic = (number / 4 % 101) as u8;
        let (z, areal_density) = (Some(u16::from(6 + (100 - organic) / 5)), Some((number % 300) as u16));
        let metal = 100 - organic;
        row.record.material = vec![MaterialRecord { view: 0, organic, light: 0, metal, heavy: 0, z, areal_density }];
    }
    if number % 10 == 3 {
        row.record.calibrated_views = vec![0];
    }
    row
}

/// Returns a row for metadata, with made-up files.
pub fn row_of(scan: &Scan) -> Row {
    let digest = scan.identity.scan_id.to_string();
    let uff = StoredFile { name: UFF_PATH.into(), size: 8 << 20, sha256: Sha256::of(digest.as_bytes()) };
    let archived = scan.identity.start.map_or(Timestamp::UNIX_EPOCH, |t| t.instant());
    Row {
        record: Record::new(scan, uff, Vec::new()),
        chunk_map: ChunkMap::default(),
        place: Place {
            archived,
            head: 1,
            inventory: Sha512::of(digest.as_bytes()),
            uff_path: "v1/content/0123456789abcdef/scan.uff".into(),
        },
        facts: Facts::default(),
    }
}

#[cfg(test)]
mod tests {
    /// Numbers of ISO 6346 with the same owner letters, computed by hand from the standard's table.
    #[test]
    fn letters_skip_multiples_of_eleven() {
        // T 31, E 15, S 30, T 31: 31 + 30 + 120 + 248 = 429; the digits of 000001 add 1 << 9.
        assert_eq!(super::container(0), format!("TEST000000{}", 429 % 11));
        assert_eq!(super::container(1), format!("TEST000001{}", (429 + 512) % 11));
    }
}
