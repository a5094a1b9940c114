//! From events to what is asked of a view: drags, boxes, double clicks.

use super::{Button, Event, Held, Key};

/// A second click so soon after the first makes a double one, in seconds.
const SOON_S: f64 = 0.35;

/// A pointer that moved less than so many pixels has not moved.
const STILL_PX: f64 = 4.0;

/// What is asked of a view, and where it was asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ask {
    /// Of a drag where it began.
    pub(super) at: [f64; 2],
    pub(super) held: Held,
    pub(super) what: What,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum What {
    /// The pointer went from one pixel to another with a button down.
    Drag {
        button: Button,
        from: [f64; 2],
        to: [f64; 2],
    },
    /// A box was drawn that ends there.
    Box([f64; 2]),
    /// So many notches of the wheel.
    Wheel(f64),
    Key(Key),
    /// All that there is.
    Whole,
}

impl Ask {
    /// The same in pixels of a part of the window that has its corner at `[x, y]`.
    pub(super) fn within(self, [x, y]: [f64; 2]) -> Self {
        let moved = |at: [f64; 2]| [at[0] - x, at[1] - y];
        Self {
            at: moved(self.at),
            what: match self.what {
                What::Drag { button, from, to } => What::Drag {
                    button,
                    from: moved(from),
                    to: moved(to),
                },
                What::Box(end) => What::Box(moved(end)),
                other => other,
            },
            ..self
        }
    }
}

/// The pointer and what it holds.
#[derive(Debug, Default)]
pub(super) struct Hands {
    press: Option<Press>,
    /// When and where the last click was.
    clicked: Option<(f64, [f64; 2])>,
}

#[derive(Debug, Clone, Copy)]
struct Press {
    button: Button,
    start: [f64; 2],
    last: [f64; 2],
    /// What was held as the button went down.
    held: Held,
    is_box: bool,
}

impl Hands {
    /// The box that is being drawn.
    pub(super) fn boxed(&self) -> Option<[[f64; 2]; 2]> {
        let press = self.press.filter(|press| press.is_box)?;
        Some([press.start, press.last])
    }

    /// What an event asks for; `boxes` where boxes can be drawn.
    pub(super) fn ask(&mut self, event: &Event, held: Held, (now_s, boxes): (f64, bool)) -> Option<Ask> {
        match *event {
            Event::Press { button, at } => {
                let is_second = self.clicked.take().is_some_and(|(when, place)| {
                    button == Button::First && now_s - when < SOON_S && far(place, at) < STILL_PX
                });
                if is_second {
                    self.press = None;
                    let what = What::Whole;
                    return Some(Ask { at, held, what });
                }
                let is_box = boxes && (button == Button::Middle || (button == Button::First && held.shift));
                self.press = Some(Press {
                    button,
                    start: at,
                    last: at,
                    held,
                    is_box,
                });
                None
            }
            Event::Move { at } => {
                let press = self.press.as_mut()?;
                let from = std::mem::replace(&mut press.last, at);
                (!press.is_box && from != at).then_some(Ask {
                    at: press.start,
                    held: press.held,
                    what: What::Drag {
                        button: press.button,
                        from,
                        to: at,
                    },
                })
            }
            Event::Release { button, at } => {
                let press = self.press.filter(|press| press.button == button)?;
                self.press = None;
                let has_moved = far(press.start, at) >= STILL_PX;
                if button == Button::First && !has_moved {
                    self.clicked = Some((now_s, at));
                }
                (press.is_box && has_moved).then_some(Ask {
                    at: press.start,
                    held,
                    what: What::Box(at),
                })
            }
            Event::Wheel { at, notches } => {
                let what = What::Wheel(notches);
                Some(Ask { at, held, what })
            }
            _ => None,
        }
    }

    /// Whether a button is down.
    pub(super) fn hold(&self) -> bool {
        self.press.is_some()
    }

    /// A box that is being drawn is not; whether one was.
    pub(super) fn let_go(&mut self) -> bool {
        self.press.take().is_some_and(|press| press.is_box)
    }
}

fn far(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Held = Held {
        shift: false,
        control: false,
        alt: false,
    };

    fn press(button: Button, at: [f64; 2]) -> Event {
        Event::Press { button, at }
    }

    fn release(button: Button, at: [f64; 2]) -> Event {
        Event::Release { button, at }
    }

    #[test]
    fn drags_tell_each_step_and_where_they_began() {
        let mut hands = Hands::default();
        let mut ask = |event: &Event| hands.ask(event, NONE, (0.0, true));
        assert_eq!(ask(&Event::Move { at: [1.0, 1.0] }), None);
        assert_eq!(ask(&press(Button::Second, [5.0, 5.0])), None);
        let found = ask(&Event::Move { at: [7.0, 6.0] }).expect("a drag");
        assert_eq!(found.at, [5.0, 5.0]);
        let drag = |from, to| What::Drag {
            button: Button::Second,
            from,
            to,
        };
        assert_eq!(found.what, drag([5.0, 5.0], [7.0, 6.0]));
        let found = ask(&Event::Move { at: [8.0, 6.0] }).expect("a drag");
        assert_eq!(found.what, drag([7.0, 6.0], [8.0, 6.0]));
        // Another button's end is not this one's.
        assert_eq!(ask(&release(Button::First, [8.0, 6.0])), None);
        assert!(ask(&Event::Move { at: [9.0, 6.0] }).is_some());
        assert_eq!(ask(&release(Button::Second, [9.0, 6.0])), None);
        assert_eq!(ask(&Event::Move { at: [1.0, 6.0] }), None);
    }

    #[test]
    fn boxes_come_when_they_are_whole_and_not_of_a_click() {
        let shift = Held { shift: true, ..NONE };
        for (button, held) in [(Button::Middle, NONE), (Button::First, shift)] {
            let mut hands = Hands::default();
            assert_eq!(hands.ask(&press(button, [5.0, 5.0]), held, (0.0, true)), None);
            let moved = Event::Move { at: [50.0, 40.0] };
            assert_eq!(hands.ask(&moved, held, (0.1, true)), None);
            assert_eq!(hands.boxed(), Some([[5.0, 5.0], [50.0, 40.0]]));
            // Shift may be let go of before the button is.
            let found = hands
                .ask(&release(button, [50.0, 41.0]), NONE, (0.2, true))
                .expect("a box");
            assert_eq!((found.at, found.what), ([5.0, 5.0], What::Box([50.0, 41.0])));
            assert_eq!(hands.boxed(), None);
            assert_eq!(hands.ask(&press(button, [5.0, 5.0]), held, (3.0, true)), None);
            assert_eq!(hands.ask(&release(button, [6.0, 5.0]), held, (3.1, true)), None);
            hands.ask(&press(button, [5.0, 5.0]), held, (9.0, true));
            assert!(hands.let_go() && hands.boxed().is_none());
            // Where there are none it is a drag.
            hands.ask(&press(button, [5.0, 5.0]), held, (12.0, false));
            assert!(hands.ask(&moved, held, (12.1, false)).is_some());
        }
    }

    #[test]
    fn two_clicks_ask_for_all_if_they_are_near_in_time_and_place() {
        let twice = |later: f64, beside: f64| {
            let mut hands = Hands::default();
            let mut ask = |event: &Event, now_s: f64| hands.ask(event, NONE, (now_s, true));
            ask(&press(Button::First, [5.0, 5.0]), 0.0);
            ask(&release(Button::First, [5.0, 5.0]), 0.1);
            ask(&press(Button::First, [5.0 + beside, 5.0]), 0.1 + later)
        };
        assert_eq!(twice(0.2, 1.0).map(|ask| ask.what), Some(What::Whole));
        assert_eq!(twice(2.0, 1.0), None);
        assert_eq!(twice(0.2, 30.0), None);
    }
}
