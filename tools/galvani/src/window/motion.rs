//! Views that move by themselves, and the views that were.

use galvani::view::View;
use galvani::view::gesture::Browser;

/// How long a fling takes to slow down to a third, in seconds.
const SLOWING_S: f64 = 0.325;

/// A fling as slow as this, in pixels a second, has ended.
const SLOWEST: f64 = 30.0;

/// A pointer slower than this as it lets go, in pixels a second, just lets go.
pub(super) const FLUNG: f64 = 250.0;

/// The slowest and fastest that can be played, in times the recording's own speed.
pub(super) const SPEEDS: (f64, f64) = (1.0 / 1024.0, 1024.0);

/// Views are kept apart in the history where so much time lies between them, in seconds.
const APART_S: f64 = 0.6;

/// As many views are kept.
const KEPT: usize = 200;

/// What moves the view.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Motion {
    /// Pixels a second, of a fling.
    fling: f64,
    /// Times real time; 0 where nothing is played.
    pub(super) playing: f64,
    /// How fast it is played when it is played.
    speed: Option<f64>,
    /// Samples that were played and are not yet a pixel.
    rest_px: f64,
}

impl Motion {
    /// Whether frames are wanted by themselves.
    pub(super) fn is_moving(&self) -> bool {
        self.fling != 0.0 || self.playing != 0.0
    }

    pub(super) fn fling(&mut self, px_per_s: f64) {
        if px_per_s.is_finite() && px_per_s.abs() >= FLUNG {
            self.fling = px_per_s.clamp(-20_000.0, 20_000.0);
        }
    }

    /// Ends a fling: something else moves the view.
    pub(super) fn hold(&mut self) {
        self.fling = 0.0;
    }

    /// Times real time at which it is or would be played.
    pub(super) fn speed(&self) -> f64 {
        self.speed.unwrap_or(1.0)
    }

    /// Plays in a direction, or stops.
    pub(super) fn play(&mut self, direction: f64) {
        self.hold();
        self.playing = match self.playing == 0.0 {
            true => direction * self.speed(),
            false => 0.0,
        };
    }

    /// Plays so many times as fast.
    pub(super) fn quicken(&mut self, factor: f64) {
        let speed = (self.speed() * factor).clamp(SPEEDS.0, SPEEDS.1);
        self.speed = Some(speed);
        if self.playing != 0.0 {
            self.playing = speed.copysign(self.playing);
        }
    }

    pub(super) fn stop(&mut self) {
        self.playing = 0.0;
        self.hold();
    }

    /// Moves the view on by `seconds` of a recording at `rate_hz`; whether it has moved. Whole pixels, so that columns
    /// stay on their grid.
    pub(super) fn step(&mut self, browser: &mut Browser, rate_hz: f64, seconds: f64) -> bool {
        let seconds = seconds.clamp(0.0, 0.25);
        let played = self.playing * seconds * rate_hz / browser.view.samples_per_px();
        let flung = self.fling * seconds;
        if self.fling != 0.0 {
            self.fling *= (-seconds / SLOWING_S).exp();
            if self.fling.abs() < SLOWEST {
                self.fling = 0.0;
            }
        }
        let due = self.rest_px + played - flung;
        let px = due.trunc();
        self.rest_px = due - px;
        if !self.is_moving() {
            self.rest_px = 0.0;
        }
        let before = browser.view;
        if px != 0.0 {
            browser.view.pan_px(px);
            browser.hold();
            if browser.view == before {
                // At an end of the recording there is nowhere to go.
                self.stop();
            }
        }
        browser.view != before
    }
}

/// Views that were, and those that were gone back from.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct History {
    back: Vec<View>,
    forward: Vec<View>,
    /// When the last one was kept.
    at_s: Option<f64>,
}

impl History {
    /// Keeps the view from which another is gone to at `now_s`; steps of one movement count as one.
    pub(super) fn leave(&mut self, from: View, now_s: f64) {
        let apart = self.at_s.is_none_or(|at| now_s - at > APART_S);
        self.at_s = Some(now_s);
        self.forward.clear();
        if apart && self.back.last() != Some(&from) {
            if self.back.len() == KEPT {
                self.back.remove(0);
            }
            self.back.push(from);
        }
    }

    /// The view before, as seen from `now`.
    pub(super) fn back(&mut self, now: View) -> Option<View> {
        let view = self.back.pop()?;
        self.forward.push(now);
        self.at_s = None;
        Some(view)
    }

    /// The view after, as seen from `now`.
    pub(super) fn forward(&mut self, now: View) -> Option<View> {
        let view = self.forward.pop()?;
        self.back.push(now);
        self.at_s = None;
        Some(view)
    }

    /// Makes others of all views.
    pub(super) fn change(&mut self, of: impl Fn(&View) -> View) {
        for view in self.back.iter_mut().chain(&mut self.forward) {
            *view = of(view);
        }
    }

    /// Whether there is a view before, and one after.
    pub(super) fn has(&self) -> [bool; 2] {
        [!self.back.is_empty(), !self.forward.is_empty()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use galvani::view::Position;

    fn browser() -> Browser {
        let mut browser = Browser::new(1_000_000, 1000);
        browser.view = View::new(Position::new(400_000, 0.0), 10.0);
        browser
    }

    #[test]
    fn a_fling_slows_down_and_ends() {
        let (mut motion, mut browser) = (Motion::default(), browser());
        motion.fling(100.0);
        assert!(!motion.is_moving(), "too slow");
        motion.fling(-1000.0);
        let mut last = f64::INFINITY;
        for _ in 0..400 {
            let before = browser.view.start().as_f64();
            motion.step(&mut browser, 30_000.0, 0.016);
            let moved = browser.view.start().as_f64() - before;
            assert!(moved >= 0.0 && moved <= last + 10.0, "{moved}");
            last = moved;
        }
        assert!(!motion.is_moving());
        let px = (browser.view.start().as_f64() - 400_000.0) / 10.0;
        assert!((250.0..400.0).contains(&px), "about 1000 × 0.325: {px}");
    }

    #[test]
    fn playing_keeps_time_and_ends_at_the_end() {
        let (mut motion, mut browser) = (Motion::default(), browser());
        motion.quicken(0.5);
        motion.play(1.0);
        assert_eq!(motion.playing, 0.5);
        for _ in 0..100 {
            motion.step(&mut browser, 30_000.0, 0.01);
        }
        let played = browser.view.start().as_f64() - 400_000.0;
        assert!((played - 15_000.0).abs() <= 20.0, "{played}");
        motion.quicken(2000.0);
        for _ in 0..100 {
            motion.step(&mut browser, 30_000.0, 0.1);
        }
        assert!(!motion.is_moving(), "at the end");
        motion.play(-1.0);
        assert!(motion.playing < 0.0);
        motion.play(-1.0);
        assert_eq!(motion.playing, 0.0);
    }

    #[test]
    fn back_and_forth() {
        let view = |start| View::new(Position::new(start, 0.0), 10.0);
        let mut history = History::default();
        history.leave(view(0), 0.0);
        history.leave(view(1), 0.1);
        history.leave(view(5), 2.0);
        assert_eq!(history.has(), [true, false]);
        assert_eq!(history.back(view(9)), Some(view(5)));
        assert_eq!(history.back(view(5)), Some(view(0)));
        assert_eq!(history.back(view(0)), None);
        assert_eq!(history.forward(view(0)), Some(view(5)));
        history.leave(view(5), 3.0);
        assert_eq!(history.has(), [true, false], "another way is taken");
    }
}
