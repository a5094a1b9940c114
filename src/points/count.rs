//! How many points lie in each pixel of a view, on the host's cores. Twin: `reference::points`.
//!
//! Bands of rows are counted by tasks of their own, each into memory of its own, so there is nothing to lock and nothing
//! whose order could matter.

use std::ops::Range;

use rayon::prelude::*;

use super::grid::Coordinate;
use super::seen::{View, pixels};
use super::share::{Band, Places};
use super::tile::SIDE_BITS;
use super::tree::{DEEPEST, Found, Square, Window};
use super::{PIECE, Spread, Store};
use crate::plan::Fidelity;
use crate::view::plane::Plane;
use crate::wide::prefetch;

/// Up to so many points in view are counted one by one.
pub const POINTS: usize = 1 << 20;
/// Of more, at most so many tiles, unless their cells were larger than four pixels. A plot of 1920 × 1080 pixels has half as many, if none of its axes is much closer than
/// the other.
pub const TILES: usize = 1 << 12;
/// Cells are no larger than so many pixels where that takes few tiles, as it nearly always does.
const SMALL_PX: f64 = 1.0;
/// Nor larger than so many, whatever it costs.
pub(super) const LARGEST_PX: f64 = 4.0;
/// Pixels across tiles at a plot's edge of which all points are said to be in view.
const EDGE_PX: f64 = 48.0;

/// Rows of a band: of a width of 1920 that is 960 KiB, of which few are written at a time.
const BAND: usize = 128;

/// Points whose pixels are found together.
const TOGETHER: usize = 1024;

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// How many points are in view, or right beside it.
    pub in_view: usize,
    /// The most that a pixel has.
    pub most: u32,
    /// [`Fidelity::Exact`] where each pixel's count is that of the points in it. [`Fidelity::Snapped`] where cells were counted:
    /// none is missed and none counted twice, and none is counted more than `max_px` from its pixel, in either direction.
    pub fidelity: Fidelity,
    /// log2 of how many of the cells that were counted lie across all points; `None` of points.
    pub bits: Option<u32>,
}

impl Counted {
    /// Of no points.
    pub(super) const NONE: Self = Self {
        in_view: 0,
        most: 0,
        fidelity: Fidelity::Exact,
        bits: None,
    };

    /// What can be said of points that are counted from tiles of a depth, or one by one.
    fn from(in_view: usize, depth: Option<u32>, places: &Places) -> Self {
        let (fidelity, bits) = match depth {
            None => (Fidelity::Exact, None),
            Some(depth) => {
                let [x, y] = places.size(depth);
                (Fidelity::Snapped { max_px: x.max(y) }, Some(depth + SIDE_BITS))
            }
        };
        Self {
            in_view,
            most: 0,
            fidelity,
            bits,
        }
    }
}

/// The most of many counts.
pub(crate) fn most(counts: &[u32]) -> u32 {
    let most = counts
        .par_chunks(PIECE)
        .map(|counts| counts.iter().copied().max());
    most.max().flatten().unwrap_or(0)
}

/// What a view is counted from.
pub(crate) struct Work {
    /// What can be said of it, but for the most that a pixel has.
    pub(crate) counted: Counted,
    /// Tiles whose cells are counted.
    pub(crate) tiles: Vec<Square>,
    /// Runs of points that are counted one by one.
    pub(crate) runs: Vec<Range<usize>>,
}

impl<T: Coordinate> Store<T> {
    /// What a view is counted from.
    pub(super) fn work(&self, plane: &Plane, size: [u32; 2]) -> Work {
        let window = Window::of(&self.grid, plane, size, 0.0);
        let (depth, counted) = self.choose(&window, plane, size);
        let (mut tiles, mut runs) = (Vec::new(), Vec::new());
        self.find(
            &window,
            |square| Some(square.depth) == depth,
            |found| match found {
                Found::Tile(_, square) => tiles.push(square),
                Found::Points(run) => runs.push(run),
            },
        );
        Work { counted, tiles, runs }
    }

    /// Calls `each` with what lies in a window: tiles for which `whole` holds, and points.
    fn find<'a>(&'a self, window: &Window, whole: impl Fn(Square) -> bool, mut each: impl FnMut(Found<'a>)) {
        match &self.tree {
            Some(tree) => tree.find(Square::WHOLE, window, &whole, &mut each),
            None => each(Found::Points(0..self.points.len())),
        }
    }

    /// How many points lie in view, or near it.
    pub(super) fn in_view(&self, plane: &Plane, size: [u32; 2]) -> usize {
        let window = Window::of(&self.grid, plane, size, 0.0);
        let places = Places::new(&self.grid, plane);
        let view = View::new(plane, size);
        let small = |square: Square| places.tile(square.depth).iter().all(|px| *px <= EDGE_PX);
        let mut in_view = 0;
        self.find(
            &window,
            |square| small(square) || window.holds(square),
            |found| {
                in_view += match found {
                    Found::Tile(tile, _) => tile.points().len(),
                    Found::Points(run) => self.points[run].iter().filter(|point| view.holds(point)).count(),
                }
            },
        );
        in_view
    }

    /// The depth of the tiles that a view is counted from, `None` where it is counted from points; and what can be said of it then.
    fn choose(&self, window: &Window, plane: &Plane, size: [u32; 2]) -> (Option<u32>, Counted) {
        let places = Places::new(&self.grid, plane);
        let in_view = self.in_view(plane, size);
        let depth = match in_view <= self.limits.points {
            true => None,
            false => self.depth(window, &places),
        };
        (depth, Counted::from(in_view, depth, &places))
    }

    /// The depth of the largest tiles in view whose cells are small enough; `None` where there are none.
    fn depth(&self, window: &Window, places: &Places) -> Option<u32> {
        let fits = |depth: u32, most: f64| places.size(depth).iter().all(|px| *px <= most);
        let tiles = |depth: u32| {
            let mut tiles = 0;
            let count = |found: Found<'_>| tiles += usize::from(matches!(found, Found::Tile(..)));
            self.find(window, |square| square.depth == depth, count);
            tiles
        };
        let mut depth = (0..=DEEPEST).find(|depth| fits(*depth, SMALL_PX))?;
        let mut found = tiles(depth);
        while found > self.limits.tiles && depth > 0 && fits(depth - 1, LARGEST_PX) {
            depth -= 1;
            found = tiles(depth);
        }
        (found > 0).then_some(depth)
    }

    pub(super) fn count(&self, plane: &Plane, size: [u32; 2], into: &mut Vec<u32>) -> Counted {
        let [w, h] = size.map(|px| px as usize);
        into.resize(w * h, 0);
        let window = Window::of(&self.grid, plane, size, 0.0);
        let places = Places::new(&self.grid, plane);
        let (depth, counted) = self.choose(&window, plane, size);
        let bands = into.par_chunks_mut((w * BAND).max(1)).enumerate();
        let most = bands.map(|(band, counts)| {
            counts.fill(0);
            let first = band * BAND;
            let rows = [first as f64, (first + counts.len() / w) as f64];
            let window = Window::around(&self.grid, plane, [0.0, w as f64], rows, 0.0);
            let mut band = Band {
                counts,
                width: w,
                first: first as i64,
            };
            let (view, mut memory) = (View::new(plane, size), [0; TOGETHER]);
            self.find(
                &window,
                |square| Some(square.depth) == depth,
                |found| match found {
                    Found::Points(run) => self.count_points(view, run, &mut memory, &mut band),
                    Found::Tile(tile, square) => {
                        band.add(tile, square, &places.edges(square.at, square.depth, [w, h]));
                    }
                },
            );
            band.counts.iter().copied().max().unwrap_or(0)
        });
        Counted {
            most: most.max().unwrap_or(0),
            ..counted
        }
    }

    /// Adds points of a run to the pixels of a band.
    fn count_points(
        &self,
        view: View<'_>,
        run: Range<usize>,
        found: &mut [u32; TOGETHER],
        band: &mut Band<'_>,
    ) {
        let first = (band.first as usize * band.width) as u32;
        for at in run.clone().step_by(TOGETHER) {
            let end = run.end.min(at + TOGETHER);
            pixels(&self.points[at..end], view, found);
            for (i, pixel) in found[..end - at].iter().enumerate() {
                // What follows is mostly looked at next.
                prefetch(&self.points, end + i);
                if let Some(count) = band.counts.get_mut(pixel.wrapping_sub(first) as usize) {
                    *count += 1;
                }
            }
        }
    }

    /// The points whose place is within `reach` pixels of the plot, in the order in which they were given.
    pub(super) fn gather(&self, plane: &Plane, size: [u32; 2], reach: f64) -> Vec<Spread> {
        let window = Window::of(&self.grid, plane, size, reach);
        let view = View { plane, size, reach };
        let mut near = Vec::new();
        self.find(
            &window,
            |_| false,
            |found| {
                if let Found::Points(run) = found {
                    let points = &self.points[run];
                    near.extend(points.iter().filter_map(|point| point.near(view)));
                }
            },
        );
        near.par_sort_unstable_by_key(|marker| marker.index);
        near
    }
}
