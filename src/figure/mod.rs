//! Plots of numbers over numbers, as plain data.
//!
//! A [`Figure`] says what is shown: visuals, axes, a title. [`Frame`] says where on a target each part goes, and turns axes into
//! rectangles and glyphs. The camera is [`Plane`]. A [`Space`] is a scene in three dimensions, seen by a
//! [`Camera`](crate::view::camera::Camera).
//!
//! ```no_run
//! # fn main() -> galvani::Result<()> {
//! use galvani::figure::Figure;
//! let (x, y): (Vec<f64>, Vec<f64>) = (0..1000).map(|i| (f64::from(i), f64::from(i).sin())).unzip();
//! Figure::new().title("A sine").points(&x, &y).size(4.0).save("sine.png")?;
//! # Ok(())
//! # }
//! ```
//!
//! **Data that changes.** Visuals hold their data behind an [`Arc`](std::sync::Arc), so that clones of a figure are cheap. Methods that change
//! it do so in place where no other figure has it, else in a copy of their own:
//!
//! | | follows | in the place of others | what else it costs |
//! |---|---|---|---|
//! | [`Lines`] | [`append`](Lines::append), [`append_even`](Lines::append_even) | [`replace`](Lines::replace), [`move_to`](Lines::move_to) | all vertices once, where x begins to fall |
//! | [`Points`] | [`append`](Points::append) | [`replace`](Points::replace) | sorting, behind the frames |
//! | [`Image`] | | [`replace`](Image::replace) | |
//! | [`Bars`] | [`append`](Bars::append) | [`replace`](Bars::replace) | |
//! | [`Events`] | [`append`](Events::append) | | |
//! | [`Graph`], [`Labels`] | | [`move_to`](Graph::move_to) | |
//! | [`Mesh`], [`Balls`] | | [`move_to`](Mesh::move_to) | some ns for each triangle or place |

mod adding;
mod axis;
mod balls;
mod bar;
mod bars;
mod cage;
mod custom;
mod events;
mod frame;
mod graph;
mod hit;
mod image;
mod labels;
mod legend;
mod lines;
mod looks;
mod marker;
mod memory;
mod mesh;
mod panel;
mod points;
mod scale_bar;
mod shade;
mod sheet;
mod space;
mod spans;
mod spectrogram;
mod surface;
mod values;

pub use adding::Adding;
pub use axis::Axis;
pub use balls::Balls;
pub use bars::Bars;
pub use custom::{Custom, MOST_PER};
pub use events::{Events, Trains, strength};
pub use frame::Frame;
pub use graph::Graph;
pub use hit::{Hit, Item};
pub use image::{Image, Origin};
pub use labels::{Labels, Written};
pub use legend::Legend;
pub use lines::{LineColor, Lines};
pub(crate) use marker::REACH;
pub use marker::Shape;
pub use mesh::Mesh;
pub(crate) use panel::Seen;
pub use panel::{Panel, PanelView};
pub(crate) use points::SIZE;
pub use points::{ALWAYS, Color, Density, INK_PX, MARKERS, Points, Size, SizeUnit, tone};
pub(crate) use shade::{Look, Shade, Shading};
pub use sheet::{Cell, Link, Sheet};
pub(crate) use space::Around;
pub use space::{Solid, SolidHit, Space};
pub use spans::Spans;
pub use surface::Surface;
pub use values::Values;

use crate::scene::{Rgba8, Style};
pub use crate::view::axis::Scale;
use crate::view::plane::{Bounds, Plane};

/// Something that a figure shows.
#[derive(Clone)]
#[non_exhaustive]
pub enum Visual {
    /// Points.
    Points(Points),
    /// An image.
    Image(Image),
    /// Lines.
    Lines(Lines),
    /// Bars.
    Bars(Bars),
    /// Events in rows.
    Events(Events),
    /// Text.
    Labels(Labels),
    /// Nodes and edges.
    Graph(Graph),
    /// Spans and rectangles.
    Spans(Spans),
    /// What an embedder's shaders draw.
    Custom(Custom),
}

impl Visual {
    /// The least rectangle around it, in units of axes of these scales, NaN on an axis on which it
    /// has no ends; `None` of nothing.
    #[must_use]
    pub fn bounds(&self, scales: [Scale; 2]) -> Option<Bounds> {
        match self {
            Self::Points(points) => points.cloud.on(scales).bounds(),
            Self::Image(image) => image.bounds(scales),
            Self::Lines(lines) => lines.curves.on(scales).bounds(),
            Self::Bars(bars) => bars.bounds(scales),
            Self::Events(events) => events.bounds(scales),
            Self::Labels(labels) => labels.bounds(scales),
            Self::Graph(graph) => graph.bounds(scales),
            Self::Spans(spans) => spans.bounds(scales),
            Self::Custom(custom) => custom.around(scales),
        }
    }
}

/// A plot with two axes.
#[derive(Clone)]
pub struct Figure {
    /// Above it.
    pub title: String,
    /// To the right.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// Whether axes stand beside the plot, and the grid in it.
    pub axes: bool,
    /// Whether lines go through the plot at each tick.
    pub grid: bool,
    /// Pixels of a unit of y for a pixel of one of x, where that is to be held.
    pub aspect: Option<f64>,
    /// Where the names of visuals stand.
    pub legend: Legend,
    /// Each over those before it.
    pub visuals: Vec<Visual>,
    /// Colours.
    pub style: Style,
    /// Width and height where nothing else says it, in pixels before scaling to the display.
    pub size: [u32; 2],
    /// The height of letters, in pixels before scaling to the display; held to 4 … 64 after it.
    pub font_px: f32,
    /// Pixels of the target for one of the figure's.
    pub scale_factor: f32,
}

impl Default for Figure {
    fn default() -> Self {
        Self {
            title: String::new(),
            x: Axis::default(),
            y: Axis::default(),
            axes: true,
            grid: true,
            aspect: None,
            legend: Legend::default(),
            visuals: Vec::new(),
            style: Style::light(),
            size: [960, 640],
            font_px: 13.0,
            scale_factor: 1.0,
        }
    }
}

impl Figure {
    /// An empty plot on white, 960 × 640 pixels.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What stands above it.
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..self
        }
    }

    /// What the axes say beside their numbers.
    #[must_use]
    pub fn labels(mut self, x: impl Into<String>, y: impl Into<String>) -> Self {
        self.x.label = x.into();
        self.y.label = y.into();
        self
    }

    /// What is in view of x at first.
    #[must_use]
    pub fn x_limits(mut self, least: f64, greatest: f64) -> Self {
        self.x.limits = Some([least, greatest]);
        self
    }

    /// What is in view of y at first.
    #[must_use]
    pub fn y_limits(mut self, least: f64, greatest: f64) -> Self {
        self.y.limits = Some([least, greatest]);
        self
    }

    /// Beyond what of x nothing is shown: views, those of windows too, are moved and zoomed no further ([`Figure::keep`]).
    #[must_use]
    pub fn x_within(mut self, least: f64, greatest: f64) -> Self {
        self.x.within = Some([least, greatest]);
        self
    }

    /// Beyond what of y nothing is shown, as [`Figure::x_within`].
    #[must_use]
    pub fn y_within(mut self, least: f64, greatest: f64) -> Self {
        self.y.within = Some([least, greatest]);
        self
    }

    /// Moves a view of a plot of `[width, height]` pixels, and then narrows it, until nothing is seen beyond what axes are kept within. Where
    /// pixels of both belong together, both are narrowed.
    pub fn keep(&self, plane: &mut Plane, size: [u32; 2]) {
        let kept = [self.x.kept(), self.y.kept()];
        if kept == [None; 2] {
            return;
        }
        // What `f64` can hold, where there is no end.
        let [x, y] = kept.map(|span| span.unwrap_or([-1e300, 1e300]));
        let before = plane.px_per_unit;
        plane.keep_within(Bounds { x, y }, size);
        if self.aspect.is_some() {
            let by = [0, 1].map(|axis| plane.px_per_unit[axis] / before[axis]);
            let most = by[0].max(by[1]);
            plane.px_per_unit = before.map(|px| px * most);
            plane.keep_within(Bounds { x, y }, size);
        }
    }

    /// A bar that says how long a round number of x is, in the plot's lower right corner, and its unit: of V, A, s and Hz, with or without a
    /// prefix, the prefix follows the number. None on a logarithmic axis.
    #[must_use]
    pub fn x_scale_bar(mut self, unit: impl Into<String>) -> Self {
        self.x.bar = Some(unit.into());
        self
    }

    /// The same of y, upright.
    #[must_use]
    pub fn y_scale_bar(mut self, unit: impl Into<String>) -> Self {
        self.y.bar = Some(unit.into());
        self
    }

    /// Whether axes stand beside the plot, and the grid in it.
    #[must_use]
    pub fn axes(self, axes: bool) -> Self {
        Self { axes, ..self }
    }

    /// Whether lines go through the plot at each tick.
    #[must_use]
    pub fn grid(self, grid: bool) -> Self {
        Self { grid, ..self }
    }

    /// Holds the pixels of a unit of y for a pixel of one of x; 1 for maps.
    #[must_use]
    pub fn aspect(self, aspect: f64) -> Self {
        Self {
            aspect: Some(aspect),
            ..self
        }
    }

    /// Where the names of visuals stand.
    #[must_use]
    pub fn legend(self, legend: Legend) -> Self {
        Self { legend, ..self }
    }

    /// Colours.
    #[must_use]
    pub fn style(self, style: Style) -> Self {
        Self { style, ..self }
    }

    /// Width and height, in pixels before scaling to the display.
    #[must_use]
    pub fn size(self, width: u32, height: u32) -> Self {
        Self {
            size: [width, height],
            ..self
        }
    }

    /// Pixels of the target for one of the figure's.
    #[must_use]
    pub fn scale(self, scale_factor: f32) -> Self {
        Self { scale_factor, ..self }
    }

    /// Adds a visual over those that are there.
    #[must_use]
    pub fn with(mut self, visual: impl Into<Visual>) -> Self {
        self.visuals.push(visual.into());
        self
    }

    /// How coordinates lie along the axes. Whatever says where something is, limits too, is in coordinates; a [`Plane`] is in units of the
    /// axes, which [`Scale`] turns into each other.
    #[must_use]
    pub fn scales(mut self, x: Scale, y: Scale) -> Self {
        (self.x.scale, self.y.scale) = (x, y);
        self
    }

    /// The scales of both axes.
    pub(crate) fn both_scales(&self) -> [Scale; 2] {
        [self.x.scale, self.y.scale]
    }

    /// The least rectangle around all visuals, in units of the axes; of none a unit of each axis.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        let scales = self.both_scales();
        let all = self.visuals.iter().filter_map(|visual| visual.bounds(scales));
        all.reduce(Bounds::union).unwrap_or(Bounds {
            x: [0.0, 1.0],
            y: [0.0, 1.0],
        })
    }

    /// Pixels of a target of its own size.
    #[must_use]
    pub fn target_size(&self) -> [u32; 2] {
        scaled(self.size, self.scale_factor)
    }

    /// What is in view at first, on a target of `[width, height]` pixels: the axes' limits, or all visuals with a margin; images alone
    /// have none, and bars stand on the axis.
    #[must_use]
    pub fn view(&self, target: [u32; 2]) -> Plane {
        let plot = Frame::plot(self, target);
        let size = [plot.w, plot.h];
        let bounds = self.bounds();
        // Margins where nothing was said alone.
        let is_image = |visual: &Visual| matches!(visual, Visual::Image(_));
        let free = match !self.visuals.is_empty() && self.visuals.iter().all(is_image) {
            true => bounds,
            false => Plane::fit(bounds, size, None).bounds(size),
        };
        let stand = |y: f64| {
            let is_base =
                |visual: &Visual| matches!(visual, Visual::Bars(bars) if bars.foot(self.y.scale) == Some(y));
            self.visuals.iter().any(is_base)
        };
        let ends = [0, 1].map(|end| {
            if stand(bounds.y[end]) {
                bounds.y[end]
            } else {
                free.y[end]
            }
        });
        let bounds = Bounds {
            x: self.x.units().unwrap_or(free.x),
            y: self.y.units().unwrap_or(ends),
        };
        let mut plane = Plane::span(bounds, size, self.aspect);
        self.keep(&mut plane, size);
        plane
    }

    /// The colour of the visual at a place where it was given none.
    pub(crate) fn color_of(&self, visual: usize) -> Rgba8 {
        self.style.color(visual)
    }
}

/// Pixels of a target that is so large before scaling to the display.
fn scaled(size: [u32; 2], scale_factor: f32) -> [u32; 2] {
    size.map(|px| (f64::from(px) * f64::from(scale_factor)).round().max(1.0) as u32)
}
