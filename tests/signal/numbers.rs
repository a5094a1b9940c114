//! scipy's sections and values, and the plain twin.

use galvani::reference::signal as plain;
use galvani::signal::{Band, Filter};
use proptest::prelude::*;
use serde_json::Value;

use super::made;

fn float(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn band(value: &Value) -> Band {
    match value[0].as_str().expect("a name") {
        "highpass" => Band::HighPass(float(&value[1])),
        "lowpass" => Band::LowPass(float(&value[1])),
        "bandpass" => Band::BandPass(float(&value[1]), float(&value[2])),
        "notch" => Band::Notch {
            hz: float(&value[1]),
            q: float(&value[2]),
        },
        other => panic!("a band called {other}"),
    }
}

#[test]
fn scipy_designs_and_filters_the_same() {
    let text = include_str!("scipy.json");
    let known: Value = serde_json::from_str(text).expect("JSON");
    let rate_hz = float(&known["rate_hz"]);
    for case in known["cases"].as_array().expect("cases") {
        let bands: Vec<Band> = case["bands"]
            .as_array()
            .expect("bands")
            .iter()
            .map(band)
            .collect();
        let order = case["order"].as_u64().expect("an order") as u32;
        let filter = Filter::new(&bands, order, rate_hz).expect("a filter");
        let what = format!("{bands:?} of order {order}");
        let sections = case["sos"].as_array().expect("sections");
        assert_eq!(filter.sections().len(), sections.len(), "{what}");
        for (ours, theirs) in filter.sections().iter().zip(sections) {
            let theirs: Vec<f64> = theirs.as_array().expect("factors").iter().map(float).collect();
            for (ours, theirs_of) in ours.iter().zip(&theirs) {
                let off = (ours - theirs_of).abs();
                assert!(
                    off <= 1e-12 * theirs_of.abs().max(1e-30),
                    "{what}: {ours:?} for {theirs:?}"
                );
            }
        }
        let mut values = made(400, 1, 250);
        filter.apply(&mut values);
        let theirs: Vec<f64> = case["values"]
            .as_array()
            .expect("values")
            .iter()
            .map(float)
            .collect();
        let peak = theirs.iter().fold(1e-3, |peak: f64, value| peak.max(value.abs()));
        for (ours, theirs) in values.iter().step_by(7).zip(&theirs) {
            // Of 1250 at most, as rounding is of what goes in.
            let off = (ours - theirs).abs() / peak.max(1250.0);
            assert!(off < 1e-7, "{what}: {ours} for {theirs}, off by {off:e}");
        }
    }
}

#[test]
fn what_cannot_be_designed_is_refused() {
    let refused = |bands: &[Band], order| {
        Filter::new(bands, order, 1000.0)
            .expect_err("refused")
            .to_string()
    };
    for hz in [0.0, -1.0, 500.0, 1e9, f64::NAN, f64::INFINITY] {
        for band in [
            Band::HighPass(hz),
            Band::LowPass(hz),
            Band::BandPass(1.0, hz),
            Band::Notch { hz, q: 30.0 },
        ] {
            assert!(refused(&[band], 3).contains("below 500 Hz"), "{band:?}");
        }
    }
    assert!(refused(&[Band::BandPass(20.0, 10.0)], 3).contains("empty"));
    assert!(refused(&[Band::BandPass(20.0, 20.0)], 3).contains("empty"));
    for order in [0, 13, u32::MAX] {
        assert!(refused(&[Band::HighPass(10.0)], order).contains("1 to 12"));
    }
    for q in [0.0, -3.0, f64::NAN, f64::INFINITY, 0.01] {
        assert!(
            refused(&[Band::Notch { hz: 50.0, q }], 3).contains("above 0.1"),
            "{q}"
        );
    }
    assert!(refused(&[Band::HighPass(1e-5)], 2).contains("rounding"));
}

#[test]
fn every_order_is_stable_and_halves_the_power_at_its_edge() {
    for order in 1..=12 {
        for edge in [1.0, 30.0, 300.0, 9000.0, 14_900.0] {
            for band in [
                Band::HighPass(edge),
                Band::LowPass(edge),
                Band::BandPass(edge / 2.0, edge),
            ] {
                let filter = Filter::new(&[band], order, 30_000.0);
                let Ok(filter) = filter else {
                    // So narrow and of so high an order that `f64` does not hold it.
                    assert!(order > 3 && edge <= 30.0, "{band:?} of order {order}");
                    continue;
                };
                let power = power(&filter, edge / 30_000.0);
                assert!((power - 0.5).abs() < 1e-3, "{band:?} of order {order}: {power}");
            }
        }
    }
}

/// The square of the gain of one way, at a share of the rate.
fn power(filter: &Filter, share: f64) -> f64 {
    let w = 2.0 * std::f64::consts::PI * share;
    let of = |[x, y, z]: [f64; 3]| {
        let re = x + y * w.cos() + z * (2.0 * w).cos();
        let im = y * w.sin() + z * (2.0 * w).sin();
        re * re + im * im
    };
    let ratio = |[b0, b1, b2, a0, a1, a2]: &[f64; 6]| of([*b0, *b1, *b2]) / of([*a0, *a1, *a2]);
    filter.sections().iter().map(ratio).product()
}

#[test]
fn short_runs_are_filtered_too() {
    let filter = Filter::new(&[Band::LowPass(100.0)], 4, 1000.0).expect("a filter");
    assert_eq!(filter.padding(), 15);
    for len in 1..40 {
        let mut values = vec![7.0_f64; len];
        filter.apply(&mut values);
        assert!(
            values.iter().all(|value| (value - 7.0).abs() < 1e-9),
            "{len}: {values:?}"
        );
    }
    let mut none: [f64; 0] = [];
    filter.apply(&mut none);
}

proptest! {
    #[test]
    fn the_plain_twin_gives_the_same_bits(
        order in 1_u32..6,
        low in 5.0..400.0,
        values in prop::collection::vec(prop_oneof![9 => (-1e4..1e4).boxed(), 1 => Just(f64::NAN).boxed()], 0..400),
    ) {
        let filter = Filter::new(&[Band::BandPass(low, 450.0), Band::Notch { hz: 50.0, q: 5.0 }], order, 1000.0)
            .expect("a filter");
        let wanted = plain::filter(filter.sections(), filter.padding(), &values);
        let mut ours = values;
        filter.apply(&mut ours);
        prop_assert_eq!(bits(&ours), bits(&wanted));
    }
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}
