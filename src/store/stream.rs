//! From a view to what is read for it, and back to where frames see it.

use std::ops::Range;
use std::time::Duration;

use super::list::Lister;
use super::pages::{Loader, page_bytes};
use super::pen::{Into, Pen};
use super::pool::is_mapped;
use super::recording::Recording;
use super::residency::Residency;
use super::tail::Tail;
use super::tasks::{Done, Task};
use super::upload::PATIENCE;
use crate::gpu::Commands;
use crate::plan::{Fidelity, Needs, Plan, ahead};
use crate::view::View;
use crate::{Error, Result};

/// How much a frame may load, of a recording that is not streamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Everything, however long it takes.
    All,
    /// About so many bytes, then the rest is absent.
    Bytes(u64),
}

/// From where a frame sees a recording.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) view: &'a View,
    pub(crate) columns: u32,
    /// Columns more on either side.
    pub(crate) reach: u32,
    /// Whether the host itself reads it, while the frame is recorded, and the device does not.
    pub(crate) by_host: bool,
}

/// What a view's samples and nodes came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Came {
    /// Raw pages that are absent.
    pub(crate) absent: u64,
    /// Pages whose nodes are not there, and how many are needed.
    pub(crate) lacking: (u64, u64),
    /// Whether what is absent comes, rather than never fits or cannot be read.
    pub(crate) coming: bool,
    /// Bytes of samples read since the last frame.
    pub(crate) bytes: u64,
    /// Samples of the open span where there is nothing to see, in runs.
    pub(crate) missing: Vec<Range<u64>>,
}

impl Came {
    /// Whether nothing is missing.
    pub(crate) fn is_complete(&self) -> bool {
        self.absent == 0 && self.lacking.0 == 0
    }

    /// How close a frame of `plan` then is.
    pub(crate) fn fidelity(&self, plan: &Plan) -> Fidelity {
        let share = |(missing, of): (u64, u64)| missing as f64 / of.max(1) as f64;
        let raw = plan.pages.end - plan.pages.start;
        match self.lacking.0 {
            0 => plan.fidelity(self.absent, self.coming),
            _ => Fidelity::Partial {
                missing: share(self.lacking).max(share((self.absent, raw))),
            },
        }
    }
}

/// What [`Recording::poll`] came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Polled {
    /// Whether a frame would now show more than the last one, and is due: at once where the picture would be complete, else
    /// when reading has had its share of the time.
    pub changed: bool,
    /// Where it would show more and is not due, how long until it is: call again then, or draw then.
    pub later: Option<Duration>,
    /// Whether something waits for a frame: to be taken in, or to be read once its place is free.
    pub waiting: bool,
}

impl Recording<'_> {
    /// Loads, or has loaded, what a plan needs, and keeps what is there of it. The submission `busy` reads it; copies
    /// are recorded in `commands`.
    pub(crate) fn want(
        &mut self,
        plan: &Plan,
        seen: Seen<'_>,
        wanted: Wanted,
        commands: &mut Commands,
        busy: u64,
    ) -> Result<Came> {
        let mut needs = plan.needs(&self.geometry);
        if self.without_samples || needs.raw.end - needs.raw.start > self.pages.capacity() as u64 {
            needs.raw = 0..0;
        }
        self.check_room(&needs)?;
        self.io.as_ref().inspect(|io| io.frame_begins());
        self.residency.pace.frame_begins();
        self.residency.asked += 1;
        self.pages.turn();
        self.look_ahead(seen);
        self.note_frame(&needs);
        self.residency.needs = Some(needs.clone());
        self.hold(&needs, 0);
        self.residency.recorded.clear();
        let busy = if seen.by_host { 0 } else { busy };
        self.residency.by_host = seen.by_host;
        if seen.by_host {
            self.settle(&needs)?;
        }
        let mut bytes = self.integrate(Into::Frame(commands))?;
        bytes += match self.io {
            Some(_) => {
                self.list()?;
                0
            }
            None => self.load_now(&needs, wanted, commands, busy)?,
        };
        self.hold(&needs, busy);
        let mut came = self.came(&needs, plan.samples_per_px);
        came.bytes = bytes;
        let raw = plan.pages.end - plan.pages.start;
        came.absent = raw - plan.pages.clone().filter(|&page| self.shows(page)).count() as u64;
        came.coming |= came.absent > 0 && needs.raw.clone().any(|page| self.raw_comes(page));
        Ok(came)
    }

    /// Tells that the frame is recorded for which [`Recording::want`] was called.
    pub(crate) fn recorded(&mut self) {
        self.io.as_ref().inspect(|io| io.frame_ends());
        self.residency.pace.frame_ends();
    }

    /// Sees to it that no copy recorded for an earlier frame still goes to what the host is to read.
    fn settle(&mut self, needs: &Needs) -> Result<()> {
        let completed = self.device.completed();
        for level in needs.levels.clone() {
            for block in self.levels.blocks_of(&needs.nodes_of(level)) {
                let busy = self.levels.busy(level, block);
                match (busy > completed, self.device.is_host()) {
                    (false, _) => {}
                    (true, false) => self.device.wait(busy, PATIENCE)?,
                    // It is read again.
                    (true, true) => self.levels.drop_block(level, block),
                }
            }
        }
        Ok(())
    }

    /// Whether a page's raw samples are absent, and will come.
    pub(super) fn raw_comes(&self, page: u64) -> bool {
        !self.pages.has(page) && !self.residency.failed.has(page)
    }

    /// The blocks that a view needs must fit.
    fn check_room(&self, needs: &Needs) -> Result<()> {
        let large = needs.levels.clone().filter(|&level| !self.levels.is_small(level));
        let blocks: u64 = large
            .map(|level| self.levels.blocks_of(&needs.nodes_of(level)))
            .map(|blocks| blocks.end - blocks.start)
            .sum();
        if blocks <= self.levels.capacity() as u64 {
            return Ok(());
        }
        let each = super::budget::LevelBytes::new(&self.geometry);
        Err(Error::OutOfBudget {
            what: "the nodes that this view is made of",
            needs: each.small + blocks * each.block,
            has: each.small + self.levels.capacity() as u64 * each.block,
            advice: "raise the device's budget, or show fewer columns",
        })
    }

    /// Foresees the next views.
    fn look_ahead(&mut self, seen: Seen<'_>) {
        let before = self.residency.seen.replace((*seen.view, seen.columns));
        let Some((before, columns)) = before else { return };
        if (before, columns) == (*seen.view, seen.columns) {
            return;
        }
        let start = self.reader.start as i64;
        self.residency.ahead = ahead(&before, seen.view, seen.columns).map(|view| {
            let geometry = &self.geometry;
            Plan::new(geometry, start, &view, seen.columns, seen.reach).needs(geometry)
        });
        self.residency.ahead = self.residency.ahead.take().map(|needs| self.modest(needs));
    }

    /// Of what lies ahead, as much as fits beside the view, and no more than half of all pages.
    fn modest(&self, mut ahead: Needs) -> Needs {
        let most = self.pages.capacity() as u64 / 2;
        if self.without_samples || ahead.raw.end - ahead.raw.start > most {
            ahead.raw = 0..0;
        }
        let large = |needs: &Needs| -> u64 {
            let levels = needs.levels.clone().filter(|&level| !self.levels.is_small(level));
            let blocks = levels.map(|level| self.levels.blocks_of(&needs.nodes_of(level)));
            blocks.map(|blocks| blocks.end - blocks.start).sum()
        };
        if 2 * large(&ahead) > self.levels.capacity() as u64 && self.reader.store.is_some() {
            ahead.levels = 0..0;
        }
        ahead
    }

    /// Keeps what there is of a view's needs from being dropped or written.
    fn hold(&mut self, needs: &Needs, busy: u64) {
        let asked = self.residency.asked;
        self.pages.hold(needs.raw.clone(), busy);
        for level in needs.levels.clone() {
            for block in self.levels.blocks_of(&needs.nodes_of(level)) {
                self.levels.hold(level, block, asked, busy);
            }
        }
    }

    /// What of a view's nodes is there.
    fn came(&self, needs: &Needs, samples_per_px: f64) -> Came {
        let geometry = &self.geometry;
        let runs = Residency::missing(&self.levels, needs);
        let lacking = runs.iter().map(|run| run.end - run.start).sum();
        let coming = runs
            .iter()
            .any(|run| self.residency.failed.count(run.clone()) < run.end - run.start);
        let mut missing: Vec<Range<u64>> = Vec::new();
        for run in runs {
            let [start, end] =
                [run.start, run.end].map(|page| (page << geometry.page_shift).min(geometry.samples));
            match missing.last_mut() {
                // What cannot be told apart on the screen.
                Some(last) if ((start - last.end) as f64) < samples_per_px => last.end = end,
                _ => missing.push(start..end),
            }
        }
        Came {
            lacking: (lacking, needs.pages.end - needs.pages.start),
            coming,
            missing,
            ..Came::default()
        }
    }

    /// Takes in what was read since the last time, between frames: call it when [`OpenOptions::notify`](super::OpenOptions::notify) says that there
    /// is something. Never waits.
    ///
    /// # Errors
    /// [`Error::OutOfBudget`]; [`Error::DeviceLost`].
    pub fn poll(&mut self) -> Result<Polled> {
        if self.io.is_none() {
            return Ok(Polled::default());
        }
        let before = self.residency.needs.clone().map(|needs| self.state(&needs));
        let longer = self.lengthen();
        let into = match self.device.is_host() {
            true => Into::Nowhere,
            false => Into::Own(None),
        };
        self.integrate(into)?;
        self.list()?;
        let after = self.residency.needs.clone().map(|needs| self.state(&needs));
        if longer || before != after {
            self.residency.pace.news();
        }
        let incomplete = after.is_some_and(|[raw, lacking, _]| raw + lacking > 0);
        let reads = self.io.as_ref().is_some_and(|io| !io.is_idle());
        let (changed, later) = self.residency.pace.ask(!longer && incomplete && reads);
        Ok(Polled {
            changed,
            later,
            waiting: self.is_waiting(),
        })
    }

    /// Tries again what could not be read, and asks the store again for what it had not.
    pub fn retry(&mut self) {
        self.residency.retry();
    }

    /// Whether the pyramid is being built, and not done.
    #[must_use]
    pub fn is_building(&self) -> bool {
        let pages = self.geometry.pages();
        let known = self.levels.built(0).count(0..pages) + self.residency.failed.count(0..pages);
        self.io.is_some() && self.reader.store.is_none() && known < pages
    }

    /// Whether something waits for a frame: to be taken in, or to be read once its place is free.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        let longer = self.tail.as_ref().is_some_and(Tail::is_ready);
        longer || !self.residency.pending.is_empty() || self.residency.cut_short
    }

    /// How much of what a view needs is missing: pages of raw samples, of nodes, and for good.
    fn state(&self, needs: &Needs) -> [u64; 3] {
        let raw = needs.raw.clone().filter(|&page| !self.pages.has(page)).count() as u64;
        let runs = Residency::missing(&self.levels, needs);
        let lacking = runs.iter().map(|run| run.end - run.start).sum();
        let failed = self.residency.failed.count(needs.pages.clone());
        [raw, lacking, failed]
    }

    /// Takes in all that was read. Bytes of samples that were read for it.
    fn integrate(&mut self, into: Into<'_>) -> Result<u64> {
        self.gather();
        let mut bytes = 0;
        let mut pen = Pen {
            device: &self.device,
            geometry: self.geometry,
            into,
            // What the host reads is there when it is written.
            ring: self.ring.as_ref().filter(|_| !self.residency.by_host),
            mapped: is_mapped(&self.device),
            completed: self.device.completed(),
            written: Vec::new(),
        };
        for mut done in std::mem::take(&mut self.residency.pending) {
            let read = std::mem::take(&mut done.bytes);
            done.check(&self.geometry);
            if !put_raw(&mut self.pages, &mut done, &mut pen)? {
                done.bytes = read;
                self.residency.pending.push_back(done);
                continue;
            }
            bytes += read;
            self.residency.changed();
            let rest = self.residency.take_in(done, &mut self.levels, &mut pen)?;
            self.residency.pending.extend(rest);
        }
        self.residency.recorded.extend(pen.finish(&mut self.levels)?);
        Ok(bytes)
    }

    /// Reads what a view needs here and now, as far as `wanted`. Bytes read.
    fn load_now(&mut self, needs: &Needs, wanted: Wanted, commands: &mut Commands, busy: u64) -> Result<u64> {
        let full = |bytes: u64| matches!(wanted, Wanted::Bytes(limit) if bytes >= limit);
        let mut bytes = 0;
        for page in needs.raw.clone() {
            if self.pages.has(page) || full(bytes) {
                continue;
            }
            let mut loader = Loader {
                commands,
                ring: self.ring.as_ref().filter(|_| !is_mapped(&self.device)),
            };
            let source = self.reader.source.as_ref();
            if self.pages.load(source, page, &mut loader, busy)? {
                bytes += page_bytes(&self.geometry);
                self.residency.changed();
                self.pages.hold(needs.raw.clone(), busy);
            }
        }
        loop {
            let mut tasks = Lister::new(&[]);
            self.list_nodes(needs, &mut tasks);
            if tasks.list.is_empty() || full(bytes) {
                return Ok(bytes);
            }
            for task in tasks.list {
                let mut done = self.reader.run(task, &mut None);
                if !done.failed.is_empty() && matches!(done.task, Task::Pages { .. }) {
                    return Err(done.failed.swap_remove(0).1);
                }
                bytes += done.bytes;
                self.residency.pending.push_back(done);
                self.integrate(Into::Frame(commands))?;
                if full(bytes) || !self.residency.pending.is_empty() {
                    // The rest with the next frame.
                    return Ok(bytes);
                }
            }
        }
    }

    /// Tells who builds a sidecar whether the view reads, and learns what has been built.
    #[cfg(feature = "sidecar")]
    pub(super) fn keep(&mut self, busy: bool) {
        if self.keeper.as_mut().is_some_and(|keeper| keeper.tick(busy)) {
            self.residency.not_stored.clear();
        }
    }

    #[cfg(not(feature = "sidecar"))]
    pub(super) fn keep(&mut self, _: bool) {}

    /// Tells the same where the view is.
    #[cfg(feature = "sidecar")]
    fn note_frame(&self, needs: &Needs) {
        if let Some(keeper) = &self.keeper {
            let middle = needs.pages.start.midpoint(needs.pages.end);
            keeper.frame(middle << self.geometry.page_shift);
        }
    }

    #[cfg(not(feature = "sidecar"))]
    fn note_frame(&self, _: &Needs) {}

    /// Forgets what the frame being recorded has brought, after an error: it is never submitted.
    pub(crate) fn forget_pages(&mut self) {
        self.pages.forget();
        for (level, block) in std::mem::take(&mut self.residency.recorded) {
            self.levels.drop_block(level, block);
        }
        self.residency.changed();
    }
}

/// Puts a page's raw samples where frames see them. `false` where that has to wait for a frame.
fn put_raw(pages: &mut super::pages::Pages, done: &mut Done, pen: &mut Pen<'_>) -> Result<bool> {
    let there = done.raw;
    let Task::Pages {
        pages: of,
        raw: place,
        ..
    } = &mut done.task
    else {
        return Ok(true);
    };
    let Some(raw) = place.take() else {
        return Ok(true);
    };
    if let (true, Some(slice)) = (there, &raw.slice) {
        let Some(commands) = pen.commands()? else {
            *place = Some(raw);
            return Ok(false);
        };
        commands.copy(
            slice.buffer(),
            slice.offset(),
            &raw.buffer,
            raw.offset,
            slice.len(),
        );
        // Written before the submission that is being recorded reads it, and by nobody else until then.
    }
    pages.arrive(raw.slot, there.then_some(of.start));
    Ok(true)
}
