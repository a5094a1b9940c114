//! Pictures and samples of what is in view, to files and to the clipboard: what is asked for, and the thread that makes it.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Result;
use egui::ColorImage;
use galvani::gpu::Device;
use galvani::renderer::Renderer;
use galvani::scene::marks::Layer;
use galvani::source::Source;

use super::annotations::Annotation;
use super::loading::Stoppable;
use super::model::{Model, Overlay, Request};
use super::news::{News, Tell};
use crate::answer::thousands;
use crate::cli::{Global, RenderArgs, Size};
use crate::convert;
use crate::render::{self, Given, Made};

/// How often it is told how far an export is.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Png,
    Svg,
    Pdf,
    Csv,
    Npy,
    Wav,
    /// A folder of raw samples and what describes them.
    Binary,
}

impl Format {
    pub(super) const ALL: [Self; 7] = [
        Self::Png,
        Self::Svg,
        Self::Pdf,
        Self::Csv,
        Self::Npy,
        Self::Wav,
        Self::Binary,
    ];

    /// The ending of its files, and how people call it.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Png => (".png", "PNG"),
            Self::Svg => (".svg", "SVG"),
            Self::Pdf => (".pdf", "PDF"),
            Self::Csv => (".csv", "CSV"),
            Self::Npy => (".npy", "NPY"),
            Self::Wav => (".wav", "WAV"),
            Self::Binary => ("", "binary"),
        }
    }

    /// Whether it is of the picture, rather than of samples.
    pub(super) fn is_picture(self) -> bool {
        matches!(self, Self::Png | Self::Svg | Self::Pdf)
    }
}

/// An export as it is being asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Form {
    pub(super) format: Format,
    /// Pixels of a picture, as they are typed.
    pub(super) size: String,
    /// Where it goes.
    pub(super) path: String,
}

impl Form {
    /// The same as the format that its name ends with, if it ends with one's.
    pub(super) fn named(self) -> Self {
        let path = self.path.trim();
        let says = |format: &Format| !format.words().0.is_empty() && path.ends_with(format.words().0);
        let format = Format::ALL.into_iter().find(says).unwrap_or(self.format);
        Self { format, ..self }
    }

    /// The same as another format, under the name that belongs to it.
    pub(super) fn of(&self, format: Format) -> Self {
        let stem = self
            .path
            .strip_suffix(self.format.words().0)
            .unwrap_or(&self.path);
        Self {
            format,
            path: format!("{stem}{}", format.words().0),
            size: self.size.clone(),
        }
    }
}

/// What is to be made.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Job {
    /// A picture in a file.
    Picture(Box<RenderArgs>),
    /// A picture on the clipboard.
    Copy(Box<RenderArgs>),
    /// Samples of channels, as they are shown: filtered or not.
    Samples {
        span: Range<u64>,
        channels: Vec<usize>,
        filtered: bool,
        output: PathBuf,
    },
}

impl Model {
    /// What is asked for at first: a picture of the plot's size beside the recording, or where that cannot be, where people put what they
    /// bring home.
    pub(super) fn export_form(&self) -> Option<Form> {
        let args = self.picture()?;
        let Size([width, height]) = args.size;
        Some(Form {
            format: Format::Png,
            size: format!("{width}x{height}"),
            path: folder(&self.strip.path).join(args.output).display().to_string(),
        })
    }

    /// Asks for what was typed; leaves it open where it is wrong.
    pub(super) fn take_export(&mut self, form: Form) {
        match self.job(&form) {
            Ok(job) => self.strip.requests.push(Request::Export(job)),
            Err(_) => self.overlay = Some(Overlay::Export(form)),
        }
    }

    /// What a form asks for.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub(super) fn job(&self, form: &Form) -> Result<Job, String> {
        let (Some(mut args), Some(shown)) = (self.picture(), &self.strip.shown) else {
            return Err("Nothing is open yet.".into());
        };
        let output = PathBuf::from(form.path.trim());
        if output.as_os_str().is_empty() {
            return Err("Where is it to go?".into());
        }
        if form.format.is_picture() {
            let (old, new): (Size, Size) = (args.size, form.size.trim().parse()?);
            // Letters and lines grow along with the picture.
            args.scale = (args.scale * new.0[0] as f32 / old.0[0] as f32).clamp(0.25, 16.0);
            (args.size, args.output) = (new, output);
            return Ok(Job::Picture(Box::new(args)));
        }
        let channels: Vec<usize> = shown
            .scene
            .traces
            .visible()
            .map(|trace| shown.scene.traces.channels[trace].channel)
            .collect();
        let span = shown.span();
        if channels.is_empty() || span.is_empty() {
            return Err("There is nothing in view.".into());
        }
        Ok(Job::Samples {
            span,
            channels,
            filtered: !self.strip.signal.bands.is_empty(),
            output,
        })
    }

    /// The values that are read out, as a table with tabs: of all channels over the span in view where that is shown, else what is under the
    /// pointer. `None` where there is nothing to read.
    pub(super) fn values(&self) -> Option<String> {
        let shown = self.strip.shown.as_ref()?;
        if self.panels.statistics {
            return shown.statistics.table(&shown.info);
        }
        let found = shown.read_out()?;
        let channel = &shown.info.channels[found.wanted.channel];
        let rate_hz = shown.info.rate_hz;
        let [start, end] = [found.wanted.span.start, found.wanted.span.end].map(|at| at as f64 / rate_hz);
        let [lo, hi] = found.range?;
        Some(format!(
            "channel\tunit\tfrom (s)\tto (s)\tmin\tmax\n{}\t{}\t{start}\t{end}\t{lo}\t{hi}\n",
            channel.name, channel.unit
        ))
    }
}

/// Where what is taken from a recording goes.
fn folder(path: &Path) -> PathBuf {
    let beside = std::path::absolute(path)
        .ok()
        .and_then(|path| Some(path.parent()?.to_path_buf()));
    let may = |folder: &PathBuf| std::fs::metadata(folder).is_ok_and(|facts| !facts.permissions().readonly());
    if !path.as_os_str().is_empty()
        && let Some(folder) = beside.filter(may)
    {
        return folder;
    }
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    let home = home.map_or_else(std::env::temp_dir, PathBuf::from);
    let downloads = home.join("Downloads");
    if downloads.is_dir() { downloads } else { home }
}

/// What an export is made of.
pub(super) struct Material {
    pub(super) device: Device,
    /// The recording that samples are taken of.
    pub(super) source: Arc<dyn Source>,
    /// All that is in the picture, from the top down.
    pub(super) strips: Vec<Shown>,
    pub(super) global: Global,
}

/// One recording of the picture.
pub(super) struct Shown {
    pub(super) source: Arc<dyn Source>,
    pub(super) events: Vec<Layer>,
    pub(super) notes: Vec<Annotation>,
}

/// What came of an export.
pub(super) enum Exported {
    /// A line to be told.
    Told(String),
    /// A picture for the clipboard.
    Picture(Box<ColorImage>),
}

/// The thread at work. Dropped before it is done it stops it, and waits for as long as one read takes.
pub(super) struct Exporting {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Exporting {
    pub(super) fn start(job: Job, material: Material, tell: Tell) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || {
            let done = run(job, material, stopped, &tell);
            // A window that is gone needs no news.
            tell.send(News::Exported(done));
        });
        Self {
            stop,
            thread: Some(thread),
        }
    }
}

impl Drop for Exporting {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so on stderr.
            let _ = thread.join();
        }
    }
}

fn run(job: Job, material: Material, stop: Arc<AtomicBool>, tell: &Tell) -> Result<Exported> {
    let told = std::sync::Mutex::new(Instant::now());
    let progress = |done: u64, of: u64| {
        let mut last = told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if last.elapsed() >= TELL_EVERY {
            *last = Instant::now();
            let percent = (u128::from(done) * 100 / u128::from(of.max(1))) as u64;
            tell.send(News::Exporting(percent));
        }
    };
    let Material {
        device,
        source,
        strips,
        global,
    } = material;
    let given = |strip: Shown| Given {
        source: Box::new(Stoppable {
            source: strip.source,
            stop: stop.clone(),
        }),
        events: strip.events,
        notes: strip.notes,
    };
    let given: Vec<Given> = strips.into_iter().map(given).collect();
    let rasteriser = global.rasteriser.into();
    let renderer = || Ok((Renderer::new(&device, rasteriser)?, 0.0));
    match job {
        Job::Picture(args) => {
            let answer = render::take(&args, given, &global, renderer, &progress)?;
            let Size([width, height]) = args.size;
            let bytes = answer.json["bytes"].as_u64().unwrap_or(0);
            let output = args.output.display();
            let bytes = thousands(bytes);
            Ok(Exported::Told(format!(
                "Exported {output}: {width}×{height}, {bytes} bytes"
            )))
        }
        Job::Copy(args) => {
            let (_, made) = render::draw(&args, given, &global, renderer, &progress)?;
            let Made::Pixels(pixels) = made else {
                anyhow::bail!("only pixels go to the clipboard");
            };
            let size = args.size.0.map(|side| side as usize);
            let image = ColorImage::from_rgba_unmultiplied(size, &pixels);
            Ok(Exported::Picture(Box::new(image)))
        }
        Job::Samples {
            span,
            channels,
            filtered,
            output,
        } => {
            let source = Stoppable { source, stop };
            convert::export(&source, (&span, &channels), &output, filtered, &progress)?;
            let (output, samples) = (output.display(), thousands(span.end - span.start));
            let many = channels.len();
            Ok(Exported::Told(format!(
                "Exported {output}: {many} channels × {samples} samples"
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::action::{Action, Change, Command};
    use super::*;

    /// 4 channels, all of it in view in a plot of 800 × 600 pixels.
    fn model() -> Model {
        let mut model = Model::example();
        let shown = model.strip.shown.as_mut().expect("it is open");
        shown.placed = true;
        (shown.area.w, shown.area.h) = (800, 600);
        shown
            .browser
            .apply(galvani::view::gesture::Input::Resize { columns: 700 });
        model
    }

    #[test]
    fn forms_ask_for_files() {
        let mut model = model();
        assert!(model.act(Action::Do(Command::Export)));
        let Some(Overlay::Export(form)) = model.overlay.clone() else {
            panic!("a form");
        };
        assert_eq!((form.format, form.size.as_str()), (Format::Png, "800x600"));
        assert!(form.path.ends_with("a-0.000s.png"), "{}", form.path);
        let larger = Form {
            size: "1600x900".into(),
            ..form.of(Format::Pdf)
        };
        let Ok(Job::Picture(args)) = model.job(&larger) else {
            panic!("a picture");
        };
        assert_eq!((args.size, args.scale), (Size([1600, 900]), 2.0));
        assert!(args.output.to_string_lossy().ends_with("a-0.000s.pdf"));
        let typed = |path: &str| {
            Form {
                path: path.into(),
                ..form.clone()
            }
            .named()
            .format
        };
        assert_eq!(
            ["a.npy", "a.svg ", "a.x"].map(typed),
            [Format::Npy, Format::Svg, Format::Png]
        );
        for (size, path) in [("0x1", "a.png"), ("", "a.png"), ("8x8", " ")] {
            let wrong = Form {
                format: Format::Png,
                size: size.into(),
                path: path.into(),
            };
            assert!(model.act(Action::Export(wrong)) && model.act(Action::Take));
            assert!(model.overlay.is_some() && model.take_requests().is_empty());
        }
    }

    #[test]
    fn samples_are_those_in_view() {
        let mut model = model();
        let form = model.export_form().expect("a form").of(Format::Csv);
        assert!(form.path.ends_with(".csv") && form.of(Format::Binary).path.ends_with("a-0.000s"));
        assert!(model.act(Action::Channel(1, Change::Hidden(true))));
        assert!(model.act(Action::Export(form)) && model.act(Action::Take));
        let requests = model.take_requests();
        let [Request::Export(Job::Samples { span, channels, .. })] = &requests[..] else {
            panic!("samples, not {requests:?}");
        };
        assert_eq!((span, channels.as_slice()), (&(0..100_000), &[0, 2, 3][..]));
    }
}
