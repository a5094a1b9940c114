//! Zero-phase filtering of several channels abreast, each in a lane of vectors.

use super::filter::Filter;
use crate::wide::wide;

/// Instants that go through all sections while they lie in the first cache: 16 KiB of 16 lanes.
const CHUNK: usize = 128;
/// A state nearer to 0 is taken as 0: values that are not normal take a hundred times as long on some processors.
const NEGLIGIBLE: f64 = 1e-200;

/// Values of one instant, of neighbouring channels.
pub(super) trait Lanes: Copy {
    const ZERO: Self;
    /// The values.
    fn all(&mut self) -> &mut [f64];
    /// Each lane by a function of two.
    fn zip(self, other: Self, by: impl Fn(f64, f64) -> f64) -> Self;
    /// One section over values in the order given: the transposed direct form II, as scipy's `sosfilt` computes it.
    fn pass<'a>(section: &[f64; 5], state: &mut [Self; 2], values: impl Iterator<Item = &'a mut Self>)
    where
        Self: 'a;
}

impl<const N: usize> Lanes for [f64; N] {
    const ZERO: Self = [0.0; N];

    #[inline(always)]
    fn all(&mut self) -> &mut [f64] {
        self
    }

    #[inline(always)]
    fn zip(mut self, other: Self, by: impl Fn(f64, f64) -> f64) -> Self {
        for (one, other) in self.iter_mut().zip(other) {
            *one = by(*one, other);
        }
        self
    }

    #[inline(always)]
    fn pass<'a>(
        &[b0, b1, b2, a1, a2]: &[f64; 5],
        state: &mut [Self; 2],
        values: impl Iterator<Item = &'a mut Self>,
    ) {
        let [mut first, mut second] = *state;
        for value in values {
            for lane in 0..N {
                let x = value[lane];
                let y = b0 * x + first[lane];
                first[lane] = b1 * x - a1 * y + second[lane];
                second[lane] = b2 * x - a2 * y;
                value[lane] = y;
            }
        }
        *state = [first, second];
    }
}

/// Filters one run forwards and backwards, in place. `values` has `pad` instants of room on either side of the run,
/// which has more instants than that.
pub(super) fn zero_phase<T: Lanes>(filter: &Filter, pad: usize, values: &mut [T]) {
    extend(pad, values);
    both_ways(filter, values);
}

/// Continues a run to either side by turning it about its first and its last value.
fn extend<T: Lanes>(pad: usize, values: &mut [T]) {
    let turned = |about: T, value: T| about.zip(value, |about, value| 2.0 * about - value);
    let (first, last) = (pad, values.len() - pad - 1);
    for distance in 1..=pad {
        values[first - distance] = turned(values[first], values[first + distance]);
        values[last + distance] = turned(values[last], values[last - distance]);
    }
}

wide! {
    /// Filters forwards and then backwards, each from the state in which the first value had always been.
    fn both_ways<T: Lanes>(filter: &Filter, values: &mut [T]) = both_ways_inner
}

#[inline(always)]
fn both_ways_inner<T: Lanes>(filter: &Filter, values: &mut [T]) {
    let Some(mut states) = values.first().map(|first| steady(filter, *first)) else {
        return;
    };
    for chunk in values.chunks_mut(CHUNK) {
        for (section, state) in filter.factors().iter().zip(&mut states) {
            T::pass(section, state, chunk.iter_mut());
        }
        settle(&mut states);
    }
    let Some(mut states) = values.last().map(|last| steady(filter, *last)) else {
        return;
    };
    for chunk in values.rchunks_mut(CHUNK) {
        for (section, state) in filter.factors().iter().zip(&mut states) {
            T::pass(section, state, chunk.iter_mut().rev());
        }
        settle(&mut states);
    }
}

/// Each section's state after `value` for ever.
#[inline(always)]
fn steady<T: Lanes>(filter: &Filter, value: T) -> Vec<[T; 2]> {
    let times = |factor: f64| T::ZERO.zip(value, |_, value| factor * value);
    filter
        .steady()
        .iter()
        .map(|[first, second]| [times(*first), times(*second)])
        .collect()
}

#[inline(always)]
fn settle<T: Lanes>(states: &mut [[T; 2]]) {
    for state in states.iter_mut().flatten() {
        *state = state.zip(
            T::ZERO,
            |state, _| {
                if state.abs() < NEGLIGIBLE { 0.0 } else { state }
            },
        );
    }
}
