//! Merkle trees of RFC 6962 (section 2.1): hashes, and proofs of inclusion and of consistency.
//!
//! Proofs are lists of ranges of leaves whose hashes they consist of, so that where the hashes come from is left to the
//! caller: tiles that are read, or a tree in memory.

use std::fmt;
use std::ops::Range;

use sha2::{Digest, Sha256};

/// Hash of a leaf, of a node, or of a whole tree: 32 bytes of SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, std::hash::Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Size in bytes.
    pub const SIZE: usize = 32;

    /// Hash of the tree without leaves.
    pub fn of_nothing() -> Self {
        Self(Sha256::digest(b"").into())
    }

    /// Hashes an entry as a leaf.
    pub fn of_leaf(entry: &[u8]) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
    }

    /// Hashes two nodes into the one above.
    pub fn of_node(left: &Self, right: &Self) -> Self {
        Self(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
    }

    /// Hashes the subtree over hashes of which the number is a power of two.
    pub(super) fn of_complete(mut hashes: Vec<Self>) -> Option<Self> {
        while hashes.len() > 1 {
            hashes = hashes.chunks(2).filter_map(|pair| Some(Self::of_node(pair.first()?, pair.get(1)?))).collect();
        }
        hashes.pop()
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

/// A complete subtree: `2^level` leaves, of which the first has the index `index * 2^level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// Height above the leaves.
    pub level: u32,
    /// Number of subtrees of that height before it.
    pub index: u64,
}

/// Returns the leaves left of the point at which RFC 6962 splits a tree of at least two leaves.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// Splits the subtree over a range of leaves into complete ones, from left to right. The range is one of those that
/// splitting a tree gives: it begins at a multiple of the largest power of two that it holds.
pub fn nodes(range: &Range<u64>) -> Vec<Node> {
    let (mut at, mut nodes) = (range.start, Vec::new());
    while at < range.end {
        let level = (range.end - at).ilog2();
        nodes.push(Node { level, index: at >> level });
        at += 1 << level;
    }
    nodes
}

/// Hashes the subtree over a range of leaves out of the hashes of its [`nodes`]; nothing when one is not known.
pub fn root<E>(range: &Range<u64>, mut hash: impl FnMut(Node) -> Result<Hash, E>) -> Result<Hash, E> {
    let mut whole = None;
    for node in nodes(range).into_iter().rev() {
        let left = hash(node)?;
        whole = Some(whole.map_or(left, |right| Hash::of_node(&left, &right)));
    }
    Ok(whole.unwrap_or_else(Hash::of_nothing))
}

/// Returns what proves that the leaf of that index is in the tree of that size (`PATH` of section 2.1.1), leaf first.
pub fn inclusion(index: u64, size: u64) -> Vec<Range<u64>> {
    let (mut range, mut path) = (0..size, Vec::new());
    while range.end - range.start > 1 && range.contains(&index) {
        let middle = range.start + split(range.end - range.start);
        let (inside, beside) = match index < middle {
            true => (range.start..middle, middle..range.end),
            false => (middle..range.end, range.start..middle),
        };
        path.push(beside);
        range = inside;
    }
    path.reverse();
    path
}

/// Returns what proves that the tree of `new` leaves continues the one of `old` (`PROOF` of section 2.1.2).
pub fn consistency(old: u64, new: u64) -> Vec<Range<u64>> {
    let (mut range, mut left, mut whole, mut path) = (0..new, old, true, Vec::new());
    if old == 0 || old >= new {
        return path;
    }
    while left < range.end - range.start {
        let middle = split(range.end - range.start);
        let at = range.start + middle;
        match left <= middle {
            true => {
                path.push(at..range.end);
                range.end = at;
            }
            false => {
                path.push(range.start..at);
                range.start = at;
                left -= middle;
                whole = false;
            }
        }
    }
    if !whole {
        path.push(range);
    }
    path.reverse();
    path
}

/// Tells whether a path leads from a leaf to the root of a tree (RFC 9162, section 2.1.3.2).
pub fn includes(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for beside in path {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            hash = Hash::of_node(beside, &hash);
            while node.is_multiple_of(2) && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = Hash::of_node(&hash, beside);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Tells whether a path proves that one tree continues another (RFC 9162, section 2.1.4.2).
pub fn continues(old: u64, old_root: &Hash, new: u64, new_root: &Hash, path: &[Hash]) -> bool {
    if old == 0 || old >= new {
        let same = old == new && old_root == new_root;
        let from_nothing = old == 0 && *old_root == Hash::of_nothing();
        return path.is_empty() && (same || (from_nothing && new > 0));
    }
    let mut path = path.iter();
    let (mut node, mut last) = (old - 1, new - 1);
    while node % 2 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let first = match old.is_power_of_two() {
        true => Some(old_root),
        false => path.next(),
    };
    let Some(first) = first else { return false };
    let (mut before, mut after) = (*first, *first);
    for beside in path {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            before = Hash::of_node(beside, &before);
            after = Hash::of_node(beside, &after);
            while node.is_multiple_of(2) && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            after = Hash::of_node(&after, beside);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && before == *old_root && after == *new_root
}

/// A tree that grows leaf by leaf and keeps the complete subtrees at its edge alone.
#[derive(Debug, Clone, Default)]
pub struct Frontier {
    size: u64,
    edge: Vec<Hash>,
}

impl Frontier {
    /// Adds a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.edge.pop() {
                hash = Hash::of_node(&left, &hash);
            }
        }
        self.edge.push(hash);
        self.size += 1;
    }

    /// Returns the number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the root.
    pub fn root(&self) -> Hash {
        let joined = self.edge.iter().rev().copied().reduce(|right, left| Hash::of_node(&left, &right));
        joined.unwrap_or_else(Hash::of_nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Leaves of the test vectors that implementations of RFC 6962 share, and the roots over the first of them.
    const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    /// The tree of section 2.1, by its definition.
    fn tree(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::of_nothing(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(split(leaves.len() as u64) as usize);
                Hash::of_node(&tree(left), &tree(right))
            }
        }
    }

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|i| Hash::of_leaf(&i.to_be_bytes())).collect()
    }

    fn hashes(ranges: &[Range<u64>], leaves: &[Hash]) -> Vec<Hash> {
        let part = |range: &Range<u64>| {
            let node = |n: Node| {
                let start = (n.index << n.level) as usize;
                Ok::<_, ()>(tree(&leaves[start..start + (1 << n.level)]))
            };
            let found = root(range, node).expect("known");
            assert_eq!(found, tree(&leaves[range.start as usize..range.end as usize]), "{range:?}");
            found
        };
        ranges.iter().map(part).collect()
    }

    #[test]
    fn roots_are_those_of_the_shared_vectors() {
        let mut frontier = Frontier::default();
        assert_eq!(format!("{:?}", frontier.root()), ROOTS[0]);
        for (leaf, root) in LEAVES.iter().zip(&ROOTS[1..]) {
            frontier.push(Hash::of_leaf(leaf));
            assert_eq!(format!("{:?}", frontier.root()), *root);
        }
    }

    /// Paths published with RFC 6962's own implementation for the tree of eight leaves.
    #[test]
    fn paths_are_those_of_the_shared_vectors() {
        let leaves: Vec<Hash> = LEAVES.iter().map(|l| Hash::of_leaf(l)).collect();
        let text = |ranges: Vec<Range<u64>>| -> Vec<String> {
            hashes(&ranges, &leaves).iter().map(|h| format!("{h:?}")).collect()
        };
        assert_eq!(
            text(inclusion(5, 8)),
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
        assert_eq!(
            text(consistency(6, 8)),
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
    }

    #[test]
    fn every_proof_of_small_trees_holds_and_none_holds_for_another() {
        let leaves = leaves(40);
        for size in 1..40_u64 {
            let root = tree(&leaves[..size as usize]);
            for index in 0..size {
                let path = hashes(&inclusion(index, size), &leaves);
                let leaf = &leaves[index as usize];
                assert!(includes(leaf, index, size, &path, &root), "{index} of {size}");
                let other = &leaves[(index as usize + 1) % 40];
                assert!(!includes(other, index, size, &path, &root));
                assert!(!includes(leaf, index, size + 1, &path, &tree(&leaves[..size as usize + 1])));
                if size > 1 {
                    assert!(!includes(leaf, index, size, &path[1..], &root));
                    assert!(!includes(leaf, (index + 1) % size, size, &path, &root));
                }
            }
            for old in 0..=size {
                let old_root = tree(&leaves[..old as usize]);
                let path = hashes(&consistency(old, size), &leaves);
                assert!(continues(old, &old_root, size, &root, &path), "{old} to {size}");
                assert!(!continues(old, &leaves[39], size, &root, &path), "{old} to {size}");
                // The tree without leaves is continued by every other.
                let forged = continues(old, &old_root, size, &leaves[38], &path);
                assert_eq!(forged, old == 0, "{old} to {size}");
                if let Some((_, rest)) = path.split_first() {
                    assert!(!continues(old, &old_root, size, &root, rest));
                }
            }
        }
    }
}
