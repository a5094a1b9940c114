//! Fills the pyramid of a recording: on the host, or on the device from pages on their way through.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::levels::Levels;
use super::pages::{Loader, Pages};
use super::staged::Staged;
use super::upload::PATIENCE;
use super::words::words_of;
use crate::Result;
use crate::abi::{FANOUT_SHIFT, Node};
use crate::gpu::Use::{ComputeRead, ComputeWrite, TransferWrite};
use crate::gpu::{Commands, Device, Ring};
use crate::passes::{PyramidPass, Rows};
use crate::pyramid::{Geometry, host};
use crate::source::{Owned, Source};

/// Who builds pyramids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Builder {
    /// The device, unless it is a software one or an embedder's.
    #[default]
    Auto,
    /// `pyramid.comp`.
    Device,
    /// Native SIMD on every core.
    Host,
}

/// Called with the samples of each channel that are done, and how many there are; may come from any thread.
pub(super) type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// What both builders work on.
pub(super) struct Job<'a> {
    pub(super) device: &'a Device,
    pub(super) source: &'a dyn Source,
    pub(super) geometry: Geometry,
    pub(super) levels: &'a Levels,
    pub(super) ring: Option<&'a Ring>,
    pub(super) progress: Progress<'a>,
}

/// Pages that a task of the host's builder takes at most.
const PAGES_TOGETHER: u64 = 8;

/// Builds all levels on the host, some pages a task, and writes them where the device sees them.
pub(super) fn on_host(job: &Job<'_>, pages: &Pages) -> Result<()> {
    let geometry = &job.geometry;
    let count = geometry.pages();
    let top = geometry.page_level().min(geometry.levels() - 1);
    let tops = Mutex::new(vec![Node::EMPTY; count as usize * geometry.channels]);
    let done = AtomicU64::new(0);
    let staged = job.ring.map(|ring| Mutex::new(Staged::new(job.device, ring)));
    // Several pages a task, so that nodes are written in longer runs, but some tasks for each thread.
    let together = (count / (4 * rayon::current_num_threads() as u64)).clamp(1, PAGES_TOGETHER);
    (0..count.div_ceil(together))
        .into_par_iter()
        .try_for_each(|task| {
            let page = task * together;
            let end = (page + together).min(count);
            let len =
                ((end - page) << geometry.page_shift).min(geometry.samples - (page << geometry.page_shift));
            let nodes = nodes_of(job, pages.span_of(page..end), len as usize, top)?;
            let mut staged = staged.as_ref().map(|staged| lock(staged));
            for (level, nodes) in nodes.levels.iter().enumerate() {
                let first = page << (geometry.page_shift - Geometry::node_shift(level));
                write(job, level, first, nodes, staged.as_deref_mut())?;
            }
            if let Some(last) = nodes.levels.last().filter(|_| count > 1) {
                let mut tops = lock(&tops);
                for (channel, nodes) in last.chunks_exact((end - page) as usize).enumerate() {
                    let first = channel * count as usize + page as usize;
                    tops[first..first + nodes.len()].copy_from_slice(nodes);
                }
            }
            (job.progress)(done.fetch_add(len, Ordering::Relaxed) + len, geometry.samples);
            Ok::<_, crate::Error>(())
        })?;
    let mut staged = staged.map(into_inner);
    upper_levels(job, top, &into_inner(tops), staged.as_mut())?;
    staged.map_or(Ok(()), |mut staged| staged.submit())
}

fn nodes_of(job: &Job<'_>, span: Range<u64>, len: usize, top: usize) -> Result<host::PageNodes> {
    match job.source.borrow(span.clone()) {
        Some(samples) => Ok(host::build(&samples, len, top)),
        None => Ok(host::build(&Owned::read(job.source, span)?.samples(), len, top)),
    }
}

/// Writes nodes of all channels, `[channels, nodes]`, from node `first` on: at once where they are mapped, else through
/// `staged`.
fn write(
    job: &Job<'_>,
    level: usize,
    first: u64,
    nodes: &[Node],
    mut staged: Option<&mut Staged<'_>>,
) -> Result<()> {
    let words = words_of(job.geometry.dtype, nodes);
    let each = nodes.len() / job.geometry.channels;
    let size = words.len() / nodes.len().max(1);
    for piece in job.levels.pieces(level, first..first + each as u64) {
        let at = piece.channel as usize * each + (piece.nodes.start - first) as usize;
        let len = (piece.nodes.end - piece.nodes.start) as usize;
        let bytes = bytemuck::cast_slice(&words[at * size..][..len * size]);
        match &mut staged {
            None => piece.buffer.write(piece.offset, bytes)?,
            Some(staged) => staged.write(piece.buffer, piece.offset, bytes)?,
        }
    }
    Ok(())
}

/// The levels above the pages', from the pages' topmost nodes, `[channels, pages]`.
fn upper_levels(job: &Job<'_>, top: usize, tops: &[Node], mut staged: Option<&mut Staged<'_>>) -> Result<()> {
    let mut nodes = tops.to_vec();
    for level in top + 1..job.geometry.levels() {
        let each = (nodes.len() / job.geometry.channels).max(1);
        nodes = nodes.chunks_exact(each).flat_map(host::reduce).collect();
        write(job, level, 0, &nodes, staged.as_deref_mut())?;
    }
    Ok(())
}

/// Builds leaves on the device from each page as it is loaded, then each level from the one below. Seconds that the
/// device's passes took, where it has a clock.
///
/// Pages pass through the slots in turns of half of them, so that one half is read while the other is reduced.
pub(super) fn on_device(job: &Job<'_>, pages: &mut Pages, pass: &PyramidPass) -> Result<Option<f64>> {
    let geometry = &job.geometry;
    // On a software device few at a time, so that it finds in the processor's cache what was copied just now.
    let most = if job.device.caps().software { 2 } else { 8 };
    let turn = (pages.capacity() as u64 / 2).clamp(1, most);
    let mut clock = Clock::default();
    let mut page = 0;
    while page < geometry.pages() {
        let mut commands = job.device.commands("leaves")?;
        let busy = job.device.next_value();
        let first = page;
        while page < geometry.pages() && page - first < turn {
            let mut loader = Loader {
                commands: &mut commands,
                ring: job.ring,
            };
            if !pages.load(job.source, page, &mut loader, busy)? {
                break;
            }
            page += 1;
        }
        commands.barrier(&[TransferWrite], &[ComputeRead]);
        commands.pass("leaves", |commands| {
            (first..page).try_for_each(|page| leaves_of(job, pages, pass, commands, page))
        })?;
        let value = commands.submit()?;
        clock.add(job.device, value);
        if first == page {
            // The ring is full of copies of the turn before.
            job.device.wait(value, PATIENCE)?;
        }
        let samples = geometry.samples;
        (job.progress)((page << geometry.page_shift).min(samples), samples);
    }
    let mut commands = job.device.commands("levels")?;
    commands.pass("levels", |commands| {
        for level in 1..geometry.levels() {
            commands.barrier(&[ComputeWrite], &[ComputeRead]);
            reduce(job, pass, commands, level);
        }
    });
    commands.barrier(&[ComputeWrite], &[ComputeRead]);
    let value = commands.submit()?;
    clock.add(job.device, value);
    job.device.wait(value, PATIENCE)?;
    Ok(clock.seconds(job.device))
}

/// Records the leaves of a page that is loaded; they lie in one block.
fn leaves_of(
    job: &Job<'_>,
    pages: &Pages,
    pass: &PyramidPass,
    commands: &mut Commands,
    page: u64,
) -> Result<()> {
    let geometry = &job.geometry;
    let from = page << (geometry.page_shift - Geometry::node_shift(0));
    let span = pages.span(page);
    let samples = span.end - span.start;
    let nodes = (geometry.nodes(0) - from).min(geometry.page_samples() >> Geometry::node_shift(0));
    let texels = if pages.are_texels() {
        pages.texels(page)?
    } else {
        None
    };
    let page = Rows {
        address: texels.map_or_else(|| pages.address(page), |(_, first)| [first, 0]),
        stride: pages.stride(),
        channels: geometry.channels as u32,
    };
    let (texels, target) = (texels.map(|(set, _)| set), rows(job, 0, from));
    pass.leaves(commands, (page, texels), samples as u32, target, nodes as u32);
    Ok(())
}

/// Records a level from the one below, a block of that at a time: its parents lie in one block.
fn reduce(job: &Job<'_>, pass: &PyramidPass, commands: &mut Commands, level: usize) {
    let (count, each) = (job.geometry.nodes(level - 1), 1 << job.geometry.block_shift());
    let mut first = 0;
    while first < count {
        let nodes = each.min(count - first) as u32;
        let (from, to) = (
            rows(job, level - 1, first),
            rows(job, level, first >> FANOUT_SHIFT),
        );
        pass.reduce(commands, from, nodes, to);
        first += each;
    }
}

/// The nodes of a level from `first` on, to the end of its block.
fn rows(job: &Job<'_>, level: usize, first: u64) -> Rows {
    Rows {
        address: job
            .levels
            .address_of(level, first)
            .expect("all blocks are there while a recording is built"),
        stride: job.levels.stride(level) as u32,
        channels: job.geometry.channels as u32,
    }
}

/// Adds up what submissions took. The device keeps the figures of a few hundred only.
#[derive(Default)]
struct Clock {
    values: VecDeque<u64>,
    ms: f64,
}

impl Clock {
    fn add(&mut self, device: &Device, value: u64) {
        self.values.push_back(value);
        while let Some(passes) = self.values.front().and_then(|&value| device.timings(value)) {
            self.values.pop_front();
            self.ms += passes.iter().map(|(_, ms)| ms).sum::<f64>();
        }
    }

    /// Once all is complete; `None` without a clock.
    fn seconds(mut self, device: &Device) -> Option<f64> {
        let last = self.values.pop_back()?;
        self.add(device, last);
        (self.ms > 0.0).then_some(self.ms / 1e3)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn into_inner<T>(mutex: Mutex<T>) -> T {
    mutex
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
