// A rectangle around a stroke, which holds all that it touches. Fragment shader: strokes.frag.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"

layout(push_constant, scalar) uniform PushConstants {
    StrokesPush push;
};

layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer Pieces {
    StrokesPiece at[];
};

// Where it begins, and where it ends.
layout(location = 0) flat out vec4 piece;

// What roundings take of the rectangle is none of what is touched.
const float ROOM = 0.125;

void main() {
    StrokesPiece own = Pieces(push.pieces).at[gl_InstanceIndex];
    vec2 from = vec2(own.from_x, own.from_y);
    vec2 to = vec2(own.to_x, own.to_y);
    vec2 along = to - from;
    float long_side = length(along);
    vec2 forward = long_side > 0.0 ? along / long_side : vec2(1.0, 0.0);
    vec2 aside = vec2(-forward.y, forward.x) * (push.reach + ROOM);
    vec2 end = (gl_VertexIndex & 1) == 0 ? from - forward * (push.reach + ROOM) : to + forward * (push.reach + ROOM);
    vec2 at = gl_VertexIndex < 2 ? end - aside : end + aside;
    piece = vec4(from, to);
    gl_Position = vec4(at / vec2(push.width, push.height) * 2.0 - 1.0, 0.0, 1.0);
}
