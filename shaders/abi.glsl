// Generated from src/abi/mod.rs; a test holds it equal. Do not edit.

#define LEAF 64u
#define LEAF_SHIFT 6u
#define RUN 16u
#define RUN_SHIFT 4u
#define FANOUT 8u
#define FANOUT_SHIFT 3u
#define TILE 64u
#define STEP_ROWS 8u
#define TINTS 256u
#define LEVELS 256u
#define COVER_SHIFT 5u
#define FOLD 32768u
#define TILE_BITS 12u
#define CONSTANT_GROUP 0u
#define CONSTANT_F32 1u
#define CONSTANT_STEP 2u
#define MODE_NODES 0u
#define MODE_RAW 1u
#define MODE_POLYLINE 1u
#define FLAG_GAP 1u
#define FLAG_ABSENT 2u
#define OVERFLOW_TILES 1u
#define PLAIN 4294967295u
#define HATCH 4294967294u
#define HATCH_PITCH 12u
#define HATCH_WIDTH 2u
#define NODE_WORDS_I16 1u
#define NODE_WORDS_F32 3u
#define POINTS_SIDE 64u
#define STEP_POINTS 0u
#define STEP_POINTS_64 1u
#define STEP_TILES 2u
#define SOLIDS_BLOCK 128u
#define SOLIDS_BALLS 1u
#define SOLIDS_FARTHEST 1048576u
#define SOLIDS_WIDEST 8192u

struct Level {
    uvec2 blocks;
    uint stride;
    uint count;
    uint first;
};

struct Build {
    uvec2 source;
    uvec2 target;
    uint source_stride;
    uint target_stride;
    uint count;
    uint nodes;
    uint channels;
};

struct Edge {
    uint index;
    float fraction;
};

struct Lane {
    uint channel;
    uint color;
    float zero_px;
    float px_per_stored;
    float half_width_px;
    float clip_top;
    float clip_bottom;
    float strip_top;
    float strip_bottom;
    float level_per_stored;
};

struct Column {
    float lo;
    float hi;
    uint flags;
};

struct Counts {
    uint resolve_x;
    uint resolve_y;
    uint resolve_z;
    uint raster_x;
    uint raster_y;
    uint raster_z;
    uint draw_vertices;
    uint draw_tiles;
    uint draw_first_vertex;
    uint draw_first_instance;
    uint resolve_tiles;
    uint overflow;
};

struct CullPush {
    uvec2 lanes;
    uvec2 offsets;
    uvec2 resolve_list;
    uvec2 draw_list;
    uvec2 counts;
    uint lane_count;
    uint tiles;
    uint cached_first;
    uint cached_end;
    uint data_first;
    uint data_end;
    uint plot_height;
    uint list_capacity;
    uint raster;
    uint group;
};

struct ResolvePush {
    uvec2 counts;
    uvec2 resolve_list;
    uvec2 lanes;
    uvec2 edges;
    uvec2 columns;
    uvec2 pages;
    uint page_shift;
    uint page_stride;
    uint page_runs;
    uint samples;
    Level fine;
    Level coarse;
    uint block_shift;
    uint tile_slots;
    uint tile_slot;
};

struct BinPush {
    uvec2 counts;
    uvec2 draw_list;
    uvec2 lanes;
    uvec2 columns;
    uvec2 rows;
    uvec2 extents;
    uvec2 bins;
    uint lane_count;
    uint tile_slots;
    uint tile_slot;
    uint data_first;
    uint data_end;
    uint polyline;
    uint plot_rows;
    uint bands;
    uint band_rows;
    uint row_shift;
};

struct DrawPush {
    uvec2 draw_list;
    uvec2 lanes;
    uvec2 rows;
    uvec2 extents;
    uvec2 bins;
    uvec2 edges;
    uvec2 pages;
    uvec2 tints;
    uint page_shift;
    uint page_stride;
    uint samples;
    float px_per_sample;
    uint lane_count;
    uint tile_slots;
    uint tile_slot;
    uint data_tiles;
    uint skip;
    uint plot_columns;
    uint plot_rows;
    uint target;
    uint background;
    uint bands;
    uint row_shift;
};

struct HeatPush {
    uvec2 draw;
    uvec2 columns;
    uvec2 rows;
    uvec2 colors;
    uint share;
};

struct Quad {
    int x;
    int y;
    uint width;
    uint height;
    uint coverage;
    uint stride;
    uint color;
};

struct OverlayPush {
    uvec2 quads;
    uvec2 coverage;
    uint width;
    uint height;
};

struct CustomFrame {
    float plot_width;
    float plot_height;
    float left;
    float top;
    float width;
    float height;
    float scale_factor;
    uint color;
    float corner_x;
    float corner_y;
    float px_x;
    float px_y;
};

struct CustomBuffer {
    uvec2 at;
    uint count;
    float middle_x;
    float middle_y;
    float half_x;
    float half_y;
    float corner_x;
    float corner_y;
    float rest_x;
    float rest_y;
    float px_x;
    float px_y;
};

struct CustomPush {
    uvec2 table;
    uvec2 uniforms;
    uvec2 items;
    uint count;
};

struct ItemsPush {
    uvec2 places;
    uvec2 sums;
    uvec2 items;
    uvec2 arguments;
    uint count;
    uint per;
    uint chunk;
    uint chunks;
    uint corners;
    float left;
    float top;
    float right;
    float bottom;
};

struct PointsTile {
    uint first;
    uint bytes;
    uint across;
    uint down;
    uint column;
    uint row;
};

struct PointsEdges {
    int pixel;
    uint first;
    uint count;
};

struct PointsPush {
    uvec2 from;
    uvec2 tasks;
    uvec2 edges;
    uvec2 tables;
    uvec2 counts;
    uint tasks_count;
    uint width;
    uint height;
};

struct SolidsBox {
    float least_x;
    float least_y;
    float least_z;
    float greatest_x;
    float greatest_y;
    float greatest_z;
};

struct SolidsView {
    float right_x;
    float right_y;
    float right_z;
    float up_x;
    float up_y;
    float up_z;
    float away_x;
    float away_y;
    float away_z;
    float from_x;
    float from_y;
    float from_z;
    float rest_x;
    float rest_y;
    float rest_z;
    float start;
    float focal;
    float middle_x;
    float middle_y;
    float slope_x;
    float slope_y;
    float far;
    float near;
    float depth;
    float around;
    float per_size;
    float is_length;
    float size;
    uvec2 sizes;
};

struct SolidsPush {
    uvec2 view;
    uvec2 boxes;
    uvec2 sums;
    uvec2 items;
    uvec2 arguments;
    uint count;
    uint chunk;
    uint chunks;
    uint corners;
};

struct SolidsDrawPush {
    uvec2 view;
    uvec2 places;
    uvec2 parts;
    uvec2 items;
    uint count;
    uint first;
};

struct StrokesPiece {
    float from_x;
    float from_y;
    float to_x;
    float to_y;
};

struct StrokesPush {
    uvec2 pieces;
    float width;
    float height;
    float reach;
    float alpha;
};
