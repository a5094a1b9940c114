//! The window itself: events in, frames out.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use winit::application::ApplicationHandler;
use winit::dpi::LogicalSize;
use winit::event::{ElementState, MouseButton, MouseScrollDelta, StartCause, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoop};
use winit::keyboard::{self, NamedKey};
use winit::platform::run_on_demand::EventLoopExtRunOnDemand;
use winit::raw_window_handle::HasDisplayHandle;
use winit::window::{Window, WindowId};

use super::hands::{Ask, Hands, What};
use super::stage::{Stage, To};
use super::{Act, Button, Event, Held, Key, Live, Options, refused};
use crate::gpu::{
    Device, DeviceOptions, Frame, ImageUse, Instance, InstanceOptions, Messages, Onscreen, choose,
};
use crate::renderer::{Rasteriser, Renderer};
use crate::{Error, Result};

/// Pixels of a smooth wheel, before scaling to the display, that count as one notch.
const NOTCH_PX: f64 = 40.0;

/// The least that a window can be made, before scaling to the display.
const LEAST: LogicalSize<f64> = LogicalSize::new(120.0, 90.0);

/// What moves by itself is drawn no more often than this.
const MOVING_EVERY: Duration = Duration::from_millis(8);

thread_local! {
    /// A process has one connection to the window system, for all windows that it opens one after the other.
    static EVENTS: RefCell<Option<EventLoop<()>>> = const { RefCell::new(None) };
}

/// Opens a window and waits until it is closed.
pub(super) fn run<S: Stage>(shows: S, options: &Options, act: Act<'_, S>) -> Result<()> {
    let mut events = match EVENTS.take() {
        Some(events) => events,
        None => connected().map_err(refused)?,
    };
    let messages = RefCell::new(None);
    let mut app = App {
        first: Some(shows),
        options,
        act,
        open: None,
        hands: Hands::default(),
        begun: Instant::now(),
        last_frame: None,
        dirty: true,
        hidden: false,
        messages: &messages,
        failure: None,
    };
    let ran = events.run_app_on_demand(&mut app);
    let failure = app.failure.take();
    // What is on the device goes before what is said of it is looked at.
    drop(app);
    EVENTS.set(Some(events));
    ran.map_err(refused)?;
    failure.map_or(Ok(()), Err)?;
    let said = messages
        .take()
        .map_or_else(Vec::new, |messages: Messages| messages.all());
    match said.is_empty() {
        true => Ok(()),
        false => Err(Error::Invalid {
            what: "a frame, says the validation layer",
            problem: said.join("\n"),
        }),
    }
}

/// The window system, from any thread where that can be.
fn connected() -> std::result::Result<EventLoop<()>, winit::error::EventLoopError> {
    let mut builder = EventLoop::builder();
    #[cfg(all(unix, not(target_vendor = "apple"), not(target_os = "android")))]
    {
        winit::platform::wayland::EventLoopBuilderExtWayland::with_any_thread(&mut builder, true);
        winit::platform::x11::EventLoopBuilderExtX11::with_any_thread(&mut builder, true);
    }
    #[cfg(windows)]
    winit::platform::windows::EventLoopBuilderExtWindows::with_any_thread(&mut builder, true);
    builder.build()
}

struct App<'a, S: Stage> {
    /// What is to be shown, until the window is open.
    first: Option<S>,
    options: &'a Options,
    act: Act<'a, S>,
    open: Option<Open<S>>,
    hands: Hands,
    begun: Instant,
    last_frame: Option<Instant>,
    /// Whether there is something new to draw.
    dirty: bool,
    /// Whether nobody can see the window.
    hidden: bool,
    messages: &'a RefCell<Option<Messages>>,
    failure: Option<Error>,
}

/// A window that is open. What is on the device goes first.
struct Open<S: Stage> {
    live: Live<S>,
    onscreen: Onscreen<Window>,
    window: Arc<Window>,
}

impl<S: Stage> App<'_, S> {
    fn start(&mut self, event_loop: &ActiveEventLoop) -> Result<()> {
        let Some(mut shows) = self.first.take() else {
            return Ok(());
        };
        let title = if shows.title().is_empty() {
            "galvani"
        } else {
            shows.title()
        };
        let [width, height] = shows.wanted().map(f64::from);
        let attributes = Window::default_attributes()
            .with_title(title)
            .with_min_inner_size(LEAST)
            .with_inner_size(LogicalSize::new(width, height));
        let window = Arc::new(event_loop.create_window(attributes).map_err(refused)?);
        let display = window.display_handle().map_err(refused)?;
        let instance = Instance::new(&InstanceOptions {
            validation: self.options.validation,
            window: Some(display.as_raw()),
        })?;
        self.messages.replace(Some(instance.messages().clone()));
        let adapters = instance.adapters()?;
        let adapter = &adapters[choose(&adapters, &self.options.choice)?];
        let options = DeviceOptions {
            present: true,
            ..DeviceOptions::default()
        };
        let device = Device::new(&instance, adapter, &options)?;
        let size: [u32; 2] = window.inner_size().into();
        let scale_factor = window.scale_factor();
        shows.rescale(scale_factor as f32);
        let onscreen = Onscreen::new(&instance, &device, window.clone(), size)?;
        let view = shows.first(size);
        self.open = Some(Open {
            live: Live {
                shows,
                view,
                size,
                scale_factor,
                pointer: None,
                held: Held::default(),
                seconds: 0.0,
                animates: false,
                takes: false,
                closes: false,
                renderer: Renderer::new(&device, Rasteriser::Auto)?,
            },
            onscreen,
            window,
        });
        self.tell(event_loop, &Event::Opened)
    }

    /// Tells the program of an event, and does with it what the window would.
    fn tell(&mut self, event_loop: &ActiveEventLoop, event: &Event) -> Result<()> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let live = &mut open.live;
        live.seconds = self.begun.elapsed().as_secs_f64();
        live.takes = false;
        (self.act)(live, event)?;
        if live.closes {
            event_loop.exit();
            return Ok(());
        }
        // The program may have changed anything.
        self.dirty = true;
        if live.takes {
            return Ok(());
        }
        let ask = match *event {
            Event::Key { key, is_down: true } => match key {
                Key::Char('q') => {
                    event_loop.exit();
                    None
                }
                Key::Escape => {
                    self.hands.let_go();
                    None
                }
                key => Some(Ask {
                    at: live.pointer.unwrap_or(live.size.map(|px| f64::from(px) / 2.0)),
                    held: live.held,
                    what: What::Key(key),
                }),
            },
            _ => {
                let boxes = live.pointer.is_some_and(|at| live.shows.boxes(live.size, at));
                self.hands.ask(event, live.held, (live.seconds, boxes))
            }
        };
        if let Some(ask) = ask {
            live.shows.ask(&mut live.view, live.size, &ask);
        }
        Ok(())
    }

    fn draw(&mut self, event_loop: &ActiveEventLoop) -> Result<()> {
        let now = Instant::now();
        let seconds = self
            .last_frame
            .replace(now)
            .map_or(0.0, |last| (now - last).as_secs_f64());
        self.tell(event_loop, &Event::Frame { seconds })?;
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let (live, boxed) = (&mut open.live, self.hands.boxed());
        self.dirty = live.animates;
        let uses = (ImageUse::Undefined, ImageUse::Present);
        let size = open.window.inner_size().into();
        let frame = open.onscreen.frame(
            size,
            |commands, target| {
                let to = To {
                    renderer: &mut live.renderer,
                    commands,
                    target,
                    uses,
                };
                live.shows.record(&live.view, boxed, to)
            },
            || open.window.pre_present_notify(),
        )?;
        self.dirty |= frame == Frame::Again;
        Ok(())
    }

    fn event(&mut self, event_loop: &ActiveEventLoop, event: WindowEvent) -> Result<()> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let live = &mut open.live;
        let event = match event {
            WindowEvent::CloseRequested => {
                event_loop.exit();
                return Ok(());
            }
            WindowEvent::RedrawRequested => return self.draw(event_loop),
            WindowEvent::Occluded(hidden) => {
                self.hidden = hidden;
                return Ok(());
            }
            WindowEvent::Resized(size) => {
                open.onscreen.resized();
                let size: [u32; 2] = size.into();
                // A window that is put away keeps its view.
                if size.contains(&0) || size == live.size {
                    return Ok(());
                }
                live.shows.resize(&mut live.view, live.size, size);
                live.size = size;
                Event::Resize { size }
            }
            WindowEvent::ScaleFactorChanged { scale_factor, .. } => {
                live.shows.rescale((scale_factor / live.scale_factor) as f32);
                live.scale_factor = scale_factor;
                Event::Resize { size: live.size }
            }
            WindowEvent::ModifiersChanged(modifiers) => {
                let state = modifiers.state();
                live.held = Held {
                    shift: state.shift_key(),
                    control: state.control_key(),
                    alt: state.alt_key(),
                };
                return Ok(());
            }
            WindowEvent::CursorMoved { position, .. } => {
                let at = [position.x, position.y];
                live.pointer = Some(at);
                Event::Move { at }
            }
            WindowEvent::CursorLeft { .. } => {
                // What is held is let go of beside the window as well.
                if !self.hands.hold() {
                    live.pointer = None;
                }
                return Ok(());
            }
            WindowEvent::Focused(false) => {
                self.dirty |= self.hands.let_go();
                live.held = Held::default();
                return Ok(());
            }
            WindowEvent::MouseInput { state, button, .. } => {
                let (Some(at), Some(button)) = (live.pointer, self::button(button)) else {
                    return Ok(());
                };
                match state {
                    ElementState::Pressed => Event::Press { button, at },
                    ElementState::Released => Event::Release { button, at },
                }
            }
            WindowEvent::MouseWheel { delta, .. } => {
                let Some(at) = live.pointer else {
                    return Ok(());
                };
                let notches = match delta {
                    MouseScrollDelta::LineDelta(_, lines) => f64::from(lines),
                    MouseScrollDelta::PixelDelta(by) => by.y / (NOTCH_PX * live.scale_factor),
                };
                Event::Wheel { at, notches }
            }
            WindowEvent::KeyboardInput { event, .. } => {
                let Some(key) = key(&event.logical_key) else {
                    return Ok(());
                };
                let is_down = event.state == ElementState::Pressed;
                Event::Key { key, is_down }
            }
            WindowEvent::DroppedFile(path) => Event::Drop(path),
            _ => return Ok(()),
        };
        self.tell(event_loop, &event)
    }

    /// Ends with an error, or goes on.
    fn check(&mut self, event_loop: &ActiveEventLoop, done: Result<()>) {
        if let Err(error) = done {
            self.failure.get_or_insert(error);
            event_loop.exit();
        }
    }
}

impl<S: Stage> ApplicationHandler for App<'_, S> {
    fn new_events(&mut self, _: &ActiveEventLoop, _: StartCause) {
        if let Some(open) = &self.open {
            self.dirty |= open.live.animates;
        }
    }

    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        let done = self.start(event_loop);
        self.check(event_loop, done);
    }

    fn window_event(&mut self, event_loop: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        let done = self.event(event_loop, event);
        self.check(event_loop, done);
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        let due = self.last_frame.map_or(Instant::now(), |last| last + MOVING_EVERY);
        let is_due = due <= Instant::now();
        let flow = match (&self.open, self.dirty && !self.hidden) {
            (Some(open), true) if is_due => {
                open.window.request_redraw();
                ControlFlow::Wait
            }
            (Some(_), true) => ControlFlow::WaitUntil(due),
            _ => ControlFlow::Wait,
        };
        event_loop.set_control_flow(flow);
    }

    fn exiting(&mut self, _: &ActiveEventLoop) {
        // While the connection to the window system is still there.
        self.open = None;
    }
}

fn button(button: MouseButton) -> Option<Button> {
    match button {
        MouseButton::Left => Some(Button::First),
        MouseButton::Right => Some(Button::Second),
        MouseButton::Middle => Some(Button::Middle),
        _ => None,
    }
}

fn key(key: &keyboard::Key) -> Option<Key> {
    Some(match key {
        keyboard::Key::Character(text) => {
            let mut letters = text.chars().flat_map(char::to_lowercase);
            let letter = letters.next()?;
            return letters.next().is_none().then_some(Key::Char(letter));
        }
        keyboard::Key::Named(named) => match named {
            NamedKey::Space => Key::Char(' '),
            NamedKey::ArrowLeft => Key::Left,
            NamedKey::ArrowRight => Key::Right,
            NamedKey::ArrowUp => Key::Up,
            NamedKey::ArrowDown => Key::Down,
            NamedKey::Home => Key::Home,
            NamedKey::End => Key::End,
            NamedKey::PageUp => Key::PageUp,
            NamedKey::PageDown => Key::PageDown,
            NamedKey::Enter => Key::Enter,
            NamedKey::Escape => Key::Escape,
            NamedKey::Tab => Key::Tab,
            NamedKey::Backspace => Key::Backspace,
            NamedKey::Delete => Key::Delete,
            _ => return None,
        },
        _ => return None,
    })
}
