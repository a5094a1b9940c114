//! Text at places of a plot.

use std::sync::Arc;

use super::adding::verbs;
use super::looks::move_one;
use super::{Adding, Figure, Visual};
use crate::points::Coordinate;
use crate::scene::{Canvas, Overlay, PxRect, Rgba8, text};
use crate::view::axis::Scale;
use crate::view::plane::{Bounds, Plane};
use crate::{Error, Result};

/// Labels as a figure shows them: text at places of the plot, as large at any zoom, and as sharp. A line break begins another line.
///
/// Each is drawn where any of it is in view, and cut off at the plot's edges. Only those are looked at more closely.
#[derive(Clone)]
pub struct Labels {
    /// Where they are; one that is not finite is nowhere.
    pub places: Arc<[[f64; 2]]>,
    /// What they say; as many.
    pub texts: Arc<[String]>,
    /// How high letters are, in pixels before scaling to the display; as the figure's own without.
    pub size: Option<f32>,
    /// Which part of the text is at its place: from its left side, 0, to its right, 1, and from its bottom to its top.
    pub anchor: [f32; 2],
    /// How far from its place that part is, to the right and up, in pixels before scaling to the display.
    pub offset: [f32; 2],
    /// In which colour; the style's of text without.
    pub color: Option<Rgba8>,
}

/// From one line of a label to the next, in heights of letters.
const LINE: f32 = 1.25;

/// The labels of a visual that are in view.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// How many there are.
    pub in_view: usize,
    /// Their letters, cut to the plot.
    pub overlay: Overlay,
}

impl Labels {
    /// Labels in the middle of `(x[i], y[i])`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for different numbers of any.
    pub fn new<T: Coordinate, S: AsRef<str>>(x: &[T], y: &[T], texts: &[S]) -> Result<Self> {
        if x.len() != y.len() || x.len() != texts.len() {
            return Err(Error::Invalid {
                what: "labels",
                problem: format!(
                    "{} x, {} y and {} texts; give as many of all",
                    x.len(),
                    y.len(),
                    texts.len()
                ),
            });
        }
        Ok(Self {
            places: x.iter().zip(y).map(|(x, y)| [x.as_f64(), y.as_f64()]).collect(),
            texts: texts.iter().map(|text| text.as_ref().to_owned()).collect(),
            size: None,
            anchor: [0.5; 2],
            offset: [0.0; 2],
            color: None,
        })
    }

    /// Moves a label. Copies all places where they are shared with another figure.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no such label.
    pub fn move_to(&mut self, number: usize, place: [f64; 2]) -> Result<()> {
        move_one(&mut self.places, ("labels", "label"), number, place)
    }

    /// The least rectangle around all places; `None` of none.
    pub(super) fn bounds(&self, scales: [Scale; 2]) -> Option<Bounds> {
        Bounds::around(self.places.iter().map(|place| Scale::units(scales, *place)))
    }

    /// How high letters are, in pixels before scaling to the display; 4 … 64 after it.
    #[must_use]
    pub fn size(self, size: f32) -> Self {
        Self {
            size: Some(size),
            ..self
        }
    }

    /// Which part of the text is at its place: from left, 0, to right, 1, and from bottom to top.
    #[must_use]
    pub fn anchor(self, x: f32, y: f32) -> Self {
        Self {
            anchor: [x, y],
            ..self
        }
    }

    /// How far to the right of its place and above it, in pixels before scaling to the display.
    #[must_use]
    pub fn offset(self, x: f32, y: f32) -> Self {
        Self {
            offset: [x, y],
            ..self
        }
    }

    /// In which colour.
    #[must_use]
    pub fn color(self, color: Rgba8) -> Self {
        Self {
            color: Some(color),
            ..self
        }
    }

    /// How high letters are, in pixels; `auto` is the figure's height.
    pub(super) fn em(&self, figure: &Figure, auto: f32) -> f32 {
        match self.size {
            Some(size) if size.is_finite() => {
                (size * figure.scale_factor).clamp(text::FONT_PX.0, text::FONT_PX.1)
            }
            _ => auto,
        }
    }

    /// The rectangle of a label of letters `em` high, on a target on which the plot has its corner at `corner`: left, top, right, bottom.
    /// `None` of one that is nowhere, or so far out that nothing of it is seen.
    pub(super) fn area(
        &self,
        number: usize,
        (figure, plane): (&Figure, &Plane),
        corner: [f32; 2],
        em: f32,
    ) -> Option<[f32; 4]> {
        let (place, label) = (self.places.get(number)?, self.texts.get(number)?);
        let px = plane.px_from(Scale::units(figure.both_scales(), *place));
        if !px.iter().all(|px| px.abs() < 1e6) {
            return None;
        }
        let scale = figure.scale_factor;
        let wide = label
            .lines()
            .map(|line| text::width(line, em))
            .fold(0.0, f32::max);
        let high = em * (1.0 + LINE * (label.lines().count() as f32 - 1.0));
        let left = corner[0] + px[0] as f32 + self.offset[0] * scale - self.anchor[0] * wide;
        let bottom = corner[1] + px[1] as f32 - self.offset[1] * scale + self.anchor[1] * high;
        Some([left, bottom - high, left + wide, bottom])
    }

    /// Writes those in view.
    pub(super) fn write(
        &self,
        canvas: &mut Canvas<'_>,
        figure: &Figure,
        plane: &Plane,
        plot: PxRect,
    ) -> Written {
        let em = self.em(figure, canvas.em);
        let color = self.color.unwrap_or(canvas.ink);
        let whole = canvas.begin(em);
        let corner = [plot.x, plot.y].map(|v| v as f32);
        let mut in_view = 0;
        for (number, label) in self.texts.iter().enumerate() {
            let Some([left, top, right, bottom]) = self.area(number, (figure, plane), corner, em) else {
                continue;
            };
            // Letters reach a little past their lines.
            let across = left - em < plot.right() as f32 && right + em > plot.x as f32;
            if !across || bottom + em < plot.y as f32 || top - em > plot.bottom() as f32 {
                continue;
            }
            let before = canvas.written();
            for (number, line) in label.lines().enumerate() {
                let x = left + self.anchor[0] * (right - left - canvas.width(line));
                canvas.write(line, x, top + em * (0.5 + LINE * number as f32), color);
            }
            in_view += usize::from(canvas.written() > before);
        }
        Written {
            in_view,
            overlay: canvas.end(whole, plot),
        }
    }
}

verbs! {
    Labels;
    /// Adds text at `(x[i], y[i])`, of `f32` or `f64`: see [`Labels`].
    add text[T: Coordinate, S: AsRef<str>](x: &[T], y: &[T], texts: &[S]) = Labels::new(x, y, texts);
    say size(size: f32);
    say anchor(x: f32, y: f32);
    say offset(x: f32, y: f32);
    say color(color: Rgba8);
}
