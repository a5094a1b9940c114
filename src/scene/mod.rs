//! What is shown, as plain data: traces, style, axes, and where on the target each of them goes.
//!
//! Nothing here has heard of a device. A [`Scene`] says what to show, [`layout::Layout`] where each lane goes, and
//! [`overlay`] turns axes and labels into rectangles and glyphs that any rasteriser can fill.

pub mod colormap;
pub mod heat;
pub mod layout;
pub mod marks;
pub mod overlay;
pub mod style;
pub mod text;

mod axes;
mod canvas;

pub(crate) use canvas::{Canvas, spaced};
pub use colormap::Colormap;
pub use heat::{Form, Heat};
pub use layout::{LaneStrip, Layout, PxRect};
pub use overlay::{Glyph, Overlay, Rect, TextLine};
pub use style::{Rgba8, Style};

use crate::source::Info;

/// Everything that is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// The signals.
    pub traces: Traces,
    /// Events, each layer over those before.
    pub marks: Vec<marks::Layer>,
    /// Colours and widths.
    pub style: Style,
    /// Axes and labels; `None` where only signals are wanted.
    pub axes: Option<Axes>,
}

impl Scene {
    /// Where on a target of `[width, height]` pixels signals go; a view of them has as many columns as it is wide.
    #[must_use]
    pub fn plot(&self, info: &Info, target: [u32; 2], scale_factor: f32) -> PxRect {
        Layout::new(target, self, info, &[], 0..0, scale_factor).plot
    }

    /// All channels of a recording in the colours of `style`, with axes.
    #[must_use]
    pub fn new(info: &Info, style: Style) -> Self {
        let mut traces = Traces::new(info);
        traces.recolor(&style);
        Self {
            traces,
            marks: Vec::new(),
            style,
            axes: Some(Axes::default()),
        }
    }
}

/// How signals become lanes.
#[derive(Debug, Clone, PartialEq)]
pub struct Traces {
    /// One for each lane, from the top down: the order on the screen is this one, not the recording's.
    pub channels: Vec<Trace>,
    /// Pixels for a physical unit.
    pub scale: Scale,
    /// Multiplies the gain of every trace.
    pub gain: f32,
    /// Whether a trace may leave its strip and cross its neighbours', as it does unless told otherwise: what is cut at
    /// the strip's edges is lost to the eye. Where not, traces are cut, and lanes are drawn without blending.
    pub overlap: bool,
    /// Whether lanes are lines or rows of colour.
    pub form: Form,
}

impl Traces {
    /// Every channel of the recording, in its order and visible, free to overlap, in the colours of [`Style::dark`].
    #[must_use]
    pub fn new(info: &Info) -> Self {
        let style = Style::dark();
        let channels = (0..info.channels.len())
            .map(|channel| Trace {
                channel,
                color: style.color(channel),
                gain: 1.0,
                offset: 0.0,
                visible: true,
            })
            .collect();
        Self {
            channels,
            scale: Scale::Auto,
            gain: 1.0,
            overlap: true,
            form: Form::Auto,
        }
    }

    /// Gives every trace the colour that `style` has for its channel.
    pub fn recolor(&mut self, style: &Style) {
        for trace in &mut self.channels {
            trace.color = style.color(trace.channel);
        }
    }

    /// Gives every trace one quiet colour between foreground and background, against which pieces of them that have
    /// the colours of events stand out.
    pub fn quiet(&mut self, style: &Style) {
        let mix = |fore: u8, back: u8| ((u32::from(fore) * 5 + u32::from(back) * 3 + 4) / 8) as u8;
        let (fore, back) = (style.foreground, style.background);
        let color = Rgba8 {
            r: mix(fore.r, back.r),
            g: mix(fore.g, back.g),
            b: mix(fore.b, back.b),
            a: 255,
        };
        for trace in &mut self.channels {
            trace.color = color;
        }
    }

    /// Puts the stored value `centres[channel]` at the middle of the lane of each channel, for signals that do not
    /// lie about 0; channels past the slice's end, and values that are not finite, stay as they are.
    pub fn center(&mut self, info: &Info, centres: &[f32]) {
        for trace in &mut self.channels {
            if let (Some(channel), Some(&centre)) =
                (info.channels.get(trace.channel), centres.get(trace.channel))
            {
                let physical = channel.gain * f64::from(centre) + channel.offset;
                if physical.is_finite() {
                    trace.offset = physical;
                }
            }
        }
    }

    /// The indices of the visible traces, from the top down.
    pub fn visible(&self) -> impl Iterator<Item = usize> + '_ {
        self.channels
            .iter()
            .enumerate()
            .filter(|(_, trace)| trace.visible)
            .map(|(index, _)| index)
    }
}

/// One signal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trace {
    /// The recording's channel; a trace of a channel that the recording lacks is not laid out.
    pub channel: usize,
    /// The line's colour.
    pub color: Rgba8,
    /// Multiplies the amplitude; below 0 turns the trace upside down.
    pub gain: f32,
    /// The physical value at the middle of the lane, in the channel's unit.
    pub offset: f64,
    /// Whether it is shown.
    pub visible: bool,
}

/// Pixels for a physical unit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Scale {
    /// One scale for all channels of the same unit and kind, such that nine in ten fill their lane or less.
    #[default]
    Auto,
    /// Each channel fills its lane.
    Each,
    /// So many pixels for one physical unit of every channel, before scaling to the display.
    PerUnit(f64),
}

/// What stands around and on the signals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axes {
    /// The height of letters, in pixels before scaling to the display; held to 4 … 64 after it.
    pub font_px: f32,
    /// The time axis along the bottom.
    pub time: bool,
    /// Names of channels along the left.
    pub labels: bool,
    /// Bars of time and amplitude in the bottom right corner; of time and colour where lanes are rows of colour.
    pub scale_bar: bool,
    /// What the time axis says at the recording's first sample, in seconds.
    pub start_s: f64,
    /// How wide the names' margin is at least, in pixels of the target: plots above one another start at one column by it.
    pub margin: u32,
}

impl Default for Axes {
    fn default() -> Self {
        Self {
            font_px: 12.0,
            time: true,
            labels: true,
            scale_bar: true,
            start_s: 0.0,
            margin: 0,
        }
    }
}
