#include "include/processor.h"

roost_instructions roost_best_instructions(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("f16c"))
        return ROOST_PLAIN;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512dq")
        || !__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512vnni"))
        return ROOST_AVX2;
    return __builtin_cpu_supports("avx512bf16") ? ROOST_AVX512_BF16 : ROOST_AVX512;
#else
    return ROOST_PLAIN;
#endif
}
