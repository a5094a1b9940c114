//! The colour of what is seen of a scene: its own, and the light on it.

use super::space::Space;
use super::{Mesh, Solid};
use crate::scene::Rgba8;
use crate::solids::{Lens, Local, PARTS, SAMPLES};
use crate::view::camera::{cross, dot, length};

/// The radius in samples below which balls are not lit: 5 pixels across.
const ROUND: f64 = 2.5 * SAMPLES as f64;

/// A colour of each channel, from 0 to 255.
pub(crate) type Shade = [f64; 3];

/// A triangle before the camera.
pub(super) struct Facet {
    /// Along the camera's axes.
    pub(super) corners: [[f64; 3]; 3],
    /// Of its corners.
    pub(super) colors: [Shade; 3],
    /// Of its corners, in coordinates; nought where it is lit as a plane.
    pub(super) normals: [[f64; 3]; 3],
}

impl Space {
    /// The colour of an item of a solid at a sample of the target, which it covers.
    pub(crate) fn shade(
        &self,
        lens: &Lens,
        local: &Local,
        (solid, item): (usize, usize),
        at: [f64; 2],
    ) -> Shade {
        let auto = self.style.color(solid);
        match &self.solids[solid] {
            Solid::Mesh(mesh) => self.shade_triangle((lens, local), (mesh, item), auto, at),
            Solid::Surface(surface) => self.shade_surface((lens, local), (surface, item), at),
            Solid::Balls(balls) => {
                let place = local.place(balls.spots.placed().stored[item]);
                let radius = balls.radius(lens, self.scale_factor, item, place);
                let color = rgb(balls.color.of(item, auto));
                let Some(vertex) = lens.vertex(place) else {
                    return color;
                };
                // Of a few pixels alone the sides are not seen, but those of a ball's neighbours over it.
                if radius < ROUND {
                    return color;
                }
                let middle = vertex.at.map(|v| f64::from(v) / f64::from(PARTS));
                let [x, y] = [at[0] - middle[0], middle[1] - at[1]].map(|v| v / radius);
                let normal = [x, y, (1.0 - (x * x + y * y).min(1.0)).sqrt()];
                self.lit(color, normal)
            }
        }
    }

    fn shade_triangle(
        &self,
        (lens, local): (&Lens, &Local),
        (mesh, number): (&Mesh, usize),
        auto: Rgba8,
        at: [f64; 2],
    ) -> Shade {
        let shell = &*mesh.shell;
        let three = shell.triangles()[number].map(|vertex| vertex as usize);
        let facet = Facet {
            corners: three.map(|vertex| local.place(shell.placed().stored[vertex])),
            colors: three.map(|vertex| rgb(mesh.color.of(vertex, auto))),
            normals: three.map(|vertex| match mesh.is_flat {
                true => [0.0; 3],
                false => shell.normal(vertex).map(f64::from),
            }),
        };
        let color = self.shade_facet(lens, &facet, at);
        match mesh.wire {
            None => color,
            Some((width, ink)) => {
                let cover = wire(lens, facet.corners, at, f64::from(width * self.scale_factor));
                let alpha = cover * f64::from(ink.a) / 255.0;
                let ink = rgb(ink);
                [0, 1, 2].map(|channel| color[channel] + alpha * (ink[channel] - color[channel]))
            }
        }
    }

    /// The colour of a triangle at a place of the target.
    pub(super) fn shade_facet(&self, lens: &Lens, facet: &Facet, at: [f64; 2]) -> Shade {
        let corners = facet.corners;
        // A sample's middle may lie beside the part of a pixel that is covered.
        let parts = lens.parts(corners, at).map(|part| part.max(0.0));
        let sum = parts[0] + parts[1] + parts[2];
        let parts = match sum > 0.0 && sum.is_finite() {
            true => parts.map(|part| part / sum),
            false => [1.0 / 3.0; 3],
        };
        let mixed = |all: [[f64; 3]; 3]| {
            let part = |axis: usize| (0..3).map(|corner| parts[corner] * all[corner][axis]).sum();
            [0, 1, 2].map(part)
        };
        let [first, second, third] = facet.colors;
        let color = match first == second && second == third {
            true => first,
            false => mixed(facet.colors),
        };
        let side = |to: usize| [0, 1, 2].map(|axis| corners[to][axis] - corners[0][axis]);
        // The camera's third axis is the distance, which grows the other way.
        let [x, y, z] = cross(side(1), side(2));
        let plane = [x, y, -z].map(|v| -v);
        let round = lens.turned(mixed(facet.normals));
        let mut normal = if round == [0.0; 3] { plane } else { round };
        // What faces away is seen from behind.
        let eye = lens.to_eye(mixed(corners));
        if dot(plane, eye) * dot(plane, normal) < 0.0 {
            normal = normal.map(|v| -v);
        }
        self.lit(color, normal)
    }

    /// A colour by the light that falls on it: that from everywhere, and the more the more it faces the light (J. H. Lambert, 1760).
    pub(super) fn lit(&self, color: Shade, normal: [f64; 3]) -> Shade {
        let (long, from) = (length(normal), length(self.light));
        let falls = match long > 0.0 && from > 0.0 {
            true => (dot(normal, self.light) / (long * from)).max(0.0),
            false => 1.0,
        };
        let ambient = self.ambient.clamp(0.0, 1.0);
        color.map(|channel| channel * (ambient + (1.0 - ambient) * falls))
    }
}

/// How much of a pixel a triangle's sides cover, so many pixels wide.
fn wire(lens: &Lens, corners: [[f64; 3]; 3], at: [f64; 2], width: f64) -> f64 {
    let step = f64::from(SAMPLES);
    let here = lens.parts(corners, at);
    let right = lens.parts(corners, [at[0] + step, at[1]]);
    let below = lens.parts(corners, [at[0], at[1] + step]);
    // Half of a side is this triangle's, half its neighbour's.
    let cover = |corner: usize| {
        let per_px = (right[corner] - here[corner]).hypot(below[corner] - here[corner]);
        let far = here[corner].max(0.0) / per_px;
        (width.max(1.0) / 2.0 + 0.5 - far).clamp(0.0, 1.0) * width.clamp(0.0, 1.0)
    };
    (0..3).map(cover).fold(0.0, f64::max)
}

pub(super) fn rgb(color: Rgba8) -> Shade {
    [color.r, color.g, color.b].map(f64::from)
}
