#include "COpenSSL.h"

#include <dlfcn.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// One pointer for each function, with the type that the header declares.
#define FUNCTIONS(F)                                                                                                   \
    F(TLS_server_method) F(SSL_CTX_new) F(SSL_CTX_free) F(SSL_CTX_ctrl) F(SSL_CTX_set_options)                         \
    F(SSL_CTX_use_certificate_chain_file) F(SSL_CTX_use_PrivateKey_file) F(SSL_CTX_check_private_key)                  \
    F(SSL_CTX_set_alpn_select_cb) F(SSL_CTX_set_default_passwd_cb) F(SSL_select_next_proto) F(SSL_new) F(SSL_free)     \
    F(SSL_set_fd) F(SSL_set_accept_state) F(SSL_do_handshake) F(SSL_read_ex) F(SSL_write_ex) F(SSL_get_error)          \
    F(SSL_shutdown) F(SSL_is_init_finished) F(ERR_clear_error) F(ERR_peek_last_error) F(ERR_reason_error_string)

#define DECLARE(name) static __typeof__(name) *p_##name;
FUNCTIONS(DECLARE)

struct roost_tls_context { SSL_CTX *ctx; };
struct roost_tls_session { SSL *ssl; int failed; };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char load_error[256];

static void load(void) {
    // libssl brings libcrypto with it, and a lookup through its handle searches both.
    void *library = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        snprintf(load_error, sizeof load_error, "TLS needs OpenSSL 3 (Debian package libssl3): %s", dlerror());
        return;
    }
#define RESOLVE(name)                                                                                                  \
    p_##name = (__typeof__(name) *)dlsym(library, #name);                                                              \
    if (!p_##name) {                                                                                                   \
        snprintf(load_error, sizeof load_error, "libssl.so.3 (Debian package libssl3) has no function " #name);        \
        return;                                                                                                        \
    }
    FUNCTIONS(RESOLVE)
}

static const char *reason(void) {
    const char *text = p_ERR_reason_error_string(p_ERR_peek_last_error());
    return text ? text : "unknown error";
}

static int select_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_length, const unsigned char *in,
                           unsigned int in_length, void *context) {
    static const unsigned char ours[] = "\x08http/1.1";
    (void)ssl, (void)context;
    int found = p_SSL_select_next_proto((unsigned char **)out, out_length, ours, sizeof ours - 1, in, in_length);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// An encrypted key must not make the server ask on its terminal.
static int no_password(char *buffer, int size, int writing, void *context) {
    (void)buffer, (void)size, (void)writing, (void)context;
    return 0;
}

roost_tls_context *roost_tls_context_new(const char *certificate, const char *key, char *error, size_t error_size) {
    pthread_once(&once, load);
    if (load_error[0]) {
        snprintf(error, error_size, "%s", load_error);
        return NULL;
    }
    p_ERR_clear_error();
    SSL_CTX *ctx = p_SSL_CTX_new(p_TLS_server_method());
    if (!ctx) {
        snprintf(error, error_size, "OpenSSL: %s", reason());
        return NULL;
    }
    p_SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL);
    p_SSL_CTX_ctrl(ctx, SSL_CTRL_MODE,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS, NULL);
    p_SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
    p_SSL_CTX_set_alpn_select_cb(ctx, select_protocol, NULL);
    p_SSL_CTX_set_default_passwd_cb(ctx, no_password);
    const char *what = NULL, *file = NULL;
    if (p_SSL_CTX_use_certificate_chain_file(ctx, certificate) != 1) {
        what = "the TLS certificate cannot be read", file = certificate;
    } else if (p_SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1) {
        what = "the TLS key cannot be read, or is not the certificate's", file = key;
    } else if (p_SSL_CTX_check_private_key(ctx) != 1) {
        what = "the TLS key is not the certificate's", file = key;
    }
    roost_tls_context *context = what ? NULL : malloc(sizeof *context);
    if (!context) {
        snprintf(error, error_size, "%s: %s (%s)", what ? what : "no memory", file ? file : "", reason());
        p_SSL_CTX_free(ctx);
        p_ERR_clear_error();
        return NULL;
    }
    context->ctx = ctx;
    return context;
}

void roost_tls_context_free(roost_tls_context *context) {
    p_SSL_CTX_free(context->ctx);
    free(context);
}

roost_tls_session *roost_tls_session_new(roost_tls_context *context, int fd) {
    roost_tls_session *session = calloc(1, sizeof *session);
    if (!session) return NULL;
    session->ssl = p_SSL_new(context->ctx);
    if (!session->ssl || p_SSL_set_fd(session->ssl, fd) != 1) {
        if (session->ssl) p_SSL_free(session->ssl);
        free(session);
        p_ERR_clear_error();
        return NULL;
    }
    p_SSL_set_accept_state(session->ssl);
    return session;
}

void roost_tls_session_free(roost_tls_session *session) {
    p_SSL_free(session->ssl);
    free(session);
}

static long outcome(roost_tls_session *session, int code) {
    switch (p_SSL_get_error(session->ssl, code)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return ROOST_TLS_WOULD_BLOCK;
    case SSL_ERROR_ZERO_RETURN: return ROOST_TLS_ENDED;
    default:
        // After such an error nothing more may be written, not even the notice of the end.
        session->failed = 1;
        p_ERR_clear_error();
        return ROOST_TLS_FAILED;
    }
}

int roost_tls_handshake(roost_tls_session *session) {
    p_ERR_clear_error();
    int code = p_SSL_do_handshake(session->ssl);
    return code == 1 ? 1 : (int)outcome(session, code);
}

long roost_tls_read(roost_tls_session *session, void *bytes, size_t count) {
    size_t got = 0;
    p_ERR_clear_error();
    int code = p_SSL_read_ex(session->ssl, bytes, count, &got);
    return code == 1 ? (long)got : outcome(session, code);
}

long roost_tls_write(roost_tls_session *session, const void *bytes, size_t count) {
    size_t written = 0;
    p_ERR_clear_error();
    int code = p_SSL_write_ex(session->ssl, bytes, count, &written);
    return code == 1 ? (long)written : outcome(session, code);
}

void roost_tls_close_notify(roost_tls_session *session) {
    if (session->failed || !p_SSL_is_init_finished(session->ssl)) return;
    p_ERR_clear_error();
    p_SSL_shutdown(session->ssl);
    p_ERR_clear_error();
}
