//! Axes and labels over the picture. Shaders: `overlay.vert`, `overlay.frag`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use ash::vk;

use super::{Arena, spirv};
use crate::Result;
use crate::abi::{HATCH, OverlayPush, PLAIN, Quad, address};
use crate::gpu::{Blend, Buffer, Commands, Device, GraphicsPipeline, Memory, Onto, Topology};
use crate::scene::{Overlay, Rect, Rgba8};

/// A pipeline for each format of target, and the coverage of all glyphs.
#[derive(Default)]
pub(crate) struct OverlayPass {
    of: HashMap<vk::Format, GraphicsPipeline>,
    coverage: Option<(u64, Buffer)>,
}

impl OverlayPass {
    /// Puts the quads into the frame's arena and what is new of the glyphs on the device. Returns the push constants and
    /// the number of quads.
    pub(crate) fn prepare(
        &mut self,
        device: &Device,
        format: vk::Format,
        overlay: &Overlay,
        arena: &mut Arena,
        target: [u32; 2],
    ) -> Result<(OverlayPush, u32)> {
        if let Entry::Vacant(vacant) = self.of.entry(format) {
            let pipeline = GraphicsPipeline::new(
                device,
                "overlay",
                [spirv!("overlay.vert"), spirv!("overlay.frag")],
                &[],
                size_of::<OverlayPush>() as u32,
                Onto {
                    format,
                    blend: Blend::Alpha,
                    depth: false,
                },
                Topology::List,
            )?;
            vacant.insert(pipeline);
        }
        let coverage = match &self.coverage {
            Some((version, buffer)) if *version == overlay.version => buffer.address(),
            _ => {
                // Words are read, so the last one is whole.
                let buffer = Buffer::new(
                    device,
                    "coverage",
                    overlay.coverage.len() as u64 + 4,
                    Memory::Upload,
                )?;
                buffer.write(0, &overlay.coverage)?;
                let address = buffer.address();
                self.coverage = Some((overlay.version, buffer));
                address
            }
        };
        let quads: Vec<Quad> = quads(overlay).collect();
        let push = OverlayPush {
            quads: arena.put(&quads),
            coverage: address(coverage),
            width: target[0],
            height: target[1],
        };
        Ok((push, quads.len() as u32))
    }

    /// Within rendering to a target of `format`.
    pub(crate) fn record(&self, commands: &mut Commands, format: vk::Format, push: &OverlayPush, quads: u32) {
        if let Some(pipeline) = self.of.get(&format).filter(|_| quads > 0) {
            commands.draw(pipeline, bytemuck::bytes_of(push), 6, quads);
        }
    }
}

fn quads(overlay: &Overlay) -> impl Iterator<Item = Quad> + '_ {
    let word = |c: Rgba8| u32::from_le_bytes([c.r, c.g, c.b, c.a]);
    let filled = move |rect: &Rect, coverage| Quad {
        x: rect.x0,
        y: rect.y0,
        width: (rect.x1 - rect.x0) as u32,
        height: (rect.y1 - rect.y0) as u32,
        coverage,
        stride: 0,
        color: word(rect.color),
    };
    let hatches = overlay.hatches.iter().map(move |rect| filled(rect, HATCH));
    let rects = overlay.rects.iter().map(move |rect| filled(rect, PLAIN));
    let glyphs = overlay.glyphs.iter().map(move |glyph| Quad {
        x: glyph.x,
        y: glyph.y,
        width: glyph.w as u32,
        height: glyph.h as u32,
        coverage: glyph.offset,
        stride: glyph.stride,
        color: word(glyph.color),
    });
    hatches.chain(rects).chain(glyphs)
}
