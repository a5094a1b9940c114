//! What the stages of the last frame left on the device, read back: for tests against the twins, for exports that draw
//! columns themselves, for the curious.

use super::{Pushes, Renderer};
use crate::abi::{Column, Counts, Lane, TILE};
use crate::gpu::read_back;
use crate::plan::Plan;
use crate::scene::marks::Tints;
use crate::{Error, Result};

/// The last frame.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// What the stages were given.
    pub pushes: Pushes,
    /// The columns that were planned.
    pub plan: Plan,
    /// The lanes, in the order of drawing.
    pub lanes: Vec<Lane>,
    /// Which columns have another colour than their lane's.
    pub tints: Option<Tints>,
    /// What culling counted.
    pub counts: Counts,
    /// For each lane the tiles to resolve and to draw before it.
    pub offsets: Vec<[u32; 2]>,
    /// Tiles that were resolved for this frame.
    pub resolve_list: Vec<u32>,
    /// Tiles that were drawn.
    pub draw_list: Vec<u32>,
    columns: Vec<Column>,
    rows: Vec<u32>,
    extents: Vec<u32>,
    /// Masks of lanes: `[tiles, bands, ceil(lanes / 32)]`.
    pub bins: Vec<u32>,
}

impl Inspection {
    /// The tile's place among those that are kept.
    fn slot(&self, lane: u32, tile: u32) -> usize {
        let push = &self.pushes.resolve;
        (lane * push.tile_slots + (push.tile_slot + tile) % push.tile_slots) as usize
    }

    /// A column of a lane, counted from the first tile's first; [`Plan::skip`] is the plot's first.
    #[must_use]
    pub fn column(&self, lane: u32, column: u32) -> Column {
        self.columns[self.slot(lane, column / TILE) * TILE as usize + (column % TILE) as usize]
    }

    /// The colour of a lane in a column.
    #[must_use]
    pub fn color(&self, lane: u32, column: u32) -> u32 {
        let own = self.lanes[lane as usize].color;
        let Some(tints) = &self.tints else { return own };
        match tints.of[lane as usize * tints.columns + column as usize] {
            0 => own,
            tint => tints.palette[usize::from(tint) - 1].to_u32(),
        }
    }

    /// The rows that a column touches.
    #[must_use]
    pub fn rows(&self, lane: u32, column: u32) -> u32 {
        self.rows[self.slot(lane, column / TILE) * TILE as usize + (column % TILE) as usize]
    }

    /// The rows that a tile touches.
    #[must_use]
    pub fn extent(&self, lane: u32, tile: u32) -> u32 {
        self.extents[self.slot(lane, tile)]
    }
}

impl Renderer {
    /// Reads the last frame back, once it is complete. Waits, and copies some 1100 bytes a tile.
    ///
    /// # Errors
    /// [`Error::Invalid`] before the first frame, and on an embedder's device, where nothing can be submitted.
    pub fn inspect(&self) -> Result<Inspection> {
        let (Some(arrays), Some(last)) = (&self.arrays, &self.last) else {
            let problem = "no frame was recorded yet".into();
            return Err(Error::Invalid {
                what: "inspect",
                problem,
            });
        };
        let counts: Vec<Counts> = read_back(&arrays.counts)?;
        let counts = counts.first().copied().unwrap_or_default();
        let mut resolve_list = read_back(&arrays.resolve_list)?;
        let mut draw_list = read_back(&arrays.draw_list)?;
        resolve_list.truncate(counts.resolve_tiles as usize);
        draw_list.truncate(counts.draw_tiles as usize);
        let mut offsets: Vec<[u32; 2]> = read_back(&arrays.offsets)?;
        offsets.truncate(last.lanes.len());
        Ok(Inspection {
            pushes: last.pushes,
            plan: last.plan.clone(),
            lanes: last.lanes.clone(),
            tints: last.tints.clone(),
            counts,
            offsets,
            resolve_list,
            draw_list,
            columns: read_back(&arrays.columns)?,
            rows: read_back(&arrays.rows)?,
            extents: read_back(&arrays.extents)?,
            bins: read_back(&arrays.bins)?,
        })
    }
}
