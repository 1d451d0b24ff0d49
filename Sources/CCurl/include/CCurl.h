// libcurl, loaded when it is first needed: most processes (hooks, commands, a server without providers) never make a
// connection of their own. Call roost_curl_load first; every other function needs its success.
#ifndef ROOST_CCURL_H
#define ROOST_CCURL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

// 0, or -1 with a text in `error`.
int roost_curl_load(char *error, size_t error_size);

CURL *roost_curl_easy_new(void);
void roost_curl_easy_free(CURL *easy);
void roost_curl_easy_reset(CURL *easy);
CURLcode roost_curl_easy_pause(CURL *easy, int mask);
const char *roost_curl_text(CURLcode code);

// curl_easy_setopt and curl_easy_getinfo are variadic.
CURLcode roost_curl_set_long(CURL *easy, CURLoption option, long value);
CURLcode roost_curl_set_size(CURL *easy, CURLoption option, curl_off_t value);
CURLcode roost_curl_set_pointer(CURL *easy, CURLoption option, const void *value);
typedef size_t (*roost_curl_receiver)(char *bytes, size_t size, size_t count, void *context);
CURLcode roost_curl_set_receiver(CURL *easy, CURLoption option, roost_curl_receiver receiver);
void *roost_curl_private(CURL *easy);

// Whether a connection to an address may be made, or one that was kept be used. `size` is 4 or 16, in network order; 0 for
// what is no address of the internet.
typedef bool (*roost_curl_allows)(void *context, const unsigned char *address, size_t size, int port);
typedef struct {
    roost_curl_allows allows;
    void *context;
} roost_curl_guard;
// Asks the guard about the very address that a socket is about to be connected to, and again before each request about the
// one that its connection leads to. It has to live as long as the transfer.
CURLcode roost_curl_set_guard(CURL *easy, const roost_curl_guard *guard);

// libcurl's own reading of a URL, so that nobody else's differs from it. With a `relative` one the URL that it means there.
typedef struct {
    char *url;
    char *scheme;
    // As it stands there; an IPv4 address in odd spelling (0x7f.1) in the usual one, an IPv6 address in brackets.
    char *host;
    char *port;
} roost_curl_url;
// CURLUE_OK, or what is wrong. The parts are to be freed in both cases.
CURLUcode roost_curl_url_read(const char *text, const char *relative, roost_curl_url *url);
void roost_curl_url_free(roost_curl_url *url);

struct curl_slist *roost_curl_list_append(struct curl_slist *list, const char *text);
void roost_curl_list_free(struct curl_slist *list);

CURLM *roost_curl_multi_new(void);
void roost_curl_multi_free(CURLM *multi);
CURLMcode roost_curl_multi_add(CURLM *multi, CURL *easy);
CURLMcode roost_curl_multi_remove(CURLM *multi, CURL *easy);
CURLMcode roost_curl_multi_perform(CURLM *multi, int *running);
CURLMcode roost_curl_multi_poll(CURLM *multi, int timeout_ms);
CURLMcode roost_curl_multi_wakeup(CURLM *multi);
// The next transfer that is complete, or NULL.
CURL *roost_curl_multi_done(CURLM *multi, CURLcode *result);

#endif
