#ifndef ROOST_CHECKSUM_H
#define ROOST_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// Tells damaged bytes from whole ones; no protection against somebody who means it.
uint64_t roost_checksum(const void *bytes, size_t count);

#endif
