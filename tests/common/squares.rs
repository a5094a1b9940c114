//! Squares by shaders of an embedder's own, and what they should show.

use std::path::Path;
use std::sync::Arc;

use galvani::custom::{Layout, Program};
use galvani::figure::{Custom, Figure, Frame};
use galvani::gpu::Device;
use galvani::plan::Fidelity;
use galvani::renderer::{Rasteriser, Renderer};
use galvani::scene::Rgba8;
use galvani::target::Offscreen;
use galvani::view::plane::Plane;

use super::random::Random;

/// Of a target.
pub(crate) const SIZE: [u32; 2] = [180, 130];

pub(crate) fn layout() -> Layout {
    Custom::new()
        .places("place", &[], &[])
        .and_then(given)
        .expect("names")
        .layout()
}

/// What the shaders of these tests find beside places.
pub(crate) fn given(custom: Custom) -> galvani::Result<Custom> {
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
pub(crate) fn spirv(name: &str) -> Vec<u32> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/custom")
        .join(name);
    let words = path.with_file_name(format!("{name}.spv"));
    #[cfg(feature = "shaderc")]
    {
        use galvani::custom::Stage;
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

pub(crate) fn program(computes: &[(&str, &str)]) -> Arc<Program> {
    let program = Program::spirv(layout(), &spirv("square.vert"), &spirv("square.frag"));
    let with = |program: Program, (each, name): &(&str, &str)| program.compute_spirv(each, &spirv(name));
    Arc::new(
        program
            .and_then(|program| computes.iter().try_fold(program, with))
            .expect("shaders"),
    )
}

/// Squares `(x, y, size, colour)`, the places in units of the axes.
pub(crate) type Square = ([f64; 2], f32, Rgba8);

pub(crate) fn custom(squares: &[Square], computes: &[(&str, &str)]) -> Custom {
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

pub(crate) fn empty() -> Figure {
    Figure::new().size(SIZE[0], SIZE[1]).grid(false)
}

/// Looks at a corner so that a pixel is a quarter of a unit of x, and half of one of y.
pub(crate) fn plane(corner: [f64; 2]) -> Plane {
    Plane {
        corner,
        px_per_unit: [4.0, 2.0],
    }
}

/// Opaque squares, which begin and end between pixels, some of them beside the plot.
pub(crate) fn squares(seed: u64, count: usize, corner: [f64; 2]) -> Vec<Square> {
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
pub(crate) fn wanted(figure: &Figure, plane: &Plane, squares: &[Square]) -> Vec<u8> {
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

pub(crate) struct Easel {
    pub(crate) renderer: Renderer,
    device: Device,
}

impl Easel {
    pub(crate) fn new(device: &Device) -> Self {
        Self {
            renderer: Renderer::new(device, Rasteriser::Auto).expect("a renderer"),
            device: device.clone(),
        }
    }

    pub(crate) fn draw(&mut self, figure: &Figure, plane: &Plane) -> Vec<u8> {
        let mut target = Offscreen::new(&self.device, figure.target_size()).expect("a target");
        let report = self
            .renderer
            .render_figure(figure, plane, &mut target)
            .expect("a frame");
        assert_eq!(report.fidelity(), Fidelity::Exact);
        target.pixels().expect("pixels").to_vec()
    }

    pub(crate) fn check(&mut self, figure: &Figure, plane: &Plane, squares: &[Square], what: &str) {
        let (found, wanted) = (self.draw(figure, plane), wanted(figure, plane, squares));
        let off = found.iter().zip(&wanted).position(|(a, b)| a != b);
        assert_eq!(
            off.map(|at| (at / 4 % SIZE[0] as usize, at / 4 / SIZE[0] as usize)),
            None,
            "{what}"
        );
    }
}
