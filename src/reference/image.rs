//! Images in pixels: what [`Pixmap`](crate::images::Pixmap) and the painting of figures mean, one by one.

use crate::figure::Image;
use crate::images::Reduce;
use crate::scene::Rgba8;
use crate::view::plane::Plane;

/// For each pixel of an axis the nodes of `block` values in it, by their middles; where there are none, or where nodes are larger than
/// pixels, that under the pixel's middle.
fn members(
    side: usize,
    edges: [f64; 2],
    (start, step): (f64, f64),
    px: u32,
    block: usize,
) -> Vec<Vec<usize>> {
    let at = |px: f64| (start + px * step - edges[0]) / (edges[1] - edges[0]) * side as f64 / block as f64;
    let many = (side as f64 * step / (edges[1] - edges[0])).abs() >= block as f64;
    let nodes = 0..side.div_ceil(block);
    let end = side as f64 / block as f64;
    let middle = |node: usize| (node as f64 + (node as f64 + 1.0).min(end)) / 2.0;
    let of = |px: u32| -> Vec<usize> {
        let (a, b) = (at(f64::from(px)), at(f64::from(px + 1)));
        let within = |node: &usize| a.min(b) <= middle(*node) && middle(*node) < a.max(b);
        let all: Vec<usize> = nodes.clone().filter(within).collect();
        if many && !all.is_empty() {
            return all;
        }
        let under = at(f64::from(px) + 0.5);
        let inside = 0.0 <= under && under < end;
        nodes
            .clone()
            .filter(|&node| inside && node as f64 == under.floor())
            .collect()
    };
    (0..px).map(of).collect()
}

/// Rows of nodes.
struct Nodes<N> {
    width: usize,
    height: usize,
    nodes: Vec<N>,
}

/// One node of some columns of some rows: first of each column from the top down, then of those from left to right, which is the order in
/// which numbers are added.
type Fold<'a, N> = &'a dyn Fn(&[Vec<N>]) -> N;

impl<N: Copy> Nodes<N> {
    fn fold(&self, columns: &[usize], rows: &[usize], fold: Fold<'_, N>) -> N {
        let of = |column: &usize| {
            rows.iter()
                .map(|row| self.nodes[row * self.width + column])
                .collect()
        };
        fold(&columns.iter().map(of).collect::<Vec<Vec<N>>>())
    }

    /// Blocks of `across` × `down`.
    fn smaller(&self, [across, down]: [usize; 2], fold: Fold<'_, N>) -> Self {
        let blocks = |side: usize, block: usize| -> Vec<Vec<usize>> {
            let all: Vec<usize> = (0..side).collect();
            all.chunks(block).map(<[usize]>::to_vec).collect()
        };
        let (columns, rows) = (blocks(self.width, across), blocks(self.height, down));
        let nodes = rows
            .iter()
            .flat_map(|rows| columns.iter().map(move |columns| self.fold(columns, rows, fold)));
        Self {
            width: columns.len(),
            height: rows.len(),
            nodes: nodes.collect(),
        }
    }
}

/// What each pixel of a plot shows, `[height, width]`, if anything, of nodes of 2ⁿ × 2ᵐ values.
fn shown<N: Copy>(
    values: &[N],
    image: &Image,
    (plane, px): (&Plane, [u32; 2]),
    shifts: [u32; 2],
    fold: Fold<'_, N>,
) -> Vec<Option<N>> {
    let ([height, width], place) = (image.pixmap.size(), image.place());
    let mut nodes = Nodes {
        width,
        height,
        nodes: values.to_vec(),
    };
    // First what is longer on one axis, then four of each, then two as often as need be.
    let rung = shifts[0].min(shifts[1]);
    let first = shifts.map(|shift| 1 << (shift - rung));
    let rest = (2..rung + 1).map(|rung| if rung == 2 { [4, 4] } else { [2, 2] });
    for by in [first].into_iter().chain(rest) {
        nodes = nodes.smaller(by, fold);
    }
    let x = (plane.corner[0], 1.0 / plane.px_per_unit[0]);
    let y = (plane.corner[1], -1.0 / plane.px_per_unit[1]);
    let columns = members(width, place.x, x, px[0], 1 << shifts[0]);
    let rows = members(height, place.y, y, px[1], 1 << shifts[1]);
    let pixel = |columns: &Vec<usize>, rows: &Vec<usize>| {
        (!columns.is_empty() && !rows.is_empty()).then(|| nodes.fold(columns, rows, fold))
    };
    rows.iter()
        .flat_map(|rows| columns.iter().map(move |columns| pixel(columns, rows)))
        .collect()
}

/// The colour of each pixel of a plot, `[height, width]`, of an image of numbers; clear where there is nothing.
#[must_use]
pub fn numbers(values: &[f64], image: &Image, view: (&Plane, [u32; 2]), shifts: [u32; 2]) -> Vec<Rgba8> {
    let fold = |all: &[Vec<f64>]| -> f64 {
        let there = |column: &Vec<f64>| {
            column
                .iter()
                .copied()
                .filter(|v| !v.is_nan())
                .collect::<Vec<f64>>()
        };
        let columns: Vec<Vec<f64>> = all.iter().map(there).collect();
        let some = columns.iter().flatten().copied();
        match image.reduce {
            Reduce::Max => some.fold(f64::NAN, f64::max),
            Reduce::Min => some.fold(f64::NAN, f64::min),
            Reduce::Mean => {
                let count = some.count() as f64;
                let sums = columns
                    .iter()
                    .map(|column| column.iter().fold(0.0, |sum, v| sum + v));
                f64::from((sums.fold(0.0, |sum, v| sum + v) / count) as f32)
            }
        }
    };
    // A block of one value is that value, which is not rounded.
    let fold = |all: &[Vec<f64>]| match all {
        [column] if column.len() == 1 => column[0],
        all => fold(all),
    };
    let [from, to] = image.range();
    let color = |value: f64| {
        let part = ((value - from) * (256.0 / (to - from))).floor().clamp(0.0, 255.0);
        let alpha = (255.0 * f64::from(image.opacity)).round() as u8;
        image.colormap.color(part / 255.0).with_alpha(alpha)
    };
    shown(values, image, view, shifts, &fold)
        .into_iter()
        .map(|value| value.filter(|v| !v.is_nan()).map_or(Rgba8::default(), color))
        .collect()
}

/// The same of an image of colours.
#[must_use]
pub fn colors(values: &[Rgba8], image: &Image, view: (&Plane, [u32; 2]), shifts: [u32; 2]) -> Vec<Rgba8> {
    let fold = |all: &[Vec<Rgba8>]| -> Rgba8 {
        let all: Vec<[u64; 4]> = all
            .iter()
            .flatten()
            .map(|color| color.to_array().map(u64::from))
            .collect();
        let alphas: u64 = all.iter().map(|color| color[3]).sum();
        let round = |sum: u64, of: u64| if of == 0 { 0 } else { (2 * sum + of) / (2 * of) };
        let part = |i: usize| -> u8 {
            let parts = all.iter().map(|color| color[i]);
            let value = match (image.reduce, i) {
                (Reduce::Max, _) => parts.max().unwrap_or(0),
                (Reduce::Min, _) => parts.min().unwrap_or(0),
                (Reduce::Mean, 3) => round(alphas, all.len() as u64),
                (Reduce::Mean, _) => round(all.iter().map(|color| color[i] * color[3]).sum(), alphas),
            };
            value as u8
        };
        Rgba8 {
            r: part(0),
            g: part(1),
            b: part(2),
            a: part(3),
        }
    };
    let faded = |color: Rgba8| {
        let alpha = f64::from(color.a) * f64::from(image.opacity);
        color.with_alpha(alpha.round() as u8)
    };
    shown(values, image, view, shifts, &fold)
        .into_iter()
        .map(|color| color.map_or(Rgba8::default(), faded))
        .collect()
}
