//! The colour of what is seen of a scene: its own, and the light on it.

use super::space::Space;
use super::{Mesh, Solid, Surface};
use crate::scene::Rgba8;
use crate::solids::{Lens, Local, PARTS, SAMPLES};
use crate::view::camera::{cross, dot, length};

/// The radius in samples below which balls are not lit: 5 pixels across.
const ROUND: f64 = 2.5 * SAMPLES as f64;

/// A colour of each channel, from 0 to 255.
pub(crate) type Shade = [f64; 3];

/// How a scene is coloured as a camera sees it.
pub(crate) struct Shading<'a> {
    space: &'a Space,
    lens: &'a Lens,
    /// Towards the light, of length 1, along the camera's axes; nought where it comes from nowhere.
    light: [f64; 3],
    /// The same in coordinates.
    light_there: [f64; 3],
    ambient: f64,
}

/// What is seen of a solid, ready to be coloured at any place that it covers.
pub(crate) enum Look<'a> {
    Triangle(Facet),
    /// So many pixels wide lines of a colour along its sides.
    Wired(Facet, f64, Rgba8),
    /// A ball of so few samples that it is not lit, or one that is nowhere.
    Dot(Shade),
    /// A ball with its middle and its radius, in samples.
    Ball(Shade, [f64; 2], f64),
    /// A box of a surface's heights: its level, and which of that.
    Node(&'a Surface, usize, [usize; 2]),
}

/// A triangle before the camera.
pub(crate) struct Facet {
    /// What says how much of each corner there is at a place: see [`Lens::crosses`].
    crosses: [[f64; 3]; 3],
    /// Of its corners.
    colors: [Rgba8; 3],
    /// Of its corners; nought where it is lit as a plane.
    normals: [[f64; 3]; 3],
    /// Its plane's, towards the eye.
    plane: [f64; 3],
}

impl Facet {
    /// Between places of the camera's axes. Normals are in coordinates.
    #[inline(always)]
    pub(super) fn new(
        lens: &Lens,
        corners: [[f64; 3]; 3],
        colors: [Rgba8; 3],
        normals: [[f64; 3]; 3],
    ) -> Self {
        let side = |to: usize| [0, 1, 2].map(|axis| corners[to][axis] - corners[0][axis]);
        // The camera's third axis is the distance, which grows the other way.
        let [x, y, z] = cross(side(1), side(2));
        let plane = [-x, -y, z];
        // Of all places of a plane the eye is on the same side.
        let is_behind = dot(plane, lens.to_eye(corners[0])) < 0.0;
        Self {
            crosses: lens.crosses(corners),
            colors,
            normals,
            plane: lens.turned_back(plane.map(|v| if is_behind { -v } else { v })),
        }
    }
}

impl<'a> Shading<'a> {
    pub(crate) fn new(space: &'a Space, lens: &'a Lens) -> Self {
        let long = length(space.light);
        let unit = |v: f64| if long > 0.0 { v / long } else { 0.0 };
        let light = space.light.map(unit);
        Self {
            space,
            lens,
            light,
            light_there: lens.turned_back(light),
            ambient: space.ambient.clamp(0.0, 1.0),
        }
    }

    /// What is to be seen of an item of a solid.
    pub(crate) fn look(&self, local: &Local, (solid, item): (usize, usize)) -> Look<'a> {
        let auto = self.space.style.color(solid);
        match &self.space.solids[solid] {
            Solid::Mesh(mesh) => self.look_of_triangle(local, (mesh, item), auto),
            Solid::Surface(surface) => self.look_of_surface(local, (surface, item)),
            Solid::Balls(balls) => {
                let place = local.place(balls.spots.placed().stored[item]);
                let radius = balls.radius(self.space.scale_factor).of(self.lens, item, place);
                let color = rgb(balls.color.of(item, auto));
                match self.lens.vertex(place) {
                    // Of a few pixels alone the sides are not seen, but those of a ball's neighbours over it.
                    Some(vertex) if radius >= ROUND => {
                        let middle = vertex.at.map(|v| f64::from(v) / f64::from(PARTS));
                        Look::Ball(color, middle, radius)
                    }
                    _ => Look::Dot(color),
                }
            }
        }
    }

    fn look_of_triangle(&self, local: &Local, (mesh, number): (&Mesh, usize), auto: Rgba8) -> Look<'a> {
        let shell = &*mesh.shell;
        let three = shell.triangles()[number].map(|vertex| vertex as usize);
        let facet = Facet::new(
            self.lens,
            three.map(|vertex| local.place(shell.placed().stored[vertex])),
            three.map(|vertex| mesh.color.of(vertex, auto)),
            three.map(|vertex| match mesh.is_flat {
                true => [0.0; 3],
                false => shell.normal(vertex).map(f64::from),
            }),
        );
        match mesh.wire {
            None => Look::Triangle(facet),
            Some((width, ink)) => Look::Wired(facet, f64::from(width * self.space.scale_factor), ink),
        }
    }

    /// The colour of what is seen at a sample of the target, or beside it.
    #[inline(always)]
    pub(crate) fn color(&self, local: &Local, look: &Look<'_>, at: [f64; 2]) -> Shade {
        match look {
            Look::Triangle(facet) => self.color_of_facet(facet, at),
            Look::Wired(facet, width, ink) => {
                let color = self.color_of_facet(facet, at);
                let alpha = wire(self.lens, facet, at, *width) * f64::from(ink.a) / 255.0;
                let ink = rgb(*ink);
                [0, 1, 2].map(|channel| color[channel] + alpha * (ink[channel] - color[channel]))
            }
            Look::Dot(color) => *color,
            Look::Ball(color, middle, radius) => {
                let [x, y] = [at[0] - middle[0], middle[1] - at[1]].map(|v| v / radius);
                let normal = [x, y, (1.0 - (x * x + y * y).min(1.0)).sqrt()];
                self.lit(*color, normal, self.light)
            }
            Look::Node(surface, level, node) => self.color_of_node(local, (surface, *level, *node), at),
        }
    }

    /// The same by a normal in coordinates.
    pub(super) fn lit_there(&self, color: Shade, normal: [f64; 3]) -> Shade {
        self.lit(color, normal, self.light_there)
    }

    pub(super) fn lens(&self) -> &'a Lens {
        self.lens
    }

    #[inline(always)]
    fn color_of_facet(&self, facet: &Facet, at: [f64; 2]) -> Shade {
        let [a, b, c] = self.lens.weights(&facet.crosses, at);
        let turn = if a + b + c < 0.0 { -1.0 } else { 1.0 };
        // A sample's middle may lie beside the part of a pixel that is covered.
        let [a, b, c] = [(turn * a).max(0.0), (turn * b).max(0.0), (turn * c).max(0.0)];
        let sum = a + b + c;
        let per = 1.0 / sum;
        let [a, b, c] = match sum > 0.0 && sum.is_finite() {
            true => [a * per, b * per, c * per],
            false => [1.0 / 3.0; 3],
        };
        let mixed = |[x, y, z]: &[[f64; 3]; 3]| {
            [
                a * x[0] + b * y[0] + c * z[0],
                a * x[1] + b * y[1] + c * z[1],
                a * x[2] + b * y[2] + c * z[2],
            ]
        };
        let [first, second, third] = facet.colors;
        let color = match first == second && second == third {
            true => rgb(first),
            false => mixed(&[rgb(first), rgb(second), rgb(third)]),
        };
        let round = mixed(&facet.normals);
        let normal = match round == [0.0; 3] {
            true => facet.plane,
            // What faces away is seen from behind.
            false if dot(facet.plane, round) < 0.0 => [-round[0], -round[1], -round[2]],
            false => round,
        };
        self.lit(color, normal, self.light_there)
    }

    /// A colour by the light that falls on it: that from everywhere, and the more the more it faces the light (J. H. Lambert, 1760).
    #[inline(always)]
    fn lit(&self, color: Shade, normal: [f64; 3], light: [f64; 3]) -> Shade {
        let long = length(normal);
        let falls = match long > 0.0 && light != [0.0; 3] {
            true => (dot(normal, light) / long).max(0.0),
            false => 1.0,
        };
        let bright = self.ambient + (1.0 - self.ambient) * falls;
        [color[0] * bright, color[1] * bright, color[2] * bright]
    }
}

/// How much of a pixel a triangle's sides cover, so many pixels wide.
fn wire(lens: &Lens, facet: &Facet, at: [f64; 2], width: f64) -> f64 {
    let step = f64::from(SAMPLES);
    let [here, right, below] = [[0.0, 0.0], [step, 0.0], [0.0, step]]
        .map(|[x, y]| lens.parts(&facet.crosses, [at[0] + x, at[1] + y]));
    // Half of a side is this triangle's, half its neighbour's.
    let cover = |corner: usize| {
        let per_px = (right[corner] - here[corner]).hypot(below[corner] - here[corner]);
        let far = here[corner].max(0.0) / per_px;
        (width.max(1.0) / 2.0 + 0.5 - far).clamp(0.0, 1.0) * width.clamp(0.0, 1.0)
    };
    (0..3).map(cover).fold(0.0, f64::max)
}

#[inline(always)]
pub(super) fn rgb(color: Rgba8) -> Shade {
    [color.r.into(), color.g.into(), color.b.into()]
}
