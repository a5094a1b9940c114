//! What happened when: spikes of units, edges of digital lines, annotations and epochs.

use std::collections::BTreeMap;

use super::Info;

/// What events are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// Spikes, labelled by their unit.
    Spikes,
    /// Digital lines that went up or down.
    Edges,
    /// What a person or a program wrote down.
    Annotations,
    /// Annotations that have a duration.
    Epochs,
}

/// Events of one kind from one place, in the order of time; column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct Events {
    /// The format's name of them: `spikes`, `tags`, `experiment1/recording1/Rhythm_FPGA-100.0/TTL_1`.
    pub name: String,
    /// What they are.
    pub kind: EventKind,
    /// When each happened, in seconds on the recording's own clock, as [`Segment::start_s`](super::Segment).
    pub times_s: Vec<f64>,
    /// How long each took; empty where none has a duration, NaN for those that have none.
    pub durations_s: Vec<f64>,
    /// Which of the names each has.
    pub labels: Vec<u32>,
    /// The different labels.
    pub names: Vec<String>,
    /// The channel of each; empty where none is said.
    pub channels: Vec<u32>,
}

/// An event on its way into [`Events`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event<L> {
    pub(crate) time_s: f64,
    /// NaN without.
    pub(crate) duration_s: f64,
    pub(crate) label: L,
    pub(crate) channel: Option<u32>,
}

impl Events {
    /// Sorts events, and numbers their labels in the labels' own order; `name_of` gives a label's name.
    pub(crate) fn new<L: Ord + Clone>(
        name: impl Into<String>,
        kind: EventKind,
        mut events: Vec<Event<L>>,
        name_of: impl Fn(&L) -> String,
    ) -> Self {
        // Where two happen at once, the file's order stays.
        events.retain(|event| event.time_s.is_finite());
        events.sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
        let mut numbers: BTreeMap<L, u32> = events.iter().map(|event| (event.label.clone(), 0)).collect();
        let mut names = Vec::new();
        for (label, number) in &mut numbers {
            *number = names.len() as u32;
            names.push(name_of(label));
        }
        let lasting = events.iter().any(|event| event.duration_s > 0.0);
        Self {
            name: name.into(),
            kind: if lasting && kind == EventKind::Annotations {
                EventKind::Epochs
            } else {
                kind
            },
            times_s: events.iter().map(|event| event.time_s).collect(),
            durations_s: events
                .iter()
                .filter(|_| lasting)
                .map(|event| event.duration_s)
                .collect(),
            labels: events.iter().map(|event| numbers[&event.label]).collect(),
            names,
            channels: events.iter().map_while(|event| event.channel).collect(),
        }
    }

    /// Events that happen at once, with a label each.
    pub(crate) fn at<L: Ord + Clone>(
        name: impl Into<String>,
        kind: EventKind,
        times: impl IntoIterator<Item = (f64, L)>,
        name_of: impl Fn(&L) -> String,
    ) -> Self {
        let event = |(time_s, label)| Event {
            time_s,
            duration_s: f64::NAN,
            label,
            channel: None,
        };
        Self::new(name, kind, times.into_iter().map(event).collect(), name_of)
    }

    /// Number of events.
    #[must_use]
    pub fn len(&self) -> usize {
        self.times_s.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.times_s.is_empty()
    }
}

impl Info {
    /// Where in the recording a time on its own clock lies, in samples with their fraction; before its start it is negative.
    ///
    /// Within a segment, or behind the last one that had started by then.
    #[must_use]
    pub fn sample_from_clock(&self, time_s: f64) -> f64 {
        let started = |segment: &&super::Segment| segment.start_s <= time_s;
        // Clocks that were set anew do not ascend; the last that fits counts.
        let segment = self.segments.iter().rev().find(started).or(self.segments.first());
        segment.map_or(time_s * self.rate_hz, |segment| {
            segment.samples.start as f64 + (time_s - segment.start_s) * self.rate_hz
        })
    }
}
