//! The compiler of shaders.
fn main() {}
