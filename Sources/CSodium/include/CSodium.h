// The few calls of libsodium that encryption at rest needs. The library is loaded when something is first encrypted or
// decrypted, so that a process that never does (hooks, most commands) neither pays for it nor needs it.
#ifndef ROOST_CSODIUM_H
#define ROOST_CSODIUM_H

#include <stddef.h>
#include <stdint.h>

enum { ROOST_SODIUM_KEY = 32, ROOST_SODIUM_NONCE = 24, ROOST_SODIUM_TAG = 16, ROOST_SODIUM_SALT = 16 };

// 0, or -1 with a text in `error`. Call it first; every other function needs its success.
int roost_sodium_load(char *error, size_t error_size);

// XChaCha20-Poly1305. `sealed` takes `size` + ROOST_SODIUM_TAG bytes.
void roost_sodium_seal(uint8_t *sealed, const uint8_t *message, size_t size, const uint8_t *context,
                       size_t context_size, const uint8_t *nonce, const uint8_t *key);
// `message` takes `size` - ROOST_SODIUM_TAG bytes. 0, or -1 when key, context or a byte is another than at sealing.
int roost_sodium_open(uint8_t *message, const uint8_t *sealed, size_t size, const uint8_t *context,
                      size_t context_size, const uint8_t *nonce, const uint8_t *key);
// Argon2id with libsodium's limits for interactive use: a tenth of a second, 64 MB. -1 when memory is short.
int roost_sodium_stretch(uint8_t *key, const char *text, size_t size, const uint8_t *salt);

#endif
