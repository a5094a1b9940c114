//! The window's state, and what events do to it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use galvani::gpu::ImageUse;
use galvani::plan::Fidelity;
use galvani::renderer::{Loading as Limit, Picture, Renderer, Report};
use galvani::scene::{Layout, PxRect, Scene, Style};
use galvani::source::Source;
use galvani::store::{Recording, SidecarState};
use galvani::view::gesture::{Browser, Input};
use serde_json::json;
use winit::application::ApplicationHandler;
use winit::dpi::LogicalSize;
use winit::event::{StartCause, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoopProxy};
use winit::raw_window_handle::HasDisplayHandle;
use winit::window::{Fullscreen, Window, WindowId};

use super::canvas::{Canvas, Frame};
use super::input::{Pointer, Wish};
use super::loading::{Loading, News};
use super::log::FrameLog;
use super::Reading;
use super::watching::Watching;
use crate::answer::{Answer, duration, fidelity_text, warn};
use crate::cli::{Channels, Global, WindowArgs};
use crate::engine::{self, Watch};
use crate::input as files;

/// How often the title may change.
const TITLE_EVERY: Duration = Duration::from_millis(100);

/// A recording being browsed.
struct Shown {
    recording: Box<Recording<'static>>,
    scene: Scene,
    browser: Browser,
    plot: PxRect,
    report: Option<Report>,
    /// What the last frame's corner says.
    status: Vec<String>,
    /// How many of the recording's problems were told.
    problems: usize,
}

/// The window and all behind it.
pub(super) struct App<'a> {
    name: String,
    style: Style,
    reading: Reading,
    channels: Option<Channels>,
    global: &'a Global,
    watch: &'a Watch,
    proxy: EventLoopProxy<News>,
    log: FrameLog,
    /// Until it is being loaded.
    source: Option<Box<dyn Source>>,
    /// What has become of the file, if it is not good.
    trouble: Option<String>,
    // From here on in the order in which they go.
    watching: Option<Watching>,
    loading: Option<Loading>,
    shown: Option<Shown>,
    renderer: Option<Box<Renderer>>,
    canvas: Option<Canvas>,
    window: Option<Arc<Window>>,
    pointer: Pointer,
    /// Whether there is something new to draw.
    dirty: bool,
    /// Whether nobody can see the window.
    hidden: bool,
    frames: u64,
    /// The last frame's submission, and what it took the host to record it.
    last: Option<(u64, Duration)>,
    /// When the title is next to be looked at.
    title_due: Option<Instant>,
    failure: Option<anyhow::Error>,
}

impl<'a> App<'a> {
    pub(super) fn new(
        source: Box<dyn Source>,
        name: &str,
        (args, reading): (&WindowArgs, Reading),
        global: &'a Global,
        watch: &'a Watch,
        proxy: EventLoopProxy<News>,
    ) -> Result<Self> {
        let style = Style::dark();
        // A wrong list of channels is said before anything is loaded.
        files::select(
            &mut Scene::new(source.info(), style.clone()),
            args.channels.as_ref(),
        )?;
        Ok(Self {
            name: name.into(),
            style,
            reading,
            channels: args.channels.clone(),
            global,
            watch,
            proxy,
            log: FrameLog::open(args.log.as_ref())?,
            source: Some(source),
            trouble: None,
            watching: None,
            loading: None,
            shown: None,
            renderer: None,
            canvas: None,
            window: None,
            pointer: Pointer::default(),
            dirty: true,
            hidden: false,
            frames: 0,
            last: None,
            title_due: None,
            failure: None,
        })
    }

    /// What there is to tell once the window is closed.
    pub(super) fn end(self) -> Result<Answer> {
        if let Some(error) = self.failure {
            return Err(error);
        }
        let json = json!({ "file": self.name, "frames": self.frames });
        let text = String::new();
        Ok(Answer { text, json })
    }

    /// Opens the window, and starts all that it needs behind it.
    fn start(&mut self, event_loop: &ActiveEventLoop) -> Result<()> {
        let attributes = Window::default_attributes()
            .with_title(format!("{} — galvani", self.name))
            .with_inner_size(LogicalSize::new(1280.0, 800.0));
        let window = Arc::new(
            event_loop
                .create_window(attributes)
                .context("cannot open a window")?,
        );
        let display = window.display_handle().context("the window has no display")?;
        let instance = engine::instance(self.global, self.watch, Some(display.as_raw()))?;
        let device = engine::device(&instance, self.global, true)?;
        if let Some(source) = self.source.take() {
            let source: Arc<dyn Source> = Arc::from(source);
            self.watching = Some(Watching::start(
                source.clone(),
                self.reading.follow,
                self.proxy.clone(),
            ));
            self.loading = Some(Loading::start(
                &device,
                source,
                self.reading,
                self.global,
                &self.proxy,
            ));
        }
        self.canvas = Some(Canvas::new(instance, device, window.clone())?);
        self.window = Some(window);
        Ok(())
    }

    fn news(&mut self, news: News) -> Result<()> {
        match news {
            News::Ready(renderer) => self.renderer = Some(renderer),
            News::Arrived => return self.arrived(),
            News::Grown => {
                if let Some(shown) = &mut self.shown {
                    shown.recording.grow()?;
                }
                return self.arrived();
            }
            News::File(trouble) => {
                warn(&Vec::from_iter(trouble.clone()));
                self.trouble = trouble;
            }
            News::Opened(mut recording) => {
                if self.reading.follow {
                    // It may have grown before it was open.
                    recording.grow()?;
                }
                warn(&Vec::from_iter(recording.sidecar_note().map(String::from)));
                let mut scene = recording.scene(self.style.clone());
                files::select(&mut scene, self.channels.as_ref())?;
                let browser = Browser::new(recording.span().end, 1);
                self.shown = Some(Shown {
                    recording,
                    scene,
                    browser,
                    plot: PxRect::default(),
                    report: None,
                    status: Vec::new(),
                    problems: 0,
                });
            }
            News::Failed(error) => {
                return Err(error.context(format!("cannot load {}", self.name)));
            }
        }
        self.dirty = true;
        if self.renderer.is_some()
            && self.shown.is_some()
            && let Some(loading) = self.loading.take()
        {
            loading.finish();
        }
        Ok(())
    }

    /// Takes in what was read, and draws again where that shows.
    fn arrived(&mut self) -> Result<()> {
        let Some(shown) = &mut self.shown else {
            return Ok(());
        };
        let polled = shown.recording.poll()?;
        self.dirty |= shown.keep_up() || polled.changed || polled.waiting || shown.status != shown.told(self.trouble.as_ref());
        for problem in &shown.recording.problems()[shown.problems..] {
            warn(std::slice::from_ref(problem));
        }
        shown.problems = shown.recording.problems().len();
        Ok(())
    }

    fn event(&mut self, event_loop: &ActiveEventLoop, event: &WindowEvent) -> Result<()> {
        let (Some(window), Some(canvas)) = (&self.window, &mut self.canvas) else {
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
            event => {
                let plot_x = self.shown.as_ref().map_or(0, |shown| shown.plot.x);
                let wish = self.pointer.wish(event, f64::from(plot_x), window.scale_factor());
                match wish {
                    Some(Wish::Quit) => event_loop.exit(),
                    Some(Wish::FullScreen) => {
                        let full = window.fullscreen().is_none();
                        window.set_fullscreen(full.then_some(Fullscreen::Borderless(None)));
                    }
                    Some(Wish::Gestures(inputs)) => self.apply(&inputs),
                    None => {}
                }
            }
        }
        Ok(())
    }

    /// Every input counts at once, however many there are; a frame is drawn when there are no more.
    fn apply(&mut self, inputs: &[Input]) {
        if let Some(shown) = &mut self.shown {
            for input in inputs {
                self.dirty |= shown.browser.apply(*input);
            }
        }
    }

    fn draw(&mut self) -> Result<()> {
        self.dirty = false;
        match (&self.renderer, &self.shown) {
            (Some(_), Some(_)) => self.draw_recording(),
            _ => self.draw_nothing(),
        }
    }

    fn draw_recording(&mut self) -> Result<()> {
        let (Some(canvas), Some(window)) = (&mut self.canvas, &self.window) else {
            return Ok(());
        };
        let (Some(renderer), Some(shown)) = (&mut self.renderer, &mut self.shown) else {
            return Ok(());
        };
        let scale_factor = window.scale_factor() as f32;
        shown.status = shown.told(self.trouble.as_ref());
        let begun = Instant::now();
        let frame = canvas.frame(|commands, image| {
            shown.lay_out(image.extent, scale_factor);
            let picture = Picture {
                status: &shown.status,
                scale_factor,
                loading: Limit::UpTo(engine::FRAME_BYTES),
                ..Picture::new(&shown.scene, &shown.browser.view)
            };
            let uses = (ImageUse::Undefined, ImageUse::Present);
            let report = renderer.record(commands, &mut shown.recording, &picture, image, uses)?;
            Ok((report, image.extent))
        })?;
        match frame {
            Frame::Drawn((report, size), value) => {
                self.frames += 1;
                self.last = Some((value, begun.elapsed()));
                self.title_due.get_or_insert(begun + TITLE_EVERY);
                self.log
                    .frame(self.frames, size, &shown.browser, &report, &shown.status)?;
                shown.report = Some(report);
                // What is missing says when it comes; the end of saying so, and what only a frame can take in, do not.
                self.dirty |= shown.keep_up()
                    || shown.recording.is_waiting() || shown.status != shown.told(self.trouble.as_ref());
            }
            Frame::Again => self.dirty = true,
            Frame::Nothing => {}
        }
        Ok(())
    }

    /// The background alone, until anything else can be drawn.
    fn draw_nothing(&mut self) -> Result<()> {
        let Some(canvas) = &mut self.canvas else {
            return Ok(());
        };
        match canvas.clear(self.style.background)? {
            Frame::Drawn(size, _) => {
                self.frames += 1;
                self.log.loading(self.frames, size)?;
            }
            Frame::Again => self.dirty = true,
            Frame::Nothing => {}
        }
        Ok(())
    }

    /// The file, how exact the picture is, and what the last frame took, of the host and of the device.
    fn retitle(&mut self) {
        let (Some(window), Some(canvas), Some(shown)) = (&self.window, &self.canvas, &self.shown) else {
            return;
        };
        let (Some(report), Some((value, host))) = (&shown.report, self.last) else {
            return;
        };
        let Some(passes) = canvas.device().timings(value) else {
            // It is not complete yet.
            self.title_due = Some(Instant::now() + TITLE_EVERY);
            return;
        };
        let device_s = passes.iter().map(|(_, ms)| ms).sum::<f64>() * 1e-3;
        let took = duration(host.as_secs_f64() + device_s);
        let fidelity = fidelity_text(report.fidelity);
        window.set_title(&format!("{} — {fidelity} — {took} — galvani", self.name));
    }

    /// Ends with an error, or goes on.
    fn check(&mut self, event_loop: &ActiveEventLoop, done: Result<()>) {
        if let Err(error) = done {
            self.failure.get_or_insert(error);
            event_loop.exit();
        }
    }
}

impl Shown {
    /// Lets the view follow a recording that has grown; whether it had.
    fn keep_up(&mut self) -> bool {
        let samples = self.recording.span().end;
        samples != self.browser.samples && self.browser.apply(Input::Grow { samples })
    }

    /// Fits the view to an image of this size.
    fn lay_out(&mut self, size: [u32; 2], scale_factor: f32) {
        let info = self.recording.info();
        let layout = Layout::new(size, &self.scene, info, &[], 0..usize::MAX, scale_factor);
        if self.report.is_none() {
            self.browser = Browser::new(self.recording.span().end, layout.plot.w);
        }
        self.browser.apply(Input::Resize {
            columns: layout.plot.w,
        });
        self.plot = layout.plot;
        self.scene.traces.gain = self.browser.gain as f32;
    }

    /// What a frame's corner says: what has become of the file, what is missing, and how far reading is; nothing
    /// where all is well.
    fn told(&self, trouble: Option<&String>) -> Vec<String> {
        let mut lines = Vec::from_iter(trouble.cloned());
        match &self.report {
            Some(report) if matches!(report.fidelity, Fidelity::Partial { .. }) => {
                lines.push(match report.coming {
                    true => fidelity_text(report.fidelity),
                    false => "hatched: it cannot be read".into(),
                });
            }
            _ => {}
        }
        let (done, of) = self.recording.progress();
        let percent = (u128::from(done) * 100 / u128::from(of.max(1))) as u64;
        if percent < 100 && self.recording.is_building() {
            lines.push(format!("overview: {percent} %"));
        }
        match self.recording.sidecar() {
            SidecarState::Building { done, total } if total > 0 => {
                lines.push(format!(
                    "sidecar: {} %",
                    u128::from(done) * 100 / u128::from(total)
                ));
            }
            SidecarState::Failed(why) => lines.push(why),
            _ => {}
        }
        lines.extend(self.recording.problems().last().cloned());
        lines
    }
}

impl ApplicationHandler<News> for App<'_> {
    fn new_events(&mut self, _: &ActiveEventLoop, _: StartCause) {
        if self.title_due.is_some_and(|due| due <= Instant::now()) {
            self.title_due = None;
            self.retitle();
        }
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
        if let (true, false, Some(window)) = (self.dirty, self.hidden, &self.window) {
            window.request_redraw();
        }
        event_loop.set_control_flow(self.title_due.map_or(ControlFlow::Wait, ControlFlow::WaitUntil));
    }

    fn exiting(&mut self, _: &ActiveEventLoop) {
        // While the connection to the window system is still there.
        self.watching = None;
        self.loading = None;
        self.shown = None;
        self.renderer = None;
        self.canvas = None;
        self.window = None;
    }
}
