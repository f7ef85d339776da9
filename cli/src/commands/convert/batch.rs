//! Work on several deliveries at once, told in their order.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::sync::mpsc;

/// Works on each item in one of `workers` threads and tells the outcomes in the order of the items, each as soon as it
/// and all before it are there. When `tell` fails, nothing new is begun.
///
/// # Errors
/// What `tell` says.
pub(super) fn in_order<T: Sync, R: Send, E>(
    items: &[T],
    workers: usize,
    work: impl Fn(&T) -> R + Sync,
    mut tell: impl FnMut(&T, R) -> Result<(), E>,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let (sender, outcomes) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..workers.clamp(1, items.len().max(1)) {
            let sender = sender.clone();
            let (next, stop, work) = (&next, &stop, &work);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    if sender.send((index, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut told = items.iter().enumerate().peekable();
        for (index, outcome) in outcomes {
            waiting.insert(index, outcome);
            while let Some((index, item)) = told.peek().copied() {
                let Some(outcome) = waiting.remove(&index) else { break };
                told.next();
                tell(item, outcome).inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn outcomes_come_in_order_whoever_is_first() {
        let items: Vec<u64> = (0..20).collect();
        let slow_start = |n: &u64| {
            std::thread::sleep(Duration::from_millis(20 - n));
            n * n
        };
        let mut told = Vec::new();
        let all: Result<(), ()> = in_order(&items, 4, slow_start, |n, square| {
            told.push((*n, square));
            Ok(())
        });
        assert!(all.is_ok());
        assert_eq!(told, items.iter().map(|n| (*n, n * n)).collect::<Vec<_>>());
    }

    #[test]
    fn nothing_is_begun_once_nobody_listens() {
        let begun = AtomicUsize::new(0);
        let items = vec![(); 1000];
        let work = |(): &()| {
            std::thread::sleep(Duration::from_millis(1));
            begun.fetch_add(1, Ordering::Relaxed)
        };
        assert_eq!(in_order(&items, 2, work, |_, _| Err("deaf")), Err("deaf"));
        assert!(begun.load(Ordering::Relaxed) < 100);
    }
}
