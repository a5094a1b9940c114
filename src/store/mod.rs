//! What of a recording is on the device: its pyramid, and the raw pages that views need.

pub mod budget;
mod build;
mod levels;
mod pages;
mod recording;
mod upload;

pub use build::Builder;
pub use recording::{Loaded, OpenOptions, Recording};

pub(crate) use pages::{Wanted, is_mapped};
pub(crate) use recording::Resident;
