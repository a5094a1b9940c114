//! Rendering to an image.

use ash::vk;

use super::{Buffer, Commands, GraphicsPipeline, ImageRef};

/// A rectangle of an image, in pixels from its top left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Area {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Area {
    /// Whether it lies within an image of this width and height.
    fn within(&self, [width, height]: [u32; 2]) -> bool {
        let fits = |start: u32, length: u32, whole| start.checked_add(length).is_some_and(|end| end <= whole);
        fits(self.x, self.width, width) && fits(self.y, self.height, height)
    }

    fn rect(&self) -> vk::Rect2D {
        vk::Rect2D {
            offset: vk::Offset2D {
                x: self.x as i32,
                y: self.y as i32,
            },
            extent: vk::Extent2D {
                width: self.width,
                height: self.height,
            },
        }
    }
}

/// What an area holds when rendering begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Load {
    /// A colour: red, green, blue, alpha, 0 to 1 where the format is normalised; of whole numbers the same bits.
    Clear([f32; 4]),
    /// What it held before.
    Keep,
}

/// Bytes of a `VkDrawIndirectCommand`: vertex count, instance count, first vertex, first instance; u32 each.
const DRAW: u64 = 16;

impl Commands {
    /// Begins rendering to `area` of an image that is in use as [`ImageUse::Color`](super::ImageUse::Color). Viewport and
    /// scissor are the area: clip space from (-1, -1) to (1, 1) spans it, y down.
    ///
    /// # Panics
    /// Where the area is empty or not within the image.
    pub fn begin_rendering(&mut self, target: &ImageRef, load: Load, area: Area) {
        self.begin(target, None, load, area);
    }

    /// The same with depths, all of them 0 at first, in an image of [`DEPTH`](super::DEPTH) that is in use as
    /// [`ImageUse::Depth`](super::ImageUse::Depth), for pipelines [`Onto`](super::Onto) such.
    ///
    /// # Panics
    /// Where the area is empty or not within both images.
    pub fn begin_rendering_with(&mut self, target: &ImageRef, depth: &ImageRef, load: Load, area: Area) {
        assert!(
            area.within(depth.extent),
            "{area:?} is not within {:?}",
            depth.extent
        );
        let attachment = vk::RenderingAttachmentInfo::default()
            .image_view(depth.view)
            .image_layout(vk::ImageLayout::DEPTH_ATTACHMENT_OPTIMAL)
            .load_op(vk::AttachmentLoadOp::CLEAR)
            .store_op(vk::AttachmentStoreOp::STORE);
        self.begin(target, Some(&attachment), load, area);
    }

    fn begin(
        &mut self,
        target: &ImageRef,
        depth: Option<&vk::RenderingAttachmentInfo<'_>>,
        load: Load,
        area: Area,
    ) {
        let fits = area.width > 0 && area.height > 0 && area.within(target.extent);
        assert!(fits, "{area:?} is not within {:?}", target.extent);
        let mut attachment = vk::RenderingAttachmentInfo::default()
            .image_view(target.view)
            .image_layout(vk::ImageLayout::COLOR_ATTACHMENT_OPTIMAL)
            .load_op(vk::AttachmentLoadOp::LOAD)
            .store_op(vk::AttachmentStoreOp::STORE);
        if let Load::Clear(float32) = load {
            let clear_value = vk::ClearValue {
                color: vk::ClearColorValue { float32 },
            };
            attachment = attachment
                .load_op(vk::AttachmentLoadOp::CLEAR)
                .clear_value(clear_value);
        }
        let attachments = [attachment];
        let mut info = vk::RenderingInfo::default()
            .render_area(area.rect())
            .layer_count(1)
            .color_attachments(&attachments);
        if let Some(depth) = depth {
            info = info.depth_attachment(depth);
        }
        let viewport = vk::Viewport {
            x: area.x as f32,
            y: area.y as f32,
            width: area.width as f32,
            height: area.height as f32,
            min_depth: 0.0,
            max_depth: 1.0,
        };
        let raw = &self.device.inner.raw;
        // SAFETY: the buffer is being recorded outside rendering, and the target is alive, as `ImageRef` asks.
        unsafe {
            raw.cmd_begin_rendering(self.raw, &info);
            raw.cmd_set_viewport(self.raw, 0, &[viewport]);
        }
        self.area = area;
        self.set_scissor(area);
    }

    /// Confines what follows to a rectangle of the target; what lies beyond the area of rendering is cut off.
    pub fn set_scissor(&mut self, scissor: Area) {
        let (left, right) = cut(scissor.x, scissor.width, self.area.x, self.area.width);
        let (top, bottom) = cut(scissor.y, scissor.height, self.area.y, self.area.height);
        let inside = Area {
            x: left,
            y: top,
            width: right - left,
            height: bottom - top,
        };
        // SAFETY: the buffer is being recorded, and the rectangle is within the area of rendering.
        unsafe {
            self.device
                .inner
                .raw
                .cmd_set_scissor(self.raw, 0, &[inside.rect()])
        };
    }

    /// Ends rendering.
    pub fn end_rendering(&mut self) {
        // SAFETY: the buffer is being recorded, within rendering.
        unsafe { self.device.inner.raw.cmd_end_rendering(self.raw) };
    }

    /// Draws `instances` of `vertices`; nothing where either is 0. Within rendering.
    ///
    /// # Panics
    /// Where `push` is not of the pipeline's length.
    pub fn draw(&mut self, pipeline: &GraphicsPipeline, push: &[u8], vertices: u32, instances: u32) {
        self.bind_graphics(pipeline, push);
        // SAFETY: within rendering, with the pipeline and its push constants bound.
        unsafe {
            self.device
                .inner
                .raw
                .cmd_draw(self.raw, vertices, instances, 0, 0)
        };
    }

    /// Draws `count` times, as that many `VkDrawIndirectCommand`s at `offset` of `arguments` say when it runs. One call
    /// where [`Caps::multi_draw_indirect`](super::Caps::multi_draw_indirect) is true, else `count` of them.
    ///
    /// # Panics
    /// Where `push` is not of the pipeline's length, `offset` is no multiple of 4, or the arguments are beyond the end.
    pub fn draw_indirect(
        &mut self,
        pipeline: &GraphicsPipeline,
        push: &[u8],
        arguments: &Buffer,
        offset: u64,
        count: u32,
    ) {
        let end = offset + DRAW * u64::from(count);
        assert!(
            offset.is_multiple_of(4) && end <= arguments.size(),
            "no {count} draws at {offset}"
        );
        self.bind_graphics(pipeline, push);
        let calls = if self.device.caps().multi_draw_indirect {
            1
        } else {
            count
        };
        let (raw, each) = (&self.device.inner.raw, count / calls.max(1));
        for call in 0..u64::from(calls) {
            let at = offset + call * DRAW;
            // SAFETY: within rendering, with the pipeline and its push constants bound; the arguments are in the buffer.
            unsafe { raw.cmd_draw_indirect(self.raw, arguments.raw(), at, each, DRAW as u32) };
        }
    }

    fn bind_graphics(&mut self, pipeline: &GraphicsPipeline, push: &[u8]) {
        let (raw, shared) = (&self.device.inner.raw, &pipeline.shared);
        shared.check_push(push);
        let stages = vk::ShaderStageFlags::VERTEX | vk::ShaderStageFlags::FRAGMENT;
        // SAFETY: the buffer is being recorded, and the pipeline is of this device.
        unsafe {
            raw.cmd_bind_pipeline(self.raw, vk::PipelineBindPoint::GRAPHICS, shared.raw);
            if !push.is_empty() {
                raw.cmd_push_constants(self.raw, shared.layout, stages, 0, push);
            }
        }
    }
}

/// The part of `start .. start + length` that is within the outer span; empty, at an edge, where none is.
fn cut(start: u32, length: u32, outer: u32, outer_length: u32) -> (u32, u32) {
    let end = outer.saturating_add(outer_length);
    let inside = |at: u32| at.clamp(outer, end);
    (inside(start), inside(start.saturating_add(length)))
}
