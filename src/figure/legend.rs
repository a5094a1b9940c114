//! What visuals are called, in a corner of the plot.

use super::{Figure, LineColor, Solid, Space, Visual};
use crate::scene::{Canvas, PxRect, Rgba8, Style, text};

/// Where a legend stands. It is there where a visual has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Legend {
    /// In the upper right corner of the plot.
    #[default]
    UpperRight,
    /// In the upper left corner.
    UpperLeft,
    /// In the lower left corner.
    LowerLeft,
    /// In the lower right corner.
    LowerRight,
    /// Nowhere.
    Hidden,
}

/// The opacity of what is below the names.
const PLATE_ALPHA: u8 = 215;

/// In heights of letters: how long a sample of a visual is, the space around samples and names, and how high a row is.
const SAMPLE_EM: f32 = 2.0;
const SPACE_EM: f32 = 0.6;
const ROW_EM: f32 = 1.5;

/// A row of the legend.
pub(super) struct Row {
    name: String,
    color: Rgba8,
    /// How high the sample is, in pixels.
    high: f32,
    /// Lengths of its dashes and of the gaps between them, in pixels; a sample without any is whole.
    dashes: Vec<f32>,
    /// Whether it is as wide as high.
    is_square: bool,
}

/// Draws it over the plot. Rows for which there is no room are left out, and long names are cut.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    (legend, mut rows): (Legend, Vec<Row>),
    style: &Style,
    plot: PxRect,
) {
    let em = canvas.em;
    let [sample, space, high] = [SAMPLE_EM, SPACE_EM, ROW_EM].map(|part| part * em);
    let most = ((plot.h as f32 - 3.0 * space) / high).max(0.0) as usize;
    let room = plot.w as f32 - sample - 5.0 * space;
    rows.truncate(most);
    if rows.is_empty() || legend == Legend::Hidden || room < 2.0 * em {
        return;
    }
    for row in &mut rows {
        row.name = text::elided(&row.name, em, room);
    }
    let widest = rows.iter().map(|row| canvas.width(&row.name)).fold(0.0, f32::max);
    let size = [sample + widest + 3.0 * space, rows.len() as f32 * high + space];
    let left = match legend {
        Legend::UpperLeft | Legend::LowerLeft => plot.x as f32 + space,
        _ => plot.right() as f32 - space - size[0],
    };
    let top = match legend {
        Legend::LowerLeft | Legend::LowerRight => plot.bottom() as f32 - space - size[1],
        _ => plot.y as f32 + space,
    };
    let across = [left.round() as i32, (left + size[0]).round() as i32];
    let down = [top.round() as i32, (top + size[1]).round() as i32];
    let plate = style.background.with_alpha(PLATE_ALPHA);
    canvas.rect(across, down, plate);
    for (place, row) in rows.iter().enumerate() {
        let middle = top + space / 2.0 + (place as f32 + 0.5) * high;
        show(canvas, row, [left + space, left + space + sample], middle);
        canvas.write(&row.name, left + 2.0 * space + sample, middle, style.foreground);
    }
}

/// Draws the sample of a visual.
fn show(canvas: &mut Canvas<'_>, row: &Row, [left, right]: [f32; 2], middle: f32) {
    let high = row.high.round().max(1.0);
    let top = (middle - high / 2.0).round() as i32;
    let down = [top, top + high as i32];
    if row.is_square {
        let first = ((left + right - high) / 2.0).round() as i32;
        return canvas.rect([first, first + high as i32], down, row.color);
    }
    let mut at = left;
    let mut lengths = row.dashes.iter().copied().cycle();
    while at < right {
        let (dash, gap) = match (lengths.next(), lengths.next()) {
            // A dot is as long as it is wide.
            (Some(dash), Some(gap)) => (dash.max(high), gap.max(0.0)),
            _ => (right - left, 0.0),
        };
        let end = (at + dash).min(right);
        canvas.rect([at.round() as i32, end.round() as i32], down, row.color);
        at += dash + gap;
    }
}

impl Row {
    /// One whose sample is a square.
    fn square(name: &str, color: Rgba8, em: f32) -> Self {
        Self {
            name: name.to_owned(),
            color,
            high: 0.7 * em,
            dashes: Vec::new(),
            is_square: true,
        }
    }
}

/// The rows of what of a figure has a name.
pub(super) fn of_figure(figure: &Figure, em: f32) -> Vec<Row> {
    let scale = figure.scale_factor;
    let row = |(number, visual): (usize, &Visual)| {
        let auto = figure.color_of(number);
        let square = |name: &str, color: Rgba8, opacity: f32| Row::square(name, faint(color, opacity), em);
        Some(match visual {
            Visual::Points(points) => square(&points.name, points.color.of(0, auto), points.opacity),
            Visual::Lines(lines) => Row {
                name: lines.name.clone(),
                color: faint(
                    match &lines.color {
                        LineColor::Vertices(colors) => colors.first().copied().unwrap_or_default(),
                        _ if lines.curves.count() == 0 => auto,
                        _ => lines.color_of(0, |curve| figure.color_of(number + curve)),
                    },
                    lines.opacity,
                ),
                high: (lines.width * scale).clamp(1.0, 0.7 * em),
                dashes: lines.dashes.iter().map(|length| length * scale).collect(),
                is_square: false,
            },
            Visual::Bars(bars) => square(&bars.name, bars.color.unwrap_or(auto), bars.opacity),
            Visual::Events(events) => square(&events.name, events.color_of(0, auto), events.opacity),
            Visual::Graph(graph) => square(&graph.name, graph.color.of(0, auto), graph.opacity),
            Visual::Spans(spans) => square(&spans.name, spans.color_of(0, auto), 1.0),
            Visual::Custom(custom) => square(&custom.name, custom.color.unwrap_or(auto), custom.opacity),
            // What its colours mean is beside the plot; text says so itself.
            Visual::Image(_) | Visual::Labels(_) => return None,
        })
    };
    let rows = figure.visuals.iter().enumerate().filter_map(row);
    rows.filter(|row| !row.name.is_empty()).collect()
}

/// The rows of what of a scene has a name.
pub(super) fn of_space(space: &Space, em: f32) -> Vec<Row> {
    let row = |(number, solid): (usize, &Solid)| {
        let (name, color) = solid.looks(space.style.color(number));
        Row::square(name, color, em)
    };
    let rows = space.solids.iter().enumerate().map(row);
    rows.filter(|row| !row.name.is_empty()).collect()
}

/// A colour that is only so opaque.
fn faint(color: Rgba8, opacity: f32) -> Rgba8 {
    color.with_alpha((f32::from(color.a) * opacity.clamp(0.0, 1.0)).round() as u8)
}

#[cfg(test)]
mod tests {
    use crate::figure::{Figure, Frame, Legend};
    use crate::scene::text::Text;

    #[test]
    fn names_stand_in_their_corner_and_nothing_stands_without() {
        let frame = |figure: &Figure| {
            let target = figure.target_size();
            Frame::new(figure, &figure.view(target), target, &mut Text::new())
        };
        let plain = || Figure::new().lines([0.0, 1.0].as_slice(), [0.0, 1.0].as_slice());
        let without = frame(&plain().figure().expect("a figure"));
        let named = |legend| {
            plain()
                .dashes(&[6.0, 3.0])
                .name("raw")
                .figure()
                .expect("a figure")
                .legend(legend)
        };
        let hidden = frame(&named(Legend::Hidden));
        assert_eq!(hidden.overlay.rects, without.overlay.rects);
        for (legend, right, low) in [
            (Legend::UpperRight, true, false),
            (Legend::UpperLeft, false, false),
            (Legend::LowerLeft, false, true),
            (Legend::LowerRight, true, true),
        ] {
            let shown = frame(&named(legend));
            let more = &shown.overlay.rects[without.overlay.rects.len()..];
            // The plate, and three dashes at least.
            assert!(more.len() >= 4, "{more:?}");
            let plot = shown.plot;
            let [x, y] = [plot.x + plot.w / 2, plot.y + plot.h / 2].map(|v| v as i32);
            for rect in more {
                assert_eq!((rect.x0 > x, rect.y0 > y), (right, low), "{legend:?}: {rect:?}");
                assert!(rect.x1 < plot.right() as i32 && rect.y1 < plot.bottom() as i32);
            }
        }
        // No room is no error.
        let tiny = named(Legend::UpperRight).size(60, 40);
        frame(&tiny);
    }
}
