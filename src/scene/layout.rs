//! Where on the target everything goes: margins, the plot, and a strip of it for each lane.

use std::collections::HashMap;
use std::ops::Range;

use super::text::{self, FONT_PX};
use super::{Scale, Scene, Trace, marks};
use crate::source::{Channel, ChannelKind, Dtype, Info};

/// The share of its strip that a lane's amplitude fills.
pub const FILL: f64 = 0.9;

/// The share of channels that fill their strip or less where channels share a scale.
const SHARE: f64 = 0.9;

/// The least height that a lane's amplitude is scaled to where lanes overlap.
const LEAST_FILL_PX: f32 = 20.0;

/// Lanes at least this high start and end on whole pixels.
const WHOLE_PX: f32 = 4.0;

/// A rectangle of whole pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PxRect {
    /// Its left edge.
    pub x: u32,
    /// Its top edge.
    pub y: u32,
    /// Pixels across.
    pub w: u32,
    /// Pixels from top to bottom.
    pub h: u32,
}

impl PxRect {
    /// All of a target of `[width, height]` pixels.
    #[must_use]
    pub const fn all([w, h]: [u32; 2]) -> Self {
        Self { x: 0, y: 0, w, h }
    }

    /// The same so much further right and down.
    #[must_use]
    pub const fn moved(self, right: u32, down: u32) -> Self {
        Self {
            x: self.x + right,
            y: self.y + down,
            ..self
        }
    }

    /// The column right of it.
    #[must_use]
    pub const fn right(&self) -> u32 {
        self.x + self.w
    }

    /// The row below it.
    #[must_use]
    pub const fn bottom(&self) -> u32 {
        self.y + self.h
    }

    /// The part inside a target of `[width, height]` pixels; empty at an edge of it where there is none.
    #[must_use]
    pub fn cut(&self, [w, h]: [u32; 2]) -> Self {
        let (x, y) = (self.x.min(w), self.y.min(h));
        Self {
            x,
            y,
            w: self.w.min(w - x),
            h: self.h.min(h - y),
        }
    }
}

/// One lane: its strip of the target, and rows from stored values. All rows count from the target's top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LaneStrip {
    /// The index into [`Traces::channels`](super::Traces::channels).
    pub trace: usize,
    /// The recording's channel.
    pub channel: usize,
    /// The strip's first row; a whole number where lanes are at least 4 px high.
    pub top: f32,
    /// The row after its last; the next lane's `top`.
    pub bottom: f32,
    /// The first row that the trace may light: `top`, or the plot's where lanes overlap.
    pub clip_top: f32,
    /// The row after the last that the trace may light.
    pub clip_bottom: f32,
    /// The strip's middle.
    pub baseline: f32,
    /// The stored value at the baseline.
    pub value0: f32,
    /// Rows for one stored value; below 0, as rows count down, but for channels and traces of negative gain.
    pub px_per_stored: f32,
    /// The row of stored value 0: `y = y0 + value · px_per_stored`.
    pub y0: f32,
    /// Rows for one physical unit, never below 0.
    pub px_per_unit: f64,
}

/// Where everything goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// Pixels of the target, `[width, height]`.
    pub target: [u32; 2],
    /// The part of the target that all of it is in; the rest shows the background.
    pub area: PxRect,
    /// Pixels for a pixel of the style's and the axes' lengths, within 0.25 … 16.
    pub scale_factor: f32,
    /// The height of letters, in pixels of the target.
    pub font_px: f32,
    /// Where signals are drawn; never empty on a target that is not.
    pub plot: PxRect,
    /// Where names of channels go, left of the plot; 0 wide where there are none.
    pub labels: PxRect,
    /// Where the rows of events go, between the plot and the time axis; 0 high where there are none.
    pub events: PxRect,
    /// Where the time axis goes, below the plot; 0 high where there is none.
    pub time: PxRect,
    /// How much of lanes is rows of colour, from 0 for lines to 1.
    pub heat: f32,
    /// The rows that a signal reaches across, from its lowest to its highest value, which has the last of the colours.
    pub full_px: f64,
    /// From the top down; together they cover the plot.
    pub lanes: Vec<LaneStrip>,
}

impl Layout {
    /// Lays `scene` out on a target of `[width, height]` pixels.
    ///
    /// * `amplitudes`: for each channel of the recording, half the range of stored values that should fill its lane,
    ///   best a robust one; where it is missing, 0 or not finite, the type's full scale (1 for floats).
    /// * `lanes`: which of the visible traces to show, counted from the top; cut to those there are.
    /// * `scale_factor`: pixels of the target for one of the style's, above 1 on dense displays.
    ///
    /// Margins are left out where they would leave little of the target. Costs some 100 ns for each trace.
    #[must_use]
    pub fn new(
        target: [u32; 2],
        scene: &Scene,
        info: &Info,
        amplitudes: &[f32],
        lanes: Range<usize>,
        scale_factor: f32,
    ) -> Self {
        let scale_factor = if scale_factor.is_finite() {
            scale_factor.clamp(0.25, 16.0)
        } else {
            1.0
        };
        let shown: Vec<usize> = scene
            .traces
            .visible()
            .filter(|&t| scene.traces.channels[t].channel < info.channels.len())
            .collect();
        let mut layout = Self::margins(target, scene, info, &shown, scale_factor);
        let range = lanes.start.min(shown.len())..lanes.end.min(shown.len());
        let count = range.len();
        let scales = Scales::new(scene, info, amplitudes, &shown);
        let plot = layout.plot;
        let height = plot.h as f32 / count.max(1) as f32;
        // Thin lanes that may overlap keep a height at which signals are still seen to move.
        let least_px = height.max(LEAST_FILL_PX * scale_factor);
        let fill_px = f64::from(if scene.traces.overlap { least_px } else { height });
        // A scale in pixels is that of lanes which are high enough to be read.
        layout.full_px = match scene.traces.scale {
            Scale::PerUnit(_) => least_px.into(),
            Scale::Auto | Scale::Each => fill_px,
        };
        layout.heat = match count {
            0 => 0.0,
            _ => scene.traces.form.heat(height, scale_factor),
        };
        let edge = |i: usize| {
            let exact = (u64::from(plot.h) * i as u64) as f64 / count as f64;
            plot.y as f32
                + if height >= WHOLE_PX {
                    exact.round() as f32
                } else {
                    exact as f32
                }
        };
        layout.lanes = shown[range.start..range.start + count]
            .iter()
            .enumerate()
            .map(|(i, &index)| {
                let trace = &scene.traces.channels[index];
                let unit_px = scales.px_per_unit(scene.traces.scale, trace, fill_px, scale_factor);
                let clip = if scene.traces.overlap {
                    (plot.y as f32, plot.bottom() as f32)
                } else {
                    (edge(i), edge(i + 1))
                };
                let gain = f64::from(trace.gain) * f64::from(scene.traces.gain);
                strip(
                    index,
                    trace,
                    &info.channels[trace.channel],
                    (edge(i), edge(i + 1)),
                    clip,
                    unit_px * gain,
                )
            })
            .collect();
        layout
    }

    /// The same within a part of the target, as if that were all of it; what of `area` lies outside is cut off.
    #[must_use]
    pub fn within(
        target: [u32; 2],
        area: PxRect,
        scene: &Scene,
        info: &Info,
        amplitudes: &[f32],
        lanes: Range<usize>,
        scale_factor: f32,
    ) -> Self {
        let area = area.cut(target);
        let mut layout = Self::new([area.w, area.h], scene, info, amplitudes, lanes, scale_factor);
        layout.target = target;
        for rect in [
            &mut layout.area,
            &mut layout.plot,
            &mut layout.labels,
            &mut layout.events,
            &mut layout.time,
        ] {
            rect.x += area.x;
            rect.y += area.y;
        }
        let down = area.y as f32;
        for lane in &mut layout.lanes {
            for row in [
                &mut lane.top,
                &mut lane.bottom,
                &mut lane.clip_top,
                &mut lane.clip_bottom,
                &mut lane.baseline,
                &mut lane.y0,
            ] {
                *row += down;
            }
        }
        layout
    }

    /// The plot and what stands around it, no lanes yet.
    fn margins(target: [u32; 2], scene: &Scene, info: &Info, shown: &[usize], scale_factor: f32) -> Self {
        let [w, h] = target;
        let area = PxRect { x: 0, y: 0, w, h };
        let Some(axes) = scene.axes else {
            let font_px = (12.0 * scale_factor).clamp(FONT_PX.0, FONT_PX.1);
            let rows = marks::rows(scene, h, font_px);
            let plot = PxRect {
                x: 0,
                y: 0,
                w,
                h: h - rows,
            };
            let events = PxRect {
                y: plot.h,
                h: rows,
                ..plot
            };
            let none = PxRect::default();
            return Self {
                target,
                area,
                scale_factor,
                font_px,
                plot,
                labels: none,
                events,
                time: none,
                heat: 0.0,
                full_px: 0.0,
                lanes: Vec::new(),
            };
        };
        let wanted = if axes.font_px.is_finite() {
            axes.font_px
        } else {
            12.0
        };
        let font_px = (wanted * scale_factor).clamp(FONT_PX.0, FONT_PX.1);
        let name = |&t: &usize| &info.channels[scene.traces.channels[t].channel].name;
        let left = if axes.labels && w as f32 >= 12.0 * font_px {
            let rows = scene.marks.iter().filter(|layer| layer.has_row());
            let widest = shown
                .iter()
                .map(name)
                .chain(rows.map(|layer| &layer.name))
                .map(|name| text::width(name, font_px))
                .fold(0.0, f32::max);
            let wanted = if widest > 0.0 {
                (widest.min(0.2 * w as f32) + font_px).ceil() as u32
            } else {
                0
            };
            wanted.max(axes.margin.min(w / 2))
        } else {
            0
        };
        // Ticks go by the scale factor and letters by the font, so either may be the larger.
        let bottom = (tick_px(scale_factor) as f32 + 1.6 * font_px).ceil() as u32;
        let bottom = if axes.time && h as f32 >= 6.0 * font_px && h >= 2 * bottom {
            bottom
        } else {
            0
        };
        let rows = marks::rows(scene, h - bottom, font_px);
        let plot = PxRect {
            x: left,
            y: 0,
            w: w - left,
            h: h - bottom - rows,
        };
        let events = PxRect {
            y: plot.h,
            h: rows,
            ..plot
        };
        let labels = PxRect {
            x: 0,
            y: 0,
            w: left,
            h: plot.h,
        };
        let time = PxRect {
            x: 0,
            y: plot.h + rows,
            w,
            h: bottom,
        };
        Self {
            target,
            area,
            scale_factor,
            font_px,
            plot,
            labels,
            events,
            time,
            heat: 0.0,
            full_px: 0.0,
            lanes: Vec::new(),
        }
    }
}

/// The length of a tick.
pub(super) fn tick_px(scale_factor: f32) -> i32 {
    (4.0 * scale_factor).round().max(1.0) as i32
}

/// The strip of a lane whose trace has `px_per_unit` rows for a physical unit, signed by the trace's gain.
fn strip(
    index: usize,
    trace: &Trace,
    channel: &Channel,
    (top, bottom): (f32, f32),
    (clip_top, clip_bottom): (f32, f32),
    px_per_unit: f64,
) -> LaneStrip {
    let gain = usable_gain(channel);
    let middle = (f64::from(top) + f64::from(bottom)) / 2.0;
    let finite = |value: f64| if (value as f32).is_finite() { value } else { 0.0 };
    let value0 = finite((trace.offset - channel.offset) / gain);
    let px_per_stored = finite(-px_per_unit * gain);
    let zero = middle - value0 * px_per_stored;
    // Where even that overflows, the trace lies flat on its baseline.
    let (y0, px_per_stored) = if (zero as f32).is_finite() {
        (zero, px_per_stored)
    } else {
        (middle, 0.0)
    };
    LaneStrip {
        trace: index,
        channel: trace.channel,
        top,
        bottom,
        clip_top,
        clip_bottom,
        baseline: middle as f32,
        value0: value0 as f32,
        px_per_stored: px_per_stored as f32,
        y0: y0 as f32,
        px_per_unit: finite(px_per_unit).abs(),
    }
}

/// A gain of 0 or none would hide the channel: it counts as 1.
fn usable_gain(channel: &Channel) -> f64 {
    if channel.gain.is_finite() && channel.gain != 0.0 {
        channel.gain
    } else {
        1.0
    }
}

/// Physical amplitudes of channels, and those that groups of like channels share.
struct Scales<'a> {
    info: &'a Info,
    amplitudes: &'a [f32],
    shared: HashMap<(&'a str, ChannelKind), f64>,
}

impl<'a> Scales<'a> {
    fn new(scene: &Scene, info: &'a Info, amplitudes: &'a [f32], shown: &[usize]) -> Self {
        let mut scales = Self {
            info,
            amplitudes,
            shared: HashMap::new(),
        };
        if scene.traces.scale == Scale::Auto {
            let mut groups: HashMap<_, Vec<f64>> = HashMap::new();
            for &trace in shown {
                let channel = scene.traces.channels[trace].channel;
                groups
                    .entry(scales.group(channel))
                    .or_default()
                    .push(scales.amplitude(channel));
            }
            for (group, mut all) in groups {
                all.sort_by(f64::total_cmp);
                let rank = (all.len() as f64 * SHARE).ceil() as usize;
                scales.shared.insert(group, all[rank.clamp(1, all.len()) - 1]);
            }
        }
        scales
    }

    fn group(&self, channel: usize) -> (&'a str, ChannelKind) {
        let channel = &self.info.channels[channel];
        (&channel.unit, channel.kind)
    }

    /// Half the physical range that should fill the channel's lane; above 0.
    fn amplitude(&self, channel: usize) -> f64 {
        let full = match self.info.dtype {
            Dtype::I16 => 32_768.0,
            Dtype::F32 => 1.0,
        };
        let stored = self.amplitudes.get(channel).map_or(0.0, |&a| f64::from(a).abs());
        let stored = if stored.is_normal() { stored } else { full };
        stored * usable_gain(&self.info.channels[channel]).abs()
    }

    fn px_per_unit(&self, scale: Scale, trace: &Trace, lane_px: f64, scale_factor: f32) -> f64 {
        let amplitude = match scale {
            Scale::PerUnit(px) => return px * f64::from(scale_factor),
            Scale::Each => self.amplitude(trace.channel),
            Scale::Auto => match self.shared.get(&self.group(trace.channel)) {
                Some(&shared) => shared,
                None => self.amplitude(trace.channel),
            },
        };
        FILL * lane_px / 2.0 / amplitude
    }
}
