//! From the window system's events to gestures.

use galvani::view::gesture::{Input, Key};
use winit::dpi::PhysicalPosition;
use winit::event::{ElementState, KeyEvent, MouseButton, MouseScrollDelta, WindowEvent};
use winit::keyboard::{Key as Pressed, ModifiersState, NamedKey};

/// Pixels of a smooth wheel, before scaling to the display, that count as one notch.
const NOTCH_PX: f64 = 40.0;

/// What an event asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wish {
    /// These gestures, in order.
    Gestures(Vec<Input>),
    /// The full screen, or back.
    FullScreen,
    /// The end.
    Quit,
}

/// What has to be remembered between events.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pointer {
    /// Pixels from the window's left edge.
    x: f64,
    held: bool,
    modifiers: ModifiersState,
}

impl Pointer {
    /// What an event asks for, in a window whose plot starts at `plot_x` pixels.
    pub(super) fn wish(&mut self, event: &WindowEvent, plot_x: f64, scale_factor: f64) -> Option<Wish> {
        let one = |input| Some(Wish::Gestures(vec![input]));
        match event {
            WindowEvent::ModifiersChanged(modifiers) => {
                self.modifiers = modifiers.state();
                None
            }
            WindowEvent::CursorMoved { position, .. } => {
                self.x = position.x;
                let px = self.x - plot_x;
                self.held.then(|| Wish::Gestures(vec![Input::Move { px }]))
            }
            WindowEvent::MouseInput {
                state,
                button: MouseButton::Left | MouseButton::Middle,
                ..
            } => {
                self.held = *state == ElementState::Pressed;
                one(if self.held {
                    Input::Press { px: self.x - plot_x }
                } else {
                    Input::Release
                })
            }
            WindowEvent::Focused(false) => {
                self.held = false;
                self.modifiers = ModifiersState::empty();
                one(Input::Release)
            }
            WindowEvent::MouseWheel { delta, .. } => {
                Some(Wish::Gestures(self.wheel(*delta, plot_x, scale_factor)))
            }
            WindowEvent::KeyboardInput { event, .. } => self.key(event),
            _ => None,
        }
    }

    /// Up and down zooms, or with Ctrl changes the gain; sideways pans.
    fn wheel(&self, delta: MouseScrollDelta, plot_x: f64, scale_factor: f64) -> Vec<Input> {
        let notch_px = NOTCH_PX * scale_factor;
        let (across, up) = match delta {
            MouseScrollDelta::LineDelta(x, y) => (f64::from(x) * notch_px, f64::from(y)),
            MouseScrollDelta::PixelDelta(PhysicalPosition { x, y }) => (x, y / notch_px),
        };
        let px = self.x - plot_x;
        if across.abs() <= (up * notch_px).abs() {
            let ctrl = self.modifiers.control_key();
            return vec![Input::Wheel {
                px,
                notches: up,
                ctrl,
            }];
        }
        let mut inputs = vec![
            Input::Press { px },
            Input::Move { px: px + across },
            Input::Release,
        ];
        if self.held {
            inputs.push(Input::Press { px });
        }
        inputs
    }

    fn key(&self, event: &KeyEvent) -> Option<Wish> {
        if event.state != ElementState::Pressed {
            return None;
        }
        self.pressed(&event.logical_key, event.repeat)
    }

    fn pressed(&self, pressed: &Pressed, repeat: bool) -> Option<Wish> {
        let key = match pressed {
            Pressed::Named(NamedKey::Escape) => return Some(Wish::Quit),
            Pressed::Named(NamedKey::F11) => return (!repeat).then_some(Wish::FullScreen),
            Pressed::Named(NamedKey::ArrowLeft) => Key::Left,
            Pressed::Named(NamedKey::ArrowRight) => Key::Right,
            Pressed::Named(NamedKey::ArrowUp) => Key::Up,
            Pressed::Named(NamedKey::ArrowDown) => Key::Down,
            Pressed::Named(NamedKey::Home) => Key::Home,
            Pressed::Named(NamedKey::End) => Key::End,
            Pressed::Character(text) => match text.as_str() {
                "+" | "=" => Key::Plus,
                "-" | "_" => Key::Minus,
                "f" | "F" => Key::Fit,
                _ => return None,
            },
            _ => return None,
        };
        let shift = self.modifiers.shift_key();
        Some(Wish::Gestures(vec![Input::Key { key, shift }]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        let pointer = Pointer::default();
        let plus = Pressed::Character("+".into());
        let input = Input::Key {
            key: Key::Plus,
            shift: false,
        };
        assert_eq!(pointer.pressed(&plus, true), Some(Wish::Gestures(vec![input])));
        let full = Pressed::Named(NamedKey::F11);
        assert_eq!(pointer.pressed(&full, false), Some(Wish::FullScreen));
        assert_eq!(pointer.pressed(&full, true), None, "a key held down toggles once");
        assert_eq!(pointer.pressed(&Pressed::Named(NamedKey::Tab), false), None);
    }

    #[test]
    fn wheels() {
        let pointer = Pointer {
            x: 100.0,
            modifiers: ModifiersState::CONTROL,
            ..Pointer::default()
        };
        let notch = pointer.wheel(MouseScrollDelta::LineDelta(0.0, 1.0), 40.0, 2.0);
        let expected = Input::Wheel {
            px: 60.0,
            notches: 1.0,
            ctrl: true,
        };
        assert_eq!(notch, [expected]);
        let smooth = MouseScrollDelta::PixelDelta(PhysicalPosition::new(0.0, 2.0 * NOTCH_PX));
        assert_eq!(pointer.wheel(smooth, 40.0, 2.0), [expected]);
        let sideways = pointer.wheel(
            MouseScrollDelta::PixelDelta(PhysicalPosition::new(30.0, 1.0)),
            0.0,
            1.0,
        );
        assert_eq!(sideways.len(), 3);
    }
}
