//! Pictures of all kinds, for the stages that make them.

use galvani::gpu::Device;
use galvani::renderer::Picture;
use galvani::scene::marks::{Layer, Marks, Parts, Show};
use galvani::scene::{Form, Scale, Scene, Style};
use galvani::source::{Memory, Source};
use galvani::store::Recording;
use galvani::view::View;

use super::pictures::{bare, open, view};
use super::random::{f32s, i16s};

/// What there is to draw.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) recording: Recording<'static>,
    /// The recording's samples.
    pub(crate) source: Box<dyn Source>,
    pub(crate) scene: Scene,
    pub(crate) size: [u32; 2],
    pub(crate) scale_factor: f32,
}

impl Case {
    fn new(
        device: &Device,
        name: &'static str,
        source: impl Source + Clone + 'static,
        size: [u32; 2],
    ) -> Self {
        let recording = open(device, source.clone());
        let mut scene = bare(&recording);
        scene.traces.form = Form::Lines;
        Self {
            name,
            recording,
            source: Box::new(source),
            scene,
            size,
            scale_factor: 1.0,
        }
    }

    fn styled(mut self, line_width_px: f32, gain: f32, overlap: bool) -> Self {
        self.scene.style.line_width_px = line_width_px;
        self.scene.traces.gain = gain;
        self.scene.traces.overlap = overlap;
        self
    }

    /// A scale of its own: where most values are near 1, so that hostile ones are far outside.
    fn per_unit(mut self, px: f64) -> Self {
        self.scene.traces.scale = Scale::PerUnit(px);
        self
    }

    fn scaled(self, scale_factor: f32) -> Self {
        Self { scale_factor, ..self }
    }

    pub(crate) fn picture<'a>(scene: &'a Scene, view: &'a View, scale_factor: f32) -> Picture<'a> {
        Picture {
            scale_factor,
            ..Picture::new(scene, view)
        }
    }

    /// From a hundredth of a sample in a column to more than the whole recording, at the start, within, at the end.
    pub(crate) fn views(&self) -> Vec<View> {
        let (width, samples) = (f64::from(self.size[0]), self.recording.info().samples as f64);
        let zooms = [0.01, 0.13, 1.0, 1.9, 2.0, 7.3, 64.0, 530.0, 1.2 * samples / width];
        let starts = [-0.3, 0.4, 0.9];
        let at = |(i, &spp): (usize, &f64)| {
            let start = starts[i % starts.len()];
            let origin = if start < 0.0 { 0.0 } else { samples * start };
            view(origin + start.min(0.0) * spp * width, spp)
        };
        zooms.iter().enumerate().map(at).collect()
    }
}

fn ints(channels: usize, samples: usize) -> Memory<Vec<i16>, i16> {
    Memory::planar(i16s(9, channels * samples), channels, 1000.0).expect("a source")
}

fn floats(channels: usize, samples: usize, rarity: u64) -> Memory<Vec<f32>, f32> {
    Memory::planar(f32s(9, channels * samples, rarity), channels, 1000.0).expect("a source")
}

pub(crate) fn all(device: &Device) -> Vec<Case> {
    vec![
        Case::new(device, "eight lanes", ints(8, 30_000), [200, 120]),
        Case::new(device, "lanes that overlap", ints(5, 30_000), [150, 90]).styled(3.0, 6.0, true),
        Case::new(device, "a wide line", floats(2, 30_000, 0), [150, 100]).styled(9.0, 1.0, false),
        Case::new(device, "wide lines that overlap", floats(3, 30_000, 0), [130, 70]).styled(7.0, 3.0, true),
        Case::new(device, "gaps", floats(3, 30_000, 9), [150, 90])
            .styled(1.5, 1.0, false)
            .per_unit(8.0),
        Case::new(device, "many gaps, overlapping", floats(3, 5000, 2), [150, 90])
            .styled(2.0, 2.0, true)
            .per_unit(11.0),
        Case::new(device, "thin lanes", ints(384, 3000), [70, 200]),
        Case::new(device, "lanes of less than a row", ints(384, 3000), [65, 100]).styled(1.0, 5.0, true),
        Case::new(device, "scaled up", ints(4, 30_000), [160, 120]).scaled(2.5),
        Case::new(device, "scaled down", ints(4, 30_000), [160, 50])
            .styled(1.0, 1.0, true)
            .scaled(0.25),
        Case::new(device, "no width", ints(2, 30_000), [100, 50]).styled(0.0, 1.0, false),
        Case::new(device, "one pixel", ints(1, 3000), [1, 1]),
        Case::new(device, "one column", ints(3, 3000), [1, 97]),
        Case::new(device, "one row", ints(1, 30_000), [300, 1]),
        Case::new(device, "tall", ints(2, 30_000), [67, 4096]),
    ]
}

/// From where to where spikes colour their traces.
pub(crate) const PIECE: [f64; 2] = [-7.5, 21.0];

/// Spikes of five units on all channels, one in fifty of them on no channel of its own.
pub(crate) fn spikes(case: &mut Case) {
    let info = case.recording.info();
    let (channels, samples) = (info.channels.len() as u64, info.samples);
    let mut random = 17_u64;
    let mut next = |below: u64| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    let count = 40 * channels as usize;
    let marks = Marks::new(Parts {
        times: (0..count).map(|_| next(samples) as f64).collect(),
        labels: (0..count).map(|_| next(5) as u32).collect(),
        names: (0..5).map(|unit| unit.to_string()).collect(),
        channels: (0..count)
            .map(|_| match next(50) {
                0 => u32::MAX,
                _ => next(channels) as u32,
            })
            .collect(),
        ..Parts::default()
    });
    let show = Show::Lanes {
        piece: PIECE,
        ticks: false,
    };
    let layer = Layer::new("spikes", marks, show, &Style::light());
    case.scene.marks = vec![layer];
}
