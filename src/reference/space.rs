//! Scenes in pixels: each triangle, each disc and each upright of heights is asked of each sample.

use super::lines::strokes;
use crate::figure::{Shading, Solid, Space};
use crate::lines::pieces::Piece;
use crate::scene::PxRect;
use crate::scene::text::Text;
use crate::solids::{Form, Lens, Relief, SAMPLES, Splat, Vertex};
use crate::view::camera::Camera;

/// An item on the target.
struct Item {
    /// Of which solid, and its number there.
    of: (usize, usize),
    form: Drawn,
}

enum Drawn {
    /// A fan of triangles: one, or what is left where it was cut.
    Fan(Vec<Vertex>),
    /// A disc, with its radius in samples.
    Disc(Vertex, f64),
    /// What a box of heights is drawn as.
    Splat(Splat),
}

/// What is seen at each pixel of a target of `[width, height]`, before anything is written over it.
#[must_use]
pub fn paint(space: &Space, camera: &Camera, target: [u32; 2]) -> Vec<[u8; 4]> {
    let lens = Lens::new(camera, target, space.bounds());
    let items = items_of(space, &lens);
    let below = below(space, camera, target);
    let pixel = |px: u32| {
        let [column, row] = [px % target[0], px / target[0]];
        let mut sum = [0.0; 3];
        for sample in 0..SAMPLES * SAMPLES {
            let at = [
                column * SAMPLES + sample % SAMPLES,
                row * SAMPLES + sample / SAMPLES,
            ];
            let color = match seen(&items, at) {
                Some(of) => {
                    let frame = space.solids[of.0].frame();
                    let middle = [column, row].map(|px| f64::from(px * SAMPLES) + f64::from(SAMPLES) / 2.0);
                    let (shading, local) = (Shading::new(space, &lens), lens.local(frame));
                    shading.color(&local, &shading.look(&local, of), middle)
                }
                None => below[px as usize],
            };
            sum = [0, 1, 2].map(|channel| sum[channel] + color[channel]);
        }
        let [r, g, b] = sum.map(|v| (v / f64::from(SAMPLES * SAMPLES)).round() as u8);
        [r, g, b, 255]
    };
    (0..target[0] * target[1]).map(pixel).collect()
}

/// What is seen at each sample of a target of `[width, height]` pixels, of which each has `[SAMPLES, SAMPLES]`: the number of the
/// triangle or the ball, all solids counted through, and one more; 0 where nothing is.
#[must_use]
pub fn seen_items(space: &Space, camera: &Camera, target: [u32; 2]) -> Vec<u32> {
    let lens = Lens::new(camera, target, space.bounds());
    let (items, firsts) = (items_of(space, &lens), firsts(space));
    let number = |at| seen(&items, at).map_or(0, |(solid, item)| 1 + (firsts[solid] + item) as u32);
    samples(target).map(number).collect()
}

/// At how many samples something else is written than can be seen there, as [`seen_items`] has it, if all outlines may be off by so much of a
/// sample: what is written has to lie no farther from there, and nothing that reaches farther around may be nearer than any of it is.
#[must_use]
pub fn unexplained(space: &Space, camera: &Camera, target: [u32; 2], written: &[u32], off: f64) -> usize {
    let lens = Lens::new(camera, target, space.bounds());
    let (items, firsts) = (items_of(space, &lens), firsts(space));
    let ends: Vec<[[f64; 2]; 2]> = items.iter().map(|item| ends(&item.form)).collect();
    let is_wrong = |(written, at): &(&u32, [u32; 2])| {
        let at = at.map(|sample| f64::from(sample) + 0.5);
        // How near what is there is seen at most.
        let mut most = (**written == 0).then_some(0.0);
        let mut surely = 0.0_f64;
        for (item, ends) in items.iter().zip(&ends) {
            if (0..2).any(|axis| at[axis] < ends[axis][0] - off || ends[axis][1] + off < at[axis]) {
                continue;
            }
            let (inside, [least, greatest]) = about(&item.form, at, off);
            let number = 1 + (firsts[item.of.0] + item.of.1) as u32;
            if number == **written && inside >= -off {
                most = Some(most.unwrap_or(0.0_f64).max(greatest));
            }
            if inside >= off {
                surely = surely.max(least);
            }
        }
        // Depths are rounded, too.
        most.is_none_or(|most| most * (1.0 + 1.0 / 65_536.0) < surely)
    };
    written.iter().zip(samples(target)).filter(is_wrong).count()
}

/// The first and the last place that it may cover, to the right and downwards, in samples.
fn ends(form: &Drawn) -> [[f64; 2]; 2] {
    let (corners, radius): (&[Vertex], f64) = match form {
        Drawn::Fan(corners) => (corners, 0.0),
        Drawn::Disc(middle, radius) => (std::slice::from_ref(middle), *radius),
        Drawn::Splat(_) => (&[], 0.0),
    };
    [0, 1].map(|axis| {
        let places = || corners.iter().map(|corner| f64::from(corner.at[axis]) / 256.0);
        let least = places().fold(f64::INFINITY, f64::min) - radius;
        [least, places().fold(f64::NEG_INFINITY, f64::max) + radius]
    })
}

/// How far inside of its outline a place is, in samples, and how near what is seen of it no farther than `off` from there is at least and at most.
fn about(form: &Drawn, at: [f64; 2], off: f64) -> (f64, [f64; 2]) {
    match form {
        Drawn::Disc(middle, radius) => {
            let [x, y] = [0, 1].map(|axis| at[axis] - f64::from(middle.at[axis]) / 256.0);
            (radius - x.hypot(y), [middle.depth; 2])
        }
        Drawn::Fan(corners) => {
            let place = |vertex: &Vertex| vertex.at.map(|v| f64::from(v) / 256.0);
            let pairs = corners.iter().zip(corners.iter().cycle().skip(1));
            let side = |(from, to): (&Vertex, &Vertex)| {
                let [from, to] = [place(from), place(to)];
                let long = (to[0] - from[0]).hypot(to[1] - from[1]);
                (long > 0.0).then(|| twice(from, to, at) / long)
            };
            let sides: Vec<f64> = pairs.filter_map(side).collect();
            let area = |three: &[Vertex; 3]| twice(place(&three[0]), place(&three[1]), place(&three[2]));
            let fans = (2..corners.len()).map(|last| [corners[0], corners[last - 1], corners[last]]);
            let largest = fans.max_by(|a, b| area(a).abs().total_cmp(&area(b).abs()));
            let ends = [f64::min, f64::max].map(|most: fn(f64, f64) -> f64| {
                let depths = corners.iter().map(|corner| corner.depth);
                depths.reduce(most).unwrap_or(0.0)
            });
            let Some((three, twice_area)) = largest
                .map(|three| (three, area(&three)))
                .filter(|(_, a)| *a != 0.0)
            else {
                // What has no room between its sides lies on all of them.
                let far = sides.iter().map(|v| v.abs()).fold(0.0, f64::max);
                return (-far, ends);
            };
            let inside = sides
                .iter()
                .map(|v| v * twice_area.signum())
                .fold(f64::INFINITY, f64::min);
            let [a, b, c] = three;
            let by = |to: Vertex, axis: usize| place(&to)[axis] - place(&a)[axis];
            let (db, dc) = (b.depth - a.depth, c.depth - a.depth);
            let slope_x = (db * by(c, 1) - dc * by(b, 1)) / twice_area;
            let slope_y = (dc * by(b, 0) - db * by(c, 0)) / twice_area;
            let [x, y] = [0, 1].map(|axis| at[axis] - place(&a)[axis]);
            let depth = a.depth + slope_x * x + slope_y * y;
            let beside = off * (slope_x.abs() + slope_y.abs());
            (
                inside,
                [depth - beside, depth + beside].map(|v| v.clamp(ends[0], ends[1])),
            )
        }
        Drawn::Splat(_) => (f64::NEG_INFINITY, [0.0; 2]),
    }
}

/// Twice the area of a triangle, above 0 where it goes round to the right.
fn twice(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// The samples of a target, row by row.
fn samples([width, height]: [u32; 2]) -> impl Iterator<Item = [u32; 2]> {
    let across = width * SAMPLES;
    (0..across * height * SAMPLES).map(move |sample| [sample % across, sample / across])
}

/// For each solid how many items come before its first one.
fn firsts(space: &Space) -> Vec<usize> {
    let mut next = 0;
    let first = |solid: &Solid| {
        let first = next;
        next += match solid {
            Solid::Mesh(mesh) => mesh.shell.triangles().len(),
            Solid::Surface(surface) => surface.relief.items(),
            Solid::Balls(balls) => balls.spots.len(),
        };
        first
    };
    space.solids.iter().map(first).collect()
}

/// What is below all solids: the background, and the lines of axes.
fn below(space: &Space, camera: &Camera, target: [u32; 2]) -> Vec<[f64; 3]> {
    let ground = space.style.background;
    let mut pixels = vec![[ground.r, ground.g, ground.b].map(f64::from); (target[0] * target[1]) as usize];
    for line in space.around(camera, target, &mut Text::new()).behind {
        let pieces = line.runs.iter().map(|run| Piece {
            from: run[0].map(f64::from),
            to: run[1].map(f64::from),
            vertex: 0,
        });
        strokes(
            &[(pieces.collect(), line.color)],
            (line.width.into(), 1.0),
            PxRect::all(target),
            &mut pixels,
            target[0] as usize,
        );
    }
    pixels
}

/// All items that have a place before the camera, in their order.
fn items_of(space: &Space, lens: &Lens) -> Vec<Item> {
    let mut items = Vec::new();
    for (number, solid) in space.solids.iter().enumerate() {
        match solid {
            Solid::Mesh(mesh) => {
                let placed = mesh.shell.placed();
                let local = lens.local(placed.frame);
                for (item, three) in mesh.shell.triangles().iter().enumerate() {
                    let corners = three.map(|vertex| local.place(placed.stored[vertex as usize]));
                    items.extend(fan(lens, corners).map(|form| Item {
                        of: (number, item),
                        form,
                    }));
                }
            }
            Solid::Surface(surface) => {
                let forms = forms(&surface.relief, lens);
                items.extend(forms.into_iter().map(|(item, form)| Item {
                    of: (number, item as usize),
                    form,
                }));
            }
            Solid::Balls(balls) => {
                let placed = balls.spots.placed();
                let local = lens.local(placed.frame);
                for (item, stored) in placed.stored.iter().enumerate() {
                    let place = local.place(*stored);
                    if let Some(vertex) = lens.vertex(place) {
                        let radius = balls.radius(space.scale_factor).of(lens, item, place);
                        let of = (number, item);
                        let form = Drawn::Disc(vertex, radius.min(8192.0));
                        items.push(Item { of, form });
                    }
                }
            }
        }
    }
    items
}

/// A triangle between places of the camera's axes, or what is left of it; none where one is nowhere.
fn fan(lens: &Lens, corners: [[f64; 3]; 3]) -> Option<Drawn> {
    if corners.iter().flatten().any(|v| v.is_nan()) {
        return None;
    }
    let whole: Option<Vec<Vertex>> = corners.iter().map(|&place| lens.vertex(place)).collect();
    Some(Drawn::Fan(whole.unwrap_or_else(|| lens.polygon(corners))))
}

/// What a grid of heights is drawn as, in the order of its items.
fn forms(relief: &Relief, lens: &Lens) -> Vec<(u32, Drawn)> {
    let local = lens.local(relief.frame());
    let mut forms = Vec::new();
    for patch in relief.patches(lens, &local) {
        for row in patch.from[0]..patch.end[0] {
            for column in patch.from[1]..patch.end[1] {
                let Form::Boxes(level) = patch.form else {
                    for half in 0..2 {
                        let corners = Relief::corners(half)
                            .map(|[down, right]| local.exact(relief.stored([row + down, column + right])));
                        let item = relief.triangle_item([row, column], half);
                        forms.extend(fan(lens, corners).map(|form| (item, form)));
                    }
                    continue;
                };
                let node = (level, [row, column]);
                let pieces = relief.pieces(lens, level, patch.nearest);
                let splat = |piece| relief.splat((lens, &local), node, (piece, pieces), patch.nearest);
                let item = relief.node_item(level, [row, column]);
                forms.extend(
                    (0..pieces)
                        .filter_map(splat)
                        .map(|splat| (item, Drawn::Splat(splat))),
                );
            }
        }
    }
    forms.sort_by_key(|(item, _)| *item);
    forms
}

/// The nearest item at a sample, the last of those that are equally near.
fn seen(items: &[Item], sample: [u32; 2]) -> Option<(usize, usize)> {
    let at = sample.map(|sample| i128::from(sample) * 256 + 128);
    let mut nearest: Option<(f32, (usize, usize))> = None;
    for item in items {
        let depths: Vec<f64> = match &item.form {
            Drawn::Fan(corners) => (2..corners.len())
                .filter_map(|last| depth([corners[0], corners[last - 1], corners[last]], at))
                .collect(),
            Drawn::Disc(middle, radius) => {
                let parts = (radius * 256.0).round();
                let [x, y] = [0, 1].map(|axis| (at[axis] - i128::from(middle.at[axis])) as f64);
                let is_within = *radius > 0.0 && x * x + y * y <= parts * parts;
                is_within.then_some(middle.depth).into_iter().collect()
            }
            Drawn::Splat(splat) => {
                let at = sample.map(|sample| f64::from(sample) + 0.5);
                splat.depth(at).into_iter().collect()
            }
        };
        for depth in depths {
            let depth = (depth as f32).clamp(f32::MIN_POSITIVE, f32::MAX);
            if nearest.is_none_or(|(least, _)| depth >= least) {
                nearest = Some((depth, item.of));
            }
        }
    }
    nearest.map(|(_, of)| of)
}

/// The depth of a triangle at a place, in 1/256 of a sample, if it covers it. A place on a side is covered by a triangle to the right of
/// the side or, of a level one, below it.
fn depth([a, b, c]: [Vertex; 3], at: [i128; 2]) -> Option<f64> {
    let wide = |vertex: Vertex| vertex.at.map(i128::from);
    let twice = |a: [i128; 2], b: [i128; 2], p: [i128; 2]| {
        (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
    };
    let area = twice(wide(a), wide(b), wide(c));
    let (b, c) = if area < 0 { (c, b) } else { (b, c) };
    let area = area.abs() as f64;
    for (from, to) in [(a, b), (b, c), (c, a)] {
        let (from, to) = (wide(from), wide(to));
        let on_inner = to[1] < from[1] || (to[1] == from[1] && to[0] > from[0]);
        let side = twice(from, to, at);
        if side < 0 || (side == 0 && !on_inner) {
            return None;
        }
    }
    let by = |to: Vertex, axis: usize| f64::from(to.at[axis] - a.at[axis]);
    let (db, dc) = (b.depth - a.depth, c.depth - a.depth);
    let slope_x = (db * by(c, 1) - dc * by(b, 1)) / area;
    let slope_y = (dc * by(b, 0) - db * by(c, 0)) / area;
    let [x, y] = [0, 1].map(|axis| (at[axis] - i128::from(a.at[axis])) as f64);
    Some(a.depth + slope_y * y + slope_x * x)
}
