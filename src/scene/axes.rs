//! The time axis, names of channels, scale bars and status lines.

use super::canvas::{Canvas, spaced};
use super::colormap::Colormap;
use super::layout::LaneStrip;
use super::marks;
use super::overlay::{Overlay, Shown};
use super::text::{self, Text};
use crate::source::ChannelKind;
use crate::view::View;
use crate::view::scale::nice_scale;
use crate::view::ticks::{Ticks, time_ticks};

/// From tick to tick at least, in heights of letters.
const TICKS_EM: f32 = 5.0;

/// The longest bar of time, in pixels before scaling to the display.
const TIME_BAR_PX: f64 = 90.0;

/// Limits of the longest bar of amplitude, in pixels before scaling to the display; one of 1, 2, 5 × 10ⁿ is at least
/// 2/5 of it.
const AMPLITUDE_BAR_PX: (f64, f64) = (25.0, 60.0);

/// The longest bar of amplitude within those limits, in lanes.
const AMPLITUDE_BAR_LANES: f64 = 1.5;

/// The height of the bar of colours, in pixels before scaling to the display.
const COLOR_BAR_PX: f32 = 80.0;

/// Draws everything that the scene's axes ask for and there is room for.
pub(super) fn draw(text: &mut Text, shown: &Shown<'_>) -> Overlay {
    let layout = shown.layout;
    let mut canvas = Canvas::new(
        text,
        layout.target,
        layout.font_px,
        layout.scale_factor,
        &shown.scene.style,
    );
    // What is drawn starts on the grid of columns.
    let view = shown.view.snapped();
    marks::draw(&mut canvas, shown, &view);
    if let Some(axes) = shown.scene.axes {
        if axes.time && layout.time.h > 0 {
            let at = view.start().plus(axes.start_s * shown.info.rate_hz);
            canvas.time_axis(shown, &View::new(at, view.samples_per_px()));
        }
        if axes.labels && layout.labels.w > 0 {
            canvas.names(shown);
        }
        if axes.scale_bar {
            canvas.scale_bars(shown, &view);
        }
    }
    canvas.status(shown);
    canvas.finish()
}

impl Canvas<'_> {
    fn time_axis(&mut self, shown: &Shown<'_>, view: &View) {
        let (plot, time) = (shown.layout.plot, shown.layout.time);
        let ticks = spaced_ticks(view, plot.w, shown.info.rate_hz, self.em);
        let top = time.y as i32;
        let (left, right) = (plot.x as i32, plot.right() as i32);
        self.rect([left, right], [top, top + self.line], self.ink);
        let room = [time.x as f32, time.right() as f32];
        let anchor = ticks.anchor.as_deref();
        self.ticks_below(top, [left, right], room, anchor, &ticks.ticks);
    }

    /// Every lane's name, or every n-th where lanes are thinner than a line of text.
    fn names(&mut self, shown: &Shown<'_>) {
        let (layout, traces) = (shown.layout, &shown.scene.traces.channels);
        let line = 1.25 * self.em;
        let lane = layout.plot.h as f32 / layout.lanes.len().max(1) as f32;
        let half = self.em / 2.0;
        let highest = layout.plot.y as f32 + half;
        let lowest = (layout.plot.bottom() as f32 - half).max(highest);
        // The ends' names move inwards, and so does the room of the next one; it has to do for the second, so that none is left out
        // between evenly spaced ones.
        let inwards = layout
            .lanes
            .first()
            .map_or(0.0, |first| (highest - first.baseline).max(0.0));
        let nth = ((0.99 * line + inwards).max(line) / lane).ceil().max(1.0) as usize;
        let mut next = f32::MIN;
        for strip in layout.lanes.iter().step_by(nth) {
            let middle = strip.baseline.clamp(highest, lowest);
            if middle < next {
                continue;
            }
            next = middle + 0.99 * line.min(nth as f32 * lane);
            let room = layout.labels.w as f32 - self.em;
            let name = text::elided(&shown.info.channels[strip.channel].name, self.em, room);
            let x = layout.labels.right() as f32 - 0.5 * self.em - self.width(&name);
            self.write(
                &name,
                x,
                strip.baseline.clamp(highest, lowest),
                traces[strip.trace].color,
            );
        }
    }

    /// An upright bar of amplitude and a level bar of time that meet in the plot's bottom right corner.
    fn scale_bars(&mut self, shown: &Shown<'_>, view: &View) {
        let (plot, em) = (shown.layout.plot, self.em);
        if (plot.w as f32) < 12.0 * em || (plot.h as f32) < 8.0 * em {
            return;
        }
        let x = plot.right() as i32 - (0.6 * em).ceil() as i32;
        let y = plot.bottom() as i32 - (1.5 * em).ceil() as i32;
        let (longest, tallest) = longest_bars(shown);
        let rate_hz = shown.info.rate_hz;
        let time = nice_scale(longest * view.samples_per_px() / rate_hz, "s")
            .map(|(s, label)| (s * rate_hz / view.samples_per_px(), label));
        let is_heat = shown.layout.heat >= 0.5;
        let amplitude = common_scale(shown)
            .filter(|_| !is_heat)
            .and_then(|(px_per_unit, unit)| {
                nice_scale(tallest / px_per_unit, unit).map(|(value, label)| (value * px_per_unit, label))
            });
        let thick = self.corner_bars([x, y], [time, amplitude], shown.layout.scale_factor);
        if is_heat {
            self.color_bar(shown, (x, y - 2 * thick));
        }
    }

    /// The colours from 0 to the last one, upwards from a bottom right corner, with the greatest 1, 2 or 5 × 10ⁿ of them marked.
    fn color_bar(&mut self, shown: &Shown<'_>, (right, bottom): (i32, i32)) {
        let layout = shown.layout;
        let Some((px_per_unit, unit)) = common_scale(shown) else {
            return;
        };
        let full = layout.full_px / px_per_unit;
        let Some((value, label)) = nice_scale(full, unit) else {
            return;
        };
        let (scale, em) = (layout.scale_factor, self.em);
        let high = (COLOR_BAR_PX * scale).min(0.5 * layout.plot.h as f32).round() as i32;
        let across = (0.8 * em).round() as i32;
        let (left, top) = (right - across, bottom - high);
        let seam = self.line;
        self.rect(
            [left - seam, right + seam],
            [top - seam, bottom + seam],
            self.background,
        );
        for row in 0..high {
            let color = Colormap::Viridis.color((f64::from(row) + 0.5) / f64::from(high));
            self.rect([left, right], [bottom - row - 1, bottom - row], color);
        }
        let marks = [(0.0, 0.5 * em, "0"), (value / full, 0.0, label.as_str())];
        for (part, up, label) in marks {
            let row = bottom - (part * f64::from(high)).round() as i32;
            let row = row.clamp(top, bottom - self.line);
            self.rect([left - across / 2, left], [row, row + self.line], self.ink);
            let start = (left - across / 2) as f32 - 0.3 * em - self.width(label);
            self.write_on_plate(label, start, row as f32 - up);
        }
    }

    /// Lines in the plot's top right corner.
    fn status(&mut self, shown: &Shown<'_>) {
        let mut row = 0;
        while let Some((line, start)) = self.status_line(shown, row) {
            let middle = shown.layout.plot.y as f32 + (row as f32 + 0.5) * 1.5 * self.em;
            self.write_on_plate(&line, start, middle);
            row += 1;
        }
    }

    /// What a row of the status says, and where it starts; `None` past the last that there is room for. Rows are 1.5 letters high.
    fn status_line(&self, shown: &Shown<'_>, row: usize) -> Option<(String, f32)> {
        let (plot, em) = (shown.layout.plot, self.em);
        let rows = (plot.h as f32 / (1.5 * em)) as usize;
        let line = shown.status.get(row).filter(|_| row < rows)?;
        let line = text::elided(line, em, plot.w as f32 - em);
        let start = plot.right() as f32 - 0.5 * em - self.width(&line);
        Some((line, start))
    }

    /// Up to where a row of the plot's top is free of the status.
    pub(super) fn free_of_status(&self, shown: &Shown<'_>, row: usize) -> f32 {
        let line = self.status_line(shown, row);
        line.map_or(shown.layout.plot.right() as f32, |(_, start)| {
            start - 0.5 * self.em
        })
    }
}

/// The pixels that the bars of time and amplitude may take.
fn longest_bars(shown: &Shown<'_>) -> (f64, f64) {
    let (layout, plot) = (shown.layout, shown.layout.plot);
    let scale = f64::from(layout.scale_factor);
    let lane = f64::from(plot.h) / layout.lanes.len().max(1) as f64;
    let (least, most) = AMPLITUDE_BAR_PX;
    (
        (TIME_BAR_PX * scale).min(0.5 * f64::from(plot.w)),
        (AMPLITUDE_BAR_LANES * lane)
            .clamp(least * scale, most * scale)
            .min(0.5 * f64::from(plot.h)),
    )
}

/// Ticks far enough apart for their labels, which are wider the closer they stand.
fn spaced_ticks(view: &View, columns: u32, rate_hz: f64, em: f32) -> Ticks {
    let of = |min_px| time_ticks(view, columns, rate_hz, min_px);
    spaced(em, TICKS_EM, of, |ticks: &Ticks| {
        (&ticks.ticks, ticks.step_s * rate_hz / view.samples_per_px())
    })
}

/// The rows for a physical unit that all lanes of the first neural lane's unit and kind share, and the unit; of the
/// first lane where none is neural. `None` where they do not share one: a bar would be wrong for some.
fn common_scale<'a>(shown: &Shown<'a>) -> Option<(f64, &'a str)> {
    let lanes = &shown.layout.lanes;
    let of = |lane: &LaneStrip| &shown.info.channels[lane.channel];
    let first = lanes
        .iter()
        .find(|lane| of(lane).kind == ChannelKind::Neural)
        .or(lanes.first())?;
    let (px, channel) = (first.px_per_unit, of(first));
    let like = |lane: &&LaneStrip| of(lane).kind == channel.kind && of(lane).unit == channel.unit;
    let shared = lanes
        .iter()
        .filter(like)
        .all(|lane| (lane.px_per_unit - px).abs() <= 1e-6 * px);
    (shared && px > 0.0).then_some((px, channel.unit.as_str()))
}
