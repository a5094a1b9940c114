//! Rows, extents and bins against `reference::bin`, bit for bit.

mod common;

use common::cases::{self, Case};
use common::gpu;
use common::pictures::Easel;
use galvani::abi::TILE;
use galvani::reference::bin;
use galvani::renderer::{Inspection, Rasteriser};

/// The masks of lanes that the drawn tiles' extents make.
fn bins(seen: &Inspection) -> Vec<u32> {
    let push = &seen.pushes.bin;
    let words = push.lane_count.div_ceil(32);
    let mut bins = vec![0; seen.bins.len()];
    for &id in &seen.draw_list {
        let (lane, tile) = (
            id >> galvani::abi::TILE_BITS,
            id & ((1 << galvani::abi::TILE_BITS) - 1),
        );
        for band in bin::bands(push, seen.extent(lane, tile)) {
            bins[((tile * push.bands + band) * words + lane / 32) as usize] |= 1 << (lane % 32);
        }
    }
    bins
}

fn check(seen: &Inspection, what: &str) {
    let push = &seen.pushes.bin;
    let data = seen.plan.data.start * TILE..seen.plan.data.end * TILE;
    for (index, lane) in seen.lanes.iter().enumerate() {
        let index = index as u32;
        let columns: Vec<_> = data.clone().map(|c| seen.column(index, c)).collect();
        let rows: Vec<u32> = data.clone().map(|c| seen.rows(index, c)).collect();
        let wanted = bin::rows(push, lane, &columns);
        for (i, column) in columns.iter().enumerate() {
            let (found, wanted) = (rows[i], wanted[i]);
            assert_eq!(
                found, wanted,
                "{what}: rows of lane {index}, column {i}: {column:?}"
            );
        }
        let reach = bin::reach(push, lane);
        for tile in seen.plan.data.clone() {
            let first = ((tile - seen.plan.data.start) * TILE) as usize;
            let near = first.saturating_sub(reach)..(first + TILE as usize + reach).min(rows.len());
            let wanted = bin::extent(push, &rows[near]);
            assert_eq!(
                seen.extent(index, tile),
                wanted,
                "{what}: extent of lane {index}, tile {tile}"
            );
        }
    }
    assert_eq!(seen.bins, bins(seen), "{what}: bins");
}

#[test]
fn rows_extents_and_bins_equal_the_twins() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, [1, 1]);
    for mut case in cases::all(gpu.device()) {
        easel.resize(case.size);
        for view in case.views() {
            let picture = Case::picture(&case.scene, &view, case.scale_factor);
            easel.draw_picture(&mut case.recording, &picture);
            let seen = easel.renderer.inspect().expect("a frame");
            check(&seen, &format!("{}, {view:?}", case.name));
        }
    }
}
