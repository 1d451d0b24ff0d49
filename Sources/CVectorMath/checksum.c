#include "include/checksum.h"

#include <string.h>

/// Odd, with bits everywhere: the golden ratio's.
static const uint64_t factor = 0x9E3779B97F4A7C15ull;

static uint64_t mixed(uint64_t sum, uint64_t word) {
    sum = (sum ^ word) * factor;
    return sum ^ sum >> 29;
}

uint64_t roost_checksum(const void *bytes, size_t count) {
    // Four sums, so that the processor need not wait for one product before the next.
    uint64_t sums[4] = {count, 1, 2, 3}, words[4];
    const uint8_t *next = bytes;
    size_t left = count;
    for (; left >= sizeof words; left -= sizeof words, next += sizeof words) {
        memcpy(words, next, sizeof words);
        for (int lane = 0; lane < 4; lane++) sums[lane] = mixed(sums[lane], words[lane]);
    }
    memset(words, 0, sizeof words);
    if (left > 0) memcpy(words, next, left);
    for (int lane = 0; lane < 4; lane++) sums[0] = mixed(mixed(sums[0], words[lane]), sums[lane]);
    return sums[0];
}
