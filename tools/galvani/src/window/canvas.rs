//! What the window shows.

use std::sync::Arc;

use anyhow::{Context, Result};
use galvani::gpu::{Commands, Device, Frame, ImageRef, ImageUse, Instance, Onscreen};
use galvani::scene::Rgba8;
use winit::window::Window;

/// A window that is drawn to.
pub(super) struct Canvas {
    window: Arc<Window>,
    onscreen: Onscreen<Window>,
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
        let onscreen = Onscreen::new(&instance, &device, window.clone(), window.inner_size().into());
        Ok(Self {
            window,
            onscreen: onscreen.context("cannot draw to the window")?,
            lost_after,
        })
    }

    pub(super) fn device(&self) -> &Device {
        self.onscreen.device()
    }

    pub(super) fn instance(&self) -> &Arc<Instance> {
        self.onscreen.instance()
    }

    /// The window's size or scale has changed.
    pub(super) fn resized(&mut self) {
        self.onscreen.resized();
    }

    /// Draws a frame and shows it. `draw` takes the image from [`ImageUse::Undefined`] to [`ImageUse::Present`].
    pub(super) fn frame<T>(
        &mut self,
        draw: impl FnOnce(&mut Commands, &ImageRef) -> Result<T>,
    ) -> Result<Frame<T>> {
        let lost_after = &mut self.lost_after;
        let draw = |commands: &mut Commands, image: &ImageRef| {
            let drawn = draw(commands, image)?;
            *lost_after = lost_after.map(|frames| frames.saturating_sub(1));
            if *lost_after == Some(0) {
                // Where it would be noticed: all is recorded, and nothing submitted.
                return Err(galvani::Error::DeviceLost("a frame, as was asked for").into());
            }
            Ok(drawn)
        };
        let size = self.window.inner_size().into();
        self.onscreen
            .frame(size, draw, || self.window.pre_present_notify())
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
