//! What the pointer and the keyboard do to a view: state and input to state, with no window in sight.

use super::{Position, Reach, View};

/// Zoom and gain for one notch of a wheel, or one press of a key.
pub const NOTCH: f64 = 1.2;

/// The share of the window by which an arrow key pans.
pub const ARROW_SHARE: f64 = 0.1;

/// The least and greatest gain of a [`Browser`].
pub const GAIN_LIMITS: (f64, f64) = (1e-4, 1e4);

/// A key that moves the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// Earlier, by [`ARROW_SHARE`] of the window; with Shift by a whole window.
    Left,
    /// Later, by [`ARROW_SHARE`] of the window; with Shift by a whole window.
    Right,
    /// More gain.
    Up,
    /// Less gain.
    Down,
    /// To the recording's start.
    Home,
    /// To the recording's end.
    End,
    /// Closer, about the window's middle.
    Plus,
    /// Further away, about the window's middle.
    Minus,
    /// The whole recording.
    Fit,
}

/// What a person did, in pixels of the plot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Input {
    /// The pointer's button went down at `px`.
    Press {
        /// Pixels from the plot's left edge.
        px: f64,
    },
    /// The pointer is now at `px`.
    Move {
        /// Pixels from the plot's left edge.
        px: f64,
    },
    /// The pointer's button went up.
    Release,
    /// The wheel turned: zooms at the pointer, or changes the gain with Ctrl.
    Wheel {
        /// Pixels from the plot's left edge.
        px: f64,
        /// Notches, away from the person above 0; parts of a notch count.
        notches: f64,
        /// Whether Ctrl was held.
        ctrl: bool,
    },
    /// A key was pressed.
    Key {
        /// Which.
        key: Key,
        /// Whether Shift was held.
        shift: bool,
    },
    /// The plot is now this wide; the span of time across it stays.
    Resize {
        /// Pixels across the plot.
        columns: u32,
    },
    /// The recording now has this many samples. A view of the whole stays one, and one that reaches the end moves along
    /// with it, unless the pointer holds it; any other stays where it is.
    Grow {
        /// Samples of each channel.
        samples: u64,
    },
}

/// A recording being browsed: where, and how large.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Browser {
    /// From where it is seen; inside the recording after every input.
    pub view: View,
    /// Gain over the layout's own, within [`GAIN_LIMITS`].
    pub gain: f64,
    /// Samples of each channel of the recording.
    pub samples: u64,
    /// How far it may be browsed: itself, and whatever is shown beside it on the same axis of time.
    pub reach: Reach,
    /// Pixels across the plot; never 0.
    pub columns: u32,
    /// What the pointer holds: the place in time that was under it as its button went down.
    pub drag: Option<Position>,
}

impl Browser {
    /// The whole of a recording of `samples` samples, `columns` pixels wide.
    #[must_use]
    pub fn new(samples: u64, columns: u32) -> Self {
        let columns = columns.max(1);
        Self {
            view: View::fit(samples, columns),
            gain: 1.0,
            samples,
            reach: Reach::of(samples),
            columns,
            drag: None,
        }
    }

    /// Holds the view to what may be browsed.
    pub fn hold(&mut self) {
        self.view.hold(&self.reach, self.columns);
    }

    /// Applies one input; whether there is a new picture to draw.
    ///
    /// Coordinates and notches that are not finite are ignored.
    pub fn apply(&mut self, input: Input) -> bool {
        let before = (self.view, self.gain, self.columns, self.samples);
        match input {
            Input::Press { px } if px.is_finite() => self.drag = Some(self.view.sample_from_px(px)),
            Input::Move { px } if px.is_finite() => {
                if let Some(held) = self.drag {
                    self.view.put(held, px);
                    self.hold();
                }
            }
            Input::Release => self.drag = None,
            Input::Wheel { px, notches, ctrl } if px.is_finite() && notches.is_finite() => {
                if ctrl {
                    self.scale_gain(NOTCH.powf(notches));
                } else {
                    self.zoom(px, NOTCH.powf(notches));
                    // A drag that goes on holds what is now under the pointer.
                    self.drag = self.drag.map(|_| self.view.sample_from_px(px));
                }
            }
            Input::Key { key, shift } => self.press(key, shift),
            Input::Resize { columns } => self.resize(columns.max(1)),
            Input::Grow { samples } => self.grow(samples),
            Input::Press { .. } | Input::Move { .. } | Input::Wheel { .. } => {}
        }
        before != (self.view, self.gain, self.columns, self.samples)
    }

    fn press(&mut self, key: Key, shift: bool) {
        let window = f64::from(self.columns);
        let share = if shift { 1.0 } else { ARROW_SHARE };
        match key {
            // Whole pixels, so that the columns on the screen stay on the grid.
            Key::Left => self.view.pan_px(-(share * window).ceil()),
            Key::Right => self.view.pan_px((share * window).ceil()),
            Key::Up => self.scale_gain(NOTCH),
            Key::Down => self.scale_gain(1.0 / NOTCH),
            Key::Home => self.view.put(self.reach.start, 0.0),
            Key::End => self.view.put(self.reach.end(), window),
            Key::Plus => self.zoom(window / 2.0, NOTCH),
            Key::Minus => self.zoom(window / 2.0, 1.0 / NOTCH),
            Key::Fit => self.view = View::fit_to(&self.reach, self.columns),
        }
        self.hold();
    }

    /// Zooms within the density's limits, so that at a limit what is under `px` does not slide away.
    fn zoom(&mut self, px: f64, factor: f64) {
        let (least, greatest) = self.reach.density_limits(self.columns);
        let density = self.view.samples_per_px();
        let wanted = (density / factor).clamp(least, greatest);
        if wanted != density {
            self.view.zoom_at(px, density / wanted);
            self.hold();
        }
    }

    fn grow(&mut self, samples: u64) {
        let before = self.reach;
        let right = self.view.px_from_sample(before.end());
        let window = f64::from(self.columns);
        // Where the recording ends to half a pixel.
        let at_end = self.drag.is_none() && right <= window + 0.5;
        let at_start = self.view.start() <= before.start;
        // What is beside it may reach further: by more than rounding does.
        let end = match before.end().as_f64() {
            end if end > self.samples as f64 + 0.5 => end.max(samples as f64),
            _ => samples as f64,
        };
        self.samples = samples;
        self.reach = Reach {
            samples: end - before.start.as_f64(),
            ..before
        };
        match (at_end, at_start) {
            (true, true) => self.view = View::fit_to(&self.reach, self.columns),
            (true, false) => self.view.put(self.reach.end(), window),
            (false, _) => {}
        }
        self.hold();
    }

    fn scale_gain(&mut self, factor: f64) {
        self.gain = (self.gain * factor).clamp(GAIN_LIMITS.0, GAIN_LIMITS.1);
    }

    fn resize(&mut self, columns: u32) {
        let across = self.view.samples_across(self.columns);
        self.view = View::new(self.view.start(), across / f64::from(columns));
        self.columns = columns;
        self.hold();
    }
}
