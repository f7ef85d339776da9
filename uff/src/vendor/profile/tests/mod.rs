//! Tests of the profile engine on small deliveries made here, byte by byte.

mod drafting;
mod mistakes;
mod reading;
mod sizes;

use std::sync::Arc;

use super::Profile;
use crate::source::{MemorySource, ReadAt};
use crate::vendor::Delivery;

/// Gantry with pulses of alternating energy: 32-byte header, 2 dark and 2 air lines, then the image; XML sidecar.
pub(super) const PROFILE: &str = r#"
[profile]
name = "test-gantry"
version = "1"
title = "Gantry of the tests"

[recognize]
magic = [{ file = "image", text = "GANT" }]
sidecar = [{ file = "info", root = "Scan", namespace = "urn:gantry" }]

[[file]]
id = "image"

[[file]]
id = "info"
format = "xml"

[[field]]
name = "header"
file = "image"
offset = 4
type = "u16"

[[field]]
name = "elements"
file = "image"
offset = 6
type = "u16"

[[field]]
name = "pulses"
file = "image"
offset = 8
type = "u32"

[[field]]
name = "operator"
file = "image"
offset = 12
type = "text"
length = 8

[[field]]
name = "columns"
value = "pulses // 2 - 4"

[[view]]
kind = "side"
rows = "elements"
columns = "columns"

[[view.channel]]
id = "high"
role = "high"
quantity = "raw-counts"
energy = 6000
bit_depth = 16

[[view.channel]]
id = "low"
role = "low"
quantity = "raw-counts"
energy = 4000

[[pixels]]
file = "image"
channels = ["high", "low"]
offset = "header"
type = "u16"
endian = "big"
order = "columns"
interleave = "line"
line_header = 4
lines = [{ part = "dark", count = 2 }, { part = "air", count = 2 }, { part = "samples", count = "columns" }]

[[map]]
to = "identity/start"
from = ["info:Scan/Date", "info:Scan/Time"]
date = "%d.%m.%Y %H:%M:%S"
zone = "Europe/Warsaw"

[[map]]
to = "view[0]/geometry/pitchRows"
from = "info:Scan/Pitch/@cm"
scale = 10

[[map]]
to = "object/kind"
from = "info:Scan/Type"
codes = { T = "truck", C = "container" }

[[map]]
to = "object/plate[*]/number"
from = "info:Scan/Plate[*]"

[[map]]
to = "object/plate[*]/country"
from = "info:Scan/Plate[*]/@country"

[[map]]
to = "system/manufacturer"
value = "Gantry Works"
"#;

const SIDECAR: &str = r#"<?xml version="1.0"?>
<Scan xmlns="urn:gantry" job="17">
  <Date>22.11.2026</Date><Time>03:14:15</Time>
  <Pitch cm="0.45"/>
  <Type>T</Type>
  <Plate country="PL">KR 123AB</Plate><Plate>WX 9</Plate>
  <Belt speed="0.4">on</Belt>
</Scan>"#;

const ROWS: u16 = 5;
const COLUMNS: u32 = 7;

/// Sample of a channel at a row of a line, as the scanner would write it.
fn sample(channel: u32, row: u32, line: u32) -> u16 {
    (1000 * channel + 100 * row + line) as u16
}

fn pixel_file() -> Vec<u8> {
    let pulses = 2 * (COLUMNS + 4);
    let mut bytes = b"GANT".to_vec();
    bytes.extend(32u16.to_le_bytes());
    bytes.extend(ROWS.to_le_bytes());
    bytes.extend(pulses.to_le_bytes());
    bytes.extend(b"J. Doe\0\0");
    bytes.resize(32, 0xee);
    for pulse in 0..pulses {
        bytes.extend(pulse.to_be_bytes());
        for row in 0..u32::from(ROWS) {
            bytes.extend(sample(pulse % 2, row, pulse / 2).to_be_bytes());
        }
    }
    bytes
}

fn delivery(files: &[(&str, &[u8])]) -> Delivery {
    let file = |(name, bytes): &(&str, &[u8])| {
        let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new(*name, *bytes));
        ((*name).to_owned(), source)
    };
    Delivery::from_files("delivery", files.iter().map(file).collect()).unwrap()
}

fn gantry() -> Delivery {
    delivery(&[("scan.xml", SIDECAR.as_bytes()), ("scan.raw", &pixel_file())])
}

fn profile(text: &str) -> Profile {
    Profile::parse(text, "profile.toml").unwrap()
}
