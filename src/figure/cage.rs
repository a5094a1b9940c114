//! The axes of a scene: the box around all that it shows, of which the three faces away from the eye are seen, with lines through them at
//! ticks, and numbers outside of it. Whatever is in the box lies before those faces, so that their lines are drawn first.

use super::Space;
use super::frame::GRID_ALPHA;
use crate::scene::{Canvas, PxRect, Rgba8, spaced};
use crate::solids::Lens;
use crate::vector::Line;
use crate::view::camera::{Box3, Camera, Projection};
use crate::view::numbers::{NumberTicks, number_ticks};

/// The opacity of the box's edges that have no numbers.
const EDGE_ALPHA: u8 = 100;

/// Room for numbers and labels beside the box, across and down, in heights of letters: of numbers alone, and of labels besides.
const NUMBERS_EM: [f64; 2] = [4.0, 3.0];
const LABELS_EM: [f64; 2] = [3.0, 1.5];

/// In heights of letters, from tick to tick at least where numbers stand beside and above one another, and how far labels move on where
/// others stand.
const TICKS_EM: f32 = 3.0;
const LINE_EM: f64 = 1.9;
const STEP_EM: f64 = 0.4;

/// The room beside the box that axes need on each side of a target, across and down, in pixels.
pub(super) fn margins(space: &Space, em: f32) -> [f64; 2] {
    let labels = f64::from(u8::from(space.labels.iter().any(|label| !label.is_empty())));
    [0, 1].map(|side| (NUMBERS_EM[side] + labels * LABELS_EM[side]) * f64::from(em))
}

/// The box, and which of its faces are seen.
struct Cage<'a> {
    lens: &'a Lens,
    bounds: Box3,
    /// Of each axis the end, 0 or 1, whose face is farther away.
    far: [usize; 3],
    /// The axis that points upwards most.
    upright: usize,
    /// Where its middle is on the target.
    middle: [f64; 2],
}

/// An edge with numbers, on the target.
struct Edge {
    axis: usize,
    /// Of each axis the end at which it is; of its own of no matter.
    at: [usize; 3],
    from: [f64; 2],
    to: [f64; 2],
    /// Away from the box, of length 1.
    out: [f64; 2],
}

/// Writes the numbers of a scene's axes, and gives the lines behind its solids.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    space: &Space,
    (camera, lens): (&Camera, &Lens),
    target: [u32; 2],
) -> Vec<Line> {
    let Some(bounds) = space.bounds().filter(|_| space.axes) else {
        return Vec::new();
    };
    let cage = Cage::new(lens, camera, bounds, target);
    let edges = [0, 1, 2].map(|axis| cage.edge(axis, canvas.em));
    // From within the box there is nothing outside of it to write on.
    let is_inside = matches!(camera.projection, Projection::Perspective(_)) && bounds.holds(camera.eye());
    let edges = if is_inside { [None, None, None] } else { edges };
    let ticks = [0, 1, 2].map(|axis| cage.ticks(axis, edges[axis].as_ref(), canvas.em));
    let mut axes = Vec::new();
    let mut taken = Vec::new();
    for edge in edges.iter().flatten() {
        axes.extend(lens.line([0.0, 1.0].map(|part| cage.on_edge(edge.axis, edge.at, part))));
        cage.number(canvas, edge, &ticks[edge.axis], (&mut axes, &mut taken));
    }
    // After all numbers, so that none is left out for a label.
    for (edge, label) in edges.iter().zip(&space.labels) {
        if let Some(edge) = edge {
            cage.label(canvas, edge, label, &ticks[edge.axis], &mut taken);
        }
    }
    let ink = canvas.ink;
    let line = |lines: Vec<[[f64; 2]; 2]>, color: Rgba8| Line {
        color,
        width: canvas.line as f32,
        clip: PxRect::all(target),
        runs: lines
            .into_iter()
            .map(|line| line.map(|px| px.map(|v| v as f32)).to_vec())
            .collect(),
    };
    vec![
        line(cage.grid(&ticks), ink.with_alpha(GRID_ALPHA)),
        line(cage.edges(), ink.with_alpha(EDGE_ALPHA)),
        line(axes, ink),
    ]
}

impl<'a> Cage<'a> {
    fn new(lens: &'a Lens, camera: &Camera, bounds: Box3, target: [u32; 2]) -> Self {
        let [_, up, back] = camera.axes();
        let (eye, middle) = (camera.eye(), bounds.middle());
        let far = [0, 1, 2].map(|axis| {
            let is_above = match camera.projection {
                Projection::Perspective(_) => eye[axis] > middle[axis],
                Projection::Orthographic => back[axis] > 0.0,
            };
            usize::from(!is_above)
        });
        let upright = [1, 0]
            .iter()
            .fold(2, |most: usize, &axis| match up[axis].abs() > up[most].abs() {
                true => axis,
                false => most,
            });
        Self {
            lens,
            bounds,
            far,
            upright,
            middle: lens.pixel(middle).unwrap_or(target.map(|px| f64::from(px) / 2.0)),
        }
    }

    /// The place whose parts of the way along each axis are given.
    fn place(&self, parts: [f64; 3]) -> [f64; 3] {
        [0, 1, 2].map(|axis| {
            let [from, to] = self.bounds.0[axis];
            from * (1.0 - parts[axis]) + to * parts[axis]
        })
    }

    /// A place on the edge along an axis that is at these ends of the others.
    fn on_edge(&self, axis: usize, at: [usize; 3], part: f64) -> [f64; 3] {
        let mut parts = at.map(|end| end as f64);
        parts[axis] = part;
        self.place(parts)
    }

    /// Where the numbers of an axis stand: at one of the two edges between a face that is seen and one that is not. The one further to the
    /// left of what is upright, else the lower one. `None` where it is too short, or not to be seen from end to end.
    fn edge(&self, axis: usize, em: f32) -> Option<Edge> {
        let [b, c] = others(axis);
        let seen = [b, c].map(|other| {
            let mut at = self.far;
            at[other] = 1 - at[other];
            let [from, to] = [0.0, 1.0].map(|part| self.lens.pixel(self.on_edge(axis, at, part)));
            Some((at, from?, to?))
        });
        let wanted = |&(_, from, to): &([usize; 3], [f64; 2], [f64; 2])| match axis == self.upright {
            true => -from[0] - to[0],
            false => from[1] + to[1],
        };
        let (at, from, to) = match seen {
            [Some(one), Some(other)] if wanted(&other) > wanted(&one) => other,
            [one, other] => one.or(other)?,
        };
        let along = [to[0] - from[0], to[1] - from[1]];
        let long = along[0].hypot(along[1]);
        if long.is_nan() || long < f64::from(2.0 * em) {
            return None;
        }
        let across = [along[1] / long, -along[0] / long];
        let away = [from, to].map(|end| {
            let off = [0, 1].map(|side| end[side] - self.middle[side]);
            across[0] * off[0] + across[1] * off[1]
        });
        let out = if away[0] + away[1] < 0.0 {
            across.map(|v| -v)
        } else {
            across
        };
        Some(Edge {
            axis,
            at,
            from,
            to,
            out,
        })
    }

    /// Ticks along an axis, at pixels of its edge as if that were seen from the front: far enough apart for their numbers, or some of one
    /// that has none.
    fn ticks(&self, axis: usize, edge: Option<&Edge>, em: f32) -> Ticks {
        let [from, to] = self.bounds.0[axis];
        let (long, up, across) = match edge {
            None => (30.0 * f64::from(em), 1.0, 0.0),
            Some(edge) => {
                let [x, y] = [0, 1].map(|side| (edge.to[side] - edge.from[side]).abs());
                let long = x.hypot(y);
                (long, y / long, x / long)
            }
        };
        let columns = long.ceil().min(f64::from(u32::MAX)) as u32;
        let per = f64::from(columns) / (to - from);
        // Beside or above one another, whichever takes less of the edge.
        let found = match LINE_EM * across < f64::from(TICKS_EM) * up {
            true => number_ticks(from, per, columns, LINE_EM * f64::from(em) / up),
            false => spaced(
                em,
                TICKS_EM,
                |min_px| number_ticks(from, per, columns, min_px / across),
                |ticks: &NumberTicks| (&ticks.ticks, ticks.step * per * across),
            ),
        };
        let part = |px: f64| (px / f64::from(columns)).clamp(0.0, 1.0);
        Ticks {
            parts: found
                .ticks
                .into_iter()
                .map(|tick| (part(tick.px), tick.label))
                .collect(),
            anchor: found.anchor,
        }
    }

    /// Lines through the faces that are seen, at the ticks of both axes of each.
    fn grid(&self, ticks: &[Ticks; 3]) -> Vec<[[f64; 2]; 2]> {
        let mut lines = Vec::new();
        for face in 0..3 {
            for axis in others(face) {
                let across = 3 - face - axis;
                for (part, _) in &ticks[axis].parts {
                    let mut parts = self.far.map(|end| end as f64);
                    parts[axis] = *part;
                    let ends = [0.0, 1.0].map(|end| {
                        parts[across] = end;
                        self.place(parts)
                    });
                    lines.extend(self.lens.line(ends));
                }
            }
        }
        lines
    }

    /// The edges of the faces that are seen.
    fn edges(&self) -> Vec<[[f64; 2]; 2]> {
        let mut lines = Vec::new();
        for axis in 0..3 {
            let [b, c] = others(axis);
            for ends in 0..4 {
                let mut at = [0; 3];
                (at[b], at[c]) = (ends & 1, ends >> 1);
                if at[b] == self.far[b] || at[c] == self.far[c] {
                    let ends = [0.0, 1.0].map(|part| self.on_edge(axis, at, part));
                    lines.extend(self.lens.line(ends));
                }
            }
        }
        lines
    }

    /// Draws an edge's ticks, and writes its numbers where no other stands.
    fn number(
        &self,
        canvas: &mut Canvas<'_>,
        edge: &Edge,
        ticks: &Ticks,
        (lines, taken): (&mut Vec<[[f64; 2]; 2]>, &mut Vec<[f64; 4]>),
    ) {
        let tick = f64::from(canvas.tick);
        for (part, number) in &ticks.parts {
            let Some(from) = self.lens.pixel(self.on_edge(edge.axis, edge.at, *part)) else {
                continue;
            };
            lines.push([from, [0, 1].map(|side| from[side] + tick * edge.out[side])]);
            let area = beside(canvas, number, from, edge.out, gap(canvas));
            if !taken.iter().any(|other| meet(&area, other)) {
                write(canvas, number, area);
                taken.push(area);
            }
        }
    }

    /// Writes what an axis is called, and from where its numbers count, outside of them.
    fn label(
        &self,
        canvas: &mut Canvas<'_>,
        edge: &Edge,
        label: &str,
        ticks: &Ticks,
        taken: &mut Vec<[f64; 4]>,
    ) {
        let said = match &ticks.anchor {
            Some(anchor) => format!("{label} {anchor} +"),
            None => label.to_owned(),
        };
        let said = said.trim_start();
        if said.is_empty() {
            return;
        }
        let Some(from) = self.lens.pixel(self.on_edge(edge.axis, edge.at, 0.5)) else {
            return;
        };
        let numbers = ticks
            .parts
            .iter()
            .map(|(_, number)| high(canvas, number, edge.out));
        let first = gap(canvas) + numbers.fold(0.0, f64::max);
        let step = STEP_EM * f64::from(canvas.em);
        let mut places =
            (1..32).map(|steps| beside(canvas, said, from, edge.out, first + f64::from(steps) * step));
        if let Some(area) = places.find(|area| !taken.iter().any(|other| meet(area, other))) {
            write(canvas, said, area);
            taken.push(area);
        }
    }
}

/// The ticks of an axis: their parts of the way along it, and their numbers.
struct Ticks {
    parts: Vec<(f64, String)>,
    anchor: Option<String>,
}

/// The other two axes.
fn others(axis: usize) -> [usize; 2] {
    [(axis + 1) % 3, (axis + 2) % 3]
}

/// From an edge to what is written beside it.
fn gap(canvas: &Canvas<'_>) -> f64 {
    f64::from(canvas.tick) + 0.35 * f64::from(canvas.em)
}

/// How far a text reaches in a direction.
fn high(canvas: &Canvas<'_>, text: &str, out: [f64; 2]) -> f64 {
    out[0].abs() * f64::from(canvas.width(text)) + out[1].abs() * f64::from(canvas.em)
}

/// The rectangle of a text that is so far from a place in a direction: left, top, right, bottom.
fn beside(canvas: &Canvas<'_>, text: &str, from: [f64; 2], out: [f64; 2], far: f64) -> [f64; 4] {
    let half = [f64::from(canvas.width(text)), f64::from(canvas.em)].map(|side| side / 2.0);
    let far = far + high(canvas, text, out) / 2.0;
    let [x, y] = [0, 1].map(|side| from[side] + far * out[side]);
    [x - half[0], y - half[1], x + half[0], y + half[1]]
}

/// Whether two rectangles meet.
fn meet(a: &[f64; 4], b: &[f64; 4]) -> bool {
    (0..2).all(|side| a[side] < b[side + 2] && b[side] < a[side + 2])
}

/// Writes a text into its rectangle.
fn write(canvas: &mut Canvas<'_>, text: &str, [left, top, _, bottom]: [f64; 4]) {
    let middle = (top + bottom) / 2.0;
    let is_near = [left, middle].iter().all(|px| px.abs() < 1e6);
    if is_near {
        canvas.write(text, left as f32, middle as f32, canvas.ink);
    }
}
