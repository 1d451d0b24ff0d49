// The few calls of OpenSSL 3 that a TLS server needs. libssl is loaded when the first context is made, so that a process
// without TLS does not pay for it.
#ifndef ROOST_COPENSSL_H
#define ROOST_COPENSSL_H

#include <stddef.h>

typedef struct roost_tls_context roost_tls_context;
typedef struct roost_tls_session roost_tls_session;

// What a transfer came to, when it is not a number of bytes.
enum { ROOST_TLS_ENDED = 0, ROOST_TLS_WOULD_BLOCK = -1, ROOST_TLS_FAILED = -2 };

// A server context from PEM files: the certificate with its chain, and the key. NULL with a text in `error`.
roost_tls_context *roost_tls_context_new(const char *certificate, const char *key, char *error, size_t error_size);
void roost_tls_context_free(roost_tls_context *context);

// A session on a connected, non-blocking socket, which stays the caller's. NULL when memory is short.
roost_tls_session *roost_tls_session_new(roost_tls_context *context, int fd);
void roost_tls_session_free(roost_tls_session *session);

// 1 when the handshake is done, or one of the values above.
int roost_tls_handshake(roost_tls_session *session);
long roost_tls_read(roost_tls_session *session, void *bytes, size_t count);
long roost_tls_write(roost_tls_session *session, const void *bytes, size_t count);
// Tells the peer that nothing follows.
void roost_tls_close_notify(roost_tls_session *session);

#endif
