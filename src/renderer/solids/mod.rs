//! What is seen of scenes' meshes and balls, found by the device, which holds their positions.
//!
//! They come to it by parts, some MiB a frame, and the host draws until all are there; as it does where they do not fit into a budget
//! ([`Renderer::figures_budget`]), and surfaces always. Of what has moved since only that is sent. A compute shader finds the blocks that are in view, one
//! indirect draw for each solid draws what lies in them, and what is read back says which of all is seen at each sample: colours are the host's, as if it had
//! found the same.

mod canvas;
mod kept;
mod listed;

use std::sync::Arc;

use super::courier::Courier;
use super::{PATIENCE, Renderer};
use crate::abi::address;
use crate::abi::solids::{SolidsBox, SolidsDrawPush, SolidsView};
use crate::figure::Space;
use crate::gpu::Use::{ComputeRead, ComputeWrite, HostRead, IndirectRead, TransferWrite, VertexRead};
use crate::gpu::{Device, ImageUse, Load};
use crate::passes::{SolidsKind, SolidsPass};
use crate::solids::device::{Given, Seen};
use crate::solids::sight::{Part, firsts};
use crate::solids::{Lens, SAMPLES};
use crate::view::camera::Camera;
use crate::{Error, Result};
use canvas::{Canvases, Read, bytes};
use kept::Store;
use listed::Listed;

/// Which blocks of a solid the last frame drew, and from what that was found, for tests and tools.
#[derive(Debug, Clone)]
pub struct Blocks {
    /// What the stage was told of the camera.
    pub view: SolidsView,
    /// The boxes around all blocks.
    pub boxes: Vec<SolidsBox>,
    /// The numbers of the blocks that are drawn, in their order.
    pub drawn: Vec<u32>,
}

/// What the device has of solids, and what it draws them with.
#[derive(Default)]
pub(super) struct Sights {
    pass: Option<SolidsPass>,
    store: Store,
    /// Of each of the last scene's solids that the device has drawn.
    listed: Vec<Option<Listed>>,
    canvases: Canvases,
}

/// A solid that the device draws.
struct Drawn<'a> {
    /// Its number among the scene's.
    solid: usize,
    given: Given<'a>,
    view: SolidsView,
    /// Where its data are.
    kept: usize,
    sizes: Option<usize>,
}

impl Renderer {
    /// What is seen at each sample of a target of `[width, height]` pixels, by the device: row by row, of two samples a pixel across and down, the
    /// number of the triangle or the ball, all solids counted through, and one more; 0 where nothing is. `None` as long as the device does not have
    /// all of the scene: while it is sent to it, which takes a frame or a call for every 16 MiB, where it does not fit, and of surfaces. Waits.
    ///
    /// A sample that lies within some thousandths of a sample's side of an outline, or on two items that are as near as each other, may have the other
    /// item than [`Space::hit`] says, or none; more where a driver rounds corners to coarser parts of a sample.
    ///
    /// # Errors
    /// [`Error::Invalid`] on an embedder's device, and for a scene of more than 2³² triangles and balls; [`Error::DeviceLost`];
    /// [`Error::OutOfBudget`] for what a frame takes.
    pub fn see_space(&mut self, space: &Space, camera: &Camera, size: [u32; 2]) -> Result<Option<Vec<u32>>> {
        space.check()?;
        let seen = self.see(space, camera, size)?;
        let whole = seen.filter(|seen| seen.parts.iter().all(|seen| *seen));
        Ok(whole.map(|seen| seen.items().to_vec()))
    }

    /// Which blocks of a solid the last scene drew. Waits.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a solid that the device did not draw.
    pub fn inspect_blocks(&self, solid: usize) -> Result<Blocks> {
        match self.sights.listed.get(solid) {
            Some(Some(listed)) => listed.inspect(),
            _ => Err(Error::Invalid {
                what: "a solid",
                problem: format!("the device has not drawn number {solid} of the last scene"),
            }),
        }
    }

    /// What the device sees of a scene: of those solids of which all is there.
    pub(super) fn see(&mut self, space: &Space, camera: &Camera, size: [u32; 2]) -> Result<Option<Seen>> {
        let lens = Lens::new(camera, size, space.bounds());
        let parts = space.parts();
        let (room, courier) = (self.figures_room(), &mut self.courier);
        let seen = self
            .sights
            .see(&self.device, (courier, room), (&parts, &lens, size));
        self.sights.store.forget();
        seen
    }
}

impl Sights {
    /// Bytes of the device's memory that solids take, and what they are drawn to.
    pub(super) fn bytes(&self) -> u64 {
        self.store.bytes() + self.canvases.bytes()
    }

    fn see(
        &mut self,
        device: &Device,
        (courier, room): (&mut Courier, u64),
        (parts, lens, target): (&[Part<'_>], &Lens, [u32; 2]),
    ) -> Result<Option<Seen>> {
        let samples = target.map(|px| px.saturating_mul(SAMPLES));
        if samples.iter().any(|side| *side > device.caps().max_image) {
            return Ok(None);
        }
        let all = room + self.bytes();
        let mut drawn = Vec::new();
        for (solid, part) in parts.iter().enumerate() {
            let Some(given) = Given::of(part).filter(|given| given.parts() > 0) else {
                continue;
            };
            let room = all.saturating_sub(self.bytes());
            let Some(kept) = self.store.bring(device, (courier, room), &given)? else {
                continue;
            };
            let room = all.saturating_sub(self.bytes());
            let sizes = match given.sizes() {
                None => None,
                Some(sizes) => match self.store.bring_sizes(device, (courier, room), (&given, sizes))? {
                    None => continue,
                    there => there,
                },
            };
            if let Some(view) = given.view(lens) {
                drawn.push(Drawn {
                    solid,
                    given,
                    view,
                    kept,
                    sizes,
                });
            }
        }
        let room = all.saturating_sub(self.store.bytes());
        if drawn.is_empty() {
            // Not to be in the way of what the next frame brings.
            self.canvases = Canvases::default();
            return Ok(None);
        }
        if !self.canvases.fit(samples, room) {
            return Ok(None);
        }
        let mut seen = vec![false; parts.len()];
        for own in &drawn {
            seen[own.solid] = true;
        }
        // A solid of nothing is seen by whoever looks.
        for (seen, part) in seen.iter_mut().zip(parts) {
            *seen |= Given::of(part).is_some_and(|given| given.parts() == 0);
        }
        let deep = seen.iter().any(|seen| !seen);
        let words = self.draw(device, &drawn, (&firsts(parts), samples, deep))?;
        Ok(Some(Seen::new(seen, words, target)))
    }

    /// Draws, waits, and has it read.
    fn draw(
        &mut self,
        device: &Device,
        drawn: &[Drawn<'_>],
        (firsts, samples, deep): (&[u32], [u32; 2], bool),
    ) -> Result<Arc<Read>> {
        self.listed.clear();
        self.listed.resize_with(firsts.len(), || None);
        let mut draws = Vec::new();
        for own in drawn {
            let Some(data) = self.store.data(own.kept) else {
                continue;
            };
            let sizes = own.sizes.map_or([0; 2], |index| self.store.sizes(index));
            let view = SolidsView { sizes, ..own.view };
            let (listed, push) = Listed::new(device, data, view, own.given.corners())?;
            let draw = SolidsDrawPush {
                view: push.view,
                places: address(data.places.address()),
                parts: address(data.parts.address()),
                items: push.items,
                count: own.given.parts() as u32,
                first: firsts[own.solid] + 1,
            };
            let kind = match own.given.words() {
                1 => SolidsKind::Balls,
                _ => SolidsKind::Triangles,
            };
            draws.push((own.solid, push, draw, kind));
            self.listed[own.solid] = Some(listed);
        }
        let canvas = self.canvases.take(device, samples)?;
        let read = self.canvases.read(device, samples, deep)?;
        let pass = match &self.pass {
            Some(pass) => pass,
            None => self.pass.insert(SolidsPass::new(device)?),
        };
        let (items, depths) = (canvas.items.target(), canvas.depths.target());
        let mut commands = device.commands("solids")?;
        commands.pass("solids cull", |commands| {
            for (_, push, ..) in &draws {
                pass.cull(commands, push);
            }
        });
        commands.barrier(&[ComputeWrite], &[IndirectRead, VertexRead, ComputeRead]); // lists → draws
        commands.image_barrier(&items, ImageUse::Undefined, ImageUse::Color);
        commands.image_barrier(&depths, ImageUse::Undefined, ImageUse::Depth);
        commands.pass("solids draw", |commands| {
            commands.begin_rendering_with(&items, &depths, Load::Clear([0.0; 4]), items.area());
            for (solid, _, draw, kind) in &draws {
                if let Some(Some(listed)) = self.listed.get(*solid) {
                    pass.draw(commands, draw, *kind, &listed.arguments);
                }
            }
            commands.end_rendering();
        });
        commands.image_barrier(&items, ImageUse::Color, ImageUse::CopySource);
        commands.copy_image_to_buffer(&items, 4, &read.0, 0);
        if deep {
            commands.image_barrier(&depths, ImageUse::Depth, ImageUse::CopySource);
            commands.copy_image_to_buffer(&depths, 4, &read.0, bytes(samples));
        }
        commands.barrier(&[TransferWrite], &[HostRead]);
        device.wait(commands.submit()?, PATIENCE)?;
        self.canvases.give(canvas, read.clone());
        Ok(read)
    }
}
