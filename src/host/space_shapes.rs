//! A scene in shapes: its solids as an image, the lines of its axes as lines where no solid hides them, and text.

use super::figure::shapes::{image, written};
use super::space::{Scene, is_clear, paint};
use crate::figure::Around;
use crate::scene::{Overlay, PxRect};
use crate::vector::{Line, Shape};

/// Pixels of the image for one of the drawing, across and down.
const FINER: u32 = 2;

impl Scene<'_> {
    /// All of it but its background.
    pub(super) fn shapes(&self) -> Vec<Shape> {
        let target = [self.rect.w, self.rect.h];
        let size = target.map(|px| px * FINER);
        let finer = self.space.clone();
        let finer = finer.scale(self.space.scale_factor * FINER as f32);
        let mut pixels = vec![0_u8; size[0] as usize * size[1] as usize * 4];
        let mut rows: Vec<&mut [u8]> = pixels.chunks_exact_mut(size[0] as usize * 4).collect();
        let alone = Around {
            behind: Vec::new(),
            over: Overlay::default(),
        };
        paint((&finer, self.camera, None), &alone, (size, false), &mut rows);
        let solids = image(&pixels, size[0], PxRect::all(size), PxRect::all(target));
        let mut shapes = vec![Shape::Image(solids)];
        if !self.around.behind.is_empty() {
            let clear = is_clear(&finer, self.camera, size);
            let seen = self.around.behind.iter().map(|line| seen(line, &clear, size));
            shapes.extend(seen.filter(|line| !line.runs.is_empty()).map(Shape::Line));
        }
        shapes.extend(written(&self.around.over));
        shapes
    }
}

/// The parts of a line on the target that lie in finer pixels which are clear.
fn seen(line: &Line, clear: &[bool], size: [u32; 2]) -> Line {
    let pairs = line.runs.iter().flat_map(|run| run.windows(2));
    let runs = pairs.flat_map(|pair| {
        parts([pair[0], pair[1]], |[x, y]| {
            let [column, row] = [x, y].map(|px| px * FINER as f32);
            let is_on = (0.0..size[0] as f32).contains(&column) && (0.0..size[1] as f32).contains(&row);
            is_on && clear[row as usize * size[0] as usize + column as usize]
        })
    });
    Line {
        runs: runs.collect(),
        ..line.clone()
    }
}

/// The parts of a line of which `is_seen` says that they are, to half a finer pixel.
fn parts([from, to]: [[f32; 2]; 2], is_seen: impl Fn([f32; 2]) -> bool) -> Vec<Vec<[f32; 2]>> {
    let [x, y] = [0, 1].map(|side| to[side] - from[side]);
    let steps = (x.abs().max(y.abs()) * 2.0 * FINER as f32).ceil().clamp(1.0, 1e6) as usize;
    let at = |step: usize| {
        let part = step as f32 / steps as f32;
        [from[0] + part * x, from[1] + part * y]
    };
    let seen: Vec<bool> = (0..=steps).map(|step| is_seen(at(step))).collect();
    let mut first = 0;
    let mut found = Vec::new();
    for run in seen.chunk_by(|a, b| a == b) {
        let last = first + run.len() - 1;
        if run[0] && last > first {
            found.push(vec![at(first), at(last)]);
        }
        first += run.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn lines_end_where_they_are_hidden() {
        let whole = [[0.0, 0.0], [10.0, 0.0]];
        assert_eq!(parts(whole, |_| true), [whole.to_vec()]);
        assert!(parts(whole, |_| false).is_empty());
        let found = parts(whole, |[x, _]| !(3.0..7.0).contains(&x));
        assert_eq!(found, [[[0.0, 0.0], [2.75, 0.0]], [[7.0, 0.0], [10.0, 0.0]]]);
        assert!(parts([[1.0, 1.0]; 2], |_| true).len() <= 1);
    }
}
