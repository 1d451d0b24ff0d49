#ifndef ROOST_SCAN_H
#define ROOST_SCAN_H

#include "processor.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Rows of vectors in two short forms, and the search through them.
//
// Bytes: each component as round(value / step) + 128, in rows of `roost_byte_stride` bytes; the row's scale is the step
// divided by the vector's length, so that a product of bytes times two scales is the cosine.
// Signs: one bit for each component, 1 where it is below 0. Rows lie in blocks of 8, one 64-bit word of each row after the
// other, so that a processor's lanes are rows.

/// Bytes of a row: the dimensions, rounded up to 64.
size_t roost_byte_stride(size_t dimensions);
/// 64-bit words of a row of signs.
size_t roost_sign_words(size_t dimensions);

/// Writes a vector's bytes and returns its scale; 0 for a vector without length or with parts that are no numbers.
float roost_put_bytes(const float *vector, size_t dimensions, uint8_t *row);
/// Writes a vector's signs to a row of the blocks, which must be zero before.
void roost_put_signs(const float *vector, size_t dimensions, uint64_t *blocks, size_t row);

/// A vector that is looked for. Its fields are written by `roost_query_prepare` alone.
typedef struct {
    size_t dimensions;
    float *values;      // of length 1
    int8_t *bytes;
    int16_t *shorts;    // the same, for processors without products of bytes
    uint64_t *signs;
    float scale;
    int32_t bias;       // 128 times the sum of the bytes
    roost_instructions best;
    bool counts_bits;   // has an instruction for it, in vectors of 512 bits
    void *memory;
} roost_query;

/// False when there is no memory. `best` may be less than the processor has: kernels can be compared.
bool roost_query_prepare(roost_query *query, const float *vector, size_t dimensions, roost_instructions best);
void roost_query_free(roost_query *query);

typedef struct {
    float score;
    uint32_t row;
} roost_hit;

/// The best rows seen so far, `wanted` of them at least once that many were seen.
typedef struct {
    roost_hit *hits;
    size_t count, wanted, capacity;
    float floor;    // only better ones are taken
    uint32_t base;  // added to the numbers of the rows
} roost_top;

bool roost_top_prepare(roost_top *top, size_t wanted);
void roost_top_free(roost_top *top);
/// Takes a row, if it is better than the floor; `base` is added to its number.
void roost_top_add(roost_top *top, float score, uint32_t row);
/// Leaves the best `wanted`, best first.
void roost_top_sort(roost_top *top);

/// Rows from `first` on by their bytes; the score is the cosine, about. Rows whose bit is set in `left_out` (may be NULL)
/// are not taken.
void roost_scan_bytes(
    const roost_query *query, const uint8_t *rows, const float *scales, size_t first, size_t count,
    const uint64_t *left_out, roost_top *top);

/// The same for the rows of a list: their scores, in its order.
void roost_score_bytes(
    const roost_query *query, const uint8_t *rows, const float *scales, const uint32_t *list, size_t count,
    float *scores);

/// Rows from `first` on by their signs; the score is minus the number of signs that differ.
void roost_scan_signs(
    const roost_query *query, const uint64_t *blocks, size_t first, size_t count, const uint64_t *left_out,
    roost_top *top);

/// The cosine with a vector of half precision.
float roost_cosine_half(const roost_query *query, const uint16_t *vector);

#endif
