// What is done row by row between products.

static void normalize(float *x, const float *y, const float *gamma, const float *beta, size_t rows, size_t width,
                      size_t padded, float epsilon, void *copy) {
    float padding = (float)(padded - width);
    for (size_t r = 0; r < rows; r++, x += padded) {
        lanes total = 0, squares = 0;
        for (size_t c = 0; c < padded; c += 16) {
            lanes value = load(x + c);
            if (y) value += load(y + r * padded + c);
            store(x + c, value);
            total += value;
        }
        float mean = sum(total) / (float)width;
        for (size_t c = 0; c < padded; c += 16) {
            lanes off = load(x + c) - mean;
            squares += off * off;
        }
        // The padding is zero, and so off by the mean; it does not count.
        float variance = (sum(squares) - padding * mean * mean) / (float)width;
        float scale = 1.0f / __builtin_sqrtf((variance > 0 ? variance : 0) + epsilon);
        for (size_t c = 0; c < padded; c += 16) {
            lanes value = (load(x + c) - mean) * scale * load(gamma + c) + load(beta + c);
            store(x + c, value);
            if (copy) store_activations(copy, r * padded + c, value);
        }
    }
}
