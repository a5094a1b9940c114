//! Which tiles are seen, lane by lane.

use crate::abi::{Counts, CullPush, FOLD, Lane, OVERFLOW_TILES, TILE, tile_id};

/// What the stage leaves behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Culled {
    /// For each lane, the tiles to resolve and to draw before it.
    pub offsets: Vec<[u32; 2]>,
    /// Tiles to resolve.
    pub resolve: Vec<u32>,
    /// Tiles to draw.
    pub draw: Vec<u32>,
    /// The indirect arguments.
    pub counts: Counts,
}

/// Lists the tiles that are in the plot and hold data; those whose columns are not valid any more are resolved.
#[must_use]
pub fn cull(push: &CullPush, lanes: &[Lane]) -> Culled {
    let mut culled = Culled {
        offsets: Vec::new(),
        resolve: Vec::new(),
        draw: Vec::new(),
        counts: Counts::default(),
    };
    for (index, lane) in lanes.iter().enumerate() {
        culled
            .offsets
            .push([culled.resolve.len() as u32, culled.draw.len() as u32]);
        let in_plot = lane.strip_bottom > 0.0 && lane.strip_top < push.plot_height as f32;
        for tile in (0..push.tiles).filter(|t| in_plot && (push.data_first..push.data_end).contains(t)) {
            if !(push.cached_first..push.cached_end).contains(&tile) {
                culled.resolve.push(tile_id(index as u32, tile));
            }
            culled.draw.push(tile_id(index as u32, tile));
        }
    }
    let capacity = push.list_capacity as usize;
    let overflow = culled.resolve.len() > capacity || culled.draw.len() > capacity;
    culled.resolve.truncate(capacity);
    culled.draw.truncate(capacity);
    let resolve = folded(culled.resolve.len() as u32 * TILE, push.group);
    let raster = folded(push.raster, push.group);
    culled.counts = Counts {
        resolve_x: resolve[0],
        resolve_y: resolve[1],
        resolve_z: 1,
        raster_x: raster[0],
        raster_y: raster[1],
        raster_z: 1,
        draw_vertices: 6,
        draw_tiles: culled.draw.len() as u32,
        draw_first_vertex: 0,
        draw_first_instance: 0,
        resolve_tiles: culled.resolve.len() as u32,
        overflow: if overflow { OVERFLOW_TILES } else { 0 },
    };
    culled
}

/// Groups along x and y for so many invocations.
fn folded(invocations: u32, group: u32) -> [u32; 2] {
    let groups = invocations.div_ceil(group);
    [groups.min(FOLD), groups.div_ceil(FOLD)]
}
