#include "encoder_lanes.h"

#define ACTIVATIONS 0
#define TILE_ROWS 3
#define TILE_PANELS 1
#include "encoder_tile.h"
#define LINEAR_TILES fp32_tiles
#include "encoder_linear.h"
#include "encoder_attention.h"
#include "encoder_rows.h"
#include "encoder_sets.h"

const roost_encoder_kernels roost_encoder_plain = {ROOST_FP32, linear, attention, normalize};
