//! Text in plots: letters are those of the atlas at their places, cut to the plot. All of it needs no Vulkan.

mod common;

use common::figures;
use galvani::figure::{Figure, Frame, Labels};
use galvani::reference::overlay;
use galvani::scene::Rgba8;
use galvani::scene::text::{self, Text};
use galvani::view::plane::{Bounds, Plane};

fn small() -> Figure {
    Figure::new().size(240, 160).grid(false)
}

fn frame(figure: &Figure, plane: &Plane) -> Frame {
    Frame::new(figure, plane, figure.target_size(), &mut Text::new())
}

/// A view of 0 … 1 of both axes.
fn unit(figure: &Figure) -> Plane {
    let plot = Frame::plot(figure, figure.target_size());
    let bounds = Bounds {
        x: [0.0, 1.0],
        y: [0.0, 1.0],
    };
    Plane::span(bounds, [plot.w, plot.h], None)
}

#[test]
fn letters_are_those_of_the_atlas_over_what_is_below() {
    let figure = small()
        .text(
            &[0.2, 0.5, 0.99, 0.5],
            &[0.5, 0.01, 0.7, 0.99],
            &["CA1", "two\nlines", "cut off here", "top"],
        )
        .color(Rgba8::opaque(0xa0_2010).with_alpha(200))
        .figure()
        .expect("a figure");
    let plane = unit(&figure);
    figures::check(&figure, &plane, "labels", |frame, wanted, width| {
        let [written] = frame.labels.as_slice() else {
            panic!("one visual is text");
        };
        assert_eq!(written.in_view, 4);
        let bytes = |pixel: &[f64; 3]| [pixel[0] as u8, pixel[1] as u8, pixel[2] as u8, 255];
        let mut pixels: Vec<[u8; 4]> = wanted.iter().map(bytes).collect();
        overlay::cover(&written.overlay, &mut pixels, width, 0);
        for (wanted, pixel) in wanted.iter_mut().zip(&pixels) {
            *wanted = [pixel[0], pixel[1], pixel[2]].map(f64::from);
        }
        for glyph in &written.overlay.glyphs {
            let plot = frame.plot;
            assert!(
                glyph.x >= plot.x as i32 && glyph.x + glyph.w <= plot.right() as i32,
                "{glyph:?}"
            );
            assert!(
                glyph.y >= plot.y as i32 && glyph.y + glyph.h <= plot.bottom() as i32,
                "{glyph:?}"
            );
        }
    });
}

#[test]
fn the_anchor_is_at_the_place() {
    for (anchor, scale) in [
        ([0.0, 0.0], 1.0),
        ([0.5, 0.5], 1.0),
        ([1.0, 1.0], 2.0),
        ([0.0, 1.0], 1.5),
    ] {
        let figure = small()
            .scale(scale)
            .text(&[0.5], &[0.5], &["HHHH"])
            .size(16.0)
            .anchor(anchor[0], anchor[1])
            .offset(3.0, -2.0)
            .figure()
            .expect("a figure");
        let plane = unit(&figure);
        let frame = frame(&figure, &plane);
        let glyphs = &frame.labels[0].overlay.glyphs;
        let em = 16.0 * scale;
        let width = text::width("HHHH", em);
        let place = plane.px_from([0.5, 0.5]).map(|px| px as f32);
        let left = place[0] + frame.plot.x as f32 + 3.0 * scale - anchor[0] * width;
        let top = place[1] + frame.plot.y as f32 + 2.0 * scale - (1.0 - anchor[1]) * em;
        let span = glyphs
            .iter()
            .fold([i32::MAX, i32::MAX, i32::MIN, i32::MIN], |[l, t, r, b], g| {
                [l.min(g.x), t.min(g.y), r.max(g.x + g.w), b.max(g.y + g.h)]
            });
        let middle = [(span[0] + span[2]) as f32 / 2.0, (span[1] + span[3]) as f32 / 2.0];
        assert!(
            (middle[0] - (left + width / 2.0)).abs() <= 1.5,
            "{anchor:?}: {span:?}"
        );
        assert!(
            (middle[1] - (top + em / 2.0)).abs() <= 1.5,
            "{anchor:?}: {span:?}"
        );
    }
}

#[test]
fn what_is_out_of_view_or_nowhere_is_not_written() {
    let x = [0.5, -3.0, f64::NAN, 1e300, 0.5, 0.5];
    let y = [0.5, 0.5, 0.5, -1e300, 7.0, 0.4];
    let texts = ["here", "left", "nowhere", "far", "above", ""];
    let figure = small().text(&x, &y, &texts).figure().expect("a figure");
    let frame = frame(&figure, &unit(&figure));
    let lines: Vec<&str> = frame.labels[0]
        .overlay
        .lines
        .iter()
        .map(|line| line.text.as_str())
        .collect();
    assert_eq!(lines, ["here"]);
    assert_eq!(frame.labels[0].in_view, 1);
    assert_eq!(figure.bounds().x, [-3.0, 1e300]);
    assert!(Labels::new(&[0.0], &[0.0, 1.0], &["a"]).is_err());
    assert!(Labels::new(&[0.0], &[0.0], &[] as &[&str]).is_err());
    let none = small()
        .text::<f32, &str>(&[], &[], &[])
        .figure()
        .expect("a figure");
    assert_eq!(none.pixels(&none.view([240, 160])).len(), 240 * 160 * 4);
}

#[test]
fn a_visual_covers_text_that_was_added_before_it() {
    let block = Rgba8::opaque(0x30_3030);
    let over = small()
        .text(&[0.5], &[0.5], &["hidden"])
        .color(Rgba8::opaque(0xff_0000))
        .bars([0.5].as_slice(), [1.0].as_slice())
        .width(1.0)
        .color(block)
        .figure()
        .expect("a figure");
    let plane = unit(&over);
    let reds = over.pixels(&plane);
    assert!(
        reds.chunks_exact(4)
            .all(|pixel| pixel[0] <= pixel[1].saturating_add(60)),
        "red is below"
    );
}
