//! Shared with GLSL.
