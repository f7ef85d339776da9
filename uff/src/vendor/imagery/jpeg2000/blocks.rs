//! Code-blocks of a precinct, as the headers of its packets tell of them (ISO/IEC 15444-1, B.10).

use super::super::Fault;
use super::super::fault::damaged;
use super::coding::Coding;
use super::tag_tree::TagTree;

/// Bits of packet headers: after a byte FF the next one gives its lower seven bits. Behind the end stand zeros.
pub(super) struct HeaderBits<'a> {
    rest: &'a [u8],
    byte: u8,
    left: u32,
    ended: bool,
}

impl<'a> HeaderBits<'a> {
    /// Starts at the first bit.
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self { rest, byte: 0, left: 0, ended: false }
    }

    /// Reads a bit.
    pub(super) fn bit(&mut self) -> bool {
        if self.left == 0 {
            self.left = if self.byte == 0xFF { 7 } else { 8 };
            match self.rest.split_first() {
                Some((byte, rest)) => (self.byte, self.rest) = (*byte, rest),
                None => (self.byte, self.ended) = (0, true),
            }
        }
        self.left -= 1;
        self.byte >> self.left & 1 == 1
    }

    /// Reads a number of up to 32 bits.
    fn number(&mut self, bits: u32) -> u32 {
        (0..bits).fold(0, |n, _| n << 1 | u32::from(self.bit()))
    }

    /// Counts ones up to the next zero, at most `limit`.
    fn ones(&mut self, limit: u32) -> u32 {
        (0..limit).take_while(|_| self.bit()).count() as u32
    }

    /// Tells whether bits behind the end were read.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Returns what stands behind the byte of the last bit; one that an FF asks for belongs to it.
    pub(super) fn aligned(self) -> &'a [u8] {
        if self.byte == 0xFF { self.rest.get(1..).unwrap_or_default() } else { self.rest }
    }
}

#[derive(Debug, Clone, Copy)]
struct CodeBlock {
    included: bool,
    /// Bit planes that are left out at the top, all zeros.
    missing: u32,
    passes: u32,
    /// State of the coding of lengths, Lblock.
    length_bits: u32,
}

/// The code-blocks that a precinct has in a sub-band.
#[derive(Debug)]
pub(super) struct Blocks {
    across: u32,
    /// Bit planes of the sub-band.
    planes: u32,
    blocks: Vec<CodeBlock>,
    inclusion: TagTree,
    missing: TagTree,
}

/// What a packet holds of the code-blocks.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Held {
    pub(super) bytes: u64,
    pub(super) segments: u64,
}

/// Most passes of a code-block that a packet can state.
const MAX_PASSES: u32 = 164;

impl Blocks {
    /// Memory per code-block, its nodes of the trees included.
    pub(super) const MEMORY: u64 = (size_of::<CodeBlock>() + 32) as u64;

    /// Creates the state before the first packet.
    pub(super) fn new((across, down): (u32, u32), planes: u32) -> Self {
        let block = CodeBlock { included: false, missing: 0, passes: 0, length_bits: 3 };
        Self {
            across,
            planes,
            blocks: vec![block; across as usize * down as usize],
            inclusion: TagTree::new(across, down),
            missing: TagTree::new(across, down),
        }
    }

    /// Reads what the header of the packet of a layer says of the code-blocks.
    pub(super) fn packet(&mut self, layer: u32, coding: &Coding, bits: &mut HeaderBits<'_>) -> Result<Held, Fault> {
        let mut held = Held::default();
        for (index, block) in (0..).zip(&mut self.blocks) {
            let at = (index % self.across, index / self.across);
            if block.included {
                if !bits.bit() {
                    continue;
                }
            } else {
                if self.inclusion.read(at, layer + 1, bits).is_none() {
                    continue;
                }
                block.included = true;
                block.missing = self.missing.read(at, u32::MAX, bits).unwrap_or(u32::MAX);
            }
            let added = passes(bits);
            block.length_bits += bits.ones(32);
            let first = block.passes;
            block.passes = (first + added).min(4 * MAX_PASSES);
            let mut run = 0;
            for pass in first..first + added {
                run += 1;
                if pass + 1 == first + added || segment(pass, coding) != segment(pass + 1, coding) {
                    let size = block.length_bits + u32::ilog2(run);
                    if size > 32 || bits.ended() {
                        return Err(damaged("a packet header of impossible lengths"));
                    }
                    held.bytes += u64::from(bits.number(size));
                    held.segments += 1;
                    run = 0;
                }
            }
        }
        Ok(held)
    }

    /// Tells whether code-blocks lack passes: their lowest bit planes were left out.
    pub(super) fn cut(&self) -> bool {
        self.blocks.iter().any(|block| {
            let planes = self.planes.saturating_sub(block.missing);
            block.included && block.passes < (3 * planes).saturating_sub(2)
        })
    }
}

/// Reads a number of passes (table B.4).
fn passes(bits: &mut HeaderBits<'_>) -> u32 {
    match bits.ones(2) {
        0 => 1,
        1 => 2,
        _ => match bits.number(2) {
            3 => match bits.number(5) {
                31 => 37 + bits.number(7),
                more => 6 + more,
            },
            more => 3 + more,
        },
    }
}

/// Returns the number of the codeword segment of a pass (tables D.8 and D.9).
fn segment(pass: u32, coding: &Coding) -> u32 {
    if coding.terminated {
        return pass;
    }
    match pass.checked_sub(10) {
        // Raw passes two at a time, and each cleanup pass by itself.
        Some(later) if coding.bypass => 1 + 2 * (later / 3) + u32::from(later % 3 == 2),
        _ => 0,
    }
}
