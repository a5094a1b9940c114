//! Sheets: each figure as on a target of its own, wherever it lies, and linked axes that show the same.

mod common;

use common::random::Random;
use common::{gpu, pictures::assert_same};
use galvani::figure::{Figure, Link, PanelView, Sheet, Space};
use galvani::renderer::{Rasteriser, Renderer};
use galvani::scene::{PxRect, Rgba8, Style};
use galvani::target::Offscreen;
use galvani::vector::Shape;

/// Points within `[0, scale]` of both axes.
fn figure(seed: u64, scale: f64) -> Figure {
    let mut random = Random::new(seed);
    let (x, y): (Vec<f64>, Vec<f64>) = (0..40)
        .map(|_| (scale * random.unit(), scale * random.unit()))
        .unzip();
    Figure::new()
        .title(format!("Number {seed}"))
        .points(&x, &y)
        .figure()
        .expect("a figure")
}

/// Two rows of three columns: one over two rows, one over two columns, one place free.
fn sheet() -> Sheet {
    let dark = figure(3, 30.0).style(Style::dark());
    Sheet::new(2, 3)
        .size(501, 307)
        .place(0..2, 0..1, figure(1, 1.0))
        .and_then(|sheet| sheet.place(0..1, 1..3, figure(2, 2.0)))
        .and_then(|sheet| sheet.at(1, 2, dark))
        .expect("free places")
}

/// The pixels of a rectangle of a target so many pixels across.
fn part(pixels: &[u8], width: u32, rect: &PxRect) -> Vec<[u8; 4]> {
    let rows = pixels.as_chunks::<4>().0.chunks_exact(width as usize);
    let rows = rows.skip(rect.y as usize).take(rect.h as usize);
    rows.flat_map(|row| &row[rect.x as usize..rect.right() as usize])
        .copied()
        .collect()
}

#[test]
fn each_is_as_on_a_target_of_its_own() {
    for (scale, link) in [(1.0, Link::None), (1.5, Link::All)] {
        let sheet = sheet().scale(scale).link_x(link).link_y(link);
        let target = sheet.target_size();
        let planes = sheet.views(target);
        let pixels = sheet.pixels(&planes).expect("pixels");
        let rects = sheet.rects(target);
        for ((cell, plane), rect) in sheet.cells.iter().zip(&planes).zip(&rects) {
            // Of whole pixels, whatever the scale.
            let mut alone = cell.panel.figure().expect("a figure").clone();
            alone.size = [rect.w, rect.h].map(|px| (f64::from(px) / f64::from(scale)).round() as u32);
            if alone.target_size() != [rect.w, rect.h] {
                continue;
            }
            let alone = alone.pixels(plane.plane().expect("a plane"));
            let what = format!("{scale}: {}", cell.panel.title());
            assert_same(
                &part(&pixels, target[0], rect),
                alone.as_chunks().0,
                rect.w,
                &what,
            );
        }
        // The free place has the first one's background.
        let free = PxRect {
            x: rects[0].right(),
            y: rects[1].bottom(),
            w: rects[2].x - rects[0].right(),
            h: rects[2].h,
        };
        let Rgba8 { r, g, b, .. } = sheet.cells[0].panel.figure().expect("a figure").style.background;
        let ground = part(&pixels, target[0], &free);
        assert!(!ground.is_empty() && ground.iter().all(|pixel| *pixel == [r, g, b, 255]));
    }
}

#[test]
fn all_targets_show_the_same() {
    let gpu = gpu();
    let sheet = sheet().link_x(Link::Aligned);
    let size = sheet.target_size();
    let planes = sheet.views(size);
    let mut renderer = Renderer::new(gpu.device(), Rasteriser::Auto).expect("one");
    let mut target = Offscreen::new(gpu.device(), size).expect("a target");
    let reports = renderer
        .render_sheet(&sheet, &planes, &mut target)
        .expect("a frame");
    let plots: Vec<PxRect> = reports.iter().map(|report| report.plot).collect();
    assert_eq!(plots, sheet.plots(size));
    let wanted = sheet.pixels(&planes).expect("pixels");
    assert!(
        target.pixels().expect("pixels") == &wanted[..],
        "the device's target"
    );
    assert!(renderer.render_sheet(&sheet, &planes[1..], &mut target).is_err());
}

#[test]
fn linked_axes_show_the_same() {
    let target = [600, 400];
    let seen = |sheet: &Sheet, planes: &[PanelView]| {
        let plots = sheet.plots(target);
        let bounds = |(view, plot): (&PanelView, &PxRect)| {
            let plane = view.plane().expect("a plane");
            plane.bounds([plot.w, plot.h])
        };
        planes.iter().zip(&plots).map(bounds).collect::<Vec<_>>()
    };
    let close = |a: [f64; 2], b: [f64; 2]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9);
    let all = sheet().link_x(Link::All).link_y(Link::Aligned);
    let mut planes = all.views(target);
    let at_first = seen(&all, &planes);
    assert!(
        close(at_first[0].x, at_first[1].x) && close(at_first[1].x, at_first[2].x),
        "{at_first:?}"
    );
    assert!(at_first[0].x[1] > 29.0, "as far as the widest: {at_first:?}");
    // The first two begin in one row, the third does not.
    assert!(close(at_first[0].y, at_first[1].y) && !close(at_first[1].y, at_first[2].y));

    let plot = all.plots(target)[1];
    let plane = planes[1].plane_mut().expect("a plane");
    plane.zoom_at([40.0, 30.0], [3.0, 2.0], [plot.w, plot.h]);
    all.follow(&mut planes, 1, target);
    let after = seen(&all, &planes);
    assert!(close(after[0].x, after[1].x) && close(after[2].x, after[1].x));
    assert!(close(after[0].y, after[1].y) && close(after[2].y, at_first[2].y));

    let none = sheet();
    let mut planes = none.views(target);
    let before = planes.clone();
    planes[1].plane_mut().expect("a plane").pan_px([10.0, 10.0]);
    none.follow(&mut planes, 1, target);
    assert_eq!((planes[0], planes[2]), (before[0], before[2]));
}

#[test]
fn places_that_are_not_free_are_refused() {
    let said = |sheet: galvani::Result<Sheet>| sheet.err().expect("an error").to_string();
    assert!(said(Sheet::new(2, 2).at(2, 0, figure(1, 1.0))).contains("2 rows and 2 columns"));
    let taken = Sheet::new(2, 2).place(0..2, 0..1, figure(1, 1.0));
    let taken = taken.expect("it is free");
    assert!(said(taken.clone().at(1, 0, figure(2, 1.0))).contains("another figure"));
    let backwards = std::ops::Range { start: 1, end: 1 };
    assert!(taken.clone().place(backwards, 1..2, figure(2, 1.0)).is_err());
    // More cells than pixels.
    let tiny = Sheet::new(1, 100).size(50, 10).at(0, 0, figure(1, 1.0));
    let tiny = tiny.expect("it is free");
    let planes = tiny.views(tiny.target_size());
    let problem = tiny.pixels(&planes).expect_err("too small").to_string();
    assert!(problem.contains("50 × 10"), "{problem}");
    let empty = Sheet::new(1, 1).size(4, 2);
    assert_eq!(empty.pixels(&[]).expect("nothing is white"), [255; 32]);
}

/// A scene beside figures, over two rows.
fn with_scene() -> Sheet {
    let places: Vec<[f64; 3]> = (0..50_u8)
        .map(|i| [f64::from(i).sin(), f64::from(i).cos(), f64::from(i)])
        .collect();
    let space = Space::new()
        .title("Turned")
        .balls(&places)
        .space()
        .expect("a scene");
    Sheet::new(2, 2)
        .size(500, 300)
        .link_x(Link::All)
        .at(0, 0, figure(1, 1.0))
        .and_then(|sheet| sheet.place(0..2, 1..2, space.labels("x", "y", "z").style(Style::dark())))
        .and_then(|sheet| sheet.at(1, 0, figure(2, 2.0)))
        .expect("free places")
}

#[test]
fn scenes_are_as_on_a_target_of_their_own() {
    let gpu = gpu();
    let sheet = with_scene();
    let target = sheet.target_size();
    let mut views = sheet.views(target);
    let camera = views[1].camera_mut().expect("a camera");
    camera.turntable([31.0, 11.0], [250, 300]);
    let pixels = sheet.pixels(&views).expect("pixels");
    let rects = sheet.rects(target);
    assert_eq!(sheet.plots(target)[1], rects[1]);
    let alone = sheet.cells[1]
        .panel
        .space()
        .expect("a scene")
        .clone()
        .size(250, 300);
    let wanted = alone
        .pixels(views[1].camera().expect("a camera"))
        .expect("pixels");
    assert_same(
        &part(&pixels, 500, &rects[1]),
        wanted.as_chunks().0,
        250,
        "the scene",
    );
    let alone = sheet.cells[2]
        .panel
        .figure()
        .expect("a figure")
        .clone()
        .size(250, 150);
    let wanted = alone.pixels(views[2].plane().expect("a plane"));
    assert_same(
        &part(&pixels, 500, &rects[2]),
        wanted.as_chunks().0,
        250,
        "a figure",
    );

    let mut renderer = Renderer::new(gpu.device(), Rasteriser::Auto).expect("one");
    let mut on_device = Offscreen::new(gpu.device(), target).expect("a target");
    let reports = renderer
        .render_sheet(&sheet, &views, &mut on_device)
        .expect("a frame");
    assert!(
        on_device.pixels().expect("pixels") == &pixels[..],
        "the device's target"
    );
    assert_eq!((reports[1].plot, reports[1].visuals.len()), (rects[1], 0));

    let drawing = sheet.drawing(&views).expect("a drawing");
    let texts = drawing.shapes.iter().filter_map(|shape| match shape {
        Shape::Text(line) => Some((line.text.as_str(), line.x)),
        _ => None,
    });
    let at: Vec<f32> = texts
        .filter(|(text, _)| ["Turned", "z"].contains(text))
        .map(|(_, x)| x)
        .collect();
    assert!(at.len() == 2 && at.iter().all(|x| *x > 250.0), "{at:?}");
}

#[test]
fn views_of_the_other_kind_are_refused_and_scenes_are_not_linked() {
    let sheet = with_scene();
    let target = sheet.target_size();
    let mut views = sheet.views(target);
    let before = views[1];
    let plane = views[0].plane_mut().expect("a plane");
    plane.pan_px([40.0, 0.0]);
    sheet.follow(&mut views, 0, target);
    let corner = |view: &PanelView| view.plane().expect("a plane").corner[0];
    assert!((corner(&views[0]) - corner(&views[2])).abs() < 1e-9);
    assert_eq!(views[1], before);
    sheet.follow(&mut views, 1, target);
    views.swap(0, 1);
    let problem = sheet.pixels(&views).expect_err("swapped").to_string();
    assert!(problem.contains("number 0"), "{problem}");
}
