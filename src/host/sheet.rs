//! The pixels and the shapes of figures and scenes side by side.

use rayon::prelude::*;

use super::figure::{Byte, Canvas, Counts, LayersOf, Took, VisualReport};
use super::space::Scene;
use super::swap_red_and_blue;
use crate::figure::Seen;
use crate::scene::text::Text;
use crate::scene::{PxRect, Rgba8};
use crate::vector::Shape;

/// A figure or a scene, laid out.
pub(crate) enum Part<'a> {
    Figure(Canvas<'a>),
    Space(Scene<'a>),
}

impl<'a> Part<'a> {
    fn new((seen, rect): (Seen<'a>, PxRect), bgra: bool, text: &mut Text) -> Self {
        match seen {
            Seen::Figure(figure, plane) => Self::Figure(Canvas::new(figure, plane, (rect, bgra), text)),
            Seen::Space(space, camera) => Self::Space(Scene::new(space, camera, (rect, bgra), text)),
        }
    }

    /// Where on the target it is.
    pub(crate) fn rect(&self) -> PxRect {
        match self {
            Self::Figure(canvas) => canvas.rect,
            Self::Space(scene) => scene.rect,
        }
    }

    /// Where on the target what it shows is.
    pub(crate) fn plot(&self) -> PxRect {
        match self {
            Self::Figure(canvas) => canvas.frame.plot.moved(canvas.rect.x, canvas.rect.y),
            Self::Space(scene) => scene.rect,
        }
    }

    /// All of it but its background, in shapes.
    pub(crate) fn shapes(&self, layers: &mut LayersOf<'_>) -> Vec<Shape> {
        match self {
            Self::Figure(canvas) => canvas.shapes(layers),
            Self::Space(scene) => scene.shapes(),
        }
    }

    fn paint<B: Byte>(&self, counts: &mut Counts, rows: &mut [&mut [B]]) -> (Vec<VisualReport>, Took) {
        match self {
            Self::Figure(canvas) => canvas.paint(counts, rows),
            Self::Space(scene) => (Vec::new(), scene.paint(rows)),
        }
    }
}

/// Lays figures and scenes out; `bgra` where the target has blue where it else has red.
pub(crate) fn parts<'a>(seen: &[(Seen<'a>, PxRect)], bgra: bool, text: &mut Text) -> Vec<Part<'a>> {
    seen.iter().map(|&seen| Part::new(seen, bgra, text)).collect()
}

/// Paints parts, none of which lies over another, into a target of `width` pixels across, `[height, width]` of RGBA or BGRA; where
/// none is, `ground`.
pub(crate) fn paint<B: Byte>(
    parts: &[Part<'_>],
    counts: &mut Vec<Counts>,
    (width, ground, bgra): (u32, Rgba8, bool),
    into: &mut [B],
) -> Vec<(Vec<VisualReport>, Took)> {
    counts.resize_with(parts.len(), Counts::default);
    let mut ground = [ground.with_alpha(255).to_u32()];
    if bgra {
        swap_red_and_blue(&mut ground);
    }
    let rects: Vec<PxRect> = parts.iter().map(Part::rect).collect();
    let rows = cut(&rects, (width, ground), into);
    parts
        .par_iter()
        .zip(counts)
        .zip(rows)
        .map(|((part, counts), mut rows)| part.paint(counts, &mut rows))
        .collect()
}

/// Cuts a target into the rows of each rectangle, and fills what is of none.
fn cut<'a, B: Byte>(
    rects: &[PxRect],
    (width, ground): (u32, [u32; 1]),
    into: &'a mut [B],
) -> Vec<Vec<&'a mut [B]>> {
    let mut order: Vec<usize> = (0..rects.len()).collect();
    order.sort_by_key(|&i| rects[i].x);
    let mut parts: Vec<Vec<&'a mut [B]>> = rects.iter().map(|_| Vec::new()).collect();
    let fill = |pixels: &mut [B]| {
        for pixel in pixels.chunks_exact_mut(4) {
            B::copy(pixel, bytemuck::bytes_of(&ground));
        }
    };
    for (y, mut row) in (0..).zip(into.chunks_exact_mut(width as usize * 4)) {
        let mut x = 0;
        let here = order
            .iter()
            .filter(|&&i| (rects[i].y..rects[i].bottom()).contains(&y));
        for &i in here {
            let rect = &rects[i];
            let (before, rest) = row.split_at_mut((rect.x - x) as usize * 4);
            let (part, rest) = rest.split_at_mut(rect.w as usize * 4);
            fill(before);
            parts[i].push(part);
            (row, x) = (rest, rect.right());
        }
        fill(row);
    }
    parts
}
