//! Bits of entropy-coded data (T.87, A.1): after a byte FF the next one gives its lower seven bits.

/// Splits a stream behind its entropy-coded data, which end before a byte FF with a byte of 80 or more behind it.
pub(super) fn entropy_coded(stream: &[u8]) -> (&[u8], &[u8]) {
    let end = stream.windows(2).position(|pair| matches!(pair, [0xFF, 0x80..=0xFF])).unwrap_or(stream.len());
    stream.split_at(end)
}

/// Takes bits from entropy-coded data; behind their end stand zeros, and [`Bits::overrun`] says that they were taken.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// Bits not taken yet, the next one highest.
    cache: u64,
    /// How many of them are filled.
    filled: u32,
    /// How many of the filled ones stand behind the end.
    padding: u32,
    /// Whether the last byte was FF.
    after_ff: bool,
}

impl<'a> Bits<'a> {
    /// Starts at the first bit.
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, cache: 0, filled: 0, padding: 0, after_ff: false }
    }

    /// Fills the cache with at least 56 bits.
    #[inline]
    fn refill(&mut self) {
        if let Some(next) = self.data.first_chunk::<8>()
            && !self.after_ff
        {
            let word = u64::from_be_bytes(*next);
            // Whether a byte of the word is FF.
            if (!word).wrapping_sub(0x0101_0101_0101_0101) & word & 0x8080_8080_8080_8080 == 0 {
                let bytes = (63 - self.filled) / 8;
                let word = word & (u64::MAX << (64 - 8 * bytes));
                self.cache |= word >> self.filled;
                self.filled += 8 * bytes;
                self.data = self.data.get(bytes as usize..).unwrap_or_default();
                return;
            }
        }
        self.refill_slowly();
    }

    #[cold]
    #[inline(never)]
    fn refill_slowly(&mut self) {
        while self.filled <= 56 {
            let Some((byte, rest)) = self.data.split_first() else {
                self.padding += 64 - self.filled;
                self.filled = 64;
                return;
            };
            let bits = if self.after_ff { 7 } else { 8 };
            self.cache |= u64::from(*byte) << (64 - bits - self.filled);
            self.filled += bits;
            self.after_ff = *byte == 0xFF;
            self.data = rest;
        }
    }

    /// Makes sure that the cache holds `count` bits, at most 56.
    #[inline]
    fn ensure(&mut self, count: u32) {
        if self.filled < count {
            self.refill();
        }
    }

    /// Takes up to 31 bits as a number.
    #[inline]
    pub(super) fn take(&mut self, count: u32) -> u32 {
        self.ensure(count);
        let value = (self.cache >> 1) >> (63 - count);
        self.skip(count);
        value as u32
    }

    /// Takes zeros up to the next one and that one; `None` when there are more than `limit`, which is less than 48.
    #[inline]
    pub(super) fn zeros(&mut self, limit: u32) -> Option<u32> {
        self.ensure(48);
        let count = self.cache.leading_zeros();
        if count > limit {
            return None;
        }
        self.skip(count + 1);
        Some(count)
    }

    #[inline]
    fn skip(&mut self, count: u32) {
        self.cache <<= count;
        self.filled -= count;
    }

    /// Tells whether bits behind the end were taken.
    pub(super) fn overrun(&self) -> bool {
        self.filled < self.padding
    }

    /// Tells whether nothing is left but the bits that fill the last byte.
    pub(super) fn finished(&self) -> bool {
        self.data.is_empty() && self.filled - self.padding.min(self.filled) < 8
    }
}
