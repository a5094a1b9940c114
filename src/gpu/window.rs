//! Windows without `unsafe`: a surface that keeps its window alive, and submissions that draw to one.

use std::sync::Arc;

use ash::vk;
use raw_window_handle::{HasDisplayHandle, HasWindowHandle};

use super::{Acquired, Commands, Instance, Surface};
use crate::{Error, Result};

impl Surface {
    /// The surface of a window, which lives at least as long as the surface does.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the window has no handle now, which is so on some systems while the program is in the
    /// background, or the instance was made for another kind of display; [`Error::Vulkan`].
    pub fn of_window<W>(instance: &Arc<Instance>, window: Arc<W>) -> Result<Self>
    where
        W: HasDisplayHandle + HasWindowHandle + Send + Sync + 'static,
    {
        let refuse = |error: raw_window_handle::HandleError| Error::Invalid {
            what: "a window's surface",
            problem: error.to_string(),
        };
        let display = window.display_handle().map_err(refuse)?.as_raw();
        let handle = window.window_handle().map_err(refuse)?.as_raw();
        // SAFETY: handles are valid while what they were asked of lives, which the surface holds from here on.
        let mut surface = unsafe { Self::new(instance, display, handle) }?;
        surface.window = Some(window);
        Ok(surface)
    }
}

impl Acquired {
    /// Submits what draws to this image: it waits until the screen is done with the image, and presenting waits for it.
    /// The timeline's value, for [`Swapchain::present`](super::Swapchain::present).
    ///
    /// # Errors
    /// [`Error::DeviceLost`]; [`Error::Vulkan`].
    pub fn submit(&self, commands: Commands) -> Result<u64> {
        // The first use of an image, from `ImageUse::Undefined`, waits for every stage.
        let stage = vk::PipelineStageFlags2::ALL_COMMANDS;
        commands.submit_with(&[(self.wait, stage)], &[self.signal])
    }
}

impl Error {
    /// Whether a window's surface is gone, so that a new one, and a new swapchain, bring the picture back.
    #[must_use]
    pub fn is_surface_lost(&self) -> bool {
        let lost = vk::Result::ERROR_SURFACE_LOST_KHR;
        matches!(self, Self::Vulkan { result, .. } if *result == lost)
    }
}
