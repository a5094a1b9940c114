//! Ticks of the time axis: where they lie, and labels that carry just enough digits.
//!
//! A tick's time is an integer count of decimal fractions of a second, so that its label is exact by construction and
//! its place is as sharp at sample 2⁴⁰ as at 0. Labels of one axis share their unit and their decimals. Where
//! absolute labels would need too many digits, one [`Ticks::anchor`] says the time and the ticks say how much later.

use std::ops::RangeInclusive;

use super::grid::decompose;
use super::{Position, View};

/// No axis has more ticks than this; further ones are left out.
pub const MAX_TICKS: usize = 4096;

/// The rates that there are ticks for; within them no count of time overflows.
pub const RATES_HZ: RangeInclusive<f64> = 1e-9..=1e15;

/// Digits in an absolute label, from which the ticks count from an anchor instead.
const MAX_DIGITS: usize = 7;

/// Finest step: 10⁻¹² s.
const MAX_SCALE: u32 = 12;

/// Steps of minutes, hours and days, in seconds; past them 1, 2, 5 × 10ⁿ days.
const LONG_STEPS: [i64; 16] = [
    10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800,
];

/// One tick.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Pixels from the view's left edge.
    pub px: f64,
    /// What stands under it.
    pub label: String,
}

/// The ticks of a time axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticks {
    /// The time that labels starting with `+` count from; `None` where labels are times since the recording's start.
    pub anchor: Option<String>,
    /// From left to right, evenly spaced, at most [`MAX_TICKS`].
    pub ticks: Vec<Tick>,
    /// Seconds between ticks.
    pub step_s: f64,
}

/// Time between ticks: `count · 10^-scale` seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    count: i64,
    scale: u32,
}

impl Step {
    fn seconds(self) -> f64 {
        self.count as f64 / f64::powi(10.0, self.scale as i32)
    }

    /// The smallest nice step of at least `seconds`.
    fn at_least(seconds: f64) -> Self {
        let short = (1..=MAX_SCALE)
            .rev()
            .flat_map(|scale| [1, 2, 5].map(|count| Self { count, scale }));
        let long = [1, 2, 5].into_iter().chain(LONG_STEPS);
        let days = (0..12).flat_map(|n| [5, 10, 20].map(|count| count * 86_400 * 10_i64.pow(n)));
        let all = short.chain(long.chain(days).map(|count| Self { count, scale: 0 }));
        // Past 2·10¹³ days: only a broken rate asks for it.
        let greatest = Self {
            count: 20 * 86_400 * 10_i64.pow(11),
            scale: 0,
        };
        // A hair of slack, so that a spacing which is met exactly is not missed by rounding.
        all.into_iter()
            .find(|step| step.seconds() >= seconds * (1.0 - 1e-12))
            .unwrap_or(greatest)
    }
}

/// Ticks in `columns` pixels of `view` at least `min_px` apart, for a recording at `rate_hz`.
///
/// Steps are 1, 2, 5 × 10ⁿ s, then 10, 15, 30 s, 1, 2, 5, 10, 15, 30 min, 1, 2, 3, 6, 12 h, and 1, 2, 5 × 10ⁿ days.
/// Labels are unique on an axis. Costs a few hundred ns and as much again for each tick. No ticks at a rate outside
/// [`RATES_HZ`].
#[must_use]
pub fn time_ticks(view: &View, columns: u32, rate_hz: f64, min_px: f64) -> Ticks {
    if !RATES_HZ.contains(&rate_hz) || columns == 0 {
        return Ticks {
            anchor: None,
            ticks: Vec::new(),
            step_s: 0.0,
        };
    }
    let min_px = if min_px.is_finite() {
        min_px.max(1.0)
    } else {
        f64::from(columns)
    };
    let step = Step::at_least(min_px * view.samples_per_px() / rate_hz);
    let place = |n: i64| sample_from_units(i128::from(n) * i128::from(step.count), step.scale, rate_hz);
    // The quotient of floats may be some ticks off far out; the exact place puts it right.
    let step_samples = step.seconds() * rate_hz;
    let guess = (view.start().as_f64() / step_samples).floor() as i64;
    let first = guess.saturating_add((view.start().since(place(guess)) / step_samples).floor() as i64);
    let mut times = Vec::new();
    // Two or three of them lie left of the view.
    for n in (0..MAX_TICKS as i64 + 3).map(|n| first.saturating_sub(1).saturating_add(n)) {
        let px = view.px_from_sample(place(n));
        // Half a pixel of slack: a tick right on an edge shows.
        if px >= f64::from(columns) + 0.5 || times.len() == MAX_TICKS {
            break;
        }
        if px >= -0.5 {
            times.push((i128::from(n) * i128::from(step.count), px));
        }
    }
    let (anchor, labels) = labels(&times.iter().map(|&(units, _)| units).collect::<Vec<_>>(), step);
    let ticks = times
        .into_iter()
        .zip(labels)
        .map(|((_, px), label)| Tick { px, label })
        .collect();
    Ticks {
        anchor,
        ticks,
        step_s: step.seconds(),
    }
}

/// Where `units · 10^-scale` seconds lie, exactly but for the fraction's rounding; as good as floats are where
/// that would need more than 127 bits.
fn sample_from_units(units: i128, scale: u32, rate_hz: f64) -> Position {
    let exact = || {
        let (mantissa, exponent) = decompose(rate_hz);
        let product = units.checked_mul(i128::from(mantissa))?;
        let tens = 10_i128.pow(scale);
        let (above, below) = if exponent >= 0 {
            (
                product.checked_mul(1_i128.checked_shl(exponent.unsigned_abs()).filter(|&p| p > 0)?)?,
                tens,
            )
        } else {
            let halvings = 1_i128.checked_shl(exponent.unsigned_abs()).filter(|&p| p > 0)?;
            (product, tens.checked_mul(halvings)?)
        };
        let sample = i64::try_from(above.div_euclid(below)).ok()?;
        Some(Position::new(
            sample,
            above.rem_euclid(below) as f64 / below as f64,
        ))
    };
    exact()
        .unwrap_or_else(|| Position::default().plus(units as f64 / f64::powi(10.0, scale as i32) * rate_hz))
}

/// The labels of ticks at `units · 10^-scale` seconds, and the anchor that they count from, if any.
fn labels(units: &[i128], step: Step) -> (Option<String>, Vec<String>) {
    let (Some(&first), Some(&last)) = (units.first(), units.last()) else {
        return (None, Vec::new());
    };
    let one = 10_i128.pow(step.scale);
    let greatest = first.abs().max(last.abs());
    let clock = greatest >= 3600 * one;
    let unit = Unit::of(greatest, step.scale);
    let decimals = if clock {
        step.scale
    } else {
        step.scale.saturating_sub(unit.thousands * 3)
    };
    let whole = if clock {
        5
    } else {
        digits(unit.scaled(greatest, step.scale).0)
    };
    if decimals > 0 && whole + decimals as usize > MAX_DIGITS || clock && decimals > 1 {
        return anchored(units, step, clock);
    }
    let label = |&units: &i128| {
        if step.scale == 0 && step.count % 86_400 == 0 {
            format!("{} d", signed(units / 86_400))
        } else if clock {
            clock_label(units, step.scale)
        } else {
            long_unit(units, step, greatest, unit)
        }
    };
    (None, units.iter().map(label).collect())
}

/// Labels that count from a round time at or before the first tick.
fn anchored(units: &[i128], step: Step, clock: bool) -> (Option<String>, Vec<String>) {
    let (first, last) = (units[0], units[units.len() - 1]);
    // The anchor is a multiple of the least power of ten that spans the axis: few digits for the offsets.
    let mut scale = step.scale;
    let mut round = 1_i128;
    while scale > 0 && round < (last - first).max(i128::from(step.count)) {
        round *= 10;
        scale -= 1;
    }
    let anchor = first.div_euclid(round) * round;
    // The unit in which every offset is whole.
    let unit = Unit::of(i128::from(step.count), step.scale);
    let text = if clock {
        clock_label(anchor / round, scale)
    } else {
        Unit::SECONDS.label(anchor / round, scale)
    };
    (
        Some(text),
        units
            .iter()
            .map(|&units| format!("+{}", unit.label(units - anchor, step.scale)))
            .collect(),
    )
}

/// Seconds or a part of them; minutes where every tick is one.
fn long_unit(units: i128, step: Step, greatest: i128, unit: Unit) -> String {
    if step.scale == 0 && step.count % 60 == 0 && greatest >= 60 {
        format!("{} min", signed(units / 60))
    } else {
        unit.label(units, step.scale)
    }
}

/// `h:mm:ss`, with days before it and decimals behind it where there are any.
fn clock_label(units: i128, scale: u32) -> String {
    let one = 10_i128.pow(scale);
    let sign = if units < 0 { "−" } else { "" };
    let (seconds, part) = (units.abs() / one, units.abs() % one);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let mut text = match days {
        0 => format!("{sign}{hours}:{minutes:02}:{:02}", seconds % 60),
        _ => format!("{sign}{days} d {hours:02}:{minutes:02}:{:02}", seconds % 60),
    };
    if scale > 0 {
        text += &format!(".{part:0width$}", width = scale as usize);
    }
    text
}

/// Seconds, or a thousandth, millionth … of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unit {
    thousands: u32,
    name: &'static str,
}

impl Unit {
    const SECONDS: Self = Self {
        thousands: 0,
        name: "s",
    };
    const ALL: [Self; 5] = [
        Self::SECONDS,
        Self {
            thousands: 1,
            name: "ms",
        },
        Self {
            thousands: 2,
            name: "µs",
        },
        Self {
            thousands: 3,
            name: "ns",
        },
        Self {
            thousands: 4,
            name: "ps",
        },
    ];

    /// The largest unit in which `units · 10^-scale` seconds are at least 1.
    fn of(units: i128, scale: u32) -> Self {
        let fits = |unit: &&Self| {
            let digits = 3 * unit.thousands;
            if digits >= scale {
                units != 0
            } else {
                units.abs() >= 10_i128.pow(scale - digits)
            }
        };
        Self::ALL.iter().find(fits).copied().unwrap_or(Self::SECONDS)
    }

    /// The whole part, what is left, and the decimals of what is left.
    fn scaled(self, units: i128, scale: u32) -> (i128, i128, u32) {
        let digits = 3 * self.thousands;
        if digits >= scale {
            (units.abs() * 10_i128.pow(digits - scale), 0, 0)
        } else {
            let one = 10_i128.pow(scale - digits);
            (units.abs() / one, units.abs() % one, scale - digits)
        }
    }

    fn label(self, units: i128, scale: u32) -> String {
        let sign = if units < 0 { "−" } else { "" };
        match self.scaled(units, scale) {
            (whole, _, 0) => format!("{sign}{whole} {}", self.name),
            (whole, part, decimals) => {
                format!(
                    "{sign}{whole}.{part:0width$} {}",
                    self.name,
                    width = decimals as usize
                )
            }
        }
    }
}

fn digits(value: i128) -> usize {
    value.checked_ilog10().map_or(1, |log| log as usize + 1)
}

fn signed(value: i128) -> String {
    if value < 0 {
        format!("−{}", -value)
    } else {
        value.to_string()
    }
}
