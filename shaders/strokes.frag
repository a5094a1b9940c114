// How much of a pixel a stroke covers. Of all that cover one the most is kept. Twin: src/reference/lines.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"

layout(push_constant, scalar) uniform PushConstants {
    StrokesPush push;
};

layout(location = 0) flat in vec4 piece;

layout(location = 0) out float cover;

void main() {
    vec2 at = gl_FragCoord.xy - piece.xy;
    vec2 along = piece.zw - piece.xy;
    float square = dot(along, along);
    float part = square > 0.0 ? clamp(dot(at, along) / square, 0.0, 1.0) : 0.0;
    cover = clamp(push.reach - length(at - part * along), 0.0, 1.0) * push.alpha;
}
