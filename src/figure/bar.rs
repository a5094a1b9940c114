//! Colour bars beside the plot.

use super::{Color, Figure, Solid, Space, Visual};
use crate::scene::{Canvas, Colormap, PxRect, text};
use crate::view::numbers::number_ticks;

/// What a bar takes of the target's width, in heights of letters: what is free left of it, itself, and its numbers.
const PARTS_EM: [f32; 3] = [1.2, 1.1, 4.6];

/// What colours mean.
pub(super) struct Bar<'a> {
    colormap: Colormap,
    /// The values of the first colour and of the last.
    range: [f64; 2],
    label: &'a str,
}

/// The bars of a figure's images, from left to right.
pub(super) fn of_figure(figure: &Figure) -> impl Iterator<Item = Bar<'_>> {
    figure.visuals.iter().filter_map(|visual| match visual {
        Visual::Image(image) if image.has_bar() => Some(Bar {
            colormap: image.colormap,
            range: image.range(),
            label: &image.label,
        }),
        _ => None,
    })
}

/// The bars of a scene's solids.
pub(super) fn of_space(space: &Space) -> impl Iterator<Item = Bar<'_>> {
    space.solids.iter().filter_map(|solid| match solid {
        Solid::Mesh(mesh) => by_values(&mesh.color),
        Solid::Balls(balls) => by_values(&balls.color),
        Solid::Surface(surface) => surface.bar.then(|| Bar {
            colormap: surface.colormap,
            range: surface.range(),
            label: &surface.label,
        }),
    })
}

/// The bar of values, where they have one.
fn by_values(color: &Color) -> Option<Bar<'_>> {
    match color {
        Color::Values(values) if values.bar => Some(Bar {
            colormap: values.map(),
            range: values.range(),
            label: &values.label,
        }),
        _ => None,
    }
}

/// What so many of them take of the target's width.
pub(super) fn width(count: usize, em: f32) -> f32 {
    count as f32 * PARTS_EM.iter().sum::<f32>() * em
}

/// Draws them right of the plot, as high as it is.
pub(super) fn draw<'a>(canvas: &mut Canvas<'_>, bars: impl Iterator<Item = Bar<'a>>, plot: PxRect) {
    let em = canvas.em;
    let [free, across, numbers] = PARTS_EM.map(|part| part * em);
    for (place, bar) in bars.enumerate() {
        let left = plot.right() as f32 + place as f32 * (free + across + numbers) + free;
        let columns = [left.round() as i32, (left + across).round() as i32];
        one(canvas, &bar, plot, columns, numbers);
    }
}

fn one(canvas: &mut Canvas<'_>, bar: &Bar<'_>, plot: PxRect, [left, right]: [i32; 2], numbers: f32) {
    let (line, tick, em) = (canvas.line, canvas.tick, canvas.em);
    let (top, bottom) = (plot.y as i32, plot.bottom() as i32);
    for row in 0..plot.h {
        let part = 1.0 - (f64::from(row) + 0.5) / f64::from(plot.h);
        let y = top + row as i32;
        canvas.rect([left, right], [y, y + 1], bar.colormap.color(part));
    }
    canvas.rect([right, right + line], [top, bottom], canvas.ink);
    let [first, last] = bar.range;
    // The last colour is at the top.
    let ticks = number_ticks(
        last,
        -f64::from(plot.h) / (last - first),
        plot.h,
        f64::from(2.0 * em),
    );
    let row = |px: f64| (top + px.floor() as i32).clamp(top, bottom - 1);
    for &px in &ticks.minor {
        let y = row(px);
        canvas.rect([right, right + line + (tick + 1) / 2], [y, y + line], canvas.ink);
    }
    let start = (right + line + tick) as f32 + 0.3 * em;
    for one in &ticks.ticks {
        let y = row(one.px);
        canvas.rect([right, right + line + tick], [y, y + line], canvas.ink);
        let label = text::elided(&one.label, em, numbers - 0.9 * em);
        canvas.write(&label, start, y as f32 + 0.5, canvas.ink);
    }
    let said = match &ticks.anchor {
        Some(anchor) => format!("{} {anchor} +", bar.label),
        None => bar.label.to_owned(),
    };
    let room = (right - left) as f32 + numbers - 0.3 * em;
    let said = text::elided(said.trim_start(), em, room);
    canvas.write(&said, left as f32, plot.y as f32 - 0.9 * em, canvas.ink);
}
