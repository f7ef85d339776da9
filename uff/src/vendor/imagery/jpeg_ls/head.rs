//! Headers of a stream (T.87, annex C).

use super::super::Fault;
use super::super::Head;
use super::super::fault::damaged;
use super::super::fault::unsupported;
use super::super::segments::Segments;
use super::super::segments::number;
use super::preset::Parameters;
use super::preset::Preset;

const SOI: u8 = 0xD8;
const SOS: u8 = 0xDA;
const RESTART_INTERVAL: u8 = 0xDD;
const FRAME: u8 = 0xF7;
const PRESET: u8 = 0xF8;

/// What the headers say.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) head: Head,
    pub(super) parameters: Parameters,
    /// Rows between restart markers.
    pub(super) restart_interval: Option<u32>,
}

/// What the segments before the scan have said so far.
#[derive(Default)]
struct Found {
    /// Rows, columns and bits.
    frame: Option<(u32, u32, u32)>,
    /// Rows and columns where the frame header has no room for them.
    oversize: Option<(u32, u32)>,
    preset: Preset,
    restart_interval: Option<u32>,
}

impl Frame {
    /// Reads the headers; returns the stream from the first entropy-coded byte on with them.
    pub(super) fn read(stream: &[u8]) -> Result<(Self, &[u8]), Fault> {
        let mut segments = Segments::start(stream, SOI)?;
        let mut found = Found::default();
        loop {
            let marker = segments.marker()?;
            let body = segments.body(marker)?;
            match marker {
                FRAME => found.frame(body)?,
                PRESET => found.preset(body)?,
                RESTART_INTERVAL => {
                    let size = body.len();
                    if !(2..=4).contains(&size) {
                        return Err(damaged("a restart interval of the wrong length"));
                    }
                    found.restart_interval = Some(number(body, 0, size)?).filter(|rows| *rows > 0);
                }
                SOS => return Ok((found.scan(body)?, segments.rest())),
                0xC0..=0xCF | 0xD9 => return Err(damaged(format!("the marker FF{marker:02X} before the scan"))),
                _ => {}
            }
        }
    }
}

impl Found {
    fn frame(&mut self, body: &[u8]) -> Result<(), Fault> {
        if self.frame.is_some() {
            return Err(damaged("more than one frame header"));
        }
        let components = number(body, 5, 1)?;
        if components != 1 {
            return Err(unsupported(format!("{components} components")));
        }
        self.frame = Some((number(body, 1, 2)?, number(body, 3, 2)?, number(body, 0, 1)?));
        Ok(())
    }

    fn preset(&mut self, body: &[u8]) -> Result<(), Fault> {
        match body {
            [1, rest @ ..] => self.preset = Preset::read(rest)?,
            [2 | 3, ..] => return Err(unsupported("a mapping table")),
            [4, size @ 2..=4, rest @ ..] => {
                let size = usize::from(*size);
                self.oversize = Some((number(rest, 0, size)?, number(rest, size, size)?));
            }
            [other, ..] => return Err(unsupported(format!("preset parameters of type {other}"))),
            [] => return Err(damaged("preset parameters without a type")),
        }
        Ok(())
    }

    /// Reads the header of the scan, and completes what was found before.
    fn scan(self, body: &[u8]) -> Result<Frame, Fault> {
        let (rows, columns, bits) = self.frame.ok_or_else(|| damaged("no frame header before the scan"))?;
        let [1, _, mapping, near, interleaved, transform] = body else {
            return Err(damaged("a scan that is not of one component"));
        };
        let (rows, columns) = match (rows, columns, self.oversize) {
            (0, 0, Some(size)) => size,
            (0, _, None) => return Err(unsupported("a number of rows that stands behind the scan")),
            _ => (rows, columns),
        };
        if *mapping != 0 {
            return Err(unsupported("a mapping table"));
        }
        if *interleaved > 2 {
            return Err(damaged(format!("interleave mode {interleaved}")));
        }
        let mut head = Head::new(rows, columns, bits)?;
        if *near != 0 {
            head.loss = Some(format!("near-lossless coding: samples differ by up to {near} (NEAR)"));
        } else if transform & 15 != 0 {
            head.loss = Some(format!("a point transform that dropped {} bits", transform & 15));
        }
        let parameters = self.preset.parameters(bits)?;
        Ok(Frame { head, parameters, restart_interval: self.restart_interval })
    }
}
