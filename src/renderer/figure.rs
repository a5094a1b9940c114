//! Figures and scenes. The host's own cores paint them on every device, which is given finished pixels. Custom visuals are the device's: what
//! it has drawn of them is read back, and laid between the others. So are, where the device is no host's, the counts of many points, and what of
//! meshes and balls is seen at each sample.

use std::mem::MaybeUninit;

use ash::vk;

use super::{HostTimes, Rasteriser, Renderer};
use crate::Result;
use crate::figure::{Figure, PanelView, Seen, Sheet, Space, Visual};
use crate::gpu::{Commands, ImageRef, ImageUse};
pub use crate::host::figure::VisualReport;
use crate::host::figure::{Counts, Layer, Took, density};
use crate::host::sheet::{Part, paint, parts};
use crate::plan::Fidelity;
use crate::scene::{PxRect, Rgba8};
use crate::target::{self, Offscreen};
use crate::view::camera::Camera;
use crate::view::plane::Plane;

/// Of the device's largest heap the share that points and solids may take, unless it is said.
pub(super) const SHARE: u64 = 4;

/// What a frame of a figure, or of a scene, came to.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureReport {
    /// Where on the target visuals are drawn.
    pub plot: PxRect,
    /// How each of them was shown; of a scene none.
    pub visuals: Vec<VisualReport>,
    /// What it took to find what is in view, and to draw it.
    pub host: HostTimes,
}

impl FigureReport {
    /// The worst of all visuals': the most that is missing of one, or else the largest move.
    #[must_use]
    pub fn fidelity(&self) -> Fidelity {
        let all = || self.visuals.iter().map(|visual| visual.fidelity);
        let missing = all().filter_map(|fidelity| match fidelity {
            Fidelity::Partial { missing } => Some(missing),
            _ => None,
        });
        let max_px = all().filter_map(|fidelity| match fidelity {
            Fidelity::Snapped { max_px } => Some(max_px),
            _ => None,
        });
        match (missing.reduce(f64::max), max_px.reduce(f64::max)) {
            (Some(missing), _) => Fidelity::Partial { missing },
            (None, Some(max_px)) => Fidelity::Snapped { max_px },
            (None, None) => Fidelity::Exact,
        }
    }
}

impl Renderer {
    /// Draws a figure from where it is seen, and leaves the pixels in `target`.
    ///
    /// # Errors
    /// [`Error::Vulkan`](crate::Error::Vulkan) if the memory cannot be written. For custom visuals [`Error::Invalid`](crate::Error::Invalid) without
    /// shaders, and on an embedder's device, whose queue is not ours to wait for; [`Error::OutOfBudget`](crate::Error::OutOfBudget);
    /// [`Error::DeviceLost`](crate::Error::DeviceLost).
    pub fn render_figure(
        &mut self,
        figure: &Figure,
        plane: &Plane,
        target: &mut Offscreen,
    ) -> Result<FigureReport> {
        let whole = PxRect::all(target.size());
        Ok(one(
            self.render_all(&[(Seen::Figure(figure, plane), whole)], target)?
        ))
    }

    /// The same of the figures and scenes of a sheet, each from where it is seen ([`Sheet::views`]); a report for each.
    ///
    /// # Errors
    /// As [`Renderer::render_figure`] and [`Renderer::render_space`]; [`Error::Invalid`](crate::Error::Invalid) unless there is a view for
    /// each, a plane for a figure and a camera for a scene.
    pub fn render_sheet(
        &mut self,
        sheet: &Sheet,
        views: &[PanelView],
        target: &mut Offscreen,
    ) -> Result<Vec<FigureReport>> {
        self.render_all(&sheet.seen(views, target.size())?, target)
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
        let seen = [(Seen::Figure(figure, plane), whole)];
        Ok(one(self.record_all(commands, &seen, target, uses)?))
    }

    /// The same of the figures and scenes of a sheet; a report for each.
    ///
    /// # Errors
    /// As [`Renderer::record_figure`] and [`Renderer::render_sheet`].
    pub fn record_sheet(
        &mut self,
        commands: &mut Commands,
        sheet: &Sheet,
        views: &[PanelView],
        target: &ImageRef,
        uses: (ImageUse, ImageUse),
    ) -> Result<Vec<FigureReport>> {
        let seen = sheet.seen(views, target.extent)?;
        self.record_all(commands, &seen, target, uses)
    }

    /// Draws a scene as a camera sees it, and leaves the pixels in `target`.
    ///
    /// # Errors
    /// [`Error::Vulkan`](crate::Error::Vulkan) if the memory cannot be written;
    /// [`Error::Invalid`](crate::Error::Invalid) for more than 2³² triangles and balls.
    pub fn render_space(&mut self, space: &Space, camera: &Camera, target: &mut Offscreen) -> Result<()> {
        space.check()?;
        let whole = PxRect::all(target.size());
        self.render_all(&[(Seen::Space(space, camera), whole)], target)
            .map(|_| ())
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
        let seen = [(Seen::Space(space, camera), PxRect::all(target.extent))];
        self.record_all(commands, &seen, target, uses).map(|_| ())
    }

    /// Lets points and strokes of figures, and meshes and balls of scenes with what they are drawn to, take so many bytes of the device's memory in all: a
    /// quarter of its largest heap, unless it is said. Those that do not fit are the host's to count and to draw, until others have gone.
    pub fn figures_budget(&mut self, bytes: u64) {
        self.figures_budget = bytes;
    }

    /// Bytes of the device's memory that these take; at most the budget, unless that has become less since they came.
    #[must_use]
    pub fn figures_bytes(&self) -> u64 {
        self.tallies.bytes() + self.sights.bytes() + self.covers.bytes()
    }

    /// What is left of the budget.
    pub(super) fn figures_room(&self) -> u64 {
        self.figures_budget.saturating_sub(self.figures_bytes())
    }

    /// Whether the device has a share in drawing figures and scenes: counts points, and finds what is seen of solids. Not where the rasteriser is the
    /// host's, nor where the device is an embedder's, whose queue is not ours to wait for.
    #[must_use]
    pub fn shares_figures(&self) -> bool {
        self.rasteriser != Rasteriser::Host && !self.device.is_host()
    }

    /// What the device makes of a figure's visuals, by their numbers, on a plot of `[width, height]` pixels.
    pub(crate) fn layers(
        &mut self,
        figure: &Figure,
        plane: &Plane,
        plot: [u32; 2],
    ) -> Result<Vec<Option<Layer>>> {
        let layer = |(number, visual): (usize, &Visual)| match visual {
            Visual::Custom(custom) => {
                let drawn = self.drawn(figure, (number, custom), plane, plot)?;
                Ok(Some(Layer::Drawn(drawn)))
            }
            Visual::Points(points) if self.shares_figures() => {
                let Some(cloud) = density(figure, plane, plot, points) else {
                    return Ok(None);
                };
                let counted = self.count(cloud, plane, plot)?;
                Ok(counted.map(|(counted, counts)| Layer::Counted(counted, counts)))
            }
            _ => Ok(None),
        };
        let layers = figure.visuals.iter().enumerate().map(layer).collect();
        self.customs.forget();
        self.tallies.forget();
        layers
    }

    /// Figures and scenes laid out, with what the device draws of them.
    fn laid_out<'a>(&mut self, seen: &[(Seen<'a>, PxRect)], bgra: bool) -> Result<Vec<Part<'a>>> {
        let mut parts = parts(seen, bgra, &mut self.text);
        for part in &mut parts {
            match part {
                Part::Figure(canvas) => {
                    let plot = canvas.frame.plot;
                    canvas.layers = self.layers(canvas.figure, canvas.plane, [plot.w, plot.h])?;
                    if self.shares_figures() {
                        canvas.have_covered(|strokes, plot| self.cover(strokes, plot))?;
                    }
                }
                Part::Space(scene) if self.shares_figures() => {
                    scene.seen = self.see(scene.space, scene.camera, [scene.rect.w, scene.rect.h])?;
                }
                Part::Space(_) => {}
            }
        }
        self.covers.forget();
        Ok(parts)
    }

    fn render_all(
        &mut self,
        seen: &[(Seen<'_>, PxRect)],
        target: &mut Offscreen,
    ) -> Result<Vec<FigureReport>> {
        let parts = self.laid_out(seen, false)?;
        let below = (target.size()[0], ground(seen), false);
        let mut pixels = target.overwrite()?;
        let painted = paint(&parts, &mut self.on_host.counts, below, pixels.uninit());
        look_again(seen);
        Ok(reports(&parts, painted))
    }

    fn record_all(
        &mut self,
        commands: &mut Commands,
        seen: &[(Seen<'_>, PxRect)],
        target: &ImageRef,
        uses: (ImageUse, ImageUse),
    ) -> Result<Vec<FigureReport>> {
        target::check(target)?;
        let bgra = target.format == vk::Format::B8G8R8A8_UNORM;
        let parts = self.laid_out(seen, bgra)?;
        let below = (target.extent[0], ground(seen), bgra);
        let painted = self.record_pixels(commands, target, uses, |pixels, counts| {
            paint(&parts, counts, below, pixels)
        })?;
        look_again(seen);
        Ok(reports(&parts, painted))
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
fn look_again(seen: &[(Seen<'_>, PxRect)]) {
    let figures = seen.iter().filter_map(|(seen, _)| match seen {
        Seen::Figure(figure, _) => Some(figure),
        Seen::Space(..) => None,
    });
    for figure in figures {
        for visual in &figure.visuals {
            if let Visual::Points(points) = visual {
                points.cloud.on(figure.both_scales()).sort_behind();
            }
        }
    }
}

/// What is seen where nothing is: the first one's background, or white.
fn ground(seen: &[(Seen<'_>, PxRect)]) -> Rgba8 {
    seen.first()
        .map_or(Rgba8::opaque(0xff_ffff), |(seen, _)| seen.background())
}

/// The report on the only one.
fn one(reports: Vec<FigureReport>) -> FigureReport {
    reports.into_iter().next().expect("as many reports as figures")
}

fn reports(parts: &[Part<'_>], painted: Vec<(Vec<VisualReport>, Took)>) -> Vec<FigureReport> {
    let report = |(part, (visuals, took)): (&Part<'_>, (Vec<VisualReport>, Took))| FigureReport {
        plot: part.plot(),
        visuals,
        host: HostTimes {
            resolve_ms: took.count_ms,
            draw_ms: took.draw_ms,
        },
    };
    parts.iter().zip(painted).map(report).collect()
}
