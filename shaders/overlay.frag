// A plain rectangle's colour, or a glyph's coverage of it.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"

layout(push_constant, scalar) uniform PushConstants {
    OverlayPush push;
};

layout(location = 0) flat in uint index;
layout(location = 0) out vec4 color;

void main() {
    Quad quad = Quads(push.quads).at[index];
    color = unpackUnorm4x8(quad.color);
    if (quad.coverage != PLAIN) {
        uvec2 at = uvec2(ivec2(gl_FragCoord.xy) - ivec2(quad.x, quad.y));
        uint i = quad.coverage + at.y * quad.stride + at.x;
        uint word = Words(push.coverage).at[i >> 2];
        color.a *= float((word >> ((i & 3u) * 8u)) & 0xffu) / 255.0;
    }
}
