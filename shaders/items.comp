// Which items of a custom visual are seen, in their order. Step 0 counts each chunk's, step 1 sums the counts of the chunks before and writes
// the indirect arguments, step 2 lists the items. Twin: src/reference/items.rs.
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

// Whether the rectangle around an item's places meets what is in view; that of an item of which one is not a number does not.
bool seen(CustomBuffer own, uint index) {
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
    if (STEP == 1) {
        uvec2 sum = scan(Words(push.sums), push.chunks);
        if (gl_LocalInvocationID.x == SCAN - 1u) {
            Words(push.arguments).at[0] = push.corners;
            Words(push.arguments).at[1] = sum.x;
            Words(push.arguments).at[2] = 0u;
            Words(push.arguments).at[3] = 0u;
        }
        return;
    }
    uint chunk = invocation();
    if (chunk >= push.chunks) {
        return;
    }
    CustomBuffer own = Header(push.places).at;
    Words sums = Words(push.sums);
    uint first = chunk * push.chunk;
    uint end = min(first + push.chunk, push.count);
    uint at = STEP == 0 ? 0u : sums.at[2u * chunk];
    for (uint index = first; index < end; index++) {
        if (seen(own, index)) {
            if (STEP == 2) {
                Words(push.items).at[at] = index;
            }
            at++;
        }
    }
    if (STEP == 0) {
        sums.at[2u * chunk] = at;
        sums.at[2u * chunk + 1u] = 0u;
    }
}
