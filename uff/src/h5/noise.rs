//! Deflate for bytes that are noise.
//!
//! The low bytes of detector samples are photon noise: searching them for repetitions costs most of the time of
//! compression and finds nothing. Such bytes are written as literals with a code made for them (RFC 1951, 3.2.7, or
//! stored, 3.2.4, where no code helps); any inflater reads the result.

use super::huffman::LONGEST;
use super::huffman::SymbolCode;
use super::huffman::code;

/// Bytes that share one code.
const BLOCK: usize = 1 << 15;
/// Runs of bytes that are searched for repetitions, and their length.
const PROBES: usize = 4;
const PROBE: usize = 1 << 11;
/// Repetitions per probed byte from which on bytes are no noise.
const REPETITIVE: usize = 64;

/// Returns whether bytes hardly ever repeat four that stand shortly before.
pub(super) fn is_noise(bytes: &[u8]) -> bool {
    if bytes.len() < PROBES * PROBE {
        return false;
    }
    let step = bytes.len() / PROBES;
    let mut repeated = 0;
    for probe in bytes.chunks(step).filter_map(|part| part.get(..PROBE)) {
        let mut seen = [[0_u8; 4]; 1 << 10];
        for four in probe.windows(4) {
            let &[a, b, c, d] = four else { continue };
            let four = [a, b, c, d];
            let slot = (u32::from_le_bytes(four).wrapping_mul(0x9e37_79b1) >> 22) as usize;
            if let Some(place) = seen.get_mut(slot) {
                repeated += usize::from(*place == four);
                *place = four;
            }
        }
    }
    repeated * REPETITIVE < PROBES * PROBE
}

/// Appends bytes to a deflate stream as blocks of literals, none of them the last of the stream, and ends on a whole
/// byte.
pub(super) fn append_literals(bytes: &[u8], out: &mut Vec<u8>) {
    let mut writer = BitWriter { out, pending: 0, bits: 0 };
    for block in bytes.chunks(BLOCK) {
        writer.block(block);
    }
    writer.stored(&[]);
}

struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    pending: u64,
    bits: u32,
}

/// Symbol that ends a block.
const END: usize = 256;
/// Number of the code for distances and lengths, of which none is used here.
const DISTANCES: [u8; 2] = [1, 1];
/// Order in which the lengths of the code of code lengths are written.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

impl BitWriter<'_> {
    fn block(&mut self, bytes: &[u8]) {
        let mut frequencies = [0_u32; END + 1];
        for byte in bytes {
            frequencies[usize::from(*byte)] += 1;
        }
        frequencies[END] = 1;
        let codes = code(&frequencies, LONGEST);
        let length: u32 = codes.iter().zip(frequencies).map(|(c, f)| u32::from(c.length) * f).sum();
        if length as usize + 8 * 130 >= 8 * bytes.len() {
            self.stored(bytes);
        } else {
            self.coded(bytes, &codes);
        }
    }

    fn coded(&mut self, bytes: &[u8], codes: &[SymbolCode; END + 1]) {
        const DYNAMIC: u32 = 0b10 << 1;
        self.add(DYNAMIC, 3);
        self.add(0, 5);
        self.add(DISTANCES.len() as u32 - 1, 5);
        self.add(ORDER.len() as u32 - 4, 4);
        let lengths = || codes.iter().map(|c| c.length).chain(DISTANCES).map(usize::from);
        let mut frequencies = [0_u32; 19];
        lengths().for_each(|l| frequencies[l] += 1);
        let of_lengths = code(&frequencies, 7);
        ORDER.iter().for_each(|symbol| self.add(u32::from(of_lengths[*symbol].length), 3));
        lengths().for_each(|l| self.add(u32::from(of_lengths[l].bits), u32::from(of_lengths[l].length)));
        self.flush();
        self.literals(bytes, codes);
        self.add(u32::from(codes[END].bits), u32::from(codes[END].length));
        self.flush();
    }

    /// Writes literals, four to a word.
    fn literals(&mut self, bytes: &[u8], codes: &[SymbolCode; END + 1]) {
        let mut at = self.out.len();
        self.out.resize(at + bytes.len() * LONGEST as usize / 8 + 16, 0);
        let (mut pending, mut bits) = (self.pending, self.bits);
        for four in bytes.chunks(4) {
            for byte in four {
                let SymbolCode { bits: code, length } = codes[usize::from(*byte)];
                pending |= u64::from(code) << bits;
                bits += u32::from(length);
            }
            if let Some(place) = self.out.get_mut(at..at + 8) {
                place.copy_from_slice(&pending.to_le_bytes());
            }
            at += (bits / 8) as usize;
            pending >>= bits & !7;
            bits &= 7;
        }
        self.out.truncate(at);
        (self.pending, self.bits) = (pending, bits);
    }

    /// Writes stored blocks; one without bytes brings the stream to a whole byte.
    fn stored(&mut self, bytes: &[u8]) {
        self.add(0, 3);
        self.add(0, (8 - self.bits % 8) % 8);
        self.flush();
        let length = bytes.len() as u16;
        self.out.extend(length.to_le_bytes());
        self.out.extend((!length).to_le_bytes());
        self.out.extend(bytes);
    }

    fn add(&mut self, value: u32, bits: u32) {
        self.pending |= u64::from(value) << self.bits;
        self.bits += bits;
        if self.bits >= 32 {
            self.flush();
        }
    }

    /// Passes on whole bytes.
    fn flush(&mut self) {
        while self.bits >= 8 {
            self.out.push(self.pending as u8);
            self.pending >>= 8;
            self.bits -= 8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use libdeflater::CompressionLvl;
    use libdeflater::Compressor;
    use libdeflater::Decompressor;
    use proptest::prelude::*;

    fn noise(length: usize, spread: u32) -> Vec<u8> {
        let mut state = 7_u32;
        let mut next = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        (0..length).map(|_| ((next() % spread + next() % spread) / 2) as u8).collect()
    }

    /// Inflates literals followed by a last block of libdeflate.
    fn inflated(bytes: &[u8]) -> Vec<u8> {
        let mut stream = Vec::new();
        append_literals(bytes, &mut stream);
        let mut tail = [0; 64];
        let length = Compressor::new(CompressionLvl::default()).deflate_compress(b"tail", &mut tail).unwrap();
        stream.extend(&tail[..length]);
        let mut out = vec![0; bytes.len() + 4];
        Decompressor::new().deflate_decompress(&stream, &mut out).unwrap();
        assert_eq!(out.split_off(bytes.len()), b"tail");
        out
    }

    proptest! {
        #[test]
        fn any_bytes_are_inflated_by_another_implementation(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
            prop_assert_eq!(inflated(&bytes), bytes);
        }

        #[test]
        fn skewed_bytes_are_inflated_by_another_implementation(spread in 1_u32..256, length in 1_usize..100_000) {
            let bytes = noise(length, spread);
            prop_assert!(inflated(&bytes) == bytes);
        }
    }

    #[test]
    fn noise_is_told_from_pictures_and_text() {
        assert!(is_noise(&noise(65_536, 200)));
        assert!(!is_noise(&[0; 65_536]));
        assert!(!is_noise(&b"manifest, line after line; ".repeat(3000)));
        assert!(!is_noise(&noise(65_536, 3)), "few values repeat often");
        assert!(!is_noise(&noise(100, 200)), "too few bytes to tell");
    }

    #[test]
    fn a_code_of_its_own_shortens_uneven_noise() {
        let bytes = noise(65_536, 100);
        let mut out = Vec::new();
        append_literals(&bytes, &mut out);
        assert!(out.len() < bytes.len() * 7 / 8, "{} of {} bytes", out.len(), bytes.len());
        let even: Vec<u8> = (0..65_536_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let mut stored = Vec::new();
        append_literals(&even, &mut stored);
        assert!(stored.len() <= even.len() + 32);
    }
}
