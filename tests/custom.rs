//! Visuals by shaders of an embedder's own, held to what they should show, pixel by pixel, and to the twin of what is out of view.

mod common;

use std::path::Path;

use common::random::Random;
use common::squares::{Easel, SIZE, Square, custom, empty, layout, plane, program, spirv, squares};
use common::{gpu, scratch};
use galvani::custom::{Layout, Program, Stage};
use galvani::figure::{Custom, Figure, Frame, Hit, Item, Scale, Sheet};
use galvani::reference;
use galvani::scene::Rgba8;
use galvani::target::Offscreen;
use galvani::view::plane::Plane;

#[test]
fn shaders_show_their_items_to_the_pixel_wherever_they_lie() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device());
    let far = (1_u64 << 40) as f64;
    for (what, corner) in [
        ("near", [-3.0, 40.0]),
        ("far", [far, -far]),
        ("very far", [-64.0 * far, 3.0]),
    ] {
        for count in [0, 1, 2, 63, 64, 65, 1031] {
            let squares = squares(count as u64, count, corner);
            let custom = custom(&squares, &[]);
            let plane = plane(corner);
            easel.check(
                &empty().with(custom.clone()),
                &plane,
                &squares,
                &format!("{what}, {count}"),
            );
            easel.check(
                &empty().with(custom.reach(16.0)),
                &plane,
                &squares,
                &format!("{what}, {count}, of those in view"),
            );
        }
    }
    // All of a plot 10⁻³⁰ wide.
    let near = squares(7, 50, [0.0; 2]);
    let small: Vec<Square> = near
        .iter()
        .map(|(place, size, color)| (place.map(|v| v * 1e-30), *size, *color))
        .collect();
    let at = Plane {
        corner: [0.0; 2],
        px_per_unit: [4e30, 2e30],
    };
    easel.check(
        &empty().with(custom(&small, &[]).reach(16.0)),
        &at,
        &small,
        "tiny",
    );
}

#[test]
fn what_is_not_finite_is_not_drawn() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device());
    let mut all = squares(3, 60, [0.0; 2]);
    for (i, value) in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300]
        .into_iter()
        .enumerate()
    {
        all[7 * i].0[i % 2] = value;
    }
    let finite: Vec<Square> = all
        .iter()
        .copied()
        .filter(|square| square.0.iter().all(|v| v.abs() < 1e9))
        .collect();
    // Beside 10³⁰⁰ what is near lies all at one place, so that is left out of what shaders are given.
    let given: Vec<Square> = all
        .iter()
        .map(|(place, size, color)| {
            (
                place.map(|v| if v.abs() == 1e300 { f64::NAN } else { v }),
                *size,
                *color,
            )
        })
        .collect();
    for custom in [custom(&given, &[]), custom(&given, &[]).reach(16.0)] {
        easel.check(&empty().with(custom), &plane([0.0; 2]), &finite, "gaps");
    }
    let custom = custom(&all, &[]).reach(16.0);
    easel.draw(&empty().with(custom), &plane([0.0; 2]));
}

#[test]
fn items_in_view_are_those_of_the_twin() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device());
    let mut random = Random::new(5);
    for (count, per) in [
        (1, 1),
        (5, 2),
        (4096, 1),
        (4097, 1),
        (9000, 3),
        (20_011, 1),
        (700, 64),
    ] {
        let places: Vec<Square> = (0..count * per)
            .map(|_| {
                let place = [0; 2].map(|_| 400.0 * random.unit() - 200.0);
                let place = if random.below(50) == 0 {
                    [f64::NAN, place[1]]
                } else {
                    place
                };
                (place, 4.0, Rgba8::opaque(0))
            })
            .collect();
        let custom = custom(&places, &[]);
        let mut custom = custom.each_of("place", per as u32).expect("there").reach(3.0);
        custom.set_uniform("per", per as u32).expect("there");
        assert_eq!(custom.count(), count as u32);
        let figure = empty().with(custom.clone());
        for zoom in [0.1, 1.0, 40.0] {
            let seen = Plane {
                corner: [-10.0, 12.0],
                px_per_unit: [4.0 * zoom, 2.0 * zoom],
            };
            easel.draw(&figure, &seen);
            let culling = easel.renderer.inspect_custom(&custom).expect("culled");
            let wanted = reference::items::seen(&culling.push, &culling.told, &culling.places);
            assert_eq!(culling.items, wanted, "{count} of {per} at {zoom}");
            assert!(wanted.len() < count || count < 10, "{count} of {per} at {zoom}");
        }
    }
}

#[test]
fn visuals_lie_over_one_another_as_they_were_added() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device());
    let plane = plane([0.0; 2]);
    let square = |color: u32| custom(&[([10.0, -20.0], 30.0, Rgba8::opaque(color))], &[]);
    let span = |figure: Figure, color: u32| {
        let adding = figure
            .spans_x(&[[8.0, 12.0]])
            .color(Rgba8::opaque(color))
            .opacity(1.0);
        adding.figure().expect("a span")
    };
    let figure = span(empty().with(square(0xff_0000)), 0x00_ff00).with(square(0x00_00ff).opacity(0.5));
    let pixels = easel.draw(&figure, &plane);
    let plot = Frame::plot(&figure, SIZE);
    let at = |x: u32, y: u32| {
        let at = ((plot.y + y) * SIZE[0] + plot.x + x) as usize * 4;
        [pixels[at], pixels[at + 1], pixels[at + 2]]
    };
    assert_eq!(at(28, 40), [127, 0, 128], "half of blue over red");
    assert_eq!(at(40, 40), [0, 127, 128], "over green, which is over red");
    assert_eq!(at(40, 5), [0, 255, 0], "green alone");
    assert_eq!(at(5, 5), [255; 3]);
    // A colour that is half clear by itself.
    let half = custom(&[([10.0, -20.0], 30.0, Rgba8::opaque(0).with_alpha(51))], &[]);
    let pixels = easel.draw(&empty().with(half), &plane);
    let grey = pixels[((plot.y + 40) * SIZE[0] + plot.x + 40) as usize * 4];
    assert_eq!(grey, 204);
}

#[test]
fn logarithmic_axes_move_places() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device());
    let units = squares(8, 50, [0.0; 2]);
    let mut on_axis: Vec<Square> = units
        .iter()
        .map(|(place, size, color)| ([10_f64.powf(place[0] / 10.0), place[1]], *size, *color))
        .collect();
    on_axis.push(([-1.0, 0.0], 30.0, Rgba8::opaque(0)));
    let custom = custom(&on_axis, &[]).reach(16.0);
    let log = empty().scales(Scale::Log, Scale::Linear).with(custom.clone());
    let seen = Plane {
        corner: [0.0; 2],
        px_per_unit: [40.0, 2.0],
    };
    // What is seen there is what evenly spaced places show on an even axis: expected by those.
    let shown: Vec<Square> = units
        .iter()
        .map(|(place, size, color)| ([place[0] / 10.0, place[1]], *size, *color))
        .collect();
    easel.check(&log, &seen, &shown, "logarithms");
    let bounds = log.bounds();
    assert!((bounds.x[0] - shown.iter().map(|square| square.0[0]).fold(9.0, f64::min)).abs() < 1e-12);
    // The same visual on even axes again.
    easel.draw(&empty().with(custom), &plane([0.0; 2]));
    easel.check(&log, &seen, &shown, "and back");
}

#[test]
fn what_is_hit_is_what_is_seen() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device());
    let (corner, mut random) = ([0.0; 2], Random::new(9));
    let all = squares(16, 30, corner);
    let mut custom = custom(&all, &[]).reach(16.0);
    custom.set_uniform("gap", 3_u32).expect("a uniform");
    let figure = empty()
        .points(&[20.0], &[-20.0])
        .size(9.0)
        .figure()
        .expect("a point")
        .with(custom);
    let (plane, plot) = (plane(corner), Frame::plot(&figure, SIZE));
    // The item of each pixel, by the squares themselves.
    let item = |column: u32, row: u32| {
        let is_on = |place: &Square| {
            let px = plane.px_from(place.0);
            let half = f64::from(place.1) / 2.0;
            [(column, px[0]), (row, px[1])]
                .iter()
                .all(|(px, at)| (f64::from(*px) + 0.5 - at).abs() < half)
        };
        if row % 7 == 3 {
            None
        } else {
            all.iter().rposition(is_on)
        }
    };
    let mut hits = 0;
    for _ in 0..400 {
        let at = [plot.w, plot.h].map(|side| random.below(u64::from(side) * 8) as f64 / 8.0);
        let reach = [0.0, 0.4, 3.0, 11.0][random.below(4) as usize];
        let on_target = [at[0] + f64::from(plot.x), at[1] + f64::from(plot.y)];
        let hit = easel
            .renderer
            .hit(&figure, (&plane, SIZE), on_target, reach)
            .expect("a hit");
        let mut nearest = f64::INFINITY;
        for row in 0..plot.h {
            for column in 0..plot.w {
                if item(column, row).is_some() {
                    let beside = |at: f64, px: u32| (f64::from(px) - at).max(at - f64::from(px + 1)).max(0.0);
                    nearest = nearest.min(beside(at[0], column).hypot(beside(at[1], row)));
                }
            }
        }
        match hit {
            Some(Hit {
                visual: 1,
                item: Item::Custom(number),
                distance_px,
            }) => {
                assert!(
                    (distance_px - nearest).abs() < 1e-9,
                    "{at:?}: {distance_px} and {nearest}"
                );
                assert!(number < all.len());
                if distance_px == 0.0 {
                    assert_eq!(Some(number), item(at[0] as u32, at[1] as u32), "{at:?}");
                }
                hits += 1;
            }
            other => {
                assert!(nearest > reach, "{at:?}: {other:?}, and {nearest} from a square");
                assert_eq!(
                    other,
                    figure.hit(&plane, SIZE, on_target, reach),
                    "the point below"
                );
            }
        }
    }
    assert!((30..300).contains(&hits), "{hits}");
    let beside = easel.renderer.hit(&figure, (&plane, SIZE), [1.0, 1.0], 5.0);
    assert_eq!(beside.expect("no error"), None, "beside the plot");
}

#[test]
fn files_and_sheets_show_them() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device());
    let all = squares(17, 20, [0.0; 2]);
    let figure = empty()
        .x_limits(0.0, 30.0)
        .y_limits(-40.0, 0.0)
        .with(custom(&all, &[]).name("squares"));
    let drawn = easel.draw(&figure, &figure.view(SIZE));
    let path = scratch("custom.png");
    figure.save(&path).expect("a picture");
    let read = |path: &Path| {
        let mut reader = png::Decoder::new(std::io::BufReader::new(
            std::fs::File::open(path).expect("a file"),
        ))
        .read_info()
        .expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a small picture")];
        reader.next_frame(&mut bytes).expect("a picture");
        bytes
    };
    let rgb: Vec<u8> = drawn.chunks(4).flat_map(|pixel| pixel[..3].to_vec()).collect();
    assert!(read(&path) == rgb, "the file shows what was drawn");
    let path = scratch("custom.svg");
    figure.save(&path).expect("a drawing");
    let svg = std::fs::read_to_string(&path).expect("a file");
    let without = figure.drawing(&figure.view(SIZE)).svg();
    assert!(
        svg.contains("<image") && svg != without,
        "its pixels are in the drawing"
    );
    assert_ne!(
        figure.pixels(&figure.view(SIZE)),
        drawn,
        "without a device they are not seen"
    );
    // In a sheet each has its own view.
    let sheet = Sheet::new(1, 2)
        .at(0, 0, figure.clone())
        .and_then(|sheet| sheet.at(0, 1, figure))
        .expect("a sheet");
    let sheet = sheet.size(2 * SIZE[0], SIZE[1]);
    let size = sheet.target_size();
    let mut target = Offscreen::new(gpu.device(), size).expect("a target");
    easel
        .renderer
        .render_sheet(&sheet, &sheet.views(size), &mut target)
        .expect("a frame");
    let pixels = target.pixels().expect("pixels");
    for (y, row) in pixels.chunks(size[0] as usize * 4).enumerate() {
        let alone = &drawn[y * SIZE[0] as usize * 4..][..SIZE[0] as usize * 4];
        assert!(
            row[..alone.len()] == *alone && row[alone.len()..] == *alone,
            "row {y}"
        );
    }
}

#[test]
fn what_cannot_be_drawn_is_told() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device());
    let bare = Custom::new().places("place", &[0.0], &[0.0]).expect("a place");
    let mut target = Offscreen::new(gpu.device(), SIZE).expect("a target");
    let figure = empty().with(bare.clone());
    let said = easel
        .renderer
        .render_figure(&figure, &plane([0.0; 2]), &mut target)
        .expect_err("no shaders")
        .to_string();
    assert!(said.contains("no shaders"), "{said}");
    let said = |refused: galvani::Result<Custom>| refused.err().expect("refused").to_string();
    assert!(said(bare.clone().program(program(&[]))).contains("made for"));
    assert!(said(bare.clone().spirv(&[1, 2], &[])).contains("the vertex shader"));
    assert!(
        said(bare.clone().spirv(&spirv("square.vert"), &spirv("square.vert")))
            .contains("the fragment shader")
    );
    assert!(said(bare.clone().buffer("place", &[1.0_f32])).contains("already"));
    assert!(said(bare.clone().uniform("main", 1.0_f32)).contains("\"main\""));
    assert!(said(bare.clone().each_of("nowhere", 1)).contains("place"));
    assert!(said(bare.clone().each_of("place", 65)).contains("1 to 64"));
    assert!(said(bare.clone().places("more", &[1.0], &[])).contains("1 x and 0 y"));
    let mut bare = bare;
    assert!(
        bare.put("place", 0, &[1.0_f32]).is_err() && bare.put_places("place", 2, &[1.0], &[1.0]).is_err()
    );
    assert!(bare.set_uniform("grow", 1.0_f32).is_err());
    assert!(
        Program::spirv(Layout::new(), &spirv("square.vert"), &spirv("square.frag"))
            .and_then(|program| program.compute_spirv("place", &spirv("drift.comp")))
            .is_err()
    );
}

#[test]
fn sources_are_whole_and_count_their_own_lines() {
    let source = layout().source(
        Stage::Vertex,
        "vec4 position() {\n    return clip(place_px(item()));\n}",
    );
    assert!(source.starts_with("#version 460\n"));
    let (prelude, own) = source.split_once("#line 1\n").expect("lines are counted anew");
    assert!(prelude.contains("vec2 place_px(uint i)") && own.starts_with("vec4 position()"));
}

#[cfg(feature = "shaderc")]
#[test]
fn compilers_speak_of_the_lines_that_were_given() {
    let refused = Program::glsl(
        layout(),
        "vec4 position() {\n    return nothing;\n}",
        "vec4 color() { return vec4(1.0); }",
    );
    let said = refused.err().expect("refused").to_string();
    assert!(
        said.contains("the vertex shader") && said.contains("vertex:2") && said.contains("nothing"),
        "{said}"
    );
    let refused = Program::glsl(
        layout(),
        "vec4 position() { return clip(vec2(0.0)); }",
        "\n\nvec4 color() { return 1; }",
    );
    let said = refused.err().expect("refused").to_string();
    assert!(
        said.contains("the fragment shader") && said.contains("fragment:3"),
        "{said}"
    );
    let program = Program::glsl(
        layout(),
        "vec4 position() { return clip(vec2(0.0)); }",
        "vec4 color() { return vec4(1.0); }",
    );
    let said = program
        .expect("shaders")
        .compute_glsl("place", "void run(uint i) { set_place(i, vec3(1.0)); }");
    assert!(said.err().expect("refused").to_string().contains("compute:1"));
}
