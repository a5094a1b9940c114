//! What happened when, sorted once so that every question about it is a search.

use std::ops::Range;
use std::sync::Arc;

use super::buckets::{Buckets, Sorted};
use super::ends::Ends;
use crate::source::{Events, Info};

/// What [`Marks`] are made of, column by column. Where a column is shorter than the times, the rest have none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parts {
    /// When each happened, in samples since the recording's start; those that are not finite are left out.
    pub times: Vec<f64>,
    /// How long each lasts, in samples; NaN or 0 for those that happen at once.
    pub durations: Vec<f64>,
    /// Which of the names each has; [`u32::MAX`] for none.
    pub labels: Vec<u32>,
    /// The different labels.
    pub names: Vec<String>,
    /// The recording's channel of each; [`u32::MAX`] for all channels.
    pub channels: Vec<u32>,
}

/// Events in the order of time, shared between clones: a clone costs nothing.
///
/// Takes 8 bytes an event, 8 more where any lasts, 8 where they are labelled, and 17 where they have channels.
#[derive(Clone)]
pub struct Marks(Arc<Kept>);

#[derive(PartialEq)]
struct Kept {
    times: Vec<f64>,
    ends: Option<Ends>,
    labels: Vec<u32>,
    names: Vec<String>,
    channels: Vec<u32>,
    by_label: Groups,
    by_channel: ByChannel,
}

/// Indices in groups, each in order: group `k` is `order[starts[k] .. starts[k + 1]]`.
#[derive(Default, PartialEq)]
struct Groups {
    starts: Vec<u32>,
    order: Vec<u32>,
}

impl Groups {
    /// Sorts `0 .. keys.len()` by key, of which there are `count`; larger ones belong to the last.
    fn new(keys: &[u32], count: usize) -> Self {
        let group = |key: u32| (key as usize).min(count - 1);
        let mut starts = vec![0; count + 1];
        for key in keys {
            starts[group(*key) + 1] += 1;
        }
        for k in 0..count {
            starts[k + 1] += starts[k];
        }
        let mut next = starts.clone();
        let mut order = vec![0; keys.len()];
        for (i, key) in keys.iter().enumerate() {
            let at = &mut next[group(*key)];
            order[*at as usize] = i as u32;
            *at += 1;
        }
        Self { starts, order }
    }

    fn range(&self, key: usize) -> Range<usize> {
        match self.starts.get(key..key + 2) {
            Some([start, end]) => *start as usize..*end as usize,
            _ => 0..0,
        }
    }
}

/// Times and labels channel by channel, so that a lane's lie side by side.
#[derive(Default, PartialEq)]
struct ByChannel {
    /// One for each channel up to the highest, one for those of no channel.
    starts: Vec<u32>,
    times: Vec<f64>,
    labels: Vec<u32>,
    /// A group's each, but for the last.
    buckets: Vec<Buckets>,
}

/// The highest channel that is told from "all channels".
const MAX_CHANNEL: u32 = 1 << 20;

impl Marks {
    /// Sorts events by their time; those at one time stay in their order. There may be up to 2³² of them.
    ///
    /// Costs some 20 ns an event.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts {
            times,
            mut durations,
            mut labels,
            names,
            mut channels,
        } = parts;
        let count = times.len();
        let pad = |values: &mut Vec<u32>| {
            if !values.is_empty() {
                values.resize(count, u32::MAX);
            }
        };
        pad(&mut labels);
        pad(&mut channels);
        if durations
            .iter()
            .all(|duration| duration.is_nan() || *duration <= 0.0)
        {
            durations.clear();
        } else {
            durations.resize(count, 0.0);
        }
        let whole = times.iter().all(|time| time.is_finite()) && times.is_sorted();
        let order: Vec<usize> = match whole {
            true => Vec::new(),
            false => {
                let mut order: Vec<usize> = (0..count).filter(|&i| times[i].is_finite()).collect();
                order.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
                order
            }
        };
        fn sorted<T: Copy>(values: Vec<T>, order: &[usize], whole: bool) -> Vec<T> {
            match whole || values.is_empty() {
                true => values,
                false => order.iter().map(|&i| values[i]).collect(),
            }
        }
        let times = sorted(times, &order, whole);
        let lasting = sorted(durations, &order, whole);
        let labels = sorted(labels, &order, whole);
        let channels = sorted(channels, &order, whole);
        let end = |(time, duration): (&f64, &f64)| time + duration.max(0.0);
        let ends = (!lasting.is_empty()).then(|| Ends::new(times.iter().zip(&lasting).map(end).collect()));
        let by_label = match labels.is_empty() {
            true => Groups::default(),
            false => Groups::new(&labels, names.len() + 1),
        };
        let by_channel = ByChannel::new(&times, &labels, &channels);
        Self(Arc::new(Kept {
            times,
            ends,
            labels,
            names,
            channels,
            by_label,
            by_channel,
        }))
    }

    /// The events of a recording, at its samples.
    #[must_use]
    pub fn of(events: &Events, info: &Info) -> Self {
        let sample = |time_s: &f64| {
            let sample = info.sample_from_clock(*time_s);
            // What was a whole sample before it became seconds is one again.
            match (sample - sample.round()).abs() < 1e-3 {
                true => sample.round(),
                false => sample,
            }
        };
        let in_range = |channel: &u32| match (*channel as usize) < info.channels.len() {
            true => *channel,
            false => u32::MAX,
        };
        Self::new(Parts {
            times: events.times_s.iter().map(sample).collect(),
            durations: events.durations_s.iter().map(|s| s * info.rate_hz).collect(),
            labels: events.labels.clone(),
            names: events.names.clone(),
            channels: events.channels.iter().map(in_range).collect(),
        })
    }

    /// Those whose label `keep` is true of; their names stay.
    #[must_use]
    pub fn only(&self, keep: impl Fn(Option<u32>) -> bool) -> Self {
        let kept = &self.0;
        let chosen: Vec<usize> = (0..self.len()).filter(|&i| keep(self.label(i))).collect();
        let of = |values: &[u32]| -> Vec<u32> {
            let present = chosen.iter().filter(|_| !values.is_empty());
            present.map(|&i| values[i]).collect()
        };
        let lasting = chosen.iter().filter(|_| kept.ends.is_some());
        Self::new(Parts {
            times: chosen.iter().map(|&i| kept.times[i]).collect(),
            durations: lasting.map(|&i| self.end(i) - kept.times[i]).collect(),
            labels: of(&kept.labels),
            names: kept.names.clone(),
            channels: of(&kept.channels),
        })
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.times.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.times.is_empty()
    }

    /// When each happened, in samples since the recording's start, in order.
    #[must_use]
    pub fn times(&self) -> &[f64] {
        &self.0.times
    }

    /// When event `i` is over, in samples; its time where it has no duration.
    ///
    /// # Panics
    /// If there is no such event.
    #[must_use]
    pub fn end(&self, i: usize) -> f64 {
        let end = self.0.ends.as_ref().and_then(|ends| ends.of(i));
        end.unwrap_or(self.0.times[i])
    }

    /// Whether any of them lasts.
    #[must_use]
    pub fn lasting(&self) -> bool {
        self.0.ends.is_some()
    }

    /// The label of event `i`, if it has one.
    #[must_use]
    pub fn label(&self, i: usize) -> Option<u32> {
        self.0.labels.get(i).copied().filter(|label| *label != u32::MAX)
    }

    /// The name of event `i`; empty without.
    #[must_use]
    pub fn name(&self, i: usize) -> &str {
        let name = self.label(i).and_then(|label| self.0.names.get(label as usize));
        name.map_or("", String::as_str)
    }

    /// The different labels.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0.names
    }

    /// The recording's channel of event `i`; `None` for all channels.
    #[must_use]
    pub fn channel(&self, i: usize) -> Option<u32> {
        self.0
            .channels
            .get(i)
            .copied()
            .filter(|channel| *channel != u32::MAX)
    }

    /// Whether any of them belongs to a channel.
    #[must_use]
    pub fn on_channels(&self) -> bool {
        self.0.channels.iter().any(|channel| *channel != u32::MAX)
    }

    /// The first event after a time in samples; of a label, if one is given. Costs a search.
    #[must_use]
    pub fn next(&self, after: f64, label: Option<u32>) -> Option<usize> {
        let (times, Some(label)) = (&self.0.times, label) else {
            let i = self.0.times.partition_point(|time| *time <= after);
            return (i < self.len()).then_some(i);
        };
        let of = self.of_label(label);
        of.get(of.partition_point(|&i| times[i as usize] <= after))
            .map(|&i| i as usize)
    }

    /// The last event before a time in samples; of a label, if one is given. Costs a search.
    #[must_use]
    pub fn previous(&self, before: f64, label: Option<u32>) -> Option<usize> {
        let (times, Some(label)) = (&self.0.times, label) else {
            return self.0.times.partition_point(|time| *time < before).checked_sub(1);
        };
        let of = self.of_label(label);
        let i = of
            .partition_point(|&i| times[i as usize] < before)
            .checked_sub(1)?;
        Some(of[i] as usize)
    }

    /// How many happen in a span of samples; of a label, if one is given. Costs two searches.
    #[must_use]
    pub fn count(&self, span: Range<f64>, label: Option<u32>) -> usize {
        let (times, Some(label)) = (&self.0.times, label) else {
            let below = |edge: f64| self.0.times.partition_point(|time| *time < edge);
            return below(span.end).saturating_sub(below(span.start));
        };
        let of = self.of_label(label);
        let below = |edge: f64| of.partition_point(|&i| times[i as usize] < edge);
        below(span.end).saturating_sub(below(span.start))
    }

    /// The indices of a label's events, in order.
    #[must_use]
    pub fn of_label(&self, label: u32) -> &[u32] {
        match (label as usize) < self.0.names.len() {
            true => &self.0.by_label.order[self.0.by_label.range(label as usize)],
            false => &[],
        }
    }

    /// The label of each, [`u32::MAX`] for none; empty where none has any.
    #[must_use]
    pub fn labels(&self) -> &[u32] {
        &self.0.labels
    }

    pub(super) fn ends(&self) -> Option<&Ends> {
        self.0.ends.as_ref()
    }

    /// A channel's events alone.
    pub(super) fn of_channel(&self, channel: usize) -> Sorted<'_> {
        // The last group is of those without one.
        match channel + 2 < self.0.by_channel.starts.len() {
            true => self.0.by_channel.range(channel),
            false => Sorted::default(),
        }
    }

    /// The same of those events that belong to all channels.
    pub(super) fn of_all_channels(&self) -> Sorted<'_> {
        match self.0.channels.is_empty() {
            true => Sorted {
                times: &self.0.times,
                labels: &self.0.labels,
                buckets: None,
            },
            false => {
                let last = self.0.by_channel.starts.len().saturating_sub(2);
                self.0.by_channel.range(last)
            }
        }
    }
}

impl ByChannel {
    fn new(times: &[f64], labels: &[u32], channels: &[u32]) -> Self {
        if channels.is_empty() {
            return Self::default();
        }
        let known = channels.iter().filter(|channel| **channel < MAX_CHANNEL);
        let count = known.max().map_or(0, |highest| *highest as usize + 1);
        let groups = Groups::new(channels, count + 1);
        let order = || groups.order.iter().map(|&i| i as usize);
        let times: Vec<f64> = order().map(|i| times[i]).collect();
        let buckets = (0..count).map(|channel| Buckets::new(&times[groups.range(channel)]));
        Self {
            buckets: buckets.collect(),
            labels: order().filter_map(|i| labels.get(i).copied()).collect(),
            times,
            starts: groups.starts,
        }
    }

    fn range(&self, key: usize) -> Sorted<'_> {
        match self.starts.get(key..key + 2) {
            Some([start, end]) => {
                let range = *start as usize..*end as usize;
                Sorted {
                    times: &self.times[range.clone()],
                    labels: self.labels.get(range).unwrap_or_default(),
                    buckets: self.buckets.get(key),
                }
            }
            _ => Sorted::default(),
        }
    }
}

impl PartialEq for Marks {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl std::fmt::Debug for Marks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (first, last) = (self.0.times.first(), self.0.times.last());
        write!(f, "Marks({} from {first:?} to {last:?})", self.len())
    }
}
