// Which tiles are seen, and which of those need new columns, in the order of lanes and tiles.
// Step 0 counts each lane's, step 1 sums the counts of the lanes before and writes the indirect arguments,
// step 2 lists the tiles. Twin: src/reference/cull.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"
#include "lib/dispatch.glsl"

layout(constant_id = 2) const uint STEP = 0;

layout(push_constant, scalar) uniform PushConstants {
    CullPush push;
};

const uint SCAN = 64u;
shared uvec2 sums[SCAN];

bool seen(Lane lane, uint tile) {
    return lane.strip_bottom > 0.0 && lane.strip_top < float(push.plot_height) && tile >= push.data_first &&
           tile < push.data_end;
}

bool stale(uint tile) {
    return tile < push.cached_first || tile >= push.cached_end;
}

uvec2 count_lane(uint index) {
    Lane lane = Lanes(push.lanes).at[index];
    uvec2 n = uvec2(0u);
    for (uint tile = 0u; tile < push.tiles; tile++) {
        if (seen(lane, tile)) {
            n += uvec2(stale(tile) ? 1u : 0u, 1u);
        }
    }
    return n;
}

void scan() {
    uint me = gl_LocalInvocationID.x;
    uint share = (push.lane_count + SCAN - 1u) / SCAN;
    uint first = min(me * share, push.lane_count);
    uint end = min(first + share, push.lane_count);
    Words offsets = Words(push.offsets);
    uvec2 sum = uvec2(0u);
    for (uint i = first; i < end; i++) {
        sum += uvec2(offsets.at[2u * i], offsets.at[2u * i + 1u]);
    }
    sums[me] = sum;
    barrier();
    uvec2 before = uvec2(0u);
    for (uint i = 0u; i < me; i++) {
        before += sums[i];
    }
    for (uint i = first; i < end; i++) {
        uvec2 mine = uvec2(offsets.at[2u * i], offsets.at[2u * i + 1u]);
        offsets.at[2u * i] = before.x;
        offsets.at[2u * i + 1u] = before.y;
        before += mine;
    }
    if (me != SCAN - 1u) {
        return;
    }
    uvec2 total = min(before, uvec2(push.list_capacity));
    Counts counts;
    uint groups = (total.x * TILE + push.group - 1u) / push.group;
    counts.resolve_x = min(groups, FOLD);
    counts.resolve_y = (groups + FOLD - 1u) / FOLD;
    counts.resolve_z = 1u;
    groups = (push.raster + push.group - 1u) / push.group;
    counts.raster_x = min(groups, FOLD);
    counts.raster_y = (groups + FOLD - 1u) / FOLD;
    counts.raster_z = 1u;
    counts.draw_vertices = 6u;
    counts.draw_tiles = total.y;
    counts.draw_first_vertex = 0u;
    counts.draw_first_instance = 0u;
    counts.resolve_tiles = total.x;
    counts.overflow = before == total ? 0u : OVERFLOW_TILES;
    CountsOf(push.counts).at = counts;
}

void list_lane(uint index) {
    Lane lane = Lanes(push.lanes).at[index];
    Words offsets = Words(push.offsets);
    uvec2 at = uvec2(offsets.at[2u * index], offsets.at[2u * index + 1u]);
    for (uint tile = 0u; tile < push.tiles; tile++) {
        if (!seen(lane, tile)) {
            continue;
        }
        uint id = index << TILE_BITS | tile;
        if (stale(tile)) {
            if (at.x < push.list_capacity) {
                Words(push.resolve_list).at[at.x] = id;
            }
            at.x++;
        }
        if (at.y < push.list_capacity) {
            Words(push.draw_list).at[at.y] = id;
        }
        at.y++;
    }
}

void main() {
    if (STEP == 1) {
        scan();
        return;
    }
    uint index = invocation();
    if (index >= push.lane_count) {
        return;
    }
    if (STEP == 0) {
        uvec2 n = count_lane(index);
        Words(push.offsets).at[2u * index] = n.x;
        Words(push.offsets).at[2u * index + 1u] = n.y;
    } else {
        list_lane(index);
    }
}
