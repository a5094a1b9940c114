//! Visuals by shaders of an embedder's own.

use std::sync::Arc;

use super::adding::verbs;
use super::{Adding, Figure, Visual};
use crate::custom::{Basis, Buffer, Element, Kind, Layout, Program};
use crate::scene::Rgba8;
use crate::view::axis::Scale;
use crate::view::plane::Bounds;
use crate::{Error, Result};

/// Places of an item at most.
pub const MOST_PER: u32 = 64;

/// Items that shaders draw: see [`custom`](crate::custom) for what these find. Drawn on a device; what cannot be, as in [`Figure::pixels`], leaves it out.
///
/// ```no_run
/// # #[cfg(feature = "shaderc")]
/// # fn main() -> galvani::Result<()> {
/// use galvani::figure::{Custom, Figure};
/// let rings = Custom::new()
///     .places("place", &[0.0, 1.0, 2.0], &[0.0, 1.0, 0.0])?
///     .uniform("radius", 20.0_f32)?
///     .each_of("place", 1)?
///     .reach(20.0)
///     .glsl(
///         "layout(location = 1) out vec2 at;
///          vec4 position() {
///              at = quad() * uniforms.radius;
///              return clip(place_px(item()) + at);
///          }",
///         "layout(location = 1) in vec2 at;
///          vec4 color() {
///              float off = abs(length(at) - 0.8 * uniforms.radius);
///              return vec4(visual_color().rgb, 2.0 - off);
///          }",
///     )?;
/// Figure::new().custom(rings).save("rings.png")
/// # }
/// # #[cfg(not(feature = "shaderc"))]
/// # fn main() {}
/// ```
///
/// **Data** may change at any time and in size ([`Custom::put`], [`Custom::put_places`]); what has changed is uploaded with the next frame. Clones
/// share all of it, and what compute shaders have made of it on a device, which goes when the last of them does.
///
/// **Steps.** Compute shaders run when there are steps left: a figure that is looked at from elsewhere is the same ([`Custom::advance`]).
#[derive(Clone)]
pub struct Custom {
    buffers: Vec<Buffer>,
    uniforms: Vec<Uniform>,
    program: Option<Arc<Program>>,
    items: Items,
    corners: u32,
    is_strip: bool,
    reach: Option<f32>,
    indirect: Option<usize>,
    steps: u64,
    /// The least rectangle around it, in coordinates, where its places do not say so.
    pub bounds: Option<Bounds>,
    /// In which colour, as `visual_color()` and in the legend.
    pub color: Option<Rgba8>,
    /// How opaque all of it is, from 0 to 1.
    pub opacity: f32,
    /// What the legend calls it.
    pub name: String,
    token: Arc<()>,
}

#[derive(Clone)]
struct Uniform {
    name: String,
    kind: Kind,
    words: Vec<u8>,
}

/// How many items there are.
#[derive(Debug, Clone, Copy)]
enum Items {
    Count(u32),
    /// One for each so many elements of the buffer with this number.
    Each(usize, u32),
}

/// Which of a visual's items are looked at for whether they are seen.
pub(crate) struct Culled {
    /// The number of the buffer of their places.
    pub(crate) buffer: usize,
    /// Places of an item.
    pub(crate) per: u32,
    /// How far they reach beyond these, in pixels.
    pub(crate) reach: f32,
}

impl Default for Custom {
    fn default() -> Self {
        Self {
            buffers: Vec::new(),
            uniforms: Vec::new(),
            program: None,
            items: Items::Count(1),
            corners: 4,
            is_strip: true,
            reach: None,
            indirect: None,
            steps: 0,
            bounds: None,
            color: None,
            opacity: 1.0,
            name: String::new(),
            token: Arc::new(()),
        }
    }
}

impl Custom {
    /// One item of four corners, without data and without shaders.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a buffer of places `(x[i], y[i])`, in coordinates.
    ///
    /// # Errors
    /// [`Error::Invalid`] for different numbers of x and y, and for a name that is there already or that GLSL does not take.
    pub fn places(self, name: &str, x: &[f64], y: &[f64]) -> Result<Self> {
        let places = pairs(x, y)?;
        self.with_buffer(Buffer::of_places(name, places))
    }

    /// Adds a buffer of values.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is there already or that GLSL does not take.
    pub fn buffer<E: Element>(self, name: &str, values: &[E]) -> Result<Self> {
        self.with_buffer(Buffer::new(name, values))
    }

    fn with_buffer(mut self, buffer: Buffer) -> Result<Self> {
        self.layout().with_buffer(&buffer.name, buffer.kind)?;
        self.buffers.push(buffer);
        Ok(self.restart())
    }

    /// Adds a uniform. Of a colour shaders find a `vec4`.
    ///
    /// # Errors
    /// As [`Custom::buffer`].
    pub fn uniform<E: Element>(mut self, name: &str, value: E) -> Result<Self> {
        self.layout().with_uniform(name, E::KIND)?;
        self.uniforms.push(Uniform {
            name: name.to_owned(),
            kind: E::KIND,
            words: words(&value),
        });
        Ok(self.restart())
    }

    /// So many items.
    #[must_use]
    pub fn items(self, count: u32) -> Self {
        Self {
            items: Items::Count(count),
            ..self
        }
    }

    /// An item for each `per` elements of a buffer that follow one another; what is left over is none.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a buffer that is not there, or none or more than 64 elements an item.
    pub fn each_of(self, buffer: &str, per: u32) -> Result<Self> {
        if per == 0 || per > MOST_PER {
            return Err(Error::Invalid {
                what: "elements of an item",
                problem: format!("{per}; give 1 to {MOST_PER}"),
            });
        }
        Ok(Self {
            items: Items::Each(self.layout().number(buffer)?, per),
            ..self
        })
    }

    /// So many corners of an item, of which each is a triangle with the two before it; 4, a rectangle, without.
    #[must_use]
    pub fn strip(self, corners: u32) -> Self {
        Self {
            corners,
            is_strip: true,
            ..self
        }
    }

    /// So many corners of an item, of which each three are a triangle.
    #[must_use]
    pub fn triangles(self, corners: u32) -> Self {
        Self {
            corners,
            is_strip: false,
            ..self
        }
    }

    /// Leaves out the items that are not seen, of those that lie at places ([`Custom::each_of`]): all of an item is within so many pixels of the
    /// least rectangle around its places. Others cost what looking at their places does.
    #[must_use]
    pub fn reach(self, px: f32) -> Self {
        Self {
            reach: Some(px.max(0.0)),
            ..self
        }
    }

    /// Draws as many times as a buffer of `u32` says, which a compute shader may have written: `VkDrawIndirectCommand`s of four words, of which the
    /// last is 0. Nothing is left out then but by that shader.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a buffer that is not there, or of another type.
    pub fn indirect(self, buffer: &str) -> Result<Self> {
        let number = self.layout().number(buffer)?;
        let kind = self.buffers[number].kind;
        if kind != Kind::Uint {
            return Err(Error::Invalid {
                what: "a buffer of indirect draws",
                problem: format!("{buffer} holds {kind:?}; it has to hold Uint"),
            });
        }
        Ok(Self {
            indirect: Some(number),
            ..self
        })
    }

    /// Draws with shaders in GLSL, compiled here.
    ///
    /// # Errors
    /// [`Error::Shader`] with what the compiler says, by the lines of the text that is given.
    #[cfg(feature = "shaderc")]
    pub fn glsl(self, vertex: &str, fragment: &str) -> Result<Self> {
        let program = Program::glsl(self.layout(), vertex, fragment)?;
        self.program(Arc::new(program))
    }

    /// Draws with shaders in SPIR-V, of sources by [`Layout::source`].
    ///
    /// # Errors
    /// [`Error::Shader`] for what is not SPIR-V, or of another stage.
    pub fn spirv(self, vertex: &[u32], fragment: &[u32]) -> Result<Self> {
        let program = Program::spirv(self.layout(), vertex, fragment)?;
        self.program(Arc::new(program))
    }

    /// Draws with shaders that several visuals share.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless they were made for buffers and uniforms of the same names and types in the same order.
    pub fn program(self, program: Arc<Program>) -> Result<Self> {
        let (own, has) = (self.layout(), program.layout());
        if own != *has {
            return Err(Error::Invalid {
                what: "the shaders of a custom visual",
                problem: format!("they are made for {has:?}, and it has {own:?}; add all of its data before"),
            });
        }
        Ok(Self {
            program: Some(program),
            ..self
        })
    }

    /// The least rectangle around it, in coordinates, where its places do not say so.
    #[must_use]
    pub fn bounds(self, x: [f64; 2], y: [f64; 2]) -> Self {
        Self {
            bounds: Some(Bounds { x, y }),
            ..self
        }
    }

    /// Puts values over those of a buffer from element `at` on, and behind its last.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a buffer that is not there, or of another type; or where `at` is past its end.
    pub fn put<E: Element>(&mut self, buffer: &str, at: usize, values: &[E]) -> Result<()> {
        let number = self.layout().number(buffer)?;
        self.buffers[number].put(at, values)
    }

    /// The same of places.
    ///
    /// # Errors
    /// As [`Custom::put`], and for different numbers of x and y.
    pub fn put_places(&mut self, buffer: &str, at: usize, x: &[f64], y: &[f64]) -> Result<()> {
        let number = self.layout().number(buffer)?;
        self.buffers[number].put_places(at, &pairs(x, y)?)
    }

    /// Gives all values of a buffer anew, as many as there are.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a buffer that is not there, or of another type.
    pub fn set<E: Element>(&mut self, buffer: &str, values: &[E]) -> Result<()> {
        self.replace(Buffer::new(buffer, values))
    }

    /// The same of places.
    ///
    /// # Errors
    /// As [`Custom::set`], and for different numbers of x and y.
    pub fn set_places(&mut self, buffer: &str, x: &[f64], y: &[f64]) -> Result<()> {
        self.replace(Buffer::of_places(buffer, pairs(x, y)?))
    }

    fn replace(&mut self, buffer: Buffer) -> Result<()> {
        let number = self.layout().number(&buffer.name)?;
        // Nothing of no values says which type they would have.
        self.buffers[number].is_of(buffer.kind)?;
        self.buffers[number] = buffer;
        Ok(())
    }

    /// Gives a uniform another value.
    ///
    /// # Errors
    /// [`Error::Invalid`] for one that is not there, or of another type.
    pub fn set_uniform<E: Element>(&mut self, name: &str, value: E) -> Result<()> {
        let found = self.uniforms.iter_mut().find(|uniform| uniform.name == name);
        let problem = match found {
            Some(uniform) if uniform.kind == E::KIND => {
                uniform.words = words(&value);
                return Ok(());
            }
            Some(uniform) => format!("{name} is {:?}, not {:?}", uniform.kind, E::KIND),
            None => format!("there is no {name:?}"),
        };
        Err(Error::Invalid {
            what: "a uniform of a custom visual",
            problem,
        })
    }

    /// Lets each compute shader run so many times more, in turn, before it is next drawn.
    pub fn advance(&mut self, steps: u64) {
        self.steps = self.steps.saturating_add(steps);
    }

    /// The same as it was given, on every device, as if no compute shader had run, and with no steps left.
    #[must_use]
    pub fn restart(self) -> Self {
        Self {
            steps: 0,
            token: Arc::new(()),
            ..self
        }
    }

    /// The names and types of its buffers and uniforms.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let buffers = self
            .buffers
            .iter()
            .map(|buffer| (buffer.name.clone(), buffer.kind));
        let uniforms = self
            .uniforms
            .iter()
            .map(|uniform| (uniform.name.clone(), uniform.kind));
        Layout::of(buffers.collect(), uniforms.collect())
    }

    /// How many items there are.
    #[must_use]
    pub fn count(&self) -> u32 {
        match self.items {
            Items::Count(count) => count,
            Items::Each(buffer, per) => {
                let count = self.buffers[buffer].len() / per as usize;
                u32::try_from(count).unwrap_or(u32::MAX)
            }
        }
    }

    /// The least rectangle around it, in units of axes of these scales: as it was given, else around all of its places.
    #[must_use]
    pub(crate) fn around(&self, scales: [Scale; 2]) -> Option<Bounds> {
        match self.bounds {
            Some(Bounds { x, y }) => {
                let corner = |end: usize| Scale::units(scales, [x[end], y[end]]);
                Bounds::around([corner(0), corner(1)])
            }
            None => {
                let all = self.buffers.iter().filter_map(|buffer| buffer.bounds(scales));
                all.reduce(Bounds::union)
            }
        }
    }

    pub(crate) fn shaders(&self) -> Option<&Arc<Program>> {
        self.program.as_ref()
    }

    pub(crate) fn buffers(&self) -> &[Buffer] {
        &self.buffers
    }

    /// The uniforms as shaders find them.
    pub(crate) fn uniform_words(&self) -> Vec<u8> {
        self.uniforms
            .iter()
            .flat_map(|uniform| uniform.words.clone())
            .collect()
    }

    pub(crate) fn shape(&self) -> (u32, bool) {
        (self.corners, self.is_strip)
    }

    pub(crate) fn culled(&self) -> Option<Culled> {
        match (self.reach, self.items) {
            (Some(reach), Items::Each(buffer, per)) if self.buffers[buffer].kind == Kind::Place => {
                Some(Culled { buffer, per, reach })
            }
            _ => None,
        }
    }

    pub(crate) fn drawn_by(&self) -> Option<usize> {
        self.indirect
    }

    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    /// The same of all clones, and of no other visual.
    pub(crate) fn token(&self) -> &Arc<()> {
        &self.token
    }

    /// How places of each buffer are kept on axes of these scales.
    pub(crate) fn bases(&self, scales: [Scale; 2]) -> Vec<Basis> {
        self.buffers.iter().map(|buffer| buffer.basis(scales)).collect()
    }
}

fn pairs(x: &[f64], y: &[f64]) -> Result<Vec<[f64; 2]>> {
    if x.len() != y.len() {
        return Err(Error::Invalid {
            what: "places of a custom visual",
            problem: format!("{} x and {} y; give one each", x.len(), y.len()),
        });
    }
    Ok(x.iter().zip(y).map(|(&x, &y)| [x, y]).collect())
}

/// A uniform's bytes.
fn words<E: Element>(value: &E) -> Vec<u8> {
    let bytes = bytemuck::bytes_of(value);
    match E::KIND {
        Kind::Color => bytes
            .iter()
            .flat_map(|&v| (f32::from(v) / 255.0).to_ne_bytes())
            .collect(),
        _ => bytes.to_vec(),
    }
}

verbs! {
    Custom;
    /// Adds a visual by shaders of one's own: see [`Custom`].
    add custom[](custom: Custom) = Ok(custom);
    say color(color: Rgba8);
    say opacity(opacity: f32);
    say name(name: impl Into<String>);
}
