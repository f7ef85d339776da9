//! A small HDF5 delivery of an invented laboratory, with the profile that reads it.

use std::io::Cursor;

use crate::error::Result;
use crate::h5::Attribute;
use crate::h5::ChunkEncoder;
use crate::h5::DatasetPlan;
use crate::h5::Datatype;
use crate::h5::FilePlan;
use crate::h5::FileWriter;
use crate::h5::Pipeline;
use crate::h5::Sample;
use crate::h5::Shape;
use crate::h5::Storage;

/// Profile of the invented laboratory: both energies in one chunked dataset, dark lines in one of their own.
pub const HDF5_PROFILE: &str = r#"
[profile]
name = "test-laboratory"
version = "1"
title = "HDF5 export of the tests"

[recognize]
hdf5 = [{ file = "scan", path = "/rig@vendor", text = "Laboratory" }, { file = "scan", path = "/rig/raw" }]

[[file]]
id = "scan"
format = "hdf5"

[[field]]
name = "lines"
file = "scan"
dataset = "/rig/raw"
axis = 2

[[field]]
name = "energy"
from = "scan:/rig@keV"

[[view]]
kind = "side"
rows = 6
columns = "lines"

[[view.channel]]
id = "high"
role = "high"
quantity = "raw-counts"
energy = "energy"

[[view.channel]]
id = "low"
role = "low"
quantity = "raw-counts"

[[pixels]]
file = "scan"
dataset = "/rig/raw"
channels = ["high", "low"]
order = "rows"

[[pixels]]
file = "scan"
dataset = "/rig/dark"
channels = ["high"]
order = "columns"
lines = [{ part = "dark", count = 2 }]

[[map]]
to = "object/containerNumber"
from = "scan:/rig/container[*]"

[[map]]
to = "system/manufacturer"
from = "scan:/rig@vendor"
"#;

/// Channels, rows and lines of the image, and those of a chunk.
const SHAPE: [u64; 3] = [2, 6, 9];
const CHUNK: [u32; 3] = [1, 4, 5];

/// Makes the file of the invented laboratory.
///
/// # Errors
/// Only on a defect of the writer.
pub fn hdf5_scan() -> Result<Vec<u8>> {
    let big_endian = Datatype::Encoded { message: big_endian_u16(), size: 2 };
    let text = Datatype::Text(11);
    let axes = |axes: &[u64]| Shape::Axes(axes.to_vec());
    let mut plan = FilePlan::default();
    *plan.group("rig") = vec![Attribute::text("vendor", "Laboratory"), Attribute::number("keV", 6000.0)];
    let storage = Storage::Chunked { chunk: CHUNK.to_vec(), pipeline: Pipeline::standard(2, 6) };
    plan.dataset("rig/raw", DatasetPlan { datatype: Datatype::Unsigned(2), shape: axes(&SHAPE), storage });
    let dark = DatasetPlan { datatype: big_endian, shape: axes(&[2, SHAPE[1]]), storage: Storage::Contiguous };
    plan.dataset("rig/dark", dark);
    plan.dataset("rig/container", DatasetPlan { datatype: text, shape: axes(&[2]), storage: Storage::Front });
    let mut out = Cursor::new(Vec::new());
    let mut writer = FileWriter::create(&mut out, plan)?;
    writer.set_front("rig/container", b"CSQU3054383MSKU9070323".to_vec())?;
    let mut encoder = ChunkEncoder::new(6)?;
    for number in 0..8 {
        let (channel, top, left) = (number / 4, number / 2 % 2 * 4, number % 2 * 5);
        let cells = (0..4).flat_map(|row| (0..5).map(move |line| (top + row, left + line)));
        let samples: Vec<u16> = cells.map(|(row, line)| 1000 * channel + 100 * row + line).collect();
        let mut planes = vec![0; 2 * samples.len()];
        u16::shuffle(&samples, &mut planes, samples.len(), 0);
        writer.append_chunk("rig/raw", &encoder.encode(&planes, 2)?)?;
    }
    let dark: Vec<u8> = (0..12_u16).flat_map(|at| (400 + at).to_be_bytes()).collect();
    writer.append_contiguous("rig/dark", &dark)?;
    writer.finish()?;
    Ok(out.into_inner())
}

fn big_endian_u16() -> Vec<u8> {
    let mut message = Datatype::Unsigned(2).encode();
    message.iter_mut().skip(1).take(1).for_each(|flags| *flags |= 1);
    message
}
