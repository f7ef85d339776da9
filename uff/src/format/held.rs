//! Memory that is charged while it is held.

use crate::error::Result;
use crate::limits::Budget;

/// Charge that is given back when dropped.
pub(super) struct Held<'a> {
    budget: &'a Budget,
    bytes: u64,
}

impl<'a> Held<'a> {
    /// Charges `bytes` for `what`.
    ///
    /// # Errors
    /// `limit.bytes`.
    pub(super) fn charge(budget: &'a Budget, bytes: u64, what: &str) -> Result<Self> {
        budget.charge(bytes, what)?;
        Ok(Self { budget, bytes })
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.budget.release(self.bytes);
    }
}
