//! Pieces of traces in the colours of the events on them: for each lane and column which colour of a palette.

use rayon::prelude::*;

use super::buckets::Sorted;
use super::columns::{Columns, below};
use super::{Layer, Show};
use crate::scene::{Layout, Rgba8, Scene};
use crate::view::View;

/// The most colours that tints choose from.
pub const MAX_TINTS: usize = 255;

/// Cells above which lanes are tinted by all cores.
const MANY: usize = 1 << 16;

/// Which columns of which lanes have another colour than their trace's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tints {
    /// The colours, [`MAX_TINTS`] of them at most; tint `k` is number `k - 1`.
    pub palette: Vec<Rgba8>,
    /// Columns of each lane.
    pub columns: usize,
    /// `[lanes, columns]` tints, from the first column of the first tile on; 0 for the trace's own colour.
    pub of: Vec<u8>,
}

/// A layer, and what it colours.
struct Tinting<'a> {
    layer: &'a Layer,
    piece: [f64; 2],
    /// Colours before its own, and its own; one at least.
    first: usize,
    count: usize,
}

/// The tints of a scene's layers, `columns` of each lane, of which `skip` lie left of the plot; `None` where there are none.
///
/// A column is tinted where a piece around an event reaches into it, by the last such event of the last such layer; those
/// of all channels lie below a lane's own. Costs
/// a byte a column and lane, and for each lane as many steps as there are events in view or columns, whichever is less: a step looks at
/// some eight times.
#[must_use]
pub fn tints(scene: &Scene, layout: &Layout, view: &View, (skip, columns): (usize, usize)) -> Option<Tints> {
    let mut palette = Vec::new();
    let mut tintings = Vec::new();
    for layer in scene.marks.iter().filter(|layer| layer.visible) {
        let Show::Lanes { piece: [a, b], .. } = layer.show else {
            continue;
        };
        let first = palette.len().min(MAX_TINTS - 1);
        let room = MAX_TINTS - first;
        palette.truncate(first);
        match layer.palette.is_empty() {
            true => palette.push(layer.color),
            false => palette.extend(layer.palette.iter().take(room)),
        }
        let finite = |samples: f64| if samples.is_finite() { samples } else { 0.0 };
        tintings.push(Tinting {
            layer,
            piece: [finite(a).min(finite(b)), finite(a).max(finite(b))],
            first,
            count: palette.len() - first,
        });
    }
    if tintings.is_empty() || layout.lanes.is_empty() || layout.plot.w == 0 || columns == 0 {
        return None;
    }
    let grid = Columns::new(view, layout.plot.w);
    let shown = skip..(skip + grid.len()).min(columns);
    // What is on all lanes is found once.
    let mut common = vec![0; columns];
    let mut any = false;
    for tinting in &tintings {
        any |= tinting.fill(
            &grid,
            tinting.layer.marks.of_all_channels(),
            &mut common[shown.clone()],
        );
    }
    let mut of = vec![0; layout.lanes.len() * columns];
    let lane = |(tints, strip): (&mut [u8], &crate::scene::LaneStrip)| {
        if any {
            tints.copy_from_slice(&common);
        }
        let mut any = any;
        for tinting in &tintings {
            let events = tinting.layer.marks.of_channel(strip.channel);
            any |= tinting.fill(&grid, events, &mut tints[shown.clone()]);
        }
        any
    };
    let many = of.len() > MANY;
    any = match many {
        true => {
            let lanes = of.par_chunks_exact_mut(columns).zip(&layout.lanes);
            lanes.map(lane).reduce(|| false, |a, b| a | b)
        }
        false => {
            let lanes = of.chunks_exact_mut(columns).zip(&layout.lanes);
            lanes.map(lane).fold(false, |a, b| a | b)
        }
    };
    any.then_some(Tints { palette, columns, of })
}

impl Tinting<'_> {
    /// Tints columns of one lane by events; whether there was any in view.
    fn fill(&self, grid: &Columns, events: Sorted<'_>, tints: &mut [u8]) -> bool {
        let [from, to] = self.piece;
        let (times, labels) = (events.times, events.labels);
        let first = below(times, grid.start() - to);
        let end = first + below(&times[first..], grid.end() - from);
        if end - first <= tints.len() {
            for (i, &time) in times.iter().enumerate().take(end).skip(first) {
                let reach = [from, to].map(|samples| grid.at(time + samples));
                let last = reach[1].min(tints.len() - 1);
                if let Some(piece) = tints.get_mut(reach[0]..=last) {
                    piece.fill(self.tint(labels, i));
                }
            }
        } else {
            let mut at = first;
            for (column, tint) in tints.iter_mut().enumerate() {
                let [left, right] = grid.of(column);
                at = events.below(right - from, at).min(end);
                // The last whose piece has begun; those before it end earlier.
                if at > first && times[at - 1] + to >= left {
                    *tint = self.tint(labels, at - 1);
                }
            }
        }
        end > first
    }

    fn tint(&self, labels: &[u32], i: usize) -> u8 {
        let color = match labels.get(i) {
            Some(label) if *label != u32::MAX => *label as usize % self.count,
            _ => 0,
        };
        (1 + self.first + color) as u8
    }
}
