#include "encoder_lanes.h"
#include "encoder_sets.h"

const roost_encoder_kernels *roost_encoder(roost_instructions instructions, roost_precision weights) {
#if defined(__x86_64__)
    if (instructions >= ROOST_AVX512_BF16 && weights == ROOST_BF16) return &roost_encoder_bf16;
    if (instructions >= ROOST_AVX512) return &roost_encoder_avx512;
    if (instructions >= ROOST_AVX2) return &roost_encoder_avx2;
#endif
    return &roost_encoder_plain;
}

size_t roost_linear_scratch(size_t depth) {
    // A chunk of panels, or one tile's where that is more; chunks are at most 256 KB.
    size_t tile = 2 * 16 * depth, chunk = 256 * 1024 / sizeof(float);
    return tile > chunk ? tile : chunk;
}

size_t roost_attention_scratch(size_t tokens, size_t width) {
    size_t padded = (tokens + 15) / 16 * 16;
    return padded * (2 * width + 12);  // keys, values, scores of a tile's rows
}

void roost_embed(const int32_t *ids, size_t tokens, const void *words, roost_precision precision,
                 const float *positions, const float *type, size_t padded, float *x) {
    for (size_t t = 0; t < tokens; t++)
        for (size_t c = 0; c < padded; c += 16) {
            size_t word = (size_t)ids[t] * padded + c, at = t * padded + c;
            lanes value = precision == ROOST_BF16 ? widened(*(const halves_anywhere *)((const uint16_t *)words + word))
                                                  : load((const float *)words + word);
            store(x + at, value + load(positions + at) + load(type + c));
        }
}

void roost_mean(const float *rows, size_t count, size_t stride, size_t width, float *mean) {
    for (size_t c = 0; c < width; c++) mean[c] = 0;
    for (size_t r = 0; r < count; r++)
        for (size_t c = 0; c < width; c++) mean[c] += rows[r * stride + c];
    for (size_t c = 0; c < width; c++) mean[c] /= (float)count;
}

_Bool roost_unit(float *vector, size_t width) {
    double squares = 0;
    for (size_t c = 0; c < width; c++) squares += (double)vector[c] * vector[c];
    if (!(squares > 0) || __builtin_isinf(squares)) return 0;
    float scale = (float)(1 / __builtin_sqrt(squares));
    for (size_t c = 0; c < width; c++) vector[c] *= scale;
    return 1;
}

_Bool roost_finite(const float *vector, size_t width) {
    for (size_t c = 0; c < width; c++)
        if (!__builtin_isfinite(vector[c])) return 0;
    return 1;
}

static uint16_t bf16(float x) {
    uint32_t b;
    memcpy(&b, &x, 4);
    if (x != x) return (uint16_t)(b >> 16 | 0x40);
    return (uint16_t)((b + 0x7fff + ((b >> 16) & 1)) >> 16);
}

void roost_to_bf16(const float *from, size_t count, uint16_t *to) {
    for (size_t i = 0; i < count; i++) to[i] = bf16(from[i]);
}

void roost_pack(const float *rows, size_t depth, size_t columns, roost_precision precision, void *packed) {
    for (size_t c = 0; c < columns; c++)
        for (size_t k = 0; k < depth; k++) {
            size_t panel = c / 16 * depth * 16;
            if (precision == ROOST_BF16)
                ((uint16_t *)packed)[panel + k / 2 * 32 + c % 16 * 2 + k % 2] = bf16(rows[c * depth + k]);
            else
                ((float *)packed)[panel + k * 16 + c % 16] = rows[c * depth + k];
        }
}
