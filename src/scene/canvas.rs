//! Where axes and labels are drawn: rectangles and glyphs, cut to the target.

use std::sync::Arc;

use super::PxRect;
use super::layout::tick_px;
use super::overlay::{Glyph, Overlay, Rect, TextLine};
use super::style::{Rgba8, Style};
use super::text::{self, Ink, Text};
use crate::view::ticks::Tick;

/// How far below a line's middle its letters stand, in heights of letters: half the height of Inter's capitals.
const HALF_CAPITAL: f32 = 0.364;

/// The opacity of plates behind text on the plot: letters can be read, and signals still be seen.
const PLATE: u8 = 192;

/// What there was before something of its own was begun.
pub(crate) struct Aside {
    em: f32,
    glyphs: usize,
    lines: usize,
}

/// Where rectangles and letters go.
pub(crate) struct Canvas<'a> {
    text: &'a mut Text,
    pub(crate) rects: Vec<Rect>,
    glyphs: Vec<Glyph>,
    lines: Vec<TextLine>,
    target: [u32; 2],
    /// The height of letters.
    pub(crate) em: f32,
    /// The width of lines.
    pub(crate) line: i32,
    /// The length of ticks.
    pub(crate) tick: i32,
    pub(crate) ink: Rgba8,
    pub(super) background: Rgba8,
    plate: Rgba8,
}

impl<'a> Canvas<'a> {
    /// For a target, with letters of `em` pixels, in the colours of a style.
    pub(crate) fn new(
        text: &'a mut Text,
        target: [u32; 2],
        em: f32,
        scale_factor: f32,
        style: &Style,
    ) -> Self {
        text.begin();
        Self {
            text,
            rects: Vec::new(),
            glyphs: Vec::new(),
            lines: Vec::new(),
            target,
            em,
            line: scale_factor.round().max(1.0) as i32,
            tick: tick_px(scale_factor),
            ink: style.foreground,
            background: style.background,
            plate: style.background.with_alpha(PLATE),
        }
    }

    /// Begins something of its own, with letters of another height: gives what [`Canvas::end`] goes back to.
    pub(crate) fn begin(&mut self, em: f32) -> Aside {
        Aside {
            em: std::mem::replace(&mut self.em, em),
            glyphs: self.glyphs.len(),
            lines: self.lines.len(),
        }
    }

    /// The letters that were written since, cut to a part of the target, of which nothing is left here. Their coverage is the canvas's own,
    /// when it is finished.
    pub(crate) fn end(&mut self, aside: Aside, within: PxRect) -> Overlay {
        self.em = aside.em;
        let glyphs = self.glyphs.split_off(aside.glyphs);
        Overlay {
            glyphs: glyphs
                .into_iter()
                .filter_map(|glyph| glyph.within(within))
                .collect(),
            lines: self.lines.split_off(aside.lines),
            ..Overlay::default()
        }
    }

    /// How many glyphs there are.
    pub(crate) fn written(&self) -> usize {
        self.glyphs.len()
    }

    /// All that was drawn.
    pub(crate) fn finish(self) -> Overlay {
        Overlay {
            hatches: Vec::new(),
            rects: self.rects,
            glyphs: self.glyphs,
            lines: self.lines,
            coverage: Arc::clone(self.text.coverage()),
            version: self.text.version(),
        }
    }

    pub(crate) fn rect(&mut self, x: [i32; 2], y: [i32; 2], color: Rgba8) {
        self.rects.extend(
            Rect {
                x0: x[0],
                y0: y[0],
                x1: x[1],
                y1: y[1],
                color,
            }
            .cut(self.target),
        );
    }

    /// A line of text whose capitals' middle is on row `middle`.
    pub(crate) fn write(&mut self, line: &str, x: f32, middle: f32, color: Rgba8) {
        let baseline = (middle + HALF_CAPITAL * self.em).round() as i32;
        let ink = Ink {
            color,
            target: self.target,
        };
        self.text
            .line(&mut self.glyphs, line, (x, baseline), self.em, ink);
        if !line.trim().is_empty() {
            self.lines.push(TextLine {
                text: line.to_owned(),
                x,
                baseline,
                px: self.em,
                color,
            });
        }
    }

    /// The same on a plate that is just as large as its letters: it lies over signals.
    pub(crate) fn write_on_plate(&mut self, line: &str, x: f32, middle: f32) {
        let first = self.glyphs.len();
        self.write(line, x, middle, self.ink);
        let all =
            |[l, t, r, b]: [i32; 4], g: &Glyph| [l.min(g.x), t.min(g.y), r.max(g.x + g.w), b.max(g.y + g.h)];
        let none = [i32::MAX, i32::MAX, i32::MIN, i32::MIN];
        let [left, top, right, bottom] = self.glyphs[first..].iter().fold(none, all);
        self.rect([left, right], [top, bottom], self.plate);
    }

    /// A level bar and an upright one that meet in a bottom right corner, each so many pixels long, with what it says: below the one, left
    /// of the other. Gives how thick they are.
    pub(crate) fn corner_bars(
        &mut self,
        [x, y]: [i32; 2],
        [level, upright]: [Option<(f64, String)>; 2],
        scale_factor: f32,
    ) -> i32 {
        let em = self.em;
        let px = |bar: &Option<(f64, String)>| bar.as_ref().map(|(px, _)| px.round().max(1.0) as i32);
        let (across, up) = (px(&level), px(&upright));
        let thick = (1.5 * scale_factor).round().max(1.0) as i32;
        let bars = [
            across.map(|px| ([x - px, x], [y - thick, y])),
            up.map(|px| ([x - thick, x], [y - px, y])),
        ];
        // Both seams come first, so that neither cuts the other bar.
        for ([left, right], [top, bottom]) in bars.into_iter().flatten() {
            self.rect([left - 1, right + 1], [top - 1, bottom + 1], self.background);
        }
        for (x, y) in bars.into_iter().flatten() {
            self.rect(x, y, self.ink);
        }
        if let Some((_, label)) = level {
            self.write_on_plate(&label, x as f32 - self.width(&label), y as f32 + 0.75 * em);
        }
        if let (Some((_, label)), Some(up)) = (upright, up) {
            let start = (x - thick) as f32 - 0.4 * em - self.width(&label);
            let middle = y as f32 - (up as f32 / 2.0).max(thick as f32 + 0.75 * em);
            self.write_on_plate(&label, start, middle);
        }
        thick
    }

    pub(crate) fn width(&self, line: &str) -> f32 {
        text::width(line, self.em)
    }

    /// An axis along `row` between two columns: a line, ticks below it at pixels from the first column, and their labels and
    /// the anchor between the edges of `room`, where there is room for them.
    pub(crate) fn ticks_below(
        &mut self,
        row: i32,
        [left, right]: [i32; 2],
        room: [f32; 2],
        anchor: Option<&str>,
        ticks: &[Tick],
    ) {
        let middle = (row + self.tick) as f32 + 0.75 * self.em;
        let gap = 0.6 * self.em;
        // Letters reach a little past their advance; the target's edge cuts none.
        let (start, end_of_room) = (room[0] + 0.3 * self.em, room[1] - 0.3 * self.em);
        // Where the last label ended: the next one starts a gap further right or not at all.
        let mut end = room[0] - gap;
        if let Some(anchor) = anchor {
            let x = room[0] + 0.5 * self.em;
            if x + self.width(anchor) <= end_of_room {
                self.write(anchor, x, middle, self.ink);
                end = x + self.width(anchor);
            }
        }
        for one in ticks {
            let x = left as f32 + one.px as f32;
            let column = (x.floor() as i32).clamp(left, right - 1);
            self.rect([column, column + self.line], [row, row + self.tick], self.ink);
            let width = self.width(&one.label);
            // Labels at the ends of the axis move inwards.
            let start = (x - width / 2.0).min(end_of_room - width).max(start);
            if start >= end + gap && start + width <= end_of_room {
                self.write(&one.label, start, middle, self.ink);
                end = start + width;
            }
        }
    }
}

/// Ticks `least_em` heights of letters apart at least, and far enough for their labels, which are wider the closer they stand: those that `make` gives for the least
/// distance between them, of which `of` tells the ticks and the distance.
pub(crate) fn spaced<T>(
    em: f32,
    least_em: f32,
    make: impl Fn(f64) -> T,
    of: impl Fn(&T) -> (&[Tick], f64),
) -> T {
    let mut min_px = f64::from(least_em * em);
    let mut made = make(min_px);
    for _ in 0..4 {
        let (ticks, step_px) = of(&made);
        let widths = ticks.iter().map(|tick| text::width(&tick.label, em));
        let needed = f64::from(widths.fold(0.0, f32::max) + 1.5 * em);
        if step_px >= needed {
            break;
        }
        min_px = needed.max(min_px);
        made = make(min_px);
    }
    made
}
