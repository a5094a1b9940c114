//! A ring of mapped memory, through which samples reach the device.
//!
//! ```text
//!     0        tail                head         size
//!     | free   | in flight … being written |  free  |
//! ```
//!
//! Pieces are handed out at the head and come free at the tail, in any order of release: a piece that is released
//! before an older one waits for it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::retire::Retired;
use super::{Buffer, Device, Memory, WriteView, lock};
use crate::{Error, Result};

/// A ring of staging memory of a fixed size. It is shared by reference; slices outlive it.
pub struct Ring {
    buffer: Arc<Buffer>,
    book: Arc<Mutex<Book>>,
}

/// A piece of a [`Ring`], to be written and then copied from. Dropped after the copy is recorded, it comes free when
/// the recordings open at that moment have completed; dropped while none is open, it comes free with what was submitted before.
pub struct Slice {
    buffer: Arc<Buffer>,
    book: Arc<Mutex<Book>>,
    number: u64,
    offset: u64,
    len: u64,
}

/// Which pieces of a ring are taken.
pub(super) struct Book {
    size: u64,
    next: u64,
    /// Oldest first. The head is the end of the last, the tail the start of the first.
    pieces: VecDeque<Taken>,
}

struct Taken {
    number: u64,
    start: u64,
    end: u64,
    released: bool,
}

impl Book {
    fn new(size: u64) -> Self {
        Self {
            size,
            next: 0,
            pieces: VecDeque::new(),
        }
    }

    /// The number and the place of `len` bytes at a multiple of `align`, where there is room for them.
    fn take(&mut self, len: u64, align: u64) -> Option<(u64, u64)> {
        let start = self.place(len, align)?;
        self.next += 1;
        self.pieces.push_back(Taken {
            number: self.next,
            start,
            end: start + len,
            released: false,
        });
        Some((self.next, start))
    }

    fn place(&self, len: u64, align: u64) -> Option<u64> {
        let (Some(first), Some(last)) = (self.pieces.front(), self.pieces.back()) else {
            return (len <= self.size).then_some(0);
        };
        let (tail, start) = (first.start, last.end.checked_next_multiple_of(align)?);
        let end = start.checked_add(len)?;
        let wrapped = last.end <= tail;
        if end <= if wrapped { tail } else { self.size } {
            return Some(start);
        }
        (!wrapped && len <= tail).then_some(0)
    }

    /// Marks a piece as free, and moves the tail past all that are.
    pub(super) fn release(&mut self, number: u64) {
        if let Some(piece) = self.pieces.iter_mut().find(|piece| piece.number == number) {
            piece.released = true;
        }
        while self.pieces.front().is_some_and(|piece| piece.released) {
            self.pieces.pop_front();
        }
    }
}

impl Ring {
    /// A ring of `size` bytes, all of which it takes now.
    ///
    /// # Errors
    /// [`Error::OutOfBudget`].
    pub fn new(device: &Device, size: u64) -> Result<Self> {
        let buffer = Buffer::new(device, "staging ring", size, Memory::Upload)?;
        let book = Book::new(buffer.size());
        Ok(Self {
            buffer: Arc::new(buffer),
            book: Arc::new(Mutex::new(book)),
        })
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.buffer.size()
    }

    /// Takes `len` bytes at a multiple of `align`; `None` where the ring is full now. Never waits.
    ///
    /// # Errors
    /// [`Error::OutOfBudget`] where `len` is more than the ring's size; [`Error::Invalid`] where `align` is zero.
    pub fn reserve(&self, len: u64, align: u64) -> Result<Option<Slice>> {
        if len > self.size() {
            let advice = "stage it in pieces, or make the ring larger";
            return Err(Error::OutOfBudget {
                what: "a staging slice",
                needs: len,
                has: self.size(),
                advice,
            });
        }
        if align == 0 {
            return Err(Error::Invalid {
                what: "a staging slice",
                problem: "an alignment of zero".into(),
            });
        }
        self.buffer.device().collect();
        // Not zero, so that each piece has a place of its own.
        let taken = lock(&self.book).take(len.max(1), align);
        Ok(taken.map(|(number, offset)| Slice {
            buffer: self.buffer.clone(),
            book: self.book.clone(),
            number,
            offset,
            len,
        }))
    }

    /// Takes `len` bytes, waiting for submissions where the ring is full; each of them for `timeout` at most.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve); [`Error::Vulkan`] with `TIMEOUT`; [`Error::DeviceLost`]; [`Error::Invalid`] where
    /// all is complete and yet full: the ring's slices are alive, or in recordings that are not submitted.
    pub fn reserve_wait(&self, len: u64, align: u64, timeout: Duration) -> Result<Slice> {
        let device = self.buffer.device();
        loop {
            // Read first: what completes after this is seen by the next turn.
            let completed = device.completed();
            if let Some(slice) = self.reserve(len, align)? {
                return Ok(slice);
            }
            if completed + 1 >= device.next_value() {
                let problem =
                    "the ring is full of slices that are not submitted; submit, or make it larger".into();
                return Err(Error::Invalid {
                    what: "a staging slice",
                    problem,
                });
            }
            device.wait(completed + 1, timeout)?;
        }
    }
}

impl Slice {
    /// The bytes, to be written.
    ///
    /// # Errors
    /// [`Error::Invalid`] where [`buffer`](Self::buffer) was asked for a view of the same bytes.
    pub fn view(&mut self) -> Result<WriteView<'_>> {
        self.buffer.view(self.offset..self.offset + self.len)
    }

    /// The ring's buffer, to copy from.
    pub fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// Where in the buffer the slice starts.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Its length in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl Drop for Slice {
    fn drop(&mut self) {
        self.buffer
            .device()
            .retire(Retired::Slice(self.book.clone(), self.number));
    }
}

#[cfg(test)]
mod tests {
    use super::Book;

    #[test]
    fn pieces_wrap_and_come_free_in_order() {
        let mut book = Book::new(100);
        let (a, at) = book.take(40, 16).expect("room");
        assert_eq!(at, 0);
        let (b, at) = book.take(40, 16).expect("room");
        assert_eq!(at, 48);
        assert!(book.take(20, 16).is_none(), "only 12 bytes are left");
        book.release(b);
        assert!(book.take(20, 16).is_none(), "the older piece is still taken");
        book.release(a);
        let (c, at) = book.take(100, 16).expect("all of it");
        assert_eq!(at, 0);
        assert!(book.take(1, 1).is_none());
        book.release(c);
        let (d, _) = book.take(60, 1).expect("room");
        let (e, at) = book.take(40, 1).expect("room");
        assert_eq!(at, 60);
        book.release(d);
        let (_, at) = book.take(59, 1).expect("before the tail");
        assert_eq!(at, 0);
        assert!(book.take(2, 1).is_none());
        assert_eq!(book.take(1, 1).map(|(_, at)| at), Some(59));
        assert!(book.take(1, 1).is_none(), "full to the byte");
        book.release(e);
        assert_eq!(book.take(40, 4).map(|(_, at)| at), Some(60));
    }
}
