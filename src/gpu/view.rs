//! Mapped memory, to be written or to be read: never both at once, and never written by two.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::ptr::NonNull;
use std::sync::Mutex;

use super::lock;

/// The ranges of a buffer that are in use; one that is being written overlaps no other.
pub(super) type Ranges = Mutex<Vec<(Range<u64>, Access)>>;

/// What a range is in use for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Write,
    Read,
}

/// A range of a buffer, to be written. No other view of these bytes exists while it lives.
pub struct WriteView<'a> {
    start: NonNull<u8>,
    range: Range<u64>,
    ranges: &'a Ranges,
    bytes: PhantomData<&'a mut [MaybeUninit<u8>]>,
}

// SAFETY: the view is the one way to its bytes, which belong to no thread, and the ranges are behind a lock.
unsafe impl Send for WriteView<'_> {}

impl<'a> WriteView<'a> {
    /// Takes `range`, where no other view has any of it.
    ///
    /// # Safety
    /// `base` points to mapped memory, at least `range.end` bytes of it, valid for `'a`; `ranges` is that memory's own.
    pub(super) unsafe fn take(base: NonNull<u8>, range: Range<u64>, ranges: &'a Ranges) -> Option<Self> {
        take(ranges, &range, Access::Write)?;
        // SAFETY: within the mapped memory, as the caller promises.
        let start = unsafe { base.add(range.start as usize) };
        Some(Self {
            start,
            range,
            ranges,
            bytes: PhantomData,
        })
    }

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        (self.range.end - self.range.start) as usize
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies `bytes` to `offset` within the view.
    ///
    /// # Panics
    /// Where they do not fit.
    pub fn copy_from(&mut self, offset: usize, bytes: &[u8]) {
        let fits = offset
            .checked_add(bytes.len())
            .is_some_and(|end| end <= self.len());
        assert!(
            fits,
            "{} bytes at {offset} do not fit a view of {}",
            bytes.len(),
            self.len()
        );
        // SAFETY: the range was checked, and nothing else refers to the view's bytes.
        unsafe {
            self.start
                .add(offset)
                .copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len())
        };
    }

    /// The bytes, as memory to be written: what a read from a file fills without a copy.
    pub fn uninit(&mut self) -> &mut [MaybeUninit<u8>] {
        // SAFETY: the bytes are mapped while the view lives, and nothing else refers to them.
        unsafe { std::slice::from_raw_parts_mut(self.start.cast().as_ptr(), self.len()) }
    }

    /// The first `n` bytes and the rest, for two threads.
    ///
    /// # Panics
    /// Where `n` is beyond the end.
    pub fn split_at(self, n: usize) -> (Self, Self) {
        assert!(
            n <= self.len(),
            "cannot split a view of {} bytes at {n}",
            self.len()
        );
        let middle = self.range.start + n as u64;
        let (head, tail) = (self.range.start..middle, middle..self.range.end);
        {
            let mut taken = lock(self.ranges);
            give_back(&mut taken, &self.range, Access::Write);
            taken.extend([(head.clone(), Access::Write), (tail.clone(), Access::Write)]);
        }
        // SAFETY: within the view.
        let start = unsafe { self.start.add(n) };
        let rest = Self {
            start,
            range: tail,
            ranges: self.ranges,
            bytes: PhantomData,
        };
        let first = Self {
            start: self.start,
            range: head,
            ranges: self.ranges,
            bytes: PhantomData,
        };
        // Its range was given back above.
        std::mem::forget(self);
        (first, rest)
    }
}

impl Drop for WriteView<'_> {
    fn drop(&mut self) {
        give_back(&mut lock(self.ranges), &self.range, Access::Write);
    }
}

/// A range of a buffer, to be read. No view to write it exists while this lives.
pub struct ReadView<'a> {
    bytes: &'a [u8],
    range: Range<u64>,
    ranges: &'a Ranges,
}

impl<'a> ReadView<'a> {
    /// Takes `range`, where no view to write has any of it.
    ///
    /// # Safety
    /// As of [`WriteView::take`], and the range was written before.
    pub(super) unsafe fn take(base: NonNull<u8>, range: Range<u64>, ranges: &'a Ranges) -> Option<Self> {
        take(ranges, &range, Access::Read)?;
        let len = (range.end - range.start) as usize;
        // SAFETY: within the mapped memory, as the caller promises, and nobody writes it while this lives.
        let bytes = unsafe { std::slice::from_raw_parts(base.add(range.start as usize).as_ptr(), len) };
        Some(Self { bytes, range, ranges })
    }
}

impl std::ops::Deref for ReadView<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes
    }
}

impl Drop for ReadView<'_> {
    fn drop(&mut self) {
        give_back(&mut lock(self.ranges), &self.range, Access::Read);
    }
}

fn take(ranges: &Ranges, range: &Range<u64>, access: Access) -> Option<()> {
    let mut taken = lock(ranges);
    let conflicts = taken.iter().any(|(other, how)| {
        let overlap = other.start < range.end && range.start < other.end;
        overlap && (access, *how) != (Access::Read, Access::Read)
    });
    if conflicts {
        return None;
    }
    taken.push((range.clone(), access));
    Some(())
}

fn give_back(taken: &mut Vec<(Range<u64>, Access)>, range: &Range<u64>, access: Access) {
    if let Some(place) = taken
        .iter()
        .position(|other| (&other.0, other.1) == (range, access))
    {
        taken.swap_remove(place);
    }
}
