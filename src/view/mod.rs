//! From where a recording is seen: pure maths from samples to pixels and back.
//!
//! Times on the way in are whole samples with a fraction beside them ([`Position`]), never one float: an `f64` that
//! counts samples from the recording's start has less than 1/4096 of a sample left at sample 2⁴⁰, which at 100 px
//! a sample still shows, and f32 has none. What leaves is relative to the view's left edge, so small numbers suffice.
//!
//! A sample is a point in time: sample `i` lies at position `i`, and pixel column 0 starts at the view's start.

pub mod axis;
pub mod camera;
pub mod decades;
pub mod gesture;
pub mod grid;
pub mod numbers;
pub mod plane;
pub mod scale;
pub mod ticks;

use std::cmp::Ordering;

/// The fewest samples that a window shows across: deeper zooms show nothing new.
pub const MIN_SAMPLES_ACROSS: f64 = 16.0;

/// The widest window, in lengths of the recording.
pub const MAX_RECORDINGS_ACROSS: f64 = 1.05;

/// How far views may go: a span of time, and how close they come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// Where it starts; before a recording's start where something beside the recording starts earlier.
    pub start: Position,
    /// How long it is, in samples.
    pub samples: f64,
    /// The fewest samples across a window; parts of one count.
    pub least_across: f64,
}

impl Reach {
    /// That of a recording of `samples` samples alone: all of it, down to [`MIN_SAMPLES_ACROSS`].
    #[must_use]
    pub fn of(samples: u64) -> Self {
        Self {
            start: Position::default(),
            samples: samples as f64,
            least_across: MIN_SAMPLES_ACROSS,
        }
    }

    /// Where it ends.
    #[must_use]
    pub fn end(&self) -> Position {
        self.start.plus(self.samples)
    }

    /// The least and greatest samples a pixel of `columns` may hold: [`MAX_RECORDINGS_ACROSS`] spans across at most; one value
    /// where the span is shorter than the fewest samples.
    #[must_use]
    pub fn density_limits(&self, columns: u32) -> (f64, f64) {
        let columns = f64::from(columns.max(1));
        let least = self.least_across / columns;
        let greatest = MAX_RECORDINGS_ACROSS * self.samples / columns;
        (sane(least), sane(greatest.max(least)))
    }
}

/// A place in time: whole samples since the recording's start, and the part of a sample past that.
///
/// Exact to 2⁻⁵³ of a sample anywhere in ±2⁶³ samples.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Position {
    sample: i64,
    fraction: f64,
}

impl Position {
    /// `sample + fraction`, carried so that the fraction lies in `[0, 1)`. A fraction that is not finite counts as 0;
    /// sums beyond i64 stop at its ends.
    #[must_use]
    pub fn new(sample: i64, fraction: f64) -> Self {
        if !fraction.is_finite() {
            return Self {
                sample,
                fraction: 0.0,
            };
        }
        let whole = fraction.floor();
        let rest = fraction - whole;
        // A tiny negative fraction rounds up to a whole sample.
        let (whole, rest) = if rest >= 1.0 {
            (whole + 1.0, 0.0)
        } else {
            (whole, rest)
        };
        // `as` saturates at i64's ends.
        Self {
            sample: sample.saturating_add(whole as i64),
            fraction: rest,
        }
    }

    /// The last whole sample at or before this place.
    #[must_use]
    pub const fn sample(self) -> i64 {
        self.sample
    }

    /// How far past [`Position::sample`], in `[0, 1)` samples.
    #[must_use]
    pub const fn fraction(self) -> f64 {
        self.fraction
    }

    /// The place `samples` later.
    #[must_use]
    pub fn plus(self, samples: f64) -> Self {
        if !samples.is_finite() {
            return self;
        }
        let whole = samples.floor();
        let sum = Self::new(self.sample, (samples - whole) + self.fraction);
        Self {
            sample: sum.sample.saturating_add(whole as i64),
            fraction: sum.fraction,
        }
    }

    /// Samples from `earlier` to here; exact while the distance is below 2⁵³ samples, but for the fraction's rounding.
    #[must_use]
    pub fn since(self, earlier: Self) -> f64 {
        (i128::from(self.sample) - i128::from(earlier.sample)) as f64 + (self.fraction - earlier.fraction)
    }

    /// Samples since the recording's start as one float: for durations and labels, not for drawing.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        self.sample as f64 + self.fraction
    }
}

impl PartialOrd for Position {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match self.sample.cmp(&other.sample) {
            Ordering::Equal => self.fraction.partial_cmp(&other.fraction),
            unequal => Some(unequal),
        }
    }
}

/// The span of time in a window: where its left edge lies and how many samples a pixel holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    start: Position,
    samples_per_px: f64,
}

impl View {
    /// The view whose left edge lies at `start`, with `samples_per_px` samples to a pixel.
    ///
    /// A density that is not a positive, normal number counts as 1; others are held to 2⁻³⁰ … 2⁵⁰ samples a pixel,
    /// within which every function here is exact.
    #[must_use]
    pub fn new(start: Position, samples_per_px: f64) -> Self {
        Self {
            start,
            samples_per_px: sane(samples_per_px),
        }
    }

    /// The whole recording of `samples` samples in `columns` pixels.
    #[must_use]
    pub fn fit(samples: u64, columns: u32) -> Self {
        Self::fit_to(&Reach::of(samples), columns)
    }

    /// All that views may reach in `columns` pixels.
    #[must_use]
    pub fn fit_to(reach: &Reach, columns: u32) -> Self {
        let density = reach.samples.max(1.0) / f64::from(columns.max(1));
        let mut view = Self::new(reach.start, density);
        view.hold(reach, columns);
        view
    }

    /// `duration_s` seconds from `start_s` on of a recording at `rate_hz`, in `columns` pixels.
    ///
    /// Not held to a recording: see [`View::clamp`]. Seconds that are not finite count as the recording's start.
    #[must_use]
    pub fn span(start_s: f64, duration_s: f64, rate_hz: f64, columns: u32) -> Self {
        let start = Position::default().plus(start_s * rate_hz);
        Self::new(start, duration_s * rate_hz / f64::from(columns.max(1)))
    }

    /// Where the left edge lies.
    #[must_use]
    pub const fn start(&self) -> Position {
        self.start
    }

    /// The last whole sample at or before the left edge.
    #[must_use]
    pub const fn start_sample(&self) -> i64 {
        self.start.sample
    }

    /// How far the left edge lies past [`View::start_sample`], in `[0, 1)` samples.
    #[must_use]
    pub const fn start_fraction(&self) -> f64 {
        self.start.fraction
    }

    /// Samples that a pixel column holds; above 0.
    #[must_use]
    pub const fn samples_per_px(&self) -> f64 {
        self.samples_per_px
    }

    /// The place at `px` pixels right of the left edge.
    #[must_use]
    pub fn sample_from_px(&self, px: f64) -> Position {
        self.start.plus(px * self.samples_per_px)
    }

    /// Pixels from the left edge to `position`.
    #[must_use]
    pub fn px_from_sample(&self, position: Position) -> f64 {
        position.since(self.start) / self.samples_per_px
    }

    /// Seconds since the recording's start at `px` pixels right of the left edge.
    #[must_use]
    pub fn seconds_from_px(&self, px: f64, rate_hz: f64) -> f64 {
        self.sample_from_px(px).as_f64() / rate_hz
    }

    /// Pixels from the left edge to `seconds` since the recording's start.
    #[must_use]
    pub fn px_from_seconds(&self, seconds: f64, rate_hz: f64) -> f64 {
        self.px_from_sample(Position::default().plus(seconds * rate_hz))
    }

    /// Samples across `columns` pixels.
    #[must_use]
    pub fn samples_across(&self, columns: u32) -> f64 {
        self.samples_per_px * f64::from(columns)
    }

    /// Seconds across `columns` pixels.
    #[must_use]
    pub fn duration_s(&self, columns: u32, rate_hz: f64) -> f64 {
        self.samples_across(columns) / rate_hz
    }

    /// Zooms by `factor` (above 1: closer) and keeps what is under pixel `px` there.
    ///
    /// A factor that is not a positive number changes nothing.
    pub fn zoom_at(&mut self, px: f64, factor: f64) {
        if !(factor.is_finite() && factor > 0.0 && px.is_finite()) {
            return;
        }
        let under = self.sample_from_px(px);
        self.samples_per_px = sane(self.samples_per_px / factor);
        self.start = under.plus(-px * self.samples_per_px);
    }

    /// Moves the window `px` pixels to the right, towards later samples.
    pub fn pan_px(&mut self, px: f64) {
        self.start = self.sample_from_px(px);
    }

    /// Moves the window so that `position` lies at pixel `px`.
    pub fn put(&mut self, position: Position, px: f64) {
        self.start = position.plus(-px * self.samples_per_px);
    }

    /// The least and greatest samples a pixel may hold for a recording of `samples` samples in `columns` pixels.
    ///
    /// From [`MIN_SAMPLES_ACROSS`] samples to [`MAX_RECORDINGS_ACROSS`] recordings across; one value where
    /// the recording is shorter than that minimum.
    #[must_use]
    pub fn density_limits(samples: u64, columns: u32) -> (f64, f64) {
        Reach::of(samples).density_limits(columns)
    }

    /// Holds the view to a recording of `samples` samples in `columns` pixels, as [`View::hold`] does.
    pub fn clamp(&mut self, samples: u64, columns: u32) {
        self.hold(&Reach::of(samples), columns);
    }

    /// Holds the view to what it may reach in `columns` pixels.
    ///
    /// The density is held to [`Reach::density_limits`] with the left edge in place. A window
    /// no wider than the reach then stays inside it; a wider one has it in its middle.
    pub fn hold(&mut self, reach: &Reach, columns: u32) {
        let (least, greatest) = reach.density_limits(columns);
        self.samples_per_px = self.samples_per_px.clamp(least, greatest);
        let across = self.samples_across(columns.max(1));
        let last = reach.end().plus(-across);
        if last < reach.start {
            self.start = reach.start.plus((reach.samples - across) / 2.0);
        } else if self.start > last {
            self.start = last;
        } else if self.start < reach.start {
            self.start = reach.start;
        }
    }

    /// The same view moved by half a pixel at most, so that its left edge lies on the grid of columns: what is drawn.
    #[must_use]
    pub fn snapped(&self) -> Self {
        let (sample, fraction) = grid::grid_position(grid::first_column(self), self.samples_per_px);
        Self {
            start: Position::new(sample, fraction),
            samples_per_px: self.samples_per_px,
        }
    }
}

/// A density within what the grid holds exactly.
fn sane(samples_per_px: f64) -> f64 {
    if samples_per_px.is_finite() && samples_per_px > 0.0 {
        samples_per_px.clamp(f64::powi(2.0, -30), f64::powi(2.0, 50))
    } else {
        1.0
    }
}
