//! Ticks of a logarithmic axis: powers of ten, 1, 2 and 5 of each where there is room, and where so little of a power is in view that less
//! than two of those are ticks as those of an axis of numbers.

use super::axis::Scale;
use super::numbers::{NumberTicks, number, number_ticks};
use super::ticks::{MAX_TICKS, Tick};

/// Numbers of a decade that have a label where there is room, and the least distance between them, in decades.
const LABELS: ([i64; 3], f64) = ([1, 2, 5], 0.301);

/// Powers of ten that are written out.
const PLAIN: std::ops::RangeInclusive<i64> = -4..=5;

/// Pixels of a decade from which those between have ticks without labels.
const MINOR_PX: f64 = 20.0;

/// Ticks of a logarithmic axis that shows the power `start` of ten at pixel 0 and has `px_per_decade` pixels for a power of ten, below 0
/// where it counts backwards, in `columns` pixels, at least `min_px` apart.
///
/// [`NumberTicks::step`] is the least distance between labels, in decades. Costs as [`number_ticks`].
#[must_use]
pub fn log_ticks(start: f64, px_per_decade: f64, columns: u32, min_px: f64) -> NumberTicks {
    let end = start + f64::from(columns) / px_per_decade;
    let [least, most] = [start.min(end), start.max(end)];
    // Beyond them there are no numbers.
    let is_there = columns > 0 && most > least && least > -400.0 && most < 400.0 && min_px.is_finite();
    if !is_there {
        return NumberTicks::default();
    }
    let per = px_per_decade.abs();
    let place = |decade: i64, count: i64| (decade as f64 + (count as f64).log10() - start) * px_per_decade;
    // Half a pixel of slack: a tick right on an edge shows.
    let within = |px: &f64| (-0.5..f64::from(columns) + 0.5).contains(px);
    let nth = nice((min_px.max(1.0) / per).ceil() as i64);
    let decades = || (least.floor() as i64..=most.ceil() as i64).take(MAX_TICKS);
    let labelled: &[i64] = match LABELS.1 * per >= min_px {
        true => &LABELS.0,
        false => &LABELS.0[..1],
    };
    let all = decades()
        .filter(|decade| decade.rem_euclid(nth) == 0)
        .flat_map(|decade| labelled.iter().map(move |&count| (decade, count)));
    // All of one axis are written out, or none.
    let is_plain = PLAIN.contains(&(least.ceil() as i64)) && PLAIN.contains(&(most.floor() as i64));
    let tick = |(decade, count): (i64, i64)| Tick {
        px: place(decade, count),
        label: match is_plain {
            true => number(count, decade as i32, count),
            false => format!("{count}e{decade}"),
        },
    };
    let ticks: Vec<Tick> = all.map(tick).filter(|tick| within(&tick.px)).collect();
    if ticks.len() < 2 && per >= min_px {
        return few([start, end], px_per_decade, columns, min_px);
    }
    let minor = match (nth, per >= MINOR_PX) {
        (1, true) => decades()
            .flat_map(|decade| (1..10).map(move |count| (decade, count)))
            .filter(|(_, count)| !labelled.contains(count))
            .map(|(decade, count)| place(decade, count))
            .filter(within)
            .collect(),
        (1, false) => Vec::new(),
        _ => decades()
            .filter(|decade| decade.rem_euclid(nth) != 0)
            .map(|decade| place(decade, 1))
            .filter(within)
            .collect(),
    };
    NumberTicks {
        anchor: None,
        ticks,
        minor,
        step: match labelled.len() {
            1 => nth as f64,
            _ => LABELS.1,
        },
    }
}

/// The least of 1, 2, 5 · 10ⁿ that is not less.
fn nice(count: i64) -> i64 {
    let powers = (0..4).map(|power| 10_i64.pow(power));
    let all = powers.flat_map(|power| [1, 2, 5].map(|count| count * power));
    all.into_iter().find(|nice| *nice >= count).unwrap_or(10_000)
}

/// Ticks of so small a part of a decade that numbers lie nearly evenly in it.
fn few([start, end]: [f64; 2], px_per_decade: f64, columns: u32, min_px: f64) -> NumberTicks {
    let [from, to] = [start, end].map(|unit| Scale::Log.coordinate_from(unit));
    let px_per_unit = f64::from(columns) / (to - from);
    // Where numbers are great they lie the closest.
    let closest = px_per_decade.abs() / std::f64::consts::LN_10 / from.max(to);
    let linear = number_ticks(
        from,
        px_per_unit,
        columns,
        min_px * (px_per_unit.abs() / closest).max(1.0),
    );
    let moved = |px: f64| (Scale::Log.unit_from(from + px / px_per_unit) - start) * px_per_decade;
    NumberTicks {
        anchor: linear.anchor,
        ticks: linear
            .ticks
            .into_iter()
            .map(|tick| Tick {
                px: moved(tick.px),
                label: tick.label,
            })
            .collect(),
        minor: linear.minor.into_iter().map(moved).collect(),
        step: linear.step * closest / px_per_decade.abs(),
    }
}

#[cfg(test)]
mod tests {
    use super::log_ticks;

    fn labels(start: f64, end: f64, min_px: f64) -> Vec<String> {
        let found = log_ticks(start, 500.0 / (end - start), 500, min_px);
        for tick in &found.ticks {
            assert!((-0.5..=500.5).contains(&tick.px), "{tick:?}");
        }
        let apart = found.ticks.windows(2).map(|pair| (pair[1].px - pair[0].px).abs());
        let least = apart.fold(f64::MAX, f64::min);
        assert!(least >= min_px * 0.99, "{start} … {end}: {least}");
        let step_px = found.step * 500.0 / (end - start).abs();
        assert!(
            found.ticks.len() < 2 || step_px <= least * 1.01,
            "{step_px} and {least}"
        );
        found.ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn decades_then_parts_of_them_then_numbers() {
        assert_eq!(labels(-2.0, 3.0, 80.0), ["0.01", "0.1", "1", "10", "100", "1000"]);
        assert_eq!(labels(0.0, 2.0, 60.0), ["1", "2", "5", "10", "20", "50", "100"]);
        assert_eq!(labels(0.0, 20.0, 60.0), ["1e0", "1e5", "1e10", "1e15", "1e20"]);
        let few = labels(0.31, 0.37, 60.0);
        assert_eq!(few[0], "2.05", "{few:?}");
        assert_eq!(labels(2.0, 0.0, 60.0).len(), 7, "backwards");
        assert_eq!(labels(-300.0, -298.0, 100.0)[0], "1e-300");
    }

    #[test]
    fn minor_ticks_are_the_rest_of_a_decade() {
        let found = log_ticks(0.0, 250.0, 500, 200.0);
        assert_eq!((found.ticks.len(), found.minor.len()), (3, 16));
        assert!((found.minor[0] - 250.0 * 2_f64.log10()).abs() < 1e-9);
        assert!(
            log_ticks(0.0, 10.0, 500, 60.0).minor.len() > 40,
            "decades between"
        );
        assert!(log_ticks(f64::NAN, 1.0, 10, 5.0).ticks.is_empty());
        assert!(log_ticks(0.0, 0.0, 10, 5.0).ticks.is_empty());
        assert!(log_ticks(1e9, 1.0, 10, 5.0).ticks.is_empty());
    }
}
