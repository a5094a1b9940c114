//! Which parts of a grid a camera sees, and how fine each is drawn.
//!
//! From the node that holds all downwards: one that is out of view, or a hole, is left. Else it is drawn at the coarsest level, of itself and
//! the four below it, whose nodes are seen at most a pixel wide; where there is none its parts are looked at. How wide is measured where the
//! box around it is nearest to the eye in view, and as if it were seen straight on. A node one cell wide may be longer one way: it is drawn
//! in as many pieces as it is pixels long. Where cells are wider than a pixel both ways triangles are drawn.
//!
//! Long cells that are seen from among high ones are cut finer than they need be, into a hundred pieces a pixel and more.
//!
//! So there are at most 256 nodes in a patch, about one to four a pixel of what the grid's ground is seen as from above, and all boxes and
//! triangles together hold all of the surface: no gaps are between what is drawn at different levels.

use rayon::prelude::*;

use super::Relief;
use crate::solids::{Lens, Local};

/// How many levels finer than a region its nodes may be.
const FINER: usize = 4;

/// How wide nodes may be, in samples: a pixel.
pub(super) const WIDEST: f64 = 2.0;

/// How wide cells of triangles are at least, in samples, where they are farthest away: two of them, which a single height makes a
/// summit of, do not pass between samples.
const NARROWEST: f64 = 1.0;

/// What a patch is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Two triangles for each cell.
    Triangles,
    /// A box for each node of a level.
    Boxes(usize),
}

/// A part of the grid that is in view.
pub(crate) struct Patch {
    pub(crate) form: Form,
    /// The first cells or nodes, and those after the last, down and across.
    pub(crate) from: [usize; 2],
    pub(crate) end: [usize; 2],
    /// By what nothing of it that is in view is divided less.
    pub(crate) nearest: f64,
    /// The box around it, as stored.
    pub(crate) least: [f64; 3],
    pub(crate) greatest: [f64; 3],
}

/// What to do with a region.
enum Looked {
    Nothing,
    Draw(Patch),
    Parts,
}

impl Relief {
    /// All that is in view.
    pub(crate) fn patches(&self, lens: &Lens, local: &Local) -> Vec<Patch> {
        let mut found = Vec::new();
        let Some(top) = self.levels.len().checked_sub(1) else {
            return found;
        };
        let mut nodes = vec![[0, 0]];
        for level in (0..=top).rev() {
            let looked: Vec<Looked> = nodes
                .par_iter()
                .map(|node| self.look(lens, local, level, *node))
                .collect();
            let mut parts = Vec::new();
            for (node, looked) in nodes.iter().zip(looked) {
                match looked {
                    Looked::Nothing => {}
                    Looked::Draw(patch) => found.push(patch),
                    Looked::Parts => {
                        let [rows, columns] = self.levels[level].parts(&self.levels[level - 1], *node);
                        parts.extend(rows.flat_map(|row| columns.clone().map(move |column| [row, column])));
                    }
                }
            }
            nodes = parts;
        }
        found
    }

    fn look(&self, lens: &Lens, local: &Local, level: usize, node: [usize; 2]) -> Looked {
        let span = self.span(level, node);
        if span[0] > span[1] {
            return Looked::Nothing;
        }
        let [least, greatest] = self.box_of(level, node, span);
        let Some([nearest, farthest]) = lens.divisors(local, least, greatest) else {
            return Looked::Nothing;
        };
        let finest = level.saturating_sub(FINER);
        let wide = lens.samples_at(1.0, nearest);
        let form = match (finest..=level).rev().find(|finer| self.suits(*finer, wide)) {
            Some(finer) => Form::Boxes(finer),
            None if finest > 0 => return Looked::Parts,
            None => {
                let [down, across] = self.steps().map(|step| lens.samples_at(step, farthest));
                if level > 0 && down.min(across) < NARROWEST {
                    return Looked::Parts;
                }
                Form::Triangles
            }
        };
        let lines = self.lines_of(level, node);
        let (from, end) = match form {
            Form::Triangles => (lines.map(|lines| lines[0]), lines.map(|lines| lines[1])),
            Form::Boxes(finer) => {
                let (cells, all) = (self.levels[level].cells, &self.levels[finer]);
                let times = [0, 1].map(|axis| cells[axis] / all.cells[axis]);
                let from = [0, 1].map(|axis| node[axis] * times[axis]);
                (
                    from,
                    [0, 1].map(|axis| (from[axis] + times[axis]).min(all.nodes[axis])),
                )
            }
        };
        Looked::Draw(Patch {
            form,
            from,
            end,
            nearest,
            least,
            greatest,
        })
    }

    /// How long nodes of a level are, down and across.
    pub(super) fn sides(&self, level: usize) -> [f64; 2] {
        let (cells, all, steps) = (self.levels[level].cells, self.cells(), self.steps());
        [0, 1].map(|axis| cells[axis].min(all[axis]) as f64 * steps[axis])
    }

    /// Whether nodes of a level may be drawn as boxes where a unit is so many samples.
    fn suits(&self, level: usize, wide: f64) -> bool {
        let is_narrow = self.sides(level).map(|side| side * wide <= WIDEST);
        let is_cell = self.levels[level].cells.map(|cells| cells == 1);
        let is_strip = |axis: usize| is_cell[axis] && is_narrow[1 - axis];
        (is_narrow[0] && is_narrow[1]) || is_strip(0) || is_strip(1)
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Relief};
    use crate::solids::Lens;
    use crate::solids::sight::Window;
    use crate::view::camera::{Camera, Projection};

    #[test]
    fn what_is_drawn_is_bounded_by_the_target() {
        let target = [160, 120];
        for shape in [[1500, 1700], [1700, 1500]] {
            let [rows, columns] = shape;
            let height = |i: usize| ((i % columns) as f32 / 99.0).sin() + ((i / columns) as f32 / 77.0).cos();
            let heights: Vec<f32> = (0..rows * columns).map(height).collect();
            let relief = Relief::new([0.0, 9.0], [0.0, 7.0], shape, heights).expect("a height each");
            let bounds = relief.bounds().expect("heights");
            for projection in [Projection::Perspective(40.0), Projection::Orthographic] {
                // Lower still more of the ground is in view than the target has pixels.
                for elevation in [90.0, 40.0, 10.0] {
                    let mut camera = Camera::around(bounds, target);
                    camera.projection = projection;
                    camera.look_from(-30.0, elevation);
                    camera.fit(bounds, target);
                    for _ in 0..12 {
                        let lens = Lens::new(&camera, target, Some(bounds));
                        let patches = relief.patches(&lens, &lens.local(relief.frame()));
                        let local = lens.local(relief.frame());
                        let mut count = 0;
                        let (x, y) = ([0, 320], [0, 240]);
                        for patch in &patches {
                            let nodes = (patch.end[0] - patch.from[0]) * (patch.end[1] - patch.from[1]);
                            let Form::Boxes(level) = patch.form else {
                                count += 2 * nodes;
                                continue;
                            };
                            let pieces = relief.pieces(&lens, level, patch.nearest);
                            if pieces == 1 {
                                count += nodes;
                                continue;
                            }
                            let columns = patch.from[1]..patch.end[1];
                            let nodes = (patch.from[0]..patch.end[0])
                                .flat_map(|row| columns.clone().map(move |column| [row, column]));
                            for node in nodes {
                                let each = &mut |_| count += 1;
                                let of = (
                                    (level, node),
                                    (0..pieces, pieces),
                                    (patch.nearest, Window { x, y }),
                                );
                                relief.strip((&lens, &local), of.0, of.1, of.2, each);
                            }
                        }
                        let most = 12 * 160 * 120;
                        assert!(
                            count < most,
                            "{shape:?} {projection:?} {elevation} {}: {count}",
                            camera.distance
                        );
                        camera.zoom(2.5, [70.0, 50.0], target);
                    }
                }
            }
        }
    }
}
