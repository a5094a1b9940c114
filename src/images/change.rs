//! Images that change: values in the place of some.

use std::ops::Range;
use std::sync::{Arc, PoisonError};

use super::fold::{Max, Mean, Min};
use super::levels::renew;
use super::{Either, Given, Levels, Made, Pixmap, Reduce, Store, Value};
use crate::{Error, Result};

impl Pixmap {
    /// Puts values `[height, width]`, row after row, in the place of those from a row and a column on, of the type that all have. Levels that were made
    /// are made anew of these alone, and the range of values of up to 1024 × 16 around each: what it takes grows with the
    /// rectangle, but for the first time that others have the values too, which then are copied.
    ///
    /// What runs on for ever, as a waterfall does, writes over its oldest column.
    ///
    /// # Errors
    /// [`Error::Invalid`] for another type, another number of values, a rectangle that is not all in the image, and of an image in a file. Nothing
    /// has changed then.
    pub fn replace<V: Given>(
        &mut self,
        [row, column]: [usize; 2],
        [height, width]: [usize; 2],
        values: &[V],
    ) -> Result<()> {
        let size = self.size();
        let is_in =
            |from: usize, count: usize, side: usize| from.checked_add(count).is_some_and(|end| end <= side);
        if !is_in(row, height, size[0]) || !is_in(column, width, size[1]) {
            return Err(failed(format!(
                "{height} rows of {width} from row {row} and column {column} on do not lie in {} rows of {}",
                size[0], size[1]
            )));
        }
        if height * width != values.len() {
            return Err(failed(format!(
                "{} values for {height} rows of {width}; give one for each pixel",
                values.len()
            )));
        }
        let changed = [column..column + width, row..row + height];
        either!(&mut self.store, store => store.put(changed, values))
    }
}

fn failed(problem: String) -> Error {
    Error::Invalid {
        what: "values of an image",
        problem,
    }
}

impl<V: Value> Store<V> {
    fn put<S: Value>(&mut self, changed: [Range<usize>; 2], values: &[S]) -> Result<()> {
        let values: &[V] = match S::NAME == V::NAME {
            true => bytemuck::cast_slice(values),
            false => {
                return Err(failed(format!(
                    "they are {}, the image is of {}",
                    S::NAME,
                    V::NAME
                )));
            }
        };
        let [columns, rows] = &changed;
        let width = self.base.size[0];
        let own = self.base.values()?;
        if values.is_empty() {
            return Ok(());
        }
        for (row, values) in rows.clone().zip(values.chunks(columns.len())) {
            own[row * width..][columns.clone()].copy_from_slice(values);
        }
        let Self { base, ranges, made } = self;
        ranges.renew(base, &changed)?;
        for Made { reduce, levels, .. } in made.get_mut().unwrap_or_else(PoisonError::into_inner) {
            match levels {
                Levels::Same(levels) => {
                    let levels = Arc::make_mut(levels);
                    match reduce {
                        Reduce::Min => renew::<V, Min, Min>(base, levels, &changed)?,
                        _ => renew::<V, Max, Max>(base, levels, &changed)?,
                    }
                }
                Levels::Means(levels) => {
                    let levels = Arc::make_mut(levels);
                    renew::<V, Mean, Mean>(base, levels, &changed)?;
                }
            }
        }
        Ok(())
    }
}
