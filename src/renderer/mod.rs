//! The frame, in order.

mod columns;
mod courier;
mod custom;
mod drawing;
mod figure;
mod held;
mod inspect;
mod layer;
mod on_host;
mod points;
mod prepare;
mod solids;
mod strokes;

use std::ops::Range;
use std::time::Duration;

use crate::abi;
use crate::gpu::Use::{ColorWrite, ComputeRead, ComputeWrite, FragmentRead, HostRead, IndirectRead};
use crate::gpu::Use::{TransferRead, TransferWrite, VertexRead};
use crate::gpu::{Commands, Device, Image, ImageRef, ImageUse, Load, Set, WriteView};
use crate::passes::{
    Arrays, BinPass, CullPass, DrawPass, FrameSlots, HeatPass, OverlayPass, RasterPass, ResolvePass,
};
use crate::plan::Fidelity;
use crate::scene::text::Text;
use crate::scene::{PxRect, Rgba8, Scene};
use crate::store::{self, Recording};
use crate::target::{self, Offscreen};
use crate::view::View;
use crate::{Error, Result};
pub use columns::{Columns, Samples};
use courier::Courier;
pub use custom::Culling;
use custom::Customs;
pub use figure::{FigureReport, VisualReport};
pub use inspect::Inspection;
use on_host::OnHost;
use points::Tallies;
pub use prepare::Pushes;
use prepare::{Given, Kept, Laid, Last, Prepared};
pub use solids::Blocks;
use solids::Sights;
use strokes::Covers;

/// How long a frame waits for what the device finds or draws for the host.
const PATIENCE: Duration = Duration::from_secs(60);

/// How columns become pixels; all give the same picture, but for labels, which drivers blend to within a step of 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rasteriser {
    /// [`Rasteriser::Draw`] on a GPU, [`Rasteriser::Host`] on a software device whose memory is mapped.
    #[default]
    Auto,
    /// One indirect draw of a quad for each visible tile.
    Draw,
    /// An indirect dispatch that writes the target once.
    Compute,
    /// The host's own cores, from mapped memory; the device is given the finished picture.
    Host,
}

/// How many raw samples a frame may load before it is drawn. Frames of a streamed recording load nothing themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Loading {
    /// All that the view needs. [`Renderer::render`] waits for it where it is streamed.
    #[default]
    Complete,
    /// About so many bytes; what is missing then makes the frame [`Fidelity::Partial`], and comes with the next ones.
    UpTo(u64),
}

/// What to draw.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// What is shown.
    pub scene: &'a Scene,
    /// From where.
    pub view: &'a View,
    /// Lines of text in the plot's corner.
    pub status: &'a [String],
    /// The part of the target that all of it goes in, where not the whole; the rest shows the background. At least a pixel.
    pub within: Option<PxRect>,
    /// Which of the visible traces are in view, counted from the top: the first and the one past the last. Together they fill
    /// the plot; others cost nothing.
    pub lanes: [usize; 2],
    /// Pixels of the target for one of the scene's.
    pub scale_factor: f32,
    /// How many raw samples may be loaded first.
    pub loading: Loading,
}

impl<'a> Picture<'a> {
    /// A scene from a view, complete, without status lines, at scale 1.
    #[must_use]
    pub fn new(scene: &'a Scene, view: &'a View) -> Self {
        Self {
            scene,
            view,
            status: &[],
            within: None,
            lanes: [0, usize::MAX],
            scale_factor: 1.0,
            loading: Loading::Complete,
        }
    }
}

/// What a frame came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// How close the picture is to the samples.
    pub fidelity: Fidelity,
    /// Whether what is missing is on its way, rather than unreadable or more than fits.
    pub coming: bool,
    /// Samples of the recording, in runs, of which there is nothing to see yet: the hatched parts of the view, at most as
    /// many as there are columns.
    pub missing: Vec<Range<u64>>,
    /// How many lines [`Recording::problems`] has.
    pub problems: usize,
    /// Which rasteriser drew it.
    pub rasteriser: Rasteriser,
    /// Samples to a column.
    pub samples_per_px: f64,
    /// Where on the target signals are drawn.
    pub plot: PxRect,
    /// Number of lanes.
    pub lanes: u32,
    /// Bytes of raw samples loaded for it.
    pub loaded_bytes: u64,
    /// What the host's own stages took, where they drew it.
    pub host: Option<HostTimes>,
    /// Whether an earlier frame had more tiles than its lists hold; that is a bug of the library's.
    pub overflow: bool,
}

impl Report {
    /// Whether there is more to come of what was to be loaded.
    fn waits(&self, loading: Loading) -> bool {
        matches!(self.fidelity, Fidelity::Partial { .. }) && self.coming && loading == Loading::Complete
    }
}

/// Milliseconds of a frame's stages on the host.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HostTimes {
    /// Culling, resolving, and the rows of columns.
    pub resolve_ms: f64,
    /// Rows to pixels.
    pub draw_ms: f64,
}

/// Canvases that are kept: of so many sizes targets may take turns at no cost.
const CANVASES: usize = 3;

/// The device's stages between a plan and its pixels.
struct Stages {
    cull: CullPass,
    resolve: ResolvePass,
    bin: BinPass,
    raster: RasterPass,
    draw: DrawPass,
    heat: HeatPass,
}

impl Stages {
    fn new(device: &Device) -> Result<Self> {
        Ok(Self {
            cull: CullPass::new(device)?,
            resolve: ResolvePass::new(device)?,
            bin: BinPass::new(device)?,
            raster: RasterPass::new(device)?,
            draw: DrawPass::default(),
            heat: HeatPass::default(),
        })
    }
}

/// Draws recordings. One serves any number of recordings, scenes and targets, a frame at a time.
///
/// **Threads.** Frames that the host draws are shared among rayon's threads. A thread that is none of them waits meanwhile, and the system may wake
/// the others all on one core: then a frame takes two to four times as long, for some dozen frames. So a program that draws had better make its
/// drawing thread one of the pool, before anything uses that; on two cores the slowest frame of 10⁶ samples became 1.7 to 2.4 times an empty
/// one instead of 2.7 to 4.2.
///
/// ```
/// # fn main() -> Result<(), rayon::ThreadPoolBuildError> {
/// // Of a pool of one thread nobody would be left for other threads' work.
/// if std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1) {
///     rayon::ThreadPoolBuilder::new().use_current_thread().build_global()?;
/// }
/// # Ok(())
/// # }
/// ```
pub struct Renderer {
    device: Device,
    rasteriser: Rasteriser,
    /// None where the host does their work.
    stages: Option<Stages>,
    on_host: OnHost,
    customs: Customs,
    courier: Courier,
    covers: Covers,
    tallies: Tallies,
    sights: Sights,
    /// Bytes that points and solids may take on the device.
    figures_budget: u64,
    overlay: OverlayPass,
    slots: FrameSlots,
    arrays: Option<Arrays>,
    kept: Kept,
    last: Option<Last>,
    text: Text,
    /// Those of the last few sizes of targets, the latest last.
    canvases: Vec<Image>,
}

impl Renderer {
    /// Makes every pipeline that it will need, from the cache on disk where they were made before.
    ///
    /// # Errors
    /// [`Error::Vulkan`] if the driver cannot make them; [`Error::Invalid`]
    /// for [`Rasteriser::Host`] on a device whose memory is not mapped.
    pub fn new(device: &Device, rasteriser: Rasteriser) -> Result<Self> {
        let mapped = store::is_mapped(device);
        let rasteriser = match rasteriser {
            Rasteriser::Auto if device.caps().software && mapped => Rasteriser::Host,
            Rasteriser::Auto if device.caps().software => Rasteriser::Compute,
            Rasteriser::Auto => Rasteriser::Draw,
            chosen => chosen,
        };
        if rasteriser == Rasteriser::Host && !mapped {
            return Err(Error::Invalid {
                what: "the host's rasteriser",
                problem: format!(
                    "the memory of {} is not mapped; take `compute` or `draw`",
                    device.caps().name
                ),
            });
        }
        let stages = match rasteriser {
            Rasteriser::Host => None,
            _ => Some(Stages::new(device)?),
        };
        Ok(Self {
            device: device.clone(),
            rasteriser,
            stages,
            on_host: OnHost::default(),
            customs: Customs::default(),
            courier: Courier::default(),
            covers: Covers::default(),
            tallies: Tallies::default(),
            sights: Sights::default(),
            figures_budget: device.caps().device_heap / figure::SHARE,
            overlay: OverlayPass::default(),
            slots: FrameSlots::new(device),
            arrays: None,
            kept: Kept::default(),
            last: None,
            text: Text::new(),
            canvases: Vec::new(),
        })
    }

    /// The device that it draws on.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Draws, waits, and leaves the pixels in `target`; also the timeline's value of the last submission, by which
    /// [`Device::timings`] tells what each pass took.
    ///
    /// # Errors
    /// Those of [`Renderer::record`]; [`Error::DeviceLost`].
    pub fn render(
        &mut self,
        recording: &mut Recording<'_>,
        picture: &Picture<'_>,
        target: &mut Offscreen,
    ) -> Result<(Report, u64)> {
        let mut loaded_bytes = 0;
        loop {
            let mut commands = self.device.commands("frame")?;
            let image = target.image.target();
            let (mut report, value) = match self.rasteriser {
                Rasteriser::Host => {
                    let (uses, canvas) = ([ImageUse::Undefined; 2].into(), Canvas::Read(target.overwrite()?));
                    let report = self.record_into(&mut commands, recording, picture, image, uses, canvas)?;
                    // What the device has to do is for frames to come.
                    (report, commands.submit()?)
                }
                _ => {
                    let uses = (ImageUse::Undefined, ImageUse::CopySource);
                    let canvas = Canvas::Ours(target.image.storage_set()?);
                    let report = self.record_into(&mut commands, recording, picture, image, uses, canvas)?;
                    (report, target.read_back(commands)?)
                }
            };
            loaded_bytes += report.loaded_bytes;
            report.loaded_bytes = loaded_bytes;
            if !report.waits(picture.loading) {
                return Ok((report, value));
            }
            recording.wait(Duration::from_millis(100));
        }
    }

    /// Records a frame into `commands`: a window's, or an embedder's own command buffer
    /// ([`Commands::foreign`]). `target` goes from its use `from` to its use `to`. Its image can be copied to and rendered to,
    /// through its view; of [`Rasteriser::Compute`] only copied to.
    ///
    /// Frames are submitted in the order in which they are recorded, each before the next one is recorded. Never waits on
    /// an embedder's device: what it has no room for now is missing, and the report says so.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a target of another format; [`Error::OutOfBudget`]; whatever reading samples gives. Nothing is drawn
    /// then, and what was recorded must not be submitted.
    pub fn record(
        &mut self,
        commands: &mut Commands,
        recording: &mut Recording<'_>,
        picture: &Picture<'_>,
        target: &ImageRef,
        uses: (ImageUse, ImageUse),
    ) -> Result<Report> {
        target::check(target)?;
        if self.rasteriser != Rasteriser::Compute {
            return self.record_into(commands, recording, picture, *target, uses, Canvas::Attachment);
        }
        // A foreign image may not be a storage image: it gets a copy of our own.
        let same = |canvas: &Image| canvas.extent() == target.extent;
        let canvas = match self.canvases.iter().position(same) {
            Some(index) => self.canvases.remove(index),
            None => target::canvas(&self.device, target.extent)?,
        };
        let image = canvas.target();
        let canvas_uses = (ImageUse::Undefined, ImageUse::CopySource);
        let report = self.record_into(
            commands,
            recording,
            picture,
            image,
            canvas_uses,
            Canvas::Ours(canvas.storage_set()?),
        )?;
        commands.image_barrier(target, uses.0, ImageUse::CopyTarget);
        commands.pass("copy", |commands| commands.blit_or_copy_image(&image, target))?;
        commands.image_barrier(target, ImageUse::CopyTarget, uses.1);
        // A window has a plot, and strips beside it.
        if self.canvases.len() == CANVASES {
            self.canvases.remove(0);
        }
        self.canvases.push(canvas);
        Ok(report)
    }

    fn record_into(
        &mut self,
        commands: &mut Commands,
        recording: &mut Recording<'_>,
        picture: &Picture<'_>,
        target: ImageRef,
        (from, to): (ImageUse, ImageUse),
        canvas: Canvas<'_>,
    ) -> Result<Report> {
        let recorded = self
            .lay_out(
                commands,
                recording,
                picture,
                target.extent,
                self.rasteriser == Rasteriser::Host,
            )
            .and_then(|laid| match self.rasteriser {
                Rasteriser::Host => {
                    self.record_on_host(commands, recording, laid, &target, (from, to), canvas)
                }
                _ => self.record_stages(commands, recording, laid, &target, (from, to), canvas),
            });
        recording.recorded();
        if recorded.is_err() {
            // What it was to bring never comes.
            self.kept = Kept::default();
            recording.forget_pages();
        }
        recorded
    }

    fn record_stages(
        &mut self,
        commands: &mut Commands,
        recording: &Recording<'_>,
        mut laid: Laid,
        target: &ImageRef,
        (from, to): (ImageUse, ImageUse),
        canvas: Canvas<'_>,
    ) -> Result<Report> {
        let prepared = self.prepare(commands, recording, &mut laid, *target)?;
        let (Some(arrays), Some(stages)) = (&self.arrays, &self.stages) else {
            return Ok(laid.report);
        };
        let Prepared {
            pushes,
            dtype,
            tiles,
            modes,
            ..
        } = &prepared;
        let (dtype, tiles) = (*dtype, *tiles);

        // What the frame before read may be written now, and what was uploaded may be read.
        commands.barrier(
            &[
                TransferWrite,
                ComputeRead,
                ComputeWrite,
                IndirectRead,
                VertexRead,
                FragmentRead,
            ],
            &[ComputeRead, ComputeWrite, TransferWrite, VertexRead, FragmentRead],
        );
        commands.pass("cull", |commands| {
            commands.fill(&arrays.bins, 0..arrays.bins.size(), 0);
            stages.cull.record(commands, &pushes.cull, laid.report.lanes);
        });
        commands.barrier(
            &[ComputeWrite, TransferWrite],
            &[IndirectRead, ComputeRead, ComputeWrite],
        ); // lists → resolve
        commands.pass("resolve", |commands| {
            stages
                .resolve
                .record(commands, &pushes.resolve, (dtype, modes[0]), &arrays.counts);
        });
        commands.barrier(&[ComputeWrite], &[ComputeRead]); // columns → rows
        if prepared.has_lines() {
            commands.pass("bin", |commands| stages.bin.record(commands, &pushes.bin, tiles));
        }
        commands.barrier(
            &[ComputeWrite],
            &[ComputeRead, IndirectRead, VertexRead, FragmentRead],
        ); // rows → draw
        self.record_lanes(commands, arrays, &prepared, target, from, canvas);
        self.record_overlay(commands, &prepared.overlay, target);
        commands.image_barrier(target, ImageUse::Color, to);
        commands.barrier(&[ComputeWrite], &[TransferRead]); // counts → host
        let counts = self.slots.counts(prepared.overlay.slot);
        commands.copy(&arrays.counts, 0, counts, 0, size_of::<abi::Counts>() as u64);
        commands.barrier(&[TransferWrite], &[HostRead]);
        Ok(laid.report)
    }

    /// Draws the lanes over the background, from their rows or their columns; leaves the target in use as [`ImageUse::Color`].
    fn record_lanes(
        &self,
        commands: &mut Commands,
        arrays: &Arrays,
        prepared: &Prepared,
        target: &ImageRef,
        from: ImageUse,
        canvas: Canvas<'_>,
    ) {
        let Some(stages) = &self.stages else {
            return;
        };
        let (pushes, background) = (&prepared.pushes, unorm(prepared.background));
        let (dtype, mode) = (prepared.dtype, prepared.modes[1]);
        match (self.rasteriser, canvas) {
            (Rasteriser::Compute, Canvas::Ours(set)) => {
                commands.image_barrier(target, from, ImageUse::CopyTarget);
                commands.pass("clear", |commands| commands.clear_image(target, background));
                commands.image_barrier(target, ImageUse::CopyTarget, ImageUse::Storage);
                if prepared.has_lines() {
                    commands.pass("draw", |commands| {
                        stages
                            .raster
                            .record(commands, &pushes.draw, (dtype, mode), &arrays.counts, set);
                    });
                }
                if let Some(heat) = &pushes.heat {
                    commands.image_barrier(target, ImageUse::Storage, ImageUse::Storage); // lines → colours
                    commands.pass("heat", |commands| {
                        stages.heat.record(commands, heat, pushes.cull.raster, set);
                    });
                }
                commands.image_barrier(target, ImageUse::Storage, ImageUse::Color);
            }
            _ => {
                commands.image_barrier(target, from, ImageUse::Color);
                commands.pass("draw", |commands| {
                    let kind = (target.format, dtype, mode);
                    commands.begin_rendering(target, Load::Clear(background), target.area());
                    match &pushes.heat {
                        Some(heat) => stages.heat.draw(commands, heat, kind),
                        None => stages.draw.record(commands, &pushes.draw, kind, &arrays.counts),
                    }
                    commands.end_rendering();
                });
                commands.barrier(&[ColorWrite], &[ColorWrite]); // picture → overlay
            }
        }
    }

    /// Draws the labels over a target in use as [`ImageUse::Color`].
    fn record_overlay(&self, commands: &mut Commands, given: &Given, target: &ImageRef) {
        commands.pass("overlay", |commands| {
            commands.begin_rendering(target, Load::Keep, target.area());
            self.overlay
                .record(commands, target.format, &given.push, given.quads);
            commands.end_rendering();
        });
    }
}

/// What a frame goes into.
enum Canvas<'a> {
    /// An image that compute shaders can write.
    Ours(&'a Set),
    /// No image, but pixels that the host draws and reads.
    Read(WriteView<'a>),
    /// An image that is only copied or rendered to.
    Attachment,
}

fn unorm(color: Rgba8) -> [f32; 4] {
    [color.r, color.g, color.b, 255].map(|c| f32::from(c) / 255.0)
}
