//! Keeps reading below a rate, so that care leaves the disk and the network to those who work.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Longest pause at once.
const PAUSE: Duration = Duration::from_millis(500);

/// Rate that all readers who share it keep together.
#[derive(Debug)]
pub(crate) struct Throttle {
    bytes_per_second: u64,
    /// When the bytes read so far are paid for.
    paid: Mutex<Instant>,
}

impl Throttle {
    pub(crate) fn new(bytes_per_second: u64) -> Self {
        Self { bytes_per_second: bytes_per_second.max(1), paid: Mutex::new(Instant::now()) }
    }

    /// Waits until that many more bytes may be read; blocks the thread.
    pub(crate) fn pay(&self, bytes: usize) {
        let end = {
            let mut paid = self.paid.lock().unwrap_or_else(PoisonError::into_inner);
            // Time in which nothing was read is not saved up.
            *paid = (*paid).max(Instant::now()) + cost(bytes as u64, self.bytes_per_second);
            *paid
        };
        while let Some(rest) = end.checked_duration_since(Instant::now()).filter(|rest| !rest.is_zero()) {
            std::thread::sleep(rest.min(PAUSE));
        }
    }
}

fn cost(bytes: u64, bytes_per_second: u64) -> Duration {
    let nanos = u128::from(bytes) * 1_000_000_000 / u128::from(bytes_per_second);
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_cost_what_the_rate_says() {
        assert_eq!(cost(1_000_000, 2_000_000), Duration::from_millis(500));
        assert_eq!(cost(u64::MAX, 1), Duration::from_nanos(u64::MAX));
        let throttle = Throttle::new(u64::MAX);
        throttle.pay(1 << 20);
        assert!(throttle.paid.lock().expect("whole").saturating_duration_since(Instant::now()) < PAUSE);
    }
}
