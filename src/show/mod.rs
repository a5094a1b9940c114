//! Windows: a figure, a sheet or a scene that is looked at, and that answers. The feature `window`.
//!
//! ```no_run
//! # fn main() -> galvani::Result<()> {
//! use galvani::figure::Figure;
//! let (x, y): (Vec<f64>, Vec<f64>) = (0..1000).map(|i| (f64::from(i), f64::from(i).sin())).unzip();
//! Figure::new().points(&x, &y).size(4.0).show()?;
//! # Ok(())
//! # }
//! ```
//!
//! A program that does more is told of each [`Event`], and may change what is shown, and from where:
//!
//! ```no_run
//! # fn main() -> galvani::Result<()> {
//! use galvani::figure::Figure;
//! use galvani::show::{Event, Live};
//! let wave = |phase: f64| {
//!     let y: Vec<f64> = (0..500).map(|i| (f64::from(i) / 40.0 + phase).sin()).collect();
//!     let x: Vec<f64> = (0..500).map(f64::from).collect();
//!     Figure::new().lines(&x, &y).figure()
//! };
//! wave(0.0)?.run(|live: &mut Live<Figure>, event| {
//!     live.animate(true);
//!     if let Event::Frame { .. } = event {
//!         live.shows.visuals = wave(live.seconds())?.visuals;
//!     }
//!     Ok(())
//! })
//! # }
//! ```
//!
//! | | figures, also of sheets | scenes, also of sheets |
//! |---|---|---|
//! | drag with the left button | pans | turns, z up |
//! | with Shift | zooms to a box | turns as a ball |
//! | with Ctrl | pans | looks about |
//! | drag with the middle button | zooms to a box | pans |
//! | drag with the right button | zooms each axis about the press | pans |
//! | wheel | zooms at the pointer; with Ctrl, or below the plot, x alone; with Shift, or left of it, y alone | goes nearer |
//! | arrows | pan | turn |
//! | `+`, `-` | zoom about the middle | nearer, farther |
//! | `w`, `a`, `s`, `d`, `r`, `f` | | fly |
//! | Home, or a double click | all of it | all of it |
//! | `q` | closes the window | closes the window |

mod hands;
mod stage;
mod window;

use std::path::PathBuf;

pub use crate::gpu::Choice;

use crate::figure::{Adding, Figure, Hit, PanelView, Sheet, Solid, SolidHit, Space, Visual};
use crate::renderer::Renderer;
use crate::view::camera::Camera;
use crate::view::plane::Plane;
use crate::{Error, Result};

/// What a window can show.
pub trait Shows: Clone {
    /// From where it is seen.
    type View: Clone;
}

impl Shows for Figure {
    type View = Plane;
}

impl Shows for Sheet {
    /// One for each figure and scene.
    type View = Vec<PanelView>;
}

impl Shows for Space {
    type View = Camera;
}

/// How a window is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// On which device it is drawn.
    pub choice: Choice,
    /// Whether Vulkan's validation layer looks on; what it says is then the error with which the window ends.
    pub validation: bool,
}

impl Default for Options {
    /// The best device that there is, without validation.
    fn default() -> Self {
        Self {
            choice: Choice::Auto,
            validation: false,
        }
    }
}

/// A button of the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Button {
    /// The left one, mostly.
    First,
    /// The right one, mostly.
    Second,
    /// The wheel's.
    Middle,
}

/// A key of the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum Key {
    /// What it writes, as a small letter.
    Char(char),
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
    Enter,
    Escape,
    Tab,
    Backspace,
    Delete,
}

/// Keys that change what others, and buttons, do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// Shift is down.
    pub shift: bool,
    /// Ctrl is down.
    pub control: bool,
    /// Alt is down.
    pub alt: bool,
}

/// What happens to a window. Places are in its pixels, from its top left corner.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// It is open, and nothing drawn yet.
    Opened,
    /// A frame is about to be drawn, so many seconds after the one before.
    Frame {
        /// 0 for the first.
        seconds: f64,
    },
    /// The pointer is somewhere else.
    Move {
        /// Where.
        at: [f64; 2],
    },
    /// A button went down.
    Press {
        /// Which.
        button: Button,
        /// Where.
        at: [f64; 2],
    },
    /// A button went up.
    Release {
        /// Which.
        button: Button,
        /// Where.
        at: [f64; 2],
    },
    /// The wheel was turned.
    Wheel {
        /// Where the pointer is.
        at: [f64; 2],
        /// By so many notches, away from the person above 0.
        notches: f64,
    },
    /// A key went down, or up.
    Key {
        /// Which.
        key: Key,
        /// Whether it went down; it does so again and again while it is held.
        is_down: bool,
    },
    /// A file was dropped on it.
    Drop(PathBuf),
    /// It has another size.
    Resize {
        /// Width and height.
        size: [u32; 2],
    },
}

/// A window while it is open.
pub struct Live<S: Shows> {
    /// What is shown; it may be changed, or replaced.
    pub shows: S,
    /// From where it is seen.
    pub view: S::View,
    size: [u32; 2],
    scale_factor: f64,
    pointer: Option<[f64; 2]>,
    held: Held,
    seconds: f64,
    animates: bool,
    takes: bool,
    closes: bool,
    renderer: Renderer,
}

impl<S: Shows> Live<S> {
    /// What draws it.
    pub fn renderer(&mut self) -> &mut Renderer {
        &mut self.renderer
    }

    /// Width and height, in pixels.
    #[must_use]
    pub fn size(&self) -> [u32; 2] {
        self.size
    }

    /// Pixels of the window for one before scaling to the display.
    #[must_use]
    pub fn scale_factor(&self) -> f64 {
        self.scale_factor
    }

    /// Where the pointer is, if it is over the window.
    #[must_use]
    pub fn pointer(&self) -> Option<[f64; 2]> {
        self.pointer
    }

    /// What is held down.
    #[must_use]
    pub fn held(&self) -> Held {
        self.held
    }

    /// Seconds since it was opened.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.seconds
    }

    /// Whether frames are drawn though nothing happens, as fast as the screen takes them.
    pub fn animate(&mut self, animates: bool) {
        self.animates = animates;
    }

    /// Keeps the event that is being told from what the window would do with it.
    pub fn take(&mut self) {
        self.takes = true;
    }

    /// Closes the window once this event has been dealt with.
    pub fn close(&mut self) {
        self.closes = true;
    }
}

impl Live<Figure> {
    /// The coordinates at a pixel; `None` beside the plot.
    #[must_use]
    pub fn coordinates(&self, at: [f64; 2]) -> Option<[f64; 2]> {
        stage::coordinates(&self.shows, &self.view, self.size, at)
    }

    /// What is at a pixel, or no farther from it than `reach_px`: [`Renderer::hit`].
    ///
    /// # Errors
    /// As [`Renderer::hit`].
    pub fn hit(&mut self, at: [f64; 2], reach_px: f64) -> Result<Option<Hit>> {
        self.renderer
            .hit(&self.shows, (&self.view, self.size), at, reach_px)
    }
}

impl Live<Space> {
    /// What is seen at a pixel: [`Space::hit`].
    ///
    /// # Errors
    /// As [`Space::hit`].
    pub fn hit(&self, at: [f64; 2]) -> Result<Option<SolidHit>> {
        if !at.iter().all(|px| *px >= 0.0) {
            return Ok(None);
        }
        self.shows.hit(&self.view, self.size, at.map(|px| px as u32))
    }
}

/// What a program does with events; an error closes the window.
type Act<'a, S> = &'a mut dyn FnMut(&mut Live<S>, &Event) -> Result<()>;

macro_rules! shown {
    ($($shows:ident)*) => {
        $(impl $shows {
            /// Opens a window that shows it, and waits until it is closed. On macOS the main thread alone can.
            ///
            /// # Errors
            /// [`Error::Invalid`] where there is no display; those of opening a device and of drawing.
            pub fn show(self) -> Result<()> {
                self.run(|_, _| Ok(()))
            }

            /// The same with a program that is told of each event, before the window does with it what it would.
            ///
            /// # Errors
            /// Those of the program; as [`Self::show`].
            pub fn run(self, act: impl FnMut(&mut Live<Self>, &Event) -> Result<()>) -> Result<()> {
                self.run_with(&Options::default(), act)
            }

            /// The same on a device of one's choice.
            ///
            /// # Errors
            /// As [`Self::run`].
            pub fn run_with(
                self,
                options: &Options,
                mut act: impl FnMut(&mut Live<Self>, &Event) -> Result<()>,
            ) -> Result<()> {
                window::run(self, options, &mut act)
            }
        })*
    };
}

shown!(Figure Sheet Space);

impl<V: Into<Visual>> Adding<V> {
    /// Opens a window that shows the figure: [`Figure::show`].
    ///
    /// # Errors
    /// The first of those that its parts had; those of [`Figure::show`].
    pub fn show(self) -> Result<()> {
        self.figure()?.show()
    }
}

impl<V: Into<Solid>> Adding<V, Space> {
    /// Opens a window that shows the scene: [`Space::show`].
    ///
    /// # Errors
    /// The first of those that its parts had; those of [`Space::show`].
    pub fn show(self) -> Result<()> {
        self.space()?.show()
    }
}

/// Why there is no window.
fn refused(problem: impl std::fmt::Display) -> Error {
    let problem = problem.to_string();
    // Of an error of the system, where in its own code it was met is said first.
    let problem = problem.rsplit(": ").next().unwrap_or(&problem);
    Error::Invalid {
        what: "a window",
        problem: format!("{problem}; it needs a display, as `save` does not"),
    }
}
