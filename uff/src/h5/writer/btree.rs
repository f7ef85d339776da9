//! Chunk index: version 1 B-tree of node type 1 (HDF5 file format specification, III.A.1).

use super::superblock::UNDEFINED;
use crate::h5::ChunkAddress;

/// Children of a full node: twice the default "indexed storage internal node K" of 32, which every reader assumes
/// when the superblock names no other.
const FAN_OUT: u64 = 64;

/// Index of one dataset.
pub(super) struct ChunkTree<'a> {
    /// Samples per axis.
    pub(super) shape: &'a [u64],
    /// Samples of a chunk per axis.
    pub(super) chunk: &'a [u32],
    /// Bytes of an element.
    pub(super) element: u32,
}

struct Key {
    length: u32,
    skipped: u32,
    offsets: Vec<u64>,
}

impl Key {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.length.to_le_bytes());
        out.extend(self.skipped.to_le_bytes());
        self.offsets.iter().for_each(|o| out.extend(o.to_le_bytes()));
    }
}

/// Returns the bytes of one node for chunks of `rank` axes; its key holds one axis more, for the bytes of an element.
fn node_size(rank: usize) -> u64 {
    let key = 8 + 8 * (rank as u64 + 1);
    24 + FAN_OUT * 8 + (FAN_OUT + 1) * key
}

/// Returns the number of nodes per level, leaves first.
fn levels(chunks: u64) -> Vec<u64> {
    let mut counts = vec![chunks.div_ceil(FAN_OUT)];
    while let Some(&last) = counts.last()
        && last > 1
    {
        counts.push(last.div_ceil(FAN_OUT));
    }
    counts
}

/// Returns the bytes of the index of `chunks` chunks of `rank` axes.
pub(super) fn size(chunks: u64, rank: usize) -> u64 {
    levels(chunks).iter().sum::<u64>() * node_size(rank)
}

/// Returns where the root of an index at `address` stands: it is its last node.
pub(super) fn root(address: u64, chunks: u64, rank: usize) -> u64 {
    address + size(chunks, rank) - node_size(rank)
}

impl ChunkTree<'_> {
    /// Encodes the index of chunks in row-major order, to stand at `address`.
    pub(super) fn encode(&self, chunks: &[ChunkAddress], address: u64) -> Vec<u8> {
        let size = node_size(self.chunk.len());
        let mut out = Vec::new();
        let mut children: Vec<u64> = chunks.iter().map(|c| c.offset).collect();
        let mut span = 1;
        for (level, _) in levels(chunks.len() as u64).iter().enumerate() {
            let first = address + out.len() as u64;
            let groups: Vec<&[u64]> = children.chunks(FAN_OUT as usize).collect();
            let mut nodes = Vec::with_capacity(groups.len());
            for (i, group) in groups.iter().enumerate() {
                let at = first + i as u64 * size;
                let left = if i == 0 { UNDEFINED } else { at - size };
                let right = if i + 1 == groups.len() { UNDEFINED } else { at + size };
                let start = out.len();
                out.extend(b"TREE");
                out.extend([1, level as u8]);
                out.extend((group.len() as u16).to_le_bytes());
                out.extend(left.to_le_bytes());
                out.extend(right.to_le_bytes());
                for (j, child) in group.iter().enumerate() {
                    self.key(chunks, (i * FAN_OUT as usize + j) * span).write(&mut out);
                    out.extend(child.to_le_bytes());
                }
                self.key(chunks, (i * FAN_OUT as usize + group.len()) * span).write(&mut out);
                out.resize(start + size as usize, 0);
                nodes.push(at);
            }
            children = nodes;
            span *= FAN_OUT as usize;
        }
        out
    }

    /// Key of a chunk by its row-major index; past the last one, the upper bound that libhdf5 writes.
    fn key(&self, chunks: &[ChunkAddress], index: usize) -> Key {
        match chunks.get(index) {
            Some(chunk) => {
                let mut offsets = self.offsets(index as u64);
                offsets.push(0);
                Key { length: chunk.length, skipped: chunk.skipped, offsets }
            }
            None => {
                let last = self.offsets((chunks.len() as u64).saturating_sub(1));
                let mut offsets: Vec<u64> = last.iter().zip(self.chunk).map(|(o, c)| o + u64::from(*c)).collect();
                offsets.push(u64::from(self.element));
                Key { length: 0, skipped: 0, offsets }
            }
        }
    }

    /// Element offset of a chunk per axis.
    fn offsets(&self, mut index: u64) -> Vec<u64> {
        let mut offsets = vec![0; self.chunk.len()];
        for ((offset, &chunk), &size) in offsets.iter_mut().zip(self.chunk).zip(self.shape).rev() {
            let count = size.div_ceil(u64::from(chunk).max(1)).max(1);
            *offset = index % count * u64::from(chunk);
            index /= count;
        }
        offsets
    }
}
