//! Scenes in windows.

use super::super::hands::{Ask, What};
use super::super::{Button, Key};
use super::{Stage, To};
use crate::Result;
use crate::figure::Space;
use crate::view::camera::Camera;
use crate::view::gesture::NOTCH;

/// The part of the distance that a press of a key flies.
const FLY_SHARE: f64 = 0.05;

/// The part of a target's height that a press of an arrow drags a turntable by: 15°.
const TURN_SHARE: f64 = 1.0 / 12.0;

impl Stage for Space {
    fn boxes(&self, _: [u32; 2], _: [f64; 2]) -> bool {
        false
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn wanted(&self) -> [u32; 2] {
        self.size
    }

    fn rescale(&mut self, by: f32) {
        self.scale_factor *= by;
    }

    fn first(&self, size: [u32; 2]) -> Camera {
        self.view(size)
    }

    fn resize(&self, _: &mut Camera, _: [u32; 2], _: [u32; 2]) {}

    fn ask(&self, camera: &mut Camera, size: [u32; 2], ask: &Ask) -> bool {
        let middle = size.map(|px| f64::from(px) / 2.0);
        let turn = TURN_SHARE * f64::from(size[1]);
        let fly = FLY_SHARE * camera.distance;
        match ask.what {
            What::Drag { button, from, to } => {
                let by = [to[0] - from[0], to[1] - from[1]];
                match (button, ask.held) {
                    (Button::First, held) if held.shift => camera.arcball(from, to, size),
                    (Button::First, held) if held.control => camera.look_about(by, size),
                    (Button::First, _) => camera.turntable(by, size),
                    (Button::Second | Button::Middle, _) => camera.pan(by, size),
                }
            }
            What::Wheel(notches) => camera.zoom(NOTCH.powf(notches), ask.at, size),
            What::Key(key) => match key {
                Key::Left => camera.turntable([-turn, 0.0], size),
                Key::Right => camera.turntable([turn, 0.0], size),
                Key::Up => camera.turntable([0.0, -turn], size),
                Key::Down => camera.turntable([0.0, turn], size),
                Key::Char('+' | '=') => camera.zoom(NOTCH, middle, size),
                Key::Char('-') => camera.zoom(1.0 / NOTCH, middle, size),
                Key::Char('w') => camera.fly([0.0, 0.0, fly]),
                Key::Char('s') => camera.fly([0.0, 0.0, -fly]),
                Key::Char('a') => camera.fly([-fly, 0.0, 0.0]),
                Key::Char('d') => camera.fly([fly, 0.0, 0.0]),
                Key::Char('r') => camera.fly([0.0, fly, 0.0]),
                Key::Char('f') => camera.fly([0.0, -fly, 0.0]),
                Key::Home => *camera = self.view(size),
                _ => return false,
            },
            What::Whole => *camera = self.view(size),
            What::Box(_) => return false,
        }
        true
    }

    fn record(&self, camera: &Camera, _: Option<[[f64; 2]; 2]>, to: To<'_>) -> Result<()> {
        to.renderer
            .record_space(to.commands, self, camera, to.target, to.uses)
    }
}
