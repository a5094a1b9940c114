//! Items in the order of Morton of their middles, and boxes around every few of them that follow one another.

use rayon::prelude::*;

use crate::abi::solids::SOLIDS_BLOCK;

/// How many items a block has.
const IN_BLOCK: usize = SOLIDS_BLOCK as usize;

/// Items of the order, and the box around them in stored units.
#[derive(Clone)]
pub(super) struct Block {
    pub(super) from: u32,
    pub(super) end: u32,
    pub(super) least: [f32; 3],
    pub(super) greatest: [f32; 3],
}

/// The numbers of items that have places, sorted, and their blocks. Items are given by three places each, and are at most 2³².
pub(super) fn sorted(
    count: usize,
    corners: impl Fn(usize) -> [[f32; 3]; 3] + Sync,
) -> (Vec<u32>, Vec<Block>) {
    let keyed = |number: usize| {
        let [a, b, c] = corners(number);
        let middle = [0, 1, 2].map(|axis| (a[axis] + b[axis] + c[axis]) / 3.0);
        middle
            .iter()
            .all(|v| v.is_finite())
            .then(|| (morton(middle), number as u32))
    };
    let mut keys: Vec<(u64, u32)> = (0..count).into_par_iter().filter_map(keyed).collect();
    keys.par_sort_unstable();
    let order: Vec<u32> = keys.into_iter().map(|(_, number)| number).collect();
    let block = |(place, numbers): (usize, &[u32])| {
        let from = (place * IN_BLOCK) as u32;
        let [least, greatest] = around(numbers, &corners);
        Block {
            from,
            end: from + numbers.len() as u32,
            least,
            greatest,
        }
    };
    let blocks = order.par_chunks(IN_BLOCK).enumerate().map(block).collect();
    (order, blocks)
}

/// Makes the boxes anew of blocks with items that have moved. Blocks keep their items, wherever these have gone.
pub(super) fn refit(
    blocks: &mut [Block],
    order: &[u32],
    corners: impl Fn(usize) -> [[f32; 3]; 3] + Sync,
    has_moved: impl Fn(usize) -> bool + Sync,
) {
    blocks.par_iter_mut().with_min_len(64).for_each(|block| {
        let numbers = &order[block.from as usize..block.end as usize];
        if numbers.iter().any(|&number| has_moved(number as usize)) {
            [block.least, block.greatest] = around(numbers, &corners);
        }
    });
}

/// The least and the greatest coordinates of some items.
fn around(numbers: &[u32], corners: impl Fn(usize) -> [[f32; 3]; 3]) -> [[f32; 3]; 2] {
    let (mut least, mut greatest) = ([f32::INFINITY; 3], [f32::NEG_INFINITY; 3]);
    for corner in numbers.iter().flat_map(|&number| corners(number as usize)) {
        for axis in 0..3 {
            least[axis] = least[axis].min(corner[axis]);
            greatest[axis] = greatest[axis].max(corner[axis]);
        }
    }
    [least, greatest]
}

/// The number in Morton's order of the cell in which a place of -1 … 1 lies, of 2²¹ along each axis.
fn morton(place: [f32; 3]) -> u64 {
    let cell = |v: f32| (((f64::from(v) + 1.0) / 2.0 * f64::from(1 << 21)) as u64).min((1 << 21) - 1);
    // Two clear bits after each.
    let spread = |v: u64| {
        let v = (v | v << 32) & 0x001f_0000_0000_ffff;
        let v = (v | v << 16) & 0x001f_0000_ff00_00ff;
        let v = (v | v << 8) & 0x100f_00f0_0f00_f00f;
        let v = (v | v << 4) & 0x10c3_0c30_c30c_30c3;
        (v | v << 2) & 0x1249_2492_4924_9249
    };
    let [x, y, z] = place.map(cell);
    spread(x) | spread(y) << 1 | spread(z) << 2
}

#[cfg(test)]
mod tests {
    use super::{IN_BLOCK, morton, sorted};

    #[test]
    fn cells_have_numbers_of_their_own_and_all_items_are_in_a_block() {
        let step = |i: i32| i as f32 / 8.0 - 1.0 + 1.0 / 16.0;
        let mut places = Vec::new();
        for x in 0..16 {
            for y in 0..16 {
                for z in 0..16 {
                    places.push([step(x), step(y), step(z)]);
                }
            }
        }
        let mut cells: Vec<u64> = places.iter().map(|place| morton(*place) >> 51).collect();
        cells.sort_unstable();
        assert!(cells.iter().enumerate().all(|(i, cell)| *cell == i as u64));
        places[77][1] = f32::NAN;
        let (order, blocks) = sorted(places.len(), |number| [places[number]; 3]);
        assert_eq!(order.len(), places.len() - 1);
        assert_eq!(blocks.len(), order.len().div_ceil(IN_BLOCK));
        for block in &blocks {
            for &number in &order[block.from as usize..block.end as usize] {
                let place = places[number as usize];
                assert!((0..3).all(|axis| (block.least[axis]..=block.greatest[axis]).contains(&place[axis])));
            }
        }
    }
}
