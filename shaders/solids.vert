// Triangles and balls of the blocks that are in view. Fragment shader: solids.frag.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"
#include "lib/solids.glsl"

layout(constant_id = 2) const uint STEP = 0;

layout(push_constant, scalar) uniform PushConstants {
    SolidsDrawPush push;
};

layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer Places {
    vec3 at[];
};
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer Numbers {
    float at[];
};

// What is written where this is the nearest.
layout(location = 0) flat out uint written;
// Of a ball its middle and its radius, in samples.
layout(location = 1) flat out vec3 disc;

// Of a triangle that is not drawn all corners are here, beyond what is in view.
const vec4 NOWHERE = vec4(0.0, 0.0, -1.0, 1.0);

vec3 place(SolidsView view, uint number) {
    return seen_from(axes(view), view.start, Places(push.places).at[number]);
}

// How near a place is, of one that is not divided by how far it is away.
float depth(SolidsView view, vec3 place) {
    return 0.5 + (1.0 - place.z) * view.depth;
}

vec4 corner_of_triangle(SolidsView view, uvec4 three, uint corner) {
    vec3 place = place(view, three[corner]);
    vec2 at = vec2(place.x, -place.y) * view.focal / vec2(view.middle_x, view.middle_y);
    return view.far > 0.0 ? vec4(at, view.near, place.z) : vec4(at, depth(view, place), 1.0);
}

vec4 corner_of_ball(SolidsView view, uint number, uint corner) {
    vec3 place = place(view, number);
    if (view.far > 0.0 && !(place.z >= view.near)) {
        return NOWHERE;
    }
    float divisor = view.far > 0.0 ? place.z : 1.0;
    float size = view.sizes != uvec2(0u) ? Numbers(view.sizes).at[number] : view.size;
    float radius = view.per_size * size / (view.is_length > 0.0 ? divisor : 1.0);
    vec2 from_middle = vec2(place.x, -place.y) * view.focal / divisor;
    if (!(radius > 0.0) || any(greaterThan(abs(from_middle), vec2(SOLIDS_FARTHEST)))) {
        return NOWHERE;
    }
    radius = clamp(radius, 1.0, float(SOLIDS_WIDEST));
    vec2 middle = vec2(view.middle_x, view.middle_y);
    disc = vec3(middle + from_middle, radius);
    // Two triangles, a little larger than the disc.
    uint of_square = corner < 3u ? corner : corner - 2u;
    vec2 side = vec2((of_square & 1u) == 1u ? 1.0 : -1.0, of_square < 2u ? -1.0 : 1.0);
    float near = view.far > 0.0 ? view.near / place.z : depth(view, place);
    return vec4((from_middle + side * (radius + 1.0)) / middle, near, 1.0);
}

void main() {
    SolidsView view = Views(push.view).at;
    uint corners = STEP == SOLIDS_BALLS ? 6u : 3u;
    uint vertex = uint(gl_VertexIndex);
    uint part = Words(push.items).at[gl_InstanceIndex] * SOLIDS_BLOCK + vertex / corners;
    written = 0u;
    disc = vec3(0.0);
    gl_Position = NOWHERE;
    if (part >= push.count) {
        return;
    }
    if (STEP == SOLIDS_BALLS) {
        uint number = Words(push.parts).at[part];
        written = push.first + number;
        gl_Position = corner_of_ball(view, number, vertex % corners);
    } else {
        uvec4 three = Words4(push.parts).at[part];
        written = push.first + three.w;
        gl_Position = corner_of_triangle(view, three, vertex % corners);
    }
}
