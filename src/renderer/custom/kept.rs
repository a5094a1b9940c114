//! What is kept of a custom visual from frame to frame, and how a frame of it is recorded.

use std::sync::{Arc, Weak};

use super::{Culling, Seen};
use crate::Result;
use crate::abi::address;
use crate::abi::custom::{CustomBuffer, CustomFrame, CustomPush, ItemsPush};
use crate::custom::Basis;
use crate::figure::Custom;
use crate::gpu::Use::{
    ComputeRead, ComputeWrite, FragmentRead, HostRead, IndirectRead, TransferWrite, VertexRead,
};
use crate::gpu::{Buffer, Commands, Device, Image, ImageUse, Load, Memory, read_back};
use crate::passes::{CustomPass, Draws, ItemsPass, chunks};
use crate::renderer::PATIENCE;
use crate::renderer::layer::layer;
use crate::target::FORMAT;

/// Steps that are submitted together.
const TOGETHER: u64 = 256;

/// Bytes of a `VkDrawIndirectCommand`.
const ARGUMENTS: u64 = 16;

/// What is kept of a visual.
pub(super) struct Kept {
    pub(super) token: Weak<()>,
    pub(super) buffers: Vec<Held>,
    /// How many steps its buffers have been through.
    steps: u64,
    table: Buffer,
    uniforms: Buffer,
    layer: Option<(Image, Buffer)>,
    listed: Option<Listed>,
}

/// A buffer on the device.
pub(super) struct Held {
    pub(super) buffer: Buffer,
    version: u64,
    pub(super) basis: Basis,
    pub(super) len: usize,
}

/// Which items are seen.
struct Listed {
    /// Their numbers.
    items: Buffer,
    /// Sums of chunks.
    sums: Buffer,
    /// The arguments of the draw.
    arguments: Buffer,
    push: ItemsPush,
}

impl Kept {
    pub(super) fn new(device: &Device, custom: &Custom) -> Result<Self> {
        let table = header(custom.buffers().len());
        let mapped = |name, bytes| Buffer::new(device, name, bytes, Memory::Mapped);
        Ok(Self {
            token: Arc::downgrade(custom.token()),
            buffers: Vec::new(),
            steps: 0,
            table: mapped("custom table", table)?,
            uniforms: mapped("custom uniforms", custom.uniform_words().len() as u64)?,
            layer: None,
            listed: None,
        })
    }

    pub(super) fn is_of(&self, custom: &Custom) -> bool {
        self.token.as_ptr() == Arc::as_ptr(custom.token())
    }

    /// Records the copies that bring buffers to what was given. What has not changed stays as compute shaders have left it.
    pub(super) fn upload(&mut self, commands: &mut Commands, seen: &Seen<'_>) -> Result<()> {
        let device = commands.device().clone();
        let bases = seen.custom.bases(seen.figure.both_scales());
        for (number, (own, basis)) in seen.custom.buffers().iter().zip(bases).enumerate() {
            let size = own.kind.bytes();
            let needs = (own.len() * size) as u64;
            if self.buffers.len() == number {
                self.buffers.push(Held {
                    buffer: Buffer::new(&device, "custom buffer", needs, Memory::Device)?,
                    version: 0,
                    basis,
                    len: 0,
                });
            }
            let held = &mut self.buffers[number];
            if needs > held.buffer.size() {
                let larger = needs
                    .max(2 * held.buffer.size())
                    .min(device.caps().max_alloc.max(needs));
                let larger = Buffer::new(&device, "custom buffer", larger, Memory::Device)?;
                commands.copy(&held.buffer, 0, &larger, 0, (held.len * size) as u64);
                commands.barrier(&[TransferWrite], &[TransferWrite]); // what was there → what is new
                held.buffer = larger;
            }
            let spans = match held.basis == basis {
                true => own.since(held.version),
                false => own.all(),
            };
            for span in spans.into_iter().filter(|span| !span.is_empty()) {
                commands.barrier(&[TransferWrite], &[TransferWrite]); // one span → another over it
                let bytes = own.kept(&basis, span.clone());
                let staged = Buffer::new(&device, "custom upload", bytes.len() as u64, Memory::Upload)?;
                staged.write(0, &bytes)?;
                let at = (span.start * size) as u64;
                commands.copy(&staged, 0, &held.buffer, at, bytes.len() as u64);
            }
            (held.version, held.basis, held.len) = (own.version(), basis, own.len());
        }
        Ok(())
    }

    /// Writes what shaders are told of buffers, uniforms and the view. Nothing of it is in use: a layer is waited for.
    pub(super) fn tell(&self, seen: &Seen<'_>) -> Result<()> {
        let Seen {
            plane, plot, part, ..
        } = seen;
        let frame = CustomFrame {
            plot_width: plot[0] as f32,
            plot_height: plot[1] as f32,
            left: part.at[0] as f32,
            top: part.at[1] as f32,
            width: part.size[0] as f32,
            height: part.size[1] as f32,
            scale_factor: seen.figure.scale_factor,
            color: seen.color.to_u32(),
            corner_x: plane.corner[0] as f32,
            corner_y: plane.corner[1] as f32,
            px_x: plane.px_per_unit[0] as f32,
            px_y: -plane.px_per_unit[1] as f32,
        };
        self.table.write(0, bytemuck::bytes_of(&frame))?;
        for (number, held) in self.buffers.iter().enumerate() {
            let told = CustomBuffer {
                at: address(held.buffer.address()),
                count: held.len as u32,
                ..held.basis.seen(plane)
            };
            self.table.write(header(number), bytemuck::bytes_of(&told))?;
        }
        self.uniforms.write(0, &seen.custom.uniform_words())
    }

    fn push(&self, items: u32) -> CustomPush {
        CustomPush {
            table: address(self.table.address()),
            uniforms: address(self.uniforms.address()),
            items: [0; 2],
            count: items,
        }
    }

    /// Records the steps that are left; where they are many they are submitted by parts.
    pub(super) fn step(
        &mut self,
        mut commands: Commands,
        pass: &CustomPass,
        seen: &Seen<'_>,
    ) -> Result<Commands> {
        let computes = seen.program.computes().iter();
        let counts: Vec<u32> = computes
            .map(|each| self.buffers[each.buffer].len as u32)
            .collect();
        let push = self.push(0);
        while self.steps < seen.custom.steps() && !counts.is_empty() {
            let together = (seen.custom.steps() - self.steps).min(TOGETHER);
            commands.pass("custom steps", |commands| {
                for _ in 0..together {
                    pass.step(commands, push, &counts);
                }
            });
            self.steps += together;
            if self.steps < seen.custom.steps() {
                let device = commands.device().clone();
                device.wait(commands.submit()?, PATIENCE)?;
                commands = device.commands("custom visual")?;
            }
        }
        self.steps = seen.custom.steps();
        commands.barrier(
            &[ComputeRead, ComputeWrite],
            &[ComputeRead, VertexRead, FragmentRead, IndirectRead],
        ); // steps → draw
        Ok(commands)
    }

    /// Records which items are drawn, where not all of them are.
    pub(super) fn list(
        &mut self,
        commands: &mut Commands,
        pass: &ItemsPass,
        seen: &Seen<'_>,
    ) -> Result<bool> {
        let count = seen.custom.count();
        let Some(culled) = seen
            .custom
            .culled()
            .filter(|_| count > 0 && seen.custom.drawn_by().is_none())
        else {
            return Ok(false);
        };
        let device = commands.device().clone();
        let [chunk, chunks] = chunks("the items of a custom visual", count, culled.per)?;
        let needs = [u64::from(count) * 4, u64::from(chunks) * 8, ARGUMENTS];
        let fits = |listed: &Listed| {
            let own = [&listed.items, &listed.sums, &listed.arguments];
            own.iter().zip(needs).all(|(own, needs)| own.size() >= needs)
        };
        let buffer = |bytes| Buffer::new(&device, "custom items", bytes, Memory::Device);
        let mut listed = match self.listed.take().filter(fits) {
            Some(listed) => listed,
            None => Listed {
                items: buffer(needs[0])?,
                sums: buffer(needs[1])?,
                arguments: buffer(needs[2])?,
                push: ItemsPush::default(),
            },
        };
        let (first, size) = (
            seen.part.at.map(|px| px as f32),
            seen.part.size.map(|px| px as f32),
        );
        listed.push = ItemsPush {
            places: address(self.table.address() + header(culled.buffer)),
            sums: address(listed.sums.address()),
            items: address(listed.items.address()),
            arguments: address(listed.arguments.address()),
            count,
            per: culled.per,
            chunk,
            chunks,
            corners: seen.custom.shape().0,
            left: first[0] - culled.reach,
            top: first[1] - culled.reach,
            right: first[0] + size[0] + culled.reach,
            bottom: first[1] + size[1] + culled.reach,
        };
        commands.pass("custom items", |commands| pass.record(commands, &listed.push));
        self.listed = Some(listed);
        commands.barrier(&[ComputeWrite], &[IndirectRead, VertexRead]); // list → draw
        Ok(true)
    }

    /// What the last frame found of the items; `None` where it drew all.
    pub(super) fn inspect(&self, custom: &Custom) -> Option<Result<Culling>> {
        let (listed, culled) = (self.listed.as_ref()?, custom.culled()?);
        let inspect = || {
            let held = &self.buffers[culled.buffer];
            let at = header(culled.buffer);
            let told = self.table.reread(at..at + size_of::<CustomBuffer>() as u64)?;
            let arguments: Vec<u32> = read_back(&listed.arguments)?;
            let mut items: Vec<u32> = read_back(&listed.items)?;
            items.truncate(arguments[1] as usize);
            let mut places = read_back(&held.buffer)?;
            places.truncate(held.len);
            Ok(Culling {
                push: listed.push,
                told: bytemuck::pod_read_unaligned(&told),
                places,
                items,
            })
        };
        Some(inspect())
    }

    /// Draws, waits, and reads the pixels.
    pub(super) fn render(
        &mut self,
        mut commands: Commands,
        pass: &CustomPass,
        seen: &Seen<'_>,
        is_listed: bool,
    ) -> Result<Vec<u32>> {
        let device = commands.device().clone();
        let (corners, _) = seen.custom.shape();
        let mut push = self.push(seen.custom.count());
        let draws = match (&self.listed, seen.custom.drawn_by()) {
            (_, Some(number)) => {
                let held = &self.buffers[number];
                Draws::Of(&held.buffer, (held.len / 4) as u32)
            }
            (Some(listed), None) if is_listed => {
                push.items = listed.push.items;
                Draws::Of(&listed.arguments, 1)
            }
            _ => Draws::All([corners, seen.custom.count()]),
        };
        let fits = |(image, _): &(Image, Buffer)| image.extent() == seen.part.size;
        // What is picked has a size of its own, and leaves the layer of frames alone.
        let kept = if seen.picks { None } else { self.layer.take() };
        let (image, pixels) = match kept.filter(fits) {
            Some(layer) => layer,
            None => layer(&device, "custom layer", seen.part.size, (FORMAT, 4))?,
        };
        let target = image.target();
        commands.image_barrier(&target, ImageUse::Undefined, ImageUse::Color);
        commands.pass("custom draw", |commands| {
            commands.begin_rendering(&target, Load::Clear([0.0; 4]), target.area());
            pass.draw(commands, &push, &draws, seen.picks);
            commands.end_rendering();
        });
        commands.image_barrier(&target, ImageUse::Color, ImageUse::CopySource);
        commands.copy_image_to_buffer(&target, 4, &pixels, 0);
        commands.barrier(&[TransferWrite], &[HostRead]);
        device.wait(commands.submit()?, PATIENCE)?;
        let count = seen.part.size[0] as usize * seen.part.size[1] as usize;
        let read = bytemuck::pod_collect_to_vec(&pixels.read()?[..count * 4]);
        if !seen.picks {
            self.layer = Some((image, pixels));
        }
        Ok(read)
    }
}

/// Where in the table a buffer is told of.
fn header(number: usize) -> u64 {
    (size_of::<CustomFrame>() + number * size_of::<CustomBuffer>()) as u64
}
