//! Visuals by shaders of an embedder's own, held to what they should show, pixel by pixel, and to the twin of what is out of view.

mod common;

use std::path::Path;
use std::sync::Arc;

use common::random::Random;
use common::{gpu, scratch};
use galvani::custom::{Layout, Program, Stage};
use galvani::figure::{Custom, Figure, Frame, Hit, Item, Scale, Sheet};
use galvani::gpu::Device;
use galvani::plan::Fidelity;
use galvani::reference;
use galvani::renderer::{Rasteriser, Renderer};
use galvani::scene::Rgba8;
use galvani::target::Offscreen;
use galvani::view::plane::Plane;

const SIZE: [u32; 2] = [180, 130];

fn layout() -> Layout {
    Custom::new()
        .places("place", &[], &[])
        .and_then(given)
        .expect("names")
        .layout()
}

/// What the shaders of these tests find beside places.
fn given(custom: Custom) -> galvani::Result<Custom> {
    custom
        .buffer::<f32>("size", &[])?
        .buffer::<Rgba8>("tint", &[])?
        .buffer::<u32>("draw", &[0; 4])?
        .uniform("grow", 1.0_f32)?
        .uniform("shift", [0.0_f32; 2])?
        .uniform("per", 1_u32)?
        .uniform("gap", 99_u32)
}

/// SPIR-V of a shader of `tests/custom`, which is committed. With a compiler it is held to its source, or written anew by `GALVANI_BLESS=1`.
fn spirv(name: &str) -> Vec<u32> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/custom")
        .join(name);
    let words = path.with_file_name(format!("{name}.spv"));
    #[cfg(feature = "shaderc")]
    {
        let stage = match path.extension().and_then(|ending| ending.to_str()) {
            Some("vert") => Stage::Vertex,
            Some("frag") => Stage::Fragment,
            _ => Stage::Compute,
        };
        let text = std::fs::read_to_string(&path).expect("a source");
        let made = layout().compile(stage, &text).expect("GLSL");
        let made: &[u8] = bytemuck::cast_slice(&made);
        if std::env::var_os("GALVANI_BLESS").is_some() {
            std::fs::write(&words, made).expect("written");
        }
        assert!(
            std::fs::read(&words).is_ok_and(|old| old == made),
            "{name} is stale: run this test with GALVANI_BLESS=1"
        );
    }
    bytemuck::pod_collect_to_vec(&std::fs::read(&words).expect("compiled shaders"))
}

fn program(computes: &[(&str, &str)]) -> Arc<Program> {
    let program = Program::spirv(layout(), &spirv("square.vert"), &spirv("square.frag"));
    let with = |program: Program, (each, name): &(&str, &str)| program.compute_spirv(each, &spirv(name));
    Arc::new(
        program
            .and_then(|program| computes.iter().try_fold(program, with))
            .expect("shaders"),
    )
}

/// Squares `(x, y, size, colour)`, the places in units of the axes.
type Square = ([f64; 2], f32, Rgba8);

fn custom(squares: &[Square], computes: &[(&str, &str)]) -> Custom {
    let of = |axis: usize| squares.iter().map(|square| square.0[axis]).collect::<Vec<f64>>();
    let custom = Custom::new()
        .places("place", &of(0), &of(1))
        .and_then(given)
        .expect("data");
    let mut custom = custom
        .program(program(computes))
        .and_then(|custom| custom.each_of("place", 1))
        .expect("shaders");
    let sizes: Vec<f32> = squares.iter().map(|square| square.1).collect();
    let tints: Vec<Rgba8> = squares.iter().map(|square| square.2).collect();
    custom.set("size", &sizes).expect("sizes");
    custom.set("tint", &tints).expect("tints");
    custom
}

fn empty() -> Figure {
    Figure::new().size(SIZE[0], SIZE[1]).grid(false)
}

/// Looks at a corner so that a pixel is a quarter of a unit of x, and half of one of y.
fn plane(corner: [f64; 2]) -> Plane {
    Plane {
        corner,
        px_per_unit: [4.0, 2.0],
    }
}

/// Opaque squares, which begin and end between pixels, some of them beside the plot.
fn squares(seed: u64, count: usize, corner: [f64; 2]) -> Vec<Square> {
    let mut random = Random::new(seed);
    let mut square = |_| {
        let [x, y] = [0; 2].map(|_| random.below(260) as f64 - 50.0);
        let color = Rgba8::opaque(random.next() as u32 & 0x00ff_ffff);
        (
            [corner[0] + x / 4.0, corner[1] - y / 2.0],
            2.0 * random.below(9) as f32,
            color,
        )
    };
    (0..count).map(&mut square).collect()
}

/// What squares show: each over those before it.
fn wanted(figure: &Figure, plane: &Plane, squares: &[Square]) -> Vec<u8> {
    let mut bare = figure.clone();
    bare.visuals.clear();
    let target = figure.target_size();
    let mut pixels = bare.pixels(plane);
    let plot = Frame::plot(figure, target);
    for (place, size, color) in squares {
        let [x, y] = plane.px_from(*place).map(|px| px.round());
        let half = f64::from(*size) / 2.0;
        let is_on = |px: u32, at: f64| (at - half..at + half).contains(&(f64::from(px) + 0.5));
        for row in (0..plot.h).filter(|row| is_on(*row, y)) {
            for column in (0..plot.w).filter(|column| is_on(*column, x)) {
                let at = ((plot.y + row) * target[0] + plot.x + column) as usize * 4;
                pixels[at..at + 3].copy_from_slice(&[color.r, color.g, color.b]);
            }
        }
    }
    pixels
}

struct Easel {
    renderer: Renderer,
    device: Device,
}

impl Easel {
    fn new(device: &Device) -> Self {
        Self {
            renderer: Renderer::new(device, Rasteriser::Auto).expect("a renderer"),
            device: device.clone(),
        }
    }

    fn draw(&mut self, figure: &Figure, plane: &Plane) -> Vec<u8> {
        let mut target = Offscreen::new(&self.device, figure.target_size()).expect("a target");
        let report = self
            .renderer
            .render_figure(figure, plane, &mut target)
            .expect("a frame");
        assert_eq!(report.fidelity(), Fidelity::Exact);
        target.pixels().expect("pixels").to_vec()
    }

    fn check(&mut self, figure: &Figure, plane: &Plane, squares: &[Square], what: &str) {
        let (found, wanted) = (self.draw(figure, plane), wanted(figure, plane, squares));
        let off = found.iter().zip(&wanted).position(|(a, b)| a != b);
        assert_eq!(
            off.map(|at| (at / 4 % SIZE[0] as usize, at / 4 / SIZE[0] as usize)),
            None,
            "{what}"
        );
    }
}

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
