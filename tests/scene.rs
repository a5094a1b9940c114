//! What is shown: styles, layouts, text, and overlays that stay inside the target.

use galvani::scene::text::{Ink, MAX_COVERAGE, Text, elided, width};
use galvani::scene::{Axes, Form, Glyph, Layout, Overlay, Rect, Rgba8, Scale, Scene, Style, overlay::Shown};
use galvani::source::{Channel, Dtype, Info, Segment};
use galvani::view::{Position, View};
use proptest::prelude::*;

fn info(channels: usize) -> Info {
    let channel = |i: usize| Channel {
        unit: "µV".to_owned(),
        gain: 0.195,
        ..Channel::new(format!("AP{i}"))
    };
    Info {
        format: "test",
        channels: (0..channels).map(channel).collect(),
        samples: 30_000_000,
        rate_hz: 30_000.0,
        stored: "<i2".to_owned(),
        dtype: Dtype::I16,
        layout: galvani::source::Layout::Interleaved,
        segments: Segment::all(30_000_000),
        warnings: Vec::new(),
    }
}

fn lay_out(target: [u32; 2], scene: &Scene, info: &Info) -> Layout {
    Layout::new(
        target,
        scene,
        info,
        &vec![500.0; info.channels.len()],
        0..usize::MAX,
        1.0,
    )
}

#[test]
fn every_colour_has_contrast() {
    for style in [Style::dark(), Style::light()] {
        assert!(style.foreground.contrast(style.background) >= 7.0);
        for (i, color) in style.palette.iter().enumerate() {
            assert!(color.contrast(style.background) >= 3.0, "{color:?}");
            assert!(!style.palette[..i].contains(color));
        }
    }
    assert!((Rgba8::opaque(0xFFFFFF).contrast(Rgba8::opaque(0)) - 21.0).abs() < 1e-9);
    assert_eq!(Rgba8::opaque(0x123456).to_u32(), 0xFF56_3412);
}

#[test]
fn an_amplitude_fills_its_lane() {
    let info = info(4);
    let mut scene = Scene::new(&info, Style::dark());
    scene.axes = None;
    let layout = Layout::new([800, 400], &scene, &info, &[100.0, 200.0, 50.0, 100.0], 0..4, 1.0);
    // The loudest of four fills 0.9 of its strip, upwards; all share its scale.
    let lane = layout.lanes[1];
    assert_eq!((lane.top, lane.bottom, lane.baseline), (100.0, 200.0, 150.0));
    assert!((lane.y0 + 200.0 * lane.px_per_stored - (150.0 - 45.0)).abs() < 1e-3);
    assert!(layout.lanes.iter().all(|l| l.px_per_stored == lane.px_per_stored));
    scene.traces.scale = Scale::Each;
    scene.traces.channels[2].gain = -2.0;
    let each = Layout::new([800, 400], &scene, &info, &[100.0, 200.0, 50.0, 100.0], 0..4, 1.0);
    assert!((each.lanes[0].px_per_stored * 100.0 + 45.0).abs() < 1e-3);
    assert!((each.lanes[2].px_per_stored * 50.0 - 90.0).abs() < 1e-3);
    scene.traces.scale = Scale::PerUnit(0.5);
    let fixed = Layout::new([800, 400], &scene, &info, &[], 0..4, 2.0);
    assert!((fixed.lanes[0].px_per_stored + 0.195).abs() < 1e-6);
    assert!((fixed.lanes[2].px_per_unit - 2.0).abs() < 1e-6);
}

/// What is drawn over a view, from an atlas of its own.
fn fresh(scene: &Scene, info: &Info, layout: &Layout, view: &View) -> Overlay {
    let shown = Shown {
        scene,
        info,
        layout,
        view,
        status: &[],
    };
    Overlay::new(&mut Text::new(), &shown)
}

#[test]
fn order_visibility_offset_and_range_are_obeyed() {
    let mut info = info(6);
    info.channels[5].offset = -65_000.0;
    let mut scene = Scene::new(&info, Style::light());
    scene.axes = None;
    scene.traces.channels.reverse();
    scene.traces.channels[1].visible = false;
    scene.traces.channels.push(galvani::scene::Trace {
        channel: 99,
        ..scene.traces.channels[0]
    });
    scene.traces.center(&info, &[0.0, 0.0, 0.0, 0.0, 0.0, 100.0]);
    let channels = |l: &Layout| l.lanes.iter().map(|lane| lane.channel).collect::<Vec<_>>();
    assert_eq!(channels(&lay_out([100, 100], &scene, &info)), [5, 3, 2, 1, 0]);
    let some = Layout::new([100, 100], &scene, &info, &[], 1..3, 1.0);
    assert_eq!(channels(&some), [3, 2]);
    let lane = lay_out([100, 100], &scene, &info).lanes[0];
    assert_eq!((lane.trace, lane.value0), (0, 100.0));
    assert!((lane.y0 + 100.0 * lane.px_per_stored - lane.baseline).abs() < 1e-3);
    // Signals may cross their neighbours unless told otherwise.
    let over = lay_out([100, 100], &scene, &info);
    assert!(
        over.lanes
            .iter()
            .all(|l| (l.clip_top, l.clip_bottom) == (0.0, 100.0))
    );
    scene.traces.overlap = false;
    let cut = lay_out([100, 100], &scene, &info);
    assert!(
        cut.lanes
            .iter()
            .all(|l| (l.clip_top, l.clip_bottom) == (l.top, l.bottom))
    );
}

/// The axis of time, whose height goes by two independent sizes, is left out where it would take half of the target.
#[test]
fn an_axis_higher_than_its_target_is_left_out() {
    let info = info(2);
    let mut scene = Scene::new(&info, Style::dark());
    scene.axes = Some(Axes {
        font_px: 0.0,
        ..Axes::default()
    });
    for height in [24, 30, 77, 78] {
        let layout = Layout::new([200, height], &scene, &info, &[300.0; 2], 0..2, 8.0);
        assert_eq!(
            (layout.time.h, layout.plot.h),
            if height < 78 { (0, height) } else { (39, 39) }
        );
    }
}

fn inside(overlay: &Overlay, [w, h]: [u32; 2]) -> Result<(), TestCaseError> {
    let (w, h) = (w as i32, h as i32);
    for r in &overlay.rects {
        prop_assert!(
            0 <= r.x0 && r.x0 < r.x1 && r.x1 <= w && 0 <= r.y0 && r.y0 < r.y1 && r.y1 <= h,
            "{r:?}"
        );
    }
    for g in &overlay.glyphs {
        prop_assert!(
            g.x >= 0 && g.w > 0 && g.x + g.w <= w && g.y >= 0 && g.h > 0 && g.y + g.h <= h,
            "{g:?}"
        );
        let last = u64::from(g.offset) + (g.h as u64 - 1) * u64::from(g.stride) + g.w as u64;
        prop_assert!(
            last <= overlay.coverage.len() as u64 && g.w as u32 <= g.stride,
            "{g:?}"
        );
    }
    prop_assert!(overlay.coverage.len() <= MAX_COVERAGE);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]
    #[test]
    fn layouts_cover_the_plot_and_overlays_stay_inside(
        target in prop_oneof![
            Just([1_u32, 1]), Just([64, 48]), Just([8192, 1]), Just([1, 8192]), [1..300_u32, 1..300_u32], [1..=8192_u32, 1..=8192_u32],
        ],
        channels in prop_oneof![Just(0_usize), Just(1), 0..64_usize, 0..4096_usize],
        scale_factor in prop_oneof![Just(1.0_f32), 0.1..8.0_f32, Just(f32::NAN)],
        font_px in prop_oneof![Just(12.0_f32), 0.0..100.0_f32, Just(f32::INFINITY)],
        sample in -(1_i64 << 20)..1_i64 << 45, log2 in -7.0..25.0_f64,
        skip in 0..8_usize,
    ) {
        let info = info(channels);
        let mut scene = Scene::new(&info, Style::dark());
        scene.axes = Some(Axes { font_px, ..Axes::default() });
        let layout = Layout::new(target, &scene, &info, &[300.0; 16], skip..4096, scale_factor);
        let plot = layout.plot;
        prop_assert!(plot.w > 0 && plot.h > 0 && plot.right() <= target[0] && plot.bottom() <= target[1]);
        prop_assert_eq!(layout.lanes.len(), channels.saturating_sub(skip));
        if let (Some(first), Some(last)) = (layout.lanes.first(), layout.lanes.last()) {
            prop_assert_eq!((first.top, last.bottom), (plot.y as f32, plot.bottom() as f32));
        }
        for pair in layout.lanes.windows(2) {
            prop_assert_eq!(pair[0].bottom, pair[1].top);
            prop_assert!(pair[0].top < pair[0].bottom);
        }
        for lane in &layout.lanes {
            prop_assert!(lane.y0.is_finite() && lane.px_per_stored < 0.0);
        }
        let view = View::new(Position::new(sample, 0.7), log2.exp2());
        let status = ["snapped by 0.03 px".to_owned(), "1.5 ms".to_owned()];
        let shown = Shown { scene: &scene, info: &info, layout: &layout, view: &view, status: &status };
        let mut text = Text::new();
        let overlay = Overlay::new(&mut text, &shown);
        inside(&overlay, target)?;
        // The same again, from a fresh atlas and from the used one.
        let fresh = Overlay::new(&mut Text::new(), &shown);
        prop_assert_eq!((&fresh.rects, &fresh.glyphs, &fresh.coverage), (&overlay.rects, &overlay.glyphs, &overlay.coverage));
        let again = Overlay::new(&mut text, &shown);
        prop_assert_eq!((&again.glyphs, again.version), (&overlay.glyphs, overlay.version));
    }

    #[test]
    fn odd_numbers_do_no_harm(gain: f32, offset: f64, all: f32, unit_px: f64, channel_gain: f64, channel_offset: f64, amplitude: f32) {
        let mut info = info(3);
        info.channels[0].gain = channel_gain;
        info.channels[0].offset = channel_offset;
        let mut scene = Scene::new(&info, Style::dark());
        scene.traces.gain = all;
        scene.traces.channels[0].gain = gain;
        scene.traces.channels[0].offset = offset;
        for scale in [Scale::Auto, Scale::Each, Scale::PerUnit(unit_px)] {
            scene.traces.scale = scale;
            let layout = Layout::new([640, 480], &scene, &info, &[amplitude], 0..3, 1.0);
            for lane in &layout.lanes {
                prop_assert!(lane.y0.is_finite() && lane.px_per_stored.is_finite() && lane.value0.is_finite());
                prop_assert!(lane.px_per_unit >= 0.0);
            }
            let view = View::fit(info.samples, 640);
            inside(&fresh(&scene, &info, &layout, &view), [640, 480])?;
        }
    }
}

#[test]
fn labels_on_the_axis_do_not_touch() {
    let info = info(8);
    let scene = Scene::new(&info, Style::dark());
    for target in [[1920, 1080], [640, 480], [200, 200]] {
        let layout = lay_out(target, &scene, &info);
        for (start, density) in [
            (0_i64, 15_000.0),
            (0, 1.0),
            (1 << 40, 0.01),
            (1 << 40, 7.0),
            (123_456_789, 300.0),
        ] {
            let view = View::new(Position::new(start, 0.0), density);
            let overlay = fresh(&scene, &info, &layout, &view);
            let mut axis: Vec<&Glyph> = overlay
                .glyphs
                .iter()
                .filter(|g| g.y >= layout.time.y as i32)
                .collect();
            axis.sort_by_key(|g| g.x);
            // Gaps between labels are wide, between letters at most a blank; neighbours never overlap by more than a seam.
            assert!(
                axis.windows(2).all(|p| p[0].x + p[0].w <= p[1].x + 2),
                "{target:?} {start} {density}"
            );
            assert!(!axis.is_empty());
            // Nor does the target's edge touch them.
            assert!(axis.iter().all(|g| g.x > 0 && g.x + g.w < target[0] as i32));
        }
    }
}

/// What lies over the plot is two bars, and plates no larger than letters.
#[test]
fn scale_bars_hide_little() {
    for (channels, target, scale) in [
        (4, [1920, 1080], 1.0),
        (64, [1280, 720], 1.0),
        (384, [1920, 1080], 2.0),
        (384, [1920, 1080], 1.0),
        (16, [300, 200], 1.0),
    ] {
        let info = info(channels);
        let mut scene = Scene::new(&info, Style::light());
        scene.traces.form = Form::Lines;
        for (amplitude, density) in [(500.0, 15_000.0), (173.0, 1.0), (44.0, 0.013), (3.1, 421.0)] {
            scene.axes = Some(Axes::default());
            let layout = Layout::new(
                target,
                &scene,
                &info,
                &vec![amplitude; channels],
                0..channels,
                scale,
            );
            let view = View::new(Position::new(1 << 33, 0.0), density);
            let overlay = fresh(&scene, &info, &layout, &view);
            let on_plot: Vec<&Rect> = overlay
                .rects
                .iter()
                .filter(|r| r.y0 < layout.plot.h as i32)
                .collect();
            assert_eq!(on_plot.len(), 6, "two seams, two bars, two plates");
            let size = |r: &Rect| ((r.x1 - r.x0) as f32, (r.y1 - r.y0) as f32);
            let ((across, _), (_, up)) = (size(on_plot[2]), size(on_plot[3]));
            assert!(
                (36.0 * scale..=91.0 * scale).contains(&across),
                "{across} px of time"
            );
            assert!(
                (10.0 * scale - 1.0..=61.0 * scale).contains(&up),
                "{up} px of amplitude"
            );
            let lane = layout.plot.h as f32 / channels as f32;
            assert!(up <= (1.5 * lane).max(25.0 * scale) + 1.0);
            for (seam, bar) in [(on_plot[0], on_plot[2]), (on_plot[1], on_plot[3])] {
                assert_eq!(
                    (seam.color, bar.color),
                    (scene.style.background, scene.style.foreground)
                );
                assert_eq!(
                    (seam.x0, seam.y0, seam.x1, seam.y1),
                    (bar.x0 - 1, bar.y0 - 1, bar.x1 + 1, bar.y1 + 1)
                );
            }
            for plate in &on_plot[4..] {
                let (w, h) = size(plate);
                assert!(
                    w <= 8.0 * layout.font_px && h <= 1.1 * layout.font_px,
                    "{plate:?}"
                );
                assert!(plate.x1 <= layout.plot.right() as i32 && plate.y1 <= layout.plot.bottom() as i32);
                assert_eq!(plate.color, scene.style.background.with_alpha(192));
            }
        }
    }
}

/// The bar of colours goes from the first to the last, small, inside the plot, and twice the gain halves what it reaches to.
#[test]
fn a_bar_of_colours_tells_what_they_mean() {
    for (channels, target, scale) in [
        (384, [1920, 1080], 2.0),
        (384, [1280, 800], 1.0),
        (96, [300, 200], 1.0),
    ] {
        let info = info(channels);
        let mut scene = Scene::new(&info, Style::dark());
        let mut told = Vec::new();
        for gain in [1.0, 2.0] {
            scene.traces.gain = gain;
            let amplitudes = vec![500.0; channels];
            let layout = Layout::new(target, &scene, &info, &amplitudes, 0..channels, scale);
            assert_eq!(layout.heat, 1.0);
            // Half of the amplitude's range in a strip that it fills nine tenths of.
            let full = layout.full_px / layout.lanes[0].px_per_unit;
            let wanted = 2.0 * 500.0 * info.channels[0].gain.abs() / 0.9 / f64::from(gain);
            assert!((full / wanted - 1.0).abs() < 1e-6, "{full}, not {wanted}");
            told.push(full);
            let view = View::new(Position::new(1 << 33, 0.0), 100.0);
            let overlay = fresh(&scene, &info, &layout, &view);
            let is_row = |rect: &&Rect| rect.y1 - rect.y0 == 1 && rect.color != scene.style.foreground;
            let rows: Vec<&Rect> = overlay.rects.iter().filter(is_row).collect();
            assert!(rows.iter().all(|rect| rect.y1 <= layout.plot.bottom() as i32));
            assert!(
                (50.0 * scale..=81.0 * scale).contains(&(rows.len() as f32)),
                "{}",
                rows.len()
            );
            assert!(rows[0].color.luminance() < 0.05 && rows[rows.len() - 1].color.luminance() > 0.7);
            for pair in rows.windows(2) {
                assert_eq!((pair[1].x0, pair[1].y1), (pair[0].x0, pair[0].y0));
            }
        }
        assert!((told[0] / told[1] - 2.0).abs() < 1e-6);
    }
}

#[test]
fn names_thin_out_and_are_elided() {
    let mut info = info(1000);
    info.channels[0].name = "a very long name of a channel that nobody could read anyway".to_owned();
    let scene = Scene::new(&info, Style::dark());
    let layout = lay_out([400, 300], &scene, &info);
    assert!(layout.labels.w > 0 && layout.labels.w as f32 <= 0.2 * 400.0 + 13.0);
    let view = View::fit(info.samples, layout.plot.w);
    let overlay = fresh(&scene, &info, &layout, &view);
    let names = overlay
        .glyphs
        .iter()
        .filter(|g| g.x + g.w <= layout.labels.w as i32 && g.y < layout.plot.h as i32)
        .count();
    assert!(names > 0 && names < 20 * 12, "{names}");
    assert_eq!(elided("AP123", 12.0, 1000.0), "AP123");
    assert_eq!(elided("AP123", 12.0, 1.0), "");
    let short = elided("membrane potential", 12.0, 60.0);
    assert!(
        short.ends_with('…') && width(&short, 12.0) <= 60.0 && short.len() > 6,
        "{short}"
    );
    assert_eq!(width("0000", 12.0), width("1111", 12.0));
}

#[test]
fn the_atlas_is_bounded_and_versioned() {
    let mut text = Text::new();
    let ink = Ink {
        color: Rgba8::opaque(0xFFFFFF),
        target: [8192, 8192],
    };
    let all: String = (0x20..0x17F_u32)
        .filter_map(char::from_u32)
        .chain("ΩΔμ−…×←→↑↓≤≥".chars())
        .collect();
    let mut glyphs = Vec::new();
    for px in 16..260 {
        text.begin();
        let before = (text.version(), text.coverage().len());
        text.line(&mut glyphs, &all, (0.3, 100), px as f32 / 4.0, ink);
        assert!(text.coverage().len() <= MAX_COVERAGE);
        assert!(before == (text.version(), text.coverage().len()) || text.version() > before.0);
    }
    // Every letter has ink, and a missing one is replaced.
    for c in all
        .chars()
        .chain("漢".chars())
        .filter(|c| !c.is_whitespace() && !c.is_control() && *c != '\u{ad}')
    {
        glyphs.clear();
        let end = text.line(&mut glyphs, c.encode_utf8(&mut [0; 4]), (10.0, 20), 12.0, ink);
        assert!(glyphs.len() == 1 && end > 10.0, "{c}");
        let g = glyphs[0];
        let bytes = &text.coverage()[g.offset as usize..][..(g.stride as usize * g.h as usize)];
        assert!(bytes.iter().any(|&b| b > 40), "{c}");
    }
}

#[test]
fn cuts_keep_the_coverage_aligned() {
    let color = Rgba8::default();
    let glyph = Glyph {
        x: -3,
        y: -2,
        w: 10,
        h: 8,
        offset: 100,
        stride: 10,
        color,
    };
    let cut = Glyph {
        x: 0,
        y: 0,
        w: 5,
        h: 4,
        offset: 123,
        stride: 10,
        color,
    };
    assert_eq!(glyph.cut([5, 4]), Some(cut));
    assert_eq!(glyph.cut([0, 4]), None);
    assert_eq!(
        Rect {
            x0: 5,
            y0: 0,
            x1: 9,
            y1: 3,
            color
        }
        .cut([5, 5]),
        None
    );
}
