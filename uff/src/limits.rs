//! Limits on what outside data may demand, and the budget that enforces them.
//!
//! A count read from a header never sizes a vector unchecked: it is charged to a [`Budget`] first. The defaults let
//! every plausible scan through (a rail scan of 200 000 lines by 4 096 detectors streams in blocks) and stop bombs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Code, Error, Result};

/// Upper bounds for one operation on outside data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory that decoded outside data may occupy at one time.
    pub memory: u64,
    /// Items (elements, files, datasets, attributes) one input may hold.
    pub items: u64,
    /// Nesting depth of XML elements or HDF5 groups.
    pub depth: u32,
    /// Bytes of one metadata document.
    pub document: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 1 << 30, items: 1_000_000, depth: 64, document: 64 << 20 }
    }
}

/// What is left of the [`Limits`] of one operation; clones share the same balance.
#[derive(Debug, Clone)]
pub struct Budget {
    limits: Arc<Limits>,
    memory: Arc<AtomicU64>,
    items: Arc<AtomicU64>,
}

impl Budget {
    /// Opens a budget with the full limits.
    pub fn new(limits: Limits) -> Self {
        Self {
            memory: Arc::new(AtomicU64::new(limits.memory)),
            items: Arc::new(AtomicU64::new(limits.items)),
            limits: Arc::new(limits),
        }
    }

    /// Returns the limits the budget was opened with.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Charges `bytes` of memory for `what`.
    ///
    /// # Errors
    /// `limit.bytes` when the balance does not cover it; nothing is charged then.
    pub fn charge(&self, bytes: u64, what: &str) -> Result<()> {
        take(&self.memory, bytes).ok_or_else(|| {
            Error::new(Code::LimitBytes, format!("{what} would exceed the memory limit"))
                .expected(format!("at most {} bytes in all (--max-memory)", self.limits.memory))
                .found(format!("{bytes} bytes more with {} left", self.memory.load(Ordering::Relaxed)))
        })
    }

    /// Gives `bytes` back once the memory is free again.
    pub fn release(&self, bytes: u64) {
        self.memory.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Charges `count` items of `what`.
    ///
    /// # Errors
    /// `limit.count` when the balance does not cover it.
    pub fn count(&self, count: u64, what: &str) -> Result<()> {
        take(&self.items, count).ok_or_else(|| {
            Error::new(Code::LimitCount, format!("too many {what}"))
                .expected(format!("at most {} items in all (--max-items)", self.limits.items))
        })
    }

    /// Checks a nesting depth.
    ///
    /// # Errors
    /// `limit.depth` when `depth` exceeds the limit.
    pub fn depth(&self, depth: u32, what: &str) -> Result<()> {
        if depth <= self.limits.depth {
            return Ok(());
        }
        Err(Error::new(Code::LimitDepth, format!("{what} is nested too deep"))
            .expected(format!("at most {} levels", self.limits.depth))
            .found(depth))
    }

    /// Charges and allocates an empty vector with room for `count` values of `T`.
    ///
    /// # Errors
    /// `limit.bytes` when the budget or the machine does not have the memory.
    pub fn vec<T>(&self, count: usize, what: &str) -> Result<Vec<T>> {
        let bytes = (count as u64).saturating_mul(size_of::<T>() as u64);
        self.charge(bytes, what)?;
        let mut v = Vec::new();
        v.try_reserve_exact(count).map_err(|e| {
            self.release(bytes);
            Error::new(Code::LimitBytes, format!("no memory for {what}")).found(format!("{bytes} bytes")).cause(e)
        })?;
        Ok(v)
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

fn take(balance: &AtomicU64, amount: u64) -> Option<()> {
    balance.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(amount)).ok().map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charge_stops_at_the_limit_and_release_gives_back() {
        let budget = Budget::new(Limits { memory: 100, ..Limits::default() });
        assert!(budget.charge(60, "rows").is_ok());
        let e = budget.clone().charge(41, "rows").map_err(|e| e.code());
        assert_eq!(e, Err(Code::LimitBytes));
        budget.release(60);
        assert!(budget.charge(100, "rows").is_ok());
    }

    #[test]
    fn absurd_vector_is_an_error_not_an_abort() {
        let budget = Budget::new(Limits { memory: u64::MAX, ..Limits::default() });
        assert!(budget.vec::<u64>(usize::MAX / 16, "samples").is_err());
    }
}
