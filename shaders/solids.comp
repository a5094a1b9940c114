// Which blocks of a solid are in view, in their order. Twin: src/reference/solids.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"
#include "lib/dispatch.glsl"
#include "lib/scan.glsl"
#include "lib/solids.glsl"

layout(constant_id = 2) const uint STEP = 0;

layout(push_constant, scalar) uniform PushConstants {
    SolidsPush push;
};

layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer Boxes {
    SolidsBox at[];
};
#include "lib/list.glsl"

// Once for all blocks of a chunk.
SolidsView view;

// Whether a box meets what is in view: of each of the planes around that a part of it is on the inner side.
bool seen(uint index) {
    SolidsBox own = Boxes(push.boxes).at[index];
    vec3 least = vec3(own.least_x, own.least_y, own.least_z);
    vec3 greatest = vec3(own.greatest_x, own.greatest_y, own.greatest_z);
    precise vec3 middle = (least + greatest) * 0.5;
    precise vec3 half_side = (greatest - least) * 0.5 + view.around;
    View axes = axes(view);
    vec3 place = seen_from(axes, view.start, middle);
    vec2 slope = vec2(view.slope_x, view.slope_y);
    for (int axis = 0; axis < 2; axis++) {
        vec3 beside = axis == 0 ? axes.right : axes.up;
        for (float side = -1.0; side <= 1.0; side += 2.0) {
            precise vec3 inwards = beside * side + axes.away * (view.far * slope[axis]);
            precise float divisor = view.far * place.z + (1.0 - view.far);
            precise float room = side * place[axis] + slope[axis] * divisor + along(abs(inwards), half_side);
            if (!(room >= 0.0)) {
                return false;
            }
        }
    }
    precise float deepest = place.z + along(abs(axes.away), half_side);
    return view.far == 0.0 || deepest >= view.near;
}

void main() {
    view = Views(push.view).at;
    list();
}
