//! Prefix codes of deflate (RFC 1951, 3.2.2).

/// Longest code that is made: four of them and seven bits left over fit 64 bits.
pub(super) const LONGEST: u32 = 14;

/// Code of one symbol: the bits in the order of writing, lowest first, and how many there are; 0 for an unused symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct SymbolCode {
    pub(super) bits: u16,
    pub(super) length: u8,
}

/// Returns the canonical code of least total length for symbols of these frequencies, no code longer than `limit`.
///
/// At least two symbols must occur.
pub(super) fn code<const N: usize>(frequencies: &[u32; N], limit: u32) -> [SymbolCode; N] {
    let mut scaled = *frequencies;
    loop {
        let lengths = lengths(&scaled);
        if lengths.iter().all(|l| u32::from(*l) <= limit) {
            return canonical(&lengths);
        }
        scaled.iter_mut().filter(|f| **f > 0).for_each(|f| *f = *f / 2 + 1);
    }
}

/// Depth of each symbol in the tree of Huffman; two queues, both ascending by weight, make it in one pass.
fn lengths<const N: usize>(frequencies: &[u32; N]) -> [u8; N] {
    let mut leaves: Vec<(u64, usize)> =
        frequencies.iter().enumerate().filter(|(_, f)| **f > 0).map(|(symbol, f)| (u64::from(*f), symbol)).collect();
    leaves.sort_unstable();
    let count = leaves.len();
    let mut weights: Vec<u64> = leaves.iter().map(|l| l.0).collect();
    let mut parents = vec![0; 2 * count];
    let (mut leaf, mut inner) = (0, count);
    for node in count..(2 * count).saturating_sub(1) {
        let mut take = || {
            let from_leaves = match (weights.get(leaf).filter(|_| leaf < count), weights.get(inner)) {
                (Some(a), Some(b)) => a <= b,
                (a, _) => a.is_some(),
            };
            let next = if from_leaves { &mut leaf } else { &mut inner };
            let taken = *next;
            *next += 1;
            if let Some(parent) = parents.get_mut(taken) {
                *parent = node;
            }
            weights.get(taken).copied().unwrap_or(0)
        };
        let weight = take() + take();
        weights.push(weight);
    }
    let mut depths = vec![0_u8; 2 * count];
    for node in (0..(2 * count).saturating_sub(2)).rev() {
        let above = parents.get(node).and_then(|p| depths.get(*p)).copied().unwrap_or(0);
        if let Some(depth) = depths.get_mut(node) {
            *depth = above.saturating_add(1);
        }
    }
    let mut out = [0; N];
    for ((_, symbol), depth) in leaves.iter().zip(depths) {
        if let Some(length) = out.get_mut(*symbol) {
            *length = depth;
        }
    }
    out
}

fn canonical<const N: usize>(lengths: &[u8; N]) -> [SymbolCode; N] {
    let mut out = [SymbolCode::default(); N];
    let mut next = 0_u32;
    for length in 1..=LONGEST as u8 {
        next <<= 1;
        for (code, _) in out.iter_mut().zip(lengths).filter(|(_, l)| **l == length) {
            let bits = (next as u16).reverse_bits() >> (16 - u32::from(length));
            *code = SymbolCode { bits, length };
            next += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_prefix_free_complete_and_limited() {
        let mut fibonacci = [1_u32; 40];
        for i in 2..40 {
            fibonacci[i] = fibonacci[i - 1] + fibonacci[i - 2];
        }
        let codes = code(&fibonacci, LONGEST);
        assert!(codes.iter().all(|c| c.length > 0 && u32::from(c.length) <= LONGEST));
        let kraft: u32 = codes.iter().map(|c| 1 << (LONGEST - u32::from(c.length))).sum();
        assert_eq!(kraft, 1 << LONGEST, "complete");
        for (i, a) in codes.iter().enumerate() {
            for b in codes.iter().skip(i + 1).filter(|b| b.length >= a.length) {
                assert_ne!(b.bits & ((1 << a.length) - 1), a.bits, "a code starts with another");
            }
        }
    }

    #[test]
    fn frequent_symbols_get_short_codes() {
        assert_eq!(code(&[8, 1, 0, 1], LONGEST).map(|c| c.length), [1, 2, 0, 2]);
        assert_eq!(code(&[5, 5, 5, 5], LONGEST).map(|c| c.length), [2, 2, 2, 2]);
    }
}
