//! Work that the thread which calls shares with those of the pool.
//!
//! A few MiB are read in the time that it takes to wake a thread, so that the one that calls is not to wait until others
//! have begun.

use std::hint;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};

use crate::Result;

/// How often this thread looks whether others are done before it sleeps, some tens of µs: what is left of an item is mostly
/// done sooner than it would wake.
const LOOKS: usize = 1 << 11;

/// Does `work` with all items, in order as far as they are begun: on this thread from the start, and on others of the pool as
/// they come to it. No more are begun once one has failed.
///
/// # Errors
/// The first that `work` gave.
pub(crate) fn share<I: ExactSizeIterator + Send>(
    items: I,
    work: impl Fn(I::Item) -> Result<()> + Sync,
) -> Result<()> {
    let others = rayon::current_num_threads().min(items.len()).saturating_sub(1);
    let (shared, left) = (Mutex::new((Some(items), Ok(()))), AtomicUsize::new(others));
    let work_on = || {
        while let Some(item) = next(&shared) {
            if let Err(error) = work(item) {
                let mut shared = locked(&shared);
                if shared.0.take().is_some() {
                    shared.1 = Err(error);
                }
            }
        }
    };
    rayon::in_place_scope(|scope| {
        for _ in 0..others {
            scope.spawn(|_| {
                work_on();
                left.fetch_sub(1, Ordering::Release);
            });
        }
        work_on();
        let busy = || left.load(Ordering::Acquire) > 0;
        (0..LOOKS).take_while(|_| busy()).for_each(|_| hint::spin_loop());
    });
    shared
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
        .1
}

/// Items that are left, none once one has failed, and what came of them.
type Shared<I> = (Option<I>, Result<()>);

fn locked<I>(shared: &Mutex<Shared<I>>) -> MutexGuard<'_, Shared<I>> {
    shared.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn next<I: Iterator>(shared: &Mutex<Shared<I>>) -> Option<I::Item> {
    locked(shared).0.as_mut()?.next()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::share;
    use crate::{Error, Result};

    fn failed(number: usize) -> Error {
        Error::Invalid {
            what: "item",
            problem: number.to_string(),
        }
    }

    #[test]
    fn every_item_is_worked_on_once() -> Result<()> {
        for len in [0, 1, 2, 7, 1009] {
            let mut values = vec![0_u8; len];
            share(values.iter_mut(), |value| {
                *value += 1;
                Ok(())
            })?;
            assert!(values.iter().all(|value| *value == 1), "{len} items");
        }
        Ok(())
    }

    #[test]
    fn the_first_error_ends_it() {
        let begun = AtomicUsize::new(0);
        let done = share(0..100_000, |number| {
            begun.fetch_add(1, Ordering::Relaxed);
            if number == 3 { Err(failed(number)) } else { Ok(()) }
        });
        assert_eq!(
            done.map_err(|error| error.to_string()),
            Err(failed(3).to_string())
        );
        assert!(begun.into_inner() < 100_000, "the rest is left");
    }
}
