//! What actions do to annotations, and to what is shown of events.

use galvani::scene::Style;

use super::action::Command;
use super::annotations::{self, Annotation, Id};
use super::layers;
use super::model::{Model, Overlay, Request, Shown};

/// Something about events or annotations.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Act {
    /// A layer of events.
    Layer(usize, layers::Change),
    /// What labels have to hold to be jumped to.
    Search(String),
    /// The middle of the plot goes to an annotation.
    GoTo(Id),
    /// It is written about.
    Edit(Id),
    /// It becomes another.
    Change(Id, Annotation),
    /// It goes.
    Delete(Id),
}

impl Model {
    /// Does it; whether there is anything new to draw.
    pub(super) fn annotate(&mut self, act: Act) -> bool {
        let (style, now_s) = (self.style(), self.now_s);
        let Some(shown) = &mut self.strip.shown else {
            return false;
        };
        match act {
            Act::Layer(index, change) if index < shown.layers.all.len() => shown.layers.change(index, change),
            Act::Layer(..) => return false,
            Act::Search(text) => shown.layers.search = text.to_lowercase(),
            Act::GoTo(id) => {
                let Some(note) = shown.notes.get(id) else {
                    return false;
                };
                let sample = shown.info.sample_from_clock(note.time_s + note.duration_s / 2.0);
                self.motion.hold();
                shown.layers.at = Some(shown.info.sample_from_clock(note.time_s));
                shown.center(sample, now_s);
                return true;
            }
            Act::Edit(id) => {
                let Some(note) = shown.notes.get(id) else {
                    return false;
                };
                let typed = note.label.clone();
                shown.notes.finish();
                self.overlay = Some(Overlay::Note { id, typed });
            }
            Act::Change(id, note) => {
                return self.change_note(id, Some(note));
            }
            Act::Delete(id) => {
                let changed = self.change_note(id, None);
                self.finish_note();
                if matches!(&self.overlay, Some(Overlay::Note { id: open, .. }) if *open == id) {
                    self.overlay = None;
                }
                return changed;
            }
        }
        shown.mark(&style);
        true
    }

    /// Commands about events and annotations; `None` for others.
    pub(super) fn command_on_events(&mut self, command: Command) -> Option<bool> {
        if matches!(
            command,
            Command::Annotate | Command::AnnotateSpan | Command::Undo | Command::Redo
        ) {
            // Of strips of one path the first has the annotations.
            self.activate(self.owner());
        }
        Some(match command {
            Command::NextEvent | Command::PreviousEvent => self.jump(command == Command::NextEvent),
            Command::Annotate => self.note_here(),
            Command::AnnotateSpan => {
                let Some(shown) = &mut self.strip.shown else {
                    return Some(false);
                };
                shown.noting = !shown.noting;
                (shown.boxing, shown.zoom_box) = (shown.noting, None);
                true
            }
            Command::Undo | Command::Redo => {
                let Some(shown) = &mut self.strip.shown else {
                    return Some(false);
                };
                let done = match command {
                    Command::Undo => shown.notes.undo(),
                    _ => shown.notes.redo(),
                };
                if done {
                    if matches!(self.overlay, Some(Overlay::Note { .. })) {
                        self.overlay = None;
                    }
                    self.noted();
                }
                done
            }
            _ => return None,
        })
    }

    /// The middle of the plot goes to the next event, or the one before.
    fn jump(&mut self, later: bool) -> bool {
        let now_s = self.now_s;
        let Some(shown) = &mut self.strip.shown else {
            return false;
        };
        let view = &shown.browser.view;
        let (start, across) = (view.start().as_f64(), view.samples_across(shown.browser.columns));
        let (end, all) = (start + across, shown.browser.samples as f64);
        // From the event that was jumped to, as long as it can be seen; at the recording's ends the middle is not where the eye is.
        let seen = shown.layers.at.filter(|at| (start..=end).contains(at));
        let from = seen.unwrap_or(match later {
            true if start <= 0.0 => f64::NEG_INFINITY,
            false if end >= all => f64::INFINITY,
            _ => start + across / 2.0,
        });
        let Some(found) = shown.layers.beside(from, later) else {
            let way = if later { "later" } else { "earlier" };
            self.tell(format!("There is no {way} event."));
            return true;
        };
        shown.layers.at = Some(found);
        self.motion.hold();
        shown.center(found, now_s);
        true
    }

    /// Writes about the span of the box that is being drawn, or about the instant under the pointer; without one, about the middle.
    fn note_here(&mut self) -> bool {
        let pointer = self.pointer;
        let Some(shown) = &mut self.strip.shown else {
            return false;
        };
        let columns = f64::from(shown.browser.columns);
        let span = shown.zoom_box.take().unwrap_or_else(|| {
            let plot = shown.plot;
            let over = pointer.map(|[x, _]| x - f64::from(plot.x));
            [over.filter(|px| (0.0..columns).contains(px))
                .unwrap_or(columns / 2.0); 2]
        });
        self.note_span(span)
    }

    /// Adds an annotation of a span, in pixels of the plot, and lets it be written about. About the channels that are selected.
    pub(super) fn note_span(&mut self, [from, to]: [f64; 2]) -> bool {
        let Some(shown) = &mut self.strip.shown else {
            return false;
        };
        (shown.boxing, shown.noting, shown.zoom_box) = (false, false, None);
        let columns = f64::from(shown.browser.columns);
        let sample = |px: f64| {
            let at = shown.browser.view.sample_from_px(px.clamp(0.0, columns)).as_f64();
            at.clamp(0.0, shown.info.samples as f64).round()
        };
        let [start, end] = [from.min(to), from.max(to)].map(sample);
        let time_s = annotations::clock_from_sample(&shown.info, start);
        let note = Annotation {
            time_s,
            duration_s: (end - start) / shown.info.rate_hz,
            label: String::new(),
            channels: shown.channels.selected().map(|channel| channel as u32).collect(),
        };
        let id = shown.notes.add(note);
        self.overlay = Some(Overlay::Note {
            id,
            typed: String::new(),
        });
        self.noted();
        true
    }

    /// Labels an annotation as it is typed.
    pub(super) fn label_note(&mut self, id: Id, label: &str) -> bool {
        let note = self.strip.shown.as_ref().and_then(|shown| shown.notes.get(id));
        let Some(note) = note else {
            return false;
        };
        let note = Annotation {
            label: annotations::plain(label),
            ..note.clone()
        };
        self.change_note(id, Some(note))
    }

    fn change_note(&mut self, id: Id, note: Option<Annotation>) -> bool {
        let known = self
            .strip
            .shown
            .as_mut()
            .is_some_and(|shown| shown.notes.get(id).is_some() && shown.notes.set(id, note));
        if known {
            self.noted();
        }
        known
    }

    /// What was typed stands.
    pub(super) fn finish_note(&mut self) {
        if let Some(shown) = &mut self.strip.shown {
            shown.notes.finish();
        }
    }

    /// What was typed is given up, and an annotation that was new with it.
    pub(super) fn cancel_note(&mut self) {
        if self
            .strip
            .shown
            .as_mut()
            .is_some_and(|shown| shown.notes.cancel())
        {
            self.noted();
        }
    }

    /// Annotations have changed: they are shown so, and kept.
    fn noted(&mut self) {
        let style = self.style();
        if let Some(shown) = &mut self.strip.shown {
            shown.write(&style);
        }
        if !self.strip.requests.contains(&Request::Keep) {
            self.strip.requests.push(Request::Keep);
        }
    }
}

impl Shown {
    /// Shows the layers as they are now.
    pub(super) fn mark(&mut self, style: &Style) {
        self.layers.recolor(style);
        self.dress(style);
    }

    /// Shows annotations as they are now.
    pub(super) fn write(&mut self, style: &Style) {
        self.layers.write(&self.notes, &self.info, style);
        self.dress(style);
    }
}

#[cfg(test)]
mod tests {
    use super::super::action::Action;
    use super::*;

    /// 4 channels of 100 s at 1 kHz, 10 s of them from 20 s on in 1000 pixels.
    fn model() -> Model {
        let mut model = Model::from_near();
        let shown = model.strip.shown.as_mut().expect("it is open");
        shown.plot.w = 1000;
        model
    }

    fn notes(model: &Model) -> Vec<Annotation> {
        let shown = model.strip.shown.as_ref().expect("it is open");
        shown.notes.all().iter().map(|(_, note)| note.clone()).collect()
    }

    #[test]
    fn an_annotation_is_typed_and_kept_at_once() {
        let mut model = model();
        model.pointer = Some([250.0, 10.0]);
        assert!(model.act(Action::Do(Command::Annotate)));
        assert_eq!(model.take_requests(), [Request::Keep]);
        assert!(model.act(Action::Type("spindle".into())));
        assert_eq!(model.take_requests(), [Request::Keep], "before Enter");
        assert!(model.act(Action::Take) && model.overlay.is_none());
        let all = notes(&model);
        assert_eq!((all[0].time_s, all[0].label.as_str()), (22.5, "spindle"));
        assert!(model.act(Action::Do(Command::Undo)) && notes(&model).is_empty());
        assert!(model.act(Action::Do(Command::Redo)) && notes(&model) == all);
        let shown = model.strip.shown.as_ref().expect("it is open");
        assert_eq!(shown.scene.marks.len(), 2);
    }

    #[test]
    fn escape_gives_up_what_is_new_and_what_was_typed() {
        let mut model = model();
        assert!(model.act(Action::Do(Command::Annotate)));
        assert!(model.act(Action::Do(Command::Close)) && notes(&model).is_empty());
        assert!(model.act(Action::Do(Command::Annotate)) && model.act(Action::Type("a".into())));
        assert!(model.act(Action::Take));
        let id = model.strip.shown.as_ref().expect("it is open").notes.all()[0].0;
        assert!(model.act(Action::Events(Act::Edit(id))) && model.act(Action::Type("b".into())));
        assert!(model.act(Action::Do(Command::Close)));
        assert_eq!(notes(&model)[0].label, "a");
        assert!(model.act(Action::Events(Act::Delete(id))) && notes(&model).is_empty());
    }

    #[test]
    fn spans_are_drawn() {
        let mut model = model();
        let actions = [
            Action::Do(Command::AnnotateSpan),
            Action::Box([300.0, 100.0]),
            Action::Unbox,
            Action::Type("burst".into()),
            Action::Take,
        ];
        assert!(actions.into_iter().all(|action| model.act(action)));
        let note = &notes(&model)[0];
        assert_eq!((note.time_s, note.duration_s), (21.0, 2.0));
        assert!(model.act(Action::Box([500.0, 600.0])) && model.act(Action::Do(Command::Annotate)));
        assert_eq!(notes(&model)[1].duration_s, 1.0, "the box that is being drawn");
    }

    #[test]
    fn events_are_jumped_to_one_by_one() {
        let mut model = model();
        for px in [100.0, 900.0, 910.0] {
            model.pointer = Some([px, 0.0]);
            assert!(model.act(Action::Do(Command::Annotate)) && model.act(Action::Take));
        }
        let mut at = |command| {
            assert!(model.act(Action::Do(command)));
            model
                .strip
                .shown
                .as_ref()
                .and_then(|shown| shown.layers.at)
                .expect("an event")
        };
        assert_eq!(at(Command::NextEvent), 29_000.0);
        assert_eq!(at(Command::NextEvent), 29_100.0);
        assert_eq!(at(Command::NextEvent), 29_100.0, "there is none");
        assert_eq!(at(Command::PreviousEvent), 29_000.0);
        assert_eq!(at(Command::PreviousEvent), 21_000.0);
    }
}
