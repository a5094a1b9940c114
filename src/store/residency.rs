//! What of a recording is where, and what is read next.
//!
//! ```text
//! view ─► needs ─► list ─► threads ─► done ─► taken in by a frame, or between frames ─► blocks, pages
//! ```
//!
//! The list is made anew with each frame: first what the view lacks, then what it will need if it goes on as it goes, then,
//! where the pyramid is built from the samples, what is not built, from the view on to the end and from the start.

use std::collections::{HashSet, VecDeque};
use std::ops::Range;

use super::bits::Bits;
use super::levels::{Levels, Taken};
use super::pace::Pace;
use super::pen::Pen;
use super::tasks::{Done, Key, PageWords, Task};
use super::words::{empty_words, node_words, unite};
use crate::abi::FANOUT_SHIFT;
use crate::plan::Needs;
use crate::pyramid::Geometry;
use crate::view::View;
use crate::{Error, Result};

/// Problems that are kept for telling.
const MOST_PROBLEMS: usize = 16;

/// What is known of reading, past and to come.
pub(super) struct Residency {
    /// How the recording is cut, for as many samples as there may ever be.
    cut: Geometry,
    /// What the last frame needs, and what the next ones will.
    pub(super) needs: Option<Needs>,
    pub(super) ahead: Option<Needs>,
    /// The last frame's view, by which the next one's direction is known.
    pub(super) seen: Option<(View, u32)>,
    /// Counts frames; blocks that the last one needs were asked for by this number.
    pub(super) asked: u64,
    /// Whether the host itself read what the last frame needed.
    pub(super) by_host: bool,
    pub(super) pace: Pace,
    /// What was read and waits for a frame to take it in.
    pub(super) pending: VecDeque<Done>,
    /// Whether something that the view needs could not be listed, since all places for it are in use.
    pub(super) cut_short: bool,
    /// Blocks that copies in the frame being recorded write.
    pub(super) recorded: Vec<(usize, u64)>,
    /// Pages that cannot be read.
    pub(super) failed: Bits,
    /// Blocks that the store has not.
    pub(super) not_stored: HashSet<(usize, u64)>,
    /// Of each level above the pages', the unions of the pages' nodes read so far: words of `[nodes, channels]`, as far as
    /// any were read.
    above: Vec<Vec<u32>>,
    problems: Vec<String>,
    generation: u64,
}

impl Residency {
    pub(super) fn new(cut: &Geometry) -> Self {
        Self {
            cut: *cut,
            needs: None,
            ahead: None,
            seen: None,
            asked: 0,
            by_host: false,
            pace: Pace::default(),
            pending: VecDeque::new(),
            cut_short: false,
            recorded: Vec::new(),
            failed: Bits::new(cut.pages()),
            not_stored: HashSet::new(),
            above: Vec::new(),
            problems: Vec::new(),
            generation: 0,
        }
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    pub(super) fn changed(&mut self) {
        self.generation += 1;
    }

    pub(super) fn problems(&self) -> &[String] {
        &self.problems
    }

    /// Keeps a problem, unless it was told already or there are too many.
    pub(super) fn tell(&mut self, error: &Error) {
        let line = error.to_string();
        if self.problems.len() < MOST_PROBLEMS && !self.problems.contains(&line) {
            self.problems.push(line);
        }
    }

    /// Forgets all failures.
    pub(super) fn retry(&mut self) {
        self.failed = Bits::new(self.cut.pages());
        self.not_stored.clear();
        self.problems.clear();
    }

    /// Bytes that wait to be taken in.
    pub(super) fn held(&self) -> u64 {
        self.pending.iter().map(Done::held).sum()
    }

    /// Bytes of tables.
    pub(super) fn bytes(&self) -> u64 {
        let above = self.above.iter().map(|level| level.len() as u64 * 4).sum::<u64>();
        above + self.failed.bytes() + (self.not_stored.len() * 24) as u64
    }

    /// Whether the last view, or where it is heading, needs a block.
    fn wants(&self, level: usize, block: u64) -> bool {
        let shift = self.cut.block_shift();
        [&self.needs, &self.ahead].into_iter().flatten().any(|needs| {
            needs.levels.contains(&level) && {
                let nodes = needs.nodes_of(level);
                nodes.start >> shift <= block && block << shift < nodes.end
            }
        })
    }

    /// Pages of `needs` that a level lacks, in runs.
    pub(super) fn missing(levels: &Levels, needs: &Needs) -> Vec<Range<u64>> {
        let mut runs: Vec<Range<u64>> = Vec::new();
        let mut at = needs.pages.start;
        while at < needs.pages.end {
            let built = || needs.levels.clone().map(|level| levels.built(level));
            let first = built()
                .map(|built| built.next(at, false))
                .min()
                .unwrap_or(u64::MAX);
            if first >= needs.pages.end {
                break;
            }
            let lacking = built().filter(|built| !built.has(first));
            let end = lacking.map(|built| built.next(first, true)).max();
            at = end.unwrap_or(first + 1).min(needs.pages.end);
            match runs.last_mut() {
                Some(last) if last.end == first => last.end = at,
                _ => runs.push(first..at),
            }
        }
        runs
    }

    /// Takes in what was read. It comes back where it has to wait for a frame.
    pub(super) fn take_in(
        &mut self,
        mut done: Done,
        levels: &mut Levels,
        pen: &mut Pen<'_>,
    ) -> Result<Option<Done>> {
        for (pages, error) in std::mem::take(&mut done.failed) {
            self.tell(&error);
            self.failed.set(pages, true);
        }
        while let Some(words) = done.nodes.last() {
            for level in 0..self.cut.levels() {
                if !self.put_pages(level, words, levels, pen)? {
                    return Ok(Some(done));
                }
            }
            done.nodes.pop();
            self.generation += 1;
        }
        if let Task::Block { level, block } = done.task {
            let Some(words) = &done.block else {
                self.not_stored.insert((level, block));
                return Ok(None);
            };
            if !self.put_block(level, block, words, levels, pen)? {
                return Ok(Some(done));
            }
            self.generation += 1;
        }
        Ok(None)
    }

    /// Writes the nodes of some pages to one level.
    fn put_pages(
        &mut self,
        level: usize,
        words: &PageWords,
        levels: &mut Levels,
        pen: &mut Pen<'_>,
    ) -> Result<bool> {
        let pages = &words.pages;
        if levels.built(level).count(pages.clone()) == pages.end - pages.start {
            return Ok(true);
        }
        let nodes = levels.nodes_of(level, pages);
        let mut fresh = Vec::new();
        for block in levels.blocks_of(&nodes) {
            match self.place(level, block, &nodes, levels, pen)? {
                Placed::Yes => {}
                Placed::Fresh => fresh.push(block),
                Placed::Later => return Ok(false),
                Placed::Never => return Ok(true),
            }
        }
        let put = match words.levels.get(level) {
            Some(words) => pen.put(levels, level, &nodes, words)?,
            None => {
                let words = self.unite_above(level, words, &nodes);
                pen.put(levels, level, &nodes, &words)?
            }
        };
        if put {
            levels.set_built(level, pages.clone(), true);
        } else {
            fresh
                .into_iter()
                .for_each(|block| levels.drop_block(level, block));
        }
        Ok(put)
    }

    /// Adds the topmost nodes of some pages to a level above; the words of those of its nodes that they are part of.
    fn unite_above(&mut self, level: usize, words: &PageWords, nodes: &Range<u64>) -> Vec<u32> {
        let (dtype, channels) = (self.cut.dtype, self.cut.channels);
        let lowest = words.levels.len();
        self.above.resize(self.cut.levels() - lowest, Vec::new());
        let size = node_words(dtype);
        let top = &words.levels[lowest - 1];
        let above = &mut self.above[level - lowest];
        let lacking = (nodes.end as usize * channels).saturating_sub(above.len() / size);
        above.extend(empty_words(dtype, lacking));
        let each = top.len() / size / channels;
        let shift = FANOUT_SHIFT * (level - lowest + 1) as u32;
        let mut out = Vec::with_capacity((nodes.end - nodes.start) as usize * channels * size);
        for (channel, from) in top.chunks_exact(each * size).enumerate() {
            for (page, from) in (words.pages.start..).zip(from.chunks_exact(size)) {
                let at = ((page >> shift) as usize * channels + channel) * size;
                unite(dtype, &mut above[at..at + size], from);
            }
            for node in nodes.clone() {
                let at = (node as usize * channels + channel) * size;
                out.extend_from_slice(&above[at..at + size]);
            }
        }
        out
    }

    fn put_block(
        &mut self,
        level: usize,
        block: u64,
        words: &[u32],
        levels: &mut Levels,
        pen: &mut Pen<'_>,
    ) -> Result<bool> {
        let shift = self.cut.block_shift();
        let nodes = block << shift..((block + 1) << shift).min(self.cut.nodes(level));
        let wanted = (nodes.end - nodes.start) as usize * self.cut.channels;
        if words.len() != wanted * node_words(self.cut.dtype) {
            let problem = format!(
                "block {block} of level {level} has {} words for {wanted} nodes",
                words.len()
            );
            let what = "the store of nodes";
            self.tell(&Error::Invalid { what, problem });
            self.not_stored.insert((level, block));
            return Ok(true);
        }
        let fresh = match self.place(level, block, &nodes, levels, pen)? {
            Placed::Yes => false,
            Placed::Fresh => true,
            Placed::Later => return Ok(false),
            Placed::Never => return Ok(true),
        };
        let put = pen.put(levels, level, &nodes, words)?;
        if put {
            let pages = levels.pages_of(level, block);
            levels.set_built(level, pages, true);
        } else if fresh {
            levels.drop_block(level, block);
        }
        Ok(put)
    }

    /// Sees to it that a block is there, with nodes of nothing where `nodes` are not to be written.
    fn place(
        &self,
        level: usize,
        block: u64,
        nodes: &Range<u64>,
        levels: &mut Levels,
        pen: &mut Pen<'_>,
    ) -> Result<Placed> {
        let wanted = self.wants(level, block);
        match levels.take((level, block), wanted, self.asked, pen.completed)? {
            Taken::Had => Ok(Placed::Yes),
            Taken::None if wanted => Ok(Placed::Later),
            Taken::None => Ok(Placed::Never),
            Taken::New => {
                if wanted {
                    levels.hold(level, block, self.asked, 0);
                }
                let shift = self.cut.block_shift();
                let all = block << shift..((block + 1) << shift).min(self.cut.nodes(level));
                if nodes.start <= all.start && all.end <= nodes.end {
                    return Ok(Placed::Fresh);
                }
                let count = (all.end - all.start) as usize * self.cut.channels;
                let empty = empty_words(self.cut.dtype, count);
                if pen.put(levels, level, &all, &empty)? {
                    return Ok(Placed::Yes);
                }
                levels.drop_block(level, block);
                Ok(Placed::Later)
            }
        }
    }

    /// What tasks that are not on the list yet would read again.
    pub(super) fn begun(&self, running: Vec<Key>) -> Vec<Key> {
        let pending = self.pending.iter().map(|done| done.task.key());
        running.into_iter().chain(pending).collect()
    }
}

/// Whether a block has a place.
enum Placed {
    Yes,
    /// One that holds nothing of use, and is to be written whole.
    Fresh,
    /// It waits for a frame.
    Later,
    /// There is no room for it, and the view does not need it.
    Never,
}
