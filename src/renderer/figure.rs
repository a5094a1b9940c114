//! Figures and scenes. The host's own cores paint them on every device, which is given finished pixels.

use std::mem::MaybeUninit;

use ash::vk;

use super::{HostTimes, Renderer};
use crate::Result;
use crate::figure::{Figure, Seen, Sheet, Space, Visual};
use crate::gpu::{Commands, ImageRef, ImageUse};
pub use crate::host::figure::VisualReport;
use crate::host::figure::{self, Canvas, Counts};
use crate::host::space;
use crate::plan::Fidelity;
use crate::scene::PxRect;
use crate::target::{self, Offscreen};
use crate::view::camera::Camera;
use crate::view::plane::Plane;

/// What a frame of a figure came to.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureReport {
    /// Where on the target visuals are drawn.
    pub plot: PxRect,
    /// How each of them was shown.
    pub visuals: Vec<VisualReport>,
    /// What it took to find what is in view, and to draw it.
    pub host: HostTimes,
}

impl FigureReport {
    /// The worst of all visuals'.
    #[must_use]
    pub fn fidelity(&self) -> Fidelity {
        let all = self.visuals.iter().map(|visual| visual.fidelity);
        let max_px = all.filter_map(|fidelity| match fidelity {
            Fidelity::Snapped { max_px } => Some(max_px),
            _ => None,
        });
        match max_px.reduce(f64::max) {
            Some(max_px) => Fidelity::Snapped { max_px },
            None => Fidelity::Exact,
        }
    }
}

impl Renderer {
    /// Draws a figure from where it is seen, and leaves the pixels in `target`.
    ///
    /// # Errors
    /// [`Error::Vulkan`](crate::Error::Vulkan) if the memory cannot be written.
    pub fn render_figure(
        &mut self,
        figure: &Figure,
        plane: &Plane,
        target: &mut Offscreen,
    ) -> Result<FigureReport> {
        let whole = PxRect::all(target.size());
        Ok(one(self.render_figures(&[(figure, plane, whole)], target)?))
    }

    /// The same of the figures of a sheet, each from where it is seen ([`Sheet::views`]); a report for each.
    ///
    /// # Errors
    /// As [`Renderer::render_figure`]; [`Error::Invalid`](crate::Error::Invalid) unless there are as many views as figures.
    pub fn render_sheet(
        &mut self,
        sheet: &Sheet,
        planes: &[Plane],
        target: &mut Offscreen,
    ) -> Result<Vec<FigureReport>> {
        self.render_figures(&sheet.seen(planes, target.size())?, target)
    }

    /// Records a figure's frame into `commands`, a window's or an embedder's, as [`Renderer::record`] does a recording's.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for a target of another format;
    /// [`Error::OutOfBudget`](crate::Error::OutOfBudget).
    pub fn record_figure(
        &mut self,
        commands: &mut Commands,
        figure: &Figure,
        plane: &Plane,
        target: &ImageRef,
        uses: (ImageUse, ImageUse),
    ) -> Result<FigureReport> {
        let whole = PxRect::all(target.extent);
        let seen = [(figure, plane, whole)];
        Ok(one(self.record_figures(commands, &seen, target, uses)?))
    }

    /// The same of the figures of a sheet; a report for each.
    ///
    /// # Errors
    /// As [`Renderer::record_figure`] and [`Renderer::render_sheet`].
    pub fn record_sheet(
        &mut self,
        commands: &mut Commands,
        sheet: &Sheet,
        planes: &[Plane],
        target: &ImageRef,
        uses: (ImageUse, ImageUse),
    ) -> Result<Vec<FigureReport>> {
        let seen = sheet.seen(planes, target.extent)?;
        self.record_figures(commands, &seen, target, uses)
    }

    /// Draws a scene as a camera sees it, and leaves the pixels in `target`.
    ///
    /// # Errors
    /// [`Error::Vulkan`](crate::Error::Vulkan) if the memory cannot be written;
    /// [`Error::Invalid`](crate::Error::Invalid) for more than 2³² triangles and balls.
    pub fn render_space(&mut self, space: &Space, camera: &Camera, target: &mut Offscreen) -> Result<()> {
        space.check()?;
        let size = target.size();
        let around = space.around(camera, size, &mut self.text);
        let mut pixels = target.overwrite()?;
        let mut rows: Vec<&mut [_]> = pixels.uninit().chunks_exact_mut(size[0] as usize * 4).collect();
        space::paint((space, camera), &around, (size, false), &mut rows);
        Ok(())
    }

    /// Records a scene's frame into `commands`, as [`Renderer::record_figure`] does a figure's.
    ///
    /// # Errors
    /// As [`Renderer::record_figure`] and [`Renderer::render_space`].
    pub fn record_space(
        &mut self,
        commands: &mut Commands,
        space: &Space,
        camera: &Camera,
        target: &ImageRef,
        uses: (ImageUse, ImageUse),
    ) -> Result<()> {
        space.check()?;
        target::check(target)?;
        let size = target.extent;
        let bgra = target.format == vk::Format::B8G8R8A8_UNORM;
        let around = space.around(camera, size, &mut self.text);
        self.record_pixels(commands, target, uses, |pixels, _| {
            let mut rows: Vec<&mut [_]> = pixels.chunks_exact_mut(size[0] as usize * 4).collect();
            space::paint((space, camera), &around, (size, bgra), &mut rows);
        })
    }

    fn render_figures(&mut self, seen: &[Seen<'_>], target: &mut Offscreen) -> Result<Vec<FigureReport>> {
        let canvases = figure::canvases(seen, false, &mut self.text);
        let width = target.size()[0];
        let mut pixels = target.overwrite()?;
        let painted = figure::paint(&canvases, &mut self.on_host.counts, width, pixels.uninit());
        look_again(seen);
        Ok(reports(&canvases, painted))
    }

    fn record_figures(
        &mut self,
        commands: &mut Commands,
        seen: &[Seen<'_>],
        target: &ImageRef,
        uses: (ImageUse, ImageUse),
    ) -> Result<Vec<FigureReport>> {
        target::check(target)?;
        let bgra = target.format == vk::Format::B8G8R8A8_UNORM;
        let canvases = figure::canvases(seen, bgra, &mut self.text);
        let painted = self.record_pixels(commands, target, uses, |pixels, counts| {
            figure::paint(&canvases, counts, target.extent[0], pixels)
        })?;
        look_again(seen);
        Ok(reports(&canvases, painted))
    }

    /// Has `paint` write all pixels of a target, and records how they come there.
    fn record_pixels<R>(
        &mut self,
        commands: &mut Commands,
        target: &ImageRef,
        (from, to): (ImageUse, ImageUse),
        paint: impl FnOnce(&mut [MaybeUninit<u8>], &mut Vec<Counts>) -> R,
    ) -> Result<R> {
        let [width, height] = target.extent;
        let bytes = u64::from(width) * u64::from(height) * 4;
        let index = self.upload(bytes)?;
        let next = self.device.next_value();
        let (pixels, busy) = &mut self.on_host.uploads[index];
        *busy = next;
        let mut view = pixels.view(0..bytes)?;
        let painted = paint(view.uninit(), &mut self.on_host.counts);
        drop(view);
        commands.image_barrier(target, from, ImageUse::CopyTarget);
        commands.pass("upload", |commands| {
            commands.copy_buffer_to_image(pixels, 4, target)
        });
        commands.image_barrier(target, ImageUse::CopyTarget, to);
        Ok(painted)
    }
}

/// What is drawn once is drawn again: has points sorted for the frames that follow.
fn look_again(seen: &[Seen<'_>]) {
    for (figure, ..) in seen {
        for visual in &figure.visuals {
            if let Visual::Points(points) = visual {
                points.cloud.on(figure.both_scales()).sort_behind();
            }
        }
    }
}

/// The report on the only figure.
fn one(reports: Vec<FigureReport>) -> FigureReport {
    reports.into_iter().next().expect("as many reports as figures")
}

fn reports(canvases: &[Canvas<'_>], painted: Vec<(Vec<VisualReport>, figure::Took)>) -> Vec<FigureReport> {
    let report = |(canvas, (visuals, took)): (&Canvas<'_>, (Vec<VisualReport>, figure::Took))| FigureReport {
        plot: canvas.frame.plot.moved(canvas.rect.x, canvas.rect.y),
        visuals,
        host: HostTimes {
            resolve_ms: took.count_ms,
            draw_ms: took.draw_ms,
        },
    };
    canvases.iter().zip(painted).map(report).collect()
}
