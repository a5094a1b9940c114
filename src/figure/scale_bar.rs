//! Scale bars: how long some round number of an axis is.

use super::{Axis, Figure, Legend};
use crate::scene::{Canvas, PxRect};
use crate::view::plane::Plane;
use crate::view::scale::nice_scale;

/// The longest bars of x and of y, in pixels before scaling to the display, and as parts of the plot.
const LONGEST_PX: [f64; 2] = [120.0, 90.0];
const LONGEST_PART: f64 = 0.3;

/// Draws those that the axes ask for in the plot's lower right corner, or the lower left one where the legend has that.
pub(super) fn draw(canvas: &mut Canvas<'_>, figure: &Figure, plane: &Plane, plot: PxRect) {
    let em = canvas.em;
    if (plot.w as f32) < 8.0 * em || (plot.h as f32) < 5.0 * em {
        return;
    }
    let sides = [plot.w, plot.h].map(f64::from);
    let bar = |side: usize, axis: &Axis| {
        let unit = axis.bar.as_deref().filter(|_| !axis.scale.is_log())?;
        let longest = LONGEST_PX[side] * f64::from(figure.scale_factor);
        let longest = longest.min(LONGEST_PART * sides[side]);
        let per = plane.px_per_unit[side];
        nice_scale(longest / per, unit).map(|(value, label)| (value * per, label))
    };
    let bars = [bar(0, &figure.x), bar(1, &figure.y)];
    if bars.iter().all(Option::is_none) {
        return;
    }
    let right = match figure.legend {
        Legend::LowerRight => {
            let level = bars[0]
                .as_ref()
                .map_or(0.0, |(px, label)| (*px as f32).max(canvas.width(label)));
            let upright = bars[1]
                .as_ref()
                .map_or(0.0, |(_, label)| canvas.width(label) + 1.0 * em);
            plot.x as f32 + 0.6 * em + level.max(upright)
        }
        _ => plot.right() as f32 - 0.6 * em,
    };
    let below = if bars[0].is_some() { 1.5 } else { 0.6 };
    let corner = [right, plot.bottom() as f32 - below * em].map(|px| px.round() as i32);
    canvas.corner_bars(corner, bars, figure.scale_factor);
}

#[cfg(test)]
mod tests {
    use crate::figure::{Figure, Frame, Legend, Scale};
    use crate::scene::{Rect, text::Text};

    fn frame(figure: &Figure) -> Frame {
        let target = figure.target_size();
        Frame::new(figure, &figure.view(target), target, &mut Text::new())
    }

    fn plain() -> Figure {
        Figure::new().x_limits(0.0, 0.1).y_limits(-70.0, 30.0).axes(false)
    }

    #[test]
    fn bars_are_as_long_as_they_say() {
        let figure = plain().x_scale_bar("s").y_scale_bar("mV");
        let found = frame(&figure);
        let said: Vec<&str> = found
            .overlay
            .lines
            .iter()
            .map(|line| line.text.as_str())
            .collect();
        assert_eq!(said, ["10 ms", "10 mV"]);
        let plane = figure.view(figure.target_size());
        let [x, y] = [0.01 * plane.px_per_unit[0], 10.0 * plane.px_per_unit[1]];
        let long = |rect: &Rect, px: f64, side: fn(&Rect) -> i32| (f64::from(side(rect)) - px).abs() <= 0.5;
        let of_ink = |rect: &&Rect| rect.color == figure.style.foreground;
        let bars: Vec<&Rect> = found.overlay.rects.iter().filter(of_ink).collect();
        assert_eq!(bars.len(), 2, "no axes, and two bars");
        assert!(long(bars[0], x, |rect| rect.x1 - rect.x0) && long(bars[1], y, |rect| rect.y1 - rect.y0));
        // They meet in the lower right corner of the plot, or the lower left one.
        assert_eq!((bars[0].x1, bars[0].y1), (bars[1].x1, bars[1].y1));
        assert!(bars[0].x0 > 480 && bars[1].y0 > 320);
        let left = frame(&figure.legend(Legend::LowerRight));
        assert!(left.overlay.rects.iter().all(|rect| rect.x1 < 480));
    }

    #[test]
    fn bars_and_axes_are_there_where_they_are_asked_for() {
        assert!(frame(&plain()).overlay.is_empty() && frame(&plain()).grid.is_empty());
        let x = frame(&plain().x_scale_bar(""));
        assert_eq!(x.overlay.lines.len(), 1);
        assert_eq!(x.overlay.lines[0].text, "0.01");
        let log = plain()
            .x_limits(1.0, 1e3)
            .scales(Scale::Log, Scale::Linear)
            .x_scale_bar("Hz");
        assert!(
            frame(&log).overlay.is_empty(),
            "what a length is differs along the axis"
        );
        let hidden = Frame::plot(&plain(), [960, 640]);
        let shown = Frame::plot(&plain().axes(true), [960, 640]);
        assert!(hidden.w > shown.w && hidden.h > shown.h);
        frame(&plain().x_scale_bar("s").size(3, 2));
    }
}
