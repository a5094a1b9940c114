//! The list of what is read next.

use std::collections::{HashSet, VecDeque};
use std::ops::Range;

use super::recording::Recording;
use super::residency::Residency;
use super::tasks::{Key, Task};
use crate::Result;
use crate::gpu::Slice;
use crate::plan::Needs;

/// Reads on the list at a time: it is made anew whenever one of them is done.
const MOST_LISTED: usize = 64;
/// Of them in the background.
const BACKGROUND: usize = 8;

impl Recording<'_> {
    /// Makes the list of what is read next anew.
    pub(super) fn list(&mut self) -> Result<()> {
        let Some(io) = &self.io else { return Ok(()) };
        let mut spare = VecDeque::new();
        for task in io.clear() {
            if let Task::Pages { raw: Some(raw), .. } = task {
                self.pages.cancel(raw.slot);
                spare.extend(raw.slice);
            }
        }
        let begun = self.residency.begun(io.begun());
        self.keep(!begun.is_empty());
        let mut tasks = Lister::new(&begun);
        self.list_tail(&begun, &mut tasks, &mut spare)?;
        let [needs, ahead] = [&self.residency.needs, &self.residency.ahead].map(Clone::clone);
        self.residency.cut_short = false;
        if let Some(needs) = &needs {
            let all = self.list_raw(needs, &mut tasks, &mut spare)?;
            self.residency.cut_short = !all;
            self.list_nodes(needs, &mut tasks);
        }
        let urgent = tasks.list.len();
        if !tasks.list.is_empty() {
            self.keep(true);
        }
        if let Some(ahead) = &ahead {
            self.list_raw(ahead, &mut tasks, &mut spare)?;
            self.list_nodes(ahead, &mut tasks);
        }
        if self.reader.store.is_none() {
            self.list_background(needs.as_ref(), &mut tasks);
        }
        if let Some(io) = &self.io {
            io.set(tasks.list, urgent);
        }
        Ok(())
    }

    /// Lists absent raw pages, as far as there are places for them; whether there are for all.
    fn list_raw(&mut self, needs: &Needs, tasks: &mut Lister, spare: &mut VecDeque<Slice>) -> Result<bool> {
        self.pages.hold(needs.raw.clone(), 0);
        for page in needs.raw.clone() {
            if !self.raw_comes(page) || tasks.has(page) {
                continue;
            }
            if tasks.list.len() >= MOST_LISTED {
                break;
            }
            let Some(raw) = self.raw_place(spare)? else {
                return Ok(false);
            };
            tasks.add(Task::Pages {
                pages: page..page + 1,
                raw: Some(raw),
                nodes: self.lacks(page),
                samples: self.geometry.samples,
            });
        }
        Ok(true)
    }

    /// Whether a level lacks a page's nodes, and the store has them not.
    fn lacks(&self, page: u64) -> bool {
        (0..self.geometry.levels()).any(|level| {
            let nodes = self.levels.nodes_of(level, &(page..page + 1));
            let mut blocks = self.levels.blocks_of(&nodes);
            !self.levels.built(level).has(page) && blocks.any(|block| !self.stored(level, block))
        })
    }

    /// Whether the store may have a block.
    fn stored(&self, level: usize, block: u64) -> bool {
        let store = self.reader.store.as_ref();
        store.is_some_and(|store| store.has(level, block))
            && !self.residency.not_stored.contains(&(level, block))
    }

    /// Lists absent nodes: blocks that are stored, the coarser first, and pages of those that are not.
    pub(super) fn list_nodes(&self, needs: &Needs, tasks: &mut Lister) {
        let stored = |level: usize, block: u64| self.stored(level, block);
        for level in needs.levels.clone().rev() {
            for block in self.levels.blocks_of(&needs.nodes_of(level)) {
                let pages = self.levels.pages_of(level, block);
                let pages = pages.start.max(needs.pages.start)..pages.end.min(needs.pages.end);
                let built = self.levels.built(level).count(pages.clone());
                if stored(level, block) && built < pages.end.saturating_sub(pages.start) {
                    tasks.add(Task::Block { level, block });
                }
            }
        }
        for run in Residency::missing(&self.levels, needs) {
            for unit in self.units(run) {
                if tasks.list.len() >= MOST_LISTED {
                    return;
                }
                let unstored = |level: usize| {
                    let nodes = self.levels.nodes_of(level, &unit);
                    let mut blocks = self.levels.blocks_of(&nodes);
                    let built = self.levels.built(level).count(unit.clone());
                    built < unit.end - unit.start && blocks.any(|block| !stored(level, block))
                };
                if needs.levels.clone().any(unstored) {
                    self.list_unit(unit, tasks);
                }
            }
        }
    }

    /// Lists what is not built, from the view on to the end and then from the start.
    fn list_background(&self, needs: Option<&Needs>, tasks: &mut Lister) {
        let pages = self.geometry.pages();
        let from = needs.map_or(0, |needs| needs.pages.start.min(pages));
        let most = (tasks.list.len() + BACKGROUND).min(MOST_LISTED);
        for range in [from..pages, 0..from] {
            let mut at = range.start;
            while at < range.end && tasks.list.len() < most {
                let first = self.levels.built(0).next(at, false);
                let end = self.levels.built(0).next(first, true).min(range.end);
                if first >= end {
                    break;
                }
                at = end;
                for unit in self.units(first..end) {
                    at = unit.end;
                    self.list_unit(unit, tasks);
                    if tasks.list.len() >= most {
                        break;
                    }
                }
            }
        }
    }

    /// Pages in a row, cut into reads at the same places each time.
    fn units(&self, run: Range<u64>) -> impl Iterator<Item = Range<u64>> + use<> {
        let geometry = &self.geometry;
        let page = (geometry.page_samples() * (geometry.channels * geometry.dtype.bytes()) as u64).max(1);
        let block = self.levels.pages_of(0, 0).end.max(1);
        let each = (self.budget.unit / page).clamp(1, block.next_power_of_two());
        let each = 1 << each.ilog2();
        let mut at = run.start;
        std::iter::from_fn(move || {
            let unit = at..((at / each + 1) * each).min(run.end);
            at = unit.end;
            (!unit.is_empty()).then_some(unit)
        })
    }

    /// Lists those pages of a unit that can be read and are not listed.
    fn list_unit(&self, unit: Range<u64>, tasks: &mut Lister) {
        let mut at = unit.start;
        while at < unit.end {
            let free = |page: u64| !self.residency.failed.has(page) && !tasks.has(page);
            let Some(first) = (at..unit.end).find(|&page| free(page)) else {
                return;
            };
            let end = (first..unit.end).find(|&page| !free(page)).unwrap_or(unit.end);
            at = end;
            tasks.add(Task::Pages {
                pages: first..end,
                raw: None,
                nodes: true,
                samples: self.geometry.samples,
            });
        }
    }
}

/// A list of tasks in the making.
pub(super) struct Lister {
    pub(super) list: VecDeque<Task>,
    /// Pages and blocks that are listed, or have begun.
    pages: HashSet<u64>,
    blocks: HashSet<Key>,
}

impl Lister {
    pub(super) fn new(begun: &[Key]) -> Self {
        let mut lister = Self {
            list: VecDeque::new(),
            pages: HashSet::new(),
            blocks: HashSet::new(),
        };
        begun.iter().for_each(|&key| lister.note(key));
        lister
    }

    fn note(&mut self, key: Key) {
        match key {
            Key::Pages(first, end, _) => self.pages.extend(first..end),
            Key::Block(..) => {
                self.blocks.insert(key);
            }
        }
    }

    /// Whether a page is being read, or will be.
    fn has(&self, page: u64) -> bool {
        self.pages.contains(&page)
    }

    /// Appends a task, whatever is listed.
    pub(super) fn put(&mut self, task: Task) {
        self.note(task.key());
        self.list.push_back(task);
    }

    fn add(&mut self, task: Task) {
        let key = task.key();
        if let Key::Block(..) = key
            && self.blocks.contains(&key)
        {
            return;
        }
        self.put(task);
    }
}
