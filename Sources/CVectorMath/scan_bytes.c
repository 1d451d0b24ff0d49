// Products of bytes. All kernels give exactly the same numbers.
#include "include/scan.h"

#include <string.h>

/// Dot products of up to `ROWS` rows at a time.
enum { ROWS = 16 };

static int32_t dot_plain(const roost_query *query, const uint8_t *row, size_t stride) {
    int32_t sum = 0;
    for (size_t index = 0; index < stride; index++) sum += (int32_t)row[index] * query->shorts[index];
    return sum - query->bias;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2"))) static int32_t dot_avx2(const roost_query *query, const uint8_t *row, size_t stride) {
    __m256i even = _mm256_setzero_si256(), odd = _mm256_setzero_si256();
    const __m256i *shorts = (const __m256i *)query->shorts;
    for (size_t index = 0; index < stride; index += 32) {
        __m256i low = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(row + index)));
        __m256i high = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(row + index + 16)));
        even = _mm256_add_epi32(even, _mm256_madd_epi16(low, _mm256_load_si256(shorts + index / 16)));
        odd = _mm256_add_epi32(odd, _mm256_madd_epi16(high, _mm256_load_si256(shorts + index / 16 + 1)));
    }
    even = _mm256_add_epi32(even, odd);
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(even), _mm256_extracti128_si256(even, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4E));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1));
    return _mm_cvtsi128_si32(sum) - query->bias;
}

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))

AVX512 static int32_t dot_avx512(const roost_query *query, const uint8_t *row, size_t stride) {
    __m512i sum = _mm512_setzero_si512();
    for (size_t index = 0; index < stride; index += 64)
        sum = _mm512_dpbusd_epi32(sum, _mm512_loadu_si512(row + index), _mm512_load_si512(query->bytes + index));
    return _mm512_reduce_add_epi32(sum) - query->bias;
}

/// The sums of four vectors.
AVX512 static inline __m128i sums(__m512i a, __m512i b, __m512i c, __m512i d) {
    __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    __m512i all = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
    __m256i half = _mm256_add_epi32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
    return _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

/// Takes the rows of a batch that are good enough; few are, once there have been some.
AVX512 static void scan_avx512(
    const roost_query *query, const uint8_t *rows, const float *scales, size_t first, size_t count,
    const uint64_t *left_out, roost_top *top) {
    size_t stride = roost_byte_stride(query->dimensions), end = first + count, row = first;
    __m512i bias = _mm512_set1_epi32(query->bias);
    __m512 scale = _mm512_set1_ps(query->scale);
    for (; row + ROWS <= end; row += ROWS) {
        __m128i dots[4];
        for (int group = 0; group < 4; group++) {
            const uint8_t *start = rows + (row + 4 * group) * stride;
            __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
            for (size_t index = 0; index < stride; index += 64) {
                __m512i bytes = _mm512_load_si512(query->bytes + index);
                a = _mm512_dpbusd_epi32(a, _mm512_loadu_si512(start + index), bytes);
                b = _mm512_dpbusd_epi32(b, _mm512_loadu_si512(start + stride + index), bytes);
                c = _mm512_dpbusd_epi32(c, _mm512_loadu_si512(start + 2 * stride + index), bytes);
                d = _mm512_dpbusd_epi32(d, _mm512_loadu_si512(start + 3 * stride + index), bytes);
            }
            dots[group] = sums(a, b, c, d);
        }
        __m512i all = _mm512_inserti64x4(
            _mm512_castsi256_si512(_mm256_inserti128_si256(_mm256_castsi128_si256(dots[0]), dots[1], 1)),
            _mm256_inserti128_si256(_mm256_castsi128_si256(dots[2]), dots[3], 1), 1);
        __m512 scores = _mm512_cvtepi32_ps(_mm512_sub_epi32(all, bias));
        scores = _mm512_mul_ps(scores, _mm512_mul_ps(scale, _mm512_loadu_ps(scales + row)));
        uint32_t good = _mm512_cmp_ps_mask(scores, _mm512_set1_ps(top->floor), _CMP_GT_OQ);
        if (good == 0) continue;
        float values[ROWS];
        _mm512_storeu_ps(values, scores);
        for (; good; good &= good - 1) {
            size_t found = row + (size_t)__builtin_ctz(good);
            if (left_out && (left_out[found / 64] >> (found % 64) & 1)) continue;
            roost_top_add(top, values[found - row], (uint32_t)found);
        }
    }
    for (; row < end; row++) {
        if (left_out && (left_out[row / 64] >> (row % 64) & 1)) continue;
        float dot = (float)dot_avx512(query, rows + row * stride, stride);
        roost_top_add(top, dot * (query->scale * scales[row]), (uint32_t)row);
    }
}
#endif

typedef int32_t (*dot_function)(const roost_query *, const uint8_t *, size_t);

static dot_function dot(const roost_query *query) {
#if defined(__x86_64__)
    if (query->best >= ROOST_AVX512) return dot_avx512;
    if (query->best >= ROOST_AVX2) return dot_avx2;
#endif
    return dot_plain;
}

void roost_scan_bytes(
    const roost_query *query, const uint8_t *rows, const float *scales, size_t first, size_t count,
    const uint64_t *left_out, roost_top *top) {
#if defined(__x86_64__)
    if (query->best >= ROOST_AVX512) {
        scan_avx512(query, rows, scales, first, count, left_out, top);
        return;
    }
#endif
    size_t stride = roost_byte_stride(query->dimensions);
    dot_function product = dot(query);
    for (size_t row = first; row < first + count; row++) {
        float score = (float)product(query, rows + row * stride, stride) * (query->scale * scales[row]);
        if (!(score > top->floor) || (left_out && (left_out[row / 64] >> (row % 64) & 1))) continue;
        roost_top_add(top, score, (uint32_t)row);
    }
}

void roost_score_bytes(
    const roost_query *query, const uint8_t *rows, const float *scales, const uint32_t *list, size_t count,
    float *scores) {
    size_t stride = roost_byte_stride(query->dimensions);
    dot_function product = dot(query);
    for (size_t index = 0; index < count; index++) {
        // The rows lie apart: what comes a few places later is asked for now.
        if (index + 4 < count)
            for (size_t part = 0; part < stride; part += 64) __builtin_prefetch(rows + list[index + 4] * stride + part);
        size_t row = list[index];
        scores[index] = (float)product(query, rows + row * stride, stride) * (query->scale * scales[row]);
    }
}
