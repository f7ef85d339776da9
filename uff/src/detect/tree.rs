//! Distinct areas of a picture at any size and level: the component tree.
//!
//! At each threshold the pixels above it form connected components; over all thresholds they nest as a tree (Salembier,
//! Oliveras & Garrido, IEEE Trans. Image Processing 7, 1998; built with union-find after Najman & Couprie, ibid. 15,
//! 2006). An object is a component that keeps about its size over many thresholds, the idea of maximally stable regions
//! (Matas, Chum, Urban & Pajdla, BMVC 2002): no scale, shape or absolute threshold is prescribed.

use super::patch::Patch;

/// Component that stands out, and over how many levels it keeps within twice its size.
#[derive(Debug, Clone)]
pub(super) struct Distinct {
    pub(super) patch: Patch,
    pub(super) height: u16,
}

/// Bounds of what counts as an object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// Fewest pixels.
    pub(super) least: usize,
    /// Most pixels.
    pub(super) most: usize,
    /// Least height in levels.
    pub(super) height: u16,
}

/// Growth of area within which two nested components are one object.
const SAME: u32 = 2;
const NONE: u32 = u32::MAX;

/// Finds the distinct components above thresholds of a picture of levels, `columns` wide, in reading order; level 0 is
/// background and never part of one.
pub(super) fn distinct(levels: &[u16], columns: usize, sizes: Sizes) -> Vec<Distinct> {
    if columns == 0 || levels.is_empty() {
        return Vec::new();
    }
    let tree = Tree::new(levels, columns);
    let mut ranked: Vec<(u16, u32)> = Vec::new();
    for node in tree.nodes() {
        let area = tree.area[node as usize] as usize;
        let level = levels[node as usize];
        if level == 0 || area < sizes.least || area > sizes.most {
            continue;
        }
        let height = level - tree.merged(node);
        if height >= sizes.height {
            ranked.push((height, node));
        }
    }
    // The highest first; of equals the larger, then the first in reading order.
    ranked.sort_unstable_by_key(|(height, node)| {
        (std::cmp::Reverse(*height), std::cmp::Reverse(tree.area[*node as usize]), *node)
    });
    let mut taken = vec![false; levels.len()];
    let mut kept = Vec::new();
    for (height, node) in ranked {
        let chain: Vec<u32> = tree.chain(node).collect();
        if chain.iter().any(|above| taken[*above as usize]) {
            continue;
        }
        // What is kept blocks what is nested in it and of about its size; the chain upwards is marked, the chain
        // downwards meets the mark.
        chain.iter().for_each(|above| taken[*above as usize] = true);
        kept.push((height, node));
    }
    let mut found: Vec<Distinct> = Vec::new();
    for (height, node) in kept {
        let pixels = tree.pixels(node, columns);
        found.extend(Patch::new(pixels).map(|patch| Distinct { patch, height }));
    }
    found
}

/// Component tree; a node is its first pixel in the order of the union.
struct Tree<'a> {
    levels: &'a [u16],
    parent: Vec<u32>,
    area: Vec<u32>,
    /// Pixels by ascending level.
    order: Vec<u32>,
    /// Children of each pixel as a linked list: first child, next sibling.
    child: Vec<u32>,
    sibling: Vec<u32>,
}

impl<'a> Tree<'a> {
    fn new(levels: &'a [u16], columns: usize) -> Self {
        let order = ascending(levels);
        let mut parent = vec![NONE; levels.len()];
        let mut root = vec![NONE; levels.len()];
        for &pixel in order.iter().rev() {
            parent[pixel as usize] = pixel;
            root[pixel as usize] = pixel;
            for beside in neighbours(pixel as usize, columns, levels.len()) {
                if root[beside] != NONE {
                    let top = find(&mut root, beside as u32);
                    if top != pixel {
                        root[top as usize] = pixel;
                        parent[top as usize] = pixel;
                    }
                }
            }
        }
        // Let every pixel point at the node of the level it joins.
        for &pixel in &order {
            let above = parent[pixel as usize];
            let top = parent[above as usize];
            if levels[top as usize] == levels[above as usize] {
                parent[pixel as usize] = top;
            }
        }
        let mut area = vec![1u32; levels.len()];
        let (mut child, mut sibling) = (vec![NONE; levels.len()], vec![NONE; levels.len()]);
        for &pixel in order.iter().rev() {
            let above = parent[pixel as usize];
            if above != pixel {
                area[above as usize] += area[pixel as usize];
                sibling[pixel as usize] = child[above as usize];
                child[above as usize] = pixel;
            }
        }
        Self { levels, parent, area, order, child, sibling }
    }

    /// Iterates over the nodes: pixels that stand for a component at its level.
    fn nodes(&self) -> impl Iterator<Item = u32> + '_ {
        self.order.iter().copied().filter(|pixel| {
            let above = self.parent[*pixel as usize];
            above == *pixel || self.levels[above as usize] != self.levels[*pixel as usize]
        })
    }

    /// Iterates over a node and what it grows into, as long as it keeps about its size.
    fn chain(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let most = self.area[node as usize].saturating_mul(SAME);
        std::iter::successors(Some(node), |at| Some(self.parent[*at as usize]).filter(|above| above != at))
            .take_while(move |at| self.area[*at as usize] <= most)
    }

    /// Returns the level at which a node has merged into something much larger; 0 if it never does.
    fn merged(&self, node: u32) -> u16 {
        let last = self.chain(node).last().unwrap_or(node);
        let above = self.parent[last as usize];
        if above == last { 0 } else { self.levels[above as usize] }
    }

    fn pixels(&self, node: u32, columns: usize) -> Vec<(usize, usize)> {
        let mut open = vec![node];
        let mut pixels = Vec::with_capacity(self.area[node as usize] as usize);
        while let Some(pixel) = open.pop() {
            pixels.push((pixel as usize / columns, pixel as usize % columns));
            let mut next = self.child[pixel as usize];
            while next != NONE {
                open.push(next);
                next = self.sibling[next as usize];
            }
        }
        pixels
    }
}

/// Sorts the pixels by level, in reading order within one.
fn ascending(levels: &[u16]) -> Vec<u32> {
    let top = usize::from(levels.iter().copied().max().unwrap_or(0));
    let mut start = vec![0usize; top + 2];
    levels.iter().for_each(|level| start[usize::from(*level) + 1] += 1);
    for level in 1..start.len() {
        start[level] += start[level - 1];
    }
    let mut order = vec![0u32; levels.len()];
    for (pixel, level) in levels.iter().enumerate() {
        let place = &mut start[usize::from(*level)];
        order[*place] = pixel as u32;
        *place += 1;
    }
    order
}

/// Pixels beside one, sides only.
fn neighbours(pixel: usize, columns: usize, all: usize) -> impl Iterator<Item = usize> {
    let column = pixel % columns;
    let left = (column > 0).then(|| pixel - 1);
    let right = (column + 1 < columns).then_some(pixel + 1);
    let up = pixel.checked_sub(columns);
    let down = Some(pixel + columns).filter(|p| *p < all);
    [up, left, right, down].into_iter().flatten()
}

fn find(root: &mut [u32], mut at: u32) -> u32 {
    while root[at as usize] != at {
        let above = root[at as usize];
        root[at as usize] = root[above as usize];
        at = above;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(rows: &[&str]) -> (Vec<u16>, usize) {
        let levels = rows.iter().flat_map(|r| r.bytes()).map(|b| u16::from(b - b'0')).collect();
        (levels, rows[0].len())
    }

    #[test]
    fn objects_are_found_at_their_own_levels() {
        let (levels, columns) = picture(&["1111111111", "1999111111", "1999111441", "1111111441", "1111111111"]);
        let found = distinct(&levels, columns, Sizes { least: 3, most: 20, height: 3 });
        let seen: Vec<_> = found.iter().map(|d| (d.height, d.patch.len(), d.patch.bounds().column)).collect();
        assert_eq!(seen, [(8, 6, 1), (3, 4, 7)]);
    }

    #[test]
    fn nested_objects_of_another_size_are_both_found() {
        let (levels, columns) = picture(&["0000000", "0555550", "0595550", "0555550", "0000000"]);
        let sizes: Vec<usize> =
            distinct(&levels, columns, Sizes { least: 1, most: 30, height: 3 }).iter().map(|d| d.patch.len()).collect();
        assert_eq!(sizes, [15, 1]);
    }

    #[test]
    fn slopes_are_not_objects() {
        let (levels, columns) = picture(&["0123456789"]);
        assert!(distinct(&levels, columns, Sizes { least: 2, most: 5, height: 6 }).is_empty());
        assert!(distinct(&[], 0, Sizes { least: 1, most: 5, height: 1 }).is_empty());
    }
}
