// Lanes as rows of colour: what is seen of them at a pixel. Needs `heat` and `push`, lib/tiles.glsl and lib/coverage.glsl.
// Twin: src/reference/heat.rs.

// As `level` in src/abi/numbers.rs.
uint level(float per_stored, float lo, float hi) {
    if (lo > hi) {
        return 0u;
    }
    precise float apart = clamp(hi, -1.7e38, 1.7e38) - clamp(lo, -1.7e38, 1.7e38);
    precise float steps = (apart >= 1.17549435e-38 ? apart : 0.0) * per_stored;
    precise float rounded = min(steps, 254.0) + 0.5;
    return 1u + uint(floor(rounded));
}

// The colour of column `c` where the lanes from the first to before the second share a row of pixels.
uint heat_color(uvec2 lanes, uint c) {
    uint word = 0u;
    for (uint index = lanes.x; index < lanes.y; index++) {
        uint at = slot_of(index, c / TILE) * TILE + c % TILE;
        float per_stored = Lanes(push.lanes).at[index].level_per_stored;
        uint of_lane = level(per_stored, Columns(heat.columns).at[at].lo, Columns(heat.columns).at[at].hi);
        uint tint = tint_of(index, c);
        word = max(word, of_lane == 0u ? 0u : (tint == 0u ? 0u : 1u << 16) | of_lane << 8 | tint);
    }
    uint tint = word & 0xffu;
    return tint == 0u ? Words(heat.colors).at[(word >> 8) & 0xffu] : Words(push.tints).at[tint];
}

uvec2 lanes_on(uint row) {
    return uvec2(Words(heat.rows).at[2u * row], Words(heat.rows).at[2u * row + 1u]);
}
