//! What each action does to what is shown: the only thing that changes it.

use galvani::source::Robust;
use galvani::view::gesture::{Input, Key, NOTCH};
use galvani::view::{Position, View};

use super::action::{Action, Command, Measure};
use super::model::{Model, Overlay, Request, Shown};
use super::palette;

/// The share of the recording of a far step.
const FAR: f64 = 0.1;

/// A box narrower than this, in pixels, was a click.
const LEAST_BOX_PX: f64 = 4.0;

/// Letters' sizes, and the factor from one to the next.
const SIZES: (f64, f64) = (0.5, 4.0);
const SIZE_STEP: f64 = 1.1;

impl Model {
    /// Does it; whether there is anything new to draw.
    pub(super) fn act(&mut self, action: Action) -> bool {
        let (wanted, strip) = (self.wanted(), self.strip.at());
        let shows = self.apply(action);
        if strip == self.strip.at() && wanted != self.wanted() {
            // Bad channels are no part of a reference.
            self.turn();
        }
        self.follow();
        // Whatever moved, the pointer may be over something else now.
        for strip in self.strip.iter_mut() {
            let looks = strip.shown.as_mut().and_then(Shown::look);
            strip.requests.extend(looks.map(Request::Look));
        }
        shows
    }

    fn apply(&mut self, action: Action) -> bool {
        match action {
            Action::Do(command) => return self.command(command),
            Action::Open(path) => {
                self.overlay = None;
                self.strip.requests.push(Request::Open(path));
            }
            Action::Beside(args) => {
                self.overlay = None;
                self.strip.requests.push(Request::Beside(args));
            }
            Action::Activate(index) => return self.activate(index),
            Action::CloseStrip(index) => return self.close_strip(index),
            Action::Share(index, by) => return self.share(index, by),
            Action::Point(pointer) => return self.point(pointer),
            Action::Type(typed) => return self.type_in(typed),
            Action::Choose(by) => return self.choose(by),
            Action::Take => return self.take(),
            Action::Events(act) => return self.annotate(act),
            Action::Export(form) => self.overlay = Some(Overlay::Export(form)),
            Action::Filter(form) => self.overlay = Some(Overlay::Filter(form)),
            Action::Refilter => self.turn(),
            action => return self.act_on_shown(action),
        }
        true
    }

    /// What needs a recording to be open.
    pub(super) fn act_on_shown(&mut self, action: Action) -> bool {
        let (style, now_s) = (self.style(), self.now_s);
        let at = match action {
            Action::Center(seconds) | Action::GoTo(seconds) => self.sample_at(seconds),
            _ => 0.0,
        };
        let Some(shown) = &mut self.strip.shown else {
            return false;
        };
        match action {
            Action::Gesture(input) => {
                if matches!(input, Input::Press { .. } | Input::Wheel { .. }) {
                    self.motion.hold();
                }
                return shown.gesture(input, now_s);
            }
            Action::Fling(px_per_s) => {
                if self.settings.momentum {
                    self.motion.fling(px_per_s);
                }
                return self.motion.is_moving();
            }
            Action::Box(corners) => shown.zoom_box = Some(corners),
            Action::Unbox if shown.noting => {
                let span = shown.zoom_box.take();
                (shown.boxing, shown.noting) = (false, false);
                return span.is_none_or(|span| self.note_span(span));
            }
            Action::Unbox => shown.unbox(now_s),
            Action::Statistics(found) => {
                shown.statistics.found = Some(found);
                return true;
            }
            Action::Found(found) => {
                shown.measuring.found(found);
                return true;
            }
            Action::Rule { from, to } => {
                shown.rule(from, to);
                return true;
            }
            Action::Center(_) => {
                self.motion.hold();
                return shown.center(at, now_s);
            }
            Action::GoTo(_) => {
                self.motion.stop();
                let mut view = shown.browser.view;
                view.put(Position::default().plus(at), 0.0);
                shown.go(view, now_s);
            }
            Action::Gain(gain) => {
                let factor = gain / shown.browser.gain;
                return shown.gesture(gain_by(factor), now_s);
            }
            Action::Channel(channel, change) => shown.channels.change(channel, change),
            Action::SelectTo(channel) => shown.channels.select_to(channel, &shown.info),
            Action::Order(order) => shown.channels.order = order,
            Action::ColorBy(color_by) => shown.channels.color_by = color_by,
            Action::Measured(measure, robust) => shown.measured(measure, &robust),
            Action::ZoomLanes { notches, at } => return shown.zoom_lanes(notches, at),
            Action::ScrollLanes(notches) => return shown.scroll_lanes(notches),
            _ => return false,
        }
        shown.trace(&style);
        true
    }

    pub(super) fn command(&mut self, command: Command) -> bool {
        let others = self.command_on_events(command);
        if let Some(changed) = others
            .or_else(|| self.command_on_taking(command))
            .or_else(|| self.command_on_filters(command))
        {
            return changed;
        }
        if let Some(panel) = self.panels.of(command) {
            *panel = !*panel;
            return true;
        }
        match command {
            Command::Theme => {
                self.settings.light = !self.settings.light;
                let style = self.style();
                for shown in self.strip.iter_mut().filter_map(|strip| strip.shown.as_mut()) {
                    shown.trace(&style);
                }
            }
            Command::Log => {
                self.panels.log = !self.panels.log;
                self.unread = 0;
            }
            Command::Larger => self.resize(self.settings.scale * SIZE_STEP),
            Command::Smaller => self.resize(self.settings.scale / SIZE_STEP),
            Command::NormalSize => self.resize(1.0),
            Command::FullScreen => self.strip.requests.push(Request::FullScreen),
            Command::Quit => self.strip.requests.push(Request::Quit),
            Command::Close => return self.close(),
            Command::Help => self.toggle(Overlay::Help),
            Command::Palette => self.toggle(Overlay::Palette {
                typed: String::new(),
                chosen: 0,
            }),
            Command::GoTo => self.toggle(Overlay::GoTo { typed: String::new() }),
            Command::Open | Command::OpenBeside => self.toggle(Overlay::Open {
                typed: palette::folder_of(&self.strip.path),
                chosen: 0,
                beside: command == Command::OpenBeside,
            }),
            Command::CloseStrip => return self.close_strip(self.strip.at()),
            Command::NextStrip => {
                let next = (self.strip.at() + 1) % self.strip.len();
                return self.activate(next);
            }
            Command::Shift if self.strip.at() > 0 => self.toggle(Overlay::Shift {
                typed: format!("{}", self.strip.shift_s),
            }),
            Command::Shift => self.tell("The first recording has the axis: click another one to shift it."),
            Command::Play => self.motion.play(1.0),
            Command::PlayBack => self.motion.play(-1.0),
            Command::Faster => self.motion.quicken(2.0),
            Command::Slower => self.motion.quicken(0.5),
            Command::Scale => return self.measure(Measure::Scale),
            Command::Center => return self.measure(Measure::Center),
            command => return self.command_on_shown(command),
        }
        true
    }

    fn command_on_shown(&mut self, command: Command) -> bool {
        let (style, now_s) = (self.style(), self.now_s);
        let Some(shown) = &mut self.strip.shown else {
            return false;
        };
        if let Some(shows) = shown.command_on_lanes(command) {
            return shows;
        }
        if let Some((key, shift)) = key_of(command) {
            let amplitude = matches!(key, Key::Up | Key::Down);
            if !amplitude {
                self.motion.hold();
            }
            return shown.gesture(Input::Key { key, shift }, now_s);
        }
        match command {
            Command::EarlierFar | Command::LaterFar => {
                self.motion.hold();
                return shown.far(command == Command::LaterFar, now_s);
            }
            Command::Back | Command::Forward => {
                self.motion.stop();
                return shown.revisit(command == Command::Back);
            }
            Command::ZoomBox => {
                shown.boxing = !shown.boxing || shown.noting;
                shown.noting = false;
                shown.zoom_box = None;
            }
            Command::Ruler => {
                let measuring = &mut shown.measuring;
                measuring.ruling = !measuring.ruling && measuring.ruler.is_none();
                measuring.ruler = None;
            }
            Command::GainReset => {
                shown.browser.gain = 1.0;
                for (channel, first) in shown.channels.all.iter_mut().zip(&shown.first.all) {
                    (channel.gain, channel.offset) = (first.gain, first.offset);
                }
            }
            Command::SelectAll => shown.channels.select(true),
            Command::SelectNone => shown.channels.select(false),
            Command::Hide => shown.channels.hide_selected(),
            Command::ShowAll => shown
                .channels
                .all
                .iter_mut()
                .for_each(|channel| channel.hidden = false),
            Command::Bad => shown.channels.mark_selected(),
            Command::OrderBy => {
                shown.channels.order = after(&super::channels::Order::ALL, shown.channels.order)
            }
            Command::ColorBy => {
                shown.channels.color_by = after(&super::channels::ColorBy::ALL, shown.channels.color_by);
            }
            _ => return false,
        }
        shown.trace(&style);
        true
    }

    fn measure(&mut self, measure: Measure) -> bool {
        if self.strip.shown.is_some() {
            self.strip.requests.push(Request::Measure(measure));
        }
        false
    }

    fn resize(&mut self, scale: f64) {
        self.settings.scale = scale.clamp(SIZES.0, SIZES.1);
    }
}

impl Shown {
    fn gesture(&mut self, input: Input, now_s: f64) -> bool {
        let before = self.browser.view;
        let changed = self.browser.apply(input);
        if self.browser.view != before && !matches!(input, Input::Resize { .. } | Input::Grow { .. }) {
            self.history.leave(before, now_s);
        }
        self.scene.traces.gain = self.browser.gain as f32;
        changed
    }

    /// A tenth of the recording on, or back.
    fn far(&mut self, later: bool, now_s: f64) -> bool {
        let before = self.browser.view;
        let px = (FAR * self.browser.reach.samples / before.samples_per_px()).ceil();
        let mut view = before;
        view.pan_px(if later { px } else { -px });
        self.go(view, now_s);
        self.browser.view != before
    }

    pub(super) fn center(&mut self, sample: f64, now_s: f64) -> bool {
        let before = self.browser.view;
        let mut view = before;
        view.put(
            Position::default().plus(sample),
            f64::from(self.browser.columns) / 2.0,
        );
        self.go(view, now_s);
        self.browser.view != before
    }

    fn revisit(&mut self, back: bool) -> bool {
        let now = self.browser.view;
        let found = match back {
            true => self.history.back(now),
            false => self.history.forward(now),
        };
        let Some(view) = found else {
            return false;
        };
        self.browser.view = view;
        self.browser.hold();
        true
    }

    /// Fills the plot with what is in the box.
    fn unbox(&mut self, now_s: f64) {
        self.boxing = false;
        let Some([from, to]) = self.zoom_box.take() else {
            return;
        };
        let columns = f64::from(self.browser.columns);
        let (left, right) = (from.min(to).max(0.0), from.max(to).min(columns));
        if right - left < LEAST_BOX_PX {
            return;
        }
        let view = self.browser.view;
        let density = view.samples_per_px() * (right - left) / columns;
        self.go(View::new(view.sample_from_px(left), density), now_s);
    }

    fn measured(&mut self, measure: Measure, robust: &[Robust]) {
        self.channels.center(robust, &self.info);
        match measure {
            Measure::Center => {}
            Measure::Scale => {
                self.channels.scale(robust, &self.robust);
                self.browser.gain = 1.0;
            }
            Measure::Grown => {
                self.robust = robust.to_vec();
                self.first = self.channels.clone();
            }
        }
    }
}

/// The gesture that multiplies the gain.
fn gain_by(factor: f64) -> Input {
    Input::Wheel {
        px: 0.0,
        notches: factor.ln() / NOTCH.ln(),
        ctrl: true,
    }
}

/// The key of the view that a command presses, and whether with Shift.
fn key_of(command: Command) -> Option<(Key, bool)> {
    Some(match command {
        Command::Earlier => (Key::Left, false),
        Command::Later => (Key::Right, false),
        Command::EarlierWindow => (Key::Left, true),
        Command::LaterWindow => (Key::Right, true),
        Command::Start => (Key::Home, false),
        Command::End => (Key::End, false),
        Command::ZoomIn => (Key::Plus, false),
        Command::ZoomOut => (Key::Minus, false),
        Command::Whole => (Key::Fit, false),
        Command::GainUp => (Key::Up, false),
        Command::GainDown => (Key::Down, false),
        _ => return None,
    })
}

/// The next one, in a circle.
fn after<T: Copy + PartialEq>(all: &[T], one: T) -> T {
    let place = all.iter().position(|other| *other == one).unwrap_or(0);
    all[(place + 1) % all.len()]
}

#[cfg(test)]
mod tests {
    use super::super::action::Change;
    use super::super::settings::Settings;
    use super::*;
    use galvani::scene::Style;

    fn shown(model: &mut Model) -> &mut Shown {
        model.strip.shown.as_mut().expect("it is open")
    }

    fn start_s(model: &mut Model) -> f64 {
        shown(model).start_s()
    }

    fn all(model: &mut Model, actions: impl IntoIterator<Item = Action>) {
        for action in actions {
            // Some do nothing, as they should.
            let _ = model.act(action);
        }
    }

    #[test]
    fn steps_of_phy() {
        let mut model = Model::from_near();
        for (command, start) in [
            (Command::Later, 21.0),
            (Command::Earlier, 20.0),
            (Command::LaterWindow, 30.0),
            (Command::LaterFar, 40.0),
            (Command::EarlierFar, 30.0),
            (Command::Start, 0.0),
            (Command::End, 90.0),
        ] {
            assert!(model.act(Action::Do(command)));
            assert!((start_s(&mut model) - start).abs() < 1e-9, "{command:?}");
        }
        assert!(!model.act(Action::Do(Command::End)), "nothing changes");
    }

    #[test]
    fn views_are_gone_back_to() {
        let mut model = Model::from_near();
        all(&mut model, [Action::GoTo(50.0)]);
        model.now_s = 5.0;
        all(
            &mut model,
            [Action::Do(Command::ZoomIn), Action::Do(Command::Back)],
        );
        assert_eq!(start_s(&mut model), 50.0);
        all(&mut model, [Action::Do(Command::Back)]);
        assert_eq!(start_s(&mut model), 20.0);
        assert!(!model.act(Action::Do(Command::Back)));
        all(&mut model, [Action::Do(Command::Forward)]);
        assert_eq!(start_s(&mut model), 50.0);
    }

    #[test]
    fn boxes() {
        let mut model = Model::from_near();
        all(&mut model, [Action::Box([600.0, 100.0]), Action::Unbox]);
        let window_s = shown(&mut model).window_s();
        assert!((start_s(&mut model) - 21.0).abs() < 1e-9 && (window_s - 5.0).abs() < 1e-9);
        all(&mut model, [Action::Box([10.0, 11.0]), Action::Unbox]);
        assert!(
            (shown(&mut model).window_s() - 5.0).abs() < 1e-9,
            "a click is no box"
        );
    }

    #[test]
    fn escape_closes_one_thing_at_a_time() {
        let mut model = Model::from_near();
        let close = || Action::Do(Command::Close);
        all(
            &mut model,
            [Action::Do(Command::ZoomBox), Action::Do(Command::Help)],
        );
        assert!(model.act(close()) && !shown(&mut model).boxing);
        assert!(model.overlay.is_some(), "the box went first");
        assert!(model.act(close()) && model.overlay.is_none());
        all(&mut model, [Action::Do(Command::Play), close()]);
        assert!(!model.motion.is_moving() && model.strip.requests.is_empty());
        assert!(!model.act(close()));
        assert_eq!(model.take_requests(), [Request::Quit]);
    }

    #[test]
    fn what_is_typed_is_done() {
        let mut model = Model::from_near();
        all(
            &mut model,
            [
                Action::Do(Command::Palette),
                Action::Type("dark or".into()),
                Action::Take,
                Action::Do(Command::GoTo),
                Action::Type("0:4".into()),
                Action::Take,
            ],
        );
        assert!(model.settings.light && model.overlay.is_none());
        assert_eq!(start_s(&mut model), 4.0);
        assert_eq!(shown(&mut model).scene.style, Style::light());
        all(
            &mut model,
            [
                Action::Do(Command::GoTo),
                Action::Type("never".into()),
                Action::Take,
            ],
        );
        assert!(model.overlay.is_some(), "it is asked again");
    }

    #[test]
    fn channels_and_gains() {
        let mut model = Model::from_near();
        all(
            &mut model,
            [
                Action::Channel(1, Change::Select),
                Action::Do(Command::Hide),
                Action::Gain(2.0),
                Action::Channel(0, Change::Gain(3.0)),
            ],
        );
        let traces = &shown(&mut model).scene.traces;
        assert_eq!(traces.visible().count(), 3);
        assert!((traces.gain - 2.0).abs() < 1e-6 && traces.channels[0].gain == 3.0);
        all(
            &mut model,
            [Action::Do(Command::ShowAll), Action::Do(Command::GainReset)],
        );
        let traces = &shown(&mut model).scene.traces;
        assert_eq!(
            (traces.visible().count(), traces.gain, traces.channels[0].gain),
            (4, 1.0, 1.0)
        );
        assert!(
            !model.act(Action::Do(Command::Scale)),
            "the samples are looked at first"
        );
        assert_eq!(model.take_requests(), [Request::Measure(Measure::Scale)]);
    }

    #[test]
    fn nothing_is_open() {
        let mut model = Model::new("a", "".into(), Settings::default());
        for entry in super::super::action::ALL {
            let _ = model.act(Action::Do(entry.command));
        }
        assert!(!model.act(Action::GoTo(1.0)));
    }
}
