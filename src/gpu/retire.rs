//! Destruction, put off until the device is done.
//!
//! A handle that is retired may be used by any recording open at that moment and by anything submitted before. So it
//! waits first until the last of those recordings is closed, which gives it a value of the timeline, and then until
//! the timeline passes that value.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use ash::vk;

use super::device::{Device, Inner};
use super::lock;
use super::memory::Piece;
use super::staging::Book;
use super::swapchain::Chain;

/// A handle without an owner.
pub(super) enum Retired {
    Buffer(vk::Buffer, Option<Piece>),
    Image(vk::Image, vk::ImageView, Option<Piece>),
    Set(vk::DescriptorPool, vk::BufferView),
    Pipeline(vk::Pipeline, vk::PipelineLayout),
    Chain(Chain),
    /// A piece of a ring, by its number.
    Slice(Arc<Mutex<Book>>, u64),
}

/// What is retired and not yet destroyed, and which recordings are open.
#[derive(Default)]
pub(super) struct Retirement {
    /// Serial numbers of open recordings.
    open: BTreeSet<u64>,
    next: u64,
    /// By the serial number of the newest recording open when it was retired. Not always ascending, yet none is ready
    /// before those ahead of it: when a smaller number is queued, all recordings above it have been closed.
    waiting: VecDeque<(u64, Retired)>,
    /// By the value that the timeline has to pass; ascending.
    dated: VecDeque<(u64, Retired)>,
}

impl Retirement {
    /// Opens a recording; its serial number.
    pub(super) fn open(&mut self) -> u64 {
        self.next += 1;
        self.open.insert(self.next);
        self.next
    }

    /// Closes a recording, once it is submitted or given up. `value`: what the timeline reaches when all that is
    /// submitted so far, and what a host has finished but not submitted, is complete.
    pub(super) fn close(&mut self, serial: u64, value: u64) {
        self.open.remove(&serial);
        let oldest = self.open.first().copied().unwrap_or(u64::MAX);
        while let Some((newest, _)) = self.waiting.front()
            && *newest < oldest
        {
            let (_, retired) = self.waiting.pop_front().expect("just seen");
            self.dated.push_back((value, retired));
        }
    }

    fn retire(&mut self, retired: Retired, value: u64) {
        match self.open.last() {
            Some(newest) => self.waiting.push_back((*newest, retired)),
            None => self.dated.push_back((value, retired)),
        }
    }

    fn passed(&mut self, completed: u64) -> Vec<Retired> {
        let count = self
            .dated
            .iter()
            .take_while(|(value, _)| *value <= completed)
            .count();
        self.dated.drain(..count).map(|(_, retired)| retired).collect()
    }

    /// Everything, whatever its date. For the end of a device.
    pub(super) fn take_all(&mut self) -> Vec<Retired> {
        self.waiting
            .drain(..)
            .chain(self.dated.drain(..))
            .map(|(_, retired)| retired)
            .collect()
    }

    fn len(&self) -> usize {
        self.waiting.len() + self.dated.len()
    }
}

impl Device {
    /// Takes a handle from its owner, to be destroyed once the device is done with it. Never waits.
    pub(super) fn retire(&self, retired: Retired) {
        let mut retirement = lock(&self.inner.retirement);
        let value = self.inner.closing_value();
        retirement.retire(retired, value);
    }

    /// Destroys what the timeline has passed, and recycles what completed recordings used. Every submission does so;
    /// call it where nothing is submitted for long.
    pub fn collect(&self) {
        let completed = self.completed();
        self.inner.recycle(completed);
        let passed = lock(&self.inner.retirement).passed(completed);
        for retired in passed {
            self.inner.destroy(retired);
        }
    }

    /// Handles that are retired and not yet destroyed.
    pub fn retired(&self) -> usize {
        lock(&self.inner.retirement).len()
    }
}

impl Inner {
    /// Destroys a handle that the device is done with.
    pub(super) fn destroy(&self, retired: Retired) {
        let raw = &self.raw;
        // SAFETY: each handle is this device's, had one owner, which gave it up, and the timeline has passed every
        // submission that could have used it.
        unsafe {
            match retired {
                Retired::Buffer(buffer, piece) => {
                    raw.destroy_buffer(buffer, None);
                    piece.into_iter().for_each(|piece| self.free(piece));
                }
                Retired::Image(image, view, piece) => {
                    raw.destroy_image_view(view, None);
                    raw.destroy_image(image, None);
                    piece.into_iter().for_each(|piece| self.free(piece));
                }
                Retired::Set(pool, view) => {
                    raw.destroy_descriptor_pool(pool, None);
                    raw.destroy_buffer_view(view, None);
                }
                Retired::Pipeline(pipeline, layout) => {
                    raw.destroy_pipeline(pipeline, None);
                    raw.destroy_pipeline_layout(layout, None);
                }
                Retired::Chain(chain) => chain.destroy(self),
                Retired::Slice(book, number) => lock(&book).release(number),
            }
        }
    }
}
