//! The panels' triangles, drawn over a frame. The one place of the program that speaks to Vulkan itself.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use ash::vk;
use egui::epaint::textures::TexturesDelta;
use egui::epaint::{ClippedPrimitive, ImageDelta};
use egui::{ColorImage, ImageData, TextureId, TextureOptions};
use egui_ash_renderer::allocator::DefaultAllocator;
use egui_ash_renderer::{DynamicRendering, Options, RenderMode, Renderer};
use galvani::gpu::{Commands, Device, ImageRef, Load};

/// Frames that may be in flight, each with vertices of its own: no fewer than a swapchain has images here.
const IN_FLIGHT: usize = 4;

/// How long a frame may wait for the one that used its vertices.
const PATIENCE: Duration = Duration::from_secs(5);

/// Textures as egui has them.
pub(super) type Images = HashMap<TextureId, ColorImage>;

/// Draws egui's triangles to images of one format.
pub(super) struct Painter {
    /// `None` only while it goes.
    renderer: Option<Renderer<DefaultAllocator>>,
    images: Images,
    /// Textures to give back, once the submission is complete that shows them last.
    free: Vec<(TextureId, u64)>,
    pool: vk::CommandPool,
    format: vk::Format,
    /// The submissions in flight, oldest first.
    frames: VecDeque<u64>,
    device: Device,
}

impl Painter {
    /// Makes what draws to images of this format, with the textures that there are already. Takes some bytes of vertices a frame, and
    /// the glyphs' texture.
    pub(super) fn new(device: &Device, format: vk::Format, images: Images) -> Result<Self> {
        let pool = device.with_queue(|_, family| {
            let info = vk::CommandPoolCreateInfo::default()
                .flags(vk::CommandPoolCreateFlags::TRANSIENT)
                .queue_family_index(family);
            // SAFETY: the device has a queue of this family, and `info` lives until the call returns.
            unsafe { device.raw().create_command_pool(&info, None) }
        })?;
        let mut made = Self {
            renderer: None,
            images,
            free: Vec::new(),
            pool: pool.context("making a pool for the panels' textures")?,
            format,
            frames: VecDeque::new(),
            device: device.clone(),
        };
        let (instance, adapter) = device.adapter();
        let options = Options {
            in_flight_frames: IN_FLIGHT,
            ..Options::default()
        };
        let renderer = Renderer::with_default_allocator(
            instance,
            adapter,
            device.raw().clone(),
            render_mode(format),
            options,
        );
        made.renderer = Some(renderer.context("making the panels' renderer")?);
        for id in Vec::from_iter(made.images.keys().copied()) {
            made.upload(id)?;
        }
        Ok(made)
    }

    /// The textures, for another painter.
    pub(super) fn into_images(mut self) -> Images {
        std::mem::take(&mut self.images)
    }

    /// Puts a texture on the device: always the whole of it, since the renderer forgets what it held where it is told of a part.
    fn upload(&mut self, id: TextureId) -> Result<()> {
        let (Some(renderer), Some(image)) = (&mut self.renderer, self.images.get(&id)) else {
            return Ok(());
        };
        let whole = ImageDelta::full(ImageData::Color(Arc::new(image.clone())), TextureOptions::LINEAR);
        let pool = self.pool;
        self.device
            .with_queue(|queue, _| renderer.set_texture(queue, pool, id, &whole))??;
        Ok(())
    }

    /// Takes in new textures, before the frame that shows them is recorded. Waits for the device where there are any:
    /// that is when letters are seen for the first time.
    pub(super) fn take(&mut self, mut textures: TexturesDelta) -> Result<()> {
        let (set, free) = (
            std::mem::take(&mut textures.set),
            std::mem::take(&mut textures.free),
        );
        // First, so that what comes of a lost device has them.
        let changed = Vec::from_iter(set.keys().copied());
        for (id, deltas) in set {
            for delta in deltas {
                patch(&mut self.images, id, &delta);
            }
        }
        let Some(renderer) = &mut self.renderer else {
            return Ok(());
        };
        let completed = self.device.completed();
        for (id, value) in std::mem::take(&mut self.free) {
            match value <= completed {
                true => renderer.free_texture(id)?,
                false => self.free.push((id, value)),
            }
        }
        if !changed.is_empty() {
            self.device.wait_idle()?;
        }
        for id in changed {
            self.upload(id)?;
        }
        let next = self.device.next_value();
        for id in free {
            self.images.remove(&id);
            self.free.push((id, next));
        }
        Ok(())
    }

    /// Records triangles over an image in use as [`ImageUse::Color`](galvani::gpu::ImageUse::Color).
    pub(super) fn record(
        &mut self,
        commands: &mut Commands,
        target: &ImageRef,
        pixels_per_point: f32,
        triangles: &[ClippedPrimitive],
    ) -> Result<()> {
        let Some(renderer) = &mut self.renderer else {
            return Ok(());
        };
        if self.format != target.format {
            self.device.wait_idle()?;
            renderer.set_render_mode(render_mode(target.format))?;
            self.format = target.format;
        }
        if self.frames.len() >= IN_FLIGHT
            && let Some(oldest) = self.frames.pop_front()
            && oldest < self.device.next_value()
        {
            self.device.wait(oldest, PATIENCE)?;
        }
        self.frames.push_back(self.device.next_value());
        let [width, height] = target.extent;
        commands
            .pass("panels", |commands| {
                commands.begin_rendering(target, Load::Keep, target.area());
                let extent = vk::Extent2D { width, height };
                let drawn = renderer.cmd_draw(commands.raw(), extent, pixels_per_point, triangles);
                commands.end_rendering();
                drawn
            })
            .context("drawing the panels")
    }
}

impl Drop for Painter {
    fn drop(&mut self) {
        // A device that is lost uses nothing any more.
        let _ = self.device.wait_idle();
        self.renderer = None;
        // SAFETY: the pool is this painter's, and all that was recorded in it is complete.
        unsafe { self.device.raw().destroy_command_pool(self.pool, None) };
    }
}

fn render_mode(format: vk::Format) -> RenderMode {
    RenderMode::DynamicRendering(DynamicRendering {
        color_attachment_format: format,
        depth_attachment_format: None,
        stencil_attachment_format: None,
    })
}

/// Applies a change to the copy of a texture.
fn patch(images: &mut HashMap<TextureId, ColorImage>, id: TextureId, delta: &ImageDelta) {
    let ImageData::Color(new) = &delta.image;
    let (Some([x, y]), Some(image)) = (delta.pos, images.get_mut(&id)) else {
        images.insert(id, ColorImage::clone(new));
        return;
    };
    let width = image.size[0];
    for (row, pixels) in new.pixels.chunks_exact(new.size[0]).enumerate() {
        image.pixels[(y + row) * width + x..][..pixels.len()].copy_from_slice(pixels);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::Color32;

    #[test]
    fn parts_are_put_into_the_whole() {
        let mut images = HashMap::new();
        let id = TextureId::Managed(0);
        let image = |size, color| ImageData::Color(Arc::new(ColorImage::filled(size, color)));
        let whole = ImageDelta::full(image([4, 3], Color32::BLACK), TextureOptions::LINEAR);
        patch(&mut images, id, &whole);
        let part = ImageDelta::partial([1, 2], image([2, 1], Color32::WHITE), TextureOptions::LINEAR);
        patch(&mut images, id, &part);
        let white: Vec<usize> = (0..12)
            .filter(|&i| images[&id].pixels[i] == Color32::WHITE)
            .collect();
        assert_eq!(white, [9, 10]);
    }
}
