// Signs that differ, counted. All kernels give exactly the same numbers.
#include "include/scan.h"

typedef struct {
    const roost_query *query;
    const uint64_t *blocks, *left_out;
    roost_top *top;
    size_t first, end;
} sign_scan;

/// Takes a row of a block, unless it is outside of the scan.
static void take(const sign_scan *scan, size_t row, uint64_t distance) {
    if (row < scan->first || row >= scan->end) return;
    if (scan->left_out && (scan->left_out[row / 64] >> (row % 64) & 1)) return;
    roost_top_add(scan->top, -(float)distance, (uint32_t)row);
}

/// A distance below this is good enough.
static uint64_t limit(const roost_top *top) {
    return top->floor > -1e9f ? (uint64_t)-top->floor : UINT64_MAX;
}

static void scan_plain(const sign_scan *scan) {
    size_t words = roost_sign_words(scan->query->dimensions);
    for (size_t block = scan->first / 8; block * 8 < scan->end; block++) {
        const uint64_t *start = scan->blocks + block * words * 8;
        uint64_t distances[8] = {0};
        for (size_t word = 0; word < words; word++)
            for (int lane = 0; lane < 8; lane++)
                distances[lane] += (uint64_t)__builtin_popcountll(start[word * 8 + lane] ^ scan->query->signs[word]);
        for (int lane = 0; lane < 8; lane++)
            if (distances[lane] < limit(scan->top)) take(scan, block * 8 + lane, distances[lane]);
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

/// Bits set in each 64-bit lane (Muła: by a table of the sixteen half bytes).
__attribute__((target("avx2"))) static inline __m256i count_bits(__m256i value) {
    const __m256i table = _mm256_setr_epi8(
        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i low = _mm256_set1_epi8(15);
    __m256i counts = _mm256_add_epi8(
        _mm256_shuffle_epi8(table, _mm256_and_si256(value, low)),
        _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(value, 4), low)));
    return _mm256_sad_epu8(counts, _mm256_setzero_si256());
}

__attribute__((target("avx2"))) static void scan_avx2(const sign_scan *scan) {
    size_t words = roost_sign_words(scan->query->dimensions);
    for (size_t block = scan->first / 8; block * 8 < scan->end; block++) {
        const uint64_t *start = scan->blocks + block * words * 8;
        __m256i low = _mm256_setzero_si256(), high = low;
        for (size_t word = 0; word < words; word++) {
            __m256i signs = _mm256_set1_epi64x((long long)scan->query->signs[word]);
            const __m256i *rows = (const __m256i *)(start + word * 8);
            low = _mm256_add_epi64(low, count_bits(_mm256_xor_si256(_mm256_loadu_si256(rows), signs)));
            high = _mm256_add_epi64(high, count_bits(_mm256_xor_si256(_mm256_loadu_si256(rows + 1), signs)));
        }
        // Distances are small numbers, so signed comparisons do.
        uint64_t below = limit(scan->top);
        __m256i most = _mm256_set1_epi64x((long long)(below > INT32_MAX ? INT32_MAX : below));
        __m256i good = _mm256_or_si256(_mm256_cmpgt_epi64(most, low), _mm256_cmpgt_epi64(most, high));
        if (_mm256_testz_si256(good, good)) continue;
        uint64_t distances[8];
        _mm256_storeu_si256((__m256i *)distances, low);
        _mm256_storeu_si256((__m256i *)distances + 1, high);
        for (int lane = 0; lane < 8; lane++)
            if (distances[lane] < limit(scan->top)) take(scan, block * 8 + lane, distances[lane]);
    }
}

__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq"))) static void scan_avx512(
    const sign_scan *scan) {
    size_t words = roost_sign_words(scan->query->dimensions);
    for (size_t block = scan->first / 8; block * 8 < scan->end; block++) {
        const uint64_t *start = scan->blocks + block * words * 8;
        __m512i distances = _mm512_setzero_si512();
        for (size_t word = 0; word < words; word++) {
            __m512i signs = _mm512_set1_epi64((long long)scan->query->signs[word]);
            __m512i different = _mm512_xor_si512(_mm512_loadu_si512(start + word * 8), signs);
            distances = _mm512_add_epi64(distances, _mm512_popcnt_epi64(different));
        }
        uint32_t good = _mm512_cmplt_epu64_mask(distances, _mm512_set1_epi64((long long)limit(scan->top)));
        if (good == 0) continue;
        uint64_t values[8];
        _mm512_storeu_si512(values, distances);
        for (; good; good &= good - 1) {
            int lane = __builtin_ctz(good);
            take(scan, block * 8 + (size_t)lane, values[lane]);
        }
    }
}
#endif

void roost_scan_signs(
    const roost_query *query, const uint64_t *blocks, size_t first, size_t count, const uint64_t *left_out,
    roost_top *top) {
    sign_scan scan = {query, blocks, left_out, top, first, first + count};
    if (count == 0) return;
#if defined(__x86_64__)
    if (query->counts_bits) {
        scan_avx512(&scan);
        return;
    }
    if (query->best >= ROOST_AVX2) {
        scan_avx2(&scan);
        return;
    }
#endif
    scan_plain(&scan);
}
