// A quad around the rows that a tile touches: two triangles, one instance a tile.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"

layout(push_constant, scalar) uniform PushConstants {
    DrawPush push;
};

#include "lib/tiles.glsl"

layout(location = 0) flat out uint lane_index;

void main() {
    uint tile_id = Words(push.draw_list).at[gl_InstanceIndex];
    uint tile = tile_of(tile_id);
    lane_index = lane_of(tile_id);
    uint rows = Words(push.extents).at[slot_of(lane_index, tile)];
    uint parts = 1u << push.row_shift;
    int left = max(int(tile * TILE) - int(push.skip), 0);
    int right = min(int((tile + 1u) * TILE) - int(push.skip), int(high(push.plot_columns)));
    vec2 a = vec2(left, low(rows) / parts);
    vec2 b = vec2(max(right, left), (high(rows) + parts - 1u) / parts);
    const uvec2 corners[6] = uvec2[](uvec2(0, 0), uvec2(1, 0), uvec2(0, 1), uvec2(0, 1), uvec2(1, 0), uvec2(1, 1));
    vec2 origin = vec2(low(push.plot_columns), low(push.plot_rows));
    vec2 at = mix(a, b, vec2(corners[gl_VertexIndex])) + origin;
    gl_Position = vec4(at / vec2(low(push.target), high(push.target)) * 2.0 - 1.0, 0.0, 1.0);
}
