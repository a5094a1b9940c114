//! Memory that a thread uses again for what it decodes next, so that the system need not clear and map it each time.

use std::cell::Cell;

/// Bytes that a thread keeps; what is larger is given back at once.
const KEPT: usize = 4 << 20;

thread_local! {
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Lends `len` bytes, of which nothing is known.
///
/// A `work` that lends again while it runs, as one does that waits for other threads, gets memory of its own.
pub(crate) fn with<T>(len: usize, work: impl FnOnce(&mut [u8]) -> T) -> T {
    let mut buffer = BUFFER.take();
    if buffer.len() < len {
        // Nothing of the old is wanted, so that it is not moved.
        drop(buffer);
        buffer = vec![0; len];
    }
    let done = work(&mut buffer[..len]);
    if buffer.len() <= KEPT {
        BUFFER.set(buffer);
    }
    done
}
