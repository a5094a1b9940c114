//! The programs, each in a file of its own: what it shows in its first lines, then a function that makes the figure, or the sheet of several.

use std::path::Path;

use galvani::Result;

mod shaders;

/// A program of the gallery.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) code: &'static str,
    /// Draws it, of a part of the data, from above 0 to 1 for all.
    pub(crate) save: fn(part: f64, path: &Path) -> Result<()>,
    /// Opens a window that shows it, and waits until it is closed.
    pub(crate) show: fn() -> Result<()>,
}

impl Program {
    /// What it shows, from its first lines.
    pub(crate) fn about(&self) -> String {
        let lines = self.code.lines().map_while(|line| line.strip_prefix("//! "));
        lines.collect::<Vec<_>>().join(" ")
    }
}

/// Declares programs by the names of their files; those that are `live` answer in ways of their own.
macro_rules! programs {
    (@ $name:ident live) => {
        $name::live
    };
    (@ $name:ident) => {
        || $name::figure(1.0)?.show()
    };
    ($($name:ident $($live:ident)?,)*) => {
        $(mod $name;)*
        /// All programs, in the order of the page.
        pub(crate) const PROGRAMS: &[Program] = &[
            $(Program {
                name: stringify!($name),
                code: include_str!(concat!(stringify!($name), ".rs")),
                save: |part, path| $name::figure(part)?.save(path),
                show: programs!(@ $name $($live)?),
            }),*
        ];
    };
}

programs! {
    points,
    markers,
    fountain live,
    mouse live,
    lines,
    trials,
    filter live,
    realtime live,
    brownian,
    bars,
    histogram,
    raster,
    spectrum,
    graph,
    forces live,
    swarm live,
    image,
    waves,
    spectrogram,
    hsv,
    life live,
    pong live,
    mesh,
    surface,
    attractor,
    sheet,
}

/// A part of so many, one at least.
fn part_of(count: usize, part: f64) -> usize {
    ((count as f64 * part) as usize).max(1)
}
