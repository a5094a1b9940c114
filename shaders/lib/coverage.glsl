// How much of a pixel a lane's line covers, in 1/32. Both rasterisers call this, so that they draw the same picture;
// `precise` keeps a compiler from contracting it differently in each. Twin: src/reference/raster.rs.
#include "lib/pages.glsl"

const uint FULL = 1u << COVER_SHIFT;

// The tint of a lane in a column; 0 for none.
uint tint_of(uint index, uint c) {
    if (push.tints == uvec2(0u)) {
        return 0u;
    }
    uint at = index * push.tile_slots * TILE + c;
    return (Words(push.tints).at[TINTS + (at >> 2)] >> ((at & 3u) * 8u)) & 0xffu;
}

// The colour of a lane in a column: its own, or that of its tint there.
uint color_of(uint index, uint c) {
    uint tint = tint_of(index, c);
    return tint == 0u ? Lanes(push.lanes).at[index].color : Words(push.tints).at[tint];
}

// Of a row of the plot, by the rows that a column touches.
uint cover_rows(uint rows, uint row) {
    uint top = max(low(rows), row << push.row_shift);
    uint bottom = min(high(rows), (row + 1u) << push.row_shift);
    return top < bottom ? (bottom - top) << (COVER_SHIFT - push.row_shift) : 0u;
}

// What polylines need of a lane.
struct Line {
    uint channel;
    float zero_px;
    float px_per_stored;
    float half_width_px;
    float clip_top;
    float clip_bottom;
};

Line line_of(uint index) {
    Lane lane = Lanes(push.lanes).at[index];
    return Line(lane.channel, lane.zero_px, lane.px_per_stored, lane.half_width_px, lane.clip_top, lane.clip_bottom);
}

// A sample of a polyline: its distance right of a pixel's centre in pixels, its row, and whether it is none.
struct Vertex {
    vec2 at;
    bool gap;
};

// Samples on either side of a pixel's centre whose segments may reach the pixel.
uvec2 reach_of(Line line, Edge left) {
    precise float reach = line.half_width_px + 0.5;
    precise float samples = 1.0 / push.px_per_sample;
    precise float first = floor(left.fraction + (0.5 - reach) * samples);
    precise float last = ceil(left.fraction + (0.5 + reach) * samples);
    int a = max(int(left.index) + int(first), 0);
    int b = clamp(int(left.index) + int(last), 0, int(push.samples) - 1);
    return uvec2(a, b);
}

Vertex vertex_of(Line line, Pages pages, Edge left, uint i) {
    uint bits = float_bits(load_raw(page_of(pages, i), line.channel * push.page_stride, in_page(i)));
    Vertex v;
    v.gap = is_gap(bits);
    precise float offset = float(int(i - left.index)) - left.fraction;
    precise float x = offset * push.px_per_sample - 0.5;
    precise float scaled = uintBitsToFloat(bits_from_key(key_from_bits(bits))) * line.px_per_stored;
    precise float y = clamp(scaled + line.zero_px, -1048576.0, 1048576.0);
    v.at = vec2(x, v.gap ? 0.0 : y);
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

uint cover_distance(Line line, float nearest2, uint row) {
    if (float(row) < line.clip_top || float(row) >= line.clip_bottom) {
        return 0u;
    }
    precise float part = (line.half_width_px + 0.5 - sqrt(nearest2)) * float(FULL) + 0.5;
    return uint(clamp(floor(part), 0.0, float(FULL)));
}

// The nearest segment's squared distance from the centres of `STEP_ROWS` rows from `row` on. A value alone between
// gaps is a dot.
void nearest_rows(Line line, Edge left, uint row, out float nearest2[STEP_ROWS]) {
    for (uint r = 0u; r < STEP_ROWS; r++) {
        nearest2[r] = 1e30;
    }
    uvec2 reach = reach_of(line, left);
    Pages pages = pages_of(reach.x, reach.y);
    Vertex a = vertex_of(line, pages, left, reach.x);
    bool joined = false;
    for (uint i = reach.x; i <= reach.y; i++) {
        Vertex b = vertex_of(line, pages, left, min(i + 1u, reach.y));
        bool segment = i < reach.y && !a.gap && !b.gap;
        if (segment || (!a.gap && !joined)) {
            vec2 to = segment ? b.at : a.at;
            for (uint r = 0u; r < STEP_ROWS; r++) {
                nearest2[r] = min(nearest2[r], distance2(a.at, to, float(row + r) + 0.5));
            }
        }
        joined = segment;
        a = b;
    }
}

// One lane over what is below, each channel of 8 bits.
uvec3 over(uvec3 below, uint color, uint cover) {
    uvec3 above = uvec3(color & 0xffu, (color >> 8) & 0xffu, (color >> 16) & 0xffu);
    return (below * (FULL - cover) + above * cover + FULL / 2u) >> COVER_SHIFT;
}
