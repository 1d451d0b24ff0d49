#include "include/scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t roost_byte_stride(size_t dimensions) { return (dimensions + 63) / 64 * 64; }

size_t roost_sign_words(size_t dimensions) { return (dimensions + 63) / 64; }

// MARK: Writing rows

/// The greatest magnitude and the length; both 0 when a part is no number, or the length no normal one.
static void measure(const float *vector, size_t dimensions, float *most, float *length) {
    // Sixteen of each, so that the compiler can use vectors.
    float greatest[16] = {0}, squares[16] = {0};
    size_t index = 0;
    for (; index + 16 <= dimensions; index += 16)
        for (int lane = 0; lane < 16; lane++) {
            float value = vector[index + lane], magnitude = fabsf(value);
            greatest[lane] = magnitude > greatest[lane] ? magnitude : greatest[lane];
            squares[lane] += value * value;
        }
    for (; index < dimensions; index++) {
        float magnitude = fabsf(vector[index]);
        greatest[0] = magnitude > greatest[0] ? magnitude : greatest[0];
        squares[0] += magnitude * magnitude;
    }
    float sum = 0;
    *most = 0;
    for (int lane = 0; lane < 16; lane++) {
        sum += squares[lane];
        *most = greatest[lane] > *most ? greatest[lane] : *most;
    }
    bool isUsable = sum >= 1e-30f && sum <= 1e30f;
    *length = isUsable ? sqrtf(sum) : 0;
    if (!isUsable) *most = 0;
}

float roost_put_bytes(const float *vector, size_t dimensions, uint8_t *row) {
    float most, length;
    measure(vector, dimensions, &most, &length);
    memset(row, 128, roost_byte_stride(dimensions));
    if (length == 0) return 0;
    float inverse = 127 / most;
    for (size_t index = 0; index < dimensions; index++) row[index] = (uint8_t)(int)(vector[index] * inverse + 128.5f);
    return most / 127 / length;
}

void roost_put_signs(const float *vector, size_t dimensions, uint64_t *blocks, size_t row) {
    size_t words = roost_sign_words(dimensions);
    uint64_t *first = blocks + row / 8 * words * 8 + row % 8;
    for (size_t index = 0; index < dimensions; index++)
        if (vector[index] < 0) first[index / 64 * 8] |= 1ull << (index % 64);
}

// MARK: Query

bool roost_query_prepare(roost_query *query, const float *vector, size_t dimensions, roost_instructions best) {
    size_t stride = roost_byte_stride(dimensions), words = roost_sign_words(dimensions);
    memset(query, 0, sizeof *query);
    size_t bytes = stride * (sizeof(float) + 1 + 2) + words * 8;
    query->memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (!query->memory) return false;
    memset(query->memory, 0, bytes);
    query->dimensions = dimensions;
    query->values = query->memory;
    query->shorts = (int16_t *)(query->values + stride);
    query->bytes = (int8_t *)(query->shorts + stride);
    query->signs = (uint64_t *)(query->bytes + stride);
    query->best = best;
#if defined(__x86_64__)
    query->counts_bits = best >= ROOST_AVX512 && __builtin_cpu_supports("avx512vpopcntdq");
#endif
    float most, length;
    measure(vector, dimensions, &most, &length);
    if (length == 0) return true;
    for (size_t index = 0; index < dimensions; index++) {
        query->values[index] = vector[index] / length;
        int byte = (int)lrintf(vector[index] * (127 / most));
        query->bytes[index] = (int8_t)byte;
        query->shorts[index] = (int16_t)byte;
        query->bias += 128 * byte;
        if (vector[index] < 0) query->signs[index / 64] |= 1ull << (index % 64);
    }
    query->scale = most / 127 / length;
    return true;
}

void roost_query_free(roost_query *query) {
    free(query->memory);
    query->memory = NULL;
}

// MARK: The best

bool roost_top_prepare(roost_top *top, size_t wanted) {
    memset(top, 0, sizeof *top);
    top->wanted = wanted > 0 ? wanted : 1;
    top->capacity = 2 * top->wanted + 256;
    top->floor = -INFINITY;
    top->hits = malloc(top->capacity * sizeof *top->hits);
    return top->hits != NULL;
}

void roost_top_free(roost_top *top) {
    free(top->hits);
    top->hits = NULL;
}

/// Moves the `wanted` best to the front (Hoare's selection).
static void select_best(roost_hit *hits, size_t count, size_t wanted) {
    ptrdiff_t low = 0, high = (ptrdiff_t)count - 1, last = (ptrdiff_t)wanted - 1;
    while (low < high) {
        float pivot = hits[low + (high - low) / 2].score;
        ptrdiff_t left = low, right = high;
        while (left <= right) {
            while (hits[left].score > pivot) left++;
            while (hits[right].score < pivot) right--;
            if (left > right) break;
            roost_hit hit = hits[left];
            hits[left++] = hits[right];
            hits[right--] = hit;
        }
        if (last <= right) {
            high = right;
        } else if (last >= left) {
            low = left;
        } else {
            return;
        }
    }
}

static void shrink(roost_top *top) {
    if (top->count <= top->wanted) return;
    select_best(top->hits, top->count, top->wanted);
    top->count = top->wanted;
    float least = top->hits[0].score;
    for (size_t index = 1; index < top->count; index++)
        if (top->hits[index].score < least) least = top->hits[index].score;
    top->floor = least;
}

void roost_top_add(roost_top *top, float score, uint32_t row) {
    if (!(score > top->floor)) return;
    if (top->count == top->capacity) {
        shrink(top);
        if (!(score > top->floor)) return;
    }
    top->hits[top->count++] = (roost_hit){score, top->base + row};
}

static int better(const void *left, const void *right) {
    const roost_hit *a = left, *b = right;
    if (a->score != b->score) return a->score > b->score ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

void roost_top_sort(roost_top *top) {
    shrink(top);
    qsort(top->hits, top->count, sizeof *top->hits, better);
}
