#include "include/content_hash.h"

#include <string.h>

#define PRIME1 0x9E3779B185EBCA87ULL
#define PRIME2 0xC2B2AE3D27D4EB4FULL
#define PRIME3 0x165667B19E3779F9ULL
#define PRIME4 0x85EBCA77C2B2AE63ULL
#define PRIME5 0x27D4EB2F165667C5ULL

static uint64_t rotated(uint64_t value, int bits) { return (value << bits) | (value >> (64 - bits)); }

// Little-endian reads; a big-endian machine would give other hashes, all of which stay on it.
static uint64_t word(const uint8_t *at) {
    uint64_t value;
    memcpy(&value, at, 8);
    return value;
}

static uint32_t half(const uint8_t *at) {
    uint32_t value;
    memcpy(&value, at, 4);
    return value;
}

static uint64_t stepped(uint64_t lane, uint64_t input) { return rotated(lane + input * PRIME2, 31) * PRIME1; }

static uint64_t merged(uint64_t hash, uint64_t lane) { return (hash ^ stepped(0, lane)) * PRIME1 + PRIME4; }

uint64_t roost_content_hash(const void *bytes, size_t count, uint64_t seed) {
    const uint8_t *at = bytes;
    size_t left = count;
    uint64_t hash = seed + PRIME5;
    if (left >= 32) {
        uint64_t a = seed + PRIME1 + PRIME2, b = seed + PRIME2, c = seed, d = seed - PRIME1;
        for (; left >= 32; left -= 32, at += 32) {
            a = stepped(a, word(at));
            b = stepped(b, word(at + 8));
            c = stepped(c, word(at + 16));
            d = stepped(d, word(at + 24));
        }
        hash = rotated(a, 1) + rotated(b, 7) + rotated(c, 12) + rotated(d, 18);
        hash = merged(merged(merged(merged(hash, a), b), c), d);
    }
    hash += count;
    for (; left >= 8; left -= 8, at += 8) hash = rotated(hash ^ stepped(0, word(at)), 27) * PRIME1 + PRIME4;
    if (left >= 4) {
        hash = rotated(hash ^ half(at) * PRIME1, 23) * PRIME2 + PRIME3;
        left -= 4;
        at += 4;
    }
    for (; left > 0; left--, at++) hash = rotated(hash ^ *at * PRIME5, 11) * PRIME1;
    hash = (hash ^ (hash >> 33)) * PRIME2;
    hash = (hash ^ (hash >> 29)) * PRIME3;
    return hash ^ (hash >> 32);
}
