//! Walk through the packets of a codestream (ISO/IEC 15444-1, B.9 and B.12).

use super::super::Fault;
use super::super::fault::damaged;
use super::blocks::Blocks;
use super::blocks::HeaderBits;
use super::codestream::Codestream;
use super::coding::Coding;
use super::tile;
use super::tile::Resolution;
use crate::limits::Budget;

/// Start of a packet, with the four bytes behind it.
const SOP: [u8; 4] = [0xFF, 0x91, 0x00, 0x04];
/// End of a packet header.
const EPH: [u8; 2] = [0xFF, 0x92];

/// Memory of the decoder per tile, precinct in a sub-band, code-block, layer of one, and codeword segment.
const TILE: u64 = 512;
const PRECINCT: u64 = 160;
const BLOCK: u64 = 160;
const LAYER: u64 = 24;
const SEGMENT: u64 = 40;

/// A precinct of a resolution.
#[derive(Debug, Clone, Copy)]
struct Precinct {
    resolution: usize,
    number: u64,
}

/// Checks that every tile is there and no code-block was cut; returns how much memory the decoder needs for the
/// structure.
pub(super) fn check(codestream: &Codestream<'_>, budget: &Budget) -> Result<u64, Fault> {
    let tiles = tile::count(codestream);
    let mut parts = codestream.parts.clone();
    parts.sort_by_key(|(tile, _)| *tile);
    let mut memory = 0;
    let mut seen = 0;
    for parts in parts.chunk_by(|(a, _), (b, _)| a == b) {
        let Some((number, _)) = parts.first() else { continue };
        if u64::from(*number) >= tiles {
            return Err(damaged(format!("tile {number} of {tiles}")));
        }
        let walk = Walk::new(codestream, *number, budget)?;
        memory = u64::max(memory, walk.tile(codestream, *number, parts, budget)?);
        seen += 1;
    }
    if seen < tiles {
        return Err(damaged(format!("{seen} of {tiles} tiles")));
    }
    Ok(memory.saturating_add(tiles.saturating_mul(TILE)))
}

/// State of the packets of a tile.
struct Walk {
    resolutions: Vec<Resolution>,
    /// Code-blocks per resolution, precinct and sub-band.
    blocks: Vec<Vec<Vec<Blocks>>>,
    charged: u64,
    /// Memory that the decoder needs for the same.
    memory: u64,
}

impl Walk {
    fn new(codestream: &Codestream<'_>, number: u32, budget: &Budget) -> Result<Self, Fault> {
        let resolutions = tile::resolutions(codestream, tile::area(codestream, number))?;
        let mut walk = Self { resolutions, blocks: Vec::new(), charged: 0, memory: 0 };
        let what = "the packet headers of a JPEG 2000 image";
        let layers = u64::from(codestream.coding.layers);
        for resolution in &walk.resolutions {
            let bands = resolution.bands.len() as u64;
            let structure = resolution.count().saturating_mul(bands.saturating_mul(size_of::<Blocks>() as u64) + 64);
            budget.charge(structure, what)?;
            walk.charged += structure;
            walk.memory = walk.memory.saturating_add(resolution.count().saturating_mul(bands * PRECINCT));
            let mut precincts = Vec::new();
            for precinct in 0..resolution.count() {
                let mut parts = Vec::new();
                for (band, area) in &resolution.bands {
                    let cells = resolution.part(*area, precinct).cells(resolution.block);
                    let count = u64::from(cells.0) * u64::from(cells.1);
                    budget.charge(count.saturating_mul(Blocks::MEMORY), what)?;
                    walk.charged += count * Blocks::MEMORY;
                    walk.memory = walk.memory.saturating_add(count.saturating_mul(BLOCK + layers * LAYER));
                    parts.push(Blocks::new(cells, codestream.quantization.planes(*band)?));
                }
                precincts.push(parts);
            }
            walk.blocks.push(precincts);
        }
        Ok(walk)
    }

    /// Reads the packets of a tile to the last, and looks for what they lack.
    fn tile(
        mut self,
        codestream: &Codestream<'_>,
        number: u32,
        parts: &[(u32, &[u8])],
        budget: &Budget,
    ) -> Result<u64, Fault> {
        let coding = &codestream.coding;
        let positions = self.positions(codestream, number, budget)?;
        let mut packets = order(coding, &self.resolutions, positions);
        let mut segments = 0_u64;
        for (_, part) in parts {
            let mut rest = *part;
            while !rest.is_empty() {
                let (layer, precinct) =
                    packets.next().ok_or_else(|| damaged(format!("bytes behind the last packet of tile {number}")))?;
                segments += self.packet(&mut rest, layer, precinct, coding)?;
            }
        }
        if packets.next().is_some() {
            return Err(damaged(format!("tile {number} ends before its last packet")));
        }
        drop(packets);
        if self.blocks.iter().flatten().flatten().any(Blocks::cut) {
            return Err(Fault::Lossy("code-blocks without their lowest bit planes".to_owned()));
        }
        budget.release(self.charged);
        Ok(self.memory.saturating_add(segments.saturating_mul(SEGMENT)))
    }

    /// Reads a packet; returns its codeword segments.
    fn packet(&mut self, rest: &mut &[u8], layer: u32, precinct: Precinct, coding: &Coding) -> Result<u64, Fault> {
        let ended = || damaged("a packet is longer than its tile-part");
        if coding.sop && rest.starts_with(&SOP) {
            *rest = rest.get(6..).ok_or_else(ended)?;
        }
        let mut bits = HeaderBits::new(rest);
        let (mut bytes, mut segments) = (0_u64, 0);
        if bits.bit() {
            let bands = self.blocks.get_mut(precinct.resolution).and_then(|p| p.get_mut(precinct.number as usize));
            for blocks in bands.into_iter().flatten() {
                let held = blocks.packet(layer, coding, &mut bits)?;
                bytes += held.bytes;
                segments += held.segments;
            }
        }
        if bits.ended() {
            return Err(ended());
        }
        *rest = bits.aligned();
        if coding.eph {
            *rest = rest.strip_prefix(&EPH).ok_or_else(|| damaged("a packet header without its end"))?;
        }
        *rest = usize::try_from(bytes).ok().and_then(|n| rest.get(n..)).ok_or_else(ended)?;
        Ok(segments)
    }

    /// Returns all precincts in the order of their positions, for the progressions that go by position first.
    fn positions(&mut self, codestream: &Codestream<'_>, number: u32, budget: &Budget) -> Result<Vec<Precinct>, Fault> {
        if codestream.coding.progression < 3 {
            return Ok(Vec::new());
        }
        let area = tile::area(codestream, number);
        let count = self.resolutions.iter().map(Resolution::count).sum::<u64>();
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let mut found: Vec<((u64, u64), Precinct)> = budget.vec(count, "the precincts of a JPEG 2000 image")?;
        self.charged += (count * size_of::<((u64, u64), Precinct)>()) as u64;
        for (resolution, held) in self.resolutions.iter().enumerate() {
            found
                .extend((0..held.count()).map(|number| (held.position(area, number), Precinct { resolution, number })));
        }
        found.sort_by_key(|(position, precinct)| (*position, precinct.resolution, precinct.number));
        Ok(found.into_iter().map(|(_, precinct)| precinct).collect())
    }
}

/// Returns layer and precinct of all packets, in the order of the progression; that of a single component.
fn order(
    coding: &Coding,
    resolutions: &[Resolution],
    positions: Vec<Precinct>,
) -> Box<dyn Iterator<Item = (u32, Precinct)>> {
    let layers = coding.layers;
    let counts: Vec<u64> = resolutions.iter().map(Resolution::count).collect();
    let of = |resolution: usize, count: u64| (0..count).map(move |number| Precinct { resolution, number });
    match coding.progression {
        // Layer, resolution, position.
        0 => Box::new((0..layers).flat_map(move |layer| {
            let all = counts.clone().into_iter().enumerate();
            all.flat_map(move |(resolution, count)| of(resolution, count)).map(move |precinct| (layer, precinct))
        })),
        // Resolution, layer, position.
        1 => Box::new(counts.into_iter().enumerate().flat_map(move |(resolution, count)| {
            (0..layers).flat_map(move |layer| of(resolution, count).map(move |precinct| (layer, precinct)))
        })),
        // Resolution, position, layer.
        2 => Box::new(counts.into_iter().enumerate().flat_map(move |(resolution, count)| {
            of(resolution, count).flat_map(move |precinct| (0..layers).map(move |layer| (layer, precinct)))
        })),
        // Position, resolution, layer.
        _ => Box::new(positions.into_iter().flat_map(move |precinct| (0..layers).map(move |layer| (layer, precinct)))),
    }
}
