//! Visuals of an embedder's own: shaders, and the buffers and uniforms that they find by name.
//!
//! **What is drawn.** A number of items, each of a few corners that form triangles ([`figure::Custom`](crate::figure::Custom)). A vertex shader says where
//! a corner is, a fragment shader which colour a pixel has. Compute shaders may change buffers before, step by step. Pan, zoom, logarithmic axes,
//! the order of visuals, hit testing and what is out of view are the library's. Shaders reach buffers through functions alone, none of
//! which reads or writes beyond them.
//!
//! **What it costs.** A frame waits for the device, which draws 4 bytes a pixel of the plot, and for reading them back: the host lays them between
//! what lies below and above. Where items lie at places, those out of view cost two looks at their places.
//!
//! **GLSL.** A shader is the text of functions, without a version, without `main`. Of each buffer `name` of type `T`, and of uniforms, it finds
//!
//! | | in | is |
//! |---|---|---|
//! | `T name(uint i)` | all | element `i`, nought past the last; of places, as `vec2` in units of the axes |
//! | `uint name_count()` | all | how many there are |
//! | `vec2 name_px(uint i)` | all | of places where they are, in pixels from the plot's top left corner: exact to 48 bits, wherever it is looked at |
//! | `void set_name(uint i, T value)` | compute | sets an element |
//! | `uniforms.name` | all | a uniform |
//! | `vec2 plot_size()`, `float scale_factor()` | all | in pixels; how many of them there are for one before scaling to the display |
//! | `vec4 visual_color()` | all | the colour that the figure gives the visual |
//! | `vec2 px_of(vec2 units)` | all | where a place in units of the axes is, to 24 bits |
//! | `uint item()` | vertex, fragment | the item's number |
//! | `uint items()` | vertex, compute | how many items are drawn; how often a compute shader runs |
//! | `uint corner()`, `vec2 quad()` | vertex | the corner's number; of four in a strip −1 or 1 to the right and down |
//! | `vec4 clip(vec2 px)` | vertex | what a position in pixels of the plot is to Vulkan; nowhere for what is not finite |
//! | `vec2 here()` | fragment | the pixel's middle, in pixels of the plot |
//!
//! and has one function that is called:
//!
//! | stage | function | |
//! |---|---|---|
//! | vertex | `vec4 position()` | of [`corner`](Stage::Vertex) of an item, mostly `clip(…)`; outputs of its own are at locations from 1 |
//! | fragment | `vec4 color()` | red, green, blue and alpha, not premultiplied; nothing is drawn, and nothing hit, where alpha is 0 |
//! | compute | `void run(uint i)` | for each element of a buffer; in one run none sees what another has set |
//!
//! **SPIR-V.** [`Layout::source`] writes the whole shader for a compiler ahead of time. The feature `shaderc` has one within.

mod data;
#[cfg(feature = "shaderc")]
mod glsl;
mod kind;
mod layout;
mod prelude;
mod program;

pub(crate) use data::{Basis, Buffer};
pub use kind::{Element, Kind};
pub use layout::{Layout, Stage};
pub use program::Program;
