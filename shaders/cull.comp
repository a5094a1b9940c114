// Which tiles are seen, and which of those need new columns, in the order of lanes and tiles.
// Step 0 counts each lane's, step 1 sums the counts of the lanes before and writes the indirect arguments,
// step 2 lists the tiles. Twin: src/reference/cull.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"
#include "lib/dispatch.glsl"
#include "lib/scan.glsl"

layout(constant_id = 2) const uint STEP = 0;

layout(push_constant, scalar) uniform PushConstants {
    CullPush push;
};

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

void sum_up() {
    uvec2 before = scan(Words(push.offsets), push.lane_count);
    if (gl_LocalInvocationID.x != SCAN - 1u) {
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
        sum_up();
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
