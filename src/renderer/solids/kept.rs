//! What the device has of solids: it is brought by parts, and of what moves only that.

use std::sync::{Arc, Weak};

use super::super::courier::{Courier, PART};
use super::super::held::Held;
use crate::abi::solids::SolidsBox;
use crate::abi::{Address, address};
use crate::gpu::{Buffer, Device, Memory};
use crate::solids::device::Given;
use crate::{Error, Result};

/// Boxes that are sent together where any of them has changed.
const BOXES: usize = 64;

/// Of all solids that have been seen and still are there.
#[derive(Default)]
pub(super) struct Store {
    kept: Vec<Kept>,
    /// Sizes of balls, and how many there are.
    sizes: Vec<(Weak<[f32]>, usize, Buffer)>,
}

/// Positions and what lies between them, or why they are not here.
struct Kept {
    /// In which state they were sent.
    version: u64,
    alive: Weak<()>,
    held: Held<Data>,
}

/// What of a solid is on the device.
pub(super) struct Data {
    pub(super) places: Buffer,
    pub(super) parts: Buffer,
    pub(super) boxes: Arc<Buffer>,
    /// The boxes that are there, and of which state they are.
    boxed: (Vec<SolidsBox>, Option<u64>),
    /// How many positions are there, and how many triangles or balls.
    sent: [usize; 2],
}

impl Store {
    /// Bytes of the device's memory that they take.
    pub(super) fn bytes(&self) -> u64 {
        let of = |kept: &Kept| kept.held.get().map_or(0, Data::bytes);
        let sizes: u64 = self.sizes.iter().map(|(.., buffer)| buffer.size()).sum();
        sizes + self.kept.iter().map(of).sum::<u64>()
    }

    /// Lets go of solids that are no more.
    pub(super) fn forget(&mut self) {
        self.kept.retain(|kept| kept.alive.strong_count() > 0);
        self.sizes.retain(|(sizes, ..)| sizes.strong_count() > 0);
    }

    /// What is there of a solid, by where [`bring`](Self::bring) said.
    pub(super) fn data(&self, index: usize) -> Option<&Data> {
        self.kept.get(index)?.held.get()
    }

    /// Where sizes are, by where [`bring_sizes`](Self::bring_sizes) said.
    pub(super) fn sizes(&self, index: usize) -> Address {
        self.sizes
            .get(index)
            .map_or([0; 2], |(.., buffer)| address(buffer.address()))
    }

    /// Brings what has changed of a solid to the device, and of what is new there the next part; where it is, once it is whole.
    pub(super) fn bring(
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
                    held: Held::NOT_YET,
                });
                self.kept.len() - 1
            }
        };
        let kept = &mut self.kept[index];
        let moved = given.state.since(kept.version).unwrap_or_default();
        (kept.version, kept.alive) = (version, alive);
        let Some(data) = kept.held.within(room, || Data::new(device, given, room))? else {
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
    pub(super) fn bring_sizes(
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

    /// How many boxes there are.
    pub(super) fn blocks(&self) -> u32 {
        self.boxed.0.len() as u32
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
