//! `galvani render`: a recording, or a span of it, to a picture in a file.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use galvani::gpu::Caps;
use galvani::renderer::{Picture, Renderer, Report};
use galvani::scene::marks::Layer;
use galvani::scene::{Scene, Style};
use galvani::sidecar::Sidecar;
use galvani::source::{Info, Robust, Source, robust};
use galvani::store::{Loaded, NodeStore, OpenOptions, Recording};
use galvani::target::Offscreen;
use galvani::vector::{self, Drawing};
use galvani::view::View;
use serde_json::{Value, json};

use crate::answer::{Answer, duration, fidelity_json, fidelity_text, thousands, warn};
use crate::cli::{EventsFrom, Global, RenderArgs, SpanArgs};
use crate::engine::{self, Watch};
use crate::picture::Format;
use crate::window::{Annotation, Look, annotations_beside, read_annotations};
use crate::{input, picture, progress};

/// Columns beside the picture whose samples are opened as well: what tiles and the width of lines reach into.
const MARGIN_PX: f64 = 128.0;

/// What a picture is taken of, open already.
pub(crate) struct Given {
    pub(crate) source: Box<dyn Source>,
    /// What happened when.
    pub(crate) events: Vec<Layer>,
    /// What people have written down.
    pub(crate) notes: Vec<Annotation>,
}

pub(crate) fn run(args: &RenderArgs, global: &Global, watch: &Watch) -> Result<Answer> {
    let source = args.signal.apply(input::open(&args.file)?)?;
    let style = style(args);
    let events = args.look.events.as_ref().unwrap_or(&EventsFrom::Nowhere);
    let given = Given {
        events: input::layers(events, &args.file, source.info(), &style)?,
        notes: annotations(&args.annotations, &args.file.file)?,
        source,
    };
    warn(&given.source.info().warnings);
    let bar = progress::bar("loading", 0);
    let tick = |done: u64, of: u64| {
        bar.set_length(of);
        bar.set_position(done);
    };
    let taken = take(args, given, global, || engine::renderer(global, watch), &tick);
    bar.finish_and_clear();
    taken
}

/// The colours that are asked for.
pub(crate) fn style(args: &RenderArgs) -> Style {
    if args.look.light {
        Style::light()
    } else {
        Style::dark()
    }
}

/// Takes the picture that arguments ask for into its file, and tells about it.
pub(crate) fn take(
    args: &RenderArgs,
    given: Given,
    global: &Global,
    renderer: impl FnOnce() -> Result<(Renderer, f64)>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Answer> {
    picture::check_writable(&args.output)?;
    let format = Format::of(&args.output)?;
    let (mut taken, made) = draw(args, given, global, renderer, progress)?;
    // What is there stays until the new one is whole.
    let part = PathBuf::from(format!("{}.part", args.output.display()));
    match made {
        Made::Pixels(pixels) => picture::write_png(&part, args.size.0, &pixels),
        Made::Drawing(drawing) => picture::write_drawing(&part, format, &drawing),
    }
    .and_then(|()| Ok(std::fs::rename(&part, &args.output)?))
    .inspect_err(|_| {
        // It may not be there at all.
        let _ = std::fs::remove_file(&part);
    })
    .with_context(|| format!("cannot write {}", args.output.display()))?;
    taken.bytes = std::fs::metadata(&args.output)
        .with_context(|| format!("cannot find {} again", args.output.display()))?
        .len();
    Ok(Answer {
        text: taken.text(),
        json: taken.json(),
    })
}

/// What a picture is made of.
pub(crate) enum Made {
    /// RGBA, `[height, width, 4]`.
    Pixels(Vec<u8>),
    Drawing(Drawing),
}

/// Takes the picture that arguments ask for. What can be wrong with them is said before a renderer is made.
pub(crate) fn draw(
    args: &RenderArgs,
    given: Given,
    global: &Global,
    renderer: impl FnOnce() -> Result<(Renderer, f64)>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(Taken, Made)> {
    let info = given.source.info().clone();
    let (size, format) = (args.size.0, Format::of(&args.output)?);
    let dressed = |mut scene: Scene, measured: Option<[&[Robust]; 2]>| -> Result<Scene> {
        let lists = (args.span.channels.as_ref(), args.signal.bad());
        let mut look = Look::new(&args.look, lists, scene.clone(), &info)?;
        look.events(
            given.events.clone(),
            given.notes.clone(),
            &args.look.hide_events,
            &info,
        );
        if let Some([now, first]) = measured {
            look.measured(now, args.look.fill.then_some(first), &info);
        }
        look.dress(&mut scene, &info);
        Ok(scene)
    };
    let scene = dressed(Scene::new(&info, style(args)), None)?;
    let columns = scene.plot(&info, size, args.scale).w;
    let view = view(&args.span, &info, columns)?;
    let (mut renderer, init_s) = renderer()?;
    // Before the file is read, so that a size beyond the device's is said at once.
    let target = match format {
        Format::Png => Some(target(&renderer, size)?),
        _ => None,
    };
    let clock = Instant::now();
    let name = args.file.file.display().to_string();
    let measured = match args.look.center || args.look.fill {
        true => Some(robust(
            given.source.as_ref(),
            within(&view, columns, info.samples),
        )?),
        false => None,
    };
    let span = opened(&view, columns, info.samples);
    let mut recording = open(
        &renderer,
        given.source,
        (!args.no_sidecar, span),
        global,
        progress,
    )
    .with_context(|| format!("cannot load {name}"))?;
    let load_s = clock.elapsed().as_secs_f64();
    let first = recording.robust().to_vec();
    let scene = dressed(
        recording.scene(style(args)),
        measured.as_deref().map(|now| [now, first.as_slice()]),
    )?;
    let clock = Instant::now();
    let shown = Picture {
        scale_factor: args.scale,
        ..Picture::new(&scene, &view)
    };
    let (report, made) = match target {
        Some(mut target) => {
            let (report, _) = renderer.render(&mut recording, &shown, &mut target)?;
            (report, Made::Pixels(target.pixels()?.to_vec()))
        }
        None => {
            let (report, drawing) = vector::draw(&mut renderer, &mut recording, &shown, size)?;
            (report, Made::Drawing(drawing))
        }
    };
    let frame_s = clock.elapsed().as_secs_f64();
    let taken = Taken {
        name,
        caps: renderer.device().caps().clone(),
        loaded: recording.loaded(),
        report,
        events: seen(&scene, &view, columns),
        start_s: view.start().as_f64() / info.rate_hz,
        duration_s: view.duration_s(columns, info.rate_hz),
        info,
        seconds: [init_s, load_s, frame_s],
        size,
        format,
        bytes: 0,
        output: args.output.clone(),
    };
    Ok((taken, made))
}

/// The annotations that are asked for.
fn annotations(from: &EventsFrom, file: &Path) -> Result<Vec<Annotation>> {
    match from {
        EventsFrom::Nowhere => Ok(Vec::new()),
        EventsFrom::Recording => match annotations_beside(file).filter(|path| path.exists()) {
            Some(path) => read_annotations(&path),
            None => Ok(Vec::new()),
        },
        EventsFrom::Path(path) => read_annotations(path),
    }
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
fn view(span: &SpanArgs, info: &Info, columns: u32) -> Result<View> {
    if span.start.is_none() && span.duration.is_none() {
        return Ok(View::fit(info.samples, columns));
    }
    let length_s = info.samples as f64 / info.rate_hz;
    let start_s = span.start.unwrap_or(0.0);
    ensure!(
        start_s < length_s,
        "--start {start_s}: the recording is {length_s} s long"
    );
    let duration_s = span.duration.unwrap_or(length_s - start_s);
    ensure!(
        duration_s.is_finite() && duration_s > 0.0,
        "--duration {duration_s}: give a number of seconds above 0"
    );
    ensure!(
        start_s + duration_s > 0.0,
        "--start {start_s}: the recording starts at 0, {duration_s} s later the picture has ended"
    );
    Ok(View::span(start_s, duration_s, info.rate_hz, columns))
}

/// The samples in a view.
pub(crate) fn within(view: &View, columns: u32, samples: u64) -> Range<u64> {
    let at = |sample: f64| (sample.max(0.0) as u64).min(samples);
    let start = view.start().as_f64();
    let end = at((start + view.samples_across(columns)).ceil());
    at(start).min(end.saturating_sub(1))..end
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

/// Opens a span.
fn open(
    renderer: &Renderer,
    source: Box<dyn Source>,
    (sidecar, span): (bool, Range<u64>),
    global: &Global,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Recording<'static>> {
    let (found, note) = match sidecar && !source.files().is_empty() {
        true => Sidecar::whole(source.as_ref())?,
        false => (None, None),
    };
    warn(note.as_slice());
    let options = OpenOptions {
        // A sidecar is of the whole recording, of which no more is read than the picture needs.
        span: if found.is_some() { None } else { Some(span) },
        nodes: found.map(|found| Arc::new(found) as Arc<dyn NodeStore>),
        progress: Some(progress),
        ..engine::open_options(global)
    };
    Ok(Recording::open(renderer.device(), source, &options)?)
}

/// What there is to tell of a picture.
pub(crate) struct Taken {
    name: String,
    info: Info,
    caps: Caps,
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
    output: PathBuf,
}

impl Taken {
    fn json(&self) -> Value {
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
        if let (Value::Object(all), Value::Object(facts)) = (&mut json, engine::facts(&self.caps)) {
            all.extend(facts);
        }
        json
    }

    fn text(&self) -> String {
        let caps = &self.caps;
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
