#include "CXML.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

// As libxml2's headers declare them, so that building needs no package for it. xmlSAXHandler has had this shape since 2.6,
// and a parser's context has always begun with its handler and what the handler is given.
typedef struct {
    void *before[14];
    void (*start_element)(void *context, const unsigned char *name, const unsigned char **attributes);
    void (*end_element)(void *context, const unsigned char *name);
    void *reference;
    void (*characters)(void *context, const unsigned char *text, int size);
    void (*ignorable_whitespace)(void *context, const unsigned char *text, int size);
    void *between[6];
    void (*cdata)(void *context, const unsigned char *text, int size);
    void *external_subset;
    unsigned int initialized;
    void *after[4];
} sax_handler;

typedef struct {
    sax_handler *sax;
    void *user_data;
} parser_context;

enum { RECOVER = 1 << 0, NO_ERROR = 1 << 5, NO_WARNING = 1 << 6, NO_NET = 1 << 11, IGNORE_ENCODING = 1 << 21 };

static parser_context *(*p_new)(void);
static void (*p_free)(parser_context *);
static void *(*p_read)(parser_context *, const char *, int, const char *, const char *, int);
static void (*p_stop)(parser_context *);
static void (*p_init)(void);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char load_error[256];

static void load(void) {
    void *library = dlopen("libxml2.so.2", RTLD_NOW | RTLD_LOCAL);
    // libxml2 2.14 and later.
    if (!library) library = dlopen("libxml2.so.16", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        snprintf(load_error, sizeof load_error, "reading web pages needs libxml2 (Debian package libxml2): %s", dlerror());
        return;
    }
#define RESOLVE(pointer, name)                                                                                         \
    pointer = (__typeof__(pointer))dlsym(library, name);                                                               \
    if (!pointer) {                                                                                                    \
        snprintf(load_error, sizeof load_error, "libxml2 (Debian package libxml2) has no function " name);             \
        return;                                                                                                        \
    }
    RESOLVE(p_new, "htmlNewParserCtxt")
    RESOLVE(p_free, "htmlFreeParserCtxt")
    RESOLVE(p_read, "htmlCtxtReadMemory")
    RESOLVE(p_stop, "xmlStopParser")
    RESOLVE(p_init, "xmlInitParser")
    p_init();
}

int roost_xml_load(char *error, size_t error_size) {
    pthread_once(&once, load);
    if (!load_error[0]) return 0;
    snprintf(error, error_size, "%s", load_error);
    return -1;
}

typedef struct {
    const roost_html_events *events;
    void *context;
    parser_context *parser;
    int depth;
    int limit;
    int is_stopped;
} reading;

static void start_element(void *context, const unsigned char *name, const unsigned char **attributes) {
    reading *now = context;
    if (now->is_stopped) return;
    if (++now->depth > now->limit) {
        now->is_stopped = 1;
        p_stop(now->parser);
        return;
    }
    now->events->start(now->context, (const char *)name, (const char *const *)attributes);
}

static void end_element(void *context, const unsigned char *name) {
    reading *now = context;
    if (now->is_stopped) return;
    now->depth--;
    now->events->end(now->context, (const char *)name);
}

static void characters(void *context, const unsigned char *text, int size) {
    reading *now = context;
    if (!now->is_stopped) now->events->text(now->context, (const char *)text, size);
}

int roost_html_read(const char *bytes, int size, int depth, const roost_html_events *events, void *context) {
    parser_context *parser = p_new();
    if (!parser) return -1;
    reading now = {events, context, parser, 0, depth, 0};
    sax_handler handler;
    memset(&handler, 0, sizeof handler);
    handler.start_element = start_element;
    handler.end_element = end_element;
    handler.characters = characters;
    handler.ignorable_whitespace = characters;
    handler.cdata = characters;
    *parser->sax = handler;
    parser->user_data = &now;
    p_read(parser, bytes, size, NULL, "UTF-8", RECOVER | NO_ERROR | NO_WARNING | NO_NET | IGNORE_ENCODING);
    p_free(parser);
    return now.is_stopped;
}
