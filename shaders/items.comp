// Which items of a custom visual are seen, in their order. Twin: src/reference/items.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"
#include "lib/dispatch.glsl"
#include "lib/scan.glsl"

layout(constant_id = 2) const uint STEP = 0;

layout(push_constant, scalar) uniform PushConstants {
    ItemsPush push;
};

layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer Places {
    vec4 at[];
};
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer Header {
    CustomBuffer at;
};

#include "lib/list.glsl"

// Once for all items of a chunk.
CustomBuffer own;

// Whether the rectangle around an item's places meets what is in view; that of an item of which one is not a number does not.
bool seen(uint index) {
    vec2 corner = vec2(own.corner_x, own.corner_y);
    vec2 rest = vec2(own.rest_x, own.rest_y);
    vec2 least = vec2(3.0e38);
    vec2 greatest = vec2(-3.0e38);
    bool is_whole = true;
    for (uint i = 0u; i < push.per; i++) {
        vec4 place = Places(own.at).at[index * push.per + i];
        precise vec2 first = place.xy - corner;
        precise vec2 second = place.zw - rest;
        precise vec2 px = (first + second) * vec2(own.px_x, own.px_y);
        is_whole = is_whole && abs(px.x) < 3.0e38 && abs(px.y) < 3.0e38;
        least = min(least, px);
        greatest = max(greatest, px);
    }
    return is_whole && least.x <= push.right && greatest.x >= push.left && least.y <= push.bottom &&
           greatest.y >= push.top;
}

void main() {
    own = Header(push.places).at;
    list();
}
