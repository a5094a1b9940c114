//! What is seen of scenes' meshes and balls, found by the device, which holds their positions.
//!
//! They come to it by parts, [`PART`] bytes a frame, and the host draws until all are there; as it does where they do not fit into a budget
//! ([`Renderer::figures_budget`]), and surfaces always. Of what has moved since only that is sent. A compute shader finds the blocks that are in view, one
//! indirect draw for each solid draws what lies in them, and what is read back says which of all is seen at each sample: colours are the host's, as if it had
//! found the same.

use std::sync::{Arc, Weak};

use ash::vk;

use super::courier::{Courier, PART};
use super::{CANVASES, PATIENCE, Renderer};
use crate::abi::address;
use crate::abi::solids::{SolidsBox, SolidsDrawPush, SolidsPush, SolidsView};
use crate::figure::Space;
use crate::gpu::Use::{ComputeRead, ComputeWrite, HostRead, IndirectRead, TransferWrite, VertexRead};
use crate::gpu::{Buffer, DEPTH, Device, Image, ImageUse, Load, Memory, read_back};
use crate::passes::{SolidsKind, SolidsPass, chunks};
use crate::solids::device::{Given, Seen};
use crate::solids::sight::{Part, firsts};
use crate::solids::{Lens, SAMPLES};
use crate::view::camera::Camera;
use crate::{Error, Result};

/// Bytes of a `VkDrawIndirectCommand`.
const ARGUMENTS: u64 = 16;

/// Boxes that are sent together where any of them has changed.
const BOXES: usize = 64;

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

/// What is kept of all solids that have been seen and still are there.
#[derive(Default)]
pub(super) struct Sights {
    pass: Option<SolidsPass>,
    kept: Vec<Kept>,
    /// Sizes of balls, and how many there are.
    sizes: Vec<(Weak<[f32]>, usize, Buffer)>,
    /// Of each of the last scene's solids that the device has drawn.
    listed: Vec<Option<Listed>>,
    /// What is drawn to: the latest last.
    canvases: Vec<Canvas>,
    /// Where that is read.
    read: Vec<Arc<Read>>,
}

/// Positions and what lies between them, or why they are not here.
struct Kept {
    /// In which state they were sent.
    version: u64,
    alive: Weak<()>,
    held: Held,
}

enum Held {
    /// On the device, or on their way to it.
    Here(Box<Data>),
    /// With the host alone, since there was no room for so many bytes.
    Refused(u64),
}

/// What of a solid is on the device.
struct Data {
    places: Buffer,
    parts: Buffer,
    boxes: Arc<Buffer>,
    /// The boxes that are there, and of which state they are.
    boxed: (Vec<SolidsBox>, Option<u64>),
    /// How many positions are there, and how many triangles or balls.
    sent: [usize; 2],
}

/// Which blocks of a solid are in view.
struct Listed {
    view: Buffer,
    sums: Buffer,
    items: Buffer,
    arguments: Buffer,
    /// What they were chosen from.
    boxes: Arc<Buffer>,
}

/// What is drawn to: numbers and depths.
struct Canvas {
    items: Image,
    depths: Image,
}

/// Words that the device has written.
struct Read(Buffer);

impl AsRef<[u32]> for Read {
    fn as_ref(&self) -> &[u32] {
        self.0.read().map_or(&[], bytemuck::cast_slice)
    }
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
        self.sights.forget();
        seen
    }
}

impl Sights {
    /// Bytes of the device's memory that solids take.
    pub(super) fn bytes(&self) -> u64 {
        let of = |kept: &Kept| match &kept.held {
            Held::Here(data) => data.bytes(),
            Held::Refused(_) => 0,
        };
        let sizes: u64 = self.sizes.iter().map(|(.., buffer)| buffer.size()).sum();
        let canvases: u64 = self.canvases.iter().map(Canvas::bytes).sum();
        sizes + canvases + self.kept.iter().map(of).sum::<u64>()
    }

    /// Lets go of solids that are no more.
    fn forget(&mut self) {
        self.kept.retain(|kept| kept.alive.strong_count() > 0);
        self.sizes.retain(|(sizes, ..)| sizes.strong_count() > 0);
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
            let Some(kept) = self.bring(device, (courier, room), &given)? else {
                continue;
            };
            let room = all.saturating_sub(self.bytes());
            let sizes = match given.sizes() {
                None => None,
                Some(sizes) => match self.bring_sizes(device, (courier, room), (&given, sizes))? {
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
        if drawn.is_empty() || !self.makes_room(samples, all) {
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

    /// Brings what has changed of a solid to the device, and of what is new there the next part; where it is, once it is whole.
    fn bring(
        &mut self,
        device: &Device,
        (courier, room): (&mut Courier, u64),
        given: &Given<'_>,
    ) -> Result<Option<usize>> {
        let (version, alive) = (given.state.version(), given.state.alive());
        let same = |kept: &Kept| kept.version == version;
        // What is another's as long as that lives stays as it is.
        let older = |kept: &Kept| {
            let is_own = kept.alive.strong_count() == 0 || kept.alive.ptr_eq(&alive);
            is_own && given.state.since(kept.version).is_some()
        };
        let kept = || self.kept.iter();
        let index = match kept().position(same).or_else(|| kept().position(older)) {
            Some(index) => index,
            None => {
                self.kept.push(Kept {
                    version,
                    alive: alive.clone(),
                    held: Held::Refused(0),
                });
                self.kept.len() - 1
            }
        };
        let kept = &mut self.kept[index];
        let moved = given.state.since(kept.version).unwrap_or_default();
        (kept.version, kept.alive) = (version, alive);
        if let Held::Refused(needs) = kept.held {
            if needs > room {
                return Ok(None);
            }
            kept.held = match Data::new(device, given, room) {
                // Where the device itself has none left, until others have gone.
                Err(Error::OutOfBudget { needs, .. }) => Held::Refused(needs.max(room.saturating_add(1))),
                made => Held::Here(Box::new(made?)),
            };
        }
        let Held::Here(data) = &mut kept.held else {
            return Ok(None);
        };
        for span in moved {
            let there = span.start.min(data.sent[0])..span.end.min(data.sent[0]);
            let places = bytemuck::cast_slice(&given.places()[there.clone()]);
            courier.send(device, places, &data.places, there.start as u64 * 12)?;
        }
        data.send(device, courier, given)?;
        courier.deliver()?;
        let is_whole = data.sent == [given.places().len(), given.parts()];
        Ok(is_whole.then_some(index))
    }

    /// Brings the sizes of balls to the device; where they are, if there was room.
    fn bring_sizes(
        &mut self,
        device: &Device,
        (courier, room): (&mut Courier, u64),
        (given, sizes): (&Given<'_>, &Arc<[f32]>),
    ) -> Result<Option<usize>> {
        let count = given.places().len();
        let known = |(own, has, _): &(Weak<[f32]>, usize, Buffer)| {
            std::ptr::addr_eq(own.as_ptr(), Arc::as_ptr(sizes)) && *has == count
        };
        if let Some(index) = self.sizes.iter().position(known) {
            return Ok(Some(index));
        }
        let needs = count as u64 * 4;
        if needs > room {
            return Ok(None);
        }
        let buffer = Buffer::new(device, "sizes of balls", needs, Memory::Device)?;
        courier.send(device, bytemuck::cast_slice(&given.all_sizes()), &buffer, 0)?;
        courier.deliver()?;
        self.sizes.push((Arc::downgrade(sizes), count, buffer));
        Ok(Some(self.sizes.len() - 1))
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
            let Held::Here(data) = &self.kept[own.kept].held else {
                continue;
            };
            let sizes = own
                .sizes
                .map_or([0; 2], |index| address(self.sizes[index].2.address()));
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
        let canvas = self.canvas(device, samples)?;
        let read = self.read(device, samples, deep)?;
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
        self.canvases.push(canvas);
        self.read.push(read.clone());
        Ok(read)
    }

    /// Whether there is room for what is drawn to within so many bytes of all; others of these go for it.
    fn makes_room(&mut self, samples: [u32; 2], all: u64) -> bool {
        let fits = |canvas: &Canvas| canvas.items.extent() == samples;
        if self.canvases.iter().any(fits) {
            return true;
        }
        let is_over = |own: &Self| own.bytes() + 2 * bytes(samples) > all;
        while is_over(self) && !self.canvases.is_empty() {
            self.canvases.remove(0);
        }
        !is_over(self)
    }

    /// What is drawn to, of so many samples: an old one, where one fits.
    fn canvas(&mut self, device: &Device, samples: [u32; 2]) -> Result<Canvas> {
        let fits = |canvas: &Canvas| canvas.items.extent() == samples;
        if let Some(index) = self.canvases.iter().position(fits) {
            return Ok(self.canvases.remove(index));
        }
        if self.canvases.len() == CANVASES {
            self.canvases.remove(0);
        }
        let image = |name, format, usage| {
            Image::new(
                device,
                name,
                samples,
                format,
                usage | vk::ImageUsageFlags::TRANSFER_SRC,
            )
        };
        Ok(Canvas {
            items: image(
                "seen solids",
                SolidsPass::FORMAT,
                vk::ImageUsageFlags::COLOR_ATTACHMENT,
            )?,
            depths: image(
                "depths of solids",
                DEPTH,
                vk::ImageUsageFlags::DEPTH_STENCIL_ATTACHMENT,
            )?,
        })
    }

    /// Where it is read: memory that no frame reads any more, where there is some of this size.
    fn read(&mut self, device: &Device, samples: [u32; 2], deep: bool) -> Result<Arc<Read>> {
        let needs = bytes(samples) * if deep { 2 } else { 1 };
        let is_free = |read: &Arc<Read>| Arc::strong_count(read) == 1;
        let fits = |read: &Arc<Read>| is_free(read) && read.0.size() == needs;
        if let Some(index) = self.read.iter().position(fits) {
            return Ok(self.read.remove(index));
        }
        if self.read.len() >= CANVASES {
            self.read.retain(|read| !is_free(read));
        }
        let buffer = Buffer::new(device, "seen solids", needs, Memory::Readback)?;
        Ok(Arc::new(Read(buffer)))
    }
}

impl Canvas {
    /// Bytes of the device's memory that it takes: a number and a depth for each sample.
    fn bytes(&self) -> u64 {
        2 * bytes(self.items.extent())
    }
}

/// Bytes of a word for each sample.
fn bytes([across, down]: [u32; 2]) -> u64 {
    u64::from(across) * u64::from(down) * 4
}

impl Data {
    /// Room for all of a solid, of at most so many bytes.
    fn new(device: &Device, given: &Given<'_>, room: u64) -> Result<Self> {
        let boxes = given.blocks();
        let places = size_of_val(given.places()) as u64;
        let parts = (given.parts() * given.words() * 4) as u64;
        let needs = places + parts + (boxes * size_of::<SolidsBox>()) as u64;
        if needs > room {
            return Err(Error::OutOfBudget {
                what: "solids on a device",
                needs,
                has: room,
                advice: "the host draws them",
            });
        }
        let buffer = |name, bytes| Buffer::new(device, name, bytes, Memory::Device);
        Ok(Self {
            places: buffer("positions", places)?,
            parts: buffer("parts of solids", parts)?,
            boxes: Arc::new(buffer(
                "blocks of solids",
                (boxes * size_of::<SolidsBox>()) as u64,
            )?),
            boxed: (Vec::new(), None),
            sent: [0; 2],
        })
    }

    fn bytes(&self) -> u64 {
        self.places.size() + self.parts.size() + self.boxes.size()
    }

    /// Sends the next part of positions and of what lies between them, and boxes that are not as they are there.
    fn send(&mut self, device: &Device, courier: &mut Courier, given: &Given<'_>) -> Result<()> {
        let [places, parts] = self.sent;
        let upto = given.places().len().min(places + PART / 12);
        let run = bytemuck::cast_slice(&given.places()[places..upto]);
        courier.send(device, run, &self.places, places as u64 * 12)?;
        let each = given.words() * 4;
        let room = (PART - (upto - places) * 12) / each;
        let end = given.parts().min(parts + room);
        if end > parts {
            let run = given.parts_of(parts..end);
            courier.send(
                device,
                bytemuck::cast_slice(&run),
                &self.parts,
                (parts * each) as u64,
            )?;
        }
        self.sent = [upto, end];
        let version = Some(given.state.version());
        if self.boxed.1 == version {
            return Ok(());
        }
        let boxes = given.boxes();
        let changed = |(number, run): &(usize, &[SolidsBox])| {
            let there = number * BOXES..number * BOXES + run.len();
            self.boxed.0.get(there) != Some(*run)
        };
        for (number, run) in boxes.chunks(BOXES).enumerate().filter(changed) {
            let at = (number * BOXES * size_of::<SolidsBox>()) as u64;
            courier.send(device, bytemuck::cast_slice(run), &self.boxes, at)?;
        }
        self.boxed = (boxes, version);
        Ok(())
    }
}

impl Listed {
    /// Memory for which of a solid's blocks are in view, and how that is found.
    fn new(device: &Device, data: &Data, view: SolidsView, corners: u32) -> Result<(Self, SolidsPush)> {
        let count = data.boxed.0.len() as u32;
        let [chunk, chunks] = chunks("the blocks of a solid", count, 1)?;
        let buffer = |bytes| Buffer::new(device, "blocks in view", bytes, Memory::Device);
        let listed = Self {
            view: Buffer::new(
                device,
                "camera of solids",
                size_of::<SolidsView>() as u64,
                Memory::Mapped,
            )?,
            sums: buffer(u64::from(chunks) * 8)?,
            items: buffer(u64::from(count) * 4)?,
            arguments: buffer(ARGUMENTS)?,
            boxes: data.boxes.clone(),
        };
        listed.view.write(0, bytemuck::bytes_of(&view))?;
        let push = SolidsPush {
            view: address(listed.view.address()),
            boxes: address(data.boxes.address()),
            sums: address(listed.sums.address()),
            items: address(listed.items.address()),
            arguments: address(listed.arguments.address()),
            count,
            chunk,
            chunks,
            corners,
        };
        Ok((listed, push))
    }

    fn inspect(&self) -> Result<Blocks> {
        let view = self.view.reread(0..size_of::<SolidsView>() as u64)?;
        let arguments: Vec<u32> = read_back(&self.arguments)?;
        let mut drawn: Vec<u32> = read_back(&self.items)?;
        drawn.truncate(arguments[1] as usize);
        Ok(Blocks {
            view: bytemuck::pod_read_unaligned(&view),
            boxes: read_back(&self.boxes)?,
            drawn,
        })
    }
}
