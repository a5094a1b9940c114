//! Pong: the pointer moves the paddle on the left, the other one plays by itself. `--show pong` plays it.

use galvani::Result;
use galvani::figure::{Figure, Shape, SizeUnit};
use galvani::scene::Style;
use galvani::show::{Event, Live};

use super::part_of;

/// The court is 2 across and 1 up.
const COURT: [f64; 2] = [2.0, 1.0];
const PADDLE: [f64; 2] = [0.03, 0.2];
const BALL: f64 = 0.05;
/// How fast the machine's paddle is, each second.
const FAST: f64 = 0.5;

struct Game {
    ball: [f64; 2],
    speed: [f64; 2],
    /// The middles of both.
    paddles: [f64; 2],
    points: [u32; 2],
}

pub(super) fn figure(part: f64) -> Result<Figure> {
    let mut game = Game::new();
    for _ in 0..part_of(3000, part) {
        // Somebody who looks at the ball, with an unsteady hand.
        let wanted = game.ball[1] + 0.1 * (game.ball[0] * 9.0).sin();
        game.step(0.01, wanted);
    }
    game.seen()
}

pub(super) fn live() -> Result<()> {
    let mut game = Game::new();
    let mut wanted = 0.5;
    game.seen()?.run(|live: &mut Live<Figure>, event| {
        live.animate(true);
        if !matches!(event, Event::Key { .. }) {
            // The court stays where it is.
            live.take();
        }
        match event {
            Event::Move { at } => wanted = live.coordinates(*at).map_or(wanted, |[_, y]| y),
            Event::Frame { seconds } => {
                game.step(seconds.min(0.05), wanted);
                live.shows.visuals = game.seen()?.visuals;
            }
            _ => {}
        }
        Ok(())
    })
}

impl Game {
    fn new() -> Self {
        Self {
            ball: [1.0, 0.4],
            speed: [1.1, 0.7],
            paddles: [0.5; 2],
            points: [0; 2],
        }
    }

    fn step(&mut self, seconds: f64, wanted: f64) {
        let near = PADDLE[1] / 2.0;
        self.paddles[0] = wanted.clamp(near, COURT[1] - near);
        let to_ball = (self.ball[1] - self.paddles[1]).clamp(-FAST * seconds, FAST * seconds);
        self.paddles[1] = (self.paddles[1] + to_ball).clamp(near, COURT[1] - near);
        for axis in 0..2 {
            self.ball[axis] += self.speed[axis] * seconds;
        }
        if !(BALL / 2.0..COURT[1] - BALL / 2.0).contains(&self.ball[1]) {
            self.speed[1] = self.speed[1].abs() * if self.ball[1] < 0.5 { 1.0 } else { -1.0 };
        }
        let side = usize::from(self.ball[0] > 1.0);
        let line = PADDLE[0] + BALL / 2.0;
        if (line..COURT[0] - line).contains(&self.ball[0]) {
            return;
        }
        let away = if side == 0 { 1.0 } else { -1.0 };
        let off = self.ball[1] - self.paddles[side];
        if off.abs() <= near + BALL / 2.0 {
            self.speed = [away * self.speed[0].abs(), 6.0 * off];
        } else {
            self.points[1 - side] += 1;
            self.ball = [1.0, 0.3];
            self.speed = [away * 1.1, 0.7];
        }
    }

    fn seen(&self) -> Result<Figure> {
        let paddle = |y: f64| [y - PADDLE[1] / 2.0, y + PADDLE[1] / 2.0];
        let score = self.points.map(|points| points.to_string());
        Figure::new()
            .title("Pong")
            .style(Style::dark())
            .aspect(1.0)
            .grid(false)
            .x_limits(0.0, COURT[0])
            .y_limits(0.0, COURT[1])
            .rectangles(
                &[[0.0, PADDLE[0]], [COURT[0] - PADDLE[0], COURT[0]]],
                &self.paddles.map(paddle),
            )
            .points(&[self.ball[0]], &[self.ball[1]])
            .shape(Shape::Square)
            .size(BALL as f32)
            .unit(SizeUnit::Data)
            .text(&[0.8, 1.2], &[0.93; 2], &score)
            .size(30.0)
            .anchor(0.5, 0.5)
            .figure()
    }
}
