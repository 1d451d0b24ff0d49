// The cosine of a query and a vector of half precision, for the few rows that are compared exactly.
#include "include/half.h"
#include "include/scan.h"

#include <math.h>

/// Adds the product and the squares of components from `index` on.
static void add_plain(const roost_query *query, const uint16_t *vector, size_t index, float *dot, float *squares) {
    for (; index < query->dimensions; index++) {
        float value;
        roost_floats_from_halves(vector + index, &value, 1);
        *dot += value * query->values[index];
        *squares += value * value;
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2,fma,f16c"))) static size_t add_avx2(
    const roost_query *query, const uint16_t *vector, float *dot, float *squares) {
    __m256 dots = _mm256_setzero_ps(), more = dots;
    size_t index = 0;
    for (; index + 8 <= query->dimensions; index += 8) {
        __m256 values = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(vector + index)));
        dots = _mm256_fmadd_ps(values, _mm256_loadu_ps(query->values + index), dots);
        more = _mm256_fmadd_ps(values, values, more);
    }
    float parts[16];
    _mm256_storeu_ps(parts, dots);
    _mm256_storeu_ps(parts + 8, more);
    for (int lane = 0; lane < 8; lane++) {
        *dot += parts[lane];
        *squares += parts[8 + lane];
    }
    return index;
}

__attribute__((target("avx512f"))) static size_t add_avx512(
    const roost_query *query, const uint16_t *vector, float *dot, float *squares) {
    __m512 dots = _mm512_setzero_ps(), more = dots;
    size_t index = 0;
    for (; index + 16 <= query->dimensions; index += 16) {
        __m512 values = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(vector + index)));
        dots = _mm512_fmadd_ps(values, _mm512_loadu_ps(query->values + index), dots);
        more = _mm512_fmadd_ps(values, values, more);
    }
    *dot = _mm512_reduce_add_ps(dots);
    *squares = _mm512_reduce_add_ps(more);
    return index;
}
#endif

float roost_cosine_half(const roost_query *query, const uint16_t *vector) {
    float dot = 0, squares = 0;
    size_t index = 0;
#if defined(__x86_64__)
    if (query->best >= ROOST_AVX512) {
        index = add_avx512(query, vector, &dot, &squares);
    } else if (query->best >= ROOST_AVX2) {
        index = add_avx2(query, vector, &dot, &squares);
    }
#endif
    add_plain(query, vector, index, &dot, &squares);
    float cosine = dot / sqrtf(squares);
    return isfinite(cosine) ? cosine : 0;
}
