#include "CSodium.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

// As libsodium's headers declare them. Its interface has been stable since 1.0.12 (libsodium.so.23), and so that building
// needs no package more they are written down here; the test of the published vectors notices a mistake.
static int (*p_sodium_init)(void);
static int (*p_encrypt)(unsigned char *c, unsigned long long *clen_p, const unsigned char *m, unsigned long long mlen,
                        const unsigned char *ad, unsigned long long adlen, const unsigned char *nsec,
                        const unsigned char *npub, const unsigned char *k);
static int (*p_decrypt)(unsigned char *m, unsigned long long *mlen_p, unsigned char *nsec, const unsigned char *c,
                        unsigned long long clen, const unsigned char *ad, unsigned long long adlen,
                        const unsigned char *npub, const unsigned char *k);
static int (*p_pwhash)(unsigned char *out, unsigned long long outlen, const char *passwd, unsigned long long passwdlen,
                       const unsigned char *salt, unsigned long long opslimit, size_t memlimit, int alg);

// crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13
enum { OPSLIMIT = 2, MEMLIMIT = 64 << 20, ARGON2ID13 = 2 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char load_error[256];

static void load(void) {
    void *library = dlopen("libsodium.so.23", RTLD_NOW | RTLD_LOCAL);
    // libsodium 1.0.19 and later.
    if (!library) library = dlopen("libsodium.so.26", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        snprintf(load_error, sizeof load_error,
                 "encryption of stored keys needs libsodium (Debian package libsodium23): %s", dlerror());
        return;
    }
#define RESOLVE(pointer, name)                                                                                         \
    pointer = (__typeof__(pointer))dlsym(library, name);                                                               \
    if (!pointer) {                                                                                                    \
        snprintf(load_error, sizeof load_error, "libsodium (Debian package libsodium23) has no function " name);       \
        return;                                                                                                        \
    }
    RESOLVE(p_sodium_init, "sodium_init")
    RESOLVE(p_encrypt, "crypto_aead_xchacha20poly1305_ietf_encrypt")
    RESOLVE(p_decrypt, "crypto_aead_xchacha20poly1305_ietf_decrypt")
    RESOLVE(p_pwhash, "crypto_pwhash")
    if (p_sodium_init() < 0) snprintf(load_error, sizeof load_error, "libsodium could not be initialised");
}

int roost_sodium_load(char *error, size_t error_size) {
    pthread_once(&once, load);
    if (!load_error[0]) return 0;
    snprintf(error, error_size, "%s", load_error);
    return -1;
}

void roost_sodium_seal(uint8_t *sealed, const uint8_t *message, size_t size, const uint8_t *context,
                       size_t context_size, const uint8_t *nonce, const uint8_t *key) {
    p_encrypt(sealed, NULL, message, size, context, context_size, NULL, nonce, key);
}

int roost_sodium_open(uint8_t *message, const uint8_t *sealed, size_t size, const uint8_t *context,
                      size_t context_size, const uint8_t *nonce, const uint8_t *key) {
    return p_decrypt(message, NULL, NULL, sealed, size, context, context_size, nonce, key);
}

int roost_sodium_stretch(uint8_t *key, const char *text, size_t size, const uint8_t *salt) {
    return p_pwhash(key, ROOST_SODIUM_KEY, text, size, salt, OPSLIMIT, MEMLIMIT, ARGON2ID13);
}
