//! What a device is given of triangles and places to find by itself what is seen of them, and of the camera.
//!
//! A device need not have `f64`. So places are measured from the eye, in two numbers of which the second is what the first one is off, and in parts
//! of the camera's distance: what is rounded is a part of 2²³ or so of how far from the eye a place is, some thousandth of a sample. Where a sample lies
//! so close to an edge, or two items so nearly as near as each other, the device may see the other one than the host does.

use std::ops::Range;
use std::sync::{Arc, Weak};

use super::lens::{Lens, Local};
use super::sight::{Part, Radius, Sizes, key_of};
use super::{Block, Placed, SAMPLES};
use crate::abi::solids::{SolidsBox, SolidsView};
use crate::changes::Changes;

/// In which state positions are, and whether they still are somewhere.
#[derive(Debug)]
pub(crate) struct State {
    changes: Changes,
    alive: Arc<()>,
}

impl Clone for State {
    fn clone(&self) -> Self {
        Self {
            changes: self.changes.clone(),
            alive: Arc::default(),
        }
    }
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            changes: Changes::new(),
            alive: Arc::default(),
        }
    }

    /// Takes note that positions have moved; unless blocks stay as they are all is as new.
    pub(super) fn moved(&mut self, span: Range<usize>, stays: bool) {
        match stays {
            true => self.changes.put(span),
            false => *self = Self::new(),
        }
    }

    pub(crate) fn version(&self) -> u64 {
        self.changes.version()
    }

    /// The positions that have moved since a state; `None` of one that is not known.
    pub(crate) fn since(&self, version: u64) -> Option<Vec<Range<usize>>> {
        self.changes.since(version)
    }

    /// What is gone when they are.
    pub(crate) fn alive(&self) -> Weak<()> {
        Arc::downgrade(&self.alive)
    }
}

/// Triangles, or balls, as a device is given them.
pub(crate) struct Given<'a> {
    placed: &'a Placed,
    order: &'a [u32],
    blocks: &'a [Block],
    /// Of triangles those of the vertices.
    triangles: Option<&'a [[u32; 3]]>,
    radius: Option<&'a Radius<'a>>,
    pub(crate) state: &'a State,
}

impl<'a> Given<'a> {
    /// `None` of what the host draws on every device.
    pub(crate) fn of(part: &'a Part<'_>) -> Option<Self> {
        match part {
            Part::Shell(shell) => Some(Self {
                placed: &shell.placed,
                order: &shell.order,
                blocks: &shell.blocks,
                triangles: Some(&shell.triangles),
                radius: None,
                state: &shell.state,
            }),
            Part::Spots(spots, radius) => Some(Self {
                placed: &spots.placed,
                order: &spots.order,
                blocks: &spots.blocks,
                triangles: None,
                radius: Some(radius),
                state: &spots.state,
            }),
            Part::Relief(_) => None,
        }
    }

    /// Positions as they are stored, by their numbers.
    pub(crate) fn places(&self) -> &'a [[f32; 3]] {
        &self.placed.stored
    }

    /// How many triangles or balls there are in blocks.
    pub(crate) fn parts(&self) -> usize {
        self.order.len()
    }

    /// Words of each of these.
    pub(crate) fn words(&self) -> usize {
        if self.triangles.is_some() { 4 } else { 1 }
    }

    /// Some of them as [`SolidsDrawPush::parts`](crate::abi::solids::SolidsDrawPush::parts) says.
    pub(crate) fn parts_of(&self, range: Range<usize>) -> Vec<u32> {
        let order = &self.order[range];
        match self.triangles {
            Some(triangles) => {
                let part = |&number: &u32| {
                    let [a, b, c] = triangles[number as usize];
                    [a, b, c, number]
                };
                order.iter().flat_map(part).collect()
            }
            None => order.to_vec(),
        }
    }

    /// How many blocks there are.
    pub(crate) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// The boxes around blocks.
    pub(crate) fn boxes(&self) -> Vec<SolidsBox> {
        let own = |block: &Block| {
            let ([a, b, c], [d, e, f]) = (block.least, block.greatest);
            SolidsBox {
                least_x: a,
                least_y: b,
                least_z: c,
                greatest_x: d,
                greatest_y: e,
                greatest_z: f,
            }
        };
        self.blocks.iter().map(own).collect()
    }

    /// Vertices of a block that are drawn: three corners of each triangle, or six of the two that are a ball's square.
    pub(crate) fn corners(&self) -> u32 {
        let each = if self.triangles.is_some() { 3 } else { 6 };
        each * crate::abi::solids::SOLIDS_BLOCK
    }

    /// The sizes that balls have each, as they were given.
    pub(crate) fn sizes(&self) -> Option<&'a Arc<[f32]>> {
        match self.radius?.sizes {
            Sizes::Each(sizes, _) => Some(sizes),
            Sizes::All(_) => None,
        }
    }

    /// The same, one for each number, and 0 where there is none.
    pub(crate) fn all_sizes(&self) -> Vec<f32> {
        let of = |number| self.radius.map_or(0.0, |radius| radius.sizes.of(number));
        (0..self.placed.stored.len()).map(of).collect()
    }

    /// What a device is told of the camera, but where sizes are; `None` where its numbers go beyond what `f32` can say.
    pub(crate) fn view(&self, lens: &Lens) -> Option<SolidsView> {
        let view = lens.view(&lens.local(self.placed.frame));
        let [beside, length] = self.radius.map_or([0.0; 2], Radius::beside);
        let slope = lens.slopes(beside).map(|slope| slope as f32);
        let mut view = SolidsView {
            slope_x: slope[0],
            slope_y: slope[1],
            around: (length / self.placed.frame.half) as f32,
            ..view
        };
        if let Some(radius) = self.radius {
            view.per_size = match radius.samples {
                Some(samples) => samples / 2.0,
                None => lens.samples_at(0.5, lens.distance()),
            } as f32;
            view.is_length = if radius.samples.is_none() { 1.0 } else { 0.0 };
            view.size = radius.sizes.of(usize::MAX);
        }
        let words = [view];
        let mut words = bytemuck::cast_slice::<_, f32>(&words).iter();
        words.all(|v| v.is_finite()).then_some(view)
    }
}

impl Lens {
    /// What a device is told of places, without what depends on how large they are.
    fn view(&self, local: &Local) -> SolidsView {
        let rows = local.rows();
        let [right, up, away] = rows.map(|[a, b, c, _]| [a, b, c].map(|v| (v / self.distance()) as f32));
        let start = if self.is_perspective() { 0.0 } else { 1.0 };
        let from = local.stored([0.0, 0.0, start * self.distance()]);
        let first = from.map(|v| v as f32);
        let rest = [0, 1, 2].map(|axis| (from[axis] - f64::from(first[axis])) as f32);
        let [middle_x, middle_y] = self.middle().map(|v| v as f32);
        SolidsView {
            right_x: right[0],
            right_y: right[1],
            right_z: right[2],
            up_x: up[0],
            up_y: up[1],
            up_z: up[2],
            away_x: away[0],
            away_y: away[1],
            away_z: away[2],
            from_x: first[0],
            from_y: first[1],
            from_z: first[2],
            rest_x: rest[0],
            rest_y: rest[1],
            rest_z: rest[2],
            start: start as f32,
            focal: self.samples_at(self.distance(), self.distance()) as f32,
            middle_x,
            middle_y,
            far: if self.is_perspective() { 1.0 } else { 0.0 },
            near: self.nearest_part() as f32,
            depth: self.depth_per_distance() as f32,
            ..SolidsView::default()
        }
    }
}

/// What a device has seen of some of a scene's parts.
pub(crate) struct Seen {
    /// Of which of them.
    pub(crate) parts: Vec<bool>,
    /// For each sample of the target, row by row, the number of what is seen and one more, or 0; then the bits of how near that is, where there are
    /// other parts.
    words: Arc<dyn AsRef<[u32]> + Send + Sync>,
    /// How many samples the target has.
    samples: usize,
}

impl Seen {
    pub(crate) fn new(
        parts: Vec<bool>,
        words: Arc<dyn AsRef<[u32]> + Send + Sync>,
        target: [u32; 2],
    ) -> Self {
        let [across, down] = target.map(|px| (px * SAMPLES) as usize);
        Self {
            parts,
            words,
            samples: across * down,
        }
    }

    /// What is written of each sample.
    pub(crate) fn items(&self) -> &[u32] {
        &(*self.words).as_ref()[..self.samples]
    }

    /// The keys of some samples, from one on.
    pub(crate) fn keys(&self, first: usize, keys: &mut [u64]) {
        let items = &self.items()[first..first + keys.len()];
        let depths = &(*self.words).as_ref()[self.samples..];
        if depths.len() < self.samples {
            for (key, &written) in keys.iter_mut().zip(items) {
                *key = key_of(written, 1);
            }
            return;
        }
        for ((key, &written), &depth) in keys.iter_mut().zip(items).zip(&depths[first..]) {
            *key = key_of(written, depth);
        }
    }
}
