//! Plots that the device covers with strokes, of lines and of graphs' edges.
//!
//! The host has them laid out and cut to the view, in `f64`, and sends what is left of them: 16 bytes each. The device draws a rectangle around each, and keeps
//! of all that cover a pixel the most. That is read back, a byte a pixel, and laid over what is below by who paints the rest.

use super::courier::Courier;
use super::layer::layer;
use super::{PATIENCE, Renderer};
use crate::Result;
use crate::abi::address;
use crate::abi::strokes::{StrokesPiece, StrokesPush};
use crate::gpu::Use::{HostRead, TransferWrite};
use crate::gpu::{Buffer, Device, Image, ImageUse, Load, Memory};
use crate::host::figure::Strokes;
use crate::passes::StrokesPass;

/// What plots are covered with.
#[derive(Default)]
pub(super) struct Covers {
    pass: Option<StrokesPass>,
    /// The strokes of a plot.
    pieces: Option<Buffer>,
    /// What is drawn to, and where it is read.
    canvas: Option<(Image, Buffer)>,
    /// Whether there were any in this frame.
    is_used: bool,
}

impl Renderer {
    /// How much of each pixel of a plot of `[width, height]` pixels strokes cover, from 0 to 255; `None` where there is no room for them.
    pub(super) fn cover(&mut self, strokes: &Strokes, plot: [u32; 2]) -> Result<Option<Vec<u8>>> {
        let needs = size_of_val(&strokes.pieces[..]) as u64;
        if needs > self.figures_room() + self.covers.bytes() || plot.contains(&0) {
            return Ok(None);
        }
        self.covers
            .draw(&self.device, &mut self.courier, (strokes, plot))
            .map(Some)
    }
}

impl Covers {
    /// Bytes of the device's memory that strokes take.
    pub(super) fn bytes(&self) -> u64 {
        self.pieces.as_ref().map_or(0, Buffer::size)
    }

    /// Lets go of what was not used in a frame that is over, and begins with the next one.
    pub(super) fn forget(&mut self) {
        if !std::mem::take(&mut self.is_used) {
            (self.pieces, self.canvas) = (None, None);
        }
    }

    /// Draws, waits, and reads.
    fn draw(
        &mut self,
        device: &Device,
        courier: &mut Courier,
        (strokes, plot): (&Strokes, [u32; 2]),
    ) -> Result<Vec<u8>> {
        self.is_used = true;
        let bytes: &[u8] = bytemuck::cast_slice(&strokes.pieces);
        let fits = |pieces: &Buffer| pieces.size() >= bytes.len() as u64;
        // The old one goes before the new one comes.
        self.pieces = self.pieces.take().filter(fits);
        let pieces = match &self.pieces {
            Some(pieces) => pieces,
            None => {
                let new = Buffer::new(device, "strokes", bytes.len() as u64, Memory::Device)?;
                self.pieces.insert(new)
            }
        };
        courier.send(device, bytes, pieces, 0)?;
        courier.deliver()?;
        let pass = match &self.pass {
            Some(pass) => pass,
            None => self.pass.insert(StrokesPass::new(device)?),
        };
        let pixels = plot[0] as usize * plot[1] as usize;
        let fits = |(image, _): &(Image, Buffer)| image.extent() == plot;
        let (image, read) = match self.canvas.take().filter(fits) {
            Some(canvas) => canvas,
            None => layer(device, "covered pixels", plot, (StrokesPass::FORMAT, 1))?,
        };
        let push = StrokesPush {
            pieces: address(pieces.address()),
            width: plot[0] as f32,
            height: plot[1] as f32,
            reach: strokes.reach,
            alpha: strokes.alpha,
        };
        let target = image.target();
        let mut commands = device.commands("strokes")?;
        commands.image_barrier(&target, ImageUse::Undefined, ImageUse::Color);
        commands.pass("strokes", |commands| {
            commands.begin_rendering(&target, Load::Clear([0.0; 4]), target.area());
            pass.draw(commands, &push, (bytes.len() / size_of::<StrokesPiece>()) as u32);
            commands.end_rendering();
        });
        commands.image_barrier(&target, ImageUse::Color, ImageUse::CopySource);
        commands.copy_image_to_buffer(&target, 1, &read, 0);
        commands.barrier(&[TransferWrite], &[HostRead]);
        device.wait(commands.submit()?, PATIENCE)?;
        let cover = read.read()?[..pixels].to_vec();
        self.canvas = Some((image, read));
        Ok(cover)
    }
}
