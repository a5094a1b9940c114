//! Marks as rectangles and letters, a column of pixels at a time.

use super::columns::Columns;
use super::ends::Ends;
use super::{Layer, Marks, Show};
use crate::scene::Canvas;
use crate::scene::overlay::Shown;
use crate::scene::style::Rgba8;
use crate::scene::text;
use crate::scene::{PxRect, Scene};
use crate::view::View;

/// The height of a layer's row, in heights of letters.
const ROW: f32 = 1.3;
/// The share of the target that rows take at most.
const ROWS_SHARE: u32 = 4;
/// Ticks on lanes that can still be told apart: above this many in view there are none.
const MAX_LANE_TICKS: usize = 4096;
/// Bands from before the view that are drawn one over another.
const MAX_GOING_ON: usize = 64;
/// Rows of labels over the plot.
const MAX_LABEL_ROWS: usize = 4;

/// How much a column holds: 1, up to 3, up to 15, more.
fn level(events: usize) -> usize {
    match events {
        0..=1 => 0,
        2..=3 => 1,
        4..=15 => 2,
        _ => 3,
    }
}

/// Height of ticks by level, in 1/20 of a row.
const TICKS: [i32; 4] = [10, 13, 16, 20];
/// Opacity of lines by level, where few columns have one, and where signals would vanish behind them.
const LINES: [[u8; 4]; 2] = [[0x90, 0xA8, 0xC0, 0xD8], [0x38, 0x48, 0x58, 0x68]];
/// Opacity of bands by level, and of their starts.
const BANDS: [u8; 4] = [0x30, 0x38, 0x40, 0x50];
const STARTS: u8 = 0xA0;

/// Pixels that the rows of a scene's layers take below the plot on a target so high.
pub(in crate::scene) fn rows(scene: &Scene, height: u32, font_px: f32) -> u32 {
    let count = scene.marks.iter().filter(|layer| layer.has_row()).count();
    let wanted = count as f32 * (ROW * font_px).round();
    (wanted as u32).min(height / ROWS_SHARE)
}

/// Draws all visible layers.
///
/// Costs two searches a column of each layer. At most as many rectangles as columns for each layer, twice as many bands,
/// and [`MAX_LANE_TICKS`] ticks for each layer on lanes, as of lines and bands that belong to channels.
pub(in crate::scene) fn draw(canvas: &mut Canvas<'_>, shown: &Shown<'_>, view: &View) {
    let plot = shown.layout.plot;
    if plot.w == 0 || shown.scene.marks.iter().all(|layer| !layer.visible) {
        return;
    }
    let free = std::array::from_fn(|row| canvas.free_of_status(shown, row));
    let mut drawing = Drawing {
        canvas,
        free,
        columns: Columns::new(view, plot.w),
        plot,
        first: 0,
        label_rows: 0,
    };
    // Bands lie below all else.
    let bands = |layer: &&Layer| layer.visible && layer.show == Show::Bands;
    for layer in shown.scene.marks.iter().filter(bands) {
        drawing.bands(layer, shown);
    }
    let rows = shown.scene.marks.iter().filter(|layer| layer.has_row()).count();
    let mut row = 0;
    for layer in shown.scene.marks.iter().filter(|layer| layer.visible) {
        drawing.first = drawing.canvas.rects.len();
        match layer.show {
            Show::Bands => {}
            Show::Lines => drawing.lines(layer, shown),
            Show::Lanes { ticks, .. } => {
                if ticks {
                    drawing.lanes(layer, shown);
                }
            }
            Show::Row | Show::Levels => {
                let strip = shown.layout.events;
                if strip.h > 0 {
                    drawing.row(layer, row_of(strip, row, rows), shown);
                }
                row += 1;
            }
        }
    }
}

/// The rows of pixels of row `i` of `count`, one at least, with room to the next where there is any.
fn row_of(strip: PxRect, i: usize, count: usize) -> [i32; 2] {
    let edge = |i: usize| (strip.y as usize + strip.h as usize * i / count) as i32;
    let (top, bottom) = (edge(i), edge(i + 1));
    let gap = if bottom - top >= 6 { 2 } else { 0 };
    [top + gap, bottom.max(top + 1)]
}

struct Drawing<'a, 'c> {
    canvas: &'a mut Canvas<'c>,
    columns: Columns,
    plot: PxRect,
    /// The layer's first rectangle.
    first: usize,
    /// Layers that have written their labels over the plot.
    label_rows: usize,
    /// Up to where each of those rows is free of status lines.
    free: [f32; MAX_LABEL_ROWS],
}

impl Drawing<'_, '_> {
    fn x(&self, column: usize) -> i32 {
        self.plot.x as i32 + column as i32
    }

    /// Colours a column, together with the one before where that looks the same.
    fn column(&mut self, column: usize, width: i32, y: [i32; 2], color: Rgba8) {
        let x = self.x(column);
        let right = (x + width).min(self.plot.right() as i32);
        if let Some(last) = self.canvas.rects[self.first..].last_mut() {
            let alike = [last.y0, last.y1] == y && last.color == color;
            if alike && (last.x0..=last.x1).contains(&x) {
                last.x1 = right;
                return;
            }
        }
        self.canvas.rect([x, right], y, color);
    }

    /// The rows that an event is drawn over: the plot's, or of one that belongs to a channel those of its lanes; none where these are not
    /// shown.
    fn rows_of(&self, marks: &Marks, i: usize, shown: &Shown<'_>) -> Vec<[i32; 2]> {
        let (top, bottom) = (self.plot.y as i32, self.plot.bottom() as i32);
        let Some(channel) = marks.channel(i) else {
            return vec![[top, bottom]];
        };
        let lanes = shown.layout.lanes.iter();
        let mine = lanes.filter(|lane| lane.channel == channel as usize);
        mine.map(|lane| [lane.top.floor() as i32, lane.bottom.ceil() as i32])
            .map(|[first, end]| [first.clamp(top, bottom), end.clamp(top, bottom)])
            .collect()
    }

    /// Whether events are few enough to be drawn one by one on the lanes that they belong to.
    fn on_lanes(&self, marks: &Marks) -> bool {
        marks.on_channels() && self.columns.seen(marks.times()).len() <= MAX_LANE_TICKS
    }

    fn lines(&mut self, layer: &Layer, shown: &Shown<'_>) {
        if self.on_lanes(&layer.marks) {
            return self.lines_on_lanes(layer, shown);
        }
        let mut lit = Vec::new();
        self.columns.each(layer.marks.times(), |column, range| {
            let color = layer.color_in(layer.marks.labels(), range.clone());
            lit.push((column, level(range.len()), color));
        });
        let opacity = LINES[usize::from(lit.len() * 8 > self.columns.len())];
        let (width, y) = (self.canvas.line, [self.plot.y as i32, self.plot.bottom() as i32]);
        for (column, level, color) in lit {
            self.column(column, width, y, color.with_alpha(opacity[level]));
        }
        self.labels_over_plot(layer, &[]);
    }

    fn lines_on_lanes(&mut self, layer: &Layer, shown: &Shown<'_>) {
        let marks = &layer.marks;
        for i in self.columns.seen(marks.times()) {
            let color = layer.color_of(marks.label(i).unwrap_or(u32::MAX));
            let x = self.x(self.columns.at(marks.times()[i]));
            let right = (x + self.canvas.line).min(self.plot.right() as i32);
            for y in self.rows_of(marks, i, shown) {
                self.canvas.rect([x, right], y, color.with_alpha(LINES[0][0]));
            }
        }
        self.labels_over_plot(layer, &[]);
    }

    /// Bands one by one, or, where they are more than the columns can tell, by column.
    fn bands(&mut self, layer: &Layer, shown: &Shown<'_>) {
        let marks = &layer.marks;
        let seen = self.columns.seen(marks.times());
        let y = [self.plot.y as i32, self.plot.bottom() as i32];
        let before = match marks.ends() {
            Some(ends) => ends.going_on(seen.start, self.columns.start(), MAX_GOING_ON),
            None => Vec::new(),
        };
        self.first = self.canvas.rects.len();
        if seen.len() > self.columns.len() {
            self.dense_bands(layer, y);
        } else {
            for i in before.iter().copied().chain(seen.clone()) {
                let color = layer.color_of(marks.label(i).unwrap_or(u32::MAX));
                let (first, last) = self.reach(marks, i);
                let [left, right] = [first, last + 1].map(|column| self.x(column));
                for y in self.rows_of(marks, i, shown) {
                    self.canvas.rect([left, right], y, color.with_alpha(BANDS[0]));
                    if i >= seen.start {
                        self.canvas.rect([left, left + 1], y, color.with_alpha(STARTS));
                    }
                }
            }
        }
        self.labels_over_plot(layer, &before);
    }

    /// The columns that an event in view lies in.
    fn reach(&self, marks: &Marks, i: usize) -> (usize, usize) {
        let (start, end) = (marks.times()[i], marks.end(i));
        let (first, last) = (self.columns.at(start), self.columns.at(end));
        // What ends at a column's edge is not in it.
        let over = last > first && end <= self.columns.of(last)[0];
        (first, last - usize::from(over))
    }

    fn dense_bands(&mut self, layer: &Layer, y: [i32; 2]) {
        let marks = &layer.marks;
        let mut lit = Vec::new();
        self.each_state(marks, |column, state| {
            if state.starts.is_empty() && !state.up {
                return;
            }
            let color = match state.starts.is_empty() {
                true => layer.color,
                false => layer.color_in(marks.labels(), state.starts.clone()),
            };
            lit.push((column, color.with_alpha(BANDS[level(state.starts.len())])));
        });
        for (column, color) in lit {
            self.column(column, 1, y, color);
        }
    }

    /// Calls `visit` with every column and what goes on there.
    fn each_state(&self, marks: &Marks, mut visit: impl FnMut(usize, State)) {
        let times = marks.times();
        let latest = |range| {
            marks
                .ends()
                .map_or(f64::NEG_INFINITY, |ends: &Ends| ends.latest(range))
        };
        let first = self.columns.seen(times).start;
        let mut ranges = vec![0..0; self.columns.len()];
        self.columns.each(times, |column, range| ranges[column] = range);
        let mut until = latest(0..first);
        for (column, starts) in ranges.into_iter().enumerate() {
            let [left, right] = self.columns.of(column);
            let up = until > left;
            until = until.max(latest(starts.clone()));
            let then_up = until > right;
            visit(column, State { starts, up, then_up });
        }
    }

    fn row(&mut self, layer: &Layer, y: [i32; 2], shown: &Shown<'_>) {
        match layer.show {
            Show::Levels => self.levels(layer, y),
            _ => self.ticks(layer, y),
        }
        let (labels, em) = (shown.layout.labels, self.canvas.em);
        let high = (y[1] - y[0]) as f32 >= 0.9 * em;
        let middle = (y[0] + y[1]) as f32 / 2.0;
        if high && labels.w > 0 {
            let name = text::elided(&layer.name, em, labels.w as f32 - em);
            let x = labels.w as f32 - 0.5 * em - self.canvas.width(&name);
            let ink = self.canvas.ink;
            self.canvas.write(&name, x, middle, ink);
        }
        if high {
            self.labels(layer, &[], middle, None);
        }
    }

    fn ticks(&mut self, layer: &Layer, [top, bottom]: [i32; 2]) {
        let width = self.canvas.line;
        let mut lit = Vec::new();
        self.columns.each(layer.marks.times(), |column, range| {
            let height = ((bottom - top) * TICKS[level(range.len())] / 20).max(1);
            let color = layer.color_in(layer.marks.labels(), range);
            lit.push((column, height, color));
        });
        for (column, height, color) in lit {
            self.column(column, width, [bottom - height, bottom], color);
        }
    }

    /// A line that is up while an event lasts; a column in which it changes is filled.
    fn levels(&mut self, layer: &Layer, [top, bottom]: [i32; 2]) {
        let marks = &layer.marks;
        let color = layer.color_of(marks.labels().first().copied().unwrap_or(u32::MAX));
        let line = self.canvas.line;
        let mut lit = Vec::new();
        self.each_state(marks, |column, state| {
            let changes = !state.starts.is_empty() || state.up != state.then_up;
            lit.push((
                column,
                match (changes, state.up) {
                    (true, _) => [top, bottom],
                    (false, true) => [top, (top + line).min(bottom)],
                    (false, false) => [(bottom - line).max(top), bottom],
                },
            ));
        });
        for (column, y) in lit {
            self.column(column, 1, y, color);
        }
    }

    /// Ticks at the top of the lanes that events belong to.
    fn lanes(&mut self, layer: &Layer, shown: &Shown<'_>) {
        let (marks, lanes) = (&layer.marks, &shown.layout.lanes);
        let common = marks.of_all_channels();
        let seen = |times| self.columns.seen(times).len();
        let on_lanes: usize = lanes
            .iter()
            .map(|lane| seen(marks.of_channel(lane.channel).times))
            .sum();
        if on_lanes + seen(common.times) * lanes.len() > MAX_LANE_TICKS {
            return;
        }
        let width = self.canvas.line;
        let most = 8.0 * shown.layout.scale_factor;
        for lane in lanes {
            let top = lane.top.floor() as i32;
            let height = (0.25 * (lane.bottom - lane.top)).min(most).round().max(1.0) as i32;
            for events in [common, marks.of_channel(lane.channel)] {
                let mut lit = Vec::new();
                self.columns.each(events.times, |column, range| {
                    lit.push((column, layer.color_in(events.labels, range)));
                });
                for (column, color) in lit {
                    self.column(column, width, [top, top + height], color);
                }
            }
        }
    }

    /// A row of labels at the plot's top, below those of the layers before.
    fn labels_over_plot(&mut self, layer: &Layer, before: &[usize]) {
        let height = 1.5 * self.canvas.em;
        let middle = self.plot.y as f32 + (self.label_rows as f32 + 0.5) * height;
        let room = middle + height < self.plot.y as f32 + self.plot.h as f32 / 3.0;
        let free = self.free.get(self.label_rows).filter(|_| room).copied();
        if free.is_some() && self.labels(layer, before, middle, free) {
            self.label_rows += 1;
        }
    }

    /// Writes the names of events right of where each starts, as far as there is room; of `before`, from the plot's left
    /// edge on. On plates where they lie over the plot, up to where that is `free`. Whether there was any.
    fn labels(&mut self, layer: &Layer, before: &[usize], middle: f32, free: Option<f32>) -> bool {
        let (marks, em) = (&layer.marks, self.canvas.em);
        let seen = self.columns.seen(marks.times());
        let most = (self.columns.len() as f32 / (2.0 * em)) as usize;
        if !layer.labels || seen.len() + before.len() > most {
            return false;
        }
        let gap = 0.3 * em;
        let all: Vec<usize> = before.iter().copied().chain(seen).collect();
        let start = |i: usize| {
            let column = self.columns.at(marks.times()[i]);
            (self.x(column) + self.canvas.line) as f32 + gap
        };
        let starts: Vec<f32> = all.iter().map(|&i| start(i)).collect();
        let right = free.unwrap_or(self.plot.right() as f32) + gap;
        let mut any = false;
        for (k, &i) in all.iter().enumerate() {
            let next = starts.get(k + 1).copied().unwrap_or(right).min(right);
            let room = next - starts[k] - 2.0 * gap;
            let whole = self.canvas.width(marks.name(i)) <= room;
            let name = match whole || room >= 4.0 * em {
                true => text::elided(marks.name(i), em, room),
                false => continue,
            };
            if name.is_empty() {
                continue;
            }
            any = true;
            match free.is_some() {
                true => self.canvas.write_on_plate(&name, starts[k], middle),
                false => {
                    let ink = self.canvas.ink;
                    self.canvas.write(&name, starts[k], middle, ink);
                }
            }
        }
        any
    }
}

/// What goes on in a column.
struct State {
    /// The events that start in it.
    starts: std::ops::Range<usize>,
    /// Whether one from before goes on into it.
    up: bool,
    /// Whether one goes on to its right edge.
    then_up: bool,
}
