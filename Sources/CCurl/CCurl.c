// The type checks of curl's headers would call the functions that are only loaded later.
#define CURL_DISABLE_TYPECHECK
#include "CCurl.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo

#define FUNCTIONS(F)                                                                                                   \
    F(curl_global_init) F(curl_easy_init) F(curl_easy_cleanup) F(curl_easy_reset) F(curl_easy_pause)                   \
    F(curl_easy_strerror) F(curl_easy_setopt) F(curl_easy_getinfo) F(curl_slist_append) F(curl_slist_free_all)         \
    F(curl_multi_init) F(curl_multi_cleanup) F(curl_multi_add_handle) F(curl_multi_remove_handle)                      \
    F(curl_multi_perform) F(curl_multi_poll) F(curl_multi_wakeup) F(curl_multi_info_read)                              \
    F(curl_url) F(curl_url_set) F(curl_url_get) F(curl_url_cleanup) F(curl_free)

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

// The address is the kernel's argument: what was resolved, whatever the URL says.
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *target) {
    const roost_curl_guard *guard = context;
    (void)purpose;
    bool is_allowed = false;
    if (target->family == AF_INET && target->addrlen >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in address;
        memcpy(&address, &target->addr, sizeof address);
        is_allowed = guard->allows(guard->context, (const unsigned char *)&address.sin_addr, 4, ntohs(address.sin_port));
    } else if (target->family == AF_INET6 && target->addrlen >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 address;
        memcpy(&address, &target->addr, sizeof address);
        is_allowed =
            guard->allows(guard->context, (const unsigned char *)&address.sin6_addr, 16, ntohs(address.sin6_port));
    } else {
        is_allowed = guard->allows(guard->context, NULL, 0, 0);
    }
    if (!is_allowed) return CURL_SOCKET_BAD;
    return socket(target->family, target->socktype | SOCK_CLOEXEC, target->protocol);
}

// Before each request: a connection that was kept has opened no socket.
static int check_connection(void *context, char *address, char *local, int port, int local_port) {
    const roost_curl_guard *guard = context;
    (void)local;
    (void)local_port;
    unsigned char bytes[16];
    bool is_allowed;
    if (address && inet_pton(AF_INET, address, bytes) == 1) {
        is_allowed = guard->allows(guard->context, bytes, 4, port);
    } else if (address && inet_pton(AF_INET6, address, bytes) == 1) {
        is_allowed = guard->allows(guard->context, bytes, 16, port);
    } else {
        is_allowed = guard->allows(guard->context, NULL, 0, 0);
    }
    return is_allowed ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

CURLcode roost_curl_set_guard(CURL *easy, const roost_curl_guard *guard) {
    CURLcode code = p_curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    if (code == CURLE_OK) code = p_curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, guard);
    if (code == CURLE_OK) code = p_curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, check_connection);
    if (code == CURLE_OK) code = p_curl_easy_setopt(easy, CURLOPT_PREREQDATA, guard);
    return code;
}

CURLUcode roost_curl_url_read(const char *text, const char *relative, roost_curl_url *url) {
    memset(url, 0, sizeof *url);
    CURLU *parsed = p_curl_url();
    if (!parsed) return CURLUE_OUT_OF_MEMORY;
    CURLUcode code = p_curl_url_set(parsed, CURLUPART_URL, text, CURLU_URLENCODE);
    if (code == CURLUE_OK && relative) code = p_curl_url_set(parsed, CURLUPART_URL, relative, CURLU_URLENCODE);
    if (code == CURLUE_OK) code = p_curl_url_get(parsed, CURLUPART_URL, &url->url, 0);
    if (code == CURLUE_OK) code = p_curl_url_get(parsed, CURLUPART_SCHEME, &url->scheme, 0);
    if (code == CURLUE_OK) code = p_curl_url_get(parsed, CURLUPART_HOST, &url->host, CURLU_URLDECODE);
    if (code == CURLUE_OK) code = p_curl_url_get(parsed, CURLUPART_PORT, &url->port, CURLU_DEFAULT_PORT);
    p_curl_url_cleanup(parsed);
    return code;
}

void roost_curl_url_free(roost_curl_url *url) {
    p_curl_free(url->url);
    p_curl_free(url->scheme);
    p_curl_free(url->host);
    p_curl_free(url->port);
    memset(url, 0, sizeof *url);
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
