//! Bars, and histograms of values.

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;

use super::adding::verbs;
use super::{Adding, Figure, Visual};
use crate::lines::{Curves, Given};
use crate::points::{Coordinate, FARTHEST};
use crate::scene::Rgba8;
use crate::view::axis::Scale;
use crate::view::plane::{Bounds, Plane};
use crate::{Error, Result};

/// Bars as a figure shows them: from a base up or down to a height each, their sides on the edges of pixels.
///
/// None is lost: a bar is at least a pixel wide, and one that is not as high as its base at least a pixel high. Where several share a
/// column of pixels it is filled from the lowest of them to the highest. What it takes is bounded by the columns of the plot.
#[derive(Clone)]
pub struct Bars {
    /// Their middles in x, which never fall, and their heights.
    pub tops: Arc<Curves>,
    /// How wide they are, in units of x.
    pub width: f64,
    /// Where they stand.
    pub base: f64,
    /// In which colour; the style's for this visual without.
    pub color: Option<Rgba8>,
    /// How opaque they are, from 0 to 1.
    pub opacity: f32,
    /// What the legend calls them; nothing if it does not.
    pub name: String,
}

/// How wide bars are without a word, as a share of the least distance between two of them.
const SHARE: f64 = 0.8;

impl Bars {
    /// Bars from 0 to `heights[i]`, with their middles at `x[i]`, in any order; four fifths of the least distance between two wide.
    /// Those of which either is not finite are left out.
    ///
    /// # Errors
    /// [`Error::Invalid`] for different numbers of both.
    pub fn new<'a, T: Given>(x: impl Into<Cow<'a, [T]>>, heights: impl Into<Cow<'a, [T]>>) -> Result<Self> {
        let (x, heights) = (x.into(), heights.into());
        if x.len() != heights.len() {
            return Err(Error::Invalid {
                what: "bars",
                problem: format!(
                    "{} x and {} heights; give as many of both",
                    x.len(),
                    heights.len()
                ),
            });
        }
        let is_number = |v: T| v.is_place();
        let both = x.par_iter().copied().zip(heights.par_iter().copied());
        let mut bars: Vec<(T, T)> = both
            .filter(|(x, height)| is_number(*x) && is_number(*height))
            .collect();
        if !bars.is_sorted_by_key(|(x, _)| x.as_f64()) {
            bars.par_sort_by(|(a, _), (b, _)| a.as_f64().total_cmp(&b.as_f64()));
        }
        let apart = bars
            .par_windows(2)
            .map(|pair| pair[1].0.as_f64() - pair[0].0.as_f64());
        let least = apart
            .filter(|apart| *apart > 0.0)
            .reduce(|| f64::INFINITY, f64::min);
        let (x, heights): (Vec<T>, Vec<T>) = bars.into_iter().unzip();
        let width = if least.is_finite() { SHARE * least } else { SHARE };
        Ok(Self::of(Curves::new(x, heights)?, width))
    }

    /// How many values lie in each of `bins` even parts of what they span: side by side, the last with its upper edge. Those that are
    /// not finite are left out.
    ///
    /// # Errors
    /// [`Error::Invalid`] for no bins.
    pub fn histogram<T: Given>(values: &[T], bins: usize) -> Result<Self> {
        if bins == 0 {
            return Err(Error::Invalid {
                what: "a histogram",
                problem: "it has no bins; give it one at least".into(),
            });
        }
        let numbers = || values.par_iter().map(|v| v.as_f64()).filter(|v| v.is_place());
        let span = numbers()
            .map(|v| [v, v])
            .reduce_with(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
        let [least, greatest] = match span {
            Some([a, b]) if a < b => [a, b],
            // All the same: one unit about them.
            Some([a, _]) => [a - 0.5, a + 0.5],
            None => [0.0, 1.0],
        };
        // Each by itself, as their difference may be beyond all numbers.
        let step = greatest / bins as f64 - least / bins as f64;
        let none = || vec![0_u64; bins];
        let counts = numbers()
            .fold(none, |mut counts, value| {
                let bin = ((value - least) / step).floor();
                counts[(bin as usize).min(bins - 1)] += 1;
                counts
            })
            .reduce(none, |a, b| a.iter().zip(&b).map(|(a, b)| a + b).collect());
        let heights: Vec<f64> = counts.into_iter().map(|count| count as f64).collect();
        Ok(Self::of(Curves::even(least + step / 2.0, step, heights)?, step))
    }

    /// Adds bars after the last one, which stays as wide as all are: see [`Curves::append`]. Copies all where they are shared with another figure.
    ///
    /// # Errors
    /// [`Error::Invalid`] for different numbers of both, for what is not finite, for x that falls, and of a histogram.
    pub fn append<T: Given>(&mut self, x: &[T], heights: &[T]) -> Result<()> {
        finite(x)?;
        finite(heights)?;
        let last = self
            .tops
            .len()
            .checked_sub(1)
            .map(|last| self.tops.vertex(last)[0]);
        let all = last.into_iter().chain(x.iter().map(|x| x.as_f64()));
        if !all.is_sorted() {
            return Err(Error::Invalid {
                what: "bars",
                problem: "they do not follow the last one; give their x in order".to_owned(),
            });
        }
        Arc::make_mut(&mut self.tops).append(x, heights)
    }

    /// Gives the bars from `first` on, in the order of x, other heights: see [`Curves::replace`]. Copies all where they are shared with another figure.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there are not as many bars, and for what is not finite.
    pub fn replace<T: Given>(&mut self, first: usize, heights: &[T]) -> Result<()> {
        finite(heights)?;
        Arc::make_mut(&mut self.tops).replace(first, heights)
    }

    fn of(tops: Curves, width: f64) -> Self {
        Self {
            tops: Arc::new(tops),
            width,
            base: 0.0,
            color: None,
            opacity: 1.0,
            name: String::new(),
        }
    }

    /// The least rectangle around them; `None` of none.
    pub(super) fn bounds(&self, scales: [Scale; 2]) -> Option<Bounds> {
        let (x, half) = (self.tops.bounds()?.x, self.width / 2.0);
        let there = self.tops.on(scales).bounds()?;
        let sides = [x[0] - half, x[1] + half].map(|x| scales[0].unit_from(x));
        let foot = self.foot(scales[1]).unwrap_or(there.y[0]);
        // A first bar that begins where there is no place on the axis is seen from its middle on.
        let left = if sides[0].is_finite() {
            sides[0]
        } else {
            there.x[0]
        };
        Some(Bounds {
            x: [left, sides[1]],
            y: [there.y[0].min(foot), there.y[1].max(foot)],
        })
    }

    /// Where they stand, in units of an axis; where there is no such place the power of ten below the lowest of them.
    pub(super) fn foot(&self, scale: Scale) -> Option<f64> {
        let base = scale.unit_from(self.base);
        let lowest = || Some(self.tops.on([Scale::Linear, scale]).bounds()?.y[0].floor());
        if base.is_finite() { Some(base) } else { lowest() }
    }

    /// Where the sides of a bar are whose middle is at `x`, in pixels from the plot's left, before they are moved to the edges of pixels.
    #[inline(always)]
    pub(crate) fn sides(&self, x: f64, plane: &Plane, scale: Scale) -> [f64; 2] {
        let half = self.width / 2.0;
        let px = |x: f64| (x - plane.corner[0]) * plane.px_per_unit[0];
        match scale {
            Scale::Log => [x - half, x + half].map(|x| px(scale.unit_from(x))),
            Scale::Linear | Scale::Time => {
                let half = half * plane.px_per_unit[0];
                [px(x) - half, px(x) + half]
            }
        }
    }

    /// The rows between the base and the least and the greatest of heights, in pixels from the plot's top.
    pub(crate) fn rows(&self, [least, greatest]: [f64; 2], plane: &Plane, scale: Scale) -> [f64; 2] {
        let row = |y: f64| (plane.corner[1] - scale.unit_from(y)) * plane.px_per_unit[1];
        let level = row(self.base);
        let top = if greatest > self.base {
            row(greatest).min(level - 1.0)
        } else {
            level
        };
        let bottom = if least < self.base {
            row(least).max(level + 1.0)
        } else {
            level
        };
        [top, bottom]
    }

    /// How wide bars are, in units of x.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless it is finite and not below 0.
    pub fn width(self, width: f64) -> Result<Self> {
        if !(0.0..=FARTHEST).contains(&width) {
            return Err(Error::Invalid {
                what: "the width of bars",
                problem: format!("{width}; give one that is not below 0"),
            });
        }
        Ok(Self { width, ..self })
    }

    /// Where bars stand.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless it is finite.
    pub fn base(self, base: f64) -> Result<Self> {
        if !(-FARTHEST..=FARTHEST).contains(&base) {
            return Err(Error::Invalid {
                what: "the base of bars",
                problem: format!("{base}; give a finite one"),
            });
        }
        Ok(Self { base, ..self })
    }
}

/// Fails unless all values are finite.
fn finite<T: Coordinate>(values: &[T]) -> Result<()> {
    match values.iter().position(|value| !value.is_place()) {
        None => Ok(()),
        Some(place) => Err(Error::Invalid {
            what: "bars",
            problem: format!("number {place} of what is given is not finite"),
        }),
    }
}

verbs! {
    Bars;
    /// Adds bars from 0 to `heights[i]` at `x[i]`: see [`Bars`].
    add bars['a, T: Given](x: impl Into<Cow<'a, [T]>>, heights: impl Into<Cow<'a, [T]>>) = Bars::new(x, heights);
    /// Adds a histogram of values: see [`Bars::histogram`].
    add histogram[T: Given](values: &[T], bins: usize) = Bars::histogram(values, bins);
    say color(color: Rgba8);
    say opacity(opacity: f32);
    say name(name: impl Into<String>);
    try width(width: f64);
    try base(base: f64);
}
