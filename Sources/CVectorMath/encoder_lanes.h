// Sixteen floats at a time, in whatever registers the including file's target has: compiled once for each of them.
// Everything here is static; the including file sets the target attribute.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "include/encoder.h"

// Vectors are passed only to functions that are always inlined, so no calling convention matters.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float lanes __attribute__((ext_vector_type(16)));
typedef int32_t integers __attribute__((ext_vector_type(16)));
typedef uint32_t bits __attribute__((ext_vector_type(16)));
typedef uint16_t halves __attribute__((ext_vector_type(16)));
typedef lanes lanes_anywhere __attribute__((aligned(4), may_alias));
typedef bits bits_anywhere __attribute__((aligned(4), may_alias));
typedef halves halves_anywhere __attribute__((aligned(2), may_alias));

#define INLINE static inline __attribute__((always_inline))

INLINE lanes load(const float *from) { return *(const lanes_anywhere *)from; }
INLINE void store(float *to, lanes x) { *(lanes_anywhere *)to = x; }
INLINE lanes larger(lanes a, lanes b) { return a > b ? a : b; }
INLINE lanes smaller(lanes a, lanes b) { return a < b ? a : b; }

INLINE float sum(lanes x) {
    __typeof__(x.lo) eight = x.lo + x.hi;
    __typeof__(eight.lo) four = eight.lo + eight.hi;
    return (four.x + four.z) + (four.y + four.w);
}

INLINE float largest(lanes x) {
    __typeof__(x.lo) eight = x.lo > x.hi ? x.lo : x.hi;
    __typeof__(eight.lo) four = eight.lo > eight.hi ? eight.lo : eight.hi;
    float even = four.x > four.z ? four.x : four.z, odd = four.y > four.w ? four.y : four.w;
    return even > odd ? even : odd;
}

/// e^x to 2e-7 of itself, between -87 and 88; outside, its value there.
INLINE lanes exponential(lanes x) {
    x = smaller(larger(x, (lanes)-87.0f), (lanes)88.0f);
    // Adding 1.5 * 2^23 rounds to an integer, which then sits in the lower bits.
    lanes shifted = x * 1.44269504f + 12582912.0f;
    lanes n = shifted - 12582912.0f;
    lanes r = x - n * 0.693145752f;
    r = r - n * 1.42860677e-6f;
    lanes p = r * 1.38888889e-3f + 8.33333333e-3f;
    p = p * r + 4.16666667e-2f;
    p = p * r + 1.66666667e-1f;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    return (lanes)((bits)p + ((bits)shifted << 23));
}

/// x Φ(x) to 3e-7 of x. Φ(x) - 1/2 is x P(x²)/Q(x²), fitted for the least relative error up to 5.2, where it is 1/2 in fp32.
INLINE lanes gelu(lanes x) {
    lanes c = smaller(larger(x, (lanes)-5.2f), (lanes)5.2f);
    lanes t = c * c;
    lanes p = t * 5.38010226e-6f + 2.88378185e-4f;
    p = p * t + 5.35970880e-3f;
    p = p * t + 4.73544449e-2f;
    p = p * t + 3.98942232e-1f;
    lanes q = t * 4.67711718e-7f + 1.02927173e-4f;
    q = q * t + 2.55956361e-3f;
    q = q * t + 3.60010676e-2f;
    q = q * t + 2.85364509e-1f;
    q = q * t + 1.0f;
    return x * (c * p / q + 0.5f);
}

INLINE lanes activate(lanes x, roost_activation f) {
    switch (f) {
    case ROOST_LINEAR: return x;
    case ROOST_GELU: return gelu(x);
    case ROOST_GELU_TANH: return x / (1.0f + exponential(-1.59576912f * (x + 0.044715f * x * x * x)));
    case ROOST_RELU: return larger(x, (lanes)0.0f);
    }
}

INLINE halves rounded(lanes x) {
    bits b = (bits)x;
    return __builtin_convertvector((b + 0x7fff + ((b >> 16) & 1)) >> 16, halves);
}

INLINE lanes widened(halves x) { return (lanes)(__builtin_convertvector(x, bits) << 16); }
