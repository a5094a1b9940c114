//! A window's images: drawn to, shown, and made anew whenever the window says so.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use galvani::gpu::{Acquire, Commands, Device, ImageRef, ImageUse, Instance, Presented, Surface, Swapchain};
use galvani::scene::Rgba8;
use winit::window::Window;

/// How long a frame may wait for an image before input is looked at again.
const PATIENCE: Duration = Duration::from_millis(100);

/// What became of a frame.
pub(super) enum Frame<T> {
    /// It was drawn, as the submission of this value.
    Drawn(T, u64),
    /// It has to be tried again.
    Again,
    /// The window has no pixels now.
    Nothing,
}

/// A window's swapchain.
pub(super) struct Canvas {
    instance: Arc<Instance>,
    device: Device,
    window: Arc<Window>,
    /// `None` only where the last attempt to make it failed.
    swapchain: Option<Swapchain>,
    stale: bool,
    /// Frames to come until one finds its device lost, which tests ask for.
    lost_after: Option<u64>,
}

impl Canvas {
    pub(super) fn new(
        instance: Arc<Instance>,
        device: Device,
        window: Arc<Window>,
        lost_after: Option<u64>,
    ) -> Result<Self> {
        let mut canvas = Self {
            instance,
            device,
            window,
            swapchain: None,
            stale: false,
            lost_after,
        };
        canvas.remake()?;
        Ok(canvas)
    }

    pub(super) fn device(&self) -> &Device {
        &self.device
    }

    pub(super) fn instance(&self) -> &Arc<Instance> {
        &self.instance
    }

    /// The window's size or scale has changed.
    pub(super) fn resized(&mut self) {
        self.stale = true;
    }

    /// Makes the surface anew, and all that hangs on it.
    fn remake(&mut self) -> Result<()> {
        self.swapchain = None;
        let surface = Surface::of_window(&self.instance, self.window.clone())?;
        let swapchain = Swapchain::new(&self.device, surface, self.window.inner_size().into(), true);
        self.swapchain = Some(swapchain.context("cannot draw to the window")?);
        self.stale = false;
        Ok(())
    }

    /// Draws a frame and shows it. `draw` takes the image from [`ImageUse::Undefined`] to [`ImageUse::Present`].
    pub(super) fn frame<T>(
        &mut self,
        draw: impl FnOnce(&mut Commands, &ImageRef) -> Result<T>,
    ) -> Result<Frame<T>> {
        match self.try_frame(draw) {
            Err(error) if is_surface_lost(&error) => {
                self.remake()?;
                Ok(Frame::Again)
            }
            frame => frame,
        }
    }

    fn try_frame<T>(&mut self, draw: impl FnOnce(&mut Commands, &ImageRef) -> Result<T>) -> Result<Frame<T>> {
        let size: [u32; 2] = self.window.inner_size().into();
        if size.contains(&0) {
            return Ok(Frame::Nothing);
        }
        let Some(swapchain) = &mut self.swapchain else {
            self.remake()?;
            return Ok(Frame::Again);
        };
        if self.stale || swapchain.extent().is_none() {
            swapchain.resize(size)?;
            self.stale = false;
            if swapchain.extent().is_none() {
                return Ok(Frame::Nothing);
            }
        }
        let acquired = match swapchain.acquire(PATIENCE)? {
            Acquire::Image(acquired) => acquired,
            Acquire::Resize => {
                self.stale = true;
                return Ok(Frame::Again);
            }
            Acquire::Timeout => return Ok(Frame::Again),
        };
        let mut commands = self.device.commands("window")?;
        let drawn = draw(&mut commands, &acquired.image)?;
        self.lost_after = self.lost_after.map(|frames| frames.saturating_sub(1));
        if self.lost_after == Some(0) {
            // Where it would be noticed: all is recorded, and nothing submitted.
            return Err(galvani::Error::DeviceLost("a frame, as was asked for").into());
        }
        let value = acquired.submit(commands)?;
        self.window.pre_present_notify();
        self.stale |= swapchain.present(acquired, value)? == Presented::Resize;
        Ok(Frame::Drawn(drawn, value))
    }

    /// Shows one colour, and what is drawn over it: `over` is given the image in use as [`ImageUse::Color`].
    pub(super) fn clear_and(
        &mut self,
        color: Rgba8,
        over: impl FnOnce(&mut Commands, &ImageRef) -> Result<()>,
    ) -> Result<Frame<[u32; 2]>> {
        let color = color.to_array().map(|c| f32::from(c) / 255.0);
        self.frame(|commands, image| {
            commands.image_barrier(image, ImageUse::Undefined, ImageUse::CopyTarget);
            commands.clear_image(image, color);
            commands.image_barrier(image, ImageUse::CopyTarget, ImageUse::Color);
            over(commands, image)?;
            commands.image_barrier(image, ImageUse::Color, ImageUse::Present);
            Ok(image.extent)
        })
    }
}

fn is_surface_lost(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<galvani::Error>()
        .is_some_and(galvani::Error::is_surface_lost)
}
