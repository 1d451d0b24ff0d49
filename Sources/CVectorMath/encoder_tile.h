// The product of a few rows with one or two panels, kept in registers. The including file says how many: TILE_ROWS
// (3, 6 or 12) and TILE_PANELS (1 or 2).

/// Sums of `depth` products, plus the bias unless it is null. `stride`: elements between rows of `a`; `panel`: elements
/// between panels of `b`.
typedef void (*tile_kernel)(size_t depth, const void *a, size_t stride, const void *b, size_t panel, const float *bias,
                            float *out, size_t out_stride);

#define UNROLL _Pragma("clang loop unroll(full)")

INLINE void tile_start(int rows, int panels, const float *bias, lanes sums[TILE_ROWS][TILE_PANELS]) {
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int p = 0; p < panels; p++) sums[r][p] = bias ? load(bias + 16 * p) : (lanes)0.0f;
}

INLINE void tile_end(int rows, int panels, lanes sums[TILE_ROWS][TILE_PANELS], float *out, size_t out_stride) {
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int p = 0; p < panels; p++) store(out + out_stride * r + 16 * p, sums[r][p]);
}

/// Brings what the next tile multiplies into the second-level cache.
INLINE void fetch(const void *at) { __builtin_prefetch(at, 0, 2); }

INLINE void tile_fp32(int rows, int panels, size_t depth, const float *a, size_t stride, const float *b, size_t panel,
                      const float *bias, float *out, size_t out_stride) {
    lanes sums[TILE_ROWS][TILE_PANELS];
    tile_start(rows, panels, bias, sums);
    for (size_t k = 0; k < depth; k++) {
        lanes columns[TILE_PANELS];
        UNROLL for (int p = 0; p < panels; p++) {
            columns[p] = load(b + panel * p + 16 * k);
            fetch(b + panel * (p + panels) + 16 * k);
        }
        UNROLL for (int r = 0; r < rows; r++) {
            lanes value = (lanes)a[stride * r + k];
            UNROLL for (int p = 0; p < panels; p++) sums[r][p] += value * columns[p];
        }
    }
    tile_end(rows, panels, sums, out, out_stride);
}

#define TILE(type, rows, panels)                                                                                      \
    static void type##_##rows##_##panels(size_t depth, const void *a, size_t stride, const void *b, size_t panel,     \
                                         const float *bias, float *out, size_t out_stride) {                          \
        tile_##type(rows, panels, depth, a, stride, b, panel, bias, out, out_stride);                                 \
    }

#if TILE_ROWS == 3
#define ROWS(type, panels) TILE(type, 1, panels) TILE(type, 2, panels) TILE(type, 3, panels)
#define ROW_TABLE(type, panels) { type##_1_##panels, type##_2_##panels, type##_3_##panels }
#elif TILE_ROWS == 6
#define ROWS(type, panels)                                                                                            \
    TILE(type, 1, panels) TILE(type, 2, panels) TILE(type, 3, panels) TILE(type, 4, panels) TILE(type, 5, panels)     \
    TILE(type, 6, panels)
#define ROW_TABLE(type, panels)                                                                                       \
    {                                                                                                                 \
        type##_1_##panels, type##_2_##panels, type##_3_##panels, type##_4_##panels, type##_5_##panels,                \
            type##_6_##panels                                                                                         \
    }
#elif TILE_ROWS == 12
#define ROWS(type, panels)                                                                                            \
    TILE(type, 1, panels) TILE(type, 2, panels) TILE(type, 3, panels) TILE(type, 4, panels) TILE(type, 5, panels)     \
    TILE(type, 6, panels) TILE(type, 7, panels) TILE(type, 8, panels) TILE(type, 9, panels) TILE(type, 10, panels)    \
    TILE(type, 11, panels) TILE(type, 12, panels)
#define ROW_TABLE(type, panels)                                                                                       \
    {                                                                                                                 \
        type##_1_##panels, type##_2_##panels, type##_3_##panels, type##_4_##panels, type##_5_##panels,                \
            type##_6_##panels, type##_7_##panels, type##_8_##panels, type##_9_##panels, type##_10_##panels,           \
            type##_11_##panels, type##_12_##panels                                                                    \
    }
#endif

#if TILE_PANELS == 2
#define TILES(type)                                                                                                   \
    ROWS(type, 1) ROWS(type, 2)                                                                                       \
    static const tile_kernel type##_tiles[2][TILE_ROWS] = {ROW_TABLE(type, 1), ROW_TABLE(type, 2)};
#else
#define TILES(type)                                                                                                   \
    ROWS(type, 1)                                                                                                     \
    static const tile_kernel type##_tiles[1][TILE_ROWS] = {ROW_TABLE(type, 1)};
#endif

TILES(fp32)
