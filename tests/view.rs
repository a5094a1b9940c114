//! The view's maths: exact positions, the grid of columns, ticks, scale bars and gestures.

use galvani::view::gesture::{Browser, GAIN_LIMITS, Input, Key};
use galvani::view::grid::{decompose, first_column, grid_position};
use galvani::view::scale::nice_scale;
use galvani::view::ticks::{Ticks, time_ticks};
use galvani::view::{MAX_RECORDINGS_ACROSS, MIN_SAMPLES_ACROSS, Position, Reach, View};
use proptest::prelude::*;

/// Failing cases are printed, not kept in files.
fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(512)
    }
}

/// A number in binary fixed point with 100 bits behind the point: the oracle of `k · spp`, by doubling and adding.
#[derive(Clone, Copy)]
struct Fixed {
    whole: i128,
    part: u128,
}

const PART: u32 = 100;

impl Fixed {
    fn from(value: f64) -> Self {
        Self {
            whole: value.floor() as i128,
            part: (value.fract() * f64::powi(2.0, PART as i32)) as u128,
        }
    }

    fn add(self, other: Self) -> Self {
        let part = self.part + other.part;
        Self {
            whole: self.whole + other.whole + (part >> PART) as i128,
            part: part & ((1 << PART) - 1),
        }
    }

    fn times(self, k: u64) -> Self {
        let (mut sum, mut power) = (Self { whole: 0, part: 0 }, self);
        for bit in 0..64 - k.leading_zeros() {
            if k >> bit & 1 == 1 {
                sum = sum.add(power);
            }
            power = power.add(power);
        }
        sum
    }

    fn negated(self) -> Self {
        match self.part {
            0 => Self {
                whole: -self.whole,
                part: 0,
            },
            part => Self {
                whole: -self.whole - 1,
                part: (1 << PART) - part,
            },
        }
    }
}

fn assert_grid(k: i64, spp: f64) {
    let magnitude = Fixed::from(spp).times(k.unsigned_abs());
    let exact = if k < 0 { magnitude.negated() } else { magnitude };
    let rounded = exact.part as f64 / f64::powi(2.0, PART as i32);
    let expected = if rounded < 1.0 {
        (exact.whole as i64, rounded)
    } else {
        (exact.whole as i64 + 1, 0.0)
    };
    assert_eq!(
        grid_position(k, spp),
        expected,
        "column {k} of {spp} samples a pixel"
    );
}

#[test]
fn grid_is_exact_far_out() {
    for spp in [
        1.0,
        0.01,
        1.0 / 3.0,
        64.0,
        520.833_333_333_333_3,
        1e5 / 1919.0,
        f64::powi(2.0, -20) * 1.1,
    ] {
        for sample in [0.0, 1.0, 1e6, f64::powi(2.0, 40), f64::powi(2.0, 45)] {
            let k = (sample / spp).min(1e18) as i64;
            for k in [k - 1, k, k + 1, -k, -k - 1] {
                assert_grid(k, spp);
            }
        }
    }
    assert_eq!(grid_position(0, 1e300), (0, 0.0));
    assert_eq!(grid_position(1, 1e300), (i64::MAX, 0.0));
    assert_eq!(grid_position(-1, 1e300), (i64::MIN, 0.0));
    assert_eq!(grid_position(-1, 1e-300), (0, 0.0));
    assert_eq!(decompose(30_000.0), (1875, 4));
    assert_eq!(decompose(-0.75), (-3, -2));
    assert_eq!(decompose(0.0), (0, 0));
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn grid_equals_its_oracle(k in -(1_i64 << 52)..1_i64 << 52, log2 in -20.0..30.0_f64) {
        let spp = log2.exp2();
        if (k as f64 * spp).abs() < f64::powi(2.0, 62) {
            assert_grid(k, spp);
        }
    }

    #[test]
    fn columns_follow_one_another(k in -(1_i64 << 45)..1_i64 << 45, log2 in -9.0..17.0_f64) {
        let spp = log2.exp2();
        let at = |k| { let (s, f) = grid_position(k, spp); Position::new(s, f) };
        prop_assert!(at(k) < at(k + 1));
        prop_assert!((at(k + 1).since(at(k)) - spp).abs() <= 1e-15 * spp.max(1.0) * 4.0);
    }

    #[test]
    fn first_column_is_the_nearest(sample in -(1_i64 << 20)..1_i64 << 45, fraction in 0.0..1.0_f64, log2 in -9.0..30.0_f64) {
        let view = View::new(Position::new(sample, fraction), log2.exp2());
        let shift_px = view.snapped().px_from_sample(view.start());
        prop_assert!(shift_px.abs() <= 0.5 + 1e-9, "{shift_px}");
        // A view that starts on the grid stays there.
        prop_assert_eq!(first_column(&view.snapped()), first_column(&view));
        prop_assert_eq!(view.snapped().snapped(), view.snapped());
    }

    #[test]
    fn panning_by_whole_pixels_moves_by_whole_columns(sample in 0..1_i64 << 42, log2 in -7.0..20.0_f64, px in -5000_i32..5000) {
        let mut view = View::new(Position::new(sample, 0.25), log2.exp2()).snapped();
        let before = first_column(&view);
        view.pan_px(f64::from(px));
        prop_assert_eq!(first_column(&view), before + i64::from(px));
    }

    #[test]
    fn zoom_keeps_what_is_under_the_pointer(sample in 0..1_i64 << 45, px in 0.0..4000.0_f64, log2 in -7.0..20.0_f64, factor in 0.01..100.0_f64) {
        let mut view = View::new(Position::new(sample, 0.625), log2.exp2());
        let under = view.sample_from_px(px);
        view.zoom_at(px, factor);
        let after = view.px_from_sample(under);
        prop_assert!((after - px).abs() < 1e-6, "{after} {px}");
    }

    #[test]
    fn pixels_and_samples_are_inverse(sample in -(1_i64 << 45)..1_i64 << 45, px in -1e4..1e4_f64, log2 in -7.0..20.0_f64) {
        let view = View::new(Position::new(sample, 0.1), log2.exp2());
        prop_assert!((view.px_from_sample(view.sample_from_px(px)) - px).abs() < 1e-9 * px.abs().max(1.0) + 1e-12);
    }

    #[test]
    fn a_clamped_view_holds_the_recording(samples in 0_u64..1 << 45, columns in 1_u32..8192, sample in -(1_i64 << 46)..1_i64 << 46, log2 in -40.0..60.0_f64) {
        let mut view = View::new(Position::new(sample, 0.5), log2.exp2());
        view.clamp(samples, columns);
        let across = view.samples_across(columns);
        let length = samples as f64;
        prop_assert!(across >= MIN_SAMPLES_ACROSS * (1.0 - 1e-12));
        prop_assert!(across <= (length * 1.05).max(MIN_SAMPLES_ACROSS) * (1.0 + 1e-12));
        let (start, end) = (view.start().as_f64(), view.start().as_f64() + across);
        let slack = 1e-9 * length.max(1.0);
        if across <= length {
            prop_assert!(start >= 0.0 && end <= length + slack);
        } else {
            prop_assert!(start <= slack && end >= length - slack);
        }
        let once = view;
        view.clamp(samples, columns);
        prop_assert!(view.px_from_sample(once.start()).abs() < 1e-6);
    }
}

#[test]
fn positions_carry_and_saturate() {
    assert_eq!(Position::new(3, -0.25), Position::new(2, 0.75));
    assert_eq!(Position::new(3, 1.5), Position::new(4, 0.5));
    assert_eq!(Position::new(0, -1e-30), Position::new(0, 0.0));
    assert_eq!(Position::new(7, f64::NAN), Position::new(7, 0.0));
    assert_eq!(Position::new(i64::MAX, 0.0).plus(1e30).sample(), i64::MAX);
    assert_eq!(
        Position::new(1 << 40, 0.5).since(Position::new(1 << 40, 0.25)),
        0.25
    );
}

#[test]
fn a_sample_is_as_sharp_far_out_as_at_the_start() {
    // 100 px a sample.
    for far in [0_i64, 1 << 40, 1 << 45] {
        let view = View::new(Position::new(far, 0.0), 0.01);
        assert_eq!(view.px_from_sample(Position::new(far + 3, 0.0)), 300.0);
        assert!((view.px_from_sample(view.sample_from_px(1919.25)) - 1919.25).abs() < 1e-9);
        assert!((view.snapped().px_from_sample(Position::new(far, 0.0))).abs() <= 0.5);
    }
}

fn labels(ticks: &Ticks) -> Vec<&str> {
    ticks.ticks.iter().map(|tick| tick.label.as_str()).collect()
}

#[test]
fn labels_carry_just_enough_digits() {
    let at = |start_s, duration_s| {
        time_ticks(
            &View::span(start_s, duration_s, 30_000.0, 1000),
            1000,
            30_000.0,
            190.0,
        )
    };
    assert_eq!(
        labels(&at(0.0, 1.0)),
        ["0.0 s", "0.2 s", "0.4 s", "0.6 s", "0.8 s", "1.0 s"]
    );
    assert_eq!(
        labels(&at(0.0, 0.9)),
        ["0 ms", "200 ms", "400 ms", "600 ms", "800 ms"]
    );
    assert_eq!(
        labels(&at(12.3, 0.02)),
        ["12.300 s", "12.305 s", "12.310 s", "12.315 s", "12.320 s"]
    );
    assert_eq!(labels(&at(0.0, 60.0)), ["0 s", "15 s", "30 s", "45 s", "60 s"]);
    assert_eq!(
        labels(&at(0.0, 1200.0)),
        ["0 min", "5 min", "10 min", "15 min", "20 min"]
    );
    assert_eq!(
        labels(&at(0.0, 6000.0)),
        ["0:00:00", "0:30:00", "1:00:00", "1:30:00"]
    );
    assert_eq!(
        labels(&at(86_400.0, 30_000.0)),
        [
            "1 d 00:00:00",
            "1 d 02:00:00",
            "1 d 04:00:00",
            "1 d 06:00:00",
            "1 d 08:00:00"
        ]
    );
    assert_eq!(labels(&at(0.0, 4e6)), ["0 d", "10 d", "20 d", "30 d", "40 d"]);
    assert!(
        at(0.0, 0.0001)
            .ticks
            .iter()
            .all(|tick| tick.label.ends_with("µs"))
    );
    let deep = at(1234.5, 0.001);
    assert_eq!(deep.anchor.as_deref(), Some("1234.500 s"));
    assert_eq!(
        labels(&deep),
        ["+0 µs", "+200 µs", "+400 µs", "+600 µs", "+800 µs", "+1000 µs"]
    );
}

#[test]
fn ticks_are_exact_at_the_end_of_a_long_recording() {
    // 100 px a sample at 2^40: a tick every 20 µs is 0.6 samples.
    let view = View::new(Position::new(1 << 40, 0.0), 0.01);
    let ticks = time_ticks(&view, 1920, 30_000.0, 50.0);
    assert_eq!(ticks.step_s, 2e-5);
    assert!(ticks.anchor.is_some());
    for pair in ticks.ticks.windows(2) {
        assert!((pair[1].px - pair[0].px - 60.0).abs() < 1e-9, "{pair:?}");
    }
    // 2^40 samples are 36 650 387.592 533… s: the first tick is at …540 s, 0.2 samples later.
    let first = &ticks.ticks[0];
    assert!(
        (first.px - (0.000_006_666_666_7 * 30_000.0 * 100.0)).abs() < 1e-3,
        "{first:?}"
    );
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn ticks_keep_their_distance_and_their_labels_differ(
        start in -(1_i64 << 30)..1_i64 << 45, log2 in -9.0..25.0_f64, columns in 1_u32..8192,
        rate_hz in prop_oneof![Just(30_000.0), Just(29_999.954), Just(1.0), Just(0.001), 1e-3..1e6_f64], min_px in 1.0..400.0_f64,
    ) {
        let view = View::new(Position::new(start, 0.3), log2.exp2());
        let ticks = time_ticks(&view, columns, rate_hz, min_px);
        for pair in ticks.ticks.windows(2) {
            prop_assert!(pair[1].px - pair[0].px >= min_px * (1.0 - 1e-6), "{:?}", pair);
            let step_px = ticks.step_s * rate_hz / view.samples_per_px();
            prop_assert!((pair[1].px - pair[0].px - step_px).abs() < 1e-3, "{:?} {}", pair, step_px);
        }
        let mut unique: Vec<_> = labels(&ticks);
        unique.sort_unstable();
        unique.dedup();
        prop_assert_eq!(unique.len(), ticks.ticks.len());
        prop_assert!(ticks.ticks.iter().all(|t| t.px >= -0.5 && t.px < f64::from(columns) + 0.5));
        let step_px = ticks.step_s * rate_hz / view.samples_per_px();
        prop_assert!(ticks.ticks.len() as f64 >= (f64::from(columns) / step_px).floor().min(4096.0) - 1.0);
    }

    #[test]
    fn ticks_survive_any_numbers(sample: i64, density: f64, rate_hz: f64, min_px: f64, columns in 0_u32..9000) {
        let view = View::new(Position::new(sample, 0.5), density);
        let ticks = time_ticks(&view, columns, rate_hz, min_px);
        prop_assert!(ticks.ticks.len() <= 4096);
        let _ = (view.snapped(), nice_scale(density, "µV"));
    }

    #[test]
    fn scale_bars_are_nice_and_no_longer_than_asked(log10 in -14.0..14.0_f64) {
        let max = 10_f64.powf(log10);
        let (value, label) = nice_scale(max, "").ok_or_else(|| TestCaseError::fail("in range"))?;
        prop_assert!(value <= max && value * 2.5 > max * (1.0 - 1e-9), "{} {}", value, max);
        prop_assert!(["1", "2", "5"].iter().any(|d| label.trim_start_matches(['0', '.']).starts_with(d)), "{}", label);
    }
}

#[test]
fn scale_bars_change_their_prefix() {
    let label = |max, unit| nice_scale(max, unit).map(|(_, label)| label);
    for (max, unit, expected) in [
        (250.0, "µV", "200 µV"),
        (2600.0, "µV", "2 mV"),
        (0.0026, "mV", "2 µV"),
        (0.6, "V", "500 mV"),
        (0.6, "s", "500 ms"),
        (1e-5, "s", "10 µs"),
        (70.0, "s", "50 s"),
        (3.0, "uV", "2 µV"),
        (12.0, "a.u.", "10 a.u."),
        (0.03, "", "0.02"),
        (7e9, "counts", "5e9 counts"),
        (20_000.0, "Hz", "20 kHz"),
    ] {
        assert_eq!(label(max, unit).as_deref(), Some(expected));
    }
    assert_eq!(nice_scale(1000.0, "x"), Some((1000.0, "1000 x".to_owned())));
    assert_eq!(nice_scale(f64::NAN, "V"), None);
    assert_eq!(nice_scale(0.0, "V"), None);
}

fn press(browser: &mut Browser, key: Key, shift: bool) -> bool {
    browser.apply(Input::Key { key, shift })
}

#[test]
fn keys_and_wheel_do_what_they_say() {
    let mut b = Browser::new(1_000_000, 1000);
    assert_eq!(b.view, View::fit(1_000_000, 1000));
    assert!(
        !press(&mut b, Key::Left, false),
        "there is nothing before the start"
    );
    assert!(b.apply(Input::Wheel {
        px: 500.0,
        notches: 20.0,
        ctrl: false
    }));
    assert!((b.view.samples_per_px() - 1000.0 / 1.2_f64.powi(20)).abs() < 1e-9);
    assert!((b.view.px_from_sample(Position::new(500_000, 0.0)) - 500.0).abs() < 1e-6);
    let start = b.view.start();
    assert!(press(&mut b, Key::Right, false) && press(&mut b, Key::Left, false));
    assert!(b.view.start().since(start).abs() < 1e-6);
    press(&mut b, Key::Right, true);
    assert!((b.view.start().since(start) / b.view.samples_per_px() - 1000.0).abs() < 1e-6);
    press(&mut b, Key::Home, false);
    assert_eq!(b.view.start(), Position::default());
    press(&mut b, Key::End, false);
    assert!((b.view.px_from_sample(Position::new(1_000_000, 0.0)) - 1000.0).abs() < 1e-6);
    assert!(press(&mut b, Key::Up, false) && (b.gain - 1.2).abs() < 1e-12);
    assert!(
        b.apply(Input::Wheel {
            px: 0.0,
            notches: -1.0,
            ctrl: true
        }) && (b.gain - 1.0).abs() < 1e-12
    );
    assert!(press(&mut b, Key::Fit, false));
    assert_eq!(b.view, View::fit(1_000_000, 1000));
    assert!(!b.apply(Input::Wheel {
        px: f64::NAN,
        notches: 1.0,
        ctrl: false
    }));
}

#[test]
fn a_drag_holds_what_it_grabbed() {
    let mut b = Browser::new(1_000_000, 1000);
    b.apply(Input::Wheel {
        px: 500.0,
        notches: 10.0,
        ctrl: false,
    });
    assert!(!b.apply(Input::Move { px: 10.0 }), "nothing is held");
    assert!(!b.apply(Input::Press { px: 400.0 }));
    let held = b.view.sample_from_px(400.0);
    for px in [0.0, 900.0, 1e7, -1e7, 401.0] {
        b.apply(Input::Move { px });
    }
    assert!(
        (b.view.px_from_sample(held) - 401.0).abs() < 1e-6,
        "the ends of the recording do not shake it off"
    );
    assert!(!b.apply(Input::Release));
    assert!(!b.apply(Input::Move { px: 10.0 }));
}

#[test]
fn growth_moves_what_reaches_the_end() {
    let grown = Input::Grow { samples: 1_003_000 };
    let mut whole = Browser::new(1_000_000, 1000);
    assert!(whole.apply(grown));
    assert_eq!(whole.view, View::fit(1_003_000, 1000));

    let press = |key| Input::Key { key, shift: false };
    let mut b = Browser::new(1_000_000, 1000);
    for _ in 0..20 {
        b.apply(press(Key::Plus));
    }
    let inside = b.view;
    assert!(b.apply(grown), "there is more to see elsewhere");
    assert_eq!(b.view, inside);

    b.apply(press(Key::End));
    let at_end = b.view;
    b.apply(Input::Grow { samples: 1_010_000 });
    assert_eq!(b.view.samples_per_px(), at_end.samples_per_px());
    assert!((b.view.start().since(at_end.start()) - 7000.0).abs() < 1e-6);

    b.apply(Input::Press { px: 500.0 });
    let held = b.view;
    b.apply(Input::Grow { samples: 1_020_000 });
    assert_eq!(b.view, held, "the pointer holds it");
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn any_gestures_stay_inside(
        samples in 0_u64..1 << 44,
        inputs in prop::collection::vec(prop_oneof![
            (-1e4..1e4_f64).prop_map(|px| Input::Press { px }),
            (-1e4..1e4_f64).prop_map(|px| Input::Move { px }),
            Just(Input::Release),
            (-1e4..1e4_f64, -50.0..50.0_f64, any::<bool>()).prop_map(|(px, notches, ctrl)| Input::Wheel { px, notches, ctrl }),
            (prop::sample::select(vec![Key::Left, Key::Right, Key::Up, Key::Down, Key::Home, Key::End, Key::Plus, Key::Minus]), any::<bool>())
                .prop_map(|(key, shift)| Input::Key { key, shift }),
            (0_u32..9000).prop_map(|columns| Input::Resize { columns }),
            (0_u64..1 << 44).prop_map(|samples| Input::Grow { samples }),
        ], 0..60),
    ) {
        let mut browser = Browser::new(samples, 1920);
        for input in inputs {
            let before = browser;
            let changed = browser.apply(input);
            prop_assert!(changed || (before.view, before.gain) == (browser.view, browser.gain));
            let mut held = browser.view;
            held.clamp(browser.samples, browser.columns);
            prop_assert!(held.px_from_sample(browser.view.start()).abs() < 1e-3);
            prop_assert!((GAIN_LIMITS.0..=GAIN_LIMITS.1).contains(&browser.gain));
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn views_keep_within_reach(
        before in 0_i64..1 << 30, samples in 0_u64..1 << 40, beyond in 0_i64..1 << 30, columns in 1_u32..4096,
        sample in -(1_i64 << 41)..1_i64 << 41, log2 in -40.0..40.0_f64, least_across in 0.01..16.0_f64,
    ) {
        let reach = Reach {
            start: Position::new(-before, 0.0),
            samples: before as f64 + samples as f64 + beyond as f64,
            least_across,
        };
        let mut browser = Browser::new(samples, columns);
        browser.reach = reach;
        browser.view = View::new(Position::new(sample, 0.0), log2.exp2());
        browser.hold();
        let (start, across) = (browser.view.start().as_f64(), browser.view.samples_across(columns));
        let [first, last] = [reach.start, reach.end()].map(|at| at.as_f64());
        let eps = 1e-9 * (reach.samples + first.abs()) + 1e-6;
        prop_assert!(across >= least_across * (1.0 - 1e-12));
        prop_assert!(across <= (MAX_RECORDINGS_ACROSS * reach.samples).max(least_across) * (1.0 + 1e-12));
        match across <= reach.samples {
            true => prop_assert!(start >= first - eps && start + across <= last + eps, "{start} {across}"),
            false => prop_assert!((start + across / 2.0 - (first + last) / 2.0).abs() <= eps, "in its middle"),
        }
        prop_assume!(reach.samples > 1.0);
        press(&mut browser, Key::Fit, false);
        prop_assert!((browser.view.start().as_f64() - first).abs() <= eps.max(least_across));
        press(&mut browser, Key::End, false);
        press(&mut browser, Key::Home, false);
        prop_assert!(browser.view.start().as_f64() <= first + eps);
    }
}
