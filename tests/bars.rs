//! Bars and histograms: pixels are those of the twin, counts those of brute force. All of it needs no Vulkan.

mod common;

use common::random::Random;
use galvani::figure::{Bars, Figure, Frame, Visual};
use galvani::reference::bars as twin;
use galvani::scene::Rgba8;
use galvani::view::plane::Plane;
use proptest::prelude::*;

fn small() -> Figure {
    Figure::new().size(200, 120).grid(false)
}

fn bars_of(figure: &Figure) -> &Bars {
    match &figure.visuals[0] {
        Visual::Bars(bars) => bars,
        _ => panic!("bars"),
    }
}

/// Holds a figure of bars of one colour to the twin: within 2 of 255 inside the plot.
fn check(figure: &Figure, plane: &Plane, x: &[f64], heights: &[f64], color: Rgba8) {
    let target = figure.target_size();
    let plot = Frame::plot(figure, target);
    let bars = bars_of(figure);
    let cover = twin::cover(x, heights, bars, plane, [plot.w, plot.h]);
    let alpha = f64::from(color.a) / 255.0 * f64::from(bars.opacity);
    let ground = figure.style.background;
    let found = figure.pixels(plane);
    // Rows and columns beside the axes are drawn over.
    for row in 0..plot.h {
        for column in 0..plot.w {
            let at = ((row + plot.y) * target[0] + column + plot.x) as usize * 4;
            let part = cover[(row * plot.w + column) as usize] * alpha;
            for (channel, (a, b)) in [(ground.r, color.r), (ground.g, color.g), (ground.b, color.b)]
                .into_iter()
                .enumerate()
            {
                let wanted = f64::from(a) + (f64::from(b) - f64::from(a)) * part;
                let off = (wanted - f64::from(found[at + channel])).abs();
                assert!(
                    off <= 2.0,
                    "{column}, {row}: {wanted} and {}",
                    found[at + channel]
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn bars_are_as_their_twin(
        seed in 0_u64..1000,
        count in 0_usize..4000,
        at in -0.5..1.0_f64,
        part in prop_oneof![Just(1.3), 0.001..1.2_f64],
        width in prop_oneof![Just(None), (0.0..30.0_f64).prop_map(Some)],
        base in prop_oneof![Just(0.0), -2.0..2.0_f64],
        place in prop_oneof![Just([1.0, 0.0]), Just([1e-30, 0.0]), Just([1.0, (1_u64 << 40) as f64])],
    ) {
        let mut random = Random::new(seed);
        let mut x = 0.0;
        let (x, heights): (Vec<f64>, Vec<f64>) = (0..count)
            .map(|_| {
                x += if random.below(9) == 0 { 0.0 } else { 1.0 + 3.0 * random.unit() };
                let height = if random.below(20) == 0 { 9.0 } else { random.unit() * 2.0 - 1.0 };
                (x * place[0] + place[1], height)
            })
            .unzip();
        let color = Rgba8::opaque(0x20_60a0);
        let mut adding = small().bars(&x, &heights).color(color).opacity(0.8).base(base);
        if let Some(width) = width {
            adding = adding.width(width * place[0]);
        }
        let figure = adding.figure().expect("a figure");
        let bounds = figure.bounds();
        let side = |[a, b]: [f64; 2], from: f64, part: f64| [a + (b - a) * from, a + (b - a) * (from + part)];
        let plot = Frame::plot(&figure, figure.target_size());
        let view = galvani::view::plane::Bounds {
            x: side(bounds.x, at, part),
            y: side(bounds.y, -0.1, 1.2),
        };
        let plane = Plane::span(view, [plot.w, plot.h], None);
        check(&figure, &plane, &x, &heights, color);
    }
}

#[test]
fn bars_come_in_any_order_and_gaps_are_left_out() {
    let x = [3.0, 1.0, f64::NAN, 2.0, 0.0];
    let heights = [4.0, 2.0, 9.0, f64::INFINITY, -1.0];
    let figure = small()
        .bars(x.as_slice(), heights.as_slice())
        .figure()
        .expect("a figure");
    let bars = bars_of(&figure);
    assert_eq!((bars.tops.len(), bars.width), (3, 0.8));
    assert_eq!(bars.tops.vertex(2), [3.0, 4.0]);
    let bounds = figure.bounds();
    assert_eq!((bounds.x, bounds.y), ([-0.4, 3.4], [-1.0, 4.0]));
    let color = figure.style.color(0);
    check(
        &figure,
        &figure.view([200, 120]),
        &[0.0, 1.0, 3.0],
        &[-1.0, 2.0, 4.0],
        color,
    );
}

#[test]
fn a_histogram_counts_every_value_once() {
    let mut random = Random::new(7);
    let mut values: Vec<f32> = (0..50_000)
        .map(|_| (random.unit() + random.unit()) as f32)
        .collect();
    values.extend([f32::NAN, f32::INFINITY]);
    for bins in [1, 2, 37, 1000] {
        let bars = Bars::histogram(&values, bins).expect("a histogram");
        let finite = || values.iter().copied().filter(|v| v.is_finite()).map(f64::from);
        let (least, greatest) = finite().fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
        let mut counts = vec![0.0; bins];
        for value in finite() {
            // The edges, one after the other.
            let bin = (1..bins)
                .take_while(|k| value >= least + *k as f64 * bars.width)
                .count();
            counts[bin] += 1.0;
        }
        let sum: f64 = (0..bins).map(|bin| bars.tops.vertex(bin)[1]).sum();
        assert_eq!(sum, 50_000.0);
        let off: f64 = (0..bins)
            .map(|bin| (bars.tops.vertex(bin)[1] - counts[bin]).abs())
            .sum();
        // A value on an edge may be counted on either side, as edges are rounded.
        assert!(off <= 2.0, "{bins} bins: {off}");
        assert!((bars.width * bins as f64 - (greatest - least)).abs() < 1e-9);
    }
}

#[test]
fn little_and_nothing_have_histograms_too() {
    let one = Bars::histogram(&[3.0, 3.0], 4).expect("a histogram");
    assert_eq!((one.tops.vertex(2), one.width), ([3.125, 2.0], 0.25));
    let none = Bars::histogram(&[f64::NAN], 2).expect("a histogram");
    assert_eq!(none.tops.vertex(0), [0.25, 0.0]);
    assert!(Bars::histogram(&[1.0], 0).is_err());
    let far = Bars::histogram(&[-1e300, 1e300], 3).expect("a histogram");
    assert_eq!(far.tops.vertex(2)[1], 1.0);
    for figure in [
        small().histogram::<f64>(&[], 5),
        small().bars(&[] as &[f32], &[] as &[f32]),
    ] {
        let figure = figure.figure().expect("a figure");
        assert_eq!(figure.pixels(&figure.view([200, 120])).len(), 200 * 120 * 4);
    }
    let pair = || Bars::new([1.0, 2.0].as_slice(), [1.0, 2.0].as_slice()).expect("bars");
    assert!(Bars::new([1.0].as_slice(), [1.0, 2.0].as_slice()).is_err());
    assert!(pair().width(-1.0).is_err() && pair().width(f64::NAN).is_err() && pair().base(f64::NAN).is_err());
}

#[test]
fn the_one_high_bar_of_millions_is_seen() {
    let count = 3_000_000;
    let x: Vec<f32> = (0..count).map(|i| i as f32).collect();
    let mut heights = vec![0.1_f32; count];
    heights[1_000_000] = 1.0;
    let figure = small()
        .bars(x, heights)
        .color(Rgba8::opaque(0))
        .figure()
        .expect("a figure");
    let plane = figure.view([200, 120]);
    let plot = Frame::plot(&figure, [200, 120]);
    // Its left side is on the nearest edge of pixels.
    let [column, row] = plane.px_from([1e6, 0.9]).map(|v| v.round() as u32);
    let at = ((plot.y + row) * 200 + plot.x + column) as usize * 4;
    assert_eq!(&figure.pixels(&plane)[at..at + 3], &[0, 0, 0]);
}
