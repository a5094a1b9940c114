//! Ticks of an axis of numbers: 1, 2, 5 × 10ⁿ apart, with labels that carry just enough digits.
//!
//! A tick is an integer count of decimal fractions, so its label is exact by construction: no `0.30000000000000004`. Labels of
//! one axis have the same decimals. Where they would need too many digits, one [`NumberTicks::anchor`] says a number from which
//! they count.

use super::ticks::{MAX_TICKS, Tick};

/// The ticks of an axis of numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NumberTicks {
    /// The number that labels starting with `+` count from; `None` where labels are the coordinates themselves.
    pub anchor: Option<String>,
    /// Evenly spaced, in the order of their coordinates, at most [`MAX_TICKS`].
    pub ticks: Vec<Tick>,
    /// The pixels of those in between, without labels.
    pub minor: Vec<f64>,
    /// What lies between ticks.
    pub step: f64,
}

/// Digits in a label, from which ticks count from an anchor instead.
const MAX_DIGITS: u32 = 7;

/// Powers of ten that are written out.
const PLAIN: std::ops::RangeInclusive<i32> = -6..=6;

/// Ticks of a linear axis that shows `start` at pixel 0 and has `px_per_unit` pixels for 1, below 0 where it counts
/// backwards, in `columns` pixels, at least `min_px` apart.
///
/// Costs some hundred ns and as much again for each tick. None where an argument is not finite, or where coordinates are so
/// large that they cannot be told apart.
#[must_use]
pub fn number_ticks(start: f64, px_per_unit: f64, columns: u32, min_px: f64) -> NumberTicks {
    let end = start + f64::from(columns) / px_per_unit;
    let (least, most) = (start.min(end), start.max(end));
    let span = most - least;
    if columns == 0 || !(span > 0.0 && span < 1e300 && least.is_finite() && min_px.is_finite()) {
        return NumberTicks::default();
    }
    let step = Step::at_least(min_px.max(1.0) / px_per_unit.abs());
    let first = (least / step.value()).ceil();
    if first.abs() > 1e15 || (most / step.value()).abs() > 1e15 {
        return NumberTicks::default();
    }
    let place = |n: i64, step: Step| (step.times(n) - start) * px_per_unit;
    // Half a pixel of slack: a tick right on an edge shows.
    let within = |px: &f64| (-0.5..f64::from(columns) + 0.5).contains(px);
    let (first, last) = (first as i64 - 1, (most / step.value()).floor() as i64 + 1);
    let last = last.min(first + MAX_TICKS as i64);
    let counts: Vec<i64> = (first..=last).filter(|&n| within(&place(n, step))).collect();
    let (anchor, labels) = labels(&counts, step);
    let (parts, minor) = step.minor();
    let minor = (first * parts..=last * parts)
        .filter(|n| n % parts != 0)
        .map(|n| place(n, minor))
        .filter(within)
        .collect();
    let ticks = counts.iter().zip(labels).map(|(&n, label)| Tick {
        px: place(n, step),
        label,
    });
    NumberTicks {
        anchor,
        ticks: ticks.collect(),
        minor,
        step: step.value(),
    }
}

/// `count · 10^power`.
#[derive(Debug, Clone, Copy)]
struct Step {
    count: i64,
    power: i32,
}

impl Step {
    fn at_least(value: f64) -> Self {
        let power = value.log10().floor() as i32;
        let all = (power - 1..=power + 1).flat_map(|power| [1, 2, 5].map(|count| Self { count, power }));
        // A hair of slack, so that a spacing which is met exactly is not missed by rounding.
        let found = all.into_iter().find(|step| step.value() >= value * (1.0 - 1e-12));
        found.unwrap_or(Self {
            count: 1,
            power: power + 2,
        })
    }

    fn value(self) -> f64 {
        self.times(1)
    }

    /// `n` steps, rounded once where the power of ten is exact.
    fn times(self, n: i64) -> f64 {
        let whole = (n * self.count) as f64;
        match self.power {
            0.. => whole * 10_f64.powi(self.power),
            -300..0 => whole / 10_f64.powi(-self.power),
            // The power alone would not be a number of full precision.
            _ => whole / 1e300 / 10_f64.powi(-self.power - 300),
        }
    }

    /// How many minor steps make one, and what they are.
    fn minor(self) -> (i64, Self) {
        match self.count {
            2 => (2, Self { count: 1, ..self }),
            5 => (5, Self { count: 1, ..self }),
            _ => (
                5,
                Self {
                    count: 2,
                    power: self.power - 1,
                },
            ),
        }
    }
}

fn digits(value: i64) -> u32 {
    value.unsigned_abs().checked_ilog10().map_or(1, |log| log + 1)
}

/// The labels of so many steps each, and the anchor that they count from, if any.
fn labels(counts: &[i64], step: Step) -> (Option<String>, Vec<String>) {
    let (Some(&first), Some(&last)) = (counts.first(), counts.last()) else {
        return (None, Vec::new());
    };
    let whole = |n: i64| n * step.count;
    let greatest = whole(first).abs().max(whole(last).abs());
    let label = |value: i64, greatest: i64| number(value, step.power, greatest);
    if digits(greatest) <= MAX_DIGITS {
        return (None, counts.iter().map(|&n| label(whole(n), greatest)).collect());
    }
    // A multiple of the least power of ten that spans the axis: few digits for what counts from it.
    let span = (whole(last) - whole(first)).max(step.count);
    let round = 10_i64.pow(digits(span));
    let anchor = whole(first).div_euclid(round) * round;
    let most = whole(last) - anchor;
    let offsets = counts
        .iter()
        .map(|&n| format!("+{}", label(whole(n) - anchor, most)))
        .collect();
    (Some(number(anchor, step.power, anchor)), offsets)
}

/// `value · 10^power` in the form that suits `greatest`, which is as long or longer.
pub(super) fn number(value: i64, power: i32, greatest: i64) -> String {
    let sign = if value < 0 { "−" } else { "" };
    let magnitude = value.unsigned_abs();
    if value == 0 {
        return "0".into();
    }
    let top = power + digits(greatest) as i32 - 1;
    if power >= 0 && top <= *PLAIN.end() {
        return format!("{sign}{}", magnitude * 10_u64.pow(power.unsigned_abs()));
    }
    if (*PLAIN.start()..0).contains(&power) && digits(greatest) <= 16 {
        let one = 10_u64.pow(power.unsigned_abs());
        let width = power.unsigned_abs() as usize;
        return format!("{sign}{}.{:0width$}", magnitude / one, magnitude % one);
    }
    // One digit before the point, and no zeros at the end.
    let text = magnitude.to_string();
    let (lead, rest) = text.split_at(1);
    let rest = rest.trim_end_matches('0');
    let exponent = power + text.len() as i32 - 1;
    match (rest, exponent) {
        ("", 0) => format!("{sign}{lead}"),
        ("", _) => format!("{sign}{lead}e{exponent}"),
        _ => format!("{sign}{lead}.{rest}e{exponent}"),
    }
}

#[cfg(test)]
mod tests {
    use super::number_ticks;

    fn labels(start: f64, end: f64) -> (Option<String>, Vec<String>) {
        let found = number_ticks(start, 500.0 / (end - start), 500, 80.0);
        assert!(found.minor.len() + 1 >= found.ticks.len());
        let labels = found.ticks.into_iter().map(|tick| tick.label);
        (found.anchor, labels.collect())
    }

    #[test]
    fn labels_are_short_and_exact() {
        assert_eq!(labels(0.0, 1.0).1, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(-2.0, 2.0).1, ["−2", "−1", "0", "1", "2"]);
        assert_eq!(labels(0.0, 1e6).1.last().map(String::as_str), Some("1000000"));
        assert_eq!(labels(0.0, 5e-30).1[1], "1e-30");
        assert_eq!(labels(0.0, 5e9).1[2], "2e9");
        assert_eq!(labels(3.0, -2.0).1.len(), 6, "backwards");
    }

    #[test]
    fn far_out_ticks_count_from_an_anchor() {
        let far = (1_u64 << 40) as f64;
        let (anchor, labels) = labels(far, far + 10.0);
        assert_eq!(anchor.as_deref(), Some("1.0995116277e12"));
        assert_eq!(labels, ["+76", "+78", "+80", "+82", "+84", "+86"]);
    }

    #[test]
    fn what_cannot_be_told_apart_has_no_ticks() {
        assert!(number_ticks(1e20, 1.0, 100, 50.0).ticks.is_empty());
        assert!(number_ticks(f64::NAN, 1.0, 100, 50.0).ticks.is_empty());
        assert!(number_ticks(0.0, 0.0, 100, 50.0).ticks.is_empty());
    }
}
