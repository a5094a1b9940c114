//! The plain twins: what each stage means, written to be obvious and never fast.
//!
//! Tests hold every shader and the host's builder to these, bit for bit; only the rasterisers are compared within a
//! stated tolerance, because the rounding of a colour to 8 bits is the driver's, and so is that of a triangle's corner to parts of a sample.

pub mod bars;
pub mod bin;
pub mod cull;
pub mod events;
pub mod heat;
pub mod image;
pub mod items;
pub mod lines;
pub mod overlay;
pub mod points;
pub mod pyramid;
pub mod raster;
pub mod resolve;
pub mod signal;
pub mod solids;
pub mod space;
pub mod spans;
