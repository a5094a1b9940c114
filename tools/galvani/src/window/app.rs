//! The window's state, and what events do to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use galvani::renderer::Renderer;
use galvani::scene::{PxRect, Scene};
use galvani::signal;
use galvani::source::Source;
use galvani::store::Recording;
use serde_json::json;
use winit::application::ApplicationHandler;
use winit::dpi::LogicalSize;
use winit::event::{StartCause, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoopProxy};
use winit::raw_window_handle::HasDisplayHandle;
use winit::window::{Window, WindowId};

use super::action::{Action, Measure};
use super::canvas::Canvas;
use super::exporting::Exporting;
use super::filtering::Switch;
use super::gui::Gui;
use super::input::Pointer;
use super::keeper::Keeper;
use super::latency::Latency;
use super::loading::{Loading, News};
use super::log::FrameLog;
use super::look::Look;
use super::model::{Model, Request};
use super::overview::Overview;
use super::remembered;
use super::settings::{Places, Settings};
use super::strip::Strip;
use super::turning::Side;
use super::watching::Watching;
use super::{Opening, Reading};
use crate::answer::{Answer, warn};
use crate::cli::{Channels as List, EventsFrom, FileArgs, Global, WindowArgs};
use crate::engine::{self, Watch};
use crate::input as files;

/// How long after a change it is remembered.
const KEEP_AFTER: Duration = Duration::from_secs(2);

/// What moves by itself is drawn no more often than this.
const MOVING_EVERY: Duration = Duration::from_millis(8);

/// The window and all behind it.
pub(super) struct App<'a> {
    pub(super) model: Model,
    pub(super) places: Places,
    pub(super) reading: Reading,
    /// What is measured as soon as there is a frame.
    pub(super) measure_first: Option<Measure>,
    /// What of the first recording is shown and how, as it was asked for.
    pub(super) asked: Option<WindowArgs>,
    pub(super) global: &'a Global,
    watch: &'a Watch,
    pub(super) proxy: EventLoopProxy<News>,
    pub(super) log: FrameLog,
    /// Where it is written how long input takes to be seen, and what writes it.
    trace: Option<PathBuf>,
    pub(super) latency: Option<Latency>,
    latencies: serde_json::Value,
    /// What is remembered of the recording, as it was written last, and when to look again.
    kept: String,
    keep_due: Option<Instant>,
    /// When what is in view is to be counted.
    pub(super) counting_due: Option<Instant>,
    /// What is open; until it is being loaded, what is to be.
    pub(super) source: Option<Arc<dyn Source>>,
    /// The same as it is in its file.
    pub(super) raw: Option<Arc<dyn Source>>,
    /// What is being filtered at present.
    pub(super) making: Option<signal::Settings>,
    /// What has become of the file, if it is not good.
    pub(super) trouble: Option<String>,
    /// How many of the recording's problems were told.
    pub(super) problems: usize,
    // From here on in the order in which they go.
    watching: Option<Watching>,
    pub(super) keeper: Option<Keeper>,
    pub(super) exporting: Option<Exporting>,
    loading: Option<Loading>,
    pub(super) overview: Overview,
    pub(super) detail: Strip,
    /// The same recording otherwise filtered.
    pub(super) aside: Option<Box<Side>>,
    pub(super) recording: Option<Box<Recording<'static>>>,
    pub(super) renderer: Option<Box<Renderer>>,
    pub(super) gui: Option<Gui>,
    pub(super) canvas: Option<Canvas>,
    pub(super) window: Option<Arc<Window>>,
    pub(super) pointer: Pointer,
    /// Whether there is something new to draw.
    pub(super) dirty: bool,
    /// Whether nobody can see the window.
    pub(super) hidden: bool,
    pub(super) frames: u64,
    /// How often something was read.
    pub(super) arrivals: u64,
    /// Where the overview's picture goes.
    pub(super) bar: PxRect,
    /// The last frame's submission, and what it took the host to record it.
    pub(super) last: Option<(u64, Duration)>,
    /// When the title is next to be looked at.
    pub(super) title_due: Option<Instant>,
    /// When the panels want to be drawn again.
    pub(super) again: Option<Instant>,
    /// When the window was opened, and when time was last told to what moves.
    pub(super) opened: Instant,
    stepped: Instant,
    failure: Option<anyhow::Error>,
}

impl<'a> App<'a> {
    pub(super) fn new(
        opening: Opening,
        args: &WindowArgs,
        global: &'a Global,
        watch: &'a Watch,
        proxy: EventLoopProxy<News>,
    ) -> Result<Self> {
        let places = Places::of_platform();
        let (settings, warnings) = Settings::load(&places);
        let Opening {
            source,
            name,
            file,
            signal,
            reading,
        } = opening;
        let path = file.as_ref().map_or(PathBuf::new(), |file| file.file.clone());
        let mut model = Model::new(&name, path, settings);
        (model.file, model.signal) = (file, signal);
        model.filter = Switch {
            on: !model.signal.is_nothing(),
            settings: model.signal.clone(),
        };
        let raw: Arc<dyn Source> = Arc::from(source);
        let source = crate::signal::filtered(raw.clone(), &model.signal)?;
        model.settings.light |= args.look.light;
        model.events = args.look.events.clone().unwrap_or(EventsFrom::Recording);
        // A wrong list of channels is said before anything is loaded.
        let scene = Scene::new(source.info(), model.style());
        let bad = List(model.signal.bad.clone());
        Look::new(
            &args.look,
            (args.channels.as_ref(), Some(&bad)),
            scene,
            source.info(),
        )?;
        warn(&warnings);
        for line in warnings.iter().chain(&source.info().warnings) {
            model.tell(line);
        }
        let now = Instant::now();
        Ok(Self {
            model,
            places,
            reading,
            measure_first: None,
            asked: Some(args.clone()),
            global,
            watch,
            proxy,
            log: FrameLog::open(args.log.as_ref())?,
            trace: args.trace_latency.clone(),
            latency: None,
            latencies: serde_json::Value::Null,
            kept: String::new(),
            keep_due: None,
            counting_due: None,
            source: Some(source),
            raw: Some(raw),
            making: None,
            trouble: None,
            problems: 0,
            watching: None,
            keeper: None,
            exporting: None,
            loading: None,
            overview: Overview::default(),
            detail: Strip::default(),
            aside: None,
            recording: None,
            renderer: None,
            gui: None,
            canvas: None,
            window: None,
            pointer: Pointer::default(),
            dirty: true,
            hidden: false,
            frames: 0,
            arrivals: 0,
            bar: PxRect::default(),
            last: None,
            title_due: None,
            again: None,
            opened: now,
            stepped: now,
            failure: None,
        })
    }

    /// What there is to tell once the window is closed.
    pub(super) fn end(self) -> Result<Answer> {
        if let Some(error) = self.failure {
            return Err(error);
        }
        let json = json!({
            "file": self.model.name,
            "frames": self.frames,
            "latency": self.latencies,
        });
        let text = String::new();
        Ok(Answer { text, json })
    }

    /// Opens the window, and starts all that it needs behind it.
    fn start(&mut self, event_loop: &ActiveEventLoop) -> Result<()> {
        let attributes = Window::default_attributes()
            .with_title(format!("{} — galvani", self.model.name))
            .with_inner_size(LogicalSize::new(1280.0, 800.0));
        let window = Arc::new(
            event_loop
                .create_window(attributes)
                .context("cannot open a window")?,
        );
        let display = window.display_handle().context("the window has no display")?;
        let instance = engine::instance(self.global, self.watch, Some(display.as_raw()))?;
        let device = engine::device(&instance, self.global, true)?;
        self.model.facts.device.clone_from(&device.caps().name);
        self.model.facts.driver.clone_from(&device.caps().driver);
        let trace = self.trace.as_ref();
        self.latency = trace.map(|path| Latency::new(path, &device)).transpose()?;
        self.canvas = Some(Canvas::new(instance, device, window.clone())?);
        self.window = Some(window);
        self.load();
        Ok(())
    }

    /// Starts what opens the recording, and with the first one the renderer.
    fn load(&mut self) {
        let path = self.model.path.clone();
        if !path.as_os_str().is_empty() {
            self.model.settings.opened(&path);
            self.keep_settings();
        }
        let (Some(source), Some(canvas)) = (&self.source, &self.canvas) else {
            return;
        };
        self.watching = Some(Watching::start(
            source.clone(),
            self.reading.follow,
            self.proxy.clone(),
        ));
        self.loading = Some(Loading::start(
            canvas.device(),
            source.clone(),
            self.reading,
            self.renderer.is_none(),
            self.global,
            &self.proxy,
        ));
    }

    /// Opens another recording instead of this one.
    fn replace(&mut self, source: Box<dyn Source>, path: &Path) {
        self.keep_view();
        self.watching = None;
        self.keeper = None;
        self.loading = None;
        self.overview.forget();
        (self.aside, self.making) = (None, None);
        self.recording = None;
        self.model.shown = None;
        self.model.motion.stop();
        (self.trouble, self.problems, self.asked) = (None, 0, None);
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        (self.model.name, self.model.path) = (name.into_owned(), path.to_path_buf());
        self.model.events = EventsFrom::Recording;
        self.model.file = Some(FileArgs::plain(path.to_path_buf()));
        (self.model.signal, self.model.filter) = Default::default();
        warn(&source.info().warnings);
        for line in &source.info().warnings {
            self.model.tell(line);
        }
        self.raw = Some(Arc::from(source));
        self.source.clone_from(&self.raw);
        self.load();
        self.dirty = true;
    }

    fn news(&mut self, news: News) -> Result<()> {
        match news {
            News::Ready(renderer) => self.renderer = Some(renderer),
            News::Arrived => return self.arrived(),
            News::Grown => {
                let aside = self.aside.as_mut().map(|side| &mut side.recording);
                for recording in self.recording.iter_mut().chain(aside) {
                    recording.grow()?;
                }
                return self.arrived();
            }
            News::File(trouble) => {
                warn(&Vec::from_iter(trouble.clone()));
                self.trouble = trouble;
                if let Some(line) = self.trouble.clone() {
                    self.model.tell(line);
                }
                self.note_status();
            }
            News::Opened(recording) => self.opened_now(recording)?,
            News::Measured(Measure::Grown, Ok(_)) if !self.model.is_untouched() => {}
            News::Measured(measure, Ok(robust)) => {
                if let (Measure::Grown, Some(recording)) = (measure, &mut self.recording) {
                    recording.set_robust(robust.clone())?;
                }
                self.act(vec![Action::Measured(measure, robust)])?;
            }
            News::Measured(_, Err(error)) => self.model.tell(error.to_string()),
            // That it cannot be read is said where it is drawn.
            News::Found(found) => self.act(vec![Action::Found(found.ok())])?,
            News::Source(path, Ok(source)) => self.replace(source, &path),
            News::Source(path, Err(error)) => {
                let line = format!("cannot open {}: {error}", path.display());
                self.model.tell(line);
                self.model.panels.log = true;
            }
            News::Counted(Ok(found)) => self.act(vec![Action::Statistics(found)])?,
            News::Counted(Err(error)) => self.model.tell(error.to_string()),
            News::Exporting(percent) => self.model.exporting = Some(percent),
            News::Exported(done) => self.exported(done),
            News::Filtered(settings, made) => self.made(&settings, made),
            News::Events(path, found) => self.events_read(&path, found),
            News::Told(line) => {
                warn(std::slice::from_ref(&line));
                self.model.tell(line);
            }
            News::Failed(error) => {
                return Err(error.context(format!("cannot load {}", self.model.name)));
            }
        }
        self.dirty = true;
        if self.renderer.is_some()
            && self.recording.is_some()
            && let Some(loading) = self.loading.take()
        {
            loading.finish();
        }
        Ok(())
    }

    fn opened_now(&mut self, mut recording: Box<Recording<'static>>) -> Result<()> {
        if self.reading.follow {
            // It may have grown before it was open.
            recording.grow()?;
        }
        if let Some(note) = recording.sidecar_note() {
            warn(&[note.to_owned()]);
            self.model.tell(note);
        }
        let mut scene = recording.scene(self.model.style());
        let asked = self.asked.as_ref();
        files::select(&mut scene, asked.and_then(|asked| asked.channels.as_ref()))?;
        self.model
            .show(recording.info().clone(), scene, recording.robust().to_vec());
        remembered::restore(&mut self.model, &self.places);
        if let Some(asked) = self.asked.clone() {
            self.model.ask(&asked.look)?;
            self.model.ask_span(asked.start, asked.duration)?;
            let asked = asked.look;
            self.measure_first = match (asked.fill, asked.center) {
                (true, _) => Some(Measure::Scale),
                (false, true) => Some(Measure::Center),
                _ => None,
            };
        }
        self.kept.clear();
        self.annotations();
        let budget = recording.budget();
        self.model.facts.budget = [
            budget.levels + budget.pages,
            budget.ring + budget.buffers + budget.building,
        ];
        self.recording = Some(recording);
        self.keep_up();
        self.note_status();
        self.filter_again()
    }

    /// Takes in what was read, and draws again where that shows.
    fn arrived(&mut self) -> Result<()> {
        self.arrivals += 1;
        let Some(recording) = &mut self.recording else {
            return Ok(());
        };
        if let Some(side) = &mut self.aside {
            side.recording.poll()?;
            self.dirty |= !self.model.is_as_wanted();
        }
        let polled = recording.poll()?;
        self.dirty |= polled.changed || polled.waiting;
        for problem in &recording.problems()[self.problems..] {
            warn(std::slice::from_ref(problem));
            self.model.tell(problem);
        }
        self.problems = recording.problems().len();
        if let Some(shown) = &mut self.model.shown {
            shown.measuring.forget();
        }
        self.keep_up();
        self.note_status();
        self.draw_overview()
    }

    /// Lets the model follow a recording that has grown.
    pub(super) fn keep_up(&mut self) {
        if let Some(recording) = &self.recording {
            self.dirty |= self.model.grow(recording.span().end);
        }
    }

    /// Every action counts at once, however many there are; a frame is drawn when there are no more.
    pub(super) fn act(&mut self, actions: Vec<Action>) -> Result<()> {
        self.model.now_s = self.opened.elapsed().as_secs_f64();
        self.model.pointer = self.pointer.at();
        let before = (self.model.settings.light, self.model.settings.scale);
        for action in actions {
            self.dirty |= self.model.act(action);
        }
        if before != (self.model.settings.light, self.model.settings.scale) {
            self.keep_settings();
        }
        if self.dirty && self.model.shown.is_some() {
            let due = Instant::now() + KEEP_AFTER;
            self.keep_due.get_or_insert(due);
        }
        Ok(())
    }

    fn keep_settings(&mut self) {
        if let Err(error) = self.model.settings.keep(&self.places) {
            self.model.tell(format!("{error:#}"));
        }
    }

    /// Remembers from where the recording is seen, and how.
    fn keep_view(&mut self) {
        self.keep_due = None;
        let Some(text) = remembered::of(&self.model).filter(|text| *text != self.kept) else {
            return;
        };
        if let Err(error) = remembered::keep(&self.places, &self.model.path, &text) {
            self.model.tell(format!("{error:#}"));
        }
        self.kept = text;
    }

    /// Moves on what moves by itself.
    fn step(&mut self, now: Instant) {
        let seconds = now.duration_since(self.stepped).as_secs_f64();
        self.stepped = now;
        if self.model.motion.is_moving() {
            self.dirty |= self.model.step(seconds);
        }
    }

    /// When to look again though nothing happens; `None` where nothing is to come by itself.
    fn wake(&self, now: Instant) -> Option<Instant> {
        let moving = self.model.motion.is_moving().then(|| now + MOVING_EVERY);
        [
            self.title_due,
            self.again,
            self.overview.due(),
            self.keep_due,
            self.counting_due,
            moving,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Ends with an error, or goes on.
    fn check(&mut self, event_loop: &ActiveEventLoop, done: Result<()>) {
        if let Err(error) = done {
            self.failure.get_or_insert(error);
            event_loop.exit();
        }
    }
}

impl ApplicationHandler<News> for App<'_> {
    fn new_events(&mut self, event_loop: &ActiveEventLoop, _: StartCause) {
        let now = Instant::now();
        if self.title_due.is_some_and(|due| due <= now) {
            self.title_due = None;
            self.retitle();
        }
        if self.again.is_some_and(|due| due <= now) {
            self.again = None;
            self.dirty = true;
        }
        if self.overview.due().is_some_and(|due| due <= now) {
            let done = self.draw_overview();
            self.check(event_loop, done);
        }
        if self.keep_due.is_some_and(|due| due <= now) {
            self.keep_view();
        }
        if self.counting_due.is_some_and(|due| due <= now) {
            let done = self.count();
            self.check(event_loop, done);
        }
        self.step(now);
    }

    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        if self.window.is_none() {
            let done = self.start(event_loop);
            self.check(event_loop, done);
        }
    }

    fn user_event(&mut self, event_loop: &ActiveEventLoop, news: News) {
        let done = self.news(news);
        self.check(event_loop, done);
    }

    fn window_event(&mut self, event_loop: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        let done = self.event(event_loop, &event);
        self.check(event_loop, done);
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        let done = self.requests(event_loop);
        self.check(event_loop, done);
        if let (true, false, Some(window)) = (self.dirty, self.hidden, &self.window) {
            window.request_redraw();
        }
        let wake = self.wake(Instant::now());
        event_loop.set_control_flow(wake.map_or(ControlFlow::Wait, ControlFlow::WaitUntil));
    }

    fn exiting(&mut self, _: &ActiveEventLoop) {
        if self.model.take_requests().contains(&Request::Keep) {
            self.keep_annotations();
        }
        self.keep_settings();
        self.keep_view();
        match self.latency.as_mut().map(Latency::end) {
            Some(Ok(summary)) => self.latencies = summary,
            Some(Err(error)) => {
                self.failure.get_or_insert(error);
            }
            None => {}
        }
        self.latency = None;
        // While the connection to the window system is still there.
        self.watching = None;
        // It writes what it has first.
        self.keeper = None;
        self.exporting = None;
        self.loading = None;
        self.overview.forget();
        self.detail = Strip::default();
        self.aside = None;
        self.recording = None;
        self.renderer = None;
        if let Some(gui) = &mut self.gui {
            gui.end();
        }
        self.gui = None;
        self.canvas = None;
        self.window = None;
    }
}
