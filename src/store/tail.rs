//! A recording that grows, and the newest samples on their way.
//!
//! Such a recording is cut once, for as many samples as the budgets allow: its tables are laid out for these, and a block or
//! a page is there or not as everywhere. How many samples it *has* is what frames are planned by. All that is read is
//! stamped with the number that it was read for.
//!
//! ```text
//! grow ─► the last page, which was not full, and those behind it are read again ─► set aside until all have come
//!                                                                                       │ between two frames
//!     the recording has more samples; the old page's nodes and samples count as absent ◄┘ and the new ones are taken in
//! ```
//!
//! So a frame shows the recording as it was, exactly, or as it is, exactly. What is still on its way that was read for fewer
//! samples, and holds the last page of then, is thrown away.

use std::collections::VecDeque;
use std::ops::Range;

use super::list::Lister;
use super::pages::page_bytes;
use super::recording::Recording;
use super::tasks::{Done, Key, Raw, Task};
use crate::gpu::Slice;
use crate::pyramid::Geometry;
use crate::{Error, Result};

/// The end of a recording that grows.
pub(super) struct Tail {
    /// Samples that there are to be, by what was last said.
    wanted: u64,
    coming: Option<Coming>,
}

/// The newest samples, on their way.
struct Coming {
    /// Samples that there are then.
    samples: u64,
    /// What is read before they are shown: the last page of now, and as many behind it as one read takes.
    pages: Range<u64>,
    done: Vec<Done>,
}

impl Coming {
    fn is(&self, task: &Task) -> bool {
        matches!(task, Task::Pages { samples, .. } if *samples == self.samples)
    }

    fn is_whole(&self) -> bool {
        let pages = |done: &Done| match &done.task {
            Task::Pages { pages, .. } => pages.end - pages.start,
            Task::Block { .. } => 0,
        };
        self.done.iter().map(pages).sum::<u64>() == self.pages.end - self.pages.start
    }
}

impl Tail {
    pub(super) fn new(now: &Geometry) -> Self {
        Self {
            wanted: now.samples,
            coming: None,
        }
    }

    /// Sets aside what belongs to the newest samples; what does not comes back.
    fn set_aside(&mut self, done: Done) -> Option<Done> {
        match &mut self.coming {
            Some(coming) if coming.is(&done.task) => {
                coming.done.push(done);
                None
            }
            _ => Some(done),
        }
    }

    /// Whether the newest samples are all there, to be shown by the next frame.
    pub(super) fn is_ready(&self) -> bool {
        self.coming.as_ref().is_some_and(Coming::is_whole)
    }

    /// Bytes that wait on the host.
    pub(super) fn held(&self) -> u64 {
        let done = self.coming.iter().flat_map(|coming| &coming.done);
        done.map(Done::held).sum()
    }
}

/// Pages that stay as they are however much follows: all samples of which are there, and the one that closes them.
fn final_pages(geometry: &Geometry, samples: u64) -> u64 {
    samples.saturating_sub(1) >> geometry.page_shift
}

impl Done {
    /// Throws away what was read for fewer samples than there are now, where that makes a difference.
    pub(super) fn check(&mut self, now: &Geometry) {
        if let Task::Pages { pages, samples, .. } = &self.task
            && *samples < now.samples
            && pages.end > final_pages(now, *samples)
        {
            self.raw = false;
            self.nodes.clear();
            self.failed.clear();
        }
    }
}

impl Recording<'_> {
    /// Has what was added since read in the background: call it once [`Source::refresh`](crate::source::Source::refresh)
    /// has found that more is readable. A frame or [`Recording::poll`] takes it in when it has come, and
    /// [`Recording::span`] says so. Costs a read of the last page, and of what is new.
    ///
    /// Beyond what the budgets hold nothing is taken in, which [`Recording::problems`] tells.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it was not opened as one that [grows](super::OpenOptions::grows).
    pub fn grow(&mut self) -> Result<()> {
        let readable = self.reader.source.readable();
        let most = self.reader.cut.samples;
        let Some(tail) = &mut self.tail else {
            let problem = "it was not opened as one that grows".into();
            return Err(Error::Invalid {
                what: "growing",
                problem,
            });
        };
        if readable.min(most) > tail.wanted {
            tail.wanted = readable.min(most);
            self.list()?;
        }
        if readable > most {
            self.residency.tell(&Error::OutOfBudget {
                what: "more samples of a recording that grows than it was opened for",
                needs: readable,
                has: most,
                advice: "open it again with a larger budget of device and host memory",
            });
        }
        Ok(())
    }

    /// Takes over what the threads have read.
    pub(super) fn gather(&mut self) {
        let arrived = self.io.as_ref().map(super::io::Io::take).unwrap_or_default();
        match &mut self.tail {
            None => self.residency.pending.extend(arrived),
            Some(tail) => {
                let others = arrived.into_iter().filter_map(|done| tail.set_aside(done));
                self.residency.pending.extend(others);
            }
        }
    }

    /// Has the newest samples once all of them have come: between frames, before the next one is planned. Whether it has.
    pub(crate) fn lengthen(&mut self) -> bool {
        self.gather();
        let coming = self
            .tail
            .as_mut()
            .and_then(|tail| tail.coming.take_if(|c| c.is_whole()));
        let Some(coming) = coming else { return false };
        let from = final_pages(&self.geometry, self.geometry.samples);
        let all = from..self.reader.cut.pages();
        for level in 0..self.reader.cut.levels() {
            self.levels.set_built(level, all.clone(), false);
        }
        self.residency.failed.set(all, false);
        self.pages.outdate(from);
        self.geometry.samples = coming.samples;
        self.levels.set_samples(coming.samples);
        self.residency.pending.extend(coming.done);
        self.residency.changed();
        true
    }

    /// Lists the newest samples: nodes, and page by page the raw samples too where the view reaches the end.
    pub(super) fn list_tail(
        &mut self,
        begun: &[Key],
        tasks: &mut Lister,
        spare: &mut VecDeque<Slice>,
    ) -> Result<()> {
        let from = final_pages(&self.geometry, self.geometry.samples);
        let row = (self.geometry.channels * self.geometry.dtype.bytes()) as u64;
        let more = (self.budget.unit / (row << self.geometry.page_shift)).max(1);
        let Some(tail) = &mut self.tail else { return Ok(()) };
        if tail.coming.is_none() && tail.wanted > self.geometry.samples {
            let then = Geometry {
                samples: tail.wanted,
                ..self.geometry
            };
            tail.coming = Some(Coming {
                samples: tail.wanted,
                pages: from..then.pages().min(from + 1 + more),
                done: Vec::new(),
            });
        }
        let Some(coming) = &tail.coming else { return Ok(()) };
        let (samples, pages) = (coming.samples, coming.pages.clone());
        let keys: Vec<Key> = begun
            .iter()
            .copied()
            .chain(coming.done.iter().map(|done| done.task.key()))
            .collect();
        let is_begun = |page: u64| {
            keys.iter()
                .any(|key| matches!(key, Key::Pages(first, end, of) if *of == samples && (*first..*end).contains(&page)))
        };
        let seen = self
            .residency
            .needs
            .as_ref()
            .is_some_and(|needs| needs.raw.contains(&from));
        for page in pages.filter(|&page| !is_begun(page)) {
            let raw = match seen {
                true => self.raw_place(spare)?,
                false => None,
            };
            tasks.put(Task::Pages {
                pages: page..page + 1,
                raw,
                nodes: true,
                samples,
            });
        }
        Ok(())
    }

    /// A place for a page's raw samples, and what they are staged in; `None` where there is none now.
    pub(super) fn raw_place(&mut self, spare: &mut VecDeque<Slice>) -> Result<Option<Raw>> {
        let staged = !super::pool::is_mapped(&self.device);
        let slice = match (staged, spare.pop_front(), &self.ring) {
            (true, None, Some(ring)) => match ring.reserve(page_bytes(&self.geometry), 16)? {
                None => return Ok(None),
                slice => slice,
            },
            (_, slice, _) => slice,
        };
        let Some(slot) = self.pages.reserve()? else {
            spare.extend(slice);
            return Ok(None);
        };
        let (buffer, offset) = self.pages.place(slot);
        Ok(Some(Raw {
            slot,
            buffer,
            offset,
            slice,
        }))
    }
}
