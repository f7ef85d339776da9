//! Orsolvik Portal Works, `.opw`: a header of 128 bytes, then planes of 16 bits, little-endian, row by row from the top:
//! high, low, dark lines high, dark lines low, air lines high, air lines low. Beside it an XML document.
//!
//! | offset | type | content |
//! |---|---|---|
//! | 0 | 4 bytes | `OPW1` |
//! | 4 | u16 | version, 2 |
//! | 6 | u16 | size of the header, 128 |
//! | 8, 12 | u32 | columns, rows |
//! | 16, 18 | u16 | planes, 2; bits, 16 |
//! | 20, 24 | u32 | dark lines, air lines |
//! | 28, 32 | u32 | nominal energies, keV, high and low |
//! | 36, 40 | f32 | pixel size in the middle plane, mm, along the scan and upright |
//! | 44 | 48 bytes | number of the scan, NUL-padded |
//! | 92 | | zeros |

use std::fmt::Write;

use super::{ExportedFile, file_stem, fits, pitch};
use crate::error::{Code, Error, Result};
use crate::synth::Rendering;

const HEADER: usize = 128;
const NUMBER: std::ops::Range<usize> = 44..92;

pub(super) fn files(scan: &Rendering) -> Result<Vec<ExportedFile>> {
    let stem = file_stem(scan);
    let sidecar =
        sidecar(scan, &stem).map_err(|e| Error::new(Code::Internal, "a sidecar cannot be written").cause(e))?;
    Ok(vec![
        ExportedFile { name: format!("{stem}.opw"), bytes: planes(scan)? },
        ExportedFile { name: format!("{stem}.xml"), bytes: sidecar.into_bytes() },
    ])
}

fn planes(scan: &Rendering) -> Result<Vec<u8>> {
    let (rows, columns) = scan.high.samples.dim();
    let kev = |mev: f64| (mev * 1000.0).round() as u32;
    let (along, upright) = pitch(scan);
    let mut bytes = Vec::new();
    bytes.extend(b"OPW1");
    bytes.extend(2u16.to_le_bytes());
    bytes.extend((HEADER as u16).to_le_bytes());
    bytes.extend(fits::<u32>(columns, "the number of columns")?.to_le_bytes());
    bytes.extend(fits::<u32>(rows, "the number of rows")?.to_le_bytes());
    bytes.extend(2u16.to_le_bytes());
    bytes.extend(16u16.to_le_bytes());
    bytes.extend(fits::<u32>(scan.high.dark.ncols(), "the number of dark lines")?.to_le_bytes());
    bytes.extend(fits::<u32>(scan.high.air.ncols(), "the number of air lines")?.to_le_bytes());
    bytes.extend(kev(scan.scanner.high_mev).to_le_bytes());
    bytes.extend(kev(scan.scanner.low_mev).to_le_bytes());
    bytes.extend((along as f32).to_le_bytes());
    bytes.extend((upright as f32).to_le_bytes());
    bytes.extend(scan.paperwork.scan_number.bytes().take(NUMBER.len()));
    bytes.resize(HEADER, 0);
    let (high, low) = (&scan.high, &scan.low);
    for plane in [&high.samples, &low.samples, &high.dark, &low.dark, &high.air, &low.air] {
        bytes.extend(plane.iter().flat_map(|sample| sample.to_le_bytes()));
    }
    Ok(bytes)
}

fn sidecar(scan: &Rendering, stem: &str) -> Result<String, std::fmt::Error> {
    let (p, s) = (&scan.paperwork, &scan.scanner);
    let (along, upright) = pitch(scan);
    let mut x = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    writeln!(x, "<PortalScan xmlns=\"urn:orsolvik:portal-scan:2\" number=\"{}\">", text(&p.scan_number))?;
    writeln!(x, "  <Image file=\"{stem}.opw\" planes=\"HIGH LOW DARK_H DARK_L AIR_H AIR_L\"/>")?;
    writeln!(x, "  <Station serial=\"{}\" software=\"{}\">", text(&p.serial), text(&p.software))?;
    writeln!(x, "    <Organisation>{}</Organisation>", text(&p.organisation))?;
    writeln!(x, "    <Site locode=\"{}\" lane=\"{}\"/>", text(&p.site), text(&p.lane))?;
    writeln!(x, "    <Operator>{}</Operator>", text(&p.operator))?;
    writeln!(x, "  </Station>")?;
    writeln!(x, "  <Passage direction=\"{}\" object=\"VEHICLE\">", text(&p.direction.to_uppercase()))?;
    writeln!(x, "    <Begin>{}</Begin>", text(&p.start))?;
    writeln!(x, "    <End>{}</End>", text(&p.end))?;
    for plate in &p.plates {
        let (country, mount) = (text(&plate.country), text(&plate.position.to_uppercase()));
        let score = plate.confidence;
        writeln!(
            x,
            "    <Plate country=\"{country}\" mount=\"{mount}\" score=\"{score}\">{}</Plate>",
            text(&plate.number)
        )?;
    }
    for container in &p.containers {
        writeln!(x, "    <Container>{}</Container>", text(container))?;
    }
    for seal in &p.seals {
        writeln!(x, "    <Seal>{}</Seal>", text(seal))?;
    }
    writeln!(x, "    <Remark>{}</Remark>", text(&p.remark))?;
    writeln!(x, "  </Passage>")?;
    writeln!(x, "  <Papers mrn=\"{}\" ucr=\"{}\" cmr=\"{}\">", text(&p.mrn), text(&p.ucr), text(&p.bill))?;
    writeln!(x, "    <Consignor>{}</Consignor>", text(&p.consignor))?;
    writeln!(x, "    <Consignee>{}</Consignee>", text(&p.consignee))?;
    for line in &p.goods {
        let (hs, origin) = (text(&line.hs), text(&line.origin));
        let (packages, kg) = (line.packages, line.gross_mass);
        writeln!(
            x,
            "    <Line hs=\"{hs}\" origin=\"{origin}\" packages=\"{packages}\" kg=\"{kg}\">{}</Line>",
            text(&line.description)
        )?;
    }
    writeln!(x, "  </Papers>")?;
    writeln!(x, "  <Geometry pitchAlong=\"{along:.3}\" pitchUpright=\"{upright:.3}\" unit=\"mm\">")?;
    if let Some(source) = &s.source {
        let span = source.distance + s.detector_distance;
        writeln!(
            x,
            "    <Source distance=\"{}\" height=\"{}\" toDetector=\"{span}\"/>",
            source.distance, source.height
        )?;
    }
    writeln!(x, "  </Geometry>")?;
    let d = &s.detector;
    for (plane, quanta, air) in [("HIGH", d.quanta_high, d.air_high), ("LOW", d.quanta_low, d.air_low)] {
        let (quantum, floor) = (1.0 / quanta, d.electronic / air);
        writeln!(x, "  <Noise plane=\"{plane}\" quantum=\"{quantum:.6e}\" electronic=\"{floor:.6e}\"/>")?;
    }
    writeln!(x, "</PortalScan>")?;
    Ok(x)
}

/// Text inside an element or an attribute; characters that XML does not allow become spaces.
fn text(raw: &str) -> String {
    let mut escaped = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
