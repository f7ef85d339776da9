//! Tag trees (ISO/IEC 15444-1, B.10.2): numbers of the code-blocks of a precinct, coded as least ones of ever larger
//! groups.

use super::blocks::HeaderBits;

/// A node whose value is not known yet has the largest one.
#[derive(Debug, Clone, Copy)]
struct Node {
    value: u32,
    /// The value is known not to be less.
    least: u32,
}

/// A tag tree that is being read.
#[derive(Debug)]
pub(super) struct TagTree {
    nodes: Vec<Node>,
    /// Width and first node of each level, leaves first.
    levels: Vec<(u32, usize)>,
}

impl TagTree {
    /// Creates the tree of so many leaves across and down.
    pub(super) fn new(across: u32, down: u32) -> Self {
        let (mut width, mut height) = (across, down);
        let mut levels = Vec::new();
        let mut count = 0;
        while width > 0 && height > 0 {
            levels.push((width, count));
            count += width as usize * height as usize;
            if (width, height) == (1, 1) {
                break;
            }
            (width, height) = (width.div_ceil(2), height.div_ceil(2));
        }
        Self { nodes: vec![Node { value: u32::MAX, least: 0 }; count], levels }
    }

    /// Reads on until it is clear whether the value of a leaf is less than `limit`; returns the value if it is.
    pub(super) fn read(&mut self, at: (u32, u32), limit: u32, bits: &mut HeaderBits<'_>) -> Option<u32> {
        let mut least = 0;
        let mut value = None;
        for (level, (width, first)) in self.levels.iter().enumerate().rev() {
            let index = first + (at.1 >> level) as usize * *width as usize + (at.0 >> level) as usize;
            let node = self.nodes.get_mut(index)?;
            node.least = node.least.max(least);
            while node.least < limit && node.least < node.value {
                if bits.bit() {
                    node.value = node.least;
                } else if bits.ended() {
                    return None;
                } else {
                    node.least += 1;
                }
            }
            least = node.least;
            value = Some(node.value).filter(|v| *v < limit);
        }
        value
    }
}
