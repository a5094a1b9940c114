//! `galvani bench`: what loading takes, and each frame of a scripted path.
//!
//! All times are of one run, so that their ratios hold on a machine whose speed varies. A frame's time, and the floor's, end
//! when its pixels lie in an array of the program's own.

mod browse;
mod figure;
mod image;
mod lines;
mod machine;
mod path;
mod points;
mod probe;
mod random;
mod samples;
mod soak;
mod stream;
mod stream_report;
mod watch;

use std::fmt::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use galvani::gpu::Device;
use galvani::plan::Fidelity;
use galvani::renderer::{Loading, Picture, Rasteriser, Renderer, Report};
use galvani::scene::{Form, Scene, Style};
use galvani::store::{OpenOptions, Recording};
use galvani::target::Offscreen;
use galvani::view::View;
use serde_json::{Value, json};

use crate::answer::{Answer, fidelity_json, fidelity_text, thousands};
use crate::cli::{BenchArgs, Global, Workload};
use crate::engine::{self, Watch};
use crate::info::dtype_word;
use crate::{progress, warm};
use path::Step;
use samples::Data;

pub(crate) fn run(args: &BenchArgs, global: &Global, watch: &Watch) -> Result<Answer> {
    if let Workload::Stream = args.workload {
        return stream::run(args, global, watch);
    }
    ensure!(
        args.soak.is_none() && args.scratch.is_none(),
        "--soak and --scratch are for --workload stream"
    );
    match args.workload {
        Workload::Points => return points::run(args, global, watch),
        Workload::Image => return image::run(args, global, watch),
        Workload::Lines => return lines::run(args, global, watch),
        Workload::Traces | Workload::Stream => {}
    }
    let clock = Instant::now();
    let (mut renderer, _) = engine::renderer(global, watch)?;
    let size = args.size.0;
    let mut target = Offscreen::new(renderer.device(), size)?;
    let dtype = samples::dtype(args)?;
    warm::up(&mut renderer, dtype, global.builder.into())?;
    let init_s = clock.elapsed().as_secs_f64();

    let data = Data::new(args)?;
    let mut pixels = vec![0; size[0] as usize * size[1] as usize * 4];
    let mut bench = Bench::load(renderer, &data, global, &mut target, &mut pixels)?;
    let mut floors = bench.walk(&mut target, &mut pixels)?;

    let figures = Figures {
        init_s,
        floor_ms: median(&mut floors),
        peak_rss_mb: machine::peak_rss_bytes().map(|bytes| bytes as f64 / 1e6),
        samples_mb: data.bytes() as f64 / 1e6,
        size,
    };
    Ok(Answer {
        text: bench.text(&figures)?,
        json: bench.json(&figures, &data, args),
    })
}

/// How long to wait for samples to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// Draws an empty frame as other frames are drawn: the milliseconds that it takes.
fn floor(target: &mut Offscreen, pixels: &mut [u8]) -> Result<f64> {
    let clock = Instant::now();
    target.clear([0.0, 0.0, 0.0, 1.0])?;
    pixels.copy_from_slice(target.pixels()?);
    Ok(ms(clock))
}

/// A recording being measured.
struct Bench {
    renderer: Renderer,
    recording: Recording<'static>,
    scene: Scene,
    columns: u32,
    load_s: f64,
    frames: Vec<Frame>,
    device_bytes: u64,
}

/// A frame, measured.
struct Frame {
    step: Step,
    report: Report,
    /// Milliseconds of culling, resolving and drawing, where there is a clock for them.
    passes: [Option<f64>; 3],
    total_ms: f64,
    /// Until the picture was complete, in as many frames as that took.
    complete_ms: f64,
}

/// What is known of a run besides its frames.
struct Figures {
    init_s: f64,
    floor_ms: f64,
    peak_rss_mb: Option<f64>,
    samples_mb: f64,
    size: [u32; 2],
}

impl Bench {
    /// From samples in memory to the first full picture, read back.
    fn load(
        mut renderer: Renderer,
        data: &Data,
        global: &Global,
        target: &mut Offscreen,
        pixels: &mut [u8],
    ) -> Result<Self> {
        let source = data.source()?;
        let options = OpenOptions {
            without_samples: !data.in_memory(),
            build_first: true,
            ..engine::open_options(global)
        };
        let clock = Instant::now();
        let mut recording =
            Recording::stream(renderer.device(), source, &options).context("cannot load the samples")?;
        let mut scene = recording.scene(Style::dark());
        // Lanes side by side, each in its strip, as the programs draw them that this is compared with.
        scene.traces.overlap = false;
        scene.traces.form = Form::Lines;
        let info = recording.info();
        let columns = scene.plot(info, target.size(), 1.0).w;
        let view = View::fit(info.samples, columns);
        renderer.render(&mut recording, &Picture::new(&scene, &view), target)?;
        pixels.copy_from_slice(target.pixels()?);
        let load_s = clock.elapsed().as_secs_f64();
        Ok(Self {
            device_bytes: renderer.device().memory_use().held,
            renderer,
            recording,
            scene,
            columns,
            load_s,
            frames: Vec::new(),
        })
    }

    /// Draws every frame of the path, and before each an empty one, whose times come back: so both see the machine and
    /// its caches in the same state.
    fn walk(&mut self, target: &mut Offscreen, pixels: &mut [u8]) -> Result<Vec<f64>> {
        let mut floors = Vec::new();
        let steps = path::script(self.recording.info().samples, self.columns);
        let bar = progress::bar("drawing", steps.len() as u64);
        for step in steps {
            floors.push(floor(target, pixels)?);
            let clock = Instant::now();
            let picture = Picture {
                loading: Loading::UpTo(0),
                ..Picture::new(&self.scene, &step.view)
            };
            let (report, value) = self.renderer.render(&mut self.recording, &picture, target)?;
            pixels.copy_from_slice(target.pixels()?);
            let total_ms = ms(clock);
            // As in the window: the frame does not wait for samples, the frames after it bring them.
            let mut fidelity = report.fidelity;
            while matches!(fidelity, Fidelity::Partial { .. }) {
                self.recording.wait(PATIENCE);
                let (next, _) = self.renderer.render(&mut self.recording, &picture, target)?;
                fidelity = next.fidelity;
            }
            let complete_ms = ms(clock);
            ensure!(
                !report.overflow,
                "a frame had more tiles than its lists hold, which is a bug"
            );
            let device = self.renderer.device();
            self.device_bytes = self.device_bytes.max(device.memory_use().held);
            let passes = match report.host {
                Some(host) => [None, Some(host.resolve_ms), Some(host.draw_ms)],
                None => passes(device, value),
            };
            self.frames.push(Frame {
                step,
                report,
                passes,
                total_ms,
                complete_ms,
            });
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(floors)
    }

    /// The median and the most that a frame took, in milliseconds.
    fn frame_ms(&self) -> (f64, f64) {
        let mut all: Vec<f64> = self.frames.iter().map(|frame| frame.total_ms).collect();
        let most = all.iter().copied().fold(0.0, f64::max);
        (median(&mut all), most)
    }

    fn rasteriser(&self) -> Rasteriser {
        self.frames
            .first()
            .map_or(Rasteriser::Auto, |frame| frame.report.rasteriser)
    }

    fn pyramid_gb_s(&self) -> f64 {
        let loaded = self.recording.loaded();
        loaded.bytes as f64 / loaded.pyramid_s / 1e9
    }

    fn json(&self, figures: &Figures, data: &Data, args: &BenchArgs) -> Value {
        let caps = self.renderer.device().caps();
        let info = self.recording.info();
        let (median_ms, max_ms) = self.frame_ms();
        let columns = self.columns;
        let frames: Vec<Value> = self.frames.iter().map(|frame| frame.json(columns)).collect();
        json!({
            "workload": "traces",
            "device": caps.name,
            "driver": caps.driver,
            "rasteriser": engine::rasteriser_word(self.rasteriser()),
            "builder": engine::builder_word(self.recording.loaded().builder),
            "samples": info.samples * info.channels.len() as u64,
            "channels": info.channels.len(),
            "dtype": dtype_word(info.dtype),
            "input": args.input.as_ref().map(|path| path.display().to_string()),
            "size": figures.size,
            "load_s": self.load_s,
            "load_includes": if data.in_memory() { "nothing else" } else { "generation" },
            "init_s": figures.init_s,
            "floor_ms": figures.floor_ms,
            "frames": frames,
            "frame_ms_median": median_ms,
            "frame_ms_max": max_ms,
            "pyramid_gb_s": self.pyramid_gb_s(),
            "pyramid_device_gb_s": self.recording.loaded().device_s.map(|s| self.recording.loaded().bytes as f64 / s / 1e9),
            "device_mb": self.device_bytes as f64 / 1e6,
            "peak_rss_mb": figures.peak_rss_mb,
            "samples_mb": figures.samples_mb,
            "working_mb": figures.peak_rss_mb.map(|peak| peak - figures.samples_mb),
        })
    }

    fn text(&self, figures: &Figures) -> Result<String> {
        let caps = self.renderer.device().caps();
        let info = self.recording.info();
        let (median_ms, max_ms) = self.frame_ms();
        let floor = figures.floor_ms;
        let mut text = format!(
            "{} ({}), {} rasteriser, {} builder\n\
             {} samples, {} channels, {}\n\
             start      {:8.3} s\nload       {:8.3} s, pyramid {:.1} GB/s\n\
             floor      {floor:8.2} ms\n\
             median     {median_ms:8.2} ms, {:.2} × the floor\n\
             slowest    {max_ms:8.2} ms, {:.2} × the floor\n\
             device     {:8.1} MB",
            caps.name,
            caps.driver,
            engine::rasteriser_word(self.rasteriser()),
            engine::builder_word(self.recording.loaded().builder),
            thousands(info.samples * info.channels.len() as u64),
            info.channels.len(),
            dtype_word(info.dtype),
            figures.init_s,
            self.load_s,
            self.pyramid_gb_s(),
            median_ms / floor,
            max_ms / floor,
            self.device_bytes as f64 / 1e6,
        );
        if let Some(peak) = figures.peak_rss_mb {
            let working = peak - figures.samples_mb;
            write!(
                text,
                "\nhost       {peak:8.1} MB at most, {working:.1} beyond the samples"
            )?;
        }
        text.push_str("\n\nstep   samples/px      cull   resolve      draw     total ms");
        for frame in &self.frames {
            let column =
                |ms: Option<f64>| ms.map_or_else(|| format!("{:>10}", "-"), |ms| format!("{ms:10.2}"));
            let passes = frame.passes.map(column).concat();
            let (step, spp) = (frame.step.word, frame.report.samples_per_px);
            let fidelity = fidelity_text(frame.report.fidelity);
            write!(
                text,
                "\n{step:<5}{spp:12.3}{passes}{:10.2}   {fidelity}",
                frame.total_ms
            )?;
        }
        Ok(text)
    }
}

impl Frame {
    fn json(&self, columns: u32) -> Value {
        let of = |index: usize| self.passes[index];
        let view = &self.step.view;
        json!({
            "view": {
                "step": self.step.word,
                "start": view.start().as_f64(),
                "samples": view.samples_across(columns),
            },
            "samples_per_px": self.report.samples_per_px,
            "cull_ms": of(0),
            "resolve_ms": of(1),
            "draw_ms": of(2),
            "total_ms": self.total_ms,
            "complete_ms": self.complete_ms,
            "fidelity": fidelity_json(self.report.fidelity),
            "loaded_mb": self.report.loaded_bytes as f64 / 1e6,
        })
    }
}

/// Milliseconds of a submission's culling, resolving, and of all that turns columns into pixels.
fn passes(device: &Device, value: u64) -> [Option<f64>; 3] {
    let Some(passes) = device.timings(value).filter(|passes| !passes.is_empty()) else {
        return [None; 3];
    };
    let mut sums = [0.0; 3];
    for (name, ms) in passes {
        match name {
            "cull" => sums[0] += ms,
            "resolve" => sums[1] += ms,
            "read back" => {}
            _ => sums[2] += ms,
        }
    }
    sums.map(Some)
}

fn ms(clock: Instant) -> f64 {
    clock.elapsed().as_secs_f64() * 1e3
}

/// The upper median; 0 of nothing.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
