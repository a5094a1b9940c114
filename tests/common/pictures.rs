//! Recordings, scenes and pictures for tests.

use galvani::gpu::Device;
use galvani::renderer::{Loading, Picture, Rasteriser, Renderer, Report};
use galvani::scene::{Scene, Style};
use galvani::source::Source;
use galvani::store::{OpenOptions, Recording};
use galvani::target::Offscreen;
use galvani::view::{Position, View};

/// Opens all of a source.
pub(crate) fn open<'s>(device: &Device, source: impl Source + 's) -> Recording<'s> {
    open_with(device, source, &OpenOptions::default())
}

pub(crate) fn open_with<'s>(
    device: &Device,
    source: impl Source + 's,
    options: &OpenOptions<'_>,
) -> Recording<'s> {
    Recording::open(device, Box::new(source), options).expect("a recording")
}

/// All channels, and nothing around them.
pub(crate) fn bare(recording: &Recording<'_>) -> Scene {
    Scene {
        axes: None,
        ..recording.scene(Style::dark())
    }
}

pub(crate) fn view(start: f64, samples_per_px: f64) -> View {
    View::new(Position::default().plus(start), samples_per_px)
}

/// Every rasteriser that the device can serve; the host's own only where memory is mapped.
pub(crate) fn rasterisers(device: &Device) -> Vec<Rasteriser> {
    let mut all = vec![Rasteriser::Compute, Rasteriser::Draw];
    if device.caps().host_visible_device_local {
        all.push(Rasteriser::Host);
    }
    all
}

/// A target that can be drawn to again and again.
pub(crate) struct Easel {
    pub(crate) renderer: Renderer,
    target: Offscreen,
}

impl Easel {
    pub(crate) fn new(device: &Device, rasteriser: Rasteriser, size: [u32; 2]) -> Self {
        Self {
            renderer: Renderer::new(device, rasteriser).expect("a renderer"),
            target: Offscreen::new(device, size).expect("a target"),
        }
    }

    /// Width and height.
    pub(crate) fn size(&self) -> [u32; 2] {
        self.target.size()
    }

    /// Another size of target for the same renderer.
    pub(crate) fn resize(&mut self, size: [u32; 2]) {
        self.target = Offscreen::new(self.renderer.device(), size).expect("a target");
    }

    /// A picture of what is there now, and its pixels.
    pub(crate) fn draw_now(
        &mut self,
        recording: &mut Recording<'_>,
        scene: &Scene,
        view: &View,
    ) -> (Report, Vec<[u8; 4]>) {
        let picture = Picture {
            loading: Loading::UpTo(0),
            ..Picture::new(scene, view)
        };
        self.draw_picture(recording, &picture)
    }

    /// A complete picture, and its pixels.
    pub(crate) fn draw(
        &mut self,
        recording: &mut Recording<'_>,
        scene: &Scene,
        view: &View,
    ) -> (Report, Vec<[u8; 4]>) {
        self.draw_picture(recording, &Picture::new(scene, view))
    }

    pub(crate) fn draw_picture(
        &mut self,
        recording: &mut Recording<'_>,
        picture: &Picture<'_>,
    ) -> (Report, Vec<[u8; 4]>) {
        let (report, _) = self
            .renderer
            .render(recording, picture, &mut self.target)
            .expect("a frame");
        assert!(!report.overflow);
        let pixels = self.target.pixels().expect("pixels");
        (report, pixels.as_chunks::<4>().0.to_vec())
    }
}

/// Holds two pictures of `width` pixels across to be the same.
pub(crate) fn assert_same(a: &[[u8; 4]], b: &[[u8; 4]], width: u32, what: &str) {
    assert_eq!(a.len(), b.len(), "{what}: pixels");
    let wrong: Vec<usize> = (0..a.len()).filter(|&i| a[i] != b[i]).collect();
    if let Some(&first) = wrong.first() {
        let (x, y) = (first as u32 % width, first as u32 / width);
        let (a, b) = (a[first], b[first]);
        panic!(
            "{what}: {} pixels differ, the first at ({x}, {y}): {a:?} and {b:?}",
            wrong.len()
        );
    }
}
