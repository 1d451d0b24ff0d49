// The sets of kernels that `roost_encoder` chooses from.

#include "include/encoder.h"

extern const roost_encoder_kernels roost_encoder_plain;
#if defined(__x86_64__)
extern const roost_encoder_kernels roost_encoder_avx2;
extern const roost_encoder_kernels roost_encoder_avx512;
extern const roost_encoder_kernels roost_encoder_bf16;
#endif
