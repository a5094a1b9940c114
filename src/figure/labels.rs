//! Text at places of a plot.

use std::sync::Arc;

use super::adding::verbs;
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

    /// Writes those in view.
    pub(super) fn write(
        &self,
        canvas: &mut Canvas<'_>,
        figure: &Figure,
        plane: &Plane,
        plot: PxRect,
    ) -> Written {
        let (scale, scales) = (figure.scale_factor, figure.both_scales());
        let em = match self.size {
            Some(size) if size.is_finite() => (size * scale).clamp(text::FONT_PX.0, text::FONT_PX.1),
            _ => canvas.em,
        };
        let color = self.color.unwrap_or(canvas.ink);
        let whole = canvas.begin(em);
        let mut in_view = 0;
        for (place, label) in self.places.iter().zip(self.texts.iter()) {
            let px = plane.px_from(Scale::units(scales, *place));
            // Far out, and nowhere, nothing of any text is seen.
            if !px.iter().all(|px| px.abs() < 1e6) {
                continue;
            }
            let left = plot.x as f32 + px[0] as f32 + self.offset[0] * scale;
            let bottom = plot.y as f32 + px[1] as f32 - self.offset[1] * scale;
            let count = label.lines().count() as f32;
            let high = em * (1.0 + LINE * (count - 1.0));
            let top = bottom - (1.0 - self.anchor[1]) * high;
            if top + 2.0 * high < plot.y as f32 || top - high > plot.bottom() as f32 {
                continue;
            }
            let before = canvas.written();
            for (number, line) in label.lines().enumerate() {
                let width = canvas.width(line);
                let x = left - self.anchor[0] * width;
                if x - em < plot.right() as f32 && x + width + em > plot.x as f32 {
                    canvas.write(line, x, top + em * (0.5 + LINE * number as f32), color);
                }
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
