// How many points lie in each pixel: of points one by one, or of the cells of tiles, whose points are shared among pixels in whole ones. All sums are of
// integers, so that it does not matter which comes first. Twin: src/reference/points.rs.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "lib/memory.glsl"

layout(local_size_x = POINTS_SIDE) in;
layout(constant_id = 2) const uint STEP = 0;

layout(push_constant, scalar) uniform PushConstants {
    PointsPush push;
};

layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer Pairs {
    uvec2 at[];
};
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer Tiles {
    PointsTile at[];
};
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer Tables {
    PointsEdges at[];
};

void add(uint column, uint row, uint count) {
    atomicAdd(Words(push.counts).at[row * push.width + column], count);
}

// How many of `count` edges, from number `first` on, lie at a key or before it.
uint upto(uint first, uint count, uvec2 key) {
    uint low = 0u;
    while (low < count) {
        uint middle = (low + count) / 2u;
        bool is_before;
        if (STEP == STEP_POINTS_64) {
            uvec2 edge = Pairs(push.edges).at[first + middle];
            is_before = edge.y < key.y || (edge.y == key.y && edge.x <= key.x);
        } else {
            is_before = Words(push.edges).at[first + middle] <= key.x;
        }
        if (is_before) {
            low = middle + 1u;
        } else {
            count = middle;
        }
    }
    return low;
}

void points(uint task) {
    uvec2 run = Pairs(push.tasks).at[task];
    for (uint i = run.x + gl_LocalInvocationID.x; i < run.y; i += POINTS_SIDE) {
        uvec2 x, y;
        if (STEP == STEP_POINTS_64) {
            x = Pairs(push.from).at[2u * i];
            y = Pairs(push.from).at[2u * i + 1u];
        } else {
            uvec2 both = Pairs(push.from).at[i];
            x = both.xx;
            y = both.yy;
        }
        uint column = upto(0u, push.width + 1u, x);
        uint row = upto(push.width + 1u, push.height + 1u, y);
        if (column > 0u && column <= push.width && row > 0u && row <= push.height) {
            add(column - 1u, row - 1u, 1u);
        }
    }
}

uint portion(uint count, uint before, uint dither) {
    return (count >> 16) * before + (((count & 0xffffu) * before + dither) >> 16);
}

// Of a cell: as its points are divided between columns, and between rows.
uvec2 dither(uint column, uint row) {
    uint bits = (column * 0x9e3779b1u) ^ (row * 0x85ebca77u);
    bits = (bits ^ (bits >> 15)) * 0xc2b2ae35u;
    bits ^= bits >> 13;
    return uvec2(bits & 0xffffu, bits >> 16);
}

// Of a cell by its row from the top.
uint cell(PointsTile tile, uint column, uint down) {
    uint index = (POINTS_SIDE - 1u - down) * POINTS_SIDE + column;
    if (tile.bytes == 4u) {
        return Words(push.from).at[tile.first + index];
    }
    uint shift = tile.bytes == 1u ? 2u : 1u;
    uint word = Words(push.from).at[tile.first + (index >> shift)];
    uint bits = 8u * tile.bytes;
    return bitfieldExtract(word, int((index & ((1u << shift) - 1u)) * bits), int(bits));
}

// The part of a cell's points that lies before an edge, which divides it.
uint part(PointsTile tile, uint column, uvec2 edge) {
    uint row = tile.row + POINTS_SIDE - 1u - edge.x;
    return edge.y == 0u ? 0u : portion(cell(tile, column, edge.x), edge.y, dither(tile.column + column, row).y);
}

shared uint sums[POINTS_SIDE];
shared uint before[POINTS_SIDE];

// How many points of a row of columns lie before an edge; past the last one all of them.
uint left_of(PointsEdges across, uint number, uint first, uint row) {
    if (number == across.count) {
        return before[POINTS_SIDE - 1u] + sums[POINTS_SIDE - 1u];
    }
    uvec2 edge = Pairs(push.edges).at[across.first + number];
    return before[edge.x] + portion(sums[edge.x], edge.y, dither(first + edge.x, row).x);
}

void cells(uint task) {
    PointsTile tile = Tiles(push.tasks).at[task];
    PointsEdges across = Tables(push.tables).at[tile.across];
    PointsEdges down = Tables(push.tables).at[tile.down];
    uint column = gl_LocalInvocationID.x;
    uvec2 from = uvec2(0u);
    for (uint row = 0u; row <= down.count; row++) {
        uvec2 end = uvec2(POINTS_SIDE - 1u, 1u << 16);
        if (row < down.count) {
            end = Pairs(push.edges).at[down.first + row];
        }
        uint y = uint(down.pixel + int(row));
        // The same for all invocations.
        if (y < push.height) {
            uint sum = part(tile, column, end) - part(tile, column, from);
            for (uint i = from.x; i < end.x; i++) {
                sum += cell(tile, column, i);
            }
            sums[column] = sum;
            barrier();
            uint sum_before = 0u;
            for (uint i = 0u; i < column; i++) {
                sum_before += sums[i];
            }
            before[column] = sum_before;
            barrier();
            uint key = tile.row + POINTS_SIDE - 1u - from.x;
            for (uint i = column; i <= across.count; i += POINTS_SIDE) {
                uint count = left_of(across, i, tile.column, key);
                if (i > 0u) {
                    count -= left_of(across, i - 1u, tile.column, key);
                }
                uint x = uint(across.pixel + int(i));
                if (count > 0u && x < push.width) {
                    add(x, y, count);
                }
            }
            barrier();
        }
        from = end;
    }
}

void main() {
    uint task = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    if (task >= push.tasks_count) {
        return;
    }
    if (STEP == STEP_TILES) {
        cells(task);
    } else {
        points(task);
    }
}
