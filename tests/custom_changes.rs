//! Visuals by shaders of an embedder's own whose data changes: in place, in size, by compute shaders, and by what a buffer says is drawn.

mod common;

use common::gpu;
use common::squares::{Easel, Square, custom, empty, plane, squares};
use galvani::figure::Custom;
use galvani::scene::Rgba8;

#[test]
fn data_changes_in_place_and_in_size() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device());
    let plane = plane([0.0; 2]);
    let mut all = squares(11, 40, [0.0; 2]);
    let mut custom = custom(&all, &[]).reach(16.0);
    easel.check(&empty().with(custom.clone()), &plane, &all, "at first");
    // A span, twice before it is drawn; then more than there is room for, and fewer.
    for turn in 0..2 {
        let new = squares(20 + turn, 7, [0.0; 2]);
        let at = 5 + 4 * turn as usize;
        put(&mut custom, at, &new);
        all.splice(at..at + 7, new);
    }
    easel.check(&empty().with(custom.clone()), &plane, &all, "a span");
    let behind = squares(30, 900, [0.0; 2]);
    put(&mut custom, 40, &behind);
    all.extend(behind);
    easel.check(&empty().with(custom.clone()), &plane, &all, "appended");
    let one = squares(31, 1, [0.0; 2]);
    put(&mut custom, 940, &one);
    all.extend(one);
    easel.check(&empty().with(custom.clone()), &plane, &all, "one more");
    let fewer = squares(40, 3, [0.0; 2]);
    let of = |axis: usize| fewer.iter().map(|square| square.0[axis]).collect::<Vec<f64>>();
    custom.set_places("place", &of(0), &of(1)).expect("places");
    custom
        .set("size", &fewer.iter().map(|square| square.1).collect::<Vec<f32>>())
        .expect("sizes");
    let tints: Vec<Rgba8> = fewer.iter().map(|square| square.2).collect();
    custom.set("tint", &tints).expect("tints");
    easel.check(&empty().with(custom.clone()), &plane, &fewer, "fewer");
    let grown: Vec<Square> = fewer
        .iter()
        .map(|(place, size, color)| (*place, size * 2.0, *color))
        .collect();
    custom.set_uniform("grow", 2.0_f32).expect("a uniform");
    easel.check(&empty().with(custom.clone()), &plane, &grown, "a uniform");
    // A clone that changes is another visual's state; both are drawn in turn, and a renderer that is new sees the same.
    let mut other = custom.clone();
    put(&mut other, 0, &grown[1..2]);
    easel.draw(&empty().with(other), &plane);
    easel.check(&empty().with(custom.clone()), &plane, &grown, "the first again");
    Easel::new(gpu.device()).check(&empty().with(custom), &plane, &grown, "a new renderer");
}

/// Puts squares over those from `at` on.
fn put(custom: &mut Custom, at: usize, squares: &[Square]) {
    let of = |axis: usize| squares.iter().map(|square| square.0[axis]).collect::<Vec<f64>>();
    custom.put_places("place", at, &of(0), &of(1)).expect("places");
    custom
        .put(
            "size",
            at,
            &squares.iter().map(|square| square.1).collect::<Vec<f32>>(),
        )
        .expect("sizes");
    custom
        .put(
            "tint",
            at,
            &squares.iter().map(|square| square.2).collect::<Vec<Rgba8>>(),
        )
        .expect("tints");
}

#[test]
fn compute_shaders_run_as_often_as_is_asked() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device());
    let plane = plane([0.0; 2]);
    let mut all = squares(12, 70, [0.0; 2]);
    let mut custom = custom(&all, &[("place", "drift.comp"), ("tint", "fade.comp")]);
    custom.set_uniform("shift", [1.0_f32, -0.5]).expect("a uniform");
    let drift = |all: &mut Vec<Square>, steps: f64| {
        for square in all {
            square.0 = [square.0[0] + steps, square.0[1] - 0.5 * steps];
            square.2.a = 255;
        }
    };
    easel.check(&empty().with(custom.clone()), &plane, &all, "before");
    for steps in [1, 2, 600] {
        custom.advance(steps);
        let figure = empty().with(custom.clone());
        easel.draw(&figure, &plane);
        drift(&mut all, steps as f64);
        for look in 0..3 {
            let places = easel.renderer.custom_places(&custom, "place").expect("places");
            let wanted: Vec<[f64; 2]> = all.iter().map(|square| square.0).collect();
            assert_eq!(places, wanted, "{steps} steps, look {look}");
            easel.draw(&figure, &plane);
        }
    }
    let tints: Vec<Rgba8> = easel.renderer.custom_values(&custom, "tint").expect("tints");
    assert!(tints.iter().all(|tint| (76..=128).contains(&tint.a)), "{tints:?}");
    // What is put anew is; what is not stays as it has become, and where it has no room as well.
    let new = squares(13, 4, [0.0; 2]);
    put(&mut custom, 2, &new);
    put(&mut custom, 70, &squares(14, 500, [0.0; 2]));
    easel.draw(&empty().with(custom.clone()), &plane);
    let places = easel.renderer.custom_places(&custom, "place").expect("places");
    assert_eq!(
        (places[2], places[5], places[1], places[69]),
        (new[0].0, new[3].0, all[1].0, all[69].0)
    );
    assert!(easel.renderer.custom_values::<f32>(&custom, "tint").is_err());
    assert!(easel.renderer.custom_values::<f32>(&custom, "none").is_err());
    assert!(
        Easel::new(gpu.device())
            .renderer
            .custom_places(&custom, "place")
            .is_err()
    );
}

#[test]
fn a_buffer_says_what_is_drawn() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device());
    let all = squares(15, 31, [0.0; 2]);
    let mut custom = custom(&all, &[("draw", "sieve.comp")])
        .indirect("draw")
        .expect("words");
    let figure = |custom: &Custom| empty().with(custom.clone());
    easel.check(&figure(&custom), &plane([0.0; 2]), &[], "nothing yet");
    custom.advance(1);
    easel.check(&figure(&custom), &plane([0.0; 2]), &all[..15], "half");
    // Two draws, the second of more items than there are data for: they have no size.
    custom
        .set("draw", &[4_u32, 2, 0, 0, 4, 1000, 0, 0])
        .expect("words");
    easel.check(&figure(&custom), &plane([0.0; 2]), &all, "two draws");
    assert!(custom.indirect("size").is_err());
}
