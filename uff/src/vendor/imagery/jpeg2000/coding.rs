//! Coding style and quantization of a codestream (ISO/IEC 15444-1, A.6).

use super::super::Fault;
use super::super::fault::damaged;
use super::super::fault::unsupported;
use super::super::segments::number;

/// Most levels of decomposition.
const MAX_LEVELS: u32 = 32;

/// Coding style (COD).
#[derive(Debug, Clone)]
pub(super) struct Coding {
    pub(super) progression: u32,
    pub(super) layers: u32,
    /// Levels of decomposition; one resolution more.
    pub(super) levels: u32,
    /// Width and height of a code-block, as powers of two.
    pub(super) block: (u32, u32),
    /// Width and height of a precinct per resolution, as powers of two.
    pub(super) precincts: Vec<(u32, u32)>,
    /// Whether SOP segments may precede packets, and EPH markers end their headers.
    pub(super) sop: bool,
    pub(super) eph: bool,
    /// Whether passes bypass the arithmetic coder, and whether each ends a codeword segment of its own.
    pub(super) bypass: bool,
    pub(super) terminated: bool,
    /// Whether the wavelet is the reversible one.
    pub(super) reversible: bool,
}

impl Coding {
    /// Reads a COD segment.
    pub(super) fn read(body: &[u8]) -> Result<Self, Fault> {
        let at = |i: usize| number(body, i, 1);
        let (flags, style, levels) = (at(0)?, at(8)?, at(5)?);
        let block = (at(6)? + 2, at(7)? + 2);
        if levels > MAX_LEVELS || block.0 > 10 || block.1 > 10 || block.0 + block.1 > 12 {
            return Err(damaged("coding parameters out of range"));
        }
        if style & 0xC0 != 0 {
            return Err(unsupported("high-throughput code-blocks (ISO/IEC 15444-15)"));
        }
        let precincts = (0..=levels as usize)
            .map(|i| if flags & 1 == 0 { Ok((15, 15)) } else { at(10 + i).map(|size| (size & 15, size >> 4)) })
            .collect::<Result<_, _>>()?;
        let coding = Self {
            progression: at(1)?,
            layers: number(body, 2, 2)?,
            levels,
            block,
            precincts,
            sop: flags & 2 != 0,
            eph: flags & 4 != 0,
            bypass: style & 1 != 0,
            terminated: style & 4 != 0,
            reversible: at(9)? == 1,
        };
        if coding.progression > 4 || coding.layers == 0 {
            return Err(damaged("coding parameters out of range"));
        }
        Ok(coding)
    }
}

/// Quantization (QCD).
#[derive(Debug, Clone)]
pub(super) struct Quantization {
    /// Whether coefficients are quantized.
    pub(super) quantized: bool,
    guard_bits: u32,
    /// Exponents of the sub-bands, lowest resolution first.
    exponents: Vec<u32>,
}

impl Quantization {
    /// Reads a QCD segment.
    pub(super) fn read(body: &[u8]) -> Result<Self, Fault> {
        let style = number(body, 0, 1)?;
        let exponents = body.iter().skip(1).map(|step| u32::from(step >> 3)).collect();
        Ok(Self { quantized: style & 31 != 0, guard_bits: style >> 5, exponents })
    }

    /// Returns the bit planes of a sub-band of unquantized coefficients (equation E-2).
    pub(super) fn planes(&self, band: usize) -> Result<u32, Fault> {
        let exponent = self.exponents.get(band).ok_or_else(|| damaged("a sub-band without quantization"))?;
        Ok((self.guard_bits + exponent).saturating_sub(1))
    }
}
