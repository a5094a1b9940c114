// A plain rectangle's colour, diagonal lines of it, or a glyph's coverage of it.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"

layout(push_constant, scalar) uniform PushConstants {
    OverlayPush push;
};

layout(location = 0) flat in ivec2 origin;
layout(location = 1) flat in uvec2 coverage;
layout(location = 2) flat in vec4 ink;
layout(location = 0) out vec4 color;

void main() {
    color = ink;
    if (coverage.x == HATCH) {
        uvec2 at = uvec2(gl_FragCoord.xy);
        color.a *= (at.x + at.y) % HATCH_PITCH < HATCH_WIDTH ? 1.0 : 0.0;
    } else if (coverage.x != PLAIN) {
        uvec2 at = uvec2(ivec2(gl_FragCoord.xy) - origin);
        uint i = coverage.x + at.y * coverage.y + at.x;
        uint word = Words(push.coverage).at[i >> 2];
        color.a *= float((word >> ((i & 3u) * 8u)) & 0xffu) / 255.0;
    }
}
