// Tiles: their numbers, and where the arrays keep what belongs to them.

uint lane_of(uint tile_id) {
    return tile_id >> TILE_BITS;
}

uint tile_of(uint tile_id) {
    return tile_id & ((1u << TILE_BITS) - 1u);
}

// Index of a lane's tile among the tiles that are kept.
uint slot_of(uint lane, uint tile) {
    return lane * push.tile_slots + (push.tile_slot + tile) % push.tile_slots;
}

uint low(uint pair) {
    return pair & 0xffffu;
}

uint high(uint pair) {
    return pair >> 16;
}
