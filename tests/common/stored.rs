//! Recordings of short pages and short blocks, and nodes that are stored elsewhere.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use galvani::Result;
use galvani::abi::NODE_WORDS;
use galvani::pyramid::Geometry;
use galvani::scene::Scene;
use galvani::source::{Dtype, Memory};
use galvani::store::{NodeStore, Recording};
use galvani::view::View;

use super::pictures::{bare, view};
use super::random::{Random, i16s};

pub(crate) const SIZE: [u32; 2] = [300, 80];
/// Many channels make short pages and short blocks.
pub(crate) const CHANNELS: usize = 300;
pub(crate) const SAMPLES: usize = 70_000;

pub(crate) fn ints(seed: u64) -> Memory<Vec<i16>, i16> {
    let samples = i16s(seed, CHANNELS * SAMPLES);
    Memory::interleaved(samples, CHANNELS, 1000.0).expect("a source")
}

/// A few lanes of a recording, and nothing around them.
pub(crate) fn lanes(recording: &Recording<'_>) -> Scene {
    let mut scene = bare(recording);
    for trace in &mut scene.traces.channels {
        trace.visible = [0, 2, 150, 299].contains(&trace.channel);
    }
    scene
}

/// Views of all zooms, anywhere.
pub(crate) fn views(samples: usize, count: usize, seed: u64) -> Vec<View> {
    let mut random = Random::new(seed);
    let most = 1.2 * samples as f64 / f64::from(SIZE[0]);
    (0..count)
        .map(|_| {
            let spp = 0.3 * (most / 0.3).powf(random.unit());
            let across = spp * f64::from(SIZE[0]);
            view((samples as f64 - across).max(0.0) * random.unit(), spp)
        })
        .collect()
}

/// The blocks of a recording that is complete, each as often as it is asked for.
pub(crate) struct Stored {
    geometry: Geometry,
    levels: Vec<Vec<u32>>,
    /// Blocks that it has not, of the finest level.
    pub(crate) without: Range<u64>,
    pub(crate) reads: AtomicUsize,
}

impl Stored {
    pub(crate) fn new(complete: &Recording<'_>) -> Self {
        let geometry = *complete.geometry();
        let levels = (0..geometry.levels()).map(|level| complete.read_level(level).expect("a level"));
        Self {
            geometry,
            levels: levels.collect(),
            without: 0..0,
            reads: AtomicUsize::new(0),
        }
    }
}

impl NodeStore for Stored {
    fn read_block(&self, level: usize, block: u64) -> Result<Option<Vec<u32>>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        if level == 0 && self.without.contains(&block) {
            return Ok(None);
        }
        let words = NODE_WORDS[usize::from(self.geometry.dtype == Dtype::F32)] as usize;
        let nodes = self.geometry.nodes(level) as usize;
        let first = (block << self.geometry.block_shift()) as usize;
        let end = (first + (1 << self.geometry.block_shift())).min(nodes);
        let of = |channel: usize| {
            let row = channel * nodes;
            &self.levels[level][(row + first) * words..(row + end) * words]
        };
        Ok(Some(
            (0..self.geometry.channels).flat_map(|c| of(c).to_vec()).collect(),
        ))
    }
}
