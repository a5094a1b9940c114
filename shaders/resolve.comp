// The lowest and highest value of each column of each listed tile. One invocation a column.
//
// Columns from nodes read at most 7 fine nodes at either end and the coarse ones between, 22 in all; columns from raw
// samples read at most 64 samples at either end, the two pairs around the edges, and 7 leaves between.
// Twin: src/reference/resolve.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"
#include "lib/dispatch.glsl"

layout(constant_id = 2) const uint STEP = 0;

layout(push_constant, scalar) uniform PushConstants {
    ResolvePush push;
};

#include "lib/tiles.glsl"
#include "lib/samples.glsl"

// Nodes [a, b) of the fine level, by way of the coarse one.
void take_nodes(inout Range range, uint channel, uint a, uint b) {
    Level fine = push.fine;
    Level coarse = push.coarse;
    b = min(b, fine.count);
    uint row = channel * fine.stride;
    uint coarse_a = (a + FANOUT - 1u) >> FANOUT_SHIFT;
    uint coarse_b = b >> FANOUT_SHIFT;
    uint stop = b;
    if (coarse_a < coarse_b && coarse_b <= coarse.count) {
        uint coarse_row = channel * coarse.stride;
        for (uint i = coarse_a; i < coarse_b; i++) {
            take_node(range, coarse.nodes, coarse_row + i);
        }
        for (uint i = coarse_b << FANOUT_SHIFT; i < b; i++) {
            take_node(range, fine.nodes, row + i);
        }
        stop = coarse_a << FANOUT_SHIFT;
    }
    for (uint i = a; i < stop; i++) {
        take_node(range, fine.nodes, row + i);
    }
}

// Samples first ..= last, page by page.
void take_samples(inout Range range, uint channel, uint first, uint last) {
    uint mask = (1u << push.page_shift) - 1u;
    uint row = channel * push.page_stride;
    while (first <= last) {
        uint end = min(last, first | mask);
        take_row(range, Addresses(push.pages).at[first >> push.page_shift], row, first & mask, end & mask);
        first = end + 1u;
    }
}

// The value at an edge that lies between two samples. A page's row holds the first sample of the next page too.
void take_edge(inout Range range, uint channel, Edge edge) {
    if (edge.fraction == 0.0 || edge.index + 1u >= push.samples) {
        return;
    }
    uvec2 page = Addresses(push.pages).at[edge.index >> push.page_shift];
    uint i = edge.index & ((1u << push.page_shift) - 1u);
    uint row = channel * push.page_stride;
    uint a = float_bits(load_raw(page, row, i));
    uint b = float_bits(load_raw(page, row, i + 1u));
    if (is_gap(a) || is_gap(b)) {
        range.flags |= FLAG_GAP;
    } else {
        take_key(range, key_between(a, b, edge.fraction));
    }
}

bool resident(uint first, uint last) {
    for (uint page = first >> push.page_shift; page <= last >> push.page_shift; page++) {
        if (Addresses(push.pages).at[page] == uvec2(0u)) {
            return false;
        }
    }
    return true;
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
    uint first = left.fraction == 0.0 ? left.index : left.index + 1u;
    uint last = right.index;
    if (!resident(left.index, last)) {
        uint a = leaf_near(left);
        uint b = leaf_near(right);
        if (a >= b) {
            a = left.index >> LEAF_SHIFT;
            b = a + 1u;
        }
        take_nodes(range, channel, a, b);
        range.flags |= FLAG_ABSENT;
        return in_floats(range);
    }
    uint leaf_a = (first + LEAF - 1u) >> LEAF_SHIFT;
    uint leaf_b = last >> LEAF_SHIFT;
    if (leaf_a < leaf_b) {
        // Leaves are closed: they hold the samples at both of their ends.
        for (uint i = leaf_a; i < leaf_b; i++) {
            take_node(range, push.fine.nodes, channel * push.fine.stride + i);
        }
        if (first < leaf_a << LEAF_SHIFT) {
            take_samples(range, channel, first, (leaf_a << LEAF_SHIFT) - 1u);
        }
        first = (leaf_b << LEAF_SHIFT) + 1u;
    }
    if (first <= last) {
        take_samples(range, channel, first, last);
    }
    range = in_floats(range);
    take_edge(range, channel, left);
    take_edge(range, channel, right);
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
