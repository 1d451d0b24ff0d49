#include "include/unicode.h"

static int found(const roost_scalar_map *map, uint32_t scalar, uint32_t *into) {
    int low = 0, high = map->count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (map->keys[middle] < scalar) low = middle + 1;
        else high = middle;
    }
    if (low == map->count || map->keys[low] != scalar) return -1;
    int count = map->places[low] & 3;
    for (int index = 0; index < count; index++) into[index] = map->values[(map->places[low] >> 2) + index];
    return count;
}

// Unicode 3.12, "Hangul Syllable Decomposition".
static int hangul(uint32_t scalar, uint32_t *into) {
    uint32_t syllable = scalar - 0xAC00;
    into[0] = 0x1100 + syllable / (21 * 28);
    into[1] = 0x1161 + syllable % (21 * 28) / 28;
    into[2] = 0x11A7 + syllable % 28;
    return syllable % 28 == 0 ? 2 : 3;
}

int roost_scalar_stripped(uint32_t scalar, uint32_t *into) {
    if (scalar >= 0xAC00 && scalar < 0xD7A4) return hangul(scalar, into);
    int count = found(&roost_stripped, scalar, into);
    if (count >= 0) return count;
    into[0] = scalar;
    return 1;
}

int roost_scalar_lowered(uint32_t scalar, uint32_t *into) {
    int count = found(&roost_lowered, scalar, into);
    if (count >= 0) return count;
    into[0] = scalar;
    return 1;
}

int roost_scalar_order(uint32_t scalar) {
    uint32_t order;
    return found(&roost_orders, scalar, &order) == 1 ? (int)order : 0;
}
