//! How recordings above one another keep to one axis of time.
//!
//! The first is the main one, and the axis counts its seconds. Every strip has a view of its own, in its own samples: after each
//! change those of the others are made from that of the strip that is meant.

use galvani::scene::{Axes, PxRect};
use galvani::view::{Reach, View};

use super::model::{Model, Request, Shown};
use super::strips::Strip;
use crate::cli::StripArgs;
use crate::stack::{self, Clock};

/// The least height of a strip, among all.
const LEAST_SHARE: f64 = 0.04;

impl Shown {
    /// Has another reach from now on; a view of the whole stays one.
    fn set_reach(&mut self, reach: Reach) {
        let browser = &mut self.browser;
        let whole = |reach: &Reach| View::fit_to(reach, browser.columns);
        if stack::is_same(&browser.view, &whole(&browser.reach)) {
            browser.view = whole(&reach);
        }
        browser.reach = reach;
    }
}

impl Model {
    /// Whether there are several recordings.
    pub(super) fn is_stacked(&self) -> bool {
        self.strip.len() > 1
    }

    /// Where on the axis a sample of the strip that is meant lies, in seconds.
    pub(super) fn axis_s(&self, sample: f64) -> f64 {
        let clock = self.strip.clock();
        clock.map_or(0.0, |clock| clock.shift_s + sample / clock.rate_hz)
    }

    /// The sample of the strip that is meant at a time of the axis.
    pub(super) fn sample_at(&self, seconds: f64) -> f64 {
        self.strip.clock().map_or(0.0, |clock| clock.sample(seconds))
    }

    /// The strip that has a pixel of the window.
    pub(super) fn strip_at(&self, [x, y]: [f64; 2]) -> Option<usize> {
        let has = |area: PxRect| {
            let inside = |at: f64, from: u32, to: u32| (f64::from(from)..f64::from(to)).contains(&at);
            inside(x, area.x, area.right()) && inside(y, area.y, area.bottom())
        };
        self.strip
            .iter()
            .position(|strip| strip.shown.as_ref().is_some_and(|shown| has(shown.area)))
    }

    /// The strip that has the events and annotations of the one that is meant: the first of the same path.
    pub(super) fn owner(&self) -> usize {
        let (at, path) = (self.strip.at(), &self.strip.path);
        let same = |strip: &Strip| !path.as_os_str().is_empty() && strip.path == *path;
        self.strip.iter().position(same).unwrap_or(at)
    }

    /// Means another strip from now on; the views that were, and what a drag was to be, go along. Whether that is another one.
    pub(super) fn activate(&mut self, index: usize) -> bool {
        if index == self.strip.at() || index >= self.strip.len() {
            return false;
        }
        let (before, from) = (self.strip.clock(), self.strip.at());
        self.strip.turn_to(index);
        let after = self.strip.clock();
        let [Some(old), Some(new)] =
            [from, index].map(|at| self.strip.get(at).and_then(|strip| strip.shown.as_ref()))
        else {
            return true;
        };
        let mut history = old.history.clone();
        if let (Some(before), Some(after)) = (before, after) {
            history.change(|view| before.seen(view, &after));
        }
        let (boxing, noting, ruling) = (old.boxing, old.noting, old.measuring.ruling);
        let placed = new.placed;
        if let Some(old) = self.strip.get_mut(from).and_then(|strip| strip.shown.as_mut()) {
            (old.boxing, old.noting, old.measuring.ruling) = (false, false, false);
            old.zoom_box = None;
        }
        if let Some(new) = self.strip.shown.as_mut().filter(|_| placed) {
            (new.boxing, new.noting, new.measuring.ruling) = (boxing, noting, ruling);
            new.history = history;
        }
        true
    }

    /// A recording that is alone again has the whole plot, its own axis and its own reach.
    pub(super) fn alone(&mut self) {
        if self.is_stacked() {
            return;
        }
        self.strip.share = 1.0;
        if let Some(shown) = &mut self.strip.shown {
            shown.scene.axes = Some(Axes::default());
            shown.set_reach(Reach::of(shown.browser.samples));
            shown.browser.hold();
        }
    }

    /// Closes a strip, but for the main one.
    pub(super) fn close_strip(&mut self, index: usize) -> bool {
        match self.strip.get(index).filter(|_| index > 0) {
            Some(strip) => {
                let request = Request::CloseStrip(strip.id);
                self.strip.requests.push(request);
            }
            None => self.tell("The first recording has the axis: open another one instead."),
        }
        true
    }

    /// Moves the border below a strip by a share of the height of all.
    pub(super) fn share(&mut self, index: usize, by: f64) -> bool {
        let all: f64 = self.strip.iter().map(|strip| strip.share).sum();
        let of = |at: usize| self.strip.get(at).map(|strip| strip.share);
        let (Some(above), Some(below)) = (of(index), of(index + 1)) else {
            return false;
        };
        let least = LEAST_SHARE * all;
        let by = (by * all).clamp((least - above).min(0.0), (below - least).max(0.0));
        for (at, share) in [(index, above + by), (index + 1, below - by)] {
            if let Some(strip) = self.strip.get_mut(at) {
                strip.share = share;
            }
        }
        true
    }

    /// Puts the start of the strip that is meant at a time of the axis; what of it is in view moves along with it.
    pub(super) fn shift(&mut self, seconds: f64) -> bool {
        if self.strip.at() == 0 || !seconds.is_finite() {
            return false;
        }
        let Some(clock) = self.strip.clock() else {
            return false;
        };
        let moved = Clock {
            shift_s: seconds,
            ..clock
        };
        (self.strip.shift_s, self.strip.shifted) = (seconds, true);
        // The axis stays where it is.
        if let Some(shown) = &mut self.strip.shown {
            shown.browser.view = clock.seen(&shown.browser.view, &moved);
            shown.history.change(|view| clock.seen(view, &moved));
        }
        true
    }

    /// The pointer is somewhere else; whether it is.
    pub(super) fn point(&mut self, pointer: Option<[f64; 2]>) -> bool {
        let mut moved = false;
        for shown in self.strip.iter_mut().filter_map(|strip| strip.shown.as_mut()) {
            moved |= std::mem::replace(&mut shown.measuring.pointer, pointer) != pointer;
        }
        moved
    }

    /// Lets every view reach as far as any recording does, and shows the same time in all strips: that of the one that is meant, or
    /// while it is not open yet, of the first that is. Whether any of them has moved.
    pub(super) fn follow(&mut self) -> bool {
        if !self.is_stacked() {
            return false;
        }
        self.reach();
        let leader = match self.strip.is_placed() {
            true => &*self.strip,
            false => match self.strip.iter().find(|strip| strip.is_placed()) {
                Some(strip) => strip,
                None => return false,
            },
        };
        let (Some(clock), Some(shown), id) = (leader.clock(), &leader.shown, leader.id) else {
            return false;
        };
        let mut view = shown.browser.view;
        view.hold(&shown.browser.reach, shown.browser.columns);
        let mut moved = false;
        for strip in self.strip.iter_mut() {
            let (Some(own), leads) = (strip.clock(), strip.id == id) else {
                continue;
            };
            let seen = match leads {
                true => view,
                false => clock.seen(&view, &own),
            };
            if let Some(shown) = &mut strip.shown
                && !stack::is_same(&shown.browser.view, &seen)
            {
                moved = true;
                shown.browser.view = seen;
            }
        }
        moved
    }

    /// Tells every browser how far it reaches.
    fn reach(&mut self) {
        let all = self.strip.iter().filter_map(|strip| {
            let (clock, shown) = (strip.clock()?, strip.shown.as_ref()?);
            Some(clock.reach_s(shown.browser.samples))
        });
        let Some(widest) = stack::widest(all) else {
            return;
        };
        for strip in self.strip.iter_mut() {
            let clock = strip.clock();
            if let (Some(clock), Some(shown)) = (clock, &mut strip.shown) {
                shown.set_reach(clock.reach(widest));
            }
        }
    }

    /// Puts the strip that is meant where its clock says it belongs, unless somebody has said where; `started` as of [`stack::shift_s`].
    pub(super) fn align(&mut self, started: [Option<f64>; 2]) {
        let (main, strip) = (self.strip.first(), &*self.strip);
        if strip.shifted || strip.id == main.id {
            return;
        }
        let (Some(here), Some(there)) = (&strip.shown, &main.shown) else {
            return;
        };
        let both = [
            (main.path.as_path(), &*there.info),
            (strip.path.as_path(), &*here.info),
        ];
        let (shift_s, meet) = stack::shift_s(both, || started);
        let line = format!(
            "{} and {} never overlap in time: both start at 0",
            strip.title(),
            main.name
        );
        self.strip.shift_s = shift_s;
        if !meet {
            self.tell(line);
        }
        self.follow();
    }

    /// How a strip was opened, and where it lies; `None` where it is in no file.
    pub(super) fn opened_as(&self, strip: &Strip) -> Option<StripArgs> {
        let mut args = StripArgs::of(strip.file.clone()?);
        args.shift = Some(strip.shift_s).filter(|_| strip.shifted);
        args.share = Some(strip.share / self.strip.first().share).filter(|share| *share != 1.0);
        Some(args)
    }
}

#[cfg(test)]
mod tests {
    use galvani::source::{Source, Synthetic};
    use galvani::view::gesture::Input;

    use super::super::action::{Action, Change, Command};
    use super::*;

    /// 4 channels of 100 s at 1 kHz, and below them 2 of 50 s at 250 Hz that start 20 s later; each in a plot of 1000 columns.
    fn model() -> Model {
        let mut model = Model::example();
        let mut other = Strip::new("b.bin", "/somewhere/b.bin".into());
        (other.id, other.shift_s, other.shifted) = (7, 20.0, true);
        model.strip.push(other);
        let source = Synthetic::new(2, 2, 12_500, 250.0).expect("a source");
        let info = source.info().clone();
        let scene = galvani::scene::Scene::new(&info, model.style());
        let robust = model.strip.shown.as_ref().expect("it is open").robust[..2].to_vec();
        model.strip.turn_to(1);
        model.show(info, scene, robust);
        model.strip.turn_to(0);
        for (index, strip) in model.strip.iter_mut().enumerate() {
            let shown = strip.shown.as_mut().expect("it is open");
            shown.browser.apply(Input::Resize { columns: 1000 });
            shown.placed = true;
            (shown.area.w, shown.area.h, shown.area.y) = (1040, 300, 20 + 301 * index as u32);
        }
        model.follow();
        model
    }

    /// Seconds of the axis at both ends of a strip's plot.
    fn ends(model: &Model, index: usize) -> [f64; 2] {
        let strip = model.strip.get(index).expect("a strip");
        let shown = strip.shown.as_ref().expect("it is open");
        let start_s = strip.shift_s + shown.start_s();
        [start_s, start_s + shown.window_s()]
    }

    fn agree(model: &Model) -> [f64; 2] {
        let [one, other] = [0, 1].map(|index| ends(model, index));
        let near = |at: usize| (one[at] - other[at]).abs() < 1e-9;
        assert!(near(0) && near(1), "{one:?} {other:?}");
        one
    }

    #[test]
    fn all_show_the_same_time() {
        let mut model = model();
        assert_eq!(agree(&model), [0.0, 100.0], "as far as both reach");
        for (strip, px) in [(0, 500.0), (1, 250.0), (0, 900.0)] {
            assert!(model.act(Action::Activate(strip)) || strip == 0);
            let before = agree(&model);
            let notches = 3.0;
            let ctrl = false;
            assert!(model.act(Action::Gesture(Input::Wheel { px, notches, ctrl })));
            let [start, end] = agree(&model);
            let [was, at] = [before[1] - before[0], end - start];
            assert!((was / at / 1.2_f64.powi(3) - 1.0).abs() < 1e-9);
            let pointed = |from: f64, across: f64| from + across * px / 1000.0;
            assert!(
                (pointed(before[0], was) - pointed(start, at)).abs() < 1e-6,
                "what is pointed at stays"
            );
        }
        assert!(model.act(Action::Activate(1)) && model.act(Action::GoTo(30.0)));
        assert!((agree(&model)[0] - 30.0).abs() < 1e-9, "seconds of the axis");
    }

    #[test]
    fn what_is_asked_for_is_for_one() {
        let mut model = model();
        assert!(!model.act(Action::Activate(0)) && model.act(Action::Do(Command::NextStrip)));
        assert!(
            model.act(Action::Channel(0, Change::Hidden(true))) && model.act(Action::Do(Command::GainUp))
        );
        let told = |model: &Model| -> Vec<(usize, f64)> {
            let shown = model.strip.iter().filter_map(|strip| strip.shown.as_ref());
            let of = |shown: &Shown| (shown.scene.traces.visible().count(), shown.browser.gain);
            shown.map(of).collect()
        };
        assert_eq!(told(&model), [(4, 1.0), (1, 1.2)]);
        assert!(
            model.act(Action::Do(Command::NextStrip)),
            "the first follows the last"
        );
        assert!(model.act(Action::Channel(3, Change::Hidden(true))));
        assert_eq!(told(&model), [(3, 1.0), (1, 1.2)]);
    }

    #[test]
    fn each_has_its_rows_of_the_window() {
        let model = model();
        for (at, found) in [
            ([0.0, 20.0], Some(0)),
            ([1039.0, 319.9], Some(0)),
            ([10.0, 320.5], None),
            ([10.0, 321.0], Some(1)),
            ([10.0, 621.0], None),
            ([1040.0, 100.0], None),
        ] {
            assert_eq!(model.strip_at(at), found, "{at:?}");
        }
    }

    #[test]
    fn borders_are_moved_and_starts_are_set() {
        let mut model = model();
        let shares = |model: &Model| model.strip.iter().map(|strip| strip.share).collect::<Vec<_>>();
        assert!(model.act(Action::Share(0, 0.25)) && !model.act(Action::Share(1, 0.25)));
        assert_eq!(shares(&model), [1.5, 0.5]);
        assert!(model.act(Action::Share(0, 9.0)));
        assert!(
            (shares(&model)[1] - 2.0 * LEAST_SHARE).abs() < 1e-12,
            "{:?}",
            shares(&model)
        );
        assert!(!model.shift(5.0), "the first has the axis");
        assert!(model.act(Action::Activate(1)) && model.act(Action::GoTo(30.0)));
        let before = agree(&model);
        assert!(model.shift(-10.0));
        model.follow();
        assert_eq!(agree(&model), before, "the axis stays");
        assert_eq!(model.strip.shift_s, -10.0);
    }

    #[test]
    fn one_that_closes_leaves_the_others() {
        let mut model = model();
        assert!(
            model.act(Action::CloseStrip(0)) && model.take_requests().is_empty(),
            "the first has the axis"
        );
        model.activate(1);
        assert!(model.act(Action::Do(Command::CloseStrip)));
        assert_eq!(model.take_requests(), [Request::CloseStrip(7)]);
        model.activate(0);
        model.strip.remove(1).expect("it is there");
        model.alone();
        let shown = model.strip.shown.as_ref().expect("it is open");
        assert_eq!(shown.browser.reach, Reach::of(100_000));
        assert_eq!((model.strip.at(), ends(&model, 0)), (0, [0.0, 100.0]));
    }
}
