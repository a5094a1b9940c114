//! A picture of galvani's own beside the plot's: an image that is drawn by itself, and put into frames.

use anyhow::Result;
use ash::vk;
use galvani::gpu::{Commands, Device, Image, ImageRef, ImageUse};
use galvani::renderer::{Picture, Renderer, Report};
use galvani::scene::PxRect;
use galvani::store::Recording;

/// The image, once there is one.
#[derive(Default)]
pub(super) struct Still(Option<Image>);

impl Still {
    /// The image, made anew where it is of another size.
    fn image(&mut self, device: &Device, name: &str, size: [u32; 2]) -> Result<ImageRef> {
        if let Some(image) = self.0.as_ref().filter(|image| image.extent() == size) {
            return Ok(image.target());
        }
        let usage = vk::ImageUsageFlags::COLOR_ATTACHMENT
            | vk::ImageUsageFlags::TRANSFER_SRC
            | vk::ImageUsageFlags::TRANSFER_DST;
        let image = Image::new(device, name, size, vk::Format::R8G8B8A8_UNORM, usage)?;
        Ok(self.0.insert(image).target())
    }

    /// Draws a picture of this size in a submission of its own.
    pub(super) fn draw(
        &mut self,
        renderer: &mut Renderer,
        recording: &mut Recording<'static>,
        picture: &Picture<'_>,
        (name, size): (&str, [u32; 2]),
    ) -> Result<Report> {
        let device = renderer.device().clone();
        let image = self.image(&device, name, size)?;
        let mut commands = device.commands(name)?;
        let uses = (ImageUse::Undefined, ImageUse::CopySource);
        let report = renderer.record(&mut commands, recording, picture, &image, uses)?;
        commands.submit()?;
        Ok(report)
    }

    /// Puts it into a frame, in use as [`ImageUse::Color`] before and after; nothing where it is not of the place's size.
    pub(super) fn place(&self, commands: &mut Commands, target: &ImageRef, place: PxRect) -> Result<()> {
        let fits = |image: &&Image| image.extent() == [place.w, place.h];
        let Some(image) = self.0.as_ref().filter(fits) else {
            return Ok(());
        };
        commands.image_barrier(target, ImageUse::Color, ImageUse::CopyTarget);
        commands.place_image(&image.target(), target, [place.x, place.y])?;
        commands.image_barrier(target, ImageUse::CopyTarget, ImageUse::Color);
        Ok(())
    }
}
