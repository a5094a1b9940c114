//! What a window does with what it shows: from where it is seen at first, what is asked of that, and how it is drawn.

mod figure;
mod sheet;
mod space;
#[cfg(test)]
mod tests;

pub(super) use figure::coordinates;

use super::Shows;
use super::hands::Ask;
use crate::Result;
use crate::gpu::{Commands, ImageRef, ImageUse};
use crate::renderer::Renderer;

/// Where and how a frame is recorded.
pub(super) struct To<'a> {
    pub(super) renderer: &'a mut Renderer,
    pub(super) commands: &'a mut Commands,
    pub(super) target: &'a ImageRef,
    pub(super) uses: (ImageUse, ImageUse),
}

/// Behind [`Shows`].
pub(super) trait Stage: Shows {
    fn title(&self) -> &str;

    /// Whether boxes can be drawn from a pixel on.
    fn boxes(&self, size: [u32; 2], at: [f64; 2]) -> bool;

    /// Width and height before scaling to the display.
    fn wanted(&self) -> [u32; 2];

    /// Pixels of a target for one before.
    fn rescale(&mut self, by: f32);

    fn first(&self, size: [u32; 2]) -> Self::View;

    /// The same on a target of another size.
    fn resize(&self, view: &mut Self::View, from: [u32; 2], to: [u32; 2]);

    /// Does what is asked; whether that is something.
    fn ask(&self, view: &mut Self::View, size: [u32; 2], ask: &Ask) -> bool;

    /// Records a frame, with the box that is being drawn.
    fn record(&self, view: &Self::View, boxed: Option<[[f64; 2]; 2]>, to: To<'_>) -> Result<()>;
}
