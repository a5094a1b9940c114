// The lowest and highest value of each column of each listed tile. One invocation a column.
//
// Columns from nodes read at most 7 fine nodes at either end and the coarse ones between, 22 in all; columns from raw
// samples read at most 15 samples at either end, the two pairs around the edges, and 7 runs and 7 leaves between.
//
// A software driver runs each load as a loop over the subgroup, and both sides of each branch: what counts there is how
// many loads stand in the program, and how often its loops turn. Twin: src/reference/resolve.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"
#include "lib/dispatch.glsl"

layout(constant_id = 2) const uint STEP = 0;

layout(push_constant, scalar) uniform PushConstants {
    ResolvePush push;
};

#include "lib/tiles.glsl"
#include "lib/pages.glsl"
#include "lib/blocks.glsl"

// Nodes [a, b) of the fine level, by way of the coarse one.
void take_nodes(inout Range range, uint channel, uint a, uint b) {
    Level fine = push.fine;
    Level coarse = push.coarse;
    b = min(b, fine.count);
    uint coarse_a = (a + FANOUT - 1u) >> FANOUT_SHIFT;
    uint coarse_b = min(b >> FANOUT_SHIFT, coarse.count);
    Blocks fines = blocks_of(fine, a, b);
    Blocks coarses = blocks_of(coarse, coarse_a, coarse_b);
    if (coarse_a >= coarse_b) {
        coarse_a = coarse_b = (b + FANOUT - 1u) >> FANOUT_SHIFT;
    }
    // Left of the coarse nodes, these, and right of them.
    uint left = min(coarse_a << FANOUT_SHIFT, b) - min(a, b);
    uint middle = left + coarse_b - coarse_a;
    uint count = middle + b - min(coarse_b << FANOUT_SHIFT, b);
    for (uint i = 0u; i < count; i++) {
        bool inside = i >= left && i < middle;
        uint fine_i = fine.first + (i < left ? a + i : (coarse_b << FANOUT_SHIFT) + i - middle);
        uint node = inside ? coarse.first + coarse_a + i - left : fine_i;
        uint first = inside ? coarses.first : fines.first;
        uvec2 near = inside ? coarses.left : fines.left;
        uvec2 far = inside ? coarses.right : fines.right;
        take_in_block(range, node >> push.block_shift == first ? near : far,
                      channel * (inside ? coarse.stride : fine.stride) + in_block(node));
    }
}

// Of run `run`, samples first ..= last.
void take_part(inout Range range, Pages pages, uint row, uint run, uint first, uint last) {
    uint start = run << RUN_SHIFT;
    uvec2 page = page_of(pages, start);
    for (uint v = 0u; v < RUN / PER_VECTOR; v++) {
        uint i = start + v * PER_VECTOR;
        take_masked(range, Words4(page).at[(row + in_page(i)) / PER_VECTOR], i, first, last);
    }
}

// The value at an edge that lies between two samples. A page's row holds the first sample of the next page too.
void take_edge(inout Range range, Pages pages, uint row, Edge edge) {
    if (edge.fraction == 0.0 || edge.index + 1u >= push.samples) {
        return;
    }
    uvec2 page = page_of(pages, edge.index);
    uint a = float_bits(load_raw(page, row, in_page(edge.index)));
    uint b = float_bits(load_raw(page, row, in_page(edge.index) + 1u));
    if (is_gap(a) || is_gap(b)) {
        range.flags |= FLAG_GAP;
    } else {
        take_key(range, key_between(a, b, edge.fraction));
    }
}

// The leaf boundary nearest to an edge.
uint leaf_near(Edge edge) {
    return edge.index + 1u >= push.samples ? push.fine.count : (edge.index + LEAF / 2u) >> LEAF_SHIFT;
}

Range resolve_raw(uint channel, Edge left, Edge right) {
    Range range = NOTHING;
    if (left == right) {
        return range;
    }
    Pages pages = pages_of(left.index, right.index);
    bool absent = pages.left == uvec2(0u) || pages.right == uvec2(0u);

    // Leaves that lie inside, or stand in for all.
    uint first = left.fraction == 0.0 ? left.index : left.index + 1u;
    uint last = right.index;
    uint leaf_a = (first + LEAF - 1u) >> LEAF_SHIFT;
    uint leaf_b = last >> LEAF_SHIFT;
    if (absent) {
        leaf_a = leaf_near(left);
        leaf_b = leaf_near(right);
        if (leaf_a >= leaf_b) {
            leaf_a = left.index >> LEAF_SHIFT;
            leaf_b = leaf_a + 1u;
        }
        range.flags |= FLAG_ABSENT;
    }
    uint leaf_row = channel * push.fine.stride;
    Blocks blocks = blocks_of(push.fine, leaf_a, leaf_b);
    for (uint i = leaf_a; i < min(leaf_b, push.fine.count); i++) {
        uint node = push.fine.first + i;
        take_in_block(range, node >> push.block_shift == blocks.first ? blocks.left : blocks.right,
                      leaf_row + in_block(node));
    }
    if (absent) {
        return in_floats(range);
    }

    // Runs on either side of the leaves, and samples on either side of the runs.
    const uint runs_of_leaf = LEAF / RUN;
    uint run_a = (first + RUN - 1u) >> RUN_SHIFT;
    uint run_b = (last + 1u) >> RUN_SHIFT;
    uint leaves = leaf_a < leaf_b ? leaf_b - leaf_a : 0u;
    uint skip = leaf_a * runs_of_leaf;
    uint run_row = channel * ((1u << push.page_shift) >> RUN_SHIFT);
    uint runs = run_b > run_a ? run_b - run_a - leaves * runs_of_leaf : 0u;
    for (uint n = 0u; n < runs; n++) {
        uint i = run_a + n;
        i += leaves > 0u && i >= skip ? leaves * runs_of_leaf : 0u;
        uvec2 page = page_of(pages, i << RUN_SHIFT);
        take_node(range, page, push.page_runs, run_row + (in_page(i << RUN_SHIFT) >> RUN_SHIFT));
    }
    uint row = channel * push.page_stride;
    take_part(range, pages, row, first >> RUN_SHIFT, first, min(last, first | (RUN - 1u)));
    take_part(range, pages, row, last >> RUN_SHIFT, max(first, last & ~(RUN - 1u)), last);

    range = in_floats(range);
    take_edge(range, pages, row, left);
    take_edge(range, pages, row, right);
    return range;
}

void main() {
    uint id = invocation();
    uint entry = id / TILE;
    if (entry >= CountsOf(push.counts).at.resolve_tiles) {
        return;
    }
    uint tile_id = Words(push.resolve_list).at[entry];
    uint lane = lane_of(tile_id);
    uint tile = tile_of(tile_id);
    uint channel = Lanes(push.lanes).at[lane].channel;
    uint c = tile * TILE + id % TILE;
    Edge left = Edges(push.edges).at[c];
    Edge right = Edges(push.edges).at[c + 1u];
    Range range;
    if (STEP == MODE_NODES) {
        range = NOTHING;
        take_nodes(range, channel, left.index, right.index);
        range = in_floats(range);
    } else {
        range = resolve_raw(channel, left, right);
    }
    bool empty = range.lo > range.hi;
    Column column;
    column.lo = empty ? uintBitsToFloat(0x7f800000u) : uintBitsToFloat(bits_from_key(range.lo));
    column.hi = empty ? uintBitsToFloat(0xff800000u) : uintBitsToFloat(bits_from_key(range.hi));
    column.flags = range.flags;
    Columns(push.columns).at[slot_of(lane, tile) * TILE + id % TILE] = column;
}
