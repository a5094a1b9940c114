// How much of a pixel a lane's line covers. Both rasterisers call this, so that they draw the same picture; `precise`
// keeps a compiler from contracting it differently in each. Twin: src/reference/raster.rs.
#include "lib/samples.glsl"

// Rows from the plot's top, far outside instead of infinite.
float row_of(Lane lane, float value) {
    precise float scaled = value * lane.px_per_stored;
    precise float row = scaled + lane.zero_px;
    return clamp(row, -1048576.0, 1048576.0);
}

// First and last row that a range of values touches, with the line's width around it; x > y where empty.
vec2 rows_of(Lane lane, float lo, float hi) {
    if (lo > hi) {
        return vec2(1.0, -1.0);
    }
    float a = row_of(lane, lo);
    float b = row_of(lane, hi);
    return vec2(max(min(a, b) - lane.half_width_px, lane.clip_top),
                min(max(a, b) + lane.half_width_px, lane.clip_bottom));
}

// Of the pixel whose top is at `row`.
float cover_column(vec2 rows, float row) {
    precise float top = max(rows.x, row);
    precise float bottom = min(rows.y, row + 1.0);
    precise float part = bottom - top;
    return clamp(part, 0.0, 1.0);
}

// A sample of a polyline: its distance right of a pixel's centre in pixels, its row, and whether it is a value.
struct Vertex {
    vec2 at;
    bool gap;
};

// Samples on either side of a pixel's centre whose segments may reach the pixel.
uvec2 reach_of(Lane lane, Edge left) {
    precise float reach = lane.half_width_px + 1.0;
    precise float samples = 1.0 / FRAME.px_per_sample;
    precise float first = floor(left.fraction + (0.5 - reach) * samples);
    precise float last = ceil(left.fraction + (0.5 + reach) * samples);
    int a = max(int(left.index) + int(first), 0);
    int b = clamp(int(left.index) + int(last), 0, int(FRAME.samples) - 1);
    return uvec2(a, b);
}

Vertex vertex_of(Lane lane, Edge left, uint i) {
    uint row = lane.channel * FRAME.page_stride;
    uvec2 page = Addresses(FRAME.pages).at[i >> FRAME.page_shift];
    uint bits = float_bits(load_raw(page, row, i & ((1u << FRAME.page_shift) - 1u)));
    Vertex v;
    v.gap = is_gap(bits);
    precise float offset = float(int(i - left.index)) - left.fraction;
    precise float x = offset * FRAME.px_per_sample - 0.5;
    v.at = vec2(x, v.gap ? 0.0 : row_of(lane, uintBitsToFloat(bits_from_key(key_from_bits(bits)))));
    return v;
}

// Squared distance of the pixel centre (0, y) from a segment.
float distance2(vec2 a, vec2 b, float y) {
    precise vec2 along = b - a;
    precise vec2 to = vec2(0.0, y) - a;
    precise float length2 = along.x * along.x + along.y * along.y;
    precise float dot2 = to.x * along.x + to.y * along.y;
    precise float t = length2 > 0.0 ? clamp(dot2 / length2, 0.0, 1.0) : 0.0;
    precise vec2 off = to - along * t;
    precise float result = off.x * off.x + off.y * off.y;
    return result;
}

float cover_distance(Lane lane, float nearest2) {
    precise float part = lane.half_width_px + 0.5 - sqrt(nearest2);
    return clamp(part, 0.0, 1.0);
}

float channel_of(uint color, uint shift) {
    return float((color >> shift) & 0xffu);
}

vec3 rgb_of(uint color) {
    return vec3(channel_of(color, 0u), channel_of(color, 8u), channel_of(color, 16u));
}

// One lane over what is there, in steps of 1/255 as a target of 8 bits keeps it.
vec3 over(vec3 below, vec3 color, float cover) {
    precise vec3 step = (color - below) * cover;
    precise vec3 sum = below + step + 0.5;
    return floor(sum);
}
