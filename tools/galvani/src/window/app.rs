//! The window's state, and what events do to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use galvani::plan::Fidelity;
use galvani::renderer::Renderer;
use galvani::scene::PxRect;
use galvani::scene::marks::Layer;
use galvani::source::Source;
use galvani::store::{Recording, SidecarState, Sidecars};
use serde_json::json;
use winit::application::ApplicationHandler;
use winit::dpi::LogicalSize;
use winit::event::{ElementState, KeyEvent, StartCause, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoopProxy};
use winit::raw_window_handle::HasDisplayHandle;
use winit::window::{Fullscreen, Window, WindowId};

use super::action::{Action, Command};
use super::annotations::Annotations;
use super::canvas::Canvas;
use super::gui::Gui;
use super::input::{Around, Pointer};
use super::keeper::{Keeper, Kept};
use super::keys::Chord;
use super::latency::Latency;
use super::loading::{self, Loading, News};
use super::log::FrameLog;
use super::model::{Model, Request};
use super::overview::Overview;
use super::remembered;
use super::settings::{Places, Settings};
use super::watching::Watching;
use crate::answer::{Answer, duration, fidelity_text, warn};
use crate::cli::{Channels, Global, WindowArgs};
use crate::engine::{self, Watch};
use crate::input as files;

/// How often the title is looked at, until it is known what a frame took.
const TITLE_EVERY: Duration = Duration::from_millis(100);

/// How long after a change it is remembered.
const KEEP_AFTER: Duration = Duration::from_secs(2);

/// What moves by itself is drawn no more often than this.
const MOVING_EVERY: Duration = Duration::from_millis(8);

/// The window and all behind it.
pub(super) struct App<'a> {
    pub(super) model: Model,
    places: Places,
    sidecar: Sidecars,
    channels: Option<Channels>,
    global: &'a Global,
    watch: &'a Watch,
    proxy: EventLoopProxy<News>,
    pub(super) log: FrameLog,
    /// Where it is written how long input takes to be seen, and what writes it.
    trace: Option<PathBuf>,
    pub(super) latency: Option<Latency>,
    latencies: serde_json::Value,
    /// What is remembered of the recording, as it was written last, and when to look again.
    kept: String,
    keep_due: Option<Instant>,
    /// What is open; until it is being loaded, what is to be.
    source: Option<Arc<dyn Source>>,
    /// What has become of the file, if it is not good.
    trouble: Option<String>,
    /// How many of the recording's problems were told.
    problems: usize,
    // From here on in the order in which they go.
    watching: Option<Watching>,
    keeper: Option<Keeper>,
    loading: Option<Loading>,
    pub(super) overview: Overview,
    pub(super) recording: Option<Box<Recording<'static>>>,
    pub(super) renderer: Option<Box<Renderer>>,
    pub(super) gui: Option<Gui>,
    pub(super) canvas: Option<Canvas>,
    pub(super) window: Option<Arc<Window>>,
    pointer: Pointer,
    /// Whether there is something new to draw.
    pub(super) dirty: bool,
    /// Whether nobody can see the window.
    hidden: bool,
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
    opened: Instant,
    stepped: Instant,
    failure: Option<anyhow::Error>,
}

impl<'a> App<'a> {
    pub(super) fn new(
        source: Box<dyn Source>,
        (name, path): (&str, PathBuf),
        (args, sidecar): (&WindowArgs, Sidecars),
        global: &'a Global,
        watch: &'a Watch,
        proxy: EventLoopProxy<News>,
    ) -> Result<Self> {
        let places = Places::of_platform();
        let (settings, warnings) = Settings::load(&places);
        let mut model = Model::new(name, path, settings);
        // A wrong list of channels is said before anything is loaded.
        files::select(
            &mut galvani::scene::Scene::new(source.info(), model.style()),
            args.channels.as_ref(),
        )?;
        warn(&warnings);
        for line in warnings.iter().chain(&source.info().warnings) {
            model.tell(line);
        }
        let now = Instant::now();
        Ok(Self {
            model,
            places,
            sidecar,
            channels: args.channels.clone(),
            global,
            watch,
            proxy,
            log: FrameLog::open(args.log.as_ref())?,
            trace: args.trace_latency.clone(),
            latency: None,
            latencies: serde_json::Value::Null,
            kept: String::new(),
            keep_due: None,
            source: Some(Arc::from(source)),
            trouble: None,
            problems: 0,
            watching: None,
            keeper: None,
            loading: None,
            overview: Overview::default(),
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
        self.watching = Some(Watching::start(source.clone(), self.proxy.clone()));
        self.loading = Some(Loading::start(
            canvas.device(),
            source.clone(),
            self.sidecar,
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
        self.recording = None;
        self.model.shown = None;
        self.model.motion.stop();
        (self.trouble, self.problems, self.channels) = (None, 0, None);
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        (self.model.name, self.model.path) = (name.into_owned(), path.to_path_buf());
        warn(&source.info().warnings);
        for line in &source.info().warnings {
            self.model.tell(line);
        }
        self.source = Some(Arc::from(source));
        self.load();
        self.dirty = true;
    }

    fn news(&mut self, news: News) -> Result<()> {
        match news {
            News::Ready(renderer) => self.renderer = Some(renderer),
            News::Arrived => return self.arrived(),
            News::File(trouble) => {
                warn(&Vec::from_iter(trouble.clone()));
                self.trouble = trouble;
                if let Some(line) = self.trouble.clone() {
                    self.model.tell(line);
                }
                self.note_status();
            }
            News::Opened(recording) => self.opened_now(recording)?,
            News::Measured(measure, Ok(robust)) => self.act(vec![Action::Measured(measure, robust)])?,
            News::Measured(_, Err(error)) => self.model.tell(error.to_string()),
            News::Source(path, Ok(source)) => self.replace(source, &path),
            News::Source(path, Err(error)) => {
                let line = format!("cannot open {}: {error}", path.display());
                self.model.tell(line);
                self.model.panels.log = true;
            }
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

    fn opened_now(&mut self, recording: Box<Recording<'static>>) -> Result<()> {
        if let Some(note) = recording.sidecar_note() {
            warn(&[note.to_owned()]);
            self.model.tell(note);
        }
        let mut scene = recording.scene(self.model.style());
        files::select(&mut scene, self.channels.as_ref())?;
        self.model
            .show(recording.info().clone(), scene, recording.robust().to_vec());
        remembered::restore(&mut self.model, &self.places);
        self.kept.clear();
        self.annotations();
        let budget = recording.budget();
        self.model.facts.budget = [
            budget.levels + budget.pages,
            budget.ring + budget.buffers + budget.building,
        ];
        self.recording = Some(recording);
        self.note_status();
        Ok(())
    }

    /// Reads annotations, starts what keeps them, and has the recording's events read.
    fn annotations(&mut self) {
        let style = self.model.style();
        let Some(shown) = &mut self.model.shown else {
            return;
        };
        let path = self.model.path.clone();
        let elsewhere = remembered::place(&self.places, &path, "annotations", "csv");
        let on_disk = !path.as_os_str().is_empty();
        let (kept, read) = Kept::read(&path, elsewhere.filter(|_| on_disk));
        let proxy = self.proxy.clone();
        self.keeper = Some(Keeper::start(kept, move |line| {
            // A window that is gone needs no news.
            let _ = proxy.send_event(News::Told(line));
        }));
        shown.layers.reading = on_disk;
        if on_disk {
            loading::events(path, (shown.info.clone(), style.clone()), self.proxy.clone());
        }
        match read {
            Ok(all) => shown.notes = Annotations::new(all),
            Err(error) => self.model.tell(format!("{error:#}")),
        }
        if let Some(shown) = &mut self.model.shown {
            shown.write(&style);
        }
    }

    /// Takes in what a recording's files say happened.
    fn events_read(&mut self, path: &Path, found: galvani::Result<Vec<Layer>>) {
        let style = self.model.style();
        let Some(shown) = self.model.shown.as_mut().filter(|_| self.model.path == path) else {
            return;
        };
        let told = found.map(|found| shown.layers.take(found)).err();
        shown.layers.reading = false;
        shown.mark(&style);
        if let Some(error) = told {
            self.model.tell(format!("cannot read events: {error}"));
        }
    }

    /// Takes in what was read, and draws again where that shows.
    fn arrived(&mut self) -> Result<()> {
        self.arrivals += 1;
        let Some(recording) = &mut self.recording else {
            return Ok(());
        };
        let polled = recording.poll()?;
        self.dirty |= polled.changed || polled.waiting;
        for problem in &recording.problems()[self.problems..] {
            warn(std::slice::from_ref(problem));
            self.model.tell(problem);
        }
        self.problems = recording.problems().len();
        self.note_status();
        self.draw_overview()
    }

    /// Shows what there is to say now, where it is something else.
    fn note_status(&mut self) {
        let told = self.told();
        if let Some(shown) = &mut self.model.shown
            && shown.status != told
        {
            shown.status = told;
            self.dirty = true;
        }
    }

    /// Does what an event asks for; where that shows, it is timed from now on.
    fn event(&mut self, event_loop: &ActiveEventLoop, event: &WindowEvent) -> Result<()> {
        let (at, was_dirty) = (Instant::now(), self.dirty);
        if self.latency.is_some() {
            self.dirty = false;
        }
        let done = self.handle(event_loop, event);
        if let (Some(latency), true) = (&mut self.latency, self.dirty) {
            latency.event(event, at);
        }
        self.dirty |= was_dirty && !matches!(event, WindowEvent::RedrawRequested);
        done
    }

    fn handle(&mut self, event_loop: &ActiveEventLoop, event: &WindowEvent) -> Result<()> {
        let (Some(window), Some(canvas)) = (self.window.clone(), &mut self.canvas) else {
            return Ok(());
        };
        match event {
            WindowEvent::CloseRequested | WindowEvent::Destroyed => event_loop.exit(),
            WindowEvent::Resized(_) | WindowEvent::ScaleFactorChanged { .. } => {
                canvas.resized();
                self.dirty = true;
            }
            WindowEvent::Occluded(hidden) => {
                self.hidden = *hidden;
                self.dirty |= !hidden;
            }
            WindowEvent::RedrawRequested => return self.draw(),
            WindowEvent::DroppedFile(path) => self.act(vec![Action::Open(path.clone())])?,
            _ => {}
        }
        if let WindowEvent::KeyboardInput {
            event: key,
            is_synthetic: false,
            ..
        } = event
            && let Some(command) = self.command(key)
        {
            return self.obey(event_loop, command);
        }
        if let WindowEvent::MouseInput {
            state: ElementState::Pressed,
            button,
            ..
        } = event
            && let Some(chord) = Chord::button(*button, self.pointer.modifiers())
            && let Some(command) = self.model.settings.keys.command(chord)
        {
            return self.obey(event_loop, command);
        }
        let around = self.around();
        let actions = self.pointer.actions(event, &around);
        // The pointer may have moved just now.
        let panels = self.around().panels && !self.pointer.holds();
        if let Some(gui) = &mut self.gui {
            self.dirty |= gui.event(&window, event, panels);
        }
        self.act(actions)?;
        self.requests(event_loop)
    }

    /// What the pointer has to know of what it is over.
    fn around(&self) -> Around {
        let shown = self.model.shown.as_ref();
        let scale_factor = self.window.as_ref().map_or(1.0, |window| window.scale_factor());
        Around {
            plot: shown.map_or(PxRect::default(), |shown| shown.plot),
            scale_factor: scale_factor * self.model.settings.scale,
            panels: match (&self.gui, self.pointer.at()) {
                (Some(gui), Some(at)) => gui.has(at),
                _ => true,
            },
            boxing: shown.is_some_and(|shown| shown.boxing),
            now_s: self.opened.elapsed().as_secs_f64(),
        }
    }

    /// The command of a key, unless whatever has the keyboard takes it.
    fn command(&self, key: &KeyEvent) -> Option<Command> {
        if key.state != ElementState::Pressed {
            return None;
        }
        let held = self.pointer.modifiers();
        let chord = Chord::pressed(&key.logical_key, held);
        let keys = &self.model.settings.keys;
        let command = chord.and_then(|chord| keys.command(chord).map(|command| (chord, command)));
        let (chord, command) = command?;
        if let Some(gui) = &self.gui
            && (gui.is_typing() && chord.edits() || gui.has_focus() && chord.drives())
        {
            return None;
        }
        (!key.repeat || command.entry().repeats).then_some(command)
    }

    fn obey(&mut self, event_loop: &ActiveEventLoop, command: Command) -> Result<()> {
        if let (Command::Close, Some(gui)) = (command, &self.gui)
            && (gui.close_menus() || gui.has_focus() && self.model.overlay.is_none())
        {
            gui.unfocus();
            self.dirty = true;
            return Ok(());
        }
        self.act(vec![Action::Do(command)])?;
        self.requests(event_loop)
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

    /// Does what only the window can do.
    fn requests(&mut self, event_loop: &ActiveEventLoop) -> Result<()> {
        for request in self.model.take_requests() {
            match request {
                Request::Quit => event_loop.exit(),
                Request::FullScreen => {
                    if let Some(window) = &self.window {
                        let full = window.fullscreen().is_none();
                        window.set_fullscreen(full.then_some(Fullscreen::Borderless(None)));
                    }
                }
                Request::Measure(measure) => {
                    if let (Some(source), Some(shown)) = (&self.source, &self.model.shown) {
                        loading::measure(source.clone(), shown.span(), measure, self.proxy.clone());
                    }
                }
                Request::Open(path) => loading::open(path, self.proxy.clone()),
                Request::Keep => self.keep_annotations(),
            }
        }
        Ok(())
    }

    /// Gives annotations to the thread that writes them.
    pub(super) fn keep_annotations(&self) {
        if let (Some(keeper), Some(shown)) = (&self.keeper, &self.model.shown) {
            keeper.keep(shown.notes.text());
        }
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

    /// The file, how exact the picture is, and what the last frame took, of the host and of the device.
    fn retitle(&mut self) {
        if self.last.is_none() {
            return;
        }
        let Some(took) = self.timed() else {
            // It is not complete yet.
            self.title_due = Some(Instant::now() + TITLE_EVERY);
            return;
        };
        self.model.facts.frames = self.frames;
        if let Some(recording) = &self.recording {
            self.model.facts.held = recording.memory();
        }
        let fidelity = self.model.shown.as_ref().and_then(|shown| shown.fidelity());
        if let (Some(window), Some(fidelity)) = (&self.window, fidelity) {
            let (fidelity, took) = (fidelity_text(fidelity), duration(took.as_secs_f64()));
            window.set_title(&format!("{} — {fidelity} — {took} — galvani", self.model.name));
        }
    }

    /// What there is to say: what has become of the file, what is missing, and how far reading is; nothing where all is
    /// well.
    pub(super) fn told(&self) -> Vec<String> {
        let mut lines = Vec::from_iter(self.trouble.clone());
        let Some(recording) = &self.recording else {
            return lines;
        };
        let report = self.model.shown.as_ref().and_then(|shown| shown.report.as_ref());
        match report {
            Some(report) if matches!(report.fidelity, Fidelity::Partial { .. }) => {
                lines.push(match report.coming {
                    true => fidelity_text(report.fidelity),
                    false => "hatched: it cannot be read".into(),
                });
            }
            _ => {}
        }
        let (done, of) = recording.progress();
        let percent = (u128::from(done) * 100 / u128::from(of.max(1))) as u64;
        if percent < 100 && recording.is_building() {
            lines.push(format!("overview: {percent} %"));
        }
        match recording.sidecar() {
            SidecarState::Building { done, total } if total > 0 => {
                lines.push(format!(
                    "sidecar: {} %",
                    u128::from(done) * 100 / u128::from(total)
                ));
            }
            SidecarState::Failed(why) => lines.push(why),
            _ => {}
        }
        lines.extend(recording.problems().last().cloned());
        lines
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
        self.loading = None;
        self.overview.forget();
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
