//! Events in rows: a raster of spikes.

use std::sync::Arc;

use rayon::prelude::*;

use super::adding::verbs;
use super::{Adding, Figure, Visual};
use crate::points::Coordinate;
use crate::scene::Rgba8;
use crate::view::axis::Scale;
use crate::view::plane::Bounds;
use crate::{Error, Result};

/// Events as a figure shows them: those of row `i` are ticks about `y = i`, the first row's at 0, the next one's above it.
///
/// None is lost: each lights the column of pixels that it is in. Where several of a row share a column, or rows are so thin that several
/// share a pixel, they are counted, and a pixel is the more opaque the more events are in it ([`strength`]). What it takes is bounded by
/// the columns of all rows in view, however many events there are. Rows lie evenly whatever the scale of y.
#[derive(Clone)]
pub struct Events {
    /// When they are.
    pub trains: Arc<Trains>,
    /// How high ticks are, as a share of a row.
    pub height: f64,
    /// In which colour; the style's for this visual without.
    pub color: Option<Rgba8>,
    /// A colour of its own for each row, or none. A pixel of several rows has that of the row with most events in it, the lowest of
    /// equals.
    pub colors: Arc<[Rgba8]>,
    /// How opaque all of it is, from 0 to 1.
    pub opacity: f32,
    /// What the legend calls them; nothing if it does not.
    pub name: String,
}

/// How high ticks are without a word.
const HEIGHT: f64 = 0.8;

/// When the events of each row are, in order. A clone has all of them once more.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trains {
    rows: Vec<Vec<f64>>,
}

/// The times that are some, in order.
fn sorted<T: Coordinate>(times: &[T]) -> Vec<f64> {
    let mut times: Vec<f64> = times
        .iter()
        .filter(|t| t.is_place())
        .map(|t| t.as_f64())
        .collect();
    if !times.is_sorted() {
        times.sort_unstable_by(f64::total_cmp);
    }
    times
}

impl Trains {
    /// Rows of events in any order; those that are not finite are left out.
    #[must_use]
    pub fn new<T: Coordinate>(rows: &[impl AsRef<[T]> + Sync]) -> Self {
        Self {
            rows: rows.par_iter().map(|times| sorted(times.as_ref())).collect(),
        }
    }

    /// Adds events to a row, in any order, but for those that are not finite. Takes some ns for each, and for each in the row that is later than
    /// the first of them.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is no such row.
    pub fn append<T: Coordinate>(&mut self, row: usize, times: &[T]) -> Result<()> {
        let count = self.rows.len();
        let Some(own) = self.rows.get_mut(row) else {
            return Err(Error::Invalid {
                what: "events",
                problem: format!(
                    "there is no row {row} of {count}; rows without events can be given from the start"
                ),
            });
        };
        let more = sorted(times);
        let Some(first) = more.first() else {
            return Ok(());
        };
        let later = own.partition_point(|time| time <= first);
        own.extend(&more);
        if own.len() > later + more.len() {
            own[later..].sort_unstable_by(f64::total_cmp);
        }
        Ok(())
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.iter().map(Vec::len).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(Vec::is_empty)
    }

    /// The events of a row, in order; none of a row that is not there.
    #[must_use]
    pub fn row(&self, row: usize) -> &[f64] {
        self.rows.get(row).map_or(&[], |row| row)
    }

    /// The memory that they take, with what is free for more.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let times: usize = self.rows.iter().map(Vec::capacity).sum();
        (times * size_of::<f64>() + size_of_val(&self.rows[..])) as u64
    }
}

impl Events {
    /// Rows of events, from the lowest.
    #[must_use]
    pub fn new<T: Coordinate>(rows: &[impl AsRef<[T]> + Sync]) -> Self {
        Self::of(Arc::new(Trains::new(rows)))
    }

    /// The same of those that several figures may share.
    #[must_use]
    pub fn of(trains: Arc<Trains>) -> Self {
        Self {
            trains,
            height: HEIGHT,
            color: None,
            colors: Arc::default(),
            opacity: 1.0,
            name: String::new(),
        }
    }

    /// Adds events to a row: see [`Trains::append`]. Copies all of them where they are shared with another figure.
    ///
    /// # Errors
    /// Those of [`Trains::append`].
    pub fn append<T: Coordinate>(&mut self, row: usize, times: &[T]) -> Result<()> {
        Arc::make_mut(&mut self.trains).append(row, times)
    }

    /// The least rectangle around them; `None` of none.
    pub(super) fn bounds(&self, [scale, _]: [Scale; 2]) -> Option<Bounds> {
        let rows = (0..self.trains.rows()).map(|row| {
            let row = self.trains.row(row);
            let nowhere = row.partition_point(|&t| scale.unit_from(t) == f64::NEG_INFINITY);
            &row[nowhere..]
        });
        let ends = rows.filter_map(|row| Some([row.first()?, row.last()?].map(|&t| scale.unit_from(t))));
        let x = ends.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])?;
        Some(Bounds {
            x,
            y: [-0.5, self.trains.rows() as f64 - 0.5],
        })
    }

    /// How high ticks are, as a share of a row.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless it is above 0, and not above 1.
    pub fn height(self, height: f64) -> Result<Self> {
        if !(height > 0.0 && height <= 1.0) {
            return Err(Error::Invalid {
                what: "the height of events",
                problem: format!("{height}; give a share of a row, above 0 and up to 1"),
            });
        }
        Ok(Self { height, ..self })
    }

    /// A colour for each row.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless there are as many as rows.
    pub fn row_colors(self, colors: &[Rgba8]) -> Result<Self> {
        if colors.len() != self.trains.rows() {
            return Err(Error::Invalid {
                what: "colours of rows of events",
                problem: format!(
                    "{} of them for {} rows; give one each",
                    colors.len(),
                    self.trains.rows()
                ),
            });
        }
        Ok(Self {
            colors: colors.into(),
            ..self
        })
    }

    /// The colour of a row; `auto` is the style's.
    pub(crate) fn color_of(&self, row: usize, auto: Rgba8) -> Rgba8 {
        let all = self.color.unwrap_or(auto);
        self.colors.get(row).copied().unwrap_or(all)
    }
}

/// How opaque a pixel is with `count` events, at least one, of which the fullest in view has `most`: 1 where none has more than one, else
/// from a share that a lone event is still well seen with up to 1, by the logarithm of the count.
#[must_use]
pub fn strength(count: u32, most: u32) -> f64 {
    if most <= 1 {
        return 1.0;
    }
    let least = f64::from(most).sqrt().recip().max(1.0 / 3.0);
    let part = f64::from(count).ln() / f64::from(most).ln();
    least + (1.0 - least) * part
}

verbs! {
    Events;
    /// Adds rows of events, of `f32` or `f64`, from the lowest: see [`Events`].
    add events[T: Coordinate](rows: &[impl AsRef<[T]> + Sync]) = Ok(Events::new(rows));
    /// Adds events that several figures may share: see [`Events`].
    add trains[](trains: impl Into<Arc<Trains>>) = Ok(Events::of(trains.into()));
    say color(color: Rgba8);
    say opacity(opacity: f32);
    say name(name: impl Into<String>);
    try height(height: f64);
    try row_colors(colors: &[Rgba8]);
}
