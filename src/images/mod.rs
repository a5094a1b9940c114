//! Images of any size: in memory or in a file, made smaller once, and what each pixel of a view shows of them.
//!
//! **Which values a pixel shows.** Where values are larger than pixels, the one under the pixel's middle. Where they are smaller, all whose
//! middles lie in it: each value in one pixel, as their greatest, least or mean ([`Reduce`]). So it is on each axis on its own.
//!
//! **Up to four values a pixel** across and down, views read the image itself and are exact. With more they read nodes, the values of
//! blocks that are not larger than a pixel. A node is in the pixel that its middle is in, so that the edges of pixels are moved by up to
//! half a node, which is less than half a pixel; the report says by how much. No value is left out either way.
//!
//! **What it costs.** A view reads at most 32 values or nodes for each pixel of the screen, mostly four or fewer, whatever the size of
//! the image. The levels of an image are made when a view first needs them: one pass over the image, on all cores. They take a twelfth
//! of the image's memory; means of numbers are `f32`, of `u8` four times as much. A view in which the image is squeezed at least four
//! times as much on one axis as on the other takes another pass the first time, and a quarter of the image's memory at most. Values in
//! memory can change ([`Pixmap::replace`]): only the nodes of those that did are made anew.
//!
//! **What was measured** on two cores, of 10⁹ pixels of `u8` in memory: levels at 3.2 to 3.7 GB/s, 83 MB of them; pans over it at 1920 × 1080 in
//! 2.8 to 4.1 ms, 3.2 to 4.1 times what an empty frame takes, the slowest of a quiet run 5.8 times.

/// Calls the same of whichever it is.
macro_rules! either {
    ($of:expr, $store:ident => $do:expr) => {
        match $of {
            Either::U8($store) => $do,
            Either::I16($store) => $do,
            Either::F32($store) => $do,
            Either::Rgba8($store) => $do,
        }
    };
}

mod base;
mod change;
mod fold;
mod levels;
mod palette;
mod ranges;
mod seen;

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base::{Base, Rows};
use fold::{Fold, Max, Mean, Min};
pub use fold::{Reduce, Value};
use levels::{Level, Skew, levels, sums};
pub use palette::Palette;
use ranges::Ranges;
pub use seen::{Place, Seen};

use crate::Result;
use crate::scene::Rgba8;
use crate::view::plane::Plane;

/// An image: rows of values. A clone shares them until either changes.
#[derive(Clone)]
pub struct Pixmap {
    store: Either,
}

/// Its values, as they were given.
#[derive(Clone)]
enum Either {
    U8(Store<u8>),
    I16(Store<i16>),
    F32(Store<f32>),
    Rgba8(Store<Rgba8>),
}

/// Values, and what was made of them.
struct Store<V: Value> {
    base: Base<V>,
    ranges: Ranges<V>,
    made: Mutex<Vec<Made<V>>>,
}

/// The levels of one way to reduce, and of one skew.
#[derive(Clone)]
struct Made<V: Value> {
    reduce: Reduce,
    skew: Skew,
    levels: Levels<V>,
}

#[derive(Clone)]
enum Levels<V: Value> {
    Same(Arc<Vec<Level<V>>>),
    Means(Arc<Vec<Level<V::Mean>>>),
}

/// Types that images may have: `u8`, `i16`, `f32` and [`Rgba8`].
pub trait Given: Value {
    #[doc(hidden)]
    fn pixmap(store: Stored<Self>) -> Pixmap;
}

/// Values on their way into a [`Pixmap`].
pub struct Stored<V: Value>(Store<V>);

macro_rules! given {
    ($($type:ty, $either:ident;)*) => {
        $(impl Given for $type {
            fn pixmap(Stored(store): Stored<Self>) -> Pixmap {
                Pixmap {
                    store: Either::$either(store),
                }
            }
        })*
    };
}

given! {
    u8, U8;
    i16, I16;
    f32, F32;
    Rgba8, Rgba8;
}

impl Pixmap {
    /// Of values `[height, width]`, row after row; a `Vec`, or an `Arc` of one where others have it too. Takes one pass over them, for
    /// the range of what is finite.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) unless there are `height · width` of them.
    pub fn new<V: Given>([height, width]: [usize; 2], values: impl Into<Arc<Vec<V>>>) -> Result<Self> {
        Self::of(Base::new([width, height], values.into())?)
    }

    /// Of values `[height, width]` in a file, in the machine's byte order, after `offset` bytes. It stays on disk: views read the rows
    /// that they show, and their parts, one by one.
    ///
    /// # Errors
    /// [`Error::Open`](crate::Error::Open); [`Error::Format`](crate::Error::Format) for a file that ends before the image does;
    /// [`Error::Read`](crate::Error::Read).
    pub fn open<V: Given>(path: impl AsRef<Path>, offset: u64, [height, width]: [usize; 2]) -> Result<Self> {
        Self::of(Base::<V>::open(path.as_ref(), offset, [width, height])?)
    }

    fn of<V: Given>(base: Base<V>) -> Result<Self> {
        Ok(V::pixmap(Stored(Store::new(base)?)))
    }

    /// Rows, and columns.
    #[must_use]
    pub fn size(&self) -> [usize; 2] {
        let [width, height] = either!(&self.store, store => store.base.size);
        [height, width]
    }

    /// The least and the greatest of all finite values; `None` of none, and of colours.
    #[must_use]
    pub fn range(&self) -> Option<[f64; 2]> {
        either!(&self.store, store => store.ranges.whole())
    }

    /// Whether its values are numbers, which colours stand for.
    #[must_use]
    pub fn is_scalar(&self) -> bool {
        !matches!(self.store, Either::Rgba8(_))
    }

    /// The memory that values and levels take; of one in a file that of levels alone. Values that others have too count as well.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        either!(&self.store, store => store.base.bytes() as u64 + store.ranges.bytes() as u64)
            + self.level_bytes()
    }

    /// Bytes of the levels that were made.
    #[must_use]
    pub fn level_bytes(&self) -> u64 {
        either!(&self.store, store => store.bytes())
    }

    /// What is in view of a plot of `[width, height]` pixels, and where; makes the levels for it, if it is the first such view.
    ///
    /// # Errors
    /// [`Error::Read`](crate::Error::Read) of a file that cannot be read, when levels are made.
    pub fn seen(&self, place: &Place, plane: &Plane, px: [u32; 2], reduce: Reduce) -> Result<Seen> {
        either!(&self.store, store => {
            let seen = Seen::new(store.base.size, place, plane, px);
            if let Some(skew) = seen.skew {
                store.levels(reduce, skew)?;
            }
            Ok(seen)
        })
    }

    /// Colours of rows of a plot: `put` is given each that shows something, and a word for each of its columns, 0 where there is nothing.
    ///
    /// # Errors
    /// [`Error::Read`](crate::Error::Read) of a file that cannot be read.
    pub fn paint(
        &self,
        (seen, reduce): (&Seen, Reduce),
        rows: Range<usize>,
        palette: &Palette,
        put: &mut dyn FnMut(usize, &[u32]),
    ) -> Result<()> {
        either!(&self.store, store => store.paint((seen, reduce), rows, palette, put))
    }
}

impl<V: Value> Clone for Store<V> {
    fn clone(&self) -> Self {
        Self {
            base: self.base.clone(),
            ranges: self.ranges.clone(),
            made: Mutex::new(self.made().clone()),
        }
    }
}

impl<V: Value> Store<V> {
    fn new(base: Base<V>) -> Result<Self> {
        Ok(Self {
            ranges: Ranges::new(&base)?,
            base,
            made: Mutex::default(),
        })
    }

    fn made(&self) -> MutexGuard<'_, Vec<Made<V>>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bytes(&self) -> u64 {
        let made = self.made();
        let bytes = |made: &Made<V>| match &made.levels {
            Levels::Same(levels) => levels.iter().map(Level::bytes).sum::<usize>(),
            Levels::Means(levels) => levels.iter().map(Level::bytes).sum(),
        };
        made.iter().map(bytes).sum::<usize>() as u64
    }

    /// The levels of a skew, which are made unless they are there.
    fn levels(&self, reduce: Reduce, skew: Skew) -> Result<Levels<V>> {
        let found = |made: &[Made<V>]| {
            let same = |made: &&Made<V>| (made.reduce, made.skew) == (reduce, skew);
            made.iter().find(same).map(|made| made.levels.clone())
        };
        if let Some(levels) = found(&self.made()) {
            return Ok(levels);
        }
        // Without the lock: a core that waits for others takes up other work, which may want it. Who is first is kept.
        let base = &self.base;
        let levels = match reduce {
            Reduce::Max => Levels::Same(Arc::new(levels::<V, Max, Max>(base, skew)?)),
            Reduce::Min => Levels::Same(Arc::new(levels::<V, Min, Min>(base, skew)?)),
            Reduce::Mean => Levels::Means(Arc::new(levels::<V, Mean, Mean>(base, skew)?)),
        };
        let mut made = self.made();
        Ok(found(&made).unwrap_or_else(|| {
            made.push(Made {
                reduce,
                skew,
                levels: levels.clone(),
            });
            levels
        }))
    }

    fn paint(
        &self,
        (seen, reduce): (&Seen, Reduce),
        rows: Range<usize>,
        palette: &Palette,
        put: &mut dyn FnMut(usize, &[u32]),
    ) -> Result<()> {
        let Some(skew) = seen.skew else {
            let base = &self.base;
            return match reduce {
                Reduce::Max => paint::<V, Max>(base, seen, rows, palette, put),
                Reduce::Min => paint::<V, Min>(base, seen, rows, palette, put),
                Reduce::Mean => paint::<V, Mean>(base, seen, rows, palette, put),
            };
        };
        match (self.levels(reduce, skew)?, reduce) {
            (Levels::Same(levels), Reduce::Min) => {
                paint::<V, Min>(of(&levels, seen), seen, rows, palette, put)
            }
            (Levels::Same(levels), _) => paint::<V, Max>(of(&levels, seen), seen, rows, palette, put),
            (Levels::Means(levels), _) => paint::<V::Mean, Mean>(of(&levels, seen), seen, rows, palette, put),
        }
    }
}

/// The level that a view reads.
fn of<'a, N>(levels: &'a [Level<N>], seen: &Seen) -> &'a Level<N> {
    levels
        .iter()
        .find(|level| level.shifts == seen.shifts)
        .expect("a ladder has each rung that a view asks for")
}

fn paint<V: Value, F: Fold<V>>(
    of: &impl Rows<V>,
    seen: &Seen,
    rows: Range<usize>,
    palette: &Palette,
    put: &mut dyn FnMut(usize, &[u32]),
) -> Result<()> {
    let columns = seen::whole(&seen.columns);
    let mut words = vec![0; seen.columns.len()];
    let mut scratch = (Vec::new(), Vec::new());
    let mut before = [0, 0];
    for row in rows {
        let nodes = seen.rows[row];
        if columns.is_empty() || nodes[0] == nodes[1] {
            continue;
        }
        // Rows of large pixels are alike.
        if nodes != before {
            before = nodes;
            let nodes = nodes[0] as usize..nodes[1] as usize;
            sums::<V, F>(of, nodes, columns.clone(), &mut scratch)?;
            for (word, &[from, end]) in words.iter_mut().zip(&seen.columns) {
                let (from, end) = (from as usize, end as usize);
                *word = match scratch
                    .0
                    .get(from.wrapping_sub(columns.start)..end.wrapping_sub(columns.start))
                {
                    Some([first, rest @ ..]) => {
                        F::out(rest.iter().fold(*first, |sum, next| F::sum(sum, *next))).color(palette)
                    }
                    _ => 0,
                };
            }
        }
        put(row, &words);
    }
    Ok(())
}
