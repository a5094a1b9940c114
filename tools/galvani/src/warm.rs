//! The first use of a pipeline makes the driver compile it; this is where that happens.

use anyhow::Result;
use galvani::renderer::{Picture, Renderer};
use galvani::scene::{Form, Style};
use galvani::source::{Dtype, Memory, Source};
use galvani::store::{Builder, OpenOptions, Recording};
use galvani::target::Offscreen;
use galvani::view::{Position, View};

/// Samples of the recording that is drawn.
const SAMPLES: usize = 1 << 17;
/// Pixels a side of the picture.
const SIZE: u32 = 96;
/// Samples a pixel: columns of nodes, columns of samples, lines between samples.
const DENSITIES: [f64; 3] = [1024.0, 16.0, 0.5];

/// Draws a tiny recording in each of the ways that there are.
pub(crate) fn up(renderer: &mut Renderer, dtype: Dtype, builder: Builder) -> Result<()> {
    let source: Box<dyn Source> = match dtype {
        Dtype::I16 => Box::new(Memory::planar(vec![0_i16; SAMPLES], 1, 1.0)?),
        Dtype::F32 => Box::new(Memory::planar(vec![0.0_f32; SAMPLES], 1, 1.0)?),
    };
    let options = OpenOptions {
        builder,
        ..OpenOptions::default()
    };
    let mut recording = Recording::open(renderer.device(), source, &options)?;
    let mut scene = recording.scene(Style::dark());
    let mut target = Offscreen::new(renderer.device(), [SIZE; 2])?;
    let lines = DENSITIES.map(|density| (Form::Lines, density));
    for (form, density) in lines.into_iter().chain([(Form::Heatmap, DENSITIES[0])]) {
        scene.traces.form = form;
        let view = View::new(Position::default(), density);
        renderer.render(&mut recording, &Picture::new(&scene, &view), &mut target)?;
    }
    Ok(())
}
