//! What people write down about a recording: a label at an instant or over a span, on all channels or some; as plain
//! data that can be undone, and as the text that is kept of it.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use galvani::source::Info;

/// Steps that can be undone; those made longest ago are forgotten.
const MOST_STEPS: usize = 10_000;

/// The first line of the file.
const HEAD: &str = "time,duration,label,channel\n";

/// A note about an instant or a span.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Annotation {
    /// When it begins, in seconds on the recording's own clock.
    pub(super) time_s: f64,
    /// How long it lasts; 0 for an instant.
    pub(super) duration_s: f64,
    pub(super) label: String,
    /// The recording's channels that it is about, ascending; none for all.
    pub(super) channels: Vec<u32>,
}

/// Names an annotation for as long as the window is open.
pub(super) type Id = u64;

/// One change: an annotation before and after it, `None` where it was not there.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    id: Id,
    before: Option<Annotation>,
    after: Option<Annotation>,
}

/// All of a recording's, in the order of time, and what was done to them.
#[derive(Debug, Clone, Default)]
pub(super) struct Annotations {
    all: Vec<(Id, Annotation)>,
    next: Id,
    done: Vec<Step>,
    undone: Vec<Step>,
    /// Whether the last step is still being made: more changes of the same annotation belong to it.
    open: bool,
}

impl Annotations {
    pub(super) fn new(all: Vec<Annotation>) -> Self {
        let mut made = Self {
            next: all.len() as Id,
            all: (0..).zip(all).collect(),
            ..Self::default()
        };
        made.all.sort_by(|(_, a), (_, b)| a.time_s.total_cmp(&b.time_s));
        made
    }

    /// All of them, in the order of time.
    pub(super) fn all(&self) -> &[(Id, Annotation)] {
        &self.all
    }

    pub(super) fn get(&self, id: Id) -> Option<&Annotation> {
        let found = self.all.iter().find(|(other, _)| *other == id);
        found.map(|(_, annotation)| annotation)
    }

    /// Adds one; changes of it belong to the same step until [`Self::finish`].
    pub(super) fn add(&mut self, annotation: Annotation) -> Id {
        let id = self.next;
        self.next += 1;
        self.finish();
        self.set(id, Some(annotation));
        id
    }

    /// Changes one, or with `None` deletes it; whether that is a change.
    pub(super) fn set(&mut self, id: Id, after: Option<Annotation>) -> bool {
        let before = self.get(id).cloned();
        if before == after {
            return false;
        }
        match self.done.last_mut() {
            Some(last) if self.open && last.id == id => last.after.clone_from(&after),
            _ => {
                if self.done.len() == MOST_STEPS {
                    self.done.remove(0);
                }
                self.done.push(Step {
                    id,
                    before,
                    after: after.clone(),
                });
            }
        }
        self.open = true;
        self.undone.clear();
        self.put(id, after);
        true
    }

    /// The step that is being made is complete.
    pub(super) fn finish(&mut self) {
        if self.open
            && let Some(last) = self.done.last()
            && last.before == last.after
        {
            self.done.pop();
        }
        self.open = false;
    }

    /// Takes back the step that is being made, if any; whether there was one.
    pub(super) fn cancel(&mut self) -> bool {
        let steps = self.done.len();
        if !std::mem::replace(&mut self.open, false) || steps == 0 {
            return false;
        }
        let undone = self.undo();
        self.undone.pop();
        undone
    }

    /// Takes back the last step; whether there was one.
    pub(super) fn undo(&mut self) -> bool {
        self.finish();
        let Some(step) = self.done.pop() else {
            return false;
        };
        self.put(step.id, step.before.clone());
        self.undone.push(step);
        true
    }

    /// Makes again the step that was taken back last; whether there was one.
    pub(super) fn redo(&mut self) -> bool {
        let Some(step) = self.undone.pop() else {
            return false;
        };
        self.put(step.id, step.after.clone());
        self.done.push(step);
        true
    }

    /// Whether there is anything to undo, and to do again.
    pub(super) fn steps(&self) -> [bool; 2] {
        [!self.done.is_empty(), !self.undone.is_empty()]
    }

    fn put(&mut self, id: Id, annotation: Option<Annotation>) {
        self.all.retain(|(other, _)| *other != id);
        if let Some(annotation) = annotation {
            let at = self
                .all
                .partition_point(|(_, other)| other.time_s <= annotation.time_s);
            self.all.insert(at, (id, annotation));
        }
    }

    /// What is kept of them: a table with a line for each, and one for each channel of those that are about some.
    pub(super) fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for (_, annotation) in &self.all {
            let Annotation {
                time_s, duration_s, ..
            } = annotation;
            let label = quoted(&annotation.label);
            let mut line = |channel: &str| {
                writeln!(text, "{time_s},{duration_s},{label},{channel}").expect("text takes all");
            };
            match annotation.channels.as_slice() {
                [] => line(""),
                some => some.iter().for_each(|channel| line(&channel.to_string())),
            }
        }
        text
    }
}

/// A label as a table's field. The reader knows no quotes in quotes, and lines are lines.
fn quoted(label: &str) -> String {
    format!("\"{}\"", plain(label).trim())
}

/// A label that a table can hold.
pub(super) fn plain(label: &str) -> String {
    label.replace('"', "'").replace(char::is_control, " ")
}

/// Reads the annotations of a table of events; lines of one annotation on several channels follow one another.
///
/// # Errors
/// Where it cannot be read as one.
pub(crate) fn read(path: &Path) -> Result<Vec<Annotation>> {
    let tables = galvani::source::events(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut all: Vec<Annotation> = Vec::new();
    for events in &tables {
        for (i, &time_s) in events.times_s.iter().enumerate() {
            let duration = events.durations_s.get(i).copied().filter(|s| *s > 0.0);
            let label = events
                .labels
                .get(i)
                .and_then(|label| events.names.get(*label as usize));
            let channel = events
                .channels
                .get(i)
                .copied()
                .filter(|channel| *channel != u32::MAX);
            let read = Annotation {
                time_s,
                duration_s: duration.unwrap_or(0.0),
                label: label.cloned().unwrap_or_default(),
                channels: Vec::from_iter(channel),
            };
            match (all.last_mut(), channel) {
                (Some(last), Some(channel)) if last.goes_on(&read) => last.channels.push(channel),
                _ => all.push(read),
            }
        }
    }
    Ok(all)
}

impl Annotation {
    /// Whether `next` is the same on a further channel.
    fn goes_on(&self, next: &Self) -> bool {
        let same = |a: f64, b: f64| a.to_bits() == b.to_bits();
        same(self.time_s, next.time_s)
            && same(self.duration_s, next.duration_s)
            && self.label == next.label
            && self.channels.last() < next.channels.last()
            && !self.channels.is_empty()
    }
}

/// The time of a sample on the recording's own clock: what [`Info::sample_from_clock`] takes back.
pub(super) fn clock_from_sample(info: &Info, sample: f64) -> f64 {
    let begun = |segment: &&galvani::source::Segment| segment.samples.start as f64 <= sample;
    let segment = info.segments.iter().rev().find(begun).or(info.segments.first());
    segment.map_or(sample / info.rate_hz, |segment| {
        segment.start_s + (sample - segment.samples.start as f64) / info.rate_hz
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(time_s: f64, label: &str) -> Annotation {
        Annotation {
            time_s,
            label: label.into(),
            ..Annotation::default()
        }
    }

    fn labels(of: &Annotations) -> Vec<&str> {
        of.all().iter().map(|(_, note)| note.label.as_str()).collect()
    }

    #[test]
    fn steps_are_undone_and_done_again() {
        let mut all = Annotations::new(vec![note(2.0, "b")]);
        let id = all.add(note(1.0, ""));
        for label in ["a", "aa"] {
            assert!(all.set(id, Some(note(1.0, label))));
        }
        all.finish();
        assert_eq!(labels(&all), ["aa", "b"]);
        assert!(all.set(id, Some(note(3.0, "c"))));
        all.finish();
        assert_eq!(labels(&all), ["b", "c"]);
        assert!(all.set(id, None));
        assert!(all.undo() && labels(&all) == ["b", "c"]);
        assert!(all.undo() && labels(&all) == ["aa", "b"]);
        assert!(all.undo() && labels(&all) == ["b"], "what was typed is one step");
        assert!(!all.undo());
        assert!(all.redo() && all.redo() && all.redo() && !all.redo());
        assert_eq!(labels(&all), ["b"]);
        assert!(all.undo());
        all.add(note(0.0, "new"));
        assert!(!all.redo(), "what is done anew ends what was undone");
    }

    #[test]
    fn what_is_being_made_is_given_up() {
        let mut all = Annotations::default();
        let id = all.add(note(1.0, "a"));
        assert!(all.cancel() && all.all().is_empty() && !all.cancel());
        assert_eq!(all.steps(), [false; 2]);
        let other = all.add(note(1.0, "a"));
        all.finish();
        assert!(id != other && !all.cancel(), "it is complete");
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = std::env::temp_dir().join(format!("galvani-annotations-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("a.bin.annotations.csv");
        let mut some = note(0.1 + 0.2, "on two, and more");
        (some.duration_s, some.channels) = (1.0 / 3.0, vec![2, 7]);
        let mut other = some.clone();
        other.channels = vec![1];
        let all = vec![note(-1.5, ""), some, other, note(1e6 + 1e-7, "Größe; #1")];
        std::fs::write(&path, Annotations::new(all.clone()).text()).expect("a file");
        assert_eq!(read(&path).expect("annotations"), all);
        let odd = Annotations::new(vec![note(0.0, " say \"so\"\nnow ")]);
        std::fs::write(&path, odd.text()).expect("a file");
        assert_eq!(read(&path).expect("annotations"), [note(0.0, "say 'so' now")]);
        std::fs::write(&path, Annotations::default().text()).expect("a file");
        assert_eq!(read(&path).expect("none"), []);
        std::fs::write(&path, "nonsense").expect("a file");
        assert!(read(&path).is_err());
        std::fs::remove_dir_all(&folder).expect("it can go");
    }
}
