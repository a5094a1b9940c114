//! Events in rows: pixels are those of the twin, none is lost. All of it needs no Vulkan.

mod common;

use common::figures;
use common::random::Random;
use galvani::figure::{Events, Figure, Frame, Visual, strength};
use galvani::reference::events as twin;
use galvani::scene::Rgba8;
use galvani::view::plane::{Bounds, Plane};
use proptest::prelude::*;

fn small() -> Figure {
    Figure::new().size(200, 120).grid(false)
}

fn events_of(figure: &Figure) -> &Events {
    match &figure.visuals[0] {
        Visual::Events(events) => events,
        _ => panic!("events"),
    }
}

fn check(figure: &Figure, plane: &Plane, what: &str) {
    figures::check(figure, plane, what, |frame, wanted, width| {
        let auto = figure.style.color(0);
        twin::paint(events_of(figure), plane, frame.plot, auto, wanted, width);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn events_are_as_their_twin(
        seed in 0_u64..1000,
        rows in 0_usize..400,
        each in 0_usize..60,
        busy in prop_oneof![Just(0), 3000_usize..5000],
        x in (-0.3..0.9_f64, 0.001..1.4_f64),
        y in (-0.3..0.9_f64, 0.005..1.4_f64),
        height in 0.05..1.0_f64,
        has_colors in any::<bool>(),
        place in prop_oneof![Just([1.0, 0.0]), Just([1e-30, 0.0]), Just([1.0, (1_u64 << 40) as f64])],
    ) {
        let mut random = Random::new(seed);
        let mut trains: Vec<Vec<f64>> = (0..rows)
            .map(|_| (0..each).map(|_| random.unit() * place[0] + place[1]).collect())
            .collect();
        if let Some(train) = trains.get_mut(rows / 2) {
            train.extend((0..busy).map(|_| random.unit() * place[0] + place[1]));
            train.push(f64::NAN);
        }
        let colors: Vec<Rgba8> = (0..rows as u32).map(|i| Rgba8::opaque(i.wrapping_mul(0x3a_4b5d) & 0xff_ffff)).collect();
        let mut adding = small().events(&trains).height(height).opacity(0.8);
        if has_colors {
            adding = adding.row_colors(&colors);
        }
        let figure = adding.figure().expect("a figure");
        let plot = Frame::plot(&figure, figure.target_size());
        let side = |[a, b]: [f64; 2], (from, part): (f64, f64)| [a + (b - a) * from, a + (b - a) * (from + part)];
        let span = [place[1], place[0] + place[1]];
        let view = Bounds { x: side(span, x), y: side([-0.5, rows as f64 - 0.5], y) };
        let plane = Plane::span(view, [plot.w, plot.h], None);
        check(&figure, &plane, "events");
    }
}

#[test]
fn rows_that_are_searched_count_as_those_that_are_read() {
    let mut random = Random::new(3);
    let many: Vec<f64> = (0..20_000).map(|_| random.unit().powi(3)).collect();
    let figure = small().events(&[many, vec![0.5]]).figure().expect("a figure");
    check(&figure, &figure.view(figure.target_size()), "one busy row");
}

#[test]
fn the_one_event_of_millions_is_seen() {
    let busy: Vec<f32> = (0..2_000_000).map(|i| i as f32 / 4e6).collect();
    let figure = small()
        .events(&[busy, vec![0.75]])
        .color(Rgba8::opaque(0))
        .figure()
        .expect("a figure");
    let plane = figure.view([200, 120]);
    let plot = Frame::plot(&figure, [200, 120]);
    let [column, row] = plane.px_from([0.75, 1.0]).map(|v| v as u32);
    let at = ((plot.y + row) * 200 + plot.x + column) as usize * 4;
    // A third of the ink, at least.
    assert!(figure.pixels(&plane)[at] <= 170);
}

#[test]
fn nothing_and_what_cannot_be_are_told() {
    for figure in [
        small().events::<f64>(&[] as &[Vec<f64>]),
        small().events(&[vec![f32::NAN], vec![]]),
    ] {
        let figure = figure.figure().expect("a figure");
        assert_eq!(figure.pixels(&figure.view([200, 120])).len(), 200 * 120 * 4);
    }
    let one = || Events::new(&[[1.0_f64]]);
    assert!(one().height(0.0).is_err() && one().height(f64::NAN).is_err() && one().height(1.5).is_err());
    assert!(one().row_colors(&[]).is_err());
    assert!(strength(1, 1) == 1.0 && strength(7, 7) == 1.0 && strength(1, 1 << 20) >= 1.0 / 3.0);
}
