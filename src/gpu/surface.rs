//! What a window lends us to draw on.

use std::any::Any;
use std::sync::Arc;

use ash::vk;
use raw_window_handle::{RawDisplayHandle, RawWindowHandle};

use super::{During, Instance};
use crate::Result;

/// A window's surface. A [`Swapchain`](super::Swapchain) takes it.
pub struct Surface {
    pub(super) utils: ash::khr::surface::Instance,
    pub(super) raw: vk::SurfaceKHR,
    /// Destroyed after the surface.
    pub(super) instance: Arc<Instance>,
    /// The window, where the surface keeps it alive; dropped after the surface is destroyed.
    pub(super) window: Option<Arc<dyn Any + Send + Sync>>,
}

impl Surface {
    /// The surface of a window, of an instance made for its display.
    ///
    /// # Safety
    /// The handles are valid, and the window outlives the surface and the swapchain that takes it.
    ///
    /// # Errors
    /// [`Error::Vulkan`](crate::Error::Vulkan).
    pub unsafe fn new(
        instance: &Arc<Instance>,
        display: RawDisplayHandle,
        window: RawWindowHandle,
    ) -> Result<Self> {
        // SAFETY: the handles are valid, as the caller promises, and the display's extensions are enabled.
        let raw =
            unsafe { ash_window::create_surface(&instance.entry, &instance.raw, display, window, None) }
                .during("making a window's surface")?;
        let utils = ash::khr::surface::Instance::new(&instance.entry, &instance.raw);
        Ok(Self {
            utils,
            raw,
            instance: instance.clone(),
            window: None,
        })
    }
}

impl Drop for Surface {
    fn drop(&mut self) {
        // SAFETY: the swapchain that takes a surface drops it after all of its chains.
        unsafe { self.utils.destroy_surface(self.raw, None) };
    }
}
