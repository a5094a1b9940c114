//! Lanes as rows of colour against `reference::heat`, bit for bit, by every rasteriser.

mod common;

use common::cases::{self, Case, spikes};
use common::gpu;
use common::pictures::{Easel, assert_same, bare, open, rasterisers};
use galvani::abi::{COVER_SHIFT, TILE, heat_word, level};
use galvani::reference::heat::{cover, seen};
use galvani::renderer::{Inspection, Rasteriser};
use galvani::scene::Colormap;
use galvani::scene::{Form, Layout, Style};
use galvani::source::{Memory, Source, Synthetic};
use galvani::view::View;

const FULL: u32 = 1 << COVER_SHIFT;

/// The colour of a column on a row of the plot, from what the stages left.
fn color(found: &Inspection, c: u32, row: u32) -> Option<u32> {
    if !found.plan.data.contains(&(c / TILE)) {
        return None;
    }
    let tint = |lane: usize| {
        let tints = found.tints.as_ref();
        tints.map_or(0, |tints| tints.of[lane * tints.columns + c as usize])
    };
    let word = seen(&found.lanes, row, |lane| {
        (found.column(lane as u32, c), tint(lane))
    });
    let color = match (word & 0xff, word >> 8 & 0xff) {
        (0, 0) => Style::dark().background,
        (0, level) => Colormap::Viridis.color(f64::from(level - 1) / 254.0),
        (tint, _) => found.tints.as_ref().expect("tints").palette[tint as usize - 1],
    };
    Some(color.to_u32())
}

/// Holds the pictures of all rasterisers to be what the twin makes of their lines and the columns.
fn agree(change: impl Fn(&mut Case) -> bool) {
    let gpu = gpu();
    let kinds = rasterisers(gpu.device());
    let mut easels: Vec<Easel> = kinds
        .iter()
        .map(|kind| Easel::new(gpu.device(), *kind, [1, 1]))
        .collect();
    let mut pictures = 0;
    for mut case in cases::all(gpu.device()) {
        if !change(&mut case) {
            continue;
        }
        let heat = case.scene.clone();
        let mut lines = case.scene.clone();
        lines.traces.form = Form::Lines;
        for view in case.views() {
            let mut wanted = None;
            for (easel, kind) in easels.iter_mut().zip(&kinds) {
                easel.resize(case.size);
                let what = format!("{}, {view:?}, {kind:?}", case.name);
                let of = |scene| Case::picture(scene, &view, case.scale_factor);
                let (_, mut below) = easel.draw_picture(&mut case.recording, &of(&lines));
                let (_, pixels) = easel.draw_picture(&mut case.recording, &of(&heat));
                if *kind == Rasteriser::Compute {
                    wanted = Some(easel.renderer.inspect().expect("a frame"));
                }
                let found = wanted.as_ref().expect("the first is on the device");
                let push = found.pushes.heat.expect("rows of colour");
                cover(
                    &found.pushes.draw,
                    push.share,
                    |c, row| color(found, c, row),
                    &mut below,
                );
                assert_same(&pixels, &below, case.size[0], &what);
                pictures += 1;
            }
        }
    }
    assert!(pictures > 100, "{pictures}");
}

#[test]
fn colours_equal_the_twin_in_every_rasteriser() {
    agree(|case| {
        case.scene.traces.form = Form::Heatmap;
        true
    });
}

#[test]
fn tinted_colours_equal_the_twin_in_every_rasteriser() {
    agree(|case| {
        case.scene.traces.form = Form::Heatmap;
        spikes(case);
        case.recording.info().channels.len() < 50
    });
}

/// Heights at which lanes are both.
#[test]
fn colours_over_lines_equal_the_twin_in_every_rasteriser() {
    agree(|case| {
        let lanes = case.recording.info().channels.len();
        case.scene.traces.form = Form::Auto;
        case.size[1] = (lanes as f32 * 4.9 * case.scale_factor) as u32;
        lanes > 1 && lanes < 50
    });
}

#[test]
fn a_level_is_a_step_of_the_range() {
    let cases = [
        ((1.0, 0.0, 0.0), 1),
        ((1.0, 0.0, 0.49), 1),
        ((1.0, 0.0, 0.5), 2),
        ((1.0, -3.0, 4.0), 8),
        ((1.0, 0.0, 1e9), 255),
        ((0.0, f32::NEG_INFINITY, f32::INFINITY), 1),
        ((1.0, f32::INFINITY, f32::INFINITY), 1),
        ((1.0, f32::NEG_INFINITY, f32::INFINITY), 255),
        ((1.0, f32::INFINITY, f32::NEG_INFINITY), 0),
        ((1e38, 0.0, f32::MIN_POSITIVE / 2.0), 1),
    ];
    for ((per_stored, lo, hi), wanted) in cases {
        assert_eq!(level(per_stored, lo, hi), wanted, "{per_stored}, {lo} to {hi}");
    }
    assert_eq!(heat_word(0, 9), 0);
    assert!(heat_word(1, 1) > heat_word(255, 0));
    assert!(heat_word(2, 1) > heat_word(1, 255));
}

/// One sample of one channel of thousands is seen on the few rows that there are, from any distance.
#[test]
fn no_spike_is_lost_among_thousands_of_lanes() {
    let gpu = gpu();
    let (channels, samples) = (5000, 4000);
    for (channel, sample) in [(0, 17), (2503, 3333), (4999, 3999)] {
        let mut values = vec![0_i16; channels * samples];
        values[channel * samples + sample] = 3000;
        let source = Memory::<_, i16>::planar(&values, channels, 1000.0).expect("a source");
        let mut recording = open(gpu.device(), source);
        let mut scene = bare(&recording);
        scene.traces.gain = 50.0;
        for kind in rasterisers(gpu.device()) {
            let mut easel = Easel::new(gpu.device(), kind, [130, 90]);
            let view = View::fit(samples as u64, 130);
            let (_, pixels) = easel.draw(&mut recording, &scene, &view);
            let loudest = Colormap::Viridis.color(1.0);
            let found: Vec<usize> = (0..pixels.len())
                .filter(|&i| pixels[i] == loudest.to_array())
                .collect();
            let (x, y) = (sample * 130 / samples, channel * 90 / channels);
            assert!(found.contains(&(y * 130 + x)), "{kind:?}: {channel}: {found:?}");
            assert!(found.len() <= 4, "{kind:?}: {channel}: {found:?}");
        }
    }
}

/// From lines to colours nothing jumps: each pixel's height of lanes changes a picture by little.
#[test]
fn lanes_turn_to_colour_step_by_step() {
    let source = Synthetic::new(5, 100, 3000, 30_000.0).expect("a source");
    let info = source.info().clone();
    let scene = galvani::scene::Scene::new(&info, Style::dark());
    let heat = |height| Layout::new([500, height], &scene, &info, &[], 0..usize::MAX, 1.0).heat;
    let mut before = heat(900);
    assert_eq!(before, 0.0);
    for height in (300..900).rev() {
        let now = heat(height);
        assert!(
            (0.0..=0.011).contains(&(now - before)),
            "{height} rows: {before} to {now}"
        );
        before = now;
    }
    assert_eq!(before, 1.0);
    assert_eq!(FULL, 32);
}
