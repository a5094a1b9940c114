//! Spans and rectangles: pixels are those of the twin. All of it needs no Vulkan.

mod common;

use common::figures;
use common::random::Random;
use galvani::figure::{Figure, Frame, Item, Scale, Spans, Visual};
use galvani::reference::spans as twin;
use galvani::scene::Rgba8;
use galvani::view::plane::{Bounds, Plane};
use proptest::prelude::*;

fn small() -> Figure {
    Figure::new().size(180, 130).grid(false)
}

fn check(figure: &Figure, plane: &Plane, what: &str) {
    figures::check(figure, plane, what, |frame, wanted, width| {
        let Visual::Spans(spans) = &figure.visuals[0] else {
            panic!("spans");
        };
        twin::paint(spans, plane, frame.plot, figure.style.color(0), wanted, width);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn spans_are_as_their_twin(
        seed in 0_u64..1000,
        count in 0_usize..12,
        kind in 0..3,
        long in prop_oneof![Just(1.0), Just(0.003)],
        opacity in prop_oneof![Just(1.0_f32), 0.1..1.0_f32],
        x in (-0.4..0.9_f64, 0.01..1.5_f64),
        y in (-0.4..0.9_f64, 0.01..1.5_f64),
        has_colors in any::<bool>(),
        place in prop_oneof![Just([1.0, 0.0]), Just([1e-30, 0.0]), Just([1.0, (1_u64 << 40) as f64])],
    ) {
        let mut random = Random::new(seed);
        let mut spans = || -> Vec<[f64; 2]> {
            (0..count)
                .map(|i| {
                    let from = random.unit();
                    let to = if i == 7 { f64::NAN } else { from + (random.unit() - 0.5) * long };
                    [from, to].map(|end| end * place[0] + place[1])
                })
                .collect()
        };
        let colors: Vec<Rgba8> = (0..count as u32).map(|i| Rgba8::opaque(i.wrapping_mul(0x35_7b19) & 0xff_ffff).with_alpha(90 + 10 * i as u8)).collect();
        let adding = match kind {
            0 => small().spans_x(&spans()),
            1 => small().spans_y(&spans()),
            _ => small().rectangles(&spans(), &spans()),
        };
        let adding = adding.opacity(opacity);
        let figure = if has_colors { adding.colors(&colors) } else { adding }.figure().expect("a figure");
        let plot = Frame::plot(&figure, figure.target_size());
        let side = |(from, part): (f64, f64)| [from * place[0] + place[1], (from + part) * place[0] + place[1]];
        let plane = Plane::span(Bounds { x: side(x), y: side(y) }, [plot.w, plot.h], None);
        check(&figure, &plane, "spans");
    }
}

#[test]
fn spans_of_one_axis_leave_the_other_to_the_rest() {
    let alone = small().spans_x(&[[2.0, 3.0]]).figure().expect("a figure");
    assert_eq!(alone.bounds().x, [2.0, 3.0]);
    check(&alone, &alone.view(alone.target_size()), "alone");
    let both = small()
        .spans_x(&[[2.0, 3.0]])
        .points(&[0.0], &[7.0])
        .figure()
        .expect("a figure");
    assert_eq!((both.bounds().x, both.bounds().y), ([0.0, 3.0], [7.0, 7.0]));
}

#[test]
fn what_has_no_place_on_a_logarithmic_axis_lies_before_it() {
    let figure = small()
        .spans_x(&[[-5.0, 10.0], [100.0, 1000.0]])
        .opacity(1.0)
        .color(Rgba8::opaque(0));
    let figure = figure
        .figure()
        .expect("a figure")
        .scales(Scale::Log, Scale::Linear)
        .x_limits(1.0, 1e4);
    let (plane, plot) = (figure.view([180, 130]), Frame::plot(&figure, [180, 130]));
    let pixels = figure.pixels(&plane);
    for (part, dark) in [(0.05, true), (0.2, true), (0.3, false), (0.6, true), (0.9, false)] {
        let x = plot.x + (part * f64::from(plot.w)) as u32;
        let at = ((plot.y + plot.h / 2) * 180 + x) as usize * 4;
        assert_eq!(pixels[at] == 0, dark, "{part}");
    }
}

#[test]
fn what_cannot_be_is_told_and_what_is_there_is_hit() {
    assert!(Spans::rectangles(&[[0.0, 1.0]], &[]).is_err());
    assert!(Spans::along_x(&[[0.0, 1.0]]).colors(&[]).is_err());
    for none in [
        small().spans_x(&[]),
        small().spans_y(&[[f64::NAN, 0.0]]),
        small().rectangles(&[], &[]),
    ] {
        let none = none.figure().expect("a figure");
        assert_eq!(none.pixels(&none.view([180, 130])).len(), 180 * 130 * 4);
    }
    let figure = small().rectangles(&[[0.0, 2.0], [1.0, 3.0]], &[[0.0, 1.0], [0.0, 1.0]]);
    let figure = figure.figure().expect("a figure");
    let (plane, plot) = (figure.view([180, 130]), Frame::plot(&figure, [180, 130]));
    let item = |x: f64| {
        let at = plane.px_from([x, 0.5]);
        let hit = figure.hit(
            &plane,
            [180, 130],
            [at[0] + f64::from(plot.x), at[1] + f64::from(plot.y)],
            0.0,
        );
        hit.map(|hit| hit.item)
    };
    assert_eq!(item(0.5), Some(Item::Span(0)));
    assert_eq!(item(1.5), Some(Item::Span(1)), "the upper one");
    assert_eq!(item(3.05), None);
}
