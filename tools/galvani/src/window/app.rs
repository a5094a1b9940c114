//! The window's state, and what events do to it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use galvani::renderer::Renderer;
use galvani::scene::PxRect;
use serde_json::json;
use winit::application::ApplicationHandler;
use winit::dpi::LogicalSize;
use winit::event::{StartCause, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoopProxy};
use winit::raw_window_handle::HasDisplayHandle;
use winit::window::{Window, WindowId};

use super::Opening;
use super::action::Action;
use super::behind::{self, Behind};
use super::canvas::Canvas;
use super::exporting::Exporting;
use super::gui::Gui;
use super::input::Pointer;
use super::latency::Latency;
use super::loading::{self, Loading};
use super::log::FrameLog;
use super::model::{Model, Request};
use super::news::Told;
use super::overview::Overview;
use super::recovering::{Losses, is_lost};
use super::remembered;
use super::settings::{Places, Settings};
use super::still::Still;
use super::strips::Strips;
use super::watching::Watching;
use crate::answer::{Answer, warn};
use crate::cli::{Global, StripArgs, WindowArgs};
use crate::engine::{self, Watch};

/// How long after a change it is remembered.
const KEEP_AFTER: Duration = Duration::from_secs(2);

/// What moves by itself is drawn no more often than this.
const MOVING_EVERY: Duration = Duration::from_millis(8);

/// The window and all behind it.
pub(super) struct App<'a> {
    pub(super) model: Model,
    pub(super) places: Places,
    pub(super) global: &'a Global,
    watch: &'a Watch,
    pub(super) proxy: EventLoopProxy<Told>,
    pub(super) log: FrameLog,
    /// Where it is written how long input takes to be seen, and what writes it.
    trace: Option<PathBuf>,
    pub(super) latency: Option<Latency>,
    latencies: serde_json::Value,
    /// When to look again at what is remembered of the recordings.
    keep_due: Option<Instant>,
    /// When what is in view is to be counted.
    pub(super) counting_due: Option<Instant>,
    /// The last id that a strip was given.
    pub(super) ids: u64,
    /// What was dropped on the window and is not being opened yet.
    pub(super) dropped: Vec<PathBuf>,
    /// What goes beside the recording that is being opened instead of all.
    pub(super) then_beside: Vec<StripArgs>,
    // From here on in the order in which they go.
    pub(super) exporting: Option<Exporting>,
    pub(super) overview: Overview,
    pub(super) detail: Still,
    pub(super) behind: Strips<Behind>,
    pub(super) renderer: Option<Box<Renderer>>,
    pub(super) gui: Option<Gui>,
    pub(super) canvas: Option<Canvas>,
    pub(super) window: Option<Arc<Window>>,
    pub(super) losses: Losses,
    pub(super) pointer: Pointer,
    /// Whether there is something new to draw.
    pub(super) dirty: bool,
    /// Whether nobody can see the window.
    pub(super) hidden: bool,
    pub(super) frames: u64,
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
        openings: Vec<Opening>,
        args: &WindowArgs,
        global: &'a Global,
        watch: &'a Watch,
        proxy: EventLoopProxy<Told>,
    ) -> Result<Self> {
        let places = Places::of_platform();
        let (settings, warnings) = Settings::load(&places);
        let mut openings = openings.into_iter();
        let main = openings.next().context("nothing is to be opened")?;
        let mut model = Model::new(&main.name, PathBuf::new(), settings);
        model.settings.light |= args.look.light;
        let given = main.source.info().warnings.clone();
        let behind = behind::first(&mut model, main)?;
        warn(&warnings);
        for line in warnings.iter().chain(&given) {
            model.tell(line);
        }
        let now = Instant::now();
        let mut app = Self {
            model,
            places,
            global,
            watch,
            proxy,
            log: FrameLog::open(args.log.as_ref())?,
            trace: args.trace_latency.clone(),
            latency: None,
            latencies: serde_json::Value::Null,
            keep_due: None,
            counting_due: None,
            ids: 1,
            dropped: Vec::new(),
            then_beside: Vec::new(),
            exporting: None,
            overview: Overview::default(),
            detail: Still::default(),
            behind,
            renderer: None,
            gui: None,
            canvas: None,
            window: None,
            losses: Losses::new(&args.lose_device),
            pointer: Pointer::default(),
            dirty: true,
            hidden: false,
            frames: 0,
            bar: PxRect::default(),
            last: None,
            title_due: None,
            again: None,
            opened: now,
            stepped: now,
            failure: None,
        };
        for opening in openings {
            app.add(opening)?;
        }
        Ok(app)
    }

    /// What there is to tell once the window is closed.
    pub(super) fn end(self) -> Result<Answer> {
        if let Some(error) = self.failure {
            return Err(error);
        }
        let json = json!({
            "file": self.model.strip.name,
            "frames": self.frames,
            "latency": self.latencies,
        });
        let text = String::new();
        Ok(Answer { text, json })
    }

    /// Opens the window, and starts all that it needs behind it.
    fn start(&mut self, event_loop: &ActiveEventLoop) -> Result<()> {
        let attributes = Window::default_attributes()
            .with_title(format!("{} — galvani", self.model.strip.name))
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
        self.latency = trace.map(|path| Latency::new(path)).transpose()?;
        let lost_after = self.losses.next();
        self.canvas = Some(Canvas::new(instance, device, window.clone(), lost_after)?);
        self.window = Some(window);
        self.share_out();
        self.each(|app| {
            app.load();
            Ok(())
        })
    }

    /// Starts what opens the recording, and with the first one the renderer.
    pub(super) fn load(&mut self) {
        let path = self.model.strip.path.clone();
        let is_main = self.model.strip.at() == 0;
        if !path.as_os_str().is_empty() && is_main {
            self.model.settings.opened(&path);
            self.keep_settings();
        }
        let tell = self.tell();
        let behind = &mut *self.behind;
        if let Some(source) = &behind.source {
            behind.watching = Some(Watching::start(
                source.clone(),
                behind.reading.follow,
                tell.clone(),
            ));
        }
        if is_main && let Some(file) = &self.model.strip.file {
            loading::streams(file.clone(), tell);
        }
        self.bring();
    }

    /// Puts the recording on the device, and with the first one the renderer where there is none.
    pub(super) fn bring(&mut self) {
        let with_renderer = self.renderer.is_none() && self.model.strip.at() == 0;
        let tell = self.tell_of_device();
        let behind = &mut *self.behind;
        let (Some(source), Some(canvas)) = (&behind.source, &self.canvas) else {
            return;
        };
        behind.loading = Some(Loading::start(
            canvas.device(),
            source.clone(),
            (behind.reading, behind.part),
            with_renderer,
            self.global,
            &tell,
        ));
    }

    /// Lets the model follow a recording that has grown.
    pub(super) fn keep_up(&mut self) {
        if let Some(recording) = &self.behind.recording {
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
            self.behind.turn_to(self.model.strip.at());
        }
        if before != (self.model.settings.light, self.model.settings.scale) {
            self.keep_settings();
        }
        if self.dirty && self.model.strip.shown.is_some() {
            self.keep_soon();
        }
        Ok(())
    }

    /// Has what is remembered written in a moment.
    pub(super) fn keep_soon(&mut self) {
        let due = Instant::now() + KEEP_AFTER;
        self.keep_due.get_or_insert(due);
    }

    fn keep_settings(&mut self) {
        if let Err(error) = self.model.settings.keep(&self.places) {
            self.model.tell(format!("{error:#}"));
        }
    }

    /// Remembers from where the recording is seen, and how.
    pub(super) fn keep_view(&mut self) {
        let Some(text) = remembered::of(&self.model).filter(|text| *text != self.behind.kept) else {
            return;
        };
        if let Err(error) = remembered::keep(&self.places, &self.model.strip.place(), &text) {
            self.model.tell(format!("{error:#}"));
        }
        self.behind.kept = text;
    }

    pub(super) fn keep_views(&mut self) -> Result<()> {
        self.keep_due = None;
        self.each(|app| {
            app.keep_view();
            Ok(())
        })
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
        let done = done.or_else(|error| match is_lost(&error) {
            true => self.recover(error),
            false => Err(error),
        });
        if let Err(error) = done {
            self.failure.get_or_insert(error);
            event_loop.exit();
        }
    }
}

impl ApplicationHandler<Told> for App<'_> {
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
            let done = self.at(0, Self::draw_overview);
            self.check(event_loop, done);
        }
        if self.keep_due.is_some_and(|due| due <= now) {
            let done = self.keep_views();
            self.check(event_loop, done);
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

    fn user_event(&mut self, event_loop: &ActiveEventLoop, told: Told) {
        let done = self.hear(told);
        self.check(event_loop, done);
    }

    fn window_event(&mut self, event_loop: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        let done = self.event(event_loop, &event);
        self.check(event_loop, done);
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        let done = match self.dropped.is_empty() {
            true => Ok(()),
            false => self.take_dropped(),
        };
        let done = done.and_then(|()| self.requests(event_loop));
        self.check(event_loop, done);
        if let (true, false, Some(window)) = (self.dirty, self.hidden, &self.window) {
            window.request_redraw();
        }
        let wake = self.wake(Instant::now());
        event_loop.set_control_flow(wake.map_or(ControlFlow::Wait, ControlFlow::WaitUntil));
    }

    fn exiting(&mut self, _: &ActiveEventLoop) {
        let kept = self.each(|app| {
            if app.model.take_requests().contains(&Request::Keep) {
                app.keep_annotations();
            }
            Ok(())
        });
        self.keep_settings();
        let done = kept.and_then(|()| self.keep_views());
        if let Err(error) = done {
            self.failure.get_or_insert(error);
        }
        match self.latency.as_mut().map(Latency::end) {
            Some(Ok(summary)) => self.latencies = summary,
            Some(Err(error)) => {
                self.failure.get_or_insert(error);
            }
            None => {}
        }
        self.latency = None;
        // While the connection to the window system is still there.
        for behind in self.behind.iter_mut() {
            behind.watching = None;
            // It writes what it has first.
            behind.keeper = None;
        }
        self.leave_device();
        self.gui = None;
        self.window = None;
    }
}
