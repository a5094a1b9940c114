// A quad around what a tile shows: two triangles, one instance a tile.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/frame.glsl"
#include "lib/coverage.glsl"

layout(location = 0) flat out uint lane_index;

void main() {
    uint tile_id = Words(FRAME.draw_list).at[gl_InstanceIndex];
    uint tile = tile_of(tile_id);
    lane_index = lane_of(tile_id);
    Lane lane = Lanes(FRAME.lanes).at[lane_index];
    Extent extent = Extents(FRAME.extents).at[slot_of(lane_index, tile)];
    vec2 rows = vec2(0.0);
    if (extent.lo <= extent.hi) {
        rows = rows_of(lane, uintBitsToFloat(bits_from_key(extent.lo)), uintBitsToFloat(bits_from_key(extent.hi)));
        rows += vec2(-1.0, 1.0);
        rows = clamp(rows, max(lane.clip_top, 0.0), min(lane.clip_bottom, float(FRAME.plot_height)));
        rows = vec2(floor(rows.x), ceil(rows.y));
    }
    int left = max(int(tile * TILE) - int(FRAME.skip), 0);
    int right = min(int((tile + 1u) * TILE) - int(FRAME.skip), int(FRAME.plot_width));
    vec2 a = vec2(float(left), rows.x);
    vec2 b = vec2(float(max(right, left)), rows.y);
    const uvec2 corners[6] = uvec2[](uvec2(0, 0), uvec2(1, 0), uvec2(0, 1), uvec2(0, 1), uvec2(1, 0), uvec2(1, 1));
    vec2 at = mix(a, b, vec2(corners[gl_VertexIndex])) + vec2(float(FRAME.plot_x), float(FRAME.plot_y));
    gl_Position = vec4(at / vec2(float(FRAME.target_width), float(FRAME.target_height)) * 2.0 - 1.0, 0.0, 1.0);
}
