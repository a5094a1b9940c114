//! Which visual is at a place of the target, and which of its items: what the pointer is over.

use super::frame::em;
use super::{
    Bars, Events, Figure, Frame, Graph, Image, Labels, Lines, Points, REACH, SIZE, Shape, Size, Spans, Visual,
};
use crate::lines::pieces::{Piece, Seen, far};
use crate::view::axis::Scale;
use crate::view::plane::Plane;

/// Vertices of curves that are looked at together.
const TOGETHER: usize = 1 << 14;

/// What is at a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The number of the visual among the figure's.
    pub visual: usize,
    /// Which of its items.
    pub item: Item,
    /// How far from it the place is, in pixels; 0 on it.
    pub distance_px: f64,
}

/// An item of a visual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item {
    /// A point, by its number among those that were given.
    Point(usize),
    /// A piece of a line, by the number of the vertex that it begins at, of all curves. Where many share a column of pixels, one of the
    /// lowest and the highest.
    Vertex(usize),
    /// A bar, by its number from the left, of those that are finite.
    Bar(usize),
    /// A pixel of an image.
    Pixel {
        /// From the first row.
        row: usize,
        /// From the first column.
        column: usize,
    },
    /// An event.
    Event {
        /// Of the row with this number.
        row: usize,
        /// Its number in the order of time, of those that are finite.
        number: usize,
    },
    /// A label, by its number.
    Label(usize),
    /// A node of a graph.
    Node(usize),
    /// An edge of a graph.
    Edge(usize),
    /// A span or a rectangle, by its number.
    Span(usize),
    /// An item of a custom visual, by its number.
    Custom(usize),
}

/// The nearest item so far, of equals the last.
struct Nearest {
    item: Option<Item>,
    distance: f64,
}

impl Nearest {
    /// Of what is within `reach` pixels.
    fn within(reach: f64) -> Self {
        Self {
            item: None,
            distance: reach,
        }
    }

    /// Takes an item that is so far, or which the place is on, below 0.
    fn take(&mut self, item: Item, distance: f64) {
        let distance = distance.max(0.0);
        if distance <= self.distance {
            (self.item, self.distance) = (Some(item), distance);
        }
    }
}

/// Where is looked, and how far around it.
struct Place<'a> {
    figure: &'a Figure,
    /// From where the figure is seen.
    plane: &'a Plane,
    /// The same, but for its corner: that is at the place.
    here: Plane,
    /// In pixels from the plot's corner.
    at: [f64; 2],
    reach: f64,
}

impl Figure {
    /// What is at pixel `at` of a target of `[width, height]` pixels, or no more than `reach_px` from there: of the uppermost visual that has
    /// anything so near, the nearest item, the uppermost of equals. `None` outside of the plot, and where nothing is.
    ///
    /// Points are found whether they are drawn as markers or as density. Custom visuals are not found here, but by
    /// [`Renderer::hit`](crate::renderer::Renderer::hit). Costs about what drawing so small a part of the plot would.
    #[must_use]
    pub fn hit(&self, plane: &Plane, target: [u32; 2], at: [f64; 2], reach_px: f64) -> Option<Hit> {
        let all = (0..self.visuals.len()).rev();
        all.into_iter()
            .find_map(|visual| self.hit_of(visual, (plane, target), at, reach_px))
    }

    /// The same of one visual.
    pub(crate) fn hit_of(
        &self,
        visual: usize,
        (plane, target): (&Plane, [u32; 2]),
        at: [f64; 2],
        reach_px: f64,
    ) -> Option<Hit> {
        let plot = Frame::plot(self, target);
        let at = [at[0] - f64::from(plot.x), at[1] - f64::from(plot.y)];
        let sides = [plot.w, plot.h].map(f64::from);
        if !(0..2).all(|axis| at[axis] >= 0.0 && at[axis] < sides[axis]) {
            return None;
        }
        let place = Place {
            figure: self,
            plane,
            here: Plane {
                corner: plane.at_px(at),
                ..*plane
            },
            at,
            reach: if reach_px > 0.0 { reach_px.min(1e4) } else { 0.0 },
        };
        let of = self.visuals.get(visual)?;
        let nearest = place.nearest(of, [plot.x, plot.y].map(|v| v as f32));
        Some(Hit {
            visual,
            item: nearest.item?,
            distance_px: nearest.distance,
        })
    }
}

impl Place<'_> {
    fn nearest(&self, visual: &Visual, corner: [f32; 2]) -> Nearest {
        let mut nearest = Nearest::within(self.reach);
        match visual {
            Visual::Points(points) => self.point(points, &mut nearest),
            Visual::Image(image) => self.pixel(image, &mut nearest),
            Visual::Lines(lines) => self.vertex(lines, &mut nearest),
            Visual::Bars(bars) => self.bar(bars, &mut nearest),
            Visual::Events(events) => self.event(events, &mut nearest),
            Visual::Labels(labels) => self.label(labels, corner, &mut nearest),
            Visual::Graph(graph) => self.graph(graph, &mut nearest),
            Visual::Spans(spans) => self.span(spans, &mut nearest),
            // A device alone knows.
            Visual::Custom(_) => {}
        }
        nearest
    }

    fn scale(&self) -> f64 {
        self.figure.scale_factor.into()
    }

    fn point(&self, points: &Points, nearest: &mut Nearest) {
        let px_per_size = points.px_per_size(self.plane.px_per_unit[0], self.figure.scale_factor);
        let widest = f64::from(points.greatest_size()) * px_per_size / 2.0 * f64::from(REACH);
        let around = (widest.clamp(0.0, 1e9)).max(1.0) + self.reach + 1.0;
        let cloud = points.cloud.on(self.figure.both_scales());
        for spread in cloud.gather(&self.here, [1, 1], around) {
            let index = spread.index as usize;
            let size = f64::from(size_of(&points.size, index)) * px_per_size;
            let px = spread.px.map(f64::from);
            if let Some(distance) = to_marker(points.shape, size, px) {
                nearest.take(Item::Point(index), distance);
            }
        }
    }

    fn vertex(&self, lines: &Lines, nearest: &mut Nearest) {
        let half = (f64::from(lines.width) * self.scale()).clamp(1.0, 1e4) / 2.0;
        let curves = lines.curves.on(self.figure.both_scales());
        let seen = Seen {
            plane: &self.here,
            size: [1, 1],
            reach: half + self.reach + 1.0,
            dashes: None,
        };
        let reduced = curves.reduce(&self.here, seen.size, seen.reach);
        for part in reduced.parts(TOGETHER, false) {
            curves.pieces(&reduced, &part, &seen, |piece| {
                nearest.take(Item::Vertex(piece.vertex), far(&piece, [0.0; 2]) - half);
            });
        }
    }

    fn bar(&self, bars: &Bars, nearest: &mut Nearest) {
        let scale = self.figure.x.scale;
        let sides = |x: f64| {
            let [left, right] = bars.sides(x, self.plane, scale).map(f64::round);
            [left, right.max(left + 1.0)]
        };
        let first = bars.tops.first(0, 0, |x| sides(x)[1] < self.at[0] - self.reach);
        for bar in first..bars.tops.len() {
            let [x, height] = bars.tops.vertex(bar);
            let [left, right] = sides(x);
            if left > self.at[0] + self.reach {
                break;
            }
            let [top, bottom] = bars.rows([height; 2], self.plane, self.figure.y.scale);
            nearest.take(Item::Bar(bar), to_box(self.at, [left, top, right, bottom]));
        }
    }

    fn pixel(&self, image: &Image, nearest: &mut Nearest) {
        let [height, width] = image.pixmap.size();
        let place = image.place();
        let [x, y] =
            [0, 1].map(|axis| self.figure.both_scales()[axis].coordinate_from(self.here.corner[axis]));
        let part = |at: f64, [from, to]: [f64; 2], side: usize| (at - from) / (to - from) * side as f64;
        let (column, row) = (part(x, place.x, width), part(y, place.y, height));
        if (0.0..width as f64).contains(&column) && (0.0..height as f64).contains(&row) {
            let (row, column) = (row as usize, column as usize);
            nearest.take(Item::Pixel { row, column }, 0.0);
        }
    }

    fn event(&self, events: &Events, nearest: &mut Nearest) {
        let per = self.plane.px_per_unit[1];
        let half = (events.height * per / 2.0).max(0.5);
        let around = (half + self.reach) / per;
        let rows = events.trains.rows();
        let from = (self.here.corner[1] - around).ceil().clamp(0.0, rows as f64) as usize;
        let end = ((self.here.corner[1] + around).floor() + 1.0).clamp(0.0, rows as f64) as usize;
        let px = |t: f64| {
            let unit = self.figure.x.scale.unit_from(t);
            (unit - self.here.corner[0]) * self.plane.px_per_unit[0]
        };
        for row in from..end {
            let up = (self.here.corner[1] - row as f64) * per;
            let beside = (up.abs() - half).max(0.0);
            let times = events.trains.row(row);
            let after = times.partition_point(|&t| px(t) < 0.0);
            for number in [after.checked_sub(1), Some(after)].into_iter().flatten() {
                if let Some(&t) = times.get(number) {
                    let distance = px(t).abs().hypot(beside);
                    nearest.take(Item::Event { row, number }, distance);
                }
            }
        }
    }

    fn label(&self, labels: &Labels, corner: [f32; 2], nearest: &mut Nearest) {
        let em = labels.em(self.figure, em(self.figure));
        for number in 0..labels.texts.len() {
            if let Some(area) = labels.area(number, (self.figure, self.plane), corner, em) {
                let [left, top, right, bottom] = area.map(f64::from);
                let [x, y] = corner.map(f64::from);
                let distance = to_box(self.at, [left - x, top - y, right - x, bottom - y]);
                nearest.take(Item::Label(number), distance);
            }
        }
    }

    fn span(&self, spans: &Spans, nearest: &mut Nearest) {
        let scales = self.figure.both_scales();
        let (corner, per) = (self.plane.corner, self.plane.px_per_unit);
        let per = [per[0], -per[1]];
        let all = [f64::NEG_INFINITY, f64::INFINITY];
        let along = |spans: Option<&[[f64; 2]]>, number: usize, axis: usize| match spans {
            Some(spans) => Spans::edges(spans[number], (corner[axis], per[axis], scales[axis])),
            None => Some(all),
        };
        for number in 0..spans.len() {
            let x = along(spans.x.as_deref(), number, 0);
            let y = along(spans.y.as_deref(), number, 1);
            if let (Some([left, right]), Some([top, bottom])) = (x, y) {
                nearest.take(Item::Span(number), to_box(self.at, [left, top, right, bottom]));
            }
        }
    }

    /// Nodes lie over edges.
    fn graph(&self, graph: &Graph, nearest: &mut Nearest) {
        let scales = self.figure.both_scales();
        let px = |node: usize| self.here.px_from(Scale::units(scales, graph.places[node]));
        for node in 0..graph.places.len() {
            let size = f64::from(size_of(&graph.size, node)) * self.scale();
            if let Some(distance) = to_marker(graph.shape, size, px(node)) {
                nearest.take(Item::Node(node), distance);
            }
        }
        if nearest.item.is_some() {
            return;
        }
        let half = (f64::from(graph.width) * self.scale()).clamp(1.0, 1e4) / 2.0;
        for (edge, [a, b]) in graph.edges.iter().enumerate() {
            let piece = Piece {
                from: px(*a as usize),
                to: px(*b as usize),
                vertex: 0,
            };
            let distance = far(&piece, [0.0; 2]) - half;
            if distance.is_finite() {
                nearest.take(Item::Edge(edge), distance);
            }
        }
    }
}

fn size_of(size: &Size, number: usize) -> f32 {
    match size {
        Size::All(size) => *size,
        Size::Each(sizes) => sizes.get(number).copied().unwrap_or(SIZE),
    }
}

/// How far the place is from a marker so many pixels large, which lies at `px` from there; `None` of one that is not drawn.
fn to_marker(shape: Shape, size: f64, px: [f64; 2]) -> Option<f64> {
    let is_drawn = size > 0.0 && px.iter().all(|px| px.abs() < 1e6);
    let from = px.map(|px| -px as f32);
    is_drawn.then(|| f64::from(shape.distance(from, size.max(1.0) as f32 / 2.0)))
}

/// How far a place is from a rectangle: left, top, right and bottom.
fn to_box([x, y]: [f64; 2], [left, top, right, bottom]: [f64; 4]) -> f64 {
    let beside = (left - x).max(x - right).max(0.0);
    beside.hypot((top - y).max(y - bottom).max(0.0))
}
