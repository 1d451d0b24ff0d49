// A linear layer from tiles. The including file defines LINEAR_TILES, the tiles for activations as they are kept, and
// ACTIVATIONS, their precision.

#define CHUNK_BYTES (256 * 1024)

/// Panels that stay in the second-level cache while all rows pass by them.
INLINE size_t chunk_panels(size_t panel_bytes) {
    size_t panels = CHUNK_BYTES / panel_bytes / TILE_PANELS * TILE_PANELS;
    return panels ? panels : TILE_PANELS;
}

/// bf16 panels as fp32 ones.
INLINE void widen_panels(const uint16_t *from, size_t depth, size_t panels, float *to) {
    for (size_t i = 0; i < depth / 2 * panels; i++) {
        bits pairs = *(const bits_anywhere *)(from + 32 * i);
        store(to + 32 * i, (lanes)(pairs << 16));
        store(to + 32 * i + 16, (lanes)(pairs & 0xffff0000));
    }
}

INLINE void store_activations(void *to, size_t at, lanes x) {
#if ACTIVATIONS == 1
    *(halves_anywhere *)((uint16_t *)to + at) = ROUNDED(x);
#else
    store((float *)to + at, x);
#endif
}

INLINE void activate_tile(const float *from, size_t rows, size_t width, roost_activation f, void *to, size_t at,
                          size_t stride) {
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < width; c += 16) {
            lanes x = load(from + 16 * TILE_PANELS * r + c);
            store_activations(to, at + stride * r + c, activate(x, f));
        }
}

/// Rows of `a`, `panels` panels from column `column` on.
INLINE void linear_chunk(const roost_linear *layer, const char *panels, size_t panel_count, size_t column,
                         roost_activation f, const char *input, size_t rows, void *output) {
    enum { element = ACTIVATIONS == 1 ? 2 : 4 };
    size_t depth = layer->depth, panel = depth * 16;
    // Blocks of nearly equal height: thirteen rows are seven and six, not twelve and one.
    size_t blocks = (rows + TILE_ROWS - 1) / TILE_ROWS;
    for (size_t block = 0; block < blocks; block++) {
        size_t row = rows * block / blocks, height = rows * (block + 1) / blocks - row;
        const void *a = input + row * depth * element;
        for (size_t p = 0; p < panel_count; p += TILE_PANELS) {
            size_t count = panel_count - p < TILE_PANELS ? panel_count - p : TILE_PANELS;
            tile_kernel kernel = LINEAR_TILES[count - 1][height - 1];
            const void *b = panels + p * panel * element;
            const float *bias = layer->bias + column + 16 * p;
            size_t at = row * layer->columns + column + 16 * p;
            if (f == ROOST_LINEAR) {
                kernel(depth, a, depth, b, panel, bias, (float *)output + at, layer->columns);
            } else {
                _Alignas(64) float sums[TILE_ROWS * TILE_PANELS * 16];
                kernel(depth, a, depth, b, panel, bias, sums, 16 * TILE_PANELS);
                activate_tile(sums, height, 16 * count, f, output, at, layer->columns);
            }
        }
    }
}

static void linear(const roost_linear *layer, roost_activation f, const void *input, size_t rows, void *output,
                   float *scratch) {
    size_t panels = layer->columns / 16, element = ACTIVATIONS == 1 ? 2 : 4, bytes = layer->depth * 16 * element;
    size_t chunk = chunk_panels(bytes);
    for (size_t p = 0; p < panels; p += chunk) {
        size_t count = panels - p < chunk ? panels - p : chunk;
        const char *weights = layer->weights;
        if (ACTIVATIONS == 0 && layer->precision == ROOST_BF16) {
            widen_panels((const uint16_t *)weights + p * layer->depth * 16, layer->depth, count, scratch);
            weights = (const char *)scratch;
        } else {
            weights += p * bytes;
        }
        linear_chunk(layer, weights, count, 16 * p, f, input, rows, output);
    }
}
