//! Kestrane Imaging, `.kxl`: a header of 64 bytes, then one record per pulse, big-endian. Pulses alternate between high
//! and low energy, high first; a pair makes one line. Dark lines come first, then air lines, then the object. Beside it
//! an INI text with local times.
//!
//! | offset | type | content |
//! |---|---|---|
//! | 0 | 8 bytes | `KXLINE\0\1` |
//! | 8 | u16 | size of the header, 64 |
//! | 10 | u16 | size of a record's header, 8 |
//! | 12 | u16 | detector elements |
//! | 14, 16 | u16 | dark lines, air lines |
//! | 18 | u32 | pulses in all |
//! | 22 | | zeros |
//!
//! A record is its pulse number (u32), `H` or `L`, the state of the beam (0 or 1), two zero bytes, and one u16 per
//! element, the uppermost first. The low-energy pulse comes half a line later, so its picture lies half a pixel ahead.

use std::fmt::Write;

use ndarray::Array2;

use super::{ExportedFile, file_stem, fits, pitch};
use crate::error::{Code, Error, Result};
use crate::synth::Rendering;

const HEADER: usize = 64;
const RECORD_HEADER: usize = 8;

pub(super) fn files(scan: &Rendering) -> Result<Vec<ExportedFile>> {
    let stem = file_stem(scan);
    let sidecar =
        sidecar(scan, &stem).map_err(|e| Error::new(Code::Internal, "a sidecar cannot be written").cause(e))?;
    Ok(vec![
        ExportedFile { name: format!("{stem}.ini"), bytes: sidecar.into_bytes() },
        ExportedFile { name: format!("{stem}.kxl"), bytes: pulses(scan)? },
    ])
}

fn pulses(scan: &Rendering) -> Result<Vec<u8>> {
    let (rows, columns) = scan.high.samples.dim();
    let (dark, air) = (scan.high.dark.ncols(), scan.high.air.ncols());
    let mut bytes = Vec::new();
    bytes.extend(b"KXLINE\0\x01");
    bytes.extend((HEADER as u16).to_be_bytes());
    bytes.extend((RECORD_HEADER as u16).to_be_bytes());
    bytes.extend(fits::<u16>(rows, "the number of detector elements")?.to_be_bytes());
    bytes.extend(fits::<u16>(dark, "the number of dark lines")?.to_be_bytes());
    bytes.extend(fits::<u16>(air, "the number of air lines")?.to_be_bytes());
    bytes.extend(fits::<u32>(2 * (dark + air + columns), "the number of pulses")?.to_be_bytes());
    bytes.resize(HEADER, 0);
    let mut number = 0u32;
    let (high, low) = (&scan.high, &scan.low);
    for (beam, first, second) in
        [(0, &high.dark, &low.dark), (1, &high.air, &low.air), (1, &high.samples, &low.samples)]
    {
        for line in 0..first.ncols() {
            for (energy, plane) in [(b'H', first), (b'L', second)] {
                bytes.extend(number.to_be_bytes());
                bytes.extend([energy, beam, 0, 0]);
                bytes.extend(samples(plane, line));
                number = number.wrapping_add(1);
            }
        }
    }
    Ok(bytes)
}

fn samples(plane: &Array2<u16>, line: usize) -> impl Iterator<Item = u8> + '_ {
    plane.column(line).into_iter().flat_map(|sample| sample.to_be_bytes())
}

fn sidecar(scan: &Rendering, stem: &str) -> Result<String, std::fmt::Error> {
    let (p, s) = (&scan.paperwork, &scan.scanner);
    let (along, upright) = pitch(scan);
    let mut x = String::from("; Kestrane LineControl scan record\n\n[Scan]\n");
    writeln!(x, "Number={}", value(&p.scan_number))?;
    writeln!(x, "DataFile={stem}.kxl")?;
    writeln!(x, "StartTime={}", local(&p.start))?;
    writeln!(x, "EndTime={}", local(&p.end))?;
    writeln!(x, "Clock=local {}", value(&p.time_zone))?;
    writeln!(x, "Post={}", value(&p.organisation))?;
    writeln!(x, "Location={}", value(&p.site))?;
    writeln!(x, "Lane={}", value(&p.lane))?;
    writeln!(x, "Traffic={}", value(p.direction.get(..2).unwrap_or_default()).to_uppercase())?;
    writeln!(x, "Inspector={}", value(&p.operator))?;
    writeln!(x, "Note={}", value(&p.remark))?;
    writeln!(x, "\n[Machine]")?;
    writeln!(x, "SerialNo={}", value(&p.serial))?;
    writeln!(x, "Release={}", value(&p.software))?;
    writeln!(x, "HighEnergy_MeV={}", s.high_mev)?;
    writeln!(x, "LowEnergy_MeV={}", s.low_mev)?;
    writeln!(x, "PitchAlong_cm={:.4}", along / 10.0)?;
    writeln!(x, "PitchUp_cm={:.4}", upright / 10.0)?;
    if s.interlaced {
        writeln!(x, "LowEnergyShift_lines=0.5")?;
    }
    if let Some(source) = &s.source {
        writeln!(x, "SourceToObject_cm={}", source.distance / 10.0)?;
        writeln!(x, "SourceHeight_cm={}", source.height / 10.0)?;
        writeln!(x, "SourceToDetector_cm={}", (source.distance + s.detector_distance) / 10.0)?;
    }
    let d = &s.detector;
    writeln!(x, "PhotonNoiseHigh={:.6e}\nPhotonNoiseLow={:.6e}", 1.0 / d.quanta_high, 1.0 / d.quanta_low)?;
    writeln!(x, "FloorHigh={:.6e}\nFloorLow={:.6e}", d.electronic / d.air_high, d.electronic / d.air_low)?;
    writeln!(x, "\n[Object]\nType=CNTR")?;
    for container in &p.containers {
        writeln!(x, "ContainerNo={}", value(container))?;
    }
    for seal in &p.seals {
        writeln!(x, "Seal={}", value(seal))?;
    }
    writeln!(x, "\n[Documents]")?;
    for (key, entry) in
        [("MRN", &p.mrn), ("UCR", &p.ucr), ("BL", &p.bill), ("Shipper", &p.consignor), ("Receiver", &p.consignee)]
    {
        writeln!(x, "{key}={}", value(entry))?;
    }
    for plate in &p.plates {
        writeln!(x, "\n[Plate]\nText={}\nState={}", value(&plate.number), value(&plate.country))?;
        writeln!(x, "Side={}\nReliability={}", value(&plate.position), plate.confidence / 100.0)?;
    }
    for line in &p.goods {
        writeln!(x, "\n[Cargo]\nHS={}\nText={}", value(&line.hs), value(&line.description))?;
        writeln!(x, "Colli={}\nWeight_t={}\nOrigin={}", line.packages, line.gross_mass / 1000.0, value(&line.origin))?;
    }
    Ok(x)
}

/// Value of a key: one line.
fn value(raw: &str) -> String {
    raw.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Local date and time, day first, of RFC 3339 text; text of another form stays as it is.
fn local(rfc3339: &str) -> String {
    let part = |range: std::ops::Range<usize>| rfc3339.get(range);
    match (part(0..4), part(5..7), part(8..10), part(11..19)) {
        (Some(year), Some(month), Some(day), Some(time)) => value(&format!("{day}-{month}-{year} {time}")),
        _ => value(rfc3339),
    }
}
