#include "include/half.h"
#include "include/processor.h"

#include <string.h>

static uint16_t half_from_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    uint32_t sign = (bits >> 16) & 0x8000, magnitude = bits & 0x7FFFFFFF;
    if (magnitude > 0x7F800000) return (uint16_t)(sign | 0x7E00);   // not a number
    if (magnitude >= 0x477FF000) return (uint16_t)(sign | 0x7C00);  // too large: infinite
    if (magnitude < 0x38800000) {                                   // below the smallest normal half
        if (magnitude < 0x33000000) return (uint16_t)sign;
        uint32_t shift = 126 - (magnitude >> 23), mantissa = (magnitude & 0x7FFFFF) | 0x800000;
        uint32_t half = mantissa >> shift, rest = mantissa & ((1u << shift) - 1), middle = 1u << (shift - 1);
        half += rest > middle || (rest == middle && (half & 1));
        return (uint16_t)(sign | half);
    }
    uint32_t half = (magnitude - 0x38000000) >> 13, rest = magnitude & 0x1FFF;
    half += rest > 0x1000 || (rest == 0x1000 && (half & 1));
    return (uint16_t)(sign | half);
}

static float float_from_half(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = (half >> 10) & 0x1F, mantissa = half & 0x3FF, bits;
    if (exponent == 0) {
        float value = (float)mantissa * 0x1p-24f;
        return sign ? -value : value;
    }
    bits = exponent == 0x1F ? sign | 0x7F800000 | (mantissa << 13) : sign | ((exponent + 112) << 23) | (mantissa << 13);
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx,f16c"))) static size_t halves_from_floats_f16c(const float *floats, uint16_t *halves, size_t count) {
    size_t index = 0;
    for (; index + 8 <= count; index += 8) {
        __m256 values = _mm256_loadu_ps(floats + index);
        _mm_storeu_si128((__m128i *)(halves + index), _mm256_cvtps_ph(values, _MM_FROUND_TO_NEAREST_INT));
    }
    return index;
}

__attribute__((target("avx,f16c"))) static size_t floats_from_halves_f16c(const uint16_t *halves, float *floats, size_t count) {
    size_t index = 0;
    for (; index + 8 <= count; index += 8)
        _mm256_storeu_ps(floats + index, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(halves + index))));
    return index;
}
#endif

void roost_halves_from_floats(const float *floats, uint16_t *halves, size_t count) {
    size_t index = 0;
#if defined(__x86_64__)
    if (roost_best_instructions() >= ROOST_AVX2) index = halves_from_floats_f16c(floats, halves, count);
#endif
    for (; index < count; index++) halves[index] = half_from_float(floats[index]);
}

void roost_floats_from_halves(const uint16_t *halves, float *floats, size_t count) {
    size_t index = 0;
#if defined(__x86_64__)
    if (roost_best_instructions() >= ROOST_AVX2) index = floats_from_halves_f16c(halves, floats, count);
#endif
    for (; index < count; index++) floats[index] = float_from_half(halves[index]);
}
