//! From the window system's events over the plot to actions.

use std::collections::VecDeque;

use galvani::scene::PxRect;
use galvani::view::gesture::Input;
use winit::dpi::PhysicalPosition;
use winit::event::{ElementState, MouseButton, MouseScrollDelta, WindowEvent};
use winit::keyboard::ModifiersState;

use super::action::Action;
use super::motion::FLUNG;

/// Pixels of a smooth wheel, before scaling to the display, that count as one notch.
const NOTCH_PX: f64 = 40.0;

/// The share of the plot by which a notch with Shift pans.
const NOTCH_SHARE: f64 = 0.1;

/// How long before the pointer lets go its movement counts, in seconds.
const RECENT_S: f64 = 0.08;

/// What has to be remembered between events.
#[derive(Debug, Clone, Default)]
pub(super) struct Pointer {
    /// Pixels from the window's left and top edges; `None` outside it.
    at: Option<[f64; 2]>,
    held: Option<Held>,
    modifiers: ModifiersState,
    /// Where it was when, most recent last.
    trail: VecDeque<(f64, f64)>,
}

/// What a button that is down does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Held {
    /// It drags the plot.
    Plot,
    /// It draws a zoom box, from this pixel of the plot on.
    Box(f64),
    /// It draws a ruler, from this pixel of the window on.
    Ruler([f64; 2]),
}

/// What an event is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    /// The plot, in pixels of the window.
    pub(super) plot: PxRect,
    /// Pixels for a point.
    pub(super) scale_factor: f64,
    /// Whether panels have the pointer where it is.
    pub(super) panels: bool,
    /// Whether the next drag is a zoom box.
    pub(super) boxing: bool,
    /// Whether the next drag is a ruler.
    pub(super) ruling: bool,
    /// Seconds since the window was opened.
    pub(super) now_s: f64,
}

impl Pointer {
    /// Where it is, in pixels of the window.
    pub(super) fn at(&self) -> Option<[f64; 2]> {
        self.at
    }

    /// Whether it drags the plot or a zoom box, wherever it is.
    pub(super) fn holds(&self) -> bool {
        self.held.is_some()
    }

    pub(super) fn modifiers(&self) -> ModifiersState {
        self.modifiers
    }

    /// What an event asks for.
    pub(super) fn actions(&mut self, event: &WindowEvent, around: &Around) -> Vec<Action> {
        let left = f64::from(around.plot.x);
        let px = self.at.map_or(0.0, |[x, _]| x) - left;
        match event {
            WindowEvent::ModifiersChanged(modifiers) => {
                self.modifiers = modifiers.state();
                Vec::new()
            }
            WindowEvent::CursorMoved { position, .. } => {
                self.at = Some([position.x, position.y]);
                let mut actions = vec![Action::Point(self.at)];
                actions.extend(self.moved(position.x - left, around.now_s));
                actions
            }
            WindowEvent::CursorLeft { .. } => {
                if self.held.is_none() {
                    self.at = None;
                }
                vec![Action::Point(self.at)]
            }
            WindowEvent::MouseInput { state, button, .. } => match state {
                ElementState::Pressed if !around.panels && self.over(around.plot) => {
                    self.pressed(*button, px, around)
                }
                ElementState::Pressed => Vec::new(),
                ElementState::Released => self.released(px, around.now_s),
            },
            WindowEvent::Focused(false) => {
                self.modifiers = ModifiersState::empty();
                self.trail.clear();
                self.released(px, around.now_s)
            }
            WindowEvent::MouseWheel { delta, .. } if !around.panels => self.wheel(*delta, px, around),
            _ => Vec::new(),
        }
    }

    /// Whether it is in the plot's rows and columns, or beside it where names and times stand.
    fn over(&self, plot: PxRect) -> bool {
        self.at.is_some_and(|[_, y]| y >= f64::from(plot.y) && plot.w > 0)
    }

    fn moved(&mut self, px: f64, now_s: f64) -> Vec<Action> {
        match self.held {
            Some(Held::Plot) => {
                self.trail.push_back((now_s, px));
                self.forget(now_s);
                vec![Action::Gesture(Input::Move { px })]
            }
            Some(Held::Box(from)) => vec![Action::Box([from, px])],
            Some(Held::Ruler(from)) => {
                let rule = |to| Action::Rule { from, to };
                self.at.map(rule).into_iter().collect()
            }
            None => Vec::new(),
        }
    }

    fn pressed(&mut self, button: MouseButton, px: f64, around: &Around) -> Vec<Action> {
        match button {
            MouseButton::Right => {
                self.held = Some(Held::Box(px));
                vec![Action::Box([px; 2])]
            }
            MouseButton::Left if around.boxing => {
                self.held = Some(Held::Box(px));
                vec![Action::Box([px; 2])]
            }
            MouseButton::Left if around.ruling || self.modifiers.shift_key() => {
                self.held = self.at.map(Held::Ruler);
                Vec::new()
            }
            MouseButton::Left | MouseButton::Middle => {
                self.held = Some(Held::Plot);
                self.trail = VecDeque::from([(around.now_s, px)]);
                vec![Action::Gesture(Input::Press { px })]
            }
            _ => Vec::new(),
        }
    }

    fn released(&mut self, px: f64, now_s: f64) -> Vec<Action> {
        match self.held.take() {
            Some(Held::Plot) => {
                let mut actions = vec![Action::Gesture(Input::Release)];
                let speed = self.speed(px, now_s);
                if speed.abs() >= FLUNG {
                    actions.push(Action::Fling(speed));
                }
                actions
            }
            Some(Held::Box(_)) => vec![Action::Unbox],
            Some(Held::Ruler(_)) | None => Vec::new(),
        }
    }

    fn forget(&mut self, now_s: f64) {
        while self.trail.front().is_some_and(|(at, _)| now_s - at > RECENT_S) {
            self.trail.pop_front();
        }
    }

    /// Pixels a second over the last moments.
    fn speed(&mut self, px: f64, now_s: f64) -> f64 {
        self.forget(now_s);
        match self.trail.front() {
            Some((at, from)) if now_s - at > 0.01 => (px - from) / (now_s - at),
            _ => 0.0,
        }
    }

    /// Up and down zooms, or with Ctrl changes the gain; sideways, or with Shift, pans. With Alt, and over the names of
    /// channels, it scrolls lanes; with Ctrl and Shift, and with Ctrl over names, it makes them taller or thinner.
    fn wheel(&self, delta: MouseScrollDelta, px: f64, around: &Around) -> Vec<Action> {
        let notch_px = NOTCH_PX * around.scale_factor;
        let (across, up) = match delta {
            MouseScrollDelta::LineDelta(x, y) => (f64::from(x) * notch_px, f64::from(y)),
            MouseScrollDelta::PixelDelta(PhysicalPosition { x, y }) => (x, y / notch_px),
        };
        let (shift, ctrl) = (self.modifiers.shift_key(), self.modifiers.control_key());
        let names = px < 0.0;
        // Some systems turn a wheel with Shift or Alt sideways.
        let either = if up == 0.0 { across / notch_px } else { up };
        if ctrl && (shift || names) {
            let down = self.at.map_or(0.0, |[_, y]| y) - f64::from(around.plot.y);
            return vec![Action::ZoomLanes {
                notches: either,
                at: down / f64::from(around.plot.h.max(1)),
            }];
        }
        if self.modifiers.alt_key() || names {
            return vec![Action::ScrollLanes(either)];
        }
        let across = match shift && across == 0.0 {
            true => (up * NOTCH_SHARE * f64::from(around.plot.w)).round(),
            false => across,
        };
        if !shift && across.abs() <= (up * notch_px).abs() {
            return vec![Action::Gesture(Input::Wheel {
                px,
                notches: up,
                ctrl,
            })];
        }
        let mut inputs = vec![
            Input::Press { px },
            Input::Move { px: px + across },
            Input::Release,
        ];
        if self.held == Some(Held::Plot) {
            inputs.push(Input::Press { px });
        }
        inputs.into_iter().map(Action::Gesture).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AROUND: Around = Around {
        plot: PxRect {
            x: 40,
            y: 10,
            w: 500,
            h: 300,
        },
        scale_factor: 2.0,
        panels: false,
        boxing: false,
        ruling: false,
        now_s: 0.0,
    };

    #[test]
    fn wheels() {
        let pointer = Pointer {
            modifiers: ModifiersState::CONTROL,
            ..Pointer::default()
        };
        let notch = pointer.wheel(MouseScrollDelta::LineDelta(0.0, 1.0), 60.0, &AROUND);
        let expected = [Action::Gesture(Input::Wheel {
            px: 60.0,
            notches: 1.0,
            ctrl: true,
        })];
        assert_eq!(notch, expected);
        let smooth = MouseScrollDelta::PixelDelta(PhysicalPosition::new(0.0, 2.0 * NOTCH_PX));
        assert_eq!(pointer.wheel(smooth, 60.0, &AROUND), expected);
        let across = MouseScrollDelta::PixelDelta(PhysicalPosition::new(30.0, 1.0));
        assert_eq!(pointer.wheel(across, 0.0, &AROUND).len(), 3);
        let shifted = Pointer {
            modifiers: ModifiersState::SHIFT,
            ..Pointer::default()
        };
        let pans = shifted.wheel(MouseScrollDelta::LineDelta(0.0, 1.0), 60.0, &AROUND);
        assert_eq!(pans[1], Action::Gesture(Input::Move { px: 110.0 }));
    }

    #[test]
    fn wheels_over_lanes() {
        let held = |modifiers| Pointer {
            modifiers,
            at: Some([60.0, 85.0]),
            ..Pointer::default()
        };
        let up = MouseScrollDelta::LineDelta(0.0, 1.0);
        let taller = [Action::ZoomLanes {
            notches: 1.0,
            at: 0.25,
        }];
        let both = ModifiersState::CONTROL | ModifiersState::SHIFT;
        assert_eq!(held(both).wheel(up, 20.0, &AROUND), taller);
        assert_eq!(held(ModifiersState::CONTROL).wheel(up, -5.0, &AROUND), taller);
        let scroll = [Action::ScrollLanes(1.0)];
        assert_eq!(held(ModifiersState::ALT).wheel(up, 20.0, &AROUND), scroll);
        assert_eq!(held(ModifiersState::empty()).wheel(up, -5.0, &AROUND), scroll);
    }

    #[test]
    fn a_quick_drag_flings_and_a_slow_one_does_not() {
        let mut pointer = Pointer {
            at: Some([140.0, 50.0]),
            ..Pointer::default()
        };
        pointer.pressed(MouseButton::Left, 100.0, &AROUND);
        for i in 1..=10 {
            pointer.moved(100.0 + 10.0 * f64::from(i), 0.01 * f64::from(i));
        }
        let actions = pointer.released(200.0, 0.1);
        assert!(
            matches!(actions[1], Action::Fling(speed) if (speed - 1000.0).abs() < 1.0),
            "{actions:?}"
        );
        pointer.pressed(MouseButton::Left, 100.0, &AROUND);
        pointer.moved(300.0, 0.05);
        assert_eq!(pointer.released(300.0, 0.5).len(), 1, "it was held still");
    }

    #[test]
    fn shift_draws_a_ruler() {
        let mut pointer = Pointer {
            at: Some([140.0, 50.0]),
            modifiers: ModifiersState::SHIFT,
            ..Pointer::default()
        };
        assert!(pointer.pressed(MouseButton::Left, 100.0, &AROUND).is_empty());
        pointer.at = Some([170.0, 80.0]);
        let (from, to) = ([140.0, 50.0], [170.0, 80.0]);
        assert_eq!(pointer.moved(130.0, 0.1), [Action::Rule { from, to }]);
        assert!(pointer.released(130.0, 0.2).is_empty());
    }

    #[test]
    fn boxes() {
        let mut pointer = Pointer::default();
        pointer.pressed(MouseButton::Right, 100.0, &AROUND);
        assert_eq!(pointer.moved(150.0, 0.1), [Action::Box([100.0, 150.0])]);
        assert_eq!(pointer.released(150.0, 0.2), [Action::Unbox]);
        let boxing = Around {
            boxing: true,
            ..AROUND
        };
        assert_eq!(
            pointer.pressed(MouseButton::Left, 7.0, &boxing),
            [Action::Box([7.0; 2])]
        );
    }
}
