//! Small deliveries for the suite that every reader must pass, made here byte by byte.

use std::io::Cursor;
use std::sync::Arc;

use super::TiffWriter;
use super::dicom_file::{DicomWriter, EXPLICIT_LITTLE, IMPLICIT_LITTLE, dicom_file, dicom_image};
use super::hdf5_delivery::{HDF5_PROFILE, hdf5_scan};
use super::{PORTAL_2006, PORTAL_2011};
use crate::error::{Code, Error, Result};
use crate::format::{WriteOptions, write};
use crate::limits::Budget;
use crate::model::Quantity;
use crate::source::{MemorySource, ReadAt};
use crate::units::Energy;
use crate::vendor::profile::Profile;
use crate::vendor::{Delivery, ReadOptions, recognize};

/// A delivery that one reader reads.
#[derive(Clone)]
pub struct ReaderSample {
    /// Name for messages.
    pub name: &'static str,
    /// Name of the reader that must claim it.
    pub reader: &'static str,
    /// Files by name.
    pub files: Vec<(String, Vec<u8>)>,
    /// Options to read it with.
    pub options: ReadOptions,
    /// Files that may be damaged without harm to the scan, because they are only kept.
    pub kept_only: &'static [&'static str],
}

impl ReaderSample {
    /// Opens the delivery.
    ///
    /// # Errors
    /// As [`Delivery::from_files`].
    pub fn delivery(&self) -> Result<Delivery> {
        let file = |(name, bytes): &(String, Vec<u8>)| {
            let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new(name.clone(), bytes.clone()));
            (name.clone(), source)
        };
        Delivery::from_files(self.name, self.files.iter().map(file).collect())
    }

    /// Returns the sample with other bytes in one file.
    #[must_use]
    pub fn with(&self, name: &str, bytes: Vec<u8>) -> Self {
        let mut changed = self.clone();
        changed.files.iter_mut().filter(|(n, _)| n == name).for_each(|(_, b)| b.clone_from(&bytes));
        changed
    }
}

/// Makes one sample per reader.
///
/// # Errors
/// Only on a defect of the samples.
pub fn reader_samples() -> Result<Vec<ReaderSample>> {
    let gantry = gantry()?;
    let uff = uff_of(&gantry)?;
    let portals = [portal("portal of 2011", PORTAL_2011), portal("portal of 2006", PORTAL_2006)];
    Ok([gantry, laboratory()?, npy_pair()?, tiff_pages(), png_pair()?, dicos(), uff]
        .into_iter()
        .chain(portals)
        .collect())
}

/// Profile of the invented gantry: pulses of alternating energy, a header, dark and air lines, an XML sidecar.
pub const GANTRY_PROFILE: &str = r#"
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

/// Sidecar of the invented gantry.
pub const GANTRY_SIDECAR: &str = r#"<?xml version="1.0"?>
<Scan xmlns="urn:gantry" job="17">
  <Date>22.11.2026</Date><Time>03:14:15</Time>
  <Pitch cm="0.45"/>
  <Type>T</Type>
  <Plate country="PL">KR 123AB</Plate><Plate>WX 9</Plate>
  <Belt speed="0.4">on</Belt>
</Scan>"#;

/// Detector elements of the invented gantry.
pub const GANTRY_ROWS: u16 = 5;

/// Lines of the image of the invented gantry; two dark and two air lines stand before them.
pub const GANTRY_COLUMNS: u32 = 7;

/// Returns the sample of a channel (0 high, 1 low) at a row of a line, as the invented gantry writes it.
pub fn gantry_sample(channel: u32, row: u32, line: u32) -> u16 {
    (1000 * channel + 100 * row + line) as u16
}

/// Makes the pixel file of the invented gantry: 32 bytes of header, then pulses with 4 bytes of header each.
pub fn gantry_pixels() -> Vec<u8> {
    let pulses = 2 * (GANTRY_COLUMNS + 4);
    let mut bytes = b"GANT".to_vec();
    bytes.extend(32u16.to_le_bytes());
    bytes.extend(GANTRY_ROWS.to_le_bytes());
    bytes.extend(pulses.to_le_bytes());
    bytes.extend(b"J. Doe\0\0");
    bytes.resize(32, 0xee);
    for pulse in 0..pulses {
        bytes.extend(pulse.to_be_bytes());
        for row in 0..u32::from(GANTRY_ROWS) {
            bytes.extend(gantry_sample(pulse % 2, row, pulse / 2).to_be_bytes());
        }
    }
    bytes
}

fn gantry() -> Result<ReaderSample> {
    let profiles = vec![Arc::new(Profile::parse(GANTRY_PROFILE, "test-gantry")?)];
    Ok(ReaderSample {
        name: "gantry",
        reader: "profile",
        files: vec![
            ("scan.raw".to_owned(), gantry_pixels()),
            ("scan.xml".to_owned(), GANTRY_SIDECAR.as_bytes().to_vec()),
        ],
        options: ReadOptions { profiles, ..ReadOptions::default() },
        kept_only: &[],
    })
}

fn laboratory() -> Result<ReaderSample> {
    Ok(ReaderSample {
        name: "laboratory",
        reader: "profile",
        files: vec![("run.h5".to_owned(), hdf5_scan()?)],
        options: ReadOptions {
            profiles: vec![Arc::new(Profile::parse(HDF5_PROFILE, "test-laboratory")?)],
            ..ReadOptions::default()
        },
        kept_only: &[],
    })
}

/// Writes an array as `numpy.save` does (format 1.0); `elements` are the bytes of the array.
pub fn npy(descr: &str, fortran: bool, shape: (usize, usize), elements: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let text = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({}, {}), }}", shape.0, shape.1);
    let padded = (10 + text.len() + 1).next_multiple_of(64) - 10;
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((padded as u16).to_le_bytes());
    bytes.extend(format!("{text:<width$}\n", width = padded - 1).as_bytes());
    bytes.extend(elements);
    bytes
}

fn npy_pair() -> Result<ReaderSample> {
    let image = |factor: f64| -> Vec<u8> { (0..9 * 12).flat_map(|i| (f64::from(i) * factor).to_le_bytes()).collect() };
    let options = ReadOptions {
        quantity: Some(Quantity::LogAttenuation),
        energies: vec![Energy::from_mev(9.0)?, Energy::from_mev(6.0)?],
        ..ReadOptions::default()
    };
    Ok(ReaderSample {
        name: "npy pair",
        reader: "npy",
        files: vec![
            ("im_H.npy".to_owned(), npy("<f8", false, (9, 12), &image(0.01))),
            ("im_L.npy".to_owned(), npy("<f8", true, (9, 12), &image(0.013))),
            ("readme.txt".to_owned(), b"Simulated.\n".to_vec()),
        ],
        options,
        kept_only: &["readme.txt"],
    })
}

/// Makes a TIFF file with a pair of pages, big-endian, in strips.
fn tiff_pages() -> ReaderSample {
    let writer = TiffWriter { big_endian: true, big_tiff: false };
    let page = |name: &str, factor: u16| writer.grey(name, (9, 12), 4, move |r, c| factor * (r * 12 + c));
    ReaderSample {
        name: "tiff pages",
        reader: "tiff",
        files: vec![
            ("scan.tif".to_owned(), writer.file(&[page("high", 500), page("low", 300)])),
            ("readme.txt".to_owned(), b"Simulated.\n".to_vec()),
        ],
        options: ReadOptions::default(),
        kept_only: &["readme.txt"],
    }
}

/// Makes a pair of PNG pictures.
fn png_pair() -> Result<ReaderSample> {
    let picture = |factor: u16| -> Result<Vec<u8>> {
        let failed = |e: png::EncodingError| Error::new(Code::Internal, "encoding a PNG failed").cause(e);
        let samples: Vec<u8> = (0..9 * 12_u16).flat_map(|i| (factor * i).to_be_bytes()).collect();
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 12, 9);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Sixteen);
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&samples).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(bytes)
    };
    Ok(ReaderSample {
        name: "png pair",
        reader: "png",
        files: vec![
            ("scan-high.png".to_owned(), picture(500)?),
            ("scan-low.png".to_owned(), picture(300)?),
            ("readme.txt".to_owned(), b"Simulated.\n".to_vec()),
        ],
        options: ReadOptions {
            energies: vec![Energy::from_mev(9.0)?, Energy::from_mev(6.0)?],
            ..ReadOptions::default()
        },
        kept_only: &["readme.txt"],
    })
}

fn portal(name: &'static str, document: &str) -> ReaderSample {
    ReaderSample {
        name,
        reader: "n42",
        files: vec![("portal.n42".to_owned(), document.as_bytes().to_vec())],
        options: ReadOptions::default(),
        kept_only: &[],
    }
}

/// Makes a UFF file of another sample.
fn uff_of(sample: &ReaderSample) -> Result<ReaderSample> {
    let delivery = sample.delivery()?;
    let budget = Budget::default();
    let bundle = recognize(&delivery, &sample.options)?.reader.read(&delivery, &sample.options, &budget)?;
    let mut out = Cursor::new(Vec::new());
    write(&bundle, &mut out, &WriteOptions::default(), &budget)?;
    Ok(ReaderSample {
        name: "uff",
        reader: "uff",
        files: vec![("scan.uff".to_owned(), out.into_inner())],
        options: ReadOptions::default(),
        kept_only: &[],
    })
}

/// Makes a projection at two energies, in two encodings, and the report of a machine on it.
fn dicos() -> ReaderSample {
    let image = |w: DicomWriter, syntax: &str, flavour: &str, kilovolts: &str, base: u16| {
        let samples: Vec<u8> = (0..6 * 9).flat_map(|i| w.two(base + 100 * i)).collect();
        let elements = [
            w.text((0x8, 0x0008), "CS", &format!("ORIGINAL\\PRIMARY\\\\{flavour}")),
            w.text((0x8, 0x0016), "UI", "1.2.840.10008.5.1.4.1.1.501.2.2\0"),
            w.text((0x8, 0x0018), "UI", &format!("2.25.{base}")),
            w.text((0x18, 0x0060), "DS", kilovolts),
            w.text((0x20, 0x000D), "UI", "2.25.77"),
            dicom_image(w, (6, 9), (16, 16)),
            w.text((0x28, 0x1040), "CS", "LIN"),
            w.element((0x7FE0, 0x0010), "OW", &samples),
        ];
        dicom_file(syntax, "1.2.840.10008.5.1.4.1.1.501.2.2", &elements)
    };
    let w = DicomWriter::EXPLICIT;
    let threat = [
        w.sequence(
            (0x4010, 0x1037),
            &[[
                w.sequence((0x8, 0x114A), &[w.text((0x8, 0x1155), "UI", "2.25.1000")]),
                w.floats((0x4010, 0x101D), &[2.0, 1.0, 0.0, 4.0, 3.0, 0.0]),
            ]
            .concat()],
        ),
        w.open_sequence((0x4010, 0x1038), &[w.text((0x4010, 0x1012), "CS", "ANOMALY")]),
    ];
    let report = dicom_file(
        EXPLICIT_LITTLE,
        "1.2.840.10008.5.1.4.1.1.501.3",
        &[
            w.text((0x20, 0x000D), "UI", "2.25.77"),
            w.sequence((0x4010, 0x1011), &[threat.concat()]),
            w.text((0x4010, 0x1027), "CS", "MACHINE"),
            w.text((0x4010, 0x1029), "LO", "Finder\\1.2"),
            w.text((0x4010, 0x1031), "CS", "ALARM"),
        ],
    );
    ReaderSample {
        name: "dicos",
        reader: "dicos",
        files: vec![
            ("high.dcs".to_owned(), image(w, EXPLICIT_LITTLE, "HIGH ENERGY", "6000", 1000)),
            ("low.dcs".to_owned(), image(DicomWriter::IMPLICIT, IMPLICIT_LITTLE, "LOW ENERGY", "4000", 2000)),
            ("report.dcs".to_owned(), report),
        ],
        options: ReadOptions::default(),
        kept_only: &[],
    }
}
