//! What a window shows: images that are acquired, drawn to, presented, and made anew whenever the window says so.

use std::sync::Arc;
use std::time::Duration;

use raw_window_handle::{HasDisplayHandle, HasWindowHandle};

use super::{Acquire, Acquired, Commands, Device, ImageRef, Instance, Presented, Surface, Swapchain};
use crate::{Error, Result};

/// How long a frame may wait for an image before input is looked at again.
const PATIENCE: Duration = Duration::from_millis(100);

/// What became of a window's frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame<T> {
    /// It was drawn, as the submission of this value.
    Drawn(T, u64),
    /// It has to be tried again.
    Again,
    /// The window has no pixels now.
    Nothing,
}

/// A window that is drawn to, at the pace of the screen.
pub struct Onscreen<W> {
    instance: Arc<Instance>,
    device: Device,
    window: Arc<W>,
    /// `None` only where the last attempt to make it failed.
    swapchain: Option<Swapchain>,
    stale: bool,
}

impl<W> Onscreen<W>
where
    W: HasDisplayHandle + HasWindowHandle + Send + Sync + 'static,
{
    /// A window of `[width, height]` pixels, of an instance made for its display and a device made to present.
    ///
    /// # Errors
    /// Those of [`Surface::of_window`] and [`Swapchain::new`].
    pub fn new(instance: &Arc<Instance>, device: &Device, window: Arc<W>, size: [u32; 2]) -> Result<Self> {
        let mut made = Self {
            instance: instance.clone(),
            device: device.clone(),
            window,
            swapchain: None,
            stale: false,
        };
        made.remake(size)?;
        Ok(made)
    }

    /// Whose images these are.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// What the device was made from.
    #[must_use]
    pub fn instance(&self) -> &Arc<Instance> {
        &self.instance
    }

    /// The window's size or scale has changed.
    pub fn resized(&mut self) {
        self.stale = true;
    }

    /// Makes the surface anew, and all that hangs on it.
    fn remake(&mut self, size: [u32; 2]) -> Result<()> {
        self.swapchain = None;
        let surface = Surface::of_window(&self.instance, self.window.clone())?;
        self.swapchain = Some(Swapchain::new(&self.device, surface, size, true)?);
        self.stale = false;
        Ok(())
    }

    /// Draws a frame of a window that is now `[width, height]` pixels large, and shows it. `draw` takes the image from
    /// [`ImageUse::Undefined`](super::ImageUse::Undefined) to [`ImageUse::Present`](super::ImageUse::Present); `presents` is called right
    /// before it goes to the screen.
    ///
    /// # Errors
    /// Those of `draw`; [`Error::DeviceLost`]; [`Error::Vulkan`].
    pub fn frame<T, E: From<Error>>(
        &mut self,
        size: [u32; 2],
        draw: impl FnOnce(&mut Commands, &ImageRef) -> std::result::Result<T, E>,
        presents: impl FnOnce(),
    ) -> std::result::Result<Frame<T>, E> {
        let acquired = match self.acquire(size) {
            Ok(Frame::Drawn(acquired, _)) => acquired,
            Ok(Frame::Again) => return Ok(Frame::Again),
            Ok(Frame::Nothing) => return Ok(Frame::Nothing),
            Err(error) => return self.mend(size, error),
        };
        let mut commands = self.device.commands("window")?;
        let drawn = draw(&mut commands, &acquired.image)?;
        match self.present(acquired, commands, presents) {
            Ok(value) => Ok(Frame::Drawn(drawn, value)),
            Err(error) => self.mend(size, error),
        }
    }

    /// A surface that is gone is made anew; else the error.
    fn mend<T, E: From<Error>>(&mut self, size: [u32; 2], error: Error) -> std::result::Result<Frame<T>, E> {
        if !error.is_surface_lost() {
            return Err(error.into());
        }
        self.remake(size)?;
        Ok(Frame::Again)
    }

    fn acquire(&mut self, size: [u32; 2]) -> Result<Frame<Acquired>> {
        if size.contains(&0) {
            return Ok(Frame::Nothing);
        }
        let Some(swapchain) = &mut self.swapchain else {
            self.remake(size)?;
            return Ok(Frame::Again);
        };
        if self.stale || swapchain.extent().is_none() {
            swapchain.resize(size)?;
            self.stale = false;
            if swapchain.extent().is_none() {
                return Ok(Frame::Nothing);
            }
        }
        Ok(match swapchain.acquire(PATIENCE)? {
            Acquire::Image(acquired) => Frame::Drawn(acquired, 0),
            Acquire::Resize => {
                self.stale = true;
                Frame::Again
            }
            Acquire::Timeout => Frame::Again,
        })
    }

    fn present(&mut self, acquired: Acquired, commands: Commands, presents: impl FnOnce()) -> Result<u64> {
        let value = acquired.submit(commands)?;
        presents();
        if let Some(swapchain) = &mut self.swapchain {
            self.stale |= swapchain.present(acquired, value)? == Presented::Resize;
        }
        Ok(value)
    }
}
