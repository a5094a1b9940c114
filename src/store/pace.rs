//! How often what arrives is shown: frames of a picture that is not complete leave time to read the rest of it.

use std::time::{Duration, Instant};

/// Reading has so many times as long as the frame before took. Frames and reading threads share the cores where there
/// are few, so that a picture drawn anew for every block would come several times as late as one drawn at this pace.
const SHARE: u32 = 4;
/// The shortest of these times: a screen shows no more often.
const LEAST: Duration = Duration::from_millis(16);

/// When the last frame was, and whether there is more to see since.
#[derive(Default)]
pub(super) struct Pace {
    begun: Option<Instant>,
    /// When the next frame of an incomplete picture is due.
    due: Option<Instant>,
    unseen: bool,
}

impl Pace {
    pub(super) fn frame_begins(&mut self) {
        self.begun = Some(Instant::now());
        self.unseen = false;
    }

    pub(super) fn frame_ends(&mut self) {
        if let Some(begun) = self.begun.take() {
            let now = Instant::now();
            self.due = Some(now + LEAST.max(SHARE * (now - begun)));
        }
    }

    /// Notes that there is more to see.
    pub(super) fn news(&mut self) {
        self.unseen = true;
    }

    /// Whether there is more to see; and if a frame of it had better wait, since more is `coming`, for how long.
    pub(super) fn ask(&self, coming: bool) -> (bool, Option<Duration>) {
        let rest = self.due.map(|due| due.saturating_duration_since(Instant::now()));
        match rest.filter(|rest| self.unseen && coming && !rest.is_zero()) {
            None => (self.unseen, None),
            later => (false, later),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incomplete_picture_waits_and_a_complete_one_does_not() {
        let mut pace = Pace::default();
        pace.frame_begins();
        pace.frame_ends();
        assert_eq!(pace.ask(true), (false, None), "nothing is new");
        pace.news();
        let (now, later) = pace.ask(true);
        // Where the machine is slow enough it is due already.
        assert!(now != later.is_some_and(|later| later <= LEAST));
        assert_eq!(pace.ask(false), (true, None));
        assert_eq!(pace.ask(false), (true, None), "until a frame shows it");
        pace.frame_begins();
        assert_eq!(pace.ask(false), (false, None));
    }
}
