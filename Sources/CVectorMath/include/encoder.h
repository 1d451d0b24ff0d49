#ifndef ROOST_ENCODER_H
#define ROOST_ENCODER_H

#include <stddef.h>
#include <stdint.h>

#include "processor.h"

// Kernels of a BERT encoder. Every width is a multiple of 16, padded with zeros, and every kernel keeps that padding
// zero; rows follow each other without gaps unless a stride says otherwise. Nothing here allocates or fails.

/// How weights are kept.
typedef enum {
    ROOST_FP32 = 0,
    ROOST_BF16 = 1,  // the upper half of an fp32, rounded to nearest even
} roost_precision;

/// What follows a matrix product and its bias.
typedef enum {
    ROOST_LINEAR = 0,
    ROOST_GELU = 1,       // x/2 (1 + erf(x/√2))
    ROOST_GELU_TANH = 2,  // its approximation with tanh, `gelu_new`
    ROOST_RELU = 3,
} roost_activation;

/// A linear layer. The weights are packed in panels of 16 columns: `[columns/16][depth][16]` fp32, or
/// `[columns/16][depth/2][16][2]` bf16, so that one packing serves every instruction set.
typedef struct {
    const void *weights;
    const float *bias;  // `columns` of them
    size_t depth;       // inputs
    size_t columns;     // outputs
    roost_precision precision;
} roost_linear;

/// One set of kernels. "Activations" are what a linear layer takes: fp32, or bf16 where the processor multiplies it.
typedef struct {
    roost_precision activations;

    /// `output = f(input × weights + bias)`. The output is fp32 when linear, else activations.
    /// `scratch`: `roost_linear_scratch` floats.
    void (*linear)(const roost_linear *layer, roost_activation f, const void *input, size_t rows, void *output,
                   float *scratch);

    /// Self-attention within one sequence. A row of `qkv` is `[3][heads][width]`, fp32; a row of the output, which is
    /// activations, `[heads][width]`. `scratch`: `roost_attention_scratch` floats.
    void (*attention)(const float *qkv, size_t tokens, size_t heads, size_t width, float scale, void *output,
                      float *scratch);

    /// Layer norm of `x + y` over the first `width` of `padded` columns, into `x` and, unless null, as activations into
    /// `copy`. `y` may be null.
    void (*normalize)(float *x, const float *y, const float *gamma, const float *beta, size_t rows, size_t width,
                      size_t padded, float epsilon, void *copy);
} roost_encoder_kernels;

/// The kernels for weights of a precision. `instructions` must be no more than `roost_best_instructions()`.
const roost_encoder_kernels *roost_encoder(roost_instructions instructions, roost_precision weights);

size_t roost_linear_scratch(size_t depth);
size_t roost_attention_scratch(size_t tokens, size_t width);

/// `x[i] = words[ids[i]] + positions[i] + type` for one sequence; rows of `padded` columns, words of a precision.
void roost_embed(const int32_t *ids, size_t tokens, const void *words, roost_precision precision,
                 const float *positions, const float *type, size_t padded, float *x);

/// The mean of rows of `stride` columns, of which the first `width` are written.
void roost_mean(const float *rows, size_t count, size_t stride, size_t width, float *mean);

/// Scales a vector to length 1. Returns false when its length is zero or not a finite number.
_Bool roost_unit(float *vector, size_t width);

_Bool roost_finite(const float *vector, size_t width);

/// Rounds to nearest even.
void roost_to_bf16(const float *from, size_t count, uint16_t *to);

/// Packs a matrix of `[columns][depth]` fp32, both multiples of 16, in the order of `roost_linear`.
void roost_pack(const float *rows, size_t depth, size_t columns, roost_precision precision, void *packed);

#endif
