// Lanes as rows of colour, over the lines that are there: one invocation a column of pixels in a band, as raster.comp.
// Rows that show the same lanes are one, so that tall lanes are read once. Twin: src/reference/heat.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"
#include "lib/dispatch.glsl"

layout(push_constant, scalar) uniform PushConstants {
    HeatPush heat;
};

DrawPush push;

#include "lib/tiles.glsl"
#include "lib/coverage.glsl"
#include "lib/heat.glsl"

layout(set = 0, binding = 0, rgba8) uniform image2D target;

void main() {
    push = DrawPushOf(heat.draw).at;
    uint width = low(push.target);
    uint id = invocation();
    uint x = id % width;
    uint band = id / width;
    uint plot_x = low(push.plot_columns);
    if (band >= low(push.bands) || x < plot_x || x >= plot_x + high(push.plot_columns)) {
        return;
    }
    uint c = x - plot_x + push.skip;
    if (c < low(push.data_tiles) * TILE || c >= high(push.data_tiles) * TILE) {
        return;
    }
    uint plot_y = low(push.plot_rows);
    uint first = max(band * high(push.bands), plot_y);
    uint end = min((band + 1u) * high(push.bands), plot_y + high(push.plot_rows));
    uvec2 lanes = uvec2(0u);
    uint color = push.background;
    for (uint y = first; y < end; y++) {
        uvec2 now = lanes_on(y - plot_y);
        if (now != lanes) {
            color = heat_color(now, c);
            lanes = now;
        }
        ivec2 at = ivec2(x, y);
        vec4 pixel = unpackUnorm4x8(color | 0xff000000u);
        if (heat.share < FULL) {
            uvec3 below = uvec3(imageLoad(target, at).rgb * 255.0 + 0.5);
            pixel = vec4(vec3(over(below, color, heat.share)) / 255.0, 1.0);
        }
        imageStore(target, at, pixel);
    }
}
