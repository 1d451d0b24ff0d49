#ifndef ROOST_CONTENT_HASH_H
#define ROOST_CONTENT_HASH_H

#include <stddef.h>
#include <stdint.h>

// XXH64 of some bytes (the specification of xxHash, 0.1.1). Tells contents apart and finds damage; does not withstand
// somebody who wants a collision.
uint64_t roost_content_hash(const void *bytes, size_t count, uint64_t seed);

#endif
