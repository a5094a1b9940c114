//! `galvani render`: a recording, or a span of it, to a picture in a file.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use galvani::renderer::{Picture, Renderer};
use galvani::scene::marks::Layer;
use galvani::scene::{Scene, Style};
use galvani::sidecar::Sidecar;
use galvani::source::{Info, Source, robust};
use galvani::store::{NodeStore, OpenOptions, Recording};
use galvani::target::Offscreen;
use galvani::vector::Drawing;
use galvani::view::{Reach, View};

use crate::answer::{Answer, warn};
use crate::cli::{EventsFrom, Global, RenderArgs, SpanArgs};
use crate::engine::{self, Watch};
use crate::parts::{Part, parts, put, strips};
use crate::picture::Format;
use crate::stack;
use crate::taken::Taken;
use crate::window::{Annotation, annotations_beside, read_annotations};
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
    let given = strips(args)?
        .iter()
        .map(|strip| {
            let source = strip.signal.apply(input::open(&strip.file)?)?;
            warn(&source.info().warnings);
            let events = strip.look.events.as_ref().unwrap_or(&EventsFrom::Nowhere);
            Ok(Given {
                events: input::layers(events, &strip.file, source.info(), &style(args))?,
                notes: annotations(&strip.annotations, &strip.file.file)?,
                source,
            })
        })
        .collect::<Result<Vec<_>>>()?;
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
    given: Vec<Given>,
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

/// Takes the picture that arguments ask for, strip after strip. What can be wrong with them is said before a renderer is made.
pub(crate) fn draw(
    args: &RenderArgs,
    given: Vec<Given>,
    global: &Global,
    renderer: impl FnOnce() -> Result<(Renderer, f64)>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(Taken, Made)> {
    let (size, format) = (args.size.0, Format::of(&args.output)?);
    let parts = parts(args, given)?;
    let ((main, _), stacked) = (&parts[0], parts.len() > 1);
    let scene = main.dressed(Scene::new(&main.info, style(args)), None)?;
    let columns = scene.plot(&main.info, [main.area.w, main.area.h], args.scale).w;
    let reaches = parts
        .iter()
        .map(|(part, _)| part.clock.reach_s(part.info.samples));
    let reach = match stack::widest(reaches).filter(|_| stacked) {
        Some(widest) => main.clock.reach(widest),
        None => Reach::of(main.info.samples),
    };
    let view = view(&args.span, &main.info, &reach, columns)?;
    let clock = main.clock;
    let (mut renderer, init_s) = renderer()?;
    // Before the file is read, so that a size beyond the device's is said at once.
    if format == Format::Png {
        target(&renderer, size)?;
    }
    let mut whole = match format {
        Format::Png => Made::Pixels(Vec::new()),
        _ => Made::Drawing(Drawing {
            size,
            background: scene.style.background,
            shapes: Vec::new(),
        }),
    };
    let mut told: Option<Taken> = None;
    for (part, source) in parts {
        let (area, title, view) = (part.area, part.title(), clock.seen(&view, &part.clock));
        let titles = Vec::from_iter(stacked.then(|| title.clone()));
        let (taken, made) = draw_part(
            args,
            (&part, source),
            (&view, &titles),
            &mut renderer,
            global,
            progress,
        )?;
        put(&mut whole, made, (size, area), scene.style.background);
        match &mut told {
            Some(told) => {
                told.beside.push((title, taken.report.fidelity));
                told.seconds[1] += taken.seconds[1];
                told.seconds[2] += taken.seconds[2];
            }
            none => *none = Some(taken),
        }
    }
    let mut taken = told.context("there is nothing to draw")?;
    (taken.seconds[0], taken.size) = (init_s, size);
    Ok((taken, whole))
}

/// Draws a strip. Its recording goes before the next one is opened, so that both have all of the budgets.
fn draw_part(
    args: &RenderArgs,
    (part, source): (&Part, Box<dyn Source>),
    (view, titles): (&View, &[String]),
    renderer: &mut Renderer,
    global: &Global,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(Taken, Made)> {
    let (size, format) = ([part.area.w, part.area.h], Format::of(&args.output)?);
    let (info, look) = (part.info.clone(), &part.asked.look);
    let scene = part.dressed(Scene::new(&info, style(args)), None)?;
    let columns = scene.plot(&info, size, args.scale).w;
    let clock = Instant::now();
    let name = part.asked.file.file.display().to_string();
    let measured = match look.center || look.fill {
        true => Some(robust(source.as_ref(), within(view, columns, info.samples))?),
        false => None,
    };
    let span = opened(view, columns, info.samples);
    let mut recording = open(renderer, source, (!args.no_sidecar, span), global, progress)
        .with_context(|| format!("cannot load {name}"))?;
    let load_s = clock.elapsed().as_secs_f64();
    let first = recording.robust().to_vec();
    let measured = measured.as_deref().map(|now| [now, first.as_slice()]);
    let scene = part.dressed(recording.scene(style(args)), measured)?;
    let clock = Instant::now();
    let shown = Picture {
        scale_factor: args.scale,
        status: titles,
        ..Picture::new(&scene, view)
    };
    let (report, made) = match format {
        Format::Png => {
            let mut target = target(renderer, size)?;
            let (report, _) = renderer.render(&mut recording, &shown, &mut target)?;
            (report, Made::Pixels(target.pixels()?.to_vec()))
        }
        _ => {
            let (report, drawing) = renderer.drawing(&mut recording, &shown, size)?;
            (report, Made::Drawing(drawing))
        }
    };
    let frame_s = clock.elapsed().as_secs_f64();
    let taken = Taken {
        name,
        caps: renderer.device().caps().clone(),
        loaded: recording.loaded(),
        report,
        events: seen(&scene, view, columns),
        start_s: view.start().as_f64() / info.rate_hz,
        duration_s: view.duration_s(columns, info.rate_hz),
        info,
        seconds: [0.0, load_s, frame_s],
        size,
        format,
        beside: Vec::new(),
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
fn view(span: &SpanArgs, info: &Info, reach: &Reach, columns: u32) -> Result<View> {
    if span.start.is_none() && span.duration.is_none() {
        return Ok(View::fit_to(reach, columns));
    }
    let [first_s, length_s] = [reach.start, reach.end()].map(|at| at.as_f64() / info.rate_hz);
    let start_s = span.start.unwrap_or(first_s);
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
        start_s + duration_s > first_s,
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
