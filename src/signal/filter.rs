//! A filter: its sections, where they start from, and how long they remember.

use super::lanes::zero_phase;
use super::{Band, design};
use crate::{Error, Result};

/// A second-order section as scipy writes it, `b0 b1 b2 a0 a1 a2` with `a0` 1: of z⁰, z⁻¹ and z⁻².
pub type Section = [f64; 6];

/// The sum of a section's `a` below which rounding decides what the filter does: cut-offs below some 10⁻⁶ of the rate.
const LEAST_SUM: f64 = 1e-11;
/// Samples whose response is added up at a time.
const STEP: usize = 64;
/// Samples of the response that are computed; what follows is extrapolated.
const MOST_RESPONSE: usize = 1 << 21;
/// The share of the response from which on it is not computed.
const END: f64 = 1e-14;

/// A filter in second-order sections, to be run forwards and backwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    sections: Vec<Section>,
    /// Of each section, `b0 b1 b2 a1 a2`.
    factors: Vec<[f64; 5]>,
    /// Of each section, its state after 1 for ever.
    steady: Vec<[f64; 2]>,
}

impl Filter {
    /// All bands one after another, for a recording of `rate_hz`; `order`, 1 to 12, is that of each but notches.
    ///
    /// The sections are those of scipy's `butter(order, …, output="sos")` and `tf2sos(*iirnotch(…))` to rounding.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a frequency that is not above 0 and below half the rate, for an empty band, an order out of range, a Q that
    /// is no positive number or too wide, and for cut-offs too low for `f64`, below some millionth of the rate.
    pub fn new(bands: &[Band], order: u32, rate_hz: f64) -> Result<Self> {
        let mut sections = Vec::new();
        for band in bands {
            let of_band = design::sections(*band, order, rate_hz)?;
            if !of_band.iter().all(is_sound) {
                return Err(Error::Invalid {
                    what: "filter",
                    problem: format!(
                        "{band:?} is too low or too narrow for {rate_hz} samples a second: rounding would decide what passes; \
                         give a higher frequency or a lower order"
                    ),
                });
            }
            sections.extend(of_band);
        }
        Ok(Self {
            factors: sections
                .iter()
                .map(|[b0, b1, b2, _, a1, a2]| [*b0, *b1, *b2, *a1, *a2])
                .collect(),
            steady: steady(&sections),
            sections,
        })
    }

    /// The sections, in the order in which they run.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    pub(super) fn factors(&self) -> &[[f64; 5]] {
        &self.factors
    }

    pub(super) fn steady(&self) -> &[[f64; 2]] {
        &self.steady
    }

    /// Samples by which a run is extended on either side where it is long enough: scipy's default, three times the number
    /// of coefficients of the whole.
    #[must_use]
    pub fn padding(&self) -> usize {
        if self.sections.is_empty() {
            return 0;
        }
        let without = |of: usize| self.sections.iter().filter(|section| section[of] == 0.0).count();
        3 * (2 * self.sections.len() + 1 - without(2).min(without(5)))
    }

    /// What is left of a constant after the filter has run forwards and backwards.
    #[must_use]
    pub fn constant_gain(&self) -> f64 {
        self.sections
            .iter()
            .map(gain_of_constant)
            .product::<f64>()
            .powi(2)
    }

    /// Filters one channel forwards and backwards, in place, as scipy's `sosfiltfilt` does.
    ///
    /// What is not finite is a gap and becomes NaN; each run between gaps is filtered by itself. One of no more than
    /// [`padding`](Filter::padding) samples is padded with all of its samples but one. Takes memory for the longest run.
    pub fn apply(&self, values: &mut [f64]) {
        let mut room = Vec::new();
        for run in values.chunk_by_mut(|a, b| a.is_finite() == b.is_finite()) {
            if run[0].is_finite() {
                self.apply_to_run(run, &mut room);
            } else {
                run.fill(f64::NAN);
            }
        }
    }

    fn apply_to_run(&self, run: &mut [f64], room: &mut Vec<[f64; 1]>) {
        let pad = self.padding().min(run.len() - 1);
        room.clear();
        room.resize(run.len() + 2 * pad, [0.0]);
        let inside = pad..pad + run.len();
        for (into, value) in room[inside.clone()].iter_mut().zip(&*run) {
            *into = [*value];
        }
        zero_phase(self, pad, room);
        for (value, [filtered]) in run.iter_mut().zip(&room[inside]) {
            *value = *filtered;
        }
    }

    /// How much of what is farther away than so many samples a filtered value still holds, at most, in shares of the largest value
    /// there: for each multiple of 64 samples, from 0 on.
    ///
    /// Run from the wrong state, or over the wrong values farther away, the response's sum beyond the distance is what is wrong
    /// each way; the second way takes the first's on and adds its own. What is beyond an edge is odd, so 3 times as large at most.
    fn memory(&self) -> Vec<f64> {
        let mut sums = self.response();
        let all: f64 = sums.iter().sum();
        let mut left = 0.0;
        for sum in sums.iter_mut().rev() {
            left += *sum;
            *sum = 8.0 * all * left;
        }
        sums
    }

    /// Sums of the response's magnitude over 64 samples each, until there is next to nothing, or beyond 2²¹ samples by its decay.
    fn response(&self) -> Vec<f64> {
        let mut states = vec![[0.0; 2]; self.factors.len()];
        let (mut sums, mut all, mut input) = (Vec::new(), 0.0, 1.0);
        while sums.len() * STEP < MOST_RESPONSE {
            let mut sum = 0.0;
            for _ in 0..STEP {
                let mut value = std::mem::take(&mut input);
                for ([b0, b1, b2, a1, a2], [first, second]) in self.factors.iter().zip(&mut states) {
                    let y = b0 * value + *first;
                    *first = b1 * value - a1 * y + *second;
                    *second = b2 * value - a2 * y;
                    value = y;
                }
                sum += value.abs();
            }
            sums.push(sum);
            all += sum;
            if sum < END * all {
                return sums;
            }
        }
        let decay = self.sections.iter().map(slowest).fold(0.0, f64::max);
        let decay = decay.powi(STEP as i32);
        let last = sums.last().copied().unwrap_or(0.0);
        sums.push(last * decay / (1.0 - decay).max(f64::EPSILON));
        sums
    }

    /// Samples on either side of a value that have to be looked at, and by how much what is left out may change it, in shares of the
    /// recording's largest value: `tolerance`, or more where that takes more than `most` samples.
    ///
    /// Takes up to some 10 ms for each section.
    #[must_use]
    pub fn reach(&self, tolerance: f64, most: u64) -> (u64, f64) {
        if self.sections.is_empty() {
            return (0, 0.0);
        }
        let memory = self.memory();
        let enough = memory.partition_point(|left| *left > tolerance);
        let at = enough.min(most as usize / STEP);
        ((at * STEP) as u64, memory.get(at).copied().unwrap_or(0.0))
    }
}

/// Whether a section decays, and its sums are more than rounding.
fn is_sound(section: &Section) -> bool {
    let [.., a1, a2] = *section;
    section.iter().all(|factor| factor.is_finite()) && 1.0 + a1 + a2 > LEAST_SUM && slowest(section) < 1.0
}

/// The magnitude of a section's pole that is nearest to the unit circle.
fn slowest(section: &Section) -> f64 {
    let [.., a1, a2] = *section;
    let inside = a1 * a1 - 4.0 * a2;
    if inside < 0.0 {
        a2.sqrt()
    } else {
        (a1.abs() + inside.sqrt()) / 2.0
    }
}

fn gain_of_constant(section: &Section) -> f64 {
    let [b0, b1, b2, a0, a1, a2] = *section;
    (b0 + b1 + b2) / (a0 + a1 + a2)
}

/// Each section's state after 1 for ever, as scipy's `sosfilt_zi` computes it.
fn steady(sections: &[Section]) -> Vec<[f64; 2]> {
    let mut input = 1.0;
    let of = |section: &Section| {
        let [b0, b1, b2, _, a1, a2] = *section;
        let first = ((b1 - a1 * b0) + (b2 - a2 * b0)) / (1.0 + a1 + a2);
        let second = (1.0 + a1) * first - (b1 - a1 * b0);
        let state = [input * first, input * second];
        input *= gain_of_constant(section);
        state
    };
    sections.iter().map(of).collect()
}
