#if defined(__x86_64__)

#include <immintrin.h>

#include "encoder_sets.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,fma"))), apply_to = function)
#include "encoder_lanes.h"

#define ACTIVATIONS 1
#define TILE_ROWS 12
#define TILE_PANELS 2
#include "encoder_tile.h"

INLINE halves rounded_fast(lanes x) { return (halves)_mm512_cvtneps_pbh((__m512)x); }

/// Two products of a row and a column at a time.
INLINE void tile_bf16(int rows, int panels, size_t depth, const uint16_t *a, size_t stride, const uint16_t *b,
                      size_t panel, const float *bias, float *out, size_t out_stride) {
    lanes sums[TILE_ROWS][TILE_PANELS];
    tile_start(rows, panels, bias, sums);
    for (size_t k = 0; k < depth; k += 2) {
        __m512bh columns[TILE_PANELS];
        UNROLL for (int p = 0; p < panels; p++) {
            columns[p] = (__m512bh)_mm512_loadu_si512(b + panel * p + 16 * k);
            fetch(b + panel * (p + panels) + 16 * k);
        }
        UNROLL for (int r = 0; r < rows; r++) {
            int32_t pair;
            memcpy(&pair, a + stride * r + k, 4);
            __m512bh value = (__m512bh)_mm512_set1_epi32(pair);
            UNROLL for (int p = 0; p < panels; p++)
                sums[r][p] = (lanes)_mm512_dpbf16_ps((__m512)sums[r][p], value, columns[p]);
        }
    }
    tile_end(rows, panels, sums, out, out_stride);
}
TILES(bf16)

#define ROUNDED rounded_fast
#define LINEAR_TILES bf16_tiles
#include "encoder_linear.h"
#include "encoder_attention.h"
#include "encoder_rows.h"
#pragma clang attribute pop

const roost_encoder_kernels roost_encoder_bf16 = {ROOST_BF16, linear, attention, normalize};

#endif
