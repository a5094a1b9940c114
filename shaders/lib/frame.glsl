// The frame that a stage works on, and where its arrays keep what belongs to a tile.
#include "lib/memory.glsl"

layout(push_constant, scalar) uniform PushConstants {
    Push push;
};

#define FRAME FrameOf(push.frame).at

uint lane_of(uint tile_id) {
    return tile_id >> TILE_BITS;
}

uint tile_of(uint tile_id) {
    return tile_id & ((1u << TILE_BITS) - 1u);
}

// Index of a lane's tile among the tiles that are kept.
uint slot_of(uint lane, uint tile) {
    return lane * FRAME.tile_slots + (FRAME.tile_slot + tile) % FRAME.tile_slots;
}
