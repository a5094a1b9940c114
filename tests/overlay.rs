//! Labels, lines and hatches that the host's cores draw, against `reference::overlay`.

mod common;

use common::gpu;
use common::pictures::{Easel, assert_same, rasterisers, view};
use galvani::reference::overlay::cover;
use galvani::renderer::{Loading, Picture, Rasteriser};
use galvani::scene::marks::{Layer, Marks, Parts, Show};
use galvani::scene::overlay::{Shown, hatch};
use galvani::scene::text::Text;
use galvani::scene::{Form, Layout, Overlay, Scene, Style};
use galvani::source::Synthetic;
use galvani::store::{OpenOptions, Recording};
use galvani::view::View;

const SAMPLES: u64 = 3_000_000;

/// Ticks, lines, bands and levels, most of them translucent, with labels.
fn layers(style: &Style) -> Vec<Layer> {
    let every = |step: f64, lasting: f64| Parts {
        times: (0..60).map(|i| f64::from(i) * step * 30_000.0).collect(),
        durations: vec![lasting * 30_000.0; 60],
        labels: (0..60).map(|i| i % 3).collect(),
        names: ["rest", "run", "groom"].map(String::from).to_vec(),
        ..Parts::default()
    };
    let layers = [
        ("epochs", every(1.3, 0.7), Show::Bands),
        ("notes", every(0.9, 0.0), Show::Lines),
        ("units", every(0.4, 0.0), Show::Row),
        ("ttl", every(2.1, 1.2), Show::Levels),
    ];
    layers
        .map(|(name, parts, show)| Layer::new(name, Marks::new(parts), show, style))
        .to_vec()
}

/// What lies over the lanes, made as frames make it.
fn overlay(recording: &Recording<'_>, scene: &Scene, view: &View, size: [u32; 2]) -> (Layout, Overlay) {
    let amplitudes: Vec<f32> = recording.robust().iter().map(|r| r.amplitude).collect();
    let info = recording.info();
    let layout = Layout::new(size, scene, info, &amplitudes, 0..usize::MAX, 1.0);
    let status = ["some of it".to_owned()];
    let shown = Shown {
        scene,
        info,
        layout: &layout,
        view,
        status: &status,
    };
    let overlay = Overlay::new(&mut Text::new(), &shown);
    (layout, overlay)
}

#[test]
fn the_hosts_overlay_is_the_twins() {
    let gpu = gpu();
    if !rasterisers(gpu.device()).contains(&Rasteriser::Host) {
        eprintln!("skipped: the host cannot draw for this device");
        return;
    }
    for style in [Style::dark(), Style::light()] {
        for size in [[640, 400], [333, 97], [64, 33]] {
            let mut easel = Easel::new(gpu.device(), Rasteriser::Host, size);
            let source = Synthetic::new(7, 6, SAMPLES, 30_000.0).expect("a source");
            let mut recording =
                Recording::stream(gpu.device(), std::sync::Arc::new(source), &OpenOptions::default())
                    .expect("a recording");
            let mut scene = recording.scene(style.clone());
            scene.marks = layers(&style);
            // So that nothing is seen of the lanes, however thin.
            scene.traces.form = Form::Lines;
            for channel in &mut scene.traces.channels {
                channel.color = style.background;
            }
            let mut hatched = 0;
            for view in [
                View::fit(SAMPLES, size[0]),
                view(20_000.3, 900.7),
                view(-500.0, 31.0),
            ] {
                let status = ["some of it".to_owned()];
                for loading in [Loading::UpTo(0), Loading::Complete] {
                    let picture = Picture {
                        loading,
                        status: &status,
                        ..Picture::new(&scene, &view)
                    };
                    let (report, pixels) = easel.draw_picture(&mut recording, &picture);
                    let (layout, mut overlay) = overlay(&recording, &scene, &view, size);
                    overlay.hatches = hatch(layout.plot, &view, &report.missing, style.foreground);
                    hatched += overlay.hatches.len();
                    let [r, g, b, _] = style.background.to_array();
                    let mut wanted = vec![[r, g, b, 255]; (size[0] * size[1]) as usize];
                    cover(&overlay, &mut wanted, size[0] as usize, 0);
                    assert_same(
                        &pixels,
                        &wanted,
                        size[0],
                        &format!("{loading:?}, {size:?}, {view:?}"),
                    );
                }
            }
            assert!(hatched > 0, "something was missing at first");
        }
    }
}
