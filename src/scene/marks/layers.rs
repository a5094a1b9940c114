//! From what a recording's files say happened to how it is shown, unless somebody wishes otherwise.

use std::collections::BTreeMap;

use super::{Layer, Marks, Parts, Show};
use crate::scene::style::Style;
use crate::source::{EventKind, Events, Info};

/// From where to where around a spike its trace is coloured, in seconds.
const PIECE_S: [f64; 2] = [-0.5e-3, 1e-3];

/// The layers of a recording's events, by their kinds, in the colours of `style`.
///
/// Spikes that have channels colour those; others, and digital words, are ticks on a row. Digital lines, whose labels
/// end in ` on` and ` off`, are a row of levels each. Annotations are lines, epochs are bands.
#[must_use]
pub fn layers(events: &[Events], info: &Info, style: &Style) -> Vec<Layer> {
    let mut layers = Vec::new();
    for events in events.iter().filter(|events| !events.is_empty()) {
        let marks = Marks::of(events, info);
        let show = match events.kind {
            EventKind::Spikes if marks.on_channels() => Show::Lanes {
                piece: PIECE_S.map(|s| s * info.rate_hz),
                ticks: true,
            },
            EventKind::Edges => match lines(&marks, info) {
                Some(lines) => {
                    let level = |(name, marks)| Layer {
                        labels: false,
                        ..Layer::new(name, marks, Show::Levels, style)
                    };
                    layers.extend(lines.into_iter().map(level));
                    continue;
                }
                None => Show::Row,
            },
            EventKind::Spikes => Show::Row,
            EventKind::Annotations => Show::Lines,
            EventKind::Epochs => Show::Bands,
        };
        layers.push(Layer::new(events.name.clone(), marks, show, style));
    }
    layers
}

/// When each digital line was up; `None` where labels do not say what went up and what down.
///
/// A line that first goes down was up from the start, one that last goes up stays so to the end.
fn lines(edges: &Marks, info: &Info) -> Option<Vec<(String, Marks)>> {
    let way = |name: &str| {
        let up = name.strip_suffix(" on").map(|line| (line.to_owned(), true));
        up.or_else(|| name.strip_suffix(" off").map(|line| (line.to_owned(), false)))
    };
    let ways: Vec<(String, bool)> = edges
        .names()
        .iter()
        .map(|name| way(name))
        .collect::<Option<_>>()?;
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for (line, _) in &ways {
        let number = numbers.len();
        numbers.entry(line).or_insert(number);
    }
    let mut lines: Vec<Line> = numbers.iter().map(|_| Line::default()).collect();
    for (i, label) in edges.labels().iter().enumerate() {
        let (line, up) = ways.get(*label as usize)?;
        lines[numbers[line.as_str()]].edge(edges.times()[i], *up);
    }
    let mut names = vec![String::new(); numbers.len()];
    for (name, number) in &numbers {
        names[*number] = (*name).to_owned();
    }
    let end = info.samples as f64;
    let marks = |(number, line): (usize, Line)| {
        let parts = line.parts(number as u32, &names, end);
        (names[number].clone(), Marks::new(parts))
    };
    Some(lines.into_iter().enumerate().map(marks).collect())
}

/// A digital line while its edges are read.
#[derive(Default)]
struct Line {
    times: Vec<f64>,
    durations: Vec<f64>,
    /// Since when it is up.
    up: Option<f64>,
    /// Whether there was an edge.
    known: bool,
}

impl Line {
    fn edge(&mut self, time: f64, up: bool) {
        if !up && !self.known {
            self.up = Some(0.0_f64.min(time));
        }
        self.known = true;
        match (up, self.up) {
            (true, None) => self.up = Some(time),
            (false, Some(since)) => {
                self.times.push(since);
                self.durations.push(time - since);
                self.up = None;
            }
            _ => {}
        }
    }

    fn parts(mut self, label: u32, names: &[String], end: f64) -> Parts {
        if let Some(since) = self.up {
            self.times.push(since);
            self.durations.push((end - since).max(0.0));
        }
        Parts {
            labels: vec![label; self.times.len()],
            names: names.to_vec(),
            times: self.times,
            durations: self.durations,
            channels: Vec::new(),
        }
    }
}
