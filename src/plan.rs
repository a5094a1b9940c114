//! What a frame needs, as pure maths: which columns, from which level, with edges where, and which raw pages.
//!
//! Time is exact here, whole samples in `i64`; what goes to the device counts from an origin near the view, so that it
//! fits 32 bits and is as sharp at sample 2⁴⁰ as at 0.

use std::ops::Range;

use crate::abi::{
    EDGE_SHIFT, Edge, FANOUT, FANOUT_SHIFT, LEAF, LEAF_SHIFT, MODE_NODES, MODE_RAW, POLYLINE_BELOW, TILE,
};
use crate::pyramid::Geometry;
use crate::view::View;
use crate::view::grid::{first_column, grid_position};

/// How far the edges of columns lie from where they should, at worst.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fidelity {
    /// Every column holds exactly the samples between its edges, and the two values interpolated at them.
    Exact,
    /// Edges are moved to boundaries of nodes. No sample is missed.
    Snapped {
        /// The largest move, in pixels.
        max_px: f64,
    },
    /// Some of it is still on its way, or cannot be read. Where it is raw samples, leaves stand in for them; where nodes
    /// are missing too there is nothing to see, and the frame's report and a hatch say where.
    Partial {
        /// The share of the view that is missing, in `(0, 1]`.
        missing: f64,
    },
}

/// What of a recording the columns of a view are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    /// Pages whose raw samples are needed.
    pub raw: Range<u64>,
    /// Levels whose nodes are needed, the finest first: one beside raw samples, else two where there are two.
    pub levels: Range<usize>,
    /// The nodes of the finest of them.
    pub nodes: Range<u64>,
    /// The pages that those nodes are of.
    pub pages: Range<u64>,
}

impl Needs {
    /// The nodes that are needed of one of the levels.
    #[must_use]
    pub fn nodes_of(&self, level: usize) -> Range<u64> {
        let shift = FANOUT_SHIFT * (level - self.levels.start) as u32;
        self.nodes.start >> shift..self.nodes.end.div_ceil(1 << shift)
    }
}

/// Where a view is heading, from the one before: a window on in the direction of a pan, or four times as far in the
/// direction of a zoom, with the pointer in its place. `None` where it has not moved.
#[must_use]
pub fn ahead(before: &View, now: &View, columns: u32) -> Option<View> {
    const FACTOR: f64 = 4.0;
    let moved = now.start().since(before.start());
    let (was, is) = (before.samples_per_px(), now.samples_per_px());
    let mut view = *now;
    if was != is {
        // What lies under the pointer has stayed there.
        let pointer = (moved / (was - is)).clamp(0.0, columns.into());
        view.zoom_at(pointer, if is < was { FACTOR } else { 1.0 / FACTOR });
    } else if moved != 0.0 {
        view.pan_px(f64::from(columns).copysign(moved));
    } else {
        return None;
    }
    Some(view)
}

/// The columns of a view, and what they are made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Samples per column.
    pub samples_per_px: f64,
    /// The grid's number of the first tile's first column divided by [`TILE`].
    pub first_tile: i64,
    /// Tiles across.
    pub tiles: u32,
    /// Columns of the first tile that lie left of the plot.
    pub skip: u32,
    /// Tiles that hold data.
    pub data: Range<u32>,
    /// [`MODE_NODES`] or [`MODE_RAW`].
    pub mode: u32,
    /// Whether traces are polylines.
    pub polyline: bool,
    /// The level of the columns' edges; 0 (leaves) beside raw samples.
    pub level: usize,
    /// The origin: a node of `level`, a multiple of [`FANOUT`]; beside raw samples the first leaf of a page.
    pub origin: u64,
    /// For each column of the tiles and one more, from the origin.
    pub edges: Vec<Edge>,
    /// Pages whose raw samples the view is made of; empty in [`MODE_NODES`].
    pub pages: Range<u64>,
    /// The largest move of an edge, in pixels, where all that is wanted is there.
    pub snapped_px: f64,
    /// The largest move of an edge, in pixels, where leaves stand in for raw samples.
    pub leaves_px: f64,
}

impl Plan {
    /// Plans `columns` columns of a view of a recording cut as `geometry`, whose sample 0 is the view's sample `start`.
    ///
    /// `reach` columns more are planned on either side, into which the width of polylines spills.
    #[must_use]
    pub fn new(geometry: &Geometry, start: i64, view: &View, columns: u32, reach: u32) -> Self {
        let spp = view.samples_per_px();
        let first = first_column(view);
        let tile = i64::from(TILE);
        let first_tile = (first - i64::from(reach)).div_euclid(tile);
        let skip = (first - first_tile * tile) as u32;
        let tiles = (skip + columns + reach).div_ceil(TILE);
        let positions: Vec<(i64, f64)> = (0..=i64::from(tiles * TILE))
            .map(|c| grid_position(first_tile * tile + c, spp))
            .map(|(sample, fraction)| quantized(sample.saturating_sub(start), fraction))
            .collect();
        let samples = geometry.samples as i64;
        let inside = |&(sample, _): &(i64, f64)| (0..samples).contains(&sample);
        let data = data_tiles(&positions, samples);
        let mut plan = Self {
            samples_per_px: spp,
            first_tile,
            tiles,
            skip,
            data,
            mode: MODE_NODES,
            polyline: spp < POLYLINE_BELOW,
            level: 0,
            origin: 0,
            edges: Vec::with_capacity(positions.len()),
            pages: 0..0,
            snapped_px: 0.0,
            leaves_px: 0.0,
        };
        if spp < f64::from(LEAF << EDGE_SHIFT) {
            plan.put_samples(geometry, &positions);
        } else {
            plan.put_nodes(geometry, &positions, inside);
        }
        plan
    }

    /// Edges between raw samples.
    fn put_samples(&mut self, geometry: &Geometry, positions: &[(i64, f64)]) {
        self.mode = MODE_RAW;
        let samples = geometry.samples as i64;
        // Before the start all edges are the start; past the last sample all lie a little past it, so that the column
        // which starts at it has a width.
        let clipped = |&(sample, fraction): &(i64, f64)| match sample {
            s if s < 0 => (0, 0.0),
            s if s >= samples - 1 && (s, fraction) != (samples - 1, 0.0) => (samples - 1, 0.5),
            s => (s, fraction),
        };
        let first = positions.first().map_or(0, |p| clipped(p).0) as u64 >> geometry.page_shift;
        let last = positions.last().map_or(0, |p| clipped(p).0) as u64 >> geometry.page_shift;
        self.pages = first..last + 1;
        self.origin = first << (geometry.page_shift - Geometry::node_shift(0));
        let origin = (first << geometry.page_shift) as i64;
        self.edges
            .extend(positions.iter().map(clipped).map(|(sample, fraction)| Edge {
                index: (sample - origin) as u32,
                fraction: fraction as f32,
            }));
        let leaf = i64::from(LEAF);
        let moved = if self.samples_per_px < leaf as f64 {
            leaf as f64
        } else {
            // To the nearest boundary, but for the column that starts in the last half leaf, which shows all of it.
            let leaves = geometry.nodes(0) as i64;
            let last = positions.iter().filter(|&&(sample, _)| {
                (0..samples).contains(&sample) && (sample + leaf / 2) / leaf >= leaves
            });
            last.map(|&(sample, fraction)| (sample % leaf) as f64 + fraction)
                .fold(leaf as f64 / 2.0, f64::max)
        };
        self.leaves_px = moved / self.samples_per_px;
    }

    /// Edges at boundaries of nodes of the coarsest level that is fine enough.
    fn put_nodes(
        &mut self,
        geometry: &Geometry,
        positions: &[(i64, f64)],
        inside: impl Fn(&(i64, f64)) -> bool,
    ) {
        let finest = self.samples_per_px / f64::from(1_u32 << EDGE_SHIFT);
        let top = geometry.levels() - 1;
        self.level = (0..=top)
            .take_while(|&l| (1_u64 << Geometry::node_shift(l)) as f64 <= finest)
            .count()
            .max(1)
            - 1;
        let shift = Geometry::node_shift(self.level);
        let (half, count) = (1_i64 << (shift - 1), geometry.nodes(self.level));
        let samples = geometry.samples as i64;
        let nearest = |&(sample, fraction): &(i64, f64)| match sample {
            s if s < 0 => 0,
            // What lies past the end ends with the last node, so that the last column holds it whole.
            s if s >= samples || (s == samples - 1 && fraction > 0.0) => count,
            s => ((s + half) >> shift) as u64,
        };
        self.origin = positions.first().map_or(0, nearest) >> FANOUT_SHIFT << FANOUT_SHIFT;
        self.edges.extend(positions.iter().map(nearest).map(|node| Edge {
            index: (node - self.origin) as u32,
            fraction: 0.0,
        }));
        // Past the last sample there is nothing that an edge could be moved over.
        let moved = positions.iter().filter(|p| inside(p)).map(|p| {
            let (to, last) = ((nearest(p) << shift) as i64, (samples - 1, 0.0));
            let (sample, fraction) = if p.0 >= last.0 { last } else { *p };
            ((sample - to.min(last.0)) as f64 + fraction).abs()
        });
        self.snapped_px = moved.fold(0.0, f64::max) / self.samples_per_px;
    }

    /// The fidelity of a frame of which `absent` of the view's raw pages are missing, for good or still on their way.
    #[must_use]
    pub fn fidelity(&self, absent: u64, coming: bool) -> Fidelity {
        let wanted = self.pages.end - self.pages.start;
        match (absent, coming) {
            (0, _) if self.snapped_px == 0.0 => Fidelity::Exact,
            (0, _) => Fidelity::Snapped {
                max_px: self.snapped_px,
            },
            (_, true) => Fidelity::Partial {
                missing: absent as f64 / wanted.max(1) as f64,
            },
            (_, false) => Fidelity::Snapped {
                max_px: self.leaves_px,
            },
        }
    }

    /// What it is made of, of a recording cut as `geometry`.
    #[must_use]
    pub fn needs(&self, geometry: &Geometry) -> Needs {
        let index = |edge: Option<&Edge>| self.origin + edge.map_or(0, |edge| u64::from(edge.index));
        let shift = Geometry::node_shift(self.level);
        let (nodes, levels) = if self.mode == MODE_RAW {
            let leaf = |page: u64| (page << (geometry.page_shift - shift)).min(geometry.nodes(0));
            (leaf(self.pages.start)..leaf(self.pages.end), 0..1)
        } else {
            let levels = self.level..(self.level + 2).min(geometry.levels());
            (index(self.edges.first())..index(self.edges.last()), levels)
        };
        let sample = |node: u64| (node << shift).min(geometry.samples);
        let pages = match nodes.is_empty() {
            true => 0..0,
            false => {
                sample(nodes.start) >> geometry.page_shift
                    ..sample(nodes.end).div_ceil(geometry.page_samples())
            }
        };
        Needs {
            raw: self.pages.clone(),
            levels,
            nodes,
            pages,
        }
    }

    /// The last node of a level, counted from the level's origin, that a column may ask for.
    #[must_use]
    pub fn last_node(&self, coarse: bool) -> u64 {
        let last = self.edges.last().map_or(0, |edge| u64::from(edge.index));
        match (self.mode == MODE_RAW, coarse) {
            (true, _) => (last >> LEAF_SHIFT) + 2,
            (false, true) => last.div_ceil(FANOUT.into()),
            (false, false) => last,
        }
    }

    /// Nodes of the level above [`Plan::level`] before the origin.
    #[must_use]
    pub fn coarse_origin(&self) -> u64 {
        self.origin / u64::from(FANOUT)
    }
}

/// A fraction in steps of 2⁻²⁴, so that `f32` holds it and no interpolation underflows.
fn quantized(sample: i64, fraction: f64) -> (i64, f64) {
    const STEPS: f64 = 16_777_216.0;
    match (fraction * STEPS).round() / STEPS {
        f if f >= 1.0 => (sample.saturating_add(1), 0.0),
        f => (sample, f),
    }
}

/// Tiles that overlap samples `0 .. samples`.
fn data_tiles(positions: &[(i64, f64)], samples: i64) -> Range<u32> {
    let overlaps = |tile: &[(i64, f64)]| {
        tile.first().is_some_and(|p| p.0 < samples) && tile.last().is_some_and(|p| (p.0, p.1) > (0, 0.0))
    };
    let tiles: Vec<bool> = positions
        .windows(TILE as usize + 1)
        .step_by(TILE as usize)
        .map(overlaps)
        .collect();
    let first = tiles.iter().position(|&t| t).unwrap_or(0);
    let count = tiles[first..].iter().take_while(|&&t| t).count();
    first as u32..(first + count) as u32
}
