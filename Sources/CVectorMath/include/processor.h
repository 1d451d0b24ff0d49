#ifndef ROOST_PROCESSOR_H
#define ROOST_PROCESSOR_H

/// Instruction sets that kernels are written for, each a superset of the one before.
typedef enum {
    ROOST_PLAIN = 0,
    ROOST_AVX2 = 1,          // with FMA and F16C
    ROOST_AVX512 = 2,        // F, BW, DQ, VL, VNNI
    ROOST_AVX512_BF16 = 3,
} roost_instructions;

/// The best of them that this processor and kernel have.
roost_instructions roost_best_instructions(void);

#endif
