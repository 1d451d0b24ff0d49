// The type checks of curl's headers would call the functions that are only loaded later.
#define CURL_DISABLE_TYPECHECK
#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo

#define FUNCTIONS(F)                                                                                                   \
    F(curl_global_init) F(curl_easy_init) F(curl_easy_cleanup) F(curl_easy_reset) F(curl_easy_pause)                   \
    F(curl_easy_strerror) F(curl_easy_setopt) F(curl_easy_getinfo) F(curl_slist_append) F(curl_slist_free_all)         \
    F(curl_multi_init) F(curl_multi_cleanup) F(curl_multi_add_handle) F(curl_multi_remove_handle)                      \
    F(curl_multi_perform) F(curl_multi_poll) F(curl_multi_wakeup) F(curl_multi_info_read)

#define DECLARE(name) static __typeof__(name) *p_##name;
FUNCTIONS(DECLARE)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char load_error[256];

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        snprintf(load_error, sizeof load_error, "outgoing connections need libcurl (Debian package libcurl4): %s",
                 dlerror());
        return;
    }
#define RESOLVE(name)                                                                                                  \
    p_##name = (__typeof__(name) *)dlsym(library, #name);                                                              \
    if (!p_##name) {                                                                                                   \
        snprintf(load_error, sizeof load_error, "libcurl.so.4 (Debian package libcurl4) has no function " #name);      \
        return;                                                                                                        \
    }
    FUNCTIONS(RESOLVE)
    if (p_curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        snprintf(load_error, sizeof load_error, "libcurl could not be initialised");
    }
}

int roost_curl_load(char *error, size_t error_size) {
    pthread_once(&once, load);
    if (!load_error[0]) return 0;
    snprintf(error, error_size, "%s", load_error);
    return -1;
}

CURL *roost_curl_easy_new(void) { return p_curl_easy_init(); }
void roost_curl_easy_free(CURL *easy) { p_curl_easy_cleanup(easy); }
void roost_curl_easy_reset(CURL *easy) { p_curl_easy_reset(easy); }
CURLcode roost_curl_easy_pause(CURL *easy, int mask) { return p_curl_easy_pause(easy, mask); }
const char *roost_curl_text(CURLcode code) { return p_curl_easy_strerror(code); }

CURLcode roost_curl_set_long(CURL *easy, CURLoption option, long value) {
    return p_curl_easy_setopt(easy, option, value);
}
CURLcode roost_curl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
    return p_curl_easy_setopt(easy, option, value);
}
CURLcode roost_curl_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return p_curl_easy_setopt(easy, option, value);
}
CURLcode roost_curl_set_receiver(CURL *easy, CURLoption option, roost_curl_receiver receiver) {
    return p_curl_easy_setopt(easy, option, receiver);
}
void *roost_curl_private(CURL *easy) {
    char *value = NULL;
    p_curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value);
    return value;
}

struct curl_slist *roost_curl_list_append(struct curl_slist *list, const char *text) {
    return p_curl_slist_append(list, text);
}
void roost_curl_list_free(struct curl_slist *list) { p_curl_slist_free_all(list); }

CURLM *roost_curl_multi_new(void) { return p_curl_multi_init(); }
void roost_curl_multi_free(CURLM *multi) { p_curl_multi_cleanup(multi); }
CURLMcode roost_curl_multi_add(CURLM *multi, CURL *easy) { return p_curl_multi_add_handle(multi, easy); }
CURLMcode roost_curl_multi_remove(CURLM *multi, CURL *easy) { return p_curl_multi_remove_handle(multi, easy); }
CURLMcode roost_curl_multi_perform(CURLM *multi, int *running) { return p_curl_multi_perform(multi, running); }
CURLMcode roost_curl_multi_poll(CURLM *multi, int timeout_ms) {
    return p_curl_multi_poll(multi, NULL, 0, timeout_ms, NULL);
}
CURLMcode roost_curl_multi_wakeup(CURLM *multi) { return p_curl_multi_wakeup(multi); }

CURL *roost_curl_multi_done(CURLM *multi, CURLcode *result) {
    int left = 0;
    for (CURLMsg *message; (message = p_curl_multi_info_read(multi, &left));) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}
