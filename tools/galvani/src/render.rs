//! `galvani render`: a recording, or a span of it, to a picture in a file.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use galvani::renderer::{Picture, Renderer, Report};
use galvani::scene::marks::Layer;
use galvani::scene::{Form, Scene, Style};
use galvani::sidecar::Sidecar;
use galvani::source::{Info, Source};

use galvani::store::{Loaded, NodeStore, OpenOptions, Recording};
use galvani::target::Offscreen;
use galvani::vector;
use galvani::view::View;
use serde_json::{Value, json};

use crate::answer::{Answer, duration, fidelity_json, fidelity_text, thousands, warn};
use crate::cli::{Channels, Global, RenderArgs};
use crate::engine::{self, Watch};
use crate::picture::Format;
use crate::{input, picture, progress};

/// Columns beside the picture whose samples are opened as well: what tiles and the width of lines reach into.
const MARGIN_PX: f64 = 128.0;

/// A picture to be taken.
pub(crate) struct Shot<'a> {
    /// The name of the recording, for people.
    pub(crate) name: String,
    pub(crate) source: Box<dyn Source>,
    pub(crate) size: [u32; 2],
    /// In seconds; `None`: the recording's start, all that follows.
    pub(crate) start_s: Option<f64>,
    pub(crate) duration_s: Option<f64>,
    pub(crate) channels: Option<&'a Channels>,
    pub(crate) style: Style,
    pub(crate) marks: Vec<Layer>,
    pub(crate) form: Form,
    /// Whether its sidecar is used, if there is one.
    pub(crate) sidecar: bool,
    pub(crate) output: &'a Path,
}

pub(crate) fn run(args: &RenderArgs, global: &Global, watch: &Watch) -> Result<Answer> {
    let source = args.signal.apply(input::open(&args.file)?)?;
    let style = if args.light { Style::light() } else { Style::dark() };
    let channels = input::sorted(args.span.channels.as_ref(), args.sort, source.info());
    let shot = Shot {
        name: args.file.file.display().to_string(),
        marks: input::layers(&args.events, &args.file, source.info(), &style)?,
        source,
        size: args.size.0,
        start_s: args.span.start,
        duration_s: args.span.duration,
        channels: channels.as_ref(),
        style,
        sidecar: !args.no_sidecar,
        form: args.lanes.into(),
        output: &args.output,
    };
    take(shot, global, watch)
}

/// Takes a picture and tells about it.
pub(crate) fn take(shot: Shot<'_>, global: &Global, watch: &Watch) -> Result<Answer> {
    let info = shot.source.info().clone();
    warn(&info.warnings);
    let mut scene = Scene::new(&info, shot.style.clone());
    input::select(&mut scene, shot.channels)?;
    input::mark(&mut scene, shot.marks.clone());
    picture::check_writable(shot.output)?;
    let format = Format::of(shot.output)?;
    let columns = scene.plot(&info, shot.size, 1.0).w;
    let view = view(&shot, &info, columns)?;
    let (mut renderer, init_s) = engine::renderer(global, watch)?;
    // Before the file is read, so that a size beyond the device's is said at once.
    let target = match format {
        Format::Png => Some(target(&renderer, shot.size)?),
        _ => None,
    };

    let clock = Instant::now();
    let name = shot.name;
    let mut recording = open(
        &renderer,
        shot.source,
        (shot.sidecar, opened(&view, columns, info.samples)),
        global,
    )
    .with_context(|| format!("cannot load {name}"))?;
    let load_s = clock.elapsed().as_secs_f64();
    let mut scene = recording.scene(shot.style);
    input::select(&mut scene, shot.channels)?;
    input::mark(&mut scene, shot.marks);
    scene.traces.form = shot.form;
    let clock = Instant::now();
    let shown = Picture::new(&scene, &view);
    let (report, frame_s) = match target {
        Some(mut target) => {
            let (report, _) = renderer.render(&mut recording, &shown, &mut target)?;
            let pixels = target.pixels()?;
            let frame_s = clock.elapsed().as_secs_f64();
            picture::write_png(shot.output, shot.size, pixels)?;
            (report, frame_s)
        }
        None => {
            let (report, drawing) = vector::draw(&mut renderer, &mut recording, &shown, shot.size)?;
            let frame_s = clock.elapsed().as_secs_f64();
            picture::write_drawing(shot.output, format, &drawing)?;
            (report, frame_s)
        }
    };
    let bytes = std::fs::metadata(shot.output)
        .with_context(|| format!("cannot find {} again", shot.output.display()))?
        .len();

    let taken = Taken {
        name,
        info: &info,
        loaded: recording.loaded(),
        report,
        events: seen(&scene, &view, columns),
        start_s: view.start().as_f64() / info.rate_hz,
        duration_s: view.duration_s(columns, info.rate_hz),
        seconds: [init_s, load_s, frame_s],
        size: shot.size,
        format,
        bytes,
        output: shot.output,
    };
    Ok(Answer {
        text: taken.text(&renderer),
        json: taken.json(&renderer),
    })
}

/// How many events start in view.
fn seen(scene: &Scene, view: &View, columns: u32) -> usize {
    let span = view.start().as_f64()..view.sample_from_px(columns.into()).as_f64();
    let count = |layer: &Layer| layer.marks.count(span.clone(), None);
    scene.marks.iter().map(count).sum()
}

/// Pixels to draw into.
fn target(renderer: &Renderer, size: [u32; 2]) -> Result<Offscreen> {
    Offscreen::new(renderer.device(), size).with_context(|| {
        let ([width, height], most) = (size, renderer.device().caps().max_image);
        format!("a picture of {width}x{height} pixels, where {most} a side are the most")
    })
}

/// The view that is asked for.
fn view(shot: &Shot<'_>, info: &Info, columns: u32) -> Result<View> {
    if shot.start_s.is_none() && shot.duration_s.is_none() {
        return Ok(View::fit(info.samples, columns));
    }
    let length_s = info.samples as f64 / info.rate_hz;
    let start_s = shot.start_s.unwrap_or(0.0);
    ensure!(
        (0.0..length_s).contains(&start_s),
        "--start {start_s}: the recording is {length_s} s long"
    );
    let duration_s = shot.duration_s.unwrap_or(length_s - start_s);
    ensure!(
        duration_s.is_finite() && duration_s > 0.0,
        "--duration {duration_s}: give a number of seconds above 0"
    );
    Ok(View::span(start_s, duration_s, info.rate_hz, columns))
}

/// The samples that a view needs: its own, a margin, and the rest of the first node that a column is made of, so that
/// nodes lie as they would in the whole recording.
fn opened(view: &View, columns: u32, samples: u64) -> Range<u64> {
    let spp = view.samples_per_px();
    let margin = MARGIN_PX * spp + 2.0;
    let mut node = 64_u64;
    while (node as f64) < spp {
        node *= 8;
    }
    let first = view.start().plus(-margin).sample().max(0) as u64;
    let last = view
        .sample_from_px(f64::from(columns))
        .plus(margin + 1.0)
        .sample();
    let last = (last.max(0) as u64).clamp(1, samples);
    let first = (first - first % node).min(last - 1);
    first..last
}

/// Opens a span behind a progress bar.
fn open(
    renderer: &Renderer,
    source: Box<dyn Source>,
    (sidecar, span): (bool, Range<u64>),
    global: &Global,
) -> Result<Recording<'static>> {
    let (found, note) = match sidecar && !source.files().is_empty() {
        true => Sidecar::whole(source.as_ref())?,
        false => (None, None),
    };
    warn(note.as_slice());
    let bar = progress::bar("loading", span.end - span.start);
    let tick = |done: u64, _: u64| bar.set_position(done);
    let options = OpenOptions {
        // A sidecar is of the whole recording, of which no more is read than the picture needs.
        span: if found.is_some() { None } else { Some(span) },
        nodes: found.map(|found| Arc::new(found) as Arc<dyn NodeStore>),
        progress: Some(&tick),
        ..engine::open_options(global)
    };
    let recording = Recording::open(renderer.device(), source, &options);
    bar.finish_and_clear();
    Ok(recording?)
}

/// What there is to tell of a picture.
struct Taken<'a> {
    name: String,
    info: &'a Info,
    loaded: Loaded,
    report: Report,
    /// How many are in view.
    events: usize,
    start_s: f64,
    duration_s: f64,
    /// To start, to load, to draw.
    seconds: [f64; 3],
    size: [u32; 2],
    format: Format,
    /// Of the file that was written.
    bytes: u64,
    output: &'a Path,
}

impl Taken<'_> {
    fn json(&self, renderer: &Renderer) -> Value {
        let mut json = json!({
            "file": self.name,
            "channels": self.info.channels.len(),
            "lanes": self.report.lanes,
            "samples": self.info.samples * self.info.channels.len() as u64,
            "rate_hz": self.info.rate_hz,
            "start_s": self.start_s,
            "duration_s": self.duration_s,
            "events": self.events,
            "size": self.size,
            "samples_per_px": self.report.samples_per_px,
            "fidelity": fidelity_json(self.report.fidelity),
            "rasteriser": engine::rasteriser_word(self.report.rasteriser),
            "builder": engine::builder_word(self.loaded.builder),
            "loaded_bytes": self.loaded.bytes,
            "init_s": self.seconds[0],
            "load_s": self.seconds[1],
            "frame_ms": self.seconds[2] * 1e3,
            "output": self.output.display().to_string(),
            "format": self.format.word(),
            "bytes": self.bytes,
            "warnings": self.info.warnings,
        });
        if let (Value::Object(all), Value::Object(facts)) = (&mut json, engine::facts(renderer.device())) {
            all.extend(facts);
        }
        json
    }

    fn text(&self, renderer: &Renderer) -> String {
        let caps = renderer.device().caps();
        let [init, load, frame] = self.seconds.map(duration);
        let [width, height] = self.size;
        let channels = self.info.channels.len();
        let samples = thousands(self.info.samples * channels as u64);
        format!(
            "device     {} ({})\nrecording  {}: {channels} channels, {samples} samples, {}\n\
             view       {} from {:.3} s on, {:.3} samples a pixel\n\
             started    {init}\nloaded     {load} (pyramid by the {})\n\
             drawn      {frame} ({}; {})\nwritten    {} ({width}x{height}, {} bytes)",
            caps.name,
            caps.driver,
            self.name,
            duration(self.info.samples as f64 / self.info.rate_hz),
            duration(self.duration_s),
            self.start_s,
            self.report.samples_per_px,
            engine::builder_word(self.loaded.builder),
            engine::rasteriser_word(self.report.rasteriser),
            fidelity_text(self.report.fidelity),
            self.output.display(),
            thousands(self.bytes),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_of_a_huge_file_is_short() {
        let view = View::span(3600.0, 1.0, 30_000.0, 1800);
        let span = opened(&view, 1800, 1 << 40);
        assert!(span.start <= 108_000_000 - 128 * 16 && span.end >= 108_030_000 + 128 * 16);
        assert!(span.end - span.start < 40_000, "{span:?}");
        assert_eq!(span.start % 64, 0);
    }

    #[test]
    fn spans_stay_inside() {
        for (start, duration) in [(0.0, 1e-6), (0.0, 100.0), (0.9999, 5.0), (0.99999, 1e-9)] {
            let span = opened(&View::span(start, duration, 1000.0, 100), 100, 1000);
            assert!(span.start < span.end && span.end <= 1000, "{span:?}");
        }
    }
}
