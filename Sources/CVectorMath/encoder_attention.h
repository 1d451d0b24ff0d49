// Attention of one sequence, head by head, with the tiles of linear layers, always in fp32.

/// Moves a block of sixteen rows by sixteen columns to `to`, turned, sixteen floats a row.
INLINE void transpose(const float *from, size_t stride, size_t rows, float *to) {
    lanes x[16], y[16];
    UNROLL for (size_t i = 0; i < 16; i++) x[i] = i < rows ? load(from + stride * i) : (lanes)0.0f;
    // Each step interleaves rows i and i + 8; after four of them the block is turned.
#define STEP(in, out)                                                                                                 \
    UNROLL for (size_t i = 0; i < 8; i++) {                                                                           \
        out[2 * i] = __builtin_shufflevector(in[i], in[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7,    \
                                             23);                                                                     \
        out[2 * i + 1] = __builtin_shufflevector(in[i], in[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14,  \
                                                 30, 15, 31);                                                         \
    }
    STEP(x, y)
    STEP(y, x)
    STEP(x, y)
    STEP(y, x)
#undef STEP
    UNROLL for (size_t i = 0; i < 16; i++) store(to + 16 * i, x[i]);
}

/// Keys as panels `[tokens/16][width][16]`, values as panels `[width/16][tokens][16]`.
INLINE void gather(const float *keys, const float *values, size_t stride, size_t tokens, size_t width, float *key_panels,
                   float *value_panels) {
    for (size_t t = 0; t < tokens; t += 16) {
        size_t rows = tokens - t < 16 ? tokens - t : 16;
        for (size_t c = 0; c < width; c += 16)
            transpose(keys + stride * t + c, stride, rows, key_panels + t * width + 16 * c);
    }
    for (size_t t = 0; t < tokens; t++)
        for (size_t c = 0; c < width; c += 16)
            store(value_panels + c * tokens + 16 * t, load(values + stride * t + c));
}

/// Powers e^(scale (x - max)) in place, zero beyond `count`. Returns their sum.
INLINE float powers(float *row, size_t count, float scale) {
    const integers order = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    lanes top = -__builtin_inff(), total = 0;
    size_t whole = count / 16 * 16, rest = count - whole;
    integers inside = order < (int32_t)rest;
    for (size_t i = 0; i < whole; i += 16) top = larger(top, load(row + i));
    lanes last = rest ? load(row + whole) : (lanes)0.0f;
    if (rest) top = larger(top, inside ? last : (lanes)-__builtin_inff());
    lanes most = (lanes)(largest(top) * scale);
    for (size_t i = 0; i < whole; i += 16) {
        lanes e = exponential(load(row + i) * scale - most);
        store(row + i, e);
        total += e;
    }
    if (rest) {
        last = inside ? exponential(last * scale - most) : (lanes)0.0f;
        store(row + whole, last);
        total += last;
    }
    return sum(total);
}

/// The rows that `tiles` take of one head, from queries to output.
INLINE void attend(const float *queries, size_t stride, size_t rows, size_t tokens, size_t width, float scale,
                   const float *keys, const float *values, float *scores, void *output, size_t at, size_t out_stride) {
    size_t panels = (tokens + 15) / 16, score_stride = 16 * panels;
    for (size_t p = 0; p < panels; p += TILE_PANELS) {
        size_t count = panels - p < TILE_PANELS ? panels - p : TILE_PANELS;
        fp32_tiles[count - 1][rows - 1](width, queries, stride, keys + p * width * 16, width * 16, NULL,
                                        scores + 16 * p, score_stride);
    }
    float weights[TILE_ROWS];
    for (size_t r = 0; r < rows; r++) weights[r] = 1.0f / powers(scores + score_stride * r, tokens, scale);
    for (size_t p = 0; p < width / 16; p += TILE_PANELS) {
        size_t count = width / 16 - p < TILE_PANELS ? width / 16 - p : TILE_PANELS;
        _Alignas(64) float sums[TILE_ROWS * TILE_PANELS * 16];
        fp32_tiles[count - 1][rows - 1](tokens, scores, score_stride, values + p * tokens * 16, tokens * 16, NULL, sums,
                                        16 * TILE_PANELS);
        for (size_t r = 0; r < rows; r++)
            for (size_t c = 0; c < 16 * count; c += 16)
                store_activations(output, at + out_stride * r + 16 * p + c,
                                  load(sums + 16 * TILE_PANELS * r + c) * weights[r]);
    }
}

static void attention(const float *qkv, size_t tokens, size_t heads, size_t width, float scale, void *output,
                      float *scratch) {
    size_t out_stride = heads * width, stride = 3 * out_stride, padded = (tokens + 15) / 16 * 16;
    float *keys = scratch, *values = keys + padded * width, *scores = values + padded * width;
    for (size_t h = 0; h < heads; h++) {
        const float *queries = qkv + h * width;
        gather(queries + out_stride, queries + 2 * out_stride, stride, tokens, width, keys, values);
        size_t blocks = (tokens + TILE_ROWS - 1) / TILE_ROWS;
        for (size_t block = 0; block < blocks; block++) {
            size_t row = tokens * block / blocks, height = tokens * (block + 1) / blocks - row;
            attend(queries + row * stride, stride, height, tokens, width, scale, keys, values, scores, output,
                   row * out_stride + h * width, out_stride);
        }
    }
}
