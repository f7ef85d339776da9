//! Memory that begins at a multiple of a block of a disk, so that a disk can write it and read into it without a copy.

use std::ops::{Deref, DerefMut};

/// Block that every disk in use takes: devices have blocks of 512 or 4096 bytes.
pub(super) const BLOCK: usize = 4096;

/// Bytes that begin at a multiple of [`BLOCK`].
#[derive(Debug, Default)]
pub(crate) struct Aligned {
    memory: Vec<u8>,
    start: usize,
    size: usize,
}

impl Aligned {
    /// Returns `size` bytes of zero.
    pub(crate) fn new(size: usize) -> Self {
        let mut aligned = Self::default();
        aligned.resize(size);
        aligned
    }

    /// Sets the size; the content is any.
    pub(crate) fn resize(&mut self, size: usize) {
        let needed = size.saturating_add(BLOCK);
        if self.memory.len() < needed {
            // Without a copy of what was there.
            self.memory = vec![0; needed];
            self.start = self.memory.as_ptr().align_offset(BLOCK).min(BLOCK);
        }
        self.size = size;
    }

    /// Returns the largest size that needs no other memory.
    pub(crate) fn capacity(&self) -> usize {
        self.memory.len().saturating_sub(BLOCK)
    }
}

impl Deref for Aligned {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.memory.get(self.start..self.start + self.size).unwrap_or_default()
    }
}

impl DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [u8] {
        self.memory.get_mut(self.start..self.start + self.size).unwrap_or_default()
    }
}

impl AsRef<[u8]> for Aligned {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

/// Tells whether bytes begin at a multiple of [`BLOCK`].
pub(super) fn is_aligned(bytes: &[u8]) -> bool {
    bytes.as_ptr().align_offset(BLOCK) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_any_size_begin_at_a_block() {
        let mut aligned = Aligned::default();
        for size in [0, 1, BLOCK - 1, BLOCK, 100_000, 3] {
            aligned.resize(size);
            assert_eq!(aligned.len(), size);
            aligned.fill(1);
            assert!(aligned.is_empty() || is_aligned(&aligned), "{size}");
        }
        assert!(aligned.capacity() >= 100_000, "memory is kept");
    }
}
