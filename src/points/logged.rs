//! Data as logarithmic axes have it, made when it is first asked for.

use std::sync::OnceLock;

use crate::view::axis::Scale;

/// What was made of data for x, for y, and for both.
pub(crate) struct Logged<T>([OnceLock<Box<T>>; 3]);

// Not derived, which would ask it of the data.
impl<T> Default for Logged<T> {
    fn default() -> Self {
        Self([const { OnceLock::new() }; 3])
    }
}

// A clone has nothing made yet, which may never be asked for.
impl<T> Clone for Logged<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<T> Logged<T> {
    /// The data itself, or where an axis is logarithmic what is made of it.
    pub(crate) fn of<'a>(&'a self, own: &'a T, scales: [Scale; 2], make: impl FnOnce() -> T) -> &'a T {
        let [x, y] = scales.map(|scale| usize::from(scale.is_log()));
        match x + 2 * y {
            0 => own,
            which => self.0[which - 1].get_or_init(|| Box::new(make())),
        }
    }

    /// All that was made.
    pub(crate) fn all(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(|made| made.get().map(|made| &**made))
    }

    /// All that was made, with the scales that it was made for.
    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = ([Scale; 2], &mut T)> {
        const SCALES: [[Scale; 2]; 3] = [
            [Scale::Log, Scale::Linear],
            [Scale::Linear, Scale::Log],
            [Scale::Log; 2],
        ];
        let made = SCALES.into_iter().zip(&mut self.0);
        made.filter_map(|(scales, made)| Some((scales, &mut **made.get_mut()?)))
    }
}
