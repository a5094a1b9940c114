//! Counts of points by the device, which holds sorted points and their tiles.
//!
//! They come to it by parts, [`PART`] bytes a frame, and the host counts until all are there; as it does where they do not fit into a budget
//! ([`Renderer::figures_budget`]).
//! A view's counts are read back, since it is the host that paints figures: what they look like does not depend on who counts.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Weak};

use super::courier::{Courier, PART};
use super::held::Held;
use super::{PATIENCE, Renderer};
use crate::abi::address;
use crate::abi::points::{POINTS_RUN, POINTS_SIDE, PointsEdges, PointsPush, PointsTile};
use crate::gpu::Use::{ComputeRead, ComputeWrite, HostRead, TransferRead, TransferWrite};
use crate::gpu::{Buffer, Device, Memory};
use crate::passes::PointsPass;
use crate::points::count::{Work, most};
use crate::points::device::{Sorted, Square};
use crate::points::share::Edges;
use crate::points::{Cloud, Counted};
use crate::view::plane::Plane;
use crate::{Error, Result};

/// Cells of a tile.
const CELLS: u64 = POINTS_SIDE as u64 * POINTS_SIDE as u64;

/// What is kept of all points that have been counted and still are there.
#[derive(Default)]
pub(super) struct Tallies {
    pass: Option<PointsPass>,
    kept: Vec<(Weak<dyn Sorted>, Held<Kept>)>,
    /// Counts on the device, and where they are read.
    counts: Option<[Buffer; 2]>,
}

/// Points on the device.
struct Kept {
    /// Their keys.
    points: Buffer,
    /// The cells of tiles.
    cells: Buffer,
    tiles: Vec<(Square, u32)>,
    /// Where each tile's cells begin, in words, and the bytes of a cell.
    places: HashMap<Square, [u32; 2]>,
    /// How many points and tiles are there, and how many words of cells.
    sent: [usize; 3],
}

impl Renderer {
    /// How many points lie in each pixel of a view, `[height, width]`, by the device, as [`Cloud::count`] has them by the host; `None` as long as the
    /// device does not have the points: before they are sorted, while they are sent to it, which takes a frame or a call for every 16 MiB, or where they do not
    /// fit. Waits.
    ///
    /// # Errors
    /// [`Error::Invalid`] on an embedder's device; [`Error::DeviceLost`]; [`Error::OutOfBudget`] for what a frame takes.
    pub fn count_points(
        &mut self,
        cloud: &Cloud,
        plane: &Plane,
        size: [u32; 2],
    ) -> Result<Option<(Counted, Vec<u32>)>> {
        self.tallies.forget();
        self.count(cloud, plane, size)
    }

    /// The same of a figure's frame.
    pub(super) fn count(
        &mut self,
        cloud: &Cloud,
        plane: &Plane,
        size: [u32; 2],
    ) -> Result<Option<(Counted, Vec<u32>)>> {
        let (room, courier) = (self.figures_room(), &mut self.courier);
        let from = (cloud, plane, size);
        self.tallies.count(&self.device, (courier, room), from)
    }
}

impl Tallies {
    /// Bytes of the device's memory that points take.
    pub(super) fn bytes(&self) -> u64 {
        let of = |kept: &Kept| kept.points.size() + kept.cells.size();
        self.kept.iter().filter_map(|(_, held)| held.get()).map(of).sum()
    }

    /// Lets go of points that are no more.
    pub(super) fn forget(&mut self) {
        self.kept.retain(|(points, _)| points.strong_count() > 0);
    }

    /// How many points lie in each pixel; `None` where the device does not have them, as where they need more than there is room for.
    fn count(
        &mut self,
        device: &Device,
        (courier, room): (&mut Courier, u64),
        (cloud, plane, size): (&Cloud, &Plane, [u32; 2]),
    ) -> Result<Option<(Counted, Vec<u32>)>> {
        let Some(sorted) = cloud.sorted().filter(|sorted| sorted.len() > 0) else {
            return Ok(None);
        };
        let is_it =
            |(points, _): &(Weak<dyn Sorted>, _)| points.as_ptr().cast::<()>() == Arc::as_ptr(&sorted).cast();
        let index = self.kept.iter().position(is_it).unwrap_or_else(|| {
            self.kept.push((Arc::downgrade(&sorted), Held::NOT_YET));
            self.kept.len() - 1
        });
        let Self { pass, kept, counts } = self;
        let made = kept[index].1.within(room, || Kept::new(device, &*sorted, room))?;
        let Some(kept) = made else {
            return Ok(None);
        };
        if !kept.is_whole(&*sorted) {
            kept.send(device, &*sorted, courier)?;
        }
        if !kept.is_whole(&*sorted) {
            return Ok(None);
        }
        let pass = match pass {
            Some(pass) => pass,
            none => none.insert(PointsPass::new(device)?),
        };
        let work = sorted.work(plane, size);
        let tallied = tallied(counts, device, size)?;
        let mut counts = kept.tally(pass, (&*sorted, &work), (plane, size), tallied)?;
        let counted = Counted {
            most: most(&counts),
            ..work.counted
        };
        let counted = cloud.count_others(plane, size, counted, &mut counts);
        Ok(Some((counted, counts)))
    }
}

/// Memory for the counts of a plot, on the device and where they are read.
fn tallied<'a>(
    kept: &'a mut Option<[Buffer; 2]>,
    device: &Device,
    [w, h]: [u32; 2],
) -> Result<&'a mut [Buffer; 2]> {
    let bytes = u64::from(w) * u64::from(h) * 4;
    if kept.as_ref().is_none_or(|[own, _]| own.size() < bytes) {
        let buffer = |memory| Buffer::new(device, "counts of points", bytes, memory);
        *kept = Some([buffer(Memory::Device)?, buffer(Memory::Readback)?]);
    }
    Ok(kept.as_mut().expect("just made"))
}

impl Kept {
    /// Room for all points and tiles, of at most so many bytes.
    fn new(device: &Device, sorted: &dyn Sorted, room: u64) -> Result<Self> {
        let tiles = sorted.tiles();
        let points = (sorted.len() * 2 * sorted.words() * 4) as u64;
        let cells: u64 = tiles.iter().map(|(_, bytes)| u64::from(*bytes) * CELLS).sum();
        let needs = points + cells.max(16);
        // Cells are found by the numbers of words.
        if needs > room || cells / 4 > u32::MAX.into() {
            return Err(Error::OutOfBudget {
                what: "points on a device",
                needs,
                has: room,
                advice: "the host counts them",
            });
        }
        let buffer = |name, bytes| Buffer::new(device, name, bytes, Memory::Device);
        Ok(Self {
            points: buffer("points", points)?,
            cells: buffer("cells of points", cells)?,
            places: HashMap::with_capacity(tiles.len()),
            tiles,
            sent: [0; 3],
        })
    }

    fn is_whole(&self, sorted: &dyn Sorted) -> bool {
        self.sent[0] == sorted.len() && self.sent[1] == self.tiles.len()
    }

    /// Sends the next part.
    fn send(&mut self, device: &Device, sorted: &dyn Sorted, courier: &mut Courier) -> Result<()> {
        let each = 2 * sorted.words() * 4;
        let [points, tiles, words] = self.sent;
        let run = points..sorted.len().min(points + PART / each);
        let mut part = Vec::new();
        sorted.keys(run.clone(), &mut part);
        let mut next = tiles;
        let mut cells = Vec::new();
        while part.len() + cells.len() < PART / 4 && next < self.tiles.len() {
            let (square, bytes) = self.tiles[next];
            self.places.insert(square, [(words + cells.len()) as u32, bytes]);
            sorted.cells(square, &mut cells);
            next += 1;
        }
        let at = (points * each) as u64;
        courier.send(device, bytemuck::cast_slice(&part), &self.points, at)?;
        courier.send(
            device,
            bytemuck::cast_slice(&cells),
            &self.cells,
            words as u64 * 4,
        )?;
        courier.deliver()?;
        self.sent = [run.end, next, words + cells.len()];
        Ok(())
    }

    /// Counts, waits, and reads.
    fn tally(
        &self,
        pass: &PointsPass,
        (sorted, work): (&dyn Sorted, &Work),
        (plane, size): (&Plane, [u32; 2]),
        [counts, read]: &mut [Buffer; 2],
    ) -> Result<Vec<u32>> {
        let device = self.points.device();
        let told = Told::new(self, sorted, work, (plane, size));
        let tables = Buffer::new(
            device,
            "points of a view",
            told.words.len() as u64 * 4,
            Memory::Mapped,
        )?;
        tables.write(0, bytemuck::cast_slice(&told.words))?;
        let at = |word: usize| address(tables.address() + word as u64 * 4);
        let push = PointsPush {
            counts: address(counts.address()),
            width: size[0],
            height: size[1],
            ..PointsPush::default()
        };
        let bytes = u64::from(size[0]) * u64::from(size[1]) * 4;
        let mut commands = device.commands("points")?;
        commands.fill(counts, 0..bytes, 0);
        commands.barrier(&[TransferWrite], &[ComputeRead, ComputeWrite]); // zeros → sums
        commands.pass("points", |commands| {
            let points = PointsPush {
                from: address(self.points.address()),
                tasks: at(told.runs),
                edges: at(told.pixels),
                tasks_count: told.runs_count,
                ..push
            };
            pass.points(commands, &points, sorted.words());
            let tiles = PointsPush {
                from: address(self.cells.address()),
                tasks: at(told.tiles),
                edges: at(told.edges),
                tables: at(told.tables),
                tasks_count: work.tiles.len() as u32,
                ..push
            };
            pass.tiles(commands, &tiles);
        });
        commands.barrier(&[ComputeRead, ComputeWrite], &[TransferRead]); // sums → copy
        commands.copy(counts, 0, read, 0, bytes);
        commands.barrier(&[TransferWrite], &[HostRead]);
        device.wait(commands.submit()?, PATIENCE)?;
        Ok(bytemuck::pod_collect_to_vec(&read.read()?[..bytes as usize]))
    }
}

/// What the device is told of a view, one after another in words.
struct Told {
    words: Vec<u32>,
    /// Where runs of points begin, and how many there are.
    runs: usize,
    runs_count: u32,
    /// Where the first keys of pixels begin.
    pixels: usize,
    /// Where [`PointsTile`]s begin.
    tiles: usize,
    /// Where [`PointsEdges`] begin.
    tables: usize,
    /// Where the edges begin that divide tiles.
    edges: usize,
}

impl Told {
    fn new(kept: &Kept, sorted: &dyn Sorted, work: &Work, (plane, size): (&Plane, [u32; 2])) -> Self {
        let mut words = Vec::new();
        let runs = words.len();
        for run in &work.runs {
            for first in run.clone().step_by(POINTS_RUN as usize) {
                let end = run.end.min(first + POINTS_RUN as usize);
                words.extend([first as u32, end as u32]);
            }
        }
        let runs_count = (words.len() / 2) as u32;
        let pixels = words.len();
        if runs_count > 0 {
            words.extend(sorted.edges(plane, size));
        }
        let tiles = words.len();
        let mut tables = Tables::default();
        for square in &work.tiles {
            let [first, bytes] = kept.places[square];
            let [across, down] = tables.of(*square, || sorted.divided(*square, plane, size));
            let [column, row] = square.at.map(|v| v * POINTS_SIDE);
            let tile = PointsTile {
                first,
                bytes,
                across,
                down,
                column,
                row,
            };
            words.extend(bytemuck::cast_slice::<_, u32>(&[tile]));
        }
        let tables_at = words.len();
        words.extend(bytemuck::cast_slice::<_, u32>(&tables.all));
        let edges = words.len();
        words.extend(&tables.edges);
        Self {
            words,
            runs,
            runs_count,
            pixels,
            tiles,
            tables: tables_at,
            edges,
        }
    }
}

/// The edges of all columns and rows of tiles, each once.
#[derive(Default)]
struct Tables {
    numbers: HashMap<(usize, u32), u32>,
    all: Vec<PointsEdges>,
    edges: Vec<u32>,
}

impl Tables {
    /// The numbers of the tables of a tile, across and down.
    fn of(&mut self, square: Square, divided: impl Fn() -> [Edges; 2]) -> [u32; 2] {
        [0, 1].map(|axis| match self.numbers.entry((axis, square.at[axis])) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let edges = &divided()[axis];
                let number = self.all.len() as u32;
                self.all.push(PointsEdges {
                    pixel: edges.first as i32,
                    first: (self.edges.len() / 2) as u32,
                    count: edges.all.len() as u32,
                });
                self.edges
                    .extend(edges.all.iter().flat_map(|edge| [edge.cell, edge.before]));
                *new.insert(number)
            }
        })
    }
}
