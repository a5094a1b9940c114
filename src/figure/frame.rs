//! Where the parts of a figure go, and its axes as rectangles and glyphs.

use super::{Figure, Visual, Written, bar, legend, scale_bar};
use crate::scene::{Canvas, Overlay, PxRect, Rect, spaced, text::Text};
use crate::view::numbers::NumberTicks;
use crate::view::plane::Plane;

/// The opacity of the lines of a grid.
pub(super) const GRID_ALPHA: u8 = 36;

/// Room for the numbers of the axis on the left, in heights of letters.
const NUMBERS_EM: f32 = 5.5;

/// From tick to tick of x at least, in heights of letters.
const TICKS_EM: f32 = 5.0;

/// What is free beside the plot of a figure without axes, in heights of letters.
const FREE_EM: f32 = 1.2;

/// Where a figure's parts go on a target.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Where visuals go.
    pub plot: PxRect,
    /// Lines below all visuals.
    pub grid: Vec<Rect>,
    /// What lies over them: axes, labels, colour bars, the legend, the title.
    pub overlay: Overlay,
    /// What is written of each visual that is [`Labels`](super::Labels), in their order.
    pub labels: Vec<Written>,
}

impl Frame {
    /// Where on a target of `[width, height]` pixels visuals go; never empty.
    #[must_use]
    pub fn plot(figure: &Figure, target: [u32; 2]) -> PxRect {
        let em = em(figure);
        let rows = |is_there: bool, em_high: f32| if is_there { em_high * em } else { 0.0 };
        let tick = 4.0 * figure.scale_factor;
        let bars = bar::of_figure(figure).count();
        let (left, bottom) = match figure.axes {
            true => {
                let below = tick + 1.7 * em + rows(!figure.x.label.is_empty(), 1.5);
                (NUMBERS_EM * em + tick, below)
            }
            false => (FREE_EM * em, FREE_EM * em),
        };
        // What bars say stands above them, as what the axis on the left does.
        let above = if figure.axes || bars > 0 { 1.6 } else { FREE_EM };
        let top = above * em + rows(!figure.title.is_empty(), 1.8);
        let right = 1.2 * em + bar::width(bars, em);
        let [left, right, top, bottom] = [left, right, top, bottom].map(|px| px.ceil() as u32);
        PxRect {
            x: left.min(target[0].saturating_sub(1)),
            y: top.min(target[1].saturating_sub(1)),
            w: target[0].saturating_sub(left + right).max(1),
            h: target[1].saturating_sub(top + bottom).max(1),
        }
        .cut(target)
    }

    /// The axes of a figure from where it is seen, on a target of `[width, height]` pixels; the same for the same input, but
    /// for offsets into the atlas of `text`.
    #[must_use]
    pub fn new(figure: &Figure, plane: &Plane, target: [u32; 2], text: &mut Text) -> Self {
        Self::within(figure, plane, (Self::plot(figure, target), target), text)
    }

    /// The same with the plot in a place of its own.
    pub(crate) fn within(
        figure: &Figure,
        plane: &Plane,
        (plot, target): (PxRect, [u32; 2]),
        text: &mut Text,
    ) -> Self {
        let mut canvas = Canvas::new(text, target, em(figure), figure.scale_factor, &figure.style);
        let em = canvas.em;
        let x = spaced(
            em,
            TICKS_EM,
            |min_px| {
                let (start, per) = (plane.corner[0], plane.px_per_unit[0]);
                figure.x.ticks(start, per, plot.w, min_px)
            },
            |ticks: &NumberTicks| (&ticks.ticks, ticks.step * plane.px_per_unit[0]),
        );
        let min_px = f64::from(3.5 * em);
        let y = figure
            .y
            .ticks(plane.corner[1], -plane.px_per_unit[1], plot.h, min_px);
        let grid = match figure.axes && figure.grid {
            true => grid(figure, plot, &x, &y, canvas.line),
            false => Vec::new(),
        };
        let labels = figure.visuals.iter().filter_map(|visual| match visual {
            Visual::Labels(labels) => Some(labels.write(&mut canvas, figure, plane, plot)),
            _ => None,
        });
        let mut labels: Vec<Written> = labels.collect();
        if figure.axes {
            axis_below(&mut canvas, figure, plot, target, &x);
            axis_left(&mut canvas, figure, plot, &y);
        }
        scale_bar::draw(&mut canvas, figure, plane, plot);
        bar::draw(&mut canvas, bar::of_figure(figure), plot);
        let names = (figure.legend, legend::of_figure(figure, em));
        legend::draw(&mut canvas, names, &figure.style, plot);
        if !figure.title.is_empty() {
            let title = crate::scene::text::elided(&figure.title, em, target[0] as f32 - em);
            let middle = plot.x as f32 + plot.w as f32 / 2.0;
            let start = (middle - canvas.width(&title) / 2.0).max(0.5 * em);
            canvas.write(&title, start, 1.1 * em, figure.style.foreground);
        }
        let overlay = canvas.finish();
        for written in &mut labels {
            written.overlay.coverage = overlay.coverage.clone();
            written.overlay.version = overlay.version;
        }
        Self {
            plot,
            grid,
            overlay,
            labels,
        }
    }
}

/// The height of letters.
pub(super) fn em(figure: &Figure) -> f32 {
    (figure.font_px * figure.scale_factor).clamp(4.0, 64.0)
}

fn grid(figure: &Figure, plot: PxRect, x: &NumberTicks, y: &NumberTicks, line: i32) -> Vec<Rect> {
    let color = figure.style.foreground.with_alpha(GRID_ALPHA);
    let (left, top) = (plot.x as i32, plot.y as i32);
    let (right, bottom) = (plot.right() as i32, plot.bottom() as i32);
    let upright = x.ticks.iter().map(|tick| {
        let x0 = left + tick.px.floor() as i32;
        [x0, top, x0 + line, bottom]
    });
    let level = y.ticks.iter().map(|tick| {
        let y0 = top + tick.px.floor() as i32;
        [left, y0, right, y0 + line]
    });
    let within = |[x0, y0, x1, y1]: [i32; 4]| Rect {
        x0: x0.max(left),
        y0: y0.max(top),
        x1: x1.min(right),
        y1: y1.min(bottom),
        color,
    };
    let all = upright.chain(level).map(within);
    all.filter(|rect| rect.x0 < rect.x1 && rect.y0 < rect.y1)
        .collect()
}

fn axis_below(canvas: &mut Canvas<'_>, figure: &Figure, plot: PxRect, target: [u32; 2], ticks: &NumberTicks) {
    let (left, right) = (plot.x as i32, plot.right() as i32);
    let row = plot.bottom() as i32;
    let (line, tick, em) = (canvas.line, canvas.tick, canvas.em);
    canvas.rect([left - line, right], [row, row + line], canvas.ink);
    for px in &ticks.minor {
        let x = (left + px.floor() as i32).clamp(left, right - 1);
        canvas.rect([x, x + line], [row, row + (tick + 1) / 2], canvas.ink);
    }
    // The anchor stands left of the first number, below the other axis' numbers.
    let room = [0.0, target[0] as f32];
    canvas.ticks_below(row, [left, right], room, ticks.anchor.as_deref(), &ticks.ticks);
    if !figure.x.label.is_empty() {
        let label = crate::scene::text::elided(&figure.x.label, em, plot.w as f32);
        let start = plot.x as f32 + (plot.w as f32 - canvas.width(&label)) / 2.0;
        let middle = (row + tick) as f32 + 2.2 * em;
        canvas.write(&label, start, middle, canvas.ink);
    }
}

/// The axis on the left; what it says, and its anchor, stand over it, where they are read without turning the head.
fn axis_left(canvas: &mut Canvas<'_>, figure: &Figure, plot: PxRect, ticks: &NumberTicks) {
    let (top, bottom) = (plot.y as i32, plot.bottom() as i32);
    let column = plot.x as i32;
    let (line, tick, em) = (canvas.line, canvas.tick, canvas.em);
    canvas.rect([column - line, column], [top, bottom + line], canvas.ink);
    let row = |px: f64| (top + px.floor() as i32).clamp(top, bottom - 1);
    for &px in &ticks.minor {
        let y = row(px);
        canvas.rect([column - (tick + 1) / 2, column], [y, y + line], canvas.ink);
    }
    let room = (column - tick) as f32 - 0.9 * em;
    for one in &ticks.ticks {
        let y = row(one.px);
        canvas.rect([column - tick, column], [y, y + line], canvas.ink);
        let label = crate::scene::text::elided(&one.label, em, room);
        let start = (column - tick) as f32 - 0.4 * em - canvas.width(&label);
        canvas.write(&label, start, y as f32 + 0.5, canvas.ink);
    }
    let said = match &ticks.anchor {
        Some(anchor) => format!("{} {anchor} +", figure.y.label),
        None => figure.y.label.clone(),
    };
    let said = crate::scene::text::elided(said.trim_start(), em, plot.right() as f32 - em);
    let start = (plot.x as f32 - canvas.width(&said) / 2.0).max(0.5 * em);
    canvas.write(&said, start, plot.y as f32 - 0.9 * em, canvas.ink);
}
