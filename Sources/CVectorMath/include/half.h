#ifndef ROOST_HALF_H
#define ROOST_HALF_H

#include <stddef.h>
#include <stdint.h>

/// IEEE 754 half precision, rounded to nearest even.
void roost_halves_from_floats(const float *floats, uint16_t *halves, size_t count);
void roost_floats_from_halves(const uint16_t *halves, float *floats, size_t count);

#endif
