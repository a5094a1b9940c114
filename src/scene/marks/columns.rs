//! Which events lie in which column of pixels, by search.

use std::ops::Range;

use crate::view::View;
use crate::view::grid::{first_column, grid_position};

/// The edges of the columns of a plot, in samples; column `k` holds the times in `[edges[k], edges[k + 1])`.
pub(super) struct Columns {
    edges: Vec<f64>,
    samples_per_px: f64,
}

impl Columns {
    /// Of a view's first `count` columns, on the grid on which traces are drawn.
    pub(super) fn new(view: &View, count: u32) -> Self {
        let samples_per_px = view.samples_per_px();
        let first = first_column(view);
        let edge = |k: u32| {
            let (sample, fraction) = grid_position(first + i64::from(k), samples_per_px);
            sample as f64 + fraction
        };
        Self {
            edges: (0..=count).map(edge).collect(),
            samples_per_px,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.edges.len() - 1
    }

    pub(super) fn start(&self) -> f64 {
        self.edges[0]
    }

    pub(super) fn end(&self) -> f64 {
        self.edges[self.len()]
    }

    /// The edges of one.
    pub(super) fn of(&self, column: usize) -> [f64; 2] {
        [self.edges[column], self.edges[column + 1]]
    }

    /// The column that holds a time; the first or the last for those outside. There must be a column.
    pub(super) fn at(&self, time: f64) -> usize {
        let last = self.len() - 1;
        let guess = (time - self.start()) / self.samples_per_px;
        let mut column = (guess.max(0.0) as usize).min(last);
        // The quotient of floats is a column off at worst.
        while column > 0 && time < self.edges[column] {
            column -= 1;
        }
        while column < last && time >= self.edges[column + 1] {
            column += 1;
        }
        column
    }

    /// Which of the sorted `times` are in view.
    pub(super) fn seen(&self, times: &[f64]) -> Range<usize> {
        below(times, self.start())..below(times, self.end())
    }

    /// Calls `visit` with every column that holds any of the sorted `times`, and with which.
    ///
    /// Costs some 2 log₂(times in a column) comparisons a column.
    pub(super) fn each(&self, times: &[f64], mut visit: impl FnMut(usize, Range<usize>)) {
        let mut at = below(times, self.start());
        for column in 0..self.len() {
            let end = at + ahead(&times[at..], self.edges[column + 1]);
            if end > at {
                visit(column, at..end);
            }
            at = end;
        }
    }
}

/// How many of sorted times lie below an edge.
pub(super) fn below(times: &[f64], edge: f64) -> usize {
    times.partition_point(|time| *time < edge)
}

/// The same, by steps that double: cheap where they are few.
pub(super) fn ahead(times: &[f64], edge: f64) -> usize {
    let mut end = 1;
    while end <= times.len() && times[end - 1] < edge {
        end *= 2;
    }
    let first = end / 2;
    first + below(&times[first..times.len().min(end)], edge)
}
