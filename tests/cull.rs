//! What culling counts and lists against `reference::cull`.

mod common;

use common::pictures::{Easel, bare, open, view};
use common::random::Random;
use common::{gpu, gpu_masked};
use galvani::abi::Counts;
use galvani::reference::cull::cull;
use galvani::renderer::Rasteriser;
use galvani::source::Synthetic;

/// The last frame's lists; how many tiles it resolved and drew.
fn check(easel: &Easel, what: &str) -> (u32, u32) {
    let seen = easel.renderer.inspect().expect("a frame");
    let wanted = cull(&seen.pushes.cull, &seen.lanes);
    assert_eq!(seen.offsets, wanted.offsets, "{what}");
    assert_eq!(seen.resolve_list, wanted.resolve, "{what}");
    assert_eq!(seen.draw_list, wanted.draw, "{what}");
    assert_eq!(seen.counts, wanted.counts, "{what}");
    let Counts {
        resolve_tiles,
        draw_tiles,
        ..
    } = seen.counts;
    (resolve_tiles, draw_tiles)
}

#[test]
fn lists_equal_the_twin() {
    const SAMPLES: u64 = 20_000;
    let gpu = gpu();
    let mut random = Random::new(7);
    for channels in [1, 2, 63, 64, 65, 300, 1031] {
        let source = Synthetic::new(1, channels, SAMPLES, 30_000.0).expect("a source");
        let mut recording = open(gpu.device(), source);
        let mut scene = bare(&recording);
        let size = [1 + random.below(400) as u32, 1 + random.below(300) as u32];
        let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, size);
        for turn in 0..8 {
            if turn % 2 == 1 {
                for trace in &mut scene.traces.channels {
                    trace.visible = random.below(3) > 0;
                }
            }
            let spp = 0.5 * 200.0_f64.powf(random.unit());
            let across = spp * f64::from(size[0]);
            let start = (SAMPLES as f64 + 2.0 * across) * random.unit() - 1.5 * across;
            let view = view(start, spp);
            easel.draw(&mut recording, &scene, &view);
            let what = format!("{channels} channels, {size:?}, {view:?}");
            check(&easel, &what);
            // Again: every tile is kept. Then a pan: those that were there are.
            easel.draw(&mut recording, &scene, &view);
            assert_eq!(check(&easel, &what).0, 0, "{what}");
            let mut panned = view.snapped();
            panned.pan_px((random.below(300) as f64) - 150.0);
            easel.draw(&mut recording, &scene, &panned);
            check(&easel, &format!("{what}, panned"));
        }
    }
}

#[test]
fn a_pan_resolves_only_what_comes_into_view() {
    let gpu = gpu_masked("hostVisibleDeviceLocal");
    let source = Synthetic::new(1, 10, 1_000_000, 30_000.0).expect("a source");
    let mut recording = open(gpu.device(), source);
    let scene = bare(&recording);
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, [640, 100]);
    let mut view = view(100_000.0, 16.0).snapped();
    easel.draw(&mut recording, &scene, &view);
    let (resolved, drawn) = check(&easel, "first");
    assert_eq!(resolved, drawn);
    for _ in 0..5 {
        view.pan_px(64.0);
        easel.draw(&mut recording, &scene, &view);
        let (resolved, drawn) = check(&easel, "panned by a tile");
        assert_eq!((resolved, drawn > 90), (10, true), "one tile of each lane");
    }
}

#[test]
fn nothing_in_view_is_nothing_to_do() {
    let gpu = gpu();
    let source = Synthetic::new(1, 3, 1000, 30_000.0).expect("a source");
    let mut recording = open(gpu.device(), source);
    let mut scene = bare(&recording);
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, [100, 30]);
    for start in [-1e6, 1e6, -1e15, 1e15] {
        easel.draw(&mut recording, &scene, &view(start, 10.0));
        assert_eq!(check(&easel, "outside"), (0, 0));
    }
    for trace in &mut scene.traces.channels {
        trace.visible = false;
    }
    easel.draw(&mut recording, &scene, &view(0.0, 10.0));
    assert_eq!(check(&easel, "hidden"), (0, 0));
}
