//! Tables of numbers: a column for each channel, perhaps one for time, a row for each instant.
//!
//! Time that skips becomes gaps; time that is uneven is taken as even.

use super::described::ASSUMED;
use super::memory::Memory;
use super::{Channel, Info, Segment, Source};
use crate::Result;

/// Samples that gaps may come to, to one that is there.
const MAX_GAPS: f64 = 16.0;

/// Columns of numbers, all of one length and not empty.
pub(crate) struct Table {
    pub(crate) names: Vec<String>,
    pub(crate) columns: Vec<Vec<f64>>,
    pub(crate) warnings: Vec<String>,
}

impl Table {
    /// The table in memory, as 32-bit floats; its first column may be time.
    pub(crate) fn source(mut self, format: &'static str, stored: &str) -> Result<Box<dyn Source>> {
        let unit = time_unit(&self.names[0]).filter(|_| self.columns.len() > 1);
        let clock = match unit {
            Some(unit) => {
                let times: Vec<f64> = self.columns.remove(0).iter().map(|time| time * unit).collect();
                self.names.remove(0);
                Clock::of(&times)
            }
            None => Clock::none(self.columns[0].len()),
        };
        self.warnings.extend(clock.warning.clone());
        self.placed(format, stored, &clock)
    }

    /// The columns in memory, all of them channels, with rows where a clock puts them.
    pub(crate) fn placed(self, format: &'static str, stored: &str, clock: &Clock) -> Result<Box<dyn Source>> {
        let len = clock.places.last().map_or(0, |last| *last as usize + 1);
        let mut values = vec![f32::NAN; len * self.columns.len()];
        for (column, row) in self.columns.iter().zip(values.chunks_exact_mut(len)) {
            for (value, place) in column.iter().zip(&clock.places) {
                row[*place as usize] = *value as f32;
            }
        }
        let memory = Memory::planar(values, self.columns.len(), clock.rate_hz)?;
        Ok(Box::new(memory.described(|info: &mut Info| {
            info.format = format;
            stored.clone_into(&mut info.stored);
            info.channels = self.names.into_iter().map(Channel::new).collect();
            info.segments = clock.segments();
            info.warnings = self.warnings;
        })))
    }
}

/// Seconds of one step of a column, if it is called as time is.
pub(crate) fn time_unit(name: &str) -> Option<f64> {
    let name = name.to_lowercase();
    let time = ["time", "t", "timestamp", "seconds", "s", "sec", "ms"]
        .iter()
        .any(|word| {
            name.strip_prefix(word)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', ' ', '(', '[', '/', 's']))
        });
    let unit = match () {
        () if name.contains("ms") || name.contains("milli") => 1e-3,
        () if name.contains("us") || name.contains("µs") || name.contains("micro") => 1e-6,
        () => 1.0,
    };
    time.then_some(unit)
}

/// When the rows of a table are.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Clock {
    pub(crate) rate_hz: f64,
    pub(crate) start_s: f64,
    /// At which step each row lies, ascending from 0.
    pub(crate) places: Vec<u64>,
    pub(crate) warning: Option<String>,
}

impl Clock {
    /// Of rows that say nothing of time.
    pub(crate) fn none(rows: usize) -> Self {
        Self {
            rate_hz: 1.0,
            start_s: 0.0,
            places: (0..rows as u64).collect(),
            warning: Some(format!("there is no column of time: {ASSUMED}")),
        }
    }

    /// Of rows at these seconds, of which there is one at least.
    pub(crate) fn of(times: &[f64]) -> Self {
        let start_s = times
            .first()
            .copied()
            .filter(|start| start.is_finite())
            .unwrap_or(0.0);
        if let Some((step_s, places)) = even(times) {
            return Self {
                rate_hz: 1.0 / step_s,
                start_s,
                places,
                warning: None,
            };
        }
        let steps = times.len().saturating_sub(1).max(1);
        let mean_s = (times.last().copied().unwrap_or(0.0) - start_s) / steps as f64;
        Self {
            rate_hz: if mean_s > 0.0 && mean_s.is_finite() {
                1.0 / mean_s
            } else {
                1.0
            },
            start_s,
            places: (0..times.len() as u64).collect(),
            warning: Some("the column of time does not ascend evenly: the mean step is taken".into()),
        }
    }

    /// Whether rows lie between which some are missing.
    #[cfg(feature = "tables")]
    pub(crate) fn has_gaps(&self) -> bool {
        self.places
            .last()
            .is_some_and(|last| *last + 1 != self.places.len() as u64)
    }

    /// Runs of places that follow one another.
    pub(crate) fn segments(&self) -> Vec<Segment> {
        self.places
            .chunk_by(|a, b| a + 1 == *b)
            .map(|run| Segment {
                samples: run[0]..run[run.len() - 1] + 1,
                start_s: self.start_s + run[0] as f64 / self.rate_hz,
            })
            .collect()
    }
}

/// The usual step of times, and the number of steps at which each lies; `None` where they do not lie at whole steps.
fn even(times: &[f64]) -> Option<(f64, Vec<u64>)> {
    let mut steps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_by(f64::total_cmp);
    let usual = *steps
        .get(steps.len() / 2)
        .filter(|step| step.is_finite() && **step > 0.0)?;
    // Written digits round a step; over the steps that are alike that evens out.
    let alike: Vec<f64> = steps
        .into_iter()
        .filter(|step| (step - usual).abs() < 0.25 * usual)
        .collect();
    let step_s = alike.iter().sum::<f64>() / alike.len() as f64;
    let (mut places, mut place) = (vec![0], 0_u64);
    for pair in times.windows(2) {
        let steps = (pair[1] - pair[0]) / step_s;
        if !(0.5..).contains(&steps) || (steps - steps.round()).abs() > 0.4 {
            return None;
        }
        place = place.saturating_add(steps.round() as u64);
        if place as f64 > MAX_GAPS * times.len() as f64 {
            return None;
        }
        places.push(place);
    }
    Some((step_s, places))
}
