// Lines over one another at a pixel, in the order of lanes: the very sum that the compute rasteriser comes to. Needs `push`,
// `STEP`, lib/tiles.glsl and lib/coverage.glsl.

uint cover_of(uint index, uint c, uint row) {
    if (STEP != MODE_POLYLINE) {
        return cover_rows(Words(push.rows).at[slot_of(index, c / TILE) * TILE + c % TILE], row);
    }
    Line line = line_of(index);
    float nearest2[STEP_ROWS];
    nearest_rows(line, Edges(push.edges).at[c], row, nearest2);
    return cover_distance(line, nearest2[0], row);
}

uvec3 parts_of(uint color) {
    return uvec3(color & 0xffu, (color >> 8) & 0xffu, (color >> 16) & 0xffu);
}

// The lanes before lane `end` over the background, at column `c` and row `row` of the plot, row `y` of the target.
uvec3 lanes_before(uint end, uint c, uint row, uint y) {
    uvec3 sum = parts_of(push.background);
    uint words = (push.lane_count + 31u) / 32u;
    uint bin = (c / TILE * low(push.bands) + y / high(push.bands)) * words;
    for (uint word = 0u; word * 32u < end; word++) {
        uint mask = Words(push.bins).at[bin + word];
        if (word == end / 32u) {
            mask &= (1u << (end % 32u)) - 1u;
        }
        while (mask != 0u) {
            uint index = word * 32u + uint(findLSB(mask));
            mask &= mask - 1u;
            uint cover = cover_of(index, c, row);
            if (cover != 0u) {
                sum = over(sum, color_of(index, c), cover);
            }
        }
    }
    return sum;
}
