//! A Vulkan renderer of very long signals.

pub mod abi;
pub mod error;
pub mod gpu;
pub mod plan;
pub mod pyramid;
pub mod reference;
pub mod scene;
pub mod source;
pub mod units;
pub mod view;

pub use error::{Error, Result};
