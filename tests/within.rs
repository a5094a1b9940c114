//! Pictures within a part of their target: the same as alone, and around them the background.
//!
//! Rows count from the target's top, so that f32 rounds them elsewhere: now and then a pixel is a step of coverage off.

mod common;

use common::gpu;
use common::pictures::{Easel, open, rasterisers, view};
use galvani::renderer::Picture;
use galvani::scene::{PxRect, Scale, Scene, Style};
use galvani::source::Synthetic;

/// A step of coverage of a full change of colour.
const STEP: u8 = 8;

fn differs(a: [u8; 4], b: [u8; 4]) -> u8 {
    (0..4).map(|i| a[i].abs_diff(b[i])).max().unwrap_or(0)
}

#[test]
fn a_part_of_the_target_is_as_a_target_of_its_own() {
    let gpu = gpu();
    let recording = &mut open(
        gpu.device(),
        Synthetic::new(3, 5, 40_000, 1000.0).expect("a source"),
    );
    let scene = Scene {
        axes: Some(galvani::scene::Axes::default()),
        ..recording.scene(Style::dark())
    };
    let status = ["a line".to_owned()];
    let (area, size) = (
        PxRect {
            x: 131,
            y: 57,
            w: 400,
            h: 300,
        },
        [640, 401],
    );
    for rasteriser in rasterisers(gpu.device()) {
        let mut alone = Easel::new(gpu.device(), rasteriser, [area.w, area.h]);
        let mut within = Easel::new(gpu.device(), rasteriser, size);
        for view in [view(0.0, 100.0), view(1000.25, 3.0), view(2000.5, 0.25)] {
            let picture = Picture {
                status: &status,
                ..Picture::new(&scene, &view)
            };
            let (report, expected) = alone.draw_picture(recording, &picture);
            let picture = Picture {
                within: Some(area),
                ..picture
            };
            let (inner, pixels) = within.draw_picture(recording, &picture);
            let (plot, moved) = (report.plot, inner.plot);
            assert_eq!([moved.x, moved.y], [plot.x + area.x, plot.y + area.y]);
            assert_eq!([moved.w, moved.h], [plot.w, plot.h]);
            let cut: Vec<[u8; 4]> = (area.y..area.bottom())
                .flat_map(|y| (area.x..area.right()).map(move |x| (y * size[0] + x) as usize))
                .map(|at| pixels[at])
                .collect();
            let what = format!("{rasteriser:?} at {} samples a pixel", view.samples_per_px());
            let off = cut.iter().zip(&expected).map(|(a, b)| differs(*a, *b));
            let (off, worst) = off.fold((0, 0), |(n, worst), by| (n + usize::from(by > 0), worst.max(by)));
            assert!(
                off * 1000 <= cut.len() && worst <= STEP,
                "{what}: {off} pixels, {worst}"
            );
            let [r, g, b, _] = scene.style.background.to_array();
            for (at, pixel) in pixels.iter().enumerate() {
                let (x, y) = (at as u32 % size[0], at as u32 / size[0]);
                let inside = (area.x..area.right()).contains(&x) && (area.y..area.bottom()).contains(&y);
                assert!(inside || *pixel == [r, g, b, 255], "{what}: ({x}, {y})");
            }
        }
    }
}

/// Some of the lanes fill the plot as they do where the others are hidden.
#[test]
fn lanes_in_view_fill_the_plot() {
    let gpu = gpu();
    let source = Synthetic::new(3, 12, 40_000, 1000.0).expect("a source");
    let recording = &mut open(gpu.device(), source);
    let mut scene = recording.scene(Style::dark());
    scene.axes = None;
    scene.traces.scale = Scale::PerUnit(0.2);
    scene.traces.channels[5].visible = false;
    let mut others = scene.clone();
    // Traces 3 to 6 of those that are visible, with the fifth hidden.
    for (index, trace) in others.traces.channels.iter_mut().enumerate() {
        trace.visible &= [3, 4, 6, 7].contains(&index);
    }
    let view = view(1000.25, 3.0);
    for rasteriser in rasterisers(gpu.device()) {
        let mut easel = Easel::new(gpu.device(), rasteriser, [400, 300]);
        let some = Picture {
            lanes: [3, 7],
            ..Picture::new(&scene, &view)
        };
        let (report, pixels) = easel.draw_picture(recording, &some);
        assert_eq!(report.lanes, 4);
        let (_, wanted) = easel.draw_picture(recording, &Picture::new(&others, &view));
        let plot = report.plot;
        for y in plot.y..plot.bottom() {
            for x in plot.x..plot.right() {
                let at = (y * 400 + x) as usize;
                assert_eq!(pixels[at], wanted[at], "{rasteriser:?}: ({x}, {y})");
            }
        }
        let none = Picture {
            lanes: [20, 30],
            ..some
        };
        assert_eq!(easel.draw_picture(recording, &none).0.lanes, 0);
    }
}
