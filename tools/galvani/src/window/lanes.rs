//! Which lanes are in view, from one that fills the plot to all of them, and in which form: plain state and maths.

use std::ops::Range;

use galvani::scene::Form;
use galvani::view::gesture::NOTCH;

use super::action::Command;
use super::model::Shown;

/// The share of the lanes in view by which a notch or a key scrolls.
const STEP: f64 = 0.1;

/// The lanes in view, of those that are not hidden.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct InView {
    /// How many are above; a part of a lane counts for what comes next.
    first: f64,
    /// How many there are; `None` for all, however many that will be.
    count: Option<f64>,
}

impl InView {
    /// As it is remembered.
    pub(super) fn new([first, count]: [f64; 2]) -> Self {
        match first.is_finite() && count >= 1.0 && count.is_finite() {
            true => Self {
                first: first.max(0.0),
                count: Some(count),
            },
            false => Self::default(),
        }
    }

    /// To be remembered; `None` for all lanes.
    pub(super) fn kept(&self) -> Option<[f64; 2]> {
        Some([self.first, self.count?])
    }

    /// Which of `all` lanes are in view: one at least, if there is any.
    pub(super) fn range(&self, all: usize) -> Range<usize> {
        let Some(count) = self.count else {
            return 0..all;
        };
        let count = (count.round() as usize).clamp(1, all.max(1)).min(all);
        let first = (self.first.round() as usize).min(all - count);
        first..first + count
    }

    /// Lanes become taller by a factor; what is at a share of the plot from the top stays where it is.
    fn zoom(&mut self, factor: f64, at: f64, all: usize) {
        let all = all as f64;
        let before = self.count.unwrap_or(all).min(all);
        let now = (before / factor).clamp(1.0, all.max(1.0));
        let first = self.first.min(all - before) + at.clamp(0.0, 1.0) * (before - now);
        self.first = first.clamp(0.0, (all - now).max(0.0));
        self.count = (now < all).then_some(now);
    }

    /// So many lanes further down.
    fn scroll(&mut self, lanes: f64, all: usize) {
        if let Some(count) = self.count {
            let most = (all as f64 - count).max(0.0);
            self.first = (self.first.min(most) + lanes).clamp(0.0, most);
        }
    }
}

impl Shown {
    /// How many lanes there are to see.
    pub(super) fn lanes(&self) -> usize {
        self.scene.traces.visible().count()
    }

    /// Which of them are in view.
    pub(super) fn lanes_in_view(&self) -> Range<usize> {
        self.in_view.range(self.lanes())
    }

    /// Notches of a wheel with the pointer at a share of the plot from the top; whether that shows.
    pub(super) fn zoom_lanes(&mut self, notches: f64, at: f64) -> bool {
        let (all, before) = (self.lanes(), self.lanes_in_view());
        self.in_view.zoom(NOTCH.powf(notches), at, all);
        self.lanes_in_view() != before
    }

    /// Notches of a wheel, above 0 to lanes further up; whether that shows.
    pub(super) fn scroll_lanes(&mut self, notches: f64) -> bool {
        let (all, before) = (self.lanes(), self.lanes_in_view());
        let step = (STEP * before.len() as f64).max(1.0);
        self.in_view.scroll(-notches * step, all);
        self.lanes_in_view() != before
    }

    /// Does what is about lanes in view and their form; whether that shows, and `None` where it is about something else.
    pub(super) fn command_on_lanes(&mut self, command: Command) -> Option<bool> {
        let count = self.lanes_in_view().len() as f64;
        Some(match command {
            Command::Taller => self.zoom_step(1.0),
            Command::Thinner => self.zoom_step(-1.0),
            Command::LanesUp => self.scroll_lanes(1.0),
            Command::LanesDown => self.scroll_lanes(-1.0),
            Command::LanesPageUp => self.scroll_lanes(count / (STEP * count).max(1.0)),
            Command::LanesPageDown => self.scroll_lanes(-count / (STEP * count).max(1.0)),
            Command::AllLanes => {
                let before = self.lanes_in_view();
                self.in_view = InView::default();
                self.lanes_in_view() != before
            }
            Command::Overlap => {
                self.scene.traces.overlap = !self.scene.traces.overlap;
                true
            }
            Command::Form => {
                let form = &mut self.scene.traces.form;
                *form = match form {
                    Form::Auto => Form::Lines,
                    Form::Lines => Form::Heatmap,
                    Form::Heatmap => Form::Auto,
                };
                true
            }
            _ => return None,
        })
    }

    /// A notch, or as many as it takes that there is a lane more or less.
    fn zoom_step(&mut self, notch: f64) -> bool {
        let before = self.lanes_in_view().len();
        (0..4).any(|_| {
            self.zoom_lanes(notch, 0.5);
            self.lanes_in_view().len() != before
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::action::{Action, Change};
    use super::super::model::Model;
    use super::*;

    #[test]
    fn from_all_lanes_to_one_and_back() {
        let mut view = InView::default();
        assert_eq!(view.range(384), 0..384);
        let mut before = 384;
        while before > 1 {
            view.zoom(1.2, 0.5, 384);
            let now = view.range(384);
            assert!(now.len() <= before, "{now:?}");
            assert!(now.start <= 192 && now.end >= 192, "the middle stays: {now:?}");
            before = now.len();
            if view.kept().is_some_and(|[_, count]| count == 1.0) {
                break;
            }
        }
        assert_eq!(view.range(384).len(), 1);
        for _ in 0..60 {
            view.zoom(1.0 / 1.2, 0.3, 384);
        }
        assert_eq!(view, InView::default());
    }

    #[test]
    fn what_is_under_the_pointer_stays() {
        for at in [0.0, 0.25, 0.9, 1.0] {
            let mut view = InView::new([100.0, 64.0]);
            let under = 100.0 + at * 64.0;
            view.zoom(2.0, at, 384);
            let [first, count] = view.kept().expect("some of them");
            assert_eq!(count, 32.0);
            assert!((first + at * count - under).abs() < 1e-9);
        }
    }

    #[test]
    fn scrolling_ends_at_the_ends() {
        let mut view = InView::new([0.0, 32.0]);
        view.scroll(-5.0, 384);
        assert_eq!(view.range(384), 0..32);
        view.scroll(0.4, 384);
        view.scroll(0.4, 384);
        assert_eq!(view.range(384), 1..33, "parts add up");
        view.scroll(1e9, 384);
        assert_eq!(view.range(384), 352..384);
        assert_eq!(view.range(40), 8..40, "others were hidden");
        assert_eq!(view.range(3), 0..3);
        assert_eq!(view.range(0), 0..0);
        assert_eq!(InView::new([f64::NAN, 0.0]), InView::default());
    }

    #[test]
    fn every_key_shows() {
        let mut model = Model::example();
        let lanes = |model: &Model| model.strip.shown.as_ref().expect("it is open").lanes_in_view();
        for wanted in [3, 2, 1] {
            assert!(model.act(Action::Do(Command::Taller)));
            assert_eq!(lanes(&model).len(), wanted);
        }
        assert!(!model.act(Action::Do(Command::Taller)));
        assert!(model.act(Action::Do(Command::LanesPageDown)));
        assert!(model.act(Action::Do(Command::Thinner)));
        assert_eq!(lanes(&model).len(), 2);
        assert!(model.act(Action::Channel(3, Change::Hidden(true))));
        assert!(lanes(&model).end <= 3);
        assert!(model.act(Action::Do(Command::AllLanes)));
        assert_eq!(lanes(&model), 0..3);
        assert!(model.act(Action::Do(Command::Form)));
        let shown = model.strip.shown.as_ref().expect("it is open");
        assert_eq!(shown.scene.traces.form, Form::Lines);
    }
}
