#if defined(__x86_64__)

#include "encoder_sets.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "encoder_lanes.h"

#define ACTIVATIONS 0
#define TILE_ROWS 6
#define TILE_PANELS 1
#include "encoder_tile.h"
#define LINEAR_TILES fp32_tiles
#include "encoder_linear.h"
#include "encoder_attention.h"
#include "encoder_rows.h"
#pragma clang attribute pop

const roost_encoder_kernels roost_encoder_avx2 = {ROOST_FP32, linear, attention, normalize};

#endif
